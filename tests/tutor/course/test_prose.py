"""Markdown as blocks and spans."""

from __future__ import annotations

import pytest

from tutor.course.blocks import Block, Span
from tutor.course.problems import Problems
from tutor.course.prose import Prose


def read(text: str) -> tuple[Block, ...]:
    problems = Problems()
    blocks = Prose("x.md", problems).blocks(text, 1)
    problems.stop()
    return blocks


def test_a_heading_has_a_level_and_an_id():
    (heading,) = read("## What *AWS* does\n")
    assert (heading.kind, heading.level, heading.id, heading.text) == (
        "heading",
        2,
        "what-aws-does",
        "What AWS does",
    )


def test_spans_have_styles():
    (paragraph,) = read("a **b** *c* `d` [e](https://x.y)\nf\n")
    assert paragraph.spans == (
        Span("a "),
        Span("b", "strong"),
        Span(" "),
        Span("c", "emphasis"),
        Span(" "),
        Span("d", "code"),
        Span(" "),
        Span("e", "link", "https://x.y"),
        Span(" f"),
    )


def test_underscores_inside_words_are_letters():
    (paragraph,) = read("{fact:async.max_event_age} and {fact:async.retry_delays}\n")
    assert paragraph.spans == (Span("{fact:async.max_event_age} and {fact:async.retry_delays}"),)


def test_lists_nest_and_carry_their_bullets():
    (items,) = read("- a\n- b\n  1. c\n  2. d\n\n     more\n")
    assert (items.kind, items.level) == ("list", 1)
    first, second, inner = items.children
    assert [(block.prefix, block.text) for block in (first, second)] == [("•", "a"), ("•", "b")]
    assert (inner.kind, inner.level) == ("list", 2)
    assert [(block.prefix, block.text) for block in inner.children] == [
        ("1.", "c"),
        ("2.", "d"),
        ("", "more"),
    ]


def test_a_list_item_that_begins_with_code_still_has_its_bullet():
    (items,) = read("-     x = 1\n")
    assert [block.kind for block in items.children] == ["paragraph", "code"]


def test_code_keeps_its_lines_and_its_language():
    (code,) = read("```python\nx = 1\n\n  y\n```\n")
    assert (code.title, code.lines) == ("python", ("x = 1", "", "  y"))


def test_a_table_is_rows_of_cells():
    (table,) = read("| a | b |\n|---|---|\n| **1** | 22 |\n")
    head, row = table.children
    assert (head.level, row.level) == (1, 0)
    assert [cell.text for cell in row.children] == ["1", "22"]
    assert row.children[0].spans == (Span("1", "strong"),)


def test_code_that_is_a_link_leads_there():
    (paragraph,) = read("[the page of `Invoke`](https://x.y)\n")
    assert paragraph.spans == (Span("the page of Invoke", "link", "https://x.y"),)


def test_styles_inside_of_styles_are_the_strongest_of_them():
    (paragraph,) = read("**a *b* [c](https://x.y)** *d **e***\n")
    assert paragraph.spans == (
        Span("a b ", "strong"),
        Span("c", "link", "https://x.y"),
        Span(" "),
        Span("d ", "emphasis"),
        Span("e", "strong"),
    )


def test_an_ordered_list_counts_from_where_its_author_began():
    (items,) = read("3. c\n1. d\n")
    assert [block.prefix for block in items.children] == ["3.", "4."]


def test_entries_may_hold_code_tables_and_paragraphs():
    (items,) = read("- a\n\n  more\n\n  ```sh\n  x\n  ```\n\n  | h |\n  |---|\n  | c |\n")
    assert [block.kind for block in items.children] == ["paragraph", "paragraph", "code", "table"]
    assert items.children[2].lines == ("x",)


def test_a_table_may_be_as_wide_as_it_likes():
    (table,) = read("| a | b |\n|---|---|\n| " + "x " * 60 + "| y |\n")
    assert [len(row.children) for row in table.children] == [2, 2]


def test_html_is_text():
    (paragraph,) = read("<b>x</b> &amp; y\n")
    assert paragraph.text == "<b>x</b> & y"


def test_rules_and_quotes():
    assert [block.kind for block in read("a\n\n---\n\n> b\n")] == ["paragraph", "rule", "note"]


def test_a_hard_break_is_a_line_feed():
    (paragraph,) = read("a  \nb\n")
    assert paragraph.text == "a\nb"


@pytest.mark.parametrize(
    "text", ["- a\n  - b\n    - c\n      - d\n", "> > a\n", "[a](javascript:x)\n![a](https://b.c)\n"]
)
def test_what_no_skin_can_show_is_a_problem(text):
    problems = Problems()
    Prose("x.md", problems).blocks(text, 1)
    assert len(problems) > 0


def test_problems_name_the_line():
    problems = Problems()
    Prose("x.md", problems).blocks("a\n\nb [c](d)\n", 20)
    (only,) = problems
    assert (only.file, only.line) == ("x.md", 22)
