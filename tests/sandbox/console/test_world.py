"""The console over a real world: the seam between both."""

from __future__ import annotations

import json

import pytest

from sandbox import World
from sandbox.console import Console
from sandbox.console.resources import quietly


@pytest.fixture
def world():
    made = World()
    yield made
    made.close()


def test_commands_act_on_the_world_and_its_errors_come_back_as_aws_words(world, bench):
    console = Console(world.client, bench.files, now=lambda: world.now)
    who = json.loads(console.run("aws sts get-caller-identity").out)
    assert who["Arn"] == "arn:aws:iam::123456789012:user/admin"
    url = json.loads(console.run("aws sqs create-queue --queue-name letters").out)["QueueUrl"]
    assert console.run(f"aws sqs send-message --queue-url {url} --message-body 'hello there'").code == 0
    got = console.run(f"aws sqs receive-message --queue-url {url} --query 'Messages[0].Body' --output text")
    assert got.out == "hello there\n"
    missing = console.run("aws lambda get-function --function-name nope")
    assert (missing.code, missing.err) == (
        254,
        "\nAn error occurred (ResourceNotFoundException) when calling the GetFunction operation: "
        "Function not found: arn:aws:lambda:us-east-1:123456789012:function:nope\n",
    )
    wrong = console.run(f"aws sqs set-queue-attributes --queue-url {url} --attributes '[1]'")
    assert wrong.code == 252
    assert "Parameter validation failed" in wrong.err
    elsewhere = console.run("aws ec2 help")
    assert elsewhere.code == 252
    assert "ec2 is not implemented here." in elsewhere.err


def test_a_parameter_that_is_not_here_is_refused_as_an_operation_that_is_not_here_is(world, bench):
    console = Console(world.client, bench.files, error_form="enhanced")
    done = console.run("aws lambda invoke --function-name f --client-context e30= out.json")
    assert (done.code, done.out) == (252, "")
    assert done.err == "\naws: [ERROR]: not implemented here: parameter ClientContext\n"


def test_names_of_what_is_there_complete_behind_an_equals_sign_and_in_a_quote(world, bench):
    world.client("sqs").create_queue(QueueName="letters")
    console = Console(world.client, bench.files, ask=quietly(world))
    url = world.client("sqs").get_queue_url(QueueName="letters")["QueueUrl"]
    assert console.complete("aws sqs send-message --queue-url=") == [f"--queue-url={url}"]
    assert console.complete('aws sqs send-message --queue-url "https:') == [f'"{url}"']
