"""The answer to a packaged question: its rows with the claims behind them, the works behind these, its citation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from glutkg.citations.works import Works, works_behind
from glutkg.questions.answering import default_labels
from glutkg.rdf.namespaces import RDF, RDFS
from glutkg.rdf.terms import Term
from glutkg.resources import query_file, read_text
from glutkg.sparql.binding import bind
from glutkg.store.claims import UNDISPUTED, claims, notes, with_evidence, with_references
from glutkg.store.labels import label
from glutkg.text.cells import terms
from glutkg.text.documents import Document, counted, paragraph
from glutkg.text.rendering import csv_text, render, results_json
from glutkg.text.tables import Table

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from glutkg.citations.answer_citation import AnswerCitation
    from glutkg.questions.question import Question
    from glutkg.store.graph import Graph


MOST_NOTES, UNCUT = 20, 40
"""Claims that people see below a table of very many, and up to how many all of them are; other forms have all."""
_LEAST = (99, 99)
"""The importance of what has no mark."""


class Answer(Table):
    """A table of rows that knows its question, its values and its graph.

    >>> import glutkg
    >>> answer = glutkg.load().ask("compounds-at-receptor", receptor="mGlu5")
    >>> answer.works.documents[0].label, answer.citation().rows
    ('the review', 1)
    >>> answer.evidence().column("certainty")
    ['established']
    """

    __slots__ = ("folder", "graph", "question", "values")

    def __init__(
        self, graph: Graph, folder: Path, question: Question, values: Mapping[str, Sequence[Term]], table: Table
    ) -> None:
        super().__init__(table.columns, table.rows, table.headings)
        self.graph = graph
        self.folder = folder
        self.question = question
        self.values = values

    def __repr__(self) -> str:
        """Return the number of rows and the columns, and for what it was answered where no value was given.

        >>> kg.ask("safety-of-compound")
        <Answer: ... answered for the default: compound = ketamine>
        """
        told = self._defaults()
        return super().__repr__().removesuffix(">") + (f"; {told[0].lower()}{told[1:]}" if told else "") + ">"

    def __str__(self) -> str:
        return self._noticed(self.notices().text(), super().__str__())

    def _repr_html_(self) -> str:
        return self.notices().html() + super()._repr_html_()

    @staticmethod
    def _noticed(notices: str, rows: str) -> str:
        return f"{notices}\n{rows}" if notices else rows

    @property
    def works(self) -> Works:
        """The works behind the rows."""
        return works_behind(self.graph, self._claims())

    def _claims(self) -> tuple[str, ...]:
        return self.view("all").claims

    def evidence(self) -> Table:
        """Return the claims behind the rows: statement, result, certainty, standing, source and references of each.

        The references are IRIs, those of `works.cited`.
        """
        return with_references(self.graph, claims(self.graph, self._claims()))

    def citation(self) -> AnswerCitation:
        """Return what identifies this answer, and is written in one line."""
        from glutkg.citations.answer_citation import cite  # only when it is asked for

        return cite(self.folder, self.question.name, self.values, self)

    def text(self, bold: bool = False) -> str:
        """Return the answer as people read it: the table, its claims as numbered notes, the sources."""
        seen = self.view("all")
        sources = f"\n{self.works.document().text()}" if seen.claims else ""
        return self._noticed(self.notices().text(), seen.text(bold=bold) + self._notes(seen.claims) + sources)

    def notices(self) -> Document:
        """Say for what the question was answered where no value was given, and where no row is on a value itself.

        >>> print(kg.ask("safety-of-compound").notices().text().splitlines()[0])
        Answered for the default: compound = ketamine.
        """
        told = [f"{default}."] if (default := self._defaults()) else []
        return Document(tuple(map(paragraph, [*told, *self._on_what_is_wider()])))

    def _defaults(self) -> str:
        """Say for what the question was answered where no value was given; nothing where all were."""
        names = self.question.defaults(self.values)
        told = [f"{name} = {', '.join(default_labels(self.graph, self.question, name))}" for name in names]
        return f"Answered for the {'default' if len(told) == 1 else 'defaults'}: {'; '.join(told)}" if told else ""

    def _on_what_is_wider(self) -> Iterator[str]:
        """Say of a value that no row names it, where a column names nothing but classes to which it belongs."""
        columns = [{one.value for cell in column for one in terms(cell)} for column in zip(*self.rows, strict=True)]
        for value in (term.value for given in self.values.values() for term in given if term.kind == "iri"):
            wider = {
                o.value for above in (RDF + "type", RDFS + "subClassOf") for _, _, o in self.graph.triples(value, above)
            }
            found = [named for named in columns if named and named <= wider]
            if found and self._claims() and not any(value in named for named in columns):
                classes = ", ".join(sorted(label(self.graph, one) for one in min(found, key=len)))
                yield (
                    f"No row is on {label(self.graph, value)} itself. What is said of a class to which it belongs need "
                    f"not hold of it: {classes}."
                )

    def _notes(self, iris: Sequence[str]) -> str:
        """Write the claims as notes, under the numbers that the table has for them.

        Of many only the most important ones are written, and all that are not undisputed.
        """
        if len(iris) <= UNCUT:
            return notes(self.graph, iris)
        query = read_text(query_file(self.folder, "views/marks"))
        marks = self.graph.select(bind(query, {"claim": [Term("iri", iri) for iri in iris]}))
        importance = {str(row["claim"]): (int(str(row["priority"])), int(str(row["rank"]))) for row in marks}
        ranked = sorted(range(len(iris)), key=lambda place: (*importance.get(iris[place], _LEAST), place))
        standings = claims(self.graph, iris).column("standing")
        disputed = (place for place, standing in enumerate(standings) if standing != UNDISPUTED)
        written = {place + 1 for place in (*ranked[:MOST_NOTES], *disputed)}
        shown = notes(self.graph, iris, only=written)
        left = f"… and {counted(len(iris) - len(written), 'more claim')}; --format markdown writes them all."
        return f"{shown}\n{left}\n"

    def written(self, form: str) -> str:
        """Return the answer in one of the formats of tables, with its claims and works as far as the format has room.

        CSV and TSV have a column `evidence` more, JSON the members `claims` and `works`, Markdown notes and sources.
        """
        if form == "table":
            return self.text()
        if form == "json":
            works = [work._asdict() for work in (*self.works.documents, *self.works.cited)]
            return results_json(self, {"claims": [dict(row) for row in self.evidence()], "works": works})
        if form == "markdown":
            seen = self.view("all")
            rows = f"{seen.markdown()}{notes(self.graph, seen.claims, True)}\n{self.works.document().markdown()}"
            return self._noticed(self.notices().markdown(), rows)
        if form in ("csv", "tsv") and self._claims():
            table = with_evidence(self.graph, self)
            return csv_text(table) if form == "csv" else render(table, form)
        return render(self, form)
