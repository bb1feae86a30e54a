"""Queries are read into a tree that can be written again; what cannot be read is shown by its place."""

from __future__ import annotations

import pytest
from conftest import ROOT

from glutkg.errors import QueryError
from glutkg.sparql.format import WIDTH, formatted
from glutkg.sparql.parser import read_expression, read_group, read_query
from glutkg.sparql.patterns import PropertyPath, TriplePattern, Union, variables, walk
from glutkg.store.graph import Graph
from glutkg.store.rdflib_dataset import dataset

FILES = sorted(path for folder in ("rules", "queries", "shapes") for path in (ROOT / folder).rglob("*.rq"))


def test_every_query_of_the_project_is_read_and_written_again() -> None:
    for path in FILES:
        query = read_query(path.read_text(encoding="utf-8"), {})
        assert read_query(str(query), {}) == query, path
    assert len(FILES) > 150
    print(f"{len(FILES)} queries read")


@pytest.mark.parametrize(
    ("text", "written"),
    [
        (
            "{ ?s a ?c ; rdfs:label 'x'@EN, 1.5 }",
            '?s rdf:type ?c . ?s rdfs:label "x"@en . ?s rdfs:label "1.5"^^xsd:decimal .',
        ),
        ("{ $s ^rdfs:label|(rdf:type/rdfs:label)* ?o }", "?s ^rdfs:label|((rdf:type/rdfs:label)*) ?o ."),
        ("{ ?s rdfs:seeAlso [ a ?c ] }", "?s rdfs:seeAlso _:unnamed1 . _:unnamed1 rdf:type ?c ."),
        ("{ GRAPH ?g { ?s ?p ?o . ?o ?q true } }", 'GRAPH ?g { ?s ?p ?o } GRAPH ?g { ?o ?q "true"^^xsd:boolean }'),
        ("{ VALUES ?x { UNDEF 'VALUES ?x { }' } }", 'VALUES (?x) { (UNDEF) ("VALUES ?x { }") }'),
        ("{ { ?a ?b ?c } UNION { } MINUS { ?a ?b 1 } }", '{ ?a ?b ?c . } UNION { } MINUS { ?a ?b "1"^^xsd:integer . }'),
        (
            "{ FILTER(!bound(?x)||?y NOT IN (?z)&&?a!=-2) }",
            'FILTER((!BOUND(?x)) || ((?y NOT IN (?z)) && (?a != "-2"^^xsd:integer)))',
        ),
        ("{ { SELECT (COUNT(*) AS ?n) WHERE { } GROUP BY ?x } }", "{ SELECT (COUNT(*) AS ?n) WHERE { } GROUP BY ?x }"),
    ],
)
def test_a_group_is_read(text: str, written: str) -> None:
    expanded = read_group(f"{{ {written} }}")
    assert read_group(text) == expanded
    assert read_group(str(expanded)) == expanded


def test_what_stands_in_a_tree_is_found() -> None:
    group = read_group(
        "{ ?s rdfs:label*/rdf:type ?c { ?a ?b ?c } UNION { FILTER NOT EXISTS { GRAPH ?g { ?e ?f ?h } } } }"
    )
    assert isinstance(group.patterns[0].predicate, PropertyPath)
    assert [str(path) for path in group.of(Union)[0].groups] == [
        "{ ?a ?b ?c . }",
        "{ FILTER NOT EXISTS { GRAPH ?g { ?e ?f ?h } } }",
    ]
    assert variables(group) == {"?s", "?c", "?a", "?b", "?e", "?f", "?g", "?h"}
    assert len([node for node in walk(group) if isinstance(node, TriplePattern)]) == 3


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("SELECT * {\n  ?s unknwn:name ?o\n}", "line 2, column 6: the prefix unknwn: is not declared"),
        ("SELECT * { ?s rdf:label ?o ", "line 1, column 27: expected '.', ';', ',' or '}', not the end."),
        ("SELECT *", "line 1, column 9: expected '{', not the end."),
        ("SELECT * { ?s ?p }", "line 1, column 18: expected a term, not '}'."),
        (
            "SELECT * { SERVICE <http://e/> { ?s ?p ?o } }",
            "line 1, column 12: expected a triple pattern, a word",
        ),
    ],
)
def test_what_cannot_be_read_is_shown_by_its_place(text: str, message: str) -> None:
    with pytest.raises(QueryError) as caught:
        read_query(text)
    assert message in str(caught.value)


def test_a_prefix_that_nearly_fits_is_suggested() -> None:
    with pytest.raises(QueryError, match=r"the prefix rdsf: is not declared; did you mean rdf: or rdfs:\?"):
        read_expression("?x = rdsf:label")


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("SELECT * { ?s rdfs:label }", "line 1, column 26: expected a term, not '}'."),
        ("SELCT * { ?s ?p ?o }", "line 1, column 1: expected SELECT, CONSTRUCT, ASK or DESCRIBE, not 'SELCT'."),
        (
            "SELECT * {\n  ?drug gult:blocks ?t\n}",
            "line 2, column 9: the prefix gult: is not declared; did you mean glut:",
        ),
        ("SELECT * { ?s ?p 'open }", "not closed"),
        ("SELECT * { ?s ?p ?o ?q }", "line 1, column 21: expected '.', ';', ',' or '}', not '?q'."),
        ("SELECT * { FILTER(lower(?x)) }", "line 1, column 19: expected a function of SPARQL, not 'lower'."),
        ("SELECT ?y (COUNT(?x) AS ?n) { ?x ?p ?y }", "contains a variable that is unbound."),
        ("SELECT * { ?s ?p ?o } ORDER ?s", "line 1, column 29: expected BY, not '?s'."),
        ("SELECT * { ?s ?p ?o } LIMIT ten", "line 1, column 29: expected a number, not 'ten'."),
        ("", "line 1, column 1: expected SELECT, CONSTRUCT, ASK or DESCRIBE, not the end."),
        ("SELECT * { BIND(1 AS ?x) BIND(2 AS ?x) }", "line 1, column 41: "),
    ],
)
def test_a_query_that_does_not_parse_is_answered_with_one_sentence_and_a_place(query: str, message: str) -> None:
    for ask in (Graph().select, dataset(Graph()).query):
        with pytest.raises(QueryError) as caught:
            ask(query)
        said = str(caught.value)
        assert said.startswith(("The query does not parse: line ", "The query is refused: a string (line "))
        assert message in said
        assert len(said) < 200


def test_every_rq_file_is_in_the_layout() -> None:
    """Mend them with `python -m glutkg.sparql.format rules queries shapes`."""
    assert [str(path) for path in FILES if formatted(path) != path.read_text(encoding="utf-8")] == []
    assert max(len(line) for path in FILES for line in path.read_text(encoding="utf-8").splitlines()) <= WIDTH
