"""The context object of a handler (facts 3.3), as AWS's runtime interface client builds it."""

from __future__ import annotations

import logging
import sys
import time
from typing import Any

from sandbox.runtime.messages import EnvironmentSpec


class _Slots:
    """An object with fixed members, filled from a mapping; members that are not given are None."""

    __slots__: tuple[str, ...] = ()

    def __init__(self, values: dict[str, Any]) -> None:
        for name in self.__slots__:
            setattr(self, name, values.get(name))

    def __repr__(self) -> str:
        inner = ",".join(f"{name}={getattr(self, name)}" for name in self.__slots__)
        return f"{type(self).__name__}([{inner}])"


class CognitoIdentity(_Slots):
    """Who called, where a mobile SDK did."""

    __slots__ = ("cognito_identity_id", "cognito_identity_pool_id")


class Client(_Slots):
    """The calling application, where a mobile SDK told."""

    __slots__ = ("app_package_name", "app_title", "app_version_code", "app_version_name", "installation_id")


class ClientContext(_Slots):
    """What the caller sent as ClientContext."""

    __slots__ = ("client", "custom", "env")

    def __init__(self, values: dict[str, Any]) -> None:
        super().__init__(values)
        if isinstance(self.client, dict):
            self.client: Any = Client(self.client)


class LambdaContext:
    """What a handler gets as its second argument."""

    def __init__(
        self,
        spec: EnvironmentSpec,
        request_id: str,
        client_context: dict[str, Any] | None,
        deadline_ms: int,
        invoked_arn: str,
    ) -> None:
        self.aws_request_id = request_id
        self.log_group_name = spec.log_group
        self.log_stream_name = spec.log_stream
        self.function_name = spec.function_name
        self.memory_limit_in_mb = str(spec.memory)
        self.function_version = spec.version
        self.invoked_function_arn = invoked_arn
        self.tenant_id = None
        self.client_context = None if client_context is None else ClientContext(client_context)
        self.identity = CognitoIdentity({})
        self._deadline_ms = deadline_ms

    def get_remaining_time_in_millis(self) -> int:
        """Milliseconds until the function's timeout."""
        return max(self._deadline_ms - int(time.time() * 1000), 0)

    def log(self, msg: object) -> None:
        """Write a line as the runtime's logger does, without its format."""
        for handler in logging.getLogger().handlers:
            if hasattr(handler, "log_sink"):
                handler.log_sink.log(str(msg))
                return
        sys.stdout.write(str(msg))

    def __repr__(self) -> str:
        names = (
            "aws_request_id", "log_group_name", "log_stream_name", "function_name", "memory_limit_in_mb",
            "function_version", "invoked_function_arn", "client_context", "identity", "tenant_id",
        )  # fmt: skip
        inner = ",".join(f"{name}={getattr(self, name)}" for name in names)
        return f"LambdaContext([{inner}])"
