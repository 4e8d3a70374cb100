"""`lambda-tutor course ...` as an author types it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.tutor.authoring.conftest import LAB, PAGE, SOLUTION, Pack
from tutor.cli import main

ROOT = Path(__file__).parents[3]


def course(*words: str | Path) -> int:
    return main([str(word) for word in words])


def test_from_nothing_to_a_checked_course(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "mine"
    assert course("course", "new", "pack", folder) == 0
    told = capsys.readouterr().out
    assert f"Made {folder / 'course.yaml'}" in told
    assert f"Check it: lambda-tutor --course {folder} course check" in told
    assert course("--course", folder, "course", "check", "--jobs", "1", "--seeds", "2") == 0
    told = capsys.readouterr().out
    assert "✓ PASS  lab slow-greeting  In time for the guests  (" in told
    assert told.splitlines()[-1].startswith("✓ PASS  7 units checked, 0 unchanged, 0 errors, 0 warnings, ")


def test_the_folder_that_one_is_in_is_the_course(
    pack: Pack, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(pack.folder)
    assert course("course", "check", "L1.1", "--jobs", "1") == 0
    assert "lesson L1.1" in capsys.readouterr().out


def test_without_a_course_it_says_how_to_choose_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert course("course", "check") == 2
    told = capsys.readouterr().err
    assert "There is no course.yaml in" in told
    assert "--course FOLDER" in told


def test_a_failed_check_tells_where_what_and_what_to_do(
    pack: Pack, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    pack.edit(SOLUTION, "--timeout 5", "--timeout 2")
    assert course("course", "check", "slow-greeting", "--course", pack.folder, "--jobs", "1") == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("✗ FAIL  lab slow-greeting")
    assert lines[1] == f"    ✗ error {pack.label(SOLUTION)}"
    assert lines[2].startswith("        found: `answers` NOT YET (")
    assert all(len(line) <= 80 for line in lines)
    assert lines[-1].startswith("✗ FAIL  1 unit checked, 0 unchanged, 1 error, 0 warnings, ")


def test_json_for_a_build(pack: Pack, capsys: pytest.CaptureFixture[str]) -> None:
    pack.edit(LAB, "budget: {api_calls: 2}", "budget: {api_calls: 1}")
    assert course("course", "check", "slow-greeting", "--course", pack.folder, "--jobs", "1", "--json") == 0
    report = json.loads(capsys.readouterr().out)
    assert (report["course"], report["status"]) == ("my-pack", "pass")
    assert (report["errors"], report["warnings"]) == (0, 2)
    (unit,) = report["units"]
    assert (unit["kind"], unit["id"], unit["lesson"], unit["status"]) == (
        "lab",
        "slow-greeting",
        "L1.1",
        "pass",
    )
    problem = unit["problems"][0]
    assert (problem["level"], problem["file"], problem["line"]) == (
        "warning", pack.label(LAB), pack.line(LAB, "budget:"),
    )  # fmt: skip


def test_what_is_not_there_is_named_with_what_is(pack: Pack, capsys: pytest.CaptureFixture[str]) -> None:
    assert course("course", "check", "slow-greetin", "--course", pack.folder) == 2
    assert "Did you mean `slow-greeting`?" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["chekc"], "Did you mean check?"),
        (["new", "lessson"], "Did you mean lesson?"),
        (["check", "--seeds", "many"], "a number from 1 to 1000 is wanted, not many"),
        (["new", "lesson", "a/b"], "--id"),
    ],
)
def test_a_wrong_word_is_told_in_words(
    words: list[str], says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        course("course", *words)
    assert ended.value.code == 2
    assert says in capsys.readouterr().err


def run(
    *words: str | Path, given: str = "", cwd: Path = ROOT, **environ: str
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "tutor", *map(str, words)],
        input=given,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT), **environ},
    )


def test_several_processes_come_to_the_same(pack: Pack) -> None:
    pack.edit(SOLUTION, "--timeout 5", "--timeout 2")
    done = run("--course", pack.folder, "course", "check", "L1.1", "--jobs", "2", "--json", "--seeds", "2")
    assert done.returncode == 1, done.stderr
    report = json.loads(done.stdout)
    here = pack.check("L1.1", seeds=2)
    assert [unit["id"] for unit in report["units"]] == [verdict.unit.id for verdict in here.verdicts]
    assert [
        (each["level"], each["file"], each["line"], each["found"])
        for unit in report["units"]
        for each in unit["problems"]
    ] == [
        (each.level, each.problem.file, each.problem.line, each.problem.found)
        for verdict in here.verdicts
        for each in verdict.findings
    ]


def test_a_preview_opens_the_lesson_and_remembers_nothing(pack: Pack, tmp_path: Path) -> None:
    state = tmp_path / "state"
    done = run(
        "course", "preview", "L1.1", "--plain", "--course", pack.folder,
        given="lab\nquit\n", LAMBDA_TUTOR_HOME=str(state),
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "A greeting that takes too long" in done.stdout
    assert not state.exists()
    again = run("course", "preview", "--plain", "--course", pack.folder, given="quit\n")
    assert "A greeting that takes too long" in again.stdout


def test_a_preview_of_broken_content_is_a_list(pack: Pack) -> None:
    pack.edit(PAGE, "minutes: 15", "minuets: 15")
    done = run("course", "preview", "--plain", "--course", pack.folder)
    assert done.returncode == 2
    assert f"{pack.label(PAGE)}:{pack.line(PAGE, 'minuets')}: found" in done.stderr
    assert "Did you mean `minutes`?" in done.stderr
    assert "Traceback" not in done.stderr


IMPORTED = """
import sys
from tutor.cli import main
try:
    main(sys.argv[1:])
except SystemExit:
    pass
print([name for name in sys.modules if name.startswith("tutor.authoring")])
"""


@pytest.mark.parametrize("words", [["--version"], ["--plain"]])
def test_who_only_learns_does_not_import_the_tools_of_authors(words: list[str], tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", IMPORTED, *words],
        input="quit\n",
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
        env={**os.environ, "PYTHONPATH": str(ROOT), "LAMBDA_TUTOR_HOME": str(tmp_path / "state")},
    )
    assert done.stdout.splitlines()[-1] == "[]"


def test_schemas_for_an_editor(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert course("course", "schema", "lab") == 0
    lab = json.loads(capsys.readouterr().out)
    assert "already" in json.dumps(lab)
    assert course("course", "schema") == 0
    assert json.loads(capsys.readouterr().out)["lab"] == lab
    assert course("course", "schema", "--out", tmp_path / "schemas") == 0
    assert f"Made {tmp_path / 'schemas' / 'lab.schema.json'}" in capsys.readouterr().out
    assert json.loads((tmp_path / "schemas" / "lab.schema.json").read_text(encoding="utf-8")) == lab
    assert course("course", "schema", "labs") == 2
    assert "Did you mean `lab`?" in capsys.readouterr().err


def test_a_preview_of_no_lesson_names_one_that_there_is(
    pack: Pack, capsys: pytest.CaptureFixture[str]
) -> None:
    assert course("course", "preview", "L1.11", "--course", pack.folder) == 2
    assert "Did you mean `L1.1`?" in capsys.readouterr().err


@pytest.mark.parametrize("words", [["course", "schema"], ["course", "schema", "lab"], ["doctor"]])
@pytest.mark.parametrize("errors_too", [False, True])
def test_a_reader_who_leaves_early_is_no_mistake_of_ours(
    tmp_path: Path, words: list[str], *, errors_too: bool
) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    state = tmp_path / "state"
    done = subprocess.run(
        [sys.executable, "-m", "tutor", "--state", str(state), *words],
        stdout=writing, stderr=writing if errors_too else subprocess.PIPE, cwd=ROOT,
        check=False,
    )  # fmt: skip
    os.close(writing)
    assert done.returncode == 141
    assert not done.stderr
    assert not list(tmp_path.rglob("*crash*"))


def test_a_pipe_that_breaks_elsewhere_is_a_mistake_of_ours(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def broken(_options: object) -> int:
        raise BrokenPipeError

    monkeypatch.setattr("tutor.cli._run", broken)
    assert main(["--state", str(tmp_path), "course", "schema"]) == 70
    assert "Lambda Tutor broke." in capfd.readouterr().err
