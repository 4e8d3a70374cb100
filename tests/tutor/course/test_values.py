"""Durations, comparisons, placeholders, scripts: the small words that content is written in."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutor.course import Compare, fill, parse_duration, substitute
from tutor.course.model import Hint
from tutor.course.problems import did_you_mean
from tutor.course.script import commands
from tutor.course.values import duration_words, parse_time, time_words


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("4m", 240), ("7h", 25_200), ("90s", 90), ("1h30m", 5_400), ("1d", 86_400), ("500ms", 0.5), ("0s", 0)],
)
def test_durations_are_microseconds(text, seconds):
    assert parse_duration(text) == seconds * 1_000_000


@pytest.mark.parametrize("text", ["", "4", "m", "4 m", "-4m", "4x", "1m1h", "1.5h", "999999999d", "\uff14m"])
def test_what_is_no_duration_is_refused(text):
    with pytest.raises(ValueError, match=r"duration|longer"):
        parse_duration(text)


@given(st.integers(min_value=0, max_value=399 * 86_400_000))
def test_a_duration_in_words_is_the_duration_again(milliseconds):
    assert parse_duration(duration_words(milliseconds * 1_000)) == milliseconds * 1_000


@pytest.mark.parametrize("text", ["9:00", "24:00", "09:60", "09:00:60", "0900", "", "09:00:00.5"])
def test_what_is_no_time_of_day_is_refused(text):
    with pytest.raises(ValueError, match="time of day"):
        parse_time(text)


@given(st.integers(min_value=0, max_value=86_399))
def test_a_time_in_words_is_the_time_again(seconds):
    assert parse_time(time_words(seconds * 1_000_000)) == seconds * 1_000_000


@pytest.mark.parametrize(
    ("compare", "yes", "no", "words"),
    [
        (Compare(equals=3), 3, 4, "exactly 3"),
        (Compare(equals=0), 0, 1, "exactly 0"),
        (Compare(atleast=1), 1, 0, "at least 1"),
        (Compare(atmost=1000), 1000, 1001, "at most 1,000"),
        (Compare(between=(1, 3)), 3, 3.5, "between 1 and 3"),
    ],
)
def test_comparisons(compare, yes, no, words):
    assert compare.holds(yes)
    assert not compare.holds(no)
    assert compare.words() == words


def test_times_in_the_same_second_are_equal():
    nine = Compare(equals=parse_time("09:00:01"), of="time")
    assert nine.holds(parse_time("09:00:01") + 999_999)
    assert not nine.holds(parse_time("09:00:02"))
    assert nine.words() == "at 09:00:01"


VALUES = {
    "names": "mailer",
    "arn:queue/letters": "ARN-Q",
    "arn:role/mailer-role": "ARN-R",
    "role:worker": "mailer",
}


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("{names}-role", "mailer-role"),
        ('{"a": "{arn:queue/letters}"}', '{"a": "ARN-Q"}'),
        ("{arn:role/{names}-role}", "ARN-R"),
        ("TargetArn={arn:queue/letters}", "TargetArn=ARN-Q"),
        ("{role:worker}", "mailer"),
        ("{unknown} {arn:queue/other} {role:x}", "{unknown} {arn:queue/other} {role:x}"),
        ('{"order": {order}}', '{"order": {order}}'),
        ('{"names": 1}', '{"names": 1}'),
        ("{ names } {} { {names} }", "{ names } {} { mailer }"),
    ],
)
def test_only_placeholders_are_replaced(text, result):
    assert substitute(text, VALUES.get) == result


@given(st.text(alphabet='{}":a,arn/role names', max_size=60))
def test_text_without_known_placeholders_stays_as_it_is(text):
    assert substitute(text, lambda name: None) == text


def test_structs_lists_and_mappings_are_filled_and_keys_are_left_alone():
    assert fill({"{names}": ["{names}", 1, None]}, VALUES.get) == {"{names}": ["mailer", 1, None]}
    assert fill(Hint(say=("ask {names}",)), VALUES.get) == Hint(say=("ask mailer",))


def test_a_script_is_commands_an_edit_takes_its_lines_along():
    lines = ["# first", "", "clock", "edit app.py <<END", "a = 1", "", "# kept", "END", "  deploy  "]
    assert commands(lines) == ("clock", "edit app.py <<END\na = 1\n\n# kept\nEND", "deploy")


@pytest.mark.parametrize(
    ("wanted", "known", "best"),
    [
        ("flavor", ["flavour", "favour"], "flavour"),
        ("Q5.3-40", ["Q5.3-07", "Q5.3-04"], "Q5.3-04"),
        ("xyz", ["abc"], ""),
    ],
)
def test_the_nearest_word_is_named_when_one_is_near(wanted, known, best):
    assert did_you_mean(wanted, known) == (f"Did you mean `{best}`?" if best else "")
