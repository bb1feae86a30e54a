"""What points opposite ways is found by rule, and what is found has been looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from conftest import ROOT

from glutkg.checks.check import check
from glutkg.entity_description import describe
from glutkg.rdf.namespaces import BASE, INFERRED_GRAPH, RDF, STATED_GRAPH, curie
from glutkg.rdf.terms import Term
from glutkg.reasoning.load_and_reason import materialise, rules_of
from glutkg.resources import source_files
from glutkg.store.graph import Graph, serialize
from glutkg.store.sources import read_source

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from glutkg.api import KnowledgeGraph
    from glutkg.checks.report import ValidationReport
    from glutkg.rdf.terms import Triple

CANDIDATE, BETWEEN, WAIVES = BASE + "candidateConflictWith", BASE + "between", BASE + "waives"
pytestmark = pytest.mark.xdist_group("check")
SHAPE = BASE + "shape/Claim-candidate-conflict"
FEWEST = 10
"""Curated conflicts that there are at least."""


def pairs(graph: Graph, predicate: str = CANDIDATE, name: str | None = None) -> set[tuple[str, str]]:
    return {(curie(s.value), curie(o.value)) for s, _, o in graph.triples(None, predicate, graph=name)}


@pytest.fixture(scope="module")
def expected() -> list[list[str]]:
    text = (ROOT / "tests" / "conflicts.tsv").read_text(encoding="utf-8")
    return [line.split("\t") for line in text.splitlines() if not line.startswith("#")]


@pytest.fixture(scope="module")
def unsettled(tmp_path_factory: pytest.TempPathFactory) -> Graph:
    """What is stated, without the curated conflicts, and with made-up findings; nothing is inferred yet."""
    path = tmp_path_factory.mktemp("unsettled") / "facts.nt"
    shipped = Graph.of(map(read_source, source_files(ROOT)))
    curated = {s for s, _, _ in shipped.triples(None, BETWEEN)}
    path.write_bytes(serialize([t for t in shipped.triples() if t[0] not in curated], "ntriples"))
    return Graph.of(map(read_source, [path.rename(path.with_suffix(".ttl")), ROOT / "tests" / "conflicts.ttl"]))


def test_every_shipped_candidate_is_curated_or_waived(kg: KnowledgeGraph) -> None:
    waived = {curie(s.value) for s, _, _ in kg.reasoned.triples(None, WAIVES, SHAPE)}
    assert {pair for pair in pairs(kg.reasoned) if pair[0] not in waived} == set()
    curated = {s for s, _, _ in kg.reasoned.triples(None, BETWEEN)}
    assert len(curated) >= FEWEST
    print(f"{len(curated)} curated conflicts, {len(waived)} waived candidates, none left")


def checked(path: Path, triples: Iterable[Triple]) -> ValidationReport:
    """What the check reports where some triples are stated."""
    for name in ("rules", "shapes", "queries"):
        (path / name).symlink_to(ROOT / name)
    for name in ("ontology", "facts"):
        (path / name).mkdir()
    (path / "facts" / "all.ttl").write_bytes(serialize(list(triples), "ntriples"))
    return check(path)


def candidates(report: ValidationReport) -> set[tuple[str, str]]:
    """The candidates of a report, waived or not."""
    found = [result for result in (*report.results, *report.waived) if result.source == SHAPE]
    return {(curie(result.focus), curie(result.value.value)) for result in found if result.value}


@pytest.fixture(scope="module")
def report(unsettled: Graph, tmp_path_factory: pytest.TempPathFactory) -> ValidationReport:
    return checked(tmp_path_factory.mktemp("checked"), unsettled.triples(graph=STATED_GRAPH))


@pytest.mark.slow
def test_the_check_reports_the_candidates_that_the_rules_infer(
    report: ValidationReport, expected: list[list[str]]
) -> None:
    assert candidates(report) == {(claim, other) for claim, other, _ in expected}


@pytest.mark.slow
def test_the_check_reports_what_the_rules_infer_from_damaged_facts_too(tmp_path: Path) -> None:
    """Every third direction is turned: whatever the rules make of that, the check reports."""
    turned = {BASE + "Increase": BASE + "Decrease", BASE + "Decrease": BASE + "Increase"}
    graph = Graph.of(map(read_source, source_files(ROOT)))
    ways = sorted(graph.triples(None, BASE + "direction", graph=STATED_GRAPH))[::3]
    gone = [triple for triple in ways if triple[2].value in turned]
    damaged = graph.changed(gone, [(s, p, Term("iri", turned[o.value])) for s, p, o in gone])
    triples = list(damaged.triples(graph=STATED_GRAPH))
    rules = rules_of(damaged, ROOT)
    materialise(damaged, rules)
    inferred = pairs(damaged)
    assert len(inferred) > len(gone) / 4
    assert candidates(checked(tmp_path, triples)) == inferred
    print(f"{len(gone)} directions turned, {len(inferred)} candidates in both")


def test_rules_find_the_candidates_and_nothing_else(unsettled: Graph, expected: list[list[str]]) -> None:
    rules = rules_of(unsettled, ROOT)
    materialise(unsettled, rules)
    names = [rule.name for rule in rules if CANDIDATE in rule.head[1]]
    found = {(*pair, name) for name in names for pair in pairs(unsettled, name=f"{INFERRED_GRAPH}/{name}")}
    assert found == {(claim, other, rule) for claim, other, rule in expected}
    assert {name for *_, name in found} == set(names)
    print(f"{len(found)} candidates by {len(names)} rules")


def test_the_steps_of_a_conflict_are_proved_but_not_listed(kg: KnowledgeGraph) -> None:
    """They are marked in the ontology; descriptions leave them out."""
    steps = kg.reasoned.auxiliary()
    assert {curie(name) for name in steps} >= {"glut:comparableWith", "glut:contradicts", "glut:excludesDirection"}
    for name in steps:
        triple = min(kg.reasoned.triples(None, name))
        shown = describe(kg.reasoned, triple[0].value, kg.folder)
        relations = {str(row[0]) for title, table in shown.sections for row in table.rows if title == "what follows"}
        assert not any(step in relation for relation in relations for step in steps)


def test_the_curated_conflicts_hold_what_the_rules_would_find(kg: KnowledgeGraph, expected: list[list[str]]) -> None:
    members: dict[str, set[str]] = {}
    for conflict, _, claim in kg.reasoned.triples(None, BETWEEN):
        members.setdefault(conflict.value, set()).add(curie(claim.value))
    shipped = [{claim, other} for claim, other, *_ in expected if not claim.startswith("claim:case-")]
    assert shipped
    assert all(any(pair <= claims for claims in members.values()) for pair in shipped)


def test_what_the_text_calls_inconsistent_is_disputed_itself(kg: KnowledgeGraph) -> None:
    """The verdict is on the very claims, keeps their wording, and takes them out of what is supported."""
    query = "SELECT DISTINCT ?claim WHERE { ?verdict glut:judgement glut:Inconsistent ; glut:assesses ?claim }"
    called = {row[0].value for row in kg.reasoned.select(query).rows if row[0]}
    disputed = {s.value for s, _, _ in kg.reasoned.triples(None, BASE + "standing", BASE + "Disputed")}
    assert {curie(claim) for claim in called} == {
        "claim:glutamate-blood-interictal-migraine",
        "claim:glutamate-blood-ictal-migraine",
        "claim:msg-evokes-headache",
        "claim:ampa-genes-polymorphisms-migraine",
    }
    stated = {
        s.value for s, _, _ in kg.reasoned.triples(None, BASE + "standing", BASE + "Disputed", graph=STATED_GRAPH)
    }
    assert {curie(claim) for claim in stated} == {"claim:eaat2-polymorphism-chronification"}
    assert called | stated == disputed
    supported = {s.value for s, _, _ in kg.reasoned.triples(None, RDF + "type", BASE + "SupportedClaim")}
    assert disputed.isdisjoint(supported)


def test_a_candidate_is_a_warning_that_says_how_to_settle_it(faulty_report: ValidationReport) -> None:
    found = [f for f in faulty_report.results if f.source == SHAPE]
    assert found
    assert {f.severity for f in found} == {"Warning"}
    assert all("glut:Conflict" in f.message and "glut:waiverReason" in f.message for f in found)
