"""What goes in and out of the place where code runs: plain, immutable data, all of it encodable.

Times are microseconds since the epoch, durations and offsets microseconds, memory megabytes.
"""

from __future__ import annotations

import base64
from typing import Any, Literal

import msgspec

from sandbox.facts import Facts

OutboundKind = Literal["ready", "return", "error", "sleep", "call", "exit", "timeout", "killed"]
InboundKind = Literal["init", "invoke", "resume"]


class RuntimeFault(Exception):  # noqa: N818 - a fault of ours, not an error of the learner's
    """The runtime was used wrongly or a replay came out differently: a bug, never the learner's doing."""


class Costs(msgspec.Struct, frozen=True):
    """What running code costs [SIM], so that counted time repeats exactly on every machine.

    Attributes:
        base_cpu: microseconds that the runtime itself takes per invocation.
        tick: nanoseconds at a full vCPU for one turn of a loop or one call of a function.
        full_memory: megabytes at which a function has one full vCPU; below it, ticks cost more.
        base_memory: megabytes that an environment uses before its code asks for more.
        tmp: megabytes that /tmp may hold.
        watchdog: real microseconds after which a segment that neither ends nor ticks is stopped.

    What is left out is as today's facts have it.
    """

    base_cpu: int = msgspec.field(default_factory=lambda: Facts.load().us("environment.base_cpu"))
    tick: int = msgspec.field(default_factory=lambda: int(Facts.load()["environment.tick"]))
    full_memory: int = msgspec.field(default_factory=lambda: int(Facts.load()["lambda.cpu_full_memory"]))
    base_memory: int = msgspec.field(default_factory=lambda: int(Facts.load()["environment.base_memory"]))
    tmp: int = msgspec.field(default_factory=lambda: int(Facts.load()["lambda.tmp_default"]))
    watchdog: int = msgspec.field(default_factory=lambda: Facts.load().us("environment.watchdog"))

    @classmethod
    def of(cls, facts: Facts) -> Costs:
        """The costs that the facts name."""
        return cls(
            base_cpu=facts.us("environment.base_cpu"),
            tick=facts["environment.tick"],
            full_memory=facts["lambda.cpu_full_memory"],
            base_memory=facts["environment.base_memory"],
            tmp=facts["lambda.tmp_default"],
            watchdog=facts.us("environment.watchdog"),
        )


class EnvironmentSpec(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """All that decides how the code of one execution environment behaves.

    Attributes:
        function_name: as in the ARN.
        handler: the handler string, such as "app.handler".
        memory: the function's memory in MB.
        code: SHA-256 of the deployment package, if the caller has it; the runtime reckons its own.
        environ: the function's own variables; reserved ones are added by the runtime.
        seed: of everything random that the code can ask for.
        log_group: name of the group that its lines go to.
        log_stream: name of the stream that its lines go to.
        version: "$LATEST" or a number.
        arn: the function's ARN without a qualifier.
        account: the account's number.
        region: such as "us-east-1".
        runtime: the function's Runtime, such as "python3.13"; shown to the code, which runs on the host's
            Python whatever it says.
    """

    function_name: str
    handler: str
    memory: int
    code: str = ""
    environ: tuple[tuple[str, str], ...] = ()
    seed: int = 0
    log_group: str = ""
    log_stream: str = ""
    version: str = "$LATEST"
    arn: str = ""
    account: str = "123456789012"
    region: str = "us-east-1"
    runtime: str = ""

    def family(self) -> EnvironmentSpec:
        """What it has in common with the other environments of its function."""
        return msgspec.structs.replace(self, seed=0, log_stream="")

    def credentials(self) -> dict[str, str]:
        """The variables with which its code signs requests as the function's role."""
        return {
            "AWS_ACCESS_KEY_ID": f"ASIA{self.seed % 36**8:016d}",
            "AWS_SECRET_ACCESS_KEY": f"{self.seed:040d}",
            "AWS_SESSION_TOKEN": f"sandbox-session-{self.seed:d}",
        }


class Invocation(msgspec.Struct, frozen=True, gc=False):
    """One event for the handler.

    Attributes:
        request_id: the invocation's request id.
        payload: the event as JSON text.
        deadline: when the function's timeout strikes.
        invoked_arn: the ARN that the caller used, with its qualifier if it had one.
        client_context: JSON text, or empty.
    """

    request_id: str
    payload: bytes
    deadline: int
    invoked_arn: str
    client_context: bytes = b""


class Inbound(msgspec.Struct, frozen=True, gc=False):
    """What begins a segment.

    Attributes:
        now: the world's time.
        kind: "init" loads the code, "invoke" calls the handler, "resume" goes on after a wait.
        invocation: with "invoke".
        replies: answers to calls since the last segment, each with the call's number: `{"ok": result}` or
            `{"error": {"code", "message", "status", "fields"}}`, `fields` being further members of AWS's
            error shape.
        deadline: when the phase's time is over; 0 for never.
    """

    now: int
    kind: InboundKind
    invocation: Invocation | None = None
    replies: tuple[tuple[int, dict[str, Any]], ...] = ()
    deadline: int = 0


class Outbound(msgspec.Struct, frozen=True, gc=False):
    """How a segment ended.

    Attributes:
        kind: "ready" (loaded), "return", "error", "sleep" (until a time), "call" (of AWS), "exit" (the
            process ended itself), "timeout" (at the deadline), "killed" (memory, or a broken channel).
            After exit, timeout, killed, and an error while loading, the environment must be reset.
        cpu: microseconds counted in this segment, scaled by memory.
        lines: what was written, each with its microseconds since the segment began; a text has no newline
            at its end, and inner ones where it is one event to AWS.
        payload: the result or the error as JSON text.
        until: with "sleep", when to resume; with "call", when to resume at the latest. 0 is not before an
            answer has come.
        call: with "call", its number in the environment's life; several may be under way.
        key: with "call", the id of the access key that the client was given; "" for the environment's own.
        service: with "call", boto3's name of the client.
        operation: with "call", AWS's name of the operation.
        params: with "call", the parameters as botocore takes them.
        status: "" or "exit status 1", "signal: killed", "signal: segmentation fault".
        memory_used: the most that the environment has used so far, in MB.
        error_type: errorType of the error payload.
    """

    kind: OutboundKind
    cpu: int = 0
    lines: tuple[tuple[int, str], ...] = ()
    payload: bytes = b""
    until: int = 0
    call: int = 0
    key: str = ""
    service: str = ""
    operation: str = ""
    params: dict[str, Any] = {}
    status: str = ""
    memory_used: int = 0
    error_type: str = ""


class Observation(msgspec.Struct, frozen=True):
    """What a segment did that no rule determines, for the journal.

    Attributes:
        environment: whose segment it was.
        segment: its number in the environment's life, from 0.
        memory_used: megabytes, measured.
        ending: the whole outcome where that was not determined, as when the watchdog stopped a segment.
    """

    environment: str
    segment: int
    memory_used: int
    ending: Outbound | None = None

    def plain(self) -> dict[str, Any]:
        """It as plain JSON data."""
        ending = "" if self.ending is None else base64.b64encode(msgspec.msgpack.encode(self.ending)).decode()
        return {
            "environment": self.environment,
            "segment": self.segment,
            "memory_used": self.memory_used,
            "ending": ending,
        }

    @classmethod
    def of(cls, plain: dict[str, Any]) -> Observation:
        """The observation that `plain` told."""
        ending = plain["ending"]
        outcome = msgspec.msgpack.decode(base64.b64decode(ending), type=Outbound) if ending else None
        return cls(plain["environment"], plain["segment"], plain["memory_used"], outcome)
