"""A query that a user wrote, run in a process of its own within limits of time, memory and size.

Oxigraph can be neither interrupted in process nor kept from the network, and deep nesting kills the process that it
runs in. So the parent checks the query, and a child process runs it: read-only, without files and sockets, and within
limits.
"""

from __future__ import annotations

import io
import json
import os
import sys
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, NamedTuple, NoReturn, cast

from glutkg.errors import CacheError, GlutkgError, LimitError, QueryError, UsageError
from glutkg.rdf.namespaces import PARTS

if TYPE_CHECKING:
    import subprocess

    from _typeshed import ReadableBuffer

WRONG, ENDED, NO_STORE = 2, 3, 4
"""Exit statuses of a child: the query is wrong, the answer reached a limit, the cached graph cannot be opened."""
STACK = 64 << 20
"""Bytes of stack of the child, where the system allows it: eight times what the guard's limits need."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds for the whole query, bytes of memory beyond what the child has at the start, and bytes of its answer."""

    seconds: float = 30.0
    memory: int = 2 << 30
    answer: int = 256 << 20


class Answered(NamedTuple):
    """The kind of an answer (`select`, `ask`, `construct`) and its bytes."""

    kind: str
    content: bytes


def run_query(
    store: Path, query: str, part: str = "both", limits: Limits | None = None, form: str | None = None
) -> Answered:
    """Run a query of any form over a part (`stated`, `inferred`, `both`) of a cached graph; return the whole answer.

    `form` is `json`, `csv`, `tsv` or `xml` (SPARQL 1.1 results) for SELECT and ASK, `ntriples` or `turtle` for
    CONSTRUCT and DESCRIBE; without it they are JSON and N-Triples.
    Raises QueryError for a query that does not parse, is refused or has no answer of that form, UsageError for another
    part, LimitError when it ends at a limit, and CacheError when the cached graph cannot be opened.
    """
    from glutkg.sparql.guard import check_query  # not at the top: the child does not need it

    chosen = limits or Limits()
    if part not in PARTS:
        raise UsageError(f"There is no part '{part}' of the graph. Choose from {', '.join(PARTS)}.")
    check_query(query)
    parent = os.getpid()
    request = {"store": str(store), "query": query, "part": part, "form": form, "parent": parent, **asdict(chosen)}
    done = _run(json.dumps(request).encode(), chosen.seconds)
    if done.returncode != 0:
        raise _error(done.returncode, done.stderr.decode(errors="replace").strip())
    kind, _, content = done.stdout.partition(b"\n")
    return Answered(kind.decode(), content)


def _run(request: bytes, seconds: float) -> subprocess.CompletedProcess[bytes]:
    """Run the child with this process's own module path, whatever it was started with."""
    import subprocess

    program = f"import sys; sys.path[:] = {sys.path!r}; from glutkg.query_sandbox import main; main()"
    command = [sys.executable, "-I", "-S", "-c", program]
    try:
        return subprocess.run(command, input=request, capture_output=True, timeout=seconds, check=False)
    except subprocess.TimeoutExpired as error:
        raise LimitError(f"The query was stopped after {seconds:g} s. Ask for less, or add a LIMIT.") from error


def _error(status: int, message: str) -> GlutkgError:
    if status == WRONG:
        return QueryError(message)
    if status == ENDED:
        return LimitError(message)
    if status == NO_STORE:
        return CacheError(message)
    if "memory allocation" in message or "MemoryError" in message:
        return LimitError(_TOO_MUCH_MEMORY)
    last = message.splitlines()[-1] if message else "no message"
    return LimitError(
        f"The query ended the process that ran it (status {status}: {last}). Ask for less, or write it flatter."
    )


_TOO_MUCH_MEMORY = "The query needs more memory than it may have. Ask for less, or add a LIMIT."


def main() -> None:
    """Run one query in this process, as the child of `run_query`; the answer goes to standard output after its kind."""
    request = json.loads(sys.stdin.buffer.read())
    from glutkg.child_process import end_with_parent

    end_with_parent(request["parent"])
    from glutkg.store.graph import Graph
    from glutkg.store.table_files import descriptors_to_read, import_for_queries

    import_for_queries()

    try:
        graph = Graph.opened(Path(request["store"]))
    except OSError as error:
        _end(NO_STORE, f"The cached graph in {request['store']} cannot be opened ({error}). Remove it and run again.")
    _limit(request["seconds"], request["memory"], descriptors_to_read(Path(request["store"])))
    output = _Output(request["answer"])
    try:
        answer = graph.answer(request["query"], request["part"])
        os.write(output.fileno(), f"{answer.kind}\n".encode())
        answer.write(cast("IO[bytes]", output), request["form"])
        sys.stdout.flush()
    except QueryError as error:
        _end(WRONG, str(error))
    except LimitError as error:
        _end(ENDED, str(error))
    except MemoryError:
        _end(ENDED, _TOO_MUCH_MEMORY)
    os._exit(0)  # the store is for reading only: there is nothing to close


class _Output(io.RawIOBase):
    """Standard output, up to a number of bytes."""

    def __init__(self, most: int) -> None:
        self._most = self._left = most

    def fileno(self) -> int:
        return sys.stdout.fileno()

    def write(self, data: ReadableBuffer, /) -> int:
        size = memoryview(data).nbytes
        self._left -= size
        if self._left < 0:
            raise LimitError(f"The answer is larger than {self._most:,} bytes. Ask for less, or add a LIMIT.")
        return sys.stdout.buffer.write(data)


def _end(status: int, message: str) -> NoReturn:
    """Exit at once with a message, without waiting for the engine."""
    os.write(2, message.encode())
    os._exit(status)


def _limit(seconds: float, memory: int, files: int) -> None:
    """Bound the time, memory and descriptors of this process, so that it opens nothing but its store."""
    try:
        import resource
        import signal
    except ImportError:  # not on Windows
        return
    signal.setitimer(signal.ITIMER_REAL, seconds + 5)  # kills it, whatever the engine does; the parent is dead by then
    most = resource.getrlimit(resource.RLIMIT_STACK)[1]
    stack = STACK if most == resource.RLIM_INFINITY else min(STACK, most)
    settings = [(resource.RLIMIT_STACK, stack), (resource.RLIMIT_CORE, 0), (resource.RLIMIT_NOFILE, files)]
    size = Path("/proc/self/statm")  # elsewhere, what a process has is not known, or the limit not kept
    if size.exists():
        settings.insert(0, (resource.RLIMIT_AS, int(size.read_text().split()[0]) * resource.getpagesize() + memory))
    for kind, limit in settings:
        with suppress(OSError, ValueError):  # a stricter limit is set already
            resource.setrlimit(kind, (limit, resource.getrlimit(kind)[1] if kind == resource.RLIMIT_STACK else limit))
