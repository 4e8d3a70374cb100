"""A world with a role in it, and short ways to say what tests of Lambda need."""

import io
import json
import zipfile
from typing import Any

from sandbox import World

ROLE = "arn:aws:iam::123456789012:role/worker-role"
LETTERS = "arn:aws:sqs:us-east-1:123456789012:letters"
LETTERS_URL = "https://sqs.us-east-1.amazonaws.com/123456789012/letters"
LOGGING = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"
TRUST = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
        ],
    }
)


def package(source: str, name: str = "app.py") -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        entry = zipfile.ZipInfo(name)
        entry.external_attr = 0o644 << 16
        archive.writestr(entry, source)
    return buffer.getvalue()


class Shop:
    """A world with the role `worker-role`, which may write logs, and ways to add to it."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.lam = world.client("lambda")
        self.iam = world.client("iam")
        self.sqs = world.client("sqs")
        self.iam.create_role(RoleName="worker-role", AssumeRolePolicyDocument=TRUST)
        self.iam.attach_role_policy(RoleName="worker-role", PolicyArn=LOGGING)

    def function(self, source: str, name: str = "worker", **more: Any) -> dict[str, Any]:
        given: dict[str, Any] = {
            "FunctionName": name,
            "Runtime": "python3.13",
            "Handler": "app.handler",
            "Role": ROLE,
            "Code": {"ZipFile": package(source)},
        }
        reply: dict[str, Any] = self.lam.create_function(**{**given, **more})
        self.world.settle()
        return reply

    def invoke(self, payload: object = None, name: str = "worker", **more: Any) -> dict[str, Any]:
        body = json.dumps(payload if payload is not None else {}).encode()
        reply: dict[str, Any] = self.lam.invoke(FunctionName=name, Payload=body, **more)
        reply["Payload"] = reply["Payload"].read()
        return reply

    def send(self, payload: object = None, name: str = "worker") -> None:
        assert self.invoke(payload, name, InvocationType="Event")["StatusCode"] == 202

    def letters(self) -> None:
        self.sqs.create_queue(QueueName="letters")

    def may_write_letters(self) -> None:
        statement = {"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": LETTERS}
        policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        self.iam.put_role_policy(RoleName="worker-role", PolicyName="letters", PolicyDocument=policy)

    def received(self) -> list[dict[str, Any]]:
        reply = self.sqs.receive_message(
            QueueUrl=LETTERS_URL, MaxNumberOfMessages=10, MessageAttributeNames=["All"]
        )
        found: list[dict[str, Any]] = reply.get("Messages", [])
        return found
