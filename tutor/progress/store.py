"""The state of a learner in one SQLite file.

Each method that writes is one transaction (or a part of the one that `together` opens) and returns after the
commit. A program that is killed loses nothing that it was told is saved.
"""

from __future__ import annotations

import hashlib
import re
import shutil
import sqlite3
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tutor.progress import errors, schema
from tutor.progress.records import Answer, Attempt, CheckRecord, Summary
from tutor.words import _

FILE_NAME = "progress.sqlite3"
_WAIT_SECONDS = 1.0  # long enough for a program that is just closing to let go of the file
_ATTEMPT = "SELECT id, kind, ref, seed, content, engine, started, ended, state FROM attempt"


def _utc_now() -> datetime:
    return datetime.now(UTC)


class Store:
    """What a learner did. One program at a time; any thread of it.

    Make one with `Store.open`; when that fails, `Store.in_memory` lets the course run without saving.

    Attributes:
        folder: where the state lives, or None when it is only in memory.
        warning: "" or the sentence to show as long as nothing is saved.
        trouble: "" or why the last thing that was to be written could not be.
    """

    def __init__(
        self, connection: sqlite3.Connection, folder: Path | None, warning: str, now: Callable[[], datetime]
    ) -> None:
        self.folder = folder
        self.warning = warning
        self.trouble = ""
        self._connection = connection
        self._now = now
        self._lock = threading.RLock()
        self._depth = 0
        self._temporary: Path | None = None

    @classmethod
    def open(cls, folder: Path, *, now: Callable[[], datetime] = _utc_now) -> Store:
        """Open the state in a folder, or begin it there.

        Args:
            folder: made if it is not there.
            now: what time it is; a test gives its own.

        Raises:
            StoreError: the folder is read-only, the disk full, the file not ours, damaged or from a newer
                program, or another program uses it. Nothing was changed.
        """
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise errors.from_os(error, folder) from None
        file = folder / FILE_NAME
        try:
            connection = sqlite3.connect(
                file, timeout=_WAIT_SECONDS, isolation_level=None, check_same_thread=False
            )
        except sqlite3.Error as error:
            raise errors.from_sqlite(error, file) from None
        store = cls(connection, folder, "", now)
        try:
            store._prepare(file)
        except BaseException:
            connection.close()
            raise
        return store

    @classmethod
    def in_memory(cls, reason: str, *, now: Callable[[], datetime] = _utc_now) -> Store:
        """A store that forgets everything at `close`.

        Args:
            reason: why nothing is saved; goes into `warning`.
            now: what time it is; a test gives its own.
        """
        connection = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
        warning = _("Your progress is not being saved: {reason}").format(reason=reason)
        store = cls(connection, None, warning, now)
        store._prepare(Path(":memory:"))
        return store

    def _prepare(self, file: Path) -> None:
        execute = self._connection.execute
        try:
            # Exclusive: one writer, held by the operating system and so let go of by kill -9 as well; it also
            # makes WAL work without shared memory, on network and container file systems.
            execute("PRAGMA locking_mode = EXCLUSIVE")
            found = schema.version(self._connection)
            if found is None:
                raise errors.damaged(file)
            if found > len(schema.MIGRATIONS):
                raise errors.newer(file, found, len(schema.MIGRATIONS))
            execute("PRAGMA journal_mode = WAL")
            execute("PRAGMA synchronous = FULL")
            execute("PRAGMA foreign_keys = ON")
        except sqlite3.Error as error:
            raise errors.from_sqlite(error, file) from None
        with self.together():
            schema.migrate(self._connection, found, self._stamp())
            # A write at each start finds out at once whether the disk takes any.
            self.note("store.opened", self._stamp())

    def _stamp(self) -> str:
        return self._now().astimezone(UTC).isoformat(timespec="milliseconds")

    def _file(self) -> Path:
        return (self.folder or Path(":memory:")) / FILE_NAME

    @contextmanager
    def together(self) -> Iterator[None]:
        """All that is written inside is saved together or not at all. May be nested.

        Raises:
            StoreError: it could not be written; nothing of it was.
        """
        with self._lock:
            outer = self._depth == 0
            self._depth += 1
            try:
                if outer:
                    self._connection.execute("BEGIN IMMEDIATE")
                yield
                if outer:
                    self._connection.execute("COMMIT")
                    self.trouble = ""
            except (sqlite3.ProgrammingError, sqlite3.IntegrityError):
                raise  # a mistake of the program, not of the disk
            except sqlite3.Error as error:
                problem = errors.from_sqlite(error, self._file())
                self.trouble = problem.message
                raise problem from error
            finally:
                self._depth -= 1
                # Whatever went wrong (Ctrl-C, a COMMIT that found the disk full): back to what was saved.
                if outer and self._connection.in_transaction:
                    self._connection.rollback()

    def _read(self, query: str, *values: object) -> list[Any]:
        with self._lock:
            try:
                return self._connection.execute(query, values).fetchall()
            except (sqlite3.ProgrammingError, sqlite3.IntegrityError):
                raise  # a mistake of the program, not of the disk
            except sqlite3.Error as error:
                raise errors.from_sqlite(error, self._file()) from error

    # Attempts

    def attempt(self, kind: str, ref: str) -> Attempt | None:
        """The open attempt at a lab or quiz, or None.

        Args:
            kind: "lab" or "quiz".
            ref: which one.
        """
        rows = self._read(f"{_ATTEMPT} WHERE kind = ? AND ref = ? AND state = 'open'", kind, ref)
        return Attempt(*rows[0]) if rows else None

    def attempts(self, kind: str, ref: str) -> tuple[Attempt, ...]:
        """All attempts at a lab or quiz that there ever were, the first one first.

        Args:
            kind: "lab" or "quiz".
            ref: which one.
        """
        rows = self._read(f"{_ATTEMPT} WHERE kind = ? AND ref = ? ORDER BY number", kind, ref)
        return tuple(Attempt(*row) for row in rows)

    def start_attempt(self, kind: str, ref: str, *, seed: int, content: str, engine: str) -> Attempt:
        """Begin an attempt; the former one, if it was open, is kept as "reset".

        Args:
            kind: "lab" or "quiz".
            ref: which one.
            seed: what names and numbers are drawn from.
            content: hash or version of the content.
            engine: version of the sandbox.

        Raises:
            StoreError: it could not be saved.
        """
        with self.together():
            now = self._stamp()
            self._connection.execute(
                "UPDATE attempt SET state = 'reset', ended = ? WHERE kind = ? AND ref = ? AND state = 'open'",
                (now, kind, ref),
            )
            [[last]] = self._read("SELECT coalesce(max(number), 0) FROM attempt")
            number, attempt_id = self._free_id(last + 1, ref)
            self._connection.execute(
                "INSERT INTO attempt (id, number, kind, ref, seed, content, engine, started, state)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'open')",
                (attempt_id, number, kind, ref, seed, content, engine, now),
            )
        return Attempt(attempt_id, kind, ref, seed, content, engine, now, "", "open")

    def renew_attempt(self, attempt_id: str, content: str) -> None:
        """Note that an attempt goes on with other content.

        Args:
            attempt_id: which one.
            content: hash or version of the content that it fits now.

        Raises:
            StoreError: it could not be saved.
        """
        with self.together():
            self._connection.execute("UPDATE attempt SET content = ? WHERE id = ?", (content, attempt_id))

    def _free_id(self, number: int, ref: str) -> tuple[int, str]:
        # Files of a lost database may still be there: a new attempt never takes over somebody's old folder.
        name = re.sub(r"[^A-Za-z0-9.-]+", "-", ref).strip(".-") or "attempt"
        while self.folder is not None and (self.folder / "attempts" / f"{number:04d}-{name}").exists():
            number += 1
        return number, f"{number:04d}-{name}"

    def files_folder(self, attempt: Attempt) -> Path:
        """The folder of the learner's files of an attempt; made if it is not there.

        Raises:
            StoreError: it cannot be made.
        """
        try:
            if self.folder is None and self._temporary is None:
                self._temporary = Path(tempfile.mkdtemp(prefix="lambda-tutor-"))
            base = self.folder or self._temporary
            assert base is not None
            path = base / "attempts" / attempt.id
            path.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise errors.from_os(error, self.folder or Path(tempfile.gettempdir())) from None
        return path

    # The journal of an attempt

    def append_rows(
        self, attempt_id: str, rows: Sequence[tuple[int, bytes]], blobs: Mapping[str, bytes] | None = None
    ) -> None:
        """Save rows of a journal and the blobs that they speak of.

        A row that is there already with the same content is passed over.

        Args:
            attempt_id: whose journal.
            rows: (number, JSON).
            blobs: bytes by their digest.

        Raises:
            StoreError: it could not be saved, or a number or digest is there with other content.
        """
        with self.together():
            for digest, body in (blobs or {}).items():
                self._insert_blob(attempt_id, digest, body)
            for number, body in rows:
                cursor = self._connection.execute(
                    "INSERT OR IGNORE INTO journal (attempt, number, body) VALUES (?, ?, ?)",
                    (attempt_id, number, body),
                )
                if cursor.rowcount == 0:
                    self._same(
                        "SELECT body FROM journal WHERE attempt = ? AND number = ?",
                        (attempt_id, number),
                        body,
                    )

    def _insert_blob(self, attempt_id: str, digest: str, body: bytes) -> None:
        cursor = self._connection.execute(
            "INSERT OR IGNORE INTO blob (digest, body) VALUES (?, ?)", (digest, body)
        )
        if cursor.rowcount == 0:
            if hashlib.sha256(body).hexdigest() == digest:
                # What is there under that name may have been damaged on the disk: this is what it was.
                self._connection.execute("UPDATE blob SET body = ? WHERE digest = ?", (body, digest))
            else:
                self._same("SELECT body FROM blob WHERE digest = ?", (digest,), body)
        self._connection.execute(
            "INSERT OR IGNORE INTO attempt_blob (attempt, digest) VALUES (?, ?)", (attempt_id, digest)
        )

    def _same(self, query: str, values: tuple[object, ...], body: bytes) -> None:
        [[found]] = self._read(query, *values)
        if found != body:
            words = _("The saved journal has another entry at {place}. Nothing was overwritten.")
            raise errors.StoreError(words.format(place=" ".join(map(str, values))), "conflict")

    def rows(self, attempt_id: str) -> list[bytes]:
        """The journal of an attempt, in order."""
        found = self._read("SELECT body FROM journal WHERE attempt = ? ORDER BY number", attempt_id)
        return [body for (body,) in found]

    def blobs(self, attempt_id: str) -> dict[str, bytes]:
        """The blobs of an attempt's journal by their digest."""
        query = "SELECT digest, body FROM blob JOIN attempt_blob USING (digest) WHERE attempt = ?"
        return dict(self._read(query, attempt_id))

    # Answers and checks

    def record_answer(
        self,
        attempt_id: str,
        item: str,
        response: str,
        correct: bool,
        *,
        form: str = "",
        seed: int = 0,
        milliseconds: int = 0,
    ) -> None:
        """Save an answer to a question. Every answer is kept, the second to the same question too.

        Args:
            attempt_id: of the quiz.
            item: the question's id.
            response: what was answered.
            correct: what it was judged to be.
            form: a hash of the question as it was asked; "" when nobody knows.
            seed: the seed of the variant that was shown.
            milliseconds: how long it took; 0 when nobody measured.

        Raises:
            StoreError: it could not be saved.
        """
        with self.together():
            self._connection.execute(
                "INSERT INTO answer (attempt, item, response, correct, form, seed, milliseconds, answered)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (attempt_id, item, response, int(correct), form, seed, milliseconds, self._stamp()),
            )

    def answers(self, attempt_id: str) -> tuple[Answer, ...]:
        """The answers of an attempt, in the order in which they were given."""
        query = (
            "SELECT item, response, correct, seed, milliseconds, answered, form FROM answer"
            " WHERE attempt = ? ORDER BY number"
        )
        return tuple(
            Answer(item, response, bool(correct), *rest)
            for item, response, correct, *rest in self._read(query, attempt_id)
        )

    def right_items(self, kind: str, ref: str) -> set[tuple[str, str]]:
        """The questions that were answered rightly at least once, in any attempt, with their forms.

        Args:
            kind: "quiz".
            ref: which one.
        """
        query = (
            "SELECT DISTINCT item, form FROM answer JOIN attempt ON attempt.id = answer.attempt"
            " WHERE kind = ? AND ref = ? AND correct"
        )
        return set(self._read(query, kind, ref))

    def record_check(self, attempt_id: str, task: str, status: str) -> None:
        """Save how a task stands.

        Args:
            attempt_id: of the lab.
            task: the task's id.
            status: pass, not_yet, blocked or error.

        Raises:
            StoreError: it could not be saved.
        """
        first_pass = self._stamp() if status == "pass" else ""
        with self.together():
            self._connection.execute(
                "INSERT INTO check_result (attempt, task, status, changes, first_pass) VALUES (?, ?, ?, 1, ?)"
                " ON CONFLICT (attempt, task) DO UPDATE SET"
                " changes = changes + (status <> excluded.status),"
                " first_pass = iif(first_pass = '', excluded.first_pass, first_pass),"
                " status = excluded.status",
                (attempt_id, task, status, first_pass),
            )

    def checks(self, attempt_id: str) -> dict[str, CheckRecord]:
        """How the tasks of an attempt stand, by the task's id."""
        query = "SELECT task, status, changes, first_pass FROM check_result WHERE attempt = ?"
        return {row[0]: CheckRecord(*row) for row in self._read(query, attempt_id)}

    # Notes and marks

    def note(self, key: str, value: str) -> None:
        """Keep a small fact: the current place, hints shown, what was read.

        Raises:
            StoreError: it could not be saved.
        """
        with self.together():
            self._connection.execute(
                "INSERT INTO note (key, value) VALUES (?, ?)"
                " ON CONFLICT (key) DO UPDATE SET value = excluded.value",
                (key, value),
            )

    def noted(self, key: str) -> str | None:
        """A small fact that was kept, or None."""
        rows = self._read("SELECT value FROM note WHERE key = ?", key)
        return rows[0][0] if rows else None

    def done(self, kind: str, ref: str) -> bool:
        """Whether a lesson, lab or quiz was done once."""
        return bool(self._read("SELECT 1 FROM done WHERE kind = ? AND ref = ?", kind, ref))

    def mark_done(self, kind: str, ref: str) -> None:
        """Mark a lesson, lab or quiz as done; the first time counts.

        Raises:
            StoreError: it could not be saved.
        """
        with self.together():
            self._connection.execute(
                "INSERT OR IGNORE INTO done (kind, ref, at) VALUES (?, ?, ?)", (kind, ref, self._stamp())
            )

    def summary(self) -> Summary:
        """All that was done, counted."""
        done = tuple(self._read("SELECT kind, ref FROM done ORDER BY number"))
        [[attempts]] = self._read("SELECT count(*) FROM attempt")
        [[answered, correct]] = self._read("SELECT count(*), coalesce(sum(correct), 0) FROM answer")
        return Summary(done, attempts, answered, correct)

    def close(self) -> None:
        """Let go of the file. May be called twice."""
        with self._lock:
            self._connection.close()
            if self._temporary is not None:
                shutil.rmtree(self._temporary, ignore_errors=True)
                self._temporary = None
