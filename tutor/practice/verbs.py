"""Our own verbs beside `aws`: deploy, clock, load, show, explain, edit, undo, reset.

A verb takes the rest of its line and returns what it prints.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import TYPE_CHECKING, Any, cast

from botocore.exceptions import ClientError, WaiterError

from sandbox.console import WordsError, split
from sandbox.history import journal as rows
from sandbox.history.journal import Row
from sandbox.kernel import SECOND, as_datetime
from sandbox.observe.logs import LogFold
from sandbox.observe.metrics import MetricFold
from sandbox.observe.timeline import timeline
from sandbox.services.awslambda import LambdaService
from sandbox.services.sqs import SqsService
from sandbox.trace import ApiFailed, Event, PermissionDecided
from tutor.course import parse_duration
from tutor.practice.files import Folder, names, zipped
from tutor.words import _, many

if TYPE_CHECKING:
    from tutor.practice.shell import Shell


class VerbError(Exception):
    """It did not work; the message says why, to the learner."""


class Usage(Exception):  # noqa: N818 - it shows how the verb is used
    """The verb was used wrongly; the message shows how it is used."""


# -- code --------------------------------------------------------------------------------------------------


def deploy(shell: Shell, rest: str) -> str:
    """`deploy [FUNCTION]`: zip the learner's files, give them to the function, wait for the update."""
    functions = sorted(_lambda(shell).functions)
    name = rest or (functions[0] if len(functions) == 1 else "")
    if not name:
        raise Usage(
            _("deploy FUNCTION    there are: {functions}").format(functions=", ".join(functions) or "none")
        )
    files = names(shell.code)
    if not files:
        raise VerbError(_("there are no files to deploy"))
    try:
        package = zipped(shell.code)
    except OSError as error:
        problem = _("the files cannot be read: {reason}")
        raise VerbError(problem.format(reason=error.strerror or error)) from None
    client = shell.world.client("lambda")
    try:
        client.update_function_code(FunctionName=name, ZipFile=package)
        client.get_waiter("function_updated_v2").wait(FunctionName=name)
    except (ClientError, WaiterError) as error:
        raise VerbError(str(error)) from None
    return _("Deployed {files} to {name}.").format(files=", ".join(files), name=name)


def edit(shell: Shell, rest: str) -> str:
    """`edit FILE <<END`, then lines, then END: write a file; it counts once it is deployed."""
    head, _sep, body = rest.partition("\n")
    name, _sep, word = (part.strip() for part in head.partition("<<"))
    if not name or not word or not body:
        raise Usage(_("edit FILE <<END, then the lines of the file, then END"))
    lines = body.split("\n")
    word = word.strip("'\"")
    if word in lines:
        lines = lines[: lines.index(word)]
    Folder(shell.code).write(name, "".join(f"{line}\n" for line in lines).encode())
    return _("Wrote {name}. `deploy` gives it to the function.").format(name=name)


# -- time --------------------------------------------------------------------------------------------------


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
        raise Usage(_("clock | clock advance 5m | clock next | clock settle"))
    coming = world.cloud.kernel.pending()
    text = _("It is {now}.").format(now=f"{world.now:%A %H:%M:%S}")
    if coming:
        wait = timedelta(microseconds=coming[0][0] - world.cloud.kernel.now)
        text += " " + _("Next: {what}, in {wait}.").format(what=coming[0][1], wait=wait_words(wait))
    return text


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
    asked = _options(rest, _LOAD_OPTIONS)
    name, rate, span = asked.get("", ""), asked.get("--rate", ""), asked.get("--for", "")
    if not name or not rate or not span:
        raise Usage(_LOAD_USAGE)
    if name not in _lambda(shell).functions:
        raise VerbError(_no_function(shell, name))
    try:
        duration = timedelta(microseconds=parse_duration(span))
        shell.world.load(
            name,
            rate=_rate(rate),
            duration=duration,
            payload=asked.get("--payload", "{}").encode(),
            invocation_type=cast(Any, asked.get("--invocation-type", "RequestResponse")),
        )
    except ValueError as error:
        raise Usage(f"{error}\n{_LOAD_USAGE}") from None
    return _("{rate} requests a second to {name}, for {span}. They come as the clock moves.").format(
        rate=rate, name=name, span=span
    )


_LOAD_OPTIONS = ("--rate", "--for", "--payload", "--invocation-type")
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
            raise Usage(_LOAD_USAGE)
        else:
            found[""] = word + equals + value
    return found


def _rate(text: str) -> float:
    if not re.fullmatch(r"[0-9]{1,6}(\.[0-9]{1,6})?", text):
        raise ValueError(_("the rate is requests a second, such as 20 or 0.5, not {text}").format(text=text))
    return float(text)


def _no_function(shell: Shell, name: str) -> str:
    there = ", ".join(sorted(_lambda(shell).functions)) or _("none")
    return _("There is no function {name}. There are: {there}.").format(name=name, there=there)


# -- looking -----------------------------------------------------------------------------------------------


def show(shell: Shell, rest: str) -> str:
    """`show timeline|logs|metrics [FUNCTION]`, `show queue NAME`, `show functions|files`: look only."""
    what, _sep, which = rest.partition(" ")
    if what not in _SHOWN:
        raise Usage(_("show {what}").format(what=" | ".join(_SHOWN)))
    return _SHOWN[what](shell, which.strip())


def _timeline(shell: Shell, function: str) -> str:
    rows = [row for row in timeline(shell.world.trace, function or None) if row.seq > shell.since]
    if not rows:
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
        return _("There are no log lines.")
    return "\n".join(f"{clock_words(time)}  {text.rstrip(chr(10))}" for time, _order, text in lines)


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
    functions = [function] if function else sorted(_lambda(shell).functions)
    fold = MetricFold().catch_up(shell.world.trace)
    told = []
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
    """One row for each function: what it may use, uses, has used at most; and what the account has left."""
    service = _lambda(shell)
    if function and function not in service.functions:
        raise VerbError(_no_function(shell, function))
    fold = MetricFold().catch_up(shell.world.trace)
    table = [(_("function"), _("reserved"), _("running"), _("most"), _("runs"), _("throttled"))]
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
        _("The account has {limit}. Reserved: {reserved}. Left for all others: {left}.").format(
            limit=f"{limit:,}", reserved=f"{reserved:,}", left=f"{limit - reserved:,}"
        )
    )
    return "\n".join(told)


def _functions(shell: Shell, _which: str) -> str:
    functions = _lambda(shell).functions
    return "\n".join(f"{name}: {function.state}" for name, function in sorted(functions.items())) or _("none")


def _files(shell: Shell, name: str) -> str:
    if name:
        folder = Folder(shell.code) if name in names(shell.code) else shell.folder
        return folder.read(name).decode("utf-8", "replace").rstrip("\n")
    written = [other for other in names(shell.folder.path) if not other.startswith(f"{shell.code.name}/")]
    return "\n".join([*names(shell.code), *written]) or _("There are no files.")


_SHOWN: dict[str, Callable[[Shell, str], str]] = {
    "timeline": _timeline,
    "logs": _logs,
    "queue": _queue,
    "metrics": _metrics,
    "concurrency": _concurrency,
    "functions": _functions,
    "files": _files,
}


# -- why ---------------------------------------------------------------------------------------------------


def explain(shell: Shell, rest: str) -> str:
    """`explain`, `explain NUMBER`: why the last failure, or the event of a timeline row, happened."""
    trace = shell.world.trace
    if rest:
        if not re.fullmatch("[0-9]{1,9}", rest) or not 0 < int(rest) <= len(trace):
            raise Usage(
                _("explain, or explain NUMBER with the number of an event, 1 to {last}").format(
                    last=len(trace)
                )
            )
        event = trace.events[int(rest) - 1]
    else:
        event = _last_trouble(shell)
    told = shell.world.explain(event.seq)
    if isinstance(event, PermissionDecided) and not event.allowed:
        told += _walk(shell, event)
    return "\n".join(told)


def _last_trouble(shell: Shell) -> Event:
    for event in reversed(shell.world.trace.events):
        if isinstance(event, PermissionDecided) and not event.allowed:
            return event
        if isinstance(event, ApiFailed):
            return _refusal_behind(shell, event) or event
        if getattr(event, "outcome", "success") != "success":
            return event
    raise VerbError(_("nothing has gone wrong yet"))


def _refusal_behind(shell: Shell, failed: ApiFailed) -> Event | None:
    """The refused permission that made a call fail, if that is why."""
    refused = shell.world.trace.of(PermissionDecided, since=failed.cause)
    return next((event for event in refused if event.cause == failed.cause and not event.allowed), None)


def _walk(shell: Shell, event: PermissionDecided) -> list[str]:
    """The permission walk of a refusal: each policy read, and what would change the verdict."""
    walk = shell.world.walk(event)
    if walk is None:
        return []
    told = [_("How IAM decided:")]
    told += [f"  {step.layer} {step.policy}: {step.why}" for step in walk.steps]
    told += [_("What would change it:")]
    for change in walk.edits:
        told.append(f"  {change.words}")
        if change.how == "add":
            policy = {"Version": "2012-10-17", "Statement": [json.loads(change.statement)]}
            told.append(_("  As a whole policy: {policy}").format(policy=json.dumps(policy)))
        elif change.statement:
            told.append(f"  {change.statement}")
    return told


# -- back --------------------------------------------------------------------------------------------------


def undo(shell: Shell, rest: str) -> str:
    """`undo`: take back the last command that changed something."""
    if rest:
        raise Usage("undo")
    undone = _commands(shell.world.undo())
    return _("Undone: {what}. It is {now} again. Your files stay as they are.").format(
        what=undone, now=f"{shell.world.now:%H:%M:%S}"
    )


def _commands(undone: Iterable[Row]) -> str:
    """What journal rows did, in words: "lambda UpdateFunctionCode"."""
    calls = [f"{row.service} {row.operation}" for row in undone if row.kind == rows.CALL]
    calls += [
        _("the load on {function}").format(function=row.params["function"])
        for row in undone
        if row.kind == rows.LOAD
    ]
    return ", ".join(dict.fromkeys(calls)) or _("the time that passed")


def reset(shell: Shell, rest: str) -> str:
    """`reset`: start the lab afresh."""
    if rest:
        raise Usage("reset")
    shell.reset()
    return _("The lab starts afresh.")


def _lambda(shell: Shell) -> LambdaService:
    service = shell.world.cloud.services["lambda"]
    assert isinstance(service, LambdaService)
    return service


VERBS: dict[str, Callable[[Shell, str], str]] = {
    "deploy": deploy,
    "clock": clock,
    "load": load,
    "show": show,
    "explain": explain,
    "edit": edit,
    "undo": undo,
    "reset": reset,
}
