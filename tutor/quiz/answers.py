"""Reading what a learner answered, and judging it."""

from __future__ import annotations

import re
from collections.abc import Callable

import msgspec

from tutor.quiz.solved import LETTERS, Solved
from tutor.quiz.values import plain_text
from tutor.words import _

_NUMBER = re.compile(r"[+-]?([0-9]{1,15}|[0-9]{1,3}([,_ ][0-9]{3}){1,4})(\.[0-9]{1,9})?")
"""Thousands may be set apart. A comma before one or two digits is none of these: it is asked about again."""

_PAIR = re.compile(r"([0-9]{1,2})[\s=:.)>-]*([A-H])")
_LONGEST = 200


class UnreadableAnswerError(Exception):
    """The answer cannot be understood; the message says how to answer."""


class Judged(msgspec.Struct, frozen=True):
    """An answer in its plain form, and whether it is right."""

    response: str
    correct: bool


def judge(solved: Solved, typed: str) -> Judged:
    """What an answer comes to.

    Raises:
        UnreadableAnswerError: it cannot be understood.
    """
    return _JUDGES[solved.type](solved, typed)


def in_place(solved: Solved, response: str) -> str:
    """How much of an answer to an `order` or a `match` is right, in words; "" for the other types."""
    if solved.type not in {"order", "match"} or not response:
        return ""
    right = sum(given == key for given, key in zip(response, solved.key, strict=False))
    words = (
        _("In place: {right} of {of}.")
        if solved.type == "order"
        else _("Rows that are right: {right} of {of}.")
    )
    return words.format(right=right, of=len(solved.key))


def _choice(solved: Solved, typed: str) -> Judged:
    letters = LETTERS[: len(solved.options)]
    chosen = sorted(set(_letters(typed)))
    one = solved.type == "choice"
    if not chosen or not set(chosen) <= set(letters) or (one and len(chosen) != 1):
        how = _("one letter") if one else _("one or more letters")
        raise UnreadableAnswerError(
            _("Answer with {how}, {first} to {last}.").format(how=how, first="A", last=letters[-1])
        )
    return Judged("".join(chosen), "".join(chosen) == solved.key)


def _letters(typed: str) -> str:
    return re.sub(r"[\s,;.()>-]+", "", typed.upper())


def _number(solved: Solved, typed: str) -> Judged:
    text = _without_stop(typed)
    if solved.unit and text.casefold().endswith(solved.unit.casefold()):
        text = text[: -len(solved.unit)].strip()
    if not _NUMBER.fullmatch(text):
        raise UnreadableAnswerError(_("Answer with a number, in digits."))
    text = re.sub("[,_ ]", "", text)
    off = abs(float(text) - float(solved.key))
    return Judged(text, off <= solved.tolerance)


def _order(solved: Solved, typed: str) -> Judged:
    letters = LETTERS[: len(solved.options)]
    given = _letters(typed)
    if sorted(given) != list(letters):
        raise UnreadableAnswerError(
            _(
                "Answer with the letters {first} to {last}, each once, from first to last, such as {such}."
            ).format(first="A", last=letters[-1], such=letters[1::-1] + letters[2:])
        )
    return Judged(given, given == solved.key)


def _match(solved: Solved, typed: str) -> Judged:
    letters, rows = LETTERS[: len(solved.options)], len(solved.rows)
    text = typed.upper()
    if any(char.isdigit() for char in text):
        pairs = {int(number): letter for number, letter in _PAIR.findall(text)}
        whole = not re.sub(r"[\s,;]+", "", _PAIR.sub("", text)) and sorted(pairs) == list(range(1, rows + 1))
        given = "".join(pairs[number] for number in sorted(pairs)) if whole else ""
    else:
        given = _letters(text)
    if len(given) != rows or not set(given) <= set(letters):
        raise UnreadableAnswerError(
            _("Answer with a letter, {first} to {last}, for each of the {n} rows, such as {such}.").format(
                first="A",
                last=letters[-1],
                n=rows,
                such=" ".join(f"{n}{'BA'[n % 2]}" for n in range(1, rows + 1)),
            )
        )
    return Judged(given, given == solved.key)


def _text(solved: Solved, typed: str) -> Judged:
    text = _without_stop(typed)
    if not any(character.isalnum() for character in plain_text(text)):
        raise UnreadableAnswerError(_("Type the answer in a word or a few."))
    given, key = plain_text(text), plain_text(_without_stop(solved.key))
    correct = given == key
    if not correct and " " not in key:
        # One try is all there is: what has another form than any right answer is asked about again. That
        # says nothing of what the right one is, as it does not depend on whether it is in there.
        given = re.sub(r"\s*:\s*", ":", given)
        correct = given == key
        if not correct and " " in given:
            raise UnreadableAnswerError(_("Answer with one word, without blanks."))
        if not correct and (":" in given) != (":" in key):
            raise UnreadableAnswerError(
                _("Answer with a word that has a colon in it, as in one:two.")
                if ":" in key
                else _("Answer with a word that has no colon in it.")
            )
    return Judged(text[:_LONGEST], correct)


def _without_stop(typed: str) -> str:
    """What was typed without the blanks around it and the points at its end."""
    return typed.strip().rstrip(". ")


def _line(solved: Solved, typed: str) -> Judged:
    text = _without_stop(typed)
    open_ones = [number for number, line in enumerate(solved.lines, 1) if line.open]
    if not (text.isascii() and text.isdigit()) or int(text) not in open_ones:
        if len(open_ones) <= len(LETTERS):
            which = ", ".join(map(str, open_ones))
            raise UnreadableAnswerError(
                _("Answer with one of these line numbers: {which}.").format(which=which)
            )
        raise UnreadableAnswerError(
            _("Answer with the number of a line that is not empty, {first} to {last}.").format(
                first=open_ones[0], last=open_ones[-1]
            )
        )
    return Judged(str(int(text)), str(int(text)) == solved.key)


_JUDGES: dict[str, Callable[[Solved, str], Judged]] = {
    "choice": _choice,
    "multi": _choice,
    "number": _number,
    "order": _order,
    "match": _match,
    "text": _text,
    "pick-line": _line,
}
