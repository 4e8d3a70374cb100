"""Leaving at any place and coming back to it: the same view, or a friendly word why not."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from random import Random

import pytest

from tests.tutor.actions.bench import (
    LAB,
    SEND,
    SOLVE,
    errors,
    finish_quiz,
    seen,
    statuses,
    stored,
    texts,
)
from tutor.actions import ACTIONS
from tutor.progress import Store, StoreError

BACK = "You are back where you left the lab."


def back(person):
    """The person after a restart, and what was said; what they saw is seen again."""
    before = seen(person.view)
    person, said = person.come_back()
    assert seen(person.view) == before
    return person, said


# -- the same view -----------------------------------------------------------------------------------------


def test_a_lesson_is_open_again(enter):
    person, said = back(enter())
    assert said.lines == ()
    assert person.view.place == "lesson"
    person.leave()


def test_the_outline_is_open_again(enter):
    person = enter()
    person.do("go.outline")
    person, _said = back(person)
    assert person.view.place == "outline"
    person.leave()


def test_an_untouched_lab_is_open_again(enter):
    person = enter()
    person.do("go.lab")
    person, said = back(person)
    assert texts(said, "note") == [BACK]
    person.leave()


def test_a_lab_in_hand_is_open_again_with_all_that_was_done(enter):
    person = enter()
    person.do("go.lab")
    person.type(SEND, "clock advance 90s", "fly", "aws sqs create-queue --queue-name mine", "undo")
    person.do("lab.hint")
    person.do("lab.save_file", name="app.py", text="def handler(event, context):\n    return 1\n")
    person.do("lab.deploy")
    person.do("lab.save_file", name="new/more.py", text="x = 1\n")
    person, said = back(person)
    assert BACK in texts(said, "note")
    lab = person.view.lab
    assert lab.clock.startswith("Mon 09:01:3")
    assert statuses(person)["fails"] == "pass"
    assert [(file.name, file.deployed, file.code) for file in lab.files] == [
        ("app.py", True, True),
        ("new/more.py", False, True),
        ("out.json", False, False),
    ]
    assert "fly" in [line.text for line in lab.console]
    person.type("clock advance 10m", *SOLVE[2:])
    person.do("lab.hint")
    person, _said = back(person)
    person.leave()


def test_a_finished_lab_is_open_again_and_goes_on(enter):
    person = enter()
    person.do("go.lab")
    person.type(*SOLVE)
    person, _said = back(person)
    assert person.view.lab.done
    person.do("go.next")
    assert person.view.place == "quiz"
    person.leave()


def test_a_lab_that_was_reset_is_open_again_as_it_is_after_the_reset(enter):
    person = enter()
    person.do("go.lab")
    person.type(SEND, "clock advance 4m", "edit mine.py <<END\nx = 1\nEND")
    person.do("lab.reset", confirm="yes")
    person.type("clock advance 7m")
    person, _said = back(person)
    assert person.view.lab.clock == "Mon 09:07:00"
    assert [file.name for file in person.view.lab.files] == ["app.py"]
    person.leave()


def test_a_reset_keeps_the_names_and_the_attempt_before_with_its_files(enter):
    person = enter()
    person.do("go.lab")
    names = person.view.lab.functions
    person.type("clock advance 1m", "edit app.py <<END\nx = 1\nEND")
    person.do("lab.reset", confirm="yes")
    assert person.view.lab.functions == names
    assert person.view.lab.files[0].text != "x = 1\n"
    person.leave()
    store = stored(person.state)
    assert store.summary().attempts == 2
    store.close()
    first = min((person.state / "attempts").iterdir())
    assert (first / "code" / "app.py").read_text() == "x = 1\n"


def test_a_quiz_is_open_again_at_the_question_in_hand(enter):
    person = enter()
    person.do("go.quiz")
    person, _said = back(person)
    person.do("quiz.answer", response="B")
    person.do("quiz.next")
    person, _said = back(person)
    assert (person.view.quiz.number, person.view.quiz.score[1]) == (2, 1)
    person.leave()


def test_a_finished_quiz_is_open_again_with_its_score(enter):
    person = enter()
    person.do("go.quiz")
    finish_quiz(person)
    person, _said = back(person)
    assert person.view.quiz.finished
    person.leave()


def test_both_are_open_again_when_the_person_goes_from_one_to_the_other(enter):
    person = enter()
    person.do("go.lab")
    person.type(SEND)
    lab = seen(person.view)["lab"]
    person.do("go.quiz")
    person.do("quiz.answer", response="A")
    quiz = person.view.quiz.score
    person, _said = person.come_back()
    assert person.view.quiz.score == quiz
    person.do("go.lab")
    assert seen(person.view)["lab"] == lab
    person.leave()


def test_any_actions_in_any_order_never_raise_and_are_all_there_again(enter):
    person, chance = enter(), Random(5)
    values = {
        "ref": ["", "L5.3", LAB, "nobody"],
        "block": ["", "retry", "zero", "nobody"],
        "line": [*SOLVE, "undo", "reset", "clock next", "explain", "fly", "aws", "edit x.py <<E\nx\nE", "'"],
        "confirm": ["yes", "no", "perhaps"],
        "name": ["app.py", "../x", "y.py", "lib/z.py"],
        "to": ["app.py", "y.py", "lib/z.py", ".hidden", "/x"],
        "text": ["x = 1\n", "\ud800", "def handler(e, c):\n    return 1\n"],
        "function": ["", "nobody"],
        "response": ["A", "bc", "3", "?", ""],
    }
    for number in range(120):
        action = chance.choice([action for action in ACTIONS if action.id != "app.quit"])
        given = [arg for arg in action.args if not arg.optional or chance.random() < 0.5]
        person.do(action.id, **{arg.name: chance.choice(values[arg.name]) for arg in given})
        if number % 20 == 19 and (person.view.quiz is None or not person.view.quiz.answered):
            person, _said = back(person)
    person.leave()


# -- what is kept does not fit any more --------------------------------------------------------------------


def spoil(state: Path, statement: str, *values: object) -> None:
    """Change something in the state behind the program's back."""
    file = sqlite3.connect(state / "progress.sqlite3")
    # One bit of the row's hash, which its JSON ends with.
    file.create_function("flipped", 1, lambda body: body[:-10] + bytes([body[-10] ^ 1]) + body[-9:])
    with file:
        assert file.execute(statement, values).rowcount > 0
    file.close()


def left_at_lab(enter):
    person = enter()
    person.do("go.lab")
    person.type(*SOLVE)
    person.do("go.quiz")
    finish_quiz(person)
    person.do("go.lab")
    person.leave()
    return person


def afresh(enter, why: str, course: Path | None = None):
    """The person at the lab again: it started afresh, and what was done stays done."""
    person = enter(course=course)
    said = person.resume()
    (note,) = texts(said, "note")
    assert why in note
    assert person.view.place == "lab"
    assert person.view.lab.clock == "Mon 09:00:00"
    assert not person.view.lab.done
    marks = {entry.id: entry.mark for entry in person.view.outline}
    assert (marks[LAB], marks["quiz:L5.3"]) == ("done", "done")
    person.type(*SOLVE)
    assert person.view.lab.done
    back(person)[0].leave()
    return person


@pytest.mark.parametrize(
    ("statement", "why"),
    [
        ("UPDATE journal SET body = flipped(body) WHERE number = 9", "row 9 of the journal is damaged"),
        ("UPDATE journal SET body = x'7b7d' WHERE number = 9", "a row of it cannot be read"),
        ("UPDATE journal SET body = x'ff00' WHERE number = 9", "a row of it cannot be read"),
        ("DELETE FROM journal WHERE number = 9", "row 9 of the journal is damaged or was edited"),
        ("DELETE FROM journal WHERE number > 2", "the journal ends before the lab begins"),
        ("DELETE FROM journal", "the journal has no header row"),
        ("DELETE FROM attempt_blob WHERE 1", "is missing from the journal"),
    ],
)
def test_a_damaged_journal_is_said_so_and_the_lab_starts_afresh(enter, statement, why):
    person = left_at_lab(enter)
    spoil(person.state, statement)
    afresh(enter, why)


def test_a_journal_of_a_newer_engine_is_said_so(enter, monkeypatch):
    monkeypatch.setattr("sandbox.world.ENGINE", "9.0.0")
    left_at_lab(enter)
    monkeypatch.undo()
    afresh(enter, "this was saved by engine 9.0.0, which is newer than")


@pytest.mark.parametrize("value", ["", "{", '{"hints": 7}', "\udcff"])
def test_damaged_memory_of_hints_and_words_leaves_the_work(enter, value):
    person = left_at_lab(enter)
    text = value.encode("utf-8", "surrogateescape")
    spoil(person.state, "UPDATE note SET value = CAST(? AS TEXT) WHERE key LIKE 'lab:%'", text)
    person = enter()
    person.resume()
    assert person.view.lab.done
    assert person.view.lab.console == ()


@pytest.mark.parametrize("key", ["place", "seed"])
@pytest.mark.parametrize("value", ["", "{", '{"place": 7}', "x"])
def test_a_damaged_note_of_the_place_or_the_seed_opens_the_first_lesson(enter, key, value):
    person = enter()
    person.do("go.quiz")
    person.leave()
    spoil(person.state, f"UPDATE note SET value = ? WHERE key = '{key}'", value)
    person = enter()
    person.resume()
    assert person.view.place == ("quiz" if key == "seed" else "lesson")
    assert errors(person.do("go.lab")) == []


def test_a_place_in_a_lesson_that_is_gone_opens_the_first_lesson(enter):
    person = enter()
    person.do("go.quiz")
    person.leave()
    spoil(person.state, "UPDATE note SET value = ? WHERE key = 'place'", '{"place": "quiz", "lesson": "L0"}')
    person = enter()
    assert person.resume().lines == ()
    assert person.view.place == "lesson"


# -- nothing can be saved ----------------------------------------------------------------------------------


def test_a_folder_that_cannot_be_used_is_said_and_the_course_runs(enter, tmp_path):
    (tmp_path / "file").write_text("x")
    person = enter(tmp_path / "file" / "state")
    assert person.view.saved.startswith("Your progress is not being saved: ")
    assert "--state FOLDER" in person.view.saved
    person.do("go.lab", ref=LAB)
    person.type(*SOLVE)
    assert person.view.lab.done
    person.do("lab.reset", confirm="yes")
    person.do("go.quiz")
    finish_quiz(person)
    assert person.view.saved.startswith("Your progress is not being saved: ")


def test_a_state_that_another_program_has_open_is_said(enter):
    first, second = enter(), enter()
    assert first.view.saved == ""
    assert "Another Lambda Tutor is running" in second.view.saved


def test_a_state_that_turns_out_unreadable_is_let_go_of(enter, tmp_path, monkeypatch):
    noted = Store.noted

    def damaged(store: Store, key: str) -> str | None:
        if store.folder is not None and key == "seed":
            raise StoreError("It is damaged.", "damaged")
        return noted(store, key)

    with monkeypatch.context() as patched:
        patched.setattr(Store, "noted", damaged)
        person = enter(tmp_path / "new")
        assert person.view.saved == "Your progress is not being saved: It is damaged."
    stored(tmp_path / "new").close()


def test_a_file_that_is_no_state_is_left_alone(enter, tmp_path):
    folder = tmp_path / "other"
    folder.mkdir()
    (folder / "progress.sqlite3").write_bytes(b"my own notes, not yours" * 100)
    person = enter(folder)
    assert "is not a progress file of Lambda Tutor" in person.view.saved
    person.do("go.lab")
    assert (folder / "progress.sqlite3").read_bytes().startswith(b"my own notes")


def test_what_can_be_read_but_not_written_any_more_is_a_word_and_not_a_crash(at_lab, monkeypatch):
    at_lab.type("clock advance 1m")

    def full(*_given: object) -> None:
        raise StoreError("There is no space left.", "full")

    with monkeypatch.context() as patched:
        patched.setattr(at_lab.tutor.store, "append_rows", full)
        assert errors(at_lab.tutor.perform("lab.command", line="clock advance 1m")) == [
            "There is no space left."
        ]
        assert errors(at_lab.tutor.perform("lab.reset", confirm="yes")) == ["There is no space left."]
    assert errors(at_lab.do("lab.command", line="clock advance 3m")) == []
    person, _said = back(at_lab)
    assert person.view.lab.clock == "Mon 09:03:00"
    person.leave()


def test_a_lab_that_cannot_be_saved_is_not_opened_and_opens_later(person, monkeypatch):
    def full(*_given: object) -> None:
        raise StoreError("There is no space left.", "full")

    with monkeypatch.context() as patched:
        patched.setattr(person.tutor.store, "append_rows", full)
        assert errors(person.tutor.perform("go.lab")) == ["There is no space left."]
        assert person.view.place == "lesson"
    assert person.tutor.store.attempt("lab", LAB) is None
    assert errors(person.do("go.lab")) == []
    person.type("clock advance 1m")
    back(person)[0].leave()


def test_a_folder_that_takes_no_files_is_a_word_and_not_a_crash(person, monkeypatch):
    from tutor.practice.files import FileProblem, Folder

    def full(*_given: object) -> None:
        raise FileProblem("app.py: No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(Folder, "write", full)
        assert errors(person.tutor.perform("go.lab")) == ["app.py: No space left on device"]
        assert person.view.place == "lesson"
    person.do("go.lab")
    with monkeypatch.context() as patched:
        patched.setattr(Folder, "write", full)
        said = errors(person.tutor.perform("lab.reset", confirm="yes"))
        assert set(said) == {"app.py: No space left on device"}
        assert errors(person.tutor.perform("lab.save_file", name="x.py", text="x")) != []
    assert errors(person.do("lab.save_file", name="x.py", text="x")) == []
    back(person)[0].leave()


def test_an_answer_that_cannot_be_saved_is_not_given(at_quiz, monkeypatch):
    def full(*_given: object, **_more: object) -> None:
        raise StoreError("There is no space left.", "full")

    with monkeypatch.context() as patched:
        patched.setattr(at_quiz.tutor.store, "record_answer", full)
        assert errors(at_quiz.do("quiz.answer", response="A")) == ["There is no space left."]
    assert not at_quiz.view.quiz.answered
    assert errors(at_quiz.do("quiz.answer", response="A")) == []


def test_quiz_again_that_cannot_be_saved_leaves_the_quiz_open(at_quiz, monkeypatch):
    def full(*_given: object, **_more: object) -> None:
        raise StoreError("There is no space left.", "full")

    with monkeypatch.context() as patched:
        patched.setattr(at_quiz.tutor.store, "start_attempt", full)
        assert errors(at_quiz.do("quiz.again")) == ["There is no space left."]
    assert errors(at_quiz.do("quiz.answer", response="A")) == []
    assert at_quiz.view.quiz.answered


def test_closing_twice_does_no_harm(person):
    person.do("go.lab")
    person.leave()
    person.leave()


def test_what_could_not_be_saved_is_said_beside_the_answer_and_at_the_end(at_lab, monkeypatch):
    def full(store: Store, *_rest: object) -> None:
        with store.together():
            raise sqlite3.OperationalError("database or disk is full")

    with monkeypatch.context() as patched:
        patched.setattr(Store, "append_rows", full)
        said = at_lab.tutor.perform("lab.command", line="clock advance 1m")
        assert texts(said, "output")[0].startswith("It is Monday 09:01:00.")
        assert "database or disk is full" in texts(said, "error")[0]
        assert at_lab.view.saved.startswith("What you did last is not saved: ")
        bye = at_lab.tutor.perform("app.quit")
        assert bye.quit
        assert "Saved. See you next time." not in texts(bye)
    assert texts(at_lab.tutor.perform("app.quit")) == ["Saved. See you next time."]
    assert at_lab.view.saved == ""
