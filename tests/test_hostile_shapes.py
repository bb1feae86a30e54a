"""Shapes of others, shape by shape: those that SHACL does not allow are refused by line, the others are validated."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

import pytest
from conftest import ROOT
from hostile_shapes import DEEP, RIGHT, SEVERAL, WRONG

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
