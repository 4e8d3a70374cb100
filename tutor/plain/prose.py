"""How a lesson becomes sentences: one function for each kind of block."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from tutor.actions.view import LessonView
from tutor.course.blocks import Block, Span
from tutor.course.script import by_command
from tutor.plain.speech import Piece
from tutor.words import _, many


def opening(lesson: LessonView) -> list[Piece]:
    """What is said before the first block: title, minutes, what one learns, how real it is."""
    label, why = lesson.reality
    pieces = [
        Piece(_("Lesson"), f"{lesson.id}, {lesson.title}"),
        Piece(_("Takes"), many(lesson.minutes, "about {n} minute", "about {n} minutes")),
        Piece(_("Reality"), f"{label}. {why}" if why else label),
    ]
    pieces += [Piece(_("You will learn to"), text) for text in lesson.objectives]
    if lesson.done:
        pieces.append(Piece(_("Mark"), _("done")))
    return pieces


def portions(blocks: tuple[Block, ...]) -> list[list[Piece]]:
    """The blocks in the portions that Enter asks for: a heading goes with what follows it."""
    found: list[list[Piece]] = []
    held: list[Piece] = []
    for block in blocks:
        held += told(block)
        if block.kind != "heading" and held:
            found.append(held)
            held = []
    if held:
        found.append(held)
    return found


def told(block: Block) -> list[Piece]:
    """A block in words."""
    return list(_TELLERS.get(block.kind, _paragraph)(block))


def spoken(spans: tuple[Span, ...]) -> str:
    """The words of a text, with the address of each link behind it."""
    parts = [
        f"{span.text} ({span.href})"
        if span.style == "link" and span.href not in {"", span.text}
        else span.text
        for span in spans
    ]
    return "".join(parts)


def _paragraph(block: Block) -> Iterator[Piece]:
    text = spoken(block.spans)
    if text:
        yield Piece("", f"{block.prefix} {text}" if block.prefix else text)
    yield from _children(block)


def _children(block: Block) -> Iterator[Piece]:
    for child in block.children:
        yield from told(child)


def _heading(block: Block) -> Iterator[Piece]:
    yield Piece(_("Heading"), spoken(block.spans))


def _list(block: Block) -> Iterator[Piece]:
    for child in block.children:
        if child.kind == "paragraph":
            bullet = "-" if child.prefix in {"•", "◦", "▪"} else child.prefix
            yield Piece("", f"{bullet} {spoken(child.spans)}".strip())
            yield from _children(child)
        else:
            yield from told(child)


def _code(block: Block) -> Iterator[Piece]:
    language = "" if block.title == "text" else block.title
    label = _("Code in {language}").format(language=language) if language else _("Code")
    yield Piece(label, "\n".join(block.lines), verbatim=True)
    yield Piece("", _("End of code."))


def _table(block: Block) -> Iterator[Piece]:
    rows = [[_cell(cell) for cell in row.children] for row in block.children]
    heads = rows[0] if block.children and block.children[0].level == 1 else []
    for cells in rows[1:] if heads else rows:
        labels = heads + [""] * (len(cells) - len(heads))
        yield Piece(
            _("Row"),
            "; ".join(
                f"{label}: {cell}" if label else cell for label, cell in zip(labels, cells, strict=False)
            ),
        )


def _cell(block: Block) -> str:
    return spoken(block.spans) or " ".join(_cell(child) for child in block.children)


def _notes_say(block: Block) -> Iterator[Piece]:
    number = f" {block.id}" if block.id else ""
    given = "" if block.title in {"", _("The notes say")} else block.title
    says = given or _("Note{number} says").format(number=number)
    for part, word in (("says", says), ("today", _("Today"))):
        children = [child for child in block.children if child.id == part]
        pieces = [piece for child in children for piece in told(_without_prefix(child))]
        if pieces and not pieces[0].word:
            pieces[0] = Piece(word, pieces[0].text)
        elif pieces:
            yield Piece("", f"{word}:")
        yield from pieces


def _without_prefix(block: Block) -> Block:
    return Block(block.kind, block.level, block.id, block.title, block.spans, block.lines, block.children)


def _predict(block: Block) -> Iterator[Piece]:
    yield Piece(_("Predict"), _("Think of your answer before you read on."))
    for child in block.children:
        text = _cell(child) if child.kind == "paragraph" else ""
        if child.prefix and text:
            yield Piece(child.prefix.rstrip(".:)"), text)
        else:
            yield from told(child)


def _lines(word: str, block: Block, offer: str) -> Iterator[Piece]:
    yield Piece(word, block.title or offer)
    if block.title:
        yield Piece("", offer)
    yield from _commands(block.lines)
    yield from _children(block)


def _commands(lines: tuple[str, ...]) -> Iterator[Piece]:
    for typed in by_command(lines):
        yield Piece(_("Command"), "\n".join(typed), verbatim=True)


def _demo(block: Block) -> Iterator[Piece]:
    yield from _lines(_("Demo"), block, _("Type {line} to play it.").format(line=f"run {block.id}".strip()))


def _try(block: Block) -> Iterator[Piece]:
    yield from _lines(
        _("Try it"), block, _("Type {line} to run these lines.").format(line=f"run {block.id}".strip())
    )


def _compare(block: Block) -> Iterator[Piece]:
    yield Piece(_("Compare"), block.title or _("two worlds, one after the other"))
    if block.id:
        yield Piece("", _("Type {line} to play it.").format(line=f"run {block.id}"))
    for number, child in enumerate(block.children, start=1):
        yield Piece(_("World {n}").format(n=number), child.title)
        yield from _commands(child.lines)


def _note(block: Block) -> Iterator[Piece]:
    first = True
    for piece in _children(block):
        if first and not piece.word:
            yield Piece(block.title or _("Note"), piece.text)
        else:
            yield piece
        first = False


def _picture(block: Block) -> Iterator[Piece]:
    # The drawing itself says nothing to a screen reader; its description is part of the content.
    described = [piece.text for child in block.children for piece in told(child)]
    words = " ".join(described)
    title = "" if words and block.title == _("Picture") else block.title
    yield Piece(_("Picture"), f"{title}. {words}" if title and words else words or title)


def _lab(block: Block) -> Iterator[Piece]:
    words = _("{title}. Type lab {name} to work in it.")
    yield Piece(_("Lab"), words.format(title=block.title or block.id, name=block.id))
    yield from _children(block)


def _quiz(block: Block) -> Iterator[Piece]:
    title = f"{block.title}. " if block.title not in {"", _("Quiz")} else ""
    yield Piece(_("Quiz"), title + _("Type quiz to answer the questions."))
    yield from _children(block)


def _rule(block: Block) -> Iterator[Piece]:
    yield from ()


_TELLERS: dict[str, Callable[[Block], Iterator[Piece]]] = {
    "heading": _heading,
    "paragraph": _paragraph,
    "list": _list,
    "code": _code,
    "table": _table,
    "notes-say": _notes_say,
    "predict": _predict,
    "demo": _demo,
    "try": _try,
    "compare": _compare,
    "note": _note,
    "picture": _picture,
    "lab": _lab,
    "quiz": _quiz,
    "rule": _rule,
}
