from __future__ import annotations

import importlib.metadata
import os
import tomllib
from collections import namedtuple
from pathlib import Path

import pytest

from sandbox.runtime import JailReport, Layer
from tutor import doctor
from tutor.progress import Store

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def machine(state: Path, course: Path | None = None, **environ: str) -> doctor.Machine:
    return doctor.Machine(course, state, environ)


def found(findings: object) -> list[tuple[str, str]]:
    return [(finding.label, finding.verdict) for finding in findings]  # type: ignore[attr-defined]


def test_the_versions_of_python_are_those_of_the_project() -> None:
    low, high = ("{}.{}".format(*version) for version in doctor.PYTHONS)
    assert PROJECT["requires-python"].startswith(f">={low},")
    assert f"Programming Language :: Python :: {high}" in PROJECT["classifiers"]


def test_the_packages_are_those_of_the_project(monkeypatch: pytest.MonkeyPatch) -> None:
    def not_installed(name: str) -> list[str]:
        raise importlib.metadata.PackageNotFoundError(name)

    monkeypatch.setattr("importlib.metadata.requires", not_installed)
    needed = dict(doctor.requirements())
    assert len(needed) == len(PROJECT["dependencies"])
    assert f"textual=={needed['textual']}" in PROJECT["dependencies"]
    assert needed["pyyaml"] == ""


def test_the_packages_of_an_installed_program_are_read_from_it(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = ["textual==8.2.8", "markdown-it-py (<5,>=4)", 'pytest>=9; extra == "test"']
    monkeypatch.setattr("importlib.metadata.requires", lambda _name: rows)
    assert doctor.requirements() == [("textual", "8.2.8"), ("markdown-it-py", "")]


def test_every_line_is_label_verdict_and_text(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    doctor.run(ROOT / "lessons", tmp_path / "state")
    lines = capsys.readouterr().out.splitlines()
    for line in lines:
        label, _colon, rest = line.partition(": ")
        assert label
        assert rest.split(",")[0] in {"OK", "WARN", "FAIL"}, line
    labels = [line.partition(":")[0] for line in lines]
    for label in (
        "Python",
        "Platform",
        "Terminal",
        "Colours",
        "Letters",
        "Data folder",
        "Free space",
        "SQLite",
    ):
        assert label in labels
    for label in ("Package textual", "Isolation", "Workers", "Course", "Result"):
        assert label in labels


def test_looking_leaves_nothing_behind(tmp_path: Path) -> None:
    list(doctor._data_folder(machine(tmp_path / "a" / "state")))
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_written_to_fails(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x", encoding="utf-8")
    assert found(doctor._data_folder(machine(tmp_path / "file" / "state"))) == [("Data folder", "FAIL")]


def test_a_damaged_state_fails_and_one_in_use_warns(tmp_path: Path) -> None:
    store = Store.open(tmp_path / "used")
    assert found(doctor._data_folder(machine(tmp_path / "used"))) == [("Data folder", "WARN")]
    store.close()
    assert found(doctor._data_folder(machine(tmp_path / "used")))[0] == ("Data folder", "OK")
    (tmp_path / "used" / "progress.sqlite3").write_bytes(b"nonsense" * 1000)
    assert found(doctor._data_folder(machine(tmp_path / "used"))) == [("Data folder", "FAIL")]


def test_little_space_warns(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr("shutil.disk_usage", lambda _path: usage(10**9, 10**9, 3 * 1024 * 1024))
    assert found(doctor._data_folder(machine(tmp_path)))[1] == ("Free space", "WARN")


def test_a_missing_package_fails_and_another_textual_warns(monkeypatch: pytest.MonkeyPatch) -> None:
    versions = dict.fromkeys((name for name, _ in doctor.requirements()), "1.0") | {"tree-sitter": "0.26.1"}
    del versions["botocore"]

    def version(name: str) -> str:
        if name not in versions:
            raise importlib.metadata.PackageNotFoundError(name)
        return versions[name]

    monkeypatch.setattr("importlib.metadata.version", version)
    lines = dict(found(doctor._packages(machine(Path("/")))))
    assert lines["Package botocore"] == "FAIL"
    assert lines["Package textual"] == "WARN"
    assert lines["Package rich"] == "OK"
    assert lines["Package tree-sitter"] == "WARN"
    assert "Package tutor" not in lines


@pytest.mark.parametrize(("size", "verdict"), [((80, 24), "OK"), ((200, 20), "WARN"), ((40, 60), "WARN")])
def test_a_small_terminal_warns(size: tuple[int, int], verdict: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patched:  # the test run asks for the size of its terminal too
        patched.setattr("sys.stdout.isatty", lambda: True, raising=False)
        patched.setattr("shutil.get_terminal_size", lambda: os.terminal_size(size))
        seen = found(doctor._terminal(machine(Path("/"))))
    assert seen == [("Terminal", verdict)]


def test_a_course_with_problems_fails_and_tells_all_of_them(tmp_path: Path) -> None:
    (tmp_path / "course.yaml").write_text("idd: x\n", encoding="utf-8")
    lines = list(doctor._course(machine(tmp_path, tmp_path)))
    assert lines[0].verdict == "FAIL"
    assert any("course.yaml:1" in line.text for line in lines[1:])


def test_an_examination_that_breaks_is_a_line_and_the_others_go_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(_machine: doctor.Machine) -> object:
        raise RuntimeError("no such thing")

    monkeypatch.setattr(doctor, "_EXAMINATIONS", (("Isolation", broken), ("Python", doctor._python)))
    assert doctor.run(None, tmp_path) == 1
    assert capsys.readouterr().out.splitlines()[0] == "Isolation: FAIL, RuntimeError: no such thing"
    monkeypatch.setattr(doctor, "_EXAMINATIONS", (("Python", doctor._python),))
    assert doctor.run(None, tmp_path) == 0


def test_no_color_is_said(tmp_path: Path) -> None:
    [finding] = doctor._colours(machine(tmp_path, TERM="xterm", NO_COLOR="1"))
    assert "NO_COLOR" in finding.text


@pytest.mark.parametrize(
    ("report", "expected"),
    [
        (
            JailReport(
                "partial", (Layer("rlimits", True, "memory"), Layer("landlock", False, "no kernel support"))
            ),
            [
                ("Workers", "OK"),
                ("Isolation", "WARN"),
                ("Isolation layer rlimits", "OK"),
                ("Isolation layer landlock", "WARN"),
            ],
        ),
        (
            JailReport(
                "strict",
                (Layer("rlimits", True, "memory"), Layer("namespaces", False, "not given", optional=True)),
            ),
            [
                ("Workers", "OK"),
                ("Isolation", "OK"),
                ("Isolation layer rlimits", "OK"),
                ("Isolation layer namespaces", "OK"),
            ],
        ),
        (
            JailReport("none", (Layer("processes", False, "no child"),)),
            [("Workers", "FAIL"), ("Isolation", "WARN"), ("Isolation layer processes", "WARN")],
        ),
    ],
)
def test_what_the_jail_is_worth_is_said_layer_by_layer(
    report: JailReport, expected: list[tuple[str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sandbox.runtime.jail_report", lambda: report)
    assert found(doctor._isolation(machine(Path("/")))) == expected


@pytest.mark.parametrize(
    ("ok", "said"),
    [
        (True, "nothing outside can be seen"),
        (False, "not used, and not needed: nothing outside can be seen"),
    ],
)
def test_an_optional_layer_is_told_in_one_sentence(
    ok: bool, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    layer = Layer("namespaces", ok, "nothing outside can be seen", optional=True)
    monkeypatch.setattr("sandbox.runtime.jail_report", lambda: JailReport("strict", (layer,)))
    *_others, last = doctor._isolation(machine(Path("/")))
    assert (last.verdict, last.text) == ("OK", said)
