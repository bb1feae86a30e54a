"""What of the documents is in the graph: for each sentence its claims, and the references that none of them carries."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from glutkg.rdf.namespaces import XSD
from glutkg.rdf.terms import Term, from_name
from glutkg.relations import grouped
from glutkg.text.documents import Document, Readable, TableBlock, paragraph
from glutkg.text.tables import Table

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from glutkg.store.graph import Graph

GROUPS = ("document", "section", "sentence")
"""How fine a table is, from coarse to fine."""

_DOCUMENT = ("document", "documentLabel")
_TOTALS = ("sentences", "claims", "statingNone", "uncovered", "references", "lost")


@dataclass(frozen=True, slots=True)
class Covered:
    """One sentence: the claims drawn from it, the numbers of the references it cites, and those that no claim carries.

    `reason` is the IRI of why it states no claim, where the record says so.
    """

    document: str
    section: str
    sentence: str
    claims: frozenset[str]
    references: frozenset[str]
    lost: frozenset[str]
    reason: str | None

    @property
    def accounted_for(self) -> bool:
        """Whether it has claims, or says why it has none."""
        return bool(self.claims or self.reason)


@dataclass(frozen=True, slots=True, repr=False)
class Coverage(Readable):
    """The coverage of all sentences, in the order of their documents, with what lies outside them.

    `elsewhere` holds the claims drawn from a document as a whole, by document: accepted facts with a source of their
    own. `references` and `carried` hold the IRIs of all cited references, and of those that some claim cites and that
    no sentence loses; `labels` the labels of documents.

    >>> import glutkg
    >>> found = glutkg.load().coverage()
    >>> found.summary()
    '209 of 209 sentences accounted for, 136 of 136 references carried, ... claims'
    >>> len(found.by_sentence()) > len(found.by_section()) > len(found.by_document())
    True
    """

    sentences: tuple[Covered, ...]
    elsewhere: dict[str, frozenset[str]]
    references: frozenset[str]
    carried: frozenset[str]
    labels: dict[str, str]

    def document(self) -> Document:
        """Return the summary, and the coverage of each section in a table."""
        return Document((paragraph(self.summary()), TableBlock(self.by_section())))

    @property
    def complete(self) -> bool:
        """Whether every sentence is accounted for and every reference carried."""
        lost = any(sentence.lost for sentence in self.sentences)
        return all(s.accounted_for for s in self.sentences) and self.references == self.carried and not lost

    def claims(self) -> frozenset[str]:
        """Give the IRIs of all claims, each once, however many sentences state it."""
        return frozenset().union(*(s.claims for s in self.sentences), *self.elsewhere.values())

    def summary(self) -> str:
        """Say in a line how much is accounted for."""
        done = sum(sentence.accounted_for for sentence in self.sentences)
        return (
            f"{done:,} of {len(self.sentences):,} sentences accounted for, "
            f"{len(self.carried):,} of {len(self.references):,} references carried, {len(self.claims()):,} claims"
        )

    def by_document(self) -> Table:
        """Give a row for each document; one without sentences is an outside source of accepted facts.

        Columns: document and its label, sentences, claims (each once), statingNone, uncovered, references, lost
        (numbers of references, joined).
        """
        members = grouped((sentence.document, sentence) for sentence in self.sentences)
        names = [*members, *sorted(self.elsewhere.keys() - members.keys())]
        rows = [(*self._named(name), *_totals(members.get(name, ()), self.elsewhere.get(name, ()))) for name in names]
        return Table((*_DOCUMENT, *_TOTALS), tuple(rows))

    def by_section(self) -> Table:
        """Give a row for each section of each document, in their order, with the columns of `by_document`."""
        groups = grouped(((sentence.document, sentence.section), sentence) for sentence in self.sentences)
        rows = [(*self._named(document), _text(section), *_totals(m)) for (document, section), m in groups.items()]
        return Table((*_DOCUMENT, "section", *_TOTALS), tuple(rows))

    def by_sentence(self) -> Table:
        """Give a row for each sentence.

        Columns: document and its label, section, sentence, claims, references, lost (numbers, joined), reason (why it
        states none).
        """
        rows = [
            (
                *(*self._named(s.document), _text(s.section), from_name(s.sentence), _number(len(s.claims))),
                *(_joined(s.references), _joined(s.lost), from_name(s.reason) if s.reason else None),
            )
            for s in self.sentences
        ]
        return Table((*_DOCUMENT, "section", "sentence", "claims", "references", "lost", "reason"), tuple(rows))

    def _named(self, document: str) -> tuple[Term, Term | None]:
        return from_name(document), _text(self.labels[document]) if document in self.labels else None

    def table(self, by: str) -> Table:
        """Give the table of one of GROUPS."""
        return {"document": self.by_document, "section": self.by_section, "sentence": self.by_sentence}[by]()


def coverage(graph: Graph, part: str = "stated") -> Coverage:
    """Tell for each sentence which claims are drawn from it, and which of its references none of them carries.

    `part` is the part of the graph that holds the stated triples.
    """
    gathered = partial(_gathered, graph, part)
    claims = gathered("?key ^glut:statedIn ?value . ?key a glut:Sentence")
    cited = gathered("?key glut:citesReference ?value")
    carried = gathered("?key ^glut:statedIn/glut:cites ?value")
    numbers = {key: min(number) for key, number in gathered("?key glut:referenceNumber ?value").items()}
    reasons = {key: min(why) for key, why in gathered("?key glut:statesNoClaim ?value").items()}
    lost = {sentence: cited[sentence] - carried.get(sentence, frozenset()) for sentence in cited}
    nowhere = frozenset().union(*lost.values())
    references = frozenset(numbers)
    used = frozenset().union(*gathered("?key glut:cites ?value").values())
    return Coverage(
        sentences=tuple(
            Covered(
                *(document, section, sentence, claims.get(sentence, frozenset())),
                *(_numbered(cited.get(sentence, ()), numbers), _numbered(lost.get(sentence, ()), numbers)),
                reasons.get(sentence),
            )
            for document, section, sentence in _sentences(graph, part)
        ),
        elsewhere=gathered("?key ^glut:statedIn ?value . ?key a glut:Document"),
        references=references,
        carried=(references & used) - nowhere,
        labels={key: min(label) for key, label in gathered("?key rdfs:label ?value . ?key a glut:Document").items()},
    )


def _sentences(graph: Graph, part: str) -> list[tuple[str, str, str]]:
    rows = graph.select(
        "SELECT ?document ?section ?sentence WHERE { ?sentence a glut:Sentence ; glut:partOfDocument ?document ; "
        "glut:section ?section OPTIONAL { ?sentence glut:start ?start } } ORDER BY ?document ?start ?sentence",
        part,
    ).rows
    return [(document.value, section.value, sentence.value) for document, section, sentence in rows]  # type: ignore[union-attr]


def _gathered(graph: Graph, part: str, pattern: str) -> dict[str, frozenset[str]]:
    """Give, for each ?key of a pattern, its values."""
    rows = graph.select(f"SELECT DISTINCT ?key ?value WHERE {{ {pattern} }}", part).rows
    found = grouped((key.value, value.value) for key, value in rows if key and value)
    return {key: frozenset(values) for key, values in found.items()}


def _numbered(references: Iterable[str], numbers: dict[str, str]) -> frozenset[str]:
    return frozenset(numbers[reference] for reference in references if reference in numbers)


def _totals(members: Sequence[Covered], outside: Iterable[str] = ()) -> tuple[Term | None, ...]:
    claims = frozenset(outside).union(*(member.claims for member in members))
    references: frozenset[str] = frozenset().union(*(member.references for member in members))
    lost: frozenset[str] = frozenset().union(*(member.lost for member in members))
    counts = (
        len(members),
        len(claims),
        sum(member.reason is not None for member in members),
        sum(not member.accounted_for for member in members),
        len(references),
    )
    return (*map(_number, counts), _joined(lost))


def _joined(numbers: Iterable[str]) -> Term | None:
    text = ", ".join(sorted(numbers, key=lambda number: (len(number), number)))
    return _text(text) if text else None


def _text(value: str) -> Term:
    return Term("literal", value)


def _number(value: int) -> Term:
    return Term("literal", str(value), datatype=XSD + "integer")
