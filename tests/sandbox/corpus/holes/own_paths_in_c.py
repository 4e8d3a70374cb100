"""C code that opens files in /tmp by itself: SQLite's ATTACH."""

import ctypes
import os
import sqlite3


def handler(event, context):
    sqlite3.connect("/tmp/first.db").execute("CREATE TABLE IF NOT EXISTS t (x)")
    answers = []
    try:
        sqlite3.connect(":memory:").execute("ATTACH DATABASE '/tmp/first.db' AS first")
        answers.append("attached")
    except sqlite3.OperationalError as error:
        answers.append(str(error))
    answers.append(ctypes.CDLL(None).access(b"/tmp/first.db", os.R_OK) == 0)
    return answers
