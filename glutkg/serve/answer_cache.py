"""Answers that were given already: the graph does not change while it is served."""

from __future__ import annotations

import gzip
import hashlib
from collections import OrderedDict
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping

_OVERHEAD = 1024


class Kept:
    """A response that may be given again: status, headers, body, the tag of its content, and the body compressed."""

    def __init__(self, status: int, headers: Mapping[str, str], body: bytes) -> None:
        self.status = status
        self.headers = dict(headers)
        self.body = body

    @cached_property
    def tag(self) -> str:
        """What identifies the content, whatever its encoding."""
        return f'W/"{hashlib.sha256(self.body).hexdigest()[:32]}"'

    @cached_property
    def compressed(self) -> bytes:
        """The body as gzip."""
        return gzip.compress(self.body, 5, mtime=0)

    @property
    def size(self) -> int:
        """About how much memory it takes, both bodies counted."""
        return 2 * len(self.body) + _OVERHEAD


class AnswerCache:
    """The answers that were asked for last, in at most so many bytes.

    >>> cache = AnswerCache(3000)
    >>> for number in range(3):
    ...     cache.put(number, Kept(200, {}, b"x"))
    >>> cache.get(0) is None, cache.get(2).body
    (True, b'x')
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._size = 0
        self._kept: OrderedDict[Hashable, Kept] = OrderedDict()

    def get(self, key: Hashable) -> Kept | None:
        """Give what is kept under a key."""
        found = self._kept.get(key)
        if found is not None:
            self._kept.move_to_end(key)
        return found

    def put(self, key: Hashable, answer: Kept) -> None:
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
