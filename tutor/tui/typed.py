"""What a line of the console means: an action of the registry, a file to edit, or a line for the core."""

from __future__ import annotations

import difflib
from collections.abc import Collection

import msgspec

from tutor.actions.registry import ACTIONS, BY_ID, BY_WORD, FOR_TASKS, Action
from tutor.tui import words

SENT = ("aws", "clock", "load", "show", "explain", "deploy", "answer")
"""Verbs that the core runs as they are typed."""
EDIT = "edit"
ALIASES = {"?": "help", "exit": "quit", "q": "quit"}
COMMAND = "lab.command"
NEAR = 0.7
"""How alike a slip and a word must be, from 0 to 1, for the word to be suggested."""


class Send(msgspec.Struct, frozen=True):
    """The core runs the line."""

    line: str


class Act(msgspec.Struct, frozen=True):
    """An action of the registry, with what was typed behind its word."""

    action: Action
    args: dict[str, str]


class Edit(msgspec.Struct, frozen=True):
    """The editor opens on a file; "" for the one that it has open."""

    name: str


class Refused(msgspec.Struct, frozen=True):
    """Nothing is done; `reason` says why and what to type."""

    reason: str


Meaning = Send | Act | Edit | Refused


def understand(line: str, available: Collection[Action]) -> Meaning:
    """What a line of the console means.

    Args:
        line: what was typed, not empty.
        available: the actions that make sense now.
    """
    line = line.strip()
    word, _space, rest = line.partition(" ")
    word, rest = ALIASES.get(word, word), rest.strip()
    if word in SENT:
        return Send(line)
    if word == EDIT:
        return _edit(rest)
    if word not in BY_WORD:
        return _unknown(line, word)
    action = BY_WORD[word]
    if action.id in FOR_TASKS and action not in available and BY_ID[COMMAND] in available:
        return Refused(words.NO_TASKS)
    if action not in available:
        return Refused(words.NOT_HERE.format(word=word, place=words.PLACES.get(action.place, "")))
    if action.id == COMMAND:
        return understand(rest, available) if rest else Act(action, {})
    return _act(action, rest)


def _act(action: Action, rest: str) -> Meaning:
    args: dict[str, str] = {}
    typed = rest.split(maxsplit=max(0, len(action.args) - 1))
    if len(typed) > len(action.args):
        return Refused(words.NOTHING_BEHIND.format(word=action.word))
    for arg, value in zip(action.args, typed, strict=False):
        if arg.name == "confirm" or (arg.choices and value not in arg.choices):
            return Refused(words.NOTHING_BEHIND.format(word=action.word))
        args[arg.name] = value
    return Act(action, args)


def _edit(rest: str) -> Meaning:
    # The text after `<<END` cannot be typed on one line; the editor has room for it.
    name = rest.partition("<<")[0].strip()
    return Edit(name) if len(name.split()) <= 1 else Refused(words.EDIT_ONE)


def _unknown(line: str, word: str) -> Meaning:
    known = [*SENT, EDIT, *(action.word for action in ACTIONS if action.id != COMMAND)]
    near = difflib.get_close_matches(word.lower()[:40], known, n=1, cutoff=NEAR)
    if not near:
        return Send(line)
    return Refused(words.DID_YOU_MEAN.format(near=near[0], word=word[:40]))


def echoed_by_core(action_id: str) -> bool:
    """Whether the transcript of the core begins an action's answer with its word already."""
    return action_id in ("lab.undo", "lab.redo", "lab.reset", "lab.changes")
