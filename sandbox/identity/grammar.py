"""The grammar of policy documents: what AWS accepts, and its words for what it does not.

IAM looks in this order: syntax, version, "legacy parsing", Sids, actions, ARNs, action names, and what the
kind of policy needs. The words were read in recordings of real replies (moto's test_iam_policies) and in
reports of users; `why` says in plain words what is wrong, because "Syntax errors in policy." does not.
"""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Iterable, Iterator
from typing import Any, NoReturn

from sandbox.identity.conditions import moment, operator_names, parse_operator

CURRENT_VERSION = "2012-10-17"
VERSIONS = ("2008-10-17", CURRENT_VERSION)
PARTITIONS = (
    "*",
    "aws",
    "aws-cn",
    "aws-us-gov",
    "aws-iso",
    "aws-iso-b",
    "aws-iso-e",
    "aws-iso-f",
    "aws-eusc",
)

_TOP = ("Version", "Id", "Statement")
_ELEMENTS = (
    "Sid",
    "Effect",
    "Principal",
    "NotPrincipal",
    "Action",
    "NotAction",
    "Resource",
    "NotResource",
    "Condition",
)
_PRINCIPAL_TYPES = ("AWS", "Service", "Federated", "CanonicalUser")
_IAM_PATHS = (
    "user/",
    "federated-user/",
    "role/",
    "group/",
    "instance-profile/",
    "mfa/",
    "server-certificate/",
    "policy/",
    "sms-mfa/",
    "saml-provider/",
    "oidc-provider/",
    "report/",
    "access-report/",
)
_SID = re.compile(r"[0-9A-Za-z]*")
_VENDOR = re.compile(r"\*|[a-zA-Z0-9.-]+")
_AWS_PRINCIPAL = re.compile(
    r"\*|\d{12}|A[A-Z]{3}[A-Z0-9]{12,}|"
    r"arn:aws[a-z-]*:iam::\d{12}:(root|user/.+|role/.+)|"
    r"arn:aws[a-z-]*:sts::\d{12}:(assumed-role/[^/]+/.+|federated-user/.+)",
    re.ASCII,
)
_SYNTAX = "Syntax errors in policy."
_LEGACY = "The policy failed legacy parsing"


class PolicyError(ValueError):
    """A policy document that AWS would refuse.

    Args:
        message: AWS's message, for the error code MalformedPolicyDocument.
        why: what is wrong, in plain words.
    """

    def __init__(self, message: str, why: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.why = why or message

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.message, self.why)


def load(text: str) -> dict[str, Any]:
    """Read JSON as policies are written: an object, no element twice.

    Raises:
        PolicyError: when it is something else; `why` tells line and column.
    """
    try:
        data = json.loads(text, object_pairs_hook=_no_twins)
    except PolicyError:
        raise
    except json.JSONDecodeError as error:
        raise PolicyError(_SYNTAX, f"line {error.lineno}, column {error.colno}: {error.msg}") from None
    except RecursionError:
        raise PolicyError(_SYNTAX, "the brackets are nested too deeply") from None
    except ValueError:
        raise PolicyError(_SYNTAX, "a number has too many digits") from None
    if not isinstance(data, dict):
        _syntax("a policy is a JSON object, in curly brackets")
    return data


def _no_twins(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    seen: dict[str, Any] = {}
    for name, value in pairs:
        if name in seen:
            _syntax(f"{name} is there twice in one object")
        seen[name] = value
    return seen


def listed(value: Any) -> list[Any]:
    """A value that may be one or a list, as a list."""
    return value if isinstance(value, list) else [value]


def statements_of(data: dict[str, Any]) -> list[dict[str, Any]]:
    """The statements of a document that `check` has passed."""
    return listed(data["Statement"])


def check(data: dict[str, Any], kind: str) -> None:
    """Hold a document against the grammar.

    Args:
        data: the JSON object.
        kind: "identity", "trust" or "resource", or "" to tell it from the document: one without any
            Principal is an identity policy, any other is held to no rules of a kind.

    Raises:
        PolicyError: with AWS's message and the reason.
    """
    _check_syntax(data)
    statements = statements_of(data)
    if not kind and not any(_principals(statement) for statement in statements):
        kind = "identity"
    _check_version(data, kind)
    problems = list(_check_legacy(statements))
    _check_sids(statements, kind)
    for number, statement in enumerate(statements, 1):
        if statement.get("Action", statement.get("NotAction", [])) == []:
            raise PolicyError("Policy statement must contain actions.", f"statement {number} has no Action")
    if problems:
        raise PolicyError(problems[-1])  # AWS names the last one that it meets.
    for statement in statements:
        for action in _texts(statement, "Action", "NotAction"):
            _check_action(action)
    _check_kind(statements, kind)


def _syntax(why: str) -> NoReturn:
    raise PolicyError(_SYNTAX, why)


def _principals(statement: dict[str, Any]) -> bool:
    return "Principal" in statement or "NotPrincipal" in statement


def _texts(statement: dict[str, Any], *elements: str) -> Iterator[str]:
    for element in elements:
        yield from listed(statement.get(element, []))


def _known(name: str, names: Iterable[str], where: str) -> None:
    names = tuple(names)
    if name not in names:
        near = difflib.get_close_matches(name, names, 1)
        hint = f"; did you mean {near[0]}?" if near else ""
        _syntax(f"{where} there is no element {name}{hint}")


# -- syntax ------------------------------------------------------------------------------------------------


def _check_syntax(data: dict[str, Any]) -> None:
    for name in data:
        _known(name, _TOP, "in a policy")
    if data.get("Version", CURRENT_VERSION) not in VERSIONS:
        _syntax(f"Version is {data['Version']!r}, and must be {CURRENT_VERSION!r}, a date that never changes")
    if not isinstance(data.get("Id", ""), str):
        _syntax("Id must be a text")
    if not isinstance(data.get("Statement"), dict | list) or not data["Statement"]:
        _syntax("Statement is missing or empty")
    for number, statement in enumerate(statements_of(data), 1):
        if not isinstance(statement, dict):
            _syntax(f"statement {number} must be an object, in curly brackets")
        _check_statement(statement, f"statement {number}")


def _check_statement(statement: dict[str, Any], name: str) -> None:
    for element in statement:
        _known(element, _ELEMENTS, f"in {name}")
    for element in ("Action", "Resource", "Principal"):
        if element in statement and f"Not{element}" in statement:
            _syntax(f"{name} has both {element} and Not{element}")
    effect = statement.get("Effect")
    if not isinstance(effect, str) or effect.lower() not in {"allow", "deny"}:
        _syntax(f"{name}: Effect must be Allow or Deny")
    for element in ("Action", "NotAction", "Resource", "NotResource"):
        if not all(isinstance(value, str) for value in _texts(statement, element)):
            _syntax(f"{name}: {element} must be a text or a list of texts")
    if not isinstance(statement.get("Sid", ""), str):
        _syntax(f"{name}: Sid must be a text")
    for element in ("Principal", "NotPrincipal"):
        if element in statement:
            _check_principal(statement[element], f"{name}: {element}")
    _check_condition(statement.get("Condition", {}), name)


def _check_principal(value: Any, name: str) -> None:
    if value == "*":
        return
    if not isinstance(value, dict) or not value:
        _syntax(f'{name} must be "*" or an object such as {{"Service": "lambda.amazonaws.com"}}')
    for kind, who in value.items():
        _known(kind, _PRINCIPAL_TYPES, f"{name}:")
        if not listed(who) or not all(isinstance(one, str) for one in listed(who)):
            _syntax(f"{name}: {kind} must be a text or a list of texts")


def _check_condition(value: Any, name: str) -> None:
    if not isinstance(value, dict):
        _syntax(f"{name}: Condition must be an object")
    for operator, keys in value.items():
        if not isinstance(keys, dict):
            _syntax(f"{name}: {operator} must hold an object of condition keys")
        if keys and parse_operator(operator) is None:
            near = difflib.get_close_matches(operator, operator_names(), 1)
            hint = f"; did you mean {near[0]}?" if near else ""
            _syntax(f"{name}: there is no condition operator {operator}{hint}")
        for key, wanted in keys.items():
            if not all(isinstance(one, str | bool | int | float) for one in listed(wanted)):
                _syntax(f"{name}: the values of {key} must be texts, numbers or true and false")


# -- after syntax ------------------------------------------------------------------------------------------


def _check_version(data: dict[str, Any], kind: str) -> None:
    if kind in {"identity", "trust"} and data.get("Version") != CURRENT_VERSION:
        raise PolicyError(
            f"Policy document must be version {CURRENT_VERSION} or greater.",
            f'the policy needs "Version": "{CURRENT_VERSION}"',
        )


def _check_legacy(statements: list[dict[str, Any]]) -> Iterator[str]:
    """Raise what fails "legacy parsing"; yield what is wrong with ARNs, which AWS says later."""
    for number, statement in enumerate(statements, 1):
        if statement["Effect"] not in {"Allow", "Deny"}:
            raise PolicyError(
                _LEGACY, f"statement {number}: Effect is written Allow or Deny, with one capital"
            )
        for operator, keys in statement.get("Condition", {}).items():
            parsed = parse_operator(operator)
            if parsed is not None and parsed.base.startswith("Date"):
                _check_dates(keys, number)
    sound = True
    for statement in statements:
        # From the end of the alphabet, as recorded replies show.
        for resource in sorted(_texts(statement, "Resource", "NotResource"), reverse=True):
            problem = _resource_problem(resource)
            if problem:
                sound = False
                yield problem
            elif sound and resource != "*":
                _check_arn(resource)


def _check_dates(keys: dict[str, Any], number: int) -> None:
    for key, wanted in keys.items():
        for one in listed(wanted):
            if moment(str(one)) is None:
                raise PolicyError(_LEGACY, f"statement {number}: {key} has no date in {one!r}")


def _check_arn(resource: str) -> None:
    if (resource.count(":") < 5 and "::" in resource) or resource.split(":")[2] == "":
        raise PolicyError(_LEGACY, f"{resource} has too few parts: arn:partition:service:region:account:name")


def _resource_problem(resource: str) -> str:
    if resource == "*":
        return ""
    parts = resource.split(":", 5)
    if len(parts) == 1:
        return f'Resource {resource} must be in ARN format or "*".'
    if parts[1] not in PARTITIONS:
        rest = (parts[2:] + ["*"] * 4)[:4]
        return f'Partition "{parts[1]}" is not valid for resource "arn:{":".join([parts[1], *rest])}".'
    if len(parts) == 2 or "*" in parts[2] or "?" in parts[2]:
        return "Resource vendor must be fully qualified and cannot contain regexes."
    region = parts[3] if len(parts) > 3 else ""
    name = parts[5] if len(parts) == 6 else "*"
    if region not in {"", "*"}:
        if parts[2] == "iam":
            return f"IAM resource {resource} cannot contain region information."
        if parts[2] == "s3" and not name.startswith("accesspoint/"):
            return f"Resource {resource} can not contain region information."
    if parts[2] == "iam" and name != "*" and not name.startswith(_IAM_PATHS):
        return f'IAM resource path must either be "*" or start with {", ".join(_IAM_PATHS)}.'
    return ""


def _check_sids(statements: list[dict[str, Any]], kind: str) -> None:
    sids = [statement["Sid"] for statement in statements if statement.get("Sid")]
    for sid in sids:
        if kind in {"identity", "trust"} and not _SID.fullmatch(sid):
            raise PolicyError(
                "Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the regular "
                "expression [0-9A-Za-z]*",
                f"the Sid {sid!r} has other characters than letters and digits",
            )
        # A bucket policy may have two statements of the same name. [SIM] So may those of other resources.
        if kind != "resource" and sids.count(sid) > 1:
            raise PolicyError(
                "Statement IDs (SID) in a single policy must be unique.", f"the Sid {sid!r} is there twice"
            )


def _check_action(action: str) -> None:
    if action == "*":
        return
    vendor, colon, rest = action.partition(":")
    if not colon:
        raise PolicyError(
            "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.",
            f"the action {action!r} lacks its service: write service:Action, such as sqs:SendMessage",
        )
    if ":" in rest:
        raise PolicyError(
            "Actions/Condition can contain only one colon.", f"the action {action!r} has two colons"
        )
    if not _VENDOR.fullmatch(vendor):
        raise PolicyError(f"Vendor {vendor} is not valid", f"{vendor!r} in {action!r} is not a service")


# -- rules of a kind ---------------------------------------------------------------------------------------


def _check_kind(statements: list[dict[str, Any]], kind: str) -> None:
    for number, statement in enumerate(statements, 1):
        if kind == "trust":
            _check_trust(statement, number)
            continue
        if kind == "identity" and _principals(statement):
            raise PolicyError(
                "Policy document should not specify a principal.",
                f"statement {number} names a Principal; a policy of a user or role is about its owner",
            )
        if kind == "resource" and not _principals(statement):
            raise PolicyError("Missing required field Principal", f"statement {number} says not who")
        if kind and not statement.get("Resource") and not statement.get("NotResource"):
            raise PolicyError(
                "Policy statement must contain resources.", f"statement {number} has no Resource"
            )


def _check_trust(statement: dict[str, Any], number: int) -> None:
    if not _principals(statement):
        raise PolicyError(
            "Missing required field Principal", f"statement {number} says not who may assume the role"
        )
    if not all(action.lower().startswith("sts:") for action in _texts(statement, "Action", "NotAction")):
        raise PolicyError(
            "AssumeRole policy may only specify STS AssumeRole actions.",
            f"statement {number}: a trust policy is about assuming the role, so write sts:AssumeRole",
        )
    if "Resource" in statement or "NotResource" in statement:
        raise PolicyError(
            "Has prohibited field Resource.", f"statement {number}: the role itself is the resource"
        )
    for element in ("Principal", "NotPrincipal"):
        named = statement.get(element, {})
        for kind, values in ({"AWS": "*"} if named == "*" else named).items():
            for value in listed(values):
                _check_trusted(kind, value)


def _check_trusted(kind: str, value: str) -> None:
    if kind == "AWS" and not _AWS_PRINCIPAL.fullmatch(value):
        raise PolicyError(
            f'Invalid principal in policy: "AWS":"{value}"',
            f"{value!r} is no account and no ARN of a user or role",
        )
    if kind == "Service" and not value.endswith((".amazonaws.com", ".amazonaws.com.cn")):
        raise PolicyError(
            f'Invalid principal in policy: "SERVICE":"{value}"',
            f"{value!r} is no service such as lambda.amazonaws.com",
        )
