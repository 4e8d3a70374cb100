from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from tutor.tui.widgets.styled import Piece, cut, plain, row, wrap


def texts(rows):
    return [r.text for r in rows]


def test_lines_break_between_words():
    assert texts(wrap([Piece("one two three")], 7)) == ["one two", "three"]


def test_a_word_longer_than_the_line_is_chopped():
    assert texts(wrap([Piece("abcdefghij kl")], 4)) == ["abcd", "efgh", "ij", "kl"]


def test_leading_blanks_of_a_line_stay():
    assert texts(wrap([Piece("    return 1")], 30)) == ["    return 1"]
    assert texts(wrap([Piece("    return a_long_name")], 14))[0].startswith("    return")


def test_a_line_feed_ends_a_row():
    assert texts(wrap([Piece("a\n\nb")], 10)) == ["a", "", "b"]


def test_tones_survive_the_break():
    rows = wrap([Piece("plain "), Piece("strong words", "strong")], 12)
    assert [piece.tone for piece in rows[1].pieces] == ["strong"]


def test_a_prefix_stands_before_the_first_row_and_blanks_before_the_others():
    assert texts(plain("one two three", 9, first="• ")) == ["• one two", "  three"]


def test_wide_letters_count_two_cells():
    assert texts(wrap([Piece("日本語日本語")], 6)) == ["日本語", "日本語"]


def test_cut_shows_that_something_is_missing():
    assert cut("abcdef", 4) == "abc…"
    assert cut("abc", 4) == "abc"
    assert cut("abc", 0) == ""


def test_an_empty_piece_is_left_out_of_a_row():
    assert row("a", "", Piece("b", "strong")).text == "ab"


@given(st.text(max_size=200), st.integers(min_value=4, max_value=40))
def test_no_row_is_wider_than_asked(text, width):
    for made in wrap([Piece(text.replace("\t", " "))], width):
        assert cell_len(made.text) <= width


@given(st.text(alphabet="ab \n", max_size=120), st.integers(min_value=4, max_value=20))
def test_no_letter_is_lost(text, width):
    joined = "".join(texts(wrap([Piece(text)], width)))
    assert joined.replace(" ", "") == text.replace(" ", "").replace("\n", "")


PIECES = st.lists(st.tuples(st.text(alphabet="aab  b ", max_size=14), st.sampled_from(["", "x"])), max_size=3)


@given(PIECES, st.integers(min_value=4, max_value=12))
def test_plain_letters_break_where_others_of_their_width_do(parts, width):
    plainly = texts(wrap([Piece(*part) for part in parts], width))
    others = texts(wrap([Piece(text.replace("a", "é"), tone) for text, tone in parts], width))
    assert [line.replace("é", "a") for line in others] == plainly
