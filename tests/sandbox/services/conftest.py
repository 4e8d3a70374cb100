"""Clients whose replies are held to botocore's models."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from sandbox.world import World
from tests.sandbox.services.replies import Checked


@pytest.fixture
def client(world: World) -> Callable[..., Any]:
    def make(service: str, principal: str | None = None) -> Checked:
        return Checked(world, service, principal)

    return make


@pytest.fixture
def refused() -> Callable[..., dict[str, Any]]:
    def refused(act: Callable[..., Any], **params: Any) -> dict[str, Any]:
        with pytest.raises(ClientError) as caught:
            act(**params)
        response = caught.value.response
        status = response["ResponseMetadata"]["HTTPStatusCode"]
        return {"code": response["Error"]["Code"], "message": response["Error"]["Message"], "status": status}

    return refused
