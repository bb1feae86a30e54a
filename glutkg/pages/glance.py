"""The table of effects at a glance: one row for each thing, one column for each mark, in the cells the claims.

Rows of narrower things stand below the wider ones. An empty cell means that no claim says anything.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from glutkg.rdf.namespaces import RDF, RDFS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from glutkg.evidence.claim_view import ClaimRow
    from glutkg.pages.blocks import Block
    from glutkg.pictures.model import Tag
    from glutkg.store.graph import Graph
    from glutkg.text.tables import Table

_SEEN_IN = ("species", "study")
HEADINGS = {
    "effective": "effective",
    "raises": "raises",
    "lowers": "lowers",
    "plain": "holds",
    "less": "less",
    "absent": "not so",
    "open": "open",
    "void": "not in force",
}
"""The headings of columns for which a block has none of its own."""
_MOST_DETAILS = 3


class Column(NamedTuple):
    """A column: a mark and its heading."""

    mark: str
    heading: str


class GlanceRow(NamedTuple):
    """A row: what it is about, how far it is indented, what its claims have in common, and the claims by column."""

    iri: str
    label: str
    depth: int
    detail: str
    cells: tuple[tuple[ClaimRow, ...], ...]
    seen_in: tuple[Tag, ...]


class Glance(NamedTuple):
    """The table."""

    heading: str
    columns: tuple[Column, ...]
    rows: tuple[GlanceRow, ...]


def glance(graph: Graph, block: Block, table: Table, claims: Mapping[str, ClaimRow]) -> Glance:
    """Make the table of the rows of a block, given the claims that they name."""
    filled: dict[str, dict[str, set[str]]] = {}
    labels: dict[str, str] = {}
    for row in table:
        iri, claim = str(row["row"]), str(row["claim"])
        if claim in claims:
            labels[iri] = str(row["rowLabel"])
            details = filled.setdefault(iri, {}).setdefault(claim, set())
            details |= {str(row["detail"])} if row["detail"] is not None else set()
    columns = tuple(_columns(block, {claims[claim].mark.mark for mine in filled.values() for claim in mine}))
    rows = (
        _row(iri, label, depth, columns, {claims[claim]: details for claim, details in filled[iri].items()})
        for iri, label, depth in indented(graph, labels, {iri: _first(claims, mine) for iri, mine in filled.items()})
    )
    return Glance(block.rows, columns, tuple(rows))


def _columns(block: Block, used: set[str]) -> Iterator[Column]:
    """Give the columns that the block always has, then those of other marks that some claim has."""
    fixed = dict(block.columns)
    yield from (Column(mark, heading) for mark, heading in block.columns)
    yield from (Column(mark, heading) for mark, heading in HEADINGS.items() if mark in used - set(fixed))


def _row(iri: str, label: str, depth: int, columns: Sequence[Column], claims: Mapping[ClaimRow, set[str]]) -> GlanceRow:
    ordered = sorted(claims, key=lambda claim: (claim.mark.rank, claim.text))
    common = set.intersection(*claims.values()) if claims else set()
    detail = ", ".join(sorted(common)) if len(common) <= _MOST_DETAILS else ""
    cells = tuple(tuple(claim for claim in ordered if claim.mark.mark == column.mark) for column in columns)
    tags = dict.fromkeys(tag for claim in ordered for tag in claim.tags if tag.group in _SEEN_IN)
    return GlanceRow(iri, label, depth, detail, cells, tuple(tags))


def _first(claims: Mapping[str, ClaimRow], mine: Iterable[str]) -> int:
    return min(claims[claim].mark.priority for claim in mine)


def indented(graph: Graph, labels: Mapping[str, str], weights: Mapping[str, int]) -> Iterator[tuple[str, str, int]]:
    """Put things in the order of a tree, each with its label and its depth: below the nearest wider one that is there.

    Beside each other, things stand by weight and by label. What a wider label says already is left out: `initiation`
    below `spreading depolarization`.
    """
    wider = {iri: {*_wider(graph, iri, labels), *_aspects(iri, labels)} for iri in labels}
    parent = {iri: max(above, key=lambda one: (len(wider[one]), one)) for iri, above in wider.items() if above}

    def below(above: str | None, depth: int) -> Iterator[tuple[str, str, int]]:
        mine = [iri for iri in labels if parent.get(iri) == above]
        for iri in sorted(mine, key=lambda one: (weights[one], labels[one].casefold())):
            ending = f" of {labels[above]}" if above else ""
            yield iri, labels[iri].removesuffix(ending) if ending else labels[iri], depth
            yield from below(iri, depth + 1)

    yield from below(None, 0)


def _wider(graph: Graph, iri: str, among: Iterable[str]) -> Iterator[str]:
    known = set(among)
    for above in (RDFS + "subClassOf", RDF + "type"):
        for _, _, o in graph.triples(iri, above):
            if o.value in known and o.value != iri and not _is_below(graph, o.value, iri):
                yield o.value


def _aspects(iri: str, labels: Mapping[str, str]) -> Iterator[str]:
    """Give what something is an aspect of by its name, as the duration of a thing is."""
    yield from (other for other, name in labels.items() if labels[iri].endswith(f" of {name}"))


def _is_below(graph: Graph, iri: str, other: str) -> bool:
    """Tell whether two classes are each other's subclass, so that neither is the wider one."""
    return any(True for _ in graph.triples(iri, RDFS + "subClassOf", other))
