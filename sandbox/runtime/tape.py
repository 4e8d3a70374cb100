"""The tape of one environment: everything that it was told, in order, and what it answered, as hashes."""

from __future__ import annotations

import hashlib
import itertools
import sys

import msgspec

from sandbox.runtime.messages import Costs, EnvironmentSpec, Inbound, Outbound, RuntimeFault
from sandbox.runtime.process import Answer

_ENCODER = msgspec.msgpack.Encoder()
_INBOUND = msgspec.msgpack.Decoder(Inbound)


class Step(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """One message on a tape.

    Attributes:
        message: an encoded `Inbound`; empty for a reset.
        answer: hash of what came back.
        skip: whether a replay must not run it, because it ended in a way that no rule determines.
    """

    message: bytes
    answer: bytes = b""
    skip: bool = False

    def inbound(self) -> Inbound:
        """The message itself."""
        return _INBOUND.decode(self.message)


RESET = Step(b"")


class Tape:
    """A history that grows at its end.

    Attributes:
        code: SHA-256 of the package.
        steps: what happened.
        key: hash over all of it.
        segment: number of the next segment in the environment's life.
        lives: whether its process can go on.
        used_tmp: whether it has ever touched its temporary folder.
        memory_used: the most that it has used since the last reset, in MB.
    """

    def __init__(self, spec: EnvironmentSpec, costs: Costs, code: str) -> None:
        self.spec = spec
        self.code = code
        self.steps: list[Step] = []
        self.segment = 0
        self.lives = False
        self.used_tmp = False
        self.memory_used = costs.base_memory
        self._base_memory = costs.base_memory
        version = f"{sys.version_info[0]}.{sys.version_info[1]}"
        self.key = _hash(version.encode(), _ENCODER.encode(costs), _ENCODER.encode(spec), code.encode())

    def next_key(self, message: bytes) -> bytes:
        """What `key` will be after a message."""
        return hashlib.sha256(self.key + message).digest()

    def check(self, inbound: Inbound) -> None:
        """Whether the environment can be told that now.

        Raises:
            RuntimeFault: it cannot; the engine is wrong.
        """
        if inbound.kind == "init":
            if self.steps and self.steps[-1].message:
                raise RuntimeFault("the environment has begun already; reset it first")
        elif not self.lives:
            raise RuntimeFault(f"the environment has no process to {inbound.kind}; reset and init it first")

    def append(self, message: bytes, key: bytes, answer: Answer) -> None:
        """A segment has run."""
        self.steps.append(Step(message, answer_hash(answer.outbound), answer.observed))
        self.key = key
        self.segment += 1
        self.lives = answer.lives
        # What a segment that was stopped half-way has written is not determined either, and not kept.
        self.used_tmp = self.used_tmp or (answer.used_tmp and not answer.observed)

    def reset(self) -> None:
        """The process is thrown away; its temporary folder stays."""
        self.steps.append(RESET)
        self.key = _hash(self.key, b"reset")
        self.lives = False
        self.memory_used = self._base_memory

    def together(self, position: int, size: int) -> list[Step]:
        """Steps from a position on that can be told without a break between them.

        Args:
            position: of the first, which is one that a replay runs.
            size: bytes that their messages may have; the first one may have more.
        """
        steps = [self.steps[position]]
        left = size - len(steps[0].message)
        for step in itertools.islice(self.steps, position + 1, None):
            left -= len(step.message)
            if not step.message or step.skip or left < 0:
                break
            steps.append(step)
        return steps

    def first_needed(self) -> int:
        """Index of the step from which a replay has to run so that process and folder are as they were."""
        if self.used_tmp:
            return 0
        for index in range(len(self.steps) - 1, -1, -1):
            if not self.steps[index].message:
                return index + 1
        return 0


def answer_hash(outbound: Outbound) -> bytes:
    """Hash of an answer, for a replay to be compared with.

    What is measured is left out, and the text: code may print the `id` of an object or the time of a file,
    which differ from process to process, and still be at the same point with the same things to come.
    """
    what = outbound
    told = (what.kind, what.cpu, what.until, what.call, what.key, what.service, what.operation, what.params)
    offsets = [offset for offset, _ in what.lines]
    return hashlib.sha256(_ENCODER.encode((told, what.status, what.error_type, offsets))).digest()


def _hash(*parts: bytes) -> bytes:
    digest = hashlib.sha256()
    for part in parts:
        digest.update(len(part).to_bytes(8, "big"))
        digest.update(part)
    return digest.digest()
