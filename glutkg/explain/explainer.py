"""The explainer of one graph: asked why a triple holds, it gives the smallest proof, or several."""

from __future__ import annotations

from typing import TYPE_CHECKING

from glutkg.errors import NotFoundError
from glutkg.explain import alternatives
from glutkg.explain.derivations import Derivations
from glutkg.explain.proof import Prover
from glutkg.rdf.namespaces import STATED_GRAPH, curie
from glutkg.relations import grouped
from glutkg.store.labels import label, triple_text
from glutkg.store.names import is_claim

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from glutkg.explain.alternatives import Alternatives
    from glutkg.explain.proof import Proof
    from glutkg.rdf.terms import Term, Triple
    from glutkg.reasoning.rule import Rule
    from glutkg.store.graph import Graph

LIMIT = 20
"""How many proofs are listed at most, unless more are asked for."""
_NAMED = 3


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
            missing = f"The graph does not hold: {triple_text(self.graph, triple)}."
            raise NotFoundError(f"{missing}{self._naming_both(triple)} 'glutkg whynot' shows what is missing.")

    def _naming_both(self, triple: Triple) -> str:
        """Name the claims on both ends of a triple, and what the first is in them: another relation may hold of it."""
        roles = grouped((s.value, p.value) for s, p, _ in self._stated_of(triple[0]))
        others = {s.value for s, _, _ in self._stated_of(triple[2])}
        claims = [one for one in roles if one in others and is_claim(self.graph, one)]
        said = {one: ", ".join(sorted(label(self.graph, role) for role in roles[one])) for one in claims[:_NAMED]}
        named = [f"{curie(one)} ({role})" for one, role in said.items()]
        more = [f"{len(claims) - _NAMED} more"] if len(claims) > _NAMED else []
        first = label(self.graph, triple[0].value)
        return f" Claims that name both, with what {first} is in them: {', '.join([*named, *more])}." if claims else ""

    def _stated_of(self, end: Term) -> Iterable[Triple]:
        return self.graph.triples(None, None, end.value, STATED_GRAPH) if end.kind == "iri" else ()


def claims_of(graph: Graph, proofs: Iterable[Proof]) -> list[str]:
    """List the claims that proofs rest on, in the order in which they come."""
    subjects = [step.triple[0] for proof in proofs for _, step in proof.steps() if step.rule is None]
    return [term.value for term in dict.fromkeys(subjects) if term.kind == "iri" and is_claim(graph, term.value)]
