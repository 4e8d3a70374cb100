"""A question of each newer type as skins get it, before and after an answer that is half right."""

from __future__ import annotations

from msgspec.structs import replace

from tutor.actions.view import OptionView, PickView, QuizView, RowView


def view(kind: str, **fields) -> QuizView:
    """A question that is open, the first of two."""
    given = {
        "lesson": "L5.3",
        "number": 1,
        "total": 2,
        "id": f"Q-{kind}",
        "type": kind,
        "stem": "What is right?",
        "options": (),
        "answered": False,
        "correct": False,
        "right_answer": "",
        "proof": (),
        "score": (0, 0),
        "finished": False,
    }
    return QuizView(**{**given, **fields})


def answered(quiz: QuizView, response: str, key: str, **fields) -> QuizView:
    """The question after a wrong answer."""
    return replace(quiz, answered=True, response=response, right_answer=key, score=(0, 1), **fields)


ORDER = view("order", options=tuple(OptionView(letter, f"step {letter.lower()}") for letter in "ABC"))
ORDERED = answered(
    ORDER,
    "ACB",
    "B C A",
    in_place="In place: 1 of 3.",
    options=(
        OptionView("B", "step b", verdict="wrong", why="It begins.", place=1, given=3),
        OptionView("C", "step c", verdict="right", why="It goes on.", place=2, given=2),
        OptionView("A", "step a", verdict="wrong", why="It ends.", place=3, given=1),
    ),
)
MATCH = view(
    "match",
    rows=tuple(
        RowView(number, text) for number, text in enumerate(("Errors", "Throttles", "Invocations"), 1)
    ),
    options=(OptionView("A", "three"), OptionView("B", "none")),
)
MATCHED = answered(
    MATCH,
    "ABB",
    "1A, 2B, 3A",
    in_place="Rows that are right: 2 of 3.",
    rows=(
        RowView(1, "Errors", "A", "A", "right", "Each try failed."),
        RowView(2, "Throttles", "B", "B", "right", ""),
        RowView(3, "Invocations", "B", "A", "wrong", "Each try counts."),
    ),
    options=(OptionView("A", "three", why="Three tries."), OptionView("B", "none", why="There was room.")),
    why="Metrics count tries.",
)
TEXT = view("text")
TEXTED = answered(TEXT, "Exception", "RuntimeError", why="It is the class.")
NUMBER = view("number", unit="ms", tolerance="5")
CODE = ("def handler(event, context):", "    print(event)", "", '    raise RuntimeError("no")')
LINES = view("pick-line", lines=tuple(PickView(n, text, bool(text)) for n, text in enumerate(CODE, 1)))
SOME = view("pick-line", lines=tuple(PickView(n, text, n in {2, 4}) for n, text in enumerate(CODE, 1)))
PICKED = answered(
    SOME,
    "2",
    '4: raise RuntimeError("no")',
    lines=(
        PickView(1, CODE[0], False),
        PickView(2, CODE[1], True, True, "wrong", "It only prints."),
        PickView(3, "", False),
        PickView(4, CODE[3], True, False, "right", "It raises."),
    ),
)
