"""What every service of the pretend AWS is made of.

A service is a class with one method per API operation, named as boto3 names it, taking AWS's parameters as
keywords and returning the reply as a dict; `@operation` says which IAM action and which resource a caller
needs. Errors are one family, `AwsError`. Services never import each other: they meet through `Port.call`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, ClassVar, NamedTuple, Protocol, TypeVar

from sandbox.facts import Facts
from sandbox.identity import Decision, Document, Principal, Request, account_of, denied_message
from sandbox.kernel import Kernel, Promise
from sandbox.runtime import Environments
from sandbox.trace import Trace

SOURCE_ADDRESS = "203.0.113.10"
"""[SIM] Where everybody outside of AWS calls from: an address kept for documentation."""


class AwsError(Exception):
    """What AWS would answer instead of a result.

    Args:
        code: AWS's error code, as a client sees it in `Error.Code`.
        message: AWS's message, to the letter.
        status: the HTTP status.
        fields: further members of the error shape, such as Reason or Type.
    """

    def __init__(self, code: str, message: str, status: int = 400, **fields: Any) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.status = status
        self.fields = fields

    def __reduce__(self) -> tuple[Any, ...]:
        return _rebuild_error, (type(self), self.code, self.message, self.status, self.fields)


def _rebuild_error(
    kind: type[AwsError], code: str, message: str, status: int, fields: dict[str, Any]
) -> AwsError:
    return kind(code, message, status, **fields)


def not_here(what: str) -> AwsError:
    """501: something that AWS has and this simulator has not."""
    return AwsError("NotImplementedHere", f"not implemented here: {what}", 501)


def refuse(others: Mapping[str, Any]) -> None:
    """Say what AWS has and this simulator has not, rather than to ignore a parameter.

    Args:
        others: parameters that an operation does not know, by name; empty ones ask for nothing.

    Raises:
        AwsError: some parameter was given.
    """
    given = sorted(name for name, value in others.items() if not _empty(value))
    if given:
        raise not_here(f"parameter {', '.join(given)}")


def _empty(value: Any) -> bool:
    return value is None or value is False or value in ("", {}, [])


class Call(NamedTuple):
    """Who calls an operation, and why.

    Attributes:
        principal: whose permissions count.
        request_id: AWS's request id of this call.
        cause: `seq` of the trace event that led to the call; 0 for a command from outside.
        seen: the condition context of the request, keys in AWS's spelling (`aws:SourceArn`).
    """

    principal: Principal
    request_id: str
    cause: int
    seen: Mapping[str, str]


class Port(Protocol):
    """What a service may use of the world around it."""

    kernel: Kernel
    trace: Trace
    facts: Facts
    environments: Environments
    account: str
    region: str
    account_limit: int

    def call(
        self,
        service: str,
        operation: str,
        params: dict[str, Any],
        *,
        principal: Principal,
        cause: int,
        context: Mapping[str, str] | None = None,
    ) -> dict[str, Any] | Promise:
        """Call another service's operation under a principal: authorised and traced.

        Raises:
            AwsError: what that service, or its permissions, answer.
        """
        ...

    def authorize(
        self,
        principal: Principal,
        action: str,
        resource: str,
        *,
        cause: int,
        context: Mapping[str, str] | None = None,
    ) -> Decision:
        """Ask IAM, and trace the decision; raises nothing."""
        ...

    def role(self, arn: str, *, session: str, service: str) -> Principal | None:
        """The session that a service principal such as "lambda.amazonaws.com" gets of a role.

        None when there is no such role or its trust policy does not let the service in.
        """
        ...

    def reach(
        self,
        operation: str,
        params: Mapping[str, Any],
        *,
        principal: Principal | None,
        cause: int,
        access_key: str,
    ) -> dict[str, Any] | Promise:
        """What code of a function wants of the network: a name, a connection, a request.

        Args:
            operation: "Resolve", "Connect" or "Http".
            params: what its sockets have made of it, not trusted.
            principal: the function's session of its role; None when it may not take the role any more.
            cause: `seq` of the event that the code runs for.
            access_key: the id of the key that the code was given.

        Raises:
            AwsError: what the network says instead.
        """
        ...

    def holder(self, key: str, service: str) -> Principal | None:
        """Whose temporary key that is.

        Args:
            key: an access key's id.
            service: boto3's name of the one that is asked; decides how an error is called.

        Returns:
            The session that it was handed out to in this world; None for any other key.

        Raises:
            AwsError: that session is over.
        """
        ...

    def unique_id(self, arn: str) -> str:
        """The unique id (AIDA..., AROA...) of a user or role of this account; "" when there is none."""
        ...

    def arn_of(self, unique_id: str) -> str:
        """The ARN of the user or role that has a unique id; "" when there is none."""
        ...

    def policies_changed(self) -> None:
        """Say that some policy changed, so that remembered decisions are forgotten."""
        ...


class OperationSpec(NamedTuple):
    """What `@operation` says of a method.

    Attributes:
        action: the IAM action a caller needs, or None when none is needed.
        resource: name of the service's method that tells the ARN asked for from the parameters, or "*".
    """

    action: str | None
    resource: str


M = TypeVar("M", bound=Callable[..., Any])


def operation(action: str | None, resource: str = "*") -> Callable[[M], M]:
    """Mark a method as an API operation.

    Args:
        action: the IAM action that the caller needs, such as "sqs:SendMessage"; None for operations that
            everybody may call.
        resource: "*", or the name of a method of the service that takes the parameters (a dict) and
            returns the ARN that permission is asked for. It must not fail: for a resource that does not
            exist it returns the ARN that the resource would have.
    """

    def mark(method: M) -> M:
        method.spec = OperationSpec(action, resource)  # type: ignore[attr-defined]
        return method

    return mark


class Service:
    """The base of all services. `name` is boto3's client name."""

    name: ClassVar[str]
    denied_code: ClassVar[str] = "AccessDeniedException"
    """AWS's code for a refused call; the query services say AccessDenied."""
    condition_keys: ClassVar[Mapping[str, str]] = {}
    """The condition keys of this service's own that every request to it has."""

    def __init__(self, port: Port) -> None:
        self.port = port

    def resource_policy(self, arn: str) -> Document | None:
        """The resource-based policy of one of this service's resources, or None when it has none."""
        del arn
        return None

    def owner(self, arn: str) -> str:
        """The account that one of this service's resources belongs to; one whose ARN names none is ours."""
        return account_of(arn) or self.port.account

    def check(self, operation: str, params: Mapping[str, Any]) -> None:
        """Refuse a request that could not be sent to this service at all, before anybody hears of it.

        Args:
            operation: AWS's name of the operation that is called.
            params: its parameters.

        Raises:
            AwsError: what the service's front door answers.
        """
        del operation, params

    def conditions(self, operation: str, params: Mapping[str, Any]) -> Mapping[str, str]:
        """The condition keys of this service's own that a request has, beside those that its caller gives.

        Args:
            operation: AWS's name of the operation that is called.
            params: its parameters.
        """
        del operation, params
        return {}

    def denied(self, operation: str, request: Request, decision: Decision) -> AwsError:
        """What this service answers to who may not.

        Args:
            operation: AWS's name of the operation that was called.
            request: what was asked of IAM.
            decision: IAM's answer.
        """
        del operation
        return AwsError(self.denied_code, denied_message(request, decision), 403)

    def arn(self, resource: str) -> str:
        """The ARN of one of this service's resources in the world's account and Region."""
        return f"arn:aws:{self.name}:{self.port.region}:{self.port.account}:{resource}"
