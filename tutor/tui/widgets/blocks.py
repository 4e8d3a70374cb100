"""A lesson's blocks as rows. Pure: blocks and a width in, rows out; the reader paints them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from rich.cells import cell_len

from tutor.actions.registry import Line
from tutor.course.blocks import Block, Span
from tutor.course.script import by_command
from tutor.tui import words
from tutor.tui.widgets.said import said
from tutor.tui.widgets.styled import BLANK, Piece, Row, cut, row, wrap

TONES = {"strong": "strong", "emphasis": "emphasis", "code": "code", "link": "link"}
RUNS = {
    "demo": (words.DEMO, words.DEMO_RUN),
    "try": (words.TRY, words.TRY_RUN),
    "compare": (words.COMPARE, words.DEMO_RUN),
    "predict": (words.PREDICT, words.PREDICT_OPEN),
    "lab": (words.GO_LAB, words.GO_LAB_RUN),
    "quiz": (words.GO_QUIZ, words.GO_QUIZ_RUN),
}
"""The blocks that enter does something with: their name and what enter does."""


def target_of(block: Block, index: int) -> str:
    """What the rows of a runnable block belong to: its kind and id, or its place when it has no id."""
    return f"{block.kind}:{block.id or index}"


def name_of(block: Block) -> str:
    """What a runnable block is called: its kind and title; "" for blocks that do not run."""
    name, _does = RUNS.get(block.kind, ("", ""))
    repeats = name.casefold() == block.title.strip().casefold()
    return f"{name} · {block.title}" if name and block.title and not repeats else name


def options_of(block: Block) -> list[str]:
    """The options that a predict block offers, in words: it has no letters, the quiz has its own order."""
    found = []
    for child in block.children:
        if child.kind == "paragraph" and child.prefix:
            found.append(child.text)
        found += options_of(child)
    return found


def pieces(spans: Iterable[Span]) -> list[Piece]:
    """Spans as pieces; a link says where it leads."""
    found = []
    for span in spans:
        found.append(Piece(span.text, TONES.get(span.style, "")))
        if span.href not in {"", span.text}:
            found.append(Piece(f" ({span.href})", "muted"))
    return found


class Renderer:
    """Makes the rows of a lesson.

    Args:
        width: cells per row.
        outputs: what running a block answered, by target.
        running: the target that runs now, or "".
        guesses: the options that the reader marked in predict blocks, by target.
    """

    def __init__(
        self,
        width: int,
        outputs: Mapping[str, tuple[Line, ...]] | None = None,
        running: str = "",
        guesses: Mapping[str, str] | None = None,
    ) -> None:
        self.width = width
        self.outputs = outputs or {}
        self.running = running
        self.guesses = guesses or {}
        self.headings: list[tuple[int, str, int]] = []
        """Level, words and row number of each heading."""

    def render(self, blocks: Sequence[Block]) -> list[Row]:
        """The rows of all blocks, with a blank row between them."""
        rows: list[Row] = []
        for index, block in enumerate(blocks):
            if rows:
                rows.append(BLANK)
                if block.kind == "heading" and block.level <= 2:
                    rows.append(BLANK)
            if block.kind == "heading":
                self.headings.append((block.level, block.text, len(rows)))
            rows += self.block(block, index)
        return rows

    def block(self, block: Block, index: int = 0) -> list[Row]:
        """The rows of one block."""
        if block.kind in RUNS:
            return self._runnable(block, target_of(block, index))
        make = getattr(self, "_" + block.kind.replace("-", "_"), None)
        rows: list[Row] = make(block) if make is not None else self._paragraph(block)
        return rows

    def _heading(self, block: Block) -> list[Row]:
        tone = "heading" if block.level <= 2 else "strong"
        rows = wrap([Piece(p.text, tone) for p in pieces(block.spans)], self.width)
        if block.level <= 1:
            rows.append(row(Piece("─" * min(self.width, max(r.width for r in rows)), "line")))
        return rows

    def _paragraph(self, block: Block) -> list[Row]:
        first: tuple[Piece, ...] = ()
        if block.prefix:
            first = (Piece("  " * max(0, block.level - 1)), Piece(f"{block.prefix} ", "accent"))
        return wrap(pieces(block.spans), self.width, first=first)

    def _list(self, block: Block) -> list[Row]:
        rows: list[Row] = []
        for child in block.children:
            own = child.prefix or child.kind == "list"
            rows += self._inside(child, "" if own else "  " * max(1, block.level))
        return rows

    def _code(self, block: Block) -> list[Row]:
        return [
            line
            for text in block.lines
            for line in wrap((Piece(text, "code"),), self.width, first=(Piece("  "),), fill="block")
        ]

    def _rule(self, block: Block) -> list[Row]:
        return [row(Piece("─" * self.width, "line"))]

    def _picture(self, block: Block) -> list[Row]:
        rows = [row(Piece(block.title, "strong"))] if block.title else []
        if max((cell_len(line) for line in block.lines), default=0) <= self.width - 2:
            return rows + [row(Piece("  " + line, "accent")) for line in block.lines]
        return rows + self._children(block)

    def _note(self, block: Block) -> list[Row]:
        head = row(Piece("┃ ", "accent"), Piece(block.title or words.NOTE, "strong"), fill="quote")
        return [head, *self._children(block, (Piece("┃ ", "accent"),), "quote")]

    def _notes_say(self, block: Block) -> list[Row]:
        rows: list[Row] = []
        for part, tone, fallback, fill in (
            ("says", "notyet", words.NOTES_SAY, "quote"),
            ("today", "accent", words.TODAY, "today"),
        ):
            children = [child for child in block.children if child.id == part]
            if not children:
                continue
            bar = (Piece("┃ ", tone),)
            title = children[0].prefix.rstrip(": ") or fallback
            if part == "says" and block.id:
                title = words.NOTE_NUMBER.format(title=title, number=block.id)
            rows.append(Row((*bar, Piece(title, f"{tone} strong")), fill))
            for child in children:
                rows += self._barred(self._bare(child), bar, fill)
        return rows

    def _table(self, block: Block) -> list[Row]:
        grid = [[pieces(cell.spans) for cell in line.children] for line in block.children]
        if not grid:
            return self._code(block)
        widths = column_widths(
            [[sum(cell_len(p.text) for p in c) for c in line] for line in grid], self.width
        )
        rows: list[Row] = []
        for line, source in zip(grid, block.children, strict=True):
            heading = source.level == 1
            cells = [
                wrap([Piece(p.text, "strong") for p in c] if heading else c, w)
                for c, w in zip(line, widths, strict=False)
            ]
            for level in range(max(map(len, cells), default=0)):
                parts: list[Piece] = []
                for cell, width in zip(cells, widths, strict=False):
                    piece_row = cell[level] if level < len(cell) else BLANK
                    parts += [*piece_row.pieces, Piece(" " * (width - piece_row.width + 2))]
                rows.append(Row(tuple(parts[:-1])))
            if heading:
                rows.append(row(Piece("  ".join("─" * width for width in widths), "line")))
        return rows

    def _runnable(self, block: Block, target: str) -> list[Row]:
        _name, does = RUNS[block.kind]
        running = self.running == target
        button = words.RUNNING if running else does
        if block.kind == "predict" and not options_of(block):
            button = words.PREDICT_THINK
        room = self.width - cell_len(button) - 6
        head = Row(
            (
                Piece(" ▶ ", "accent"),
                Piece(cut(name_of(block), room), "strong"),
                Piece("  "),
                Piece(button, "muted"),
            ),
            "head",
            target,
        )
        rows = [head]
        bar = (Piece("   "),)
        for child in block.children:
            if child.kind in RUNS:
                rows += wrap(
                    (Piece(child.title, "strong"),), self.width, first=bar, fill="block", target=target
                )
                rows += self._typed(child.lines, target)
            else:
                rows += self._barred(Renderer(self.width - 3).block(child), bar, "block", target)
        rows += self._typed(block.lines if block.kind in ("demo", "try") else (), target)
        if guess := self.guesses.get(target, ""):
            rows += wrap(
                (Piece(words.GUESS.format(guess=guess), "heading"),),
                self.width,
                first=bar,
                fill="block",
                target=target,
            )
        output = self.outputs.get(target, ())
        if output:
            rows.append(Row((Piece(" ↳ ", "accent"), Piece(words.RAN, "muted")), "", target))
            rows += said(output, self.width, indent="   ", target=target)
        return rows

    def _typed(self, lines: Iterable[str], target: str) -> list[Row]:
        prompt, text_of_a_file = (Piece("   "), Piece("$ ", "accent")), (Piece("     "),)
        return [
            r
            for typed in by_command(tuple(lines))
            for number, text in enumerate(typed)
            for r in wrap(
                (Piece(text, "code"),),
                self.width,
                first=text_of_a_file if number else prompt,
                fill="block",
                target=target,
            )
        ]

    # Blocks inside blocks -------------------------------------------------------------------------

    def _inside(self, child: Block, indent: str = "") -> list[Row]:
        narrower = Renderer(self.width - len(indent))
        rows = narrower.block(child)
        return [Row((Piece(indent), *r.pieces), r.fill, r.target) for r in rows] if indent else rows

    def _bare(self, child: Block) -> list[Row]:
        return Renderer(self.width - 2)._paragraph(
            Block(child.kind, spans=child.spans)
        ) if child.kind == "paragraph" else Renderer(self.width - 2).block(child)  # fmt: skip

    def _children(self, block: Block, bar: tuple[Piece, ...] = (), fill: str = "") -> list[Row]:
        room = self.width - sum(cell_len(piece.text) for piece in bar)
        rows: list[Row] = []
        for child in block.children:
            rows += self._barred(Renderer(room).block(child), bar, fill)
        return rows

    def _barred(self, rows: Iterable[Row], bar: tuple[Piece, ...], fill: str, target: str = "") -> list[Row]:
        return [Row(bar + r.pieces, fill, target) for r in rows]


def column_widths(sizes: Sequence[Sequence[int]], width: int) -> list[int]:
    """How wide the columns of a table are: as their content, the widest give way until the table fits.

    Args:
        sizes: rows of cells' widths.
        width: cells for the whole table; columns stand two apart.
    """
    count = max(map(len, sizes))
    widths = [max((line[c] for line in sizes if c < len(line)), default=1) or 1 for c in range(count)]
    room = width - 2 * (count - 1)
    while sum(widths) > room and max(widths) > 4:
        widths[widths.index(max(widths))] -= 1
    return widths
