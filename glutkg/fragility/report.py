"""How fragile conclusions are, as a table of conclusions and in words: how one falls, and on what it rests."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from glutkg.errors import UsageError
from glutkg.fragility.hitting_sets import MAX_SETS, Evidence, Fragility
from glutkg.rdf.namespaces import XSD, curie
from glutkg.rdf.terms import Term
from glutkg.store.labels import label
from glutkg.text.documents import Document, Heading, Items, Readable, TableBlock, counted, item, items, paragraph
from glutkg.text.tables import Table

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from glutkg.store.graph import Graph
    from glutkg.text.cells import Row
    from glutkg.text.documents import Block, Item

TRIPLE = ("subject", "subjectLabel", "relation", "relationLabel", "object", "objectLabel")
"""The columns of a triple."""
PREDICTED = ("agent", "agentLabel", "goal", "goalLabel", "predicted")
"""The columns of a prediction."""
NUMBERS = ("fallsWith", "onReferences", "onSpecies", "onDesigns", "onClaims", "reading")
"""The size of a smallest set of references without which a conclusion falls, the number of references, species, study
designs and claims on which it rests, and what that means in words."""
LISTS = ("smallestSets", "theReferences", "theSpecies", "theDesigns", "theClaims")
"""The IRIs that were counted; the sets are one text, with ` | ` between them."""


@dataclass(frozen=True, slots=True, repr=False)
class FragilityReport(Readable):
    """Conclusions, as rows of columns, each with its fragility.

    >>> import glutkg
    >>> report = glutkg.load().fragility_of_answer("compounds-at-receptor", receptor="mGlu5")
    >>> [fragility.reading for _, fragility in report.rows]
    ["stands without references, on a document's own word"]
    >>> report.only(1) == report
    True
    >>> "document" in report.details().text()
    True
    """

    graph: Graph = field(repr=False, compare=False)
    evidence: Evidence = field(repr=False, compare=False)
    columns: tuple[str, ...]
    rows: tuple[tuple[Row, Fragility], ...]
    headings: Mapping[str, str] = field(default_factory=dict, repr=False, compare=False)

    def only(self, number: int) -> FragilityReport:
        """Give the row of a number, from 1, alone. Raises UsageError when there is none."""
        if not 1 <= number <= len(self.rows):
            raise UsageError(f"The answer has {len(self.rows)} rows; there is no row {number}.")
        return FragilityReport(self.graph, self.evidence, self.columns, self.rows[number - 1 : number], self.headings)

    def _in_a_line(self) -> str:
        """Give how many conclusions there are, and of what."""
        return f"{counted(len(self.rows), 'conclusion')} of {', '.join(self.columns)}"

    def document(self) -> Document:
        """Give the numbers of each conclusion as a table."""
        rows = tuple((*row, *_numbers(found)) for row, found in self.rows)
        return Document((TableBlock(Table((*self.columns, *NUMBERS), rows, self.headings)),))

    def details(self) -> Document:
        """Give all about the first conclusion: how it falls, on what it rests, and each claim behind it."""
        row, found = self.rows[0]
        return Document(
            (
                Heading(_conclusion(self, row), 1),
                paragraph(found.reading, *([_HYPOTHESIS] if self.columns == PREDICTED else [])),
                *self._smallest_sets(found),
                Heading("Rests on"),
                items(*self._counts(found), self._claims(found)),
            )
        )

    def _smallest_sets(self, found: Fragility) -> Iterator[Block]:
        if found.smallest:
            yield Heading("Smallest sets of references whose removal takes it away")
            yield Items(tuple(item(self._names(one)) for one in found.smallest), numbered=True)
        if len(found.smallest) == MAX_SETS:
            yield paragraph("… and perhaps more")

    def _counts(self, found: Fragility) -> Iterator[str]:
        listed = {"references": found.references, "species": found.species, "study designs": found.designs}
        for title, iris in listed.items():
            yield f"{title}: {len(iris)}" + (f" ({self._names(iris)})" if iris else "")

    def _claims(self, found: Fragility) -> Item:
        text = f"claims: {len(found.claims)}"
        if found.own:
            how_many = "all" if found.own == found.claims else f"{len(found.own)} of them"
            text += f", {how_many} without a reference, stated by {self._names(found.documents)}"
        return item(text, items(*map(self._claim, sorted(found.claims))))

    def _claim(self, claim: str) -> Item:
        cited = self.evidence.cites.get(claim, frozenset())
        source = f"{self._names(self.evidence.places.get(claim, ()))}; cites {self._names(cited) or 'nothing'}"
        return item(f"{curie(claim)}: {label(self.graph, claim)}", items(source))

    def _names(self, iris: Iterable[str]) -> str:
        return ", ".join(sorted((label(self.graph, iri) for iri in iris), key=_natural))

    def table(self) -> Table:
        """Give the numbers of each conclusion, and the IRIs behind them."""
        rows = tuple((*row, *_numbers(found), *_lists(found)) for row, found in self.rows)
        return Table((*self.columns, *NUMBERS, *LISTS), rows)


_HYPOTHESIS = "A prediction is a hypothesis; it falls when another one, or none, would be made."


def _conclusion(report: FragilityReport, row: Row) -> str:
    columns, seen = report.columns, Table(report.columns, (row,), report.headings).view()
    cells = seen.cells()[0]
    if columns == TRIPLE:
        return " – ".join(cells)
    if columns == PREDICTED:
        return "{} → {}: {} is predicted".format(*cells)
    return "; ".join(f"{heading}: {cell}" for heading, cell in zip(seen.headings, cells, strict=True) if cell)


def _numbers(found: Fragility) -> tuple[Term | None, ...]:
    numbers = (found.least, len(found.references), len(found.species), len(found.designs), len(found.claims))
    cells = (None if n is None else Term("literal", str(n), datatype=XSD + "integer") for n in numbers)
    return (*cells, Term("literal", found.reading))


def _lists(found: Fragility) -> Row:
    sets = Term("literal", " | ".join(" ".join(sorted(one)) for one in found.smallest))
    lists = (found.references, found.species, found.designs, found.claims)
    return (sets, *(tuple(Term("iri", name) for name in sorted(names)) for names in lists))


def _natural(text: str) -> list[tuple[int, str]]:
    """Give a key that sorts numbers within texts by their size."""
    return [(int(part), "") if part.isdigit() else (0, part) for part in re.split(r"(\d+)", text)]
