"""boto3 inside a handler: what leaves the environment, and what comes of the engine's replies."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from tests.sandbox.runtime.conftest import Lab, value


def asks(lab: Lab, source: str, event=None):
    """The first call that a handler makes."""
    ended = lab.call(source, event)
    assert ended.kind == "call", ended
    return ended


def answer(lab: Lab, reply):
    (name,) = lab.environments._tapes
    return lab.resume(reply, name=name)


def test_a_call_leaves_with_service_operation_and_parameters(lab: Lab):
    ended = asks(
        lab,
        """
        import boto3
        sqs = boto3.client("sqs")
        def handler(event, context):
            return sqs.send_message(QueueUrl="https://q", MessageBody="hello", MessageAttributes={
                "a": {"DataType": "Binary", "BinaryValue": "text"}})["MessageId"]
        """,
    )
    assert (ended.service, ended.operation) == ("sqs", "SendMessage")
    assert ended.params == {
        "QueueUrl": "https://q",
        "MessageBody": "hello",
        "MessageAttributes": {"a": {"DataType": "Binary", "BinaryValue": b"text"}},
    }
    assert value(answer(lab, {"ok": {"MessageId": "m-1"}})) == "m-1"


def test_a_refused_call_is_the_modeled_exception(lab: Lab):
    asks(
        lab,
        """
        import boto3, botocore
        lam = boto3.client("lambda")
        def handler(event, context):
            try:
                lam.invoke(FunctionName="other")
            except lam.exceptions.TooManyRequestsException as error:
                assert isinstance(error, botocore.exceptions.ClientError)
                return [str(error), error.response]
        """,
    )
    error = {"code": "TooManyRequestsException", "message": "Rate Exceeded.", "status": 429}
    reply = {"error": {**error, "fields": {"Reason": "ReservedFunctionConcurrentInvocationLimitExceeded"}}}
    text, response = value(answer(lab, reply))
    assert text == (
        "An error occurred (TooManyRequestsException) when calling the Invoke operation: Rate Exceeded."
    )
    assert response["Error"] == {"Message": "Rate Exceeded.", "Code": "TooManyRequestsException"}
    assert response["Reason"] == "ReservedFunctionConcurrentInvocationLimitExceeded"
    assert response["message"] == "Rate Exceeded."
    assert response["ResponseMetadata"]["HTTPStatusCode"] == 429


def test_an_uncaught_refusal_is_an_error_of_the_function(lab: Lab):
    asks(lab, "import boto3\ndef handler(e, c): boto3.client('sqs').list_queues()\n")
    ended = answer(
        lab, {"error": {"code": "AccessDenied", "message": "User: x is not authorized", "status": 403}}
    )
    payload = json.loads(ended.payload)
    assert payload["errorType"] == "ClientError"
    assert payload["errorMessage"].startswith("An error occurred (AccessDenied) when calling the ListQueues")
    assert payload["stackTrace"][0].startswith('  File "/var/task/app.py", line 2, in handler')
    assert all(frame.split('"')[1].startswith("/var/") for frame in payload["stackTrace"])


def test_streams_go_both_ways(lab: Lab):
    ended = asks(
        lab,
        """
        import boto3, io, json
        def handler(event, context):
            reply = boto3.client("lambda").invoke(FunctionName="other", Payload=io.BytesIO(b'{"a": 1}'))
            status = reply["ResponseMetadata"]["HTTPStatusCode"]
            return [json.load(reply["Payload"]), reply["StatusCode"], status]
        """,
    )
    assert ended.params == {"FunctionName": "other", "Payload": b'{"a": 1}'}
    assert value(answer(lab, {"ok": {"StatusCode": 202, "Payload": b'{"b": 2}'}})) == [{"b": 2}, 202, 202]


def test_times_go_both_ways(lab: Lab):
    ended = asks(
        lab,
        """
        import boto3, datetime
        def handler(event, context):
            role = boto3.client("iam").get_role(RoleName="r")["Role"]
            boto3.client("logs").get_log_events(logGroupName="g", logStreamName="s", startTime=5)
            return [role["CreateDate"].isoformat(), type(role["CreateDate"].tzinfo).__name__]
        """,
    )
    moment = datetime(2026, 11, 23, 9, tzinfo=UTC)
    ended = answer(lab, {"ok": {"Role": {"RoleName": "r", "CreateDate": moment}}})
    assert ended.params == {"logGroupName": "g", "logStreamName": "s", "startTime": 5}
    assert value(answer(lab, {"ok": {"events": []}})) == ["2026-11-23T09:00:00+00:00", "tzutc"]


def test_a_date_of_a_handler_arrives_with_its_zone(lab: Lab):
    ended = asks(
        lab,
        """
        import boto3, datetime
        def handler(event, context):
            boto3.client("cloudwatch").get_metric_statistics(
                Namespace="n", MetricName="m", Period=60, Statistics=["Sum"],
                StartTime=datetime.datetime.now(), EndTime="2026-11-23")
        """,
    )
    assert ended.params["StartTime"].replace(microsecond=0) == datetime(2026, 11, 23, 9, tzinfo=UTC)
    assert ended.params["EndTime"].tzinfo is not None


def test_botocore_checks_parameters_before_anything_leaves(lab: Lab):
    ended = lab.call("import boto3\ndef handler(e, c): boto3.client('sqs').send_message(QueueUrl=1)\n")
    payload = json.loads(ended.payload)
    assert payload["errorType"] == "ParamValidationError"
    assert 'Missing required parameter in input: "MessageBody"' in payload["errorMessage"]


def test_resources_paginators_and_sessions_work(lab: Lab):
    ended = asks(
        lab,
        """
        import boto3
        from decimal import Decimal
        table = boto3.resource("dynamodb").Table("letters")
        def handler(event, context):
            table.put_item(Item={"id": "a", "n": Decimal("1.5")})
            pages = boto3.Session().client("lambda").get_paginator("list_functions").paginate()
            return [function["FunctionName"] for page in pages for function in page["Functions"]]
        """,
    )
    assert (ended.service, ended.operation) == ("dynamodb", "PutItem")
    assert ended.params == {"TableName": "letters", "Item": {"id": {"S": "a"}, "n": {"N": "1.5"}}}
    ended = answer(lab, {"ok": {}})
    assert (ended.operation, ended.params) == ("ListFunctions", {})
    ended = answer(lab, {"ok": {"Functions": [{"FunctionName": "a"}], "NextMarker": "2"}})
    assert ended.params == {"Marker": "2"}
    assert value(answer(lab, {"ok": {"Functions": [{"FunctionName": "b"}]}})) == ["a", "b"]


def test_a_waiter_waits_virtually(lab: Lab):
    lab.timeout = 900_000_000
    source = """
        import boto3
        def handler(event, context):
            boto3.client("lambda").get_waiter("function_active_v2").wait(FunctionName="f")
            return "active"
    """
    ended = asks(lab, source)
    assert ended.operation == "GetFunction"
    ended = answer(lab, {"ok": {"Configuration": {"State": "Pending"}}})
    assert (ended.kind, ended.until - lab.now > 900_000) == ("sleep", True)
    lab.now = ended.until
    assert answer(lab, None).operation == "GetFunction"
    assert value(answer(lab, {"ok": {"Configuration": {"State": "Active"}}})) == "active"


def test_a_copy_in_the_middle_of_a_call_gets_its_own_answer(lab: Lab):
    from sandbox.runtime.memo import memo
    from tests.sandbox.runtime.test_environments import copied

    asks(lab, "import boto3\ndef handler(e, c): return boto3.client('sqs').list_queues()['QueueUrls']\n")
    twin = copied(lab)
    memo.clear()
    assert value(answer(lab, {"ok": {"QueueUrls": ["a"]}})) == ["a"]
    assert value(answer(twin, {"ok": {"QueueUrls": ["b"]}})) == ["b"]
    twin.environments.close()


def test_request_ids_come_from_the_seed_and_leave_the_codes_own_randomness_alone(lab: Lab):
    source = """
        import boto3, random
        def handler(event, context):
            if event: return random.random()
            reply = boto3.client("sqs").list_queues()
            return [random.random(), reply["ResponseMetadata"]]
    """
    asks(lab, source)
    number, metadata = value(answer(lab, {"ok": {}}))
    assert len(metadata["RequestId"]) == 36
    assert (metadata["HTTPStatusCode"], metadata["RetryAttempts"]) == (200, 0)
    lab.environments.close()
    assert value(lab.call(source, 1)) == number
