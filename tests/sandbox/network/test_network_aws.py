"""Functions that speak HTTP with AWS, by clients of their own."""

from __future__ import annotations

import json

import pytest
from botocore.exceptions import ClientError

from sandbox import World
from sandbox.observe import explain
from sandbox.trace import (
    ApiCalled,
    ApiFailed,
    HostAnswered,
    HostFailed,
    HostRequested,
    InvocationEnded,
    InvocationStarted,
    PermissionDecided,
)
from tests.sandbox.network.surfing import Net, code
from tests.sandbox.services.awslambda.shop import LETTERS_URL, package


@pytest.fixture
def net(world: World) -> Net:
    return Net(world)


# -- AWS -------------------------------------------------------------------------------------------------

UNHOOKED = """
    import botocore.session
    session = botocore.session.Session(include_builtin_handlers=False)
    def client(name, **named):
        from botocore.config import Config
        config = Config(retries={"max_attempts": 0}, **named.pop("config", {}))
        return session.create_client(name, config=config, **named)
    def bare(reply):
        reply.pop("ResponseMetadata", None)
        return reply
"""


def test_a_client_of_the_codes_own_calls_as_the_functions_role(net: Net):
    net.letters()
    net.allow("sqs:*", "lambda:InvokeFunction", "cloudwatch:ListMetrics")
    net.function(
        "import time\ndef handler(event, context):\n    time.sleep(event)\n    return 'slept'\n", "other"
    )
    who, sent, got, reply, metrics, waited = net.run(
        f"""
        url = "{LETTERS_URL}"
        out.append(client("sts").get_caller_identity()["Arn"])
        out.append(client("sqs").send_message(QueueUrl=url, MessageBody="hello")["MD5OfMessageBody"])
        out.append(client("sqs").receive_message(QueueUrl=url)["Messages"][0]["Body"])
        reply = client("lambda").invoke(FunctionName="other", Payload=b"2")
        out.append([reply["StatusCode"], reply["Payload"].read().decode()])
        out.append(len(client("cloudwatch").list_metrics()["Metrics"]) > 0)
        before = time.time()
        client("sqs").receive_message(QueueUrl=url, WaitTimeSeconds=3)
        out.append(round(time.time() - before, 1))
        """,
        before=UNHOOKED,
    )
    assert who == "arn:aws:sts::123456789012:assumed-role/worker-role/worker"
    assert (sent, got) == ("5d41402abc4b2a76b9719d911017c592", "hello")
    assert reply == [200, '"slept"']
    assert (metrics, waited) == (True, 3.0)
    (started,) = [event for event in net.seen(InvocationStarted) if event.arn.endswith(":worker")]
    calls = [event for event in net.seen(ApiCalled) if event.cause == started.seq]
    assert [(call.service, call.operation) for call in calls] == [
        ("sts", "GetCallerIdentity"),
        ("sqs", "SendMessage"),
        ("sqs", "ReceiveMessage"),
        ("lambda", "Invoke"),
        ("cloudwatch", "ListMetrics"),
        ("sqs", "ReceiveMessage"),
    ]
    assert {call.principal for call in calls} == {who}
    assert not net.seen(HostRequested)


def test_a_client_of_the_codes_own_is_refused_as_the_runtimes_own_is(net: Net):
    def asked(how: str) -> str:
        source = code(f"out.append(tried({how}.list_roles))", UNHOOKED)
        net.lam.update_function_code(FunctionName="worker", ZipFile=package(source))
        net.world.settle()
        return str(net.again()[0])

    net.function(code(""))
    own, hooked = asked("client('iam')"), asked("__import__('boto3').client('iam')")
    assert own.replace(" (reached max retries: 0)", "") == hooked
    assert "is not authorized to perform: iam:ListRoles" in own
    assert len(net.seen(ApiFailed)) >= 2


def test_a_boto3_that_nobody_answers_speaks_to_s3(net: Net):
    """Over TLS boto3 sends a body in chunks, with its checksum behind them, to the bucket's own host."""
    net.allow("s3:*")
    net.world.client("s3").create_bucket(Bucket="pics")
    written, read, size, keys, missing = net.run(
        """
        s3 = session.create_client("s3")
        written = s3.put_object(Bucket="pics", Key="a b/c", Body=b"hello", Metadata={"by": "me"})
        out.append([written["ETag"], written["ChecksumCRC32"]])
        found = s3.get_object(Bucket="pics", Key="a b/c")
        out.append([found["Body"].read().decode(), found["Metadata"]])
        out.append(s3.head_object(Bucket="pics", Key="a b/c")["ContentLength"])
        out.append([one["Key"] for one in s3.list_objects_v2(Bucket="pics")["Contents"]])
        out.append(tried(s3.get_object, Bucket="pics", Key="none"))
        """,
        before="""
        import botocore.handlers
        import botocore.session
        # The last two are the runtime's own.
        del botocore.handlers.BUILTIN_HANDLERS[-2:]
        session = botocore.session.Session()
        """,
    )
    assert written == ['"5d41402abc4b2a76b9719d911017c592"', "NhCmhg=="]
    assert read == ["hello", {"by": "me"}]
    assert (size, keys) == (5, ["a b/c"])
    assert "NoSuchKey" in missing
    (stored,) = net.world.cloud.services["s3"].objects("pics")
    assert (stored.body, dict(stored.headers)) == (b"hello", {"ContentType": "binary/octet-stream"})


def test_other_peoples_keys_open_nothing(net: Net):
    net.allow("*")
    found = net.run(
        """
        key, secret = os.environ["AWS_ACCESS_KEY_ID"], os.environ["AWS_SECRET_ACCESS_KEY"]
        for name, method in (("lambda", "list_functions"), ("sqs", "list_queues"), ("iam", "list_roles")):
            for pair in (("AKIAIOSFODNN7EXAMPLE", "secret"), (key, secret)):
                other = client(name, aws_access_key_id=pair[0], aws_secret_access_key=pair[1])
                out.append(tried(getattr(other, method)).partition(" when ")[0])
        out.append(get("https://lambda.us-east-1.amazonaws.com/2015-03-31/functions/"))
        """,
        before=UNHOOKED,
    )
    words = "ClientError: An error occurred ({})".format
    assert found[:6] == [
        *[words("UnrecognizedClientException")] * 2,
        *[words("InvalidClientTokenId")] * 4,
    ]
    assert found[6] == [403, '{"message":"Missing Authentication Token"}']
    assert {event.status for event in net.seen(HostAnswered)} == {403}
    assert not [event for event in net.seen(ApiCalled) if event.operation in {"ListFunctions", "ListRoles"}]


def test_the_timeout_of_a_client_strikes_while_aws_still_works(net: Net):
    net.allow("lambda:InvokeFunction")
    net.function("import time\ndef handler(event, context):\n    time.sleep(2)\n", "other")
    told, waited = net.run(
        """
        short = client("lambda", config={"read_timeout": 0.5})
        out.append(tried(short.invoke, FunctionName="other").partition(":")[0])
        out.append(round(time.time() - began, 1))
        """,
        before=UNHOOKED,
    )
    assert (told, waited) == ("ReadTimeoutError", 0.5)
    net.world.settle()
    assert [event.outcome for event in net.seen(InvocationEnded)] == ["success", "success"]
    (failed,) = net.seen(HostFailed)
    assert failed.failure == "gave-up"
    told_first = explain(net.world.trace, failed.seq)[0]
    assert told_first.startswith(
        "The code of worker gave up waiting for lambda.us-east-1.amazonaws.com at 09:"
    )
    assert "after" not in told_first


def test_what_is_not_here_says_so(net: Net):
    net.allow("*")
    elsewhere, service, operation = net.run(
        """
        out.append(tried(client("lambda", region_name="eu-west-1").list_functions))
        out.append(tried(client("kinesis").list_streams))
        out.append(tried(client("lambda").list_layers))
        """,
        before=UNHOOKED,
    )
    assert "eu-west-1 is not implemented here" in elsewhere
    assert "not implemented here: kinesis" in service
    assert "NotImplementedHere" in operation


def test_a_role_that_is_gone_opens_nothing_either(net: Net):
    net.function(code("out.append(tried(client('sts').get_caller_identity))", UNHOOKED))
    assert "assumed-role" in str(net.again())
    net.iam.detach_role_policy(
        RoleName="worker-role", PolicyArn="arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"
    )
    net.iam.delete_role(RoleName="worker-role")
    assert "ExpiredToken" in str(net.again())


def test_a_plain_connection_to_aws_is_seen_by_policies(net: Net):
    net.letters()
    statement = [
        {"Effect": "Allow", "Action": "sqs:*", "Resource": "*"},
        {
            "Effect": "Deny",
            "Action": "*",
            "Resource": "*",
            "Condition": {"Bool": {"aws:SecureTransport": "false"}},
        },
    ]
    policy = json.dumps({"Version": "2012-10-17", "Statement": statement})
    net.iam.put_role_policy(RoleName="worker-role", PolicyName="tls", PolicyDocument=policy)
    plain, secure = net.run(
        """
        for scheme in ("http", "https"):
            own = client("sqs", endpoint_url=f"{scheme}://sqs.us-east-1.amazonaws.com")
            out.append(tried(own.list_queues))
        """,
        before=UNHOOKED,
    )
    assert "explicit deny" in plain
    assert "QueueUrls" in secure
    denied = [event for event in net.seen(PermissionDecided) if event.action == "sqs:ListQueues"]
    assert [event.allowed for event in denied] == [False, True]


def test_an_answer_of_the_client_and_of_a_handler_are_the_same_errors(net: Net):
    """The exception that a client outside gets is the one that an own client inside gets."""
    net.allow("lambda:GetFunction")
    inside = net.run(
        "out.append(tried(client('lambda').get_function, FunctionName='nope'))", before=UNHOOKED
    )[0]
    with pytest.raises(ClientError) as raised:
        net.lam.get_function(FunctionName="nope")
    assert inside.replace(" (reached max retries: 0)", "") == f"ResourceNotFoundException: {raised.value}"
