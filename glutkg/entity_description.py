"""Everything that the graph holds about one entity: names, classes, relations, claims with their sources, notes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from glutkg.rdf.namespaces import BASE, OWL, RDF, RDFS, SKOS, STATED_GRAPH
from glutkg.rdf.property_words import WORDS
from glutkg.rdf.terms import Term, Triple
from glutkg.store.claims import CLAIMS, SOURCES, claims
from glutkg.store.names import is_claim, label
from glutkg.text.documents import Document, Heading, Readable, TableBlock, paragraph
from glutkg.text.tables import Table
from glutkg.text.view import Link

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from glutkg.store.graph import Graph
    from glutkg.text.documents import Block

_NAMING = {RDFS + "label", RDF + "type", RDFS + "subClassOf"}
_QUIET = (RDF, RDFS, OWL)
RELATIONS = ("relation", "relationLabel", "value", "valueLabel")


@dataclass(frozen=True, slots=True)
class Description(Readable):
    """What the graph holds about an entity, in titled tables with the columns RELATIONS or CLAIMS, none of them empty.

    >>> import glutkg
    >>> found = glutkg.load().show("memantine")
    >>> found.label, found.sections[0][0]
    ('memantine', 'what it is')
    """

    iri: str
    label: str
    sections: tuple[tuple[str, Table], ...]

    def document(self, at_most: int | None = None) -> Document:
        """Return the tables under their titles; `at_most` bounds the rows of each."""
        parts = (block for title, table in self.sections for block in _section(title, table, at_most))
        return Document((Heading(self.label, 1), paragraph((Link(self.iri, self.iri),)), *parts))

    def table(self) -> Table:
        """Return all sections as one table, the title of the section in the first column."""
        width = len(CLAIMS)
        rows = [
            (Term("literal", title), *row, *[None] * (width - len(row)))
            for title, table in self.sections
            for row in table.rows
        ]
        return Table(("section", *RELATIONS, *CLAIMS[4:]), tuple(rows))


def _section(title: str, table: Table, at_most: int | None) -> Iterator[Block]:
    left_out = 0 if at_most is None else max(0, len(table) - at_most)
    yield Heading(f"{title[0].upper()}{title[1:]}" + (f" ({len(table)})" if left_out else ""))
    yield TableBlock(Table(table.columns, table.rows[:at_most]), heading=table.columns == CLAIMS)
    if left_out:
        yield paragraph(f"… and {left_out} more; --format csv gives all.")


def describe(graph: Graph, iri: str) -> Description:
    """Describe a class, a substance, a gene, a claim, a sentence or a reference."""
    stated = [t for t in graph.triples(iri, graph=STATED_GRAPH) if t[1].value not in _NAMING]
    shown = [t for t in stated if not t[1].value.startswith(_QUIET)]
    matches = [t for t in shown if t[1].value.startswith(SKOS) and t[2].kind == "iri"]
    sources = [t for t in shown if t[1].value in SOURCES]
    relations = [t for t in shown if t[2].kind != "literal" and t not in matches and t not in sources]
    naming, others = _claims_about(graph, iri)
    sections = (
        ("what it is", _relations(graph, [*_classes(graph, iri), *(t for t in shown if t[2].kind == "literal")])),
        ("stated", _relations(graph, relations)),
        ("source", _relations(graph, sources)),
        ("follows", _relations(graph, _following(graph, iri, set(stated)))),
        ("claims that name it", claims(graph, naming)),
        ("claims on what is narrower or within it", claims(graph, others)),
        ("bears on it", _pointers(graph, iri)),
        ("in other vocabularies", _relations(graph, matches)),
    )
    return Description(iri, label(graph, iri), tuple((title, table) for title, table in sections if len(table)))


def _classes(graph: Graph, iri: str) -> list[Triple]:
    """The classes of an individual, or the superclasses of a class, the narrowest only."""
    found = [
        triple
        for predicate in (RDF + "type", RDFS + "subClassOf")
        for triple in graph.triples(iri, predicate)
        if triple[2].kind == "iri" and triple[2].value.startswith(BASE) and triple[2].value != iri
    ]
    return _narrowest(graph, found)


def _following(graph: Graph, iri: str, stated: set[Triple]) -> list[Triple]:
    """The direct relations that were inferred: the narrowest, and those to claims left to the sections of claims."""
    steps = graph.auxiliary()
    own = [t for t in graph.triples(iri) if t[2].kind == "iri" and t[1].value.startswith(BASE)]
    own = [t for t in own if t[1].value not in steps]
    narrow = _without_wider_relations(graph, _outermost_parts(graph, _narrowest(graph, own)))
    return [t for t in narrow if t not in stated and t[2].value != iri and not is_claim(graph, t[2].value)]


def _narrowest(graph: Graph, triples: list[Triple]) -> list[Triple]:
    """Leave out what follows from a narrower object of the same relation."""
    return _without(triples, lambda value: (o.value for _, _, o in graph.triples(value, RDFS + "subClassOf")))


def _outermost_parts(graph: Graph, triples: list[Triple]) -> list[Triple]:
    """Leave out a whole where one of its parts, by any transitive relation, stands in the same relation."""
    transitive = [s.value for s, _, _ in graph.triples(None, RDF + "type", OWL + "TransitiveProperty")]
    return _without(triples, lambda value: (o.value for name in transitive for _, _, o in graph.triples(value, name)))


def _without(triples: list[Triple], wider_of: Callable[[str], Iterable[str]]) -> list[Triple]:
    wider = {(p.value, wider) for _, p, o in triples for wider in wider_of(o.value) if wider != o.value}
    return sorted(t for t in triples if (t[1].value, t[2].value) not in wider)


def _without_wider_relations(graph: Graph, triples: list[Triple]) -> list[Triple]:
    """Leave out a relation where a narrower one holds to the same object."""
    wider = {
        (parent.value, o.value)
        for _, p, o in triples
        for _, _, parent in graph.triples(p.value, RDFS + "subPropertyOf")
        if parent != p
    }
    return [t for t in triples if (t[1].value, t[2].value) not in wider]


def _relations(graph: Graph, triples: Iterable[Triple]) -> Table:
    rows = [
        (
            p,
            Term("literal", WORDS.get(p.value) or label(graph, p.value)),
            o if o.kind == "iri" else None,
            Term("literal", label(graph, o.value) if o.kind == "iri" else o.value),
        )
        for _, p, o in dict.fromkeys(triples)
        if o.kind != "blank"
    ]
    return Table(RELATIONS, tuple(rows))


def _claims_about(graph: Graph, iri: str) -> tuple[list[str], list[str]]:
    """The claims that name a thing in any role, and those that name what is narrower or within it."""
    found = graph.select(f"""
        SELECT DISTINCT ?claim ?naming WHERE {{
          ?claim ?role <{iri}> . ?claim a glut:Claim . ?role a owl:ObjectProperty . FILTER(?claim != <{iri}>)
          BIND(EXISTS {{ GRAPH <{STATED_GRAPH}> {{ ?claim ?any <{iri}> }} }} AS ?naming)
        }}""")
    naming = {claim.value: naming.value == "true" for claim, naming in found.rows if claim and naming}
    return [iri for iri, named in naming.items() if named], [iri for iri, named in naming.items() if not named]


def _pointers(graph: Graph, iri: str) -> Table:
    """What else points at the entity: slips, conflicts, hypotheses, substances that act on a class."""
    return graph.select(f"""
        SELECT (?role AS ?relation) ?relationLabel (?other AS ?value) ?valueLabel WHERE {{
          ?other ?role <{iri}> . ?role a ?sort ; rdfs:label ?relationLabel . ?other rdfs:label ?valueLabel .
          FILTER(?sort IN (owl:ObjectProperty, owl:AnnotationProperty))
          FILTER NOT EXISTS {{ ?other a glut:Claim }}
          FILTER NOT EXISTS {{ ?other a owl:Class }}
          FILTER NOT EXISTS {{ ?role owl:inverseOf ?forward }}
          FILTER NOT EXISTS {{ ?role glut:auxiliary true }}
          FILTER(?other != <{iri}>)
        }} ORDER BY ?relation ?value""")
