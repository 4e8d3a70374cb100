from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from sandbox import World


@pytest.fixture
def dynamodb(client: Callable[..., Any]) -> Any:
    return client("dynamodb")


@pytest.fixture
def orders(world: World, dynamodb: Any) -> str:
    """A table with the partition key `customer` and the sort key `number`."""
    dynamodb.create_table(
        TableName="orders",
        KeySchema=[
            {"AttributeName": "customer", "KeyType": "HASH"},
            {"AttributeName": "number", "KeyType": "RANGE"},
        ],
        AttributeDefinitions=[
            {"AttributeName": "customer", "AttributeType": "S"},
            {"AttributeName": "number", "AttributeType": "N"},
        ],
        BillingMode="PAY_PER_REQUEST",
    )
    world.settle()
    return "orders"


@pytest.fixture
def things(world: World, dynamodb: Any) -> str:
    """A table with the partition key `id` alone."""
    dynamodb.create_table(
        TableName="things",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    world.settle()
    return "things"
