"""The works behind claims: the documents that state them, and the works that those cite."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from glutkg.rdf.namespaces import BASE, PREFIXES, RDF, STATED_GRAPH, curie
from glutkg.rdf.terms import Term
from glutkg.store.labels import label
from glutkg.text.documents import Document, Heading, Readable, counted, items, paragraph
from glutkg.text.tables import Table

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from glutkg.store.graph import Graph
    from glutkg.text.documents import Block

_DCTERMS = PREFIXES["dcterms"]
_JOURNAL = re.compile(r"(?P<journal>.+) (?P<volume>\d+) \((?P<year>\d{4})\) (?P<pages>[\d-]+)")
_STATED_IN, _CITES, _PART_OF = (BASE + name for name in ("statedIn", "cites", "partOfDocument"))
_DOI, _PUBMED = "https://doi.org/", "https://bioregistry.io/pubmed:"


class Work(NamedTuple):
    """A work as far as the graph knows it; of many that the documents cite, only the number is known."""

    iri: str
    label: str
    title: str = ""
    authors: tuple[str, ...] = ()
    date: str = ""
    journal: str = ""
    volume: str = ""
    pages: str = ""
    licence: str = ""
    identifiers: tuple[str, ...] = ()

    @property
    def is_known(self) -> bool:
        """Whether more is known of it than its number in a list of references.

        >>> Work("http://example.org/w", "w", identifiers=("https://bioregistry.io/pubmed:9",)).is_known
        True
        """
        return bool(self.title or self.identifiers)

    @property
    def key(self) -> str:
        """A name for files of references: the last part of the IRI."""
        return re.split("[/#]", self.iri)[-1]

    @property
    def doi(self) -> str:
        """The DOI, or nothing."""
        return next((one.removeprefix(_DOI) for one in self.identifiers if one.startswith(_DOI)), "")

    @property
    def pubmed(self) -> str:
        """The number in PubMed, or nothing."""
        return next((one.removeprefix(_PUBMED) for one in self.identifiers if one.startswith(_PUBMED)), "")

    def text(self) -> str:
        """Write the work as a list of references does."""
        pages = f": {self.pages}" if self.pages else ""
        where = f"{self.journal} {self.volume}{pages}" if self.journal else ""
        identifiers = [curie(one) for one in self.identifiers]
        year = self.date[:4]
        parts = [", ".join(self.authors), self.title, where, year, *identifiers, self.licence]
        return ". ".join(part for part in parts if part) + "."


class _Fields(NamedTuple):
    documents: tuple[Work, ...]
    cited: tuple[Work, ...]


class Works(Readable, _Fields):
    """The documents that state claims, and the works that these claims cite.

    >>> import glutkg
    >>> kg = glutkg.load()
    >>> works = works_behind(kg.reasoned, [kg.iri("claim:memantine-rct-preventive-migraine")])
    >>> works.documents[0].journal, works.cited[0].doi
    ('Neurotherapeutics', '10.1111/head.12732')
    """

    __slots__ = ()

    def _in_a_line(self) -> str:
        """Return how many works these are."""
        return f"{counted(len(self.documents), 'document')}, {counted(len(self.cited), 'cited work')}"

    def document(self) -> Document:
        """Return the works as people read them, those of which only a number is known in one line."""
        return Document(tuple(self._blocks()))

    def _blocks(self) -> Iterator[Block]:
        if self.documents:
            yield Heading("Sources")
            yield items(*(f"{work.label}: {work.text()}{_up_to(work)}" for work in self.documents))
        known = [work for work in self.cited if work.is_known]
        if known:
            yield Heading("Cited there")
            yield items(*(f"{work.label}: {work.text()}" for work in known))
        if unknown := self.known_by_number():
            yield paragraph(f"Known by number only: {unknown}.")

    def table(self) -> Table:
        """Return the works as a table, one a row, those of which only a number is known among them.

        >>> import glutkg
        >>> glutkg.load().ask("opposing-findings").works.table().columns
        ('iri', 'label', 'title', 'authors', 'date', 'journal', 'doi', 'pubmed')
        """
        rows = (
            (one.iri, one.label, one.title, "; ".join(one.authors), one.date, one.journal, one.doi, one.pubmed)
            for one in (*self.documents, *self.cited)
        )
        cells = (
            (Term("iri", iri), *(Term("literal", text) if text else None for text in texts)) for iri, *texts in rows
        )
        return Table(("iri", "label", "title", "authors", "date", "journal", "doi", "pubmed"), tuple(cells))

    def all(self) -> tuple[Work, ...]:
        """Return the documents and those cited works of which more than a number is known."""
        return self.documents + tuple(work for work in self.cited if work.is_known)

    def known_by_number(self) -> str:
        """Return the names of those cited works of which only a number is known, which are not among `all`."""
        return ", ".join(_joined([work.label for work in self.cited if not work.is_known]))


def works_behind(graph: Graph, claims: Iterable[str]) -> Works:
    """Return the works behind claims, documents by label and cited works by number."""
    documents: set[str] = set()
    cited: set[str] = set()
    for claim in claims:
        for _, _, sentence in graph.triples(claim, _STATED_IN, graph=STATED_GRAPH):
            documents.update(o.value for _, _, o in graph.triples(sentence.value, _PART_OF, graph=STATED_GRAPH))
            documents.update([sentence.value] * _is_document(graph, sentence.value))
        cited.update(o.value for _, _, o in graph.triples(claim, _CITES, graph=STATED_GRAPH))
    found = [work(graph, iri) for iri in documents], [work(graph, iri) for iri in cited]
    first, second = (tuple(sorted(works, key=lambda one: (len(one.label), one.label))) for works in found)
    return Works(first, second)


def work(graph: Graph, iri: str) -> Work:
    """Return what the graph knows of a document or a cited work."""
    stated: dict[str, list[str]] = {}
    for _, predicate, value in graph.triples(iri, graph=STATED_GRAPH):
        stated.setdefault(predicate.value, []).append(value.value)

    def one(name: str) -> str:
        return next(iter(stated.get(_DCTERMS + name, [])), "")

    where = _JOURNAL.fullmatch(one("bibliographicCitation"))
    return Work(
        iri,
        label(graph, iri),
        one("title"),
        tuple(name for name in one("creator").split("; ") if name),
        one("date") or (where["year"] if where else ""),
        where["journal"] if where else one("bibliographicCitation"),
        where["volume"] if where else "",
        where["pages"] if where else "",
        one("license"),
        tuple(sorted(stated.get(_DCTERMS + "identifier", []))),
    )


def _is_document(graph: Graph, iri: str) -> bool:
    return any(o.value == BASE + "Document" for _, _, o in graph.triples(iri, RDF + "type", graph=STATED_GRAPH))


def _up_to(one: Work) -> str:
    return f" Its evidence reaches up to {one.date[:4]}." if one.date and one.journal else ""


def _joined(labels: list[str]) -> Iterator[str]:
    """Join what differs in a number only: `reference 44 of the review` and 45 are `references 44, 45 of the review`."""
    groups: dict[tuple[str, str], list[str]] = {}
    for text in labels:
        before, number, after = re.fullmatch(r"(\D*)(\d*)(.*)", text).groups()  # type: ignore[union-attr]
        groups.setdefault((before.strip(), after), []).append(number)
    for (before, after), numbers in groups.items():
        yield f"{before}{'s' * (len(numbers) > 1)} {', '.join(numbers)}{after}"
