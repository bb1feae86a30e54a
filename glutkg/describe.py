"""Everything that the graph says about one thing: names, kinds, relations, claims, sources, notes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from glutkg.questions import label
from glutkg.tables import Table, Term
from glutkg.terms import BASE, OWL, RDF, RDFS, SKOS, STATED_GRAPH

if TYPE_CHECKING:
    from glutkg.graph import Graph, Triple

_NAMING = {RDFS + "label", RDF + "type", RDFS + "subClassOf"}
_QUIET = (RDF, RDFS, OWL)


@dataclass(frozen=True, slots=True)
class Description:
    """What is said about a thing, in titled tables; empty ones are left out."""

    iri: str
    label: str
    sections: tuple[tuple[str, Table], ...]

    def flat(self) -> Table:
        """Give all sections as one table, the title of the section in the first column."""
        rows = [(Term("literal", title), *row) for title, table in self.sections for row in _padded(table)]
        return Table(("section", "relation", "relationLabel", "value", "valueLabel"), tuple(rows))


def _padded(table: Table) -> list[tuple[Term | None, ...]]:
    if len(table.columns) == 4:  # noqa: PLR2004 - relation and value, each with its label
        return list(table.rows)
    return [(Term("iri", BASE + "Claim"), None, *row) for row in table.rows]


def describe(graph: Graph, iri: str) -> Description:
    """Describe a kind, a substance, a gene, a claim, a sentence or a reference."""
    stated = list(graph.triples(iri, graph=STATED_GRAPH))
    told = [t for t in stated if t[1].value not in _NAMING and not t[1].value.startswith(_QUIET)]
    served = [t for t in graph.triples(iri) if t[2].kind == "iri" and t[1].value.startswith(BASE)]
    follows = [
        t for t in _narrowest(graph, served) if t not in set(stated) and not t[1].value.startswith(BASE + "states")
    ]
    sections = (
        ("what it is", _relations(graph, [*_kinds(graph, iri), *(t for t in told if t[2].kind == "literal")])),
        ("stated", _relations(graph, [t for t in told if t[2].kind != "literal" and not t[1].value.startswith(SKOS)])),
        ("follows", _relations(graph, follows)),
        (
            "same or near in other vocabularies",
            _relations(graph, [t for t in told if t[1].value.startswith(SKOS) and t[2].kind == "iri"]),
        ),
        ("claims", _claims(graph, iri)),
        ("pointed at by", _pointers(graph, iri)),
    )
    return Description(iri, label(graph, iri), tuple((title, table) for title, table in sections if len(table)))


def _kinds(graph: Graph, iri: str) -> list[Triple]:
    """The kinds of a thing, or the wider kinds of a kind, the narrowest only."""
    found = [
        triple
        for predicate in (RDF + "type", RDFS + "subClassOf")
        for triple in graph.triples(iri, predicate)
        if triple[2].kind == "iri" and triple[2].value.startswith(BASE) and triple[2].value != iri
    ]
    return _narrowest(graph, found)


def _narrowest(graph: Graph, triples: list[Triple]) -> list[Triple]:
    """Leave out what follows from a narrower object of the same relation."""
    objects: dict[str, set[str]] = {}
    for _, predicate, object_ in triples:
        objects.setdefault(predicate.value, set()).add(object_.value)
    wider = {
        (predicate, parent.value)
        for predicate, values in objects.items()
        for value in values
        for _, _, parent in graph.triples(value, RDFS + "subClassOf")
        if parent.value != value
    }
    return sorted(t for t in triples if (t[1].value, t[2].value) not in wider)


def _relations(graph: Graph, triples: list[Triple]) -> Table:
    rows = [
        (
            p,
            Term("literal", _word(graph, p.value)),
            o if o.kind == "iri" else None,
            Term("literal", label(graph, o.value) if o.kind == "iri" else o.value),
        )
        for _, p, o in dict.fromkeys(triples)
        if o.kind != "blank"
    ]
    return Table(("relation", "relationLabel", "value", "valueLabel"), tuple(rows))


def _word(graph: Graph, predicate: str) -> str:
    usual = {
        RDF + "type": "is a",
        RDFS + "subClassOf": "is a kind of",
        SKOS + "definition": "definition",
        SKOS + "altLabel": "also called",
        SKOS + "hiddenLabel": "misspelt",
        SKOS + "editorialNote": "note",
    }
    return usual.get(predicate) or label(graph, predicate).removeprefix("skos:").removeprefix("dcterms:")


def _claims(graph: Graph, iri: str) -> Table:
    """The claims that name the thing, or something narrower or within it, in any role."""
    return graph.select(f"""
        SELECT ?claim ?claimLabel WHERE {{
          {{ SELECT DISTINCT ?claim WHERE {{
            ?claim ?role <{iri}> . ?claim a glut:Claim . ?role a owl:ObjectProperty . FILTER(?claim != <{iri}>)
          }} }}
          ?claim rdfs:label ?claimLabel .
        }} ORDER BY ?claim""")


def _pointers(graph: Graph, iri: str) -> Table:
    """What else points at the thing: slips, conflicts, substances that act on a kind."""
    return graph.select(f"""
        SELECT (?role AS ?relation) ?relationLabel (?other AS ?value) ?valueLabel WHERE {{
          ?other ?role <{iri}> . ?role a ?sort ; rdfs:label ?relationLabel . ?other rdfs:label ?valueLabel .
          FILTER(?sort IN (owl:ObjectProperty, owl:AnnotationProperty))
          FILTER NOT EXISTS {{ ?other a glut:Claim }}
          FILTER NOT EXISTS {{ ?other a owl:Class }}
          FILTER(?other != <{iri}>)
        }} ORDER BY ?relation ?value""")
