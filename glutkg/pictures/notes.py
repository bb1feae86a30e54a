"""What a picture says of itself below it: counts, and what it leaves out."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

ALONE = "as the claim names only one end"
NO_ROOM = "to keep the picture legible"
_NAMED = 30
"""Things left out that are named; of more than these, the number is given."""


def count(number: int, one: str, many: str) -> str:
    """Count things.

    >>> count(1, "claim", "claims"), count(2, "claim", "claims")
    ('1 claim', '2 claims')
    """
    return f"{number} {one if number == 1 else many}"


def left_out(number: int, why: str, what: str = "claim", among: Iterable[str] = ()) -> tuple[str, ...]:
    """Say what is not drawn, why, and which things it is about; nothing where nothing is left out.

    >>> left_out(2, NO_ROOM, among=["Links"])
    ('Not drawn, to keep the picture legible: 2 claims (Links).',)
    """
    names = sorted(set(among), key=str.casefold)
    more = [f"and {len(names) - _NAMED} more"] if len(names) > _NAMED else []
    inside = f" ({', '.join([*names[:_NAMED], *more])})" if names else ""
    return (f"Not drawn, {why}: {count(number, what, what + 's')}{inside}.",) if number else ()


def listed(names: list[str]) -> str:
    """Write names one after the other.

    >>> listed(["a", "b", "c"])
    'a, b and c'
    """
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
