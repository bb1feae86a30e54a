"""No claim is surer than its sentence, and none has a context that its sentence does not give or point to."""

from __future__ import annotations

from typing import TYPE_CHECKING

import certainty_records as records
import pytest
from certainty_records import DATA, DOCUMENTS, GLUT, Statement, facts, statements, weighed
from conftest import ROOT
from rdflib import RDF, Graph

from glutkg.rdf.namespaces import curie

if TYPE_CHECKING:
    from rdflib.term import Node

PAGE = ROOT / "docs" / "certainty.md"
HEADING = "## All claims by wording and grade\n"
DEVIATIONS = records.deviations()
ARM = ("species", "method", "model")
NOT_CONTEXT = {GLUT[key] for key in ("modality", "result", "judgement", "standing")}


def test_the_marks_of_the_sentences_are_those_of_the_documents(pytestconfig: pytest.Config) -> None:
    if not list(DOCUMENTS.glob("*.sentences.tsv")):
        pytest.skip("the two documents are not beside the checkout")
    path = DATA / "sentences.tsv"
    if pytestconfig.getoption("--update-golden"):
        path.write_text(records.marks_in_documents(), encoding="utf-8")
    assert path.read_text(encoding="utf-8") == records.marks_in_documents()


def test_no_claim_is_surer_than_the_wording_that_governs_it() -> None:
    assert [one for one in weighed(statements(), DEVIATIONS) if records.surer(one)] == []


@pytest.mark.parametrize(
    ("sentence", "grade"),
    [
        ("review:s026", "Established"),
        ("review:s049", "Established"),
        ("review:s160", "Reported"),
        ("article:s013", "Reported"),
    ],
)
def test_a_claim_that_is_surer_than_its_sentence_is_found(sentence: str, grade: str) -> None:
    planted = Statement(sentence, "planted", grade)
    assert [records.surer(one) for one in weighed([planted], DEVIATIONS)] == [True]


def test_a_claim_below_its_wording_says_why() -> None:
    below = {(d.sentence, claim) for d in DEVIATIONS if not d.wordings for claim in d.claims}
    found = {
        (one.statement.sentence, one.statement.claim)
        for one in weighed(statements(), DEVIATIONS)
        if records.less_sure(one)
    }
    assert found == below


def test_every_deviation_is_needed_and_has_a_reason() -> None:
    stated = {(one.sentence, one.claim): one for one in statements()}
    grade, wordings = records.grades(), records.marks("wordings")
    for deviation in DEVIATIONS:
        assert len(deviation.reason.split()) > 5, deviation
        assert set(deviation.wordings) <= set(wordings.get(deviation.sentence, ())), deviation
        for claim in deviation.claims:
            needed = [
                w
                for w in deviation.wordings
                if records.surer(records.Weighed(stated[deviation.sentence, claim], w, grade[w]))
            ]
            assert tuple(needed) == deviation.wordings, (claim, deviation)


def test_the_page_shows_how_many_claims_have_which_wording_and_grade(pytestconfig: pytest.Config) -> None:
    before, _, _ = PAGE.read_text(encoding="utf-8").partition(HEADING)
    expected = before + HEADING + introduction() + records.table(weighed(statements(), DEVIATIONS), DEVIATIONS)
    if pytestconfig.getoption("--update-golden"):
        PAGE.write_text(expected, encoding="utf-8")
    assert PAGE.read_text(encoding="utf-8") == expected


def introduction() -> str:
    claims = {one.claim for one in statements()}
    return (
        f"\nThere are {len(claims)} claims; each is counted once for each sentence that states it,\n"
        "by the weakest wording that governs it there.\n"
        "The last column counts claims that another clause of such a sentence carries;\n"
        "`tests/certainty/deviations.tsv` names each of them with its reason.\n\n"
    )


def unnamed_species(graph: Graph) -> set[str]:
    """The claims with a species that neither their sentence names nor the one from which they take over context."""
    words, made = records.marks("species"), set()
    for claim, species in graph.subject_objects(GLUT.species):
        given = {curie(str(s)) for key in (GLUT.statedIn, GLUT.contextFrom) for s in graph.objects(claim, key)}
        if of_the_documents(claim) and not any(records.name(species) in words.get(one, ()) for one in given):
            made.add(curie(str(claim)))
    return made


def arms_apart(graph: Graph) -> set[str]:
    """Findings of no effect whose species, method or model differ from those of the other arm of their study."""
    made = set()
    for without, reference in graph.subject_objects(GLUT.cites):
        if (without, GLUT.result, GLUT.EffectAbsent) in graph:
            for shown in graph.subjects(GLUT.cites, reference):
                outcomes = set(graph.objects(without, GLUT.outcome)) & set(graph.objects(shown, GLUT.outcome))
                if outcomes and (shown, GLUT.result, GLUT.EffectShown) in graph:
                    made |= {curie(str(without)) for key in ARM if differ(graph, without, shown, GLUT[key])}
    return made


def differ(graph: Graph, one: Node, other: Node, key: Node) -> bool:
    return set(graph.objects(one, key)) != set(graph.objects(other, key))


def of_the_documents(claim: Node) -> bool:
    return any((s, RDF.type, GLUT.Sentence) in facts() for s in facts().objects(claim, GLUT.statedIn))


def without(claim: str, key: str) -> Graph:
    """The facts, but for what one claim says of itself with one property."""
    planted = Graph() + facts()
    planted.remove((GLUT[f"claim/{claim}"], GLUT[key], None))
    return planted


def test_a_species_is_named_in_the_sentence_or_in_the_one_that_it_points_to() -> None:
    assert unnamed_species(facts()) == set()
    assert unnamed_species(without("mk801-iv-cornea-fos-tnc-rat", "contextFrom")) == {
        "claim:mk801-iv-cornea-fos-tnc-rat"
    }


def test_two_arms_of_one_study_share_species_method_and_model() -> None:
    assert arms_apart(facts()) == set()
    assert arms_apart(without("ly300168-ppe-no-effect", "species")) == {"claim:ly300168-ppe-no-effect"}


def test_a_sentence_from_which_context_is_taken_over_comes_before_and_has_it() -> None:
    graph = facts()
    for claim, source in graph.subject_objects(GLUT.contextFrom):
        assert all(str(source) < str(sentence) for sentence in graph.objects(claim, GLUT.statedIn)), claim
        assert said(claim) & {term for other in graph.subjects(GLUT.statedIn, source) for term in said(other)}, claim


def said(claim: Node) -> set[Node]:
    """The terms that a claim names, but for how sure it is and what came out."""
    return {term for key, term in facts().predicate_objects(claim) if key not in {RDF.type, *NOT_CONTEXT}}


def test_a_sentence_that_points_back_has_a_claim_that_does() -> None:
    graph = facts()
    pointing = {
        curie(str(s))
        for p in (GLUT.contextFrom, GLUT.restsOn, GLUT.assesses)
        for c in graph.subjects(p)
        for s in graph.objects(c, GLUT.statedIn)
    }
    named = {row["sentence"] for row in records.read(DATA / "anaphors-named.tsv")}
    assert set(records.marks("anaphors")) - pointing == named
