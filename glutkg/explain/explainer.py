"""The explainer of one graph: asked why a triple holds, it gives the smallest proof, or several."""

from __future__ import annotations

from typing import TYPE_CHECKING

from glutkg.errors import NotFoundError
from glutkg.explain import alternatives
from glutkg.explain.derivations import Derivations
from glutkg.explain.proof import Prover
from glutkg.store.labels import triple_text
from glutkg.store.names import is_claim

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from glutkg.explain.alternatives import Alternatives
    from glutkg.explain.proof import Proof
    from glutkg.rdf.terms import Triple
    from glutkg.reasoning.rule import Rule
    from glutkg.store.graph import Graph

LIMIT = 20
"""How many proofs are listed at most, unless more are asked for."""


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
                "The graph holds this triple, but no rule concludes it: the graph was made with other rules. Run again."
            )
        return proof

    def all(self, triple: Triple, limit: int = LIMIT) -> Alternatives:
        """Give up to `limit` proofs of a triple, smallest first. Raises NotFoundError where `why` does."""
        self._require(triple)
        return alternatives.alternatives(self.derivations, triple, limit)

    def _require(self, triple: Triple) -> None:
        if not self.derivations.holds(triple):
            raise NotFoundError(
                f"The graph does not hold: {triple_text(self.graph, triple)}. 'glutkg whynot' shows what is missing."
            )


def claims_of(graph: Graph, proofs: Iterable[Proof]) -> list[str]:
    """List the claims that proofs rest on, in the order in which they come."""
    subjects = [step.triple[0] for proof in proofs for _, step in proof.steps() if step.rule is None]
    return [term.value for term in dict.fromkeys(subjects) if term.kind == "iri" and is_claim(graph, term.value)]
