"""The search for a minimal subset that is enough, by halves (Junker's QuickXplain, AAAI 2004)."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

T = TypeVar("T")


def minimal_subset(items: Sequence[T], enough: Callable[[frozenset[T]], bool]) -> list[T]:
    """Leave out what is not needed, the last items first; what is left is enough, and no part of it is.

    >>> minimal_subset([1, 2, 3, 4], lambda some: some >= {1, 3} or some >= {2, 4})
    [1, 3]
    """
    return _needed([], list(items), enough, False)


def _needed(kept: list[T], items: list[T], enough: Callable[[frozenset[T]], bool], grown: bool) -> list[T]:
    if not items or (grown and enough(frozenset(kept))):
        return []
    if len(items) == 1:
        return items
    middle = len(items) // 2
    first, second = items[:middle], items[middle:]
    later = _needed([*kept, *first], second, enough, bool(first))
    return [*_needed([*kept, *later], first, enough, bool(later)), *later]
