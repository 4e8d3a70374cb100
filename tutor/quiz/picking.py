"""Questions whose answer is a line: of code, of a log, or of a document."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from tutor.course.code import code_folders
from tutor.course.questions.question import Lines, Option
from tutor.course.questions.readings import LineRead, RaisedRead
from tutor.course.source import inside
from tutor.practice.checking.scene import Scene
from tutor.quiz.readings import logged, printed, raised, read
from tutor.quiz.scenes import Edit
from tutor.quiz.solved import Solved, SolvedLine
from tutor.quiz.values import NoKeyError
from tutor.words import _

if TYPE_CHECKING:
    from tutor.quiz.solve import Asked

MOST_LINES = 40
"""Lines that a question shows: more cannot be looked through."""


def picked(asked: Asked) -> Solved:
    """A `pick-line` with its key.

    Raises:
        NoKeyError: there is not exactly one line.
        UnreadableError: there is nothing to read it off.
    """
    from tutor.quiz.solve import told

    item, lines = asked.item, asked.item.lines
    assert lines is not None
    texts = _texts(asked, lines)
    if not 2 <= len(texts) <= MOST_LINES:
        raise NoKeyError(f"{len(texts)} lines to choose from", f"2 to {MOST_LINES} lines")
    proof = told(asked.scene())
    if item.answer is None:
        shown, proof = _by_options(asked, lines, texts)
    else:
        right = _pointed_at(asked, lines, texts)
        shown = [SolvedLine(text, bool(text.strip()), n == right) for n, text in enumerate(texts, 1)]
    key = next(number for number, line in enumerate(shown, 1) if line.true)
    return asked.made(str(key), proof, lines=tuple(shown))


def _texts(asked: Asked, lines: Lines) -> list[str]:
    if lines.code:
        return _code(asked, lines).rstrip("\n").split("\n")
    if lines.log:
        return printed(logged(lines.log, asked.scene()))
    assert lines.document is not None
    return _document(read(lines.document, asked.scene()))


def _code(asked: Asked, lines: Lines) -> str:
    path = inside(asked.scenes.folder, lines.code)
    if path is None or not path.is_file():
        raise NoKeyError(f"no file {lines.code}", "a file of code in the lesson's folder")
    return path.read_text(encoding="utf-8").expandtabs(4)


def _document(value: Any) -> list[str]:
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except ValueError:
            return str(value).rstrip("\n").split("\n")
    return json.dumps(value, indent=2, ensure_ascii=False, default=str).split("\n")


def _pointed_at(asked: Asked, lines: Lines, texts: list[str]) -> int:
    """The number of the line that the question's answer points to."""
    reading, scene = asked.item.answer, asked.scene()
    if isinstance(reading, RaisedRead):
        file, number = raised(reading, scene)
        own = _in_package(asked, lines, scene)
        if file not in own or number > len(texts):
            raise NoKeyError(f"an error in line {number} of {file}", f"an error in {lines.code}")
        return number
    assert isinstance(reading, LineRead)
    return _line_with(asked.fill(reading.contains), texts)


def _in_package(asked: Asked, lines: Lines, scene: Scene) -> list[str]:
    """What the file may be called in the function's package: its path without a code folder."""
    run = asked.run
    folders = {*scene.naming.lab.code_folders, *code_folders((*run.given, *run.steps))}
    return [lines.code[len(name) + 1 :] for name in folders if lines.code.startswith(f"{name.rstrip('/')}/")]


def _line_with(piece: str, texts: list[str]) -> int:
    found = [number for number, text in enumerate(texts, 1) if piece in text]
    if len(found) != 1:
        raise NoKeyError(f"{len(found)} lines with {piece!r}", "exactly one line with it")
    return found[0]


def _by_options(asked: Asked, lines: Lines, texts: list[str]) -> tuple[list[SolvedLine], tuple[str, ...]]:
    """The lines of which some can be chosen, each judged by its option; and the proof."""
    options = asked.item.options
    numbers = [_line_with(asked.fill(option.shows), texts) for option in options]
    if len(set(numbers)) < len(numbers):
        raise NoKeyError("two options for one line", "a line of its own for each option")
    judged = [
        asked.truth(option, _edit(lines, texts, number, option), _change(number, option))
        for option, number in zip(options, numbers, strict=True)
    ]
    truths = [true for true, _ in judged]
    asked.judge([option.shows for option in options], truths)
    at = dict(zip(numbers, options, strict=True))
    right = numbers[truths.index(True)]
    shown = [
        SolvedLine(text, True, n == right, asked.fill(at[n].why), at[n].misconception)
        if n in at
        else SolvedLine(text, False, False)
        for n, text in enumerate(texts, 1)
    ]
    return shown, judged[truths.index(True)][1]()


def _change(number: int, option: Option) -> str:
    if option.drop:
        return _("line {n} is not there.").format(n=number)
    if option.put:
        return _("line {n} is {line}").format(n=number, line=option.put.strip())
    return _("line {n} is mended.").format(n=number)


def _edit(lines: Lines, texts: list[str], number: int, option: Option) -> Edit | None:
    """The code with the option's line put in another way, or without it."""
    if not option.put and not option.drop:
        return None
    line = texts[number - 1]
    indent = line[: len(line) - len(line.lstrip())]
    put = option.put if option.put[:1] == " " else indent + option.put
    changed = [*texts[: number - 1], *([] if option.drop else [put]), *texts[number:]]
    return Edit(lines.code, "\n".join(changed) + "\n")
