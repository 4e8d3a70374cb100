"""What the store hands out."""

from __future__ import annotations

import msgspec


class Attempt(msgspec.Struct, frozen=True):
    """One try at a lab or a quiz.

    Attributes:
        id: also the name of the folder with the learner's files.
        kind: "lab" or "quiz".
        ref: which lab or quiz.
        seed: what its names and numbers are drawn from.
        content: hash or version of the course content it was started with.
        engine: version of the sandbox it was started with.
        started: ISO 8601, UTC.
        ended: ISO 8601, UTC, or "" while it is open.
        state: "open", or "reset" when a newer attempt took its place.
    """

    id: str
    kind: str
    ref: str
    seed: int
    content: str
    engine: str
    started: str
    ended: str
    state: str


class Answer(msgspec.Struct, frozen=True):
    """One answer to one question, in the order in which they were given.

    Attributes:
        item: the question's id.
        response: what was answered, as it was given.
        correct: what it was judged to be.
        seed: the seed of the variant that was shown.
        milliseconds: how long the person took; 0 when nobody measured.
        answered: ISO 8601, UTC.
        form: a hash of the question as it was asked; "" when nobody knows.
    """

    item: str
    response: str
    correct: bool
    seed: int
    milliseconds: int
    answered: str
    form: str = ""


class CheckRecord(msgspec.Struct, frozen=True):
    """How a task of a lab stands.

    Attributes:
        task: the task's id.
        status: the newest verdict: pass, not_yet, blocked or error.
        changes: how often the verdict was another one than before, the first one counted.
        first_pass: ISO 8601, UTC, of the first pass; "" as long as there was none.
    """

    task: str
    status: str
    changes: int
    first_pass: str


class Summary(msgspec.Struct, frozen=True):
    """All that was done, counted.

    Attributes:
        done: (kind, ref) of all that is marked done, in the order in which it was done.
        attempts: how many attempts were started.
        answered: how many answers were given.
        correct: how many of these were right.
    """

    done: tuple[tuple[str, str], ...]
    attempts: int
    answered: int
    correct: int
