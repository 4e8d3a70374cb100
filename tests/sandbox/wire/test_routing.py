"""Which operation a request asks for, and who signed it."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox import wire
from sandbox.models import service_model
from sandbox.services.registry import SERVICES
from sandbox.wire import routing
from tests.sandbox.wire.shapes import SCOPE, parsed, request

GRANITE = "GraniteServiceVersion20100801"
FUNCTIONS = "/2015-03-31/functions"
PRESIGNED = "X-Amz-Credential=AKIA%2F20261121%2Fus-east-1%2Fsts%2Faws4_request"
FORM = "application/x-www-form-urlencoded; charset=utf-8"


def ask(
    method: str = "POST",
    path: str = "/",
    query: str = "",
    body: bytes = b"",
    host: str = "127.0.0.1:4566",
    scope: str = "",
    **headers: str,
) -> wire.HttpRequest:
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    if scope:
        given["authorization"] = SCOPE.format("AKIDEXAMPLE", scope)
    return wire.HttpRequest(method, host, path, query, given, body)


def refused(request: wire.HttpRequest, **more: Any) -> wire.HttpResponse:
    with pytest.raises(wire.WireError) as caught:
        wire.parse(request, **more)
    return caught.value.response


def test_every_service_of_the_registry_is_understood() -> None:
    assert sorted(routing.SERVICES) == sorted(kind.name for kind in SERVICES)


@pytest.mark.parametrize(
    ("request_", "service", "operation"),
    [
        (ask(scope="sqs", x_amz_target="AmazonSQS.ListQueues"), "sqs", "ListQueues"),
        (ask(x_amz_target="AmazonSQS.ListQueues"), "sqs", "ListQueues"),
        (ask(x_amz_target="Logs_20140328.DescribeLogGroups"), "logs", "DescribeLogGroups"),
        (ask(x_amz_target=f"{GRANITE}.ListMetrics"), "cloudwatch", "ListMetrics"),
        (ask(path=f"/service/{GRANITE}/operation/ListMetrics"), "cloudwatch", "ListMetrics"),
        (ask(body=b"Action=ListRoles&Version=2010-05-08", content_type=FORM), "iam", "ListRoles"),
        (ask("GET", query="Action=GetCallerIdentity&Version=2011-06-15"), "sts", "GetCallerIdentity"),
        (ask(body=b"Action=ListMetrics", content_type=FORM, scope="monitoring"), "cloudwatch", "ListMetrics"),
        (ask(body=b"Action=ListRoles", content_type=FORM, host="iam.amazonaws.com"), "iam", "ListRoles"),
        (ask("GET", "/2015-03-31/functions/"), "lambda", "ListFunctions"),
        (ask("GET", FUNCTIONS, host="lambda.us-east-1.amazonaws.com"), "lambda", "ListFunctions"),
        (ask("GET", "/2015-03-31/functions/f", scope="lambda"), "lambda", "GetFunction"),
    ],
)  # fmt: skip
def test_a_request_is_recognised_by(request_: wire.HttpRequest, service: str, operation: str) -> None:
    asked = wire.parse(request_)
    assert (asked.service, asked.operation) == (service, operation)


@pytest.mark.parametrize(
    "host", ["sqs.us-east-1.amazonaws.com", "queue.amazonaws.com", "us-east-1.queue.amazonaws.com:443"]
)
def test_a_host_of_awss_tells_the_service(host: str) -> None:
    # The target is wrong, so that only the host can have told.
    response = refused(ask(host=host, x_amz_target="Other.ListQueues"))
    assert b"UnknownOperationException" in response.body
    assert b"of sqs" in response.body


def test_a_host_that_only_looks_like_awss_tells_nothing() -> None:
    response = refused(ask(host="sqs.us-east-1.amazonaws.com.example.org", x_amz_target="Other.ListQueues"))
    assert response.status == 403


@pytest.mark.parametrize(
    "name", ["plain", "arn:aws:lambda:us-east-1:123456789012:function:f", "a b", "ü", "a%2Fb", "f:1"]
)
def test_labels_are_decoded_once(name: str) -> None:
    model = service_model("lambda").operation_model("GetFunction")
    assert wire.parse(request(model, {"FunctionName": name}, "rest-json")).params == {"FunctionName": name}


def test_an_arn_may_stand_in_the_path_as_it_is() -> None:
    arn = "arn:aws:lambda:us-east-1:123456789012:function:f"
    assert wire.parse(ask("GET", f"/2015-03-31/functions/{arn}")).params == {"FunctionName": arn}


def test_paths_lead_to_their_operations() -> None:
    tags = "arn%3Aaws%3Alambda%3Aus-east-1%3A123456789012%3Afunction%3Af"
    assert wire.parse(ask("GET", f"/2017-03-31/tags/{tags}")).operation == "ListTags"
    assert wire.parse(ask("GET", "/2015-03-31/event-source-mappings")).operation == "ListEventSourceMappings"


def test_a_part_of_the_query_string_may_tell_operations_apart() -> None:
    assert wire.parse(ask("GET", "/2018-10-31/layers")).operation == "ListLayers"
    by_arn = ask("GET", "/2018-10-31/layers", "find=LayerVersion&Arn=arn%3Aaws%3Alambda%3Alayer")
    assert wire.parse(by_arn) == wire.Asked(
        "lambda", "GetLayerVersionByArn", {"Arn": "arn:aws:lambda:layer"}, "rest-json"
    )


# -- refusals ----------------------------------------------------------------------------------------------


def test_an_operation_that_does_not_exist_is_told_in_each_protocol() -> None:
    query = refused(ask(body=b"Action=Fly&Version=2010-05-08", content_type=FORM, scope="iam"))
    assert (query.status, dict(query.headers)["content-type"]) == (400, "text/xml")
    assert b"<Code>InvalidAction</Code>" in query.body
    assert b"Could not find operation Fly for version 2010-05-08" in query.body

    json = refused(ask(x_amz_target="AmazonSQS.Fly", scope="sqs"))
    assert (json.status, dict(json.headers)["content-type"]) == (400, "application/x-amz-json-1.0")
    assert b'"__type":"UnknownOperationException"' in json.body

    rest = refused(ask("PATCH", "/2015-03-31/functions", scope="lambda"))
    assert (rest.status, dict(rest.headers)["x-amzn-errortype"]) == (404, "UnknownOperationException")

    cbor = refused(ask(path="/service/GraniteServiceVersion20100801/operation/Fly"))
    assert (cbor.status, dict(cbor.headers)["smithy-protocol"]) == (404, "rpc-v2-cbor")


def test_another_version_of_an_api_is_not_this_one() -> None:
    response = refused(ask(body=b"Action=ListRoles&Version=2009-01-01", content_type=FORM, scope="iam"))
    assert b"<Code>InvalidAction</Code>" in response.body


def test_a_service_that_is_not_here_is_named_with_those_that_are() -> None:
    response = refused(ask(scope="kinesis", x_amz_target="Kinesis_20131202.ListStreams"))
    assert response.status == 501
    assert b"not implemented here: kinesis. Implemented: cloudwatch, dynamodb, iam, lambda" in response.body


def test_clients_of_xml_can_read_that_a_service_is_not_here() -> None:
    model = service_model("route53").operation_model("ListHostedZones")
    response = refused(ask("GET", scope="route53"))
    assert parsed(response, model, "rest-xml")["Error"]["Code"] == "NotImplementedHere"


def test_the_old_protocol_of_sqs_is_not_here() -> None:
    response = refused(ask(body=b"Action=ListQueues&Version=2012-11-05", content_type=FORM, scope="sqs"))
    assert response.status == 501
    assert b"it speaks json" in response.body


@pytest.mark.parametrize("request_", [ask("GET"), ask(), ask("GET", "/favicon.ico"), ask("OPTIONS", "*")])
def test_what_nobody_signed_and_nothing_explains_is_refused(request_: wire.HttpRequest) -> None:
    response = refused(request_)
    assert response.status == 403
    assert dict(response.headers)["x-amzn-errortype"] == "MissingAuthenticationTokenException"


def test_refusals_have_a_request_id_of_their_own() -> None:
    first, second = (dict(refused(ask("GET", path)).headers)["x-amzn-requestid"] for path in ("/a", "/b"))
    assert first != second
    assert [len(part) for part in first.split("-")] == [8, 4, 4, 4, 12]


# -- signatures --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("request_", "key"),
    [
        (ask(scope="sqs"), "AKIDEXAMPLE"),
        (ask(authorization="AWS4-ECDSA-P256-SHA256 Credential=AKID/20261121/sts/aws4_request, Sig"), "AKID"),
        (ask(query=f"{PRESIGNED}&X-Amz-Date=x"), "AKIA"),
        (ask(authorization="Bearer abc"), ""),
        (ask(authorization="AWS4-HMAC-SHA256 Credential=no-scope, Signature=0"), ""),
        (ask(query="X-Amz-Credential="), ""),
        (ask(), ""),
    ],
)  # fmt: skip
def test_the_access_key_of(request_: wire.HttpRequest, key: str) -> None:
    assert wire.access_key(request_) == key


def test_a_presigned_request_is_recognised() -> None:
    asked = wire.parse(
        ask(
            "GET",
            query="Action=GetCallerIdentity&X-Amz-Credential=AKIA%2F20261121%2Fus-east-1%2Fsts%2Faws4_request",
        )
    )
    assert asked == wire.Asked("sts", "GetCallerIdentity", {}, "query")


def test_an_unsigned_request_is_refused_as_its_protocol_has_it() -> None:
    json = wire.unsigned(wire.Asked("sqs", "ListQueues", {}, "json"), "id")
    assert b"MissingAuthenticationTokenException" in json.body
    query = wire.unsigned(wire.Asked("sts", "GetCallerIdentity", {}, "query"), "id")
    assert b"<Code>MissingAuthenticationToken</Code>" in query.body
    assert (json.status, query.status) == (403, 403)
