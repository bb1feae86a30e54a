"""Shapes of others, shape by shape: those that SHACL does not allow are refused by line, the others are validated."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

import pytest
from conftest import ROOT

from glutkg.checks.check import check
from glutkg.checks.shapes import Shapes
from glutkg.checks.unsupported_shacl import REFUSED
from glutkg.checks.validation import malformed_results
from glutkg.store.graph import Graph
from glutkg.store.sources import read_source

if TYPE_CHECKING:
    from pathlib import Path

    from glutkg.checks.report import ValidationReport

FACTS = """@prefix e: <http://example.org/> .
e:loaf a e:Bread ;
  e:weight 5 ;
  e:name "loaf"@en , "loaves"@en ;
  e:of e:rye .
e:ledger e:nan "NaN"^^<http://www.w3.org/2001/XMLSchema#double> ;
  e:large 99999999999999999999 ;
  e:mine "5"^^e:unit ;
  e:day " 2020-01-02 "^^<http://www.w3.org/2001/XMLSchema#date> .
e:rye a e:Flour .
e:oven e:inside [ e:heat "hot" ] .
"""
HEAD = """@prefix e: <http://example.org/> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
OTHER = (
    "e:Other a sh:NodeShape ; sh:targetClass e:Bread ; sh:nodeKind sh:Literal .\n"
    "[] a sh:NodeShape ; sh:targetClass e:Flour ; sh:nodeKind sh:Literal .\n"
)
"""Shapes that find something, whatever stands beside them, one without a name."""
WRONG = (
    "sh:datatype 'x'",
    "sh:datatype e:a , e:b",
    "sh:nodeKind e:Kind",
    "sh:nodeKind sh:IRI , sh:Literal",
    "sh:in e:none",
    "sh:in _:l . _:l rdf:first 1",
    "sh:in _:l . _:l rdf:first 1 ; rdf:rest _:l",
    "sh:languageIn 'en'",
    "sh:closed 'yes'",
    "sh:closed true ; sh:ignoredProperties e:weight",
    "sh:and e:x",
    "sh:or _:l . _:l rdf:first e:X ; rdf:rest _:l",
    "sh:xone 5",
    "sh:property 'x'",
    "sh:node 'x'",
    "sh:not 'x'",
    "sh:severity 'high'",
    "sh:class 'x'",
    "sh:deactivated 'nope'",
    "sh:targetClass 'x'",
    "sh:targetNode _:b",
    "sh:targetSubjectsOf 'x'",
    "sh:targetObjectsOf _:b",
    "sh:minLength 'a'",
    "sh:maxLength 1 , 2",
    "sh:maxInclusive e:x",
    "sh:minExclusive 1 , 2",
    "sh:pattern '('",
    "sh:pattern 5",
    "sh:pattern '(?=a)'",
    "sh:pattern '(?P<name>a)'",
    "sh:pattern '(?i)a'",
    "sh:pattern '(a)\\\\1'",
    "sh:pattern '\\\\ba'",
    "sh:pattern '\\\\p{IsNoBlock}'",
    "sh:pattern 'a++'",
    "sh:pattern '[z-a]'",
    "sh:pattern '[[:alpha:]]'",
    "sh:pattern '(x{1000}){1000}'",
    "sh:pattern 'a' ; sh:flags 'u'",
    "sh:property [ sh:path e:weight ; sh:pattern '(?!5)' ]",
    "sh:pattern 'a' ; sh:flags 'é'",
    "sh:equals 'x'",
    "sh:disjoint 5",
    "sh:minCount 1",
    "sh:uniqueLang true",
    "sh:lessThan e:weight",
    "sh:node e:S",
    "sh:node [ sh:path e:weight ; sh:minCount 1 ]",
    "sh:sparql [ sh:prefixes e:S ; sh:select 'SELECT $this { $this p:weight 5 }' ] . e:S sh:declare "
    "[ sh:prefix 'p' ; sh:namespace 'http://example.org/' ] , [ sh:prefix 'p' ; sh:namespace 'http://e/' ]",
    "sh:not e:S",
    "sh:rule [ a sh:TripleRule ]",
    "sh:target [ a sh:SPARQLTarget ]",
    "sh:js [ a sh:JSConstraint ]",
    "<http://datashapes.org/dash#nonRecursive> true",
    "sh:property [ sh:path e:weight ; <http://datashapes.org/dash#uniqueValueForClass> e:Bread ]",
    "sh:expression [ sh:path e:weight ]",
    "sh:sparql [ sh:message 'x' ]",
    "sh:sparql [ sh:select 5 ]",
    "sh:sparql [ sh:select 'SELECT' ]",
    "sh:sparql [ sh:ask 'ASK { ?a ?b ?c }' ]",
    "sh:sparql 'SELECT $this { $this e:p 1 }'",
    "sh:sparql [ sh:select 'SELECT ?x { ?x <http://e/p> 1 }' ]",
    "sh:sparql [ sh:select 'CONSTRUCT { $this <http://e/p> 1 } { $this <http://e/p> 1 }' ]",
    "sh:sparql [ sh:select 'DROP ALL' ]",
    "sh:sparql [ sh:select 'SELECT $this { SERVICE <http://127.0.0.1:1/> { $this ?p ?o } }' ]",
    "sh:sparql [ sh:select 'SELECT $this FROM <http://127.0.0.1:1/> { $this ?p ?o }' ]",
    "sh:sparql [ sh:select 'SELECT $this { VALUES $this { 1 } }' ]",
    "sh:minCnt 1",
    "sh:propery [ sh:path e:weight ]",
    "sh:message 5",
    "sh:hasValue e:a ; sh:nodeKind 'IRI'",
    "sh:property [ sh:minCount 1 ]",
    "sh:property [ sh:path 'x' ; sh:minCount 1 ]",
    "sh:property [ sh:path e:a , e:b ; sh:minCount 1 ]",
    "sh:property [ sh:path () ; sh:minCount 1 ]",
    "sh:property [ sh:path ( e:a ) ; sh:minCount 1 ]",
    "sh:property [ sh:path [ sh:inversePath e:a ; sh:zeroOrMorePath e:b ] ; sh:minCount 1 ]",
    "sh:property [ sh:path [ sh:inversePath 'x' ] ; sh:minCount 1 ]",
    "sh:property [ sh:path [ e:other e:a ] ; sh:minCount 1 ]",
    "sh:property [ sh:path [ sh:alternativePath e:a ] ; sh:minCount 1 ]",
    "sh:property [ sh:path _:p ; sh:minCount 1 ] . _:p sh:inversePath _:p . e:T sh:name 'x' ; e:u [  ]",
    "sh:property [ sh:path e:weight ; sh:minCount 'one' ]",
    "sh:property [ sh:path e:weight ; sh:minCount 1 , 2 ]",
    "sh:property [ sh:path e:weight ; sh:maxCount 1.5 ]",
    "sh:property [ sh:path e:weight ; sh:maxCount e:x ]",
    "sh:property [ sh:path e:name ; sh:uniqueLang 'maybe' ]",
    "sh:property [ sh:path e:weight ; sh:lessThan 'x' ]",
    "sh:property [ sh:path e:weight ; sh:qualifiedMinCount 'x' ; sh:qualifiedValueShape [ sh:class e:X ] ]",
    "sh:property [ sh:path e:of ; sh:qualifiedValueShape 'x' ; sh:qualifiedMinCount 1 ]",
    "sh:property [ sh:path e:name ; sh:languageIn ( 5 ) ]",
    "sh:property [ sh:path e:weight ; sh:closed true ; sh:minCount e:x ]",
)
"""What a shape says that is not well-formed or not supported."""
RIGHT = (
    ("sh:property [ sh:path e:weight ; sh:minCount 1 ]", 0),
    ("sh:property [ sh:path e:weight ; sh:maxCount 0 ]", 1),
    ("sh:property [ sh:path e:name ; sh:uniqueLang true ]", 1),
    ("sh:property [ sh:path e:name ; sh:flags 'i' ]", 0),
    ("sh:property [ sh:path e:of ; sh:qualifiedMinCount 1 ]", 0),
    ("sh:property [ sh:path e:of ; sh:qualifiedValueShape [ sh:class e:Flour ] ]", 0),
    ("sh:property [ sh:path e:of ; sh:qualifiedValueShape [ sh:class e:Flour ] ; sh:qualifiedMinCount 2 ]", 1),
    (
        "sh:property [ sh:path e:of ; sh:qualifiedValueShape [ sh:class e:X ] ; sh:qualifiedMinCount 1 ] , "
        "[ sh:path e:of ; sh:qualifiedValueShape [ sh:class e:Y ] ; sh:qualifiedMinCount 1 ]",
        2,
    ),
    ("sh:property [ sh:path e:none ; sh:minCount 1 ] , [ sh:path e:none ; sh:minCount 1 ]", 2),
    ("sh:property [ sh:path ( e:of rdf:type ) ; sh:hasValue e:Flour ]", 0),
    ("sh:property [ sh:path [ sh:inversePath e:of ] ; sh:minCount 1 ]", 1),
    ("sh:closed true", 5),
    ("sh:property [ sh:path e:of ; sh:node e:S ]", 0),
    ("sh:closed true ; sh:ignoredProperties ( rdf:type e:weight e:name e:of )", 0),
    ("sh:or ( [ sh:class e:X ] [ sh:class e:Bread ] )", 0),
    ("sh:and ( )", 0),
    ("sh:or ( )", 1),
    ("sh:xone ( )", 1),
    ("sh:property [ sh:path e:of ; sh:or ( ) ]", 1),
    (
        "sh:targetNode 'a'@en-gb-oed , 'b'@zh-Hans-CN ; "
        "sh:or ( [ sh:nodeKind sh:IRI ] [ sh:languageIn ( 'en-GB' 'zh-hans' ) ] )",
        0,
    ),
    ("sh:targetNode 'a'@en , 'b'@en-gbx , 'c' ; sh:or ( [ sh:nodeKind sh:IRI ] [ sh:languageIn ( 'en-GB' ) ] )", 3),
    ("sh:not [ sh:class e:Bread ]", 1),
    ("sh:xone ( [ sh:class e:Bread ] [ sh:nodeKind sh:IRI ] )", 1),
    ("sh:in ( e:loaf )", 0),
    ("sh:in ( )", 1),
    ("sh:nodeKind sh:Literal", 1),
    ("sh:deactivated true ; sh:nodeKind sh:Literal", 0),
    ("sh:severity sh:Info ; sh:nodeKind sh:Literal", 1),
    ("sh:targetNode 5 ; sh:nodeKind sh:IRI", 1),
    ("sh:pattern 'rye'", 1),
    ("sh:pattern 'LOAF' ; sh:flags 'i'", 0),
    ("sh:pattern '^[a-z:/.-[x]]+$'", 1),
    ("sh:pattern '^[a-z:/.-[q]]+$'", 0),
    ("sh:pattern '^\\\\i\\\\c*$'", 1),
    ("sh:pattern '^[\\\\c/]+$'", 0),
    ("sh:pattern 'l\\\\p{L}a'", 0),
    ("sh:pattern '^[\\\\w]+$'", 1),
    ("sh:pattern '^[\\\\w\\\\W]+$'", 0),
    ("sh:pattern '^[\\\\w:/.]+$'", 0),
    ("sh:targetNode '+' , '_' ; sh:pattern '^\\\\w|:'", 1),
    ("sh:targetNode 'é—' ; sh:pattern '^\\\\w\\\\W$|:'", 0),
    ("sh:pattern '^\\\\p{IsBasicLatin}+$'", 0),
    ("sh:pattern '[\\\\P{IsBasicLatin}\\\\p{IsGreek}]'", 1),
    ("sh:targetNode 'a\\rb' , 'a\\nb' , 'a b' ; sh:pattern '^a.b$|:'", 2),
    ("sh:targetNode 'a\\rb' , 'a\\nb' , 'a b' ; sh:pattern '^a.b$|:' ; sh:flags 's'", 0),
    ("sh:pattern 'l o a f' ; sh:flags 'x'", 0),
    ("sh:pattern 'lo.f' ; sh:flags 'q'", 1),
    ("sh:pattern '^(([a-z])+.)+[A-Z]([a-z])+$'", 1),
    ("sh:minLength 1000", 1),
    ("sh:targetObjectsOf e:inside ; sh:minLength 0", 1),
    ("sh:targetObjectsOf e:inside ; sh:maxLength 1000", 1),
    ("sh:targetObjectsOf e:inside ; sh:pattern ''", 1),
    ("sh:property [ sh:path e:weight ; sh:lessThan e:of ]", 1),
    ("sh:property [ sh:path e:weight ; sh:lessThan e:name ]", 1),
    ("sh:property [ sh:path e:weight ; sh:lessThanOrEquals e:of ]", 1),
    ("sh:property [ sh:path e:of ; sh:lessThanOrEquals e:of ]", 1),
    ("sh:property [ sh:path e:weight ; sh:maxInclusive 'NaN'^^xsd:double ]", 1),
    ("sh:property [ sh:path e:weight ; sh:minExclusive 'NaN'^^xsd:double ]", 1),
    ("sh:property [ sh:path e:weight ; sh:maxExclusive 'INF'^^xsd:double ]", 0),
    ("sh:property [ sh:path e:weight ; sh:minInclusive 'x' ]", 1),
    ("sh:targetNode e:ledger ; sh:property [ sh:path e:nan ; sh:lessThanOrEquals e:nan ]", 1),
    ("sh:targetNode e:ledger ; sh:property [ sh:path e:mine ; sh:lessThanOrEquals e:mine ]", 1),
    ("sh:targetNode e:ledger ; sh:property [ sh:path e:large ; sh:minExclusive 99999999999999999998 ]", 0),
    ("sh:targetNode e:ledger ; sh:property [ sh:path e:large ; sh:maxExclusive 1e3 ]", 1),
    ("sh:property [ sh:path e:weight ; sh:minInclusive '2020-01-01'^^xsd:date ]", 1),
    ("sh:targetNode e:ledger ; sh:property [ sh:path e:day ; sh:minExclusive '2020-01-01'^^xsd:date ]", 0),
    ("sh:property [ sh:path e:weight ; sh:datatype xsd:byte ]", 1),
    ("sh:property [ sh:path e:weight ; sh:datatype xsd:integer ]", 0),
    ("sh:targetNode '<b>'^^rdf:HTML ; sh:or ( [ sh:class e:Bread ] [ sh:datatype rdf:HTML ] )", 0),
    ("sh:targetNode '<b>' ; sh:or ( [ sh:class e:Bread ] [ sh:datatype rdf:HTML ] )", 1),
    ("sh:property [ sh:path e:weight ; sh:minInclusive 5 ; sh:maxInclusive 5.0 ]", 0),
    ("sh:property [ sh:path e:weight ; sh:lessThan e:weight ]", 1),
    ("sh:property [ sh:path e:weight ; sh:hasValue 5 , 6 , 7 ]", 2),
    ("sh:hasValue e:loaf , e:rye", 1),
    ("sh:targetNode 'hot' ; sh:property [ sh:path [ sh:inversePath ( e:inside e:heat ) ] ; sh:hasValue e:oven ]", 1),
    ("sh:targetNode 'hot' ; sh:property [ sh:path [ sh:inversePath ( e:heat e:inside ) ] ; sh:minCount 1 ]", 2),
    ("sh:class e:Bread , e:Flour , e:Cake", 2),
    ("sh:property [ sh:path e:of ; sh:class e:Flour , e:Bread ]", 1),
    (
        "sh:sparql [ sh:prefixes e:S ; sh:select 'SELECT $this { $this p:weight 5 }' ] . e:S sh:declare "
        "[ sh:prefix 'p' ; sh:namespace 'http://example.org/' ] , "
        "[ sh:namespace 'http://example.org/' ; sh:prefix 'p' ]",
        1,
    ),
    ("sh:equals e:none", 1),
    ("sh:disjoint e:of", 0),
    ("sh:message 'a'@en , 'b'@de ; sh:nodeKind sh:Literal", 1),
    ("e:note 'other' ; rdfs:label 'x'", 0),
    ("sh:name 'x' ; sh:order 1 ; sh:group e:g", 0),
    ("sh:sparql [ sh:select 'SELECT $this { $this <http://example.org/weight> 5 }' ]", 1),
    (
        "sh:sparql [ sh:select 'SELECT $this ?value { $this <http://example.org/weight> ?value FILTER(?value > 9) }' ]",
        0,
    ),
    (
        'sh:sparql [ sh:select \'\'\'SELECT $this { FILTER(replace(str($this), "(.*)/([a-z]+)$", "$2") = "loaf") '
        'FILTER(replace("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!", "^(a+)+b", "") != "") }\'\'\' ] ; sh:targetNode e:loaf',
        1,
    ),
    (
        "sh:sparql [ sh:select '''SELECT $this { FILTER(!regex(str($this), \"^(([a-z:/.])+.)+[A-Z][a-z]+$\")) }''' ] ; "
        "sh:targetNode e:loaf",
        1,
    ),
)
"""What a shape says, and how many results it has on the facts."""
SEVERAL = {
    "sh:rule [ a sh:TripleRule ]": 2,
    "sh:target [ a sh:SPARQLTarget ]": 2,
    "sh:js [ a sh:JSConstraint ]": 2,
}
"""Shapes with several faults, and how many."""
DEEP = "sh:not [ sh:node [ " * 60 + "sh:nodeKind sh:IRI" + " ] ]" * 60
"""What SHACL allows and pySHACL does not: it is refused by name."""


def checked(folder: Path, shapes: list[str]) -> ValidationReport:
    """Check the facts against shapes, each on a line of its own, with names of its own."""
    for name in ("facts", "ontology", "rules", "shapes", "queries"):
        (folder / name).mkdir(parents=True)
    lines = [f"e:S{n} a sh:NodeShape ; sh:targetClass e:Bread ; {_own(text, n)} .\n" for n, text in enumerate(shapes)]
    (folder / "facts" / "bread.ttl").write_text(FACTS, encoding="utf-8")
    (folder / "shapes" / "bread.ttl").write_text(HEAD + "".join(lines) + OTHER, encoding="utf-8")
    return check(folder)


def _own(text: str, number: int) -> str:
    return re.sub(r"(_:[a-z]|\be:S)\b", rf"\g<1>{number}", text)


def test_what_shacl_does_not_allow_is_refused_by_line(tmp_path: Path) -> None:
    shapes = [*WRONG, DEEP]
    report = checked(tmp_path / "data", shapes)
    found = {one.line for one in report.results if one.source == REFUSED and one.severity == "Violation"}
    first = HEAD.count("\n") + 1
    assert None not in found
    assert [text for line, text in enumerate(shapes, first) if line not in found] == []
    assert any(one.source.endswith("/Other") for one in report.results), "other shapes are checked"
    told = Counter(one.line for one in report.results if one.source == REFUSED)
    several = {text: told[line] for line, text in enumerate(shapes, first) if told[line] > 1}
    assert several == SEVERAL, "one fault is told once"
    assert not raw(report)


def test_a_shape_that_cannot_be_used_takes_no_result_of_others_away(tmp_path: Path) -> None:
    report = checked(tmp_path / "data", ["sh:maxLength 1 , 2", "sh:property [ sh:path e:weight ; sh:minCount 1 , 2 ]"])
    found = {
        one.focus.rpartition("/")[2] for one in report.results if one.source != REFUSED and one.severity == "Violation"
    }
    assert found == {"loaf", "rye"}, "the second of a shape without a name"


def test_a_shape_that_is_too_deep_takes_no_result_of_others_away(tmp_path: Path) -> None:
    leading = "sh:node e:N , e:M . e:N a sh:NodeShape ; sh:class e:X . e:M a sh:NodeShape ; sh:nodeKind sh:Literal"
    report = checked(tmp_path / "data", [leading, DEEP, "sh:or ( e:T ) . e:T a sh:NodeShape ; sh:nodeKind sh:Literal"])
    found = Counter(one.rule.rpartition("/")[2] for one in report.results if one.severity == "Violation")
    assert (found["S0"], found["S2"], found["Other"]) == (2, 1, 1)
    (told,) = (one for one in report.results if one.source == REFUSED)
    assert (told.line, "Write fewer in one another" in told.message) == (HEAD.count("\n") + 2, True)


def raw(report: ValidationReport) -> list[str]:
    """What is said in the validator's own words."""
    signs = ("Literal(", "shsh:", "->", "datatype=", "Node Kind", "RDFLib", "MUST", "ConstraintComponent")
    return [one.message for one in report.results if any(sign in one.message for sign in signs)]


def test_what_shacl_allows_is_validated(tmp_path: Path) -> None:
    report = checked(tmp_path / "data", [text for text, _ in RIGHT])
    assert [one for one in report.results if one.source == REFUSED and one.severity != "Warning"] == []
    assert not raw(report)
    counts = Counter(one.rule for one in report.results if one.source != REFUSED)
    assert {text: counts[f"http://example.org/S{n}"] for n, (text, _) in enumerate(RIGHT)} == dict(RIGHT)


APART = {
    "sh:node [ sh:class e:L ] , [ sh:nodeKind sh:Literal ] , [ sh:nodeKind sh:IRI ]": 2,
    'sh:node [ sh:class e:L ] , [ sh:nodeKind sh:Literal ] ; sh:message "Mine."': 2,
    "sh:not [ sh:class e:Bread ] , [ sh:nodeKind sh:IRI ] , [ sh:class e:L ]": 2,
    "sh:and ( [ sh:class e:L ] ) , ( [ sh:nodeKind sh:Literal ] [ sh:class e:Bread ] ) , ( [ sh:class e:Bread ] )": 2,
    "sh:or ( [ sh:class e:L ] ) , ( ) , ( [ sh:class e:L ] [ sh:class e:Bread ] )": 2,
    "sh:xone ( [ sh:class e:Bread ] [ sh:nodeKind sh:IRI ] ) , ( [ sh:class e:L ] ) , ( [ sh:class e:Bread ] )": 2,
}
"""Several shapes of one kind that a shape asks each node to conform to, and how many results they have of their own."""


def test_each_of_several_shapes_in_one_has_a_result_of_its_own(tmp_path: Path) -> None:
    results = checked(tmp_path / "data", [*APART]).results
    found = {text: [one for one in results if one.source.endswith(f"/S{n}")] for n, text in enumerate(APART)}
    counts = {text: Counter(one.focus for one in some) for text, some in found.items()}
    assert {text: {*some.values()} for text, some in counts.items()} == {text: {n} for text, n in APART.items()}
    assert all(len({one.message for one in some}) > 1 for text, some in found.items() if "Mine" not in text)


MIXED = """@prefix e: <http://example.org/> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
e:S a sh:NodeShape ; sh:targetClass e:Bread ; sh:closed true ; sh:ignoredProperties ( rdf:type ) ;
  sh:property [ sh:path e:name ; sh:pattern '(?=a)' ] .
e:Bread a owl:Class , sh:NodeShape ; sh:property [ sh:path e:baker ; sh:minCount 1 ] .
e:loaf a e:Bread ;
  e:weight 5 .
e:wrong a sh:NodeShape ; sh:targetClass "text" ; sh:nodeKind sh:IRI .
e:Literal a sh:NodeShape ; sh:targetNode 'rye' ; sh:nodeKind sh:IRI .
e:graph sh:entailment <http://www.w3.org/ns/entailment/RDFS> .
e:Absent a sh:NodeShape ; sh:targetNode e:absent ; sh:property [ sh:path e:weight ; sh:minCount 1 ] .
e:Query a sh:NodeShape ; sh:targetNode e:loaf ;
  sh:sparql [ sh:prefixes e:o ; sh:select "SELECT $this { $this f:weight 5 }" ] .
e:o owl:imports e:o2 .
e:o2 sh:declare [ sh:prefix "f" ; sh:namespace "http://example.org/" ] .
"""


def _empty(folder: Path) -> Path:
    """Make a data folder without a file."""
    for name in ("facts", "ontology", "rules", "shapes", "queries"):
        (folder / name).mkdir(parents=True)
    return folder


def test_shapes_that_stand_in_a_file_beside_its_data_are_applied_or_refused_by_line(tmp_path: Path) -> None:
    folder, file = _empty(tmp_path / "data"), tmp_path / "mixed.ttl"
    file.write_text(MIXED, encoding="utf-8")
    found = {(one.line, one.rule, (one.predicate or "").rpartition("/")[2]) for one in check(folder, [file]).results}
    assert found >= {
        (6, "shape", "shacl#pattern"),
        (8, "http://example.org/Bread", "baker"),
        (9, "http://example.org/S", "weight"),
        (10, "shape", "shacl#targetClass"),
        (11, "http://example.org/Literal", ""),
        (8, "http://example.org/Query", ""),
        (12, "shape", "shacl#entailment"),
        (13, "http://example.org/Absent", "weight"),
    }
    assert not {rule for _, rule, _ in found} & {"unread_import"}


def test_of_many_allowed_values_a_few_are_named(tmp_path: Path) -> None:
    lists = [f"sh:in ( {' '.join(map(str, range(number)))} )" for number in (100, 101)]
    found = {one.message for one in checked(tmp_path / "data", lists).results if "one of" in one.message}
    all_, few = sorted(found, key=len, reverse=True)
    assert all_.endswith(" 98, 99.")
    assert few.endswith("one of 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, and 91 more.")


def test_a_literal_is_placed_where_it_stands_and_no_other_of_its_text(tmp_path: Path) -> None:
    folder = _empty(tmp_path / "data")
    for name, text in (("a", "e:a e:p 'x' ."), ("b", "e:a e:p 'x'@de ; e:q\n 'x'@en ."), ("c", "e:a e:q 'x'@en .")):
        (folder / "facts" / f"{name}.ttl").write_text(HEAD + text, encoding="utf-8")
    (folder / "shapes" / "s.ttl").write_text(f"{HEAD}[] a sh:NodeShape ; sh:targetNode 'x'@en ; sh:nodeKind sh:IRI .")
    assert [one.place for one in check(folder).results] == [f"facts/b.ttl:{HEAD.count(chr(10)) + 2}"]


@pytest.mark.slow
def test_a_list_of_many_allowed_values_comes_to_an_end(tmp_path: Path) -> None:
    """Where anything takes the square of 20,000, this goes on for many minutes."""
    file = tmp_path / "codes.ttl"
    codes = " ".join(map(str, range(20_000)))
    file.write_text(
        f"{HEAD}e:a e:code 19999 , 20000 .\ne:S a sh:NodeShape ; sh:targetObjectsOf e:code ; sh:in ( {codes} ) .\n",
        encoding="utf-8",
    )
    (result,) = check(_empty(tmp_path / "data"), [file]).results
    assert (result.rule, result.value and result.value.value) == ("http://example.org/S", "20000")
    assert result.message.endswith(", and 19,990 more.")


@pytest.mark.slow
def test_the_shapes_that_are_shipped_are_well_formed() -> None:
    shapes = Shapes(Graph.merged(map(read_source, sorted((ROOT / "shapes").glob("*.ttl")))))
    assert list(malformed_results(shapes)) == []
