"""A query that a user wrote, run in a process of its own within limits of time, memory and size.

Oxigraph can neither be interrupted in process nor told to leave the network alone, and deep nesting kills the process it
runs in. So the parent looks the query over, and a child runs it: read-only, with an end.
"""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from glutkg.errors import LimitError, QueryError
from glutkg.guard import check_query

if TYPE_CHECKING:
    from collections.abc import Callable

ENDED = 3
"""Exit status of a child whose answer broke a limit; 2 means that the query is wrong."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds for the whole query, bytes of memory beyond what the child has at the start, and bytes of its answer."""

    seconds: float = 30.0
    memory: int = 2 << 30
    answer: int = 256 << 20


def run_query(store: Path, query: str, over: str, limits: Limits | None = None) -> tuple[str, bytes]:
    """Run a query on a kept graph; give the kind of answer and its bytes.

    `select` and `ask` answer in SPARQL 1.1 Query Results JSON, `construct` (and DESCRIBE) in N-Triples.
    Raises QueryError for a query that does not parse or is refused, and LimitError when it ends at a limit.
    """
    chosen = limits or Limits()
    check_query(query)
    request = json.dumps({"store": str(store), "query": query, "over": over, **asdict(chosen)})
    command = [sys.executable, "-c", f"import sys; sys.path[:] = {sys.path!r}; from glutkg.worker import main; main()"]
    try:
        done = subprocess.run(command, input=request.encode(), capture_output=True, timeout=chosen.seconds, check=False)
    except subprocess.TimeoutExpired as error:
        raise LimitError(f"The query was stopped after {chosen.seconds:g} s. Ask for less, or add a LIMIT.") from error
    said = done.stderr.decode(errors="replace").strip()
    if done.returncode == 0:
        form, _, answer = done.stdout.partition(b"\n")
        return form.decode(), answer
    if done.returncode == 2:  # noqa: PLR2004 - as the child says it
        raise QueryError(said)
    if done.returncode == ENDED:
        raise LimitError(said)
    raise LimitError(
        "The query ended the process that ran it: it needs too much memory or nests too deeply. Ask for less."
    )


def main() -> None:
    """Run one query in this process, as the child of `run_query`."""
    request = json.loads(sys.stdin.buffer.read())
    from glutkg.graph import Graph

    graph = Graph.kept(Path(request["store"]))
    _limit(request["memory"])
    try:
        form, answer = graph.answer(request["query"], request["over"])
    except QueryError as error:
        _end(2, str(error))
    except (LimitError, MemoryError):
        _end(ENDED, "The query needs more memory than it may have. Ask for less, or add a LIMIT.")
    if len(answer) > request["answer"]:
        _end(ENDED, f"The answer has {len(answer):,} bytes, and at most {request['answer']:,} are given. Add a LIMIT.")
    sys.stdout.buffer.write(form.encode() + b"\n" + answer)


def _end(status: int, message: str) -> None:
    print(message, file=sys.stderr)
    sys.exit(status)


def _limit(memory: int) -> None:
    """Let the process neither grow beyond its share nor open a file or a socket from here on, where the system can."""
    try:
        import resource
    except ImportError:  # not on Windows
        return
    pages = int(Path("/proc/self/statm").read_text().split()[0]) if Path("/proc/self/statm").exists() else 0
    attempts: tuple[Callable[[], None], ...] = (
        lambda: resource.setrlimit(resource.RLIMIT_AS, (pages * resource.getpagesize() + memory,) * 2),
        lambda: resource.setrlimit(resource.RLIMIT_CORE, (0, 0)),
    )
    for attempt in attempts:
        try:
            attempt()
        except (OSError, ValueError):  # a stricter limit is set already
            continue
