"""Verbs that look and change nothing: show."""

from __future__ import annotations

import difflib
from collections.abc import Callable
from typing import TYPE_CHECKING

from sandbox.observe.logs import LogFold
from sandbox.observe.metrics import MetricFold
from sandbox.observe.timeline import timeline
from sandbox.services.sqs import SqsService
from tutor.practice.changes import changes
from tutor.practice.console.asked import Usage, VerbError, lambda_of, no_function
from tutor.practice.console.timing import clock_words
from tutor.words import _, many

if TYPE_CHECKING:
    from tutor.practice.console.shell import Shell


def show(shell: Shell, rest: str) -> str:
    """`show timeline|logs|metrics [FUNCTION]`, `show queue NAME`, `show functions|files|changes`."""
    what, _sep, which = rest.partition(" ")
    if what not in SHOWN:
        usage = _("show {what}").format(what=" | ".join(SHOWN))
        near = (
            [f"files {what}"] if what in shell.folder.names() else difflib.get_close_matches(what, SHOWN, n=1)
        )
        meant = _("Did you mean show {near}?").format(near=near[0]) if near else ""
        raise Usage(f"{meant}\n{usage}".strip())
    return SHOWN[what](shell, which.strip())


def _timeline(shell: Shell, function: str) -> str:
    rows = [row for row in timeline(shell.world.trace, function or None) if row.seq > shell.since]
    if not rows:
        _must_be(shell, function)
        return _("Nothing has happened yet.")
    width = max(len(row.lane) for row in rows)
    return "\n".join(
        f"{row.time}  {row.lane:{width}}  {row.symbol} {row.word}: {row.text}".rstrip(": ") for row in rows
    )


def _logs(shell: Shell, function: str) -> str:
    fold = LogFold().catch_up(shell.world.trace)
    groups = [f"/aws/lambda/{function}"] if function else fold.groups()
    lines = sorted((line.time, line.order, line.text) for group in groups for line in fold.lines(group))
    if not lines:
        _must_be(shell, function)
        return _("There are no log lines.")
    return "\n".join(f"{clock_words(time)}  {text.rstrip(chr(10))}" for time, _order, text in lines)


def _must_be(shell: Shell, function: str) -> None:
    """A function that was deleted has left its lines; one that never was has none, and is a slip."""
    if function and function not in lambda_of(shell).functions:
        raise VerbError(no_function(shell, function))


def _queue(shell: Shell, name: str) -> str:
    sqs = shell.world.cloud.services["sqs"]
    assert isinstance(sqs, SqsService)
    if not name:
        counts = [(queue, len(sqs.messages(queue))) for queue in sqs.queue_names()]
        return "\n".join(
            many(n, f"{queue}: {{n}} message", f"{queue}: {{n}} messages") for queue, n in counts
        )
    try:
        messages = sqs.messages(name)
    except LookupError as error:
        raise VerbError(str(error)) from None
    if not messages:
        return _("{name} is empty.").format(name=name)
    told = []
    for number, (_id, body, attributes) in enumerate(messages, 1):
        told.append(_("Message {number} of {name}:").format(number=number, name=name))
        told.append("  " + body)
        told += [f"  {key}: {value.get('StringValue', '')}" for key, value in sorted(attributes.items())]
    return "\n".join(told)


def _metrics(shell: Shell, function: str) -> str:
    functions = [function] if function else sorted(lambda_of(shell).functions)
    fold = MetricFold().catch_up(shell.world.trace)
    told = []
    if not fold.total("Invocations", function or None, "SampleCount"):
        _must_be(shell, function)
    for name in functions:
        for metric in (
            "Invocations",
            "Errors",
            "Throttles",
            "DeadLetterErrors",
            "DestinationDeliveryFailures",
        ):
            value = fold.total(metric, name, "Sum")
            told.append(f"{name}  {metric} (Sum): {value or 0:g}")
    return "\n".join(told)


def _concurrency(shell: Shell, function: str) -> str:
    """One row for each function: what it may use, uses, has used at most; and what the others share."""
    service = lambda_of(shell)
    if function and function not in service.functions:
        raise VerbError(no_function(shell, function))
    fold = MetricFold().catch_up(shell.world.trace)
    table = [(_("function"), _("reserved"), _("running"), _("most"), _("done"), _("throttled"))]
    for name, there in sorted(service.functions.items()):
        if function in {"", name}:
            table.append(
                (
                    name,
                    "-" if there.reserved is None else str(there.reserved),
                    str(service.concurrency.running(there)),
                    f"{fold.total('ConcurrentExecutions', name, 'Maximum'):g}",
                    f"{fold.total('Invocations', name):g}",
                    f"{fold.total('Throttles', name):g}",
                )
            )
    widths = [max(len(row[column]) for row in table) for column in range(len(table[0]))]
    told = [
        "  ".join([row[0].ljust(widths[0]), *(map(str.rjust, row[1:], widths[1:]))]).rstrip() for row in table
    ]
    limit, reserved = service.concurrency.account_limit, service.reserved_in_all()
    told.append(
        _("The account has {limit} places. Reserved: {reserved}. Shared by all others: {left}.").format(
            limit=f"{limit:,}", reserved=f"{reserved:,}", left=f"{limit - reserved:,}"
        )
    )
    return "\n".join(told)


def _functions(shell: Shell, _which: str) -> str:
    functions = lambda_of(shell).functions
    return "\n".join(f"{name}: {function.state}" for name, function in sorted(functions.items())) or _("none")


def _files(shell: Shell, name: str) -> str:
    if name:
        try:
            return shell.folder.read(name).decode().rstrip("\n")
        except UnicodeDecodeError:
            return _("{name} is not text in UTF-8. It is deployed as it is.").format(name=name)
    return "\n".join(shell.folder.names()) or _("There are no files.")


def _changes(shell: Shell, which: str) -> str:
    if which:
        raise Usage("show changes")
    return "\n".join(changes(shell.world)) or _("Nothing is different from how it was at the start.")


SHOWN: dict[str, Callable[[Shell, str], str]] = {
    "timeline": _timeline,
    "logs": _logs,
    "queue": _queue,
    "metrics": _metrics,
    "concurrency": _concurrency,
    "functions": _functions,
    "files": _files,
    "changes": _changes,
}
