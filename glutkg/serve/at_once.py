"""Responses to what is kept already, given as soon as the head of a request has been read.

What is sent is what the application would send. What is spared is the way through it: a task, and the checks of
headers that have been checked.
"""

from __future__ import annotations

import time
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import unquote

from glutkg.pages.negotiation import LONGEST
from glutkg.serve.answering import LARGE, is_compressed, key_of
from glutkg.serve.watching import with_safety

if TYPE_CHECKING:
    from collections.abc import MutableMapping, Sequence
    from typing import Any

    from glutkg.serve.answer_cache import Kept
    from glutkg.serve.answering import Answering
    from glutkg.serve.watching import Watching

_READ = frozenset((b"accept", b"accept-encoding", b"host"))
_MEANS_MORE = frozenset(
    (b"if-none-match", b"content-length", b"transfer-encoding", b"expect", b"upgrade", b"x-forwarded-for")
)


class AtOnce:
    """What is kept of `answering`, for the hosts, the log and the counts of `watching`."""

    def __init__(self, answering: Answering, watching: Watching) -> None:
        self._answering = answering
        self._watching = watching

    def response(
        self, scope: MutableMapping[str, Any], url: bytes, always: Sequence[tuple[bytes, bytes]]
    ) -> bytes | None:
        """Give the whole response to a GET, with what is `always` said; None where the application has to respond."""
        start = time.perf_counter()
        told = _told(scope["headers"])
        if told is None or not self._watching.knows(told[b"host"]):
            return None
        place, _, asked = url.partition(b"?")
        path = place.decode("ascii", "replace")
        path = unquote(path) if "%" in path else path
        kept = self._answering.kept(
            key_of(self._watching.local(path), asked, told[b"accept"].decode("latin-1")[:LONGEST])
        )
        if kept is None or len(kept.body) > LARGE:
            return None
        is_short = is_compressed(kept, told[b"accept-encoding"].decode("latin-1"))
        body = kept.compressed if is_short else kept.body
        scope.update(method="GET", path=path, query_string=asked)
        self._watching.saw(scope, kept.status, len(body), start)
        said = b"".join([b"%s: %s\r\n" % one for one in always])
        return b"%s%s%s\r\n%s" % (_line(kept.status), said, _head(kept, is_short), body)


def _told(headers: Sequence[tuple[bytes, bytes]]) -> dict[bytes, bytes] | None:
    """Give the headers that matter; None where there are others that do, or one of them twice."""
    told = {b"accept": b"", b"accept-encoding": b"", b"host": b""}
    for name, value in headers:
        if name in _READ:
            if told[name]:
                return None
            told[name] = value
        elif name in _MEANS_MORE:
            return None
    return told


def _line(status: int) -> bytes:
    return b"HTTP/1.1 %d %s\r\n" % (status, HTTPStatus(status).phrase.encode())


def _head(kept: Kept, is_short: bool) -> bytes:
    """Write the headers of what is kept; once, as they are always the same."""
    if is_short not in kept.heads:
        coding = [(b"content-encoding", b"gzip")] if is_short else []
        size = len(kept.compressed if is_short else kept.body)
        headers = with_safety([*kept.described, *coding, (b"content-length", b"%d" % size)])
        kept.heads[is_short] = b"".join(b"%s: %s\r\n" % one for one in headers)
    return kept.heads[is_short]
