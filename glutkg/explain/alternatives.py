"""Other proofs of a triple: all that rest on something else, smallest first.

What counts as other: a proof that rests on other records (claims, substances, slips), or, where the conclusion follows
from the ontology alone, on other axioms. Another path through the ontology from the same claims is not other evidence.

Everything that could take part in any proof is gathered once. Then the smallest proof is sought again and again, each
time without some of what the proofs found so far rest on: a hitting set tree, opened at its smallest proof first, as in
the search for all justifications of an OWL axiom.
"""

from __future__ import annotations

import heapq
from collections import defaultdict
from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING

from glutkg.explain.derivations import order
from glutkg.explain.proof import Proof
from glutkg.rdf.namespaces import STATED_GRAPH

if TYPE_CHECKING:
    from collections.abc import Iterator

    from glutkg.explain.derivations import Derivation, Derivations
    from glutkg.rdf.terms import Triple

ONTOLOGY = f"{STATED_GRAPH}/ontology/"

MAX_SEARCHES = 400
"""How often at most a smallest proof is sought for one list of alternatives."""
MAX_TRIPLES = 50_000
"""How many triples at most are gathered around one conclusion."""


@dataclass(frozen=True, slots=True)
class Alternatives:
    """Proofs of one triple, smallest first; `complete` tells whether there are no others.

    No proof rests on all that an earlier one rests on: each does without some of it.
    """

    proofs: tuple[Proof, ...]
    complete: bool


def alternatives(derivations: Derivations, triple: Triple, limit: int) -> Alternatives:
    """Find up to `limit` proofs of a triple."""
    found: list[Proof] = []
    space = _ProofSpace(derivations, triple)
    for proof in space.proofs():
        if any(space.support(other) <= space.support(proof) for other in found):
            continue
        if len(found) == limit:
            return Alternatives(tuple(found), complete=False)
        found.append(proof)
    return Alternatives(tuple(found), complete=space.complete)


class _ProofSpace:
    """All triples that can be part of a proof of one triple, with the derivations of each."""

    def __init__(self, derivations: Derivations, triple: Triple) -> None:
        self._goal = triple
        self._derivations = derivations
        self._derivations_of: dict[Triple, tuple[Derivation, ...]] = {}
        self._uses: dict[Triple, list[tuple[Triple, int]]] = defaultdict(list)
        self._stated: dict[Triple, str] = {}
        self.complete = True
        self._gather()

    def _gather(self) -> None:
        waiting = [self._goal]
        while waiting:
            triple = waiting.pop()
            if triple in self._derivations_of:
                continue
            if len(self._derivations_of) >= MAX_TRIPLES:
                self.complete = False
                return
            found = self._derivations_of[triple] = self._derivations.of(triple)
            if self._derivations.is_stated(triple):
                self._stated[triple] = self._derivations.file(triple)
            for number, derivation in enumerate(found):
                for premise in set(derivation.premises):
                    self._uses[premise].append((triple, number))
                    waiting.append(premise)

    def support(self, proof: Proof) -> frozenset[str | Triple]:
        """What a proof rests on: the records of the facts, or the axioms where there are no facts."""
        facts = {triple for triple in proof.stated if not self._stated[triple].startswith(ONTOLOGY)}
        return frozenset(_record(triple) for triple in facts) or proof.stated

    def _removed(self, part: str | Triple) -> frozenset[Triple]:
        """What goes when a record or an axiom goes."""
        if isinstance(part, tuple):
            return frozenset({part})
        facts = (triple for triple, file in self._stated.items() if not file.startswith(ONTOLOGY))
        return frozenset(triple for triple in facts if _record(triple) == part)

    def proofs(self) -> Iterator[Proof]:
        """Give proofs, smallest first, each without something that an earlier one rests on."""
        serial = count()
        nothing: frozenset[Triple] = frozenset()
        tried = {nothing}
        first = self.smallest(nothing)
        waiting = [(first.size, next(serial), first, nothing)] if first else []
        while waiting:
            _, _, proof, without = heapq.heappop(waiting)
            yield proof
            for part in sorted(self.support(proof), key=str):
                less = without | self._removed(part)
                if len(tried) > MAX_SEARCHES:
                    self.complete = False
                elif less not in tried:
                    tried.add(less)
                    other = self.smallest(less)
                    if other is not None:
                        heapq.heappush(waiting, (other.size, next(serial), other, less))

    def smallest(self, without: frozenset[Triple]) -> Proof | None:
        """Find the smallest proof that does without some stated triples (Knuth's generalisation of Dijkstra)."""
        sizes: dict[Triple, int] = {}
        open_premises: dict[tuple[Triple, int], int] = {}
        waiting = [(1, order(triple), triple) for triple in self._stated if triple not in without]
        heapq.heapify(waiting)
        while waiting:
            size, _, triple = heapq.heappop(waiting)
            if triple in sizes:
                continue
            sizes[triple] = size
            if triple == self._goal:
                return self._proof(triple, sizes, without)
            for use in self._uses[triple]:
                head, number = use
                derivation = self._derivations_of[head][number]
                left = open_premises.get(use, len(set(derivation.premises))) - 1
                open_premises[use] = left
                if left == 0 and head not in sizes and self._allowed(derivation, without):
                    heapq.heappush(waiting, (1 + sum(sizes[p] for p in derivation.premises), order(head), head))
        return None

    @staticmethod
    def _allowed(derivation: Derivation, without: frozenset[Triple]) -> bool:
        """A premise that a rule wants to be stated cannot be concluded instead."""
        return all(derivation.premises[index] not in without for index in derivation.rule.stated_only)

    def _proof(self, triple: Triple, sizes: dict[Triple, int], without: frozenset[Triple]) -> Proof:
        if triple in self._stated and triple not in without:
            return Proof(triple, self._stated[triple])
        derivation = next(
            derivation
            for derivation in self._derivations_of[triple]
            if all(premise in sizes for premise in derivation.premises)
            and 1 + sum(sizes[premise] for premise in derivation.premises) == sizes[triple]
            and self._allowed(derivation, without)
        )
        premises = tuple(self._proof(premise, sizes, without) for premise in derivation.premises)
        return Proof(triple, derivation.rule.graph, derivation.rule, premises)


def _record(triple: Triple) -> str:
    return triple[0].value
