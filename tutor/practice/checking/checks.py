"""Answering checks: what was expected, what there is, and whether they agree.

A check asks about behaviour and finds what it talks about through the lab's roles, so that whatever a
learner named or wired is judged by what it does. A probe acts in a fork of the world and is thrown away.
What counts is in `counts`, what looks in `looks`; here is what is made of other checks.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any, Literal

import msgspec

from sandbox.observe.timeline import timeline
from tutor.course import ContentError, ContentProblem, checks
from tutor.course.problems import listed
from tutor.practice.build import RefusedStepError, file_of, perform
from tutor.practice.checking.counts import COUNTS, counted, figure
from tutor.practice.checking.looks import LOOKS
from tutor.practice.checking.scene import Cancelled, Scene, Verdict
from tutor.practice.naming import Naming, UnboundRoleError, UnknownRoleError
from tutor.words import _

__all__ = ["Cancelled", "Result", "Scene", "Verdict", "answer", "figure", "holds", "nonce", "result_schema"]

_STEADY = "(some word)"
"""What a learner is shown in place of the word that a trial speaks."""

_MARKED = re.compile(rf' with "[^"]*{re.escape(_STEADY)}[^"]*" in (?:the event|them)')
"""How a count says that it looks at what the trial itself has sent."""

_MOST_TOLD = 40
"""Lines of a trial that are kept: more are no help."""


Status = Literal["pass", "not_yet", "blocked", "error"]


class Result(msgspec.Struct, frozen=True):
    """How a task stands; this JSON is public.

    Attributes:
        id: the task's id.
        status: pass, not_yet, blocked, or error: the lab itself does not work.
        say: what the task asks for.
        expected: what was expected, in words.
        actual: what there is, in words.
        why: why it matters, or why it is not there yet.
        evidence: sequence numbers of the trace events that show it. Those of a probe are numbered in the
            trace of its fork, which goes on from the world's.
        trial: what happened in a probe that did not pass, as lines of a timeline.
        parts: the answers to the checks that the task's is made of, where it is made of others.
    """

    id: str
    status: Status
    say: str
    expected: str = ""
    actual: str = ""
    why: str = ""
    evidence: tuple[int, ...] = ()
    trial: tuple[str, ...] = ()
    parts: tuple[Verdict, ...] = ()


def result_schema() -> dict[str, Any]:
    """The JSON Schema of a `Result`."""
    schema = msgspec.json.schema(Result)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "How a task stands", **schema}


def answer(check: checks.Check, scene: Scene) -> Verdict:
    """Answer a check.

    Raises:
        Cancelled: the scene was cancelled in between.
        ContentError: the check, or a step of its probe, is wrong in itself: its author's to mend.
    """
    try:
        return _ANSWERS[type(check)](check, scene)
    except UnknownRoleError as unknown:
        lab = scene.naming.lab
        found = f"a check about a role that there is not ({unknown})"
        file = file_of(lab, scene.folder)
        raise ContentError([ContentProblem(file, 0, found, f"one of {listed(lab.roles)}")]) from unknown
    except UnboundRoleError as missing:
        return Verdict(False, missing.wanted, str(missing))


def holds(check: checks.Check, scene: Scene) -> bool:
    """Whether a check holds, for hints and warnings: one that does not work says nothing.

    Raises:
        Cancelled: the scene was cancelled in between.
    """
    try:
        return answer(check, scene).holds
    except ContentError:
        return False


def _answer(check: checks.Answer, scene: Scene) -> Verdict:
    wanted: Any = check.value if check.reads is None else figure(check.reads, scene)
    right = f"{wanted:g}" if isinstance(wanted, float) else str(wanted)
    said = scene.said.strip()
    there = said or "no answer yet: type answer, a blank, and what you think"
    return Verdict(said.casefold() == right.casefold(), "the right answer", there)


def _all(check: checks.AllOf, scene: Scene) -> Verdict:
    return _every(check.checks, scene)


def _every(parts: Iterable[checks.Check], scene: Scene) -> Verdict:
    """All together; the first that does not hold speaks for them."""
    found = [answer(part, scene) for part in parts]
    speaks = next((verdict for verdict in found if not verdict.holds), None)
    return msgspec.structs.replace(speaks or _together(True, found, "; "), parts=tuple(found))


def _any(check: checks.AnyOf, scene: Scene) -> Verdict:
    found = [answer(part, scene) for part in check.checks]
    speaks = next((verdict for verdict in found if verdict.holds), None)
    return msgspec.structs.replace(speaks or _together(False, found, ", or "), parts=tuple(found))


def _together(so: bool, verdicts: list[Verdict], joint: str) -> Verdict:
    evidence = sorted({seq for verdict in verdicts for seq in verdict.evidence})
    return Verdict(
        so,
        joint.join(dict.fromkeys(verdict.expected for verdict in verdicts)),
        "; ".join(dict.fromkeys(verdict.actual for verdict in verdicts)),
        tuple(evidence),
        next((verdict.trial for verdict in verdicts if verdict.trial), ()),
    )


def _not(check: checks.NotThat, scene: Scene) -> Verdict:
    inner = answer(check.check, scene)
    expected = f"this must not be so: {inner.expected}"
    if isinstance(check.check, checks.Allowed):
        expected = inner.expected.replace(" is allowed for ", " is not allowed for ")
    return Verdict(not inner.holds, expected, inner.actual, inner.evidence, inner.trial, (inner,))


def _probe(check: checks.Probe, scene: Scene) -> Verdict:
    with scene.world.fork() as fork:
        naming = Naming(scene.naming.lab, scene.naming.variants, fork, nonce(scene))
        replies: dict[str, Any] = {}
        inside = replace(
            scene,
            world=fork,
            naming=naming,
            since=len(fork.trace),
            began=fork.cloud.kernel.now,
            replies=replies,
        )
        try:
            if not perform(fork, check.steps, naming, scene.folder, scene.cancelled, replies):
                raise Cancelled
            verdict = _every(check.expect, inside)
        except RefusedStepError as error:
            verdict = Verdict(False, "AWS takes the calls of a trial", str(error.__cause__))
        if not verdict.holds:
            verdict = msgspec.structs.replace(verdict, trial=_story(inside))
        return _steady(verdict, naming.nonce)


def _steady(verdict: Verdict, word: str) -> Verdict:
    """A verdict without the word of its trial, which is another one after each command: nobody's news."""
    return Verdict(
        verdict.holds,
        _of_a_trial(verdict.expected.replace(word, _STEADY)),
        _of_a_trial(verdict.actual.replace(word, _STEADY)),
        verdict.evidence,
        tuple(line.replace(word, _STEADY) for line in verdict.trial),
        tuple(_steady(part, word) for part in verdict.parts),
    )


def _of_a_trial(told: str) -> str:
    """What is wanted or found, in words that say where: the learner has never sent the word of a trial."""
    return _MARKED.sub(_(", tried in a copy of your world"), told)


def _story(scene: Scene) -> tuple[str, ...]:
    rows = [row for row in timeline(scene.world.trace) if row.seq > scene.since][:_MOST_TOLD]
    return tuple(f"{row.time}  {row.lane}  {row.symbol} {row.word}: {row.text}".rstrip(": ") for row in rows)


_SYLLABLES = [first + second for first in "bdfgklmnprstvz" for second in "aeiou"]
_FORMS = ("aaaa", "aa-aa", "aaa-nn", "aaann", "an-aan", "nnaa-aa")
"""The forms of a trial's word behind its first syllable: a is a syllable, n two digits."""


def nonce(scene: Scene) -> str:
    """A word that the learner cannot have foreseen, the same when the same world is probed again.

    It has no form of its own, so that no handler can tell a trial from a customer: letters, sometimes with
    digits or a hyphen, which may be part of any name that AWS gives. It begins with a letter.
    """
    last = scene.world.journal.rows[-1].hash
    chance = random.Random(f"{last}:{scene.naming.lab.id}")
    drawn = {"a": _SYLLABLES, "n": [f"{number:02}" for number in range(100)], "-": "-"}
    return "".join(chance.choice(drawn[part]) for part in f"a{chance.choice(_FORMS)}")


_ANSWERS: dict[type[Any], Callable[[Any, Scene], Verdict]] = {
    **dict.fromkeys(COUNTS, counted),
    **LOOKS,
    checks.Answer: _answer,
    checks.AllOf: _all,
    checks.AnyOf: _any,
    checks.NotThat: _not,
    checks.Probe: _probe,
}
