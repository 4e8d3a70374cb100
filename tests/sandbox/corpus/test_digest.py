"""What digests see and what they leave out, and how the manifest's expectations are read."""

from __future__ import annotations

import msgspec
import pytest

from sandbox.trace import InvocationEnded, LineLogged
from tests.sandbox.corpus.digest import bare, digest
from tests.sandbox.corpus.play import matches

ENDED = InvocationEnded(
    2, 1_000, 1, "arn", "r", "Event", 1, "e", "success", 500, 0, 1, 128, 40, "", b'{"n": 1}'
)
LINE = LineLogged(1, 900, 0, "arn", "group", "stream", "r", "hello")


def test_memory_is_left_out_and_everything_else_counts():
    first = digest([LINE, ENDED])
    assert digest([LINE, msgspec.structs.replace(ENDED, memory_used=77)]) == first
    for field, value in {"payload": b'{"n": 2}', "cause": 0, "outcome": "error", "request_id": "s"}.items():
        other = digest([LINE, msgspec.structs.replace(ENDED, **{field: value})])
        assert (other.what == first.what, other.when == first.when) == (False, True), field
    for field in ("time", "duration", "init", "billed"):
        other = digest([LINE, msgspec.structs.replace(ENDED, **{field: 7})])
        assert (other.what == first.what, other.when == first.when) == (True, False), field
    assert digest([ENDED]).events == 1


def test_frames_of_pythons_library_are_left_out_and_those_of_the_code_stay():
    text = (
        "[ERROR] x\nTraceback (most recent call last):\n"
        '  File "/var/task/app.py", line 3, in handler\n    return json.loads(text)\n           ^^^^^^\n'
        '  File "/var/lang/lib/python3.11/json/__init__.py", line 346, in loads\n    return decode(s)\n'
        '  File "/var/task/app.py", line 9, in <listcomp>\n    return [f(x) for x in y]\n'
        '  File "<frozen importlib._bootstrap>", line 1204, in _gcd_import\n'
        "json.decoder.JSONDecodeError: no"
    )
    assert bare(text) == (
        "[ERROR] x\nTraceback (most recent call last):\n"
        '  File "/var/task/app.py", line 3, in handler\n    return json.loads(text)\n'
        "json.decoder.JSONDecodeError: no"
    )
    frames = b'"  File \\"/var/lang/lib/python%s/a.py\\", line 1, in f\\n    x\\n", "  File \\"a\\""'
    error = b'{"stackTrace": [' + frames + b"]}"
    old, new = (digest([msgspec.structs.replace(ENDED, payload=error % v)]) for v in (b"3.11", b"3.13"))
    assert old == new != digest([msgspec.structs.replace(ENDED, payload=b'{"stackTrace": []}')])


@pytest.mark.parametrize(
    ("found", "expected", "fits"),
    [
        ({"a": 1, "b": 2}, {"a": 1}, True),
        ({"a": 1}, {"a": 1, "b": 2}, False),
        ([1, 2], [1, 2], True),
        ([1, 2], [1], False),
        (1, True, False),
        (1, 1.0, False),
        ("abc", "~a.c", True),
        ("abcd", "~a.c", False),
        ([1, {"x": 2}], ["~\\d", "~.*2.*"], True),
        (None, None, True),
    ],
)
def test_what_fits_an_expectation(found, expected, fits):
    assert matches(found, expected) is fits
