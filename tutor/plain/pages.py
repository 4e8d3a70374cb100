"""How the parts of a view become sentences."""

from __future__ import annotations

import re

from tutor.actions.registry import Line
from tutor.actions.view import Entry, FileView, LabView, NextEvent, PartView, TaskView, View
from tutor.plain.speech import VERBATIM, Piece, kind_words
from tutor.words import _, many

_SYMBOL = re.compile(r"^(\d\d:\d\d:\d\d\.\d{3} +\S+ +)[^\w\s] (?=\w)", re.MULTILINE)
"""The symbol of a timeline row, before the word that it repeats; the time and the lane stand before it."""

_VERDICT = re.compile(r"^([A-Z ]+) [✓○–✗] ")
"""A verdict, and the symbol that repeats it."""

_OWN_ROWS = re.compile(r"(explain|clock|load|deploy|undo|redo|reset|show +(timeline|changes))\b")
"""Console lines that the course itself answers, in sentences or rows; the others show what is AWS's own."""


def answered(lines: tuple[Line, ...], lab: LabView | None = None, command: str = "") -> list[Piece]:
    """What an action answered. A text that says its kind itself is not told it twice.

    Args:
        lines: what it answered.
        lab: the lab that it was about; how its tasks stand is told from it, in the one way there is.
        command: the console line that was run, so far as no line names it.
    """
    words = kind_words()
    pieces: list[Piece] = []
    judged = False
    for line in lines:
        task = _judged(line, lab)
        if task is not None:
            judged = True
            pieces += _standing(_("Check"), task)
            continue
        if judged and line.kind == "why":
            continue  # it belongs to the task, which was told whole
        judged = False
        if line.kind == "input":
            command = line.text
        pieces.append(_piece(words.get(line.kind, line.kind.capitalize()), line, command))
    return pieces


def _judged(line: Line, lab: LabView | None) -> TaskView | None:
    """The task that a line gives the verdict of."""
    if line.kind != "check" or lab is None:
        return None
    found = [task for task in lab.tasks if line.text.endswith(f" {task.say}")]
    return max(found, key=lambda task: len(task.say), default=None)


def _piece(word: str, line: Line, command: str) -> Piece:
    rows = line.kind == "proof" or (line.kind == "output" and _OWN_ROWS.match(command.strip()) is not None)
    text = line.text
    if rows:
        text = _SYMBOL.sub(r"\1", text)
    elif line.kind == "check":
        text = _VERDICT.sub(r"\1. ", text)
    verbatim = line.kind in VERBATIM and not rows
    start, colon, rest = text.partition(":")
    if colon and "\n" not in start and start.split(" ")[0] == word and len(start) <= len(word) + 12:
        return Piece(start, rest.strip(" "), verbatim, rows)
    return Piece(word, text, verbatim, rows)


def status_words() -> dict[str, str]:
    """The spoken verdicts of a task."""
    return {"pass": _("PASS"), "not_yet": _("NOT YET"), "blocked": _("BLOCKED"), "error": _("ERROR")}


def tasks(lab: LabView) -> list[Piece]:
    """Every task, how it stands, and the hints that were given for it."""
    pieces: list[Piece] = []
    for number, task in enumerate(lab.tasks, start=1):
        pieces += _standing(_("Task {n}").format(n=number), task)
        pieces += [
            Piece(_("Hint {n} of {total}").format(n=hint.number, total=hint.total), hint.text)
            for hint in task.hints
            if task.status != "pass"
        ]
        if task.status == "not_yet" and task.hints and not task.hints_left:
            pieces.append(Piece(_("Hint"), _("There are no more. Type solution to see one way to do it.")))
    return pieces


def _standing(word: str, task: TaskView) -> list[Piece]:
    status = status_words().get(task.status, task.status)
    pieces = [Piece(word, f"{status}. {task.say}")]
    if task.lost:
        pieces.append(Piece(_("News"), _("It was done, and is not any more.")))
    if task.status != "pass":
        if task.expected:
            pieces.append(Piece(_("Wanted"), task.expected))
        if task.actual:
            pieces.append(Piece(_("Found"), task.actual))
    if task.why:
        pieces.append(Piece(_("Why"), task.why))
    return pieces


def goal(lab: LabView) -> list[Piece]:
    """What each task wants, beside what there is."""
    pieces: list[Piece] = []
    for number, task in enumerate(lab.tasks, start=1):
        pieces.append(Piece(_("Task {n}").format(n=number), task.say))
        if task.status == "blocked" and task.why:
            pieces.append(Piece(_("Why"), task.why))
            continue
        alone = PartView(task.status == "pass", task.expected or _("nothing more"), task.actual)
        for part in task.parts or (alone,):
            pieces += [
                Piece(_("Wanted"), part.expected),
                Piece(_("Found"), part.actual or _("nothing yet")),
            ]
            if task.parts:
                pieces.append(Piece(_("So"), _("done") if part.holds else _("not yet")))
        if task.trial:
            pieces.append(Piece(_("Trial"), "\n".join(task.trial), rows=True))
    return pieces


def lab_page(lab: LabView) -> list[Piece]:
    """The lab from its beginning: what it is about, the tasks, the files, the clock."""
    label, why = lab.reality
    pieces = [Piece(_("Lab"), lab.title)]
    if lab.minutes:
        pieces.append(Piece(_("Takes"), many(lab.minutes, "about {n} minute", "about {n} minutes")))
    if lab.best:
        pieces.append(Piece(_("Your best"), lab.best))
    pieces.append(Piece(_("Reality"), f"{label}. {why}" if why else label))
    if lab.intro:
        pieces.append(Piece(_("Story"), lab.intro))
    pieces += tasks(lab)
    if lab.functions:
        pieces.append(Piece(_("Functions"), ", ".join(lab.functions)))
    pieces += files(lab)
    return [*pieces, clock(lab)]


def clock(lab: LabView) -> Piece:
    """What time it is in the pretend AWS, and what comes next."""
    return Piece(_("Clock"), f"{lab.clock}. {coming(lab.next)}")


def coming(event: NextEvent | None) -> str:
    """What the clock will come to next."""
    if event is None:
        return _("Nothing is waiting to happen.")
    if event.in_us < 1000:
        return _("Next: {text}, at once. Type skip to go there.").format(text=event.text)
    return _("Next: {text}, in {time}. Type skip to go there.").format(
        text=event.text, time=lasting(event.in_us)
    )


def lasting(microseconds: int) -> str:
    """A stretch of time in words: "1 minute 30 seconds", "250 milliseconds"."""
    seconds, rest = divmod(microseconds, 1_000_000)
    if not seconds:
        return many(rest // 1000, "{n} millisecond", "{n} milliseconds")
    days, seconds = divmod(seconds, 86_400)
    hours, seconds = divmod(seconds, 3_600)
    minutes, seconds = divmod(seconds, 60)
    words = [
        many(days, "{n} day", "{n} days") if days else "",
        many(hours, "{n} hour", "{n} hours") if hours else "",
        many(minutes, "{n} minute", "{n} minutes") if minutes else "",
        many(seconds, "{n} second", "{n} seconds") if seconds else "",
    ]
    return " ".join(word for word in words if word)


def files(lab: LabView) -> list[Piece]:
    """The learner's files by name."""
    return [
        Piece(
            _("File"),
            "{name}, {lines}, {state}".format(
                name=file.name,
                lines=many(len(file.text.splitlines()), "{n} line", "{n} lines")
                if file.readable
                else _("not text in UTF-8"),
                state=_state(file),
            ),
        )
        for file in lab.files
    ]


def _state(file: FileView) -> str:
    if not file.code:
        return _("for commands to read")
    return _("deployed") if file.deployed else _("changed since the last deploy")


def file_text(file: FileView) -> list[Piece]:
    """A file as it stands."""
    if not file.readable:
        return [Piece(_("File {name}").format(name=file.name), not_text(file))]
    return [
        Piece(
            _("File {name}").format(name=file.name),
            file.text or _("empty"),
            verbatim=True,
        ),
        Piece("", _("End of file.")),
    ]


def not_text(file: FileView) -> str:
    """That a file cannot be shown or changed here."""
    if not file.code:
        return _("{name} is not text in UTF-8. It cannot be read here.").format(name=file.name)
    return _("{name} is not text in UTF-8. It cannot be read here, and is deployed as it is.").format(
        name=file.name
    )


def logs(lab: LabView) -> list[Piece]:
    """Every log line, with its stream named when it changes."""
    pieces: list[Piece] = []
    stream = ""
    for row in lab.log:
        if row.stream != stream:
            stream = row.stream
            pieces.append(Piece(_("Log stream"), stream, verbatim=True))
        pieces.append(Piece(_("Log"), f"{row.time} {row.text.rstrip()}", verbatim=True))
    return pieces or [Piece(_("Log"), _("There are no log lines yet."))]


def timeline(lab: LabView) -> list[Piece]:
    """What happened, in order: time, who, what."""
    pieces = [
        Piece(
            _("Event"),
            f"{row.time} {row.lane}: {row.word}{f', {row.text}' if row.text else ''}",
            rows=True,
        )
        for row in lab.timeline
    ]
    return pieces or [Piece(_("Event"), _("Nothing has happened yet."))]


def outline(view: View) -> tuple[list[Piece], list[Entry]]:
    """The table of contents with a number before each entry that can be opened; and these entries."""
    pieces: list[Piece] = []
    choices: list[Entry] = []
    kinds = {"module": _("Module"), "lesson": _("Lesson"), "lab": _("Lab"), "quiz": _("Quiz")}
    marks = {"done": _("done"), "open": _("begun")}
    for entry in view.outline:
        kind = kinds.get(entry.kind, entry.kind.capitalize())
        if entry.kind == "module":
            pieces.append(Piece(kind, entry.title))
            continue
        choices.append(entry)
        parts = [entry.title]
        if entry.minutes:
            parts.append(many(entry.minutes, "{n} minute", "{n} minutes"))
        parts += [marks[entry.mark]] if entry.mark in marks else []
        parts += [_("best {best}").format(best=entry.best)] if entry.best else []
        parts += [_("you are here")] if entry.id == view.current else []
        pieces.append(Piece(str(len(choices)), f"{kind}, {', '.join(parts)}"))
    pieces.append(Piece(_("Type"), _("a number to open it.")))
    return pieces, choices
