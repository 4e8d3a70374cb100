from __future__ import annotations

import pytest

from tutor.actions.view import NextEvent
from tutor.course.blocks import Block, Span
from tutor.plain import prose
from tutor.plain.pages import coming, lasting
from tutor.plain.speech import Piece, lay_out


def text(words: str, **more: str) -> Block:
    return Block("paragraph", spans=(Span(words),), **more)  # type: ignore[arg-type]


def told(block: Block) -> list[str]:
    return [line for piece in prose.told(block) for line in lay_out(piece, 76)]


def test_styles_are_left_out_and_links_keep_their_address() -> None:
    spans = (Span("Read "), Span("this", "strong"), Span(" page", "link", "https://x.y"), Span(".", ""))
    assert told(Block("paragraph", spans=spans)) == ["Read this page (https://x.y)."]


def test_a_list_keeps_its_numbers_and_says_its_bullets_as_hyphens() -> None:
    inner = Block("list", level=2, children=(text("deep", prefix="◦"),))
    block = Block("list", level=1, children=(text("one", prefix="•"), text("two", prefix="2."), inner))
    assert told(block) == ["- one", "2. two", "- deep"]


def test_the_text_of_an_edit_is_said_with_its_command() -> None:
    lines = ("edit app.py <<END", "def f():", "    pass", "END", "deploy")
    assert told(Block("demo", id="d", title="D", lines=lines))[2:] == [
        "Command:",
        *lines[:4],
        "Command: deploy",
    ]


def test_code_is_not_wrapped() -> None:
    line = "x = " + "1 + " * 40
    assert told(Block("code", title="python", lines=("def f():", f"    {line}"))) == [
        "Code in python:",
        "def f():",
        f"    {line}",
        "End of code.",
    ]


def test_a_table_becomes_labels_and_values() -> None:
    rows = (
        Block("list", level=1, children=(text("Kind"), text("Tries"))),
        Block("list", children=(text("Event"), text("3"))),
        Block("list", children=(text("RequestResponse"), text("1"))),
    )
    assert told(Block("table", children=rows, lines=("┌─┐",))) == [
        "Row: Kind: Event; Tries: 3",
        "Row: Kind: RequestResponse; Tries: 1",
    ]


def test_what_the_notes_say_stands_beside_today() -> None:
    children = (text("Two more times.", id="says", prefix="The notes say"), text("Still so.", id="today"))
    assert told(Block("notes-say", id="002", children=children)) == [
        "Note 002 says: Two more times.",
        "Today: Still so.",
    ]


def test_a_question_to_predict_names_its_options_by_letter() -> None:
    children = (text("When?"), text("at once", prefix="A"), text("later", prefix="B."))
    assert told(Block("predict", id="p1", children=children))[1:] == ["When?", "A: at once", "B: later"]


def test_a_comparison_is_told_one_world_after_the_other() -> None:
    children = (Block("demo", title="today", lines=("clock",)), Block("demo", title="2019", lines=("clock",)))
    assert told(Block("compare", title="Then and now", children=children)) == [
        "Compare: Then and now",
        "World 1: today",
        "Command: clock",
        "World 2: 2019",
        "Command: clock",
    ]


def test_a_note_starts_with_its_title() -> None:
    assert told(Block("note", title="Careful", children=(text("It costs."), text("Really.")))) == [
        "Careful: It costs.",
        "Really.",
    ]


def test_a_rule_is_silent_and_a_heading_goes_with_what_follows() -> None:
    blocks = (Block("rule"), Block("heading", spans=(Span("Why"),)), text("Because."), text("So."))
    assert prose.portions(blocks) == [
        [Piece("Heading", "Why"), Piece("", "Because.")],
        [Piece("", "So.")],
    ]


@pytest.mark.parametrize("kind", ["lab", "quiz", "try"])
def test_blocks_that_lead_on_say_what_to_type(kind: str) -> None:
    assert "Type " in " ".join(told(Block(kind, id="x", title="X")))


def test_a_lab_is_opened_by_its_name_as_a_lesson_may_have_two() -> None:
    assert told(Block("lab", id="watch", title="Watch")) == ["Lab: Watch. Type lab watch to work in it."]


def test_no_line_is_broken_inside_a_command_or_arn() -> None:
    arn = "arn:aws:lambda:us-east-1:123456789012:function:" + "worker-" * 10
    assert arn in lay_out(Piece("Note", f"It is {arn} now."), 40)


@pytest.mark.parametrize(
    ("microseconds", "words"),
    [
        (0, "0 milliseconds"),
        (250_999, "250 milliseconds"),
        (1_500_000, "1 second"),
        (1_000_000, "1 second"),
        (90_000_000, "1 minute 30 seconds"),
        (21_600_000_000, "6 hours"),
        (86_460_000_000, "1 day 1 minute"),
    ],
)
def test_a_stretch_of_time_is_said_in_words(microseconds: int, words: str) -> None:
    assert lasting(microseconds) == words


@pytest.mark.parametrize(
    ("event", "words"),
    [
        (None, "Nothing is waiting to happen."),
        (NextEvent("order 7 is tried again", 60_000_000), "Next: order 7 is tried again, in 1 minute."),
        (NextEvent("worker goes on", 20), "Next: worker goes on, at once."),
    ],
)
def test_what_comes_next_is_said_with_its_wait(event: NextEvent | None, words: str) -> None:
    assert coming(event).startswith(words)


def test_rows_are_whole_in_a_pipe_and_json_is_whole_everywhere() -> None:
    words = "a row of words " * 8
    policy = '  As a whole policy: {"Version": "2012-10-17", "Statement": [{"Effect": "Allow"}]}'
    assert lay_out(Piece("Output", words.strip(), rows=True), 76) == [f"Output: {words.strip()}"]
    assert lay_out(Piece("Output", f"Why:\n{policy}", rows=True), 40, 40) == ["Output:", "Why:", policy]


def test_the_rest_of_a_row_hangs_below_its_own_indent() -> None:
    assert lay_out(Piece("", "  one two three", rows=True), 76, 11) == ["  one two", "      three"]
