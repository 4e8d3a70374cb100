"""A worker process: forked from the zygote, it goes into its jail, and only then looks at a learner's code.

It hosts the execution environments of one function: one, or many that take turns.

What is not virtual, and differs from run to run or from machine to machine: `id` of objects and their
hashes, clocks and randomness inside C libraries, the order of what is sorted by address, files that C code
opens by itself under /tmp, the text of tracebacks (the host's Python version), numbers (`st_ino`), sizes and
modes of Python's own files. `chmod` and its like report success and change nothing; `os.stat` shows what a
file was made with. What C code writes moves no time of a file, and reading none either. Signals cannot be
timed: `signal.alarm` is refused.

What the pretend network has not: IPv6, UDP, Unix sockets, listening, HTTP/2, idle connections that are
closed, request bodies beyond 15 MiB; certificates are looked at and never checked.

What environments that share a process share beside that: what code changes in Python's own modules and in
libraries (levels and handlers of a library's logger, which `dictConfig` disables as well unless it is told
not to, a patched function, the time zone), a module of Python's that code removes or replaces in
`sys.modules`, which warnings have been shown once, numbers of file descriptors and of asyncio's tasks,
recursion limit, signal handlers, when the collector runs, extension modules of the package. Memory that many
have given back hides what one takes again; who takes much at once moves into a process of its own and is
measured there. `tests/sandbox/runtime/test_packed.py` shows them.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import NoReturn

from sandbox.runtime import jail
from sandbox.runtime.channel import Spawn
from sandbox.runtime.inside import absent, resident, views
from sandbox.runtime.inside.hub import Hub
from sandbox.runtime.jail import friendly
from sandbox.runtime.virtual import machine, paths, quota, times

_LOADED_BY_AWS = {
    "abc", "codecs", "collections", "datetime", "decimal", "email", "encodings", "enum", "functools",
    "http", "importlib", "io", "json", "logging", "numbers", "os", "re", "select", "socket", "string",
    "sys", "threading", "time", "traceback", "types", "warnings", "weakref",
}  # fmt: skip
_KEPT = {"msgspec", "greenlet"} | _LOADED_BY_AWS | set(sys.builtin_module_names)
"""Modules that a package cannot replace: AWS's runtime has loaded them first, or the worker needs them."""


def serve(fd: int, order: Spawn) -> NoReturn:
    """Be a worker: called in the child right after the fork."""
    paths.mapping.task, paths.mapping.tmp = order.task, order.writable
    os.chdir(paths.TASK)
    os.environ.clear()
    friendly.install()
    quota.install(order.costs.tmp << 20)
    path = [paths.TASK, *_python_path()]
    jail.enter(task=order.task, writable=order.writable, memory=order.memory << 20, tmp=order.costs.tmp << 20)
    times.install()
    machine.install(order.costs)
    resident.install()
    views.remember()
    _forget_modules()
    Hub(fd, order.costs, path).serve()


def _forget_modules() -> None:
    # The zygote has loaded far more than AWS's runtime has. What is ours is not there for handlers, and the
    # package's own modules come before those of Python's library that would not be loaded yet.
    own = frozenset(path.name.partition(".")[0] for path in Path(paths.TASK).iterdir()) - _KEPT
    absent.hide(own)
    absent.forget(own)


def _python_path() -> list[str]:
    # The zygote found the project's own packages through PYTHONPATH; handlers must not.
    return [entry for entry in sys.path if entry != jail.CHECKOUT or entry in paths.PYTHON.values()]
