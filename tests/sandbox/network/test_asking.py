"""What comes out of a jail for the network is not trusted."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox import World
from sandbox.kernel import Promise
from sandbox.network.asking import ReachError

REQUEST = {
    "scheme": "http",
    "host": "a",
    "port": 80,
    "method": "G",
    "target": "/",
    "headers": [],
    "body": b"",
}


@pytest.mark.parametrize(
    ("operation", "params"),
    [
        ("Listen", {}),
        ("Resolve", {}),
        ("Resolve", {"host": 7}),
        ("Resolve", {"host": "x" * 10_000}),
        ("Connect", {"host": "a", "port": -1}),
        ("Connect", {"host": "a", "port": "80"}),
        ("Http", {"host": "a", "port": 80}),
        (
            "Http",
            {
                "scheme": "gopher",
                "host": "a",
                "port": 80,
                "method": "G",
                "target": "/",
                "headers": [],
                "body": b"",
            },
        ),
        (
            "Http",
            {
                "scheme": "http",
                "host": "a",
                "port": 80,
                "method": "G",
                "target": "/",
                "headers": [1],
                "body": b"",
            },
        ),
    ],
)
def test_what_a_hostile_worker_sends_is_refused(world: World, operation: str, params: dict[str, Any]):
    cloud = world.cloud
    with pytest.raises(ReachError) as raised:
        cloud.reach(operation, params, principal=cloud.administrator, cause=0, access_key="")
    assert raised.value.code == "reset"


@pytest.mark.parametrize("timeout", [float("nan"), float("-inf"), -1.0, 0.0, 1e300, float("inf"), None])
def test_a_timeout_may_be_anything(timeout: float | None):
    world = World()
    cloud = world.cloud
    params = {"host": "10.0.0.1", "port": 80, "timeout": timeout}
    promise = cloud.reach("Connect", params, principal=None, cause=0, access_key="")
    assert isinstance(promise, Promise)
    world.advance(hours=1)
    assert isinstance(promise.error, ReachError)
