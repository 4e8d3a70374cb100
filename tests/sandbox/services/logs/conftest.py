from __future__ import annotations

from types import SimpleNamespace

import pytest
from botocore.loaders import Loader
from botocore.model import ServiceModel

from sandbox.facts import Facts
from sandbox.identity import Principal
from sandbox.kernel import SECOND, Kernel
from sandbox.services.base import Call
from sandbox.services.logs import LogsService
from sandbox.trace import Trace

NINE = 1_795_424_400 * SECOND  # 2026-11-23T09:00:00Z
ADMIN = Principal("arn:aws:iam::123456789012:user/admin", "user", "123456789012", "AIDA")
MODEL = ServiceModel(Loader().load_service_model("logs", "service-2"), "logs")


class Logs:
    """The service in a small world, called as the client calls it; replies must fit botocore's shapes."""

    def __init__(self):
        kernel = Kernel(NINE, 7)
        self.port = SimpleNamespace(
            kernel=kernel,
            trace=Trace(kernel),
            facts=Facts.load(),
            account="123456789012",
            region="us-east-1",
        )
        self.service = LogsService(self.port)

    def __getattr__(self, name):
        method = getattr(self.service, name)

        def call(**params):
            reply = method(Call(ADMIN, "request", 0, {}), **params)
            operation = next(o for o in MODEL.operation_names if o.lower() == name.replace("_", ""))
            fits(reply, MODEL.operation_model(operation).output_shape)
            return reply

        return call

    def write(self, group, stream, *messages, at=0):
        events = [{"timestamp": NINE // 1000 + at + n, "message": text} for n, text in enumerate(messages)]
        return self.put_log_events(logGroupName=group, logStreamName=stream, logEvents=events)


def fits(reply, shape):
    if shape is None:
        assert reply == {}
    elif shape.type_name == "structure":
        for key, value in reply.items():
            fits(value, shape.members[key])
    elif shape.type_name == "list":
        for value in reply:
            fits(value, shape.member)
    else:
        assert isinstance(
            reply, {"string": str, "boolean": bool, "integer": int, "long": int}[shape.type_name]
        )


@pytest.fixture
def logs():
    return Logs()


@pytest.fixture
def streams(logs):
    """A group with the streams a and b."""
    logs.create_log_group(logGroupName="mine")
    for name in ("a", "b"):
        logs.create_log_stream(logGroupName="mine", logStreamName=name)
    return logs
