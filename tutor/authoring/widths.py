"""What fits the smallest terminal, and what is sane: columns, titles, minutes.

In a terminal of 80 columns the full-screen skin breaks prose, code and console lines between words, and a
word that is wider than the page in its middle. The plain skin breaks prose between words and lets a wider
word stand out, so that it can be copied; console lines it leaves whole, and the terminal breaks them at its
last column. So a long console line can be read where it has blanks to be broken at, and a long word nowhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from tutor.authoring.findings import Findings
from tutor.authoring.places import Files, Places, line_with
from tutor.course import Block, Item, Lab, Lesson, substitute
from tutor.course.lesson import WIDEST_PICTURE
from tutor.course.problems import ContentError, shown

WIDEST = WIDEST_PICTURE
"""Columns of text that skins show without wrapping, in a terminal of 80."""

MOST_ROWS = 4
"""Rows that a console line may be wrapped into and still be read as one."""

LONGEST_TITLE = 60
MOST_MINUTES = 120


def check_lab(lab: Lab, files: Files, places: Places, found: Findings) -> None:
    """Note what of a lab does not fit: its title, its minutes, its code."""
    _title(lab.title, places.file, places.line("title"), found)
    _minutes(lab.minutes, places.file, places.line("minutes"), found)
    _words((lab.intro,), lab, places.file, places.line("intro"), found)
    _words((lab.after,), lab, places.file, places.line("after"), found)
    for at, task in enumerate(lab.tasks):
        hints = [text for hint in task.hints for text in hint.say]
        _words((task.say, task.why, *hints), lab, places.file, places.line("tasks", at), found)
    for name in lab.code_folders:
        for path in sorted((files.folder / name).rglob("*.py")):
            _code(path, files, found)


def _code(path: Path, files: Files, found: Findings) -> None:
    try:
        source = files.source(path)
    except ContentError as error:
        found.take(error.problems)
        return
    for number, line in enumerate(source.lines(), 1):
        if len(line) > WIDEST:
            expected = f"at most {WIDEST} columns, for the editor in a terminal of 80"
            found.warn(source.file, number, f"{len(line)} columns", expected)


def check_page(lesson: Lesson, files: Files, found: Findings) -> None:
    """Note what of a page does not fit: its title, its minutes, its code blocks."""
    source = files.source(files.page)
    front = lesson.front
    _title(front.title, source.file, line_with("title:", source), found)
    _minutes(front.minutes, source.file, line_with("minutes:", source), found)
    labs = sum(lab.minutes for lab in lesson.labs)
    if labs > front.minutes:
        line = line_with("minutes:", source)
        expected = f"at least the {labs} minutes of its labs"
        found.warn(source.file, line, f"{front.minutes} minutes", expected)
    world = lesson.lab(front.world) if front.world else None
    for block in _inside(lesson.blocks):
        for word in _too_wide("".join(span.text for span in block.spans), world):
            _wide_word(word, source.file, line_with(word, source), found)
        if block.kind == "code":
            for text in block.lines:
                if len(text) > WIDEST:
                    expected = f"at most {WIDEST} columns in a block of code"
                    found.warn(source.file, line_with(text, source), f"{len(text)} columns", expected)


def check_question(item: Item, labs: Mapping[str, Lab], file: str, line: int, found: Findings) -> None:
    """Note words of a question that are wider than a page; `line` is that at which it begins."""
    texts = [item.stem, item.why]
    texts += [text for option in item.options for text in (option.text, option.why)]
    texts += [text for row in item.rows for text in (row.text, row.why)]
    _words(texts, labs.get(item.run.lab) if item.run else None, file, line, found)


def _words(texts: Iterable[str], lab: Lab | None, file: str, line: int, found: Findings) -> None:
    for text in texts:
        for word in _too_wide(text, lab):
            _wide_word(word, file, line, found)


def _too_wide(text: str, lab: Lab | None) -> list[str]:
    """The words of prose that no row of a page can hold, whichever names the learner gets."""
    filled = substitute(text, _longest_choices(lab).get) if lab is not None else text
    return [word for word in filled.split() if len(word) > WIDEST]


def _wide_word(word: str, file: str, line: int, found: Findings) -> None:
    found.warn(file, line, f"a word of {len(word)} columns: {shown(word, 40)}", f"at most {WIDEST}")


def check_console(text: str, lab: Lab, file: str, line: int, found: Findings) -> None:
    """Note a console line of a page that is hard to read, whichever names the learner gets."""
    command = text.partition("\n")[0]
    longest = substitute(command, _longest_choices(lab).get)
    word = max(longest.split(), key=len, default="")
    if len(word) > WIDEST:
        found.warn(file, line, f"{len(word)} columns without a blank: {shown(word, 40)}", f"at most {WIDEST}")
    elif len(longest) > MOST_ROWS * WIDEST:
        expected = f"at most {MOST_ROWS * WIDEST}, which is {MOST_ROWS} rows of a small terminal"
        found.warn(file, line, f"a console line of {len(longest)} characters", expected)


def _longest_choices(lab: Lab) -> dict[str, str]:
    return {
        name: max(variant.choices, key=len) if variant.choices else str(max(variant.span or (0, 0)))
        for name, variant in lab.variants.items()
    }


def _inside(blocks: Sequence[Block]) -> list[Block]:
    return [found for block in blocks for found in (block, *_inside(block.children))]


def _title(title: str, file: str, line: int, found: Findings) -> None:
    if len(title) > LONGEST_TITLE:
        found.warn(file, line, f"a title of {len(title)} characters", f"at most {LONGEST_TITLE}")
    elif title != title.strip() or title.endswith(".") or not title.strip():
        found.warn(file, line, f"the title {shown(title)}", "a few words without a full stop")


def _minutes(minutes: int, file: str, line: int, found: Findings) -> None:
    if not 0 < minutes <= MOST_MINUTES:
        found.warn(file, line, f"{minutes} minutes", f"1 to {MOST_MINUTES} minutes")
