"""How one attempt runs: INIT where it is needed, segments of real code, waits in between, the end.

The code runs in segments. Each ends in a result, an error, a wait, a call to another service, or the
process's death; the time that it took is counted, not measured. A segment's log lines and its end are put on
the agenda at their own times.
"""

from __future__ import annotations

import hashlib
import json
from typing import Protocol

from sandbox.kernel import MILLISECOND, SECOND, told
from sandbox.runtime import EnvironmentSpec, Inbound, Invocation, Outbound
from sandbox.runtime.messages import InboundKind
from sandbox.services.awslambda.calls import Calls
from sandbox.services.awslambda.concurrency import Concurrency
from sandbox.services.awslambda.model import LATEST, Attempt, Environment, Function, QueuedEvent, Request
from sandbox.services.awslambda.pool import Pools
from sandbox.services.base import Port
from sandbox.trace import (
    EnvironmentInitialised,
    EnvironmentReset,
    InvocationEnded,
    InvocationStarted,
    LineLogged,
)

_OUTCOMES = {"return": "success", "error": "error", "timeout": "timeout", "exit": "crash", "killed": "crash"}


class Ending(Protocol):
    """Who is told when an attempt is over."""

    def attempt_ended(self, attempt: Attempt, ended: InvocationEnded) -> None:
        """The attempt is over; the event tells how."""
        ...


class Executor:
    """Runs attempts in environments.

    Args:
        port: the world around.
        pools: where environments come from.
        concurrency: what counts running invocations.
        ending: told of each attempt's end.
    """

    def __init__(self, port: Port, pools: Pools, concurrency: Concurrency, ending: Ending) -> None:
        self.port = port
        self.pools = pools
        self.concurrency = concurrency
        self.ending = ending
        self.calls = Calls(port, self)

    def start(
        self, function: Function, request: Request, number: int, queued: QueuedEvent | None = None
    ) -> None:
        """Begin an attempt. The caller has made sure that concurrency is free."""
        self.concurrency.enter(function)
        environment, created = self.pools.take(function, request.cause)
        attempt = Attempt(number, request, environment, queued)
        attempt.cold = created
        attempt.began = self.port.kernel.now
        environment.attempt = attempt
        if created:
            spec = self._spec(environment)
            environment.access_key = spec.credentials()["AWS_ACCESS_KEY_ID"]
            self.port.environments.open(environment.uid, spec, function.active_package)
        if environment.ready:
            self._invoke(attempt)
        else:
            self._initialise(attempt, suppressed=environment.used)

    def _spec(self, environment: Environment) -> EnvironmentSpec:
        function, configuration = environment.function, environment.configuration
        return EnvironmentSpec(
            function_name=function.name,
            handler=configuration.handler,
            code=hashlib.sha256(function.active_package).hexdigest(),
            runtime=configuration.runtime,
            memory=configuration.memory,
            environ=configuration.environment,
            seed=self.port.kernel.stream("handlers").getrandbits(63),
            log_group=configuration.log_group,
            log_stream=environment.stream,
            version=LATEST,
            arn=function.arn,
            account=self.port.account,
            region=self.port.region,
        )

    # -- INIT ----------------------------------------------------------------------------------------------

    def _initialise(self, attempt: Attempt, *, suppressed: bool) -> None:
        # Facts 3.7: INIT has 10 s of its own; an INIT that is repeated after a reset, or after those 10 s,
        # runs inside the invocation and under the function's timeout ("suppressed init").
        attempt.phase, attempt.suppressed = "init", suppressed
        attempt.began, attempt.init = self.port.kernel.now, 0
        attempt.environment.used = True
        if suppressed:
            self._begin_invocation(attempt)
        else:
            self._set_deadline(attempt, self.port.facts.us("environment.init_limit"))
        self.resume_at(attempt, self.port.kernel.now + self.port.facts.us("environment.cold_start"), "init")

    def _initialised(self, attempt: Attempt, outcome: str, error_type: str) -> None:
        now = self.port.kernel.now
        phase = "invoke" if attempt.suppressed else "init"
        event = self.port.trace.emit(
            EnvironmentInitialised,
            attempt.environment.function.arn,
            attempt.environment.uid,
            outcome,
            phase,
            now - attempt.began,
            error_type,
            cause=attempt.cause,
        )
        attempt.cause = event.seq
        if not attempt.suppressed:
            attempt.init = now - attempt.began

    # -- INVOKE --------------------------------------------------------------------------------------------

    def _begin_invocation(self, attempt: Attempt) -> None:
        environment, request = attempt.environment, attempt.request
        function = environment.function
        attempt.started = self.port.kernel.now
        self._set_deadline(attempt, environment.configuration.timeout * SECOND)
        attempt.log_group = self._log_target(attempt)
        stream = environment.stream if attempt.log_group else ""
        event = self.port.trace.emit(
            InvocationStarted,
            function.arn,
            request.request_id,
            request.kind,
            attempt.number,
            environment.uid,
            attempt.cold,
            LATEST,
            attempt.log_group,
            stream,
            request.payload,
            cause=attempt.cause,
        )
        attempt.cause = event.seq

    def _log_target(self, attempt: Attempt) -> str:
        environment = attempt.environment
        principal = self.calls.principal(environment)
        if not environment.group or principal is None:
            return ""
        resource = (
            f"arn:aws:logs:{self.port.region}:{self.port.account}:log-group:{environment.group}"
            f":log-stream:{environment.stream}"
        )
        decision = self.port.authorize(
            principal,
            "logs:PutLogEvents",
            resource,
            cause=attempt.cause,
            context={"lambda:SourceFunctionArn": environment.function.arn},
        )
        return environment.group if decision.allowed else ""

    def _invoke(self, attempt: Attempt) -> None:
        attempt.phase = "invoke"
        if not attempt.started:
            self._begin_invocation(attempt)
        request = attempt.request
        invocation = Invocation(
            request_id=request.request_id,
            payload=request.payload,
            deadline=attempt.deadline,
            invoked_arn=request.invoked_arn,
        )
        self._run(attempt, "invoke", invocation)

    # -- segments ------------------------------------------------------------------------------------------

    def _set_deadline(self, attempt: Attempt, span: int) -> None:
        if attempt.timer is not None:
            self.port.kernel.cancel(attempt.timer)
        attempt.deadline = self.port.kernel.now + span
        attempt.timer = self.port.kernel.at(attempt.deadline, self._deadline_passed, attempt)

    def resume_at(self, attempt: Attempt, time: int, kind: InboundKind) -> None:
        """Begin the attempt's next segment at a time, and no other one before it."""
        attempt.token += 1
        self.port.kernel.at(time, self._resumed, attempt, attempt.token, kind)

    @told(lambda attempt, *_: f"{attempt.environment.function.name} goes on")
    def _resumed(self, attempt: Attempt, token: int, kind: InboundKind) -> None:
        if token == attempt.token:
            self._run(attempt, kind)

    def _run(self, attempt: Attempt, kind: InboundKind, invocation: Invocation | None = None) -> None:
        kernel, environment = self.port.kernel, attempt.environment
        replies, environment.replies = tuple(environment.replies), []
        attempt.parked = False
        inbound = Inbound(
            now=kernel.now, kind=kind, deadline=attempt.deadline, invocation=invocation, replies=replies
        )
        outbound = self.port.environments.run(attempt.environment.uid, inbound)
        attempt.memory_used = max(attempt.memory_used, outbound.memory_used)
        for offset, text in outbound.lines:
            kernel.at(kernel.now + offset, self._line, attempt, text)
        attempt.token += 1
        end = min(kernel.now + outbound.cpu, attempt.deadline)
        kernel.at(end, self._segment_ended, attempt, attempt.token, outbound)

    @told(lambda attempt, _text: f"{attempt.environment.function.name} writes a log line")
    def _line(self, attempt: Attempt, text: str) -> None:
        environment = attempt.environment
        self.port.trace.emit(
            LineLogged,
            environment.function.arn,
            attempt.log_group,
            environment.stream if attempt.log_group else "",
            attempt.request.request_id,
            text,
            cause=attempt.cause,
        )

    @told(lambda attempt, *_: f"{attempt.environment.function.name} runs")
    def _segment_ended(self, attempt: Attempt, token: int, outbound: Outbound) -> None:
        if token != attempt.token:
            return
        kind = outbound.kind
        if kind == "sleep":
            self._park(attempt, outbound.until)
        elif kind == "call":
            self.calls.make(attempt, outbound)
            self._park(attempt, outbound.until)
        elif kind == "ready":
            self._ready(attempt)
        elif kind == "timeout" or outbound.status == "signal: segmentation fault":
            # Code that never returns is stopped by the engine; for the learner it runs until its deadline.
            # AWS notices a segmentation fault only then, too (facts 5.3).
            pass
        elif attempt.phase == "init":
            self._init_failed(attempt, outbound)
        else:
            self._end(attempt, outbound)

    def _ready(self, attempt: Attempt) -> None:
        attempt.environment.ready = True
        self._initialised(attempt, "success", "")
        self._invoke(attempt)

    def _init_failed(self, attempt: Attempt, outbound: Outbound) -> None:
        outcome = _OUTCOMES[outbound.kind]
        self._initialised(attempt, outcome, outbound.error_type or "Runtime.ExitError")
        if not attempt.started:
            self._begin_invocation(attempt)
        if outcome == "error":
            # The process said what is wrong and is no use; the next invocation starts another.
            self._reset(attempt, "init error")
        self._end(attempt, outbound)

    # -- waits ----------------------------------------------------------------------------------------------

    def _park(self, attempt: Attempt, until: int) -> None:
        """The code waits: for a time (0 for none), and for the answers to its calls."""
        attempt.parked = True
        if attempt.environment.replies:
            self.resume_at(attempt, self.port.kernel.now, "resume")
        elif 0 < until < attempt.deadline:
            # A wait that would pass the deadline is not entered: the deadline comes first.
            self.resume_at(attempt, max(until, self.port.kernel.now), "resume")

    # -- the end -------------------------------------------------------------------------------------------

    @told(lambda attempt: f"{attempt.environment.function.name} runs out of time")
    def _deadline_passed(self, attempt: Attempt) -> None:
        attempt.timer = None
        attempt.token += 1
        self._reset(attempt, "timeout")
        if attempt.phase == "init" and not attempt.suppressed:
            self._initialised(attempt, "timeout", "")
            self._initialise(attempt, suppressed=True)
            return
        if attempt.phase == "init":
            self._initialised(attempt, "timeout", "")
        seconds = attempt.environment.configuration.timeout
        self._finish(
            attempt,
            "timeout",
            "Sandbox.Timedout",
            _payload(attempt, "Sandbox.Timedout", f"Task timed out after {seconds}.00 seconds"),
        )

    def _end(self, attempt: Attempt, outbound: Outbound) -> None:
        outcome, error_type, payload = _OUTCOMES[outbound.kind], outbound.error_type, outbound.payload
        if outcome == "crash":
            error_type = "Runtime.ExitError"
            how = f"with error: {outbound.status}" if outbound.status else "without providing a reason"
            payload = _payload(attempt, error_type, f"Runtime exited {how}")
            self._reset(attempt, "crash")
        elif outcome == "success" and len(payload) > (limit := self.port.facts["invoke.response_max"]):
            outcome, error_type = "error", "Function.ResponseSizeTooLarge"
            text = f"Response payload size exceeded maximum allowed payload size ({limit} bytes)."
            payload = json.dumps({"errorMessage": text, "errorType": error_type}).encode()
        self._finish(attempt, outcome, error_type, payload)

    def _reset(self, attempt: Attempt, why: str) -> None:
        environment = attempt.environment
        environment.ready = False
        attempt.parked = False
        environment.life += 1
        environment.replies = []
        self.port.environments.reset(environment.uid)
        self.port.trace.emit(
            EnvironmentReset, environment.function.arn, environment.uid, why, cause=attempt.cause
        )

    def _finish(self, attempt: Attempt, outcome: str, error_type: str, payload: bytes) -> None:
        attempt.token += 1
        if attempt.timer is not None:
            self.port.kernel.cancel(attempt.timer)
            attempt.timer = None
        attempt.parked = False
        environment, request = attempt.environment, attempt.request
        environment.attempt = None
        duration = self.port.kernel.now - attempt.started
        ended = self.port.trace.emit(
            InvocationEnded,
            environment.function.arn,
            request.request_id,
            request.kind,
            attempt.number,
            environment.uid,
            outcome,
            duration,
            attempt.init,
            self._billed(duration, attempt.init),
            environment.configuration.memory,
            min(attempt.memory_used, environment.configuration.memory),
            error_type,
            payload,
            cause=attempt.cause,
        )
        self.concurrency.leave(environment.function)
        self.pools.give_back(environment)
        self.ending.attempt_ended(attempt, ended)

    def _billed(self, duration: int, init: int) -> int:
        """Milliseconds, rounded up to the billing step; INIT counts since 2025-08-01 (facts 2.2)."""
        counted = duration + (init if self.port.facts["billing.init"] else 0)
        step = self.port.facts["billing.step"] * MILLISECOND
        return -(-counted // step) * self.port.facts["billing.step"]  # type: ignore[no-any-return]


def _payload(attempt: Attempt, error_type: str, text: str) -> bytes:
    message = f"RequestId: {attempt.request.request_id} Error: {text}"
    return json.dumps({"errorType": error_type, "errorMessage": message}).encode()
