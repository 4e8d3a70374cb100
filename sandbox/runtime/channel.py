"""The channel between the engine and one worker: length-prefixed msgpack frames, small and strict.

Down goes a header (length, kind, environment, segment) and an `Inbound`, or what opens an environment. Up
come any number of `Lines` and then one `End`. Everything that comes up is hostile: it is capped in
size, checked against these types, and never unpickled. Whoever writes nonsense into the channel only ends its
own process.
"""

from __future__ import annotations

import socket
import struct
from typing import Annotated, Any

import msgspec

from sandbox.runtime.messages import Costs, EnvironmentSpec, OutboundKind

HEADER = struct.Struct(">IBII")
"""Length of the body in bytes, kind of the frame, number of the environment in its worker, of the segment."""

SEGMENT, OPEN, CLOSE = 0, 1, 2
"""The kinds of frames that go down; up there is one."""

LENGTH = struct.Struct(">I")
"""Before each message to and from the zygote."""

SPIN = 100_000
"""Nanoseconds for which either end asks for more before it goes to sleep."""

FRAME_MAX = 16 * 1024 * 1024
"""The longest frame; more is nonsense."""

PAYLOAD_MAX = 8 * 1024 * 1024
"""A result is cut here by the worker: above Lambda's limit, so that the engine still sees the excess."""

OUTPUT_MAX = 4 * 1024 * 1024
"""The most text that a worker sends up in one segment; what is printed beyond it is left out [SIM]."""

Count = Annotated[int, msgspec.Meta(ge=0, le=2**62)]
Name = Annotated[str, msgspec.Meta(pattern=r"\A[A-Za-z0-9-]{0,128}\Z")]
Word = Annotated[str, msgspec.Meta(max_length=512)]


class Lines(msgspec.Struct, frozen=True, gc=False, array_like=True, tag="lines"):
    """Lines that were written, sent at once so that a crash loses none."""

    segment: Count
    lines: list[tuple[Count, str]]


class End(msgspec.Struct, frozen=True, gc=False, array_like=True, tag="end"):
    """How the segment ended; see `Outbound`.

    `growth` is how many kilobytes the process has grown since its code was loaded, `used_tmp` whether it
    has touched its folder for temporary files.
    """

    segment: Count
    kind: OutboundKind
    cpu: Count
    payload: bytes = b""
    until: Count = 0
    call: Count = 0
    key: Name = ""
    service: Name = ""
    operation: Name = ""
    params: dict[str, Any] = {}
    status: Word = ""
    error_type: str = ""
    growth: Count = 0
    used_tmp: bool = False


def _no_extension(code: int, data: memoryview) -> Any:
    raise ValueError(f"extension type {code} of {len(data)} bytes")


_decoder = msgspec.msgpack.Decoder(Lines | End, ext_hook=_no_extension)
_encoder = msgspec.msgpack.Encoder()


class GarbageError(Exception):
    """What came up the channel is not a frame."""


def decode_up(body: bytes) -> Lines | End:
    """A frame from a worker.

    Raises:
        GarbageError: it is not one.
    """
    try:
        message: Lines | End = _decoder.decode(body)
    except (msgspec.MsgspecError, ValueError, TypeError, RecursionError, OverflowError) as error:
        raise GarbageError(str(error)) from None
    return message


def encode_up(environment: int, message: Lines | End) -> bytes:
    """A frame to the engine, with its header."""
    body = _encoder.encode(message)
    return HEADER.pack(len(body), SEGMENT, environment, message.segment) + body


def frame_down(kind: int, environment: int, segment: int, body: bytes) -> bytes:
    """A frame to a worker, with its header."""
    return HEADER.pack(len(body), kind, environment, segment) + body


class Open(msgspec.Struct, frozen=True, gc=False):
    """An environment begins in a worker.

    Attributes:
        spec: all that decides how its code behaves.
        tmp: the real folder that its code knows as /tmp; made when it is first used.
    """

    spec: EnvironmentSpec
    tmp: str


# -- to and from the zygote ------------------------------------------------------------------------------


class Spawn(msgspec.Struct, frozen=True, tag="spawn"):
    """Fork a worker. Its end of the channel comes with the message, as a file descriptor.

    Attributes:
        costs: what running code costs.
        task: the real folder of the package.
        writable: the real folder under which its environments have theirs.
        memory: megabytes by which it may grow.
    """

    costs: Costs
    task: str
    writable: str
    memory: int


class Bury(msgspec.Struct, frozen=True, tag="bury"):
    """Collect a worker that has ended, or ends within `grace` milliseconds; it is killed otherwise."""

    pid: int
    grace: int = 0


class Probe(msgspec.Struct, frozen=True, tag="probe"):
    """Try the jail in a child; its report comes up the channel that comes with the message."""

    folder: str


class Answer(msgspec.Struct, frozen=True):
    """The zygote's answer: a process number, or the status of an ended process as `waitpid` gives it.

    `error` says why a request could not be met.
    """

    value: int = 0
    error: str = ""


ToZygote = Spawn | Bury | Probe


def send_frame(sock: socket.socket, body: bytes, fds: list[int]) -> None:
    """Send a message, and file descriptors with it."""
    frame = LENGTH.pack(len(body)) + body
    sent = socket.send_fds(sock, [frame], fds) if fds else 0
    if sent < len(frame):
        sock.sendall(frame[sent:])
