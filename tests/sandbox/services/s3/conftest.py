from typing import Any

import pytest

from sandbox import World


@pytest.fixture
def s3(world: World) -> Any:
    client = world.client("s3")
    client.create_bucket(Bucket="pics")
    return client
