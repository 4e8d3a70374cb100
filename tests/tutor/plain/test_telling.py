"""How answers are told: in words, once, in one way, and never asked for in vain."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from tutor.actions.registry import Line, Outcome

WARNING = "Your progress is not being saved: the disk is full."
UNTRIED = Outcome((Line("say", "Try something first, even if it is wrong. Then ask again."),))
ROW = "09:00:00.151  worker  ↻ retry in 1 min: event 567ae461 again at 09:01:00.151: the code failed"


def said(text: str, marker: str) -> str:
    """What was said after the line that was typed."""
    return text.split(f"> {marker}\n", 1)[1]


def warned(tutor: Any) -> None:
    tutor.view = msgspec.structs.replace(tutor.view, saved=WARNING)


def test_that_nothing_is_saved_is_said_at_the_start_when_a_lab_is_opened_and_at_the_end(
    session: Any, tutor: Any
) -> None:
    warned(tutor)
    tutor.go("lesson")
    text = session.type("lab", "hint", "quiz", "quit")
    assert text.count(f"Note: {WARNING}\n") == 4
    assert text.endswith(f"quiz> quit\nNote: {WARNING}\n")
    assert "Saved." not in text


def test_the_next_question_does_not_repeat_that_nothing_is_saved(session: Any, tutor: Any) -> None:
    def following() -> Outcome:
        quiz = msgspec.structs.replace(tutor.view.quiz, number=2, id="Q2", stem="And then?")
        tutor.view = msgspec.structs.replace(tutor.view, quiz=quiz)
        return Outcome()

    warned(tutor)
    tutor.go("quiz")
    tutor.answers["quiz.next"] = following
    assert said(session.type("next", "quit"), "next").count(WARNING) == 1


def test_a_solution_that_is_refused_is_not_asked_about(session: Any, tutor: Any) -> None:
    tutor.answers["lab.solution"] = lambda confirm="": UNTRIED
    text = said(session.type("solution", "hint"), "solution")
    assert text.startswith("Tutor: Try something first, even if it is wrong. Then ask again.\n")
    assert "Sure?" not in text
    assert [action for action, _ in tutor.asked] == ["lab.solution", "lab.hint", "app.quit"]


def test_a_solution_that_there_is_comes_after_a_yes(session: Any, tutor: Any) -> None:
    def solution(confirm: str = "") -> Outcome:
        shown = Line("output", "aws iam help") if confirm == "yes" else Line("say", "It stays hidden.")
        return Outcome((shown,))

    tutor.go("lab", tried=True)
    tutor.answers["lab.solution"] = solution
    text = session.type("solution", "yes")
    assert "Sure? yes or no: yes\nOutput: aws iam help\n" in text
    assert "hidden" not in text


@pytest.mark.parametrize("place", ["lesson", "lab", "quiz"])
def test_what_cannot_be_opened_is_told_and_nothing_else(session: Any, tutor: Any, place: str) -> None:
    tutor.go(place)
    tutor.answers["go.lesson"] = lambda ref: Outcome((Line("error", "there is no lesson L9"),))
    text = session.type("lesson L9")
    assert said(text, "lesson L9") == "Error: there is no lesson L9\nTutor: Saved. Goodbye.\n"


def test_a_lesson_without_a_lab_says_so_and_is_not_read_again(session: Any, tutor: Any) -> None:
    tutor.go("lesson")
    tutor.answers["go.lab"] = lambda: Outcome((Line("say", "This lesson has no lab."),))
    assert said(session.type("lab"), "lab") == "Tutor: This lesson has no lab.\nTutor: Saved. Goodbye.\n"


def test_the_menu_stays_while_the_outline_does(session: Any, tutor: Any) -> None:
    tutor.answers["go.lesson"] = lambda ref: Outcome((Line("error", "it is broken"),))
    session.type("outline", "help", "1", "2")
    assert tutor.asked[1:3] == [("go.lesson", {"ref": "L5.3"}), ("go.lab", {"ref": "three-tries"})]


@pytest.mark.parametrize("line", ["show timeline", "timeline"])
def test_a_timeline_is_words_and_goes_on_indented_where_it_is_too_long(
    session: Any, tutor: Any, line: str
) -> None:
    tutor.answers["lab.command"] = lambda line: Outcome((Line("output", f"{ROW}\n{ROW}"),))
    tutor.answers["lab.timeline"] = lambda: Outcome((Line("output", f"{ROW}\n{ROW}"),))
    first = [
        "Output:",
        "09:00:00.151  worker  retry in 1 min: event 567ae461 again at",
        "    09:01:00.151: the code failed",
    ]
    assert said(session.type(line, width=64), line).splitlines()[:3] == first


def test_a_proof_is_words_and_goes_on_indented(session: Any, tutor: Any) -> None:
    tutor.go("quiz")
    tutor.answers["quiz.proof"] = lambda: Outcome((Line("proof", ROW),))
    assert said(session.type("proof", width=70), "proof").splitlines()[:2] == [
        "Proof: 09:00:00.151  worker  retry in 1 min: event 567ae461 again at",
        "    09:01:00.151: the code failed",
    ]


@pytest.mark.parametrize("line", ["aws logs tail /aws/lambda/worker", "show logs", "show queue letters"])
def test_what_is_of_aws_is_left_as_it_is(session: Any, tutor: Any, line: str) -> None:
    tutor.answers["lab.command"] = lambda line: Outcome((Line("output", ROW),))
    assert f"Output: {ROW}\n" in session.type(line, width=40)


def test_in_a_lesson_each_command_decides_how_its_answer_is_told(session: Any, tutor: Any) -> None:
    lines = (
        Line("input", "aws logs tail g"),
        Line("output", ROW),
        Line("input", "show timeline worker"),
        Line("output", ROW),
    )
    tutor.go("lesson")
    tutor.answers["lesson.run"] = lambda: Outcome(lines)
    text = said(session.type("run"), "run")
    assert text.count("↻") == 1
    assert text.index("↻") < text.index("show timeline")


def test_tasks_are_told_in_one_way_whatever_the_core_says(session: Any, tutor: Any) -> None:
    core = (
        Line("check", "NOT YET ○ Send one event and watch it fail"),
        Line("why", "Wanted: 1 or more. There is: 0."),
        Line("check", "BLOCKED – Make lost events land in a queue"),
        Line("error", "A check cannot be used."),
    )
    tutor.answers["lab.tasks"] = lambda: Outcome(core)
    assert said(session.type("tasks", "quit"), "tasks").splitlines()[:6] == [
        "Task 1: NOT YET. Send one event and watch it fail",
        "Wanted: 1 or more",
        "Found: 0",
        "Hint 1 of 3: Look.",
        "Task 2: BLOCKED. Make lost events land in a queue",
        "Error: A check cannot be used.",
    ]


def test_what_changed_in_a_task_is_told_as_the_task_is(session: Any, tutor: Any) -> None:
    tutor.examined = lambda: Outcome(
        (
            Line("check", "NOT YET ○ Send one event and watch it fail"),
            Line("why", "Wanted: 1 or more. There is: 0."),
        )
    )
    assert said(session.type("undo"), "undo").splitlines()[:3] == [
        "Check: NOT YET. Send one event and watch it fail",
        "Wanted: 1 or more",
        "Found: 0",
    ]


def test_a_hint_keeps_the_number_that_it_was_told_with(session: Any, tutor: Any) -> None:
    waits = msgspec.structs.replace(tutor.view.lab.tasks[0], status="blocked", hints_left=0)
    tutor.go("lab", tasks=(waits,))
    assert "Hint 1 of 3: Look.\n" in said(session.type("tasks"), "tasks")


def test_hints_of_a_task_that_passed_are_not_told_again(session: Any, tutor: Any) -> None:
    done = msgspec.structs.replace(tutor.view.lab.tasks[0], status="pass", hints_left=0)
    tutor.go("lab", tasks=(done,))
    assert "Hint" not in said(session.type("tasks"), "tasks")


def test_after_the_last_hint_the_solution_is_pointed_to(session: Any, tutor: Any) -> None:
    last = msgspec.structs.replace(tutor.view.lab.tasks[0], hints_left=0)
    tutor.go("lab", tasks=(last,))
    told = said(session.type("tasks"), "tasks")
    assert "Hint: There are no more. Type solution to see one way to do it.\n" in told


def test_that_a_task_was_lost_is_news(session: Any, tutor: Any) -> None:
    lost = msgspec.structs.replace(tutor.view.lab.tasks[0], lost=True)
    tutor.go("lab", tasks=(lost,))
    tutor.examined = lambda: Outcome((Line("news", "Was done, is not any more: Send one event."),))
    text = session.type("undo", "tasks")
    assert "News: Was done, is not any more: Send one event.\n" in said(text, "undo")
    assert "NOT YET. Send one event and watch it fail\nNews: It was done, and is not any more.\n" in text
