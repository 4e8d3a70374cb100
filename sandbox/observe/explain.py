"""Why did this happen? The chain of causes behind an event, in plain words."""

from __future__ import annotations

from sandbox.observe import telling_hosts, telling_requests, telling_resources
from sandbox.trace import Event, Trace

_TELLERS = telling_requests.TELLERS | telling_resources.TELLERS | telling_hosts.TELLERS


def explain(trace: Trace, seq: int) -> list[str]:
    """Why an event happened: one sentence for it, one for what led to it, and so on back to a command.

    Args:
        trace: the world's trace.
        seq: number of the event.

    Raises:
        IndexError: there is no event of that number.
    """
    if not 0 < seq <= len(trace):
        raise IndexError(f"there is no event {seq}; the trace has {len(trace)}")
    sentences: list[str] = []
    event: Event | None = trace.events[seq - 1]
    while event is not None:
        step = _TELLERS[type(event)](trace, event)
        sentences.append(step.sentence)
        event = step.onward
    return sentences
