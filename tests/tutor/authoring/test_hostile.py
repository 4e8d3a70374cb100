"""A pack of somebody who means no good: refused with a message, or kept inside of the pretend world."""

from __future__ import annotations

import os
import socket
import time
from pathlib import Path

import pytest

from tests.tutor.authoring.conftest import CODE, LAB, LESSON, PAGE, SOLUTION, Pack

PATIENCE = 60
"""Seconds of a busy machine; what is contained ends in a few."""


def told(pack: Pack, *wanted: str) -> str:
    """All that the check says; it must fail, and soon."""
    begin = time.monotonic()
    report = pack.check(*wanted)
    assert time.monotonic() - begin < PATIENCE
    assert not report.passed
    return "\n".join(str(each.problem) for verdict in report.verdicts for each in verdict.findings)


# -- files -------------------------------------------------------------------------------------------------


def test_a_link_out_of_the_course_is_refused(pack: Pack, tmp_path: Path) -> None:
    (tmp_path / "secret.md").write_text(pack.path(PAGE).read_text(encoding="utf-8"), encoding="utf-8")
    pack.path(PAGE).unlink()
    pack.path(PAGE).symlink_to(tmp_path / "secret.md")
    assert f"{pack.label(PAGE)}: found a link out of the course" in told(pack)


def test_a_link_inside_of_the_course_is_no_matter(pack: Pack) -> None:
    pack.path(f"{LESSON}/code/again").symlink_to("slow-greeting")
    assert pack.check("slow-greeting").passed


@pytest.mark.parametrize("name", ["loop", "01-first/loop", f"{LESSON}/code/loop"])
def test_a_link_that_leads_to_itself_is_told_of(pack: Pack, name: str) -> None:
    pack.path(name).symlink_to("loop")
    assert f"{pack.label(name)}: found a link that leads to itself" in told(pack)


def test_a_stray_folder_is_told_to_be_no_module(pack: Pack) -> None:
    pack.path("drafts/some-page").mkdir(parents=True)
    (problem,) = told(pack).splitlines()
    assert problem.startswith(f"{pack.label('drafts/module.yaml')}: found no such file, expected a file")
    assert "unless its name begins with `_`" in problem
    pack.path("drafts").rename(pack.path("_drafts"))
    assert pack.check("L1.1").passed


def test_a_code_folder_outside_is_refused(pack: Pack, tmp_path: Path) -> None:
    (tmp_path / "code").mkdir()
    (tmp_path / "code" / "app.py").write_text("import os\n", encoding="utf-8")
    pack.edit(LAB, "folder: code/slow-greeting", "folder: ../../../code")
    assert "a folder inside the lesson's folder" in told(pack)


def test_a_module_that_is_a_link_to_another_place_has_no_lessons(pack: Pack, tmp_path: Path) -> None:
    pack.path("01-first").rename(tmp_path / "elsewhere")
    pack.path("01-first").symlink_to(tmp_path / "elsewhere")
    assert "no lesson" in told(pack)


def test_a_huge_file_is_not_read(pack: Pack) -> None:
    with pack.path(LAB).open("ab") as file:
        file.truncate(1 << 33)
    assert "8,589,934,592 bytes, expected at most 262,144 bytes" in told(pack)


def test_a_file_that_never_ends_is_not_read(pack: Pack) -> None:
    pack.path(SOLUTION).unlink()
    os.mkfifo(pack.path(SOLUTION))
    assert "something that is neither file nor folder" in told(pack)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n", "anchor"),
        ("deep: " + "[" * 3_000 + "]" * 3_000 + "\n", "levels"),
        ("evil: !!python/object/apply:os.system [id]\n", "tag"),
        ("a: 1\n---\nb: 2\n", "document"),
    ],
    ids=["bomb", "depth", "tag", "documents"],
)
def test_yaml_that_does_more_than_hold_data_is_refused(pack: Pack, text: str, says: str) -> None:
    pack.path(LAB).write_text(text, encoding="utf-8")
    assert says in told(pack).lower()


# -- console lines -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "line",
    [
        "aws lambda invoke --function-name {names} ../../escaped.json",
        "aws lambda invoke --function-name {names} /tmp/lambda-tutor-escaped.json",
        "aws lambda invoke --function-name {names} --payload file://" + "/etc/passwd out.json",
        "aws lambda invoke --function-name {names} --payload fileb://../../../../etc/passwd out.json",
        "edit ../../escaped.py <<END\nimport os\nEND",
        "edit /tmp/lambda-tutor-escaped.py <<END\nimport os\nEND",
        "show files ../../../../etc/passwd",
    ],
)
def test_console_lines_stay_in_the_learners_folder(pack: Pack, line: str) -> None:
    pack.edit(SOLUTION, "# The way that `solution` shows.", f"{line}\n#")
    found = told(pack, "slow-greeting")
    assert f"{pack.label(SOLUTION)}:1: found" in found
    assert "root:" not in found
    assert not list(Path("/tmp").glob("lambda-tutor-escaped*"))


@pytest.mark.parametrize("line", ["rm -rf /", "python3 -c pass", "! id", "curl http://localhost"])
def test_there_is_no_shell(pack: Pack, line: str) -> None:
    pack.edit(SOLUTION, "# The way that `solution` shows.", f"{line}\n#")
    assert "a command: `aws`" in told(pack)


# -- handlers ----------------------------------------------------------------------------------------------


def test_a_handler_cannot_read_files_of_its_reader(pack: Pack) -> None:
    code = "TEXT = open('/etc/passwd').read()\ndef handler(event, context):\n    raise ValueError(TEXT)\n"
    pack.path(CODE).write_text(code, encoding="utf-8")
    assert "root:" not in told(pack, "slow-greeting")


def test_a_handler_reaches_nobody_when_it_is_imported(pack: Pack) -> None:
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        server.settimeout(0.2)
        port = server.getsockname()[1]
        pack.path(CODE).write_text(
            f"import socket\nsocket.create_connection(('127.0.0.1', {port})).send(b'secret')\n"
            "def handler(event, context):\n    return 1\n",
            encoding="utf-8",
        )
        told(pack, "slow-greeting")
        with pytest.raises(TimeoutError):
            server.accept()


@pytest.mark.parametrize(
    "code",
    [
        "while True:\n    pass\n",
        "def handler(event, context):\n    while True:\n        pass\n",
        "def handler(event, context):\n    return handler(event, context)\n",
        "import os\ndef handler(event, context):\n    os.kill(os.getppid(), 9)\n",
        "def handler(event, context):\n    return 'x' * (1 << 33)\n",
    ],
    ids=["import", "loop", "recursion", "kill", "memory"],
)
def test_a_handler_that_does_not_end_is_ended(pack: Pack, code: str) -> None:
    pack.path(CODE).write_text(code, encoding="utf-8")
    for other in ("solutions/slow-greeting-faster-code.try", "wrong/slow-greeting-more-memory.try"):
        pack.path(f"{LESSON}/{other}").unlink()
    assert f"{pack.label(SOLUTION)}" in told(pack, "slow-greeting")


# -- too much of it ----------------------------------------------------------------------------------------


def test_thousands_of_steps_are_refused(pack: Pack) -> None:
    steps = "    - sqs.create_queue: {QueueName: q}\n" * 5_000
    pack.edit(LAB, "  steps:\n    - iam.create_role", f"  steps:\n{steps}    - iam.create_role")
    assert f"{pack.label(LAB)}:" in told(pack)


def test_thousands_of_console_lines_are_refused(pack: Pack) -> None:
    with pack.path(SOLUTION).open("a", encoding="utf-8") as file:
        file.write("clock advance 1s\n" * 10_000)
    assert f"{pack.label(SOLUTION)}" in told(pack)


def test_thousands_of_lessons_are_no_reason_to_wait(pack: Pack) -> None:
    for number in range(300):
        pack.path(f"01-first/many-{number}").mkdir()
    assert "no such file" in told(pack)
