"""What a change of the stated triples brings about is what building everything again brings about."""

from __future__ import annotations

import json
import random
import shutil
import statistics
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from conftest import ROOT
from hypothesis import given, settings
from hypothesis import strategies as st

import glutkg
from glutkg.changes.revision import Workbench
from glutkg.changes.what_if import Trials
from glutkg.checks.check import check
from glutkg.checks.impact import Checks, Stated
from glutkg.errors import NotFoundError, SourceError
from glutkg.questions.answer_changes import compare
from glutkg.questions.answering import answer, prepared
from glutkg.rdf.namespaces import BASE, OWL, RDF, RDFS, STATED_GRAPH
from glutkg.rdf.terms import Term, Triple
from glutkg.reasoning.materialise import build, materialise, rules_of
from glutkg.resources import source_files
from glutkg.store.graph import Graph
from glutkg.store.sources import read_source
from glutkg.text.cells import terms

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable, Iterable

    from glutkg.api import KnowledgeGraph

WORLD = ROOT / "tests" / "changes"
"""A small data folder about a bakery."""
RETRACTED = ["msg-effects-inconsistent", "memantine-nmda-antagonist-csd"]
"""Claims of the shipped graph: one that disputes others, one that supports what others support too."""


@pytest.fixture(scope="module")
def world() -> KnowledgeGraph:
    return glutkg.load(WORLD)


@pytest.fixture(scope="module")
def shipped(kg: KnowledgeGraph) -> Workbench:
    graph = kg.reasoned.copy()
    return Workbench(graph, rules_of(Stated(graph), kg.folder), kg.folder)


def scratch(stated: Iterable[Triple], folder: Path) -> Graph:
    """Reason over stated triples from nothing."""
    made, triples = Graph(), list(stated)
    made.put(triples)
    made.put(triples, STATED_GRAPH)
    materialise(made, rules_of(made, folder))
    return made


def iri(name: str) -> Term:
    return Term("iri", name if name.startswith("http") else BASE + name)


def triple(subject: str, predicate: str, object_: str) -> Triple:
    return iri(subject), iri(predicate), iri(object_)


def claims_of(graph: Graph) -> list[str]:
    return sorted({s.value for s, _, _ in graph.triples(None, BASE + "statedIn", graph=STATED_GRAPH)})


# --- reasoning --------------------------------------------------------------------------------------------------------

NAMES = [f"claim/{letter}" for letter in "abcd"]
BAKERS = [f"substance/{name}" for name in ("anna", "berta")]
LOOSE = [
    *(triple(claim, RDF + "type", "BakingClaim") for claim in NAMES),
    *(triple(claim, "agent", baker) for claim in NAMES for baker in BAKERS),
    *(triple(claim, "target", ware) for claim in NAMES for ware in ("Croissant", "Bread")),
    *(triple("claim/doubt", "assesses", claim) for claim in NAMES),
    *(
        triple("claim/doubt", predicate, value)
        for predicate, value in ((RDF + "type", "Claim"), ("assesses", "claim/doubt"))
    ),
    triple("Croissant", RDFS + "subClassOf", "Pastry"),
    triple("Bread", RDFS + "subClassOf", "Pastry"),
    triple("Pastry", RDFS + "subClassOf", "Bread"),  # a cycle
    triple("bakes", RDF + "type", OWL + "TransitiveProperty"),
    triple("Bread", "bakes", "Croissant"),
    triple("Croissant", "bakes", "Bread"),
    triple("bakes", RDFS + "subPropertyOf", "target"),
]
"""Triples that may or may not be stated in the small world, whatever sense they make."""


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(LOOSE), unique=True), st.lists(st.sampled_from(LOOSE), unique=True))
def test_a_change_gives_what_reasoning_from_nothing_gives(before: list[Triple], after: list[Triple]) -> None:
    fixed = {t for t in Graph.of([read_source(WORLD / "ontology" / "world.ttl")]).triples() if t not in LOOSE}
    graph = scratch(fixed | set(before), WORLD)
    was = set(graph.triples())
    model = Workbench(graph, rules_of(Stated(graph), WORLD), WORLD)
    with model.changed(set(before) - set(after), after) as change:
        now = set(model.graph.triples())
        assert now == set(scratch(fixed | set(after), WORLD).triples())
        assert set(model.graph.triples(graph=STATED_GRAPH)) == fixed | set(after)
    assert change.gained == now - was
    assert change.lost == was - now
    assert change.rules.keys() == change.gained - change.stated
    assert set(model.graph.triples()) == was
    assert set(model.graph.triples(graph=STATED_GRAPH)) == fixed | set(before)


@pytest.mark.parametrize("name", RETRACTED)
def test_retracting_a_claim_is_as_if_it_had_never_been_stated(
    shipped: Workbench, kg: KnowledgeGraph, name: str
) -> None:
    stated = set(shipped.graph.triples(graph=STATED_GRAPH))
    going = {t for t in stated if t[0].value == f"{BASE}claim/{name}"}
    with shipped.changed(going, ()) as change:
        assert set(shipped.graph.triples()) == set(scratch(stated - going, kg.folder).triples())
    assert change.unstated == going
    assert change.lost


def test_retracting_claims_and_adding_them_again_gives_the_whole_graph(shipped: Workbench) -> None:
    everything = set(shipped.graph.triples())
    claims = claims_of(shipped.graph)
    for name in random.Random(4).sample(claims, 25):  # noqa: S311 - a sample
        going = set(shipped.graph.triples(name, graph=STATED_GRAPH))
        with shipped.changed(going, ()) as first, shipped.changed((), going) as second:
            assert (second.gained, second.lost) == (first.lost, first.gained)
    assert set(shipped.graph.triples()) == everything
    print(f"25 of {len(claims)} claims retracted and added again")


def test_the_rules_are_those_of_the_sources(shipped: Workbench, kg: KnowledgeGraph) -> None:
    """They are compiled from what the reasoned graph states, not from what follows."""
    sources = Graph.of(map(read_source, source_files(kg.folder)))
    ours, theirs = (rules_of(graph, kg.folder) for graph in (Stated(shipped.graph), sources))
    assert {(r.head, r.body, r.filters) for r in ours} == {(r.head, r.body, r.filters) for r in theirs}


def test_what_another_claim_supports_stays() -> None:
    world = glutkg.load(WORLD)
    one = world.whatif(without=["anna-croissant"])
    assert all(c.triple[1].value != BASE + "bakes" for c in one.inferred)
    both = world.whatif(without=["anna-croissant", "claim:anna-croissant-again"])
    lost = {c.said for c in both.inferred if c.sign == "-"}
    assert {"Anna – bakes – pastry", "Anna – is a – pastry baker"} <= lost


def test_what_a_retracted_doubt_kept_away_follows(world: KnowledgeGraph) -> None:
    found = world.whatif(without=["Whether Berta bakes croissants is in doubt"])
    said = {(c.sign, c.said, c.rule_label) for c in found.inferred}
    assert ("+", "Berta – bakes – croissant", "chain to bakes") in said
    assert ("-", "Berta bakes croissants – has standing – disputed", "disputed claim") in said
    (answer,) = found.answers
    assert [(row.sign, term.value) for row in answer.rows if row.new for term in terms(row.new[1])] == [("+", "Berta")]


def test_an_axiom_that_makes_rules_is_followed_too(world: KnowledgeGraph, tmp_path: Path) -> None:
    """Rules are compiled from such axioms, so that everything is made anew."""
    path = tmp_path / "axiom.ttl"
    path.write_text(
        HEAD
        + "glut:CroissantBaker a owl:Class ; owl:equivalentClass [ a owl:Class ; owl:intersectionOf ("
        + " glut:Baker [ a owl:Restriction ; owl:onProperty glut:bakes ; owl:someValuesFrom glut:Croissant ] ) ] .\n",
        encoding="utf-8",
    )
    found = world.whatif([path])
    assert triple("substance/anna", RDF + "type", "CroissantBaker") in {c.triple for c in found.inferred}
    assert [(f.rule, f.place) for f in found.new] == [("missing_label", f"{path}:7")]
    assert not world.whatif().inferred  # and all is as it was


# --- checking ---------------------------------------------------------------------------------------------------------

ADDED = {
    "no-source": "claim:new a glut:BakingClaim ; rdfs:label 'new'@en ; glut:agent substance:anna .",
    "twice": "claim:new a glut:BakingClaim ; rdfs:label 'new'@en ; glut:agent substance:berta ;"
    "\n  glut:target glut:Bread ; glut:statedIn review:two .",
    "dangling": "claim:new a glut:Claim ; rdfs:label 'new'@en ; glut:agent substance:ana ; glut:statedIn review:two .",
    "no-label": "glut:Roll a owl:Class ; rdfs:subClassOf glut:Bread .",
    "new-type": "substance:anna a glut:BakingClaim .",
    "blank": "[] a glut:BakingClaim .",
    "number": "claim:new a glut:Claim ; rdfs:label 'new'@en ; glut:statedIn review:one ; rdfs:comment 1.50 .",
}
HEAD = "".join(
    f"@prefix {name}: <{namespace}> .\n"
    for name, namespace in (
        ("claim", BASE + "claim/"),
        ("glut", BASE),
        ("owl", OWL),
        ("rdfs", RDFS),
        ("review", BASE + "source/glutamate-receptors-migraine#"),
        ("substance", BASE + "substance/"),
    )
)


@pytest.mark.parametrize("name", ADDED)
def test_the_findings_on_an_added_file_are_those_of_a_full_check(
    world: KnowledgeGraph, tmp_path: Path, name: str
) -> None:
    path = tmp_path / "added.ttl"
    path.write_text(HEAD + ADDED[name] + "\n", encoding="utf-8")
    found = world.whatif([path])
    before, after = set(check(WORLD).findings), set(check(WORLD, [path]).findings)
    assert (set(found.new), set(found.gone)) == (after - before, before - after)
    if name != "number":
        assert found.new


def test_the_findings_on_a_retracted_claim_are_those_of_a_full_check(world: KnowledgeGraph) -> None:
    trials, checks = world.trials, Checks(WORLD)
    graph = scratch(world.reasoned.triples(graph=STATED_GRAPH), WORLD)
    before = checks.find(Stated(graph), None)
    for claim in claims_of(graph):
        going = set(graph.triples(claim, graph=STATED_GRAPH))
        graph.drop(going, STATED_GRAPH)
        after = checks.find(Stated(graph), None)
        graph.put(going, STATED_GRAPH)
        found = trials.what_if(without=[claim])
        keys = [
            {(f.rule, f.focus, f.message) for f in fs} for fs in (found.new, found.gone, after - before, before - after)
        ]
        assert keys[:2] == keys[2:]


def test_the_checks_of_the_shipped_graph_are_narrowed_rightly(shipped: Workbench, kg: KnowledgeGraph) -> None:
    checks = Checks(kg.folder)
    before = checks.find(Stated(shipped.graph), None)
    for name in ("central-sensitization-migraine-chronification",):
        going = set(shipped.graph.triples(f"{BASE}claim/{name}", graph=STATED_GRAPH))
        touched = checks.touched(Stated(shipped.graph), going)
        assert touched is not None
        with shipped.changed(going, ()):
            after = checks.find(Stated(shipped.graph), None)
            narrow = checks.find(Stated(shipped.graph), touched)
        known = checks.find(Stated(shipped.graph), touched)
        assert (narrow - known, known - narrow) == (after - before, before - after)
        assert len(touched) < 50
        assert narrow - known


# --- answers ---------------------------------------------------------------------------------------------------------


def test_a_question_that_is_not_touched_has_the_same_answer(shipped: Workbench, kg: KnowledgeGraph) -> None:
    trials = kg.trials
    asked = [(q, prepared(shipped.graph, q, {})) for q in kg.questions()]
    before = {q.name: answer(shipped.graph, q, text) for q, text in asked}
    left, changed = 0, 0
    for claim in random.Random(5).sample(claims_of(shipped.graph), 6):  # noqa: S311 - a sample
        found = {change.question.name: change for change in trials.what_if(without=[claim]).answers}
        with shipped.changed(set(shipped.graph.triples(claim, graph=STATED_GRAPH)), ()):
            for question, text in asked:
                rows = compare(before[question.name], answer(shipped.graph, question, text))
                assert list(found[question.name].rows if question.name in found else ()) == rows
                changed += bool(rows)
                left += not rows
    assert changed
    print(f"{changed} answers changed, {left} did not")


# --- the command ------------------------------------------------------------------------------------------------------


def test_files_and_retractions_can_be_combined_and_nothing_is_written(
    run: Callable[..., subprocess.CompletedProcess[str]], tmp_path: Path
) -> None:
    folder = tmp_path / "world"
    shutil.copytree(WORLD, folder)
    path = tmp_path / "added.ttl"
    path.write_text(HEAD + ADDED["twice"], encoding="utf-8")
    was = {p: p.read_bytes() for p in folder.rglob("*") if p.is_file()}
    done = run(
        "--data", str(folder), "whatif", str(path), "--without", "anna-croissant", "--without", "claim:berta-bread"
    )
    assert done.returncode == 0, done.stderr
    for part in (
        "5 triples more, 10 fewer",
        "CHECK",
        "INFERRED",
        "ANSWERS",
        "who-bakes (~1)",
        "- claim:anna-croissant",
    ):
        assert part in done.stdout
    assert {p: p.read_bytes() for p in folder.rglob("*") if p.is_file()} == was


@pytest.mark.parametrize("form", ["csv", "tsv", "json", "markdown", "turtle"])
def test_changes_come_in_every_form(run: Callable[..., subprocess.CompletedProcess[str]], form: str) -> None:
    done = run("--data", str(WORLD), "whatif", "--without", "berta-croissant-doubted", "--format", form)
    assert done.returncode == 0, done.stderr
    assert "Berta – bakes – croissant" in done.stdout
    if form == "json":
        made = json.loads(done.stdout)
        assert made["answers"][0]["gained"][0]["bakerLabel"] == "Berta"
        assert {c["change"] for c in made["inferred"]} == {"+", "-"}
    if form == "csv":
        assert done.stdout.startswith("level,change,about,what,because")


HOSTILE = [
    (("whatif",), 2, "Name Turtle files to add, or claims to leave out"),
    (("whatif", "nowhere.ttl"), 1, "the file cannot be read"),
    (("whatif", "broken.ttl"), 1, "broken.ttl:2:"),
    (("whatif", "latin.ttl"), 1, "not UTF-8"),
    (("whatif", "--without", "claim:ana-croissant"), 2, "Did you mean 'claim:anna-croissant'"),
    (("whatif", "--without", "Anna"), 2, "There is no claim 'Anna'"),
    (("whatif", "--without", ""), 2, "There is no claim ''"),
]


@pytest.mark.parametrize(("arguments", "code", "message"), HOSTILE, ids=[" ".join(case[0]) for case in HOSTILE])
def test_a_wrong_call_says_what_is_wrong(
    run: Callable[..., subprocess.CompletedProcess[str]],
    tmp_path: Path,
    arguments: tuple[str, ...],
    code: int,
    message: str,
) -> None:
    (tmp_path / "broken.ttl").write_text("@prefix e: <http://e/> .\ne:a e:b x:c .\n", encoding="utf-8")
    (tmp_path / "latin.ttl").write_bytes(b"# \xff\n")
    done = run("--data", str(WORLD), *arguments)
    assert done.returncode == code
    assert message in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


def test_python_raises_what_the_command_says(world: KnowledgeGraph, tmp_path: Path) -> None:
    with pytest.raises(NotFoundError) as caught:
        world.whatif(without=["claim:berta-bred"])
    assert "claim:berta-bread" in caught.value.suggestions
    with pytest.raises(SourceError):
        world.whatif([tmp_path / "nowhere.ttl"])
    assert not world.whatif(without=[]).inferred


def test_following_a_change_beats_making_everything_anew(kg: KnowledgeGraph) -> None:
    """Processor time of both in one run, so that a busy machine matters to neither more than to the other."""
    started = time.process_time()
    build(kg.folder)
    check(kg.folder)
    anew = time.process_time() - started
    trials, taken = Trials(kg.reasoned, kg.folder), []
    for name in RETRACTED:
        started = time.process_time()
        trials.what_if(without=[name])
        taken.append(time.process_time() - started)
    print(f"{anew * 1000:.0f} ms anew, {statistics.median(taken) * 1000:.0f} ms a change")
    assert statistics.median(taken) < anew / 2
