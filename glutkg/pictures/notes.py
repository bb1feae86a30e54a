"""What a picture says of itself below it: counts, and what it leaves out."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

ALONE = "as the claim names only one end"
NO_ROOM = "to keep the picture legible"
_NAMED = 30
"""Things left out that are named; of more than these, the number is given."""
_LINE = 160
"""Letters that a line of a slide has room for."""


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


def number_left_out(note: str) -> str | None:
    """Give how much had no room, if this is what a note says.

    >>> number_left_out(left_out(2, NO_ROOM, among=["Links"])[0]), number_left_out(left_out(2, ALONE)[0])
    ('2 claims', None)
    """
    _, found, rest = note.partition(f"{NO_ROOM}: ")
    return rest.partition(" (")[0].rstrip(".") if found else None


def shortened(note: str) -> str:
    """Cut a note on what had no room to its number where what it is about takes more than a line.

    >>> shortened(left_out(40, NO_ROOM, among=["Links"])[0])
    'Not drawn, to keep the picture legible: 40 claims (Links).'
    >>> shortened(left_out(40, NO_ROOM, among=[f"outcome {n}" for n in range(30)])[0])
    'Not drawn, to keep the picture legible: 40 claims.'
    """
    return note if number_left_out(note) is None or len(note) <= _LINE else f"{note.partition(' (')[0]}."


def listed(names: list[str]) -> str:
    """Write names one after the other.

    >>> listed(["a", "b", "c"])
    'a, b and c'
    """
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
