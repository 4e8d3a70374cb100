"""What is wrong with a request is said as AWS says it, and nothing hostile gets further than a 4xx."""

from __future__ import annotations

import gzip
import json
import tracemalloc
from datetime import UTC, datetime
from typing import Any

import cbor2
import pytest
from botocore.model import DenormalizedStructureBuilder
from hypothesis import given, settings
from hypothesis import strategies as st

from sandbox import wire
from sandbox.models import service_model
from sandbox.wire.messages import Refused
from sandbox.wire.validation import check
from tests.sandbox.wire.shapes import operations, request
from tests.sandbox.wire.test_routing import FORM, ask, refused

LONG = DenormalizedStructureBuilder().with_members(
    {"logEvents": {"type": "list", "min": 2, "member": {"type": "string"}}}
).build_model()  # fmt: skip
LIMIT = 70_167_211


def sqs(operation: str, body: bytes, **headers: str) -> wire.HttpRequest:
    return ask(body=body, scope="sqs", x_amz_target=f"AmazonSQS.{operation}", **headers)


def logs(operation: str, **params: Any) -> wire.HttpRequest:
    return ask(body=json.dumps(params).encode(), scope="logs", x_amz_target=f"Logs_20140328.{operation}")


def form(service: str, version: str, **fields: str) -> wire.HttpRequest:
    text = "&".join(f"{name}={value}" for name, value in {"Version": version, **fields}.items())
    return ask(body=text.encode(), content_type=FORM, scope=service)


def metrics(operation: str, body: bytes) -> wire.HttpRequest:
    path = f"/service/GraniteServiceVersion20100801/operation/{operation}"
    return ask(path=path, body=body, scope="monitoring", smithy_protocol="rpc-v2-cbor")


def told(response: wire.HttpResponse) -> tuple[str, str]:
    """Code and message of an error in JSON."""
    body = json.loads(response.body)
    return body.get("__type", dict(response.headers).get("x-amzn-errortype")), body.get(
        "message", body.get("Message")
    )


# -- constraints -------------------------------------------------------------------------------------------


def test_a_missing_parameter_is_named() -> None:
    code, message = told(refused(logs("CreateLogGroup")))
    assert code == "InvalidParameterException"
    assert message == (
        "1 validation error detected: Value null at 'logGroupName' failed to satisfy constraint: "
        "Member must not be null"
    )


def test_sqs_has_words_of_its_own() -> None:
    response = refused(sqs("SendMessage", b'{"MessageBody": "x"}'))
    assert told(response) == (
        "MissingRequiredParameterException", "The request must contain the parameter QueueUrl."
    )  # fmt: skip
    assert dict(response.headers)["x-amzn-query-error"] == "MissingParameter;Sender"


def test_cloudwatch_has_words_of_its_own() -> None:
    response = refused(
        ask(x_amz_target="GraniteServiceVersion20100801.GetMetricStatistics", scope="monitoring")
    )
    assert told(response)[1] == "The parameter Namespace is required."


def test_lambda_refuses_a_value_that_is_too_small() -> None:
    body = json.dumps({"Timeout": 0, "MemorySize": 1}).encode()
    response = refused(ask("PUT", "/2015-03-31/functions/f/configuration", body=body, scope="lambda"))
    assert response.status == 400
    assert told(response) == (
        "ValidationException",
        "2 validation errors detected: Value '0' at 'timeout' failed to satisfy constraint: Member must "
        "have value greater than or equal to 1; Value '1' at 'memorySize' failed to satisfy constraint: "
        "Member must have value greater than or equal to 128",
    )


def test_iam_calls_it_a_validation_error() -> None:
    response = refused(form("iam", "2010-05-08", Action="GetRole", RoleName=""))
    assert b"<Code>ValidationError</Code>" in response.body
    assert b"Value '' at 'roleName' failed to satisfy constraint: Member must have length" in response.body


def test_a_member_of_a_list_is_named_by_its_number() -> None:
    body = json.dumps({"QueueUrl": "q", "Entries": [{"Id": "1"}]}).encode()
    # SQS's own words name the parameter only; another service's validation shows the path.
    assert (
        told(refused(sqs("DeleteMessageBatch", body)))[1]
        == "The request must contain the parameter ReceiptHandle."
    )
    response = refused(
        form("iam", "2010-05-08", Action="TagRole", RoleName="r", **{"Tags.member.1.Key": "k"})
    )
    assert b"Value null at 'tags.1.member.value' failed" in response.body


def test_a_long_value_is_not_repeated_whole() -> None:
    body = json.dumps({"logGroupName": "g", "logStreamName": "s", "logEvents": []}).encode()
    response = refused(ask(body=body, scope="logs", x_amz_target="Logs_20140328.PutLogEvents"))
    assert told(response)[1].startswith("1 validation error detected: Value '[]' at 'logEvents' failed")
    with pytest.raises(Refused) as caught:
        check("logs", "json", {"logEvents": ["x" * 1000]}, LONG)
    assert "x" * 200 in caught.value.message
    assert "x" * 300 not in caught.value.message


def test_what_a_model_does_not_know_is_passed_over() -> None:
    assert wire.parse(sqs("ListQueues", b'{"Colour": "red", "MaxResults": 3}')).params == {"MaxResults": 3}
    assert wire.parse(sqs("ListQueues", b'{"MaxResults": null}')).params == {}


# -- values of a wrong kind --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b'{"MaxResults": "3"}', "STRING_VALUE can not be converted to a Integer"),
        (b'{"MaxResults": true}', "TRUE_OR_FALSE_VALUE can not be converted to a Integer"),
        (b'{"MaxResults": 1.5}', "NUMBER_VALUE can not be converted to a Integer"),
        (b'{"MaxResults": 99999999999}', "A number is out of the range of integer."),
        (b'{"QueueNamePrefix": 3}', "NUMBER_VALUE can not be converted to a String"),
        (b'{"QueueNamePrefix": ["a"]}', "START_ARRAY can not be converted to a String"),
        (b"[]", "START_ARRAY can not be converted to a Structure"),
        (b'"x"', "STRING_VALUE can not be converted to a Structure"),
        (b"{", "Could not parse request body into json"),
        (b"\xff\xfe", "Could not parse request body into json"),
        (b'{"QueueNamePrefix": "\\ud800"}', "Could not parse request body into json"),
        (b'{"MaxResults": ' + b"1" * 5000 + b"}", "Could not parse request body into json"),
        (b'{"a": ' * 100_000, "The body is nested too deeply."),
    ],
    ids=range(13),
)
def test_json_that_does_not_fit(body: bytes, message: str) -> None:
    response = refused(sqs("ListQueues", body))
    assert response.status == 400
    assert told(response) == ("SerializationException", message)


def test_what_belongs_into_the_path_counts_for_nothing_in_the_body() -> None:
    body = b'{"FunctionName": "other", "Timeout": 9}'
    asked = wire.parse(ask("PUT", "/2015-03-31/functions/f/configuration", body=body, scope="lambda"))
    assert asked.params == {"FunctionName": "f", "Timeout": 9}


def test_whole_numbers_may_be_written_with_a_point() -> None:
    assert wire.parse(sqs("ListQueues", b'{"MaxResults": 3.0}')).params == {"MaxResults": 3}


@pytest.mark.parametrize("text", ["x", "====", "QQ", "QQ==\\n", "Q!=="])
def test_bad_base64(text: str) -> None:
    body = f'{{"FunctionName": "f", "Role": "r", "Code": {{"ZipFile": "{text}"}}}}'.encode()
    response = refused(ask("POST", "/2015-03-31/functions", body=body, scope="lambda"))
    assert told(response) == ("SerializationException", "A blob is not valid Base64.")


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("MaxItems=x", "STRING_VALUE can not be converted to a Integer"),
        ("MaxItems=1_0", "STRING_VALUE can not be converted to a Integer"),
        ("MaxItems=%D9%A3", "STRING_VALUE can not be converted to a Integer"),
        ("MaxItems=" + "9" * 18, "A number is out of the range of integer."),
        ("Marker=%ff", "The query string or form cannot be read."),
    ],
)
def test_query_strings_that_do_not_fit(query: str, message: str) -> None:
    response = refused(ask("GET", "/2015-03-31/functions", query, scope="lambda"))
    assert (response.status, told(response)[1]) == (400, message)


def test_a_path_that_is_not_utf8() -> None:
    response = refused(ask("GET", "/2015-03-31/functions/%ff", scope="lambda"))
    assert told(response) == ("SerializationException", "The path is not UTF-8.")


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("Tags.member.x.Key", "k", "A list has numbers"),
        ("Tags.member.1", "k", "failed to satisfy constraint"),
        ("RoleName.deep", "k", "Unexpected complex element termination"),
        (".".join("a" * 64), "k", "too deep"),
        ("MaxSessionDuration", "soon", "STRING_VALUE can not be converted to a Integer"),
        ("Description", "%ff", "cannot be read"),
    ],
)
def test_forms_that_do_not_fit(field: str, value: str, words: str) -> None:
    fields = {"Action": "CreateRole", "RoleName": "r", "AssumeRolePolicyDocument": "x", field: value}
    response = refused(form("iam", "2010-05-08", **fields))
    assert response.status == 400
    assert words in response.body.decode()


def test_items_of_a_list_come_in_the_order_of_their_numbers() -> None:
    fields = {"Action": "TagRole", "RoleName": "r"}
    for number, key in ((10, "c"), (2, "b"), (1, "a")):
        fields |= {f"Tags.member.{number}.Key": key, f"Tags.member.{number}.Value": ""}
    tags = wire.parse(form("iam", "2010-05-08", **fields)).params["Tags"]
    assert [tag["Key"] for tag in tags] == ["a", "b", "c"]


def test_a_form_with_too_many_fields() -> None:
    response = refused(form("iam", "2010-05-08", Action="TagRole", **{f"a{n}": "" for n in range(20_001)}))
    assert response.status == 400


@pytest.mark.parametrize(
    "body",
    [
        b"\x81" * 100_000,
        b"\x9b" + b"\xff" * 8,
        b"\x5b\x7f" + b"\xff" * 7,
        b"\xd8\x23\x61(",
        b"\xa1\x69Namespace\x01",
        b"\xa1\x69Namespace\xc1\x01",
        b"\xa1\x69Namespace\xd8\x1c\x81\xd8\x1d\x00",
        b"\xc1\xfb\x7f\xf0" + b"\0" * 6,
        b"\x01",
        b"\xff",
    ],
    ids=range(10),
)
def test_cbor_that_does_not_fit(body: bytes) -> None:
    response = refused(metrics("ListMetrics", body))
    assert response.status == 400
    assert cbor2.loads(response.body)["__type"] == "SerializationException"


def test_cbor_numbers_of_any_size_are_held_to_their_width() -> None:
    start = datetime(2026, 11, 23, tzinfo=UTC)
    params = {"Namespace": "n", "MetricName": "m", "StartTime": start, "EndTime": start, "Period": 2**200}
    body = cbor2.dumps({**params, "StartTime": cbor2.CBORTag(1, 0), "EndTime": cbor2.CBORTag(1, 0.5)})
    response = refused(metrics("GetMetricStatistics", body))
    assert cbor2.loads(response.body)["message"] == "A number is out of the range of integer."


# -- times -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        (1795424400, datetime(2026, 11, 23, 9, tzinfo=UTC)),
        (1795424400.25, datetime(2026, 11, 23, 9, 0, 0, 250_000, tzinfo=UTC)),
        ("2026-11-23T09:00:00Z", datetime(2026, 11, 23, 9, tzinfo=UTC)),
        ("2026-11-23T10:00:00+01:00", datetime(2026, 11, 23, 9, tzinfo=UTC)),
        ("2026-11-23", datetime(2026, 11, 23, tzinfo=UTC)),
    ],
)
def test_times_are_read_as_numbers_and_as_text(given: object, meant: datetime) -> None:
    body = json.dumps(
        {"Namespace": "n", "MetricName": "m", "StartTime": given, "EndTime": given, "Period": 60}
    )
    target = "GraniteServiceVersion20100801.GetMetricStatistics"
    assert wire.parse(ask(body=body.encode(), x_amz_target=target)).params["StartTime"] == meant


@pytest.mark.parametrize(
    "given", ["soon", 1e300, -1e300, "9999-99-99", True, {}, "2026-11-23T09:00:00+99:99"]
)
def test_times_that_cannot_be_read(given: object) -> None:
    body = json.dumps({"Namespace": "n", "MetricName": "m", "StartTime": given, "EndTime": 1, "Period": 60})
    target = "GraniteServiceVersion20100801.GetMetricStatistics"
    assert refused(ask(body=body.encode(), x_amz_target=target)).status == 400


# -- sizes and codings -------------------------------------------------------------------------------------


def test_a_request_that_is_too_long_is_refused_as_lambda_does() -> None:
    long = ask("POST", "/2015-03-31/functions", body=b"x" * 11, scope="lambda")
    response = refused(long, limit=10)
    assert response.status == 413
    code, message = told(response)
    assert code == "RequestEntityTooLargeException"
    assert message == "Request must be smaller than 10 bytes for the CreateFunction operation"


def test_the_length_that_a_request_promises_counts() -> None:
    promised = ask("POST", "/2015-03-31/functions", scope="lambda", content_length="70167212")
    assert refused(promised, limit=LIMIT).status == 413
    form = ask(content_type=FORM, scope="iam", content_length="70167212")
    assert b"Request must be smaller than 70167211 bytes<" in refused(form, limit=LIMIT).body


def test_a_compressed_body_is_unpacked() -> None:
    body = gzip.compress(b'{"MaxResults": 3}')
    assert wire.parse(sqs("ListQueues", body, content_encoding="gzip")).params == {"MaxResults": 3}


@pytest.mark.parametrize(
    ("body", "coding"),
    [(b"no gzip", "gzip"), (gzip.compress(b"{}" * 99, mtime=0)[:-12], "gzip"), (b"{}", "br")],
)
def test_a_body_that_cannot_be_unpacked(body: bytes, coding: str) -> None:
    assert refused(sqs("ListQueues", body, content_encoding=coding)).status == 400


def test_a_body_that_is_too_long_once_it_is_unpacked() -> None:
    bomb = gzip.compress(b" " * 50_000_000)
    assert len(bomb) < 100_000
    tracemalloc.start()
    assert refused(sqs("ListQueues", bomb, content_encoding="gzip"), limit=1_000_000).status == 413
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 10_000_000


# -- anything at all ---------------------------------------------------------------------------------------

ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.binary(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@settings(max_examples=300, deadline=None)
@given(data=st.data())
def test_whatever_stands_where_a_parameter_should(data: st.DataObject) -> None:
    service, operation, protocol = data.draw(st.sampled_from(operations()))
    model = service_model(service).operation_model(operation)
    members = list(model.input_shape.members) if model.input_shape is not None else []
    names = st.sampled_from(members) if members else st.nothing()
    params = data.draw(st.dictionaries(names | st.text(max_size=3), ANYTHING, max_size=4))
    if protocol == "query":
        body = "&".join(f"{key}={value}" for key, value in params.items()).encode("utf-8", "replace")
        body += f"&Action={operation}".encode()
    elif protocol == "smithy-rpc-v2-cbor":
        body = cbor2.dumps(params)
    else:
        body = json.dumps(params, default=repr).encode()
    plain = request(model, _least(model.input_shape), protocol)
    _survives(wire.HttpRequest(plain.method, plain.host, plain.path, plain.query, plain.headers, body))


@settings(max_examples=300, deadline=None)
@given(data=st.data())
def test_whatever_bytes_come(data: st.DataObject) -> None:
    service, operation, protocol = data.draw(st.sampled_from(operations()))
    model = service_model(service).operation_model(operation)
    plain = request(model, _least(model.input_shape), protocol)
    path = data.draw(st.just(plain.path) | st.text(st.characters(max_codepoint=255)))
    query = data.draw(st.just(plain.query) | st.text(st.characters(max_codepoint=255)))
    headers = {
        **plain.headers,
        **data.draw(
            st.dictionaries(st.sampled_from(list(plain.headers)), st.text(st.characters(max_codepoint=255)))
        ),
    }
    method = data.draw(st.sampled_from(["GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS", "TRACE", ""]))
    _survives(wire.HttpRequest(method, plain.host, path, query, headers, data.draw(st.binary())))


def _least(shape: Any) -> dict[str, Any]:
    """Enough parameters for a path."""
    if shape is None:
        return {}
    return {
        name: "f" for name, member in shape.members.items() if member.serialization.get("location") == "uri"
    }


def _survives(request: wire.HttpRequest) -> None:
    wire.access_key(request)
    try:
        asked = wire.parse(request, limit=1000)
    except wire.WireError as error:
        status = error.response.status
    else:
        assert asked.operation in service_model(asked.service).operation_names
        return
    assert 400 <= status < 500 or status == 501
