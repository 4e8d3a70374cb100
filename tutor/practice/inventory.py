"""What there is in a world, as AWS's own list and get operations tell it: for saying what has changed.

Each service has one function here, which asks the service and names its resources. A new service needs one
more, and its line in `_SERVICES`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any, Protocol

from sandbox import World
from sandbox.services.base import AwsError

Resource = tuple[str, dict[str, Any]]
"""A kind and a name ("function worker"), and what AWS says of it."""


class Ask(Protocol):
    """Calls an operation as the administrator."""

    def __call__(self, operation: str, /, **params: Any) -> dict[str, Any]:
        """The reply; empty where AWS answers with an error: there is no such thing."""


def inventory(world: World) -> dict[str, dict[str, Any]]:
    """Every resource of a world, described: "function worker" -> what AWS says of it.

    Args:
        world: a fork, which is thrown away afterwards: questions leave traces in a world.
    """
    cloud = world.cloud
    found: dict[str, dict[str, Any]] = {}
    for service, described in _SERVICES.items():
        if service in cloud.services:

            def ask(operation: str, /, *, service: str = service, **params: Any) -> dict[str, Any]:
                try:
                    reply = cloud.call(service, operation, params, principal=cloud.administrator, cause=0)
                except AwsError:
                    return {}
                return reply if isinstance(reply, dict) else {}

            found.update(described(ask))
    return found


_PASSING = (
    "LastModified",
    "RevisionId",
    "State",
    "StateReason",
    "StateReasonCode",
    "LastUpdateStatus",
    "LastUpdateStatusReason",
    "LastUpdateStatusReasonCode",
    "FunctionArn",
    "CodeSize",
)
"""What changes by itself, or with something that is told anyway."""


def _functions(ask: Ask) -> Iterator[Resource]:
    for listed in ask("ListFunctions").get("Functions", []):
        name = listed["FunctionName"]
        told = {key: value for key, value in listed.items() if key not in _PASSING}
        told.update(ask("GetFunctionConcurrency", FunctionName=name))
        retries = ask("GetFunctionEventInvokeConfig", FunctionName=name)
        told["asynchronous"] = {
            key: value for key, value in retries.items() if key not in ("FunctionArn", "LastModified")
        }
        told["policy"] = _statements(ask("GetPolicy", FunctionName=name).get("Policy"))
        yield f"function {name}", told


def _identities(ask: Ask) -> Iterator[Resource]:
    for kind in ("Role", "User"):
        for listed in ask(f"List{kind}s").get(f"{kind}s", []):
            who = {f"{kind}Name": listed[f"{kind}Name"]}
            told: dict[str, Any] = {"trust policy": _statements(listed.get("AssumeRolePolicyDocument"))}
            for policy in ask(f"List{kind}Policies", **who).get("PolicyNames", []):
                document = ask(f"Get{kind}Policy", **who, PolicyName=policy).get("PolicyDocument")
                told[f"inline policy {policy}"] = _statements(document)
            for policy in ask(f"ListAttached{kind}Policies", **who).get("AttachedPolicies", []):
                told[f"managed policy {policy['PolicyName']}"] = "attached"
            yield f"{kind.lower()} {listed[f'{kind}Name']}", told
    for listed in ask("ListPolicies", Scope="Local").get("Policies", []):
        version = ask("GetPolicyVersion", PolicyArn=listed["Arn"], VersionId=listed["DefaultVersionId"]).get(
            "PolicyVersion", {}
        )
        yield f"policy {listed['PolicyName']}", {"document": _statements(version.get("Document"))}


def _queues(ask: Ask) -> Iterator[Resource]:
    for url in ask("ListQueues").get("QueueUrls", []):
        attributes = ask("GetQueueAttributes", QueueUrl=url, AttributeNames=["All"]).get("Attributes", {})
        told = {
            key: value
            for key, value in attributes.items()
            if not key.startswith("Approximate") and key not in ("LastModifiedTimestamp", "CreatedTimestamp")
        }
        for key in ("Policy", "RedrivePolicy", "RedriveAllowPolicy"):
            if key in told:
                told[key] = _statements(told[key])
        yield f"queue {url.rsplit('/', 1)[-1]}", told


def _groups(ask: Ask) -> Iterator[Resource]:
    for listed in ask("DescribeLogGroups").get("logGroups", []):
        told = {key: listed[key] for key in ("retentionInDays",) if key in listed}
        yield f"log group {listed['logGroupName']}", told


def _buckets(ask: Ask) -> Iterator[Resource]:
    for listed in ask("ListBuckets").get("Buckets", []):
        bucket = {"Bucket": listed["Name"]}
        notifications = ask("GetBucketNotificationConfiguration", **bucket)
        notifications.pop("ResponseMetadata", None)
        keys = [entry["Key"] for entry in ask("ListObjectsV2", **bucket).get("Contents", [])]
        told = {"notifications": notifications, "objects": dict.fromkeys(keys, "there")}
        told["policy"] = _statements(ask("GetBucketPolicy", **bucket).get("Policy"))
        yield f"bucket {listed['Name']}", told


def _tables(ask: Ask) -> Iterator[Resource]:
    for name in ask("ListTables").get("TableNames", []):
        told = ask("DescribeTable", TableName=name).get("Table", {})
        kept = ("KeySchema", "AttributeDefinitions", "BillingModeSummary", "StreamSpecification")
        yield f"table {name}", {key: told[key] for key in kept if key in told}


def _statements(document: Any) -> Any:
    """A policy by its statements' ids, so that one more or less is told as that; other JSON as it is."""
    plain = json.loads(document) if isinstance(document, str) else document
    statements = plain.get("Statement") if isinstance(plain, dict) else None
    if statements is None:
        return plain or {}
    listed = statements if isinstance(statements, list) else [statements]
    return {
        f"statement {statement.get('Sid') or number}": {k: v for k, v in statement.items() if k != "Sid"}
        for number, statement in enumerate(listed, 1)
    }


_SERVICES: dict[str, Callable[[Ask], Iterator[Resource]]] = {
    "lambda": _functions,
    "iam": _identities,
    "sqs": _queues,
    "s3": _buckets,
    "dynamodb": _tables,
    "logs": _groups,
}
