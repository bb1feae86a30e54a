"""Claims as pages show them: mark, sentence, tags, certainty and source; their fields, and what bears on them."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any, NamedTuple

from glutkg.pictures.queries import ClaimMark, PictureQueries
from glutkg.rdf.namespaces import PREFIXES
from glutkg.rdf.terms import Term
from glutkg.resources import query_file, read_text
from glutkg.sparql.binding import bind
from glutkg.store.claims import claims
from glutkg.store.labels import label

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from glutkg.pictures.model import Tag
    from glutkg.store.graph import Graph
    from glutkg.text.tables import Table

_UNSETTLED = ("open", "void")
AGAINST, EXPLAINS, ALONG = "points the other way", "may explain it", "is on the same side"
"""How a claim bears on another one."""
MOST_KEPT = 10_000
"""Claims that are kept once they have been read."""


class Named(NamedTuple):
    """Text that may lead to something."""

    text: str
    iri: str = ""


class Field(NamedTuple):
    """What a claim states by one property."""

    label: str
    values: tuple[Named, ...]


class Beside(NamedTuple):
    """A claim that bears on another one: how, and why the two are put side by side."""

    relation: str
    claim: ClaimRow
    conflict: Named | None


class ClaimRow(NamedTuple):
    """A claim in a list. `name` is the end of its IRI, by which the row is reached on its page."""

    iri: str
    name: str
    text: str
    kind: str
    mark: ClaimMark
    tags: tuple[Tag, ...]
    standing: str
    source: str
    fields: tuple[Field, ...] = ()
    beside: tuple[Beside, ...] = ()

    @property
    def struck(self) -> bool:
        """Whether the claim is no longer in force."""
        return self.mark.mark == "void"

    @property
    def against(self) -> tuple[Beside, ...]:
        """The claims that point the other way."""
        return tuple(one for one in self.beside if one.relation == AGAINST)


class Group(NamedTuple):
    """Claims under one heading."""

    title: str
    rows: tuple[ClaimRow, ...]


class ClaimViews:
    """Reads claims of a graph for pages.

    >>> views = ClaimViews(kg.reasoned, kg.folder)
    >>> (row,) = views.rows([kg.iri("claim:memantine-iv-no-effect-tcc")])
    >>> row.mark.word, row.source, row.beside[0].relation
    ('no effect', 'review s064 · ref. 45', 'points the other way')
    """

    def __init__(self, graph: Graph, folder: Path) -> None:
        self._graph = graph
        self._folder = folder
        self._queries = PictureQueries(graph, folder)
        self._read: dict[str, ClaimRow] = {}
        self._bearing: dict[str, tuple[tuple[Field, ...], tuple[Beside, ...]]] = {}

    def rows(self, iris: Iterable[str], *, opened: bool = True) -> tuple[ClaimRow, ...]:
        """Give claims in the order given, those that say that something is not so or is open with equal weight."""
        plain = tuple(self._plain(list(dict.fromkeys(iris))).values())
        return self.opened(plain) if opened else plain

    def opened(self, rows: Iterable[ClaimRow]) -> tuple[ClaimRow, ...]:
        """Add to claims their fields, and what bears on them."""
        plain = {row.iri: row for row in rows}
        _bounded(self._bearing)
        new = {iri: row for iri, row in plain.items() if iri not in self._bearing}
        fields, beside = self._fields(list(new)), self._beside(new)
        self._bearing |= {iri: (fields.get(iri, ()), beside.get(iri, ())) for iri in new}
        known = {iri: self._bearing[iri] for iri in plain}
        return tuple(row._replace(fields=known[iri][0], beside=known[iri][1]) for iri, row in plain.items())

    @staticmethod
    def groups(rows: Iterable[ClaimRow]) -> tuple[Group, ...]:
        """Put claims in sections, most important first; in each the surest first, and what is not so at the top."""
        ordered = sorted(rows, key=importance)
        return tuple(Group(title, tuple(rows)) for title, rows in groupby(ordered, key=lambda row: row.mark.section))

    def _plain(self, iris: Sequence[str]) -> dict[str, ClaimRow]:
        """Read claims; those that have been read are there still, as the graph stays as it is."""
        _bounded(self._read)
        self._read |= self._newly([iri for iri in iris if iri not in self._read])
        return {iri: self._read[iri] for iri in iris if iri in self._read}

    def _newly(self, iris: Sequence[str]) -> dict[str, ClaimRow]:
        marks, tags = (self._queries.marks(iris), self._queries.tags(iris)) if iris else ({}, {})
        return {
            str(row["claim"]): ClaimRow(
                str(row["claim"]),
                str(row["claim"]).removeprefix(PREFIXES["claim"]),
                str(row["claimLabel"]),
                str(row["kindLabel"]),
                marks[str(row["claim"])],
                tags.get(str(row["claim"]), ()),
                str(row["standing"]),
                _source(str(row["source"])),
            )
            for row in claims(self._graph, iris)
            if str(row["claim"]) in marks
        }

    def _fields(self, iris: Sequence[str]) -> dict[str, tuple[Field, ...]]:
        found: dict[str, dict[str, list[Named]]] = {}
        for row in self._rows("pages/claim-fields", iris):
            value = row[4]
            if value is not None and value.kind != "blank":
                named = Named(_text(row[5]), value.value if value.kind == "iri" else "")
                found.setdefault(_text(row[0]), {}).setdefault(_text(row[3]), []).append(named)
        return {iri: tuple(Field(name, tuple(v)) for name, v in fields.items()) for iri, fields in found.items()}

    def _beside(self, plain: Mapping[str, ClaimRow]) -> dict[str, tuple[Beside, ...]]:
        """Find what is on the other side of a conflict, what explains it, and what else speaks against a claim."""
        iris = list(plain)
        found: dict[str, dict[str, tuple[str, Named | None]]] = {}
        for row in self._rows("pages/sides-of-conflicts", iris):
            claim, conflict, name, relation, other = map(_text, row)
            found.setdefault(claim, {}).setdefault(other, (relation, Named(name, conflict)))
        for row in self._rows("explanations/claims-against", iris):
            claim, other = _text(row[0]), _text(row[1])
            if other.startswith(PREFIXES["claim"]):
                found.setdefault(claim, {}).setdefault(other, (AGAINST, None))
        others = self._plain([other for mine in found.values() for other in mine])
        return {claim: _ordered(plain[claim], mine, others) for claim, mine in found.items()}

    def _rows(self, query: str, iris: Sequence[str]) -> Sequence[tuple[Term | None, ...]]:
        if not iris:
            return ()
        text = read_text(query_file(self._folder, query))
        return self._graph.select(bind(text, {"claim": [Term("iri", iri) for iri in iris]})).rows

    def named(self, iri: str) -> Named:
        """Give something by its label."""
        return Named(label(self._graph, iri), iri)


def _bounded(kept: dict[str, Any]) -> None:
    """Forget what is kept once it is much; the next page reads again what it needs."""
    if len(kept) > MOST_KEPT:
        kept.clear()


_RESULTS = {"absent": "not so", "open": "open", "void": "not in force"}


def result_of(row: ClaimRow) -> str:
    """Say whether a claim holds, does not, is open or is no longer in force."""
    return _RESULTS.get(row.mark.mark, "holds")


def _ordered(
    row: ClaimRow, mine: Mapping[str, tuple[str, Named | None]], others: Mapping[str, ClaimRow]
) -> tuple[Beside, ...]:
    """Put what bears on a claim in order; of the sides of a conflict, one with the same mark is on the same side."""
    made = [
        Beside(ALONG if relation == AGAINST and others[iri].mark.mark == row.mark.mark else relation, others[iri], why)
        for iri, (relation, why) in mine.items()
        if iri in others
    ]
    return tuple(sorted(made, key=lambda one: ((AGAINST, EXPLAINS, ALONG).index(one.relation), one.claim.text)))


def importance(row: ClaimRow) -> tuple[int, str, bool, int, bool, str]:
    """Give what sorts claims: by section, the surest first, what is open or no longer in force last."""
    mark = row.mark
    return mark.priority, mark.section, mark.mark in _UNSETTLED, mark.rank, mark.mark != "absent", row.text


def _source(text: str) -> str:
    """Write `review s064 [45]` as `review s064 · ref. 45`."""
    return text.replace(" [", " · ref. ").removesuffix("]")


def _text(term: Term | None) -> str:
    return "" if term is None else term.value


def iris_of(table: Table, column: str = "claim") -> list[str]:
    """Give the IRIs of one column, each once."""
    return [str(value) for value in dict.fromkeys(table.column(column)) if value is not None]
