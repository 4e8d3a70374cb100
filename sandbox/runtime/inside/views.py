"""What of a process belongs to one environment, and is exchanged when another environment's turn comes.

Environments that share a worker share Python's modules; what those keep for "the process" and what code
changes as a matter of course (variables, paths, standard output, loggers, its own modules) each has for
itself. What is not listed here is shared: see the list of holes in `worker`.
"""

from __future__ import annotations

import asyncio.events
import concurrent.futures.thread as executors
import importlib._bootstrap as bootstrap  # type: ignore[import-not-found, unused-ignore]
import itertools
import logging
import os
import sys
import tempfile
import threading
import uuid
import warnings
import weakref
from collections.abc import Callable
from types import ModuleType
from typing import Any

import boto3

from sandbox.runtime.inside import output
from sandbox.runtime.inside.output import Output
from sandbox.runtime.virtual import chance, machine, paths, times
from sandbox.runtime.virtual.aws import aws
from sandbox.runtime.virtual.chance import Chance
from sandbox.runtime.virtual.strands import MAIN_IDENT
from sandbox.runtime.virtual.threads import Lock, RLock
from sandbox.runtime.virtual.times import Files

_MAIN_THREAD = threading.main_thread()
_EXCEPTHOOK, _SHOWWARNING, _FILTERS = threading.excepthook, warnings.showwarning, warnings.filters
_LEVELS, _LEVEL_NAMES = logging._levelToName, logging._nameToLevel
_SLOTS: tuple[tuple[Any, str], ...] = (
    (os.environ, "_data"),
    (os.environb, "_data"),
    (sys, "path"),
    (sys, "argv"),
    (sys, "stdout"),
    (sys, "stderr"),
    (sys, "__stdout__"),
    (sys, "__stderr__"),
    (output.current, "output"),
    (chance.current, "chance"),
    (paths.mapping, "tmp"),
    (paths.mapping, "used_tmp"),
    (aws, "ask"),
    (aws, "ids"),
    (boto3, "DEFAULT_SESSION"),
    (threading, "_active"),
    (threading, "_limbo"),
    (threading, "_counter"),
    (threading, "excepthook"),
    (_MAIN_THREAD, "_name"),
    (executors.ThreadPoolExecutor, "_counter"),
    (executors, "_global_shutdown_lock"),
    (executors, "_threads_queues"),
    (executors, "_shutdown"),
    (logging, "_lock"),
    (logging, "_levelToName"),
    (logging, "_nameToLevel"),
    (logging, "_logRecordFactory"),
    (logging, "_loggerClass"),
    (logging, "_warnings_showwarning"),
    (logging, "raiseExceptions"),
    (logging, "_handlers"),
    (logging, "_handlerList"),
    (logging.root, "__dict__"),
    (logging.Logger.manager, "__dict__"),
    (bootstrap, "_module_locks"),
    (bootstrap, "_blocking_on"),
    (tempfile, "_name_sequence"),
    (tempfile, "tempdir"),
    (uuid, "_last_timestamp"),
    (warnings, "filters"),
    (warnings, "showwarning"),
    (asyncio.events, "_event_loop_policy"),
    (sys, "excepthook"),
    (times.current, "files"),
    (machine.current, "limits"),
    (machine.current, "memory"),
)


class _Outside:
    """The loggers of a process before any environment has begun in it."""

    def __init__(self) -> None:
        self.manager: dict[str, Any] = {}
        self.root: dict[str, Any] = {}


_outside = _Outside()


def remember() -> None:
    """Keep what every environment of this process begins with; no code has run yet."""
    _outside.manager = dict(logging.Logger.manager.__dict__)
    _outside.root = dict(logging.root.__dict__)


class View:
    """The process as one environment sees it.

    Args:
        environ: its variables, as `os.environ` keeps them.
        tmp: the real folder that it knows as /tmp.
        seed: of everything random.
        out: where what it writes goes.
        ask: its way out for calls.
        path: where it finds modules.
    """

    now: View | None = None
    before: frozenset[str] = frozenset()
    """The modules that were there before the first environment."""

    def __init__(
        self,
        *,
        environ: dict[bytes, bytes],
        tmp: str,
        seed: int,
        out: Output,
        ask: Callable[[str, str, dict[str, Any], str], dict[str, Any]],
        path: list[str],
    ) -> None:
        manager = {**_outside.manager, "loggerDict": dict(_outside.manager["loggerDict"])}
        root = {**_outside.root, "handlers": [], "filters": [], "_cache": {}, "level": logging.WARNING}
        self.modules: dict[str, ModuleType] = {}
        self.exits: list[tuple[Callable[..., object], tuple[Any, ...], dict[str, Any]]] = []
        self.level = logging.WARNING, 0
        self._latest = ""
        View.before = View.before or frozenset(sys.modules)
        self._cwd = paths.mapping.task
        self._values: list[Any] = [
            environ, environ, list(path), ["/var/runtime/bootstrap.py"],
            out.stdout, out.stderr, out.stdout, out.stderr, out, Chance(seed),
            tmp, False, ask, f"{seed}:request ids", None,
            {MAIN_IDENT: _MAIN_THREAD}, {}, itertools.count(1).__next__, _EXCEPTHOOK, "MainThread",
            itertools.count().__next__, Lock(), weakref.WeakKeyDictionary(), False,
            RLock(), dict(_LEVELS), dict(_LEVEL_NAMES), logging.LogRecord, logging.Logger, None, True,
            weakref.WeakValueDictionary(), [], root, manager, {}, _like(bootstrap, "_blocking_on"),
            None, None, None, list(_FILTERS), _SHOWWARNING, None, sys.__excepthook__,
            Files(), {}, int(environ[b"AWS_LAMBDA_FUNCTION_MEMORY_SIZE"]),
        ]  # fmt: skip

    def enter(self) -> None:
        """Let this environment see its own."""
        former = View.now
        if former is self:
            return
        if former is not None:
            former._leave()
        View.now = self
        for (owner, name), value in zip(_SLOTS, self._values, strict=True):
            setattr(owner, name, value)
        sys.modules.update(self.modules)
        if self._cwd != paths.mapping.where():
            os.chdir(self._cwd)
        self._latest = next(reversed(sys.modules))
        if former is not None and former.level != _level():
            # Loggers of libraries remember what their root's level let pass.
            logging.Logger.manager._clear_cache()  # type: ignore[attr-defined]

    def _leave(self) -> None:
        self._values = [getattr(owner, name) for owner, name in _SLOTS]
        self.level = _level()
        self._cwd = paths.mapping.where()
        for name in reversed(sys.modules):
            if name == self._latest:
                break
            if name not in self.modules and name not in self.before and _made_by_hand(sys.modules[name]):
                self.modules[name] = sys.modules[name]
        # A module whose import has failed is not there any more.
        self.modules = {name: sys.modules.pop(name) for name in self.modules if name in sys.modules}


def _level() -> tuple[int, int]:
    return logging.root.level, logging.Logger.manager.disable


def _made_by_hand(module: Any) -> bool:
    """Whether no loader has brought a module, but code of the package, which has put it where modules are."""
    return getattr(module, "__spec__", None) is None


def _like(owner: Any, name: str) -> Any:
    """An empty one of what is there; None where this Python has no such thing."""
    known = getattr(owner, name, None)
    return None if known is None else type(known)()


def own_module(module: ModuleType) -> None:
    """A module belongs to the environment that runs: others load it anew."""
    if View.now is not None:
        View.now.modules[module.__name__] = module
