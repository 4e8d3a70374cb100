"""Queries, scans and batches: which items, in which order, on which page."""

from __future__ import annotations

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sandbox import World
from tests.sandbox.services.awslambda.shop import Shop


@pytest.fixture
def full(dynamodb, orders):
    for customer in ("ann", "bob"):
        for number in (10, 2, 33, 4):
            item = {"customer": {"S": customer}, "number": {"N": str(number)}, "paid": {"BOOL": number > 4}}
            dynamodb.put_item(TableName=orders, Item=item)
    return orders


def numbers(reply):
    return [item["number"]["N"] for item in reply["Items"]]


def query(dynamodb, text, values, **more):
    given = {":c": {"S": "ann"}, **values}
    return dynamodb.query(
        TableName="orders", KeyConditionExpression=text, ExpressionAttributeValues=given, **more
    )


@pytest.mark.parametrize(
    ("text", "values", "found"),
    [
        ("customer = :c", {}, ["2", "4", "10", "33"]),
        ("customer = :c AND #n > :n", {":n": {"N": "4"}}, ["10", "33"]),
        ("#n <= :n AND customer = :c", {":n": {"N": "4"}}, ["2", "4"]),
        ("customer = :c AND #n BETWEEN :a AND :b", {":a": {"N": "3"}, ":b": {"N": "10"}}, ["4", "10"]),
        ("(customer = :c) AND (#n = :n)", {":n": {"N": "33"}}, ["33"]),
    ],
)
def test_a_query_finds_by_key_in_the_order_of_the_sort_key(dynamodb, full, text, values, found):
    names = {"ExpressionAttributeNames": {"#n": "number"}} if "#n" in text else {}
    assert numbers(query(dynamodb, text, values, **names)) == found
    assert numbers(query(dynamodb, text, values, ScanIndexForward=False, **names)) == found[::-1]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("#n = :c", "Query condition missed key schema element: customer"),
        ("customer > :c", "Query key condition not supported"),
        ("customer = :c AND paid = :c", "Query condition missed key schema element: number"),
        ("customer = :c AND #n <> :c", "Query key condition not supported"),
        ("customer = :c OR #n = :c", "Query key condition not supported"),
        ("customer = :c AND #n = :c", "Condition parameter type does not match schema type"),
        ("customer = :c AND customer = :c", "must only contain one condition per key"),
    ],
)
def test_what_is_no_key_condition_is_refused(dynamodb, full, refused, text, message):
    found = refused(
        dynamodb.query,
        TableName=full,
        KeyConditionExpression=text,
        ExpressionAttributeValues={":c": {"S": "ann"}},
        **({"ExpressionAttributeNames": {"#n": "number"}} if "#n" in text else {}),
    )
    assert found["code"] == "ValidationException"
    assert message in found["message"]


def test_pages_go_on_where_the_last_one_ended(dynamodb, full):
    seen, start = [], None
    while True:
        more = {"ExclusiveStartKey": start} if start else {}
        reply = query(dynamodb, "customer = :c", {}, Limit=3, **more)
        seen.append(numbers(reply))
        start = reply.get("LastEvaluatedKey")
        if start is None:
            break
    assert seen == [["2", "4", "10"], ["33"]]
    assert dynamodb.scan(TableName=full, Limit=8)["LastEvaluatedKey"]


def test_a_filter_is_asked_after_the_limit(dynamodb, full):
    reply = query(dynamodb, "customer = :c", {":y": {"BOOL": True}}, FilterExpression="paid = :y", Limit=3)
    assert (numbers(reply), reply["Count"], reply["ScannedCount"]) == (["10"], 1, 3)
    counted = query(dynamodb, "customer = :c", {}, Select="COUNT")
    assert counted["Count"] == 4
    assert "Items" not in counted


def test_a_megabyte_ends_a_page(dynamodb, things):
    for number in range(4):
        item = {"id": {"S": str(number)}, "text": {"S": "x" * 400_000}}
        dynamodb.put_item(TableName=things, Item=item)
    first = dynamodb.scan(TableName=things, ProjectionExpression="id")
    assert first["Count"] == 3
    rest = dynamodb.scan(
        TableName=things, ProjectionExpression="id", ExclusiveStartKey=first["LastEvaluatedKey"]
    )
    assert rest["Count"] == 1
    assert "LastEvaluatedKey" not in rest
    assert {item["id"]["S"] for item in first["Items"] + rest["Items"]} == set("0123")


def test_segments_share_a_scan(dynamodb, full, refused):
    parts = [dynamodb.scan(TableName=full, Segment=segment, TotalSegments=3)["Items"] for segment in range(3)]
    assert sum(map(len, parts)) == 8
    assert (
        "Segment: 3 is not less than"
        in refused(dynamodb.scan, TableName=full, Segment=3, TotalSegments=3)["message"]
    )


def test_batches(dynamodb, full, refused):
    ann = [{"customer": {"S": "ann"}, "number": {"N": number}} for number in ("2", "4", "5")]
    found = dynamodb.batch_get_item(RequestItems={full: {"Keys": ann}})
    assert len(found["Responses"][full]) == 2
    assert found["UnprocessedKeys"] == {}
    writes = [{"DeleteRequest": {"Key": ann[0]}}, {"PutRequest": {"Item": ann[2]}}]
    assert dynamodb.batch_write_item(RequestItems={full: writes})["UnprocessedItems"] == {}
    assert numbers(query(dynamodb, "customer = :c", {})) == ["4", "5", "10", "33"]
    twice = refused(dynamodb.batch_get_item, RequestItems={full: {"Keys": [ann[0], ann[0]]}})
    assert twice["message"] == "Provided list of item keys contains duplicates"
    both = refused(dynamodb.batch_write_item, RequestItems={full: writes, "things": writes})
    assert both["message"] == "not implemented here: a batch over several tables"


HANDLER = """
import boto3
from boto3.dynamodb.conditions import Key
from decimal import Decimal

table = boto3.resource("dynamodb").Table("things")

def handler(event, context):
    table.put_item(Item={"id": event["id"], "price": Decimal("4.50"), "tags": {"a", "b"}})
    table.update_item(
        Key={"id": event["id"]},
        UpdateExpression="SET price = price * :two" if event.get("wrong") else "SET price = price + :two",
        ExpressionAttributeValues={":two": 2},
    )
    return str(table.query(KeyConditionExpression=Key("id").eq(event["id"]))["Items"][0]["price"])
"""


def test_a_handler_needs_the_right_and_then_has_a_table(world: World, things):
    shop = Shop(world)
    shop.function(HANDLER, Timeout=10)
    denied = json.loads(shop.invoke({"id": "7"})["Payload"])
    assert (
        "is not authorized to perform: dynamodb:PutItem on resource: arn:aws:dynamodb:"
        in denied["errorMessage"]
    )
    statement = {"Effect": "Allow", "Action": "dynamodb:*", "Resource": "arn:aws:dynamodb:*:*:table/things"}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    shop.iam.put_role_policy(RoleName="worker-role", PolicyName="table", PolicyDocument=policy)
    assert json.loads(shop.invoke({"id": "7"})["Payload"]) == "6.5"
    wrong = json.loads(shop.invoke({"id": "8", "wrong": True})["Payload"])
    assert 'Syntax error; token: "*"' in wrong["errorMessage"]
    with world.fork() as fork:
        fork.client("dynamodb").delete_item(TableName="things", Key={"id": {"S": "7"}})
        assert fork.client("dynamodb").scan(TableName="things")["Count"] == 1
    assert world.client("dynamodb").scan(TableName="things")["Count"] == 2


KEYS = st.sampled_from("abc")
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("put"), KEYS, st.integers(-50, 50)),
        st.tuples(st.just("add"), KEYS, st.integers(-50, 50)),
        st.tuples(st.just("delete"), KEYS, st.just(0)),
    ),
    max_size=12,
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_a_table_is_a_dict(world: World, things, steps):
    client = world.client("dynamodb")
    with world.fork() as fork:
        client, model = fork.client("dynamodb"), {}
        for what, key, number in steps:
            name = {"id": {"S": key}}
            if what == "put":
                client.put_item(TableName=things, Item={**name, "n": {"N": str(number)}})
                model[key] = number
            elif what == "add":
                values = {":n": {"N": str(number)}}
                client.update_item(
                    TableName=things,
                    Key=name,
                    UpdateExpression="ADD n :n",
                    ExpressionAttributeValues=values,
                )
                model[key] = model.get(key, 0) + number
            else:
                client.delete_item(TableName=things, Key=name)
                model.pop(key, None)
        found = client.scan(TableName=things)["Items"]
        assert {item["id"]["S"]: int(item["n"]["N"]) for item in found} == model
        with World.replay(fork.journal) as again:
            assert again.trace.hash() == fork.trace.hash()
            assert again.client("dynamodb").scan(TableName=things)["Items"] == found


def test_pages_go_on_though_what_they_ended_with_is_gone(dynamodb, orders):
    for number in range(22):
        item = {"customer": {"S": f"c{number % 5}"}, "number": {"N": str(number)}}
        dynamodb.put_item(TableName=orders, Item=item)
    seen, start = 0, {}
    while True:
        reply = dynamodb.scan(TableName=orders, Limit=5, **start)
        for item in reply["Items"]:
            dynamodb.delete_item(TableName=orders, Key=item)
        seen += reply["Count"]
        if "LastEvaluatedKey" not in reply:
            break
        start = {"ExclusiveStartKey": reply["LastEvaluatedKey"]}
    assert seen == 22
    assert dynamodb.scan(TableName=orders)["Count"] == 0


def test_a_query_backwards_goes_on_though_its_last_item_is_gone(dynamodb, full):
    first = query(dynamodb, "customer = :c", {}, ScanIndexForward=False, Limit=3)
    assert numbers(first) == ["33", "10", "4"]
    last = first["LastEvaluatedKey"]
    dynamodb.delete_item(TableName=full, Key=last)
    rest = query(dynamodb, "customer = :c", {}, ScanIndexForward=False, ExclusiveStartKey=last)
    assert numbers(rest) == ["2"]


def test_a_batch_with_an_item_that_is_refused_writes_nothing(dynamodb, things, refused):
    good, large = {"id": {"S": "ok"}}, {"id": {"S": "large"}, "text": {"S": "x" * 500_000}}
    writes = [{"PutRequest": {"Item": item}} for item in (good, large)]
    found = refused(dynamodb.batch_write_item, RequestItems={things: writes})
    assert "exceeded the maximum allowed size" in found["message"]
    assert dynamodb.scan(TableName=things)["Count"] == 0


def test_looking_is_nothing_to_undo(world: World, things):
    client = world.client("dynamodb")
    client.put_item(TableName=things, Item={"id": {"S": "1"}})
    world.undo()
    client.scan(TableName=things)
    client.batch_get_item(RequestItems={things: {"Keys": [{"id": {"S": "1"}}]}})
    world.redo()
    assert client.scan(TableName=things)["Count"] == 1
    assert [row.operation for row in world.undo()] == ["PutItem"]
