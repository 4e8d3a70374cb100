"""Errors of the application's own, with fields, chained, grouped, with notes."""


class AppError(Exception):
    code = "app"

    def __init__(self, message, **details):
        super().__init__(message)
        self.details = details

    def __str__(self):
        return f"{self.code}: {self.args[0]} {self.details}"


class NotFound(AppError):
    code = "not-found"


class Strange(Exception):
    def __str__(self):
        return "line one\nline two \N{SNOWMAN}"


def lookup(table, key):
    try:
        return table[key]
    except KeyError as error:
        raise NotFound("no such key", key=key) from error


def handler(event, context):
    kind = event["kind"]
    if kind == "chained":
        return lookup({"a": 1}, event["key"])
    if kind == "context":
        try:
            1 / 0
        except ZeroDivisionError:
            return [][3]
    if kind == "suppressed":
        try:
            lookup({}, "x")
        except NotFound:
            raise ValueError("nothing here") from None
    if kind == "group":
        raise ExceptionGroup("several", [ValueError("one"), NotFound("two")])
    if kind == "noted":
        error = Strange()
        error.add_note("a note")
        raise error
    if kind == "assert":
        assert event["n"] > 3, f"n is {event['n']}"
    if kind == "empty":
        raise TimeoutError
    if kind == "string":
        raise Exception({"statusCode": 500}, 2)
    return "fine"
