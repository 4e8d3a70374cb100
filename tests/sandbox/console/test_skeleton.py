from __future__ import annotations

import json

import yaml


def test_a_skeleton_can_be_filled_in_and_given_back(bench):
    done = bench.run("aws sqs send-message --generate-cli-skeleton")
    assert done.code == 0
    assert bench.calls == []
    skeleton = json.loads(done.out)
    assert skeleton["QueueUrl"] == ""
    assert skeleton["DelaySeconds"] == 0
    assert list(skeleton["MessageAttributes"]) == ["KeyName"]
    filled = json.dumps({"QueueUrl": "u", "MessageBody": skeleton["MessageBody"]})
    assert bench.params(["aws", "sqs", "send-message", "--cli-input-json", filled]) == {
        "QueueUrl": "u",
        "MessageBody": "",
    }


def test_a_skeleton_may_be_yaml(bench):
    json_form = bench.run("aws lambda create-function --generate-cli-skeleton input").out
    yaml_form = bench.run("aws lambda create-function --generate-cli-skeleton yaml-input").out
    assert yaml.safe_load(yaml_form) == json.loads(json_form)


def test_a_sample_reply_checks_what_was_given(bench):
    done = bench.run("aws sqs send-message --queue-url u --message-body x --generate-cli-skeleton output")
    assert json.loads(done.out)["MessageId"] == "MessageId"
    done = bench.run("aws sqs send-message --queue-url u --generate-cli-skeleton output")
    assert done.code == 252
    assert "--message-body" in done.err
    start = "aws lambda update-function-configuration --function-name x"
    done = bench.run(f"{start} --generate-cli-skeleton output --dead-letter-config Target=x")
    assert done.code == 252
    assert 'Unknown parameter in DeadLetterConfig: "Target", must be one of: TargetArn' in done.err


def test_a_shape_inside_itself_ends(bench):
    assert bench.run("aws dynamodb put-item --generate-cli-skeleton").code == 0


def test_an_operation_without_parameters_has_an_empty_skeleton(bench):
    assert bench.run("aws sts get-caller-identity --generate-cli-skeleton").out == "{}\n"
    assert bench.run("aws sts get-caller-identity --generate-cli-skeleton yaml-input").out == "{}\n"
