"""A world over HTTP, for stock boto3 and for requests by hand."""

from __future__ import annotations

import http.client
import json
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import boto3
import pytest
from botocore.config import Config

from sandbox import World
from sandbox.endpoint import Endpoint
from sandbox.endpoint.pace import Mode
from tests.sandbox.services.awslambda.shop import LOGGING, ROLE, TRUST, package

SLEEPER = """
import time

def handler(event, context):
    time.sleep(event["seconds"])
    return event
"""


@cache
def session(key: str) -> boto3.Session:
    """A session of boto3's; it reads each service's model once."""
    return boto3.Session(key, "secret", region_name="us-east-1")


class Served:
    """A world that is served, and its clients."""

    def __init__(self, world: World, clock: Mode) -> None:
        self.endpoint = Endpoint(world, port=0, clock=clock)

    def client(self, service: str, key: str = "AKIDEXAMPLE", **more: Any) -> Any:
        """A stock client that does not try again."""
        config = Config(retries={"total_max_attempts": 1}, max_pool_connections=20)
        return session(key).client(service, endpoint_url=self.endpoint.url, config=config, **more)

    def ask(self, method: str, path: str, body: Any = b"", **headers: str) -> tuple[int, Any]:
        """A request by hand: (status, decoded JSON)."""
        connection = http.client.HTTPConnection("127.0.0.1", self.endpoint.port, timeout=60)
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        try:
            connection.request(method, path, data, given)
            response = connection.getresponse()
            return response.status, json.loads(response.read() or b"null")
        finally:
            connection.close()

    def clock(self, **change: Any) -> dict[str, Any]:
        """Read the clock, or change it."""
        status, told = self.ask("POST" if change else "GET", "/_sandbox/clock", change or b"")
        assert status == 200, told
        return dict(told)

    def events(self, kind: str) -> list[dict[str, Any]]:
        """The trace's events of a kind."""
        return [event for event in self.ask("GET", "/_sandbox/trace")[1]["events"] if event["event"] == kind]

    def function(self, name: str, source: str, policy: str = LOGGING, **more: Any) -> Any:
        """Make a function that is Active, and its role; hand out the Lambda client."""
        iam, functions = self.client("iam"), self.client("lambda")
        if not iam.list_roles()["Roles"]:
            iam.create_role(RoleName="worker-role", AssumeRolePolicyDocument=TRUST)
        iam.attach_role_policy(RoleName="worker-role", PolicyArn=policy)
        given = {"Runtime": "python3.13", "Handler": "app.handler", "Role": ROLE, "Timeout": 60}
        functions.create_function(FunctionName=name, Code={"ZipFile": package(source)}, **(given | more))
        self.clock(advance=5)
        return functions


@pytest.fixture
def serve(make_world: Callable[..., World]) -> Iterator[Callable[..., Served]]:
    """Serves a world until the test is over; then its journal is replayed like any other's."""
    running: list[Served] = []

    def begin(clock: Mode = "virtual", world: World | None = None) -> Served:
        served = Served(world or make_world(), clock)
        served.endpoint.__enter__()
        running.append(served)
        return served

    yield begin
    for served in running:
        served.endpoint.close()


@pytest.fixture
def served(serve: Callable[..., Served]) -> Served:
    return serve()
