"""What the jail is worth on this machine: tried out in a child, layer by layer."""

from __future__ import annotations

import sys
from functools import cache
from typing import Literal, NamedTuple

import msgspec

from sandbox.runtime.channel import Probe
from sandbox.runtime.folders import remove
from sandbox.runtime.messages import RuntimeFault
from sandbox.runtime.spawner import spawner

Level = Literal["strict", "partial", "none"]

_OPTIONAL = frozenset({"namespaces"})
_SECONDS = 10.0
_SIZE = 64 * 1024


class Layer(NamedTuple):
    """One layer of the jail.

    Attributes:
        name: "rlimits", "landlock", "seccomp" or "namespaces".
        ok: whether it holds here.
        reason: what it covers, or why it is not there.
        optional: whether the jail is strict without it.
    """

    name: str
    ok: bool
    reason: str
    optional: bool = False


class JailReport(msgspec.Struct, frozen=True):
    """What the jail is worth here.

    Attributes:
        level: "strict" with every layer that is not optional, "partial" with some of them, "none" without.
        layers: each of them, the optional ones last.
    """

    level: Level
    layers: tuple[Layer, ...]


@cache
def jail_report() -> JailReport:
    """Try the jail of handlers on this machine, once per process.

    Returns:
        Its level and its layers. Where not even a child can be started, the level is "none", and the one
        layer says why.
    """
    try:
        layers = _probed()
    except (RuntimeFault, OSError, msgspec.MsgspecError) as error:
        return JailReport("none", (Layer("processes", False, f"{error} (on {sys.platform})"),))
    holding = [layer.ok for layer in layers if not layer.optional]
    level: Level = "strict" if all(holding) else "partial" if any(holding) else "none"
    return JailReport(level, layers)


def _probed() -> tuple[Layer, ...]:
    folder = spawner.folder() / f"probe-{spawner.number()}"
    folder.mkdir()
    pid, sock = spawner.spawn(Probe(str(folder)))
    with sock:
        sock.settimeout(_SECONDS)
        report = sock.recv(_SIZE)
    spawner.bury(pid, int(_SECONDS * 1_000))
    remove(folder)
    if not report:
        raise RuntimeFault("the child that tried the jail said nothing")
    rows = msgspec.msgpack.decode(report, type=list[tuple[str, bool, str]])
    return tuple(Layer(name, ok, reason, name in _OPTIONAL) for name, ok, reason in rows)
