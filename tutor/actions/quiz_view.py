"""A question as skins show it, and as it is told line by line."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from tutor.actions.registry import Line
from tutor.actions.view import OptionView, PickView, RowView
from tutor.words import _

if TYPE_CHECKING:
    from tutor.quiz import Question


def options(question: Question) -> tuple[OptionView, ...]:
    """The options. Those of an `order` that is answered stand in their right order."""
    solved, response = question.solved, question.response
    if not response:
        return tuple(OptionView(letter, option.text) for letter, option in solved.lettered)
    if solved.type == "order":
        views = [
            OptionView(
                letter,
                option.text,
                verdict=_verdict(response.index(letter) + 1 == option.place),
                why=option.why,
                place=option.place,
                given=response.index(letter) + 1,
            )
            for letter, option in solved.lettered
        ]
        return tuple(sorted(views, key=lambda view: view.place))
    return tuple(
        OptionView(
            letter,
            option.text,
            chosen=solved.type != "match" and letter in response,
            verdict="" if solved.type == "match" else _verdict(option.true),
            why=option.why,
        )
        for letter, option in solved.lettered
    )


def rows(question: Question) -> tuple[RowView, ...]:
    """The rows of a `match`."""
    solved = question.solved
    if not question.response or not solved.rows:
        return tuple(RowView(number, row.text) for number, row in enumerate(solved.rows, 1))
    given = zip(solved.rows, question.response, strict=True)
    return tuple(
        RowView(number, row.text, letter, row.letter, _verdict(letter == row.letter), row.why)
        for number, (row, letter) in enumerate(given, 1)
    )


def lines(question: Question) -> tuple[PickView, ...]:
    """The lines of a `pick-line`; after the answer the right one is judged, and those with a reason."""
    views = []
    for number, line in enumerate(question.solved.lines, 1):
        chosen = question.response == str(number)
        judged = bool(question.response) and (line.true or chosen or bool(line.why))
        verdict, why = (_verdict(line.true), line.why) if judged else ("", "")
        views.append(PickView(number, line.text, line.open, chosen, verdict, why))
    return tuple(views)


def _verdict(right: bool) -> str:
    return "right" if right else "wrong"


def told(question: Question) -> Iterator[Line]:
    """What an answer came to, line by line."""
    yield Line("answer", _("Right.") if question.correct else _("Not right."))
    if question.in_place:
        yield Line("answer", question.in_place)
    if not question.correct:
        yield Line("answer", _("The answer is {key}.").format(key=question.right_answer))
    for reason in _reasons(question):
        yield Line("why", reason.rstrip())
    if question.solved.why:
        yield Line("why", question.solved.why)


def _reasons(question: Question) -> Iterator[str]:
    for row in rows(question):
        verdict = _("right") if row.verdict == "right" else _("wrong")
        yield _("Row {n}, {verdict}: {text}. It is {letter}. {why}").format(
            n=row.number, verdict=verdict, text=row.text, letter=row.right, why=row.why
        )
    for view in options(question):
        if view.place:
            yield f"{view.place}. {view.letter}: {view.text}. {view.why}"
        elif view.verdict:
            yield f"{view.letter}, {_truth(view.verdict)}: {view.text}. {view.why}"
        else:
            yield f"{view.letter}: {view.text}. {view.why}"
    for line in lines(question):
        if line.why:
            yield _("Line {n}, {verdict}. {why}").format(
                n=line.number, verdict=_truth(line.verdict), why=line.why
            )


def _truth(verdict: str) -> str:
    return _("true") if verdict == "right" else _("false")
