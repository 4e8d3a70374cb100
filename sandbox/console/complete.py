"""Completion: services, operations, waiters, options, and the values that an option may have."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from sandbox.console.arguments import Command, Option, command, wait_command
from sandbox.console.catalogue import Service, service, service_names
from sandbox.console.highlevel import COMMANDS
from sandbox.console.settings import GLOBAL_OPTIONS
from sandbox.console.words import scan


def completions(line: str, services: Sequence[str], operations: Callable[[Service], list[str]]) -> list[str]:
    """The words that could stand where a line ends.

    Args:
        line: up to the cursor.
        services: AWS CLI's names of those offered.
        operations: AWS CLI's names of a service's operations that are offered.

    Returns:
        Whole words that begin with the unfinished one, those that are required first.
    """
    seen = scan(line)
    if seen.quote or seen.comment >= 0:
        return []
    words = list(seen.commands[-1])
    last = words.pop() if seen.touching else ""
    if not words:
        return [word for word in ("aws",) if word.startswith(last)]
    if words[0] != "aws":
        return []
    return _begin(_candidates(words[1:], last, services, operations), last)


def _begin(candidates: Sequence[str], last: str) -> list[str]:
    return list(dict.fromkeys(word for word in candidates if word.startswith(last)))


def _candidates(
    words: list[str], last: str, services: Sequence[str], operations: Callable[[Service], list[str]]
) -> list[str]:
    waiting = _waiting_for_value(words, GLOBAL_OPTIONS)
    if waiting is not None:
        return list(waiting.choices)
    path = _positionals(words)
    if not path:
        return _own_options(words) if last.startswith("-") else [*services, "help"]
    if path[0] not in service_names():
        return []
    found = service(path[0])
    if len(path) == 1:
        own = [word for name, word in COMMANDS if name == found.name]
        names = sorted([*operations(found), *own])
        return (
            _own_options(words)
            if last.startswith("-")
            else [*names, *(["wait"] if found.waiters else []), "help"]
        )
    if path[1] == "wait":
        if len(path) == 2:
            return [*sorted(found.waiters), "help"]
        if path[2] in found.waiters:
            return _command_words(wait_command(found, path[2]), words, last)
        return []
    if (found.name, path[1]) in COMMANDS:
        return _option_words(COMMANDS[found.name, path[1]].options, words, last)
    if path[1] in found.operations:
        return _command_words(command(found, path[1]), words, last)
    return []


def _command_words(asked: Command, words: list[str], last: str) -> list[str]:
    options = {name: option for name, option in asked.options.items() if not option.hidden}
    return _option_words(options, words, last)


def _option_words(options: Mapping[str, Option], words: list[str], last: str) -> list[str]:
    waiting = _waiting_for_value(words, options)
    if waiting is not None and not last.startswith("-"):
        return list(_values(waiting))
    if last and not last.startswith("-"):
        return []
    used = {word.partition("=")[0] for word in words}
    free = [option for option in options.values() if f"--{option.name}" not in used]
    free.sort(key=lambda option: (not option.required, option.role in ("input", "skeleton", "page")))
    names = [f"--{option.name}" for option in free]
    return [*names, *_own_options(words)] if last.startswith("-") else names


def _own_options(words: list[str]) -> list[str]:
    return [f"--{name}" for name in GLOBAL_OPTIONS if f"--{name}" not in words]


def _values(option: Option) -> Sequence[str]:
    if option.choices:
        return option.choices
    member = getattr(option.shape, "member", None)
    return tuple(getattr(member, "enum", ()))


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
    """Service, operation and, after `wait`, the waiter: the words before the first option of the command."""
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
