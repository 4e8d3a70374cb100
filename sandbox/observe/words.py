"""The names, times and durations of events as people read them."""

from __future__ import annotations

from sandbox.kernel import MILLISECOND, SECOND, as_datetime

_UNITS = ((86_400 * SECOND, "day"), (3_600 * SECOND, "hour"), (60 * SECOND, "minute"), (SECOND, "second"))
_SHORT = ((3_600 * SECOND, "h"), (60 * SECOND, "min"), (SECOND, "s"))
_ORDINALS = ("", "first", "second", "third", "fourth", "fifth")


def function_name(arn: str) -> str:
    """The function's name out of its ARN, with or without a qualifier; "" for anything else."""
    parts = arn.split(":")
    return parts[6] if len(parts) > 6 and parts[2] == "lambda" and parts[5] == "function" else ""


def resource_name(arn: str) -> str:
    """The shortest name that people know a resource by, be it a function, a bucket, a role or a log group."""
    parts = arn.split(":", 5)
    if len(parts) < 6:
        return arn
    if parts[2] == "lambda":
        return function_name(arn) or parts[5]
    if parts[2] == "logs":
        name = parts[5].removeprefix("log-group:").removesuffix(":*")
        return name.split(":log-stream:")[0]
    if parts[2] == "iam":
        return parts[5].rsplit("/", 1)[-1]
    return parts[5]


def who(principal: str) -> str:
    """A principal in words: "user admin", "role worker-role", "lambda.amazonaws.com"."""
    parts = principal.split(":", 5)
    if len(parts) < 6:
        return principal
    kind, _, name = parts[5].partition("/")
    if kind == "assumed-role":
        return f"role {name.split('/')[0]}"
    if kind == "root":
        return "the account's root user"
    return f"{kind} {name.rsplit('/', 1)[-1]}"


def short_id(request_id: str) -> str:
    """Enough of a request id to tell it from others."""
    return request_id[:8]


def clock(time: int, *, exact: bool = True) -> str:
    """A time of day, "09:00:00.140".

    Args:
        time: microseconds since the epoch.
        exact: also with milliseconds where these are 000.
    """
    moment = as_datetime(time)
    text = f"{moment:%H:%M:%S}"
    milliseconds = moment.microsecond // MILLISECOND
    return f"{text}.{milliseconds:03d}" if exact or milliseconds else text


def spoken(duration: int) -> str:
    """A duration in microseconds in words: "1 minute", "90 seconds", "1.5 seconds", "140 milliseconds"."""
    for size, word in _UNITS:
        if duration >= size and duration % size == 0:
            return _count(duration // size, word)
    if duration >= SECOND:
        return f"{duration / SECOND:.3f}".rstrip("0").rstrip(".") + " seconds"
    if duration >= MILLISECOND and duration % MILLISECOND == 0:
        return _count(duration // MILLISECOND, "millisecond")
    return f"{duration / MILLISECOND:.2f} milliseconds"


def brief(duration: int) -> str:
    """A duration in microseconds in few letters: "1 min", "1.5 s", "3.01 ms"."""
    for size, unit in _SHORT:
        if duration >= size and duration % size == 0:
            return f"{duration // size} {unit}"
    if duration >= SECOND:
        return f"{duration / SECOND:.2f} s"
    return f"{duration / MILLISECOND:.2f} ms".replace(".00 ", " ")


def ordinal(number: int) -> str:
    """A place in a row: "first", "second", ...; from the sixth on "6th"."""
    if number < len(_ORDINALS):
        return _ORDINALS[number]
    last = number % 10 if number % 100 not in {11, 12, 13} else 0
    return f"{number}{ {1: 'st', 2: 'nd', 3: 'rd'}.get(last, 'th') }"


def excerpt(text: str, width: int = 60) -> str:
    """A text on one line, cut where it is longer than `width` characters."""
    line = " ".join(text.split())
    return line if len(line) <= width else line[: width - 3] + "..."


def _count(number: int, word: str) -> str:
    return f"1 {word}" if number == 1 else f"{number:,} {word}s"
