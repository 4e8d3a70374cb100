"""An engine for handlers that use the network: it answers them, and moves the laboratory's clock."""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from typing import Any

from sandbox.runtime import Outbound
from tests.sandbox.runtime.conftest import Lab, value

ADDRESSES = {"api.example.com": "198.18.0.1", "slow.example.com": "198.18.0.2"}
SECOND = 1_000_000
Answer = tuple[float, dict[str, Any]]


def error(code: str) -> dict[str, Any]:
    return {"error": {"code": code, "message": "", "status": 0}}


def told(status: int = 200, body: bytes = b"", reason: str = "OK", **headers: str) -> dict[str, Any]:
    pairs = [[name.replace("_", "-"), value] for name, value in headers.items()]
    return {"ok": {"status": status, "reason": reason, "headers": pairs, "body": body}}


def echo(params: dict[str, Any]) -> Answer:
    """A host that says what it was asked; the slow one takes a second."""
    body = "{method} {scheme} {target} {size}".format(**params, size=len(params["body"])).encode()
    return (1 if params["host"] == ADDRESSES["slow.example.com"] else 0.05), told(body=body)


class Net:
    """An engine that answers the network's calls, and moves the laboratory's clock."""

    def __init__(self, lab: Lab) -> None:
        self.lab = lab
        self.lab.timeout = 900 * SECOND
        self.asked: list[tuple[str, dict[str, Any]]] = []
        self.http: Callable[[dict[str, Any]], Answer] = echo

    def answer(self, operation: str, params: dict[str, Any]) -> Answer:
        self.asked.append((operation, params))
        if operation == "Resolve":
            known = ADDRESSES.get(params["host"])
            return 0, {"ok": {"addresses": [known]}} if known else error("unknown-host")
        if operation == "Connect":
            fate = {81: "refused", 82: "timeout", 83: "unreachable", 84: "reset"}.get(params["port"], "")
            fate = "tls" if params["tls"] and params["port"] == 80 else fate
            delay = params["timeout"] if fate == "timeout" and params["timeout"] is not None else 0
            return delay, error(fate) if fate else {"ok": {}}
        delay, reply = self.http(params)
        limit = params["timeout"]
        if limit == 0:
            return 0, {"ok": {}}
        return (limit, error("timeout")) if limit is not None and limit < delay else (delay, reply)

    def run(self, source: str, event: Any = None, **fields: Any) -> Outbound:
        """Deploy a handler, and answer it until it has returned."""
        name = f"env-{len(self.lab.environments._tapes)}"
        self.lab.deploy(source, name=name, **fields)
        return self.go_on(name, self.go_on(name, self.lab.init(name)) and self.lab.invoke(event, name=name))

    def go_on(self, name: str, ended: Outbound) -> Outbound:
        lab, waiting = self.lab, []
        while ended.kind in {"call", "sleep"}:
            lab.now += ended.cpu
            if ended.kind == "call":
                assert ended.service == "network"
                delay, reply = self.answer(ended.operation, ended.params)
                waiting.append((lab.now + int(delay * SECOND), ended.call, reply))
            waiting.sort(key=lambda entry: entry[0])
            moments = [entry[0] for entry in waiting[:1]] + ([ended.until] if ended.until else [])
            lab.now = max(lab.now, min(moments))
            due = tuple((call, reply) for time, call, reply in waiting if time <= lab.now)
            waiting = [entry for entry in waiting if entry[0] > lab.now]
            ended = lab.run(name, "resume", replies=due)
        return ended

    def value(self, source: str, event: Any = None, **fields: Any) -> Any:
        return value(self.run(source, event, **fields))

    def sent(self) -> list[dict[str, Any]]:
        """The requests that left."""
        return [params for operation, params in self.asked if operation == "Http"]


def handler(body: str) -> str:
    """A handler with these lines in it; what it appends to `out` is returned."""
    lines = textwrap.indent(textwrap.dedent(body), "    ")
    return (
        "import errno, http.client, json, os, select, selectors, socket, ssl, time, urllib.request\n"
        "def tried(function, *args, **named):\n"
        "    try:\n        return function(*args, **named)\n"
        "    except Exception as error:\n        return f'{type(error).__name__}: {error}'\n"
        f"def handler(event, context):\n    out, began = [], time.time()\n{lines}\n    return out\n"
    )
