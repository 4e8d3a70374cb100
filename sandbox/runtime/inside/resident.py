"""One execution environment inside a worker, from loading its code to its end."""

from __future__ import annotations

import atexit
import os
import sys
import traceback
from collections.abc import Callable
from functools import cache
from typing import Any, NoReturn

from sandbox.runtime.channel import Open
from sandbox.runtime.inside import handlers, output
from sandbox.runtime.inside.stage import Channel, Stage
from sandbox.runtime.inside.views import View
from sandbox.runtime.messages import Costs, EnvironmentSpec, Inbound, Invocation, RuntimeFault
from sandbox.runtime.virtual import paths
from sandbox.runtime.virtual.threads import running, wait_for_all

_VERSION = f"{sys.version_info[0]}.{sys.version_info[1]}"
_LIBRARIES = (
    "/var/lang/lib", "/lib64", "/usr/lib64", "/var/runtime", "/var/runtime/lib", "/var/task", "/var/task/lib",
    "/opt/lib",
)  # fmt: skip


def environ_of(spec: EnvironmentSpec) -> dict[str, str]:
    """The environment variables of a function (facts 3.4): its own, and the reserved ones over them."""
    runtime = spec.runtime or f"python{_VERSION}"
    reserved = {
        "_HANDLER": spec.handler,
        "AWS_DEFAULT_REGION": spec.region,
        "AWS_REGION": spec.region,
        "AWS_EXECUTION_ENV": f"AWS_Lambda_{runtime}",
        "AWS_LAMBDA_FUNCTION_NAME": spec.function_name,
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(spec.memory),
        "AWS_LAMBDA_FUNCTION_VERSION": spec.version,
        "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
        "AWS_LAMBDA_LOG_GROUP_NAME": spec.log_group,
        "AWS_LAMBDA_LOG_STREAM_NAME": spec.log_stream,
        "AWS_LAMBDA_RUNTIME_API": "169.254.100.1:9001",
        "LAMBDA_TASK_ROOT": paths.TASK,
        "LAMBDA_RUNTIME_DIR": "/var/runtime",
    }
    usual = {
        "AWS_XRAY_CONTEXT_MISSING": "LOG_ERROR",
        "AWS_XRAY_DAEMON_ADDRESS": "169.254.79.129:2000",
        "LANG": "en_US.UTF-8",
        "LD_LIBRARY_PATH": ":".join(_LIBRARIES),
        "PATH": "/var/lang/bin:/usr/local/bin:/usr/bin/:/bin:/opt/bin",
        "PWD": paths.TASK,
        "PYTHONPATH": "/var/runtime",
        "SHLVL": "0",
        "TZ": ":UTC",
    }
    return {**usual, **spec.credentials(), **dict(spec.environ), **reserved}


@cache
def _encoded_environ(family: EnvironmentSpec) -> dict[bytes, bytes]:
    return {os.fsencode(name): os.fsencode(value) for name, value in environ_of(family).items()}


def encoded_environ(spec: EnvironmentSpec) -> dict[bytes, bytes]:
    """The variables as `os.environ` keeps them; most are those of all environments of the function."""
    data = _encoded_environ(spec.family()).copy()
    own = {"AWS_LAMBDA_LOG_STREAM_NAME": spec.log_stream, **spec.credentials()}
    given = dict(spec.environ)
    data.update((name.encode(), value.encode()) for name, value in own.items() if name not in given)
    return data


class Resident:
    """An environment and its code.

    Args:
        channel: the way up.
        number: its number in this worker.
        order: what it is.
        costs: what running code costs.
        path: where it finds modules.
    """

    now: Resident | None = None
    """The one that runs in this process."""

    def __init__(self, channel: Channel, number: int, order: Open, costs: Costs, path: list[str]) -> None:
        self._spec = order.spec
        self._stage = Stage(channel, number, costs, order.spec.memory)
        self._view = View(
            environ=encoded_environ(order.spec),
            tmp=order.tmp,
            seed=order.spec.seed,
            out=self._stage.output,
            ask=self._ask,
            path=path,
        )
        self._stage.employ(self._run)

    @property
    def over(self) -> bool:
        """Whether it has ended."""
        return self._stage.over

    def segment(self, number: int, inbound: Inbound) -> None:
        """Run a segment; its end has been sent up when this returns."""
        self._view.enter()
        Resident.now = self
        scheduler = running.scheduler = self._stage.scheduler
        self._stage.begin(number, inbound)
        scheduler.run()
        running.scheduler = None

    # -- its life ------------------------------------------------------------------------------------------

    def _run(self) -> NoReturn:
        try:
            self._serve()
        except SystemExit as leaving:
            self._exit_python(leaving.code)
        except MemoryError:
            # The kernel would have ended the process where Python sees a MemoryError.
            self._stage.leave("killed", status="signal: killed")
        except BaseException:  # noqa: BLE001 - whatever a handler lets through ends the process, as on Lambda
            traceback.print_exc()
            self._exit_python(1)

    def _serve(self) -> NoReturn:
        stage = self._stage
        sink, requests = output.set_up_logging(stage.output)
        errors = handlers.Errors(sink, stage.output.words)
        try:
            handler = handlers.find_handler(self._spec.handler)
        except MemoryError:
            raise
        except Exception as error:  # noqa: BLE001 - a learner's module may raise anything
            payload, kind = errors.told(error, "", loading=True)
            stage.leave("error", payload=payload, error_type=kind)
        inbound = stage.exchange("ready")
        while True:
            invocation = _invocation(inbound)
            requests.request_id = invocation.request_id
            # Without the system's `putenv`, which takes longer than all the rest and which nobody reads.
            os.environ._data[b"_X_AMZN_TRACE_ID"] = _trace_header(invocation, inbound).encode()  # type: ignore[attr-defined]
            try:
                payload = handlers.call(handler, self._spec, invocation, stage.output.words)
            except MemoryError:
                raise
            except Exception as error:  # noqa: BLE001 - a learner's handler may raise anything
                payload, kind = errors.told(error, invocation.request_id)
                del error
                inbound = stage.exchange("error", payload=payload, error_type=kind)
            else:
                inbound = stage.exchange("return", payload=payload)

    def _ask(self, service: str, operation: str, params: dict[str, Any], key: str) -> dict[str, Any]:
        own = self._spec.credentials()["AWS_ACCESS_KEY_ID"]
        reply = self._stage.ask(service, operation, params, "" if key == own else key)
        if reply is None:
            raise RuntimeFault(f"{service} {operation} was resumed without a reply")
        return reply  # type: ignore[no-any-return]

    # -- its end -------------------------------------------------------------------------------------------

    def _exit_python(self, code: Any) -> NoReturn:
        if code is not None and not isinstance(code, int):
            print(code, file=sys.stderr)
            code = 1
        wait_for_all()
        for function, args, named in reversed(self._view.exits):
            try:
                function(*args, **named)
            except Exception:  # noqa: BLE001 - as Python does: told on standard error, and the next one runs
                traceback.print_exc()
        self.exit(code or 0)

    def exit(self, status: int) -> NoReturn:
        """The process ends itself, as far as its code can see."""
        code = status & 0xFF
        self._stage.leave("exit", status=f"exit status {code}" if code else "")


def install() -> None:
    """Let what ends a process end only the environment that runs, from now on."""
    real_exit, real_register = os._exit, atexit.register

    def leave(status: int) -> NoReturn:
        if running.scheduler is None or Resident.now is None:
            real_exit(status)
        Resident.now.exit(status)

    def register(function: Callable[..., Any], /, *args: Any, **named: Any) -> Callable[..., Any]:
        if View.now is None:
            return real_register(function, *args, **named)
        View.now.exits.append((function, args, named))
        return function

    def unregister(function: Callable[..., Any], /) -> None:
        if View.now is not None:
            View.now.exits[:] = [item for item in View.now.exits if item[0] != function]

    os._exit = leave
    atexit.register, atexit.unregister = register, unregister


def _invocation(inbound: Inbound) -> Invocation:
    if inbound.invocation is None:
        raise RuntimeFault(f"an idle environment was sent {inbound.kind!r}")
    return inbound.invocation


def _trace_header(invocation: Invocation, inbound: Inbound) -> str:
    digits = (invocation.request_id.replace("-", "") + "0" * 32)[:32]
    root = f"1-{inbound.now // 1_000_000:08x}-{digits[:24]}"
    return f"Root={root};Parent={digits[16:32]};Sampled=0"
