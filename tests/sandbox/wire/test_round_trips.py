"""Whatever botocore's serializer writes is read back, and whatever is written botocore's parser reads."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.model import OperationModel
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sandbox import wire
from sandbox.models import service_model
from sandbox.wire.routing import SERVICES
from tests.sandbox.wire.shapes import XML_TEXT, operations, parsed, request, values

REQUEST_ID = "11111111-2222-4333-8444-555555555555"
EVERY = pytest.mark.parametrize(("service", "operation", "protocol"), operations())
FEW = settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))


def test_there_are_operations_of_every_service_and_protocol() -> None:
    assert {service for service, _, _ in operations()} == set(SERVICES)
    assert {protocol for _, _, protocol in operations()} == {
        "rest-json",
        "rest-xml",
        "json",
        "query",
        "smithy-rpc-v2-cbor",
    }


@EVERY
@FEW
@given(data=st.data())
def test_a_request_is_read_as_it_was_meant(
    service: str, operation: str, protocol: str, data: st.DataObject
) -> None:
    model = service_model(service).operation_model(operation)
    params = data.draw(values(model.input_shape, protocol)) if model.input_shape is not None else {}
    asked = wire.parse(request(model, params, protocol))
    streamed = model.input_shape.serialization.get("payload") if model.input_shape is not None else None
    if streamed and params.get(streamed) == b"":
        # An empty body and no body are the same on the wire.
        del params[streamed]
    if service == "s3":
        # Whatever a caller says of it, HTTP tells how long the body is.
        params.pop("ContentLength", None)
        asked.params.pop("ContentLength", None)
    assert asked == wire.Asked(service, operation, params, protocol)


@pytest.mark.parametrize(("service", "operation", "protocol"), [
    # The reply of this one is read by a handler of boto3's, not by its parser.
    found for found in operations() if found[1] != "GetBucketLocation"
])  # fmt: skip
@FEW
@given(data=st.data())
def test_a_reply_is_read_as_it_was_given(
    service: str, operation: str, protocol: str, data: st.DataObject
) -> None:
    model = service_model(service).operation_model(operation)
    result = data.draw(values(model.output_shape, protocol)) if model.output_shape is not None else {}
    if model.has_streaming_output and "ContentLength" in result:
        result["ContentLength"] = len(result.get("Body", b""))
    response = wire.reply(wire.Asked(service, operation, {}, protocol), result, REQUEST_ID)
    reply = parsed(response, model, protocol)
    metadata = reply.pop("ResponseMetadata", {})
    header = "x-amz-request-id" if service == "s3" else "x-amzn-requestid"
    assert dict(response.headers)[header] == REQUEST_ID
    # botocore's parser of rpc-v2 takes no id when there is no output at all.
    assert metadata.get("RequestId") == REQUEST_ID or model.output_shape is None
    usual = 206 if "ContentRange" in result else model.http.get("responseCode", 200)
    assert response.status == usual
    expected: dict[str, Any] = {**result}
    if protocol == "rest-xml" and model.output_shape is not None:
        expected = _always_told(model, response) | expected
    elif model.has_streaming_output:
        expected.setdefault("Payload", b"")
    for name, member in (model.output_shape.members if model.output_shape is not None else {}).items():
        if member.serialization.get("location") == "statusCode":
            expected[name] = response.status
    assert reply == expected


def _always_told(model: OperationModel, response: wire.HttpResponse) -> dict[str, Any]:
    """What botocore's parser finds in every answer of S3's: a payload, metadata, a content type."""
    told: dict[str, Any] = {"Metadata": {}, "ContentType": dict(response.headers)["content-type"]}
    members = model.output_shape.members
    payload = model.output_shape.serialization.get("payload")
    if payload is not None:
        told[payload] = {"blob": b"", "string": "", "structure": {}}[members[payload].type_name]
    return {name: value for name, value in told.items() if name in members}


@pytest.mark.parametrize(("service", "operation", "protocol"), [
    found for found in operations()
    if service_model(found[0]).operation_model(found[1]).error_shapes and not found[1].startswith("Head")
])  # fmt: skip
@FEW
@given(data=st.data())
def test_an_error_is_read_as_it_was_meant(
    service: str, operation: str, protocol: str, data: st.DataObject
) -> None:
    model = service_model(service).operation_model(operation)
    shape = data.draw(st.sampled_from(model.error_shapes))
    message = data.draw(XML_TEXT)
    fields = {}
    if protocol != "query":
        for name, member in shape.members.items():
            if name not in {"message", "Message"} and "location" not in member.serialization:
                fields[name] = data.draw(values(member, protocol))
    response = wire.refusal(
        wire.Asked(service, operation, {}, protocol),
        code=shape.error_code, message=message, status=409, fields=fields, request_id=REQUEST_ID,
    )  # fmt: skip
    reply = parsed(response, model, protocol)
    assert reply["Error"]["Code"] == shape.error_code
    assert (reply["Error"]["Message"] or "") == message
    assert reply["ResponseMetadata"]["RequestId"] == REQUEST_ID
    assert reply["ResponseMetadata"]["HTTPStatusCode"] == 409
    modelled = parsed(response, model, protocol, shape)
    assert {name: modelled[name] for name in fields} == fields


def test_numbers_that_json_does_not_have_are_spelt_out() -> None:
    asked = wire.Asked("cloudwatch", "GetMetricStatistics", {}, "json")
    point = {"Sum": float("inf"), "Minimum": float("-inf"), "Average": float("nan"), "Maximum": 1.5}
    body = json.loads(wire.reply(asked, {"Datapoints": [point]}, REQUEST_ID).body)
    spelt = {"Sum": "Infinity", "Minimum": "-Infinity", "Average": "NaN", "Maximum": 1.5}
    assert body == {"Datapoints": [spelt]}


@pytest.mark.parametrize(
    ("text", "read"), [("a\x07b\ud800c", "a\ufffdb\ufffdc"), ("\U0001f600", "\U0001f600")]
)
def test_what_xml_cannot_say_is_replaced(text: str, read: str) -> None:
    model = service_model("iam").operation_model("GetUser")
    asked = wire.Asked("iam", "GetUser", {}, "query")
    reply = parsed(wire.reply(asked, {"User": {"UserName": text}}, REQUEST_ID), model, "query")
    assert reply["User"] == {"UserName": read}


def test_half_a_surrogate_pair_gets_through_in_every_protocol() -> None:
    message = "a\ud800"
    for service, operation, protocol in operations():
        asked = wire.Asked(service, operation, {}, protocol)
        response = wire.refusal(
            asked, code="Broken", message=message, status=400, fields={}, request_id=REQUEST_ID
        )
        model = service_model(service).operation_model(operation)
        told = parsed(response, model, protocol)["Error"]["Message"]
        # An answer to HEAD has no body, and boto3 tells what its status means.
        assert told == ("Bad Request" if operation.startswith("Head") else "a\ufffd")


def test_a_204_has_no_body() -> None:
    asked = wire.Asked("lambda", "Invoke", {}, "rest-json")
    response = wire.reply(asked, {"StatusCode": 204, "Payload": b"null"}, REQUEST_ID)
    assert (response.status, response.body) == (204, b"")


def test_a_header_cannot_break_a_response_apart() -> None:
    asked = wire.Asked("lambda", "Invoke", {}, "rest-json")
    with pytest.raises(ValueError, match="the header x-amz-function-error cannot have the value"):
        wire.reply(asked, {"StatusCode": 200, "FunctionError": "x\r\nSet-Cookie: y"}, REQUEST_ID)


def test_a_key_that_the_model_has_not_is_a_mistake_of_the_service() -> None:
    with pytest.raises(KeyError):
        wire.reply(wire.Asked("sqs", "ListQueues", {}, "json"), {"Queues": []}, REQUEST_ID)


def test_the_old_query_code_goes_beside_the_new_one() -> None:
    model = service_model("sqs").operation_model("SendMessage")
    response = wire.refusal(
        wire.Asked("sqs", "SendMessage", {}, "json"),
        code="AWS.SimpleQueueService.NonExistentQueue", message="gone", status=400,
        fields={"QueryErrorCode": "QueueDoesNotExist"}, request_id=REQUEST_ID,
    )  # fmt: skip
    assert parsed(response, model, "json")["Error"] == {
        "Code": "AWS.SimpleQueueService.NonExistentQueue",
        "QueryErrorCode": "QueueDoesNotExist",
        "Type": "Sender",
        "Message": "gone",
    }
