"""Whole lives of environments: events, waits, calls and their answers, in virtual time, side by side."""

from __future__ import annotations

import heapq
import io
import json
import textwrap
import zipfile
from collections.abc import Callable
from typing import Any, NamedTuple

from sandbox.runtime import Environments, EnvironmentSpec, Inbound, Invocation, Outbound
from tests.sandbox.runtime.conftest import ARN, REQUEST, START

Answer = Callable[[dict[str, Any]], tuple[int, dict[str, Any]]]


class Ended(NamedTuple):
    """What came of one init or one event; times are in microseconds since it began."""

    kind: str
    body: Any
    lines: tuple[tuple[int, str], ...]
    duration: int
    status: str
    calls: tuple[tuple[int, str, str], ...]

    @property
    def texts(self) -> list[str]:
        return [text for _, text in self.lines]


def prompt(params: dict[str, Any]) -> tuple[int, dict[str, Any]]:
    """Answers each call after 10 ms with what it was asked; "after" in a JSON body means so many ms."""
    body = json.loads(params.get("MessageBody", "{}"))
    after = body.get("after", 10) * 1_000 if isinstance(body, dict) else 10_000
    if isinstance(body, dict) and "refuse" in body:
        return after, {"error": {"code": body["refuse"], "message": "no", "status": 400}}
    return after, {"ok": {"MessageId": str(params.get("MessageBody", ""))}}


def _zipped(files: dict[str, str]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, text in files.items():
            archive.writestr(zipfile.ZipInfo(name), textwrap.dedent(text))
    return buffer.getvalue()


class Player:
    """Runs environments over one agenda, as the engine does."""

    def __init__(self, environments: Environments, answer: Answer = prompt, timeout: int = 3_000_000) -> None:
        self.environments = environments
        self.answer = answer
        self.timeout = timeout
        self.now = START
        self.lives: dict[str, _Life] = {}
        self._agenda: list[tuple[int, int, Callable[[], None]]] = []
        self._order = 0

    def at(self, time: int, what: Callable[[], None]) -> None:
        self._order += 1
        heapq.heappush(self._agenda, (time, self._order, what))

    def add(
        self,
        name: str,
        source: str,
        events: list[Any],
        *,
        after: int = 0,
        gap: int = 1_000_000,
        files: dict[str, str] | None = None,
        **spec: Any,
    ) -> None:
        """An environment that begins after so many microseconds and is sent its events, `gap` apart.

        `files` are more of its package, by their paths.
        """
        given = {
            "function_name": "hello",
            "handler": "app.handler",
            "memory": 128,
            "seed": 7,
            "arn": ARN,
            **spec,
        }
        code = _zipped({"app.py": source, **(files or {})})
        life = self.lives[name] = _Life(self, name, events, gap)

        def begin() -> None:
            self.environments.open(name, EnvironmentSpec(**given), code)
            life.init()

        self.at(self.now + after, begin)

    def play(self, steps: int = -1) -> None:
        """Until nothing is left to do, or so many steps."""
        while self._agenda and steps:
            steps -= 1
            self.now, _, what = heapq.heappop(self._agenda)
            what()


class _Life:
    def __init__(self, player: Player, name: str, events: list[Any], gap: int) -> None:
        self.player = player
        self.name = name
        self.events = list(events)
        self.gap = gap
        self.ended: list[Ended] = []
        self._began = self._deadline = self._token = self._life = 0
        self._lines: list[tuple[int, str]] = []
        self._calls: list[tuple[int, str, str]] = []
        self._replies: list[tuple[int, Any]] = []
        self._parked = self._busy = False

    def init(self) -> None:
        self._begin(10_000_000)
        self._run("init")

    def next(self) -> None:
        if self.events:
            event = self.events.pop(0)
            payload = event if isinstance(event, bytes) else json.dumps(event).encode()
            self._begin(self.player.timeout)
            self._run("invoke", Invocation(REQUEST, payload, self._deadline, ARN))

    def _begin(self, span: int) -> None:
        self._began, self._busy = self.player.now, True
        self._deadline = self._began + span
        self._lines, self._calls = [], []
        token = self._token = self._token + 1
        self.player.at(self._deadline, lambda: self._late(token))

    def _run(self, kind: Any, invocation: Invocation | None = None) -> None:
        replies, self._replies, self._parked = tuple(self._replies), [], False
        begin = self.player.now
        inbound = Inbound(begin, kind, deadline=self._deadline, invocation=invocation, replies=replies)
        out = self.player.environments.run(self.name, inbound)
        self._lines += [(begin + offset - self._began, text) for offset, text in out.lines]
        self.player.at(begin + out.cpu, lambda life=self._life: life == self._life and self._segment(out))

    def _segment(self, out: Outbound) -> None:
        now = self.player.now
        if out.kind == "call":
            after, reply = self.player.answer(out.params)
            self._calls.append((now - self._began, out.service, out.operation))
            self.player.at(now + after, lambda life=self._life: self._reply(life, out.call, reply))
        if out.kind in {"call", "sleep"}:
            self._parked = True
            if out.until:
                self._later(max(out.until, now))
            return
        self._finish(out.kind, out.payload, out.status)

    def _later(self, time: int) -> None:
        life, began = self._life, self._began

        def go_on() -> None:
            if self._parked and (life, began) == (self._life, self._began):
                self._run("resume")

        if time < self._deadline:
            self.player.at(time, go_on)

    def _reply(self, life: int, call: int, reply: dict[str, Any]) -> None:
        if life == self._life:
            self._replies.append((call, reply))
            if self._parked:
                self._run("resume")

    def _late(self, token: int) -> None:
        if token == self._token and self._busy:
            self._finish("deadline", b"", "")

    def _finish(self, kind: str, payload: bytes, status: str) -> None:
        now = self.player.now
        body = json.loads(payload) if payload else None
        self.ended.append(
            Ended(kind, body, tuple(self._lines), now - self._began, status, tuple(self._calls))
        )
        self._parked = self._busy = False
        if kind == "ready":
            self.player.at(now, self.next)
            return
        if kind in {"return", "error"} and self.ended[0].kind == "ready":
            self.player.at(now + self.gap, self.next)
            return
        self._life += 1
        self._replies = []
        self.player.environments.reset(self.name)
        if not any(item.kind == "ready" for item in self.ended):
            # It cannot be loaded: an event is lost with each attempt.
            self.events = self.events[1:]
        if self.events:
            self.player.at(now + self.gap, self.init)


def play(
    environments: Environments, source: str, *events: Any, answer: Answer = prompt, **more: Any
) -> list[Ended]:
    """One environment's life: what came of each event (`None` if there is none given)."""
    player = Player(environments, answer, more.pop("timeout", 3_000_000))
    name = f"played-{len(environments._tapes)}"
    player.add(name, source, list(events) or [None], **more)
    player.play()
    ended = player.lives[name].ended
    assert ended[0].kind == "ready", ended[0]
    return [item for item in ended if item.kind != "ready"]


def value(ended: list[Ended]) -> Any:
    """What the only event came to."""
    (only,) = ended
    assert only.kind == "return", only
    return only.body
