"""What holds for any line at all."""

from __future__ import annotations

import shlex
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from sandbox.console import Console, Files, ScriptError, split, split_script

PIECES = st.sampled_from(
    [
        "aws", "lambda", "invoke", "get-function", "wait", "function-active-v2", "help", "logs", "tail",
        "sqs",
        "send-message-batch", "create-function", "list-functions", "update-function-configuration", "s3api",
        "put-object", "dynamodb", "put-item", "cloudwatch", "put-metric-data", "--function-name", "--payload",
        "--environment", "--entries", "--item", "--layers", "--zip-file", "--body", "--timeout", "--publish",
        "--no-publish", "--query", "--output", "text", "table", "yaml", "json", "--cli-input-json",
        "--cli-input-yaml", "--generate-cli-skeleton", "output", "--max-items", "--no-paginate", "--since",
        "1h", "--cli-binary-format", "base64", "--dimensions", "--value", "--metric-data", "--", "-x", "-1",
        "file://a", "fileb://b", "{}", "[]", "[1]", "Variables={A=1}", "Id=1,MessageBody=a", "a=[b,{c=d}]",
        "'", '"', "\\", "#", "\n", " ", "=", ",", "out.json", "null", "x" * 90,
    ]
)  # fmt: skip
LINES = st.one_of(
    st.text(max_size=60),
    st.lists(PIECES, max_size=12).map(" ".join),
    st.lists(PIECES, max_size=9).map(lambda pieces: "aws lambda " + " ".join(pieces)),
    st.text(max_size=30).map(lambda text: f"aws lambda invoke --function-name x --payload {text} out.json"),
    st.text(alphabet="ab=,[]{}'\"\\ @", max_size=20).map(
        lambda text: (
            f"aws lambda create-function --environment {shlex.quote(text)} --generate-cli-skeleton output"
        )
    ),
)


class Anything:
    """A client that has every operation and answers nothing."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        return lambda **params: {"Payload": b"{}"} if name == "invoke" else {}

    def get_waiter(self, name: str) -> Any:
        return self


class Empty(Files):
    def read(self, name: str, /) -> bytes:
        return b"{}"

    def write(self, name: str, content: bytes, /) -> None:
        pass


CONSOLE = Console(lambda service: Anything(), Empty())


@given(LINES)
@settings(max_examples=400, deadline=None)
def test_no_line_ever_raises(line):
    done = CONSOLE.run(line)
    assert done.code in (0, 127, 252, 254, 255)
    assert done.code == 0 or done.err


@given(st.lists(st.text(max_size=20), max_size=8))
@settings(max_examples=150, deadline=None)
def test_no_list_of_words_ever_raises(words):
    assert CONSOLE.run(["aws", *words]).code in (0, 252, 255)


@given(LINES)
@settings(max_examples=200, deadline=None)
def test_no_unfinished_line_stops_completion(line):
    last = line.split()[-1] if line.split() and not line[-1:].isspace() else ""
    assert all(isinstance(word, str) for word in CONSOLE.complete(line)), last


@given(st.lists(st.text(), max_size=6))
@settings(max_examples=300)
def test_quoted_words_come_back_whole(words):
    assert split(" ".join(shlex.quote(word) for word in words)) == words


@given(st.text(alphabet="aws edit<END\n'\"\\# ", max_size=60))
@settings(max_examples=300)
def test_a_script_is_read_or_refused_with_a_line(text):
    numbers: list[int] = []
    try:
        numbers = [line.number for line in split_script(text)]
    except ScriptError as problem:
        numbers = [problem.line]
    assert numbers == sorted(set(numbers))
    assert all(1 <= number <= text.count("\n") + 1 for number in numbers)
