"""Relations as pairs: gathered by what comes first in them, and followed from one thing to the next."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from typing import TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


def grouped(pairs: Iterable[tuple[K, V]]) -> dict[K, list[V]]:
    """Give for each first of some pairs all that come second, both in their order.

    >>> grouped([("a", 1), ("b", 2), ("a", 3)])
    {'a': [1, 3], 'b': [2]}
    """
    found: dict[K, list[V]] = {}
    for first, second in pairs:
        found.setdefault(first, []).append(second)
    return found


def reached(start: Iterable[K], following: Callable[[K], Iterable[K]]) -> list[K]:
    """Give what is reached from a start, itself included, in the order in which it is found.

    >>> reached([1], lambda number: [number + 1, 1] if number < 3 else [])
    [1, 2, 3]
    """
    found = dict.fromkeys(start)
    waiting = list(found)
    for one in waiting:
        new = dict.fromkeys(other for other in following(one) if other not in found)
        found |= new
        waiting += new
    return waiting
