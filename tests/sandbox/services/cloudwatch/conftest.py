from __future__ import annotations

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from botocore.loaders import Loader
from botocore.model import ServiceModel

from sandbox.facts import Facts
from sandbox.identity import Principal
from sandbox.kernel import MILLISECOND, SECOND, Kernel
from sandbox.services.base import Call
from sandbox.services.cloudwatch import CloudWatchService
from sandbox.trace import InvocationEnded, InvocationStarted, InvocationThrottled, Trace

NINE = datetime(2026, 11, 23, 9, tzinfo=UTC)
ADMIN = Principal("arn:aws:iam::123456789012:user/admin", "user", "123456789012", "AIDA")
MODEL = ServiceModel(Loader().load_service_model("cloudwatch", "service-2"), "cloudwatch")
TYPES = {"string": str, "double": float, "timestamp": datetime}


class CloudWatch:
    """The service in a small world, called as the client calls it; replies must fit botocore's shapes."""

    def __init__(self):
        self.kernel = Kernel(1_795_424_400 * SECOND, 7)
        self.trace = Trace(self.kernel)
        self.port = SimpleNamespace(
            kernel=self.kernel,
            trace=self.trace,
            facts=Facts.load(),
            account="123456789012",
            region="us-east-1",
        )
        self.service = CloudWatchService(self.port)

    def __getattr__(self, name):
        method = getattr(self.service, name)

        def call(**params):
            reply = method(Call(ADMIN, "request", 0, {}), **params)
            operation = next(o for o in MODEL.operation_names if o.lower() == name.replace("_", ""))
            fits(reply, MODEL.operation_model(operation).output_shape)
            return reply

        return call

    def at(self, minutes):
        self.kernel.run_until(1_795_424_400 * SECOND + round(minutes * 60 * SECOND))

    def invoke(self, function="worker", outcome="success", ms=10):
        arn = f"arn:aws:lambda:us-east-1:123456789012:function:{function}"
        where = ("$LATEST", "g", "s", b"{}")
        self.trace.emit(InvocationStarted, arn, "r", "Event", 1, "e", False, *where)
        self.kernel.run_until(self.kernel.now + ms * MILLISECOND)
        rest = (outcome, ms * MILLISECOND, 0, ms, 128, 36, "", b"null")
        self.trace.emit(InvocationEnded, arn, "r", "Event", 1, "e", *rest)

    def throttle(self, function="worker"):
        arn = f"arn:aws:lambda:us-east-1:123456789012:function:{function}"
        self.trace.emit(InvocationThrottled, arn, "r", "RequestResponse", "why")

    def statistics(self, name="Invocations", function="worker", stats=("Sum",), minutes=60, **more):
        asked = {
            "Namespace": "AWS/Lambda",
            "MetricName": name,
            "StartTime": NINE,
            "EndTime": NINE + timedelta(minutes=minutes),
            "Period": 60,
            "Statistics": list(stats),
        }
        if function:
            asked["Dimensions"] = [{"Name": "FunctionName", "Value": function}]
        asked.update(more)
        return self.get_metric_statistics(**{key: value for key, value in asked.items() if value is not None})


def fits(reply, shape):
    if shape.type_name == "structure":
        for key, value in reply.items():
            fits(value, shape.members[key])
    elif shape.type_name == "list":
        for value in reply:
            fits(value, shape.member)
    elif shape.type_name == "map":
        for value in reply.values():
            fits(value, shape.value)
    else:
        assert isinstance(reply, TYPES[shape.type_name])


@pytest.fixture
def cloudwatch():
    return CloudWatch()


@pytest.fixture
def nine():
    return NINE
