"""A shop with a function in it that speaks HTTP, and short ways to say what it does."""

from __future__ import annotations

import json
import textwrap
from typing import Any

from tests.sandbox.services.awslambda.shop import Shop

HEAD = """
import json, os, socket, time, urllib.error, urllib.request
def tried(function, *args, **named):
    try:
        return function(*args, **named)
    except Exception as error:
        return f"{type(error).__name__}: {error}"
def get(url, **named):
    try:
        with urllib.request.urlopen(url, **named) as answer:
            return [answer.status, answer.read().decode()]
    except urllib.error.HTTPError as error:
        return [error.code, error.read().decode()]
"""


def code(body: str, before: str = "") -> str:
    """A module with a handler of these lines; what it appends to `out` is returned."""
    lines = textwrap.indent(textwrap.dedent(body), "    ")
    tail = f"def handler(event, context):\n    out, began = [], time.time()\n{lines}\n    return out\n"
    return f"{HEAD}\n{textwrap.dedent(before)}\n{tail}"


class Net(Shop):
    """A shop with a function in it that speaks HTTP."""

    def run(self, body: str, event: Any = None, before: str = "", **more: Any) -> Any:
        self.function(code(body, before), **{"Timeout": 30, **more})
        return self.again(event)

    def again(self, event: Any = None) -> Any:
        reply = self.invoke(event)
        payload = json.loads(reply["Payload"])
        assert "FunctionError" not in reply, payload
        return payload

    def allow(self, *actions: str) -> None:
        statement = {"Effect": "Allow", "Action": list(actions), "Resource": "*"}
        policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        self.iam.put_role_policy(RoleName="worker-role", PolicyName="more", PolicyDocument=policy)

    def seen(self, *kinds: type) -> list[Any]:
        return [event for event in self.world.trace if isinstance(event, kinds)]
