"""The verb explain: why the last failure happened, who was refused, and what would change it."""

from __future__ import annotations

import json

from tests.tutor.practice.bench import ALLOW, DLQ, LETTERS, SEND, do


def test_a_refusal_is_explained_by_the_walk_and_the_edit_that_would_change_it(run):
    printed = run.run(DLQ + LETTERS)
    assert printed.code == 254
    assert "does not have permissions to call SendMessage on SQS" in printed.err
    told = run.run("explain").out
    do(run, ALLOW, DLQ + LETTERS, "aws lambda wait function-updated-v2 --function-name {names}")
    do(run, "aws iam delete-role-policy --role-name {names}-role --policy-name letters", SEND, "clock settle")
    told = run.run("explain").out
    assert "sqs:SendMessage" in told
    assert "How IAM decided:" in told
    assert "AWSLambdaBasicExecutionRole" in told
    _before, _sep, change = told.partition("What would change it:")
    assert '"Action": "sqs:SendMessage"' in change
    assert LETTERS in change


def test_the_edit_that_explain_shows_does_change_the_verdict(run):
    do(run, ALLOW, DLQ + LETTERS, "aws lambda wait function-updated-v2 --function-name {names}")
    do(run, "aws iam delete-role-policy --role-name {names}-role --policy-name letters", SEND, "clock settle")
    change = run.run("explain").out.partition("What would change it:")[2]
    policy = next(line.partition("As a whole policy: ")[2] for line in change.splitlines() if "{" in line)
    do(
        run,
        "aws iam put-role-policy --role-name {names}-role --policy-name mended --policy-document"
        f" '{policy}'",
        SEND,
        "clock settle",
        "show queue letters",
    )
    assert run.run("show queue letters").out.startswith("Message 1 of letters")


def test_an_error_of_the_code_is_explained(run):
    do(run, SEND, "clock settle")
    told = run.run("explain").out
    assert "RuntimeError" in told
    assert run.variants["names"] in told


REFUSED_CODE = """edit app.py <<END
import boto3


def handler(event, context):
    queues = boto3.client("sqs")
    url = "https://sqs.us-east-1.amazonaws.com/123456789012/letters"
    try:
        queues.send_message(QueueUrl=url, MessageBody="gone")
    except Exception:
        if "hides" not in event:
            raise
        raise ValueError("something else")
END"""


def test_an_error_that_is_a_refusal_is_explained_by_the_walk(run):
    do(run, REFUSED_CODE, "deploy", SEND, "clock settle")
    told = run.run("explain").out
    assert told.startswith(f"Role {run.variants['names']}-role was refused sqs:SendMessage on letters")
    assert "Attempt 3 of event" in told
    assert "identity AWSLambdaBasicExecutionRole: action sqs:SendMessage is not among" in told
    do(run, "aws lambda invoke --function-name {names} --payload '{\"hides\": 1}' out.json")
    assert "because the code raised ValueError: something else" in run.run("explain").out


def test_the_policy_of_a_function_is_named_once(run):
    name = run.variants["names"]
    asked = json.dumps(
        {
            "LambdaFunctionConfigurations": [
                {
                    "LambdaFunctionArn": f"arn:aws:lambda:us-east-1:123456789012:function:{name}",
                    "Events": ["s3:ObjectCreated:*"],
                }
            ]
        }
    )
    do(
        run,
        "aws s3api create-bucket --bucket photos",
        "aws lambda add-permission --function-name {names} --statement-id s3 --action lambda:InvokeFunction"
        " --principal s3.amazonaws.com --source-arn arn:aws:s3:::others",
    )
    ask = "aws s3api put-bucket-notification-configuration --bucket photos --notification-configuration"
    assert run.run(f"{ask} '{asked}'").code == 254
    assert "\n  resource-based policy: condition ArnLike on AWS:SourceArn wants" in run.run("explain").out


def test_a_refusal_at_a_function_that_is_not_there_says_so(run):
    do(run, "aws s3 mb s3://photos-of-us")
    for name, said in (("nobody", "There is no function nobody. There are: "), ("{names}", "")):
        told = {"LambdaFunctionArn": f"{{arn:function/{name}}}", "Events": ["s3:ObjectCreated:*"]}
        printed = run.run(
            "aws s3api put-bucket-notification-configuration --bucket photos-of-us"
            f" --notification-configuration '{json.dumps({'LambdaFunctionConfigurations': [told]})}'"
        )
        assert "Unable to validate" in printed.err
        explained = run.run("explain").out
        assert explained.startswith("s3.amazonaws.com was refused lambda:InvokeFunction on ")
        assert said in explained
        assert ("There is no function" in explained) is bool(said)


def test_a_row_of_the_timeline_is_explained_by_its_number(run):
    do(run, SEND, "clock settle")
    row = next(row for row in run.story.rows() if row.word == "started")
    assert run.run(f"explain {row.seq}").out
