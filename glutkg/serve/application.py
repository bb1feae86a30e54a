"""The whole application: the endpoint, health and metrics, and everything else from the workers of the site."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING, NamedTuple

from starlette.applications import Starlette
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from glutkg.errors import LimitError
from glutkg.pages.negotiation import chosen
from glutkg.pages.response import HTML
from glutkg.serve.answering import Answering
from glutkg.serve.endpoint import Endpoint
from glutkg.serve.media_types import GRAPH, TABLE
from glutkg.serve.pool import Pool
from glutkg.serve.question_api import FORMS
from glutkg.serve.requests import Refusal, fields
from glutkg.serve.watching import Counts, Watching, refused
from glutkg.version import VERSION

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Container
    from pathlib import Path

    from starlette.requests import Request
    from starlette.types import ASGIApp

    from glutkg.serve.limits import Limits

METHODS = "GET, HEAD, OPTIONS"
SITE_WORKERS = 2
_TO_START = 120.0
NAMES = frozenset(("localhost", "127.0.0.1", "[::1]"))
"""The names of this machine for itself."""


class Served(NamedTuple):
    """What is served: the kept graph, its data folder, its named graphs, the base address, further names of hosts."""

    store: Path
    folder: Path
    graphs: frozenset[str]
    base: str
    hosts: frozenset[str] = frozenset()


class _Server:
    """The parts that requests are answered by."""

    def __init__(self, served: Served, limits: Limits) -> None:
        shared = {"store": str(served.store), "memory": limits.memory, "seconds": limits.seconds}
        setup = {"kind": "query", "answer": limits.answer, "rows": limits.rows, **shared}
        about = {**shared, "kind": "site", "folder": str(served.folder), "base": served.base}
        about["seconds"] = limits.page_seconds
        self.queries = Pool(setup, limits.workers, limits)
        self.site = Pool(about, SITE_WORKERS, limits, gives_way=False)
        self.answering = Answering(limits)
        self.counts = Counts()
        self.limits = limits
        self.endpoint = Endpoint(self.answering, self.queries, self.site, served.graphs)

    async def health(self, request: Request) -> Response:
        """Say whether queries can be answered."""
        _check_method(request)
        is_well = self.queries.workers > 0
        state = {"status": "ok" if is_well else "failing", "version": VERSION, "workers": self.queries.workers}
        return JSONResponse(state, 200 if is_well else 503, {"Cache-Control": "no-store"})

    async def metrics(self, request: Request) -> Response:
        """Give counts and values of the moment."""
        _check_method(request)
        gauges = {
            "workers": self.queries.workers,
            "queries_running": self.queries.running,
            "queries_waiting": self.queries.waiting,
            "workers_replaced_total": self.queries.replaced,
            "site_workers": self.site.workers,
            "site_requests_waiting": self.site.waiting,
            "site_workers_replaced_total": self.site.replaced,
            "cache_bytes": self.answering.cache.size,
            "cache_hits_total": self.answering.hits,
        }
        text = self.counts.text(gauges)
        return PlainTextResponse(text, media_type="text/plain; version=0.0.4; charset=utf-8")

    async def page(self, request: Request) -> Response:
        """Respond to everything else."""
        if request.method == "OPTIONS":
            return Response(None, 204, {"Allow": METHODS})
        _check_method(request)
        path, query = request.scope["path"], fields(request.scope["query_string"])
        accept = _simpler(path, ",".join(request.headers.getlist("accept")))
        job = {"path": path, "query": query, "accept": accept}
        return await self.answering.answer(request, self.site, job, (path, request.scope["query_string"], accept))

    async def _first_page(self) -> None:
        """Have the start page made before somebody asks for it."""
        if not self.limits.cache:
            return
        with suppress(LimitError):
            async with asyncio.timeout(_TO_START):
                while not self.site.workers:
                    await asyncio.sleep(0.1)
            reply = await self.site.run({"path": "/", "query": {}, "accept": HTML})
            self.answering.keep(("/", b"", HTML), reply)

    @asynccontextmanager
    async def running(self, _app: object) -> AsyncIterator[None]:
        """Keep the workers while the application runs."""
        try:
            await self.queries.start()
            self.site.start_later()
            first = asyncio.ensure_future(self._first_page())
            yield
            first.cancel()
        finally:
            self.queries.close()
            self.site.close()


def _simpler(path: str, accept: str) -> str:
    """Give the header Accept, or HTML alone where that is wanted most, so that all browsers share what is kept."""
    if path.startswith("/.well-known/"):
        return accept
    return HTML if chosen(accept, [HTML, *TABLE, *GRAPH, *FORMS]) == HTML else accept


def _check_method(request: Request) -> None:
    if request.method not in ("GET", "HEAD"):
        raise Refusal(405, f"Use one of {METHODS}.", {"Allow": METHODS})


async def _refused(_request: Request, error: Exception) -> Response:
    assert isinstance(error, Refusal)  # noqa: S101 - the application asks for no other
    return refused(error)


def application(served: Served, limits: Limits, log: Callable[[str], None] | None = None) -> ASGIApp:
    """Make the application; `log` takes the lines of the access log."""
    server = _Server(served, limits)
    every = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"]
    routes = [
        Route("/sparql", server.endpoint),
        Route("/query", server.endpoint),
        Route("/health", server.health, methods=every),
        Route("/metrics", server.metrics, methods=every),
        Route("/{path:path}", server.page, methods=every),
    ]
    app = Starlette(routes=routes, lifespan=server.running, exception_handlers={Refusal: _refused})
    hosts: Container[str] = NAMES | served.hosts
    return Watching(app, hosts, server.counts, log)
