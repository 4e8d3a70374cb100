"""`--output table`: boxes in AWS CLI's look, 80 columns wide where the content lets it.

One section a level of the reply. A section with one row that is too wide is turned on its side.
"""

from __future__ import annotations

import unicodedata
from typing import Any

import msgspec

_WIDTH = 80
_PADDING = 4


class _Section(msgspec.Struct):
    title: str
    indent: int
    headers: list[str] = []
    rows: list[list[str]] = []

    def widths(self) -> list[int]:
        lines = [self.headers, *self.rows] if self.headers else self.rows
        columns = max((len(line) for line in lines), default=0)
        return [
            max(_length(line[column]) for line in lines if column < len(line)) + _PADDING
            for column in range(columns)
        ]

    def width(self) -> int:
        inner = max(sum(self.widths()) + 1, _length(self.title) + _PADDING)
        return inner + 2 * self.indent

    def on_its_side(self) -> _Section:
        if len(self.rows) != 1 or not self.headers:
            return self
        pairs = [list(pair) for pair in zip(self.headers, self.rows[0], strict=True)]
        return _Section(self.title, self.indent, rows=pairs)


def format_table(title: str, reply: Any) -> str:
    """A reply as `--output table` shows it.

    Args:
        title: the operation's name.
        reply: in JSON's types.
    """
    sections: list[_Section] = []
    if not isinstance(reply, dict | list):
        return "" if reply in (None, "") else f"{reply}\n"
    _build(title, reply, 0, sections)
    if not sections:
        return ""
    width = max(section.width() for section in sections)
    if width > _WIDTH:
        sections = [section.on_its_side() for section in sections]
        width = max(section.width() for section in sections)
    lines = ["-" * width]
    for section in sections:
        edge = "|" * section.indent
        inside = _section_lines(section, width - 2 * section.indent)
        lines += [f"{edge}{line}{edge}" for line in inside]
    return "\n".join(lines) + "\n"


def _build(title: str, item: Any, indent: int, sections: list[_Section]) -> None:
    if not item:
        return
    if isinstance(item, dict):
        _build_map(_new(title, indent, sections), item, indent, sections)
    elif isinstance(item[0], dict):
        _build_maps(title, item, indent, sections)
    else:
        section = _new(title, indent, sections)
        for element in item:
            section.rows.append([str(part) for part in (element if isinstance(element, list) else [element])])


def _build_map(section: _Section, item: dict[str, Any], indent: int, sections: list[_Section]) -> None:
    keys = sorted(key for key in item if not isinstance(item[key], dict | list))
    if len(keys) == 1:
        section.rows.append([keys[0], str(item[keys[0]])])
    elif keys:
        section.headers = keys
        section.rows.append([str(item[key]) for key in keys])
    for key in sorted(set(item) - set(keys)):
        _build(key, item[key], indent + 1, sections)


def _build_maps(title: str, items: list[Any], indent: int, sections: list[_Section]) -> None:
    maps = [item for item in items if isinstance(item, dict)]
    nested = sorted({key for item in maps for key in item if isinstance(item[key], dict | list)})
    keys = sorted({key for item in maps for key in item} - set(nested))
    section: _Section | None = None
    for item in maps:
        if section is None or nested:
            section = _new(title, indent, sections)
            section.headers = keys
        if keys:
            section.rows.append([str(item.get(key, "")) for key in keys])
        for key in nested:
            _build(key, item.get(key), indent + 1, sections)


def _new(title: str, indent: int, sections: list[_Section]) -> _Section:
    sections.append(_Section(title, indent))
    return sections[-1]


def _section_lines(section: _Section, width: int) -> list[str]:
    lines = [_centred(section.title, width - 2, "|")]
    if not section.rows:
        return [*lines, "+" + "-" * (width - 2) + "+"]
    widths = _scaled(section.widths(), width - 1)
    rule = "+" + "".join("-" * (column - 1) + "+" for column in widths)
    if section.headers:
        cells = (_padded(name, column - 1) for name, column in zip(section.headers, widths, strict=True))
        lines += [rule, "|" + "".join(cell + "|" for cell in cells)]
    lines.append(rule)
    for row in section.rows:
        cells = (
            _left(text, column - 1) for text, column in zip([*row, *[""] * len(widths)], widths, strict=False)
        )
        lines.append("|" + "".join(cell + "|" for cell in cells))
    return [*lines, rule]


def _scaled(widths: list[int], total: int) -> list[int]:
    """Columns widened in proportion until they fill the table."""
    short = total - sum(widths)
    if short <= 0 or not widths:
        return widths
    wide = [width + short * width // sum(widths) for width in widths]
    wide[-1] += total - sum(wide)
    return wide


def _centred(text: str, width: int, edge: str) -> str:
    return edge + _padded(text, width) + edge


def _padded(text: str, width: int) -> str:
    space = max(width - _length(text), 0)
    return " " * (space // 2) + text + " " * (space - space // 2)


def _left(text: str, width: int) -> str:
    lead = 2 if width - _length(text) >= 2 else 0
    return " " * lead + text + " " * max(width - lead - _length(text), 0)


def _length(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)
