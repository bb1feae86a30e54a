"""A pool of workers: each answers one request at a time, and is killed and replaced when it must not go on.

That is so at the time limit, when its client has left, when it has grown too large, and when it has died by itself.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from glutkg.errors import CacheError, LimitError
from glutkg.serve.messages import LENGTHS, Reply, packed

if TYPE_CHECKING:
    from asyncio.subprocess import Process
    from collections.abc import Mapping

    from glutkg.serve.limits import Limits

_PROGRAM = "import sys; sys.path[:] = {path!r}; from glutkg.serve.worker import main; main({parent})"
LARGE = 384 << 20
"""Bytes of memory with which a worker is replaced once it has answered."""
SLOW = 1.0
"""Seconds after which a worker gives way to others."""
_PAUSE = 1.0
"""Seconds before another try to start a worker."""
_TO_START = 60.0


class BusyError(LimitError):
    """No worker was free in time, or too many requests wait already."""


class LateError(LimitError):
    """The time limit of a request was reached."""


class WorkerDiedError(LimitError):
    """The worker ended while it answered; `needed_memory` tells whether that was for want of memory."""

    def __init__(self, message: str, needed_memory: bool) -> None:
        super().__init__(message)
        self.needed_memory = needed_memory


class Worker:
    """A process that answers; see `glutkg.serve.worker`."""

    def __init__(self, process: Process) -> None:
        self._process = process
        assert process.stdin and process.stdout  # noqa: S101 - they are pipes
        self._to, self._from = process.stdin, process.stdout

    @classmethod
    async def started(cls, setup: Mapping[str, Any]) -> Worker:
        """Start a worker, and wait until it is ready. Raises CacheError when it cannot open the graph."""
        program = _PROGRAM.format(path=sys.path, parent=os.getpid())
        worker = cls(
            await asyncio.create_subprocess_exec(
                sys.executable, "-I", "-S", "-c", program,
                stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
                start_new_session=True, limit=1 << 20,
            )
        )  # fmt: skip
        try:
            async with asyncio.timeout(_TO_START):
                await worker._exchange(packed(setup))
        except (OSError, EOFError, TimeoutError) as error:
            worker.kill()
            said = (await worker.last_words()).strip().rpartition("\n")[2]
            raise CacheError(f"A worker did not start ({said or type(error).__name__}).") from error
        except asyncio.CancelledError:
            worker.kill()
            raise
        return worker

    @property
    def pid(self) -> int:
        """The number of the process."""
        return self._process.pid

    @property
    def is_alive(self) -> bool:
        """Whether the process runs, as far as is known."""
        return self._process.returncode is None

    async def ask(self, request: bytes) -> Reply:
        """Send a request and wait for the reply. Raises OSError or EOFError when the worker dies."""
        head, body = await self._exchange(request)
        return Reply(head["status"], head["headers"], body, head["memory"])

    async def _exchange(self, message: bytes) -> tuple[dict[str, Any], bytes]:
        self._to.write(message)
        await self._to.drain()
        size, length = LENGTHS.unpack(await self._from.readexactly(LENGTHS.size))
        head: dict[str, Any] = json.loads(await self._from.readexactly(size))
        return head, await self._from.readexactly(length) if length else b""

    async def last_words(self) -> str:
        """Give what a worker that ends wrote as its errors."""
        assert self._process.stderr  # noqa: S101 - it is a pipe
        with suppress(TimeoutError):
            async with asyncio.timeout(1):
                said = await self._process.stderr.read()
                await self._process.wait()
                return said.decode(errors="replace")
        return ""

    @property
    def is_out_of_memory(self) -> bool:
        """Whether the worker ended as the engine does that gets no more memory."""
        return self._process.returncode == -signal.SIGABRT

    def kill(self) -> None:
        """End the process at once, if it has not ended by itself."""
        with suppress(ProcessLookupError):
            self._process.kill()

    def give_way(self) -> None:
        """Let quicker requests have the processor first."""
        with suppress(OSError, AttributeError):
            os.setpriority(os.PRIO_PROCESS, self.pid, 10)


class Pool:
    """Workers of one kind, and the requests that wait for them.

    One that has run long gives way to others, and is replaced afterwards, as its priority cannot be given back; unless
    it keeps what it made.
    """

    def __init__(self, setup: Mapping[str, Any], size: int, limits: Limits, *, gives_way: bool = True) -> None:
        self._gives_way = gives_way
        self._seconds = setup["seconds"]
        self._large = LARGE if gives_way else 2 * LARGE
        self._setup = setup
        self._size = size
        self._limits = limits
        self._idle: asyncio.LifoQueue[Worker] = asyncio.LifoQueue()
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

    @property
    def pids(self) -> list[int]:
        """The numbers of the processes."""
        return [worker.pid for worker in self._workers]

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
        self._workers.add(worker)
        self._idle.put_nowait(worker)

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

    async def run(self, request: Mapping[str, Any]) -> Reply:
        """Have a request answered. Raises BusyError, LateError or WorkerDiedError."""
        message = packed(request)
        worker = await self._free_worker()
        self.running += 1
        is_whole = False
        loop = asyncio.get_running_loop()
        timer = loop.call_later(SLOW, worker.give_way) if self._gives_way else None
        try:
            async with asyncio.timeout(self._seconds):
                reply = await worker.ask(message)
            is_whole = reply.memory <= self._large and (timer is None or loop.time() < timer.when())
        except TimeoutError as error:
            raise LateError(
                f"The query was stopped after {self._seconds:g} s. Ask for less, or add a LIMIT."
            ) from error
        except (OSError, EOFError) as error:
            said = await worker.last_words()
            raise self._death(worker, said) from error
        finally:
            if timer:
                timer.cancel()
            self.running -= 1
            if is_whole:
                self._idle.put_nowait(worker)
            else:
                self._replace(worker)
        return reply

    def _death(self, worker: Worker, said: str) -> WorkerDiedError:
        if worker.is_out_of_memory or "memory allocation" in said:
            most = self._limits.memory // 1_000_000
            return WorkerDiedError(f"The query needs more memory than it may have ({most:,} MB). Ask for less.", True)
        return WorkerDiedError("The process that ran the query has ended. Try again, or ask for less.", False)

    async def _free_worker(self) -> Worker:
        if self.waiting >= self._limits.queue:
            raise BusyError(f"{self.waiting} requests are waiting already. Try again in a moment.")
        self.waiting += 1
        try:
            async with asyncio.timeout(self._limits.patience):
                while not (worker := await self._idle.get()).is_alive:
                    self._replace(worker)
        except TimeoutError as error:
            why = f" {self.trouble}" if self.trouble else ""
            raise BusyError(
                f"No place was free for {self._limits.patience:g} s. Try again in a moment.{why}"
            ) from error
        finally:
            self.waiting -= 1
        return worker

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
