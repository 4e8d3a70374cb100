"""What facts of DynamoDB decide."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sandbox import World
from tests.sandbox.facts_seen.common import Seen, refusal

_WHOLE = {
    "TableName": "cups",
    "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}, {"AttributeName": "at", "KeyType": "RANGE"}],
    "AttributeDefinitions": [
        {"AttributeName": "id", "AttributeType": "S"},
        {"AttributeName": "at", "AttributeType": "S"},
    ],
    "BillingMode": "PAY_PER_REQUEST",
}


def table(act: Callable[[World, Any], Any]) -> Seen:
    """What `act(world, dynamodb)` comes to with one table, `cups`, keyed by `id` and `at`."""

    def seen(world: World) -> Any:
        dynamodb = world.client("dynamodb")
        dynamodb.create_table(**_WHOLE)
        world.settle()
        return act(world, dynamodb)

    return seen


def _item(**attributes: Any) -> dict[str, Any]:
    return {"id": {"S": "1"}, "at": {"S": "1"}, **attributes}


def put(**attributes: Any) -> Seen:
    """Whether an item is refused."""
    return table(
        lambda _world, dynamodb: bool(refusal(dynamodb.put_item, TableName="cups", Item=_item(**attributes)))
    )


def created(name: str) -> Seen:
    """Whether a table of that name is refused."""
    return lambda world: bool(refusal(world.client("dynamodb").create_table, **{**_WHOLE, "TableName": name}))


def nested(depth: int) -> Seen:
    """Whether an attribute nested so deeply is refused."""
    value: dict[str, Any] = {"S": "x"}
    for _ in range(depth - 1):
        value = {"L": [value]}
    return put(deep=value)


def batch(operation: str, count: int) -> Seen:
    """Whether a batch of so many items is refused."""

    def act(_world: World, dynamodb: Any) -> bool:
        keys = [_item(at={"S": str(number)}) for number in range(count)]
        asked: Any = {"Keys": keys}
        if operation == "batch_write_item":
            asked = [{"DeleteRequest": {"Key": key}} for key in keys]
        return bool(refusal(getattr(dynamodb, operation), RequestItems={"cups": asked}))

    return table(act)


def listed(world: World) -> int:
    """How many of 101 tables are on the first page."""
    dynamodb = world.client("dynamodb")
    for number in range(101):
        dynamodb.create_table(**{**_WHOLE, "TableName": f"cups-{number}"})
    return len(dynamodb.list_tables()["TableNames"])


def units(operation: str) -> Seen:
    """Capacity units of reading or writing 4 KB and a little."""

    def act(_world: World, dynamodb: Any) -> float:
        wrote = dynamodb.put_item(
            TableName="cups", Item=_item(text={"S": "x" * 4_090}), ReturnConsumedCapacity="TOTAL"
        )
        read = dynamodb.get_item(
            TableName="cups", Key=_item(), ConsistentRead=True, ReturnConsumedCapacity="TOTAL"
        )
        reply = wrote if operation == "put_item" else read
        return float(reply["ConsumedCapacity"]["CapacityUnits"])

    return table(act)


def looked_at(_world: World, dynamodb: Any) -> int:
    """How many of three items of 10 KB one scan looks at."""
    for number in range(3):
        item = _item(at={"S": str(number)}, text={"S": "x" * 10_000})
        dynamodb.put_item(TableName="cups", Item=item)
    return int(dynamodb.scan(TableName="cups")["Count"])


def active_after(seconds: int) -> Seen:
    """The state of a table some seconds after it was asked for."""

    def seen(world: World) -> Any:
        dynamodb = world.client("dynamodb")
        dynamodb.create_table(**_WHOLE)
        world.advance(seconds=seconds)
        return dynamodb.describe_table(TableName="cups")["Table"]["TableStatus"]

    return seen


def there_after_delete(world: World, dynamodb: Any) -> bool:
    """Whether a table is still there three seconds after its deletion."""
    dynamodb.delete_table(TableName="cups")
    world.advance(seconds=3)
    return "cups" in dynamodb.list_tables()["TableNames"]


def filtered(depth: int) -> Seen:
    """Whether a filter nested so deeply is refused."""

    def act(_world: World, dynamodb: Any) -> bool:
        text = "NOT " * depth + "attribute_exists(id)"
        return bool(refusal(dynamodb.scan, TableName="cups", FilterExpression=text))

    return table(act)


def asked(text: str) -> Seen:
    """Whether a filter is refused."""
    return table(
        lambda _world, dynamodb: bool(refusal(dynamodb.scan, TableName="cups", FilterExpression=text))
    )
