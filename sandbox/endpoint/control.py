"""What is under `/_sandbox/`: health, clock, reset, trace. JSON in and out; wrong input gets a 400."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs

import msgspec

from sandbox.endpoint.engine import Engine
from sandbox.endpoint.pace import MODES, Mode
from sandbox.kernel import SECOND, as_datetime
from sandbox.wire import HttpResponse
from sandbox.world import ENGINE, World

PREFIX = "/_sandbox/"
MOST_EVENTS = 10_000
"""Events in one answer; `next` leads to the others."""

LARGEST = 64 * 1024
"""Bytes of a request's body that are read."""

_JSON = (("content-type", "application/json"),)


class BadRequestError(Exception):
    """A request that cannot be carried out; the message says why."""


class ClockChange(msgspec.Struct, forbid_unknown_fields=True):
    """What POST /_sandbox/clock takes: one of the two, or both; then time advances first."""

    mode: Mode | None = None
    advance: float | None = None


class Reset(msgspec.Struct, forbid_unknown_fields=True):
    """What POST /_sandbox/reset takes."""

    seed: int | None = None


class Control:
    """Answers requests about the world as a whole. `answer` runs on the engine's thread.

    Args:
        engine: the engine.
        seed: of the world that a reset without a seed begins.
    """

    def __init__(self, engine: Engine, seed: int) -> None:
        self._engine = engine
        self._seed = seed
        self._routes: dict[str, dict[str, Callable[[str, bytes], Any]]] = {
            "health": {"GET": self._health},
            "clock": {"GET": self._clock, "POST": self._set_clock},
            "reset": {"POST": self._reset},
            "trace": {"GET": self._trace},
        }

    def answer(self, method: str, path: str, query: str, body: bytes) -> HttpResponse:
        """Carry a request out.

        Args:
            method: "GET" or "POST".
            path: begins with PREFIX.
            query: what follows "?".
            body: the body; empty for nothing.

        Returns:
            The answer: 200, or 400, 404, 405 with {"error": "..."}.
        """
        methods = self._routes.get(path.removeprefix(PREFIX))
        if methods is None:
            there = ", ".join(PREFIX + name for name in self._routes)
            return problem(404, f"There is no {path[:80]}. There is: {there}.")
        if method not in methods:
            return problem(405, f"{path} takes {' and '.join(methods)}.", ("allow", ", ".join(methods)))
        try:
            return HttpResponse(200, _JSON, msgspec.json.encode(methods[method](query, body)))
        except BadRequestError as error:
            return problem(400, str(error))

    def _health(self, query: str, body: bytes) -> dict[str, Any]:
        del query, body
        return {"status": "running", "version": ENGINE, "services": sorted(self._engine.world.cloud.services)}

    def _clock(self, query: str, body: bytes) -> dict[str, Any]:
        del query, body
        kernel = self._engine.world.cloud.kernel
        told: dict[str, Any] = {"now": as_datetime(kernel.now), "mode": self._engine.pace.mode, "next": None}
        for time, words in kernel.pending()[:1]:
            told["next"] = {"at": as_datetime(time), "in": (time - kernel.now) / SECOND, "what": words}
        return told

    def _set_clock(self, query: str, body: bytes) -> dict[str, Any]:
        change = _read(body, ClockChange)
        if change.mode is None and change.advance is None:
            raise BadRequestError(f'Say {{"mode": one of {", ".join(MODES)}}} or {{"advance": seconds}}.')
        if change.advance is not None:
            self._advance(change.advance)
        if change.mode is not None:
            self._engine.set_mode(change.mode)
        return self._clock(query, body)

    def _advance(self, seconds: float) -> None:
        try:
            if seconds < 0:
                # Less than half a microsecond would be no time at all.
                raise ValueError("time does not go back")
            self._engine.advance(seconds)
        except OverflowError:
            words = f"Time cannot advance by {seconds} seconds: no clock goes so far"
            raise BadRequestError(words) from None
        except ValueError as error:
            raise BadRequestError(f"Time cannot advance by {seconds} seconds: {error}") from None

    def _reset(self, query: str, body: bytes) -> dict[str, Any]:
        seed = _read(body, Reset).seed
        if seed is not None:
            self._seed = seed
        old = self._engine.world.cloud
        self._engine.replace(World(self._seed, profile=old.facts.profile, account_limit=old.account_limit))
        return {"seed": self._seed, **self._clock(query, body)}

    def _trace(self, query: str, body: bytes) -> dict[str, Any]:
        del body
        trace = self._engine.world.trace
        since = _number(query, "since")
        events = trace.since(since)[:MOST_EVENTS]
        return {"events": events, "next": events[-1].seq if events else min(since, len(trace))}


def problem(status: int, message: str, *more: tuple[str, str]) -> HttpResponse:
    """An answer that says what is wrong.

    Args:
        status: the HTTP status.
        message: a sentence.
        more: further headers.
    """
    return HttpResponse(status, (*_JSON, *more), msgspec.json.encode({"error": message}))


def _read(body: bytes, kind: type[Any]) -> Any:
    try:
        return msgspec.json.decode(body.strip() or b"{}", type=kind)
    except (msgspec.DecodeError, RecursionError) as error:
        raise BadRequestError(f"The body cannot be read: {error}.") from None


def _number(query: str, name: str) -> int:
    text = parse_qs(query, keep_blank_values=True).get(name, ["0"])[-1]
    if not (text.isascii() and text.isdigit() and len(text) < 16):
        raise BadRequestError(f"{name} must be a number that is not negative.")
    return int(text)
