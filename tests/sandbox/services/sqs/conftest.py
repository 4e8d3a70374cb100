"""A world that is replayed at the end, and clients whose replies are held to botocore's models."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import pytest
from botocore.exceptions import ClientError
from botocore.model import Shape

from sandbox.models import operation_names, service_model
from sandbox.world import World


def _check(value: Any, shape: Shape, path: str) -> None:
    if shape.name == "policyDocumentType":
        # boto3 decodes the text of IAM's policy documents.
        assert isinstance(value, dict), path
        return
    kinds = {
        "structure": dict, "map": dict, "list": list, "string": str, "blob": bytes, "boolean": bool,
        "integer": int, "long": int, "timestamp": datetime,
    }  # fmt: skip
    assert isinstance(value, kinds[shape.type_name]), path
    if shape.type_name == "structure":
        # AWS's own replies leave an empty Successful or Failed out, whatever the model says.
        required = set(shape.required_members) - {"Successful", "Failed"}
        assert required <= set(value) <= set(shape.members), path
        for name, item in value.items():
            _check(item, shape.members[name], f"{path}.{name}")
    elif shape.type_name == "list":
        for item in value:
            _check(item, shape.member, f"{path}[]")
    elif shape.type_name == "map":
        for key, item in value.items():
            _check(item, shape.value, f"{path}[{key}]")
    elif shape.type_name == "timestamp":
        assert value.tzinfo is not None, path


class Checked:
    """A client, every reply of which is checked and given without ResponseMetadata."""

    def __init__(self, world: World, service: str, principal: str | None = None) -> None:
        self._client = world.client(service, principal)
        self._service = service

    def __getattr__(self, name: str) -> Callable[..., dict[str, Any]]:
        def call(**params: Any) -> dict[str, Any]:
            reply = dict(getattr(self._client, name)(**params))
            del reply["ResponseMetadata"]
            shape = (
                service_model(self._service)
                .operation_model(operation_names(self._service)[name])
                .output_shape
            )
            if shape is None:
                assert reply == {}
            else:
                _check(reply, shape, name)
            return reply

        return call


@pytest.fixture
def world() -> Iterator[World]:
    with World() as world:
        yield world
        replayed = World.replay(world.journal)
        assert replayed.trace.hash() == world.trace.hash()
        replayed.close()


@pytest.fixture
def client(world: World) -> Callable[..., Any]:
    def make(service: str = "sqs", principal: str | None = None) -> Checked:
        return Checked(world, service, principal)

    return make


@pytest.fixture
def sqs(client: Callable[..., Any]) -> Any:
    return client("sqs")


@pytest.fixture
def url(sqs: Any) -> str:
    return sqs.create_queue(QueueName="jobs")["QueueUrl"]


@pytest.fixture
def refused() -> Callable[..., dict[str, Any]]:
    def refused(act: Callable[..., Any], **params: Any) -> dict[str, Any]:
        with pytest.raises(ClientError) as caught:
            act(**params)
        response = caught.value.response
        status = response["ResponseMetadata"]["HTTPStatusCode"]
        return {"code": response["Error"]["Code"], "message": response["Error"]["Message"], "status": status}

    return refused
