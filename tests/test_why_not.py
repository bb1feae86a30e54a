"""Why a triple is not there: the right kind of reason for each trap, and what is reported missing is all that is."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from conftest import ROOT

from glutkg.errors import UsageError
from glutkg.explain.missing_premises import MISSING, NEW, UNCLAIMED
from glutkg.explain.why_not import why_not
from glutkg.rdf.namespaces import RDFS, STATED_GRAPH, expand
from glutkg.rdf.terms import Term, Triple
from glutkg.reasoning.load_and_reason import materialise
from glutkg.resources import source_files
from glutkg.store.graph import Graph, serialize
from glutkg.store.sources import Source, read_source

if TYPE_CHECKING:
    from collections.abc import Callable

    from glutkg.api import KnowledgeGraph
    from glutkg.explain.missing_premises import MissingPremise

    Run = Callable[..., object]


def lines(name: str) -> list[tuple[str, ...]]:
    text = (ROOT / "tests" / name).read_text(encoding="utf-8")
    return [tuple(line.split("\t")) for line in text.splitlines() if line and not line.startswith("#")]


def triple(*names: str) -> Triple:
    subject, predicate, object_ = (Term("iri", expand({"a": "rdf:type"}.get(name, name)) or "") for name in names)
    return subject, predicate, object_


@pytest.mark.sample(6)
@pytest.mark.parametrize("line", lines("whynot.tsv"), ids=" ".join)
def test_a_trap_has_its_kind_of_reason(kg: KnowledgeGraph, line: tuple[str, ...]) -> None:
    subject, predicate, object_, kind, shown, instead = line
    found = why_not(kg.explainer.derivations, triple(subject, predicate, object_))
    leaves = [leaf for way in found.nearest for leaf in way.leaves()]
    assert kind in {leaf.kind for leaf in leaves}
    if shown != "-":
        assert expand(shown) in {t[2].value for leaf in leaves if leaf.kind == kind for t in leaf.shown}
    if instead != "-":
        sort, _, name = instead.partition("=")
        assert expand(name) in {term.value for one in found.near_misses if one.kind == sort for term in one.triple}


def only_missing(way: MissingPremise) -> bool:
    return all(leaf.kind in (MISSING, UNCLAIMED) for leaf in way.leaves())


def missing_facts(kg: KnowledgeGraph, traps: list[tuple[str, ...]]) -> list[tuple[Triple, list[Triple]]]:
    """For each of some traps that lacks nothing but facts, the facts reported missing, with a name for what is new."""
    made: list[tuple[Triple, list[Triple]]] = []
    for number, (subject, predicate, object_, _) in enumerate(traps):
        sought = triple(subject, predicate, object_)
        found = why_not(kg.explainer.derivations, sought)
        assert found.nearest, subject
        new = Term("iri", f"https://w3id.org/glutkg/claim/new-{number}")
        way = found.nearest[0]
        if only_missing(way):
            facts = [t for leaf in way.leaves() for t in (leaf.shown if leaf.kind == UNCLAIMED else (leaf.triple,))]
            named = [tuple(new if term == NEW else term for term in fact) for fact in facts]
            made.append((sought, named))  # type: ignore[arg-type]
    return made


def reasoned_with(kg: KnowledgeGraph, facts: list[Triple]) -> Graph:
    text = serialize(facts, "ntriples").decode()
    new = Source(ROOT / "facts" / "new.ttl", f"{STATED_GRAPH}/facts/new", text)
    graph = Graph.of([*(read_source(path) for path in source_files(kg.folder)), new])
    materialise(graph, kg.rules)
    return graph


@pytest.mark.parametrize("one_in", [pytest.param(1, marks=pytest.mark.slow)])
def test_with_the_facts_reported_missing_a_triple_follows_and_with_fewer_it_does_not(
    kg: KnowledgeGraph, one_in: int, seed: int
) -> None:
    cases = missing_facts(kg, lines("non-entailments.tsv")[seed % one_in :: one_in])
    assert len(cases) >= 15 / one_in
    graph = reasoned_with(kg, [fact for _, facts in cases for fact in facts])
    for sought, _ in cases:
        assert any(True for _ in graph.triples(*(term.value for term in sought))), sought
    fewer = [facts[: number % len(facts)] + facts[number % len(facts) + 1 :] for number, (_, facts) in enumerate(cases)]
    graph = reasoned_with(kg, [fact for facts in fewer for fact in facts])
    for sought, _ in cases:
        assert not any(True for _ in graph.triples(*(term.value for term in sought))), sought


@pytest.mark.parametrize("one_in", [40, pytest.param(1, marks=pytest.mark.slow)])
def test_nothing_is_reported_missing_that_another_missing_triple_implies(
    kg: KnowledgeGraph, one_in: int, seed: int
) -> None:
    more = [("substance:memantine", relation, "glut:Migraine", "") for relation in ("glut:usedFor", "glut:approvedFor")]
    every = [*lines("non-entailments.tsv"), *lines("whynot.tsv"), *more]
    for subject, predicate, object_, *_ in every[seed % one_in :: one_in]:
        for way in why_not(kg.explainer.derivations, triple(subject, predicate, object_)).nearest:
            lacking = {leaf.triple for leaf in way.leaves()}
            for s, p, o in lacking:
                wider = {w for _, _, w in kg.reasoned.triples(o.value, f"{RDFS}subClassOf") if w != o}
                assert not {(s, p, w) for w in wider} & lacking, (subject, predicate, object_)


def test_a_negated_claim_is_shown_with_the_axiom_by_which_it_rules_the_triple_out(kg: KnowledgeGraph) -> None:
    text = kg.why_not("memantine", "approved for", "migraine").document(proof=True).text()
    assert "It would follow from claim 1, but\n   ✗ claim 1 – has result – approved   [contrary: " in text
    assert "claim 1 – has result – not approved   [facts/review-memantine.ttl:" in text
    assert "not approved is a kind of denied, " in text
    assert "denied excludes affirmed   [ontology/evidence.ttl:" in text
    assert "claim:memantine-not-approved-migraine-prevention, facts/review-memantine.ttl:" in text


@pytest.mark.parametrize(
    ("asked", "axiom", "members"),
    [
        (("memantine", "raises", "CSD"), "decrease excludes increase", "glut:Increase glut:Decrease"),
        (("memantine", "is a", "receptor"), "substance excludes target", "glut:Target glut:Location"),
        (("mGlu5 receptor", "is a", "mGlu2 receptor"), "group I metab", "glut:GroupIMetabotropicGlutamateReceptor"),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_a_disjointness_axiom_is_shown_with_the_line_of_its_own_list(
    kg: KnowledgeGraph, asked: tuple[str, str, str], axiom: str, members: str
) -> None:
    text = next(
        line
        for line in kg.why_not(*asked).document(proof=True).text().splitlines()
        if "excludes" in line and axiom in line
    )
    file, _, line = text.partition("[")[2].rstrip("]").partition(":")
    assert members in (ROOT / file).read_text(encoding="utf-8").splitlines()[int(line) - 1]


def test_classes_that_the_disjointness_does_not_need_are_left_out(kg: KnowledgeGraph) -> None:
    assert "channel blocker" not in kg.why_not("memantine", "is a", "receptor").document(proof=True).text()


def test_an_individual_is_shown_with_the_class_that_it_is_in(kg: KnowledgeGraph) -> None:
    found = kg.why_not("memantine", "kind of", "drug")
    assert (
        "this holds, and does not speak against it   [sibling]\n   memantine – is a – drug\n"
        in found.document(proof=True).text()
    )


def test_a_dismissed_assay_is_shown_with_the_claim_that_dismisses_it(kg: KnowledgeGraph) -> None:
    text = kg.why_not("LY293558", "lowers", "plasma protein extravasation").document(proof=True).text()
    assert "[blocked: an exception holds]\n      claim 1 – has standing – dismissed   [by dismissed claim]" in text
    assert "└─ claim 1 – has method – plasma protein extravasation assay" in text
    assert "claim:ppe-dismissed" in text


def test_a_misstated_claim_is_shown_with_the_slip(kg: KnowledgeGraph) -> None:
    text = kg.why_not("nucleus raphe magnus", "part of", "midbrain").document(proof=True).text()
    assert "claim 1, composition: affirmed, established, erroneous\n" in text
    assert "– misstates – claim 1   [facts/review-nmda-receptors.ttl:" in text


def test_what_holds_for_a_group_is_reported_for_the_group(kg: KnowledgeGraph) -> None:
    text = kg.why_not("mGlu2 receptor", "found in", "thalamus").document(proof=True).text()
    assert "[group]\n   group II metabotropic glutamate receptor – found in – thalamus\n" in text
    assert "it would take a claim that\n         is a – localization\n" in text


def test_the_other_forms_hold_the_same(kg: KnowledgeGraph) -> None:
    found = kg.why_not("memantine", "approved for", "migraine")
    document = json.loads(found.json())
    assert document["kinds"] == sorted(found.kinds)
    assert document["ways"][0]["kind"] == "derived"
    assert "https://w3id.org/glutkg/claim/memantine-not-approved-migraine-prevention" in document["claims"]
    assert "- ✗ claim 1 – has result – approved   [contrary: " in found.document(proof=True).markdown()
    assert {row["kind"] for row in found.table()} == set(found.kinds)


def test_what_is_there_is_left_to_why(kg: KnowledgeGraph) -> None:
    with pytest.raises(UsageError, match="'glutkg why' proves it"):
        kg.why_not("memantine", "antagonises", "NMDA receptor")


@pytest.mark.parametrize("form", ["table", "csv", "markdown", "json"])
def test_whynot_on_the_command_line(run: Run, form: str) -> None:
    done = run("whynot", "GAMS", "is a", "AMPA receptor antagonist", "--proof", "--format", form)
    assert "unclaimed" in done.stdout  # type: ignore[attr-defined]
    assert (done.returncode, done.stderr) == (0, "")  # type: ignore[attr-defined]
