"""The whole way through a lesson: page, lab, quiz, and what is seen on the way."""

from __future__ import annotations

import pytest

from tests.tutor.actions.bench import LAB, SEND, SOLVE, errors, finish_quiz, seen, statuses, texts
from tutor.actions import ACTIONS
from tutor.actions.registry import KINDS
from tutor.actions.tutor import UnknownActionError


def marks(person) -> dict[str, str]:
    lesson = ("L5.3", LAB, "quiz:L5.3")
    return {entry.id: entry.mark for entry in person.view.outline if entry.id in lesson}


def test_from_the_first_page_of_a_lesson_to_the_next_lesson(person):
    assert person.view.place == "lesson"
    assert person.view.current == "L5.3"
    assert marks(person) == {"L5.3": "open", LAB: "none", "quiz:L5.3": "none"}

    played = person.do("lesson.run", block="retry")
    assert texts(played, "title") == ["One order, five minutes"]
    assert " started" in "".join(texts(played, "output"))
    assert errors(played) == []

    moved = person.do("go.next")
    assert person.view.place == "lab"
    assert person.view.current == LAB
    assert marks(person) == {"L5.3": "done", LAB: "open", "quiz:L5.3": "none"}
    assert any("NOT YET" in line for line in texts(moved, "check"))

    said = person.type(*SOLVE)
    assert set(statuses(person).values()) == {"pass"}
    assert person.view.lab.done
    assert "All tasks are done. `next` goes on; or stay and try things out." in texts(said, "say")
    assert marks(person)[LAB] == "done"

    person.do("go.next")
    assert person.view.place == "quiz"
    assert marks(person)["quiz:L5.3"] == "open"
    total = person.view.quiz.total
    assert finish_quiz(person) == total
    assert person.view.quiz.finished
    assert person.view.quiz.score[1] == total
    assert set(marks(person).values()) == {"done"}

    person.do("go.next")
    lessons = [lesson.id for lesson in person.tutor.course.lessons()]
    assert person.view.current == lessons[lessons.index("L5.3") + 1]
    person.do("go.lesson", ref=lessons[-1])
    while person.view.current != f"quiz:{lessons[-1]}":
        person.do("go.next")
    assert texts(person.do("go.next")) == ["That was the last lesson that there is so far."]
    assert person.do("app.quit").quit


def test_a_lesson_of_which_a_block_was_played_stays_begun(person):
    person.do("lesson.run", block="retry")
    lessons = [lesson.id for lesson in person.tutor.course.lessons()]
    person.do("go.lesson", ref=lessons[-1])
    assert marks(person)["L5.3"] == "open"
    assert next(entry.mark for entry in person.view.outline if entry.id == lessons[0]) == "none"


def test_hints_of_a_task_that_passed_are_not_said_again(person):
    person.do("go.lab")
    person.do("lab.hint")
    assert len(texts(person.do("lab.check"), "hint")) == 1
    person.type(*SOLVE)
    assert texts(person.do("lab.check"), "hint") == []


def test_a_page_shows_arns_and_no_placeholders(person):
    played = person.do("lesson.run", block="refused")
    queue = "arn:aws:sqs:us-east-1:123456789012:letters"
    assert any(f"TargetArn={queue}" in line for line in texts(played, "input"))
    shown = [line for block in person.view.lesson.blocks for line in block.lines]
    assert any(f"TargetArn={queue}" in line for line in shown)
    assert not any("{arn:" in line for line in shown)


def test_the_outline_is_a_place_from_which_next_goes_to_the_lesson(person):
    person.do("go.outline")
    assert person.view.place == "outline"
    person.do("go.next")
    assert person.view.place == "lesson"


def test_every_line_that_is_said_is_of_a_known_kind(person):
    kinds = {line.kind for line in person.do("lesson.run").lines}
    person.do("go.lab")
    for line in (*SOLVE, "explain", "fly", "undo"):
        kinds |= {said.kind for said in person.do("lab.command", line=line).lines}
    for action in ("lab.hint", "lab.goal", "lab.tasks", "lab.check", "lab.timeline", "lab.logs", "app.help"):
        kinds |= {said.kind for said in person.do(action).lines}
    person.do("go.quiz")
    kinds |= {said.kind for said in person.do("quiz.answer", response="A").lines}
    kinds |= {said.kind for said in person.do("quiz.proof").lines}
    assert kinds <= set(KINDS)


def test_page_and_lab_speak_of_the_same_names(person):
    text = "".join(texts(person.do("lesson.run", block="retry"), "input"))
    person.do("go.lab")
    (function,) = person.view.lab.functions
    assert f"--function-name {function}" in text
    assert function in str(person.view.lesson.blocks)


# -- the wrong place, the wrong words ----------------------------------------------------------------------


@pytest.mark.parametrize("place", ["lesson", "lab", "quiz", "outline"])
def test_an_action_in_the_wrong_place_says_so_and_changes_nothing(person, place):
    person.do(f"go.{place}")
    before = seen(person.view)
    wrong = [action for action in ACTIONS if action.place not in {"", place}]
    assert wrong
    for action in wrong:
        args = {arg.name: "x" for arg in action.args if not arg.optional}
        outcome = person.tutor.perform(action.id, **args)
        where = {"lesson": "a lesson", "lab": "a lab", "quiz": "a quiz"}[action.place]
        assert errors(outcome) == [f"{action.title} works in {where} only."]
    assert seen(person.view) == before


@pytest.mark.parametrize("place", ["lesson", "lab", "quiz", "outline"])
def test_what_is_available_is_what_works_here(person, place):
    person.do(f"go.{place}")
    here = person.tutor.available()
    assert {action.place for action in here} <= {"", place}
    told = "\n".join(texts(person.do("app.help")))
    assert all(f"{action.word}: {action.help}" in told for action in here)


@pytest.mark.parametrize(
    ("action", "args"),
    [
        ("lab.fly", {}),
        ("go.lab", {"where": "x"}),
        ("lab.command", {}),
        ("quiz.answer", {}),
        ("lab.save_file", {"name": "x"}),
    ],
)
def test_an_action_that_is_not_in_the_registry_is_a_mistake_of_the_skin(at_lab, action, args):
    with pytest.raises(UnknownActionError):
        at_lab.tutor.perform(action, **args)


@pytest.mark.parametrize("kind", ["lesson", "lab", "quiz"])
@pytest.mark.parametrize("place", ["lesson", "lab", "quiz", "outline"])
def test_going_to_what_is_not_there_says_so_and_stays(person, kind, place):
    person.do(f"go.{place}")
    before = seen(person.view)
    (said,) = errors(person.tutor.perform(f"go.{kind}", ref="L5.4" if kind != "lab" else "three-trees"))
    assert said.startswith("there is no ")
    assert "Did you mean `" in said
    assert seen(person.view) == before
    assert errors(person.tutor.perform("go.next")) == []


def test_a_block_that_is_not_on_the_page_is_said_so(person):
    assert errors(person.do("lesson.run", block="x")) == [
        "There is nothing to run by that name on this page. There are: retry, logs, retries, zero, refused."
    ]


def test_a_try_goes_on_from_the_demo_above_it_whatever_was_played_before(person):
    first = "The demo above was played first: these lines go on where it ends."
    alone = person.do("lesson.run", block="logs")
    assert texts(alone, "note") == [first]
    person.do("lesson.run", block="retry")
    after = person.do("lesson.run", block="logs")
    assert texts(after, "note") == []
    assert texts(after, "output") == texts(alone, "output") != []
    person.do("lesson.run", block="zero")
    again = person.do("lesson.run", block="logs")
    assert texts(again, "note") == [first]
    assert texts(again, "output") == texts(alone, "output")
    assert texts(person.do("lesson.run", block="logs"), "note") == []


def test_run_plays_one_block_after_another(person):
    titles = [texts(person.do("lesson.run"), "title")[0] for _ in range(6)]
    assert titles[:2] == ["One order, five minutes", "Find the request id"]
    assert titles[2:4] == ["Two retries, the default", "Reserve nothing"]
    assert titles[4] == "The queue before the right"
    assert titles[5] == titles[0]  # and begins again


# -- the lab -----------------------------------------------------------------------------------------------


def test_the_lab_is_seen_as_it_is(at_lab):
    view = at_lab.view.lab
    assert (view.id, view.clock, view.next, view.done, view.calls) == (LAB, "Mon 09:00:00", None, False, 0)
    assert [(file.name, file.deployed) for file in view.files] == [("app.py", True)]
    assert view.timeline == ()
    assert view.log == ()
    at_lab.type(SEND, "clock advance 5s")
    view = at_lab.view.lab
    assert view.clock == "Mon 09:00:05"
    assert view.next.text
    assert 0 < view.next.in_us <= 60_000_000
    assert view.calls == 1
    assert [row.text for row in view.log if row.text.startswith("START")]
    assert {row.kind for row in view.log} == {"platform", "line", "error"}
    assert [row for row in view.timeline if row.word == "started"]
    assert [line.kind for line in view.console] == ["input", "output", "input", "output"]


def test_files_are_saved_and_deployed(at_lab):
    said = at_lab.do("lab.save_file", name="app.py", text="x = 1\n")
    assert texts(said, "say") == ["Wrote app.py. Deploy it to make it count."]
    assert [(file.text, file.deployed) for file in at_lab.view.lab.files] == [("x = 1\n", False)]
    at_lab.do("lab.deploy")
    assert [file.deployed for file in at_lab.view.lab.files] == [True]
    at_lab.do("lab.undo")
    assert [(file.text, file.deployed) for file in at_lab.view.lab.files] == [("x = 1\n", False)]


@pytest.mark.parametrize("name", ["../x", "/etc/x", "a\0b", ".", "x" * 300])
def test_a_file_that_cannot_be_is_refused(at_lab, name):
    assert len(errors(at_lab.do("lab.save_file", name=name, text="x"))) == 1
    assert [file.name for file in at_lab.view.lab.files] == ["app.py"]


def test_text_that_no_file_can_hold_is_refused(at_lab):
    said = errors(at_lab.do("lab.save_file", name="x.py", text="\ud800"))
    assert said == ["There is a character in this text that no file can hold."]


def test_a_file_that_cannot_be_read_is_not_shown(at_lab):
    folder = next((at_lab.state / "attempts").iterdir()) / "code"
    (folder / "odd.py").symlink_to("/proc/self/mem")
    at_lab.do("lab.tasks")
    assert [file.name for file in at_lab.view.lab.files] == ["app.py"]


def test_hints_are_told_and_kept(at_lab):
    first = texts(at_lab.do("lab.hint"), "hint")
    second = texts(at_lab.do("lab.hint"), "hint")
    assert first[0].startswith("Hint 1 of 3: ")
    assert second[0].startswith("Hint 2 of 3: ")
    task = at_lab.view.lab.tasks[0]
    assert [f"Hint {hint.number} of {hint.total}: {hint.text}" for hint in task.hints] == [*first, *second]
    assert task.hints_left == 1
    at_lab.do("lab.hint")
    assert texts(at_lab.do("lab.hint")) == ["No more hints. `solution` shows one way to do it."]


def test_a_solution_is_shown_after_a_try_and_a_yes(at_lab):
    assert texts(at_lab.do("lab.solution", confirm="yes")) == [
        "Try something first, even if it is wrong. Then ask again."
    ]
    at_lab.type("clock advance 1m")
    assert texts(at_lab.do("lab.solution")) == ["The solution stays hidden."]
    assert texts(at_lab.do("lab.solution", confirm="no")) == ["The solution stays hidden."]
    lines = texts(at_lab.do("lab.solution", confirm="yes"), "output")
    at_lab.type(*lines)
    assert set(statuses(at_lab).values()) == {"pass"}


def test_goal_says_what_is_wanted_and_what_there_is(at_lab):
    told = texts(at_lab.do("lab.goal"))
    assert told[0] == "NOT YET ○ Send one asynchronous event and watch it fail"
    assert told[1].startswith("○ Wanted: failed attempts of ")
    assert told[2].startswith("  There is: ")
    assert told[3:] == [
        "BLOCKED – Make lost events land in the queue letters",
        "First: Send one asynchronous event and watch it fail.",
        'BLOCKED – A good order, one with "ok": true, must still succeed',
        "First: Make lost events land in the queue letters.",
    ]


def test_a_solved_lab_says_once_what_is_worth_doing_then(at_lab):
    run = at_lab.tutor.labs.run
    assert run.after
    assert "{" not in run.after
    assert texts(at_lab.type(*SOLVE), "say").count(run.after) == 1
    assert run.after not in texts(at_lab.type("clock advance 1m"), "say")


def test_a_reset_wants_a_yes_and_begins_afresh(at_lab):
    fresh = at_lab.view.lab
    at_lab.type(SEND, "clock advance 4m")
    at_lab.do("lab.hint")
    for answer in ({}, {"confirm": "no"}):
        assert texts(at_lab.do("lab.reset", **answer)) == ["Nothing was reset."]
    assert statuses(at_lab)["fails"] == "pass"
    at_lab.do("lab.reset", confirm="yes")
    now = at_lab.view.lab
    assert (now.clock, now.tasks, now.files, now.timeline) == (fresh.clock, fresh.tasks, fresh.files, ())
    assert now.functions == fresh.functions


def test_skip_goes_to_what_happens_next(at_lab):
    assert errors(at_lab.do("lab.skip"))
    at_lab.type(SEND)
    at_lab.do("lab.skip")
    at_lab.do("lab.skip")
    assert at_lab.view.lab.clock.startswith("Mon 09:01:0")


# -- checks ------------------------------------------------------------------------------------------------


def test_a_cancelled_check_says_and_changes_nothing(at_lab):
    for line in SOLVE:
        at_lab.tutor.perform("lab.command", line=line)
    before = seen(at_lab.view)
    assert at_lab.tutor.examine(lambda: True).lines == ()
    assert seen(at_lab.view) == before
    assert not at_lab.tutor.store.done("lab", LAB)
    assert texts(at_lab.tutor.examine(), "check")
    assert at_lab.tutor.store.done("lab", LAB)


def test_checks_say_only_what_is_new(at_lab):
    assert at_lab.tutor.examine().lines == ()
    assert texts(at_lab.type(SEND, "clock advance 4m"), "check")
    assert texts(at_lab.type("show timeline"), "check") == []


def test_checks_outside_of_a_lab_say_nothing(person):
    assert person.tutor.examine().lines == ()
    person.do("go.lab")
    person.do("go.quiz")
    assert person.tutor.examine().lines == ()


def test_what_was_checked_is_on_record(at_lab):
    at_lab.type(SEND, "clock advance 4m")
    store = at_lab.tutor.store
    attempt = store.attempt("lab", LAB)
    assert {task: row.status for task, row in store.checks(attempt.id).items()} == {
        "fails": "pass",
        "captured": "not_yet",
        "still-works": "blocked",
    }


@pytest.mark.parametrize("action", ["lab.check", "lab.hint"])
def test_a_check_on_demand_counts_as_much_as_one_by_itself(at_lab, action):
    for line in SOLVE:
        at_lab.tutor.perform("lab.command", line=line)
    said = at_lab.tutor.perform(action)
    assert "All tasks are done. `next` goes on; or stay and try things out." in texts(said, "say")
    assert at_lab.tutor.store.done("lab", LAB)
    assert at_lab.tutor.examine().lines == ()


def test_a_warning_is_said_once_and_again_when_it_comes_again(at_lab):
    gone = "aws lambda delete-function --function-name {names}"
    warning = "The function is gone. Press u to undo, or x to reset."
    assert warning in errors(at_lab.type(gone))
    assert warning not in errors(at_lab.type("clock advance 1m"))
    assert errors(at_lab.tutor.examine()) == []
    at_lab.do("lab.undo")
    at_lab.do("lab.undo")
    assert warning in errors(at_lab.type(gone))
