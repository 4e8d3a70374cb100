"""The thread that owns the world. Everybody else puts commands on its queue and gets futures.

Requests that wait, such as a synchronous invoke or a long poll, are tickets; the thread lets the world's time
pass until they are done, and takes new commands between two moments. So a request that waits blocks nobody,
and one may end what another waits for.

[SIM] Before virtual time jumps over more than 100 ms, no request may have come for 10 ms of real time:
clients that come together overlap, as they would at AWS.
"""

from __future__ import annotations

import sys
import threading
import time
import traceback
import uuid
from collections.abc import Callable
from concurrent.futures import Future
from queue import Empty, SimpleQueue
from typing import Any, NamedTuple, TypeVar

from sandbox.endpoint.pace import Mode, Pace
from sandbox.kernel import MILLISECOND, SECOND, as_datetime
from sandbox.services.base import AwsError
from sandbox.wire import Asked, HttpResponse, refusal, reply
from sandbox.world import StuckError, Ticket, World

GAP = 100 * MILLISECOND
QUIET = 0.010
_GRAIN = MILLISECOND
_LONGEST_NAP = 3600.0

T = TypeVar("T")


class GoneError(Exception):
    """A request will never be answered by the world that it was made to.

    Args:
        message: why.
        status: the HTTP status that says so. AWS's SDKs try again after 500 and 503.
    """

    def __init__(self, message: str, status: int) -> None:
        super().__init__(message)
        self.status = status


def _closing() -> GoneError:
    return GoneError("the endpoint is closing", 503)


def _mistake() -> GoneError:
    return GoneError("a mistake of the sandbox; the world is as it was before", 500)


class Answer(NamedTuple):
    """A response, and how many seconds it is to be held back: a world in real time may be a little ahead."""

    response: HttpResponse
    wait: float


class _Job(NamedTuple):
    run: Callable[[], None]
    future: Future[Any]


class _Waiting(NamedTuple):
    ticket: Ticket
    asked: Asked
    future: Future[Answer]


class Engine:
    """Owns a world, in a thread of its own, from `start` to `close`.

    Args:
        world: the world; nobody else may touch it meanwhile.
        mode: how time flows; see `Pace`.
    """

    def __init__(self, world: World, mode: Mode) -> None:
        self.world = world
        self.pace = Pace(mode, world.cloud.kernel.now, time.monotonic)
        self._queue: SimpleQueue[_Job | None] = SimpleQueue()
        self._waiting: list[_Waiting] = []
        self._stirred = 0.0
        self._ended = False
        self._thread = threading.Thread(target=self._run, name="sandbox engine", daemon=True)

    # -- for other threads ---------------------------------------------------------------------------------

    def start(self) -> None:
        """Begin."""
        self.pace.start(self.world.cloud.kernel.now)
        self._thread.start()

    def close(self) -> None:
        """Refuse what still waits, and end the thread; the world is the caller's again."""
        self._queue.put(None)
        self._thread.join()

    def stir(self) -> None:
        """Say that a call is coming in, so that time does not jump just now."""
        self._stirred = time.monotonic()

    def call(self, asked: Asked, key: str) -> Future[Answer]:
        """Call an operation.

        Args:
            asked: the operation.
            key: the access key of who calls.

        Returns:
            The response, an error of AWS's included. Once it is cancelled, time does not jump for it any
            more. It raises GoneError when the world goes away first.
        """
        self.stir()
        future: Future[Answer] = Future()
        self._put(future, lambda: self._submit(asked, key, future))
        return future

    def do(self, work: Callable[[], T]) -> Future[T]:
        """Do something on the engine's thread, where the world may be touched.

        Returns:
            What it returned.
        """
        future: Future[T] = Future()

        self._put(future, lambda: _set(future, work()))
        return future

    def _put(self, future: Future[Any], run: Callable[[], None]) -> None:
        self._queue.put(_Job(run, future))
        if self._ended:
            # The thread may have looked for the last time before this came.
            self._drain()

    # -- what work may do on the engine's thread -----------------------------------------------------------

    def replace(self, world: World) -> None:
        """Go on with another world. The old one is closed, and what waited in it is refused."""
        self._refuse(GoneError("the world was reset", 409))
        old, self.world = self.world, world
        self.pace.start(world.cloud.kernel.now)
        old.close()

    def set_mode(self, mode: Mode) -> None:
        """Let time flow in another way from here on."""
        self.pace = Pace(mode, self.world.cloud.kernel.now, time.monotonic)

    def advance(self, seconds: float) -> None:
        """Let time pass at once.

        Raises:
            ValueError: it is not a time that can pass.
        """
        self.world.advance(seconds=seconds)
        self.pace.start(self.world.cloud.kernel.now)

    # -- the thread ----------------------------------------------------------------------------------------

    def _run(self) -> None:
        while True:
            nap = self._nap()
            try:
                job = self._take(nap)
            except Empty:
                self._guarded(self._jump)
                continue
            if job is None:
                break
            self._guarded(job.run, job.future)
        self._ended = True
        self._refuse(_closing())
        self._drain()

    def _guarded(self, act: Callable[[], None], future: Future[Any] | None = None) -> None:
        try:
            self._flow()
            self._answer()
            act()
            self._answer()
        except Exception:  # noqa: BLE001 - a mistake of the engine: who waits is told, and it goes on
            print(traceback.format_exc(), file=sys.stderr)
            # The world is what its journal says; promises made since then are void.
            self._refuse(_mistake())
            if future is not None and not future.done():
                _set(future, error=_mistake())
            self.pace.start(self.world.cloud.kernel.now)

    def _drain(self) -> None:
        while True:
            try:
                job = self._queue.get_nowait()
            except Empty:
                return
            if job is not None:
                _set(job.future, error=_closing())

    def _take(self, nap: float | None) -> _Job | None:
        """The next job, None for the end.

        Raises:
            Empty: none came within `nap` seconds; None for ever.
        """
        if nap is not None and nap <= 0:
            return self._queue.get_nowait()
        return self._queue.get(timeout=None if nap is None else min(nap, _LONGEST_NAP))

    def _nap(self) -> float | None:
        """How long nothing needs to be done, in seconds, unless a job comes; None for ever."""
        kernel = self.world.cloud.kernel
        due = kernel.next_time()
        if due is None:
            return 0.0 if self._waiting else None
        if self.pace.mode == "virtual" and self._waiting:
            return self._unquiet() if due - kernel.now > GAP else 0.0
        return max(0.0, (due - self.pace.target()) / SECOND)

    def _unquiet(self) -> float:
        """How long it still has to be quiet before time may jump."""
        return max(0.0, self._stirred + QUIET - time.monotonic())

    def _flow(self) -> None:
        """Let the world's time follow the wall."""
        target, kernel = self.pace.target(), self.world.cloud.kernel
        due = kernel.next_time()
        if target - kernel.now >= _GRAIN or (due is not None and kernel.now <= due <= target):
            self.world.run_until(as_datetime(max(target, kernel.now)))
            self.pace.moved(kernel.now)

    def _jump(self) -> None:
        """Let virtual time jump to what is due next, and on, as far as nobody else has something to say."""
        if not self._waiting:
            return
        kernel = self.world.cloud.kernel
        if kernel.next_time() is None:
            raise StuckError("nothing is left that could answer a request")
        if self.pace.mode == "real" or self._nap():
            # A call may have begun to come in meanwhile.
            return
        first = True

        def enough(due: int) -> bool:
            nonlocal first
            far, first = not first and due - kernel.now > GAP, False
            return far or not self._queue.empty() or any(one.ticket.done for one in self._waiting)

        self.world.proceed(enough)
        self.pace.moved(kernel.now)

    # -- tickets -------------------------------------------------------------------------------------------

    def _submit(self, asked: Asked, key: str, future: Future[Answer]) -> None:
        if future.cancelled():
            return
        world = self.world
        try:
            principal = world.cloud.holder(key, asked.service)
        except AwsError as error:
            # It never reached the world, whose own ids are drawn from its seed.
            _set(future, Answer(_refused(asked, error, str(uuid.uuid4())), 0.0))
            return
        ticket = world.submit(asked.service, asked.operation, asked.params, principal=principal)
        self.pace.moved(world.cloud.kernel.now)
        self._waiting.append(_Waiting(ticket, asked, future))

    def _answer(self) -> None:
        """Answer what is done, and forget what nobody waits for any more."""
        still = []
        for waiting in self._waiting:
            if waiting.future.cancelled():
                continue
            if waiting.ticket.done:
                _set(waiting.future, self._response(waiting))
            else:
                still.append(waiting)
        self._waiting = still

    def _response(self, waiting: _Waiting) -> Answer:
        asked, request_id = waiting.asked, waiting.ticket.request_id
        try:
            result = waiting.ticket.result()
            response = reply(asked, result, request_id)
        except AwsError as error:
            response = _refused(asked, error, request_id)
        return Answer(response, self.pace.ahead(self.world.cloud.kernel.now))

    def _refuse(self, error: GoneError) -> None:
        waiting, self._waiting = self._waiting, []
        for one in waiting:
            _set(one.future, error=error)


def _refused(asked: Asked, error: AwsError, request_id: str) -> HttpResponse:
    return refusal(
        asked,
        code=error.code,
        message=error.message,
        status=error.status,
        fields=error.fields,
        request_id=request_id,
    )


def _set(future: Future[Any], value: Any = None, error: Exception | None = None) -> None:
    """Settle a future, unless whoever waited for it has gone."""
    if future.set_running_or_notify_cancel():
        if error is not None:
            future.set_exception(error)
        else:
            future.set_result(value)
