"""The environments of each function: which one serves, which are idle, when the idle ones end."""

from __future__ import annotations

from sandbox.kernel import as_datetime
from sandbox.services.awslambda.model import LATEST, Environment, Function
from sandbox.services.base import AwsError, Port
from sandbox.trace import EnvironmentCreated, EnvironmentReaped


class Pools:
    """Idle environments per function, most recently used first out; one expiry timer per pool."""

    def __init__(self, port: Port) -> None:
        self.port = port
        self._idle: dict[str, list[Environment]] = {}
        self._armed: set[str] = set()

    def ready(self, function: Function) -> bool:
        """Whether an invocation can have an environment: one that waits, or a new one under the role.

        [SIM] A new one is refused while Lambda cannot assume the function's role; one that is there goes on.
        """
        if any(one.configuration is function.active for one in self._idle.get(function.uid, ())):
            return True
        role = function.active.role
        return self.port.role(role, session=function.name, service="lambda.amazonaws.com") is not None

    def take(self, function: Function, cause: int) -> tuple[Environment, bool]:
        """An environment for one invocation.

        Returns:
            The environment, and whether it had to be made (a cold start).
        """
        idle = self._idle.get(function.uid, [])
        while idle:
            environment = idle.pop()
            if environment.configuration is function.active:
                return environment, False
            self._end(environment, "updated")
        return self._create(function, cause), True

    def _create(self, function: Function, cause: int) -> Environment:
        uid = f"{self.port.kernel.stream('environment').getrandbits(128):032x}"
        day = as_datetime(self.port.kernel.now)
        stream = f"{day:%Y/%m/%d}/[{LATEST}]{uid}"
        environment = Environment(uid, function, function.active, stream)
        event = self.port.trace.emit(
            EnvironmentCreated, function.arn, uid, LATEST, function.active.runtime, cause=cause
        )
        environment.group = self._open_stream(environment, event.seq)
        return environment

    def _open_stream(self, environment: Environment, cause: int) -> str:
        """Open the log stream under the function's role; "" when the role may not (facts 5.8)."""
        function, group = environment.function, environment.configuration.log_group
        principal = self.port.role(
            environment.configuration.role, session=function.name, service="lambda.amazonaws.com"
        )
        if principal is None:
            return ""
        names = {"logGroupName": group, "logStreamName": environment.stream}
        context = {"lambda:SourceFunctionArn": function.arn}
        try:
            self.port.call(
                "logs", "CreateLogStream", names, principal=principal, cause=cause, context=context
            )
        except AwsError as error:
            if error.code != "ResourceNotFoundException":
                return ""
        else:
            return group
        try:
            self.port.call(
                "logs",
                "CreateLogGroup",
                {"logGroupName": group},
                principal=principal,
                cause=cause,
                context=context,
            )
            self.port.call(
                "logs", "CreateLogStream", names, principal=principal, cause=cause, context=context
            )
        except AwsError:
            return ""
        return group

    def give_back(self, environment: Environment) -> None:
        """An invocation is over; the environment waits for the next one, unless it is out of date."""
        function = environment.function
        if function.deleted or environment.configuration is not function.active:
            self._end(environment, "deleted" if function.deleted else "updated")
            return
        environment.idle_since = self.port.kernel.now
        self._idle.setdefault(function.uid, []).append(environment)
        self._arm(function.uid)

    def retire(self, function: Function, why: str) -> None:
        """End the idle environments that do not fit the function any more, or all when it is deleted."""
        idle = self._idle.get(function.uid, [])
        stale = [e for e in idle if function.deleted or e.configuration is not function.active]
        ended = set(stale)
        self._idle[function.uid] = [e for e in idle if e not in ended]
        for environment in stale:
            self._end(environment, why)

    def _arm(self, uid: str) -> None:
        if uid not in self._armed and self._idle.get(uid):
            self._armed.add(uid)
            oldest = self._idle[uid][0].idle_since
            self.port.kernel.at(oldest + self._lifetime(), self._expire, uid, idle=True)

    def _expire(self, uid: str) -> None:
        # One timer per pool: it looks at all of them and is armed again for the oldest that is left.
        self._armed.discard(uid)
        limit = self.port.kernel.now - self._lifetime()
        idle = self._idle.get(uid, [])
        for environment in [e for e in idle if e.idle_since <= limit]:
            idle.remove(environment)
            self._end(environment, "idle")
        self._arm(uid)

    def _lifetime(self) -> int:
        return self.port.facts.us("environment.idle")

    def _end(self, environment: Environment, why: str) -> None:
        self.port.environments.close(environment.uid)
        self.port.trace.emit(EnvironmentReaped, environment.function.arn, environment.uid, why)
