"""A core without a sandbox: it keeps a small story of a lab, a lesson and a quiz, to drive the skin with."""

from __future__ import annotations

import threading
from collections.abc import Callable

from msgspec.structs import replace

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

OUTLINE = (
    Entry("module:05-invocation", "Invocation", "module", 0, "open"),
    Entry("L5.1", "Three ways to call", "lesson", 1, "done", 20),
    Entry("L5.3", "Async retries, slowly", "lesson", 1, "open", 30),
    Entry("three-tries", "Three tries and a letter", "lab", 2, "none", 12),
    Entry("quiz:L5.3", "Questions", "quiz", 2, "none"),
    Entry("module:06-scaling", "Scaling", "module", 0, "none"),
    Entry("L6.1", "One environment, one event", "lesson", 1, "none", 25),
)


def words(text: str, **more: object) -> Block:
    return Block("paragraph", spans=(Span(text),), **more)  # type: ignore[arg-type]


BLOCKS = (
    Block("heading", 2, "why", spans=(Span("What happens when it fails?"),)),
    Block(
        "paragraph",
        spans=(
            Span("An asynchronous caller is told "),
            Span("accepted", "strong"),
            Span(" before your code runs. The status code is "),
            Span("202", "code"),
            Span(". What happens if your code "),
            Span("then", "emphasis"),
            Span(" fails? Read "),
            Span("the manual", "link", "https://docs.aws.amazon.com/lambda/"),
            Span("."),
        ),
    ),
    Block(
        "list",
        1,
        children=(
            words("the event waits in a queue that you never see", prefix="•", level=1),
            words(
                "Lambda takes it from there and calls your function, and waits if there is no room for it",
                prefix="•",
                level=1,
            ),
        ),
    ),
    Block(
        "notes-say",
        id="002",
        title="Notes 002",
        children=(
            words("Lambda retries an asynchronous event two more times.", id="says", prefix="The notes say"),
            words(
                "True for errors in your code. A throttled event is tried again and again for 6 hours.",
                id="today",
                prefix="Today",
            ),
        ),
    ),
    Block(
        "predict",
        id="p1",
        lines=("Q5.3-04",),
        children=(
            words("When does the last attempt start?"),
            words("09:00:01", prefix="A"),
            words("about 09:03", prefix="B"),
        ),
    ),
    Block(
        "demo",
        id="retry",
        lines=(
            "aws lambda invoke --function-name flaky --invocation-type Event --payload '{}' out.json",
            "clock advance 5m",
            "show timeline flaky",
        ),
    ),
    Block(
        "code",
        title="python",
        lines=("def handler(event, context):", '    raise RuntimeError("out of stock")'),
    ),
    Block(
        "table",
        children=(
            Block("list", 1, children=(words("Attempt"), words("Starts after"), words("Why"))),
            Block("list", 0, children=(words("1"), words("0 s"), words("the event was accepted"))),
            Block(
                "list",
                0,
                children=(
                    words("2"),
                    words("60 s"),
                    words("the first retry, one minute after the first attempt failed"),
                ),
            ),
        ),
        lines=("Attempt  Starts after",),
    ),
    Block("try", id="try-1", title="Now you", lines=("aws logs tail /aws/lambda/flaky", "clock advance 6h")),
    Block("note", title="Names", children=(words("A dead-letter queue is an ordinary queue."),)),
    Block("rule"),
    Block(
        "lab",
        id="three-tries",
        title="Three tries and a letter",
        children=(words("Break it, then make it safe."),),
    ),
    Block("quiz", title="Three questions", children=(words("See what you kept."),)),
)

LESSON = LessonView(
    "L5.3",
    "Async retries, slowly",
    30,
    ("modelled", "Gaps are exactly 60 s and 120 s here; AWS adds a little jitter."),
    ("Predict when and how often an asynchronous event is tried again", "Keep events that failed for good"),
    BLOCKS,
    False,
)

TASKS = (
    TaskView(
        "fails",
        "Send one asynchronous event and watch it fail",
        "not_yet",
        "at least 1 failed Event",
        "none",
        hints_left=2,
    ),
    TaskView("captured", "Make lost events land in a queue", "blocked", hints_left=3),
    TaskView("still-works", "A good event must still succeed", "blocked"),
)
HINTS = ("aws lambda invoke has an option for the invocation type.", "--invocation-type Event")
CODE = "def handler(event, context):\n    raise RuntimeError('out of stock')\n"

LAB = LabView(
    "three-tries",
    "Three tries and a letter",
    12,
    "fix-it",
    ("modelled", "Gaps are exactly 60 s and 120 s here; AWS adds a little jitter."),
    "The function flaky fails for each order. Events that failed three times are lost. Save them.",
    TASKS,
    "Mon 09:00:00",
    None,
    (),
    (),
    (FileView("app.py", CODE, True), FileView("rules.json", '{"stock": 0}\n', True)),
    (),
    False,
    0,
    ("flaky",),
)

QUESTIONS = (
    QuizView(
        "L5.3",
        1,
        2,
        "Q5.3-04",
        "choice",
        "flaky always raises. An event is sent asynchronously at 09:00:00. When does the last attempt start?",
        (
            OptionView("A", "09:00:01"),
            OptionView("B", "about 09:03"),
            OptionView("C", "about 15:00"),
            OptionView("D", "there is only one attempt"),
        ),
        False,
        False,
        "",
        (),
        (0, 0),
        False,
    ),
    QuizView(
        "L5.3",
        2,
        2,
        "Q5.3-07",
        "number",
        "How many Invocations does CloudWatch show for that hour?",
        (),
        False,
        False,
        "",
        (),
        (0, 0),
        False,
    ),
)
WHYS = (
    "Retries are not immediate.",
    "One minute, then two more.",
    "Six hours is for throttles.",
    "Two more tries by default.",
)

LOG = tuple(
    row
    for n, at in enumerate(("09:00:00", "09:01:00", "09:03:00"))
    for row in (
        LogRow(
            f"{at}.012",
            "flaky/2026/11/23/[$LATEST]8f0c",
            f"START RequestId: 5b1c7c1e-0000-4000-8000-00000000000{n} Version: $LATEST",
            "platform",
        ),
        LogRow(f"{at}.014", "flaky/2026/11/23/[$LATEST]8f0c", "[ERROR] RuntimeError: out of stock", "error"),
        LogRow(f"{at}.015", "flaky/2026/11/23/[$LATEST]8f0c", "order 7", "line"),
    )
)
TIMELINE = (
    TimelineRow("09:00:00", "flaky", "●", "accepted", "order 7", 11),
    TimelineRow("09:00:00", "flaky", "✗", "error", "RuntimeError: out of stock", 14),
    TimelineRow("09:01:00", "flaky", "✗", "error", "second try", 21),
    TimelineRow("09:03:00", "flaky", "✗", "error", "third try", 31),
    TimelineRow("09:03:00", "letters", "✉", "letter", "order 7", 33),
)


class FakeTutor:
    """Keeps `view` as a `Tutor` does, and notes every call in `calls`."""

    def __init__(self, place: str = "lesson") -> None:
        self.view = View("Lambda Tutor", place, OUTLINE, "L5.3", LESSON, level="strict")
        self.calls: list[tuple[str, dict[str, str]]] = []
        self.threads: set[str] = set()
        self.closed = False
        self.gate: threading.Event | None = None
        self._answers: dict[str, str] = {}
        self._told = 0
        if place == "lab":
            self.view = replace(self.view, lab=LAB, current="three-tries")
        if place == "quiz":
            self.view = replace(self.view, quiz=QUESTIONS[0])

    def available(self) -> list[Action]:
        found = [action for action in ACTIONS if action.place in ("", self.view.place)]
        quiz = self.view.quiz
        if self.view.place == "quiz" and quiz is not None:
            hidden = {"quiz.proof", "quiz.next"} if not quiz.answered else {"quiz.answer"}
            if not quiz.finished:
                hidden |= {"quiz.again"}
            found = [action for action in found if action.id not in hidden]
        return found

    def perform(self, action: str, /, **args: str) -> Outcome:
        self.calls.append((action, args))
        self.threads.add(threading.current_thread().name)
        if self.gate is not None:
            self.gate.wait(10)
        method: Callable[..., Outcome] = getattr(self, action.replace(".", "_"), self._nothing)
        return method(**args)

    def resume(self) -> Outcome:
        self.calls.append(("resume", {}))
        return Outcome()

    def complete(self, line: str) -> list[str]:
        self.calls.append(("complete", {"line": line}))
        words = ("aws", "deploy", "show timeline", "show logs")
        return [word.split(" ")[-1] for word in words if word.startswith(line)]

    def examine(self, cancelled: Callable[[], bool] = lambda: False) -> Outcome:
        lab = self.view.lab
        if self.view.place != "lab" or lab is None:
            return Outcome()
        lines = []
        if lab.timeline and lab.tasks[0].status != "pass":
            tasks = (
                replace(lab.tasks[0], status="pass"),
                replace(
                    lab.tasks[1],
                    status="not_yet",
                    expected="1 letter",
                    actual="0 letters",
                    why="The role, not the queue, must allow the write.",
                ),
                lab.tasks[2],
            )
            self._lab(tasks=tasks)
            lines.append(Line("check", "PASS ✓  Send one asynchronous event and watch it fail"))
        return Outcome(tuple(lines))

    def close(self) -> None:
        self.closed = True

    def _nothing(self, **args: str) -> Outcome:
        return Outcome()

    def _lab(self, **changes: object) -> None:
        assert self.view.lab is not None
        self.view = replace(self.view, lab=replace(self.view.lab, **changes))

    def go_outline(self, **args: str) -> Outcome:
        self.view = replace(self.view, place="outline")
        return Outcome()

    def go_lesson(self, ref: str = "") -> Outcome:
        self.view = replace(self.view, place="lesson", current="L5.3", lesson=self.view.lesson or LESSON)
        return Outcome((Line("title", "Async retries, slowly"),))

    def go_lab(self, ref: str = "") -> Outcome:
        self.view = replace(self.view, place="lab", current="three-tries", lab=self.view.lab or LAB)
        return Outcome((Line("title", "Three tries and a letter"),))

    def go_quiz(self, ref: str = "") -> Outcome:
        self.view = replace(self.view, place="quiz", current="quiz:L5.3", quiz=self.view.quiz or QUESTIONS[0])
        return Outcome()

    def go_next(self) -> Outcome:
        return {"lesson": self.go_lab, "lab": self.go_quiz}.get(self.view.place, self.go_outline)()

    def app_quit(self) -> Outcome:
        return Outcome((Line("say", "Saved."),), quit=True)

    def lesson_run(self, block: str = "") -> Outcome:
        return Outcome(
            (
                Line("input", "clock advance 5m"),
                Line("clock", "Mon 09:05:00"),
                Line("output", "flaky  error  09:00:00\nflaky  error  09:01:00"),
            )
        )

    def lab_command(self, line: str) -> Outcome:
        assert self.view.lab is not None
        said = (
            (Line("input", line), Line("error", "Unknown command."))
            if line == "nonsense"
            else (Line("input", line), Line("output", '{\n    "StatusCode": 202\n}'))
        )
        if "Event" in line:
            self._lab(
                next=NextEvent("order 7 is tried again", 59_000_000),
                log=LOG[:3],
                timeline=TIMELINE[:2],
                clock="Mon 09:00:01",
            )
        self._lab(console=self.view.lab.console + said, calls=self.view.lab.calls + 1)
        return Outcome(said[1:])

    def lab_skip(self) -> Outcome:
        self._lab(next=None, log=LOG, timeline=TIMELINE, clock="Mon 09:03:00")
        return Outcome((Line("clock", "Mon 09:03:00: order 7 failed for the third time"),))

    def lab_hint(self) -> Outcome:
        assert self.view.lab is not None
        first, *rest = self.view.lab.tasks
        shown = min(len(first.hints) + 1, len(HINTS))
        given = tuple(HintView(text, n, len(HINTS)) for n, text in enumerate(HINTS[:shown], 1))
        self._lab(tasks=(replace(first, hints=given, hints_left=len(HINTS) - shown), *rest))
        return Outcome((Line("hint", HINTS[shown - 1]),))

    def lab_reset(self, confirm: str = "") -> Outcome:
        if confirm == "yes":
            self.view = replace(self.view, lab=LAB)
        return Outcome((Line("say", "The lab begins afresh."),))

    def lab_new_file(self, name: str) -> Outcome:
        assert self.view.lab is not None
        self._lab(files=(*self.view.lab.files, FileView(name, "", False)))
        return Outcome((Line("say", f"Began {name}."),))

    def lab_delete_file(self, name: str, confirm: str = "") -> Outcome:
        assert self.view.lab is not None
        if confirm == "yes":
            self._lab(files=tuple(f for f in self.view.lab.files if f.name != name))
        return Outcome()

    def lab_save_file(self, name: str, text: str) -> Outcome:
        assert self.view.lab is not None
        self._lab(
            files=tuple(
                replace(f, text=text, deployed=False) if f.name == name else f for f in self.view.lab.files
            )
        )
        return Outcome()

    def lab_deploy(self, function: str = "") -> Outcome:
        assert self.view.lab is not None
        self._lab(files=tuple(replace(f, deployed=True) for f in self.view.lab.files))
        return Outcome((Line("say", "Deployed flaky."),))

    def quiz_answer(self, response: str) -> Outcome:
        quiz = self.view.quiz
        assert quiz is not None
        right = "3" if quiz.type == "number" else "B"
        correct = response == right
        options = tuple(
            replace(
                o, chosen=o.letter in response, verdict="right" if o.letter == right else "wrong", why=why
            )
            for o, why in zip(quiz.options, WHYS, strict=False)
        )
        score = (quiz.score[0] + correct, quiz.score[1] + 1)
        judged = replace(
            quiz, options=options, answered=True, correct=correct, right_answer=right, score=score
        )
        self.view = replace(self.view, quiz=replace(judged, finished=quiz.number == quiz.total))
        return Outcome()

    def quiz_proof(self) -> Outcome:
        assert self.view.quiz is not None
        lines = (Line("proof", "09:03:00  flaky  third try"), Line("answer", "about 09:03"))
        self.view = replace(self.view, quiz=replace(self.view.quiz, proof=lines))
        return Outcome(lines)

    def quiz_next(self) -> Outcome:
        quiz = self.view.quiz
        assert quiz is not None
        if quiz.number == quiz.total:
            return Outcome((Line("say", "That was the last question."),))
        self.view = replace(self.view, quiz=replace(QUESTIONS[1], score=quiz.score))
        return Outcome()

    def quiz_again(self) -> Outcome:
        self.view = replace(self.view, quiz=QUESTIONS[0])
        return Outcome()
