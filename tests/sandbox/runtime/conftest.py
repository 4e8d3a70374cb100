"""A laboratory for handler code: deploy a module, send it events, look at how segments end."""

from __future__ import annotations

import io
import json
import textwrap
import zipfile
from collections.abc import Iterator
from typing import Any

import pytest

from sandbox.runtime import Costs, Environments, EnvironmentSpec, Inbound, Invocation, Outbound
from sandbox.runtime.memo import memo

START = 1_795_424_400_000_000
REQUEST = "11111111-2222-4333-8444-555555555555"
ARN = "arn:aws:lambda:us-east-1:123456789012:function:hello"


def package(source: str, **files: str) -> bytes:
    """A zip file with app.py and maybe more; `lib__util=...` is lib/util.py. Same text, same bytes."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, text in {"app": source, **files}.items():
            archive.writestr(zipfile.ZipInfo(name.replace("__", "/") + ".py"), textwrap.dedent(text))
    return buffer.getvalue()


class Lab:
    """One world's environments, and a clock that the test moves."""

    def __init__(self, environments: Environments) -> None:
        self.environments = environments
        self.now = START
        self.last: Outbound | None = None
        self.timeout = 3_000_000

    def deploy(
        self,
        source: str,
        name: str = "one",
        handler: str = "app.handler",
        memory: int = 128,
        seed: int = 7,
        environ: tuple[tuple[str, str], ...] = (),
        files: dict[str, str] | None = None,
    ) -> None:
        spec = EnvironmentSpec(
            function_name="hello",
            handler=handler,
            memory=memory,
            seed=seed,
            environ=environ,
            log_group="/aws/lambda/hello",
            log_stream="2026/11/23/[$LATEST]0123456789abcdef",
            arn=ARN,
        )
        self.environments.open(name, spec, package(source, **(files or {})))

    def run(self, name: str, kind: str, **fields: Any) -> Outbound:
        deadline = fields.pop("deadline", self.now + self.timeout)
        inbound = Inbound(now=self.now, kind=kind, deadline=deadline, **fields)
        self.last = self.environments.run(name, inbound)
        return self.last

    def init(self, name: str = "one") -> Outbound:
        return self.run(name, "init", deadline=self.now + 10_000_000)

    def invoke(self, event: Any = None, name: str = "one", **fields: Any) -> Outbound:
        payload = event if isinstance(event, bytes) else json.dumps(event).encode()
        deadline = self.now + self.timeout
        invocation = Invocation(REQUEST, payload, deadline, ARN, **fields)
        return self.run(name, "invoke", invocation=invocation)

    def resume(self, reply: dict[str, Any] | None = None, name: str = "one", **fields: Any) -> Outbound:
        """Go on; a reply is the answer to the call that the last segment ended with."""
        replies = () if reply is None else ((self.last.call, reply),)
        return self.run(name, "resume", replies=replies, **fields)

    def call(self, source: str, event: Any = None, **fields: Any) -> Outbound:
        """Deploy, load and invoke once; every step must go well."""
        name = f"env-{id(source)}-{len(self.environments._tapes)}"
        self.deploy(source, name=name, **fields)
        ready = self.init(name)
        assert ready.kind == "ready", ready
        return self.invoke(event, name=name)


def value(outbound: Outbound) -> Any:
    """What a handler returned."""
    assert outbound.kind == "return", outbound
    return json.loads(outbound.payload)


def texts(outbound: Outbound) -> list[str]:
    """The lines of a segment without their times."""
    return [text for _, text in outbound.lines]


@pytest.fixture
def lab() -> Iterator[Lab]:
    memo.clear()
    environments = Environments()
    yield Lab(environments)
    environments.close()


@pytest.fixture
def short_watch() -> Iterator[Lab]:
    """A laboratory whose watchdog has little patience."""
    memo.clear()
    environments = Environments(Costs(watchdog=300_000))
    yield Lab(environments)
    environments.close()
