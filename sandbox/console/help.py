"""`aws help`, `aws SERVICE help`, `aws SERVICE OPERATION help`: made from the models, in our own words."""

from __future__ import annotations

import re
import shlex
import textwrap
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from sandbox.console.arguments import Command, Option
from sandbox.console.catalogue import Service
from sandbox.console.commands.custom import HighLevel
from sandbox.console.commands.highlevel import COMMANDS
from sandbox.console.examples import EXAMPLES
from sandbox.console.settings import WORDS

_WIDTH = 78
_KINDS = {
    "string": "text",
    "character": "text",
    "integer": "whole number",
    "long": "whole number",
    "float": "number",
    "double": "number",
    "boolean": "yes or no",
    "timestamp": "time",
    "blob": "bytes",
    "structure": "Key=Value or JSON",
    "map": "Key=Value or JSON",
}
_SAMPLES = {"integer": "1", "long": "1", "float": "1.0", "double": "1.0", "timestamp": "2026-11-23T09:00:00Z"}
_OWN_WORDS = {
    "cli-input-json": "all parameters in one JSON text, often file://input.json",
    "cli-input-yaml": "all parameters in one YAML text",
    "generate-cli-skeleton": "print the parameters as JSON to fill in; AWS is not called",
    "starting-token": "go on from the NextToken of an earlier output",
    "page-size": "how many at most in one call to AWS",
    "max-items": "how many at most in the output",
    "zip-file": "the code: fileb:// and the name of a zip file",
}


def of_aws(services: Sequence[str]) -> str:
    """What `aws help` shows."""
    return _page(
        "aws SERVICE OPERATION [options]",
        "Calls one operation of an AWS service and prints its reply as JSON.",
        [
            ("Services", _columns(services)),
            ("Options of every command", [_entry(f"--{name}", words) for name, words in WORDS.items()]),
            ("Values", [*_VALUES]),
            (
                "More help",
                ["  aws lambda help", "  aws lambda invoke help", "  aws lambda wait help"],
            ),
        ],
    )


_VALUES = (
    "  text with blanks     put it in 'single quotes'",
    '  JSON                 \'{"key": "value"}\', in single quotes',
    "  a structure          Key=Value,Key2={Inner=1}, or JSON",
    "  a list               one two three",
    "  yes or no            --publish or --no-publish",
    "  from a file          file://policy.json for text, fileb://code.zip for bytes",
)


def of_service(service: Service, operations: Iterable[str], waiters: Collection[str]) -> str:
    """What `aws SERVICE help` shows.

    Args:
        service: which one.
        operations: AWS CLI's names of those that are offered.
        waiters: the same of its waiters.
    """
    own = [word for name, word in COMMANDS if name == service.name]
    names = sorted([*operations, *own])
    sections = [("Operations", _columns(names))]
    if waiters:
        sections.append(("Waiters", [f"  aws {service.name} wait help"]))
    first = "invoke" if service.name == "lambda" else (names[0] if names else "OPERATION")
    sections.append(("More help", [f"  aws {service.name} {first} help"]))
    return _page(f"aws {service.name} OPERATION [options]", f"The operations of {service.title}.", sections)


def of_waiters(service: Service, names: Sequence[str]) -> str:
    """What `aws SERVICE wait help` shows.

    Args:
        service: which one.
        names: AWS CLI's names of its waiters that are offered.
    """
    return _page(
        f"aws {service.name} wait NAME [options]",
        "Asks again and again until a resource is as you want it. Here waiting moves the clock.",
        [("Names", _columns(names))],
    )


def of_command(asked: Command, refused: Collection[str] = (), *, here: bool = True) -> str:
    """What `aws SERVICE OPERATION help` shows.

    Args:
        asked: the command.
        refused: the names of options that are not implemented here; only their names are shown.
        here: whether the operation is implemented here.
    """
    from sandbox.console.waiting import described

    words = ["wait", asked.name] if asked.waiter else [asked.name]
    start = " ".join(["aws", asked.service.name, *words])
    visible = [
        option
        for option in asked.options.values()
        if not option.hidden and option.role != "off" and option.name not in refused
    ]
    members = [option for option in visible if option.role not in ("input", "skeleton", "page")]
    members.sort(key=lambda option: not option.required)
    own = [option for option in visible if option.role in ("input", "skeleton", "page")]
    if asked.waiter:
        about = described(asked)
    else:
        about = f"Calls the operation {asked.operation.name} of {asked.service.title}."
    if not here:
        about = f"NOT IMPLEMENTED HERE. This is what AWS has. {about}"
    if asked.outfile:
        about += f" {asked.outfile} of the reply is written to the file that you name last."
    if asked.pages is not None:
        about += " The reply comes in pages; all of them are asked for and shown as one."
    listed = [entry for option in members for entry in _option_lines(option)]
    if asked.outfile:
        listed += [_entry("outfile", f"name of the file for {asked.outfile}, required")]
    sections = [("Synopsis", _synopsis(start, members, asked.outfile)), ("Options", listed)]
    if own:
        sections.append(
            ("Options of the command line", [_entry(f"--{o.name}", _OWN_WORDS[o.name]) for o in own])
        )
    if missing := [f"--{name}" for name in asked.options if name in refused and not name.startswith("no-")]:
        sections.append(("Options of AWS that are not here", _wrapped(", ".join(missing), 2)))
    sections.append(("Example", _broken(example(asked))))
    return _page(start, about, sections)


def of_s3(words: Mapping[str, HighLevel]) -> str:
    """What `aws s3 help` shows.

    Args:
        words: the commands of `aws s3`.
    """
    return _page(
        "aws s3 COMMAND [options]",
        "Copies, lists and deletes files and objects; S3 is written s3://BUCKET/KEY. "
        "The operations of S3's API are in: aws s3api help",
        [
            ("Commands", [_entry(word, asked.about) for word, asked in words.items()]),
            ("More help", ["  aws s3 cp help"]),
        ],
    )


def of_high_level(service_name: str, word: str, asked: HighLevel) -> str:
    """What `aws SERVICE COMMAND help` shows for a command of AWS CLI's own."""
    start = f"aws {service_name} {word}"
    first_optional = len(asked.positionals) - asked.optional
    shown = [f"<{name.replace('_', '-')}>" for name in asked.positionals]
    shown = [name if at < first_optional else f"[{name}]" for at, name in enumerate(shown)]
    return _page(
        " ".join([start, *shown, *(["[options]"] if asked.options else [])]),
        asked.about,
        [
            ("Options", [_entry(f"--{name}", asked.words[name]) for name in asked.options]),
            ("Example", _broken(asked.example)),
        ],
    )


def example(asked: Command) -> str:
    """An example line for a command: a chosen one, or one with all that is required."""
    words = f"wait {asked.name}" if asked.waiter else asked.name
    start = f"{asked.service.name} {words}"
    chosen = EXAMPLES.get(start)
    if chosen is not None:
        return f"aws {start} {chosen}".rstrip()
    parts = [
        part
        for option in asked.options.values()
        if option.required
        for part in (f"--{option.name}", *([] if option.takes == "none" else [_sample(option)]))
    ]
    if asked.outfile:
        parts.append("out.json")
    return " ".join(["aws", start, *parts])


def sampled(shape: Any, name: str, inside: tuple[str, ...] = ()) -> str:
    """A value in shorthand syntax that shows how a shape is written: what it requires, or its first member.

    Args:
        shape: botocore's shape.
        name: the member that it is for.
        inside: the names of the shapes around it.

    Raises:
        ValueError: the shape holds itself, or anything at all: only JSON can write it.
    """
    kind = shape.type_name
    if kind not in ("structure", "map", "list"):
        return _scalar_sample(shape, name)
    if shape.name in inside or getattr(shape, "is_document_type", False):
        raise ValueError(f"{shape.name} has no shorthand")
    around = (*inside, shape.name)
    if kind == "list":
        return f"[{sampled(shape.member, name, around)}]" if inside else sampled(shape.member, name)
    if kind == "map":
        text = f"{(shape.key.enum or ['Key'])[0]}={sampled(shape.value, 'value', around)}"
    else:
        members = shape.required_members or list(shape.members)[:1]
        text = ",".join(f"{member}={sampled(shape.members[member], member, around)}" for member in members)
    return f"{{{text}}}" if inside else text


def _scalar_sample(shape: Any, name: str) -> str:
    if getattr(shape, "enum", None):
        return str(shape.enum[0])
    if shape.type_name == "boolean":
        return "true"
    if shape.type_name == "blob":
        return "fileb://data.bin"
    if name.lower().endswith("arn"):
        return "arn:..."
    return _SAMPLES.get(str(shape.type_name), f"my-{re.sub('(?<=[a-z])(?=[A-Z])', '-', name).lower()}")


def _sample(option: Option) -> str:
    try:
        text = sampled(option.shape, option.member) if option.shape is not None else option.name
    except ValueError:
        text = f"file://{option.name}.json"
    return shlex.quote(text) if any(char in text for char in "{}[] $'\"") else text


def _synopsis(start: str, members: Sequence[Option], outfile: str) -> list[str]:
    parts = []
    for option in members:
        shown = f"--{option.name}"
        if option.takes == "none":
            shown += f" | --no-{option.name}"
        else:
            shown += f" <{_kind(option)}>" + (" ..." if option.takes == "many" else "")
        parts.append(shown if option.required else f"[{shown}]")
    if outfile:
        parts.append("<outfile>")
    return [f"  {start}", *(line for part in parts for line in _wrapped(part, 6))]


def _option_lines(option: Option) -> list[str]:
    words = [_kind(option, long=True)]
    if option.required:
        words.append("required")
    if limits := _limits(option.shape):
        words.append(limits)
    if option.name in _OWN_WORDS:
        words = [_OWN_WORDS[option.name]]
    name = f"--{option.name}" + (f", --no-{option.name}" if option.takes == "none" else "")
    lines = [_entry(name, ", ".join(words))]
    choices = option.choices or tuple(getattr(getattr(option.shape, "member", None), "enum", ()))
    if choices:
        lines += _wrapped("one of: " + ", ".join(choices), 8)
    elif option.shape is not None and option.shape.type_name in ("structure", "map", "list"):
        member = option.shape.member if option.shape.type_name == "list" else option.shape
        if member.type_name in ("structure", "map"):
            lines += _wrapped("as: " + _pattern(member), 8)
    return lines


def _pattern(shape: Any, depth: int = 0) -> str:
    kind = shape.type_name
    if kind == "structure":
        if getattr(shape, "is_document_type", False) or depth > 2 or not shape.members:
            return "{...}" if depth else "JSON"
        inner = ",".join(f"{name}={_pattern(member, depth + 1)}" for name, member in shape.members.items())
        return f"{{{inner}}}" if depth else inner
    if kind == "map":
        inner = f"Key={_pattern(shape.value, depth + 1)}"
        return f"{{{inner}}}" if depth else inner
    if kind == "list":
        return f"[{_pattern(shape.member, depth + 1)},...]"
    return f"<{_KINDS.get(kind, kind)}>"


def _kind(option: Option, *, long: bool = False) -> str:
    if option.shape is None:
        return "text"
    kind = str(option.shape.type_name)
    if kind == "list":
        member = _KINDS.get(option.shape.member.type_name, "JSON")
        return f"list of {member}" if long else member
    if option.choices and not long and len(" | ".join(option.choices)) < 40:
        return " | ".join(option.choices)
    return _KINDS.get(kind, kind)


def _limits(shape: Any) -> str:
    if shape is None or shape.type_name not in ("integer", "long", "float", "double", "list"):
        return ""
    low, high = shape.metadata.get("min"), shape.metadata.get("max")
    what = " of them" if shape.type_name == "list" else ""
    if low is not None and high is not None:
        return f"{low} to {high}{what}"
    if high is not None:
        return f"at most {high}{what}"
    return f"at least {low}{what}" if low is not None else ""


def _page(title: str, about: str, sections: Iterable[tuple[str, Iterable[str]]]) -> str:
    lines = [title, *_wrapped(about, 2)]
    for name, content in sections:
        if shown := list(content):
            lines += ["", name, *shown]
    return "\n".join(lines) + "\n"


def _broken(command: str) -> list[str]:
    """A command over several lines, each but the last ending in a backslash."""
    parts: list[str] = []
    for part in re.split(r" (?=--)", command):
        name, blank, value = part.partition(" ")
        parts += [name, value] if blank and len(part) > _WIDTH - 4 else [part]
    lines = [""]
    for part in parts:
        if lines[-1] and len(lines[-1]) + len(part) > _WIDTH - 4:
            lines.append(part)
        else:
            lines[-1] = f"{lines[-1]} {part}".lstrip()
    return [*(f"  {line} \\" for line in lines[:-1]), f"  {lines[-1]}"]


def _entry(name: str, words: str) -> str:
    return f"  {name}\n" + "\n".join(_wrapped(words, 6))


def _wrapped(text: str, indent: int) -> list[str]:
    lead = " " * indent
    return textwrap.wrap(
        text, _WIDTH, initial_indent=lead, subsequent_indent=lead, break_on_hyphens=False
    ) or [lead.rstrip()]


def _columns(names: Sequence[str]) -> list[str]:
    width = max((len(name) for name in names), default=0) + 2
    count = max(1, (_WIDTH - 2) // width)
    rows = -(-len(names) // count)
    return ["  " + "".join(name.ljust(width) for name in names[row::rows]).rstrip() for row in range(rows)]
