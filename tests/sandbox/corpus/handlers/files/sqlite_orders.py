import sqlite3
from contextlib import closing
from datetime import datetime, timezone

db = sqlite3.connect("/tmp/orders.db")
db.row_factory = sqlite3.Row
db.executescript(
    """
    PRAGMA foreign_keys = ON;
    CREATE TABLE IF NOT EXISTS customers (id INTEGER PRIMARY KEY, name TEXT UNIQUE NOT NULL);
    CREATE TABLE IF NOT EXISTS orders (
        id INTEGER PRIMARY KEY, customer INTEGER REFERENCES customers, amount NUMERIC, placed TEXT
    );
    """
)


def customer(name):
    with db:
        db.execute("INSERT OR IGNORE INTO customers (name) VALUES (?)", (name,))
    return db.execute("SELECT id FROM customers WHERE name = ?", (name,)).fetchone()["id"]


def handler(event, context):
    now = datetime.now(timezone.utc).isoformat(timespec="seconds")
    try:
        with db:
            for name, amount in event["orders"]:
                db.execute(
                    "INSERT INTO orders (customer, amount, placed) VALUES (:c, :a, :p)",
                    {"c": customer(name), "a": amount, "p": now},
                )
            if event.get("break"):
                db.execute("INSERT INTO orders (customer) VALUES (999)")
    except sqlite3.IntegrityError as error:
        print("rolled back:", error)
    with closing(
        db.execute(
            "SELECT name, COUNT(*) AS n, SUM(amount) AS total, MAX(placed) AS last FROM orders"
            " JOIN customers ON customers.id = orders.customer GROUP BY name ORDER BY name"
        )
    ) as cursor:
        return [dict(row) for row in cursor]
