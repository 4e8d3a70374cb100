"""Completion: services, operations, options, what an option may have, names of what is in the world."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence

import msgspec

from sandbox.console import resources
from sandbox.console.arguments import Command, Option, command, wait_command
from sandbox.console.catalogue import Service, service, service_names
from sandbox.console.commands.highlevel import COMMANDS
from sandbox.console.settings import GLOBAL_OPTIONS
from sandbox.console.words import scan

_MEMBER = re.compile(r"(?:^|[,{\[])(\w+)=$")
_FILE_PREFIXES = ("file://", "fileb://")
_DOCUMENTS = ("structure", "map", "list", "blob")


class Around(msgspec.Struct, frozen=True):
    """What a line is completed from.

    Attributes:
        services: AWS CLI's names of those offered.
        operations: gives AWS CLI's names of a service's operations that are offered.
        waiters: gives AWS CLI's names of a service's waiters that are offered.
        refused: gives the names of a command's options that are not offered.
        files: gives the names of the files that are there.
        ask: see `resources.quietly`; None where names of resources are not known.
    """

    services: Sequence[str]
    operations: Callable[[Service], list[str]]
    waiters: Callable[[Service], list[str]]
    refused: Callable[[Command], Collection[str]]
    files: Callable[[], Sequence[str]]
    ask: resources.Ask | None = None


def completions(line: str, around: Around) -> list[str]:
    """The words that could stand where a line ends.

    Args:
        line: up to the cursor.
        around: what is there.

    Returns:
        Whole words that begin with the unfinished one as it is typed, those that are required first. A quote
        that is open is closed; one with a blank in it is no word that could be completed.
    """
    seen = scan(line)
    if seen.comment >= 0:
        return []
    words = list(seen.commands[-1])
    last = words.pop() if seen.touching else ""
    if not words:
        return [word for word in ("aws",) if word.startswith(last)]
    if words[0] != "aws":
        return []
    typed = re.split(r"\s", line)[-1] if seen.touching else ""
    if any(char.isspace() for char in last):
        return []
    found = _Completion(around, words[1:], last).candidates()
    # What is typed may have quotes that the word has not.
    return list(
        dict.fromkeys(typed + word[len(last) :] + seen.quote for word in found if word.startswith(last))
    )


class _Completion:
    def __init__(self, around: Around, words: list[str], last: str) -> None:
        self._around = around
        self._words = words
        self._last = last

    def candidates(self) -> Sequence[str]:
        words, last = self._words, self._last
        waiting = _waiting_for_value(words, GLOBAL_OPTIONS)
        if waiting is not None:
            return waiting.choices
        name, equals, _value = last.partition("=")
        shared = GLOBAL_OPTIONS.get(name.removeprefix("--")) if name.startswith("--") else None
        if equals and shared is not None:
            return [f"{name}={choice}" for choice in shared.choices]
        path = _positionals(words)
        if not path:
            return self._own_options() if last.startswith("-") else [*self._around.services, "help"]
        own = {word: asked for (name, word), asked in COMMANDS.items() if name == path[0]}
        if len(path) > 1 and path[1] in own:
            asked = own[path[1]]
            at = len(path) - 2
            return self._option_words(asked.options, None, asked.takes[at] if at < len(asked.takes) else "")
        if path[0] not in service_names():
            return [] if len(path) > 1 else self._second_words(sorted(own), waiters=False)
        found = service(path[0])
        if len(path) == 1:
            return self._second_words(
                sorted([*self._around.operations(found), *own]), waiters=bool(self._around.waiters(found))
            )
        if path[1] == "wait":
            if len(path) == 2:
                return [*self._around.waiters(found), "help"]
            return self._command(wait_command(found, path[2])) if path[2] in found.waiters else []
        return self._command(command(found, path[1])) if path[1] in found.operations else []

    def _second_words(self, names: list[str], *, waiters: bool) -> list[str]:
        if self._last.startswith("-"):
            return self._own_options()
        return [*names, *(["wait"] if waiters else []), "help"] if names else []

    def _command(self, asked: Command) -> Sequence[str]:
        refused = self._around.refused(asked)
        options = {
            name: option
            for name, option in asked.options.items()
            if not option.hidden and name not in refused
        }
        return self._option_words(options, asked, "file" if asked.outfile else "")

    def _option_words(
        self, options: Mapping[str, Option], asked: Command | None, positional: str
    ) -> Sequence[str]:
        words, last = self._words, self._last
        name, equals, value = last.partition("=")
        if equals and name.startswith("--"):
            option = options.get(name.removeprefix("--"))
            if option is None or option.takes == "none":
                return []
            inside = _Completion(self._around, words, value)
            return [f"{name}={word}" for word in inside._values(option, asked)]
        waiting = _waiting_for_value(words, options)
        if waiting is not None and not last.startswith("-"):
            return self._values(waiting, asked)
        free = self._free(options)
        if last.startswith("-"):
            return [*free, *self._own_options()]
        found = self._names(positional, {}) if positional else []
        # What a command needs first comes first: an operation its options, `aws s3 cp` its paths.
        return [*found, *free] if asked is None else [*free, *found]

    def _free(self, options: Mapping[str, Option]) -> list[str]:
        used = {word.partition("=")[0] for word in self._words}
        free = [option for option in options.values() if f"--{option.name}" not in used]
        free.sort(key=lambda option: (not option.required, option.role in ("input", "skeleton", "page")))
        return [f"--{option.name}" for option in free]

    def _own_options(self) -> list[str]:
        return [f"--{name}" for name in GLOBAL_OPTIONS if f"--{name}" not in self._words]

    # -- values ----------------------------------------------------------------------------------------

    def _values(self, option: Option, asked: Command | None) -> Sequence[str]:
        if option.choices:
            return option.choices
        shape = option.shape
        if enum := getattr(getattr(shape, "member", None), "enum", ()):
            return list(enum)
        if asked is None:
            return self._names(option.kind, {}) if option.kind else []
        kind = resources.kind_of(asked.service.boto, asked.name, option.member)
        if kind:
            return self._names(kind, self._known(asked))
        return [*self._members(shape), *self._documents(option)]

    def _known(self, asked: Command) -> dict[str, str]:
        """The parameters that were given as one word."""
        known: dict[str, str] = {}
        for at, word in enumerate(self._words):
            name, equals, value = word.removeprefix("--").partition("=")
            option = asked.options.get(name) if word.startswith("--") else None
            if option is not None and (equals or at + 1 < len(self._words)):
                known[option.member] = value if equals else self._words[at + 1]
        return known

    def _names(self, kind: str, known: Mapping[str, str]) -> list[str]:
        if kind == "file":
            return list(self._around.files())
        if kind == "s3":
            return self._objects(files=False)
        if kind == "s3-or-file":
            return self._objects(files=True)
        return self._listed(kind, known, self._last)

    def _listed(self, kind: str, known: Mapping[str, str], beginning: str) -> list[str]:
        if self._around.ask is None:
            return []
        return resources.names(self._around.ask, kind, known, beginning)

    def _objects(self, *, files: bool) -> list[str]:
        """`s3://bucket/`, then the keys in it up to the next slash; also files where they may stand."""
        scheme = "s3://"
        bucket, slash, key = self._last.removeprefix(scheme).partition("/")
        if self._last.startswith(scheme) and slash:
            keys = self._listed("key", {"Bucket": bucket}, key)
            ends = (key + _up_to_slash(name[len(key) :]) for name in keys)
            return [f"{scheme}{bucket}/{end}" for end in ends]
        buckets = [f"{scheme}{name}/" for name in self._listed("bucket", {}, "")]
        return [*buckets, *self._around.files()] if files else buckets

    def _members(self, shape: object) -> list[str]:
        """How a structure goes on in shorthand: the next member, or a name inside of it."""
        at = max(self._last.rfind(mark) for mark in "=,{[") + 1
        before = self._last[:at]
        if match := _MEMBER.search(before):
            kinds = resources.INSIDE.get(match[1], ())
            return [before + name for kind in kinds for name in self._listed(kind, {}, self._last[at:])]
        outer = getattr(shape, "member", shape)
        members = getattr(outer, "members", {})
        return [f"{name}=" for name in members] if not before else []

    def _documents(self, option: Option) -> list[str]:
        """`file://NAME` for what is often written in a file; `fileb://` for code."""
        shape = option.shape
        if option.role == "input":
            kinds: tuple[str, ...] = _FILE_PREFIXES[:1]
        elif shape is None:
            return []
        elif shape.type_name == "blob":
            if shape.serialization.get("streaming") and option.role != "zip":
                return list(self._around.files())
            kinds = _FILE_PREFIXES
        elif shape.type_name in _DOCUMENTS or option.member.endswith(("Document", "Policy", "Body")):
            kinds = _FILE_PREFIXES[:1]
        else:
            kinds = tuple(prefix for prefix in _FILE_PREFIXES if self._last.startswith(prefix))
        if option.name == "zip-file":
            kinds = _FILE_PREFIXES[1:]
        return [prefix + name for prefix in kinds for name in self._around.files()]


def _up_to_slash(text: str) -> str:
    head, slash, _ = text.partition("/")
    return head + slash


def _waiting_for_value(words: list[str], options: Mapping[str, Option]) -> Option | None:
    """The option whose value comes next; for an option that takes many words, also after the first."""
    for back, word in enumerate(reversed(words)):
        if word.startswith("--"):
            option = options.get(word[2:])
            if option is None or option.takes == "none":
                return None
            return option if back == 0 or option.takes == "many" else None
    return None


def _positionals(words: list[str]) -> list[str]:
    """Service, operation and what else stands before the first option of the command."""
    path: list[str] = []
    skip = False
    for word in words:
        if skip:
            skip = False
        elif word.startswith("--"):
            option = GLOBAL_OPTIONS.get(word.removeprefix("--"))
            if option is None:
                break
            skip = option.takes == "one"
        else:
            path.append(word)
    return path
