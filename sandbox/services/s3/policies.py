"""Bucket policies: what AWS takes, and how it keeps the principals that a policy names.

AWS's words are those in reports of users. [SIM] The order in which mistakes are told is our own.
"""

from __future__ import annotations

import re

from sandbox.identity import Document, PolicyError, Statement, account_of, renamed
from sandbox.identity.match import action_matcher
from sandbox.services.base import Port, not_here
from sandbox.services.principals import is_service
from sandbox.services.s3 import errors
from sandbox.services.s3.actions import (
    BUCKET_ACTIONS,
    KEYS,
    LISTING_ACTIONS,
    LISTING_KEYS,
    OBJECT_ACTIONS,
    OTHER_ACTIONS,
)

_ACCOUNT = re.compile(r"\d{12}", re.ASCII)
_ARN = re.compile(
    r"arn:aws:(iam|sts)::\d{12}:(root|(user|role|assumed-role|federated-user)/[^*?]+)", re.ASCII
)
_UNIQUE_ID = re.compile(r"(AIDA|AROA)[A-Z0-9]+")


def read(text: str, arn: str, port: Port) -> Document:
    """A bucket policy as it is kept: with the unique ids of the users and roles that it names.

    Args:
        text: the policy as it is given.
        arn: the bucket's, which all statements have to be about.
        port: knows who there is.

    Raises:
        AwsError: MalformedPolicy; NotImplementedHere.
    """
    if not text.lstrip().startswith("{"):
        raise errors.malformed_policy("Policies must be valid JSON and the first byte must be '{'")
    if len(text.encode()) > port.facts["s3.policy_max"]:
        raise errors.malformed_policy("Normalized policy document exceeds the maximum allowed size")
    try:
        document = Document.parse(text, "resource")
    except PolicyError as error:
        if text.replace(" ", "") == "{}":
            raise errors.malformed_policy("Missing required field Statement") from None
        raise errors.malformed_policy(error.why) from None
    for statement in document.statements:
        _check_principals(statement, port)
        _check_resources(statement, arn)
        _check_actions(statement)
        _check_keys(statement)
    kept = renamed(text, lambda name: port.unique_id(name) or name)
    return document if kept == text else Document.parse(kept, "resource")


def shown(document: Document, port: Port) -> str:
    """A bucket policy as AWS shows it: the unique id of who was deleted has no name to show."""
    return renamed(document.raw, lambda name: port.arn_of(name) or name)


def _check_principals(statement: Statement, port: Port) -> None:
    for kind, name in (*statement.principals, *statement.not_principals):
        if kind not in {"AWS", "Service"}:
            raise not_here(f"{kind} as a principal; there are AWS and Service")
        if not (is_service(name) if kind == "Service" else _is_there(name, port)):
            raise errors.malformed_policy("Invalid principal in policy", Detail=f'"{kind}" : "{name}"')


def _is_there(name: str, port: Port) -> bool:
    """Whether there is such an account, user or role. [SIM] Those of other accounts are all there."""
    if name == "*" or _ACCOUNT.fullmatch(name):
        return True
    if _UNIQUE_ID.fullmatch(name):
        return bool(port.arn_of(name))
    if _ARN.fullmatch(name) is None:
        return False
    ours = account_of(name) == port.account and ":iam::" in name and not name.endswith(":root")
    return not ours or bool(port.unique_id(name))


def _check_resources(statement: Statement, arn: str) -> None:
    for resource in (*statement.resources, *statement.not_resources):
        if resource.partition("/")[0] not in {arn, "*"}:
            raise errors.malformed_policy("Policy has invalid resource")


def _check_actions(statement: Statement) -> None:
    """Whether S3 has each action, and each is about some resource of the statement."""
    on = _actions_on(statement.resources)
    for action in (*statement.actions, *statement.not_actions):
        fits = action_matcher((action,))
        if action != "*" and not any(map(fits, (*OBJECT_ACTIONS, *BUCKET_ACTIONS, *OTHER_ACTIONS))):
            raise errors.malformed_policy("Policy has invalid action")
        if action in statement.actions and not any(map(fits, on)):
            raise errors.malformed_policy("Action does not apply to any resource(s) in statement")


def _actions_on(resources: tuple[str, ...]) -> tuple[str, ...]:
    """The actions that there are on patterns of ARNs; on none, which means NotResource, all of them."""
    whole = not resources or "*" in resources
    objects = OBJECT_ACTIONS if whole or any("/" in one for one in resources) else ()
    buckets = BUCKET_ACTIONS if whole or any("/" not in one for one in resources) else ()
    return objects + buckets


def _check_keys(statement: Statement) -> None:
    """Whether S3 has each condition key; AWS takes all that begin with aws:, known or not."""
    for condition in statement.conditions:
        key = condition.key.lower()
        family, _, tag = key.partition("/")
        if not key.startswith("aws:") and (f"{family}/" if tag else family) not in KEYS:
            raise errors.malformed_policy("Policy has an invalid condition key")
        listing = any(map(action_matcher(statement.actions or ("*",)), LISTING_ACTIONS))
        if key in LISTING_KEYS and not listing:
            message = "Conditions do not apply to combination of actions and resources in statement"
            raise errors.malformed_policy(message)
