from typing import Any

import pytest

from sandbox import World
from tests.sandbox.services.s3.door import Door


@pytest.fixture
def s3(world: World) -> Any:
    client = world.client("s3")
    client.create_bucket(Bucket="pics")
    return client


@pytest.fixture
def door(make_world: Any) -> Door:
    return Door(make_world())
