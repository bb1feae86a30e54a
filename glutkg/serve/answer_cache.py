"""Answers that were given already: the graph does not change while it is served."""

from __future__ import annotations

import gzip
import hashlib
from collections import OrderedDict
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

from glutkg.serve.sending import raw

if TYPE_CHECKING:
    from collections.abc import Mapping

_OVERHEAD = 1024
_SHORT = 400
"""Bytes of a name that is kept as it is."""
_TEXT = ("text/", "application/json", "application/xml", "image/svg+xml")
_OK = 200


class Kept:
    """A response that may be given again: status, headers, body, and the tag of its content, whatever its encoding."""

    def __init__(self, status: int, headers: Mapping[str, str], body: bytes) -> None:
        self.status = status
        self.headers = headers
        self.body = body
        self.tag = f'W/"{hashlib.sha256(body).hexdigest()[:32]}"'
        self.heads: dict[bool, bytes] = {}
        """All headers as they are sent, plain and compressed, once they have been."""

    @property
    def told(self) -> dict[str, str]:
        """The headers, with what caches and clients have to know; not the length."""
        tagged = {"ETag": self.tag} if self.status == _OK else {}  # what can be known already
        return {**told_of_all(self.status, tuple(self.headers.items())), **tagged}

    @cached_property
    def compressed(self) -> bytes:
        """The body as gzip."""
        return gzip.compress(self.body, 5, mtime=0)

    @property
    def is_text(self) -> bool:
        """Whether the body is worth compressing."""
        kind = self.headers.get("Content-Type", "")
        return kind.startswith(_TEXT) or "+json" in kind or "+xml" in kind

    @property
    def described(self) -> list[tuple[bytes, bytes]]:
        """What is `told`, as ASGI spells it."""
        return raw(self.told)

    @property
    def size(self) -> int:
        """About how much memory it takes, both bodies counted."""
        return 2 * len(self.body) + _OVERHEAD


@lru_cache
def told_of_all(status: int, headers: tuple[tuple[str, str], ...]) -> dict[str, str]:
    """Give the headers that an answer has whatever its content; most answers share theirs with many."""
    told = dict(headers)
    vary = told.get("Vary", "Accept")
    told["Vary"] = vary if "Accept-Encoding" in vary else f"{vary}, Accept-Encoding"
    if status == _OK:
        told.setdefault("Cache-Control", "no-cache")
    return told


def digest(*parts: bytes) -> bytes:
    """Give a short name for what an answer is kept under, which may be long.

    >>> digest(b"a", b"bc") == digest(b"ab", b"c"), len(digest(b"a" * 1000))
    (False, 16)
    """
    lengths = b",".join([b"%d" % len(part) for part in parts])
    name = b"".join((lengths, b",", *parts))
    return name if len(name) <= _SHORT else hashlib.blake2b(name, digest_size=16).digest()


class AnswerCache:
    """The answers that were asked for last, in at most so many bytes.

    >>> cache = AnswerCache(3000)
    >>> for name in (b"1", b"2", b"3"):
    ...     cache.put(name, Kept(200, {}, b"x"))
    >>> cache.get(b"1") is None, cache.get(b"3").body
    (True, b'x')
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._size = 0
        self._kept: OrderedDict[bytes, Kept] = OrderedDict()

    def get(self, key: bytes) -> Kept | None:
        """Give what is kept under a key."""
        found = self._kept.get(key)
        if found is not None:
            self._kept.move_to_end(key)
        return found

    def put(self, key: bytes, answer: Kept) -> None:
        """Keep an answer unless it is a large part of all that can be kept; those asked for longest ago go."""
        if answer.size > self._most // 2 or key in self._kept:
            return
        self._kept[key] = answer
        self._size += answer.size
        while self._size > self._most:
            _, gone = self._kept.popitem(last=False)
            self._size -= gone.size

    @property
    def size(self) -> int:
        """About how many bytes are kept."""
        return self._size
