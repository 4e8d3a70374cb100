"""Functions whose execution role is gone (facts 9.3)."""

import json

import pytest
from botocore.exceptions import ClientError

from sandbox.observe.timeline import timeline
from sandbox.trace import AsyncRetryScheduled, InvocationStarted
from tests.sandbox.services.awslambda.shop import LOGGING, TRUST, Shop


def role_is_gone(shop: Shop) -> None:
    shop.iam.detach_role_policy(RoleName="worker-role", PolicyArn=LOGGING)
    shop.iam.delete_role(RoleName="worker-role")


def test_without_its_role_a_function_gets_no_new_environment(shop: Shop) -> None:
    shop.function("def handler(event, context):\n    return event\n")
    shop.invoke({"n": 1})
    role_is_gone(shop)
    assert json.loads(shop.invoke({"n": 2})["Payload"]) == {"n": 2}, "the environment that is there goes on"
    shop.world.advance(hours=1)
    with pytest.raises(ClientError) as caught:
        shop.invoke({"n": 3})
    error = caught.value.response["Error"]
    assert error["Code"] == "AccessDeniedException"
    assert error["Message"] == "The role defined for the function cannot be assumed by Lambda."


def test_an_event_waits_for_the_role_to_come_back(shop: Shop) -> None:
    shop.function("def handler(event, context):\n    return event\n")
    role_is_gone(shop)
    shop.send({"n": 1})
    shop.world.advance(minutes=2)
    retries = [event for event in shop.world.trace.of(AsyncRetryScheduled) if event.why == "role"]
    assert retries
    assert not shop.world.trace.of(InvocationStarted)
    told = " ".join(shop.world.explain(retries[-1].seq))
    assert "because Lambda could not assume the function's role" in told
    shop.iam.create_role(RoleName="worker-role", AssumeRolePolicyDocument=TRUST)
    shop.world.settle()
    (started,) = shop.world.trace.of(InvocationStarted)
    assert started.attempt == 1
    assert any("retry" in row.word and "assume" in row.text for row in timeline(shop.world.trace))
