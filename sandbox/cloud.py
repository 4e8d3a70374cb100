"""The engine's state: everything of a pretend AWS that a fork copies.

`Cloud` is the `Port` that services see of the world around them. It routes each call: who calls, may they,
what does the service answer. It knows nothing of journals, clients or terminals; that is `sandbox.world`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from botocore import xform_name

from sandbox.facts import Facts
from sandbox.identity import Decision, Document, Policies, Principal, Request, account_of, evaluate
from sandbox.kernel import SECOND, Kernel, Promise, as_datetime
from sandbox.load import LoadGenerator
from sandbox.network.outside import Host
from sandbox.network.reach import Network
from sandbox.runtime import Costs, Environments, EnvironmentSpec
from sandbox.runtime.tape import Tape
from sandbox.services import tokens
from sandbox.services.awslambda import model as awslambda
from sandbox.services.base import SOURCE_ADDRESS, AwsError, Call, OperationSpec, Service
from sandbox.services.dynamodb.model import Table
from sandbox.services.iam import IamService
from sandbox.services.iam.model import PolicyVersion
from sandbox.services.registry import SERVICES
from sandbox.services.s3.model import Bucket, Notification
from sandbox.services.sqs.model import Receiver, Redrive
from sandbox.services.sts import StsService
from sandbox.sharing import Frozen, Sharing, freeze
from sandbox.trace import ApiCalled, ApiFailed, PermissionDecided, Trace

ACCOUNT = "123456789012"
REGION = "us-east-1"

_DecisionKey = tuple[str, str, str, str, tuple[tuple[str, str], ...]]


class NotImplementedHereError(AwsError):
    """The operation exists at AWS and not here; the message names what there is."""

    def __init__(self, message: str) -> None:
        super().__init__("NotImplementedHere", message, 501)


class Cloud:
    """The services, the clock and the trace of one pretend AWS.

    Args:
        seed: of all random streams.
        profile: of the facts, "today" or "2019".
        account_limit: concurrent executions of the account; None for the fact's value.
        start: microseconds since the epoch at which the clock starts.
    """

    account = ACCOUNT
    region = REGION

    def __init__(self, *, seed: int, profile: str, account_limit: int | None, start: int) -> None:
        self.facts = Facts.load(profile)
        self.kernel = Kernel(start, seed)
        self.trace = Trace(self.kernel)
        self.account_limit = account_limit or self.facts["concurrency.account_limit"]
        self.environments = Environments(costs=Costs.of(self.facts))
        self.network = Network(self)
        self._decisions: dict[_DecisionKey, Decision] = {}
        self._sessions: dict[tuple[str, str, str], Principal | None] = {}
        self.services: dict[str, Service] = {kind.name: kind(self) for kind in SERVICES}
        self.iam = cast(IamService, self.services["iam"])
        self.sts = cast(StsService, self.services["sts"])
        self.administrator = self.iam.seed_administrator()
        self.load = LoadGenerator(self, self.administrator)

    # -- calls ---------------------------------------------------------------------------------------------

    def call(
        self,
        service: str,
        operation: str,
        params: dict[str, Any],
        *,
        principal: Principal,
        cause: int,
        context: Mapping[str, str] | None = None,
        request_id: str = "",
    ) -> dict[str, Any] | Promise:
        """Call an operation under a principal; see `Port.call`. The request gets an id if it has none."""
        target, method = self._find(service, operation)
        target.check(operation, params)
        spec: OperationSpec = method.spec
        resource = "*" if spec.resource == "*" else getattr(target, spec.resource)(params)
        if own := target.conditions(operation, params):
            context = {**(context or {}), **own}
        request_id = request_id or self.kernel.uuid("request id")
        called = self.trace.emit(
            ApiCalled, resource, principal.arn, service, operation, request_id, cause=cause
        )
        failed = (resource, principal.arn, service, operation, request_id, called.seq)
        try:
            if principal.account == self.account and not self.iam.is_there(principal):
                raise tokens.invalid(service)
            if spec.action is not None:
                decision = self.authorize(principal, spec.action, resource, cause=called.seq, context=context)
                if not decision.allowed:
                    request = self.request(principal, spec.action, resource, context)
                    raise target.denied(operation, request, decision)
            reply = method(Call(principal, request_id, called.seq, context or {}), **params)
        except AwsError as error:
            self._failed(error, *failed)
            raise
        if isinstance(reply, Promise):
            reply.then(self._settled, *failed)
            return reply
        return cast(dict[str, Any], reply)

    def _find(self, service: str, operation: str) -> tuple[Service, Any]:
        target = self.services.get(service)
        if target is None:
            there = ", ".join(sorted(self.services))
            raise NotImplementedHereError(f"{service} is not implemented here. Implemented: {there}.")
        method = getattr(target, xform_name(operation), None)
        if not hasattr(method, "spec"):
            there = ", ".join(operations_of(target))
            raise NotImplementedHereError(
                f"{service} {operation} is not implemented here. Implemented: {there}."
            )
        return target, method

    def _settled(self, promise: Promise, *failed: Any) -> None:
        if isinstance(promise.error, AwsError):
            self._failed(promise.error, *failed)

    def _failed(
        self,
        error: AwsError,
        resource: str,
        principal: str,
        service: str,
        operation: str,
        request_id: str,
        cause: int,
    ) -> None:
        self.trace.emit(
            ApiFailed,
            resource,
            principal,
            service,
            operation,
            request_id,
            error.code,
            error.message,
            cause=cause,
        )

    def reach(
        self,
        operation: str,
        params: Mapping[str, Any],
        *,
        principal: Principal | None,
        cause: int,
        access_key: str,
    ) -> dict[str, Any] | Promise:
        """What code of a function wants of the network; see `Port.reach`."""
        return self.network.reach(operation, params, principal=principal, cause=cause, access_key=access_key)

    # -- identity ------------------------------------------------------------------------------------------

    def authorize(
        self,
        principal: Principal,
        action: str,
        resource: str,
        *,
        cause: int,
        context: Mapping[str, str] | None = None,
    ) -> Decision:
        """Ask IAM; see `Port.authorize`. Denials are traced each time, allowances when they are new."""
        given = tuple(sorted((context or {}).items()))
        # Somebody who was made anew has the same ARN, and is somebody else.
        key = (principal.arn, principal.unique_id, action, resource, given)
        decision = self._decisions.get(key)
        new = decision is None
        if decision is None:
            policies = self.policies(principal, resource)
            decision = evaluate(self.request(principal, action, resource, context), policies)
            if not _looks_at_the_clock(policies):
                self._decisions[key] = decision
        if new or not decision.allowed:
            self.trace.emit(
                PermissionDecided,
                resource,
                principal.arn,
                action,
                decision.allowed,
                decision.reason,
                given,
                cause=cause,
            )
        return decision

    def request(
        self,
        principal: Principal,
        action: str,
        resource: str,
        context: Mapping[str, str] | None = None,
        time: int | None = None,
    ) -> Request:
        """A request as IAM sees it, with the condition keys that every request has.

        Args:
            principal: who asks.
            action: what for.
            resource: of what.
            context: the keys that are the caller's own.
            time: when, microseconds since the epoch; now when None.
        """
        moment = self.kernel.now if time is None else time
        keys = {
            "aws:CurrentTime": f"{as_datetime(moment):%Y-%m-%dT%H:%M:%SZ}",
            "aws:EpochTime": str(moment // SECOND),
            "aws:RequestedRegion": self.region,
            "aws:ResourceAccount": (owner := self._owner(resource)),
            "aws:SecureTransport": "true",
        }
        if (service := self.services.get(action.partition(":")[0])) is not None:
            keys.update(service.condition_keys)
        if principal.kind != "service":
            keys["aws:SourceIp"] = SOURCE_ADDRESS
        if action.startswith("lambda:") and ":function:" in resource:
            keys["lambda:FunctionArn"] = resource
        return Request(principal, action, resource, {**keys, **(context or {})}, owner)

    def _owner(self, resource: str) -> str:
        """The account that a resource belongs to; what has no ARN is this account's."""
        parts = resource.split(":", 3)
        service = self.services.get(parts[2]) if len(parts) > 3 else None
        return account_of(resource) or self.account if service is None else service.owner(resource)

    def policies(self, principal: Principal, resource: str) -> Policies:
        """All policies that bear on a principal's request for a resource."""
        policies = self.iam.policies_of(principal)
        parts = resource.split(":", 3)
        owner = self.services.get(parts[2]) if len(parts) > 3 else None
        if owner is None or (document := owner.resource_policy(resource)) is None:
            return policies
        return Policies(
            identity=policies.identity,
            resource=document,
            boundary=policies.boundary,
            session=policies.session,
        )

    def who(self, arn: str) -> Principal | None:
        """Who an ARN of the trace is today: user, role, a session of one, or a service of AWS's.

        Returns:
            None when they are gone.
        """
        return self.iam.principal(arn) if arn.startswith("arn:") else Principal(arn, "service", "", "")

    def role(self, arn: str, *, session: str, service: str) -> Principal | None:
        """A service's session of a role; see `Port.role`."""
        if service.startswith("arn:"):
            # What users and sessions may assume hangs on themselves, too.
            return self.iam.session(arn, session, service)
        key = (arn, session, service)
        if key not in self._sessions:
            self._sessions[key] = self.iam.session(arn, session, service)
        return self._sessions[key]

    def holder(self, key: str, service: str) -> Principal | None:
        """Whose temporary key that is; see `Port.holder`."""
        known = self.sts.holder(key)
        if known is None:
            return None
        if known.over:
            raise tokens.expired(service)
        if not self.iam.is_there(known.session):
            raise tokens.invalid(service)
        return known.session

    def unique_id(self, arn: str) -> str:
        """The unique id of a user or role; see `Port.unique_id`."""
        return self.iam.unique_id(arn)

    def arn_of(self, unique_id: str) -> str:
        """The ARN of a user or role; see `Port.arn_of`."""
        return self.iam.arn_of(unique_id)

    def policies_changed(self) -> None:
        """Forget remembered decisions and sessions; see `Port.policies_changed`."""
        self._decisions.clear()
        self._sessions.clear()

    # -- copies --------------------------------------------------------------------------------------------

    def freeze(self) -> Frozen:
        """The state of this instant. What thaws from it shares nothing mutable with this cloud, and restores
        running code when it is needed.
        """
        return freeze(self, _SHARING)

    def copy(self) -> Cloud:
        """A copy that shares nothing mutable with this one; running code is restored when it is needed."""
        return cast(Cloud, self.freeze().thaw())


# What grows with the length of a session, and what is large and never changes.
_SHARING = Sharing(
    immutable=(
        Document,
        EnvironmentSpec,
        Host,
        Notification,
        PolicyVersion,
        Principal,
        Receiver,
        Redrive,
        awslambda.Configuration,
        awslambda.EventInvokeConfig,
    ),
    lists={
        Bucket: ("objects",),
        Cloud: ("_decisions",),
        Table: ("items",),
        Tape: ("steps",),
        Trace: ("events",),
    },
    heavy=(Environments, awslambda.Function, awslambda.Request),
)


def operations_of(service: Service) -> list[str]:
    """The names, as boto3 spells its methods, of the operations that a service has."""
    return sorted(name for name in dir(type(service)) if hasattr(getattr(type(service), name), "spec"))


def _looks_at_the_clock(policies: Policies) -> bool:
    """Whether a decision by these policies may be another one later."""
    documents = [policy.document for policy in (*policies.identity, *policies.session)]
    documents += [policy.document for policy in (policies.boundary,) if policy is not None]
    documents += [policies.resource] if policies.resource is not None else []
    texts = [document.raw.lower() for document in documents]
    return any(key in text for text in texts for key in ("aws:currenttime", "aws:epochtime"))
