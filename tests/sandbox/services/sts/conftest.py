from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest


@pytest.fixture
def iam(client: Callable[..., Any]) -> Any:
    return client("iam")


@pytest.fixture
def sts(client: Callable[..., Any]) -> Any:
    return client("sts")
