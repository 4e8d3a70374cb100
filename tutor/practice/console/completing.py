"""Completion of our own verbs: the verbs themselves, and the names of what there is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.observe.timeline import timeline
from sandbox.services.sqs import SqsService
from tutor.practice.console.asked import lambda_of
from tutor.practice.console.looking import SHOWN

if TYPE_CHECKING:
    from tutor.practice.console.shell import Shell

_EVENTS = 40
"""How many of the latest events are offered for `explain`."""


def completions(shell: Shell, line: str) -> list[str]:
    """The words that could stand where a line ends.

    Args:
        shell: whose functions, queues, files and events are offered.
        line: up to the cursor; it does not begin with `aws`.

    Returns:
        Whole words that begin with the unfinished one.
    """
    from tutor.practice.console.verbs import VERBS

    words = line.split()
    last = words.pop() if words and not line.endswith((" ", "\t")) else ""
    found = _after(shell, words) if words else ["aws", *VERBS]
    return [word for word in found if word.startswith(last)]


def _after(shell: Shell, words: list[str]) -> list[str]:
    """What may follow after some whole words."""
    functions = sorted(lambda_of(shell).functions)
    known: dict[tuple[str, ...], list[str]] = {
        ("deploy",): functions,
        ("load",): functions,
        ("edit",): shell.folder.names(),
        ("clock",): ["advance", "next", "settle"],
        ("clock", "advance"): ["10s", "1m", "5m", "1h"],
        ("show",): list(SHOWN),
        ("show", "queue"): _queues(shell),
        ("show", "files"): shell.folder.names(),
    }
    known.update({("show", what): functions for what in ("timeline", "logs", "metrics", "concurrency")})
    if words == ["explain"]:
        return _events(shell)
    if words[0] == "load" and len(words) > 1 and not words[-1].startswith("--"):
        return [word for word in ("--rate", "--for", "--payload", "--invocation-type") if word not in words]
    return known.get(tuple(words), [])


def _queues(shell: Shell) -> list[str]:
    sqs = shell.world.cloud.services["sqs"]
    assert isinstance(sqs, SqsService)
    return list(sqs.queue_names())


def _events(shell: Shell) -> list[str]:
    """Numbers of the timeline's rows, the latest first: these are what a learner sees."""
    rows = [row for row in timeline(shell.world.trace, None) if row.seq > shell.since]
    return [str(row.seq) for row in reversed(rows[-_EVENTS:])]
