"""The parent's end of a worker: a process that is started, asked one thing at a time, and killed."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, Any, cast

from glutkg.errors import CacheError
from glutkg.serve.messages import LENGTHS, Reply, packed

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_PROGRAM = "import sys; sys.path[:] = {path!r}; from glutkg.serve.worker import main; main({parent})"
_TO_START = 60.0
_REMEMBERED = 4096
"""Bytes of what a worker writes as its errors that are remembered, the last ones."""


class Worker(asyncio.SubprocessProtocol):
    """A process that answers; see `glutkg.serve.worker`."""

    def __init__(self) -> None:
        self._reply: asyncio.Future[Reply] | None = None
        self._got = bytearray()
        self._said = b""
        self.when_ended: Callable[[Worker], None] | None = None
        self.has_ended = False

    @classmethod
    async def started(cls, setup: Mapping[str, Any]) -> Worker:
        """Start a worker, and wait until it is ready. Raises CacheError when it cannot open the graph."""
        program = _PROGRAM.format(path=sys.path, parent=os.getpid())
        _, worker = await asyncio.get_running_loop().subprocess_exec(
            cls, sys.executable, "-I", "-S", "-c", program, start_new_session=True
        )
        try:
            async with asyncio.timeout(_TO_START):
                await worker.ask(packed(setup))
        except (OSError, EOFError, TimeoutError) as error:
            worker.kill()
            said = worker.last_words.strip().rpartition("\n")[2]
            raise CacheError(f"A worker did not start ({said or type(error).__name__}).") from error
        except asyncio.CancelledError:
            worker.kill()
            raise
        return worker

    @property
    def pid(self) -> int:
        """The number of the process."""
        return self._process.get_pid()

    def ask(self, message: bytes) -> asyncio.Future[Reply]:
        """Send a request; the reply will be there later, or EOFError when the worker dies."""
        self._reply = asyncio.get_running_loop().create_future()
        if self.has_ended:
            self._reply.set_exception(EOFError())
        else:
            self._to.write(message)
        return self._reply

    @property
    def last_words(self) -> str:
        """What the worker wrote as its errors."""
        return self._said.decode(errors="replace")

    @property
    def is_out_of_memory(self) -> bool:
        """Whether the worker ended as the engine does that gets no more memory."""
        return self._process.get_returncode() == -signal.SIGABRT or "memory allocation" in self.last_words

    def kill(self) -> None:
        """End the process at once, if it has not ended by itself."""
        with suppress(ProcessLookupError):
            self._process.kill()

    def give_way(self) -> None:
        """Let quicker requests have the processor first."""
        with suppress(OSError, AttributeError):
            os.setpriority(os.PRIO_PROCESS, self.pid, 10)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take the process that was started."""
        self._process = cast("asyncio.SubprocessTransport", transport)
        self._to = cast("asyncio.WriteTransport", self._process.get_pipe_transport(0))

    def pipe_data_received(self, fd: int, data: bytes) -> None:
        """Take a part of a reply, or of what is said of an error."""
        if fd != 1:
            self._said = (self._said + data)[-_REMEMBERED:]
            return
        self._got += data
        if len(self._got) < LENGTHS.size:
            return
        size, length = LENGTHS.unpack_from(self._got)
        start = LENGTHS.size + size
        if len(self._got) < start + length:
            return
        content, self._got = self._got, bytearray()
        head: dict[str, Any] = json.loads(content[LENGTHS.size : start])
        body = bytes(memoryview(content)[start : start + length])
        if self._reply is not None and not self._reply.done():
            self._reply.set_result(Reply(head["status"], head["headers"], body, head["memory"]))

    def connection_lost(self, exc: Exception | None) -> None:
        """Say that the process has ended."""
        self.has_ended = True
        if self._reply is not None and not self._reply.done():
            self._reply.set_exception(EOFError())
        if self.when_ended:
            self.when_ended(self)
