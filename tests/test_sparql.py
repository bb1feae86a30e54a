"""Queries are read into a tree that can be written again; what cannot be read is shown by its place."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest
from conftest import ROOT

from glutkg.errors import GlutkgError, QueryError, SourceError, UsageError
from glutkg.rdf.namespaces import PREFIXES
from glutkg.rdf.terms import Term
from glutkg.reasoning.rule import read_rule
from glutkg.sparql.basic_patterns import only_patterns
from glutkg.sparql.binding import bind
from glutkg.sparql.format_files import WIDTH, formatted, main
from glutkg.sparql.guard import check_query
from glutkg.sparql.parser import read_expression, read_group, read_query
from glutkg.sparql.patterns import PropertyPath, TriplePattern, Union, variables, walk
from glutkg.store.graph import Graph
from glutkg.store.rdflib_dataset import dataset

if TYPE_CHECKING:
    from pathlib import Path

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


PIECES = [
    *("?a ", "?b ", "glut:Claim ", "rdfs:label ", "a ", ". ", "; ", ", ", "<http://x/#y> ", '"x"@en ', "# {\n", "} "),
    *(
        "?c.",
        "glut:A.b:c ",
        "<y> ",
        "'x' ",
        "1 ",
        "[] ",
        "{ ",
        "/",
        "+",
        "FILTER(true) ",
        "\\u0020",
        '"""x"""',
        "GRAPH ",
    ),
]


def test_a_query_of_nothing_but_patterns_is_read_as_the_engine_and_our_parser_read_it(seed: int) -> None:
    chosen = random.Random(seed)  # noqa: S311 - a sample
    weights = [3] * 12 + [1] * (len(PIECES) - 12)
    store, found = ox.Store(), 0
    for _ in range(4000):
        where = "".join(chosen.choices(PIECES, weights, k=chosen.choice((3, 4, 7, 8))))
        head = chosen.choice(("ASK", "SELECT * WHERE ", "PREFIX glut: <http://x/>SELECT DISTINCT ?a ?b"))
        text = f"{head}{{{where}}}{chosen.choice(('', ' LIMIT 3 # }', 'ORDER BY ?a OFFSET 1'))}"
        basic = only_patterns(text)
        if basic is None:
            continue
        check_query(text)  # the endpoint asks the guard no more
        try:
            store.query(text, prefixes=PREFIXES)
        except SyntaxError:
            continue
        store.query(text, prefixes=dict(basic.known))
        patterns, parts = basic.patterns, read_query(text).where.parts
        assert [part.terms for part in parts if isinstance(part, TriplePattern)] == list(patterns), text
        assert len(parts) == len(patterns), text
        found += len(patterns) > 0
    print(f"{found} queries of nothing but patterns")
    assert found > 20


@pytest.mark.parametrize(
    "query",
    [
        *("SELECT ?x { ?x glut:a+ ?y }", "ASK { ?x ?p 1 }", "ASK { GRAPH ?g { ?x ?p ?y } }", "ASK { [] ?p ?y }"),
        *(
            "SELECT (1 AS ?x) { ?x ?p ?y }",
            "ASK FROM <http://x/> { ?x ?p ?y }",
            "ASK { { ?x ?p ?y } }",
            "ASK { ?x ?p }",
        ),
        *(
            "SELECT * { ?x ?p ?y } GROUP BY ?x",
            "CONSTRUCT WHERE { ?x ?p ?y }",
            "ASK { ?x none:p ?y }",
            'ASK { "x" ?p ?y }',
        ),
        *(
            "ASK { ?x ?p <relative> }",
            "ASK { ?x ?p ?y } VALUES ?x { 1 }",
            "ASK { " + "?x ?p ?y . " * 5 + "}",
            "LOAD <x:y>",
        ),
    ],
)
def test_a_query_of_more_than_a_few_patterns_is_none_of_them(query: str) -> None:
    assert only_patterns(query) is None
    assert only_patterns("ASK { ?x ?p ?y }")


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
        ("SELECT * { VALUES { 1 } }", "line 1, column 19: expected a variable, not '{'."),
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


@pytest.mark.parametrize(
    ("condition", "truth"),
    [
        (r"REGEX('aac', '^\\i\\c*$')", "true"),
        (r"REGEX('1b', '^\\i\\c*$')", "false"),
        (r"REGEX('a+', '^\\w*$') && !REGEX('_', '\\w') && REGEX('—', '^\\W$')", "true"),
        (r"REGEX('rhythm', '^[a-z-[aeiou]]+$') && REGEX('αβ', '^\\p{IsGreek}+$')", "true"),
        (r"REPLACE('a-b c', '[^\\c]', '') = 'a-bc' && REPLACE('Aa', 'A', '', 'i') = ''", "true"),
        ("REGEX('a', CONCAT('^', '[a-z]$')) && REGEX(STR((1)), '^.$', 's')", "true"),
        (r"' 7 '^^xsd:integer = 7 && '7'^^xsd:byte = '\t7'^^<http://www.w3.org/2001/XMLSchema#byte>", "true"),
        (r"STRLEN(' 7 ') = 3 && 'a \' 7 '^^xsd:string = 'a \' 7 '", "true"),
    ],
)
def test_the_engine_reads_patterns_as_xpath_and_literals_by_their_value(condition: str, truth: str) -> None:
    ((value,),) = Graph().select(f"SELECT ({condition} AS ?truth) WHERE {{ }}").rows
    assert value is not None
    assert value.value == truth


def test_a_pattern_that_the_engine_does_not_have_is_told_and_no_row_is_lost_over_it() -> None:
    with pytest.raises(QueryError, match=r"have no '\(\?='. Write it without"):
        Graph().select("SELECT * { ?s ?p ?o FILTER REGEX(?o, '(?=a)') }")


def test_every_rq_file_is_in_the_layout() -> None:
    """Where it fails, `python -m glutkg.sparql.format_files rules queries shapes` lays the files out."""
    assert [str(path) for path in FILES if formatted(path) != path.read_text(encoding="utf-8")] == []
    assert max(len(line) for path in FILES for line in path.read_text(encoding="utf-8").splitlines()) <= WIDTH


LAID_OUT = """#+ label: a long way
#+ summary: A summary that is too long for one line goes on in the next one, so that no line is longer than what a
#+   reader of a page takes in, and the header is read as one.
#+ stratum: 1
#+ logic: owl
PREFIX glut: <https://w3id.org/glutkg/>
PREFIX graph: <https://w3id.org/glutkg/graph/>
CONSTRUCT { ?a glut:partOf ?c }
WHERE {
  GRAPH graph:stated {
    ?a glut:partOf ?b .
    ?b glut:partOf ?c .
  }
  FILTER(
    EXISTS { ?a a glut:Claim }
    || NOT EXISTS {
      ?c a glut:Claim .
      ?c glut:rank 1 .
    }
  )
}
"""


def test_a_file_is_laid_out_and_stays_as_it_is_then(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "rules" / "long-way.rq"
    path.parent.mkdir()
    path.write_text(
        "#+ logic: owl\n#+ stratum: 1\n#+ label: a long way\n"
        "#+ summary: A summary that is too long for one line goes on in the next one, so that no line is longer than "
        "what a reader of a page takes in, and the header is read as one.\n"
        "PREFIX unused: <http://example.org/> PREFIX glut: <https://w3id.org/glutkg/>\n"
        "CONSTRUCT { ?a <https://w3id.org/glutkg/partOf> ?c } WHERE {\n"
        "GRAPH <https://w3id.org/glutkg/graph/stated> { ?a glut:partOf ?b . ?b glut:partOf ?c }"
        "FILTER(exists{?a a glut:Claim}||NOT EXISTS { ?c a glut:Claim ; glut:rank 1 })}",
        encoding="utf-8",
    )
    assert (main(["--check", str(tmp_path)]), main([str(tmp_path)]), main(["--check", str(tmp_path)])) == (1, 0, 0)
    assert path.read_text(encoding="utf-8") == LAID_OUT
    assert capsys.readouterr().out.splitlines() == [str(path)] * 2


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            "#+ label:",
            "#+ labels:",
            "long-way.rq:1: the header of such a file cannot have the key 'labels'",
        ),
        ("#+ logic: owl\n", "", "long-way.rq:1: the header has no key 'logic'. Write a line '#+ logic: …'"),
        ("#+ logic: owl\n", "#+ logic: owl\n#+ logic: owl\n", "long-way.rq:6: the header has the key 'logic' twice"),
        ("#+ stratum: 1", "#+ stratum: first", "whole number"),
        (
            "?b glut:partOf ?c .",
            "?b glut:partOf* ?c .",
            "long-way.rq:12: a rule is made of triple patterns",
        ),
        ("graph:stated", "graph:inferred", "long-way.rq:11: a rule is made of"),
        (
            "PREFIX glut:",
            "PREFIX gult:",
            "rq:8: column 16: the prefix glut: is not declared; did you mean gult:",
        ),
        ("?a glut:partOf ?c }", "?a glut:partOf ?c . ?c glut:partOf ?a }", "a rule concludes one triple"),
        ("glut:rank 1 .", "glut:rank .", "long-way.rq:18: column 20: expected a term, not '.'"),
    ],
)
def test_a_faulty_rule_is_refused_by_file_and_line(tmp_path: Path, old: str, new: str, message: str) -> None:
    path = tmp_path / "long-way.rq"
    path.write_text(LAID_OUT.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(GlutkgError) as caught:
        read_rule(path)
    assert message in str(caught.value)


def test_a_comment_within_a_query_is_not_lost_by_the_layout(tmp_path: Path) -> None:
    path = tmp_path / "rules" / "long-way.rq"
    path.parent.mkdir()
    path.write_text(LAID_OUT.replace("  FILTER(", "  # why\n  FILTER("), encoding="utf-8")
    assert main([str(tmp_path)]) == 1
    with pytest.raises(SourceError, match=r"long-way.rq:\d+: a comment stands within the query"):
        formatted(path)


def test_only_a_block_of_values_takes_values() -> None:
    query = "SELECT * { ?s ?p 'VALUES ?x { 1 }' . VALUES ?x { glut:Claim } # VALUES ?x { 2 }\n VALUES(?x ?y){(1 2)} }"
    bound = bind(query, {"x": [Term("literal", '} SERVICE <http://e/> { \\"')]})
    assert bound == query.replace("VALUES ?x { glut:Claim }", 'VALUES ?x { "} SERVICE <http://e/> { \\\\\\"" }')


@pytest.mark.parametrize("name", ["http://e/> } #", "http://e/ x", 'http://e/"', "http://e/\\u003E"])
def test_what_is_not_an_iri_is_not_written_into_a_query(name: str) -> None:
    with pytest.raises(UsageError, match="is not an IRI"):
        bind("SELECT * { VALUES ?x { 1 } ?x ?p ?o }", {"x": [Term("iri", name)]})
