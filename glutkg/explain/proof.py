"""The smallest proof of a triple, and the other proofs beside it.

The size of a proof is the number of its steps, written out as a tree: what people read. (To share steps that occur
twice would make the search for the smallest proof NP-hard; see docs/explanations.md.)
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from glutkg.explain.derivations import Derivation, Derivations
    from glutkg.rdf.terms import Triple
    from glutkg.reasoning.rule import Rule

MAX_STEPS = 500
"""No proof is sought beyond this number of steps."""


@dataclass(frozen=True, slots=True)
class Proof:
    """A triple with the rule that concludes it and the proofs of its premises; a stated triple has neither.

    `origin` is the name of the graph that holds the triple: a source file's or a rule's.
    """

    triple: Triple
    origin: str
    rule: Rule | None = None
    premises: tuple[Proof, ...] = ()

    def steps(self, depth: int = 0) -> Iterator[tuple[int, Proof]]:
        """Go through the proof from the conclusion down, with the depth of each step."""
        yield depth, self
        for premise in self.premises:
            yield from premise.steps(depth + 1)

    @property
    def size(self) -> int:
        """The number of steps, the conclusion and what is stated included."""
        return 1 + sum(premise.size for premise in self.premises)

    @property
    def stated(self) -> frozenset[Triple]:
        """What is stated and the proof rests on."""
        return frozenset(step.triple for _, step in self.steps() if step.rule is None)


class Prover:
    """Proves triples by the fewest steps, and remembers what it has proved.

    For each triple it keeps a number of steps that no proof can go below, at first 1 for a stated and 2 for an inferred
    one. A triple is tried with exactly that number of steps; when no derivation allows that, the number is raised to
    what the best derivation needs by the numbers of its premises. So the first proof found is a smallest one, and only
    what might be part of it is ever looked at.
    """

    def __init__(self, derivations: Derivations) -> None:
        self.derivations = derivations
        self._proofs: dict[Triple, Proof] = {}
        self._floors: dict[Triple, int] = {}

    def prove(self, triple: Triple) -> Proof | None:
        """Give the smallest proof of a triple; of several the one whose rules and premises come first by name."""
        while self._floor(triple) <= MAX_STEPS:
            proof = self._attempt(triple)
            if proof is not None:
                return proof
        return None

    def _floor(self, triple: Triple) -> int:
        floor = self._floors.get(triple)
        if floor is None:
            floor = self._floors[triple] = 1 if self.derivations.is_stated(triple) else 2
        return floor

    def _attempt(self, triple: Triple) -> Proof | None:
        """Prove a triple with as many steps as its floor allows, or raise the floor."""
        known = self._proofs.get(triple)
        if known is not None:
            return known
        floor = self._floor(triple)
        if floor == 1:
            proof = Proof(triple, self.derivations.file(triple))
            self._proofs[triple] = proof
            return proof
        needed = MAX_STEPS + 1
        for derivation in self.derivations.of(triple):
            if self._needs(derivation) == floor:
                premises = self._all(derivation)
                if premises is not None:
                    proof = self._proofs[triple] = Proof(triple, derivation.rule.graph, derivation.rule, premises)
                    return proof
            needed = min(needed, self._needs(derivation))
        self._floors[triple] = max(needed, floor + 1)
        return None

    def _needs(self, derivation: Derivation) -> int:
        return 1 + sum(self._floor(premise) for premise in derivation.premises)

    def _all(self, derivation: Derivation) -> tuple[Proof, ...] | None:
        proofs = []
        for premise in derivation.premises:
            proof = self._attempt(premise)
            if proof is None:
                return None
            proofs.append(proof)
        return tuple(proofs)
