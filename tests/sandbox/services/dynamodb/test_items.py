"""Items: put, read, changed, deleted, under conditions; and AWS's words for what goes wrong."""

from __future__ import annotations

import json

import pytest

CUP = {
    "id": {"S": "cup"},
    "price": {"N": "4.50"},
    "tags": {"SS": ["tea", "red"]},
    "parts": {"L": [{"S": "ear"}, {"M": {"size": {"N": "7"}}}]},
    "sold": {"BOOL": False},
    "note": {"NULL": True},
    "photo": {"B": b"\x00\x01"},
}
KEY = {"id": {"S": "cup"}}


@pytest.fixture
def cup(dynamodb, things):
    dynamodb.put_item(TableName=things, Item=CUP)
    return things


def got(dynamodb, table="things", key=KEY, **more):
    return dynamodb.get_item(TableName=table, Key=key, **more).get("Item")


def test_an_item_comes_back_as_dynamodb_keeps_it(dynamodb, cup):
    assert got(dynamodb) == {**CUP, "price": {"N": "4.5"}, "tags": {"SS": ["red", "tea"]}}
    assert got(dynamodb, key={"id": {"S": "no"}}) is None


@pytest.mark.parametrize(
    ("given", "kept"),
    [("007", "7"), ("1E+3", "1000"), ("-0", "0"), ("-1.50", "-1.5"), ("1e-3", "0.001"), ("9" * 38, "9" * 38)],
)
def test_numbers_have_one_form(dynamodb, things, given, kept):
    dynamodb.put_item(TableName=things, Item={**KEY, "n": {"N": given}})
    assert got(dynamodb)["n"] == {"N": kept}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"id": None}, "One or more parameter values were invalid: Missing the key id in the item"),
        (
            {"id": {"N": "1"}},
            "One or more parameter values were invalid: Type mismatch for key id expected: S actual: N",
        ),
        (
            {"id": {"S": ""}},
            "One or more parameter values are not valid. The AttributeValue for a key attribute cannot "
            "contain an empty string value. Key: id",
        ),
        ({"id": {"S": "x" * 2049}}, "Size of hashkey has exceeded the maximum size limit of2048 bytes"),
        ({"n": {"N": "four"}}, "The parameter cannot be converted to a numeric value: four"),
        ({"n": {"N": "1" * 39}}, "Attempting to store more than 38 significant digits in a Number"),
        ({"n": {"N": "1E126"}}, "Number overflow. Attempting to store a number with magnitude larger than"),
        (
            {"n": {"N": "1E-131"}},
            "Number underflow. Attempting to store a number with magnitude smaller than",
        ),
        ({"n": {"NULL": False}}, "Null attribute value types must have the value of true"),
        (
            {"n": {"SS": []}},
            "1 validation error detected: One or more parameter values were invalid: An string set  may not "
            "be empty",
        ),
        ({"n": {"NS": ["1", "1.0"]}}, "Input collection [1, 1.0] contains duplicates."),
        ({"n": {"S": "x" * 409_600}}, "Item size has exceeded the maximum allowed size"),
    ],
)
def test_what_cannot_be_stored_is_refused(dynamodb, things, refused, change, message):
    item = {name: value for name, value in {**CUP, **change}.items() if value is not None}
    found = refused(dynamodb.put_item, TableName=things, Item=item)
    assert found["code"] == "ValidationException"
    assert message in found["message"]
    assert got(dynamodb) is None


def test_a_put_may_hang_on_a_condition(dynamodb, cup, refused):
    once = {"TableName": cup, "Item": KEY, "ConditionExpression": "attribute_not_exists(id)"}
    found = refused(dynamodb.put_item, **once)
    assert found == {
        "code": "ConditionalCheckFailedException",
        "message": "The conditional request failed",
        "status": 400,
    }
    assert got(dynamodb)["price"] == {"N": "4.5"}
    dynamodb.delete_item(TableName=cup, Key=KEY)
    dynamodb.put_item(**once)
    assert got(dynamodb) == KEY


def test_the_item_that_a_condition_failed_on_can_be_asked_for(world, dynamodb, cup):
    client = world.client("dynamodb")
    with pytest.raises(client.exceptions.ConditionalCheckFailedException) as caught:
        client.delete_item(
            TableName=cup,
            Key=KEY,
            ConditionExpression="price > :p",
            ExpressionAttributeValues={":p": {"N": "5"}},
            ReturnValuesOnConditionCheckFailure="ALL_OLD",
        )
    assert caught.value.response["Item"]["price"] == {"N": "4.5"}


TRUE = [
    "price = :four",
    "price <> :five AND NOT sold = :yes",
    "price BETWEEN :four AND :five",
    "price IN (:five, :four)",
    "size(parts) = :two",
    "size(id) = :three",
    "size(photo) = :two",
    "parts[1].size = :seven",
    "#p[1].#s < :seven OR #p[1].#s = :seven",
    "attribute_exists(parts[0]) and attribute_not_exists(parts[2])",
    "attribute_type(tags, :ss)",
    "begins_with(id, :cu)",
    "contains(tags, :tea)",
    "contains(id, :up)",
    "contains(parts, :ear)",
    "(sold = :no OR sold = :yes) AND (note = :null)",
    "NOT (nowhere = :four)",
    "nowhere <> :four",
]
FALSE = [
    "price < :four",
    "price = :textfour",
    "nowhere = :four",
    "size(price) = :two",
    "contains(tags, :te)",
    "begins_with(price, :cu)",
    "id > :four",
    "attribute_exists(nothing.here.either)",
]
GIVEN = {
    ":four": {"N": "4.5"}, ":five": {"N": "5"}, ":two": {"N": "2"}, ":three": {"N": "3"},
    ":seven": {"N": "7.0"},
    ":ss": {"S": "SS"}, ":cu": {"S": "cu"}, ":tea": {"S": "tea"}, ":te": {"S": "te"}, ":up": {"S": "up"},
    ":ear": {"S": "ear"}, ":no": {"BOOL": False}, ":yes": {"BOOL": True}, ":null": {"NULL": True},
    ":textfour": {"S": "4.5"},
}  # fmt: skip


@pytest.mark.parametrize(("text", "holds"), [*((t, True) for t in TRUE), *((t, False) for t in FALSE)])
def test_conditions(dynamodb, cup, text, holds):
    text = text.replace("parts[1].size", "parts[1].#s")
    used = {
        name: value
        for name, value in GIVEN.items()
        if f"{name} " in f"{text} ".replace(")", " ").replace(",", " ")
    }
    names = {name: word for name, word in (("#p", "parts"), ("#s", "size")) if name in text}
    found = dynamodb.scan(
        TableName=cup,
        FilterExpression=text,
        **({"ExpressionAttributeValues": used} if used else {}),
        **({"ExpressionAttributeNames": names} if names else {}),
    )
    assert (found["Count"], found["ScannedCount"]) == (int(holds), 1)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("price == :v", 'Syntax error; token: "=", near: "== :v"'),
        ("price = :v AND", 'Syntax error; token: "<EOF>", near: "AND"'),
        ("price & :v", 'Syntax error; token: "&", near: "price & :v"'),
        ("name = :v", "Attribute name is a reserved keyword; reserved keyword: name"),
        (
            "#n = :v",
            "An expression attribute name used in the document path is not defined; attribute name: #n",
        ),
        (
            "price = :w",
            "An expression attribute value used in expression is not defined; attribute value: :w",
        ),
        ("exists(price, :v)", "Invalid function name; function: exists"),
        ("attribute_exists(price, :v)", "Incorrect number of operands for operator or function"),
        ("attribute_exists(:v)", "Operator or function requires a document path"),
        ("  ", "The expression can not be empty;"),
    ],
)
def test_what_is_no_condition_is_refused(dynamodb, cup, refused, text, message):
    values = {":v": {"N": "1"}}
    found = refused(
        dynamodb.put_item,
        TableName=cup,
        Item=KEY,
        ConditionExpression=text,
        ExpressionAttributeValues=values,
    )
    assert found["code"] == "ValidationException"
    assert found["message"].startswith("1 validation error detected: Invalid ConditionExpression: ")
    assert message in found["message"]


def test_placeholders_are_used_or_refused(dynamodb, cup, refused):
    def message(**more):
        return refused(dynamodb.get_item, TableName=cup, Key=KEY, **more)["message"]

    unused = "Value provided in ExpressionAttributeNames unused in expressions: keys: {#x}"
    assert message(ProjectionExpression="id", ExpressionAttributeNames={"#x": "y"}) == unused
    alone = "ExpressionAttributeNames can only be specified when using expressions"
    assert message(ExpressionAttributeNames={"#x": "y"}) == alone
    assert message(ProjectionExpression="id", ExpressionAttributeNames={}) == (
        "ExpressionAttributeNames must not be empty"
    )
    bad = 'ExpressionAttributeNames contains invalid key: Syntax error; key: "x"'
    assert message(ProjectionExpression="id", ExpressionAttributeNames={"x": "y"}) == bad


def test_parts_of_an_item_can_be_asked_for(dynamodb, cup, refused):
    shown = got(
        dynamodb, ProjectionExpression="id, parts[1].#s, nowhere", ExpressionAttributeNames={"#s": "size"}
    )
    assert shown == {"id": {"S": "cup"}, "parts": {"L": [{"M": {"size": {"N": "7"}}}]}}
    twice = refused(dynamodb.get_item, TableName=cup, Key=KEY, ProjectionExpression="parts, parts[0]")[
        "message"
    ]
    assert "Two document paths overlap with each other" in twice
    assert twice.endswith("path one: [parts], path two: [parts, [0]]")


def test_a_key_that_is_none_of_the_table(dynamodb, cup, refused):
    for key in ({}, {"id": {"N": "1"}}, {**KEY, "more": {"S": "x"}}, {"ID": {"S": "cup"}}):
        found = refused(dynamodb.get_item, TableName=cup, Key=key)["message"]
        assert found == "The provided key element does not match the schema"


@pytest.mark.parametrize(
    ("text", "values", "after"),
    [
        ("SET price = price + :v", {":v": {"N": "0.5"}}, {"price": {"N": "5"}}),
        ("SET price = :v - price, sold = :y", {":v": {"N": "1"}, ":y": {"BOOL": True}},
         {"price": {"N": "-3.5"}, "sold": {"BOOL": True}}),
        ("SET visits = if_not_exists(visits, :z) + :o", {":z": {"N": "0"}, ":o": {"N": "1"}},
         {"visits": {"N": "1"}}),
        ("SET parts = list_append(parts, :l)", {":l": {"L": [{"S": "lid"}]}},
         {"parts": {"L": [*CUP["parts"]["L"], {"S": "lid"}]}}),
        ("SET parts[9] = :s", {":s": {"S": "lid"}}, {"parts": {"L": [*CUP["parts"]["L"], {"S": "lid"}]}}),
        ("SET parts[1].weight = :v", {":v": {"N": "2"}},
         {"parts": {"L": [{"S": "ear"}, {"M": {"size": {"N": "7"}, "weight": {"N": "2"}}}]}}),
        ("REMOVE parts[0], parts[1], note", None, {"parts": {"L": []}, "note": None}),
        ("ADD price :v, tags :t, fresh :v", {":v": {"N": "1"}, ":t": {"SS": ["new", "tea"]}},
         {"price": {"N": "5.5"}, "tags": {"SS": ["new", "red", "tea"]}, "fresh": {"N": "1"}}),
        ("DELETE tags :t", {":t": {"SS": ["tea", "blue"]}}, {"tags": {"SS": ["red"]}}),
        ("DELETE tags :t", {":t": {"SS": ["tea", "red"]}}, {"tags": None}),
        ("SET price = sold REMOVE sold", None, {"price": {"BOOL": False}, "sold": None}),
    ],
)  # fmt: skip
def test_updates(dynamodb, cup, text, values, after):
    given = {"ExpressionAttributeValues": values} if values else {}
    reply = dynamodb.update_item(
        TableName=cup, Key=KEY, UpdateExpression=text, ReturnValues="ALL_NEW", **given
    )
    before = {**CUP, "price": {"N": "4.5"}, "tags": {"SS": ["red", "tea"]}}
    wanted = {name: value for name, value in {**before, **after}.items() if value is not None}
    assert reply["Attributes"] == got(dynamodb) == wanted


@pytest.mark.parametrize(
    ("text", "values", "message"),
    [
        ("SET id = :v", {":v": {"S": "x"}},
         "One or more parameter values were invalid: Cannot update attribute id. This "
         "attribute is part of the key"),
        ("SET price = nowhere + :v", {":v": {"N": "1"}},
         "The provided expression refers to an attribute that does not exist in the item"),
        ("SET price = price + :v", {":v": {"S": "1"}},
         "An operand in the update expression has an incorrect data type"),
        ("SET a.b = :v", {":v": {"S": "1"}},
         "The document path provided in the update expression is invalid for update"),
        ("ADD price :v", {":v": {"S": "1"}},
         "1 validation error detected: Invalid UpdateExpression: Incorrect operand type for operator or "
         "function; operator or function: ADD, operand type: STRING"),
        ("SET a = :v SET b = :v", {":v": {"S": "1"}},
         '1 validation error detected: Invalid UpdateExpression: The "SET" section can only be used once in '
         "an update expression;"),
        ("SET tags = :v, tags = :v", {":v": {"S": "1"}},
         "1 validation error detected: Invalid UpdateExpression: Two document paths overlap with each other; "
         "must remove or rewrite one of these paths; path one: [tags], path two: [tags]"),
        ("SET price = size(id) + :v", {":v": {"N": "1"}},
         "The function is not allowed to be used this way in an expression; function: size"),
        ("PUT price :v", {":v": {"N": "1"}}, 'Syntax error; token: "PUT", near: "PUT price"'),
    ],
)  # fmt: skip
def test_updates_that_are_refused_change_nothing(dynamodb, cup, refused, text, values, message):
    before = got(dynamodb)
    found = refused(
        dynamodb.update_item,
        TableName=cup,
        Key=KEY,
        UpdateExpression=text,
        ExpressionAttributeValues=values,
    )
    assert found["code"] == "ValidationException"
    assert message in found["message"]
    assert got(dynamodb) == before


def test_an_update_makes_an_item_and_tells_what_was_asked_for(dynamodb, things):
    given = {"TableName": things, "Key": KEY, "UpdateExpression": "SET n = :v"}
    first = dynamodb.update_item(
        **given, ExpressionAttributeValues={":v": {"N": "1"}}, ReturnValues="UPDATED_OLD"
    )
    assert "Attributes" not in first
    second = {**given, "ExpressionAttributeValues": {":v": {"N": "2"}}}
    assert dynamodb.update_item(**second, ReturnValues="UPDATED_OLD")["Attributes"] == {"n": {"N": "1"}}
    assert dynamodb.update_item(**second, ReturnValues="UPDATED_NEW")["Attributes"] == {"n": {"N": "2"}}
    assert dynamodb.update_item(**second, ReturnValues="ALL_OLD")["Attributes"] == {**KEY, "n": {"N": "2"}}
    assert "Attributes" not in dynamodb.update_item(**second)


def test_a_delete_gives_back_what_was_there(dynamodb, cup):
    assert dynamodb.delete_item(TableName=cup, Key=KEY, ReturnValues="ALL_OLD")["Attributes"]["id"] == {
        "S": "cup"
    }
    assert "Attributes" not in dynamodb.delete_item(TableName=cup, Key=KEY, ReturnValues="ALL_OLD")


def test_capacity_units_are_told_when_they_are_asked_for(dynamodb, things):
    big = {**KEY, "text": {"S": "x" * 5000}}
    wrote = dynamodb.put_item(TableName=things, Item=big, ReturnConsumedCapacity="TOTAL")
    assert wrote["ConsumedCapacity"] == {"TableName": "things", "CapacityUnits": 5.0}
    for consistent, units in ((False, 1.0), (True, 2.0)):
        read = dynamodb.get_item(
            TableName=things, Key=KEY, ConsistentRead=consistent, ReturnConsumedCapacity="TOTAL"
        )
        assert read["ConsumedCapacity"]["CapacityUnits"] == units


def test_old_parameters_say_that_they_are_not_here(dynamodb, cup, refused):
    found = refused(dynamodb.get_item, TableName=cup, Key=KEY, AttributesToGet=["id"])
    assert found["message"] == "not implemented here: parameter AttributesToGet"


def test_who_gets_an_item_cannot_change_the_table_by_it(world, cup):
    client = world.client("dynamodb")
    for _ in range(2):
        item = client.get_item(TableName=cup, Key=KEY)["Item"]
        assert item["parts"]["L"][0] == {"S": "ear"}
        item["parts"]["L"].clear()
        client.scan(TableName=cup)["Items"][0]["parts"]["L"].clear()
        world.cloud.services["dynamodb"].items(cup)[0]["parts"]["L"].clear()


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ("SET l[9] = :five, l[7] = :four", [0, 1, 2, 4, 5]),
        ("REMOVE l[0], l[2]", [1]),
        ("REMOVE l[0] SET l[1] = :five", [5, 2]),
    ],
)
def test_positions_in_a_list_mean_what_they_meant(dynamodb, things, text, after):
    def numbers(some):
        return {"L": [{"N": str(number)} for number in some]}

    dynamodb.put_item(TableName=things, Item={**KEY, "l": numbers([0, 1, 2])})
    values = {name: {"N": digit} for name, digit in ((":four", "4"), (":five", "5")) if name in text}
    given = {"ExpressionAttributeValues": values} if values else {}
    dynamodb.update_item(TableName=things, Key=KEY, UpdateExpression=text, **given)
    assert got(dynamodb)["l"] == numbers(after)


def test_what_is_inside_an_element_goes_before_the_elements_before_it(dynamodb, things):
    parts = {"L": [{"S": "a"}, {"M": {"x": {"S": "1"}, "y": {"S": "2"}}}, {"M": {"x": {"S": "3"}}}]}
    dynamodb.put_item(TableName=things, Item={**KEY, "l": parts})
    dynamodb.update_item(TableName=things, Key=KEY, UpdateExpression="REMOVE l[0], l[1].x")
    assert got(dynamodb)["l"] == {"L": [{"M": {"y": {"S": "2"}}}, {"M": {"x": {"S": "3"}}}]}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            " OR ".join(["price = :v"] * 200),
            "The expression contains too many operators; operator count: 399",
        ),
        (
            "price = :v AND " * 300,
            "Expression size has exceeded the maximum allowed size; expression size: 4",
        ),
        (f"parts[{'9' * 3000}] = :v", "List index is not within the allowable range; index: [999"),
        (
            "price BETWEEN :v AND :low",
            "The BETWEEN operator requires upper bound to be greater than or equal",
        ),
        ("begins_with(price, :v)", "operator or function: begins_with, operand type: N"),
        ("sold < :yes", "operator or function: <, operand type: BOOL"),
        (
            "attribute_type(price, :word)",
            "Invalid attribute type name found; type: string, valid types: {B,NULL,",
        ),
    ],
)
def test_what_a_condition_may_not_hold(dynamodb, cup, refused, text, message):
    values = {":v": {"N": "1"}, ":low": {"N": "0"}, ":yes": {"BOOL": True}, ":word": {"S": "string"}}
    used = {name: value for name, value in values.items() if name in text}
    found = refused(dynamodb.scan, TableName=cup, FilterExpression=text, ExpressionAttributeValues=used)
    assert found["code"] == "ValidationException"
    assert message in found["message"]


@pytest.mark.parametrize(
    ("arn", "code"),
    [
        ("arn:aws:dynamodb:eu-west-1:123456789012:table/things", "ResourceNotFoundException"),
        ("arn:aws:dynamodb:us-east-1:999999999999:table/things", "AccessDeniedException"),
        ("arn:aws:dynamodb:us-east-1:123456789012:table/x/things", "ValidationException"),
        ("arn:aws:sqs:us-east-1:123456789012:table/things", "ValidationException"),
        ("arn:x/things", "ValidationException"),
    ],
)
def test_an_arn_names_one_table_and_no_other(dynamodb, things, refused, arn, code):
    assert refused(dynamodb.get_item, TableName=arn, Key=KEY)["code"] == code
    dynamodb.get_item(TableName="arn:aws:dynamodb:us-east-1:123456789012:table/things", Key=KEY)


def test_a_policy_may_hang_on_the_partition_key(world, dynamodb, things, refused):
    for name in ("ann", "bob"):
        dynamodb.put_item(TableName=things, Item={"id": {"S": name}})
    iam = world.client("iam")
    arn = iam.create_user(UserName="ann")["User"]["Arn"]
    condition = {"ForAllValues:StringEquals": {"dynamodb:LeadingKeys": "${aws:username}"}}
    statement = {"Effect": "Allow", "Action": "dynamodb:*", "Resource": "*", "Condition": condition}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    iam.put_user_policy(UserName="ann", PolicyName="own", PolicyDocument=policy)
    ann = world.client("dynamodb", principal=arn)

    def keys(*names):
        return {"RequestItems": {things: {"Keys": [{"id": {"S": name}} for name in names]}}}

    query = {"TableName": things, "KeyConditionExpression": "id = :i"}
    assert ann.get_item(TableName=things, Key={"id": {"S": "ann"}})["Item"]
    assert ann.batch_get_item(**keys("ann"))["Responses"]
    assert ann.query(**query, ExpressionAttributeValues={":i": {"S": "ann"}})["Count"] == 1
    for act, given in (
        (ann.get_item, {"TableName": things, "Key": {"id": {"S": "bob"}}}),
        (ann.put_item, {"TableName": things, "Item": {"id": {"S": "bob"}}}),
        (ann.batch_get_item, keys("ann", "bob")),
        (ann.query, {**query, "ExpressionAttributeValues": {":i": {"S": "bob"}}}),
    ):
        assert refused(act, **given)["code"] == "AccessDeniedException"
