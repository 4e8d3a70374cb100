"""Search and aggregates in a database that lives in memory, with functions of Python's own."""

import json
import sqlite3
import statistics


class Median:
    def __init__(self):
        self.values = []

    def step(self, value):
        self.values.append(value)

    def finalize(self):
        return statistics.median(self.values)


def connect():
    db = sqlite3.connect(":memory:", detect_types=sqlite3.PARSE_DECLTYPES)
    db.create_function("initials", 1, lambda s: "".join(w[0] for w in s.split()), deterministic=True)
    db.create_aggregate("median", 1, Median)
    db.execute("CREATE TABLE people (name TEXT, age INTEGER, tags JSON)")
    return db


sqlite3.register_adapter(list, json.dumps)
sqlite3.register_converter("JSON", json.loads)
DB = connect()


def handler(event, context):
    with DB:
        DB.executemany("INSERT INTO people VALUES (?, ?, ?)", [tuple(row) for row in event["people"]])
    (median,) = DB.execute("SELECT median(age) FROM people").fetchone()
    rows = DB.execute(
        "WITH ranked AS (SELECT name, age, tags, RANK() OVER (ORDER BY age DESC) AS place FROM people)"
        " SELECT initials(name), place, tags FROM ranked WHERE place <= 2 ORDER BY place, name"
    ).fetchall()
    return {"median": median, "oldest": rows, "changes": DB.total_changes}
