"""The whole application: the endpoint, health and metrics, and everything else from the workers of the site."""

from __future__ import annotations

import asyncio
import json
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

from starlette.requests import Request

from glutkg.errors import CacheError
from glutkg.pages.negotiation import LONGEST
from glutkg.pages.response import HTML
from glutkg.serve.answering import ENDPOINTS, Answering, key_of, simpler
from glutkg.serve.at_once import AtOnce
from glutkg.serve.endpoint import Endpoint
from glutkg.serve.lookup_processes import LookupProcesses
from glutkg.serve.lookups import Lookups
from glutkg.serve.messages import packed
from glutkg.serve.pool import Pool
from glutkg.serve.releases import Beside
from glutkg.serve.requests import Refusal, fields, header
from glutkg.serve.sending import Whole, raw
from glutkg.serve.watching import Counts, Watching
from glutkg.serve.worker_process import Worker
from glutkg.version import VERSION

if TYPE_CHECKING:
    from collections.abc import Callable, Container
    from pathlib import Path

    from starlette.types import ASGIApp, Receive, Scope, Send

    from glutkg.serve.limits import Limits

METHODS = "GET, HEAD, OPTIONS"
SITE_WORKERS = 2
_TO_PREPARE = 600.0
_PARTS = 8
"""A process that takes over connections keeps one of so many parts of what may be kept."""
FIRST = ("/", "/fragility")
NAMES = frozenset(("localhost", "127.0.0.1", "[::1]"))
"""The names of this machine for itself."""


class Served(NamedTuple):
    """What is served: the kept graph, its data folder, its named graphs, the base address, further names of hosts.

    `releases` are beside it, in a store of their own that queries are asked over.
    """

    store: Path
    folder: Path
    graphs: frozenset[str]
    base: str
    hosts: frozenset[str] = frozenset()
    releases: Beside | None = None

    @property
    def root(self) -> str:
        """The path of the base address, at which the site is."""
        return urlsplit(self.base).path or "/"


class Server:
    """The application, and the parts that requests are answered by."""

    def __init__(self, served: Served, limits: Limits, log: Callable[[str], None] | None = None) -> None:
        shared = {"memory": limits.memory, "seconds": limits.seconds}
        releases = served.releases or Beside(served.store, ())
        setup = {"kind": "query", "answer": limits.answer, "rows": limits.rows, "store": str(releases.store)}
        setup["graphs"] = graphs = sorted((*served.graphs, *releases.graphs))
        about = {**shared, "kind": "site", "folder": str(served.folder), "base": served.base, "root": served.root}
        about |= {"seconds": limits.page_seconds, "store": str(served.store), "releases": releases.graphs}
        about["histories"] = str(releases.histories or "")
        self.queries = Pool({**setup, **shared}, limits.workers, limits)
        self.lookups = Lookups(setup)
        known = {"hosts": sorted(NAMES | served.hosts), "root": served.root, "cache": limits.cache // _PARTS}
        self.beside = LookupProcesses({**setup, **known}, log)
        self._about = about
        self.site = Pool(about, SITE_WORKERS, limits, patience=limits.page_patience, gives_way=False)
        self.answering = Answering(limits)
        self.counts = Counts()
        self.limits = limits
        self.trouble: CacheError | None = None
        self.to_prepare = len(FIRST) if limits.cache else 0
        endpoint = Endpoint(self.answering, self.lookups, self.queries, self.site, graphs=graphs, root=served.root)
        queries = dict.fromkeys(ENDPOINTS, endpoint.respond)
        self._places = {**queries, "/health": self.health, "/metrics": self.metrics}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Respond to a request, or keep the workers while the server runs."""
        if scope["type"] == "lifespan":
            await self._live(receive, send)
            return
        request = Request(scope, receive)
        response = await self._places.get(scope["path"], self.page)(request)
        await response(scope, receive, send)

    async def health(self, request: Request) -> Whole:
        """Say whether queries can be answered."""
        _check_method(request)
        is_well = self.queries.workers > 0
        state = {"status": "ok" if is_well else "failing", "version": VERSION, "workers": self.queries.workers}
        return _fresh(200 if is_well else 503, "application/json", json.dumps(state))

    async def metrics(self, request: Request) -> Whole:
        """Give counts and values of the moment."""
        _check_method(request)
        beside = await self.beside.told()
        gauges = {
            "workers": self.queries.workers,
            "queries_running": self.queries.running,
            "lookups_total": self.lookups.answered + sum(one["lookups"] for one in beside),
            "lookup_processes": sum(one.is_ready for one in self.beside.processes),
            "queries_waiting": self.queries.waiting,
            "workers_replaced_total": self.queries.replaced,
            "site_workers": self.site.workers,
            "site_requests_waiting": self.site.waiting,
            "site_workers_replaced_total": self.site.replaced,
            "cache_bytes": self.answering.cache.size + sum(one["cached"] for one in beside),
            "cache_hits_total": self.answering.hits + sum(one["hits"] for one in beside),
            "unread_bytes": self.answering.unread,
            "pages_to_prepare": self.to_prepare,
        }
        return _fresh(200, "text/plain; version=0.0.4; charset=utf-8", self.counts.total(beside).text(gauges))

    async def page(self, request: Request) -> Whole:
        """Respond to everything else."""
        if request.method == "OPTIONS":
            return Whole(204, raw({"Allow": METHODS}))
        _check_method(request)
        path, asked = request.scope["path"], request.scope["query_string"]
        accept = header(request.scope, b"accept")[:LONGEST]
        key = key_of(path, asked, accept)
        if kept := self.answering.kept(key):
            return await self.answering.sent(request.scope, kept)
        accept = accept if path.startswith("/.well-known/") else simpler(accept)
        job = {"path": path, "query": fields(asked), "accept": accept, "is_being_prepared": self.to_prepare > 0}
        return await self.answering.answer(request, self.site, job, key)

    async def _first_pages(self) -> None:
        """Have pages made before somebody asks for them: what takes long is then kept."""
        try:
            with suppress(CacheError, EOFError):
                await self._prepare()
        finally:
            self.to_prepare = 0  # whatever became of it, nobody waits for it any more

    async def _prepare(self) -> None:
        worker = await Worker.started({**self._about, "seconds": _TO_PREPARE})
        worker.give_way()
        try:
            for path in FIRST[: self.to_prepare]:
                reply = await worker.ask(packed({"path": path, "query": {}, "accept": HTML}))
                self.answering.keep(key_of(path, b"", HTML), reply)
                self.to_prepare -= 1
        finally:
            worker.kill()

    async def _live(self, receive: Receive, send: Send) -> None:
        """Keep the workers from the start of the server to its end."""
        await receive()
        try:
            await self.queries.start()
            self.lookups.open()
            self.site.start_later()
            self.beside.start()
            first = asyncio.ensure_future(self._first_pages() if self.to_prepare else asyncio.sleep(0))
            await send({"type": "lifespan.startup.complete"})
            await receive()
            first.cancel()
            await self.beside.end()
        except CacheError as error:
            self.trouble = error
            await send({"type": "lifespan.startup.failed"})
            return
        finally:
            self.beside.close()
            self.queries.close()
            self.site.close()
        await send({"type": "lifespan.shutdown.complete"})


def _fresh(status: int, kind: str, text: str) -> Whole:
    """Respond with what is so now."""
    body = text.encode()
    head = {"Content-Type": kind, "Cache-Control": "no-store", "Content-Length": str(len(body))}
    return Whole(status, raw(head), body)


def _check_method(request: Request) -> None:
    if request.method not in ("GET", "HEAD"):
        raise Refusal(405, f"Use one of {METHODS}.", {"Allow": METHODS})


def application(
    served: Served, limits: Limits, log: Callable[[str], None] | None = None
) -> tuple[Server, ASGIApp, AtOnce]:
    """Make the application, with what watches over it around it, and what responds before it.

    `log` takes the lines of the access log.
    """
    server = Server(served, limits, log)
    hosts: Container[str] = NAMES | served.hosts
    watching = Watching(server, hosts, server.counts, log, served.root)
    return server, watching, AtOnce(server.answering, server.lookups, watching)
