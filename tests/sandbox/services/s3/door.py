"""A bucket that tells a function of what happens in it, for tests of notifications."""

import json

import pytest
from botocore.exceptions import ClientError

from sandbox.trace import InvocationAccepted
from tests.sandbox.services.awslambda.shop import Shop

OK = "def handler(event, context):\n    return 1\n"
ARN = "arn:aws:lambda:us-east-1:123456789012:function:worker"
ALL = {
    "StatementId": "s3", "Action": "lambda:InvokeFunction", "Principal": "s3.amazonaws.com",
    "SourceArn": "arn:aws:s3:::pics", "SourceAccount": "123456789012",
}  # fmt: skip


class Door(Shop):
    """A shop with a bucket and a function."""

    def __init__(self, world):
        super().__init__(world)
        self.s3 = world.client("s3")
        self.s3.create_bucket(Bucket="pics")
        self.function(OK)

    def allow(self, **other):
        self.lam.add_permission(FunctionName="worker", **(ALL | other))

    def notify(self, *rules, events=("s3:ObjectCreated:*",), arn=ARN, **more):
        row = {"LambdaFunctionArn": arn, "Events": list(events)}
        if rules:
            row["Filter"] = {"Key": {"FilterRules": [{"Name": n, "Value": v} for n, v in rules]}}
        self.configure(LambdaFunctionConfigurations=[row], **more)

    def configure(self, SkipDestinationValidation=False, **configuration):
        self.s3.put_bucket_notification_configuration(
            Bucket="pics", NotificationConfiguration=configuration,
            SkipDestinationValidation=SkipDestinationValidation,
        )  # fmt: skip

    def put(self, key="k", body=b"hello"):
        self.s3.put_object(Bucket="pics", Key=key, Body=body)

    def events(self):
        self.world.settle()
        return [json.loads(event.payload)["Records"][0] for event in self.world.trace.of(InvocationAccepted)]


def refused(act, *args, **params):
    with pytest.raises(ClientError) as caught:
        act(*args, **params)
    return caught.value.response["Error"]
