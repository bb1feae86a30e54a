"""The check finds what is wrong, where it is, and nothing else."""

from __future__ import annotations

import random
import subprocess
import sys
from collections import Counter
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import rdflib
from conftest import ROOT
from rdflib.plugins.sparql import algebra, parser, processor

from glutkg.checks.check import check
from glutkg.checks.coverage import coverage
from glutkg.checks.report import ValidationReport, ValidationResult
from glutkg.checks.shapes import Shapes, target_nodes
from glutkg.rdf.namespaces import BASE, RDF, RDFS, SH, curie
from glutkg.rdf.terms import to_rdflib
from glutkg.reasoning.load_and_reason import build, rules_of
from glutkg.resources import source_files
from glutkg.store.graph import Graph
from glutkg.store.sources import read_source

if TYPE_CHECKING:
    from collections.abc import Iterable

pytestmark = pytest.mark.xdist_group("check")
SHAPE_FILES = sorted((ROOT / "shapes").glob("*.ttl"))
CASE_FILES = sorted((ROOT / "tests" / "shapes").glob("*.ttl"))
QUALITY_CASES = ROOT / "tests" / "checks.ttl"
WORLD = ROOT / "tests" / "changes"
"""A small data folder."""
CHECKS = sorted((ROOT / "shapes" / "quality").glob("*.rq"))
COUNTED = {"uncovered_sentence", "unused_reference", "lost_reference", "contradiction", "respelled_literal"}
"""Checks that the cases of the shapes do not try: they do not cover their made-up sentences, and what a shape refuses
often contradicts the ontology, too (test_inconsistency_reports), or is spelt oddly (test_datatypes)."""

PARTS = 6
"""Into so many tests the slow comparison with another processor is cut, so that they can run side by side."""
SOUND = 10
"""So many of the records that keep a rule are tried with it."""

CONSTRAINTS = {
    "minCount": "MinCount",
    "maxCount": "MaxCount",
    "in": "In",
    "hasValue": "HasValue",
    "class": "Class",
    "datatype": "Datatype",
    "nodeKind": "NodeKind",
    "languageIn": "LanguageIn",
    "minLength": "MinLength",
    "maxLength": "MaxLength",
    "minInclusive": "MinInclusive",
    "minExclusive": "MinExclusive",
    "maxInclusive": "MaxInclusive",
    "maxExclusive": "MaxExclusive",
    "pattern": "Pattern",
    "lessThan": "LessThan",
    "closed": "Closed",
    "or": "Or",
    "sparql": "SPARQL",
}
NOT_CONSTRAINTS = {
    *("path", "targetClass", "targetSubjectsOf", "targetObjectsOf", "severity", "message", "select", "prefixes"),
    *("ignoredProperties", "declare", "prefix", "namespace"),
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with our ontology and shapes, and without facts but the substances, which some kinds name."""
    made = tmp_path_factory.mktemp("data")
    for name in ("ontology", "facts", "queries"):
        (made / name).mkdir()
    for path in (ROOT / "ontology").glob("*.ttl"):
        (made / "ontology" / path.name).symlink_to(path)
    (made / "facts" / "substances.ttl").symlink_to(ROOT / "facts" / "substances.ttl")
    for name in ("rules", "shapes"):
        (made / name).symlink_to(ROOT / name)
    return made


@pytest.fixture(scope="module")
def cases(folder: Path) -> ValidationReport:
    """All cases, checked at once: a record of one file may disagree with one of another."""
    return check(folder, CASE_FILES)


@pytest.fixture(scope="module")
def shapes() -> Shapes:
    return Shapes(Graph.of(map(read_source, SHAPE_FILES)))


def _expected(path: Path) -> set[tuple[str, str]]:
    graph = Graph.of([read_source(path)])
    results = [s.value for s, _, _ in graph.triples(None, RDF + "type", SH + "ValidationResult")]
    return {
        (focus.value, shape.value)
        for result in results
        for _, _, focus in graph.triples(result, SH + "focusNode")
        for _, _, shape in graph.triples(result, SH + "sourceShape")
    }


def _found(results: Iterable[ValidationResult]) -> set[tuple[str, str]]:
    return {(f.focus, f.source) for f in results if not f.focus.startswith("https://example.org/case/")}


# --- shapes -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("case", CASE_FILES, ids=lambda path: path.stem)
def test_bad_records_and_only_they_fail_their_shapes(cases: ValidationReport, case: Path) -> None:
    expected = _expected(case)
    found = _found(f for f in cases.results if f.path == case.as_posix() and f.rule not in COUNTED)
    assert found == expected
    print(f"{len(expected)} results, {case.read_text(encoding='utf-8').count(':good-')} mentions of good records")


def test_every_shape_file_has_its_cases() -> None:
    assert {path.stem for path in SHAPE_FILES} - {"prefixes"} == {path.stem for path in CASE_FILES} - {"world"}


def test_every_constraint_of_every_shape_is_violated_by_a_case(cases: ValidationReport, shapes: Shapes) -> None:
    wanted = set()
    for subject, predicate, _ in shapes.graph.triples():
        name = predicate.value.removeprefix(SH)
        said_of_shape = predicate.value.startswith(SH) and subject.kind == "iri" and name not in NOT_CONSTRAINTS
        if said_of_shape and shapes.targets(subject.value):
            wanted.add((subject.value, f"{SH}{CONSTRAINTS[name]}ConstraintComponent"))
    violated = {(f.source, f.component) for f in cases.results}
    assert len(wanted) > 300
    assert {curie(shape) + " " + curie(component) for shape, component in wanted - violated} == set()
    print(f"{len(wanted)} constraints of {len({shape for shape, _ in wanted})} shapes are violated by a case")


def test_every_shape_says_what_to_type_and_why(shapes: Shapes) -> None:
    named = {s.value for s, _, _ in shapes.graph.triples(None, SH + "message")}
    aiming = {s.value for s, p, _ in shapes.graph.triples() if p.value.startswith(SH + "target")}
    assert aiming == named
    reasons = {s.value for s, _, _ in shapes.graph.triples(None, RDFS + "comment")}
    assert aiming <= reasons
    print(f"{len(aiming)} shapes")


@pytest.fixture(scope="module")
def as_rdflib(folder: Path) -> tuple[rdflib.Graph, rdflib.Graph]:
    """The ontology with the cases and the conclusions that shapes ask for, and the shapes."""
    wanted = Graph.of(map(read_source, SHAPE_FILES))
    data = Graph.of(map(read_source, [*(ROOT / "ontology").glob("*.ttl"), *CASE_FILES]))
    reasoned = build(folder, CASE_FILES)
    for name in Shapes(wanted).concluded(rules_of(reasoned, folder)):
        data.put(reasoned.triples(None, name))
    return copied(data), copied(wanted)


def copied(graph: Graph) -> rdflib.Graph:
    """The triples of a graph in a store of rdflib's own."""
    made = rdflib.Graph()
    for triple in graph.triples():
        made.add(tuple(map(to_rdflib, triple)))  # type: ignore[arg-type]
    return made


@pytest.fixture
def queries_parsed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let rdflib, which pySHACL gives the query of a shape anew for each record, parse it once."""
    translated = cache(lambda query, base, names: algebra.translateQuery(parser.parseQuery(query), base, dict(names)))
    monkeypatch.setattr(processor, "parseQuery", str)
    monkeypatch.setattr(
        processor, "translateQuery", lambda query, base, names: translated(query, base, tuple(names.items()))
    )


@pytest.mark.slow
@pytest.mark.usefixtures("queries_parsed_once")
@pytest.mark.parametrize("part", [slice(part, None, PARTS) for part in range(PARTS)])
def test_a_standard_processor_finds_the_same_with_the_same_shapes(
    cases: ValidationReport,
    shapes: Shapes,
    as_rdflib: tuple[rdflib.Graph, rdflib.Graph],
    part: slice,
    seed: int,
) -> None:
    """The queries of the shapes run in Oxigraph here; pySHACL's own SHACL-SPARQL must agree, record by record.

    Every record that breaks a rule is tried, and a sample of those that do not.
    """
    from pyshacl import validate

    data, wanted = as_rdflib
    rules = {shape for shape, _ in shapes.constraints()[part]}
    draw = random.Random(seed)  # noqa: S311 - a sample
    assert rules
    ours = {(f.focus, f.source) for f in cases.results if f.source in rules}
    graph = Graph.of(map(read_source, [*(ROOT / "ontology").glob("*.ttl"), *CASE_FILES]))
    waiving = {str(s) for s in data.subjects(rdflib.URIRef(BASE + "waives"))}
    good = {str(s) for s in data.subjects() if "good-" in str(s)} - waiving
    compared = 0
    for rule in sorted(rules):
        broken = {focus for focus, source in ours if source == rule}
        sound = sorted(good & target_nodes(graph, shapes.targets(rule)) - broken)
        focus = {*broken, *draw.sample(sound, min(SOUND, len(sound)))}
        _, report, _ = validate(data, shacl_graph=wanted, inplace=True, use_shapes=[rule], focus_nodes=sorted(focus))
        theirs = {str(node) for node in report.objects(None, rdflib.URIRef(SH + "focusNode"))}
        assert theirs == broken, f"{rule}, --seed {seed}"
        assert theirs
        compared += len(focus)
    print(f"{len(rules)} queries on {compared} records: the same in both")


# --- waivers ----------------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_every_rule_that_may_be_waived_can_be_and_no_other(
    cases: ValidationReport, shapes: Shapes, folder: Path
) -> None:
    """Each bad record gets a waiver of a rule that it breaks: of the rules, those that may be waived are.

    The everyday run has the cases of tests/shapes/waiver.ttl.
    """
    waivable = shapes.waivable()
    assert waivable <= {shape for shape, _ in shapes.constraints()}
    already = {result.focus for result in cases.waived}
    broken = {f.source: f.focus for f in cases.results if f.focus.startswith(BASE) and f.focus not in already}
    wanted = [rule for rule in broken if rule in waivable or rule.endswith(("-result", "-denied-direction", "-type"))]
    assert waivable <= set(wanted)
    path = folder.parent / "waivers.ttl"
    path.write_text("".join(_waiver(broken[rule], rule) for rule in wanted), encoding="utf-8")
    report = check(folder, [*CASE_FILES, path])
    refused = {f.value.value for f in report.results if f.value and f.source == BASE + "shape/waives"}
    for rule in wanted:
        standing = {f.source for f in report.results if f.focus == broken[rule]}
        assert (rule in standing) == (rule not in waivable), rule
        assert (rule in refused) == (rule not in waivable), rule
        assert ((broken[rule], rule) in {(f.focus, f.source) for f in report.waived}) == (rule in waivable)
    print(f"{len(waivable)} rules may be waived")


def _waiver(record: str, rule: str) -> str:
    reason = f"It is broken here on purpose: {curie(rule)}."
    return f'<{record}> <{BASE}waives> <{rule}> ; <{BASE}waiverReason> "{reason}"@en .\n'


def test_a_rule_that_may_be_waived_says_how(shapes: Shapes) -> None:
    silent = [rule for rule in shapes.waivable() if f"glut:waives {curie(rule)}" not in shapes.text(rule, "message")]
    assert silent == []


# --- quality of the ontology ------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def quality(folder: Path) -> ValidationReport:
    return check(folder, [QUALITY_CASES])


def test_the_quality_checks_find_their_cases_and_nothing_else(quality: ValidationReport) -> None:
    assert _found(quality.results) == _expected(QUALITY_CASES)
    rules = {result.rule for result in quality.results}
    assert {path.stem for path in CHECKS} <= rules
    print(f"{len(CHECKS)} quality checks have a case each")


def test_an_unknown_name_gets_the_nearest_known_ones(quality: ValidationReport) -> None:
    (result,) = [f for f in quality.results if f.rule == "dangling_reference" and f.focus == BASE + "CaseDangling"]
    assert "Did you mean glut:NMDAReceptor" in result.message
    assert result.place.endswith(f"checks.ttl:{_line(QUALITY_CASES, 'glut:NMDARecepter')}")


def _line(path: Path, word: str) -> int:
    lines = path.read_text(encoding="utf-8").splitlines()
    return next(number for number, line in enumerate(lines, 1) if word in line)


# --- syntax -----------------------------------------------------------------------------------------------------------


def test_syntax_errors_of_all_files_are_reported_with_their_lines(folder: Path, tmp_path: Path) -> None:
    first, second, third = (tmp_path / name for name in ("first.ttl", "second.ttl", "third.ttl"))
    first.write_text('@prefix e: <http://e/> .\ne:a e:b "never closed .\n\ne:a e:b e:c .\n', encoding="utf-8")
    second.write_bytes(b"@prefix e: <http://e/> .\n# fine\ne:a e:b '\xff' .\n")
    third.write_bytes(b"\xef\xbb\xbfe:a e:b e:c .\n")
    report = check(folder, [first, second, third, tmp_path / "fourth.ttl"])
    places = {f.place for f in report.results}
    assert {f"{first}:2", f"{second}:3", f"{third}:1", str(tmp_path / "fourth.ttl")} <= places
    assert {f.rule for f in report.results} == {"syntax"}
    assert not report.conforms
    assert all(str(tmp_path) not in f.message for f in report.results)


def test_several_errors_of_one_file_are_reported_together(folder: Path, tmp_path: Path) -> None:
    path = tmp_path / "bad.ttl"
    path.write_text("@prefix e: <http://e/> .\ne:a e:b x:c .\n\ne:d e:e e:f .\n\ne:g e:h y:i .\n", encoding="utf-8")
    assert [f.line for f in check(folder, [path]).results] == [2, 6]


# --- the report -------------------------------------------------------------------------------------------------------


def test_the_report_is_standard_shacl_in_turtle_and_json(cases: ValidationReport) -> None:
    turtle = rdflib.Graph().parse(data=cases.to_turtle(), format="turtle")
    json_ld = rdflib.Graph().parse(data=cases.to_json(), format="json-ld")
    results = _results(turtle)
    assert results == _results(json_ld)
    assert sum(results.values()) == len(cases.results)
    wanted = {rdflib.URIRef(SH + name) for name in STANDARD}
    assert all(wanted <= {predicate for predicate, _ in result} for result in results)
    for graph in (turtle, json_ld):
        assert (None, rdflib.URIRef(SH + "conforms"), rdflib.Literal(False)) in graph
        assert len(list(graph.objects(None, rdflib.URIRef(SH + "result")))) == len(cases.results)


STANDARD = ("resultSeverity", "sourceShape", "sourceConstraintComponent", "resultMessage", "focusNode")


def _results(graph: rdflib.Graph) -> Counter[frozenset[tuple[rdflib.term.Node, rdflib.term.Node]]]:
    nodes = graph.subjects(rdflib.RDF.type, rdflib.URIRef(SH + "ValidationResult"))
    return Counter(frozenset(graph.predicate_objects(node)) for node in nodes)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["quality", "cases"])
def test_the_same_sources_give_the_same_bytes(folder: Path, name: str, request: pytest.FixtureRequest) -> None:
    before: ValidationReport = request.getfixturevalue(name)
    again = check(folder, {"quality": [QUALITY_CASES], "cases": CASE_FILES}[name])
    assert again.to_turtle() == before.to_turtle()
    assert again.to_json() == before.to_json()


def test_every_finding_says_where_and_what_to_do(cases: ValidationReport) -> None:
    assert all(f.path and f.line and f.message.endswith((".", "?")) for f in cases.results)
    assert list(cases.results) == sorted(cases.results, key=ValidationResult.order)
    assert len(cases.table()) == len(cases.results) > len(cases.brief()), "what differs in a value alone is one row"
    assert "violations" in cases.summary()


def test_warnings_and_counts_alone_do_not_stop_a_build() -> None:
    warning = ValidationResult("Warning", "rule", "Do this.", source=BASE + "shape/rule")
    assert ValidationReport((warning,), {}).conforms
    assert not ValidationReport(
        (ValidationResult("Violation", "rule", "Do this.", source=BASE + "shape/rule"),), {}
    ).conforms


def test_pyshacl_leaves_rdflib_as_it_was() -> None:
    before = rdflib.NORMALIZE_LITERALS, str(rdflib.Literal("1", datatype=rdflib.XSD.boolean).value)
    check(WORLD)
    assert (rdflib.NORMALIZE_LITERALS, str(rdflib.Literal("1", datatype=rdflib.XSD.boolean).value)) == before


# --- what is shipped --------------------------------------------------------------------------------------------------


def test_what_is_shipped_has_no_violation_and_no_unexplained_warning(shipped_report: ValidationReport) -> None:
    wrong = [f"{f.place} {f.rule} {f.message}" for f in shipped_report.results if f.severity != "Info"]
    assert wrong == []
    print(shipped_report.summary())
    print(Counter(f.rule for f in shipped_report.results))


TIMED = """
import time, pyshacl, rdflib
from pathlib import Path
from glutkg.checks.check import check
from glutkg.resources import source_files

started = time.process_time()
for path in source_files(Path.cwd()):
    if path.suffix == ".ttl":
        rdflib.Graph().parse(path)
read = time.process_time()
check(Path.cwd())
print((time.process_time() - read) / (read - started))
"""


@pytest.mark.slow
def test_the_check_of_everything_stays_within_its_time() -> None:
    """Processor time beside rdflib's, so that no busy or slow machine matters; it takes about 2.5 times as long."""
    done = subprocess.run([sys.executable, "-c", TIMED], cwd=ROOT, capture_output=True, text=True, check=True)
    assert float(done.stdout) < 5


def test_the_coverage_table_has_every_sentence_and_agrees_with_the_check(shipped_report: ValidationReport) -> None:
    table = coverage(Graph.of(map(read_source, source_files(ROOT)))).by_sentence()
    assert len(table) == 209
    bare = [row for row in table if row["claims"] == 0 and row["reason"] is None]
    assert len(bare) == sum(f.rule == "uncovered_sentence" for f in shipped_report.results)
    lost = [row for row in table if row["lost"] and row["claims"]]
    assert bool(lost) == any(f.rule == "lost_reference" for f in shipped_report.results)
    print(f"{len(table) - len(bare)} of {len(table)} sentences accounted for")
