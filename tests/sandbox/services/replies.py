"""Clients whose replies are held to botocore's models."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from botocore.model import Shape

from sandbox.models import operation_names, service_model
from sandbox.world import World


def check_reply(value: Any, shape: Shape, path: str) -> None:
    """Hold a reply to a shape: the types, no unknown key, nothing null."""
    if shape.name == "policyDocumentType":
        # boto3 decodes the text of IAM's policy documents.
        assert isinstance(value, dict), path
        return
    kinds = {
        "structure": dict, "map": dict, "list": list, "string": str, "blob": bytes, "boolean": bool,
        "integer": int, "long": int, "double": float, "timestamp": datetime,
    }  # fmt: skip
    assert isinstance(value, kinds[shape.type_name]), path
    if shape.type_name == "structure":
        # AWS's own replies leave an empty Successful or Failed out, whatever the model says.
        required = set(shape.required_members) - {"Successful", "Failed"}
        assert required <= set(value) <= set(shape.members), path
        for name, item in value.items():
            check_reply(item, shape.members[name], f"{path}.{name}")
    elif shape.type_name == "list":
        for item in value:
            check_reply(item, shape.member, f"{path}[]")
    elif shape.type_name == "map":
        for key, item in value.items():
            check_reply(item, shape.value, f"{path}[{key}]")
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
                check_reply(reply, shape, name)
            return reply

        return call
