"""How fragile a conclusion is: the minimal hitting sets of cited references, without which it no longer follows.

A claim falls when all references that it cites are removed. A claim that cites nothing is what a document says itself:
it rests on that document, and no removal of references takes it away, nor what follows from such claims alone.
"""

from __future__ import annotations

import heapq
from typing import TYPE_CHECKING, NamedTuple, Protocol

from glutkg.errors import LimitError
from glutkg.rdf.namespaces import BASE, STATED_GRAPH
from glutkg.relations import grouped

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

    from glutkg.fragility.why_provenance import WhyProvenance, Witness
    from glutkg.store.graph import Graph

Names = frozenset[str]
MAX_TRIES = 20_000
"""How many sets of references are tried at most for one conclusion."""
MAX_SETS = 200
"""How many minimal sets of references are given at most for one conclusion."""


class Witnessed(Protocol):
    """A conclusion that rests on claims: an inferred triple, a row of an answer, a prediction."""

    def stands(self, gone: Names) -> bool:
        """Say whether it still follows without the claims that are gone."""

    def witness(self, gone: Names, rank: Callable[[Names], int]) -> Names | None:
        """Give claims that together yield the conclusion without those that are gone; None when nothing does.

        Of several sets the one of lowest rank; a rank of 0 cannot be broken.
        """

    def witnesses(self) -> Sequence[Names]:
        """Give the minimal sets of claims that yield the conclusion now."""


class InferredTriple(NamedTuple):
    """A conclusion that the rules draw, exceptions included."""

    possible: tuple[Witness, ...]
    provenance: WhyProvenance

    def stands(self, gone: Names) -> bool:
        """Say whether a witness is left, now that what is gone disputes nothing any more."""
        return any(self.provenance.holds(witness, gone) for witness in self.possible)

    def witness(self, gone: Names, rank: Callable[[Names], int]) -> Names | None:
        """Give the claims of lowest rank that still yield it."""
        standing = (witness.claims for witness in self.possible if self.provenance.holds(witness, gone))
        return min(standing, key=rank, default=None)

    def witnesses(self) -> Sequence[Names]:
        """Give the sets of claims that yield it today."""
        return [witness.claims for witness in self.possible if self.provenance.holds(witness, ())]


class Evidence:
    """What claims cite, and their species, study designs and sentences, read once from the stated triples."""

    def __init__(self, graph: Graph) -> None:
        self.cites = _values(graph, "cites")
        self.species = _values(graph, "species")
        self.designs = _values(graph, "studyDesign")
        self.places = _values(graph, "statedIn")
        self._document = _values(graph, "partOfDocument")
        self._citing = grouped((reference, claim) for claim, cited in self.cites.items() for reference in cited)

    def gone(self, references: Collection[str]) -> Names:
        """Give the claims that go when references are removed: those that cite nothing else."""
        touched = {claim for reference in references for claim in self._citing.get(reference, ())}
        return frozenset(claim for claim in touched if self.cites[claim].issubset(references))

    def documents(self, claims: Iterable[str]) -> Names:
        """Give the documents that state some claims."""
        places = _all(self.places, claims)
        return _all(self._document, places) | {place for place in places if place not in self._document}

    def ways_to_break(self, claims: Iterable[str]) -> set[Names]:
        """Give for each claim that cites something the references whose removal takes it away."""
        return {self.cites[claim] for claim in claims if claim in self.cites}


def _values(graph: Graph, name: str) -> Mapping[str, Names]:
    found = grouped((s.value, o.value) for s, _, o in graph.triples(None, BASE + name, graph=STATED_GRAPH))
    return {subject: frozenset(values) for subject, values in found.items()}


class Fragility(NamedTuple):
    """On what a conclusion rests; `smallest` are the minimal sets of references whose removal takes it away, if any.

    `own` are the claims that cite nothing, `documents` those that state them; where `smallest` is empty, they alone
    are enough to keep the conclusion.

    >>> import glutkg
    >>> found = glutkg.load().fragility("memantine", "lowers", "CSD")
    >>> print(found)
    rests on a single reference
    >>> found.least, found.order()[:2]
    (1, (False, 1))
    """

    smallest: tuple[Names, ...]
    claims: Names
    references: Names
    species: Names
    designs: Names
    own: Names
    documents: Names

    @property
    def least(self) -> int | None:
        """The number of references in the smallest set, None when there is none."""
        return len(self.smallest[0]) if self.smallest else None

    @property
    def reading(self) -> str:
        """What that means, in a line."""
        every = len(self.references.union(*self.smallest))
        alone = sum(len(found) == 1 for found in self.smallest)
        if not self.claims:
            return "rests on no claim"
        if self.least is None:
            return "stands without references, on a document's own word"
        if every == 1:
            return "rests on a single reference"
        if alone == every:
            return f"falls with any one of {every} references"
        if alone:
            return f"falls with {'one' if alone == 1 else f'any of {alone}'} of {every} references"
        return f"falls only with {'all' if self.least == every else self.least} of {every} references"

    def __str__(self) -> str:
        return self.reading

    def __repr__(self) -> str:
        return f"<Fragility: {self.reading}>"

    def _repr_html_(self) -> str:
        return f"<p>{self.reading}</p>"

    def order(self) -> tuple[bool, int, int, int]:
        """Give a key that puts first what depends on the fewest references."""
        return self.least is None, self.least or 0, len(self.references), len(self.claims)


def fragility(evidence: Evidence, conclusion: Witnessed) -> Fragility:
    """Work out on what a conclusion rests.

    `smallest` holds the minimal sets of references whose removal takes it away, small ones first. Raises LimitError
    when there are too many ways to try.
    """
    witnesses = conclusion.witnesses()
    claims = frozenset(claim for witness in witnesses for claim in witness)
    own = frozenset(claim for claim in claims if claim not in evidence.cites)
    return Fragility(
        tuple(smallest_sets(evidence, conclusion)) if claims else (),
        claims,
        _all(evidence.cites, claims),
        _all(evidence.species, claims),
        _all(evidence.designs, claims),
        own,
        evidence.documents(own),
    )


def _all(values: Mapping[str, Names], claims: Iterable[str]) -> Names:
    return frozenset(value for claim in claims for value in values.get(claim, ()))


def smallest_sets(evidence: Evidence, conclusion: Witnessed) -> list[Names]:
    """Find the minimal sets of references without which a conclusion does not follow, small ones first.

    Whatever takes the conclusion away takes away a claim of each set of claims that yields it. So from a set of
    references that does not suffice yet, one witness that still stands gives all ways to go on. (The hitting-set
    tree of Reiter, Artificial Intelligence 32, 1987.)
    """

    def rank(claims: Names) -> int:
        return len(evidence.ways_to_break(claims))

    found: list[Names] = []
    queue: list[tuple[int, list[str]]] = [(0, [])]
    seen: set[Names] = {frozenset()}
    for _ in range(MAX_TRIES):
        if not queue or len(found) == MAX_SETS:
            return sorted(found, key=lambda one: (len(one), sorted(one)))
        removed = frozenset(heapq.heappop(queue)[1])
        if any(smaller <= removed for smaller in found):
            continue
        standing = conclusion.witness(evidence.gone(removed), rank)
        if standing is None:
            needed = _sparing(removed, lambda some: not conclusion.stands(evidence.gone(some)))
            found = [*(wider for wider in found if not needed <= wider), needed]
            continue
        for more in evidence.ways_to_break(standing):
            wider = removed | more
            if wider not in seen:
                seen.add(wider)
                heapq.heappush(queue, (len(wider), sorted(wider)))
    raise LimitError(
        f"More than {MAX_TRIES:,} sets of references would have to be tried for one conclusion. "
        "Ask for a narrower one, about a narrower class."
    )


def _sparing(removed: Names, falls: Callable[[Names], bool]) -> Names:
    """Leave references out of a set that are not needed: only a question that denies something finds such sets."""
    for reference in sorted(removed):
        if falls(removed - {reference}):
            removed -= {reference}
    return removed
