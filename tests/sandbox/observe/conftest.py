from __future__ import annotations

import json

import pytest

from sandbox.kernel import MILLISECOND, SECOND
from sandbox.trace import (
    ApiCalled,
    AsyncEventEnded,
    AsyncRetryScheduled,
    EnvironmentCreated,
    EnvironmentInitialised,
    InvocationAccepted,
    InvocationEnded,
    InvocationStarted,
    InvocationThrottled,
    LineLogged,
    Trace,
)

NINE = 1_795_424_400 * SECOND  # 2026-11-23T09:00:00Z
ADMIN = "arn:aws:iam::123456789012:user/admin"


class Clock:
    def __init__(self):
        self.now = NINE


class Story:
    """A trace written by hand, as the engine would write it."""

    request = "1f3c2a4b-0000-4000-8000-000000000001"

    def __init__(self):
        self.clock = Clock()
        self.trace = Trace(self.clock)
        self.group = "/aws/lambda/worker"

    @staticmethod
    def arn(function="worker"):
        return f"arn:aws:lambda:us-east-1:123456789012:function:{function}"

    @staticmethod
    def queue(name="letters"):
        return f"arn:aws:sqs:us-east-1:123456789012:{name}"

    def at(self, seconds):
        self.clock.now = NINE + round(seconds * SECOND)
        return self

    def wait(self, microseconds):
        self.clock.now += microseconds
        return self

    def emit(self, kind, *fields, cause=0, arn=None):
        return self.trace.emit(kind, arn or self.arn(), *fields, cause=cause)

    def accepted(self, type_="Event", request=None, function="worker", principal=ADMIN):
        arn = self.arn(function)
        call = self.emit(ApiCalled, principal, "lambda", "Invoke", request or self.request, arn=arn)
        fields = (request or self.request, type_, principal, b'{"order": 7}')
        return self.emit(InvocationAccepted, *fields, cause=call.seq, arn=arn)

    def throttled(
        self, type_="Event", reason="ReservedFunctionConcurrentInvocationLimitExceeded", cause=0, request=None
    ):
        return self.emit(InvocationThrottled, request or self.request, type_, reason, cause=cause)

    def created(self, environment="env-1"):
        return self.emit(EnvironmentCreated, environment, "$LATEST", "python3.13")

    def initialised(self, environment="env-1", outcome="success", phase="init", ms=110.1, error=""):
        fields = (environment, outcome, phase, round(ms * MILLISECOND), error)
        return self.emit(EnvironmentInitialised, *fields)

    def started(self, attempt=1, *, type_="Event", environment="env-1", cold=False, cause=0, **other):
        group = other.get("group", self.group)
        stream = f"2026/11/23/[$LATEST]{environment}" if group else ""
        request, function = other.get("request", self.request), other.get("function", "worker")
        fields = (request, type_, attempt, environment, cold, "$LATEST", group, stream, b'{"order": 7}')
        return self.emit(InvocationStarted, *fields, cause=cause, arn=self.arn(function))

    def line(self, text, *, request=None, environment="env-1", group=None, cause=0):
        group = self.group if group is None else group
        stream = f"2026/11/23/[$LATEST]{environment}" if group else ""
        return self.emit(LineLogged, group, stream, request or self.request, text, cause=cause)

    def ended(self, outcome="success", attempt=1, *, ms=3.01, init=0.0, error="", type_="Event", **other):
        self.wait(round(ms * MILLISECOND))
        request, function = other.get("request", self.request), other.get("function", "worker")
        environment = other.get("environment", "env-1")
        message = other.get("message", "")
        payload = json.dumps({"errorMessage": message, "errorType": error}).encode() if error else b"null"
        billed = -(-round((ms + init) * MILLISECOND) // MILLISECOND)
        lengths = (round(ms * MILLISECOND), round(init * MILLISECOND))
        fields = (request, type_, attempt, environment, outcome, *lengths, billed, 128, 36, error, payload)
        return self.emit(InvocationEnded, *fields, cause=other.get("cause", 0), arn=self.arn(function))

    def retry(self, attempt, delay, why="error", cause=0):
        return self.emit(AsyncRetryScheduled, self.request, attempt, round(delay * SECOND), why, cause=cause)

    def over(self, condition, attempts, cause=0):
        return self.emit(AsyncEventEnded, self.request, condition, attempts, cause=cause)

    def three_tries(self):
        """An event fails three times, at 0, +1 and +3 minutes (facts 6.1)."""
        self.at(0).accepted()
        for attempt, (when, delay) in enumerate(((0, 60), (60, 120), (180, 0)), start=1):
            self.at(when).started(attempt)
            self.ended("error", attempt, ms=0, error="ValueError", message="no stock")
            if delay:
                self.retry(attempt + 1, delay)
        return self.over("RetriesExhausted", 3)


@pytest.fixture
def story():
    return Story()


@pytest.fixture
def nine():
    return NINE
