"""The tables of the state, and how an older file becomes a newer one.

An entry of `MIGRATIONS` is never changed once it was released: a new need is a new entry at the end.
"""

from __future__ import annotations

import sqlite3

APPLICATION_ID = 0x4C54_5554
"""Marks a SQLite file as ours ("LTUT"), so that we never write into somebody else's."""

MIGRATIONS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (
        "attempts, journals, answers, checks, notes",
        (
            """
            CREATE TABLE attempt (
                id TEXT PRIMARY KEY,
                number INTEGER NOT NULL UNIQUE,
                kind TEXT NOT NULL,
                ref TEXT NOT NULL,
                seed INTEGER NOT NULL,
                content TEXT NOT NULL,
                engine TEXT NOT NULL,
                started TEXT NOT NULL,
                ended TEXT NOT NULL DEFAULT '',
                state TEXT NOT NULL CHECK (state IN ('open', 'reset'))
            ) STRICT
            """,
            "CREATE UNIQUE INDEX attempt_open ON attempt (kind, ref) WHERE state = 'open'",
            """
            CREATE TABLE journal (
                attempt TEXT NOT NULL REFERENCES attempt (id),
                number INTEGER NOT NULL,
                body BLOB NOT NULL,
                PRIMARY KEY (attempt, number)
            ) STRICT, WITHOUT ROWID
            """,
            "CREATE TABLE blob (digest TEXT PRIMARY KEY, body BLOB NOT NULL) STRICT",
            """
            CREATE TABLE attempt_blob (
                attempt TEXT NOT NULL REFERENCES attempt (id),
                digest TEXT NOT NULL REFERENCES blob (digest),
                PRIMARY KEY (attempt, digest)
            ) STRICT, WITHOUT ROWID
            """,
            """
            CREATE TABLE answer (
                number INTEGER PRIMARY KEY,
                attempt TEXT NOT NULL REFERENCES attempt (id),
                item TEXT NOT NULL,
                response TEXT NOT NULL,
                correct INTEGER NOT NULL CHECK (correct IN (0, 1)),
                seed INTEGER NOT NULL,
                milliseconds INTEGER NOT NULL,
                answered TEXT NOT NULL
            ) STRICT
            """,
            "CREATE INDEX answer_attempt ON answer (attempt)",
            """
            CREATE TABLE check_result (
                attempt TEXT NOT NULL REFERENCES attempt (id),
                task TEXT NOT NULL,
                status TEXT NOT NULL,
                changes INTEGER NOT NULL,
                first_pass TEXT NOT NULL,
                PRIMARY KEY (attempt, task)
            ) STRICT, WITHOUT ROWID
            """,
            "CREATE TABLE note (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID",
            """
            CREATE TABLE done (
                number INTEGER PRIMARY KEY,
                kind TEXT NOT NULL,
                ref TEXT NOT NULL,
                at TEXT NOT NULL,
                UNIQUE (kind, ref)
            ) STRICT
            """,
        ),
    ),
    (
        "the form in which a question was asked",
        ("ALTER TABLE answer ADD COLUMN form TEXT NOT NULL DEFAULT ''",),
    ),
)


def version(connection: sqlite3.Connection) -> int | None:
    """The version of the tables in a file: 0 for an empty file, None when the file is not ours."""
    (mark,) = connection.execute("PRAGMA application_id").fetchone()
    (tables,) = connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
    if mark == 0 and tables == 0:
        return 0
    if mark != APPLICATION_ID:
        return None
    (found,) = connection.execute("SELECT max(version) FROM migration").fetchone()
    return int(found)


def migrate(connection: sqlite3.Connection, found: int, now: str) -> None:
    """Bring the tables up to date, inside the transaction that is open.

    Args:
        connection: the state, with a transaction open.
        found: the version that it has.
        now: ISO 8601, UTC, for the table of migrations.
    """
    if found == 0:
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        connection.execute(
            "CREATE TABLE migration"
            " (version INTEGER PRIMARY KEY, name TEXT NOT NULL, applied TEXT NOT NULL) STRICT"
        )
    for number, (name, statements) in enumerate(MIGRATIONS[found:], start=found + 1):
        for statement in statements:
            connection.execute(statement)
        connection.execute(
            "INSERT INTO migration (version, name, applied) VALUES (?, ?, ?)", (number, name, now)
        )
