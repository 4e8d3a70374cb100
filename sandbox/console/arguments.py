"""Which options a command has, and how the words after it are read.

The table of options comes from the input shape of the operation, as AWS CLI makes it: one option a member,
`--flag` and `--no-flag` for a boolean, `outfile` for a reply that streams, options for pages, input as JSON
and the skeleton. Reading follows the habits of Python's argparse, which AWS CLI is built on: options may be
shortened while they stay clear, `--name=value` is one word, and an option of the whole command such as
`--query` may stand anywhere.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Literal

import msgspec

from sandbox.console import customize
from sandbox.console.catalogue import Service, waiter
from sandbox.console.errors import MistakeError, choice_error, maybe, nearest

Role = Literal["member", "on", "off", "page", "zip", "metric", "input", "skeleton", "own", "filter", "pairs"]
_NEGATIVE_NUMBER = re.compile(r"^-\d+$|^-\d*\.\d+$")


class Option(msgspec.Struct, frozen=True):
    """One option of a command.

    Attributes:
        name: without the dashes.
        role: what becomes of it: a member of the parameters, its boolean on or off, a page setting, part of
            another parameter, input as JSON, or an option of AWS CLI itself, whose choices are checked. A
            filter may be given many times, and the order counts; pairs are `Key=Value`.
        takes: how many words: "one", "many" (none as well), "maybe" (one or none), "none".
        member: the parameter that it sets.
        shape: botocore's shape of the parameter; None where there is none.
        required: whether a command needs it.
        choices: the only words it takes; empty for any.
        hidden: whether help and completion leave it out.
        kind: for completion, one of `resources.KINDS`, for an option that sets no parameter.
    """

    name: str
    role: Role
    takes: Literal["one", "many", "maybe", "none"] = "one"
    member: str = ""
    shape: Any = None
    required: bool = False
    choices: tuple[str, ...] = ()
    hidden: bool = False
    kind: str = ""


class Command(msgspec.Struct, frozen=True):
    """An operation, or a waiter, as a command.

    Attributes:
        service: where it belongs.
        name: AWS CLI's name of the operation or waiter.
        operation: botocore's OperationModel of what is called.
        options: by name, in the model's order.
        outfile: the member of the reply that goes to a file; "" for none.
        pages: botocore's description of the pages; None when it has none.
        waiter: botocore's name of the waiter; "" for an operation.
        shadowed: options that the page settings took the name of; they are back without pages.
    """

    service: Service
    name: str
    operation: Any
    options: Mapping[str, Option]
    outfile: str = ""
    pages: dict[str, Any] | None = None
    waiter: str = ""
    shadowed: Mapping[str, Option] = {}


class Given(msgspec.Struct):
    """What was typed after a command.

    Attributes:
        values: the words of each option, by its name.
        globals: those of AWS CLI's own options.
        filters: `("exclude", "*.tmp")` and so on, in their order.
        outfile: the file for a streaming reply; "" when none was named.
        help: whether help was asked for.
    """

    values: dict[str, str | list[str]] = {}
    globals: dict[str, str | list[str]] = {}
    filters: list[tuple[str, str]] = []
    outfile: str = ""
    help: bool = False


_commands: dict[tuple[str, str, str], Command] = {}


def command(service: Service, name: str) -> Command:
    """The command for an operation, by AWS CLI's name.

    Raises:
        KeyError: the service has no such operation.
    """
    key = (service.name, name, "")
    if key not in _commands:
        _commands[key] = _operation_command(service, name)
    return _commands[key]


def wait_command(service: Service, name: str) -> Command:
    """The command for a waiter, by AWS CLI's name.

    Raises:
        KeyError: the service has no such waiter.
    """
    key = (service.name, name, "wait")
    if key not in _commands:
        botocore_name = service.waiters[name]
        model = service.model.operation_model(waiter(service, botocore_name)["operation"])
        options = _members(service, name, model)
        _commands[key] = Command(service, name, model, {**options, **_own_options()}, waiter=botocore_name)
    return _commands[key]


def _operation_command(service: Service, name: str) -> Command:
    api = service.operations[name]
    model = service.model.operation_model(api)
    options = _members(service, name, model)
    outfile = str(model.output_shape.serialization["payload"]) if model.has_streaming_output else ""
    pages = service.pages.get(api)
    shadowed: dict[str, Option] = {}
    if pages is not None:
        options, shadowed = _with_pages(options, pages)
    if not outfile:
        options.update(_own_options())
    return Command(service, name, model, options, outfile, pages, shadowed=shadowed)


def _members(service: Service, name: str, model: Any) -> dict[str, Option]:
    from botocore import xform_name

    shape = model.input_shape
    if shape is None:
        return {}
    needed = set(shape.required_members)
    options: dict[str, Option] = {}
    for member, part in shape.members.items():
        spelled = customize.option_name(service.name, name, xform_name(member, "-"))
        required = member in needed and not part.metadata.get("idempotencyToken", False)
        if part.type_name == "boolean":
            options[spelled] = Option(spelled, "on", "none", member, part, required)
            options["no-" + spelled] = Option("no-" + spelled, "off", "none", member, part)
            continue
        takes: Literal["many", "one"] = "many" if part.type_name == "list" else "one"
        choices = tuple(getattr(part, "enum", ()))
        options[spelled] = Option(spelled, "member", takes, member, part, required, choices)
    for spelled, old in customize.OLD_NAMES.get((service.name, name), {}).items():
        options[old] = msgspec.structs.replace(options[spelled], name=old, required=False, hidden=True)
    return _promoted(service, name, options, shape)


def _promoted(service: Service, name: str, options: dict[str, Option], shape: Any) -> dict[str, Option]:
    """Add the options that AWS CLI makes of parts of a parameter."""
    owner = customize.ZIP_OPTION.get((service.name, name))
    if owner is not None:
        options["zip-file"] = Option("zip-file", "zip", "one", owner, shape.members[owner].members["ZipFile"])
        options[owner.lower()] = msgspec.structs.replace(options[owner.lower()], required=False)
    if (service.name, name) == ("cloudwatch", "put-metric-data"):
        options["metric-data"] = msgspec.structs.replace(options["metric-data"], required=False)
        members = shape.members[customize.METRIC_OWNER].member.members
        for option, member in customize.METRIC_OPTIONS.items():
            choices = tuple(getattr(members[member], "enum", ()))
            options[option] = Option(option, "metric", "one", member, members[member], choices=choices)
    return options


def _with_pages(
    options: dict[str, Option], pages: dict[str, Any]
) -> tuple[dict[str, Option], dict[str, Option]]:
    tokens = pages["input_token"]
    members = [*(tokens if isinstance(tokens, list) else [tokens])]
    limit = pages.get("limit_key")
    hidden = {*members, limit}
    options = {
        name: msgspec.structs.replace(option, hidden=True) if option.member in hidden else option
        for name, option in options.items()
    }
    limit_shape = next(
        (option.shape for option in options.values() if limit and option.member == limit), None
    )
    added = {"starting-token": Option("starting-token", "page", member="StartingToken")}
    if limit_shape is not None:
        added["page-size"] = Option("page-size", "page", member="PageSize", shape=limit_shape)
    added["max-items"] = Option("max-items", "page", member="MaxItems", shape=limit_shape)
    shadowed = {name: options[name] for name in added if name in options}
    return {**options, **added}, shadowed


def _own_options() -> dict[str, Option]:
    made = {name: Option(name, "input") for name in ("cli-input-json", "cli-input-yaml")}
    choices = ("input", "yaml-input", "output")
    made["generate-cli-skeleton"] = Option("generate-cli-skeleton", "skeleton", "maybe", choices=choices)
    return made


# -- reading words -------------------------------------------------------------------------------------------


class Reader:
    """Reads words from left to right, against a table of options that may grow.

    Args:
        words: those after `aws`.
        options: AWS CLI's own options.
    """

    def __init__(self, words: Sequence[str], options: Mapping[str, Option]) -> None:
        self._words = list(words)
        self._at = 0
        self._globals = options
        self._options: Mapping[str, Option] = options
        self._closed = False
        self.given = Given()
        self.positionals: list[str] = []
        self.unknown: list[str] = []

    def next_positional(self) -> str | None:
        """The next word that is no option, with the options before it read; None at the end."""
        while self._at < len(self._words):
            word = self._words[self._at]
            if not self._is_option(word):
                self._at += 1
                return word
            self._option(word)
        return None

    def rest(self, options: Mapping[str, Option]) -> None:
        """Read all words that are left, against a command's options and AWS CLI's own."""
        self._options = {**self._globals, **options}
        while (word := self.next_positional()) is not None:
            self.positionals.append(word)

    @property
    def left(self) -> list[str]:
        """The words not read yet."""
        return self._words[self._at :]

    def _is_option(self, word: str) -> bool:
        if self._closed or len(word) < 2 or not word.startswith("-"):
            return False
        if word in ("--help", "-h") or word[2:] in self._options:
            return True
        if _NEGATIVE_NUMBER.match(word):
            return False
        return " " not in word.partition("=")[0]

    def _option(self, word: str) -> None:
        self._at += 1
        if word == "--":
            self._closed = True
            return
        if word in ("--help", "-h"):
            self.given.help = True
            return
        spelled, equals, value = word.partition("=")
        option = self._find(spelled)
        if option is None:
            self.unknown.append(word)
            return
        words = self._value(option, value if equals else None)
        if option.role == "filter":
            self.given.filters.append((option.name, str(words)))
            return
        own = self._globals.get(option.name) is option
        target = self.given.globals if own else self.given.values
        target[option.name] = words

    def _find(self, spelled: str) -> Option | None:
        if not spelled.startswith("--"):
            return None
        name = spelled[2:]
        if name in self._options:
            return self._options[name]
        near = [known for known in self._options if known.startswith(name)]
        if len(near) > 1:
            matches = ", ".join("--" + known for known in near)
            raise MistakeError(f"ambiguous option: {spelled} could match {matches}")
        return self._options[near[0]] if near else None

    def _value(self, option: Option, given: str | None) -> str | list[str]:
        name = f"--{option.name}"
        if option.takes == "none":
            if given is not None:
                raise MistakeError(f"argument {name}: ignored explicit argument '{given}'")
            return ""
        words = [given] if given is not None else self._following(option.takes)
        if option.takes == "many":
            return words
        if not words:
            if option.takes == "maybe":
                return option.choices[0]
            raise MistakeError(f"argument {name}: expected one argument")
        if option.role in ("skeleton", "own") and option.choices and words[0] not in option.choices:
            raise choice_error(name, words[0], option.choices)
        return words[0]

    def _following(self, takes: str) -> list[str]:
        most = len(self._words) if takes == "many" else 1
        found: list[str] = []
        while (
            self._at < len(self._words) and len(found) < most and not self._is_option(self._words[self._at])
        ):
            found.append(self._words[self._at])
            self._at += 1
        return found


def finish(reader: Reader, asked: Command) -> Given:
    """Check what was read for a command, once all words are.

    Raises:
        MistakeError: something required is missing, or an option is not known; in AWS CLI's words.
    """
    given = reader.given
    words = list(reader.positionals)
    if asked.outfile:
        given.outfile = words.pop(0) if words else ""
    excused = any(name in given.values for name in ("cli-input-json", "cli-input-yaml"))
    skeleton = given.values.get("generate-cli-skeleton", "")
    if not excused and skeleton in ("", "output"):
        _check_required(reader, asked)
    # Words that belong to nothing come last, as AWS CLI shows them.
    unknown = [*reader.unknown, *words]
    if unknown:
        raise MistakeError(f"Unknown options: {', '.join(unknown)}", hint=_hint(unknown, asked, given))
    return given


def _check_required(reader: Reader, asked: Command) -> None:
    given = reader.given
    missing = [
        f"--{option.name}"
        for option in asked.options.values()
        if option.required and option.role != "on" and option.name not in given.values
    ]
    if asked.outfile and not given.outfile:
        missing.append("outfile")
    if missing:
        hint = _hint(reader.unknown, asked, given)
        if not hint and missing == ["outfile"]:
            hint = "Name a file for the answer at the end of the command, such as out.json."
        raise MistakeError(f"the following arguments are required: {', '.join(missing)}", hint=hint)


def _hint(unknown: list[str], asked: Command, given: Given) -> str:
    known = [name for name, option in asked.options.items() if not option.hidden]
    near: list[str] = []
    for word in unknown:
        if word.startswith("-"):
            name = word.lstrip("-").partition("=")[0]
            near += [f"--{found}" for found in nearest(name, known, limit=2) if found not in given.values]
    if near:
        return maybe(list(dict.fromkeys(near)))
    switches = [
        name for name in given.values if name in asked.options and asked.options[name].takes == "none"
    ]
    if switches and any(word.lower() in ("true", "false") for word in unknown):
        name = switches[-1].removeprefix("no-")
        return f"--{name} takes no value: write --{name} for yes and --no-{name} for no."
    for name, value in given.values.items():
        first = value if isinstance(value, str) else " ".join(value[:1])
        if first.startswith(("{", "[")) and not first.endswith(("}", "]")):
            # JSON that the blanks in it took apart: the words that are left over are its other pieces.
            return f'JSON goes in single quotes: --{name} \'{{"key": "value"}}\'.'
    return ""
