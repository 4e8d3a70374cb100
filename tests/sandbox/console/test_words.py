from __future__ import annotations

import pytest

from sandbox.console.words import WordsError, scan, split


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("", []),
        ("   ", []),
        ("aws lambda  list-functions", ["aws", "lambda", "list-functions"]),
        ('--payload \'{"name": "Ada"}\'', ["--payload", '{"name": "Ada"}']),
        ('--body "it\'s \\"fine\\""', ["--body", 'it\'s "fine"']),
        ('"a\\nb" "a\\\\b" "\\$x"', ["a\\nb", "a\\b", "$x"]),
        ("it\\'s one\\ word", ["it's", "one word"]),
        ("'' \"\"", ["", ""]),
        ("Key='a b'c", ["Key=a bc"]),
        ("a # the rest", ["a"]),
        ("a#b '#c'", ["a#b", "#c"]),
        ("# nothing", []),
        ("aws lambda \\\n  list-functions", ["aws", "lambda", "list-functions"]),
        ("aws lam\\\nbda", ["aws", "lambda"]),
        ("aws lambda \\\r\n  list-functions\r\n", ["aws", "lambda", "list-functions"]),
        ("'two\nlines'", ["two\nlines"]),
        ("# first\naws help\n", ["aws", "help"]),
        ("Variables={A=1,B=2}", ["Variables={A=1,B=2}"]),
        ("a\\", ["a\\"]),
    ],
)
def test_a_line_is_split_as_a_shell_splits_it(line, words):
    assert split(line) == words


def test_an_open_quote_is_told_with_its_place():
    with pytest.raises(WordsError, match=r"The quote ' at character 10 is not closed") as caught:
        split('--payload\'{"a": 1}')
    assert caught.value.position == 9


@pytest.mark.parametrize("line", ["aws x | jq .", "aws x > out", "aws x < in", "aws a; aws b", "aws `date`"])
def test_what_only_a_shell_understands_is_refused_with_a_way_out(line):
    with pytest.raises(WordsError, match="not a shell") as caught:
        split(line)
    assert "single quotes" in str(caught.value)


def test_the_same_characters_are_fine_in_quotes():
    assert split("--query 'a | b' \"x > y; `z`\"") == ["--query", "a | b", "x > y; `z`"]


def test_two_commands_are_refused():
    with pytest.raises(WordsError, match="one command at a time"):
        split("aws help\naws lambda help")


def test_a_scan_tells_whether_the_last_word_is_finished():
    assert scan("aws lam").touching
    assert not scan("aws ").touching
    assert scan("aws 'lam").quote == "'"
