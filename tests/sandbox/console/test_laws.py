"""What holds for any line at all."""

from __future__ import annotations

import json
import shlex
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from sandbox.console import Console, Files, ScriptError, split, split_script
from sandbox.console.arguments import command
from sandbox.console.catalogue import service
from sandbox.console.shorthand import ShorthandError, parse

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
        "s3", "ls", "cp", "mv", "rm", "sync", "mb", "rb", "s3://b", "s3://b/k/", "s3://", "--recursive",
        "--exclude", "*", "--delete", "--metadata", "-", ".", "../x", "sub/", "configure", "history",
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

    def delete(self, name: str, /) -> None:
        pass

    def names(self) -> list[str]:
        return ["a.json", "sub/b.txt"]


TEXTS = st.text(alphabet="ab ,=[]{}'\"@:ä", max_size=8)
NAMES = st.text(alphabet="abcXYZ09-_.:/#", min_size=1, max_size=6)
VALUES = st.recursive(
    TEXTS,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(NAMES, inner, max_size=3)),
    max_leaves=8,
)


def quoted(text: str) -> str:
    return '"' + text.replace('"', '\\"') + '"'


def written(value: Any) -> str:
    """A value as shorthand writes it, inside of brackets."""
    if isinstance(value, dict):
        return "{" + ",".join(f"{key}={written(item)}" for key, item in value.items()) + "}"
    return "[" + ",".join(map(written, value)) + "]" if isinstance(value, list) else quoted(value)


OPERATIONS = [
    (name, word)
    for name in ("lambda", "iam", "sqs", "logs", "cloudwatch", "sts", "dynamodb", "s3api")
    for word in service(name).operations
    if not command(service(name), word).outfile
]


CONSOLE = Console(lambda service: Anything(), Empty())


@given(LINES)
@settings(max_examples=400, deadline=None)
def test_no_line_ever_raises(line):
    done = CONSOLE.run(line)
    assert done.code in (0, 1, 127, 252, 254, 255)
    assert done.code in (0, 1) or done.err


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
@settings(max_examples=200, deadline=None)
def test_quoted_words_come_back_whole(words):
    assert split(" ".join(shlex.quote(word) for word in words)) == words


@given(st.text(alphabet="aws edit<END\n'\"\\# ", max_size=60))
@settings(max_examples=200, deadline=None)
def test_a_script_is_read_or_refused_with_a_line(text):
    numbers: list[int] = []
    try:
        numbers = [line.number for line in split_script(text)]
    except ScriptError as problem:
        numbers = [problem.line]
    assert numbers == sorted(set(numbers))
    assert all(1 <= number <= text.count("\n") + 1 for number in numbers)


@given(st.dictionaries(NAMES, VALUES, min_size=1, max_size=4))
@settings(max_examples=150, deadline=None)
def test_what_is_written_in_shorthand_is_read_again(value):
    text = ",".join(f"{key}={written(item)}" for key, item in value.items())
    assert parse(text) == value


@given(st.dictionaries(NAMES, st.lists(TEXTS.filter(bool), min_size=2, max_size=4), min_size=1, max_size=3))
@settings(max_examples=150, deadline=None)
def test_a_list_may_be_written_without_brackets(value):
    text = ",".join(f"{key}={','.join(map(quoted, items))}" for key, items in value.items())
    assert parse(text) == value


@given(st.text(alphabet="ab=,[]{}'\"\\ @\n", max_size=30))
@settings(max_examples=300, deadline=None)
def test_any_text_is_shorthand_or_refused_in_words(text):
    shown = ""
    try:
        shown = json.dumps(parse(text))
    except ShorthandError as problem:
        shown = str(problem)
    assert shown.startswith(("{", "Expected: ", "Second instance of key "))


@given(st.sampled_from(OPERATIONS))
@settings(max_examples=60, deadline=None)
def test_a_skeleton_is_taken_back_as_input(operation):
    calls = []

    class Recorder(Anything):
        def __getattr__(self, name: str) -> Any:
            return lambda **params: calls.append(params) or {}

    console = Console(lambda service: Recorder(), Empty())
    name, word = operation
    skeleton = console.run(f"aws {name} {word} --generate-cli-skeleton").out
    done = console.run(["aws", name, word, "--no-paginate", "--cli-input-json", skeleton])
    assert (done.code, done.err) == (0, "")
    # Binary values have no text in a skeleton, so it goes to AWS as it is.
    assert calls == [json.loads(skeleton)]
    assert console.run(f"aws {name} {word} --generate-cli-skeleton yaml-input").code == 0
