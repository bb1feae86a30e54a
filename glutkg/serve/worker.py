"""A worker: a process that opens the kept graph for reading and answers one request after the other.

It runs queries of strangers, so it is bound in memory and time, opens nothing more once it is ready, and ends with its
parent. It checks each query before its engine reads it.
"""

from __future__ import annotations

import gc
import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from glutkg.errors import GlutkgError, LimitError, QueryError
from glutkg.serve.messages import Reply, packed, read
from glutkg.serve.query_answers import BAD_REQUEST, OK, TOO_LARGE, answered, failure

if TYPE_CHECKING:
    from collections.abc import Callable

STACK = 64 << 20
"""Bytes of stack, where the system allows it: eight times what the guard lets a query need."""
SITE_MEMORY = 2 << 30
"""Bytes that a worker of the site may take: what is asked of it is ours."""


def main(parent: int) -> None:
    """Answer what comes in on standard input until it ends; what else is printed goes to standard error."""
    from glutkg.child_process import end_with_parent

    end_with_parent(parent)
    output = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    memory = _memory_counter()
    setup = read(sys.stdin.buffer)
    if setup is None:
        return
    answer = _site_answers(setup) if setup["kind"] == "site" else _query_answers(setup)
    reply = Reply(OK, {}, b"")  # it is ready
    while True:
        head = {"status": reply.status, "headers": dict(reply.headers), "memory": memory()}
        output.write(packed(head, reply.body))
        output.flush()
        request = read(sys.stdin.buffer)
        if request is None:
            break
        _set_timer(setup["seconds"] + 5)
        reply = _reply(answer, request)
        _set_timer(0)
    os._exit(0)  # the graph is for reading only: there is nothing to close


def _reply(answer: Callable[[dict[str, Any]], Reply], request: dict[str, Any]) -> Reply:
    try:
        return answer(request)
    except QueryError as error:
        return failure(BAD_REQUEST, str(error))
    except LimitError as error:
        return failure(TOO_LARGE, str(error))
    except MemoryError:
        return failure(TOO_LARGE, "The query needs more memory than it may have. Ask for less, or add a LIMIT.")
    except GlutkgError as error:
        return failure(BAD_REQUEST, str(error))


def _query_answers(setup: dict[str, Any]) -> Callable[[dict[str, Any]], Reply]:
    """Open the graph, and bound this process; what comes back answers queries."""
    from glutkg.store.graph import Graph
    from glutkg.store.table_files import descriptors_to_read, import_for_queries

    graph = Graph.opened(Path(setup["store"]))
    import_for_queries()
    with suppress(QueryError):
        graph.answer("SELECT")  # reads what diagnosis needs
    _limit(setup["memory"], descriptors_to_read(Path(setup["store"])))
    limits = {**setup, "graphs": frozenset(setup["graphs"])}
    gc.freeze()  # nothing of what is here now will be let go
    return lambda request: answered(graph, request, limits)


def _site_answers(setup: dict[str, Any]) -> Callable[[dict[str, Any]], Reply]:
    """Open the graph with its data folder, and make what pages share; what comes back responds to paths."""
    from glutkg.api import KnowledgeGraph
    from glutkg.pages.history import read_histories
    from glutkg.pages.site import Site
    from glutkg.reasoning.cache import CachedGraph
    from glutkg.serve.site_answers import respond_to
    from glutkg.store.graph import Graph

    store = Path(setup["store"])
    kg = KnowledgeGraph(Path(setup["folder"]), CachedGraph(Graph.opened(store), store))
    site = Site(kg, setup["base"], setup["root"])
    site.releases = tuple(setup["releases"])
    if setup["histories"]:
        site.histories = read_histories(Path(setup["histories"]))
    site.prepare()
    _limit(SITE_MEMORY)
    return lambda request: respond_to(site, request)


def _memory_counter() -> Callable[[], int]:
    """Give what tells the bytes of memory of this process that are in use; 0 where the system does not."""
    try:
        file = os.open("/proc/self/statm", os.O_RDONLY)  # now, as later none can be opened
    except OSError:
        return lambda: 0
    page = os.sysconf("SC_PAGE_SIZE")
    return lambda: int(os.pread(file, 100, 0).split()[1]) * page


def _set_timer(seconds: float) -> None:
    """Have the system end this process after some seconds, should its parent not; 0 calls that off."""
    with suppress(ImportError, AttributeError):  # not on Windows
        import signal

        signal.setitimer(signal.ITIMER_REAL, seconds)


def _limit(memory: int, files: int | None = None) -> None:
    """Bound the memory and the stack of this process, and its descriptors, so that it opens nothing but its store."""
    try:
        import resource
    except ImportError:  # not on Windows
        return
    most = resource.getrlimit(resource.RLIMIT_STACK)[1]
    stack = STACK if most == resource.RLIM_INFINITY else min(STACK, most)
    settings = [(resource.RLIMIT_STACK, stack), (resource.RLIMIT_CORE, 0)]
    size = Path("/proc/self/statm")  # elsewhere, what a process has is not known, or the limit not kept
    if size.exists():
        bound = int(size.read_text().split()[0]) * resource.getpagesize() + memory
        settings.append((resource.RLIMIT_AS, bound))
    if files is not None:
        settings.append((resource.RLIMIT_NOFILE, files))
    for kind, limit in settings:
        with suppress(OSError, ValueError):  # a stricter limit is set already
            resource.setrlimit(kind, (limit, resource.getrlimit(kind)[1] if kind == resource.RLIMIT_STACK else limit))
