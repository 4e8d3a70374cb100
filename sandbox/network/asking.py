"""What code asks of the network, and how the network refuses: plain data that comes out of a jail."""

from __future__ import annotations

import math
from typing import Annotated, Literal

import msgspec

from sandbox.kernel import SECOND
from sandbox.services.base import AwsError

_LONGEST = 10**9
"""Seconds of the longest timeout: nobody lives to see its end."""

_Port = Annotated[int, msgspec.Meta(ge=0, le=0xFFFF)]
_Name = Annotated[str, msgspec.Meta(max_length=255)]
_Text = Annotated[str, msgspec.Meta(max_length=64 * 1024)]


class ReachError(AwsError):
    """What the network says instead of an answer.

    Args:
        code: "unknown-host", "refused", "timeout", "reset", or "tls" for a host that does not speak it there.
    """

    def __init__(self, code: str, message: str = "", status: int = 0) -> None:
        super().__init__(code, message, status)


class Resolve(msgspec.Struct, frozen=True):
    """Code asks for the addresses of a name."""

    host: _Name


class Connect(msgspec.Struct, frozen=True):
    """Code begins a connection to an address, or with `tls`, encryption over one; `timeout` in seconds."""

    host: _Name
    port: _Port
    tls: bool = False
    timeout: float | None = None


class Http(msgspec.Struct, frozen=True):
    """Code sends a request, and waits for the answer for `timeout` seconds; 0 for not at all."""

    scheme: Literal["http", "https"]
    host: _Name
    port: _Port
    method: _Text
    target: _Text
    headers: list[tuple[_Text, _Text]]
    body: bytes
    timeout: float | None = None


ASKED: dict[str, type[Resolve | Connect | Http]] = {"Resolve": Resolve, "Connect": Connect, "Http": Http}


def span_of(timeout: float | None) -> int | None:
    """A timeout in seconds as microseconds."""
    if timeout is None or math.isinf(timeout):
        return None
    return 0 if math.isnan(timeout) or timeout <= 0 else max(int(min(timeout, _LONGEST) * SECOND), 1)
