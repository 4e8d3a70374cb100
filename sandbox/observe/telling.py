"""What all explanations are put together from: a step of the chain, and the nouns in it."""

from __future__ import annotations

from typing import Any, NamedTuple

from sandbox.observe.words import clock, short_id
from sandbox.trace import Event, InvocationEnded, InvocationStarted


class Step(NamedTuple):
    """A sentence, and the event from which to go on; None at the end of the chain."""

    sentence: str
    onward: Event | None


def at(event: Event) -> str:
    """When: "at 09:01:00"."""
    return f"at {clock(event.time, exact=False)}"


def subject(event: Any) -> str:
    """The request that an event is about: "event 1f3c2a4b...", "request 1f3c2a4b..."."""
    noun = "event" if getattr(event, "type", "Event") == "Event" else "request"
    return f"{noun} {short_id(event.request_id)}..."


def attempt(event: InvocationStarted | InvocationEnded) -> str:
    """Which run: "attempt 2 of event 1f3c2a4b...", "request 1f3c2a4b..."."""
    if event.type == "Event":
        return f"attempt {event.attempt} of {subject(event)}"
    return subject(event)


def capital(text: str) -> str:
    """The text as the beginning of a sentence. The name of a service stays as it is: "s3.amazonaws.com"."""
    if text.partition(" ")[0].endswith(".amazonaws.com"):
        return text
    return text[:1].upper() + text[1:]
