from __future__ import annotations

import pickle
import subprocess
import sys

import pytest

from sandbox.identity import Document, managed_policies, managed_policy

LOGS = {"logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"}
INTERFACES = {
    f"ec2:{name}"
    for name in ("CreateNetworkInterface", "DescribeNetworkInterfaces", "DeleteNetworkInterface")
}
ADDRESSES = {"ec2:AssignPrivateIpAddresses", "ec2:UnassignPrivateIpAddresses"}


def actions(document: Document) -> set[str]:
    return {action for statement in document.statements for action in statement.actions}


# facts 9.2; the lists for the pollers: facts 7.7
EXACT = {
    "AWSLambdaBasicExecutionRole": ("v1", "2015-04-09", LOGS),
    "AWSLambdaVPCAccessExecutionRole": (
        "v3",
        "2024-01-05",
        LOGS | INTERFACES | ADDRESSES | {"ec2:DescribeSubnets"},
    ),
    "AWSLambdaENIManagementAccess": ("v2", "2020-10-01", INTERFACES | ADDRESSES),
    "AWSLambdaSQSQueueExecutionRole": (
        "v1",
        "2018-06-14",
        LOGS | {"sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"},
    ),
    "AWSLambdaKinesisExecutionRole": (
        "v2",
        "2018-11-19",
        LOGS
        | {
            "kinesis:DescribeStream",
            "kinesis:DescribeStreamSummary",
            "kinesis:GetRecords",
            "kinesis:GetShardIterator",
            "kinesis:ListShards",
            "kinesis:ListStreams",
            "kinesis:SubscribeToShard",
        },
    ),
    "AWSLambdaDynamoDBExecutionRole": (
        "v1",
        "2015-04-09",
        LOGS
        | {
            "dynamodb:DescribeStream",
            "dynamodb:GetRecords",
            "dynamodb:GetShardIterator",
            "dynamodb:ListStreams",
        },
    ),
    "AWSLambdaMSKExecutionRole": (
        "v2",
        "2022-08-02",
        LOGS
        | INTERFACES
        | {
            "kafka:DescribeCluster",
            "kafka:DescribeClusterV2",
            "kafka:GetBootstrapBrokers",
            "ec2:DescribeVpcs",
            "ec2:DescribeSubnets",
            "ec2:DescribeSecurityGroups",
        },
    ),
    "AWSLambdaBasicDurableExecutionRolePolicy": (
        "v3",
        "2026-02-12",
        LOGS | {"lambda:CheckpointDurableExecution", "lambda:GetDurableExecutionState"},
    ),
    "AWSLambdaRole": ("v1", "2015-02-06", {"lambda:InvokeFunction"}),
}


@pytest.mark.parametrize("name", EXACT)
def test_service_role_policies_are_exact(name: str):  # facts 9.2: path /service-role/, Resource "*"
    policy = managed_policy(f"arn:aws:iam::aws:policy/service-role/{name}")
    assert policy is not None
    version, updated, expected = EXACT[name]
    assert (policy.name, policy.path, policy.version) == (name, "/service-role/", version)
    assert policy.updated.startswith(updated)
    assert actions(policy.document) == expected
    (statement,) = policy.document.statements
    assert statement.effect == "Allow"
    assert statement.resources == ("*",)
    assert not statement.conditions


def test_policies_at_the_root_path_are_exact():  # facts 9.2
    execute = managed_policy("arn:aws:iam::aws:policy/AWSLambdaExecute")
    assert execute is not None
    logs, s3 = execute.document.statements
    assert (logs.actions, logs.resources) == (("logs:*",), ("arn:aws:logs:*:*:*",))
    assert (s3.actions, s3.resources) == (("s3:GetObject", "s3:PutObject"), ("arn:aws:s3:::*",))
    xray = managed_policy("arn:aws:iam::aws:policy/AWSXRayDaemonWriteAccess")
    assert xray is not None
    assert (xray.version, xray.updated[:10]) == ("v2", "2024-02-13")
    assert actions(xray.document) == {
        "xray:PutTraceSegments",
        "xray:PutTelemetryRecords",
        "xray:GetSamplingRules",
        "xray:GetSamplingTargets",
        "xray:GetSamplingStatisticSummaries",
    }
    insights = managed_policy("arn:aws:iam::aws:policy/CloudWatchLambdaInsightsExecutionRolePolicy")
    assert insights is not None
    group, streams = insights.document.statements
    assert (group.actions, group.resources) == (("logs:CreateLogGroup",), ("*",))
    assert streams.actions == ("logs:CreateLogStream", "logs:PutLogEvents")
    assert streams.resources == ("arn:aws:logs:*:*:log-group:/aws/lambda-insights:*",)


@pytest.mark.parametrize(
    ("name", "version", "updated"),
    [
        ("AWSLambda_FullAccess", "v7", "2026-02-12"),
        ("AWSLambda_ReadOnlyAccess", "v5", "2026-02-12"),
        ("AWSLambdaManagedEC2ResourceOperator", "v5", "2026-06-10"),
        ("AWSLambdaNetworkConnectorOperatorPolicy", "v1", "2026-06-22"),
        ("aws-service-role/AWSLambdaServiceRolePolicy", "v2", "2026-06-22"),
    ],
)
def test_versions_and_dates(name: str, version: str, updated: str):  # facts 9.2
    policy = managed_policy(f"arn:aws:iam::aws:policy/{name}")
    assert policy is not None
    assert (policy.version, policy.updated[:10]) == (version, updated)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("AdministratorAccess", {"*"}),
        ("AmazonSQSFullAccess", {"sqs:*"}),
        ("AmazonS3FullAccess", {"s3:*", "s3-object-lambda:*"}),
    ],
)
def test_full_access(name: str, expected: set[str]):
    policy = managed_policy(f"arn:aws:iam::aws:policy/{name}")
    assert policy is not None
    assert actions(policy.document) == expected
    assert policy.document.statements[0].resources == ("*",)


def test_the_retired_full_access_policy_is_not_there():  # facts 9.2: replaced in 2021
    assert managed_policy("arn:aws:iam::aws:policy/AWSLambdaFullAccess") is None
    assert managed_policy("arn:aws:iam::aws:policy/AWSLambdaReadOnlyAccess") is None
    assert managed_policy("arn:aws:iam::123456789012:policy/AdministratorAccess") is None


def test_all_are_listed_by_name_and_found_by_arn():
    policies = managed_policies()
    names = [policy.name for policy in policies]
    assert names == sorted(names)
    for policy in policies:
        assert managed_policy(policy.arn) is policy
        assert policy.arn == f"arn:aws:iam::aws:policy{policy.path}{policy.name}"
        assert policy.created <= policy.updated
        assert pickle.loads(pickle.dumps(policy)) == policy
    policies.clear()
    assert managed_policies()


def test_yaml_is_not_read_before_a_managed_policy_is_asked_for():
    script = (
        "import sys, sandbox.identity as i; assert 'yaml' not in sys.modules; "
        "i.managed_policies(); assert 'yaml' in sys.modules"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
