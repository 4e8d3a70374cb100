"""Names of what is in a world, for completion: which option takes which, and how they are found.

They come from the reading operations of the services, asked beside the world's journal and trace: `quietly`
counts no call, moves no clock and checks no permission. `TAKES` says which kind of name a parameter takes,
`KINDS` which operation lists that kind.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from itertools import islice
from typing import TYPE_CHECKING, Any

import msgspec

from sandbox.console.catalogue import cli_name, service

if TYPE_CHECKING:
    from sandbox.world import World

Ask = Callable[[str, str, dict[str, Any]], dict[str, Any]]
"""Answers a reading operation, by boto3's names of service and method; `{}` when AWS would refuse it."""

Taken = Callable[[str, str], Collection[str]]
"""Which parameters, by AWS's names, an operation takes here; by boto3's names of service and method."""

REFUSED = "others"
"""What an operation calls the parameters that it refuses, all together; under another name it takes them."""

_MOST = 2000
"""How many names of a kind are looked at: more help nobody."""


def quietly(world: World) -> Ask:
    """Asks the services of a world for what they list, and leaves no trace of it.

    Args:
        world: it is asked as it is at each call, also after an undo.
    """

    def ask(name: str, method: str, params: dict[str, Any]) -> dict[str, Any]:
        from sandbox.services.base import AwsError, Call

        cloud = world.cloud
        operation: Any = getattr(cloud.services.get(name), method, None)
        if not hasattr(operation, "spec"):
            return {}
        try:
            reply: dict[str, Any] = operation(Call(cloud.administrator, "", 0, {}), **params)
        except AwsError:
            return {}
        return reply

    return ask


def taken(world: World) -> Taken:
    """Tells which parameters the operations of a world take; others are refused as not implemented here.

    Of an operation that hands on whatever it is given it tells none: that is looked at further down.
    """

    def parameters(name: str, method: str) -> Collection[str]:
        from inspect import Parameter, signature

        operation = getattr(world.cloud.services.get(name), method, None)
        if operation is None:
            return ()
        found = signature(operation).parameters.values()
        if any(each.kind is Parameter.VAR_KEYWORD and each.name != REFUSED for each in found):
            return ()
        return [parameter.name for parameter in found if parameter.kind is Parameter.KEYWORD_ONLY]

    return parameters


class Kind(msgspec.Struct, frozen=True):
    """How names of a kind are found.

    Attributes:
        service: boto3's name.
        operation: boto3's name of the operation that lists them.
        path: where they stand in its reply, in JMESPath.
        shown: what becomes of each; None shows it as it is.
        needs: the parameters that must be known, such as the bucket of a key.
        prefix: the parameter that takes how a name begins; "" for none.
    """

    service: str
    operation: str
    path: str
    shown: Callable[[str], Iterable[str]] | None = None
    needs: tuple[str, ...] = ()
    prefix: str = ""


def _queue_name(url: str) -> Iterable[str]:
    return [url.rpartition("/")[2]]


def _queue_arn(url: str) -> Iterable[str]:
    host, account, name = url.removeprefix("https://").split("/")
    return [f"arn:aws:sqs:{host.split('.')[1]}:{account}:{name}"]


def _bucket_arn(name: str) -> Iterable[str]:
    return [f"arn:aws:s3:::{name}"]


def _statement_ids(policy: str) -> Iterable[str]:
    return [statement["Sid"] for statement in json.loads(policy).get("Statement", [])]


KINDS: Mapping[str, Kind] = {
    "function": Kind("lambda", "list_functions", "Functions[].FunctionName"),
    "function-arn": Kind("lambda", "list_functions", "Functions[].FunctionArn"),
    "statement": Kind("lambda", "get_policy", "[Policy]", _statement_ids, needs=("FunctionName",)),
    "role": Kind("iam", "list_roles", "Roles[].RoleName"),
    "role-arn": Kind("iam", "list_roles", "Roles[].Arn"),
    "user": Kind("iam", "list_users", "Users[].UserName"),
    "policy-arn": Kind("iam", "list_policies", "Policies[].Arn"),
    "role-policy": Kind("iam", "list_role_policies", "PolicyNames", needs=("RoleName",)),
    "user-policy": Kind("iam", "list_user_policies", "PolicyNames", needs=("UserName",)),
    "attached-to-role": Kind(
        "iam", "list_attached_role_policies", "AttachedPolicies[].PolicyArn", needs=("RoleName",)
    ),
    "queue-url": Kind("sqs", "list_queues", "QueueUrls"),
    "queue": Kind("sqs", "list_queues", "QueueUrls", _queue_name),
    "queue-arn": Kind("sqs", "list_queues", "QueueUrls", _queue_arn),
    "log-group": Kind("logs", "describe_log_groups", "logGroups[].logGroupName"),
    "log-stream": Kind("logs", "describe_log_streams", "logStreams[].logStreamName", needs=("logGroupName",)),
    "bucket": Kind("s3", "list_buckets", "Buckets[].Name"),
    "bucket-arn": Kind("s3", "list_buckets", "Buckets[].Name", _bucket_arn),
    "key": Kind("s3", "list_objects_v2", "Contents[].Key", needs=("Bucket",), prefix="Prefix"),
    "table": Kind("dynamodb", "list_tables", "TableNames"),
    "namespace": Kind("cloudwatch", "list_metrics", "Metrics[].Namespace"),
    "metric": Kind("cloudwatch", "list_metrics", "Metrics[].MetricName"),
}

TAKES: Mapping[tuple[str, str, str], str] = {
    ("lambda", "*", "FunctionName"): "function",
    ("lambda", "create-function", "FunctionName"): "",
    ("lambda", "*", "Role"): "role-arn",
    ("lambda", "*", "EventSourceArn"): "queue-arn",
    ("lambda", "remove-permission", "StatementId"): "statement",
    ("lambda", "add-permission", "SourceArn"): "bucket-arn",
    ("iam", "*", "RoleName"): "role",
    ("iam", "create-role", "RoleName"): "",
    ("iam", "*", "UserName"): "user",
    ("iam", "create-user", "UserName"): "",
    ("iam", "*", "PolicyArn"): "policy-arn",
    ("iam", "detach-role-policy", "PolicyArn"): "attached-to-role",
    ("iam", "*", "PermissionsBoundary"): "policy-arn",
    ("iam", "*", "PolicySourceArn"): "role-arn",
    ("iam", "get-role-policy", "PolicyName"): "role-policy",
    ("iam", "delete-role-policy", "PolicyName"): "role-policy",
    ("iam", "put-role-policy", "PolicyName"): "role-policy",
    ("iam", "get-user-policy", "PolicyName"): "user-policy",
    ("iam", "delete-user-policy", "PolicyName"): "user-policy",
    ("iam", "put-user-policy", "PolicyName"): "user-policy",
    ("sts", "*", "RoleArn"): "role-arn",
    ("sqs", "*", "QueueUrl"): "queue-url",
    ("sqs", "get-queue-url", "QueueName"): "queue",
    ("sqs", "*", "SourceArn"): "queue-arn",
    ("logs", "*", "logGroupName"): "log-group",
    ("logs", "create-log-group", "logGroupName"): "",
    ("logs", "*", "logGroupNamePrefix"): "log-group",
    ("logs", "*", "logStreamName"): "log-stream",
    ("logs", "create-log-stream", "logStreamName"): "",
    ("logs", "*", "logStreamNames"): "log-stream",
    ("s3", "*", "Bucket"): "bucket",
    ("s3", "create-bucket", "Bucket"): "",
    ("s3", "*", "Key"): "key",
    ("s3", "*", "Prefix"): "key",
    ("dynamodb", "*", "TableName"): "table",
    ("dynamodb", "create-table", "TableName"): "",
    ("cloudwatch", "*", "Namespace"): "namespace",
    ("cloudwatch", "*", "MetricName"): "metric",
}
"""Which kind of name a parameter takes, by service, operation (or "*") and parameter; "" for a new name."""

INSIDE: Mapping[str, tuple[str, ...]] = {
    "TargetArn": ("queue-arn",),
    "Destination": ("queue-arn", "function-arn", "bucket-arn"),
    "deadLetterTargetArn": ("queue-arn",),
    "LambdaFunctionArn": ("function-arn",),
    "QueueArn": ("queue-arn",),
}
"""Which kinds a member of a structure takes, where it is written in shorthand."""


def kind_of(boto: str, operation: str, member: str) -> str:
    """The kind of name that a parameter takes, one of `KINDS`, or "".

    Args:
        boto: boto3's name of the service.
        operation: AWS CLI's name of the operation.
        member: AWS's name of the parameter.
    """
    return TAKES.get((boto, operation, member), TAKES.get((boto, "*", member), ""))


def names(ask: Ask, kind: str, known: Mapping[str, str], beginning: str) -> list[str]:
    """The names of a kind that there are, each once, in the order of their service.

    Args:
        ask: see `quietly`.
        kind: one of `KINDS`.
        known: parameters that were given, such as the bucket.
        beginning: how a name must begin.
    """
    asked = KINDS[kind]
    if any(name not in known for name in asked.needs):
        return []
    params: dict[str, Any] = {name: known[name] for name in asked.needs}
    if asked.prefix:
        params[asked.prefix] = beginning
    found = islice(_found(ask, asked, params), _MOST)
    shown = found if asked.shown is None else (part for name in found for part in asked.shown(name))
    return [name for name in dict.fromkeys(shown) if name.startswith(beginning)]


def _found(ask: Ask, asked: Kind, params: dict[str, Any]) -> Iterator[str]:
    import jmespath

    # Operations that come in pages are asked for all of them, as `aws` itself does.
    for reply in _replies(ask, asked, params):
        yield from (name for name in jmespath.search(asked.path, reply) or [] if name)


def _replies(ask: Ask, asked: Kind, params: dict[str, Any]) -> Iterator[dict[str, Any]]:
    from botocore.paginate import Paginator

    from sandbox.models import operation_names

    of = service(cli_name(asked.service))
    api = operation_names(asked.service)[asked.operation]

    def call(**more: Any) -> dict[str, Any]:
        return ask(asked.service, asked.operation, more)

    if api in of.pages:
        yield from Paginator(call, of.pages[api], of.model.operation_model(api)).paginate(**params)
    else:
        yield call(**params)
