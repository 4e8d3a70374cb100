"""Invoke, and what running code comes to: payloads, logs, durations, environments (facts 2.2, 3.7, 5)."""

import base64
import json
import re

import pytest
from botocore.exceptions import ClientError

from sandbox.observe.logs import LogFold
from sandbox.observe.metrics import MetricFold
from sandbox.trace import (
    EnvironmentCreated,
    EnvironmentInitialised,
    EnvironmentReaped,
    EnvironmentReset,
    InvocationEnded,
    InvocationStarted,
    InvocationThrottled,
    LineLogged,
    PermissionDecided,
)
from tests.sandbox.services.awslambda.shop import LETTERS_URL, ROLE, TRUST, Shop

COUNTS = "count = 0\n\ndef handler(event, context):\n    global count\n    count += 1\n    return count\n"


def ended(shop: Shop) -> InvocationEnded:
    return shop.world.trace.of(InvocationEnded)[-1]


def test_a_synchronous_call_answers_with_what_the_code_returned(shop: Shop) -> None:
    # facts 5.1
    shop.function("def handler(event, context):\n    return {'twice': event['n'] * 2}\n")
    reply = shop.invoke({"n": 21})
    assert reply["StatusCode"] == 200
    assert reply["ExecutedVersion"] == "$LATEST"
    assert json.loads(reply["Payload"]) == {"twice": 42}
    assert "FunctionError" not in reply
    assert "LogResult" not in reply


def test_none_is_null_and_no_payload_is_an_empty_object(shop: Shop) -> None:
    shop.function("def handler(event, context):\n    print(event)\n")
    reply = shop.lam.invoke(FunctionName="worker")
    assert reply["Payload"].read() == b"null"
    assert shop.world.trace.of(LineLogged)[-1].text.strip() == "{}"


def test_dry_run_checks_and_runs_nothing(shop: Shop) -> None:
    shop.function(COUNTS)
    assert shop.invoke(InvocationType="DryRun")["StatusCode"] == 204
    assert shop.world.trace.of(InvocationStarted) == []


def test_the_log_tail_ends_in_the_report_line(shop: Shop) -> None:
    # facts 2.4, 5.1
    shop.function("def handler(event, context):\n    print('hello')\n")
    tail = base64.b64decode(shop.invoke(LogType="Tail")["LogResult"]).decode()
    assert re.fullmatch(
        r"START RequestId: (\S+) Version: \$LATEST\nhello\nEND RequestId: \1\n"
        r"REPORT RequestId: \1\tDuration: \d+\.\d\d ms\tBilled Duration: \d+ ms\tMemory Size: 128 MB\t"
        r"Max Memory Used: \d+ MB\tInit Duration: \d+\.\d\d ms\t\n",
        tail,
    )


def test_an_exception_is_a_200_with_a_function_error(shop: Shop) -> None:
    # facts 5.3, 5.4
    shop.function("def handler(event, context):\n    raise ValueError('no such order')\n")
    reply = shop.invoke()
    assert (reply["StatusCode"], reply["FunctionError"]) == (200, "Unhandled")
    error = json.loads(reply["Payload"])
    assert list(error) == ["errorMessage", "errorType", "requestId", "stackTrace"]
    assert error["errorType"] == "ValueError"
    assert error["requestId"] == reply["ResponseMetadata"]["RequestId"]
    assert error["stackTrace"] == [
        "  File \"/var/task/app.py\", line 2, in handler\n    raise ValueError('no such order')\n"
    ]


def test_a_timeout_strikes_to_the_millisecond_and_resets_the_environment(shop: Shop) -> None:
    # facts 5.3 (2025-11 recordings), 3.7
    shop.function(
        "import time\nfrom pathlib import Path\ncount = 0\n\ndef handler(event, context):\n"
        "    global count\n    count += 1\n    seen = Path('/tmp/seen').exists()\n"
        "    Path('/tmp/seen').write_text('x')\n    time.sleep(event['for'])\n    return [count, seen]\n",
        Timeout=2,
    )
    assert json.loads(shop.invoke({"for": 1})["Payload"]) == [1, False]
    reply = shop.invoke({"for": 60})
    request_id = reply["ResponseMetadata"]["RequestId"]
    assert json.loads(reply["Payload"]) == {
        "errorType": "Sandbox.Timedout",
        "errorMessage": f"RequestId: {request_id} Error: Task timed out after 2.00 seconds",
    }
    assert (ended(shop).outcome, ended(shop).duration) == ("timeout", 2_000_000)
    assert [event.why for event in shop.world.trace.of(EnvironmentReset)] == ["timeout"]
    # /tmp survives the reset, globals do not; the init that follows is inside the invocation.
    assert json.loads(shop.invoke({"for": 0})["Payload"]) == [1, True]
    assert shop.world.trace.of(EnvironmentInitialised)[-1].phase == "invoke"
    assert len(shop.world.trace.of(EnvironmentCreated)) == 1
    assert ended(shop).init == 0
    assert ended(shop).duration >= 120_000


@pytest.mark.parametrize(
    "loop",
    [
        "while True:\n        pass",
        "while True:\n        try:\n            while True: pass\n"
        "        except BaseException:\n            pass",
    ],
)
def test_a_loop_without_end_is_a_timeout(shop: Shop, loop: str) -> None:
    shop.function(f"def handler(event, context):\n    {loop}\n")
    assert json.loads(shop.invoke()["Payload"])["errorType"] == "Sandbox.Timedout"
    assert ended(shop).duration == 3_000_000
    assert ended(shop).billed == 3_120


def test_code_that_ends_its_process_is_a_crash(shop: Shop) -> None:
    # facts 5.3
    shop.function("import os, sys\n\ndef handler(event, context):\n    sys.exit(event['code'])\n")
    reply = shop.invoke({"code": 0})
    request_id = reply["ResponseMetadata"]["RequestId"]
    assert json.loads(reply["Payload"]) == {
        "errorType": "Runtime.ExitError",
        "errorMessage": f"RequestId: {request_id} Error: Runtime exited without providing a reason",
    }
    message = json.loads(shop.invoke({"code": 3})["Payload"])["errorMessage"]
    assert message.endswith("Error: Runtime exited with error: exit status 3")
    assert (ended(shop).outcome, ended(shop).error_type) == ("crash", "Runtime.ExitError")


def test_code_that_eats_memory_is_killed_and_the_report_says_how_much(shop: Shop) -> None:
    # facts 5.3, M38
    shop.function("def handler(event, context):\n    return len(bytearray(400_000_000))\n")
    message = json.loads(shop.invoke()["Payload"])["errorMessage"]
    assert message.endswith("Error: Runtime exited with error: signal: killed")
    assert ended(shop).memory_used == ended(shop).memory == 128
    assert shop.invoke()["StatusCode"] == 200


def test_an_error_while_loading_is_told_by_the_first_call(shop: Shop) -> None:
    # facts 5.3: requestId is empty for errors of INIT
    shop.function("import requests_of_mine\n")
    error = json.loads(shop.invoke()["Payload"])
    assert error["errorType"] == "Runtime.ImportModuleError"
    assert error["errorMessage"] == "Unable to import module 'app': No module named 'requests_of_mine'"
    assert error["requestId"] == ""
    assert shop.world.trace.of(EnvironmentInitialised)[-1].outcome == "error"


def test_a_warm_environment_keeps_its_globals_and_an_idle_one_ends(shop: Shop) -> None:
    shop.function(COUNTS)
    assert [shop.invoke()["Payload"] for _ in range(3)] == [b"1", b"2", b"3"]
    shop.world.advance(minutes=11)
    assert [event.why for event in shop.world.trace.of(EnvironmentReaped)] == ["idle"]
    assert shop.invoke()["Payload"] == b"1"
    assert [event.cold for event in shop.world.trace.of(InvocationStarted)] == [True, False, False, True]


def test_billing_rounds_up_and_adds_init_on_a_cold_start(shop: Shop) -> None:
    # facts 2.2
    shop.function("import time\n\ndef handler(event, context):\n    time.sleep(0.0104)\n")
    shop.invoke()
    assert ended(shop).init == 120_000
    assert ended(shop).billed == -(-(ended(shop).duration + 120_000) // 1000)
    shop.invoke()
    assert ended(shop).init == 0
    assert ended(shop).billed == -(-ended(shop).duration // 1000)


def test_in_2019_billing_stepped_by_100_ms_and_init_was_free(make_world) -> None:  # type: ignore[no-untyped-def]
    shop = Shop(make_world(profile="2019"))
    shop.function("def handler(event, context):\n    return 1\n")
    shop.invoke()
    assert ended(shop).billed == 100


def test_code_sees_virtual_time_only(shop: Shop) -> None:
    shop.function(
        "import time\nfrom datetime import datetime, timezone\n\ndef handler(event, context):\n"
        "    before = time.time()\n    left = context.get_remaining_time_in_millis()\n    time.sleep(600)\n"
        "    after = datetime.now(timezone.utc).timestamp()\n"
        "    return [after - before, left, left - context.get_remaining_time_in_millis()]\n",
        Timeout=900,
    )
    passed, left, spent = json.loads(shop.invoke()["Payload"])
    assert passed == pytest.approx(600, abs=0.01)
    assert left == pytest.approx(900_000, abs=10)
    assert spent == pytest.approx(600_000, abs=10)


def test_boto3_inside_the_code_acts_under_the_execution_role(shop: Shop) -> None:
    shop.letters()
    shop.function(
        "import boto3\nsqs = boto3.client('sqs')\n\ndef handler(event, context):\n"
        f"    return sqs.send_message(QueueUrl='{LETTERS_URL}', MessageBody=event['text'])['MessageId']\n"
    )
    error = json.loads(shop.invoke({"text": "hello"})["Payload"])
    assert error["errorType"] == "ClientError"
    assert (
        "User: arn:aws:sts::123456789012:assumed-role/worker-role/worker is not authorized to perform: "
        "sqs:sendmessage on resource: arn:aws:sqs:us-east-1:123456789012:letters "
        "because no identity-based policy allows the sqs:sendmessage action"
    ) in error["errorMessage"].replace("sqs:SendMessage", "sqs:sendmessage")
    refused = [event for event in shop.world.trace.of(PermissionDecided) if not event.allowed]
    assert [event.action for event in refused] == ["sqs:SendMessage"]
    shop.may_write_letters()
    message_id = json.loads(shop.invoke({"text": "hello"})["Payload"])
    assert [(m["MessageId"], m["Body"]) for m in shop.received()] == [(message_id, "hello")]


def test_code_may_call_another_function_and_wait_for_it(shop: Shop) -> None:
    slow = "import time\n\ndef handler(event, context):\n    time.sleep(1)\n    return event + 1\n"
    shop.function(slow, "inner")
    shop.function(
        "import boto3, json\nlam = boto3.client('lambda')\n\ndef handler(event, context):\n"
        "    reply = lam.invoke(FunctionName='inner', Payload=json.dumps(event))\n"
        "    return json.load(reply['Payload'])\n"
    )
    allow = (
        '{"Version": "2012-10-17", "Statement": '
        '[{"Effect": "Allow", "Action": "lambda:InvokeFunction", "Resource": "*"}]}'
    )
    shop.iam.put_role_policy(RoleName="worker-role", PolicyName="call", PolicyDocument=allow)
    assert shop.invoke(41)["Payload"] == b"42"
    assert ended(shop).duration > 1_000_000


def test_a_role_that_may_not_log_leaves_no_log_and_runs_all_the_same(shop: Shop) -> None:
    # facts 5.8, M35
    shop.iam.create_role(RoleName="silent", AssumeRolePolicyDocument=TRUST)
    silent = ROLE.replace("worker-role", "silent")
    shop.function("def handler(event, context):\n    print('x')\n", Role=silent)
    assert shop.invoke()["Payload"] == b"null"
    assert LogFold().catch_up(shop.world.trace).groups() == []
    assert shop.world.client("logs").describe_log_groups()["logGroups"] == []


def test_a_response_that_is_too_large_is_an_error(shop: Shop) -> None:
    # facts 1.3, 5.3
    shop.function("def handler(event, context):\n    return 'x' * 6_291_555\n")
    error = json.loads(shop.invoke()["Payload"])
    assert error == {
        "errorMessage": "Response payload size exceeded maximum allowed payload size (6291556 bytes).",
        "errorType": "Function.ResponseSizeTooLarge",
    }


@pytest.mark.parametrize(("kind", "limit"), [("RequestResponse", 6_291_456), ("Event", 1_048_576)])
def test_a_payload_that_is_too_large_is_refused(shop: Shop, kind: str, limit: int) -> None:
    # facts 1.3
    shop.function(COUNTS)
    with pytest.raises(ClientError, match=rf"limit {limit} bytes") as error:
        shop.lam.invoke(FunctionName="worker", InvocationType=kind, Payload=b'"' + b"x" * limit + b'"')
    assert error.value.response["ResponseMetadata"]["HTTPStatusCode"] == 413


def test_a_payload_that_is_no_json_is_refused(shop: Shop) -> None:
    # facts 5.4
    shop.function(COUNTS)
    with pytest.raises(ClientError, match="Could not parse request body into json: ") as error:
        shop.lam.invoke(FunctionName="worker", Payload=b"{order: 7}")
    assert error.value.response["Error"]["Code"] == "InvalidRequestContentException"


def test_a_throttle_has_its_exact_error_and_is_neither_invocation_nor_error(shop: Shop) -> None:
    # facts 4.4
    shop.function(COUNTS)
    shop.lam.put_function_concurrency(FunctionName="worker", ReservedConcurrentExecutions=0)
    with pytest.raises(shop.lam.exceptions.TooManyRequestsException) as error:
        shop.invoke()
    response = error.value.response
    assert response["Error"] == {"Code": "TooManyRequestsException", "Message": "Rate Exceeded."}
    assert response["ResponseMetadata"]["HTTPStatusCode"] == 429
    assert response["Reason"] == "ReservedFunctionConcurrentInvocationLimitExceeded"
    assert response["Type"] == "User"
    fold = MetricFold().catch_up(shop.world.trace)
    assert fold.total("Throttles", "worker", "Sum") == 1
    assert not fold.total("Invocations", "worker", "Sum")
    assert not fold.total("Errors", "worker", "Sum")


def test_the_accounts_pool_throttles_with_another_reason(make_world) -> None:  # type: ignore[no-untyped-def]
    shop = Shop(make_world(account_limit=2))
    shop.function("import time\n\ndef handler(event, context):\n    time.sleep(60)\n", Timeout=100)
    for _ in range(2):
        shop.send()
    shop.world.advance(seconds=1)
    with pytest.raises(ClientError) as error:
        shop.invoke()
    assert error.value.response["Reason"] == "ConcurrentInvocationLimitExceeded"
    assert shop.world.trace.of(InvocationThrottled)[-1].type == "RequestResponse"
    shop.world.settle()
    assert shop.invoke()["StatusCode"] == 200


def test_reservations_leave_the_unreserved_minimum(shop: Shop) -> None:
    # facts 4.2, 4.3
    shop.function(COUNTS)
    message = (
        "Specified ReservedConcurrentExecutions for function decreases account's "
        r"UnreservedConcurrentExecution below its minimum value of \[100\]\."
    )
    with pytest.raises(ClientError, match=message):
        shop.lam.put_function_concurrency(FunctionName="worker", ReservedConcurrentExecutions=901)
    shop.lam.put_function_concurrency(FunctionName="worker", ReservedConcurrentExecutions=900)
    limits = shop.lam.get_account_settings()["AccountLimit"]
    assert limits["UnreservedConcurrentExecutions"] == 100
    shop.lam.delete_function_concurrency(FunctionName="worker")
    reply = shop.lam.get_function_concurrency(FunctionName="worker")
    assert "ReservedConcurrentExecutions" not in reply


def test_a_caller_without_permission_is_refused_and_nothing_is_counted(shop: Shop) -> None:
    # facts 9.5, 11.5
    shop.function(COUNTS)
    shop.iam.create_user(UserName="dev")
    dev = shop.world.client("lambda", principal="arn:aws:iam::123456789012:user/dev")
    with pytest.raises(ClientError) as error:
        dev.invoke(FunctionName="worker")
    assert error.value.response["Error"] == {
        "Code": "AccessDeniedException",
        "Message": "User: arn:aws:iam::123456789012:user/dev is not authorized to perform: "
        "lambda:InvokeFunction on resource: arn:aws:lambda:us-east-1:123456789012:function:worker "
        "because no identity-based policy allows the lambda:InvokeFunction action",
    }
    assert not MetricFold().catch_up(shop.world.trace).total("Invocations", "worker", "Sum")


ITSELF = (
    "import boto3\nlam = boto3.client('lambda')\n\ndef handler(event, context):\n"
    "    lam.invoke(FunctionName=context.function_name, InvocationType='Event')\n"
)


def test_a_function_that_calls_itself_is_stopped_after_about_16_runs(shop: Shop) -> None:
    # facts 4.6
    shop.function(ITSELF)
    allow = (
        '{"Version": "2012-10-17", "Statement": '
        '[{"Effect": "Allow", "Action": "lambda:InvokeFunction", "Resource": "*"}]}'
    )
    shop.iam.put_role_policy(RoleName="worker-role", PolicyName="call", PolicyDocument=allow)
    shop.lam.put_function_event_invoke_config(FunctionName="worker", MaximumRetryAttempts=0)
    shop.send()
    shop.world.settle()
    assert len(shop.world.trace.of(InvocationStarted)) == 16
    assert ended(shop).error_type == "RecursiveInvocationException"


def test_a_foreign_accounts_function_is_never_ours(shop: Shop) -> None:
    # facts 9.5
    shop.function(COUNTS)
    arn = "arn:aws:lambda:us-east-1:999999999999:function:worker"
    for act in (shop.lam.invoke, shop.lam.get_function, shop.lam.delete_function):
        with pytest.raises(ClientError) as error:
            act(FunctionName=arn)
        assert error.value.response["Error"]["Code"] == "AccessDeniedException"
        assert arn in error.value.response["Error"]["Message"]
    assert shop.invoke()["Payload"] == b"1"


def test_reserved_concurrency_is_for_functions_only(shop: Shop) -> None:
    # facts 4.3
    shop.function(COUNTS)
    for name in ("worker:5", "worker:$LATEST"):
        with pytest.raises(ClientError, match="This operation is permitted on Lambda functions only"):
            shop.lam.put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=1)


@pytest.mark.parametrize("payload", [b"NaN", b"[Infinity]", b"\xff\xfe{\x00}\x00", b"[" * 501 + b"]" * 501])
def test_what_only_python_takes_for_json_is_refused(shop: Shop, payload: bytes) -> None:
    shop.function(COUNTS)
    with pytest.raises(ClientError, match="Could not parse request body into json"):
        shop.lam.invoke(FunctionName="worker", Payload=payload)


def test_an_invocation_type_that_there_is_not_is_refused(shop: Shop) -> None:
    shop.function(COUNTS)
    with pytest.raises(ClientError, match="Member must satisfy enum value set"):
        shop.invoke(InvocationType="event")


def test_a_segmentation_fault_is_noticed_at_the_timeout(shop: Shop) -> None:
    # facts 5.3, LS test_lambda_runtime_exit_segfault
    shop.function("import ctypes\n\ndef handler(event, context):\n    ctypes.string_at(0)\n", Timeout=30)
    error = json.loads(shop.invoke()["Payload"])
    assert error["errorType"] == "Sandbox.Timedout"
    assert ended(shop).duration == 30_000_000


def test_boto3s_exception_classes_are_there_inside_the_code(shop: Shop) -> None:
    shop.function(
        "import boto3\nsqs = boto3.client('sqs')\n\ndef handler(event, context):\n    try:\n"
        "        sqs.get_queue_url(QueueName='nobody')\n"
        "    except sqs.exceptions.QueueDoesNotExist as error:\n"
        "        return error.response['Error']['Code']\n"
    )
    allow = (
        '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "sqs:*", "Resource": "*"}]}'
    )
    shop.iam.put_role_policy(RoleName="worker-role", PolicyName="sqs", PolicyDocument=allow)
    assert json.loads(shop.invoke()["Payload"]) == "AWS.SimpleQueueService.NonExistentQueue"


def test_a_call_without_botocores_own_look_is_refused_and_breaks_nothing(shop: Shop) -> None:
    shop.function(
        "import boto3\nfrom botocore.config import Config\n\ndef handler(event, context):\n"
        "    lam = boto3.client('lambda', config=Config(parameter_validation=False))\n"
        "    return lam.list_functions(MaxItems='x')\n"
    )
    error = json.loads(shop.invoke()["Payload"])
    assert "ValidationException" in error["errorMessage"] or "Invalid type" in error["errorMessage"]
