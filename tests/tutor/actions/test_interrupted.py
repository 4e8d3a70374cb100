"""Ctrl-C anywhere in an action: the course opens again, with what was saved and nothing half done."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from random import Random
from types import FrameType
from typing import Any

import pytest

from tests.tutor.actions.bench import SEND, Person, errors, seen, texts

OURS = tuple(str(Path(__file__).parents[3] / name) for name in ("tutor", "sandbox"))
CUTS = 4
"""At how many points an action is interrupted; ten times as many in the long runs."""


class Interrupt:
    """Counts the lines of our code that run, and raises KeyboardInterrupt at one of them."""

    def __init__(self, at: int = 0) -> None:
        self.at = at
        self.count = 0

    def _line(self, frame: FrameType, event: str, _arg: Any) -> Any:
        if event == "line":
            self.count += 1
            if self.count == self.at:
                raise KeyboardInterrupt
        return self._line

    def _call(self, frame: FrameType, _event: str, _arg: Any) -> Any:
        ours = frame.f_code.co_filename.startswith(OURS)
        return self._line if ours and not frame.f_code.co_name.startswith("__del") else None

    def run(self, step: Callable[[], Any]) -> bool:
        """Do a step; whether it was interrupted."""
        before = sys.gettrace()
        sys.settrace(self._call)
        try:
            step()
        except KeyboardInterrupt:
            return True
        finally:
            sys.settrace(before)
        return False


ACTIONS: dict[str, tuple[str, dict[str, str]]] = {
    "a call": ("lab.command", {"line": "aws sqs send-message --queue-url letters --message-body x"}),
    "a call that runs code": (
        "lab.command",
        {"line": "aws lambda invoke --function-name {names} --payload '{\"n\": 2}' out.json"},
    ),
    "time": ("lab.command", {"line": "clock advance 4m"}),
    "undo": ("lab.undo", {}),
    "reset": ("lab.reset", {"confirm": "yes"}),
    "a file": ("lab.save_file", {"name": "app.py", "text": "x = 1\n"}),
    "a deploy": ("lab.deploy", {}),
    "a hint": ("lab.hint", {}),
    "an answer": ("quiz.answer", {"response": "A"}),
    "the quiz again": ("quiz.again", {}),
    "going to the lab": ("go.lab", {}),
    "a demo": ("lesson.run", {"block": "retry"}),
}
PLACES = {
    "an answer": "go.quiz",
    "the quiz again": "go.quiz",
    "going to the lab": "go.lesson",
    "a demo": "go.lesson",
}


def prepared(state: Path, what: str) -> Person:
    """A person where the action can be done, with something done before it."""
    person = Person(state)
    person.do("go.lab")
    if what != "going to the lab":
        person.type(SEND, "clock advance 10s")
    person.do(PLACES.get(what, "go.lab"))
    return person


def essence(person: Person) -> Any:
    """What the person had done, wherever they were."""
    person.do("go.quiz")
    quiz = seen(person.view)["quiz"]
    person.do("go.lab")
    lab = seen(person.view)["lab"]
    for shown in ("stem", "options", "number", "id", "type"):
        quiz.pop(shown)
    return quiz, lab, person.tutor.store.summary().done


@pytest.mark.parametrize("what", ACTIONS)
def test_an_interrupted_action_was_done_or_was_not(tmp_path, what):
    interrupted_at(tmp_path, what, CUTS)


@pytest.mark.slow
@pytest.mark.parametrize("what", ACTIONS)
def test_an_interrupted_action_was_done_or_was_not_at_many_points(tmp_path, what):
    interrupted_at(tmp_path, what, CUTS * 10)


def interrupted_at(tmp_path: Path, what: str, cuts: int) -> None:
    """Interrupt an action at so many points, each time in a state of its own, and open the course again."""
    action, args = ACTIONS[what]
    lines, after = whole(tmp_path / "first", what)
    lines, after = whole(tmp_path / "second", what)  # now without what is done once in a process
    person = prepared(fresh(tmp_path / "never"), what)
    before = essence(person)
    person.leave()
    interrupted = 0
    for number, at in enumerate(Random(what).sample(range(1, lines), min(cuts, lines - 1))):
        folder = fresh(tmp_path / str(number))
        person = prepared(folder, what)
        interrupted += Interrupt(at).run(partial(person.tutor.perform, action, **args))
        person.leave()
        person = Person(folder)
        said = person.resume()
        assert errors(said) == []
        assert not [text for text in texts(said, "note") if "afresh" in text]
        found = essence(person)
        assert like(found, before) or like(found, after), f"interrupted at line {at} of {lines}"
        assert contents(found) in (contents(before), contents(after))
        person.leave()
    assert interrupted > cuts // 2


def whole(folder: Path, what: str) -> tuple[int, Any]:
    """Do the action without an interruption: how many lines of code ran, and what was done then."""
    action, args = ACTIONS[what]
    person = prepared(fresh(folder), what)
    counter = Interrupt()
    assert not counter.run(partial(person.tutor.perform, action, **args))
    person.leave()
    person = Person(folder)
    after = essence(person)
    person.leave()
    return counter.count, after


def like(one: Any, other: Any) -> bool:
    """Whether two people had done the same; a file may be written and not yet said to be."""
    return without_files(one) == without_files(other)


def contents(essence: Any) -> set[tuple[str, str]]:
    """The files, each of which is there whole."""
    return {(file["name"], file["text"]) for file in essence[1]["files"]}


def without_files(essence: Any) -> Any:
    quiz, lab, done = essence
    return quiz, {key: value for key, value in lab.items() if key != "files"}, done


def fresh(folder: Path) -> Path:
    """A state folder of the learner whose seed is 7."""
    from tutor.progress import Store

    store = Store.open(folder)
    store.note("seed", "7")
    store.note("place", '{"place": "lesson", "lesson": "L5.3"}')
    store.close()
    return folder


def test_the_same_core_goes_on_after_an_interruption_from_what_was_saved(at_lab, monkeypatch):
    at_lab.type("clock advance 1m")

    def interrupted(*_given: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("sandbox.kernel.Kernel.run_until", interrupted)
        with pytest.raises(KeyboardInterrupt):
            at_lab.type(SEND, "clock advance 1m")
    assert errors(at_lab.do("lab.command", line="clock")) == []
    assert at_lab.view.lab.clock == "Mon 09:01:00"
    assert errors(at_lab.type(SEND, "clock advance 1m")) == []
    person, said = at_lab.come_back()
    assert person.view.lab.clock.startswith("Mon 09:02:0")
    assert errors(said) == []
    person.leave()


def test_an_interrupted_check_leaves_everything_as_it_was(at_lab, monkeypatch):
    at_lab.type(SEND, "clock advance 4m")
    at_lab.tutor.perform("lab.command", line="clock advance 1m")
    before = seen(at_lab.view)

    def interrupted(*_given: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("sandbox.world.World.fork", interrupted)
        with pytest.raises(KeyboardInterrupt):
            at_lab.tutor.examine()
    assert seen(at_lab.view) == before
    at_lab.tutor.examine()
    person, _said = at_lab.come_back()
    assert person.view.lab.clock == "Mon 09:05:00"
    person.leave()
