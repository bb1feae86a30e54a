"""What a change of the stated triples brings about is what reasoning, checking and asking everything again gives."""

from __future__ import annotations

import random
import shutil
from functools import cache
from typing import TYPE_CHECKING

import pytest
from conftest import ROOT
from hypothesis import given
from hypothesis import strategies as st

import glutkg
from glutkg.changes.what_if import WhatIf, WhatIfSession
from glutkg.checks.check import check, judged, shape_files, validate
from glutkg.checks.report import ValidationResult
from glutkg.checks.shapes import Shapes
from glutkg.errors import LimitError, NotFoundError, SourceError
from glutkg.questions.answer_changes import compare
from glutkg.questions.answering import answer, prepared
from glutkg.questions.question import read_questions
from glutkg.rdf.namespaces import BASE, OWL, RDF, RDFS, STATED_GRAPH
from glutkg.rdf.terms import Term, Triple
from glutkg.reasoning.load_and_reason import materialise, rules_of
from glutkg.store.graph import Graph
from glutkg.store.sources import read_source
from glutkg.text.cells import terms

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from command_runs import Run

    from glutkg.api import KnowledgeGraph
    from glutkg.text.tables import Table

pytestmark = pytest.mark.xdist_group("changes")
WORLD = ROOT / "tests" / "changes"
"""A small data folder about a bakery."""
ONE_CLAIM = ROOT / "tests" / "one-claim.ttl"
RETRACTED = ["msg-effects-inconsistent", "central-sensitization-migraine-chronification"]
"""Claims of the shipped graph: one that disputes others, one that others assess."""


@pytest.fixture(scope="module")
def world() -> KnowledgeGraph:
    return glutkg.load(WORLD)


def from_nothing(stated: Iterable[Triple], folder: Path) -> Graph:
    """Reason over stated triples."""
    made, triples = Graph(), list(stated)
    made.put(triples)
    made.put(triples, STATED_GRAPH)
    materialise(made, rules_of(made, folder))
    return made


@cache
def in_full(graph: Graph, folder: Path) -> tuple[frozenset[ValidationResult], dict[str, Table]]:
    """Check all that a graph states, and ask it all questions; a graph that several tests look at, once."""
    shapes = Shapes(Graph.merged(map(read_source, shape_files(folder))))
    stated = graph.changed()
    results = judged(stated, shapes, validate(stated, folder, shapes))[0]
    asked = read_questions(folder)
    return frozenset(results), {q.name: answer(graph, q, prepared(graph, q, {})) for q in asked}


def keys(results: Iterable[ValidationResult]) -> set[tuple[str, str, str, Term | None]]:
    """What results are about; of a name that nothing has, what-if alone knows that it was retracted, and says so."""
    named = (r for r in results if not r.focus.startswith("_:"))
    return {
        (
            *(r.rule, r.focus, "" if r.rule == "dangling_reference" else r.message),
            None if r.value and r.value.kind == "blank" else r.value,
        )
        for r in named
    }


def assert_is_in_full(found: WhatIf, before: Graph, after: Graph, folder: Path) -> None:
    """Compare with reasoning, checking and asking everything, before and after."""
    was, now = set(before.triples()), set(after.triples())
    inferred = {sign: {c.triple for c in found.inferred if c.sign == sign} for sign in "+-"}
    steps = before.auxiliary()
    assert inferred["+"] == {t for t in now - was - set(found.added) if t[1].value not in steps}
    assert inferred["-"] == {t for t in was - now - set(found.retracted) if t[1].value not in steps}
    (old, old_answers), (new, new_answers) = in_full(before, folder), in_full(after, folder)
    assert keys(found.new) == keys(new - old)
    assert keys(found.gone) == keys(old - new)
    changed = {change.question.name: list(change.rows) for change in found.answers if not change.value}
    for name, old_answer in old_answers.items():
        assert changed.get(name, []) == compare(old_answer, new_answers[name])


def iri(name: str) -> Term:
    return Term("iri", name if name.startswith("http") else BASE + name)


def triple(subject: str, predicate: str, object_: str) -> Triple:
    return iri(subject), iri(predicate), iri(object_)


def claims_of(graph: Graph) -> list[str]:
    return sorted({s.value for s, _, _ in graph.triples(None, BASE + "statedIn", graph=STATED_GRAPH)})


# --- against doing everything again -----------------------------------------------------------------------------------

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


@given(st.lists(st.sampled_from(LOOSE), unique=True), st.lists(st.sampled_from(LOOSE), unique=True))
def test_any_change_of_a_small_world_is_followed_in_full(before: list[Triple], after: list[Triple]) -> None:
    fixed = {t for t in Graph.of([read_source(WORLD / "ontology" / "world.ttl")]).triples() if t not in LOOSE}
    graph, changed = from_nothing(fixed | set(before), WORLD), from_nothing(fixed | set(after), WORLD)
    found = WhatIfSession(graph, WORLD, rules_of(graph, WORLD)).change(set(before) - set(after), set(after))
    assert_is_in_full(found, graph, changed, WORLD)
    assert set(graph.triples(graph=STATED_GRAPH)) == fixed | set(before)


def followed(kg: KnowledgeGraph, gone: set[Triple], new: set[Triple]) -> WhatIf:
    """Follow a change of the shipped graph, and compare with doing everything again."""
    stated = set(kg.reasoned.triples(graph=STATED_GRAPH))
    found = kg.what_if_session.change(gone, new)
    assert_is_in_full(found, kg.reasoned, from_nothing(stated - gone | new, kg.folder), kg.folder)
    assert (set(found.retracted), set(found.added)) == (gone, new - stated)
    return found


def stated_of(kg: KnowledgeGraph, claim: str) -> set[Triple]:
    return set(kg.reasoned.triples(claim, graph=STATED_GRAPH))


@pytest.mark.slow
@pytest.mark.parametrize("name", [*RETRACTED, "added"])
def test_a_change_of_a_claim_is_as_if_the_sources_had_always_been_so(kg: KnowledgeGraph, name: str) -> None:
    """Retracted, it is as if it had never been stated; added, as if it stood in the sources."""
    if name == "added":
        found = followed(kg, set(), set(Graph.merged([read_source(ONE_CLAIM)]).triples()))
        assert found.inferred
    else:
        found = followed(kg, stated_of(kg, f"{BASE}claim/{name}"), set())
        assert found.answers
    assert bool(found.new) == (name == "central-sensitization-migraine-chronification")


def test_a_file_that_is_loaded_already_changes_nothing(tmp_path: Path) -> None:
    shutil.copytree(WORLD, tmp_path / "world")
    path = tmp_path / "world" / "facts" / "blank.ttl"
    path.write_text("_:b <urn:p> _:c .", encoding="utf-8")
    same = tmp_path / "same.ttl"
    same.write_text("_:b <urn:p> <urn:o> .", encoding="utf-8")
    changed = tmp_path / "other.ttl"
    changed.write_text("_:b <urn:p> <urn:o> .", encoding="utf-8")
    loaded = glutkg.load(tmp_path / "world")
    assert loaded.whatif([path]).added == ()
    assert len(loaded.whatif([same, same]).added) == 1
    assert len(loaded.whatif([same, changed]).added) == 2


def test_a_change_that_would_take_long_is_refused(world: KnowledgeGraph, tmp_path: Path) -> None:
    path = tmp_path / "many.ttl"
    path.write_text("\n".join(f"<urn:s:{n}> <urn:p:p> <urn:o:o> ." for n in range(6_000)), encoding="utf-8")
    with pytest.raises(LimitError, match="has 6,000 triples, and at most 5,000 are followed"):
        world.whatif([path])


def test_a_file_that_contradicts_the_axioms_gains_a_finding_with_the_lines(
    world: KnowledgeGraph, tmp_path: Path
) -> None:
    path = tmp_path / "both.ttl"
    path.write_text(
        f"@prefix owl: <{OWL}> . @prefix e: <urn:e:> .\n"
        "e:A a owl:Class .\ne:B a owl:Class ; owl:disjointWith e:A .\ne:x a e:A , e:B .",
        encoding="utf-8",
    )
    (found,) = (one for one in world.whatif([path]).new if one.rule == "contradiction")
    assert found.line == 4
    assert f"{path}:3" in found.message


def test_a_question_that_cannot_be_read_before_it_is_asked_is_asked(tmp_path: Path) -> None:
    shutil.copytree(WORLD, tmp_path / "world")
    path = tmp_path / "world" / "queries" / "questions" / "who-bakes.rq"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("WHERE {", "WHERE { BIND(ADJUST(NOW(), 'PT1H'^^xsd:dayTimeDuration) AS ?t)"), "utf-8")
    claims = tmp_path / "new.ttl"
    claims.write_text("<urn:s> <urn:p> <urn:o> .", encoding="utf-8")
    assert glutkg.load(tmp_path / "world").whatif([claims]).answers == ()


@pytest.mark.slow
def test_some_claims_are_retracted_one_by_one(kg: KnowledgeGraph, seed: int) -> None:
    claims = claims_of(kg.reasoned)
    for name in random.Random(seed).sample(claims, 6):  # noqa: S311 - a sample
        followed(kg, stated_of(kg, name), set())
    print(f"6 of {len(claims)} claims retracted")


def test_each_claim_of_the_small_world_is_retracted(world: KnowledgeGraph) -> None:
    for claim in claims_of(world.reasoned):
        followed(world, stated_of(world, claim), set())


# --- what follows -----------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_a_retracted_reference_takes_away_what_rests_on_it_alone(kg: KnowledgeGraph) -> None:
    session = kg.what_if_session
    citing = session.claims("review:ref-50")
    found = kg.whatif(without="review:ref-50")
    cited = {claim: [o.value for _, _, o in kg.reasoned.triples(claim, BASE + "cites")] for claim in citing}
    alone = {claim for claim, references in cited.items() if len(references) == 1}
    assert 0 < len(alone) < len(citing)
    gone = {triple[0].value for triple in found.retracted if triple[1].value.endswith("/statedIn")}
    assert gone == alone
    assert {triple[0].value for triple in found.retracted} == {*citing}
    on_gone = [one for one in found.new if one.rule == "dangling_reference"]
    assert {one.focus for one in on_gone} == {kg.iri("claim:nmda-activation-generates-csd")}
    assert all(one.message.startswith("It names a retracted record: claim:memantine-csd-") for one in on_gone)


def test_what_another_claim_supports_stays() -> None:
    world = glutkg.load(WORLD)
    one = world.whatif(without="anna-croissant")
    assert all(c.triple[1].value != BASE + "bakes" for c in one.inferred)
    both = world.whatif(without=["anna-croissant", "claim:anna-croissant-again"])
    lost = {c.statement for c in both.inferred if c.sign == "-"}
    assert {"Anna – bakes – pastry", "Anna – is a – pastry baker"} <= lost


def test_what_a_retracted_doubt_kept_away_follows(world: KnowledgeGraph) -> None:
    found = world.whatif(without=["Whether Berta bakes croissants is in doubt"])
    said = {(c.sign, c.statement, c.rule_label) for c in found.inferred}
    assert ("+", "Berta – bakes – croissant", "chain to bakes") in said
    assert ("-", "Berta bakes croissants – has standing – disputed", "disputed claim") in said
    (answer,) = found.answers
    assert [(row.sign, term.value) for row in answer.rows if row.new for term in terms(row.new[1])] == [("+", "Berta")]


def test_what_follows_about_a_new_thing_is_shown_and_what_is_wider_or_on_the_record_is_counted(
    world: KnowledgeGraph, tmp_path: Path
) -> None:
    path = tmp_path / "new-thing.ttl"
    baker = "substance:carla a glut:Baker ; rdfs:label 'Carla' .\n"
    path.write_text(HEAD + baker + ADDED["twice"].replace("berta", "carla").replace("Bread", "Croissant") + "\n")
    found = world.whatif([path])
    shown = found.document().text().partition("INFERRED")[2].partition("ANSWERS")[0]
    assert "+ Carla – bakes – croissant\n" in shown
    assert "+ Carla – is a – pastry baker\n" in shown
    assert "+ Carla – bakes – pastry" not in shown
    assert "+ new – " not in shown
    assert "about the changed records themselves, or wider than what is shown; --format csv" in " ".join(shown.split())
    assert {"Carla – bakes – pastry"} < {change.statement for change in found.inferred}


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
    assert [(r.rule, r.place) for r in found.new] == [("missing_label", f"{path}:7")]
    assert not any(c.says_most and c.triple[0] == c.triple[2] for c in found.inferred), "that a class is one itself"
    assert not world.whatif().inferred  # and all is as it was


# --- adding files -----------------------------------------------------------------------------------------------------

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
def test_the_results_on_an_added_file_are_those_of_a_full_check(
    world: KnowledgeGraph, tmp_path: Path, name: str
) -> None:
    path = tmp_path / "added.ttl"
    path.write_text(HEAD + ADDED[name] + "\n", encoding="utf-8")
    found = world.whatif([path])
    before, after = set(check(WORLD).results), set(check(WORLD, [path]).results)
    assert (set(found.new), set(found.gone)) == (after - before, before - after)
    if name != "number":
        assert found.new


@pytest.mark.slow
@pytest.mark.parametrize("written", ["glut:agent substance:memantine", "glut:target glut:MGlu5Receptor"])
def test_text_where_a_name_belongs_is_found(kg: KnowledgeGraph, tmp_path: Path, written: str) -> None:
    path = tmp_path / "text.ttl"
    text = ONE_CLAIM.read_text(encoding="utf-8")
    assert written in text
    path.write_text(text.replace(written, f'{written.partition(" ")[0]} "memantine"'), encoding="utf-8")
    found = kg.whatif([path]).new
    assert found
    assert set(found) == set(check(kg.folder, [path]).results)


# --- the command ------------------------------------------------------------------------------------------------------


def test_files_and_retractions_can_be_combined_and_nothing_is_written(run: Run, tmp_path: Path) -> None:
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


def test_python_raises_what_the_command_says(world: KnowledgeGraph, tmp_path: Path) -> None:
    with pytest.raises(NotFoundError) as caught:
        world.whatif(without=["claim:berta-bred"])
    assert "claim:berta-bread" in caught.value.suggestions
    with pytest.raises(SourceError):
        world.whatif([tmp_path / "nowhere.ttl"])
    assert not world.whatif(without=[]).inferred
