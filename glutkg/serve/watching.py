"""Around every response: the hosts that are served, headers of safety, errors as text, an access log, metrics."""

from __future__ import annotations

import time
from bisect import bisect_left
from collections import Counter
from datetime import UTC, datetime
from functools import lru_cache
from itertools import accumulate
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from glutkg.pages.response import worded
from glutkg.serve.requests import LEFT, Refusal, header
from glutkg.serve.sending import Whole, raw

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterable, Mapping

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from glutkg.serve.sending import Raw

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "ETag, Link, X-Hint, X-Total-Count, Retry-After",
}
PREFLIGHT = {
    "Access-Control-Allow-Methods": "GET, HEAD, POST, OPTIONS",
    "Access-Control-Allow-Headers": "Accept, Content-Type, If-None-Match",
    "Access-Control-Max-Age": "86400",
}
_LONGEST_HOST = 300
_ALWAYS, _WITH_PREFLIGHT = raw(HEADERS), raw(HEADERS | PREFLIGHT)
_NAMES = frozenset(name for name, _ in _WITH_PREFLIGHT)
BOUNDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
"""Seconds that bound the buckets of the histogram of times."""


class Counts:
    """How many responses there were, by kind of address and status, and how long they took."""

    def __init__(self) -> None:
        self.responses: Counter[tuple[str, int]] = Counter()
        self.buckets = [0] * (len(BOUNDS) + 1)
        self.seconds = 0.0
        self.bytes = 0

    def count(self, kind: str, status: int, seconds: float, size: int) -> None:
        """Count a response."""
        self.responses[kind, status] += 1
        self.seconds += seconds
        self.bytes += size
        self.buckets[bisect_left(BOUNDS, seconds)] += 1

    def told(self) -> dict[str, Any]:
        """Give all in values that JSON has, for `total`."""
        responses = [(*of, number) for of, number in self.responses.items()]
        return {"responses": responses, "buckets": self.buckets, "seconds": self.seconds, "bytes": self.bytes}

    def total(self, others: Iterable[Mapping[str, Any]]) -> Counts:
        """Add what others have `told`.

        >>> counts = Counts()
        >>> counts.count("page", 200, 0.02, 7)
        >>> counts.total([counts.told()]).bytes
        14
        """
        made = Counts()
        for told in (self.told(), *others):
            for kind, status, number in told["responses"]:
                made.responses[kind, status] += number
            made.buckets = [one + another for one, another in zip(made.buckets, told["buckets"], strict=True)]
            made.seconds += told["seconds"]
            made.bytes += told["bytes"]
        return made

    def text(self, gauges: Mapping[str, float]) -> str:
        """Write all in Prometheus' form, with further values of the moment.

        >>> Counts().text({"workers": 4}).splitlines()[-1]
        'glutkg_workers 4'
        """
        lines = ["# TYPE glutkg_responses_total counter"]
        for (kind, status), number in sorted(self.responses.items()):
            lines.append(f'glutkg_responses_total{{address="{kind}",status="{status}"}} {number}')
        total = self.responses.total()
        lines.append("# TYPE glutkg_response_seconds histogram")
        for bound, number in zip(BOUNDS, accumulate(self.buckets), strict=False):
            lines.append(f'glutkg_response_seconds_bucket{{le="{bound}"}} {number}')
        lines += [
            f'glutkg_response_seconds_bucket{{le="+Inf"}} {total}',
            f"glutkg_response_seconds_sum {self.seconds:.6f}",
            f"glutkg_response_seconds_count {total}",
            "# TYPE glutkg_response_bytes_total counter",
            f"glutkg_response_bytes_total {self.bytes}",
        ]
        for name, value in gauges.items():
            kind = "counter" if name.endswith("_total") else "gauge"
            lines += [f"# TYPE glutkg_{name} {kind}", f"glutkg_{name} {value}"]
        return "\n".join(lines) + "\n"


class Watching:
    """An application around another one, for requests to some hosts only; all where there are none."""

    def __init__(
        self,
        app: ASGIApp,
        hosts: Container[str],
        counts: Counts,
        log: Callable[[str], None] | None = None,
        root: str = "/",
    ) -> None:
        self._app = app
        self._root = root
        self._hosts = hosts
        self._counts = counts
        self._log = log

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, and what comes back."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        start = time.perf_counter()
        seen = {"status": 500, "bytes": 0, "started": False}

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                seen["status"], seen["started"] = message["status"], True
                message["headers"] = with_safety(message["headers"], scope["method"])
            else:
                seen["bytes"] += len(message.get("body", b""))
            await send(message)

        try:
            self._check_host(scope)
            await self._app({**scope, "path": self.local(scope["path"])}, receive, sending)
        except Refusal as refusal:
            await refused(refusal, header(scope, b"accept"))(scope, receive, sending)
        except Exception:
            if not seen["started"]:
                wrong = Refusal(500, "Something went wrong here. The log of the server says what.")
                await refused(wrong, header(scope, b"accept"))(scope, receive, sending)
            raise
        finally:
            self.saw(scope, seen["status"], seen["bytes"] if scope["method"] != "HEAD" else 0, start)

    def saw(self, scope: Scope, status: int, size: int, start: float) -> None:
        """Count and log a response of so many bytes to a request that began at a time."""
        self._counts.count(_kind(self.local(scope["path"])), status, time.perf_counter() - start, size)
        if self._log:
            self._log(_line(scope, status, size))

    def local(self, path: str) -> str:
        """Give a path without what leads to the root of the site, which a proxy may have taken off already.

        >>> below = Watching(None, (), Counts(), root="/glutkg/")
        >>> below.local("/glutkg/find"), below.local("/find"), below.local("/glutkg")
        ('/find', '/find', '/')
        """
        if path == self._root[:-1]:
            return "/"
        return path[len(self._root) - 1 :] if path.startswith(self._root) else path

    def knows(self, host: str) -> bool:
        """Tell whether the server is known by the name in a header Host."""
        return _host(host[:_LONGEST_HOST]) in self._hosts

    def _check_host(self, scope: Scope) -> None:
        if not self.knows(header(scope, b"host")):
            raise Refusal(421, "This server is not known by that name. It can be told its names with --base.")


@lru_cache(256)
def _host(text: str) -> str:
    """Give the name in a header Host without the port.

    >>> _host("[::1]:80"), _host("LocalHost:7878"), _host("a")
    ('[::1]', 'localhost', 'a')
    """
    name, _, port = text.rpartition(":")
    return (name if name and port.isdigit() else text).lower()


def with_safety(given: Raw, method: str = "GET") -> Raw:
    """Add to the headers of a response those that each has, but none that it has already."""
    names = {name for name, _ in given}
    more = _WITH_PREFLIGHT if method == "OPTIONS" else _ALWAYS
    return [*given, *(more if names.isdisjoint(_NAMES) else (one for one in more if one[0] not in names))]


def refused(refusal: Refusal, accept: str) -> Whole:
    """Respond to what is not carried out, in a sentence or as JSON; to a client that has left, in neither."""
    if refusal.status == LEFT:
        return Whole(LEFT, [])
    found = worded(accept, refusal.status, refusal.text)
    head = {"Content-Type": found.content_type, "Cache-Control": "no-store", **found.headers, **refusal.headers}
    return Whole(refusal.status, raw({**head, "Content-Length": str(len(found.body))}), found.body)


def _kind(path: str) -> str:
    """Give the kind of an address, of which there are few."""
    first = path.split("/", 2)[1] if "/" in path else ""
    return first if first in ("sparql", "query", "questions", "find", "health", "metrics", "assets") else "page"


def _line(scope: Scope, status: int, size: int) -> str:
    """Write a line of the log in the combined format; what a client sent cannot break out of its place."""
    headers = {name: value.decode("latin-1") for name, value in scope["headers"]}
    asked = scope["query_string"].decode("latin-1")
    place = quote(scope["path"], safe="/-._~") + (f"?{quote(asked, safe='=&%+-._~')}" if asked else "")
    when = datetime.now(UTC).strftime("%d/%b/%Y:%H:%M:%S %z")
    client = scope["client"][0] if scope.get("client") else "-"
    said = [_quoted(headers.get(name, "-")) for name in (b"referer", b"user-agent")]
    line = f'"{scope["method"]} {place} HTTP/{scope["http_version"]}" {status} {size}'
    return f"{client} - - [{when}] {line} {' '.join(said)}"


def _quoted(text: str) -> str:
    r"""Quote what a client sent.

    >>> _quoted('a"\nb')
    '"a\\x22\\x0ab"'
    """
    return '"' + "".join(c if c.isprintable() and c not in '"\\' else f"\\x{ord(c):02x}" for c in text[:500]) + '"'
