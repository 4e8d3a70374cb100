"""Looking things up in what a course's lessons share: AWS's words, and words of the glossary."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache

from tutor.course.model import ErrorHelp, Term


def find_help(text: str, errors: Iterable[ErrorHelp]) -> ErrorHelp | None:
    """What there is to say about an error of AWS's, None for nothing.

    Args:
        text: what AWS said, with whatever stands around it.
        errors: of these, the one whose pattern has the most letters of its own is the one that is meant.
    """
    there = " ".join(text.split())
    known = [entry for entry in errors if _pattern(entry.pattern).search(there)]
    return max(known, key=lambda entry: len(literal(entry.pattern)), default=None)


@cache
def _pattern(written: str) -> re.Pattern[str]:
    """A pattern of shared/errors.yaml: `*` stands for anything, and any white space for any other."""
    return re.compile(".*?".join(map(re.escape, literal(written).split("*"))))


def literal(written: str) -> str:
    """A pattern without the stars at its ends, each stretch of white space one space."""
    return " ".join(written.split()).strip("*")


def find_term(word: str, glossary: Mapping[str, Term]) -> str:
    """The word of the glossary that is meant, "" for none.

    Letter case, hyphens and the plural do not matter, nor which of a term's names it is: "DLQs" leads to
    "dead-letter queue".

    Args:
        word: as it stands in a text, or as somebody typed it.
        glossary: the terms by their words.
    """
    names = {_plain(name): known for known, term in glossary.items() for name in (known, *term.also)}
    wanted = _plain(word)
    return next((names[form] for form in _singulars(wanted) if form in names), "")


def _plain(word: str) -> str:
    return " ".join(re.sub("[-_]", " ", word).casefold().split())


def _singulars(word: str) -> list[str]:
    forms = [word]
    if word.endswith("ies"):
        forms.append(word[:-3] + "y")
    if word.endswith("es"):
        forms.append(word[:-2])
    if word.endswith("s"):
        forms.append(word[:-1])
    return forms
