"""Asks SQL for the time, which C code tells by a clock of its own, and looks at the ages of files."""

import os
import sqlite3
import time
from pathlib import Path

db = sqlite3.connect(":memory:")


def year_of(path):
    return time.gmtime(path.stat().st_mtime).tm_year


def handler(event, context):
    fresh, touched = Path("/tmp/fresh"), Path("/tmp/touched")
    fresh.write_text("x")
    touched.write_text("y")
    os.utime(touched, (time.time(), time.time()))
    (year,) = db.execute("SELECT CAST(strftime('%Y', 'now') AS INTEGER)").fetchone()
    return {
        "python": time.gmtime().tm_year,
        "sqlite": year,
        "fresh": year_of(fresh),
        "touched": year_of(touched),
    }
