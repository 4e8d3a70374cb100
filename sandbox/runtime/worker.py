"""A worker process: one execution environment, from loading its code to its end.

It is forked from the zygote, goes into its jail, and only then looks at anything that a learner wrote.

What is not virtual, and differs from run to run or from machine to machine: `id` of objects and their hashes,
times of files, clocks and randomness inside C libraries, the order of what is sorted by address, files that C
code opens by itself under /tmp, the text of tracebacks (the host's Python version). Libraries that AWS's
hooks are in cannot be replaced by a package's own copies.
"""

from __future__ import annotations

import atexit
import os
import sys
import traceback
from pathlib import Path
from typing import Any, NoReturn

from sandbox.runtime import absent, aws, chance, friendly, handlers, jail, output, paths
from sandbox.runtime.messages import EnvironmentSpec, Inbound, Invocation, RuntimeFault
from sandbox.runtime.stage import Stage
from sandbox.runtime.wire import Spawn

_VERSION = f"{sys.version_info[0]}.{sys.version_info[1]}"

_HOOKED = {"boto3", "botocore", "s3transfer", "jmespath", "dateutil", "urllib3", "six", "msgspec"}
_LOADED_BY_AWS = {
    "abc", "codecs", "collections", "datetime", "decimal", "email", "encodings", "enum", "functools",
    "http", "importlib", "io", "json", "logging", "numbers", "os", "re", "select", "socket", "string",
    "sys", "threading", "time", "traceback", "types", "warnings", "weakref",
}  # fmt: skip
_KEPT = _HOOKED | _LOADED_BY_AWS | set(sys.builtin_module_names)
"""Modules that a package cannot replace: AWS's runtime has loaded them first, or we have hooks in them."""


_LIBRARIES = (
    "/var/lang/lib", "/lib64", "/usr/lib64", "/var/runtime", "/var/runtime/lib", "/var/task", "/var/task/lib",
    "/opt/lib",
)  # fmt: skip


def environ_of(spec: EnvironmentSpec) -> dict[str, str]:
    """The environment variables of a function (facts 3.4): its own, and the reserved ones over them."""
    runtime = spec.runtime or f"python{_VERSION}"
    credentials = {
        "AWS_ACCESS_KEY_ID": f"ASIA{spec.seed % 36**8:016d}",
        "AWS_SECRET_ACCESS_KEY": f"{spec.seed:040d}",
        "AWS_SESSION_TOKEN": f"sandbox-session-{spec.seed:d}",
    }
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
    return {**usual, **credentials, **dict(spec.environ), **reserved}


class Worker:
    """One environment.

    Args:
        fd: the inherited end of the channel.
        order: what the zygote was asked for.
    """

    def __init__(self, fd: int, order: Spawn) -> None:
        self._spec = order.spec
        self._costs = order.costs
        self._stage = Stage(fd, order.costs, order.spec.memory)
        self._sink, self._requests = output.LogSink(self._stage.output), output.LambdaLoggerFilter()

    def run(self) -> NoReturn:
        """Live: load the code, then handle events until the engine is gone."""
        self._furnish()
        try:
            self._serve()
        except SystemExit as leaving:
            self._leave(leaving.code)
        except MemoryError:
            self._out_of_memory()
        except BaseException:  # noqa: BLE001 - whatever a handler lets through ends the process, as on Lambda
            traceback.print_exc()
            self._leave(1)
        raise AssertionError("a worker does not return")

    def _furnish(self) -> None:
        os.environ.clear()
        os.environ.update(environ_of(self._spec))
        stage = self._stage
        stage.take_charge()
        stage.output.install()
        self._sink, self._requests = output.set_up_logging(stage.output)
        chance.install(self._spec.seed)
        aws.aws.open(self._ask, self._spec.seed)
        friendly.install()
        sys.path[:] = [paths.TASK, *_python_path()]
        sys.argv = ["/var/runtime/bootstrap.py"]
        os._exit = self._exit  # type: ignore[assignment]
        _forget_modules()

    # -- the life of an environment ----------------------------------------------------------------------

    def _serve(self) -> None:
        stage = self._stage
        stage.receive()
        stage.measure_from_here()
        errors = handlers.Errors(self._sink, stage.output.words)
        try:
            handler = handlers.find_handler(self._spec.handler)
        except MemoryError:
            raise
        except Exception as error:  # noqa: BLE001 - a learner's module may raise anything
            payload, kind = errors.told(error, "", loading=True)
            stage.leave("error", 1, payload=payload, error_type=kind)
        inbound = stage.exchange("ready")
        while True:
            invocation = _invocation(inbound)
            self._requests.request_id = invocation.request_id
            os.environ["_X_AMZN_TRACE_ID"] = _trace_header(invocation, inbound)
            try:
                payload = handlers.call(handler, invocation)
            except MemoryError:
                raise
            except Exception as error:  # noqa: BLE001 - a learner's handler may raise anything
                payload, kind = errors.told(error, invocation.request_id)
                del error
                inbound = stage.exchange("error", payload=payload, error_type=kind)
            else:
                inbound = stage.exchange("return", payload=payload)

    def _ask(self, service: str, operation: str, params: dict[str, Any]) -> dict[str, Any]:
        inbound = self._stage.exchange("call", service=service, operation=operation, params=params)
        if inbound.reply is None:
            raise RuntimeFault(f"{service} {operation} was resumed without a reply")
        return inbound.reply

    # -- its end -----------------------------------------------------------------------------------------

    def _leave(self, code: Any) -> NoReturn:
        if code is not None and not isinstance(code, int):
            print(code, file=sys.stderr)
            code = 1
        atexit._run_exitfuncs()
        self._exit(code or 0)

    def _exit(self, status: int, /) -> NoReturn:
        code = status & 0xFF
        self._stage.leave("exit", code, status=f"exit status {code}" if code else "")

    def _out_of_memory(self) -> NoReturn:
        # The kernel would have ended the process where Python sees a MemoryError.
        self._stage.leave("killed", 1, status="signal: killed")


def _forget_modules() -> None:
    # The zygote has loaded far more than AWS's runtime has. What is ours is not there for handlers, and the
    # package's own modules come before those of Python's library that would not be loaded yet.
    own = frozenset(path.name.partition(".")[0] for path in Path(paths.TASK).iterdir()) - _KEPT
    absent.hide(own)
    for name in list(sys.modules):
        if name.partition(".")[0] in own | {"sandbox"}:
            del sys.modules[name]


def _python_path() -> list[str]:
    # The zygote found the project's own packages through PYTHONPATH; handlers must not.
    return [entry for entry in sys.path if entry != jail.CHECKOUT or entry in paths.PYTHON.values()]


def _invocation(inbound: Inbound) -> Invocation:
    if inbound.invocation is None:
        raise RuntimeFault(f"an idle environment was sent {inbound.kind!r}")
    return inbound.invocation


def _trace_header(invocation: Invocation, inbound: Inbound) -> str:
    digits = (invocation.request_id.replace("-", "") + "0" * 32)[:32]
    root = f"1-{inbound.now // 1_000_000:08x}-{digits[:24]}"
    return f"Root={root};Parent={digits[16:32]};Sampled=0"


def serve(fd: int, order: Spawn) -> NoReturn:
    """Be a worker: called in the child right after the fork."""
    paths.mapping.task, paths.mapping.tmp = order.task, order.tmp
    os.chdir(paths.TASK)
    worker = Worker(fd, order)
    jail.enter(order)
    worker.run()
