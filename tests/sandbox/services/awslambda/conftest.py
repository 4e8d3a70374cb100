from collections.abc import Callable

import pytest

from sandbox import World
from tests.sandbox.services.awslambda.shop import Shop


@pytest.fixture
def shop(make_world: Callable[..., World]) -> Shop:
    return Shop(make_world())
