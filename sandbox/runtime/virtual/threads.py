"""Threads and locks for handler code: Python's own `threading` over strands instead of threads of the system.

`install` replaces what `_thread` offers, before `threading` is imported, so that `Thread`, `Condition`,
`Event`, `Queue`, executors and asyncio's `to_thread` are Python's own and wait virtually. Nothing in a worker
starts a thread of the system; the jail would refuse it.

[SIM] A thread's turn ends where it waits, and after the interpreter's switch interval of counted CPU. Locks
are handed over in the order in which they were asked for.
"""

from __future__ import annotations

import _thread
import errno
import math
import os
import sys
import traceback
import weakref
from collections import deque
from collections.abc import Callable
from functools import partial
from typing import Any, NoReturn

from sandbox.runtime.virtual.strands import MAIN_IDENT, Scheduler, Strand

_THREADS = 1_024
"""Threads and processes that an environment may have (facts 1.1)."""

_FIRST_NATIVE = 8


class _Nobody:
    """Stands for the thread of a process in which no environment runs."""

    ident = MAIN_IDENT


_nobody = _Nobody()


class Running:
    """Whose strands run in this process now; None outside of an environment's segments."""

    scheduler: Scheduler | None = None

    def strand(self) -> Strand | _Nobody:
        """The strand that runs."""
        return _nobody if self.scheduler is None else self.scheduler.current

    def wait(self, seconds: float) -> bool:
        """Let the strand that runs wait, forever if `seconds` is negative.

        Returns:
            Whether it was woken before the time was over.
        """
        scheduler = self.scheduler
        if scheduler is None:
            raise RuntimeError("nobody is there who could release this lock")
        if seconds < 0:
            return scheduler.wait(None)
        return scheduler.wait(scheduler.host.now() + math.ceil(seconds * 1e6))


running = Running()
"""Of this process."""


class Lock:
    """See `threading.Lock`."""

    __slots__ = ("__weakref__", "_held", "_queue")

    def __init__(self) -> None:
        self._held = False
        self._queue: deque[Strand] = deque()

    def acquire(self, blocking: bool = True, timeout: float = -1) -> bool:
        """See `threading.Lock.acquire`."""
        if timeout not in {-1, -1.0}:
            _check_timeout(blocking, timeout)
        if not self._held:
            self._held = True
            return True
        if not blocking or timeout == 0:
            return False
        strand = running.strand()
        self._queue.append(strand)  # type: ignore[arg-type]
        if running.wait(timeout):
            return True
        self._queue.remove(strand)  # type: ignore[arg-type]
        return False

    def release(self) -> None:
        """See `threading.Lock.release`."""
        if not self._held:
            raise RuntimeError("release unlocked lock")
        if self._queue:
            strand = self._queue.popleft()
            strand.scheduler.wake(strand)
        else:
            self._held = False

    def locked(self) -> bool:
        """Whether somebody holds it."""
        return self._held

    __enter__ = acquire
    acquire_lock, release_lock, locked_lock = acquire, release, locked

    def __exit__(self, *_: object) -> None:
        self.release()

    def _at_fork_reinit(self) -> None:
        self._held = False
        self._queue.clear()

    def __reduce__(self) -> NoReturn:
        raise TypeError("cannot pickle '_thread.lock' object")

    def __repr__(self) -> str:
        return f"<{'locked' if self._held else 'unlocked'} _thread.lock object at {id(self):#x}>"


class RLock:
    """See `threading.RLock`."""

    __slots__ = ("__weakref__", "_block", "_count", "_owner")

    def __init__(self) -> None:
        self._block = Lock()
        self._owner: object = None
        self._count = 0

    def acquire(self, blocking: bool = True, timeout: float = -1) -> bool:
        """See `threading.RLock.acquire`."""
        me = running.strand()
        if self._owner is me:
            self._count += 1
            return True
        if self._block.acquire(blocking, timeout):
            self._owner, self._count = me, 1
            return True
        return False

    def release(self) -> None:
        """See `threading.RLock.release`."""
        if self._owner is not running.strand():
            raise RuntimeError("cannot release un-acquired lock")
        self._count -= 1
        if not self._count:
            self._owner = None
            self._block.release()

    __enter__ = acquire

    def __exit__(self, *_: object) -> None:
        self.release()

    def locked(self) -> bool:
        """Whether somebody holds it."""
        return self._block.locked()

    def _is_owned(self) -> bool:
        return self._owner is running.strand()

    def _release_save(self) -> tuple[int, object]:
        state = (self._count, self._owner)
        self._owner, self._count = None, 0
        self._block.release()
        return state

    def _acquire_restore(self, state: tuple[int, object]) -> None:
        self._block.acquire()
        self._count, self._owner = state

    def _recursion_count(self) -> int:
        return self._count if self._is_owned() else 0

    def _at_fork_reinit(self) -> None:
        self._block._at_fork_reinit()
        self._owner, self._count = None, 0

    def __reduce__(self) -> NoReturn:
        raise TypeError("cannot pickle '_thread.RLock' object")

    def __repr__(self) -> str:
        state = "locked" if self._block.locked() else "unlocked"
        owner = getattr(self._owner, "ident", 0)
        return f"<{state} _thread.RLock object owner={owner} count={self._count} at {id(self):#x}>"


def _check_timeout(blocking: bool, timeout: float) -> None:
    if not blocking:
        raise ValueError("can't specify a timeout for a non-blocking call")
    if timeout < 0:
        wanted = "a non-negative number" if sys.version_info >= (3, 13) else "positive"
        raise ValueError(f"timeout value must be {wanted}")
    if timeout > _thread.TIMEOUT_MAX:
        raise OverflowError("timestamp out of range for platform time_t")


_get, _set = object.__getattribute__, object.__setattr__


class Local:
    """See `threading.local`: attributes that each thread has for itself."""

    __slots__ = ("__dict__", "__weakref__", "_given", "_kept")

    def __new__(cls, *args: Any, **named: Any) -> Local:
        """Remember how to prepare it in each thread."""
        if (args or named) and cls.__init__ is object.__init__:
            raise TypeError("Initialization arguments are not supported")
        self = object.__new__(cls)
        _set(self, "_given", (args, named))
        _set(self, "_kept", {})
        _keep(self, running.strand(), _get(self, "__dict__"))
        return self

    def __getattribute__(self, name: str) -> Any:
        _own(self)
        return _get(self, name)

    def __setattr__(self, name: str, value: Any) -> None:
        _own(self)
        _set(self, name, value)

    def __delattr__(self, name: str) -> None:
        _own(self)
        object.__delattr__(self, name)

    def __reduce__(self) -> NoReturn:
        raise TypeError(f"cannot pickle {type(self).__name__!r} object")


# As messages and `repr` tell them.
Lock.__module__, Lock.__name__, Lock.__qualname__ = "_thread", "lock", "lock"
Local.__module__, Local.__name__, Local.__qualname__ = "_thread", "_thread._local", "_local"
RLock.__module__ = "_thread"


def _keep(local: Local, strand: Strand | _Nobody, mine: dict[str, Any]) -> None:
    # The object itself keeps what threads have stored in it, and forgets a thread that is over.
    _get(local, "_kept")[strand] = mine
    if isinstance(strand, Strand):
        if not strand.stored:
            strand.ended.append(partial(_forget, strand))
        strand.stored[id(local)] = weakref.ref(local, partial(strand.stored.pop, id(local)))


def _forget(strand: Strand) -> None:
    for reference in list(strand.stored.values()):
        local = reference()
        if local is not None:
            _get(local, "_kept").pop(strand, None)
            _set(local, "__dict__", {})


def _own(local: Local) -> None:
    """Let a local object have the attributes of the strand that runs."""
    strand = running.strand()
    kept = _get(local, "_kept")
    mine = kept.get(strand)
    if mine is not None:
        _set(local, "__dict__", mine)
        return
    mine = {}
    if isinstance(strand, Strand) and strand is strand.scheduler.main:
        # What libraries have kept for the main thread while they were imported in the zygote.
        mine.update(kept.get(_nobody, {}))
    prepared = bool(mine)
    _keep(local, strand, mine)
    _set(local, "__dict__", mine)
    if not prepared:
        args, named = _get(local, "_given")
        type(local).__init__(local, *args, **named)


# -- threads ---------------------------------------------------------------------------------------------


def _start(function: Callable[..., object], args: tuple[Any, ...], named: dict[str, Any]) -> Strand:
    scheduler = running.scheduler
    if scheduler is None or len(scheduler.alive) >= _THREADS:
        raise RuntimeError("can't start new thread")

    def run() -> None:
        try:
            function(*args, **named)
        except SystemExit:
            return
        except BaseException:  # noqa: BLE001 - as Python does: told on standard error, and the thread is over
            print(f"Exception ignored in thread started by: {function!r}", file=sys.stderr)
            traceback.print_exc()

    return scheduler.spawn(run)


def start_new_thread(
    function: Callable[..., object], args: tuple[Any, ...], kwargs: dict[str, Any] | None = None, /
) -> int:
    """See `_thread.start_new_thread`."""
    if not callable(function):
        raise TypeError("first arg must be callable")
    if not isinstance(args, tuple):
        raise TypeError("2nd arg must be a tuple")
    return _start(function, args, kwargs or {}).ident


def get_ident() -> int:
    """See `threading.get_ident`."""
    return running.strand().ident


def get_native_id() -> int:
    """See `threading.get_native_id`."""
    return _FIRST_NATIVE + (get_ident() - MAIN_IDENT) // 4_096


def set_sentinel() -> Lock:
    """A lock that is released when the calling thread is over (Python up to 3.12)."""
    lock = Lock()

    def over() -> None:
        if lock.locked():
            lock.release()

    strand = running.strand()
    if isinstance(strand, Strand):
        strand.ended.append(over)
    return lock


class ThreadHandle:
    """What `threading` knows a thread by, from Python 3.13 on."""

    def __init__(self) -> None:
        self.ident = 0
        self._running = Lock()

    def is_done(self) -> bool:
        """Whether the thread is over."""
        return not self._running.locked()

    def _set_done(self) -> None:
        if self._running.locked():
            self._running.release()

    def begin(self, ident: int) -> None:
        """The thread has begun."""
        self.ident = ident
        self._running.acquire()

    def join(self, timeout: float | None = None) -> None:
        """Wait until it is over."""
        if not self.ident:
            raise RuntimeError("thread not started")
        if self.ident == get_ident():
            raise RuntimeError("Cannot join current thread")
        if self._running.acquire(True, -1 if timeout is None or timeout < 0 else timeout):
            self._running.release()


def make_thread_handle(ident: int) -> ThreadHandle:
    """The handle of a thread that runs already."""
    handle = ThreadHandle()
    handle.begin(ident)
    return handle


def start_joinable_thread(
    function: Callable[[], object], handle: ThreadHandle | None = None, daemon: bool = True
) -> ThreadHandle:
    """See `_thread.start_joinable_thread`, Python 3.13."""
    del daemon
    handle = handle or ThreadHandle()
    strand = _start(function, (), {})
    handle.begin(strand.ident)
    strand.ended.append(handle._set_done)
    return handle


def wait_for_all() -> None:
    """Wait for the threads that are no daemons, as the interpreter does before it ends."""
    # Late: this module comes before everything else.
    import threading
    from concurrent.futures import thread as executors

    executors._python_exit()
    for thread in threading.enumerate():
        if not thread.daemon and thread is not threading.current_thread():
            thread.join()


def install() -> None:
    """Replace what `_thread` offers in this process; `threading` must not be imported yet."""
    assert "threading" not in sys.modules, "threading has been imported already"
    replacements: dict[str, Any] = {
        "start_new_thread": start_new_thread,
        "start_new": start_new_thread,
        "start_joinable_thread": start_joinable_thread,
        "allocate_lock": Lock,
        "allocate": Lock,
        "lock": Lock,
        "LockType": Lock,
        "RLock": RLock,
        "get_ident": get_ident,
        "get_native_id": get_native_id,
        "_set_sentinel": set_sentinel,
        "_ThreadHandle": ThreadHandle,
        "_make_thread_handle": make_thread_handle,
        "_get_main_thread_ident": lambda: MAIN_IDENT,
        "_local": Local,
    }
    for name, replacement in replacements.items():
        if hasattr(_thread, name):
            _replace(getattr(_thread, name), replacement)
            setattr(_thread, name, replacement)
    # Without it `queue` has the one in Python; that in C waits for a lock of the system.
    sys.modules["_queue"] = None  # type: ignore[assignment]
    _forbid_semaphores()


def _replace(real: object, replacement: object) -> None:
    """Replace what modules have taken from `_thread` already."""
    for module in list(sys.modules.values()):
        for name, value in list(vars(module).items()):
            if value is real:
                setattr(module, name, replacement)


def _forbid_semaphores() -> None:
    """Let `multiprocessing` fail as it does on Lambda, where there is no /dev/shm (see its `synchronize`)."""

    import _multiprocessing  # type: ignore[import-not-found, unused-ignore]

    class SemLock(_multiprocessing.SemLock):  # type: ignore[misc]
        def __new__(cls, *_: object) -> SemLock:
            raise OSError(errno.ENOSYS, os.strerror(errno.ENOSYS))

    _multiprocessing.SemLock = SemLock
