"""Facets: what a list can be narrowed to, with the number of rows that each choice leaves."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Generic, NamedTuple, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

Row = TypeVar("Row")
MOST = 40
"""Choices of a facet that are offered."""


class Choice(NamedTuple):
    """A value that rows have, and how many rows have it among those that the other facets leave."""

    value: str
    number: int


class Facet(NamedTuple):
    """A facet with its choices; `chosen` is the value in force, or nothing."""

    name: str
    label: str
    choices: tuple[Choice, ...]
    chosen: str


class Narrowed(NamedTuple, Generic[Row]):
    """The rows that are left of `total`, and the facets."""

    rows: tuple[Row, ...]
    total: int
    facets: tuple[Facet, ...]

    @property
    def chosen(self) -> tuple[Facet, ...]:
        """The facets in force."""
        return tuple(facet for facet in self.facets if facet.chosen)


class Dimension(NamedTuple, Generic[Row]):
    """What a facet asks of a row: the values that the row has; an `always` one is shown even without a choice."""

    name: str
    label: str
    values: Callable[[Row], Iterable[str]]
    always: bool = False


def narrowed(
    rows: Sequence[Row], dimensions: Sequence[Dimension[Row]], query: Mapping[str, list[str]]
) -> Narrowed[Row]:
    """Narrow rows to what a query string asks for; a facet with a single choice is left out unless it is in force.

    >>> by = [Dimension("end", "ends in", lambda word: [word[-1]])]
    >>> found = narrowed(["pear", "plum", "fig"], by, {"end": ["r"]})
    >>> found.rows, [choice.value for choice in found.facets[0].choices]
    (('pear',), ['g', 'm', 'r'])
    """
    given = {each.name: query.get(each.name) or [""] for each in dimensions}
    asked = {name: values[0] for name, values in given.items() if values[0]}

    def left(without: str = "") -> list[Row]:
        tests = [(each, asked[each.name]) for each in dimensions if each.name in asked and each.name != without]
        return [row for row in rows if all(value in set(each.values(row)) for each, value in tests)]

    facets = []
    for each in dimensions:
        counts = Counter(value for row in left(each.name) for value in dict.fromkeys(each.values(row)) if value)
        chosen = asked.get(each.name, "")
        if len(counts) > 1 or chosen or each.always:
            ordered = sorted(counts, key=lambda value: (-counts[value], value))[:MOST]
            choices = tuple(Choice(value, counts[value]) for value in sorted(ordered, key=str.casefold))
            facets.append(Facet(each.name, each.label, choices, chosen))
    return Narrowed(tuple(left()), len(rows), tuple(facets))
