"""Proofs: every step follows from its premises alone, and ends in what is stated."""

from __future__ import annotations

import json
import re
import statistics
import time
from typing import TYPE_CHECKING, Any

import pyoxigraph
import pytest
from proof_checker import Checker, comes_from_its_axioms

from glutkg.errors import NotFoundError, UsageError
from glutkg.explain.alternatives import alternatives
from glutkg.explain.explainer import Explainer
from glutkg.explain.explanation import Explanation
from glutkg.questions.question import read_questions
from glutkg.rdf.namespaces import BASE, RDF
from glutkg.rdf.terms import Term, Triple
from glutkg.text.cells import terms

if TYPE_CHECKING:
    from collections.abc import Callable

    from glutkg.api import KnowledgeGraph

    Run = Callable[..., object]

LANES = [1920, pytest.param(1, marks=pytest.mark.slow)]
"""One in so many is tried in every run, another one each time, and all of them in the slow lane."""

CHECKER = pytest.mark.xdist_group("proofs")
"""Tests that share the checker, for which each rule is read anew."""

PROV = "http://www.w3.org/ns/prov#"


@pytest.fixture(scope="module")
def inferred(kg: KnowledgeGraph) -> list[Triple]:
    """All that is inferred, in order."""
    names = kg.reasoned.graph_names("inferred")
    return sorted(triple for name in names for triple in kg.reasoned.triples(graph=name))


@pytest.fixture(scope="module")
def whole_checker(kg: KnowledgeGraph) -> Checker:
    """A checker of all that is stated, which reads each rule once."""
    return Checker(kg.reasoned, {rule.name: rule for rule in kg.rules})


@pytest.fixture
def checked(whole_checker: Checker) -> Checker:
    """A checker that has looked at no proof yet."""
    return whole_checker.anew()


def test_what_does_not_hold_names_the_claims_on_both_things(kg: KnowledgeGraph) -> None:
    """A stimulus is no agent, so that the relations of substances do not hold of it."""
    with pytest.raises(NotFoundError, match=r"claim:electrical-stimulation-sensitization \(has stimulus\)"):
        kg.why("electrical stimulation", "raises", "central sensitization")
    with pytest.raises(NotFoundError, match=r"raises – thalamus\. 'glutkg whynot'"):
        kg.why("electrical stimulation", "raises", "thalamus")


def test_between_classes_is_a_means_subclass_of(kg: KnowledgeGraph) -> None:
    asked = kg.triple("NMDA receptor", "is a", "receptor")
    assert asked == kg.triple("NMDA receptor", "kind of", "receptor")
    assert kg.triple("memantine", "is a", "drug")[1].value == f"{RDF}type"
    assert kg.triple("NMDA receptor", "rdf:type", "receptor")[1].value == f"{RDF}type"


@pytest.mark.parametrize("name", ["has outcome", "outcome", "Outcome", "glut:outcome", "hasOutcome"])
def test_a_property_is_found_by_its_name_where_a_class_has_the_same(kg: KnowledgeGraph, name: str) -> None:
    assert kg.triple("memantine", name, "CSD")[1].value == "https://w3id.org/glutkg/outcome"


def test_an_error_names_what_is_not_a_relation(kg: KnowledgeGraph) -> None:
    with pytest.raises(NotFoundError, match="'NMDA receptor' is not a relation"):
        kg.triple("memantine", "NMDA receptor", "CSD")
    with pytest.raises(NotFoundError, match=r"called 'cures'\. Relations are: .*, effective in, .*, lowers, "):
        kg.triple("memantine", "cures", "migraine")
    with pytest.raises(NotFoundError, match="Did you mean 'antagonises'"):
        kg.triple("memantine", "antagonizes", "NMDA receptor")


@pytest.mark.parametrize("one_in", LANES)
@CHECKER
def test_inferred_triples_have_proofs_that_hold(
    kg: KnowledgeGraph, inferred: list[Triple], checked: Checker, one_in: int, seed: int
) -> None:
    assert len(inferred) > 10_000
    explainer = Explainer(kg.reasoned, kg.rules)
    for triple in inferred[seed % one_in :: one_in]:
        checked.check(explainer.why(triple))
    print(f"\n{len(checked)} steps checked for one in {one_in} of {len(inferred)} inferred triples")
    assert len(checked) > len(inferred) // one_in


def test_a_rule_that_a_proof_names_axioms_for_comes_from_these_axioms(kg: KnowledgeGraph) -> None:
    compiled = [rule for rule in kg.rules if rule.axioms]
    assert len(compiled) > 100
    assert [rule.name for rule in compiled if not comes_from_its_axioms(rule, kg.reasoned)] == []


@CHECKER
def test_the_checker_finds_a_proof_with_a_premise_too_few_another_or_one_that_nothing_states(
    kg: KnowledgeGraph, checked: Checker
) -> None:
    proof = kg.why("memantine", "antagonises", "NMDA receptor").proof
    first, *others = proof.premises
    stated = next(step for _, step in proof.steps() if step.rule is None)
    subject, predicate, _ = stated.triple
    wrong = [
        type(proof)(proof.triple, proof.origin, proof.rule, tuple(others)),
        type(proof)(proof.triple, proof.origin, proof.rule, (stated, *others)),
        type(proof)(first.triple, first.origin, proof.rule, proof.premises),
        type(proof)((subject, predicate, Term("iri", BASE + "nothing")), stated.origin),
    ]
    checked.check(proof)
    for bad in wrong:
        with pytest.raises(AssertionError):
            checked.check(bad)


@pytest.mark.parametrize("number", [12, pytest.param(120, marks=pytest.mark.slow)])
def test_proofs_are_found_fast_and_are_the_smallest(kg: KnowledgeGraph, inferred: list[Triple], number: int) -> None:
    """The sizes agree with another method: going up from what is stated, the cheapest first."""
    sample = inferred[:: len(inferred) // number]
    seconds = []
    for triple in sample:
        explainer = Explainer(kg.reasoned, kg.rules)
        started = time.process_time()
        proof = explainer.why(triple)
        seconds.append(time.process_time() - started)
        if len(seconds) <= number // 3:
            assert proof.size == alternatives(kg.explainer.derivations, triple, 1).proofs[0].size
    median = statistics.median(seconds)
    print(f"\nmedian {median * 1000:.1f} ms, slowest {max(seconds) * 1000:.0f} ms, nothing remembered")
    assert median < 0.060, "three times what a quiet machine needs"


def test_what_is_stated_is_its_own_proof(kg: KnowledgeGraph) -> None:
    text = kg.why("memantine", "is a", "drug").document(proof=True).text()
    assert re.fullmatch(r"memantine – is a – drug   \[facts/substances\.ttl:\d+\]\n", text)


def test_a_proof_ends_in_claims_with_file_line_sentence_and_references(kg: KnowledgeGraph) -> None:
    text = kg.why("kainate receptor", "found in", "trigeminal ganglion").document(proof=True).text()
    assert text.startswith("kainate receptor – found in – trigeminal ganglion   [by found in]\n├─ claim 1")
    assert re.search(r"claim 1 – has target – kainate receptor   \[facts/review-kainate-receptors\.ttl:\d+\]", text)
    assert "closed world, nothing to the contrary: " in text
    assert re.search(r"claim:kainate-[a-z-]+, facts/review-kainate-receptors\.ttl:\d+\n", text)
    assert "review s087: Kainate Receptors, paragraph 1, sentence 3\n" in text
    assert text.endswith("cites reference 75 of the review, reference 76 of the review\n")


@pytest.mark.slow
@CHECKER
def test_other_proofs_rest_on_other_claims(kg: KnowledgeGraph, checked: Checker) -> None:
    found = kg.why("memantine", "antagonises", "NMDA receptor", limit=50)
    rests = [frozenset(type(found)(found.graph, found.files, (proof,)).claims) for proof in found.proofs]
    assert found.complete
    assert len(rests) == len(set(rests)) >= 5
    assert [proof.size for proof in found.proofs] == sorted(proof.size for proof in found.proofs)
    for proof in found.proofs:
        checked.check(proof)
    two = kg.why("memantine", "antagonises", "NMDA receptor", limit=2)
    assert (len(two.proofs), two.complete) == (2, False)
    assert "PROOF 2 OF 2 OR MORE" in two.document(proof=True).text()


def test_what_follows_from_the_ontology_alone_has_its_other_proofs_too(kg: KnowledgeGraph) -> None:
    found = kg.why("lamina I", "part of", "trigeminovascular system", limit=20)
    assert found.claims == []
    assert found.complete
    assert len(found.proofs) == 3


def test_a_proof_becomes_provenance_that_leads_from_the_conclusion_to_sentences(kg: KnowledgeGraph) -> None:
    found = kg.why("memantine", "is a", "NMDA receptor antagonist")
    store = pyoxigraph.Store()
    store.load(found.turtle(), format=pyoxigraph.RdfFormat.TURTLE)
    steps = {step.triple for _, step in found.proof.steps()}
    prefixes = {"prov": PROV, "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#", "glut": BASE}

    def rows(query: str) -> list[tuple[str, ...]]:
        found = store.query(query, prefixes=prefixes)
        assert isinstance(found, pyoxigraph.QuerySolutions)
        return [tuple(str(getattr(term, "value", "")) for term in row) for row in found]

    assert len(rows("SELECT ?e { ?e a prov:Entity, rdf:Statement }")) == len(steps)
    led = rows(
        "SELECT DISTINCT ?sentence { ?end rdf:predicate rdf:type ; rdf:object glut:NMDAReceptorAntagonist ; "
        "prov:wasDerivedFrom+/prov:hadPrimarySource ?sentence }"
    )
    assert led == [("https://w3id.org/glutkg/source/glutamatergic-medications#s033",)]
    assert rows("SELECT ?a { ?a a prov:Activity FILTER NOT EXISTS { ?a prov:used ?e } }") == []
    assert rows("SELECT ?e { ?e prov:wasGeneratedBy ?a ; prov:atLocation ?place }") == []
    for relation, kind in (("hadPrimarySource", "Entity"), ("used", "Entity")):
        assert rows(f"SELECT ?o {{ ?s prov:{relation} ?o FILTER NOT EXISTS {{ ?o a prov:{kind} }} }}") == []
    again = Explainer(kg.reasoned, kg.rules).why(found.proof.triple)
    assert type(found)(found.graph, found.files, (again,)).turtle() == found.turtle()


def test_json_and_markdown_hold_the_same_proof_as_the_tree(kg: KnowledgeGraph) -> None:
    found = kg.why("memantine", "antagonises", "NMDA receptor", limit=3)
    document = json.loads(found.json())
    assert document["conclusion"]["text"] == "memantine – antagonises – NMDA receptor"
    assert [proof["size"] for proof in document["proofs"]] == [proof.size for proof in found.proofs]
    assert set(document["claims"]) == set(found.claims)
    assert all(claim["statedIn"] and claim["line"] for claim in document["claims"].values())

    def size(node: dict[str, Any]) -> int:
        return 1 + sum(size(premise) for premise in node.get("premises", []))

    assert size(document["proofs"][0]["proof"]) == found.proof.size
    markdown = found.document(proof=True).markdown()
    assert markdown.count("## Proof ") == 3
    first = markdown.split("## Proof 2")[0]
    assert first.count("- ") == found.document(proof=True).text().split("PROOF 2")[0].count("─ ") + 1
    assert len(found.table()) == sum(proof.size for proof in found.proofs)


@pytest.mark.parametrize("one_in", [10, pytest.param(1, marks=pytest.mark.slow)])
def test_every_form_holds_a_proof_by_every_rule(kg: KnowledgeGraph, one_in: int, seed: int) -> None:
    rules = kg.reasoned.graph_names("inferred")
    assert len(rules) > 80
    for triple in [min(kg.reasoned.triples(graph=rule)) for rule in rules[seed % one_in :: one_in]]:
        found = Explanation(kg.reasoned, kg.files, (kg.explainer.why(triple),))
        assert found.document(proof=True).markdown().startswith("- ")
        assert json.loads(found.json())["proofs"][0]["size"] == found.proof.size == len(found.table())
        assert found.turtle()
        assert "an expression" not in found.document(proof=True).text()


@pytest.mark.parametrize("one_in", [48, pytest.param(1, marks=pytest.mark.slow)])
@CHECKER
def test_rows_of_questions_are_proved_down_to_what_is_stated(
    kg: KnowledgeGraph, checked: Checker, one_in: int, seed: int
) -> None:
    proved = 0
    for question in read_questions(kg.folder)[seed % one_in :: one_in]:
        table = kg.ask(question.name)
        for number in sorted({1, len(table)} if len(table) else ()):
            found = kg.why_row(question.name, number, limit=1)
            for premise in found.proof.premises:
                checked.check(premise)
                proved += 1
            cells = [cell.value for cell in table.rows[number - 1] if isinstance(cell, Term) and cell.kind == "iri"]
            named = {term.value for _, step in found.proof.steps() for term in step.triple}
            assert found.proof.premises == () or named & set(cells) or not cells, question.name
    print(f"\n{proved} premises of rows checked")
    assert proved > 100 / one_in


def test_the_proof_of_a_row_names_the_claims_that_the_row_names(kg: KnowledgeGraph) -> None:
    table = kg.ask("compounds-at-receptor", receptor="NMDA receptor")
    for number, row in enumerate(table.rows[:8], 1):
        claims = terms(row[table.columns.index("claims")])
        found = kg.why_row("compounds-at-receptor", number, limit=50, receptor="NMDA receptor")
        assert set(found.claims) == {claim.value for claim in claims}
        assert found.complete


def test_the_proof_of_a_row_says_how_many_matches_it_leaves_out(kg: KnowledgeGraph) -> None:
    one = kg.why_row("most-studied-substances")
    every = kg.why_row("most-studied-substances", limit=100)
    assert (len(one.proofs), one.complete, every.complete) == (1, False, True)
    assert one.matches == every.matches == len(every.proofs) > 5
    count = len(every.proofs)
    left_out = f"The row sums up {count} matches, each with a proof of its own; {count - 1} not shown."
    assert one.document(proof=True).text().endswith(f"\n\n{left_out}\n")
    assert one.document(proof=True).markdown().endswith(f"\n{left_out}\n")
    assert "not shown" not in every.document(proof=True).text() + every.document(proof=True).markdown()
    assert json.loads(one.json())["matches"] == len(every.proofs)
    assert json.loads(kg.why("memantine", "antagonises", "NMDA receptor").json())["matches"] is None


def test_a_row_that_rests_on_an_absence_says_so(kg: KnowledgeGraph) -> None:
    text = kg.why_row("receptors-without-compound").document(proof=True).text()
    assert text.startswith("row 1 of receptors-without-compound: receptor ")
    assert "closed world, nothing to the contrary: no ‘acting’ that is a target claim and ‘acting’ has target" in text
    assert b"prov:wasDerivedFrom" in kg.why_row("receptors-without-compound").turtle()


def test_what_is_not_there_has_no_proof(kg: KnowledgeGraph) -> None:
    with pytest.raises(NotFoundError, match=r"does not hold.*whynot"):
        kg.why("memantine", "antagonises", "mGlu5 receptor")
    with pytest.raises(UsageError, match="there is no row 1000"):
        kg.why_row("compounds-at-receptor", 1000)


def test_why_on_the_command_line(run: Run) -> None:
    row = run("why", "--question", "compounds-at-receptor", "receptor=mGlu5", "--format", "json")
    assert json.loads(row.stdout)["proofs"]  # type: ignore[attr-defined]
    listed = run("why", "memantine", "antagonises", "NMDA receptor", "--all")
    assert "PROOF 2 OF " in listed.stdout  # type: ignore[attr-defined]
    wrong = run("why", "memantine", "antagonises")
    assert (wrong.returncode, wrong.stdout) == (2, "")  # type: ignore[attr-defined]
    assert "SUBJECT RELATION OBJECT; 2 were given" in wrong.stderr  # type: ignore[attr-defined]
