"""Whatever bytes a course's files hold, the answer is content or a ContentError."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tutor.course import Cache, ContentError, load_course

FIXTURES = Path(__file__).parent / "fixtures"
LESSON = "lessons/05-invocation/async-retries"
FILES = [
    f"{LESSON}/lesson.md",
    f"{LESSON}/labs/three-tries.yaml",
    "quizzes/L5.3.yaml",
    "lessons/course.yaml",
    "lessons/shared/misconceptions.yaml",
    f"{LESSON}/wrong/three-tries-nothing.try",
]
PIECES = [
    *(b"---", b":::", b":::try\n", b"{", b"}", b"[", b"]", b": ", b"- ", b"? ", b"%", b"@", b"#", b"|", b">"),
    *(b"\n", b"\t", b"\x00", b"\xff", b"\xe2\x80\xae", b"*x", b"&x", b"!!x ", b'"', b"'"),
    *(b"```\n", b"{fact:x}", b"1e9999", b"9" * 400, b"<<END"),
]

EDITS = st.lists(
    st.tuples(
        st.sampled_from(["cut", "put", "double", "swap"]),
        st.integers(0, 10_000),
        st.integers(1, 60),
        st.sampled_from(PIECES) | st.binary(max_size=6),
    ),
    min_size=1,
    max_size=4,
)


def mangled(data: bytes, edits: list[tuple[str, int, int, bytes]]) -> bytes:
    for how, where, length, piece in edits:
        at = where % (len(data) + 1)
        end = min(at + length, len(data))
        if how == "cut":
            data = data[:at] + data[end:]
        elif how == "put":
            data = data[:at] + piece + data[at:]
        elif how == "double":
            data = data[:end] + data[at:end] + data[end:]
        else:
            data = data[:at] + piece + data[end:]
    return data


@pytest.fixture(scope="module")
def content(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("mangled") / "content"
    shutil.copytree(FIXTURES, target)
    return target


def read(content: Path) -> None:
    try:
        course = load_course(content / "lessons", fact_text=str.upper, cache=Cache(None))
        problems = course.check()
    except ContentError as error:
        problems = error.problems
    for problem in problems:
        text = str(problem)
        assert text.startswith(f"{problem.file}:")
        assert "\n" not in text
        assert text.isprintable()


@pytest.mark.slow
@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(file=st.sampled_from(FILES), edits=EDITS)
def test_mangled_files_are_told_of(content, file, edits):
    path = content / file
    path.write_bytes(mangled((FIXTURES / file).read_bytes(), edits))
    try:
        read(content)
    finally:
        path.write_bytes((FIXTURES / file).read_bytes())


@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(file=st.sampled_from(FILES), data=st.binary(max_size=200))
def test_arbitrary_bytes_are_told_of(content, file, data):
    path = content / file
    path.write_bytes(data)
    try:
        read(content)
    finally:
        path.write_bytes((FIXTURES / file).read_bytes())


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(body=st.text(alphabet=':-`~|>#*_[]() \nabc="<!{}1.', max_size=300))
def test_any_page_is_a_page_or_told_of(content, body):
    path = content / FILES[0]
    head = (FIXTURES / FILES[0]).read_text().split("\n---\n")[0]
    path.write_text(head + "\n---\n" + body)
    try:
        read(content)
    finally:
        path.write_bytes((FIXTURES / FILES[0]).read_bytes())
