"""Compiled content is kept, and a cache that is no good is as if it were not there."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tutor.course import Cache, ContentError, Course, load_course
from tutor.course import compile as compiler

FACTS = {
    "async.max_event_age": "6 hours",
    "async.retries": "2",
    "async.retry_delays": "x",
    "metrics.invocations": "y",
}


@pytest.fixture
def store(tmp_path) -> Path:
    return tmp_path / "cache"


@pytest.fixture
def counted(monkeypatch) -> list[str]:
    """The compilations that were made, by name."""
    made: list[str] = []

    def counting(name):
        original = getattr(compiler, name)

        def call(*args):
            made.append(name)
            return original(*args)

        return call

    for name in ("compile_outline", "compile_lesson", "compile_shared"):
        monkeypatch.setattr(compiler, name, counting(name))
    return made


def open_it(folder: Path, store: Path, facts: dict[str, str] | None = None) -> Course:
    return load_course(folder / "lessons", fact_text=(facts or FACTS).__getitem__, cache=Cache(store))


def test_the_second_time_nothing_is_compiled_and_all_is_the_same(folder, store, counted):
    first = open_it(folder, store)
    lesson, shared = first.lesson("L5.3"), first.shared()
    assert sorted(counted) == ["compile_lesson", "compile_outline", "compile_shared"]
    counted.clear()
    second = open_it(folder, store)
    assert second.outline() == first.outline()
    assert second.lesson("L5.3") == lesson
    assert second.shared() == shared
    assert counted == []


@pytest.mark.parametrize(
    "file",
    [
        "lessons/05-invocation/async-retries/lesson.md",
        "lessons/05-invocation/async-retries/labs/three-tries.yaml",
        "lessons/05-invocation/async-retries/wrong/three-tries-nothing.try",
        "lessons/05-invocation/async-retries/code/flaky/app.py",
        "quizzes/L5.3.yaml",
        "lessons/shared/misconceptions.yaml",
    ],
)
def test_a_change_of_any_file_of_a_lesson_compiles_it_again(file, folder, store, counted):
    open_it(folder, store).lesson("L5.3")
    counted.clear()
    with (folder / file).open("a") as opened:
        opened.write("\n")
    open_it(folder, store).lesson("L5.3")
    assert "compile_lesson" in counted


def test_facts_are_never_older_than_the_caller_says(folder, store, counted):
    open_it(folder, store).lesson("L5.3")
    changed = open_it(folder, store, {**FACTS, "async.max_event_age": "nine hours"}).lesson("L5.3")
    assert "may wait up to nine hours" in changed.blocks[1].children[1].text
    assert counted.count("compile_lesson") == 1


@pytest.mark.parametrize(
    "damage",
    [b"", b"{", b"\xff\xfe", b"[]", b'{"key": 1, "value": 2}', b"[" * 100_000, None],
    ids=["empty", "cut", "no text", "a list", "wrong types", "deep", "foreign value"],
)
def test_a_damaged_cache_is_made_again(damage, folder, store, counted):
    whole = open_it(folder, store).lesson("L5.3")
    for file in store.iterdir():
        if damage is None:
            envelope = json.loads(file.read_text())
            file.write_text(json.dumps({**envelope, "value": {"lesson": 1}}))
        else:
            file.write_bytes(damage)
    counted.clear()
    assert open_it(folder, store).lesson("L5.3") == whole
    assert sorted(counted) == ["compile_lesson", "compile_outline"]


def test_a_cache_that_cannot_be_written_is_done_without(folder, tmp_path):
    blocked = tmp_path / "file"
    blocked.write_text("not a folder")
    assert open_it(folder, blocked / "cache").lesson("L5.3").title == "Async retries, slowly"
    assert blocked.read_text() == "not a folder"


def test_a_full_disk_leaves_no_scraps(folder, store, monkeypatch):
    def full(self, target):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    assert open_it(folder, store).lesson("L5.3").title == "Async retries, slowly"
    assert list(store.iterdir()) == []


def test_content_that_is_wrong_is_not_kept(folder, store, counted):
    path = folder / "quizzes" / "L5.3.yaml"
    good = path.read_text()
    path.write_text(good.replace("type: number", "type: fix"))
    for _ in range(2):
        assert len(open_it(folder, store).check()) == 1
    assert counted.count("compile_lesson") == 2
    path.write_text(good)
    assert open_it(folder, store).check() == ()


PROGRAM = """
import sys
from pathlib import Path
from tutor.course import Cache, load_course
text = None if sys.argv[3] == "packaged" else str.upper
course = load_course(Path(sys.argv[1]), fact_text=text, cache=Cache(Path(sys.argv[2])))
course.outline()
print(len(course.lesson("L5.3").blocks))
print(sorted({"yaml", "markdown_it", "sandbox", "botocore", "textual"} & set(sys.modules)))
"""


@pytest.mark.parametrize("facts", ["given", "packaged"])
def test_a_start_with_a_cache_imports_neither_yaml_nor_markdown(facts, folder, store):
    def start() -> list[str]:
        command = [sys.executable, "-c", PROGRAM, str(folder / "lessons"), str(store), facts]
        root = Path(__file__).parents[3]
        return subprocess.run(
            command, capture_output=True, text=True, check=True, cwd=root
        ).stdout.splitlines()

    cold, warm = start(), start()
    assert cold[0] == warm[0]
    assert "'markdown_it'" in cold[1]
    assert "'yaml'" in cold[1]
    assert warm[1] == "[]"


@pytest.mark.parametrize("name", ["misconceptions", "glossary", "errors"])
def test_a_change_of_a_shared_file_compiles_it_again(name, folder, store, counted):
    open_it(folder, store).shared()
    counted.clear()
    text = {"misconceptions": "", "glossary": "event: {text: x}\n", "errors": "[]\n"}[name]
    with (folder / "lessons" / "shared" / f"{name}.yaml").open("a") as opened:
        opened.write(text + "# more\n")
    assert (open_it(folder, store).term("event") is not None) == (name == "glossary")
    assert counted == ["compile_shared"]


def test_a_file_that_comes_or_goes_compiles_a_lesson_again(folder, store, counted):
    lesson = folder / "lessons" / "05-invocation" / "async-retries"
    open_it(folder, store).lesson("L5.3")
    for change in (
        lambda: (lesson / "code" / "flaky" / "more.py").write_text("x = 1\n"),
        lambda: (lesson / "wrong" / "three-tries-more.try").write_text("# refused by: captured\nclock\n"),
        (lesson / "code" / "flaky" / "more.py").unlink,
        lambda: (folder / "quizzes" / "L5.3.yaml").rename(folder / "kept.yaml"),
    ):
        counted.clear()
        change()
        try:
            open_it(folder, store).lesson("L5.3")
        except ContentError:
            assert not (folder / "quizzes" / "L5.3.yaml").exists()
        assert "compile_lesson" in counted


def test_facts_are_put_into_words_as_they_are(folder, store):
    odd = 'six "hours" \\ \u00e9\n{fact:async.retries}'
    lesson = open_it(folder, store, {**FACTS, "async.max_event_age": odd}).lesson("L5.3")
    assert f"may wait up to {odd} and" in lesson.blocks[1].children[1].text
