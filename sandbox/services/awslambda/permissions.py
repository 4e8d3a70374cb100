"""The function policy: who may invoke or manage a function (facts 8.2).

`AddPermission` writes one Allow statement, `RemovePermission` takes one away; the policy goes with its last
statement. IAM reads it through `LambdaService.resource_policy` whenever somebody asks for the function.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from sandbox.identity import Document, account_of, renamed
from sandbox.services.awslambda import arguments
from sandbox.services.awslambda.base import LambdaState
from sandbox.services.awslambda.errors import conflict, invalid, not_found, precondition_failed
from sandbox.services.awslambda.model import LATEST, Function
from sandbox.services.base import AwsError, Call, operation
from sandbox.services.principals import is_service

_NO_SUCH = "The resource you requested does not exist."
_REVISION = (
    "The Revision Id provided does not match the latest Revision Id. Call the GetPolicy API to retrieve the "
    "latest Revision Id"
)
"""LS:test_lambda_permission_fn_versioning: a policy has had a revision of its own since 2025."""
_ALIAS = re.compile(r"(?!^[0-9]+$)[a-zA-Z0-9-_]+")
_ACCOUNT = re.compile(r"\d{12}", re.ASCII)
_IAM_ARN = re.compile(r"arn:aws[a-zA-Z-]*:(iam|sts)::\d{12}:(root|(user|role|assumed-role)/.+)", re.ASCII)
_NO_PRINCIPAL = "The provided principal was invalid. Please check the principal and try again."
_CONDITIONS = (
    ("SourceAccount", "StringEquals", "AWS:SourceAccount"),
    ("FunctionUrlAuthType", "StringEquals", "lambda:FunctionUrlAuthType"),
    ("PrincipalOrgID", "StringEquals", "aws:PrincipalOrgID"),
    ("EventSourceToken", "StringEquals", "lambda:EventSourceToken"),
    ("InvokedViaFunctionUrl", "Bool", "lambda:InvokedViaFunctionUrl"),
    ("SourceArn", "ArnLike", "AWS:SourceArn"),
)
"""Parameter, operator and condition key, in the order in which AWS writes them."""


class PermissionOperations(LambdaState):
    """AddPermission, GetPolicy, RemovePermission."""

    def resource_policy(self, arn: str) -> Document | None:
        """The policy of the function that an ARN names; None where it has none.

        A policy is the unqualified function's own: an ARN with a version or an alias is not covered by it.
        """
        head, _, name = arn.partition(":function:")
        function = self.functions.get(name)
        own = head == f"arn:aws:lambda:{self.port.region}:{self.port.account}"
        return function.policy if own and function is not None else None

    @operation("lambda:AddPermission", "function_arn")
    def add_permission(
        self,
        call: Call,
        *,
        FunctionName: str,
        StatementId: str,
        Action: str,
        Principal: str,
        Qualifier: str | None = None,
        RevisionId: str | None = None,
        **conditions: Any,
    ) -> dict[str, Any]:
        """AddPermission: one more Allow statement in the function's policy.

        A user or role is kept by its unique id, so that one who is made anew is somebody else. [SIM] Whether
        one of another account exists is not looked up.
        """
        del call
        given = {"StatementId": StatementId, "Action": Action, "Principal": Principal, **conditions}
        arguments.check_constraints("AddPermission", given | {"Qualifier": Qualifier})
        if Qualifier == LATEST:
            raise invalid("We currently do not support adding policies for $LATEST.")
        function = self._owner(FunctionName, Qualifier)
        statements = _statements(function)
        if RevisionId is not None and RevisionId != function.policy_revision:
            raise precondition_failed(_REVISION)
        if StatementId in {statement["Sid"] for statement in statements}:
            raise conflict(
                f"The statement id ({StatementId}) provided already exists. "
                "Please provide a new statement id, or remove the existing statement."
            )
        statement = {
            "Sid": StatementId,
            "Effect": "Allow",
            "Principal": _principal(Principal),
            "Action": Action,
            "Resource": function.arn,
            **_condition(conditions),
        }
        self._put(function, [*statements, statement | {"Principal": self._kept(statement["Principal"])}])
        return {"Statement": _text(statement)}

    @operation("lambda:GetPolicy", "function_arn")
    def get_policy(self, call: Call, *, FunctionName: str, Qualifier: str | None = None) -> dict[str, Any]:
        """GetPolicy; what has no policy, or does not exist, is told in the same words."""
        del call
        arguments.check_constraints("GetPolicy", {"Qualifier": Qualifier})
        named = arguments.function_name(FunctionName, self.port.region)
        function = self._of(named)
        if function is None or function.policy is None or (Qualifier or named.qualifier) != LATEST:
            raise not_found(_NO_SUCH)
        shown = renamed(function.policy.raw, lambda name: self.port.arn_of(name) or name)
        return {"Policy": shown, "RevisionId": function.policy_revision}

    @operation("lambda:RemovePermission", "function_arn")
    def remove_permission(
        self,
        call: Call,
        *,
        FunctionName: str,
        StatementId: str,
        Qualifier: str | None = None,
        RevisionId: str | None = None,
    ) -> dict[str, Any]:
        """RemovePermission: takes one statement out of the function's policy."""
        del call
        arguments.check_constraints("RemovePermission", {"StatementId": StatementId, "Qualifier": Qualifier})
        named = arguments.function_name(FunctionName, self.port.region)
        if self._of(named) is None:
            raise not_found(f"No policy found for: {self._arn_of(named)}")
        function = self._owner(FunctionName, Qualifier)
        if function.policy is None:
            raise not_found("No policy is associated with the given resource.")
        statements = _statements(function)
        kept = [statement for statement in statements if statement["Sid"] != StatementId]
        if len(kept) == len(statements):
            raise not_found(f"Statement {StatementId} is not found in resource policy.")
        if RevisionId is not None and RevisionId != function.policy_revision:
            raise precondition_failed(_REVISION)
        self._put(function, kept)
        return {}

    def _owner(self, given: str, qualifier: str | None) -> Function:
        """The function whose policy is to be changed; versions and aliases are not here yet.

        Raises:
            AwsError: there is no such function, version or alias, in the words recorded for each.
        """
        named = arguments.function_name(given, self.port.region)
        if qualifier and named.qualifier not in {LATEST, qualifier}:
            raise invalid(
                "The derived qualifier from the function name does not match the specified qualifier."
            )
        function = self._of(named)
        wanted = qualifier or named.qualifier
        if function is None:
            raise not_found(f"Function not found: {self._arn_of(named)}")
        if wanted != LATEST:
            missing = "Cannot find alias arn" if _ALIAS.fullmatch(wanted) else "Function not found"
            raise not_found(f"{missing}: {function.arn}:{wanted}")
        return function

    def _kept(self, principal: str | dict[str, str]) -> str | dict[str, str]:
        """A Principal element as the policy keeps it: with unique ids of users and roles.

        Raises:
            AwsError: there is no such user or role in this account.
        """
        arn = principal.get("AWS", "") if isinstance(principal, dict) else ""
        if account_of(arn) != self.port.account or not arn.partition(":iam::")[2] or arn.endswith(":root"):
            return principal
        unique_id = self.port.unique_id(arn)
        if not unique_id:
            raise invalid(_NO_PRINCIPAL)
        return {"AWS": unique_id}

    def _put(self, function: Function, statements: list[dict[str, Any]]) -> None:
        text = _text({"Version": "2012-10-17", "Id": "default", "Statement": statements})
        most: int = self.port.facts["lambda.policy_max"]
        if len(text.encode()) > most:
            raise AwsError(
                "PolicyLengthExceededException",
                f"The final policy size ({len(text.encode())}) is bigger than the limit ({most}).",
                400,
                Type="User",
            )
        function.policy = Document.parse(text, "resource") if statements else None
        function.policy_revision = self.port.kernel.uuid("policy revision") if statements else ""
        self.port.policies_changed()


def _statements(function: Function) -> list[dict[str, Any]]:
    """The statements of a function's policy, as they were written."""
    if function.policy is None:
        return []
    statements: list[dict[str, Any]] = json.loads(function.policy.raw)["Statement"]
    return statements


def _text(value: Mapping[str, Any]) -> str:
    return json.dumps(value, separators=(",", ":"))


def _principal(given: str) -> str | dict[str, str]:
    """The Principal element for a service, an account, a user or role, or everybody.

    Raises:
        AwsError: it is none of these.
    """
    if given == "*":
        return given
    if is_service(given):
        return {"Service": given}
    if _ACCOUNT.fullmatch(given):
        return {"AWS": f"arn:aws:iam::{given}:root"}
    if _IAM_ARN.fullmatch(given):
        return {"AWS": given}
    raise invalid(_NO_PRINCIPAL)


def _condition(given: Mapping[str, Any]) -> dict[str, Any]:
    """The Condition element; empty without one."""
    found: dict[str, dict[str, str]] = {}
    for parameter, operator, key in _CONDITIONS:
        value = given.get(parameter)
        if value not in {None, ""}:
            text = str(value).lower() if isinstance(value, bool) else str(value)
            found.setdefault(operator, {})[key] = text
    return {"Condition": found} if found else {}
