"""Facts in words for `{fact:...}`: the sandbox's registry, or whatever the caller gives instead."""

from __future__ import annotations

import importlib.util
import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TypeVar

import msgspec

from tutor.course.cache import Cache, fingerprint
from tutor.course.model import Lesson, Shared
from tutor.course.problems import Problems, did_you_mean, shown
from tutor.course.source import Source

FactText = Callable[[str], str]
"""Fact id -> its words; raises LookupError for an id that there is not."""

_USE = re.compile(r"\{fact:([\w.-]+)\}")
_USE_IN_JSON = re.compile(_USE.pattern.encode())

T = TypeVar("T")


class FactUse(msgspec.Struct, frozen=True):
    """A place of the content that a fact is used in."""

    id: str
    file: str
    line: int


class Compiled(msgspec.Struct, frozen=True):
    """A lesson before its facts are put into words, and where it uses them."""

    lesson: Lesson
    facts: tuple[FactUse, ...]


class CompiledShared(msgspec.Struct, frozen=True):
    """What lessons share before its facts are put into words, and where it uses them."""

    shared: Shared
    facts: tuple[FactUse, ...]


def uses_in(source: Source) -> list[FactUse]:
    """The `{fact:...}` of a file."""
    found = []
    for number, line in enumerate(source.lines(), 1):
        found += [FactUse(match[1], source.file, number) for match in _USE.finditer(line)]
    return found


class PackagedFacts:
    """The facts of today in words, from the sandbox's registry.

    The words are kept in the cache, so that a start with compiled content reads no YAML.

    Args:
        cache: where to keep them.
    """

    def __init__(self, cache: Cache) -> None:
        self._cache = cache
        self._texts: dict[str, str] | None = None

    def __call__(self, fact_id: str) -> str:
        """The fact's words.

        Raises:
            LookupError: there is no such fact.
        """
        return self._all()[fact_id]

    def ids(self) -> Iterable[str]:
        """The ids that there are."""
        return self._all().keys()

    def _all(self) -> dict[str, str]:
        if self._texts is None:
            key = fingerprint([("facts", _registry())])
            texts = self._cache.get("facts", key, dict[str, str])
            if texts is None:
                from sandbox.facts import Facts

                texts = {fact.id: fact.text() for fact in Facts.load()}
                self._cache.put("facts", key, texts)
            self._texts = texts
        return self._texts


def _registry() -> Path:
    # Found without importing the sandbox, which a start with compiled content does not need.
    spec = importlib.util.find_spec("sandbox")
    places = list(spec.submodule_search_locations or ()) if spec else []
    return Path(places[0] if places else "") / "facts" / "facts.yaml"


def with_facts(
    value: T, uses: Iterable[FactUse], fact_text: FactText, known: Callable[[], Iterable[str]] | None
) -> T:
    """Put facts into words wherever a value's texts use them.

    Args:
        value: a struct of this package.
        uses: where its content uses facts.
        fact_text: gives the words.
        known: the ids that there are, for a hint.

    Raises:
        ContentError: an id is not known.
    """
    problems = Problems()
    texts: dict[str, str] = {}
    for use in uses:
        try:
            texts[use.id] = fact_text(use.id)
        except LookupError as error:
            hint = did_you_mean(use.id, known()) if known else str(error.args[0] if error.args else "")
            problems.add(use.file, use.line, f"the fact {shown(use.id)}", "the id of a fact", hint)
    problems.stop()

    if not texts:
        return value

    def word(match: re.Match[bytes]) -> bytes:
        text = texts.get(match[1].decode())
        return match[0] if text is None else msgspec.json.encode(text)[1:-1]

    # In JSON a placeholder looks as it does in a text; a lesson has thousands of texts, and this is one pass.
    return msgspec.json.decode(_USE_IN_JSON.sub(word, msgspec.json.encode(value)), type=type(value))
