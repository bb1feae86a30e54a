"""Claims beside each other, field by field: what they have in common, where they differ, what only some of them say."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from glutkg.rdf.namespaces import PREFIXES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from glutkg.evidence.claim_view import ClaimRow, Field, Named

SAME, DIFFERENT, PARTLY = "same", "different", "not said by all"
_ORDER = (DIFFERENT, PARTLY, SAME)
_SOURCES = tuple(PREFIXES[name] for name in ("claim", "review", "article"))
FEWEST, MOST = 2, 4
"""Claims that can be put beside each other on a page."""


class ComparedField(NamedTuple):
    """A field: how the claims compare in it, and what each of them says, nothing where it says nothing."""

    label: str
    how: str
    values: tuple[tuple[Named, ...], ...]


class Compared(NamedTuple):
    """Claims, and their fields, those first in which they differ."""

    claims: tuple[ClaimRow, ...]
    fields: tuple[ComparedField, ...]


def compared(rows: Sequence[ClaimRow]) -> Compared | None:
    """Compare a few claims, read with their fields; give nothing for one alone or for too many.

    Where they stand and on which other claims they rest is left out: that differs between any two.

    >>> from glutkg.evidence.claim_view import ClaimViews
    >>> names = ("claim:memantine-iv-no-effect-tcc", "claim:magnesium-iv-no-effect-tcc")
    >>> found = compared(ClaimViews(kg.reasoned, kg.folder).rows(map(kg.iri, names)))
    >>> [(field.label, field.how) for field in found.fields][:2]
    [('agent', 'different'), ('outcome', 'same')]
    """
    if not FEWEST <= len(rows) <= MOST:
        return None
    said = [{field.label: field.values for field in row.fields if not _is_source(field)} for row in rows]
    labels = dict.fromkeys(label for one in said for label in one)
    fields = [_field(label, tuple(one.get(label, ()) for one in said)) for label in labels]
    return Compared(tuple(rows), tuple(sorted(fields, key=lambda field: _ORDER.index(field.how))))


def _is_source(field: Field) -> bool:
    return any(value.iri.startswith(_SOURCES) for value in field.values)


def _field(label: str, values: tuple[tuple[Named, ...], ...]) -> ComparedField:
    if not all(values):
        return ComparedField(label, PARTLY, values)
    same = len({frozenset(value) for value in values}) == 1
    return ComparedField(label, SAME if same else DIFFERENT, values)
