"""What is wrong with a course's content, told so that an author can mend it: file, line, found, expected."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

NEAR = 0.6
"""How alike two words are (0 to 1) when one may have been meant for the other."""


class ContentProblem(msgspec.Struct, frozen=True):
    """One thing that is wrong.

    Attributes:
        file: as an author knows it, such as "lessons/05-invocation/async-retries/labs/three-tries.yaml".
        line: counted from 1; 0 when it is the file as a whole.
        found: what stands there, as a phrase: "`flavor`", "nothing", "the number 7".
        expected: what should stand there, as a phrase: "a text", "one of `id`, `title`".
        hint: a full sentence that helps, such as "Did you mean `flavour`?"; may be empty.
    """

    file: str
    line: int
    found: str
    expected: str
    hint: str = ""

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        text = f"{place}: found {self.found}, expected {self.expected}"
        return f"{text}. {self.hint}" if self.hint else text


class ContentError(Exception):
    """A course, or a part of it, cannot be used; `problems` says why, in the order of the files.

    Args:
        problems: at least one.
    """

    def __init__(self, problems: Iterable[ContentProblem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))

    def __reduce__(self) -> tuple[type[ContentError], tuple[tuple[ContentProblem, ...]]]:
        return ContentError, (self.problems,)


class NotInCourseError(LookupError):
    """Somebody asked for a lesson, lab or quiz that the course does not have; the message names near ids."""

    def __init__(self, kind: str, wanted: str, known: Iterable[str]) -> None:
        hint = did_you_mean(wanted, known)
        super().__init__(f"there is no {kind} {shown(wanted)} in this course" + (f". {hint}" if hint else ""))

    def __str__(self) -> str:
        return str(self.args[0])


class Problems:
    """A list that problems are noted in, so that several can be told of together."""

    MOST = 50
    """Beyond these an author's next step is to mend the first ones."""

    def __init__(self) -> None:
        self._found: list[ContentProblem] = []

    def add(self, file: str, line: int, found: str, expected: str, hint: str = "") -> None:
        """Note a problem; the arguments are those of `ContentProblem`."""
        problem = ContentProblem(file, line, found, expected, hint)
        if problem not in self._found and len(self._found) < self.MOST:
            self._found.append(problem)

    def take(self, error: ContentError) -> None:
        """Note the problems of an error."""
        for problem in error.problems:
            if problem not in self._found and len(self._found) < self.MOST:
                self._found.append(problem)

    def stop(self) -> None:
        """Raise what was noted, if anything was.

        Raises:
            ContentError: with all the problems noted.
        """
        if self._found:
            raise ContentError(self._found)

    def __len__(self) -> int:
        return len(self._found)

    def __iter__(self) -> Iterator[ContentProblem]:
        return iter(self._found)


def shown(text: str, most: int = 60) -> str:
    """A text as a message shows it: in backticks, cut when it is long, never with control characters."""
    tidy = "".join(char if char.isprintable() else "\ufffd" for char in text)
    return f"`{tidy if len(tidy) <= most else tidy[: most - 1] + '…'}`"


def listed(names: Iterable[str]) -> str:
    """ "`a`, `b` or `c`"."""
    words = [shown(name) for name in names]
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} or {words[-1]}"


def did_you_mean(wanted: str, known: Iterable[str]) -> str:
    """ "Did you mean `x`?", or "" when nothing known is near."""
    from collections import Counter
    from difflib import SequenceMatcher

    word = wanted[:80]
    letters = Counter(word)

    def likeness(name: str) -> tuple[float, int]:
        # Of names equally alike in order, the one with the same letters is meant: Q5.3-40 is Q5.3-04.
        return SequenceMatcher(None, word, name).ratio(), (letters & Counter(name)).total()

    best = max(sorted(known), key=likeness, default="")
    return f"Did you mean {shown(best)}?" if best and likeness(best)[0] >= NEAR else ""
