"""A connection behind a metaclass singleton that reconnects when it is too old."""

import threading
import time
import uuid


class Singleton(type):
    _instances = {}
    _lock = threading.Lock()

    def __call__(cls, *args, **kwargs):
        with cls._lock:
            if cls not in cls._instances:
                cls._instances[cls] = super().__call__(*args, **kwargs)
        return cls._instances[cls]


class Connection(metaclass=Singleton):
    MAX_AGE = 300

    def __init__(self, dsn):
        self.dsn = dsn
        self.queries = 0
        self._connect()

    def _connect(self):
        time.sleep(0.35)
        self.id = uuid.uuid4()
        self.opened = time.monotonic()
        print(f"connected to {self.dsn}")

    def query(self, sql):
        if time.monotonic() - self.opened > self.MAX_AGE:
            print(f"connection {self.queries} queries old, reconnecting")
            self._connect()
        self.queries += 1
        return f"{sql}#{self.queries}"


def handler(event, context):
    connection = Connection("db://orders")
    assert Connection("ignored") is connection
    return [connection.query(event["sql"]), str(connection.id)]
