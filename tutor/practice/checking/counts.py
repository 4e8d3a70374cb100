"""Checks that count: how often something happened, or how much of it there is."""

from __future__ import annotations

import ast
import io
import json
import zipfile
from collections.abc import Callable, Iterator, Mapping
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any, NamedTuple, cast

import msgspec

from sandbox import World
from sandbox.observe.logs import LogFold, LogLine
from sandbox.observe.metrics import MetricFold
from sandbox.observe.timeline import Attempt, attempts
from sandbox.services.sqs import SqsService
from sandbox.trace import ItemStored, MessageSent, ObjectCreated
from tutor.course import checks, fill
from tutor.practice.checking.scene import Scene, Verdict

if TYPE_CHECKING:
    from sandbox.services.dynamodb import DynamoDbService
    from sandbox.services.s3 import S3Service


class Figure(NamedTuple):
    """What was counted.

    Attributes:
        number: how many, or how much.
        noun: of what, in words.
        evidence: sequence numbers of the events that were counted.
        instead: what to say instead of the number, where there is more to say.
    """

    number: float
    noun: str
    evidence: tuple[int, ...] = ()
    instead: str = ""


def figure(check: checks.Check, scene: Scene) -> float:
    """The number that a check is about, for questions whose answer is read off a run."""
    return _FIGURES[type(check)](check, scene).number


def counted(check: Any, scene: Scene) -> Verdict:
    """The answer to a check that counts: the number, compared."""
    found = _FIGURES[type(check)](check, scene)
    expected = f"{found.noun}: {check.compare.words()}"
    actual = found.instead or f"{found.noun}: {_written(found.number)}"
    return Verdict(check.compare.holds(found.number), expected, actual, found.evidence)


def _written(number: float) -> str:
    return f"{number:,.0f}" if float(number).is_integer() else f"{number:,.2f}"


# -- attempts ----------------------------------------------------------------------------------------------

_OUTCOMES = {"": "attempts of {}", "success": "successful attempts of {}", "error": "failed attempts of {}"}
_OUTCOMES |= {"failure": "failed attempts of {}", "timeout": "attempts of {} that ran into the timeout"}
_OUTCOMES |= {"crash": "attempts of {} that crashed"}
_TYPES = {"": "", "Event": ", called asynchronously", "RequestResponse": ", called synchronously"}


def attempts_since(scene: Scene, function: str) -> list[Attempt]:
    """The attempts of a function in a scene."""
    return [attempt for attempt in attempts(scene.world.trace, function) if attempt.seq > scene.since]


def _attempts(check: checks.Trace, scene: Scene) -> Figure:
    function = scene.naming.played_by(check.function)
    containing = fill(check.containing, scene.naming.value)
    reply = fill(check.reply, scene.naming.value) if check.reply is not msgspec.UNSET else msgspec.UNSET
    every = attempts_since(scene, function)
    found = [
        attempt
        for attempt in every
        if (not check.type or attempt.type == check.type)
        and _outcome_is(attempt, check.outcome)
        and containing.encode() in attempt.payload
        and (not check.error or attempt.error_type == check.error)
        and (reply is msgspec.UNSET or _replied(attempt, reply))
    ]
    noun = _OUTCOMES[check.outcome].format(function)
    noun += f" with {_quoted(containing)} in the event" if containing else ""
    noun += f" that answered {json.dumps(reply)}" if reply is not msgspec.UNSET else ""
    noun += f" that ended in {check.error}" if check.error else ""
    noun += _TYPES[check.type]
    instead = ""
    if not attempts(scene.world.trace, function):
        instead = _absent(scene, function) or f"{function} has not run yet"
    elif every and not found and (check.error or reply is not msgspec.UNSET):
        instead = f"the last attempt of {function} {_ending(every[-1])}"
    return Figure(len(found), noun, tuple(attempt.seq for attempt in found), instead)


def _absent(scene: Scene, function: str) -> str:
    return "" if scene.naming.function(function) else f"there is no function {function}"


def _outcome_is(attempt: Attempt, wanted: str) -> bool:
    if wanted == "failure":
        return attempt.outcome not in {"", "success"}
    return not wanted or attempt.outcome == wanted


def _replied(attempt: Attempt, wanted: Any) -> bool:
    try:
        return bool(attempt.outcome) and _is_in(wanted, json.loads(attempt.reply or b"null"))
    except ValueError:
        return False


def _is_in(wanted: Any, found: Any) -> bool:
    """Whether what is wanted is in a reply: of objects the keys that are named, of all else everything."""
    if isinstance(wanted, Mapping):
        return isinstance(found, Mapping) and all(
            key in found and _is_in(value, found[key]) for key, value in wanted.items()
        )
    if isinstance(wanted, list | tuple):
        return (
            isinstance(found, list)
            and len(wanted) == len(found)
            and all(_is_in(one, other) for one, other in zip(wanted, found, strict=True))
        )
    # In Python true is 1; in JSON it is not.
    return isinstance(wanted, bool) == isinstance(found, bool) and bool(wanted == found)


def _ending(attempt: Attempt) -> str:
    if not attempt.outcome:
        return "has not ended yet"
    if attempt.error_type:
        return f"ended in {attempt.error_type}"
    text = attempt.reply.decode(errors="replace")
    return f"answered {text if len(text) <= _LONGEST else text[:_LONGEST] + '…'}"


_LONGEST = 200
"""Characters of a reply that a learner is shown: enough to see what is different."""


# -- metrics, lines, messages, objects ---------------------------------------------------------------------


def _metric(check: checks.Metric, scene: Scene) -> Figure:
    function = scene.naming.played_by(check.function)
    fold, trace = MetricFold(), scene.world.trace
    for event in trace.events[: scene.since]:
        fold.apply(event)
    fold.begin()
    for event in trace.since(scene.since):
        fold.apply(event)
    value = fold.total(check.name, function, check.stat)
    return Figure(value or 0, f"{check.name} ({check.stat}) of {function}")


def lines_since(scene: Scene, group: str) -> list[LogLine]:
    """The lines of a log group that were written in a scene, oldest first."""
    lines = LogFold().catch_up(scene.world.trace).lines(group)
    return [line for line in lines if line.seq > scene.since]


def _lines(check: checks.Log, scene: Scene) -> Figure:
    name = scene.naming.played_by(check.function)
    text = fill(check.contains, scene.naming.value)
    noun = f"lines in the log of {name} with {_quoted(text)} in them"
    function = scene.naming.function(name)
    if function is None:
        return Figure(0, noun, instead=f"there is no function {name}")
    lines = lines_since(scene, function.active.log_group)
    return Figure(sum(text in line.text for line in lines), noun)


def has_queue(world: World, name: str) -> bool:
    """Whether there is a queue of that name."""
    try:
        _sqs(world).messages(name)
    except LookupError:
        return False
    return True


def _sqs(world: World) -> SqsService:
    sqs = world.cloud.services["sqs"]
    assert isinstance(sqs, SqsService)
    return sqs


def s3(world: World) -> S3Service:
    """S3 in a world."""
    return cast("S3Service", world.cloud.services["s3"])


def dynamodb(world: World) -> DynamoDbService:
    """DynamoDB in a world."""
    return cast("DynamoDbService", world.cloud.services["dynamodb"])


def _messages(check: checks.Queue, scene: Scene) -> Figure:
    queues = [fill(check.name, scene.naming.value)] if check.name else scene.naming.queues_of(check.role)
    text = fill(check.contains, scene.naming.value)
    within = f" with {_quoted(text)} in them" if text else ""
    there = [queue for queue in queues if has_queue(scene.world, queue)]
    if not there:
        noun = f"messages in the queue {queues[0]}{within}"
        return Figure(0, noun, instead=f"there is no queue {queues[0]}")
    ids = {
        queue: {one for one, body, _ in _sqs(scene.world).messages(queue) if text in body} for queue in there
    }
    # Who wires both a dead-letter queue and a destination gets the letter in both: the fullest counts.
    fullest = max(there, key=lambda queue: len(ids[queue]))
    sent = [event.seq for event in scene.world.trace.of(MessageSent) if event.message_id in ids[fullest]]
    return Figure(len(ids[fullest]), f"messages in the queue {fullest}{within}", tuple(sent))


def _objects(check: checks.Object, scene: Scene) -> Figure:
    bucket = fill(check.name, scene.naming.value) if check.name else scene.naming.played_by(check.role)
    key, text = fill(check.key, scene.naming.value), fill(check.contains, scene.naming.value)
    noun = f"objects in the bucket {bucket}"
    noun += f" with a key like {_quoted(key)}" if key else ""
    noun += f" with {_quoted(text)} in them" if text else ""
    if bucket not in s3(scene.world).bucket_names():
        return Figure(0, noun, instead=f"there is no bucket {bucket}")
    found = s3(scene.world).objects(bucket)
    like = [one for one in found if fnmatchcase(one.key, key or "*") and text.encode() in one.body]
    keys = {one.key for one in like}
    written = [
        event.seq
        for event in scene.world.trace.of(ObjectCreated)
        if event.arn == f"arn:aws:s3:::{bucket}" and event.key in keys
    ]
    return Figure(len(like), noun, tuple(written))


def _items(check: checks.TableItem, scene: Scene) -> Figure:
    table = fill(check.name, scene.naming.value) if check.name else scene.naming.played_by(check.role)
    wanted = fill({**check.has, **check.key}, scene.naming.value)
    noun = f"items in the table {table}"
    noun += f" with {json.dumps(wanted, ensure_ascii=False)}" if wanted else ""
    if table not in dynamodb(scene.world).tables:
        return Figure(0, noun, instead=f"there is no table {table}")
    every = [
        {name: _unwrapped(value) for name, value in item.items()}
        for item in dynamodb(scene.world).items(table)
    ]
    found = [item for item in every if _is_in(wanted, item)]
    stored = [
        event.seq
        for event in scene.world.trace.of(ItemStored)
        if event.arn.endswith(f":table/{table}")
        and any(_is_key(json.loads(event.key), item) for item in found)
    ]
    return Figure(len(found), noun, tuple(stored))


def _is_key(key: Mapping[str, str], item: Mapping[str, Any]) -> bool:
    """Whether a key, whose numbers are texts in the trace, is an item's."""
    return all(str(item.get(name)) == value for name, value in key.items())


def _unwrapped(value: Mapping[str, Any]) -> Any:
    """An attribute's value without DynamoDB's types: `{"N": "7"}` is 7. Sets are lists in their order."""
    kind, inside = next(iter(value.items()))
    if kind == "M":
        return {name: _unwrapped(part) for name, part in inside.items()}
    if kind == "L":
        return [_unwrapped(part) for part in inside]
    if kind in {"SS", "NS", "BS"}:
        return sorted(_unwrapped({kind[0]: part}) for part in inside)
    if kind == "N":
        number = float(inside)
        return int(number) if number.is_integer() else number
    if kind == "B":
        return bytes(inside).decode(errors="replace")
    return None if kind == "NULL" else inside


# -- code --------------------------------------------------------------------------------------------------


def _code(check: checks.Code, scene: Scene) -> Figure:
    name = scene.naming.played_by(check.function)
    text, pattern = fill(check.contains, scene.naming.value), fill(check.file, scene.naming.value)
    what = f"places that define {check.defines}" if check.defines else f"places with {_quoted(text)}"
    noun = f"{what} in {pattern} of {name}"
    function = scene.naming.function(name)
    if function is None:
        return Figure(0, noun, instead=f"there is no function {name}")
    with zipfile.ZipFile(io.BytesIO(function.package)) as archive:
        files = {one: archive.read(one) for one in archive.namelist() if fnmatchcase(one, pattern)}
    if not files:
        return Figure(0, noun, instead=f"there is no file {pattern} in the code of {name}")
    number = 0
    for file, content in files.items():
        source = content.decode(errors="replace")
        if not check.defines:
            number += source.count(text)
            continue
        try:
            number += list(_defined(ast.parse(source), "")).count(check.defines)
        except (SyntaxError, ValueError) as error:
            line = getattr(error, "lineno", None)
            return Figure(0, noun, instead=f"{file} is not Python" + (f" (line {line})" if line else ""))
    return Figure(number, noun)


_SCOPES = (ast.Lambda, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
"""What keeps the names that it binds for itself."""


def _defined(tree: ast.AST, prefix: str) -> Iterator[str]:
    """The names that a module, or a class in it, binds when it is run, outside of every function."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.ClassDef):
            yield prefix + node.name
            yield from _defined(node, f"{prefix}{node.name}.")
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield prefix + node.name
        elif isinstance(node, ast.Import | ast.ImportFrom):
            yield from (prefix + (alias.asname or alias.name.split(".")[0]) for alias in node.names)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield prefix + node.id
        elif not isinstance(node, _SCOPES):
            yield from _defined(node, prefix)


def _quoted(text: str) -> str:
    return f'"{text}"'


_FIGURES: dict[type[Any], Callable[[Any, Scene], Figure]] = {
    checks.Trace: _attempts,
    checks.Metric: _metric,
    checks.Log: _lines,
    checks.Queue: _messages,
    checks.Object: _objects,
    checks.TableItem: _items,
    checks.Code: _code,
}

COUNTS = tuple(_FIGURES)
"""The kinds of checks that are answered here."""
