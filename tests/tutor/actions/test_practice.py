"""What a lab offers beside its tasks: news of what was lost, files, golf, the sandbox, help with errors."""

from __future__ import annotations

import pytest

from tests.tutor.actions.bench import LAB, SOLVE, errors, seen, statuses, texts

TAKE_AWAY = "aws iam delete-role-policy --role-name {names}-role --policy-name l"
BAD = b"\xff\xfe\x00code"


def lab(person):
    assert person.view.lab is not None
    return person.view.lab


def files(person):
    return {file.name: file for file in lab(person).files}


# -- tasks that are lost again -----------------------------------------------------------------------------


def test_a_task_that_had_passed_and_fails_now_is_news_once(at_lab):
    at_lab.type(*SOLVE)
    said = at_lab.type(TAKE_AWAY)
    news = texts(said, "news")
    assert [text.split(".")[0] for text in news] == [
        "Was done, is not any more: Make lost events land in the queue letters",
        'Was done, is not any more: A good order, one with "ok": true, must still succeed',
    ]
    assert "Wanted: " in news[0]
    assert "There is: " in news[0]
    assert [task.lost for task in lab(at_lab).tasks] == [False, True, True]
    assert texts(at_lab.type("clock advance 1m"), "news") == []
    again, resumed = at_lab.come_back()
    assert texts(resumed, "news") == []
    assert [task.lost for task in lab(again).tasks] == [False, True, True]
    assert again.tutor.store.done("lab", LAB), "the mark stays"
    assert texts(again.type("undo", "undo"), "check") != []
    assert not any(task.lost for task in lab(again).tasks)
    again.leave()


def test_after_a_reset_nothing_is_lost(at_lab):
    at_lab.type(*SOLVE)
    assert texts(at_lab.do("lab.reset", confirm="yes"), "news") == []
    assert not any(task.lost for task in lab(at_lab).tasks)


# -- hints -------------------------------------------------------------------------------------------------


def test_hints_keep_their_numbers_over_the_next_start_and_end_with_the_solution(at_lab):
    at_lab.do("lab.hint")
    again, _said = at_lab.come_back()
    given = lab(again).tasks[0].hints
    assert [(hint.number, hint.total) for hint in given] == [(1, 3)]
    again.do("lab.hint")
    last = again.do("lab.hint")
    assert texts(last, "hint")[0].startswith("Hint 3 of 3: ")
    assert texts(last, "say") == ["No more hints. `solution` shows one way to do it."]
    assert texts(again.do("lab.tasks"), "hint")[0] == f"Hint 1 of 3: {given[0].text}"
    again.leave()


# -- back and forth ----------------------------------------------------------------------------------------


def test_what_is_undone_is_done_again_also_after_the_next_start(at_lab):
    at_lab.type(*SOLVE)
    done = seen(at_lab.view)["lab"]
    at_lab.do("lab.undo")
    again, _said = at_lab.come_back()
    assert texts(again.do("lab.redo"), "output")[0].startswith("Done again: ")
    assert set(statuses(again).values()) == {"pass"}
    assert seen(again.view)["lab"]["timeline"] == done["timeline"]
    assert errors(again.do("lab.redo")) == ["there is nothing to do again"]
    again.leave()


def test_what_has_changed_is_told_as_aws_sees_it(at_lab):
    assert texts(at_lab.do("lab.changes")) == ["Nothing is different from how it was at the start."]
    name = lab(at_lab).functions[0]
    at_lab.type(
        f"aws lambda update-function-configuration --function-name {name} --timeout 30",
        "clock settle",
        "edit app.py <<E\nx = 1\nE",
        "deploy",
        "aws sqs create-queue --queue-name mine",
        "aws iam put-role-policy --role-name {names}-role --policy-name letters --policy-document "
        '\'{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "sqs:*", "Resource": "*"}}\'',
    )
    before = seen(at_lab.view)["lab"]["timeline"]
    (told,) = texts(at_lab.do("lab.changes"))
    assert told.splitlines() == [
        f"function {name}: Timeout 3 -> 30",
        f"function {name}: code deployed",
        "queue mine added",
        f"role {name}-role: inline policy letters added: Allow sqs:* on *",
    ]
    assert seen(at_lab.view)["lab"]["timeline"] == before
    again, _said = at_lab.come_back()
    assert texts(again.do("lab.changes")) == [told]
    again.leave()


# -- files -------------------------------------------------------------------------------------------------


def test_files_are_begun_renamed_deleted_and_brought_back(at_lab):
    text = files(at_lab)["app.py"].text
    at_lab.do("lab.new_file", name="lib/helper.py")
    assert files(at_lab)["lib/helper.py"].text == ""
    assert errors(at_lab.do("lab.new_file", name="app.py")) == ["There is a file app.py already."]
    at_lab.do("lab.save_file", name="lib/helper.py", text="x = 1\n")
    at_lab.do("lab.rename_file", name="lib/helper.py", to="tools/x.py")
    assert files(at_lab)["tools/x.py"].text == "x = 1\n"
    assert "lib/helper.py" not in files(at_lab)
    assert errors(at_lab.do("lab.rename_file", name="tools/x.py", to="app.py")) != []
    at_lab.do("lab.delete_file", name="tools/x.py")
    assert "tools/x.py" in files(at_lab), "not without a yes"
    at_lab.do("lab.delete_file", name="tools/x.py", confirm="yes")
    assert set(files(at_lab)) == {"app.py"}
    at_lab.do("lab.save_file", name="app.py", text="broken\n")
    assert not files(at_lab)["app.py"].original
    at_lab.do("lab.restore_file", name="app.py", confirm="yes")
    assert files(at_lab)["app.py"].text == text
    assert files(at_lab)["app.py"].original
    (said,) = errors(at_lab.do("lab.restore_file", name="y.py", confirm="yes"))
    assert said == "The lab did not begin with a file y.py. It began with: app.py."


@pytest.mark.parametrize("name", ["../x.py", "/etc/x", ".hidden", "lib/.x/y.py", "__pycache__/x.py", ""])
def test_a_name_that_no_file_can_have_is_refused(at_lab, name):
    before = files(at_lab)
    assert len(errors(at_lab.do("lab.new_file", name=name))) == 1
    assert len(errors(at_lab.do("lab.rename_file", name="app.py", to=name))) == 1
    assert files(at_lab) == before


def test_a_file_that_is_not_text_says_so_is_deployed_as_it_is_and_left_alone(at_lab):
    run = at_lab.tutor.labs.run
    (run.code / "model.bin").write_bytes(BAD)
    at_lab.type("deploy")
    shown = files(at_lab)["model.bin"]
    assert (shown.readable, shown.text, shown.deployed) == (False, "", True)
    assert len(errors(at_lab.do("lab.save_file", name="model.bin", text="x"))) == 1
    assert (run.code / "model.bin").read_bytes() == BAD
    assert "not text in UTF-8" in texts(at_lab.type("show files model.bin"), "output")[0]


def test_the_files_of_an_attempt_are_kept_when_it_is_reset(at_lab):
    run = at_lab.tutor.labs.run
    at_lab.do("lab.save_file", name="app.py", text="mine = 1\n")
    old = run.code / "app.py"
    said = at_lab.do("lab.reset", confirm="yes")
    assert str(old.parent.parent) in texts(said, "note")[0]
    assert old.read_text() == "mine = 1\n"
    assert files(at_lab)["app.py"].original


# -- golf --------------------------------------------------------------------------------------------------


def test_what_a_solution_took_is_told_beside_the_budget_and_the_best_is_kept(at_lab):
    said = texts(at_lab.type(*SOLVE), "say")
    (told,) = [text for text in said if text.startswith("That took")]
    calls = lab(at_lab).calls
    assert told.startswith(f"That took {calls} API calls (the mark to beat: ")
    assert told.endswith("It is your best result so far.")
    assert "would cost $0.0000" in told
    assert lab(at_lab).best.startswith(f"{calls} calls, $0.0000")
    entry = next(entry for entry in at_lab.view.outline if entry.id == LAB)
    assert entry.best == lab(at_lab).best
    again, resumed = at_lab.come_back()
    assert texts(resumed, "say") == [], "it is told once"
    again.leave()
    at_lab, _said = again.come_back()
    at_lab.do("lab.reset", confirm="yes")
    at_lab.type("aws sqs create-queue --queue-name another")
    said = texts(at_lab.type(*SOLVE), "say")
    (told,) = [text for text in said if text.startswith("That took")]
    assert told.endswith(f"Your best: {entry.best}.")
    assert lab(at_lab).best == entry.best
    at_lab.leave()


# -- the sandbox -------------------------------------------------------------------------------------------


def test_the_sandbox_is_a_world_of_ones_own_and_is_kept(person):
    person.do("go.sandbox")
    shown = lab(person)
    assert (person.view.place, person.view.current, shown.tasks) == ("lab", ":sandbox", ())
    assert files(person)["app.py"].deployed
    here = {action.id for action in person.tutor.available()}
    assert {"lab.command", "lab.undo", "lab.reset", "lab.changes", "lab.deploy"} <= here
    assert not here & {"lab.check", "lab.hint", "lab.goal", "lab.solution", "lab.tasks"}
    assert errors(person.do("lab.hint")) == ["There are no tasks in the sandbox."]
    person.type("aws lambda invoke --function-name hello out.json", "aws sqs create-queue --queue-name mine")
    assert texts(person.type("show files out.json"), "output") == ['{"message": "Hello, world!"}']
    again, said = person.come_back()
    assert again.view.current == ":sandbox"
    assert texts(said, "note") == ["Your sandbox is as you left it."]
    assert texts(again.do("lab.changes")) == ["log group /aws/lambda/hello added\nqueue mine added"]
    again.do("lab.reset", confirm="yes")
    assert texts(again.do("lab.changes")) == ["Nothing is different from how it was at the start."]
    again.do("go.next")
    assert again.view.current == "L5.3"
    again.leave()


def test_lab_and_sandbox_are_kept_side_by_side(at_lab):
    at_lab.type(*SOLVE)
    before = seen(at_lab.view)["lab"]
    at_lab.do("go.sandbox")
    at_lab.do("go.lab")
    assert seen(at_lab.view)["lab"] == before


# -- help with errors --------------------------------------------------------------------------------------


def test_an_error_that_the_course_knows_is_told_with_its_lesson_and_explain_shows_it(at_lab):
    refused = at_lab.type(
        "aws lambda update-function-configuration --function-name {names} --dead-letter-config "
        "TargetArn=arn:aws:sqs:us-east-1:123456789012:letters"
    )
    (help_,) = texts(refused, "note")
    assert help_.startswith("What this means: Lambda looked at the function's execution role")
    assert "Try: " in help_
    assert help_.endswith("More in L5.3, Async retries, slowly.")
    assert help_ in texts(at_lab.type("explain"), "output")[0]


# -- completion --------------------------------------------------------------------------------------------


def test_lines_are_completed_in_a_lab_and_nowhere_else(at_lab):
    complete = at_lab.tutor.complete
    name = lab(at_lab).functions[0]
    assert complete("dep") == ["deploy"]
    assert complete("deploy ") == [name]
    assert complete("show que") == ["queue"]
    assert complete("show queue l") == ["letters"]
    assert complete("show files ") == ["app.py"]
    assert complete("edit a") == ["app.py"]
    assert complete("load x --r") == ["--rate"]
    assert complete("clock a") == ["advance"]
    assert "lambda" in complete("aws lam")
    assert complete("nonsense ") == []
    at_lab.type(*SOLVE[:2])
    numbers = complete("explain ")
    assert numbers
    assert all(at_lab.tutor.labs.run.run(f"explain {number}").code == 0 for number in numbers)
    at_lab.do("go.lesson")
    assert complete("dep") == []
