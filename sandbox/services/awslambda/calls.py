"""What the code of a function calls: other services, and the network; who calls, and how it is answered.

Several calls of one environment may be under way at once. An answer is handed over at once where the code
waits, and with the next thing that it is told otherwise: after the invocation, to what still runs there then.
"""

from __future__ import annotations

from typing import Any, Protocol

from sandbox.identity import Principal
from sandbox.kernel import Promise, told
from sandbox.runtime import Outbound
from sandbox.runtime.messages import InboundKind
from sandbox.services import tokens
from sandbox.services.awslambda.arguments import check_call
from sandbox.services.awslambda.model import Attempt, Environment
from sandbox.services.base import AwsError, Port


class Waits(Protocol):
    """Who waits for answers."""

    def resume_at(self, attempt: Attempt, time: int, kind: InboundKind) -> None:
        """Begin the attempt's next segment at a time, and no other one before it."""
        ...


class Calls:
    """The calls of all functions.

    Args:
        port: the world around.
        waits: who goes on when an answer is there.
    """

    def __init__(self, port: Port, waits: Waits) -> None:
        self.port = port
        self._waits = waits

    def principal(self, environment: Environment) -> Principal | None:
        """The function's session of its role; None when it may not take the role any more."""
        return self.port.role(
            environment.configuration.role,
            session=environment.function.name,
            service="lambda.amazonaws.com",
        )

    def make(self, attempt: Attempt, outbound: Outbound) -> None:
        """Make the call that a segment has ended with."""
        if outbound.service == "network":
            self._reach(attempt, outbound)
            return
        self.port.kernel.at(
            self.port.kernel.now + self.port.facts.us("sdk.call_latency"),
            self._call_arrived,
            attempt,
            attempt.environment.life,
            outbound,
        )

    @told(lambda attempt, _life, outbound: f"{attempt.environment.function.name} calls {outbound.service}")
    def _call_arrived(self, attempt: Attempt, life: int, outbound: Outbound) -> None:
        environment = attempt.environment
        if life != environment.life:
            return
        try:
            principal = self._caller(environment, outbound)
            check_call(outbound.service, outbound.operation, outbound.params)
            answer = self.port.call(
                outbound.service,
                outbound.operation,
                outbound.params,
                principal=principal,
                cause=attempt.cause,
                context={"lambda:SourceFunctionArn": environment.function.arn},
            )
        except AwsError as error:
            self._reply(environment, outbound.call, _refused(error))
            return
        if isinstance(answer, Promise):
            answer.then(self._answered, environment, life, outbound.call)
        else:
            self._reply(environment, outbound.call, {"ok": answer})

    def _caller(self, environment: Environment, outbound: Outbound) -> Principal:
        """Who calls: the function's role, or the session whose keys the code's client was given.

        Raises:
            AwsError: the keys are nobody's, or of a session that is over.
        """
        if outbound.key:
            session = self.port.holder(outbound.key, outbound.service)
            if session is None:
                raise tokens.invalid(outbound.service)
            return session
        role: Principal | None = self.principal(environment)
        if role is None:
            raise tokens.expired(outbound.service)
        return role

    def _reach(self, attempt: Attempt, outbound: Outbound) -> None:
        """The code's sockets want something of the network, which takes its own time for it."""
        environment = attempt.environment
        try:
            answer = self.port.reach(
                outbound.operation,
                outbound.params,
                principal=self.principal(environment),
                cause=attempt.cause,
                access_key=environment.access_key,
            )
        except AwsError as error:
            self._reply(environment, outbound.call, _refused(error))
            return
        if isinstance(answer, Promise):
            answer.then(self._answered, environment, environment.life, outbound.call)
        else:
            self._reply(environment, outbound.call, {"ok": answer})

    def _answered(self, promise: Promise, environment: Environment, life: int, call: int) -> None:
        if life != environment.life:
            return
        error = promise.error
        reply = _refused(error) if isinstance(error, AwsError) else {"ok": promise.value}
        self._reply(environment, call, reply)

    def _reply(self, environment: Environment, call: int, reply: dict[str, Any]) -> None:
        """Hand an answer to the code: at once where it waits, with what it is told next otherwise."""
        environment.replies.append((call, reply))
        attempt = environment.attempt
        if attempt is not None and attempt.parked:
            self._waits.resume_at(attempt, self.port.kernel.now, "resume")


def _refused(error: AwsError) -> dict[str, Any]:
    told_error = {"code": error.code, "message": error.message, "status": error.status, **error.fields}
    return {"error": told_error}
