"""Structural pattern matching over the shapes of events."""

from dataclasses import dataclass


@dataclass
class Move:
    x: int
    y: int


def source(event):
    match event:
        case {
            "Records": [
                {"eventSource": "aws:s3", "s3": {"bucket": {"name": bucket}, "object": {"key": key}}},
                *rest,
            ]
        }:
            return f"s3://{bucket}/{key}", len(rest)
        case {"Records": [{"eventSource": "aws:sqs", "body": body}, *_]} if body.startswith("{"):
            return "sqs json", body
        case {"Records": [{"eventSource": "aws:sqs", "body": body}, *_]}:
            return "sqs text", body
        case {"Records": []}:
            return "empty"
        case {"detail-type": str(kind), "detail": {"state": ("stopped" | "terminated") as state}, **rest}:
            return kind, state, sorted(rest)
        case {"httpMethod": "GET" | "HEAD", "path": path}:
            return "http", path.split("/")[1:]
        case {"move": [int(x), int(y)]}:
            return commands(Move(x, y))
        case {"move": other}:
            return f"bad move {other!r}"
        case [first, *_, last]:
            return first, last
        case None | False:
            return "nothing"
        case int() | float() as number if number > 100:
            return "large"
        case _:
            return f"unknown {type(event).__name__}"


def commands(move):
    match move:
        case Move(0, 0):
            return "stay"
        case Move(x=0, y=dy):
            return f"up {dy}"
        case Move(dx, 0):
            return f"right {dx}"
        case Move():
            return "diagonal"


def handler(event, context):
    return source(event)
