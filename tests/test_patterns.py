"""What a query asks for is read from its text, and what a triple may change in its answer."""

from __future__ import annotations

import pytest
from conftest import ROOT

from glutkg.checks.check import Shapes
from glutkg.questions.affected import Reading, UnreadableError
from glutkg.questions.question import read_questions
from glutkg.rdf.namespaces import BASE, RDF
from glutkg.rdf.terms import Term, Triple
from glutkg.store.graph import Graph
from glutkg.store.sources import read_source


def iri(name: str) -> Term:
    return Term("iri", name if name.startswith("http") else BASE + name)


def triple(subject: str, predicate: str, object_: str) -> Triple:
    return iri(subject), iri(predicate), iri(object_)


def test_every_query_of_the_project_can_be_read() -> None:
    shapes = Shapes(Graph.of(map(read_source, sorted((ROOT / "shapes").glob("*.ttl")))))
    queries = [shapes.text(constraint, "select") for _, constraint in shapes.constraints()]
    queries += [p.read_text(encoding="utf-8") for p in (ROOT / "shapes" / "quality").glob("*.rq")]
    queries += [question.query for question in read_questions(ROOT)]
    assert all(Reading(query).root.edges or Reading(query).root.parts for query in queries)
    print(f"{len(queries)} queries read")


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * { GRAPH ?file { ?s ?p ?o } }",
        "SELECT * { SERVICE <http://e/> { ?s ?p ?o } }",
        "SELECT * { ?s !rdfs:label ?o }",
        "SELECT * { ?s unknown:name ?o }",
        "SELECT * { ?s rdfs:label [] }",
        "SELECT * { ?x rdfs:label ?n { SELECT ?y { ?x a ?y } } }",
        "SELECT * { ?s ?p ?o",
        "SELECT *",
    ],
)
def test_what_cannot_be_read_is_not_guessed(query: str) -> None:
    with pytest.raises(UnreadableError):
        Reading(query)


@pytest.mark.parametrize(
    ("query", "touched"),
    [
        ("SELECT ?this { ?this glut:agent ?a }", {"claim/x"}),
        ("SELECT ?this { ?a ^glut:agent ?this }", {"claim/x"}),
        ("SELECT ?this { ?this glut:target/rdfs:label ?n }", set()),
        ("SELECT ?this { ?this a glut:Baker FILTER NOT EXISTS { ?c glut:agent ?this } }", {"substance/anna"}),
        ("SELECT ?this { ?this glut:statedIn ?s . ?other glut:statedIn ?s ; glut:agent ?a }", {"claim/x", "claim/y"}),
        ("SELECT ?this { ?this glut:restsOn* ?c . ?c glut:agent ?a }", {"claim/x", "claim/z"}),
        ("SELECT ?this { { ?this glut:target ?t } UNION { ?this glut:agent ?a } }", {"claim/x"}),
        ("SELECT ?this { ?this glut:statedIn ?s OPTIONAL { ?this glut:agent ?a } }", {"claim/x"}),
        ("SELECT ?this { ?this a glut:Ware . ?c glut:agent ?a }", None),
        ("SELECT ?this { ?this glut:agent glut:nobody }", set()),
    ],
)
def test_the_records_that_a_triple_touches_are_found(query: str, touched: set[str] | None) -> None:
    """The new triple is: claim x has agent Anna; claim y stands in the same sentence, claim z rests on claim x."""
    graph = Graph()
    new = triple("claim/x", "agent", "substance/anna")
    graph.put(
        [
            new,
            triple("claim/x", "statedIn", "source/one"),
            triple("claim/y", "statedIn", "source/one"),
            triple("claim/z", "restsOn", "claim/x"),
            triple("substance/anna", RDF + "type", "Baker"),
        ]
    )
    touches = Reading(query).touched("this", [(f"<{new[0].value}>", f"<{new[1].value}>", f"<{new[2].value}>")])
    if touched is None:
        assert touches is not None
        names = {row[0].value for t in touches if t.query for row in graph.select(t.query).rows if row[0]}
        assert names == set()  # nothing is a ware here; it would be asked of all wares
        return
    assert touches is not None
    found = {name.strip("<>") for touch in touches for name in touch.names}
    found |= {row[0].value for t in touches if t.query for row in graph.select(t.query).rows if row[0]}
    assert found == {BASE + name for name in touched}
