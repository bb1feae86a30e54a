"""The server's end of the processes that take over connections on which lookups come.

The server has every connection first. When a lookup has been answered on it, it goes over, by turns, so that all
processors answer lookups, with less ado than the server. It comes back with the first request that is none, and stays.
"""

from __future__ import annotations

import asyncio
import json
import os
import socket
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from glutkg.serve.lookup_worker import CONNECTION, END, LINE, TELL, receive, send

if TYPE_CHECKING:
    from asyncio.subprocess import Process
    from collections.abc import Callable, Mapping

    Adopt = Callable[[socket.socket, bytes], None]

MOST = 3
_PROGRAM = "import sys; sys.path[:] = {path!r}; from glutkg.serve.lookup_worker import main; main({parent}, {pair})"
_TO_TELL = 1.0
_TO_END = 20.0
_PAUSE = 1.0
"""Seconds before a process that has ended is started again."""


def useful() -> int:
    """Tell how many such processes are of use: one for each of several processors; only Linux has what they need.

    >>> 0 <= useful() <= MOST
    True
    """
    processors = len(os.sched_getaffinity(0)) if sys.platform == "linux" else 1
    return min(MOST, processors) if processors > 1 else 0


class LookupProcess:
    """One such process, started again when it has ended."""

    def __init__(self, setup: Mapping[str, Any], log: Callable[[str], None] | None) -> None:
        self._setup = json.dumps({**setup, "log": log is not None}).encode()
        self._log = log
        self._process: Process | None = None
        self._before: list[dict[str, Any]] = []
        self._told: dict[str, Any] | None = None
        self._asked: asyncio.Future[None] | None = None
        self.adopt: Adopt | None = None
        self._is_closed = False

    @property
    def is_ready(self) -> bool:
        """Whether it can take over connections."""
        return self._told is not None and self.adopt is not None

    @property
    def told(self) -> list[dict[str, Any]]:
        """What it said last of how much it has answered, and so those that ended before it."""
        return [*self._before, *([self._told] if self._told else [])]

    async def run(self) -> None:
        """Keep a process running, until this is cancelled."""
        while not self._is_closed:
            with suppress(OSError):
                await self._run_once()
            if self._told:
                self._before, self._told = [*self._before, {**self._told, "cached": 0}], None
            await asyncio.sleep(_PAUSE)

    async def _run_once(self) -> None:
        loop = asyncio.get_running_loop()
        self._pair, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._pair.setblocking(False)
        try:
            with theirs:
                program = _PROGRAM.format(path=sys.path, parent=os.getpid(), pair=theirs.fileno())
                self._process = await asyncio.create_subprocess_exec(
                    *(sys.executable, "-I", "-S", "-c", program),
                    stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.DEVNULL,
                    pass_fds=(theirs.fileno(),), start_new_session=True,
                )  # fmt: skip
            self._pair.send(self._setup)
            loop.add_reader(self._pair, self._heed)
            await self._process.wait()
        finally:
            loop.remove_reader(self._pair)
            self._pair.close()

    def take(self, connection: int) -> bool:
        """Give it the connection that has a descriptor, and tell whether it took it."""
        try:
            send(self._pair, CONNECTION, connection)
        except OSError:  # it has ended, or has much to take already
            return False
        return True

    async def ask(self) -> None:
        """Have it say how much it has answered, if it says so in time."""
        if self.is_ready:
            self._asked = asyncio.get_running_loop().create_future()
            with suppress(OSError, TimeoutError):
                self._pair.send(TELL)
                await asyncio.wait_for(self._asked, _TO_TELL)

    async def end(self) -> None:
        """Have it send what it has answered, and end."""
        self._is_closed = True
        if self._process and self.is_ready:
            with suppress(OSError, TimeoutError):
                self._pair.send(END)
                await asyncio.wait_for(self._process.wait(), _TO_END)

    def close(self) -> None:
        """End it at once."""
        self._is_closed = True
        if self._process:
            with suppress(ProcessLookupError):
                self._process.kill()

    def _heed(self) -> None:
        """Take what it says, or a connection that it gives back."""
        content, connection = receive(self._pair)
        kind, rest = content[:1], content[1:]
        if connection is not None and self.adopt:
            self.adopt(connection, rest)
        elif kind == LINE and self._log:
            self._log(rest.decode())
        elif kind == TELL:
            self._told = json.loads(rest)
            if self._asked and not self._asked.done():
                self._asked.set_result(None)
        elif not content:
            asyncio.get_running_loop().remove_reader(self._pair)  # it has ended


class LookupProcesses:
    """All such processes, and whose turn it is."""

    def __init__(self, setup: Mapping[str, Any], log: Callable[[str], None] | None) -> None:
        self.processes = [LookupProcess(setup, log) for _ in range(useful())]
        self._running: list[asyncio.Task[None]] = []
        self._turn = 0

    def adopt_by(self, adopt: Adopt) -> None:
        """Have what they give back go on by `adopt`; before that, nothing is given to them."""
        for one in self.processes:
            one.adopt = adopt

    def start(self) -> None:
        """Start them, without waiting for any."""
        self._running = [asyncio.ensure_future(one.run()) for one in self.processes]

    def take(self, connection: int) -> bool:
        """Have one take over a connection if it is its turn, and tell whether it did."""
        ready = [one for one in self.processes if one.is_ready]
        self._turn += 1
        return bool(ready) and ready[self._turn % len(ready)].take(connection)

    async def told(self) -> list[dict[str, Any]]:
        """Give what all have answered."""
        await asyncio.gather(*(one.ask() for one in self.processes))
        return [told for one in self.processes for told in one.told]

    async def end(self) -> None:
        """Have all send what they have answered, and end."""
        await asyncio.gather(*(one.end() for one in self.processes))

    def close(self) -> None:
        """End all at once."""
        for task in self._running:
            task.cancel()
        for one in self.processes:
            one.close()
