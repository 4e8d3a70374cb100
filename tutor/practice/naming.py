"""What names in content stand for: variants, roles, ARNs, nonces, facts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from sandbox.facts import Facts
from tutor.course import Lab
from tutor.course.arns import arn
from tutor.course.model import Role

if TYPE_CHECKING:
    from sandbox import World
    from sandbox.services.awslambda.model import Function


class UnboundRoleError(Exception):
    """A role of the lab is played by nothing yet; the message says what is missing, to the learner.

    Args:
        message: what is missing.
        wanted: what would play the role, in words.
    """

    def __init__(self, message: str, wanted: str = "") -> None:
        super().__init__(message)
        self.wanted = wanted


class UnknownRoleError(UnboundRoleError):
    """The lab has no such role: nothing that a learner does will bind it."""


class Naming:
    """The names of one lab as one learner sees them.

    Args:
        lab: the lab, its roles in particular.
        variants: what was chosen for this learner.
        world: the world that roles are looked up in.
        nonce: of the probe in hand; "" outside of probes.
    """

    def __init__(self, lab: Lab, variants: Mapping[str, str], world: World, nonce: str = "") -> None:
        self.lab = lab
        self.variants = variants
        self.world = world
        self.nonce = nonce

    def value(self, name: str) -> str | None:
        """What a placeholder stands for; None for what is no placeholder of this lab."""
        kind, _, rest = name.partition(":")
        if kind == "arn" and rest:
            return arn(rest, self.world.cloud.account, self.world.cloud.region)
        if kind == "role" and rest:
            return self.played_by(rest)
        if kind == "fact" and rest:
            return Facts.load().text(rest)
        if name == "nonce":
            return self.nonce
        return self.variants.get(name)

    def played_by(self, role: str) -> str:
        """The name of the function, queue, bucket, table or IAM role that plays a role.

        Raises:
            UnboundRoleError: nothing does yet.
            UnknownRoleError: the lab has no such role.
        """
        from tutor.course import substitute

        spec = self._spec(role)
        if not spec.where:
            return substitute(spec.literal[0], self.value)
        if spec.where == "role_of":
            return self._execution_role(self.played_by(spec.function))
        return self.queues_of(role)[0]

    def _execution_role(self, name: str) -> str:
        function = self.function(name)
        if function is None:
            missing = f"there is no function {name}, so it has no execution role"
            raise UnboundRoleError(missing, f"a function {name} with an execution role")
        return function.latest.role.rsplit("/", 1)[1]

    def _spec(self, role: str) -> Role:
        if role not in self.lab.roles:
            raise UnknownRoleError(f"there is no role {role} in this lab")
        return self.lab.roles[role]

    def queues_of(self, role: str) -> list[str]:
        """The names of all queues that play a role: a dead-letter queue and a destination may both.

        Raises:
            UnboundRoleError: none does yet.
            UnknownRoleError: the lab has no such role.
        """
        spec = self._spec(role)
        if not spec.where:
            return [self.played_by(role)]
        owner = self.played_by(spec.function)
        function = self.function(owner)
        config = function and function.event_invoke
        if spec.where == "on_success_of":
            what, targets = "successes", [config.on_success if config else ""]
        else:
            what = "failed events"
            targets = [
                function.active.dead_letter_target if function else "",
                config.on_failure if config else "",
            ]
        queues = [target.rsplit(":", 1)[1] for target in targets if target.split(":")[2:3] == ["sqs"]]
        if not queues:
            wanted = f"a queue that takes the {what} of {owner}"
            raise UnboundRoleError(f"{owner} has no queue for its {what}", wanted)
        return list(dict.fromkeys(queues))

    def function(self, name: str) -> Function | None:
        """The function of that name, or None."""
        from sandbox.services.awslambda import LambdaService

        service = self.world.cloud.services["lambda"]
        assert isinstance(service, LambdaService)
        return service.functions.get(name)
