from __future__ import annotations

import re
from typing import Any

import msgspec
import pytest

from tutor.actions.registry import Line, Outcome
from tutor.actions.view import LabView, OptionView, QuizView
from tutor.course.problems import ContentError, ContentProblem


def said(text: str, marker: str) -> str:
    """What was said after the line that was typed."""
    return text.split(f"> {marker}\n", 1)[1]


def test_the_first_line_confirms_the_mode(session: Any) -> None:
    assert session.type().splitlines()[0] == "Mode: Lambda Tutor in plain mode, line by line."


def test_the_second_line_says_why_when_nobody_asked_for_it(session: Any) -> None:
    text = session.type(reason="standard output is not a terminal")
    assert text.splitlines()[:2] == [
        "Mode: Lambda Tutor in plain mode, line by line.",
        "Why plain: standard output is not a terminal.",
    ]


def test_the_end_of_the_input_saves_and_leaves(session: Any, tutor: Any) -> None:
    text = session.type()
    assert tutor.asked == [("app.quit", {})]
    assert text.endswith("Tutor: Saved. Goodbye.\n")


def test_quit_leaves_without_reading_on(session: Any, tutor: Any) -> None:
    session.type("quit", "hint")
    assert [action for action, _ in tutor.asked] == ["app.quit"]


def test_the_place_is_shown_at_the_start(session: Any) -> None:
    text = session.type()
    assert "Lab: Three tries and a letter\n" in text
    assert "Task 1: NOT YET. Send one event and watch it fail\n" in text
    assert "Hint 1 of 3: Look.\n" in text
    assert "Clock: Mon 09:00:00. Next: order 7 is tried again, in 1 minute." in text


def test_a_console_line_goes_to_the_lab_as_it_was_typed(session: Any, tutor: Any) -> None:
    line = "aws lambda invoke --function-name worker --payload '{\"order\": 7}' out.json"
    tutor.answers["lab.command"] = lambda line: Outcome((Line("output", '{\n  "StatusCode": 202\n}'),))
    text = session.type(line)
    assert tutor.asked[0] == ("lab.command", {"line": line})
    assert said(text, line).startswith('Output:\n{\n  "StatusCode": 202\n}\n')


@pytest.mark.parametrize("line", ["clock advance 5m", "show timeline worker", "explain last"])
def test_the_verbs_of_the_console_are_console_lines(session: Any, tutor: Any, line: str) -> None:
    session.type(line)
    assert tutor.asked[0] == ("lab.command", {"line": line})


def test_a_backslash_joins_lines(session: Any, tutor: Any) -> None:
    session.type("aws lambda invoke \\", "  --function-name worker out.json")
    assert tutor.asked[0] == ("lab.command", {"line": "aws lambda invoke --function-name worker out.json"})


def test_each_kind_of_line_starts_with_its_word(session: Any, tutor: Any) -> None:
    lines = (
        Line("check", "fails: PASS"),
        Line("clock", "Mon 09:05:00"),
        Line("log", "START\nEND"),
        Line("why", "The role must allow it."),
        Line("hint", "Hint 2 of 3: Who writes the letter?"),
        Line("error", "There is no function of that name."),
    )
    tutor.answers["lab.command"] = lambda line: Outcome(lines)
    assert said(session.type("clock"), "clock").splitlines()[:8] == [
        "Check: fails: PASS",
        "Clock: Mon 09:05:00",
        "Log:",
        "START",
        "END",
        "Why: The role must allow it.",
        "Hint 2 of 3: Who writes the letter?",
        "Error: There is no function of that name.",
    ]


def test_checks_run_after_each_action_and_say_what_changed(session: Any, tutor: Any) -> None:
    tutor.examined = lambda: Outcome((Line("check", "fails: PASS"),))
    assert "Check: fails: PASS\n" in said(session.type("hint"), "hint")


def test_what_moved_in_the_lab_is_told_after_an_action(session: Any, tutor: Any) -> None:
    def advance(line: str) -> Outcome:
        lab: LabView = tutor.view.lab
        tutor.go("lab", clock="Mon 09:05:00", next=None, log=lab.log * 4, done=True)
        return Outcome((Line("say", "Five minutes passed."),))

    tutor.answers["lab.command"] = advance
    assert said(session.type("clock advance 5m"), "clock advance 5m").splitlines()[:3] == [
        "Tutor: Five minutes passed.",
        "Log: 3 new lines; type logs to read them.",
        "Clock: Mon 09:05:00. Nothing is waiting to happen.",
    ]


@pytest.mark.parametrize(
    ("word", "first"),
    [
        ("tasks", "Task 1: NOT YET. Send one event and watch it fail"),
        ("goal", "Task 1: Send one event and watch it fail"),
        ("logs", "Log stream: a/[$LATEST]1"),
        ("timeline", "Event: 09:00:00.020 worker: started, order 7"),
    ],
)
def test_panes_are_read_out(session: Any, word: str, first: str) -> None:
    assert said(session.type(word), word).splitlines()[0] == first


def test_again_repeats_the_last_answer(session: Any, tutor: Any) -> None:
    tutor.answers["lab.hint"] = lambda: Outcome((Line("hint", "Hint 1 of 3: Look."),))
    text = session.type("hint", "again", "again")
    assert text.count("Hint 1 of 3: Look.\n") == 4  # once with the task at the start
    assert [action for action, _ in tutor.asked] == ["lab.hint", "app.quit"]


def test_help_lists_what_is_available_now(session: Any, tutor: Any) -> None:
    text = said(session.type("help"), "help")
    assert "hint: One more hint" in text
    assert "files:" in text
    assert "proof" not in text
    tutor.closed = False
    tutor.go("quiz")
    text = said(session.type("?"), "?")
    assert "proof:" in text
    assert "hint:" not in text


def test_an_action_of_another_place_is_refused_with_the_way_there(session: Any, tutor: Any) -> None:
    tutor.go("quiz")
    text = session.type("aws lambda list-functions")
    assert "Error: Command belongs to a lab. Type lab to go there.\n" in text
    assert [action for action, _ in tutor.asked] == ["app.quit"]


def test_an_unknown_word_gets_a_suggestion(session: Any) -> None:
    assert "Error: I do not know hnit. Did you mean hint?" in session.type("hnit")


def test_the_outline_is_a_numbered_menu(session: Any, tutor: Any) -> None:
    text = session.type("outline", "1")
    assert "Module: How calls happen\n1: Lesson, Async retries, slowly, 30 minutes, begun\n2: Lab, " in text
    assert tutor.asked[1] == ("go.lesson", {"ref": "L5.3"})


def test_a_number_outside_of_the_menu_is_refused(session: Any, tutor: Any) -> None:
    assert "Error: Type a number from 1 to 3.\n" in session.type("outline", "9", "2")
    assert tutor.asked[1] == ("go.lab", {"ref": "three-tries"})


def test_a_lesson_is_whole_in_a_pipe_and_wrapped(session: Any, tutor: Any) -> None:
    tutor.go("lesson")
    text = session.type()
    assert "Lesson: L5.3, Async retries, slowly\nTakes: about 30 minutes\n" in text
    assert "Picture: The queue. Events wait in line.\n" in text
    assert "Demo: Type run retry to play it.\nCommand: clock advance 5m\n" in text
    assert max(len(line) for line in text.splitlines()) <= 76


def test_a_lesson_comes_block_by_block_at_a_terminal(session: Any, tutor: Any) -> None:
    tutor.go("lesson")
    text = session.type(interactive=True)
    assert "Heading: Accepted\n" in text
    assert "Demo:" not in text
    assert text.count("More: Press Enter to go on.") == 1
    tutor.closed = False
    text = session.type("", "more", "", interactive=True)
    assert text.index("Demo:") < text.index("Picture:") < text.index("End: This is the end of the lesson.")


def test_run_takes_the_block_by_its_name(session: Any, tutor: Any) -> None:
    tutor.go("lesson")
    session.type("run retry", "run")
    assert tutor.asked[:2] == [("lesson.run", {"block": "retry"}), ("lesson.run", {})]


@pytest.mark.parametrize(("typed", "response"), [("b", "b"), ("answer B", "B"), ("A, C", "A, C")])
def test_letters_answer_a_question(session: Any, tutor: Any, typed: str, response: str) -> None:
    tutor.go("quiz")
    session.type(typed)
    assert tutor.asked[0] == ("quiz.answer", {"response": response})


def test_a_number_answers_a_question_of_numbers(session: Any, tutor: Any) -> None:
    quiz = msgspec.structs.replace(tutor.view.quiz, type="number", options=())
    tutor.view = msgspec.structs.replace(tutor.view, place="quiz", quiz=quiz)
    session.type("1,000")
    assert tutor.asked[0] == ("quiz.answer", {"response": "1,000"})


def test_after_an_answer_each_option_says_why(session: Any, tutor: Any) -> None:
    def answer(response: str) -> Outcome:
        quiz: QuizView = tutor.view.quiz
        options = (
            OptionView("A", "09:00:01", True, "wrong", "Retries are not immediate."),
            OptionView("B", "about 09:03", False, "right", "One minute, then two more."),
        )
        quiz = msgspec.structs.replace(quiz, options=options, answered=True, right_answer="B", score=(0, 1))
        tutor.view = msgspec.structs.replace(tutor.view, quiz=quiz)
        return Outcome()

    tutor.go("quiz")
    tutor.answers["quiz.answer"] = answer
    assert said(session.type("a"), "a").splitlines()[:5] == [
        "Answer: Not right.",
        "Right answer: B",
        "A: your choice, wrong. 09:00:01. Retries are not immediate.",
        "B: right. about 09:03. One minute, then two more.",
        "Score: 0 of 1 right",
    ]


def test_next_in_a_quiz_is_the_next_question(session: Any, tutor: Any) -> None:
    def following() -> Outcome:
        quiz = msgspec.structs.replace(tutor.view.quiz, number=2, id="Q2", stem="And then?")
        tutor.view = msgspec.structs.replace(tutor.view, quiz=quiz)
        return Outcome()

    tutor.go("quiz")
    tutor.answers["quiz.next"] = following
    assert "Question 2 of 2: And then?\n" in said(session.type("next"), "next")


def test_reset_asks_first(session: Any, tutor: Any) -> None:
    assert "Note: Nothing was changed.\n" in session.type("reset", "no")
    assert [action for action, _ in tutor.asked] == ["app.quit"]
    tutor.asked.clear()
    session.type("reset", "perhaps", "y")
    assert tutor.asked[0] == ("lab.reset", {"confirm": "yes"})


def test_the_input_may_end_in_the_middle_of_a_question(session: Any, tutor: Any) -> None:
    assert "Nothing was changed." in session.type("reset")
    assert [action for action, _ in tutor.asked] == ["app.quit"]


def test_edit_takes_a_here_document(session: Any, tutor: Any) -> None:
    session.type("edit app.py <<END", "def handler(event, context):", "    return 1", "END", "deploy")
    assert tutor.asked[:2] == [
        ("lab.save_file", {"name": "app.py", "text": "def handler(event, context):\n    return 1\n"}),
        ("lab.deploy", {}),
    ]


def test_a_here_document_without_its_end_changes_nothing(session: Any, tutor: Any) -> None:
    assert "The text did not end with a line END. Nothing was changed." in session.type(
        "edit app.py <<END", "x = 1"
    )
    assert [action for action, _ in tutor.asked] == ["app.quit"]


def test_edit_without_an_editor_asks_for_lines(session: Any, tutor: Any) -> None:
    text = session.type("edit app.py", "x = 1", "END")
    assert "File app.py:\n" in text
    assert "    raise ValueError\n" in text
    assert tutor.asked[0] == ("lab.save_file", {"name": "app.py", "text": "x = 1\n"})


def test_edit_opens_the_persons_editor_at_a_terminal(
    session: Any, tutor: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    editor = tmp_path / "editor"
    editor.write_text(
        '#!/bin/sh\nsed s/ValueError/KeyError/ "$1" > "$1.new" && mv "$1.new" "$1"\n', encoding="utf-8"
    )
    editor.chmod(0o755)
    monkeypatch.setenv("EDITOR", str(editor))
    session.type("edit app.py", interactive=True)
    assert tutor.asked[0][1]["text"] == "def handler(event, context):\n    raise KeyError\n"


def test_an_editor_that_fails_changes_nothing(
    session: Any, tutor: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EDITOR", "false")
    assert "Nothing was changed." in session.type("edit app.py", interactive=True)
    assert [action for action, _ in tutor.asked] == ["app.quit"]


def test_files_lists_and_reads(session: Any) -> None:
    text = session.type("files", "files app.py", "files nope.py")
    assert "File: app.py, 2 lines, deployed\n" in text
    assert "File app.py:\ndef handler(event, context):\n    raise ValueError\nEnd of file.\n" in text
    assert "Error: There is no file nope.py. There is: app.py.\n" in text


def test_ctrl_c_at_the_prompt_says_how_to_leave_and_goes_on(session: Any, tutor: Any) -> None:
    text = session.type("^C", "hint", interactive=True)
    assert "Note: Type quit to leave; all that you did is saved.\n" in text
    assert [action for action, _ in tutor.asked] == ["lab.hint", "app.quit"]
    assert session.opened == 1


@pytest.mark.parametrize("where", ["perform", "examine"])
def test_ctrl_c_during_an_action_opens_the_course_from_what_was_saved(
    session: Any, tutor: Any, where: str
) -> None:
    def interrupted(**_args: str) -> Outcome:
        tutor.examined = Outcome
        raise KeyboardInterrupt

    def then_interrupted(**_args: str) -> Outcome:
        tutor.examined = interrupted
        return Outcome()

    tutor.answers["lab.command"] = interrupted if where == "perform" else then_interrupted
    text = session.type("clock advance 5h", "hint", interactive=True)
    assert "Note: Stopped. You are where you were before this command.\n" in text
    assert session.opened == 2
    assert [action for action, _ in tutor.asked] == ["lab.command", "lab.hint", "app.quit"]


def test_ctrl_c_while_a_question_is_asked_changes_nothing(session: Any, tutor: Any) -> None:
    session.type("reset", "^C", interactive=True)
    assert [action for action, _ in tutor.asked] == ["app.quit"]
    assert session.opened == 1


def test_nothing_that_is_printed_can_move_the_cursor_or_draws(session: Any, tutor: Any) -> None:
    evil = "\x1b[2Jgone\r\x07 ┌─┐ ⣿ █ \x9b31m"
    tutor.answers["lab.command"] = lambda line: Outcome((Line("output", evil), Line("log", evil)))
    text = session.type("show logs \x1b[2J")
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u2500-\u259f\u2800-\u28ff]", text)
    assert "Output: \\x1b[2Jgone\\x0d\\x07 +-+ . # \\x9b31m\n" in text


def test_a_narrow_terminal_gets_narrow_prose(session: Any, tutor: Any) -> None:
    tutor.go("lesson")
    text = session.type(width=40)
    prose = [line for line in text.splitlines() if not line.startswith(("Command", "Demo"))]
    assert max(len(line) for line in prose) <= 40


def test_empty_lines_do_nothing_in_a_lab(session: Any, tutor: Any) -> None:
    session.type("", "   ", "\t")
    assert [action for action, _ in tutor.asked] == ["app.quit"]


def test_a_quiz_is_opened_from_the_outline_by_its_lesson(session: Any, tutor: Any) -> None:
    session.type("outline", "3")
    assert tutor.asked[1] == ("go.quiz", {"ref": "L5.3"})


def test_a_lab_of_last_time_is_opened_at_the_start(session: Any, tutor: Any) -> None:
    def resumed() -> Outcome:
        tutor.go("lab")
        return Outcome((Line("note", "You are back where you left the lab."),))

    tutor.go("lesson")
    tutor.resumed = resumed
    text = session.type()
    assert "Note: You are back where you left the lab.\n" in text
    assert "Lab: Three tries and a letter\n" in text
    assert "Lesson:" not in text


def test_a_lesson_that_cannot_be_used_is_told_and_the_course_goes_on(session: Any, tutor: Any) -> None:
    def broken(ref: str) -> Outcome:
        raise ContentError([ContentProblem("lessons/x/lesson.md", 4, "nothing", "a title")])

    tutor.answers["go.lesson"] = broken
    text = session.type("lesson L9", "hint")
    assert "Error: lessons/x/lesson.md:4: found nothing, expected a title\n" in text
    assert [action for action, _ in tutor.asked] == ["go.lesson", "lab.hint", "app.quit"]


def test_ctrl_c_does_not_throw_away_a_course_that_is_only_in_memory(session: Any, tutor: Any) -> None:
    def interrupted(line: str) -> Outcome:
        raise KeyboardInterrupt

    tutor.store.warning = "Your progress is not being saved: the disk is full."
    tutor.answers["lab.command"] = interrupted
    session.type("clock advance 5h", "hint", interactive=True)
    assert session.opened == 1
    assert [action for action, _ in tutor.asked] == ["lab.command", "lab.hint", "app.quit"]
