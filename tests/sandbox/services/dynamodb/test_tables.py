"""Tables: from CREATING to gone, and what cannot be one."""

from __future__ import annotations

import pytest

HASH = [{"AttributeName": "id", "KeyType": "HASH"}]
ID = [{"AttributeName": "id", "AttributeType": "S"}]
WHOLE = {"TableName": "cups", "KeySchema": HASH, "AttributeDefinitions": ID, "BillingMode": "PAY_PER_REQUEST"}


def test_a_table_is_made_used_and_gone(world, dynamodb, refused):
    made = dynamodb.create_table(**WHOLE, Tags=[{"Key": "team", "Value": "tea"}])["TableDescription"]
    assert made["TableStatus"] == "CREATING"
    assert made["TableArn"] == "arn:aws:dynamodb:us-east-1:123456789012:table/cups"
    item = {"id": {"S": "1"}}
    assert refused(dynamodb.put_item, TableName="cups", Item=item) == {
        "code": "ResourceNotFoundException",
        "message": "Requested resource not found",
        "status": 400,
    }
    busy = "Attempt to change a resource which is still in use: Table is being created: cups"
    assert refused(dynamodb.delete_table, TableName="cups")["message"] == busy
    world.client("dynamodb").get_waiter("table_exists").wait(TableName="cups")
    dynamodb.put_item(TableName="cups", Item=item)
    shown = dynamodb.describe_table(TableName="cups")["Table"]
    assert (shown["TableStatus"], shown["ItemCount"], shown["TableSizeBytes"]) == ("ACTIVE", 1, 3)
    assert shown["BillingModeSummary"]["BillingMode"] == "PAY_PER_REQUEST"
    tags = dynamodb.list_tags_of_resource(ResourceArn=made["TableArn"])["Tags"]
    assert tags == [{"Key": "team", "Value": "tea"}]
    assert refused(dynamodb.create_table, **WHOLE)["message"] == "Table already exists: cups"
    assert dynamodb.delete_table(TableName="cups")["TableDescription"]["TableStatus"] == "DELETING"
    assert refused(dynamodb.get_item, TableName="cups", Key=item)["code"] == "ResourceNotFoundException"
    world.client("dynamodb").get_waiter("table_not_exists").wait(TableName="cups")
    missing = refused(dynamodb.describe_table, TableName="cups")
    assert missing["message"] == "Requested resource not found: Table: cups not found"
    assert dynamodb.list_tables()["TableNames"] == []


def test_tables_are_listed_in_pages(world, dynamodb):
    for name in ("ccc", "aaa", "bbb"):
        dynamodb.create_table(**{**WHOLE, "TableName": name})
    first = dynamodb.list_tables(Limit=2)
    assert (first["TableNames"], first["LastEvaluatedTableName"]) == (["aaa", "bbb"], "bbb")
    rest = dynamodb.list_tables(ExclusiveStartTableName="bbb")
    assert rest["TableNames"] == ["ccc"]
    assert "LastEvaluatedTableName" not in rest


def test_a_table_can_be_protected(world, dynamodb, refused):
    dynamodb.create_table(**WHOLE, DeletionProtectionEnabled=True)
    world.settle()
    assert "protected against deletion" in refused(dynamodb.delete_table, TableName="cups")["message"]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"TableName": "ab"}, "TableName must be at least 3 characters long and at most 255 characters long"),
        ({"TableName": "a cup"}, "Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+"),
        (
            {"AttributeDefinitions": [{"AttributeName": "x", "AttributeType": "S"}]},
            "Some index key attributes are not defined in AttributeDefinitions. Keys: [id], "
            "AttributeDefinitions: [x]",
        ),
        (
            {"AttributeDefinitions": [*ID, {"AttributeName": "x", "AttributeType": "S"}]},
            "Number of attributes in KeySchema does not exactly match number of attributes defined in "
            "AttributeDefinitions",
        ),
        (
            {"KeySchema": [{"AttributeName": "id", "KeyType": "RANGE"}]},
            "Invalid KeySchema: The first KeySchemaElement is not a HASH key type",
        ),
        ({"KeySchema": [*HASH, *HASH]}, "The second KeySchemaElement is not a RANGE key type"),
        ({"BillingMode": "PROVISIONED"}, "ReadCapacityUnits and WriteCapacityUnits must both be specified"),
        (
            {"ProvisionedThroughput": {"ReadCapacityUnits": 1, "WriteCapacityUnits": 1}},
            "Neither ReadCapacityUnits nor WriteCapacityUnits can be specified",
        ),
        (
            {"StreamSpecification": {"StreamEnabled": True}},
            "not implemented here: parameter StreamSpecification",
        ),
    ],
)
def test_what_is_no_table_is_refused(dynamodb, refused, change, message):
    assert message in refused(dynamodb.create_table, **{**WHOLE, **change})["message"]


def test_provisioned_throughput_is_shown(world, dynamodb):
    units = {"ReadCapacityUnits": 3, "WriteCapacityUnits": 2}
    dynamodb.create_table(**{**WHOLE, "BillingMode": "PROVISIONED", "ProvisionedThroughput": units})
    shown = dynamodb.describe_table(TableName="cups")["Table"]["ProvisionedThroughput"]
    assert (shown["ReadCapacityUnits"], shown["WriteCapacityUnits"]) == (3, 2)
