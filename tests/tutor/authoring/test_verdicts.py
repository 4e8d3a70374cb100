"""Verdicts are kept as long as what they rest on is the same, and not a moment longer."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.tutor.authoring.conftest import CODE, LAB, PAGE, QUIZ, WRONG, Pack
from tutor.authoring import verdicts
from tutor.course import Cache

ROOT = Path(__file__).parents[3]


@pytest.fixture
def kept(tmp_path: Path) -> Cache:
    return Cache(tmp_path / "verdicts")


def cached(pack: Pack, kept: Cache) -> list[str]:
    return [verdict.unit.id for verdict in pack.check(kept=kept, seeds=2).verdicts if verdict.cached]


ALL = ["L1.1", "slow-greeting", "Q1.1-01", "Q1.1-02", "Q1.1-03"]


def test_what_did_not_change_is_not_run_again(pack: Pack, kept: Cache) -> None:
    first = pack.check(kept=kept, seeds=2)
    assert cached(pack, kept) == ALL
    second = pack.check(kept=kept, seeds=2)
    assert [verdict.findings for verdict in second.verdicts] == [each.findings for each in first.verdicts]


@pytest.mark.parametrize(
    ("name", "still"),
    [
        (PAGE, ["slow-greeting", "Q1.1-01", "Q1.1-02", "Q1.1-03"]),
        (WRONG, ["L1.1", "Q1.1-01", "Q1.1-02", "Q1.1-03"]),
        (CODE, []),
        (LAB, []),
        ("course.yaml", ALL),
    ],
)
def test_an_edit_makes_what_rests_on_it_run_again(
    pack: Pack, kept: Cache, name: str, still: list[str]
) -> None:
    pack.check(kept=kept, seeds=2)
    with pack.path(name).open("a", encoding="utf-8") as file:
        file.write("\n# Something else.\n")
    assert cached(pack, kept) == still


def test_a_question_alone_runs_again(pack: Pack, kept: Cache) -> None:
    pack.check(kept=kept, seeds=2)
    pack.edit(QUIZ, "Each call that waits", "A call that waits")
    assert cached(pack, kept) == [name for name in ALL if name != "Q1.1-02"]


def test_more_learners_are_more_work(pack: Pack, kept: Cache) -> None:
    pack.check(kept=kept, seeds=3)
    assert cached(pack, kept) == ["L1.1", "slow-greeting"]


def test_another_engine_forgets_everything(pack: Pack, kept: Cache, monkeypatch: pytest.MonkeyPatch) -> None:
    pack.check(kept=kept, seeds=2)
    monkeypatch.setattr(verdicts, "engine", lambda: "another one")
    assert cached(pack, kept) == []


def test_the_engine_is_its_sources_and_facts(monkeypatch: pytest.MonkeyPatch) -> None:
    before = verdicts.engine()
    monkeypatch.setattr(verdicts, "BELIEVED", ("sandbox/facts",))
    verdicts.engine.cache_clear()
    try:
        assert verdicts.engine() != before
    finally:
        verdicts.engine.cache_clear()


@pytest.mark.parametrize(
    ("name", "decides"),
    [
        ("sandbox/facts/facts.yaml", True),
        ("sandbox/console/command.py", True),
        ("sandbox/console/resources.py", True),
        ("sandbox/services/sqs/api.py", True),
        ("tutor/authoring/hints.py", True),
        ("tutor/practice/checking/looks.py", True),
        ("sandbox/console/help.py", False),
        ("sandbox/console/complete.py", False),
        ("sandbox/endpoint/app.py", False),
        ("tutor/authoring/telling.py", False),
        ("tutor/tui/app.py", False),
        ("sandbox/world.pyc", False),
    ],
)
def test_only_sources_that_can_change_a_verdict_count(name: str, decides: bool) -> None:
    assert name.endswith(".pyc") or (ROOT / name).is_file()
    assert verdicts.counts(name) is decides


def test_what_does_not_count_is_there() -> None:
    assert [name for name in verdicts.NO_MATTER if not (ROOT / name).exists()] == []


@pytest.mark.parametrize("damage", [b"", b"{", b"\xff\x00", b'{"key": 1, "value": []}'])
def test_damaged_verdicts_are_no_verdicts(pack: Pack, kept: Cache, damage: bytes) -> None:
    pack.check(kept=kept, seeds=2)
    assert kept.folder is not None
    files = list(kept.folder.iterdir())
    assert len(files) == len(ALL)
    for file in files:
        file.write_bytes(damage)
    assert cached(pack, kept) == []
    assert pack.check(kept=kept, seeds=2).passed


def test_a_failure_is_kept_as_well(pack: Pack, kept: Cache) -> None:
    pack.edit(WRONG, "--memory-size 512", "--timeout 9")
    first = pack.check("slow-greeting", kept=kept)
    again = pack.check("slow-greeting", kept=kept)
    assert not again.passed
    assert again.verdicts[0].cached
    assert again.verdicts[0].findings == first.verdicts[0].findings
