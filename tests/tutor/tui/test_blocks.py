from __future__ import annotations

from tests.tutor.tui.fake import BLOCKS, words
from tutor.actions.registry import Line
from tutor.course.blocks import Block
from tutor.tui.widgets.blocks import Renderer, column_widths, name_of, options_of, target_of
from tutor.tui.widgets.said import said


def texts(blocks, width=60, **more):
    return [r.text for r in Renderer(width, **more).render(blocks)]


def by_kind(kind):
    return next((n, b) for n, b in enumerate(BLOCKS) if b.kind == kind)


def test_every_kind_of_block_is_drawn():
    kinds = {block.kind for block in BLOCKS}
    for kind in kinds:
        _index, block = by_kind(kind)
        assert any(text.strip() for text in texts([block])), kind


def test_no_row_of_a_lesson_is_wider_than_the_page():
    for width in (40, 60, 96):
        assert max(r.width for r in Renderer(width).render(BLOCKS)) <= width


def test_notes_and_today_stand_under_their_names():
    _n, block = by_kind("notes-say")
    lines = texts([block])
    assert lines[0].endswith("The notes say (course note 002)")
    assert any("Today" in line for line in lines)


def test_the_text_of_an_edit_has_no_prompt_and_keeps_its_indentation():
    block = Block("demo", id="d", lines=("edit app.py <<END", "def f():", "    pass", "END", "deploy"))
    drawn = [row.rstrip() for row in texts([block])]
    assert drawn[1:] == [
        "   $ edit app.py <<END",
        "     def f():",
        "         pass",
        "     END",
        "   $ deploy",
    ]


def test_the_rows_of_a_demo_belong_to_it():
    index, block = by_kind("demo")
    assert {r.target for r in Renderer(60).block(block, index)} == {"demo:retry"}


def test_two_blocks_without_an_id_have_different_targets():
    block = Block("try", lines=("a",))
    assert target_of(block, 3) != target_of(block, 4)


def test_what_a_block_answered_stands_beneath_it():
    index, block = by_kind("demo")
    target = target_of(block, index)
    lines = texts([block], outputs={target: (Line("output", "StatusCode 202"),)})
    assert any("StatusCode 202" in line for line in lines)


def test_a_table_wraps_its_cells_to_fit():
    _n, block = by_kind("table")
    lines = texts([block], 40)
    assert all(len(line) <= 40 for line in lines)
    assert "Attempt" in lines[0]
    assert set(lines[1]) <= {"─", " "}


def test_columns_give_way_from_the_widest():
    assert column_widths([[3, 40], [5, 10]], 30) == [5, 23]


def test_a_picture_too_wide_for_the_page_is_said_in_words():
    block = Block("picture", lines=("─" * 80,), children=(words("Three tries, two gaps."),))
    assert texts([block], 50) == ["Three tries, two gaps."]
    assert "─" * 80 in texts([block], 90)[0]


def test_options_of_a_prediction_are_found_in_lists_too():
    block = Block(
        "predict", children=(words("When?"), Block("list", 1, children=(words("now", prefix="A"),)))
    )
    assert options_of(block) == ["now"]


def test_a_block_that_does_not_run_has_no_name():
    assert name_of(Block("paragraph")) == ""
    assert name_of(Block("try", title="Now you")) == "Try it · Now you"


def test_a_check_is_toned_by_its_word():
    tones = {said([Line("check", text)], 60)[0].pieces[-1].tone for text in ("PASS ✓ a", "NOT YET ○ b")}
    assert tones == {"pass", "notyet"}


def test_a_title_that_only_repeats_the_kind_is_not_said_twice():
    assert name_of(Block("predict", title="Predict first")) == "Predict first"
    assert name_of(Block("try", title="Now you")) == "Try it · Now you"
