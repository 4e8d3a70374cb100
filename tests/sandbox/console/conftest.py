"""A client that writes down its calls and answers what a test tells it to, and a folder in memory."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from typing import Any

import pytest

from sandbox.console import Console


def _zip() -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as package:
        package.writestr(zipfile.ZipInfo("app.py"), "def handler(event, context): return event")
    return content.getvalue()


class Folder:
    """Files in memory."""

    def __init__(self) -> None:
        self.content: dict[str, bytes] = {
            "code.zip": _zip(),
            "event.json": b'{"order": 7}',
            "trust.json": b'{"Version": "2012-10-17", "Statement": []}',
            "lambda.json": b'{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", '
            b'"Action": "sts:AssumeRole", "Principal": {"Service": "lambda.amazonaws.com"}}]}',
            "entries.json": b'[{"Id": "1", "MessageBody": "a"}]',
            "notification.json": b'{"LambdaFunctionConfigurations": []}',
            "send.json": b'{"QueueUrl": "u", "MessageBody": "a"}',
            "send.yaml": b"QueueUrl: u\nMessageBody: a\n",
            "binary.bin": b"\xff\xfe\x00",
            "environment.json": b'{"Variables": {"A": "1"}}',
            "filter.json": b'{"Filters": [{"Pattern": "{}"}]}',
            "attributes.json": b'{"VisibilityTimeout": "60"}',
            "item.json": b'{"id": {"S": "1"}, "n": {"N": "5"}}',
            "metrics.json": b'[{"Id": "e1", "Expression": "1", "ReturnData": true}]',
        }

    def read(self, name: str) -> bytes:
        if name not in self.content:
            raise FileNotFoundError(2, "No such file or directory", name)
        return self.content[name]

    def write(self, name: str, content: bytes) -> None:
        if name.startswith("/"):
            raise PermissionError(13, "Permission denied", name)
        self.content[name] = content

    def delete(self, name: str) -> None:
        if name not in self.content:
            raise FileNotFoundError(2, "No such file or directory", name)
        del self.content[name]

    def names(self) -> list[str]:
        return sorted(self.content)


class Client:
    """Answers every operation, and remembers what it was asked."""

    def __init__(
        self, service: str, calls: list[tuple[str, dict[str, Any]]], answers: dict[str, Any]
    ) -> None:
        self._service = service
        self._calls = calls
        self._answers = answers

    def __getattr__(self, name: str) -> Callable[..., dict[str, Any]]:
        if name.startswith("_"):
            raise AttributeError(name)

        def operation(**params: Any) -> dict[str, Any]:
            key = f"{self._service}.{name}"
            self._calls.append((key, params))
            answer = self._answers.get(key, {})
            if isinstance(answer, list):
                answer = answer.pop(0)
            if isinstance(answer, Exception):
                raise answer
            return dict(answer)

        return operation

    def get_waiter(self, name: str) -> Any:
        key = f"{self._service}.wait.{name}"
        calls, answers = self._calls, self._answers

        class Waiter:
            def wait(self, **params: Any) -> None:
                calls.append((key, params))
                if key in answers:
                    raise answers[key]

        return Waiter()


class Bench:
    """A console over such a client: `bench.run(...)`, then `bench.calls`."""

    def __init__(self, **settings: Any) -> None:
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.answers: dict[str, Any] = {}
        self.files = Folder()
        self.missing: set[str] = set()
        self.console = Console(self.client, self.files, **settings)

    def client(self, service: str) -> Client:
        if service in self.missing:
            raise LookupError(f"{service} is not implemented here. Implemented: lambda, sqs.")
        return Client(service, self.calls, self.answers)

    def run(self, line: str | list[str]) -> Any:
        self.calls.clear()
        return self.console.run(line)

    def params(self, line: str | list[str]) -> dict[str, Any]:
        """The parameters that a line sends."""
        done = self.run(line)
        assert done.code == 0, done.err
        return self.calls[0][1]

    def error(self, line: str | list[str]) -> str:
        """What standard error shows for a line with a mistake in it."""
        done = self.run(line)
        assert done.code == 252
        assert done.out == ""
        assert self.calls == []
        return str(done.err)


@pytest.fixture
def bench() -> Bench:
    return Bench()


@pytest.fixture
def make_bench() -> type[Bench]:
    return Bench
