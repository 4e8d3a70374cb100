"""A question as rows: what can be chosen, and after the answer the verdict on it. Knows no widget."""

from __future__ import annotations

from collections.abc import Sequence

from tutor.actions.view import OptionView, PickView, QuizView, RowView
from tutor.tui import words
from tutor.tui.widgets.styled import BLANK, Piece, Row, row, wrap

ROW, LINE = "row ", "line "
"""How targets of rows and of lines begin; those of options are their letters."""

_INDENT = (Piece("      "),)


def verdict(quiz: QuizView, room: int) -> list[Row]:
    """Whether the answer was right, what was answered where that is not marked below, and the key."""
    told = [Piece(words.RIGHT, "pass") if quiz.correct else Piece(words.WRONG, "error")]
    if quiz.in_place:
        told.append(Piece("   " + quiz.in_place))
    if quiz.type in {"number", "text"} and not quiz.correct:
        told.append(Piece("   " + words.YOU_TYPED.format(answer=quiz.response)))
    told.append(Piece("   " + words.RIGHT_ANSWER.format(answer=quiz.right_answer)))
    return wrap(told, room)


def body(quiz: QuizView, marked: Sequence[str], room: int) -> list[Row]:
    """What can be chosen, as it is marked; after the answer as it was judged."""
    rows: list[Row] = []
    if quiz.lines:
        rows += _lines(quiz, marked, room)
        rows.append(BLANK)
    for view in quiz.rows:
        rows += _row(view, quiz, marked, room)
    if quiz.rows and not quiz.answered:
        rows.append(BLANK)
    for option in quiz.options:
        rows += _option(option, quiz, marked, room)
    if quiz.options:
        rows.append(BLANK)
    if quiz.answered and quiz.why:
        rows += [*wrap((Piece(quiz.why),), room), BLANK]
    return rows


def _judged(verdict_: str, chosen: bool, why: str) -> list[Piece]:
    """The verdict in word, symbol and colour, and the reason."""
    word, symbol, tone = words.VERDICT.get(verdict_, ("", "", "muted"))
    tone = "muted" if verdict_ == "wrong" and not chosen else tone
    pieces = [Piece(f"{symbol} {word}  ", tone)] if word else []
    return [*pieces, Piece(why)] if why else pieces


def _option(option: OptionView, quiz: QuizView, marked: Sequence[str], room: int) -> list[Row]:
    letter = option.letter
    if quiz.type == "match":
        rows = wrap(
            (Piece(option.text),), room, first=(Piece("  "), Piece(f"{letter}  ", "key")), target=letter
        )
        if quiz.answered and option.why:
            rows += [*wrap((Piece(option.why, "muted"),), room, first=(Piece("     "),), target=letter)]
        return rows
    chosen = option.chosen if quiz.answered else letter in marked
    box = "●" if chosen else "○"
    if quiz.type == "multi":
        box = "[x]" if chosen else "[ ]"
    elif quiz.type == "order":
        box = f"{option.place}." if quiz.answered else _rank(letter, marked)
    first = (Piece(f" {box} ", "accent" if chosen else "muted"), Piece(f"{letter}  ", "key"))
    rows = wrap((Piece(option.text, "strong" if chosen else ""),), room, first=first, target=letter)
    if not quiz.answered:
        return rows
    if quiz.type == "order":
        rows += wrap(_placed(option), room, first=_INDENT, target=letter)
    elif told := _judged(option.verdict, option.chosen, option.why):
        rows += wrap(told, room, first=_INDENT, target=letter)
    return [*rows, BLANK]


def _rank(letter: str, marked: Sequence[str]) -> str:
    return f"{marked.index(letter) + 1}." if letter in marked else " ·"


def _placed(option: OptionView) -> list[Piece]:
    _word, symbol, tone = words.VERDICT[option.verdict]
    where = words.IN_PLACE if option.verdict == "right" else words.YOU_HAD_IT.format(place=option.given)
    return [Piece(f"{symbol} {where}  ", tone), Piece(option.why)]


def _row(view: RowView, quiz: QuizView, marked: Sequence[str], room: int) -> list[Row]:
    at = view.number - 1
    letter = view.given if quiz.answered else (marked[at] if at < len(marked) else "")
    target = f"{ROW}{view.number}"
    first = (Piece(f" [{letter or ' '}] ", "accent" if letter else "muted"), Piece(f"{view.number}  ", "key"))
    rows = wrap((Piece(view.text, "strong" if letter else ""),), room, first=first, target=target)
    if not quiz.answered:
        return rows
    why = view.why
    if view.verdict == "wrong":
        why = f"{words.BELONGS.format(letter=view.right)} {why}".rstrip()
    rows += wrap(_judged(view.verdict, True, why), room, first=_INDENT, target=target)
    return [*rows, BLANK]


def _lines(quiz: QuizView, marked: Sequence[str], room: int) -> list[Row]:
    width = len(str(len(quiz.lines)))
    rows: list[Row] = []
    for line in quiz.lines:
        rows += _line(line, quiz, marked, room, width)
    return rows


def _line(line: PickView, quiz: QuizView, marked: Sequence[str], room: int, width: int) -> list[Row]:
    chosen = line.chosen if quiz.answered else str(line.number) in marked
    box = ("●" if chosen else "○") if line.open else " "
    if line.verdict and (chosen or line.verdict == "right"):
        box = words.VERDICT[line.verdict][1]
    number = f"{line.number:>{width}}  "
    first = (
        Piece(f" {box} ", "accent" if chosen else "muted"),
        Piece(number, "key" if line.open else "muted"),
    )
    indent = len(line.text) - len(line.text.lstrip(" "))
    rest = (Piece(" " * (5 + width + indent)),)
    target = f"{LINE}{line.number}" if line.open else ""
    rows = wrap((Piece(line.text, "code"),), room, first=first, rest=rest, fill="block", target=target)
    if line.verdict and (told := _judged(line.verdict, chosen, line.why)):
        rows += wrap(told, room, first=(Piece(" " * (5 + width)),), target=target)
    return rows


def ask(quiz: QuizView, marked: Sequence[str], room: int) -> list[Row]:
    """How this question is answered."""
    how = words.ASKS.get(quiz.type, words.PICK_ONE)
    if quiz.type == "number":
        unit = words.OF_UNIT.format(unit=quiz.unit) if quiz.unit else ""
        off = words.WITHIN.format(tolerance=quiz.tolerance) if quiz.tolerance else ""
        how = how.format(unit=unit, off=off)
    rows = wrap((Piece(how, "muted"),), room)
    if quiz.type == "order" and marked:
        rows += wrap((Piece(words.YOUR_ORDER.format(order=" ".join(marked))),), room)
    return rows


def finished(quiz: QuizView, room: int, again: str, onward: str) -> list[Row]:
    """The end of the quiz: the score, what is left, and the keys that go on."""
    right, _answered = quiz.score
    left = words.questions_left(quiz.left) if quiz.left else words.QUIZ_DONE
    keys = words.FINISHED_KEYS if quiz.left else words.FINISHED_ALL_KEYS
    return [
        row(Piece(words.FINISHED, "heading")),
        BLANK,
        *wrap((Piece(words.FINISHED_SCORE.format(right=right, total=quiz.total), "strong"),), room),
        *wrap((Piece(left, "notyet" if quiz.left else "pass"),), room),
        BLANK,
        *wrap((Piece(keys.format(again=again, next=onward), "muted"),), room),
    ]
