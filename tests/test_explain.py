"""Proofs: every step follows from its premises alone, and ends in what is stated."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyoxigraph
import pytest

from glutkg.errors import NotFoundError
from glutkg.explain import Proof, as_provenance, why
from glutkg.graph import Graph, to_ox
from glutkg.terms import BASE, STATED_GRAPH

if TYPE_CHECKING:
    from glutkg.api import KnowledgeGraph

DIRECT = ("antagonises", "blocks", "lowers", "raises", "effectiveIn", "actsOn", "foundIn", "standing")


def check(kg: KnowledgeGraph, proof: Proof) -> None:
    """Derive each step anew from nothing but its premises; closed-world filters see the whole graph, as they must."""
    for _, step in proof.steps():
        subject, predicate, object_ = step.triple
        if step.rule is None:
            assert step.origin.startswith(STATED_GRAPH)
            continue
        if not step.rule.entailed and any("NOT EXISTS" in text for text in step.rule.filters):
            continue
        alone = Graph()
        quads = [
            pyoxigraph.Quad(*(to_ox(term) for term in premise.triple), graph)  # type: ignore[arg-type,call-arg]
            for premise in step.premises
            for graph in (pyoxigraph.DefaultGraph(), pyoxigraph.NamedNode(STATED_GRAPH))
        ]
        alone.store.extend(quads)
        alone.update(step.rule.insert())
        assert list(alone.triples(subject.value, predicate.value, object_.value)), step


@pytest.mark.parametrize("relation", DIRECT)
def test_every_direct_relation_has_a_proof_that_holds(kg: KnowledgeGraph, relation: str) -> None:
    found = [t for t in kg.reasoned.triples(None, BASE + relation) if t[0].kind == "iri"]
    assert found
    for subject, predicate, object_ in found[:60]:
        check(kg, why(kg.reasoned, kg.rules, subject.value, predicate.value, object_.value))


def test_a_proof_names_claims_and_becomes_provenance(kg: KnowledgeGraph) -> None:
    proof = kg.why("memantine", "is a", "NMDA receptor antagonist")
    assert any("claim/" in step.triple[0].value for _, step in proof.steps())
    derived = [triple for triple in as_provenance(proof) if triple[1].value.endswith("wasDerivedFrom")]
    assert len(derived) >= len(proof.premises)


def test_what_the_graph_does_not_hold_has_no_proof(kg: KnowledgeGraph) -> None:
    with pytest.raises(NotFoundError, match="does not hold"):
        kg.why("memantine", "antagonises", "mGlu5 receptor")
