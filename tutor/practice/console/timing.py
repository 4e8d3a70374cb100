"""Verbs that let time pass, and plan what comes with it: clock, load."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from datetime import timedelta
from typing import TYPE_CHECKING, Any, cast

from sandbox.console import WordsError, split
from sandbox.kernel import SECOND, as_datetime
from tutor.course import parse_duration
from tutor.practice.console.asked import Usage, VerbError, lambda_of, no_function
from tutor.words import _

if TYPE_CHECKING:
    from tutor.practice.console.shell import Shell


def clock(shell: Shell, rest: str) -> str:
    """`clock`, `clock advance 5m`, `clock next`, `clock settle`: what time it is, and let time pass."""
    words = rest.split()
    world = shell.world
    if words[:1] == ["advance"] and len(words) == 2:
        try:
            duration = parse_duration(words[1])
        except ValueError as error:
            raise Usage(str(error)) from None
        world.advance(microseconds=duration)
    elif words == ["next"]:
        skip(shell)
    elif words == ["settle"]:
        world.settle()
    elif words:
        usage = _("clock | clock advance 5m | clock next | clock settle")
        meant = _("Did you mean clock advance {span}?").format(span=words[0]) if _is_span(words) else ""
        raise Usage(f"{meant}\n{usage}".strip())
    coming = world.cloud.kernel.pending()
    text = _("It is {now}.").format(now=f"{world.now:%A %H:%M:%S}")
    if coming:
        wait = timedelta(microseconds=coming[0][0] - world.cloud.kernel.now)
        text += " " + _("Next: {what}, in {wait}.").format(what=coming[0][1], wait=wait_words(wait))
    return text


def _is_span(words: list[str]) -> bool:
    try:
        return len(words) == 1 and bool(parse_duration(words[0]))
    except ValueError:
        return False


def skip(shell: Shell) -> None:
    """Let time pass until what comes next has happened, and what follows from it within a second.

    Raises:
        VerbError: nothing is to come.
    """
    coming = shell.world.cloud.kernel.pending()
    if not coming:
        raise VerbError(_("nothing is waiting to happen; do something, or use `clock advance 5m`"))
    # A person skips to the next attempt, not from one of its milliseconds to the next.
    moment_later = coming[0][0] + SECOND
    while coming and coming[0][0] <= moment_later:
        shell.world.run_until(as_datetime(coming[0][0]))
        coming = shell.world.cloud.kernel.pending()


def clock_words(time: int) -> str:
    """A moment of the virtual day: "09:01:00.020"."""
    return f"{as_datetime(time):%H:%M:%S.%f}"[:-3]


def wait_words(wait: timedelta) -> str:
    """A wait as a person says it: "59 s", "2 min 5 s", "1 h 3 min", "40 ms"."""
    seconds = wait.total_seconds()
    if seconds < 1:
        return f"{round(seconds * 1000)} ms"
    whole = round(seconds)
    hours, minutes, rest = whole // 3600, whole // 60 % 60, whole % 60
    parts = [f"{hours} h" if hours else "", f"{minutes} min" if minutes else "", f"{rest} s" if rest else ""]
    return " ".join(list(filter(None, parts))[:2])


def load(shell: Shell, rest: str) -> str:
    """`load FUNCTION --rate 20 --for 30s`: requests to a function, a steady stream of them."""
    asked = _options(rest, LOAD_OPTIONS)
    name, rate, span = asked.get("", ""), asked.get("--rate", ""), asked.get("--for", "")
    if not name or not rate or not span:
        raise Usage(_LOAD_USAGE)
    if name not in lambda_of(shell).functions:
        raise VerbError(no_function(shell, name))
    try:
        duration = timedelta(microseconds=parse_duration(span))
        shell.world.load(
            name,
            rate=_rate(rate),
            duration=duration,
            payload=_payload(asked.get("--payload", "{}")).encode(),
            invocation_type=cast(Any, asked.get("--invocation-type", "RequestResponse")),
        )
    except ValueError as error:
        raise Usage(f"{error}\n{_LOAD_USAGE}") from None
    return _("Requests to {name}: {rate} a second, for {span}. They come as the clock moves.").format(
        rate=rate, name=name, span=span
    )


LOAD_OPTIONS = ("--rate", "--for", "--payload", "--invocation-type")
"""What may stand behind `load` and the function."""

_LOAD_USAGE = _(
    "load FUNCTION --rate 20 --for 30s [--payload JSON] [--invocation-type Event]    rate: requests a second"
)


def _options(rest: str, known: Iterable[str]) -> dict[str, str]:
    """The options of a verb's line, and under "" the word that belongs to none."""
    try:
        words = split(rest)
    except WordsError as error:
        raise Usage(str(error)) from None
    found: dict[str, str] = {}
    while words:
        word, equals, value = words.pop(0).partition("=")
        if word.startswith("--"):
            if word not in known:
                raise Usage(_("{word} is no option of `load`. {usage}").format(word=word, usage=_LOAD_USAGE))
            if not equals and not words:
                raise Usage(_("{word} needs a value. {usage}").format(word=word, usage=_LOAD_USAGE))
            found[word] = value if equals else words.pop(0)
        elif "" in found:
            one_too_many = _("{word} is one word too many. JSON stands in single quotes.").format(word=word)
            raise Usage(f"{one_too_many}\n{_LOAD_USAGE}")
        else:
            found[""] = word + equals + value
    return found


def _payload(text: str) -> str:
    """What each request carries; AWS would refuse every one of them if it were no JSON."""
    try:
        json.loads(text)
    except ValueError:
        words = _("the payload is no JSON: {text}. It looks like this: --payload '{example}'")
        raise ValueError(words.format(text=text, example='{"key": "value"}')) from None
    return text


def _rate(text: str) -> float:
    if not re.fullmatch(r"[0-9]{1,6}(\.[0-9]{1,6})?", text):
        raise ValueError(_("the rate is requests a second, such as 20 or 0.5, not {text}").format(text=text))
    return float(text)
