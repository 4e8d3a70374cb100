"""What an invocation brings along: its event, and the role that its function has at that moment."""

import json

import pytest
from botocore.exceptions import ClientError

from sandbox.trace import InvocationStarted
from tests.sandbox.services.awslambda.shop import LOGGING, TRUST, Shop

ECHO = "def handler(event, context):\n    return event\n"


@pytest.mark.parametrize(("opening", "closing"), [("[", "]"), ('{"a":', "}")])
def test_an_event_may_be_wide_but_only_so_deep(shop: Shop, opening: str, closing: str) -> None:
    # facts 5.4
    shop.function(ECHO)
    limit = shop.world.cloud.facts["invoke.nesting_max"]
    deep = opening * limit + "1" + closing * limit
    wide = json.dumps([[], {}, f'\\"{opening}'] * limit)
    for taken in (deep, wide):
        reply = shop.lam.invoke(FunctionName="worker", Payload=taken)
        assert json.loads(reply["Payload"].read()) == json.loads(taken)
    with pytest.raises(ClientError, match="json: nested too deeply"):
        shop.lam.invoke(FunctionName="worker", Payload=f"{opening}{deep}{closing}")


def test_a_role_that_is_taken_away_and_given_back_counts_from_the_next_invocation(shop: Shop) -> None:
    # facts 5.8
    shop.function(ECHO)
    groups = []

    def invoked() -> None:
        assert "FunctionError" not in shop.invoke()
        groups.append(shop.world.trace.of(InvocationStarted)[-1].group)

    nobody = TRUST.replace("lambda.amazonaws.com", "ec2.amazonaws.com")
    invoked()
    shop.iam.update_assume_role_policy(RoleName="worker-role", PolicyDocument=nobody)
    invoked()
    shop.iam.update_assume_role_policy(RoleName="worker-role", PolicyDocument=TRUST)
    invoked()
    shop.iam.detach_role_policy(RoleName="worker-role", PolicyArn=LOGGING)
    shop.iam.delete_role(RoleName="worker-role")
    invoked()
    shop.iam.create_role(RoleName="worker-role", AssumeRolePolicyDocument=TRUST)
    invoked()
    shop.iam.attach_role_policy(RoleName="worker-role", PolicyArn=LOGGING)
    invoked()
    there = "/aws/lambda/worker"
    assert groups == [there, "", there, "", "", there]
