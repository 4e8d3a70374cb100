"""Read-only folders, full disks, files that are not ours, two programs, and a program that is killed."""

from __future__ import annotations

import contextlib
import os
import resource
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from tutor.progress import Store, StoreError
from tutor.progress.store import FILE_NAME

ROOT = Path(__file__).parents[3]

WRITER = """
import sys
from pathlib import Path
from tutor.progress import Store
store = Store.open(Path(sys.argv[1]))
attempt = store.attempt("lab", "x") or store.start_attempt("lab", "x", seed=1, content="", engine="")
number = len(store.rows(attempt.id))
while True:
    store.append_rows(attempt.id, [(number, b"row %d " % number + b"x" * 500)], {str(number): b"b" * 2000})
    print(number, flush=True)
    number += 1
"""


def run(script: str, *args: str, **options: object) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", script, *args],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        **options,  # type: ignore[call-overload]
    )


def test_every_row_that_was_acknowledged_survives_kill_9(tmp_path: Path) -> None:
    seen = -1
    for wanted in (1, 40, 75):
        with run(WRITER, str(tmp_path)) as writer:
            assert writer.stdout is not None
            for line in writer.stdout:
                seen = int(line)
                if seen >= wanted:
                    break
            writer.send_signal(signal.SIGKILL)
            seen = max([seen, *map(int, writer.stdout.read().split())])
        store = Store.open(tmp_path)
        attempt = store.attempt("lab", "x")
        assert attempt is not None
        rows = store.rows(attempt.id)
        assert len(rows) > seen
        assert all(row.startswith(b"row %d " % number) for number, row in enumerate(rows))
        assert set(store.blobs(attempt.id)) == {str(number) for number in range(len(rows))}
        store.close()


def test_a_second_program_is_told_that_the_first_one_is_running(tmp_path: Path) -> None:
    first = Store.open(tmp_path)
    with pytest.raises(StoreError, match="Another Lambda Tutor is running") as caught:
        Store.open(tmp_path)
    assert caught.value.kind == "locked"
    first.note("still", "works")
    first.close()
    second = Store.open(tmp_path)
    assert second.noted("still") == "works"
    second.close()


def test_a_second_process_is_told_too_and_the_first_goes_on(tmp_path: Path) -> None:
    with run(WRITER, str(tmp_path)) as writer:
        assert writer.stdout is not None
        assert writer.stdout.readline() == "0\n"
        with pytest.raises(StoreError, match="--state"):
            Store.open(tmp_path)
        following = [int(writer.stdout.readline()) for _ in range(3)]
        writer.kill()
    assert following == [1, 2, 3]


@pytest.mark.parametrize(
    "content", [b"hello, I am a text file\n" * 200, b"SQLite format 3\x00" + b"\xff" * 5000]
)
def test_a_file_that_is_no_database_is_left_as_it_is(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / FILE_NAME
    file.write_bytes(content)
    with pytest.raises(StoreError, match="is not a progress file") as caught:
        Store.open(tmp_path)
    assert caught.value.kind == "damaged"
    assert str(file) in caught.value.message
    assert file.read_bytes() == content


def test_the_database_of_another_program_is_left_as_it_is(tmp_path: Path) -> None:
    other = sqlite3.connect(tmp_path / FILE_NAME)
    other.execute("CREATE TABLE theirs (x)")
    other.commit()
    other.close()
    before = (tmp_path / FILE_NAME).read_bytes()
    with pytest.raises(StoreError, match="is not a progress file"):
        Store.open(tmp_path)
    assert (tmp_path / FILE_NAME).read_bytes() == before


def test_a_file_from_a_newer_program_is_left_as_it_is(tmp_path: Path) -> None:
    Store.open(tmp_path).close()
    later = sqlite3.connect(tmp_path / FILE_NAME)
    later.execute("INSERT INTO migration (version, name, applied) VALUES (9, 'later', '2030-01-01')")
    later.commit()
    later.close()
    before = (tmp_path / FILE_NAME).read_bytes()
    with pytest.raises(StoreError, match="newer Lambda Tutor") as caught:
        Store.open(tmp_path)
    assert caught.value.kind == "newer"
    assert "version 9" in caught.value.message
    assert (tmp_path / FILE_NAME).read_bytes() == before


def test_an_older_file_is_migrated_and_keeps_what_it_holds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tutor.progress import schema

    store = Store.open(tmp_path)
    store.note("kept", "yes")
    store.close()
    more = ("later", ("CREATE TABLE later (x TEXT) STRICT", "INSERT INTO later VALUES ('new')"))
    monkeypatch.setattr(schema, "MIGRATIONS", (*schema.MIGRATIONS, more))
    store = Store.open(tmp_path)
    assert store.noted("kept") == "yes"
    store.close()
    looked = sqlite3.connect(tmp_path / FILE_NAME)
    assert looked.execute("SELECT version, name FROM migration ORDER BY version").fetchall()[-1] == (
        len(schema.MIGRATIONS),
        "later",
    )
    assert looked.execute("SELECT x FROM later").fetchall() == [("new",)]
    looked.close()


def test_a_migration_that_fails_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from tutor.progress import schema

    Store.open(tmp_path).close()
    wrong = ("wrong", ("CREATE TABLE later (x TEXT) STRICT", "INSERT INTO nowhere VALUES (1)"))
    with monkeypatch.context() as patch:
        patch.setattr(schema, "MIGRATIONS", (*schema.MIGRATIONS, wrong))
        with pytest.raises(StoreError, match="nowhere"):
            Store.open(tmp_path)
    store = Store.open(tmp_path)
    assert store.summary().attempts == 0
    store.close()


def test_a_folder_below_a_file_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x", encoding="utf-8")
    with pytest.raises(StoreError, match="cannot be written to") as caught:
        Store.open(tmp_path / "file" / "state")
    assert caught.value.kind == "readonly"


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="needs /proc")
def test_a_folder_that_takes_no_files_is_named() -> None:
    with pytest.raises(StoreError, match=r"/proc.*cannot be written to"):
        Store.open(Path("/proc"))


AS_NOBODY = """
import os, sys
from pathlib import Path
from tutor.progress import Store, StoreError
import tutor.progress.store
if os.getuid() == 0:
    os.setgid(65534); os.setuid(65534)
try:
    Store.open(Path(sys.argv[1]))
except StoreError as error:
    print(error.kind, error.message)
"""


@pytest.mark.parametrize("begun", [False, True])
def test_a_read_only_folder_is_named_whether_or_not_it_holds_a_state(tmp_path: Path, begun: bool) -> None:
    folder = tmp_path / "state"
    if begun:
        Store.open(folder).close()
        (folder / FILE_NAME).chmod(0o444)
    else:
        folder.mkdir()
    folder.chmod(0o555)
    for parent in (tmp_path, tmp_path.parent, tmp_path.parent.parent):
        parent.chmod(parent.stat().st_mode | 0o055)
    try:
        with run(AS_NOBODY, str(folder)) as program:
            out, err = program.communicate(timeout=60)
    finally:
        folder.chmod(0o755)
    assert err == ""
    assert out.startswith(f"readonly The folder {folder} cannot be written to")


FILL = """
import sys
from pathlib import Path
from tutor.progress import Store, StoreError
store = Store.open(Path(sys.argv[1]))
attempt = store.start_attempt("lab", "x", seed=1, content="", engine="")
try:
    for number in range(10_000):
        store.append_rows(attempt.id, [(number, b"x" * 3000)], {str(number): b"y" * 3000})
except StoreError as error:
    print(error.kind, number, len(store.rows(attempt.id)), len(store.blobs(attempt.id)))
    print(error.message)
store.close()
"""


def test_a_disk_that_takes_no_more_is_named_and_nothing_is_half_written(tmp_path: Path) -> None:
    limit = 600_000
    with run(
        FILL, str(tmp_path), preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
    ) as program:
        out, err = program.communicate(timeout=60)
    assert err == ""
    words = out.split()
    assert words[0] == "full"
    number = int(words[1])
    assert number > 10
    assert words[2:4] == [str(number), str(number)]
    assert "There is no space left" in out
    store = Store.open(tmp_path)
    attempt = store.attempt("lab", "x")
    assert attempt is not None
    assert len(store.rows(attempt.id)) == number
    store.close()


def _mounted(folder: Path) -> bool:
    if os.getuid() != 0:
        return False
    command = ["mount", "-t", "tmpfs", "-o", "size=512k", "tmpfs", str(folder)]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def _fill(file: Path) -> None:
    with file.open("wb", buffering=0) as ballast, contextlib.suppress(OSError):
        while True:
            ballast.write(b"x" * 4096)


def test_a_full_file_system_is_named_at_the_start_and_later(tmp_path: Path) -> None:
    folder = tmp_path / "small"
    folder.mkdir()
    if not _mounted(folder):
        pytest.skip("needs the right to mount")
    try:
        with run(FILL, str(folder)) as program:
            out, err = program.communicate(timeout=60)
        assert err == ""
        assert out.startswith("full ")
        _fill(folder / "ballast")
        with pytest.raises(StoreError, match="no space left") as caught:
            Store.open(folder / "other")
        assert caught.value.kind == "full"
    finally:
        subprocess.run(["umount", str(folder)], check=True)
