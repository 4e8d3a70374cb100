"""The log lines of CloudWatch, told from the trace: the platform's own and those that code writes."""

from __future__ import annotations

import bisect
import hashlib
import heapq
from collections.abc import Iterable
from typing import Any

import msgspec

from sandbox.facts import Facts
from sandbox.kernel import MILLISECOND
from sandbox.observe.fold import Fold
from sandbox.trace import (
    EnvironmentCreated,
    EnvironmentInitialised,
    EnvironmentReaped,
    Event,
    InvocationEnded,
    InvocationStarted,
    LineLogged,
    LogGroupDeleted,
    LogStreamDeleted,
    Trace,
)

_PER_EVENT = 8
"""Room for the lines that one event leads to, so that `order` stays unique and follows the trace."""

_Key = tuple[str, str]
_Attempt = tuple[str, int]


class LogLine(msgspec.Struct, frozen=True, gc=False):
    """One log event.

    Attributes:
        time: its timestamp, microseconds since the epoch.
        order: what decides between lines of the same time.
        ingested: when CloudWatch took it in, microseconds since the epoch.
        group: the log group; "" for a line that the role was not allowed to write.
        stream: the log stream.
        request_id: of the invocation that it belongs to; "" for none.
        attempt: of the same invocation; 0 for none.
        kind: "platform" (START, END, REPORT, ...), "error" (an [ERROR] block), or "line".
        text: the message, with the newline at its end that Lambda leaves there.
    """

    time: int
    order: int
    ingested: int
    group: str
    stream: str
    request_id: str
    attempt: int
    kind: str
    text: str

    @property
    def seq(self) -> int:
        """The sequence number of the event that it comes from."""
        return self.order // _PER_EVENT


def _place(line: LogLine) -> tuple[int, int]:
    return line.time, line.order


class LogFold(Fold):
    """All log lines there are, by group and stream, and by attempt (facts 2.4, 5.6, 5.8).

    Args:
        stamps: timestamps in microseconds that PutLogEvents gave to lines, by the number of their event;
            lines that are not in it bear the time at which they were written.
    """

    def __init__(self, stamps: dict[int, int] | None = None) -> None:
        self.stamps: dict[int, int] = {} if stamps is None else stamps
        super().__init__()

    def settings(self) -> tuple[Any, ...]:
        """See `Fold.settings`."""
        return (self.stamps,)

    def reset(self) -> None:
        """See `Fold.reset`."""
        self._streams: dict[_Key, list[LogLine]] = {}
        self._attempts: dict[_Attempt, list[LogLine]] = {}
        self._current: dict[str, InvocationStarted] = {}
        self._homes: dict[str, InvocationStarted] = {}
        self._waiting: dict[str, list[LogLine]] = {}
        self._loose: dict[tuple[str, str], list[LogLine]] = {}
        self._init_errors: dict[str, str] = {}

    # -- reading -------------------------------------------------------------------------------------------

    def groups(self) -> list[str]:
        """The log groups that have lines, in order of their names."""
        return sorted({group for group, _ in self._streams})

    def streams(self, group: str) -> list[str]:
        """The streams of a group that have lines, in order of their names."""
        return sorted(stream for name, stream in self._streams if name == group)

    def lines(self, group: str, stream: str | None = None) -> list[LogLine]:
        """The lines of one stream, or of all streams of a group together, oldest first."""
        if stream is not None:
            return list(self._streams.get((group, stream), ()))
        parts = [lines for (name, _), lines in self._streams.items() if name == group]
        return list(heapq.merge(*parts, key=_place))

    def attempt_lines(self, request_id: str, attempt: int = 1) -> list[LogLine]:
        """The lines of one attempt, those of its cold start first; also where the role may not log."""
        return list(self._attempts.get((request_id, attempt), ()))

    # -- folding -------------------------------------------------------------------------------------------

    def apply(self, event: Event) -> None:
        """See `Fold.apply`."""
        if isinstance(event, LineLogged):
            self._line(event)
        elif isinstance(event, InvocationStarted):
            self._started(event)
        elif isinstance(event, InvocationEnded):
            self._ended(event)
        elif isinstance(event, EnvironmentCreated):
            self._init(event.environment, _platform(event, 0, init_start(event)))
        elif isinstance(event, EnvironmentInitialised):
            self._initialised(event)
        elif isinstance(event, EnvironmentReaped):
            self._homes.pop(event.environment, None)
            self._waiting.pop(event.environment, None)
            self._init_errors.pop(event.environment, None)
        elif isinstance(event, LogGroupDeleted):
            for key in [key for key in self._streams if key[0] == event.group]:
                del self._streams[key]
        elif isinstance(event, LogStreamDeleted):
            self._streams.pop((event.group, event.stream), None)

    def _started(self, event: InvocationStarted) -> None:
        self._current[event.request_id] = self._homes[event.environment] = event
        tail = self._attempts[event.request_id, event.attempt] = []
        for line in self._waiting.pop(event.environment, ()):
            self._write(_moved(line, event))
            if not line.text.startswith("INIT_START"):
                tail.append(line)
        for line in self._loose.pop((event.arn, event.request_id), ()):
            tail.append(line)
            if not line.group:
                self._write(_moved(line, event))
        tail.sort(key=_place)
        text = f"START RequestId: {event.request_id} Version: {event.version}\n"
        self._add(_moved(_platform(event, 0, text), event))

    def _ended(self, event: InvocationEnded) -> None:
        started = self._current.pop(event.request_id, None)
        if started is None:
            return
        init_error = self._init_errors.get(event.environment, "")
        texts = (f"END RequestId: {event.request_id}\n", report(event, init_error))
        for number, text in enumerate(texts):
            self._add(_moved(_platform(event, number, text), started))

    def _initialised(self, event: EnvironmentInitialised) -> None:
        if event.outcome == "success":
            self._init_errors.pop(event.environment, None)
            return
        if event.outcome != "timeout":
            self._init_errors[event.environment] = event.error_type
        self._init(event.environment, _platform(event, 0, init_report(event)))

    def _init(self, environment: str, line: LogLine) -> None:
        """Put a line of the INIT phase where it belongs, once it is known which stream that is."""
        home = self._homes.get(environment)
        if home is None:
            self._waiting.setdefault(environment, []).append(line)
        elif self._current.get(home.request_id) is home:
            self._add(_moved(line, home))
        else:
            self._write(_moved(line, home))

    def _line(self, event: LineLogged) -> None:
        started = self._current.get(event.request_id)
        from_api = event.arn.startswith("arn:aws:logs:")
        text = event.text if from_api or event.text.endswith("\n") else event.text + "\n"
        line = LogLine(
            time=self.stamps.get(event.seq, event.time),
            order=event.seq * _PER_EVENT,
            ingested=event.time,
            group=event.group,
            stream=event.stream,
            request_id=event.request_id,
            attempt=started.attempt if started else 0,
            kind="error" if text.startswith(("[ERROR]", "[CRITICAL]")) else "line",
            text=text,
        )
        if started is not None and not from_api:
            self._add(line)
            return
        self._write(line)
        if not from_api:
            # Written while the code was being loaded: the attempt that this was for has not begun yet.
            self._loose.setdefault((event.arn, event.request_id), []).append(line)

    def _add(self, line: LogLine) -> None:
        self._attempts[line.request_id, line.attempt].append(line)
        self._write(line)

    def _write(self, line: LogLine) -> None:
        if not line.group:
            return
        lines = self._streams.setdefault((line.group, line.stream), [])
        if lines and _place(lines[-1]) > _place(line):
            bisect.insort(lines, line, key=_place)
        else:
            lines.append(line)


def _platform(event: Event, number: int, text: str) -> LogLine:
    order = event.seq * _PER_EVENT + number
    return LogLine(event.time, order, event.time, "", "", "", 0, "platform", text)


def _moved(line: LogLine, started: InvocationStarted) -> LogLine:
    """The line as one of that attempt, in the stream that the attempt writes to."""
    return msgspec.structs.replace(
        line,
        group=started.group,
        stream=started.stream,
        request_id=started.request_id,
        attempt=started.attempt,
    )


# -- the platform's lines ----------------------------------------------------------------------------------


def _milliseconds(duration: int) -> str:
    return f"{duration / MILLISECOND:.2f} ms"


def init_start(event: EnvironmentCreated) -> str:
    """The INIT_START line (facts 5.6).

    [SIM] The runtime's patch level is v1, and the hash in its ARN is taken from the runtime's name.
    """
    name = event.runtime
    family = name.rstrip("0123456789.")
    version = f"{family}:{name.removeprefix(family)}.v1"
    region = event.arn.split(":")[3] if event.arn.count(":") > 3 else "us-east-1"
    digest = hashlib.sha256(version.encode()).hexdigest()
    arn = f"arn:aws:lambda:{region}::runtime:{digest}"
    return f"INIT_START Runtime Version: {version}\tRuntime Version ARN: {arn}\n"


def init_report(event: EnvironmentInitialised) -> str:
    """The INIT_REPORT line of an INIT phase that went wrong (facts 3.7)."""
    parts = [f"INIT_REPORT Init Duration: {_milliseconds(event.duration)}", f"Phase: {event.phase}"]
    if event.outcome == "timeout":
        parts.append("Status: timeout")
    else:
        parts += ["Status: error", f"Error Type: {event.error_type}"]
    return "\t".join(parts) + "\n"


def report(event: InvocationEnded, init_error: str = "") -> str:
    """The REPORT line (facts 2.4): tabs between its fields, Init Duration only on a cold start.

    An exception that the runtime reports itself leaves no Status; a timeout, a process that ended and code
    that could not be loaded do.

    Args:
        event: the end of the attempt.
        init_error: error type of the environment's INIT phase when that failed.
    """
    parts = [
        f"REPORT RequestId: {event.request_id}",
        f"Duration: {_milliseconds(event.duration)}",
        f"Billed Duration: {event.billed} ms",
        f"Memory Size: {event.memory} MB",
        f"Max Memory Used: {event.memory_used} MB",
    ]
    if event.init:
        parts.append(f"Init Duration: {_milliseconds(event.init)}")
    if event.outcome == "timeout":
        parts.append("Status: timeout")
    elif event.outcome == "crash" or (event.outcome == "error" and init_error):
        parts += ["Status: error", f"Error Type: {event.error_type or init_error}"]
    else:
        parts.append("")
    return "\t".join(parts) + "\n"


# -- the tail of an invocation -----------------------------------------------------------------------------


def invocation_lines(
    source: Trace | LogFold, request_id: str, attempt: int = 1, limit: int | None = None
) -> list[str]:
    """The log of one attempt as Invoke's LogType=Tail gives it: its last 4 KB (fact invoke.log_tail).

    [SIM] What the code writes while it is loaded comes first; INIT_START is left out.

    Args:
        source: the trace, or a fold that has caught up with it; who asks often keeps a fold.
        request_id: of the invocation.
        attempt: which of its attempts.
        limit: bytes; None for AWS's.

    Returns:
        Texts that, joined by nothing, are the tail; the first may be cut at its beginning.
    """
    fold = source if isinstance(source, LogFold) else LogFold().catch_up(source)
    size: int = Facts.load()["invoke.log_tail"] if limit is None else limit
    return _last((line.text for line in fold.attempt_lines(request_id, attempt)), size)


def _last(texts: Iterable[str], size: int) -> list[str]:
    kept: list[str] = []
    for text in reversed(list(texts)):
        encoded = text.encode()
        if len(encoded) > size:
            cut = encoded[len(encoded) - size :].decode(errors="ignore")
            return ([cut] if cut else []) + kept
        kept.insert(0, text)
        size -= len(encoded)
    return kept
