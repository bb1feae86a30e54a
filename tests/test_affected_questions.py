"""Which queries a change of triples can affect is read from their patterns."""

from __future__ import annotations

import pytest
from conftest import ROOT

from glutkg.checks.check import shape_files
from glutkg.checks.quality import quality_files
from glutkg.checks.shapes import Shapes
from glutkg.questions.affected_questions import ChangedTriples, QueryPatterns
from glutkg.questions.question import read_questions
from glutkg.rdf.namespaces import BASE, RDF
from glutkg.rdf.terms import Term, Triple
from glutkg.store.graph import Graph
from glutkg.store.sources import read_source


def iri(name: str) -> Term:
    return Term("iri", name if name.startswith("http") else BASE + name)


def triple(subject: str, predicate: str, object_: str) -> Triple:
    return iri(subject), iri(predicate), iri(object_)


NEW = triple("claim/x", "agent", "substance/anna")
GRAPH = [
    NEW,
    triple("claim/x", RDF + "type", "BakingClaim"),
    triple("claim/x", "statedIn", "source/one"),
    triple("claim/y", "statedIn", "source/one"),
    triple("claim/z", "restsOn", "claim/x"),
    triple("substance/anna", RDF + "type", "Baker"),
]


def test_every_query_of_the_project_can_be_read_and_is_not_opaque() -> None:
    shapes = Shapes(Graph.merged(map(read_source, shape_files(ROOT))))
    queries = [shapes.text(constraint, "select") for _, constraint in shapes.constraints()]
    queries += [path.read_text(encoding="utf-8") for path in quality_files(ROOT)]
    queries += [question.query for question in read_questions(ROOT)]
    patterns = [QueryPatterns(query) for query in queries]
    assert all(query.occurrences and not query.is_opaque for query in patterns)
    print(f"{len(queries)} queries read")


@pytest.mark.parametrize("query", ["SELECT * { ?s unknown:name ?o }", "SELECT * { ?s ?p ?o", "SELECT *"])
def test_what_cannot_be_read_may_be_affected_by_any_change(query: str) -> None:
    assert QueryPatterns(query).is_opaque


@pytest.mark.parametrize(
    ("query", "is_affected"),
    [
        ("SELECT ?x { ?x glut:agent ?a }", True),
        ("SELECT ?x { ?a ^glut:agent ?x }", True),
        ("SELECT ?x { ?x ?p ?o }", True),
        ("SELECT ?x { ?x glut:agent substance:anna }", True),
        ("SELECT ?x { ?x glut:agent substance:berta }", False),
        ("SELECT ?x { ?x glut:target ?a }", False),
        ("SELECT ?x { ?x glut:target/rdfs:label ?n }", False),
        ("SELECT ?x { ?x glut:agent ?x }", False),
        ("SELECT ?x { ?x glut:agent ?a . ?a a glut:Baker }", True),
        ("SELECT ?x { ?x glut:agent ?a . ?a a glut:Ware }", False),
        ("SELECT ?x { ?x glut:agent/rdf:type glut:Baker }", True),
        ("SELECT ?x { ?x glut:agent/rdf:type glut:Ware }", False),
        ("SELECT ?x { ?x glut:agent ?a . ?y a glut:Ware }", True),
        ("SELECT ?x { ?x glut:agent ?a { ?a a glut:Ware } }", False),
        ("SELECT ?x { ?x glut:agent ?a OPTIONAL { ?a a glut:Ware } }", True),
        ("SELECT ?x { ?x a glut:Ware OPTIONAL { ?x glut:agent ?a } }", False),
        ("SELECT ?x { ?x a glut:BakingClaim FILTER NOT EXISTS { ?x glut:agent ?a } }", True),
        ("SELECT ?x { ?x a glut:Ware FILTER NOT EXISTS { ?x glut:agent ?a } }", False),
        ("SELECT ?x { ?x a glut:Ware FILTER (?x = ?y || EXISTS { ?y glut:agent ?a }) }", True),
        ("SELECT ?x { ?x a glut:Ware MINUS { ?x glut:agent ?a } }", False),
        ("SELECT ?x { { ?x glut:target ?t } UNION { ?x glut:agent ?a } }", True),
        ("SELECT ?x { ?x a glut:Ware { ?x glut:target ?t } UNION { ?x glut:agent ?a } }", False),
        ("SELECT ?x { ?x glut:restsOn* ?c . ?c glut:agent ?a }", True),
        ("SELECT ?x { ?x (glut:agent|glut:target)+ ?c . ?c a glut:Ware }", True),
        ("SELECT ?x { ?x glut:agent|glut:target ?c . ?c a glut:Ware }", False),
        ("SELECT ?x { ?x !glut:target ?c }", True),
        ("SELECT ?x { VALUES ?p { glut:agent glut:target } ?x ?p ?o }", True),
        ("SELECT ?x { VALUES ?p { glut:cause glut:target } ?x ?p ?o }", False),
        ("SELECT ?x { VALUES (?p ?q) { (glut:cause glut:agent) } ?x ?p ?o }", False),
        ("SELECT ?x { { VALUES ?p { glut:cause glut:target } ?y ?p ?z } OPTIONAL { ?x ?p ?z } }", False),
        ("SELECT ?x { VALUES ?p { UNDEF glut:target } ?x ?p ?o }", True),
        ("SELECT ?x { ?x a glut:Ware { SELECT ?y { ?y glut:agent ?x } } }", True),
        ("SELECT ?x { GRAPH <https://w3id.org/glutkg/graph/stated> { ?x glut:target ?a } }", False),
        ("SELECT ?x { GRAPH ?g { ?x glut:target ?a } }", True),
    ],
)
def test_a_new_triple_affects_the_queries_that_it_can_match(query: str, is_affected: bool) -> None:
    graph = Graph()
    graph.put(GRAPH)
    patterns = QueryPatterns(query)
    assert ChangedTriples(graph, [NEW]).can_affect(patterns) == is_affected
    assert not ChangedTriples(graph, []).can_affect(patterns)
    before = Graph()
    before.put(GRAPH[1:])
    if not is_affected:
        assert sorted(map(str, before.select(query).rows)) == sorted(map(str, graph.select(query).rows))
