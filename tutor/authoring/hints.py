"""Commands in hints: a learner types them as they stand, so each must be one that the console knows."""

from __future__ import annotations

import re
from collections.abc import Iterator

from sandbox.console import WordsError, split
from tutor.authoring.findings import Findings
from tutor.authoring.places import Places
from tutor.course import parse_duration, substitute
from tutor.course.problems import did_you_mean, listed, shown
from tutor.course.script import WORDS
from tutor.practice import LabRun
from tutor.practice.console.looking import SHOWN
from tutor.practice.console.timing import LOAD_OPTIONS

_QUOTED = re.compile(r"'[^']*'|\"[^\"]*\"")
_COMMAND = rf"(?:{'|'.join(WORDS)})(?![\w-])"
_NEXT = re.compile(
    rf"(?:[,;:.] (?:and )?(?:[Tt]hen:? )?| and (?:then:? )?)(?={_COMMAND})"
    r"|[.?!,;] (?=[A-Z])|, (?:and )?then:? "
)
"""What stands between two commands of a line, or behind one: ", and then: ", " and ", the end of a sentence.
"""

_BEGINNING = re.compile(_COMMAND)
_CLOCK = ("advance", "next", "settle")


def check_hints(run: LabRun, places: Places, found: Findings) -> None:
    """Note commands in hints that the console does not know. Nothing of them is run.

    A hint that begins with `aws` or one of our verbs is a command, or several with "and then" between them;
    so is what follows ": aws" in any hint.

    Args:
        run: the lab as it begins, whose names are filled in.
        places: the lab's file.
        found: where to note it.
    """
    for at, task in enumerate(run.lab.tasks):
        for group, hint in enumerate(task.hints):
            for number, text in enumerate(hint.say):
                for command in commands_in(substitute(text, run.board.soft)):
                    if wrong := _mistake(command, run):
                        found.error(
                            places.file, places.line("tasks", at, "hints", group, "say", number),
                            f"{shown(command, 70)} in a hint: {wrong}", "a command that the console knows",
                            "A sentence begins with another word; then come commands, after a colon.",
                        )  # fmt: skip


def commands_in(text: str) -> Iterator[str]:
    """The commands of a hint.

    Args:
        text: the hint, names filled in.
    """
    masked = _QUOTED.sub(lambda match: "'" + "x" * (len(match[0]) - 2) + "'", text)
    starts = [0, *(match.end() for match in _NEXT.finditer(masked))]
    ends = [*(match.start() for match in _NEXT.finditer(masked)), len(text)]
    before = True
    for start, end in zip(starts, ends, strict=True):
        piece = text[start:end].strip()
        begins = _BEGINNING.match(piece) is not None
        # Behind prose a verb may be a word as any other; `aws` never is one.
        if begins and (before or piece.startswith("aws ")):
            yield piece.removesuffix(".").removesuffix(":").rstrip(",")
        before = before and begins if start == 0 else begins


def _mistake(command: str, run: LabRun) -> str:
    """What is wrong with a command, in words; "" for nothing."""
    verb, _blank, rest = command.partition(" ")
    try:
        return run.shell.mistake(command) if verb == "aws" else _mistake_of_verb(verb, split(rest))
    except WordsError as error:
        return str(error)


def _mistake_of_verb(verb: str, words: list[str]) -> str:
    first = words[0] if words else ""
    many = f"too many words behind `{verb}`"
    if verb == "clock":
        if first and first not in _CLOCK:
            return f"{shown(first)}, where {listed(_CLOCK)} may stand. {did_you_mean(first, _CLOCK)}".strip()
        if first != "advance":
            return many if len(words) > 1 else ""
        try:
            parse_duration(" ".join(words[1:]))
        except ValueError as error:
            return str(error)
        return ""
    if verb == "show":
        if first not in SHOWN:
            return f"{shown(first)}, where {listed(SHOWN)} may stand. {did_you_mean(first, SHOWN)}".strip()
        return many if len(words) > 2 else ""
    if verb == "explain":
        return (
            ""
            if not words or (len(words) == 1 and first.isdecimal())
            else "only a number may stand behind it"
        )
    if verb == "load":
        return _mistake_of_load(words)
    if verb in ("edit", "answer"):
        return "" if words else "something must stand behind it"
    most = 1 if verb == "deploy" else 0
    return many if len(words) > most else ""


def _mistake_of_load(words: list[str]) -> str:
    options = [word.partition("=")[0] for word in words if word.startswith("--")]
    unknown = [option for option in options if option not in LOAD_OPTIONS]
    if unknown:
        return f"the option {shown(unknown[0])}. {did_you_mean(unknown[0], LOAD_OPTIONS)}".strip()
    missing = [option for option in ("--rate", "--for") if option not in options]
    if missing or not words or words[0].startswith("--"):
        return f"no {listed(missing)}" if missing else "no function"
    return ""
