"""`--output table`: boxes as AWS CLI draws them, 80 columns wide where the content lets it.

One section a level of the reply. When the table is too wide, sections with one row are turned on their side.
"""

from __future__ import annotations

import unicodedata
from typing import Any

import msgspec

_WIDTH = 80
_PADDING = 4
_BORDER = 2


class _Section(msgspec.Struct):
    title: str
    indent: int
    headers: list[str] = []
    rows: list[list[str]] = []

    def widths(self) -> list[int]:
        lines = [self.headers, *self.rows] if self.headers else self.rows
        columns = max((len(line) for line in lines), default=0)
        return [max(_length(line[at]) for line in lines if at < len(line)) for at in range(columns)]

    def width(self) -> int:
        inner = sum(width + _PADDING for width in self.widths())
        return max(inner, _length(self.title)) + _BORDER + 2 * self.indent

    def on_its_side(self) -> _Section:
        if len(self.rows) != 1 or not self.headers:
            return self
        pairs = [list(pair) for pair in zip(self.headers, self.rows[0], strict=True)]
        return _Section(self.title, self.indent, rows=pairs)


def format_table(title: str, reply: Any) -> str:
    """A reply as `--output table` shows it; of a single value AWS CLI shows the title only.

    Args:
        title: the operation's name.
        reply: in JSON's types.
    """
    sections: list[_Section] = []
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


# -- from a reply to sections --------------------------------------------------------------------------------


def _build(title: str, item: Any, indent: int, sections: list[_Section]) -> None:
    if not item:
        return
    section = _new(title, indent, sections)
    if isinstance(item, dict):
        _build_map(section, item, indent, sections)
    elif not isinstance(item, list):
        return
    elif isinstance(item[0], dict):
        _build_maps(section, item, indent, sections)
    else:
        for element in item:
            parts = element if isinstance(element, list) else [element]
            section.rows.append([str(part) for part in parts])


def _build_map(section: _Section, item: dict[str, Any], indent: int, sections: list[_Section]) -> None:
    keys = sorted(key for key in item if not isinstance(item[key], dict | list))
    if len(keys) == 1:
        section.rows.append([keys[0], str(item[keys[0]])])
    elif keys:
        section.headers = keys
        section.rows.append([str(item[key]) for key in keys])
    for key in sorted(set(item) - set(keys)):
        _build(key, item[key], indent + 1, sections)


def _build_maps(section: _Section, items: list[Any], indent: int, sections: list[_Section]) -> None:
    maps = [item for item in items if isinstance(item, dict)]
    nested = sorted({key for item in maps for key in item if isinstance(item[key], dict | list)})
    keys = sorted({key for item in maps for key in item if not isinstance(item[key], dict | list)})
    section.headers = keys
    for number, item in enumerate(maps):
        if number and nested:
            section = _new(section.title, indent, sections)
            section.headers = keys
        section.rows.append([str(item.get(key, "")) for key in keys])
        for key in nested:
            if key in item:
                _build(key, item[key], indent + 1, sections)


def _new(title: str, indent: int, sections: list[_Section]) -> _Section:
    sections.append(_Section(title, indent))
    return sections[-1]


# -- from sections to lines ----------------------------------------------------------------------------------


def _section_lines(section: _Section, width: int) -> list[str]:
    lines = [_centred(section.title, width, "|")]
    if not section.headers and not section.rows:
        return [*lines, "+" + "-" * (width - 2) + "+"]
    widths = _scaled([column + _PADDING for column in section.widths()], width)
    if not widths:
        return lines
    rule = _joined(widths, ["-" * (column - 1 - (not at)) for at, column in enumerate(widths)], "+")
    if section.headers:
        cells = [_centred(name, widths[at], "" if at else "|") for at, name in enumerate(section.headers)]
        lines += [rule, "".join(cells)]
    if section.rows:
        lines += [rule, *(_row(row, widths) for row in section.rows), rule]
    return lines


def _row(row: list[str], widths: list[int]) -> str:
    cells = []
    for at, width in enumerate(widths):
        text = row[at] if at < len(row) else ""
        inner = width - 1 - (not at)
        lead = 2 if inner - _length(text) >= 2 else 0
        cells.append(" " * lead + text + " " * max(inner - lead - _length(text), 0))
    return _joined(widths, cells, "|")


def _joined(widths: list[int], cells: list[str], edge: str) -> str:
    return edge + "".join(cell + edge for cell, _ in zip(cells, widths, strict=True))


def _scaled(widths: list[int], total: int) -> list[int]:
    """Columns in proportion, in sum as wide as the table."""
    if not widths:
        return widths
    factor = total / sum(widths)
    scaled = [round(factor * width) for width in widths]
    over = sum(scaled) - total
    order = list(range(len(scaled))) if over > 0 else list(reversed(range(len(scaled))))
    for turn in range(abs(over)):
        scaled[order[turn % len(order)]] -= 1 if over > 0 else -1
    return scaled


def _centred(text: str, width: int, left: str) -> str:
    start = max(width // 2 - _length(text) // 2 - 1, 0)
    end = width - 1 - len(left) - start - _length(text)
    return f"{left}{' ' * start}{text}{' ' * max(end, 0)}|"


def _length(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(char) in "WFA" else 1 for char in text)
