"""A pool of workers: each answers one request at a time, and is killed and replaced when it must not go on.

That is so at the time limit, when its client has left, when it has grown too large, and when it has died by itself.
"""

from __future__ import annotations

import asyncio
from collections import deque
from typing import TYPE_CHECKING, Any, TypeVar

from glutkg.errors import CacheError, LimitError
from glutkg.serve.messages import packed
from glutkg.serve.worker_process import Worker

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Mapping

    from glutkg.serve.limits import Limits
    from glutkg.serve.messages import Reply

    Gone = Callable[[], Coroutine[Any, Any, None]]

T = TypeVar("T")
LARGE = 384 << 20
"""Bytes of memory with which a worker is replaced once it has answered."""
QUICK = 0.05
"""Seconds in which most answers come; only after them a request is looked after, for that takes time itself."""
SLOW = 1.0
"""Seconds after which a worker gives way to others."""
_PAUSE = 1.0
"""Seconds before another try to start a worker."""


class BusyError(LimitError):
    """No worker was free in time, or too many requests wait already."""


class LateError(LimitError):
    """The time limit of a request was reached."""


def too_late(seconds: float, *, is_query: bool) -> LateError:
    """Say that a query, or else a page or an answer to a question, took too many seconds, and what to do.

    >>> print(too_late(30, is_query=False))
    This was stopped after 30 s. Choose a narrower value, or ask with 'glutkg ask', which has no such limit.
    """
    if is_query:
        return LateError(f"The query was stopped after {seconds:g} s. Ask for less, or add a LIMIT.")
    advice = "Choose a narrower value, or ask with 'glutkg ask', which has no such limit."
    return LateError(f"This was stopped after {seconds:g} s. {advice}")


class GoneError(LimitError):
    """The client left before it had its answer."""


class WorkerDiedError(LimitError):
    """The worker ended while it answered; `needed_memory` tells whether that was for want of memory."""

    def __init__(self, message: str, needed_memory: bool) -> None:
        super().__init__(message)
        self.needed_memory = needed_memory


class Pool:
    """Workers of one kind, and the requests that wait for them.

    A request waits at most `patience` seconds. A worker that has run long gives way to others, and is replaced
    afterwards, as its priority cannot be given back; unless it keeps what it made.
    """

    def __init__(
        self,
        setup: Mapping[str, Any],
        size: int,
        limits: Limits,
        *,
        patience: float | None = None,
        gives_way: bool = True,
    ) -> None:
        self._gives_way = gives_way
        self._patience = limits.patience if patience is None else patience
        self._seconds = setup["seconds"]
        self._large = LARGE if gives_way else 2 * LARGE
        self._setup = setup
        self._size = size
        self._limits = limits
        self._idle: list[Worker] = []
        self._queue: deque[asyncio.Future[Worker]] = deque()
        self._workers: set[Worker] = set()
        self._starting: set[asyncio.Task[None]] = set()
        self.waiting = 0
        self.running = 0
        self.replaced = 0
        self.trouble = ""
        self._is_closed = False

    @property
    def workers(self) -> int:
        """How many workers there are."""
        return len(self._workers)

    async def start(self) -> None:
        """Start the workers; come back when the first is ready. Raises CacheError when it cannot open the graph."""
        first = await Worker.started(self._setup)
        self._welcome(first)
        for _ in range(self._size - 1):
            self._start_another()

    def start_later(self) -> None:
        """Start the workers without waiting for any."""
        for _ in range(self._size):
            self._start_another()

    def _welcome(self, worker: Worker) -> None:
        worker.when_ended = self._lose
        self._workers.add(worker)
        self._give_back(worker)

    def _give_back(self, worker: Worker) -> None:
        """Let the request that waits longest have a worker, or keep it for the next."""
        while self._queue:
            first = self._queue.popleft()
            if not first.done():
                first.set_result(worker)
                return
        self._idle.append(worker)

    def _lose(self, worker: Worker) -> None:
        """Replace a worker that ended while nobody asked it anything."""
        if worker in self._idle:
            self._idle.remove(worker)
            self._replace(worker)

    def _start_another(self) -> None:
        task = asyncio.get_running_loop().create_task(self._started())
        self._starting.add(task)
        task.add_done_callback(self._starting.discard)

    async def _started(self) -> None:
        while not self._is_closed:
            try:
                worker = await Worker.started(self._setup)
            except (CacheError, OSError) as error:
                self.trouble = str(error)
                await asyncio.sleep(_PAUSE)
            else:
                self.trouble = ""
                self._welcome(worker)
                return

    async def run(self, request: Mapping[str, Any], gone: Gone | None = None) -> Reply:
        """Have a request answered, unless what `gone` waits for comes first.

        Raises BusyError, LateError, WorkerDiedError or GoneError.
        """
        message = packed(request)
        worker = self._idle.pop() if self._idle else await self._free_worker(gone)
        self.running += 1
        is_whole = False
        start = asyncio.get_running_loop().time()
        try:
            reply = await _finished(worker.ask(message), self._seconds, self._late, gone, self._slow(worker))
            is_whole = reply.memory <= self._large and not (self._gives_way and _since(start) >= SLOW)
        except EOFError as error:
            raise self._death(worker) from error
        finally:
            self.running -= 1
            if is_whole and not worker.has_ended:
                self._give_back(worker)
            else:
                self._replace(worker)
        return reply

    def _slow(self, worker: Worker) -> Callable[[], None] | None:
        return worker.give_way if self._gives_way else None

    def _late(self) -> LateError:
        return too_late(self._seconds, is_query=self._gives_way)

    def _busy(self) -> BusyError:
        why = f" {self.trouble}" if self.trouble else ""
        return BusyError(f"No place was free for {self._patience:g} s. Try again in a moment.{why}")

    def _death(self, worker: Worker) -> WorkerDiedError:
        if worker.is_out_of_memory:
            most = self._limits.memory // 1_000_000
            return WorkerDiedError(f"The query needs more memory than it may have ({most:,} MB). Ask for less.", True)
        return WorkerDiedError("The process that ran the query has ended. Try again, or ask for less.", False)

    async def _free_worker(self, gone: Gone | None) -> Worker:
        if self.waiting >= self._limits.queue:
            raise BusyError(f"{self.waiting} requests are waiting already. Try again in a moment.")
        place: asyncio.Future[Worker] = asyncio.get_running_loop().create_future()
        self._queue.append(place)
        self.waiting += 1
        try:
            return await _finished(place, self._patience, self._busy, gone)
        except asyncio.CancelledError:
            if place.done() and not place.cancelled():
                self._give_back(place.result())
            raise
        finally:
            self.waiting -= 1

    def _replace(self, worker: Worker) -> None:
        worker.kill()
        self._workers.discard(worker)
        self.replaced += 1
        if not self._is_closed:
            self._start_another()

    def close(self) -> None:
        """End all workers."""
        self._is_closed = True
        for task in self._starting:
            task.cancel()
        for worker in self._workers:
            worker.kill()


def _since(start: float) -> float:
    return asyncio.get_running_loop().time() - start


async def _finished(
    future: asyncio.Future[T],
    seconds: float,
    late: Callable[[], LimitError],
    gone: Gone | None,
    slow: Callable[[], None] | None = None,
) -> T:
    """Wait for a future at most some seconds and while a client is there; call `slow` when it takes long."""
    loop = asyncio.get_running_loop()
    watching: list[asyncio.TimerHandle | asyncio.Task[None]] = []

    def fail(error: LimitError) -> None:
        if not future.done():
            future.set_exception(error)

    def attend() -> None:
        watching.append(loop.call_later(seconds - first, lambda: fail(late())))
        if slow:
            watching.append(loop.call_later(SLOW - first, slow))
        if gone:
            client = loop.create_task(gone())
            client.add_done_callback(lambda _: fail(GoneError("The client has left.")))
            watching.append(client)

    first = min(QUICK, seconds)
    watching.append(loop.call_later(first, attend))
    try:
        return await future
    finally:
        for one in watching:
            one.cancel()
