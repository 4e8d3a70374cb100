"""Worlds for tests: every one of them replays its journal when the test is over."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from sandbox import World

TRUST = (
    '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", '
    '"Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}]}'
)
LOGGING = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"
LETTERS = "arn:aws:sqs:us-east-1:123456789012:letters"


@pytest.fixture
def make_world() -> Iterator[Callable[..., World]]:
    made: list[World] = []

    def make(**how: Any) -> World:
        made.append(World(**how))
        return made[-1]

    yield make
    for world in made:
        again = World.replay(world.journal)
        same = again.trace.hash() == world.trace.hash() and again.now == world.now
        again.close()
        world.close()
        assert same, "the replay of the world's journal came out differently"


@pytest.fixture
def world(make_world: Callable[..., World]) -> World:
    return make_world()
