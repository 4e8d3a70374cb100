"""Markdown to blocks. markdown-it-py is imported when the first page is compiled, not before.

Understood: headings, paragraphs, lists (three deep), code, tables, rules, quotes (as notes), strong,
emphasis, code spans, links. HTML is plain text. Pictures are a problem: text art has a directive of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING, Any

from tutor.course.blocks import Block, Span
from tutor.course.problems import Problems, shown

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

DEEPEST_LIST = 3
_STYLES = {"strong_open": "strong", "em_open": "emphasis"}


@cache
def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt

    return MarkdownIt("commonmark", {"html": False}).enable("table")


class Prose:
    """Makes blocks of a piece of Markdown.

    Args:
        file: its name as messages show it.
        problems: where to note what is not understood.
    """

    def __init__(self, file: str, problems: Problems) -> None:
        self.file = file
        self.problems = problems

    def blocks(self, text: str, first_line: int) -> tuple[Block, ...]:
        """The blocks of a text that begins on line `first_line` of the file."""
        self._first = first_line
        self._line = first_line
        return self._until(iter(_parser().parse(text)), "", depth=0)

    def _until(self, tokens: Iterator[Token], end: str, depth: int) -> tuple[Block, ...]:
        found: list[Block] = []
        for token in tokens:
            if token.map:
                self._line = self._first + token.map[0]
            if token.type == end:
                break
            block = self._block(token, tokens, depth)
            if block is not None:
                found.append(block)
        return tuple(found)

    def _block(self, token: Token, tokens: Iterator[Token], depth: int) -> Block | None:
        if token.type == "heading_open":
            spans = self._inline_until(tokens, "heading_close")
            words = "".join(span.text for span in spans)
            return Block("heading", level=int(token.tag[1:]), id=slug(words), spans=spans)
        if token.type == "paragraph_open":
            return Block("paragraph", level=depth, spans=self._inline_until(tokens, "paragraph_close"))
        if token.type in {"bullet_list_open", "ordered_list_open"}:
            return self._list(token, tokens, depth + 1)
        if token.type in {"fence", "code_block"}:
            lines = tuple(token.content.rstrip("\n").split("\n"))
            return Block("code", level=depth, title=token.info.strip(), lines=lines)
        if token.type == "table_open":
            return self._table(tokens)
        if token.type == "hr":
            return Block("rule")
        if token.type == "blockquote_open":
            if depth:
                self.problems.add(
                    self.file, self._line, "a quote inside a list or quote", "a quote of its own"
                )
            return Block("note", children=self._until(tokens, "blockquote_close", max(depth, 1)))
        self.problems.add(self.file, self._line, shown(token.type), "prose, a list, a table or code")
        return None

    def _list(self, token: Token, tokens: Iterator[Token], depth: int) -> Block:
        if depth > DEEPEST_LIST:
            self.problems.add(self.file, self._line, f"a list {depth} deep", f"at most {DEEPEST_LIST} deep")
        number = int(token.attrs.get("start", 1)) if token.type == "ordered_list_open" else None
        children: list[Block] = []
        for inner in tokens:
            if inner.type in {"bullet_list_close", "ordered_list_close"}:
                break
            entry = list(self._until(tokens, "list_item_close", depth))
            prefix = "•" if number is None else f"{number}."
            number = None if number is None else number + 1
            if not entry or entry[0].kind != "paragraph":
                entry.insert(0, Block("paragraph", level=depth))
            first = entry[0]
            entry[0] = Block("paragraph", level=first.level, spans=first.spans, prefix=prefix)
            children += entry
        return Block("list", level=depth, children=tuple(children))

    def _table(self, tokens: Iterator[Token]) -> Block:
        rows: list[Block] = []
        cells: list[Block] = []
        heading = False
        for token in tokens:
            if token.map:
                self._line = self._first + token.map[0]
            if token.type == "table_close":
                break
            if token.type == "thead_open":
                heading = True
            elif token.type == "tbody_open":
                heading = False
            elif token.type == "tr_open":
                cells = []
            elif token.type == "inline":
                cells.append(Block("paragraph", spans=self._spans(token)))
            elif token.type == "tr_close":
                rows.append(Block("list", level=int(heading), children=tuple(cells)))
        return Block("table", children=tuple(rows))

    def _inline_until(self, tokens: Iterator[Token], end: str) -> tuple[Span, ...]:
        spans: tuple[Span, ...] = ()
        for token in tokens:
            if token.type == end:
                break
            spans += self._spans(token)
        return spans

    def _spans(self, token: Token) -> tuple[Span, ...]:
        spans: list[Span] = []
        styles: list[tuple[str, str]] = []
        for part in token.children or ():
            kind = part.type
            if kind in _STYLES:
                styles.append((_STYLES[kind], ""))
            elif kind == "link_open":
                styles.append(("link", self._href(part.attrs.get("href", ""))))
            elif kind in {"strong_close", "em_close", "link_close"}:
                styles.pop()
            elif kind == "text":
                _append(spans, part.content, *_strongest(styles))
            elif kind == "code_inline":
                style, href = _strongest(styles)
                _append(spans, part.content, *(("link", href) if style == "link" else ("code", "")))
            elif kind in {"softbreak", "hardbreak"}:
                _append(spans, " " if kind == "softbreak" else "\n", *_strongest(styles))
            else:
                expected = "words, code or a link"
                hint = "Text art goes into `:::picture`." if kind == "image" else ""
                self.problems.add(self.file, self._line, shown(kind), expected, hint)
        return tuple(spans)

    def _href(self, href: Any) -> str:
        if not str(href).startswith("https://"):
            self.problems.add(
                self.file, self._line, f"a link to {shown(str(href))}", "a link that begins with https://"
            )
        return str(href)


def _strongest(styles: list[tuple[str, str]]) -> tuple[str, str]:
    for wanted in ("link", "strong", "emphasis"):
        for style, href in styles:
            if style == wanted:
                return style, href
    return "", ""


def _append(spans: list[Span], text: str, style: str, href: str) -> None:
    if not text:
        return
    if spans and (spans[-1].style, spans[-1].href) == (style, href) and style != "code":
        spans[-1] = Span(spans[-1].text + text, style, href)
    else:
        spans.append(Span(text, style, href))


def slug(words: str) -> str:
    """A heading as an id: "What AWS does" -> "what-aws-does"."""
    return re.sub(r"[^a-z0-9]+", "-", words.lower()).strip("-")
