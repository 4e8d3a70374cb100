from __future__ import annotations

import pytest

from sandbox.console import ScriptError, ScriptLine, split_script

SCRIPT = """\
# refused by: captured
aws lambda invoke --function-name flaky \\
    --payload '{"order": 7}' out.json   # send it

clock advance 5m
edit app.py <<END
# a comment of the code stays
def handler(event, context):
    return "it's"  \\
END
deploy
explain why it's not there
"""


def test_a_script_is_read_into_its_commands():
    assert split_script(SCRIPT) == [
        ScriptLine(2, "aws lambda invoke --function-name flaky     --payload '{\"order\": 7}' out.json"),
        ScriptLine(5, "clock advance 5m"),
        ScriptLine(
            6,
            "edit app.py",
            '# a comment of the code stays\ndef handler(event, context):\n    return "it\'s"  \\\n',
        ),
        ScriptLine(11, "deploy"),
        ScriptLine(12, "explain why it's not there"),
    ]


def test_a_quote_of_an_aws_line_may_go_over_several_lines():
    script = "aws sqs send-message --message-body '{\n  \"a\": 1 # no comment\n}' --queue-url u\ndeploy\n"
    assert [line.text for line in split_script(script)] == [
        "aws sqs send-message --message-body '{\n  \"a\": 1 # no comment\n}' --queue-url u",
        "deploy",
    ]


@pytest.mark.parametrize("head", ["edit a.py <<'EOF'", 'edit a.py << "EOF"', "  edit a.py <<EOF  "])
def test_the_end_word_may_be_quoted(head):
    assert split_script(f"{head}\nx\nEOF\n") == [ScriptLine(1, "edit a.py", "x\n")]


def test_an_empty_body_is_an_empty_file():
    assert split_script("edit a.py <<END\nEND\n") == [ScriptLine(1, "edit a.py", "")]


def test_a_missing_end_is_told_with_its_line():
    with pytest.raises(
        ScriptError, match=r"line 2: found 'edit ... <<END', expected a line that says only END"
    ):
        split_script("deploy\nedit a.py <<END\nx\n")


def test_an_open_quote_is_told_with_its_line():
    with pytest.raises(ScriptError, match="line 2: the quote ' is not closed"):
        split_script("deploy\naws lambda invoke --payload '{\nclock advance 5m\n")


def test_nothing_gives_nothing():
    assert split_script("") == []
    assert split_script("\n# only a comment\n") == []


def test_a_backslash_at_the_very_end_joins_nothing():
    assert split_script("deploy \\") == [ScriptLine(1, "deploy")]
