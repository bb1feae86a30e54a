"""Shapes of others: what the check finds is what SHACL says, or the shape is refused by name.

The cases are those of the W3C's test suite (its core part, where a copy is beside the checkout) and our own on
constraints in SPARQL. Both have the form of the suite: data, shapes and the report that is expected.
"""

from __future__ import annotations

import csv
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

import pyoxigraph as ox
import pytest
from conftest import ROOT

from glutkg.checks.check import check
from glutkg.checks.ill_typed_literals import ILL_TYPED
from glutkg.checks.shapes import Shapes
from glutkg.checks.unsupported_shacl import REFUSED, refusals
from glutkg.checks.validation import core_results, sparql_results
from glutkg.rdf.datatypes import is_well_typed
from glutkg.rdf.namespaces import RDF, SH, XSD
from glutkg.rdf.terms import Term, triple_from_oxigraph
from glutkg.store.graph import Graph
from glutkg.store.sources import Source, read_source

if TYPE_CHECKING:
    from pathlib import Path

    from glutkg.checks.report import ValidationResult

MF = "http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#"
SHT = "http://www.w3.org/ns/shacl-test#"
SUITE = next(iter(ROOT.parent.glob("*/w3c-shacl/core")), None)
OWN = sorted((ROOT / "tests" / "shacl-sparql").glob("*.ttl"))


class Case(NamedTuple):
    """A test of the suite: the graph that describes it, and its node there."""

    path: Path
    statements: dict[tuple[Term, str], list[Term]]
    node: Term

    def value(self, node: Term, predicate: str) -> Term | None:
        return next(iter(self.statements.get((node, predicate), [])), None)

    def graph(self, name: str) -> Graph:
        action = self.value(self.node, MF + "action")
        assert action
        where = self.value(action, SHT + name)
        assert where
        path = self.path.parent / where.value.rpartition("/")[2]
        return Graph.merged([_with_base(path)])

    def wanted(self) -> Counter[tuple[str, ...]] | None:
        """What the report is to hold; None where validation is to fail."""
        report = self.value(self.node, MF + "result")
        assert report
        if report.value == SHT + "Failure":
            return None
        nodes = self.statements.get((report, SH + "result"), [])
        return Counter(tuple(_shown(self.value(node, SH + name)) for name in NAMES) for node in nodes)


NAMES = (
    *("focusNode", "resultPath", "value", "sourceShape", "sourceConstraintComponent", "resultSeverity"),
    "resultMessage",
)


def _with_base(path: Path) -> Source:
    source = read_source(path)
    return source._replace(text=f"@base <{path.as_uri()}> .\n{source.text}")


def _shown(term: Term | None) -> str:
    return "" if term is None else "a blank node" if term.kind == "blank" else term.n3()


def _cases(path: Path) -> list[Case]:
    statements: dict[tuple[Term, str], list[Term]] = {}
    for quad in ox.parse(_with_base(path).text, format=ox.RdfFormat.TURTLE):
        subject, predicate, object_ = triple_from_oxigraph(quad)
        statements.setdefault((subject, predicate.value), []).append(object_)
    tests = [node for (node, predicate), kinds in statements.items() if predicate == RDF + "type" and _is_test(kinds)]
    return [Case(path, statements, node) for node in tests]


def _is_test(kinds: list[Term]) -> bool:
    return any(kind.value == SHT + "Validate" for kind in kinds)


def _found(case: Case) -> list[ValidationResult]:
    data, shapes = case.graph("dataGraph"), Shapes(case.graph("shapesGraph"))
    return [*core_results(data, shapes), *sparql_results(data, shapes), *refusals(shapes)]


def _as_row(result: ValidationResult) -> tuple[str, ...]:
    severity = result.severity if ":" in result.severity else SH + result.severity
    return (
        _shown(_node(result)),
        f"<{result.predicate}>" if result.predicate and not result.target else "",
        _shown(result.value),
        "a blank node" if result.source.startswith("_:") else f"<{result.source}>",
        f"<{result.component}>",
        f"<{severity}>",
        Term("literal", result.message).n3(),
    )


def _node(result: ValidationResult) -> Term:
    if result.focus.startswith("_:") and not result.target:
        return Term("blank", result.focus[2:])
    return result.target or result.literal or Term("iri", result.focus)


def _differences(case: Case) -> str:
    """Say what is reported otherwise than the case expects; nothing where all is the same."""
    wanted, results = case.wanted(), _found(case)
    refused = [result for result in results if result.source == REFUSED and result.severity == "Violation"]
    results = [result for result in results if result.source != REFUSED]
    if wanted is None or refused:
        return "" if wanted is None and refused else f"refused: {refused}" if refused else "not refused"
    has_message, has_path = case.path in OWN and any(row[6] for row in wanted), any(row[1] for row in wanted)
    wanted = Counter(_comparable(row, has_message=has_message, has_path=True) for row in wanted.elements())
    rows = map(_as_row, results)
    found = Counter(_comparable(row, has_message=has_message, has_path=has_path) for row in rows)
    return "" if found == wanted else f"missing: {wanted - found}, too many: {found - wanted}"


def _comparable(row: tuple[str, ...], *, has_message: bool, has_path: bool) -> tuple[str, ...]:
    """Leave out what is not compared.

    A path of several steps has no name. A result of a query also names the property that states its value, which the
    expected ones do not. Of messages the suite says nothing binding.
    """
    is_query = row[4] == f"<{SH}SPARQLConstraintComponent>"
    path = "" if row[1] == "a blank node" or (is_query and not has_path) else row[1]
    return (row[0], path, *row[2:6], row[6] if has_message else "")


def _deviations() -> dict[str, str]:
    with (ROOT / "tests" / "shacl-deviations.tsv").open(encoding="utf-8", newline="") as file:
        return {row["test"]: row["reason"] for row in csv.DictReader(file, delimiter="\t")}


@pytest.mark.parametrize("path", OWN, ids=lambda path: path.stem)
def test_constraints_in_sparql_find_what_shacl_says_or_are_refused_by_name(path: Path) -> None:
    (case,) = _cases(path)
    difference = _differences(case)
    assert bool(difference) == (f"shacl-sparql/{path.stem}" in _deviations()), difference


def test_of_the_suite_only_what_is_listed_deviates() -> None:
    """A deviation is listed with its reason in `tests/shacl-deviations.tsv`; one that agrees again is taken out."""
    if SUITE is None:
        pytest.skip("the W3C's test suite of SHACL is not beside the checkout")
    reasons = {name: reason for name, reason in _deviations().items() if name.startswith("core/")}
    cases = [case for path in sorted(SUITE.rglob("*.ttl")) for case in _cases(path)]
    found = {f"core/{case.path.relative_to(SUITE).with_suffix('').as_posix()}": _differences(case) for case in cases}
    deviating = {name: difference for name, difference in found.items() if difference}
    assert len(found) == 98
    assert deviating.keys() == reasons.keys(), deviating
    print(f"{len(found) - len(deviating)} of {len(found)} tests agree")


def test_every_deviation_has_a_reason_and_a_test() -> None:
    names = {f"shacl-sparql/{path.stem}" for path in OWN}
    assert all(_deviations().values())
    assert {name for name in _deviations() if not name.startswith("core/")} <= names


def test_all_shapes_that_are_shipped_run_once_for_all_nodes() -> None:
    shapes = Shapes(Graph.merged(map(read_source, sorted((ROOT / "shapes").glob("*.ttl")))))
    assert {(one.shape, one.name) for one in shapes.run_once} == set(shapes.constraints())
    assert list(refusals(shapes)) == []


# --- where the fault is -----------------------------------------------------------------------------------------------

BREAD = """@prefix e: <http://example.org/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
_:first a e:Bread ;
    e:weight 5 .
[] a e:Bread ;
    e:weight 6 .
e:shop e:sells [
        a e:Bread ;
        e:weight 7 ] ,
    [ a e:Bread ;
        e:weight 7 ] .
"""
LIGHT = """@prefix e: <http://example.org/> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
e:Light a sh:NodeShape ; sh:targetClass e:Bread ;
    sh:property [ sh:path e:weight ; sh:maxExclusive 5 ; sh:message "Bake less."@en ] .
"""


def _folder(path: Path, facts: str, shapes: str = "") -> Path:
    for name in ("facts", "ontology", "rules", "shapes", "queries"):
        (path / name).mkdir(parents=True)
    (path / "facts" / "bread.ttl").write_text(facts, encoding="utf-8")
    (path / "shapes" / "bread.ttl").write_text(shapes, encoding="utf-8")
    return path


def test_a_result_on_a_blank_node_has_the_line_of_what_is_wrong(tmp_path: Path) -> None:
    report = check(_folder(tmp_path / "data", BREAD, LIGHT))
    lines = [(result.rule, result.line) for result in report.results if result.message == "Bake less."]
    assert [line for _, line in lines] == [4, 6, 9, 11]
    assert {rule for rule, _ in lines} == {"http://example.org/Light"}
    assert b"Light" in report.to_turtle()


def test_a_shape_that_is_refused_has_its_file_and_line(tmp_path: Path) -> None:
    shapes = LIGHT.replace("sh:maxExclusive", "sh:maxExclusiv")
    (result,) = [one for one in check(_folder(tmp_path / "data", "", shapes)).results if one.source == REFUSED]
    assert (result.place, result.severity) == ("shapes/bread.ttl:4", "Violation")
    assert "Did you mean sh:maxExclusive?" in result.message


def test_a_severity_of_ones_own_stops_a_build(tmp_path: Path) -> None:
    shapes = LIGHT.replace('"Bake less."@en', '"Bake less."@en ; sh:severity e:Grave')
    report = check(_folder(tmp_path / "data", BREAD, shapes))
    assert {one.severity for one in report.results if one.message == "Bake less."} == {"http://example.org/Grave"}
    assert not replace(report, results=tuple(one for one in report.results if ":" in one.severity)).conforms
    assert "4 of severity http://example.org/Grave" in report.summary()
    assert b"<http://example.org/Grave>" in report.to_turtle()


RIGHT = {
    "integer": "-012 +7",
    "byte": "-128 127",
    "unsignedByte": "0 255",
    "unsignedInt": "4294967295",
    "positiveInteger": "1",
    "decimal": "1 -.5 2.",
    "double": "1e3 INF NaN -0.0",
    "boolean": "true 0",
    "date": "2024-02-29 2000-02-29Z -0044-03-15 12024-01-31+14:00",
    "dateTime": "2024-05-31T24:00:00 2024-05-31T10:00:00.5+01:00",
    "time": "10:00:00",
    "gYear": "1999",
    "gMonthDay": "--02-29",
    "duration": "P1Y2M -P3DT4H PT0.5S",
    "hexBinary": "0aFF",
    "base64Binary": "YWI= YWJj",
    "anyURI": "anything",
}
WRONG = {
    "integer": "abc 1.0 1_000 ٣",
    "byte": "128 -129",
    "unsignedByte": "-1 256",
    "positiveInteger": "0",
    "decimal": "1e3 . INF",
    "double": "inf 1e",
    "boolean": "True yes",
    "date": "2030-02-30 2100-02-29 2024-13-01 24-01-01 2024-1-1",
    "dateTime": "2024-05-31 2024-05-31T25:00:00 2024-02-30T10:00:00",
    "time": "10:60:00",
    "gYear": "99",
    "duration": "P 1Y P1YT",
    "hexBinary": "0aF",
    "base64Binary": "YWI",
}


@pytest.mark.parametrize("texts", [RIGHT, WRONG], ids=["right", "wrong"])
def test_the_text_of_a_literal_is_one_of_its_datatype(texts: dict[str, str]) -> None:
    told = {(name, text): is_well_typed(text, XSD + name) for name, row in texts.items() for text in row.split()}
    assert set(told.values()) == {texts is RIGHT}, told


def test_an_ill_typed_literal_is_a_result_with_its_line_and_nothing_on_the_side(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    wrong = ('"2030-02-30"^^xsd:date', '"abc"^^xsd:integer', '"300"^^xsd:byte')
    facts = BREAD + "".join(f"e:shop e:says\n    {literal} .\n" for literal in wrong)
    found = [one for one in check(_folder(tmp_path / "data", facts)).results if one.source == ILL_TYPED]
    assert [(one.line, one.value and one.value.value) for one in found] == [
        (13, "2030-02-30"),
        (15, "abc"),
        (17, "300"),
    ]
    assert capfd.readouterr() == ("", "")
