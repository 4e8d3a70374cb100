"""The state of Lambda: functions, their configuration, environments, attempts, queued events."""

from __future__ import annotations

from typing import Any

import msgspec

from sandbox.identity import Document
from sandbox.kernel import Promise

LATEST = "$LATEST"


class Configuration(msgspec.Struct, frozen=True):
    """What an environment is made from, and what a failed event needs. Times in seconds, sizes in MB."""

    runtime: str
    role: str
    handler: str
    description: str
    timeout: int
    memory: int
    storage: int
    environment: tuple[tuple[str, str], ...]
    dead_letter_target: str
    tracing: str
    log_group: str
    architecture: str
    code: str
    """SHA-256 of the package, base64 as AWS shows it."""
    code_size: int


class EventInvokeConfig(msgspec.Struct, frozen=True):
    """How failed asynchronous events are handled; None and "" where the caller set nothing."""

    retries: int | None
    max_age: int | None
    on_success: str
    on_failure: str
    modified: int


class Function:
    """A function. `active` is what invocations use, `latest` what was last asked for."""

    def __init__(self, name: str, arn: str, uid: str, configuration: Configuration, package: bytes) -> None:
        self.name = name
        self.arn = arn
        self.uid = uid
        self.active = configuration
        self.latest = configuration
        self.package = package
        self.active_package = package
        self.state = "Pending"
        self.update_status = ""
        self.modified = 0
        self.revision = ""
        self.reserved: int | None = None
        self.event_invoke: EventInvokeConfig | None = None
        self.tags: dict[str, str] = {}
        self.policy: Document | None = None
        self.policy_revision = ""
        self.deleted = False


class Environment:
    """An execution environment: a process with its globals, its /tmp and its log stream.

    Attributes:
        ready: INIT has succeeded, and no reset came after it.
        used: it has served or tried to serve an invocation before; decides which phase a new INIT is in.
        idle_since: when it last became idle.
        access_key: the id of the key that its code was given.
        attempt: what runs in it.
        life: counts its processes, so that an answer to a former one is known.
        replies: answers to calls of its code that it has not been told yet.
    """

    def __init__(self, uid: str, function: Function, configuration: Configuration, stream: str) -> None:
        self.uid = uid
        self.function = function
        self.configuration = configuration
        self.stream = stream
        self.group = ""
        self.ready = False
        self.used = False
        self.idle_since = 0
        self.access_key = ""
        self.attempt: Attempt | None = None
        self.life = 0
        self.replies: list[tuple[int, dict[str, Any]]] = []


class Request:
    """One request to run a function: what the caller asked for.

    Attributes:
        promise: of the caller that waits; None for asynchronous events.
        cause: `seq` of the event that this request began with.
    """

    def __init__(
        self,
        request_id: str,
        kind: str,
        payload: bytes,
        invoked_arn: str,
        cause: int,
        promise: Promise | None = None,
        tail: bool = False,
    ) -> None:
        self.request_id = request_id
        self.kind = kind
        self.payload = payload
        self.invoked_arn = invoked_arn
        self.cause = cause
        self.promise = promise
        self.tail = tail


class QueuedEvent:
    """An asynchronous event in Lambda's own queue."""

    def __init__(self, request: Request, function: Function, accepted: int) -> None:
        self.request = request
        self.function = function
        self.accepted = accepted
        self.attempts = 0
        self.throttles = 0


class Attempt:
    """One running of the code for a request.

    Attributes:
        phase: "init" while the module is loaded, then "invoke".
        began: when INIT began, for a cold start; when the handler began otherwise.
        started: when the invocation began (START), 0 before.
        init: how long INIT took, 0 for a warm start.
        timer: the agenda entry of the deadline.
        token: counts segments, so that a resumption which comes too late is known.
        parked: whether its code waits for something.
        cause: `seq` of the latest event of this attempt.
        log_group: where its lines go; "" when the role may not log.
    """

    def __init__(
        self, number: int, request: Request, environment: Environment, queued: QueuedEvent | None
    ) -> None:
        self.number = number
        self.request = request
        self.environment = environment
        self.queued = queued
        self.phase = "init"
        self.suppressed = False
        self.cold = False
        self.began = 0
        self.started = 0
        self.init = 0
        self.deadline = 0
        self.timer: int | None = None
        self.token = 0
        self.parked = False
        self.cause = request.cause
        self.memory_used = 0
        self.log_group = environment.group
