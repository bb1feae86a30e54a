"""Why something is in the graph: the smallest proof by rules, down to stated triples, claims and sentences.

`proofs` finds proofs, `alternatives` those beside the smallest, `accounts` tells them to people and programs.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from glutkg.errors import NotFoundError
from glutkg.explain import alternatives
from glutkg.explain.alternatives import Alternatives
from glutkg.explain.derivations import Derivations
from glutkg.explain.proof import Proof, Prover
from glutkg.explain.wording import is_claim, spoken
from glutkg.rdf.namespaces import INFERRED_GRAPH, RDF, RDFS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from glutkg.rdf.terms import Triple
    from glutkg.reasoning.rule import Rule
    from glutkg.store.graph import Graph

__all__ = ["Alternatives", "Explainer", "Proof", "claims_of", "predicates_like", "rule_name"]

LIMIT = 20
"""So many proofs are listed at most, unless more are asked for."""


class Explainer:
    """Proves the triples of one reasoned graph, and remembers what it looked up: many proofs share their parts.

    >>> import glutkg
    >>> kg = glutkg.load()
    >>> kg.explainer.why(kg.triple("memantine", "is a", "NMDA receptor antagonist")).size > 10
    True
    """

    def __init__(self, graph: Graph, rules: Sequence[Rule]) -> None:
        self.graph = graph
        self.derivations = Derivations(graph, rules)
        self._prover = Prover(self.derivations)

    def why(self, triple: Triple) -> Proof:
        """Give the smallest proof of a triple. Raises NotFoundError when the graph does not hold it."""
        self._require(triple)
        proof = self._prover.prove(triple)
        if proof is None:
            raise NotFoundError(
                "The graph holds this triple, but no rule gives it: it was made with other rules. Run again."
            )
        return proof

    def all(self, triple: Triple, limit: int = LIMIT) -> Alternatives:
        """Give up to `limit` proofs of a triple, smallest first. Raises NotFoundError where `why` does."""
        self._require(triple)
        return alternatives.alternatives(self.derivations, triple, limit)

    def _require(self, triple: Triple) -> None:
        if not self.derivations.holds(triple):
            said = spoken(self.graph, triple)
            raise NotFoundError(f"The graph does not hold: {said}. 'glutkg whynot' tells what is missing.")


def claims_of(graph: Graph, proofs: Iterable[Proof]) -> list[str]:
    """List the claims that proofs rest on, in the order in which they come."""
    subjects = [step.triple[0] for proof in proofs for _, step in proof.steps() if step.rule is None]
    return [term.value for term in dict.fromkeys(subjects) if term.kind == "iri" and is_claim(graph, term.value)]


def rule_name(origin: str) -> str:
    """Give the name of the rule whose graph this is.

    >>> rule_name("https://w3id.org/glutkg/graph/inferred/inverse")
    'inverse'
    """
    return origin.removeprefix(f"{INFERRED_GRAPH}/")


_TYPED = {
    **dict.fromkeys(("a", "isa", "isan", "type", "instanceof"), RDF + "type"),
    **dict.fromkeys(("kindof", "isakindof", "subclassof", "isasubclassof"), RDFS + "subClassOf"),
}


def predicates_like(text: str) -> str:
    """Fold a relation as people type it: `is a`, `type` and `a` all mean rdf:type.

    >>> predicates_like("kind of")
    'http://www.w3.org/2000/01/rdf-schema#subClassOf'
    """
    return _TYPED.get(re.sub(r"[\s_-]+", "", text).casefold(), text)
