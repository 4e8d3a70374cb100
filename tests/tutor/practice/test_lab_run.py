"""One learner in one lab: tasks, hints, solution, undo, reset, and going on from a journal."""

from __future__ import annotations

import pytest

from sandbox import Journal, JournalError
from sandbox.history.journal import MARK
from tests.tutor.practice.bench import (
    ALLOW,
    CALL,
    DLQ,
    LETTERS,
    SEND,
    do,
    lesson_folder,
    small_lab,
    status,
    task,
)
from tutor.course.checks import Advance, ApiCall, Clock, Probe, Resource
from tutor.course.model import Hint, Never
from tutor.practice import LabRun
from tutor.practice.checking.checks import Cancelled

SOLVE = (
    SEND,
    "clock advance 4m",
    ALLOW,
    DLQ + LETTERS,
    "aws lambda wait function-updated-v2 --function-name {names}",
)
QUEUE = "aws sqs create-queue --queue-name mine"


def there(kind: str, name: str) -> Resource:
    return Resource(kind, name)  # type: ignore[arg-type]


def hint(run: LabRun) -> tuple[str, int, int] | None:
    shown = run.hint()
    return (shown.text, shown.number, shown.total) if shown else None


def texts(run: LabRun) -> tuple[str, ...]:
    return tuple(shown.text for shown in run.tasks[0].hints)


def now(run: LabRun) -> tuple[str, str]:
    return run.clock, run.world.trace.hash()


# -- tasks -------------------------------------------------------------------------------------------------


def test_tasks_go_from_blocked_to_not_yet_to_pass(run):
    assert status(run) == {"fails": "not_yet", "captured": "blocked", "still-works": "blocked"}
    do(run, *SOLVE[:2])
    assert status(run) == {"fails": "pass", "captured": "not_yet", "still-works": "blocked"}
    assert not run.done
    do(run, *SOLVE[2:])
    assert set(status(run).values()) == {"pass"}
    assert run.done


def test_before_the_first_check_tasks_wait(run):
    assert [state.result.status for state in run.tasks] == ["not_yet", "blocked", "blocked"]
    assert not run.done


def test_a_blocked_task_says_what_comes_first(run):
    run.examine()
    assert run.results["captured"].why == "First: Send one asynchronous event and watch it fail."


def test_a_task_says_why_only_while_it_has_not_passed(run):
    run.examine()
    assert run.results["fails"].why.startswith("An asynchronous caller gets 202")
    do(run, *SOLVE[:2])
    run.examine()
    assert run.results["fails"].why == ""
    assert run.results["fails"].evidence


def test_checking_tells_only_what_is_new(run):
    assert [result.id for result in run.examine()] == ["fails", "captured", "still-works"]
    assert run.examine() == []
    do(run, "show timeline")
    assert run.examine() == []
    do(run, SEND, "clock advance 4m")
    assert [result.id for result in run.examine()] == ["fails", "captured"]
    do(run, SEND, "clock advance 4m")  # more evidence for the first task is no news
    assert run.examine() == []


def test_what_was_passed_can_be_lost_again(run):
    do(run, *SOLVE)
    run.examine()
    do(run, "aws iam delete-role-policy --role-name {names}-role --policy-name letters")
    changed = {result.id: result.status for result in run.examine()}
    assert changed == {"captured": "not_yet", "still-works": "blocked"}
    assert not run.done


def test_a_cancelled_check_changes_nothing(run):
    do(run, *SOLVE)
    before = dict(run.results)
    with pytest.raises(Cancelled):
        run.examine(lambda: True)
    assert run.results == before
    assert len(run.examine()) == 3


def test_names_and_numbers_are_the_learners(make_run):
    seven, eight, ten = (make_run(seed=seed) for seed in (7, 8, 10))
    assert len({run.variants["names"] for run in (seven, eight, ten)}) > 1
    assert seven.variants == make_run(seed=7).variants
    for run in (seven, eight, ten):
        assert run.functions == (run.variants["names"],)
        assert run.variants["names"] in run.intro
        assert "{" not in run.intro


def test_a_learner_may_write_names_as_content_does(run):
    do(run, "aws sqs create-queue --queue-name {names}-{order}", "aws iam get-role --role-name {names}-role")
    name = f"{run.variants['names']}-{run.variants['order']}"
    do(run, f"show queue {name}")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("show queue {role:letters}", "has no queue for its failed events"),
        ("show queue {role:nobody}", "there is no role nobody in this lab"),
        ("show queue {fact:async.nothing}", "there is no fact 'async.nothing'"),
    ],
)
def test_a_name_that_stands_for_nothing_is_said_so(run, line, said):
    printed = run.run(line)
    assert printed.code == 1
    assert said in printed.err


def test_braces_in_code_are_the_learners_own(run):
    code = 'def handler(event, context):\n    order = 5\n    print(f"order {order} {names} {nonce}")'
    do(run, f"edit {{names}}.py <<END\n{code}\nEND")
    name = f"{run.variants['names']}.py"
    assert (run.code / name).read_text() == code + "\n"


# -- warnings ----------------------------------------------------------------------------------------------


def test_a_warning_lasts_as_long_as_its_state(make_run):
    never = Never(condition=there("queue", "mine"), say="There is a queue of {names}.")
    run = make_run(small_lab(tasks=(task(Clock(1)),), never=(never,)))
    run.examine()
    assert run.warnings == ()
    do(run, QUEUE)
    run.examine()
    assert run.warnings == ("There is a queue of {names}.",)
    do(run, "undo")
    run.examine()
    assert run.warnings == ()


# -- hints and solution ------------------------------------------------------------------------------------


@pytest.fixture
def hinted(make_run) -> LabRun:
    hints = (
        Hint(("mine 1", "mine 2"), when=there("queue", "mine")),
        Hint(("any 1", "any 2", "any 3")),
    )
    return make_run(
        small_lab(tasks=(task(there("queue", "yours"), hints=hints), task(Clock(1), id="second")))
    )


def test_hints_go_from_a_nudge_to_the_answer_and_end(hinted):
    hinted.examine()
    assert [hint(hinted) for _ in range(4)] == [("any 1", 1, 3), ("any 2", 2, 3), ("any 3", 3, 3), None]
    assert texts(hinted) == ("any 1", "any 2", "any 3")


def test_hints_follow_the_state_of_the_world(hinted):
    hinted.examine()
    assert hint(hinted) == ("any 1", 1, 3)
    do(hinted, QUEUE)
    hinted.examine()
    assert [hint(hinted) for _ in range(3)] == [("mine 1", 1, 2), ("mine 2", 2, 2), ("any 2", 2, 3)]
    do(hinted, "undo")
    hinted.examine()
    assert hint(hinted) == ("any 3", 3, 3)
    assert texts(hinted) == ("any 1", "mine 1", "mine 2", "any 2", "any 3")


def test_hints_left_are_those_that_fit_the_state(hinted):
    hinted.examine()
    assert hinted.tasks[0].hints_left == 3
    hint(hinted)
    assert hinted.tasks[0].hints_left == 2
    do(hinted, QUEUE)
    hinted.examine()
    assert hinted.tasks[0].hints_left == 2
    assert hint(hinted) == ("mine 1", 1, 2)
    assert hinted.tasks[0].hints_left == 1


def test_hints_are_for_the_first_task_that_is_not_done(hinted):
    do(hinted, "aws sqs create-queue --queue-name yours")
    hinted.examine()
    assert hinted.done
    assert hint(hinted) is None


def test_a_hint_changes_no_world(hinted):
    before = now(hinted)
    hinted.examine()
    hint(hinted)
    assert now(hinted) == before


def test_the_solution_comes_with_the_learners_names_and_solves(run):
    lines = run.solution()
    assert run.variants["names"] in lines[0]
    assert not any("{names}" in line or "{arn:" in line for line in lines)
    do(run, *lines)
    assert set(status(run).values()) == {"pass"}


def test_looking_is_no_try_and_what_was_undone_is_one(run):
    assert not run.tried
    do(run, "show functions", "clock")
    assert not run.tried
    do(run, QUEUE)
    assert run.tried
    do(run, "undo")
    assert run.tried


def test_calls_that_change_something_are_counted(run):
    assert run.calls == 0
    do(run, "aws lambda list-functions", "clock advance 1m", "aws iam get-role --role-name {names}-role")
    assert run.calls == 0
    do(run, QUEUE, CALL)
    assert run.calls == 2
    do(run, "undo")
    assert run.calls == 1


# -- undo --------------------------------------------------------------------------------------------------

UNDONE = {
    "a call": (QUEUE,),
    "a call that was refused": (
        "aws iam create-role --role-name {names}-role --assume-role-policy-document '{}'",
    ),
    "an event": (SEND,),
    "a call that waits": (CALL,),
    "time": ("clock advance 5m",),
    "a skip": ("clock next",),
    "a deploy": ("deploy",),
    "a waiter": ("aws lambda wait function-active-v2 --function-name {names}",),
}


@pytest.mark.parametrize("lines", UNDONE.values(), ids=UNDONE)
def test_undo_takes_back(run, lines):
    do(run, SEND)
    before = now(run)
    for line in lines:
        run.run(line)
    changed = now(run) != before
    printed = run.run("undo")
    assert printed.code == 0
    assert changed
    if lines == UNDONE["a waiter"]:  # it only reads: the event before it is what undo takes back
        assert run.clock == "Mon 09:00:00"
    else:
        assert now(run) == before


def test_undo_takes_the_code_back_and_leaves_the_file(run):
    before = run.package()
    do(run, "edit app.py <<END\nx = 1\nEND", "deploy")
    assert run.package() != before
    do(run, "undo")
    assert run.package() == before
    assert (run.code / "app.py").read_text() == "x = 1\n"


def test_undo_goes_back_step_by_step_to_the_start_of_the_lab_and_no_further(run):
    stands = [now(run)]
    for line in (QUEUE, SEND, "clock advance 1m", CALL):
        do(run, line)
        stands.append(now(run))
    for stand in reversed(stands[:-1]):
        do(run, "undo")
        assert now(run) == stand
    printed = run.run("undo")
    assert (printed.code, printed.err) == (1, "there is nothing left to undo")
    assert run.clock == "Mon 09:00:00"
    assert run.functions


def test_after_undo_the_log_and_the_timeline_are_those_of_the_time_before(run):
    do(run, SEND, "clock advance 1s")
    assert run.log.groups()
    rows = len(run.story.rows())
    do(run, "undo", "undo")
    assert run.log.groups() == []
    assert len(run.story.rows()) < rows


# -- reset and journals ------------------------------------------------------------------------------------


def test_reset_begins_afresh_world_files_and_hints(run):
    fresh = now(run)
    code = (run.code / "app.py").read_text()
    do(run, SEND, "clock advance 4m", "edit app.py <<END\nx = 1\nEND", "edit more/mine.py <<END\ny = 1\nEND")
    run.examine()
    run.hint()
    do(run, "reset")
    assert now(run) == fresh
    assert (run.code / "app.py").read_text() == code
    assert not (run.code / "more/mine.py").exists()
    assert not (run.files / "out.json").exists()
    assert run.hints == {}
    assert run.generation == 1
    assert not run.tried
    assert status(run)["fails"] == "not_yet"


def test_a_run_goes_on_in_another_folder_with_its_files(run, tmp_path):
    do(run, "edit mine.py <<END\nx = 1\nEND")
    run.move(tmp_path / "elsewhere")
    assert run.files == tmp_path / "elsewhere"
    assert (run.code / "mine.py").read_text() == "x = 1\n"
    do(run, "edit mine.py <<END\nx = 2\nEND", "show files mine.py")
    assert (tmp_path / "elsewhere" / "code" / "mine.py").read_text() == "x = 2\n"


def test_a_run_may_leave_its_files_and_go_on_with_those_of_the_lab(run, tmp_path):
    run.keep_files = True
    code = (run.code / "app.py").read_text()
    before = run.code
    do(run, "edit app.py <<END\nx = 1\nEND", "reset")
    assert (run.code / "app.py").read_text() == "x = 1\n"
    run.move(tmp_path / "next")
    assert run.code == tmp_path / "next" / "code"
    assert (run.code / "app.py").read_text() == code
    assert (before / "app.py").read_text() == "x = 1\n"
    do(run, "edit app.py <<END\nx = 2\nEND")
    run.move(tmp_path / "last")
    assert (run.code / "app.py").read_text() == "x = 2\n"


def test_a_journal_brings_the_run_back(run, make_run):
    do(run, *SOLVE, "clock advance 90s", QUEUE, "undo")
    run.examine()
    again = make_run(journal=run.world.journal)
    again.examine()
    assert now(again) == now(run)
    assert again.results == run.results
    assert (again.calls, again.coming(), again.tried) == (run.calls, run.coming(), run.tried)
    do(again, QUEUE)  # it goes on as the first would have
    do(run, QUEUE)
    assert now(again) == now(run)


def test_a_journal_that_ends_before_the_lab_begins_is_refused(run, make_run, tmp_path):
    rows = run.world.journal.rows
    mark = next(row.number for row in rows if row.kind == MARK)
    short = Journal(rows[:mark], run.world.journal.blobs)
    with pytest.raises(JournalError, match="ends before the lab begins"):
        LabRun(run.lab, lesson_folder("L5.3"), 7, tmp_path / "short", short)


def test_files_of_the_learner_are_not_laid_out_over(run, tmp_path):
    (tmp_path / "kept" / "code").mkdir(parents=True)
    (tmp_path / "kept" / "code" / "mine.py").write_text("x = 1\n")
    again = LabRun(run.lab, lesson_folder("L5.3"), 7, tmp_path / "kept", run.world.journal)
    assert [path.name for path in again.code.iterdir()] == ["mine.py"]
    again.close()


def test_a_probe_of_a_lab_acts_in_a_fork_only(make_run):
    steps = (ApiCall("sqs", "create_queue", {"QueueName": "mine"}), Advance(60_000_000))
    run = make_run(small_lab(tasks=(task(Probe(steps, (there("queue", "mine"),))),)))
    before = (now(run), run.world.journal.rows[-1].hash)
    assert status(run) == {"it": "pass"}
    assert (now(run), run.world.journal.rows[-1].hash) == before
    assert run.run("show queue mine").code == 1
