"""A core that answers from a script of its own, so that what is tested here is the skin alone."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace

import msgspec
import pytest

from tutor.actions.registry import ACTIONS, Action, Line, Outcome
from tutor.actions.view import (
    Entry,
    FileView,
    HintView,
    LabView,
    LessonView,
    LogRow,
    NextEvent,
    OptionView,
    QuizView,
    TaskView,
    TimelineRow,
    View,
)
from tutor.course.blocks import Block, Span
from tutor.plain.app import Plain
from tutor.plain.keyboard import Keyboard
from tutor.plain.speech import Speaker

WORDS = (
    "An asynchronous caller is told accepted before your code runs. What happens if your code then fails? "
)


def paragraph(text: str, **more: str) -> Block:
    return Block("paragraph", spans=(Span(text),), **more)  # type: ignore[arg-type]


LESSON = LessonView(
    "L5.3",
    "Async retries, slowly",
    30,
    ("modelled", "Gaps are exact here."),
    ("Predict when an event is tried again",),
    (
        Block("heading", level=2, spans=(Span("Accepted"),)),
        paragraph(WORDS * 2),
        Block("demo", id="retry", lines=("clock advance 5m", "show timeline flaky")),
        Block(
            "picture",
            title="The queue",
            lines=("┌──┐", "└──┘"),
            children=(paragraph("Events wait in line."),),
        ),
    ),
    False,
)

LAB = LabView(
    "three-tries",
    "Three tries and a letter",
    12,
    "fix-it",
    ("modelled", "Gaps are exact here."),
    "The function fails.",
    (
        TaskView(
            "fails",
            "Send one event and watch it fail",
            "not_yet",
            "1 or more",
            "0",
            "",
            (HintView("Look.", 1, 3),),
            2,
        ),
        TaskView("captured", "Make lost events land in a queue", "blocked"),
    ),
    "Mon 09:00:00",
    NextEvent("order 7 is tried again", 60_000_000),
    (LogRow("09:00:00.020", "a/[$LATEST]1", "START RequestId: 1", "platform"),),
    (TimelineRow("09:00:00.020", "worker", "●", "started", "order 7", 4),),
    (FileView("app.py", "def handler(event, context):\n    raise ValueError\n", True),),
    (),
    False,
    0,
    ("worker",),
)

QUIZ = QuizView(
    "L5.3",
    1,
    2,
    "Q5.3-04",
    "choice",
    "When does the last attempt start?",
    (OptionView("A", "09:00:01"), OptionView("B", "about 09:03"), OptionView("C", "about 15:00")),
    False,
    False,
    "",
    (),
    (0, 0),
    False,
)

OUTLINE = (
    Entry("M05", "How calls happen", "module", 0, "none"),
    Entry("L5.3", "Async retries, slowly", "lesson", 1, "open", 30),
    Entry("three-tries", "Three tries and a letter", "lab", 2, "none", 12),
    Entry("quiz:L5.3", "Questions", "quiz", 2, "none"),
)


class FakeTutor:
    """Does what its `answers` say; keeps what it was asked for in `asked`."""

    def __init__(self) -> None:
        self.view = View("Lambda Tutor", "lab", OUTLINE, "three-tries", LESSON, LAB, QUIZ, "", "strict")
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.answers: dict[str, Callable[..., Outcome]] = {}
        self.resumed: Callable[[], Outcome] = Outcome
        self.examined: Callable[[], Outcome] = Outcome
        self.closed = False
        self.store = SimpleNamespace(warning="")

    def go(self, place: str, **lab: object) -> None:
        changed = msgspec.structs.replace(LAB, **lab) if lab else self.view.lab
        self.view = msgspec.structs.replace(self.view, place=place, lab=changed)

    def available(self) -> list[Action]:
        return [action for action in ACTIONS if action.place in {"", self.view.place}]

    def perform(self, action: str, /, **args: str) -> Outcome:
        self.asked.append((action, args))
        if action == "app.quit":
            return Outcome((Line("say", "Saved. Goodbye."),), quit=True)
        if action in self.answers:
            return self.answers[action](**args)
        if action in {"go.lesson", "go.lab", "go.quiz", "go.outline"}:
            self.go(action.removeprefix("go."))
        return Outcome()

    def resume(self) -> Outcome:
        return self.resumed()

    def examine(self, cancelled: Callable[[], bool] = lambda: False) -> Outcome:
        return self.examined()

    def close(self) -> None:
        self.closed = True


class Session:
    """A person at the plain skin: lines in, text out."""

    def __init__(self, tutor: FakeTutor, keys: list[str | type[BaseException]] | None = None) -> None:
        self.tutor = tutor
        self.opened = 0

    def _open(self) -> FakeTutor:
        self.opened += 1
        return self.tutor

    def type(self, *lines: str, interactive: bool = False, width: int = 76, reason: str = "") -> str:
        out = io.StringIO()
        speaker = Speaker(out, width)
        keyboard = Keyboard(
            io.StringIO("".join(f"{line}\n" for line in lines)), speaker.echo, interactive=False
        )
        keyboard.interactive = interactive
        if interactive:
            keyboard.raw_line = iter_lines(lines)  # type: ignore[method-assign]
        status = Plain(self._open, keyboard, speaker, reason).run()  # type: ignore[arg-type]
        assert status == 0
        assert self.tutor.closed
        return out.getvalue()


def iter_lines(lines: tuple[str, ...]) -> Callable[[str], str | None]:
    """Lines as a terminal would give them; "^C" is the key."""
    waiting = iter(lines)

    def raw_line(prompt: str) -> str | None:
        line = next(waiting, None)
        if line == "^C":
            raise KeyboardInterrupt
        return line

    return raw_line


@pytest.fixture
def tutor() -> FakeTutor:
    return FakeTutor()


@pytest.fixture
def session(tutor: FakeTutor) -> Iterator[Session]:
    return Session(tutor)  # type: ignore[return-value]


@pytest.fixture(autouse=True)
def no_editor(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("VISUAL", raising=False)
    monkeypatch.delenv("EDITOR", raising=False)
