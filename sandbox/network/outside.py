"""Hosts outside of AWS that a world pretends: which there are, what they answer, how they refuse.

A host is staged with `World.outside`: rules in an order, of which the first that fits a request answers it. A
rule may be good for a number of times only, so that "503 twice, then 200" can be staged. What no rule fits is
answered with 404. All of it is plain data.
"""

from __future__ import annotations

import ipaddress
import json
import math
import re
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any, Literal

import msgspec

from sandbox.kernel import SECOND

REFUSALS = ("connection", "name", "timeout")
PLAIN_PORT, TLS_PORT = 80, 443
"""HTTP's and HTTPS's own ports, which a host without a port of its own listens at."""

BODY_MAX = 10 * 1024 * 1024
"""Bytes of the longest answer [SIM]."""

_ANSWERS_MAX = 1_000
_LATENCY_MAX = 86_400
_NAME = re.compile(r"(?=.{1,253}\Z)[a-z0-9_]([a-z0-9_-]{0,62})(\.[a-z0-9_]([a-z0-9_-]{0,62}))*")
_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]{1,256}")
_FRAMING = frozenset({"content-length", "connection", "keep-alive", "upgrade", "trailer"})
_KNOWN = ("method", "path", "status", "headers", "body", "latency", "times")


class Answer(msgspec.Struct, frozen=True):
    """One rule.

    Attributes:
        method: such as "GET"; "*" for every one.
        path: with "*" for any text. One with "?" in it is compared with path and query, others with the path.
        status: the HTTP status.
        headers: (name, value) pairs.
        body: the bytes.
        latency: microseconds until the answer; None for the fact's.
        times: how many requests it is good for; None for all.
    """

    method: str
    path: str
    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    latency: int | None
    times: int | None

    def fits(self, method: str, target: str) -> bool:
        """Whether it answers a request."""
        if self.method not in {"*", method.upper()}:
            return False
        wanted = target if "?" in self.path else target.partition("?")[0]
        pattern = ".*".join(re.escape(part) for part in self.path.split("*"))
        return re.fullmatch(pattern, wanted, re.DOTALL) is not None


NOT_FOUND = Answer(
    "*", "*", HTTPStatus.NOT_FOUND, (("Content-Type", "text/plain"),), b"Not Found", None, None
)
"""What a host answers where no rule fits."""


class Host(msgspec.Struct, frozen=True):
    """A staged host.

    Attributes:
        name: in lower case, or an IPv4 address.
        port: the one that it listens at; 0 for HTTP's and HTTPS's own.
        refuse: "connection", "name", "timeout", or "" for a host that answers.
        answers: its rules.
    """

    name: str
    port: int
    refuse: str
    answers: tuple[Answer, ...]

    def listens(self, port: int) -> bool:
        """Whether there is somebody at a port."""
        return port == self.port if self.port else port in {PLAIN_PORT, TLS_PORT}


def staged(
    host: str,
    answers: Sequence[Mapping[str, Any]] = (),
    refuse: Literal["connection", "name", "timeout"] | None = None,
) -> Host:
    """A host as `World.outside` is told of it. Hosts that nobody has staged do not resolve.

    Args:
        host: its name, or an IPv4 address; with a port of its own, as in "db.example.com:8080", or without,
            and then it listens at 80 and 443.
        answers: its rules, of which the first that fits a request answers it, with 404 where none does. Each
            is a mapping with any of: method ("GET"; every one if left out), path ("/rates/*", "*" being any
            text; every one if left out), status (200), headers, body (text, bytes, or a mapping or list for
            JSON), latency (seconds; fact network.latency), times (how many requests it is good for; all).
        refuse: instead of answering: "connection" refuses connections, "name" makes the name unknown,
            "timeout" swallows everything.

    Raises:
        ValueError: something is wrong with these; the message says what.
    """
    if not isinstance(host, str):
        raise ValueError(f"a host is a text such as 'api.example.com', not {host!r}")
    name, colon, digits = host.lower().partition(":")
    if not _NAME.fullmatch(name) or (colon and not (digits.isascii() and digits.isdigit())):
        raise ValueError(
            f"{host!r} is no host: it is a name, or a name and a port, such as 'db.example.com:8080'"
        )
    port = int(digits) if colon else 0
    if colon and not 0 < port <= 0xFFFF:
        raise ValueError(f"{host!r} has a port that is not from 1 to 65535")
    _check_place(name)
    if refuse is not None and refuse not in REFUSALS:
        raise ValueError(f"refuse is {', '.join(REFUSALS)} or None, not {refuse!r}")
    if refuse is not None and answers:
        raise ValueError(f"a host that refuses answers nothing: give {host} answers, or refuse")
    if isinstance(answers, str | bytes | Mapping) or not isinstance(answers, Sequence):
        raise ValueError("answers is a list of rules")
    if len(answers) > _ANSWERS_MAX:
        raise ValueError(f"a host has {_ANSWERS_MAX:,} rules at the most, not {len(answers):,}")
    rules = tuple(_rule(answer, f"answer {number} of {host}") for number, answer in enumerate(answers, 1))
    return Host(name, port, refuse or "", rules)


def _check_place(name: str) -> None:
    if is_aws(name):
        raise ValueError(f"{name} is AWS's; its services answer there")
    try:
        address = ipaddress.ip_address(name)
    except ValueError:
        if name == "localhost":
            raise ValueError("localhost is the function's own environment, where nobody listens") from None
        return
    if address.is_loopback or address.is_link_local or address.is_unspecified or address.is_multicast:
        raise ValueError(f"{name} is no host outside: it never leaves the machine or its network")


def is_aws(name: str) -> bool:
    """Whether a host name is one of AWS's."""
    return name.endswith(".amazonaws.com")


def _rule(given: Any, where: str) -> Answer:
    if not isinstance(given, Mapping):
        raise ValueError(f"{where} is {given!r}; a rule is a mapping")
    if unknown := sorted(str(key) for key in given if key not in _KNOWN):
        raise ValueError(f"{where} has {', '.join(unknown)}; a rule has {', '.join(_KNOWN)}")
    method, path = given.get("method", "*"), given.get("path", "*")
    if not isinstance(method, str) or not _TOKEN.fullmatch(method):
        raise ValueError(f"{where} has the method {method!r}; it is a word such as GET, or *")
    if not isinstance(path, str) or not path.startswith(("/", "*")):
        raise ValueError(f"{where} has the path {path!r}; it begins with / or *")
    headers, body = _headers(given.get("headers", {}), where), given.get("body", b"")
    content, kind = _content(body, where)
    if not any(name.lower() == "content-type" for name, _ in headers) and content:
        headers = (("Content-Type", kind), *headers)
    return Answer(
        method.upper(),
        path,
        _whole(given.get("status", 200), "status", 200, 599, where),
        headers,
        content,
        _latency(given.get("latency"), where),
        None if given.get("times") is None else _whole(given["times"], "times", 1, 1_000_000, where),
    )


def _whole(value: Any, name: str, least: int, most: int, where: str) -> int:
    if type(value) is not int or not least <= value <= most:
        raise ValueError(f"{where} has the {name} {value!r}; it is a number from {least} to {most:,}")
    return int(value)


def _latency(value: Any, where: str) -> int | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise ValueError(f"{where} has the latency {value!r}; it is a number of seconds")
    if not 0 <= value <= _LATENCY_MAX:
        raise ValueError(f"{where} has the latency {value!r}; it is from 0 to {_LATENCY_MAX:,} seconds")
    return round(value * SECOND)


def _headers(given: Any, where: str) -> tuple[tuple[str, str], ...]:
    if not isinstance(given, Mapping):
        raise ValueError(f"{where} has headers that are no mapping")
    pairs = []
    for name, values in given.items():
        # A header that comes more than once, such as Set-Cookie, is given as a list.
        for value in values if isinstance(values, list | tuple) else [values]:
            if not isinstance(name, str) or not _TOKEN.fullmatch(name):
                raise ValueError(f"{where} has a header with the name {name!r}")
            if not isinstance(value, str) or any(mark in value for mark in "\r\n\0"):
                raise ValueError(f"{where} has a header {name} whose value is no text on one line: {value!r}")
            if name.lower() in _FRAMING:
                raise ValueError(f"{where} has a header {name}, which is the sandbox's own business")
            pairs.append((name, value))
    return tuple(pairs)


def _content(body: Any, where: str) -> tuple[bytes, str]:
    """The bytes of a body, and what they are."""
    kind = "text/plain; charset=utf-8"
    if isinstance(body, Mapping | list | tuple):
        try:
            body, kind = json.dumps(body, ensure_ascii=False), "application/json"
        except (TypeError, ValueError) as error:
            raise ValueError(f"{where} has a body that is no JSON: {error}") from None
    if isinstance(body, str):
        try:
            body = body.encode()
        except UnicodeEncodeError as error:
            raise ValueError(f"{where} has a body that cannot be sent: {error.reason}") from None
    elif isinstance(body, bytes | bytearray):
        kind = "application/octet-stream"
    else:
        raise ValueError(f"{where} has a body that is neither a text, bytes, nor JSON: {body!r}")
    if len(body) > BODY_MAX:
        raise ValueError(f"{where} has a body of {len(body):,} bytes; {BODY_MAX:,} are the most")
    return bytes(body), kind


class Outside:
    """The hosts of one world, and how often their rules have answered."""

    def __init__(self) -> None:
        self._hosts: dict[tuple[str, int], Host] = {}
        self._used: dict[tuple[str, int, int], int] = {}

    def stage(self, host: Host) -> None:
        """Put a host there, in place of the one that was there at that name and port."""
        key = (host.name, host.port)
        self._hosts[key] = host
        self._used = {used: count for used, count in self._used.items() if used[:2] != key}

    def knows(self, name: str) -> bool:
        """Whether a name can be resolved."""
        return any(host.name == name and host.refuse != "name" for host in self._hosts.values())

    def at(self, name: str, port: int) -> Host | None:
        """The host that listens, or refuses, at a port of a name."""
        exact = self._hosts.get((name, port))
        usual = self._hosts.get((name, 0))
        if exact is not None:
            return exact
        return usual if usual is not None and (usual.refuse or usual.listens(port)) else None

    def answer(self, host: Host, method: str, target: str) -> Answer:
        """What a host answers to a request; a rule that is good for a number of times is used up by one."""
        for number, answer in enumerate(host.answers):
            key = (host.name, host.port, number)
            if answer.times is not None and self._used.get(key, 0) >= answer.times:
                continue
            if answer.fits(method, target):
                self._used[key] = self._used.get(key, 0) + 1
                return answer
        return NOT_FOUND
