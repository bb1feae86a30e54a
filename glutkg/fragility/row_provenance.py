"""On which claims a row of an answer rests, found by asking the question of the graph with claims taken out.

A question may join, count and negate: what a row needs is found by trying, not by reading the query.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from glutkg.errors import LimitError
from glutkg.explain.quickxplain import minimal_subset
from glutkg.questions.answer_changes import key_columns, keyed
from glutkg.rdf.namespaces import STATED_GRAPH
from glutkg.store.graph import Graph
from glutkg.text.cells import terms

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from glutkg.fragility.why_provenance import WhyProvenance, Witness
    from glutkg.questions.answer_changes import Key
    from glutkg.rdf.terms import Triple
    from glutkg.text.cells import Row
    from glutkg.text.tables import Table

Names = frozenset[str]
NONE: Names = frozenset()
MAX_CLAIMS = 100
"""How many claims are tried at most for one row."""


class ReducedGraph:
    """A graph in memory in which the triples that rest on claims come and go with the claims."""

    def __init__(self, reasoned: Graph, provenance: WhyProvenance) -> None:
        self._provenance = provenance
        self._stated = [t for t in reasoned.triples(graph=STATED_GRAPH) if t[0].value in provenance.claims]
        self._users: dict[str, list[tuple[Triple, Witness]]] = {claim: [] for claim in provenance.claims}
        self._loose: list[tuple[Triple, Witness]] = []
        for triple, witnesses in provenance.table.items():
            for witness in witnesses:
                for claim in witness.claims:
                    self._users[claim].append((triple, witness))
                if not witness.claims:
                    self._loose.append((triple, witness))
        self._graph = reasoned.copy()
        self._now: set[Triple] = {triple for triple in provenance.table if provenance.follows(triple, NONE)}
        self._present = provenance.claims

    def with_claims(self, present: Names, gone: Names) -> Graph:
        """Give the graph with what some claims yield; exceptions are decided by all claims but those gone."""
        self._state(present)
        wanted = {t for claim in present for t, witness in self._users[claim] if self._yields(witness, present, gone)}
        wanted.update(t for t, witness in self._loose if self._yields(witness, present, gone))
        self._graph.drop(self._now - wanted)
        self._graph.put(wanted - self._now)
        self._now = wanted
        return self._graph

    def _yields(self, witness: Witness, present: Names, gone: Names) -> bool:
        return witness.claims <= present and self._provenance.holds(witness, gone)

    def _state(self, present: Names) -> None:
        changed = self._present ^ present
        triples = [triple for triple in self._stated if triple[0].value in changed]
        self._graph.drop([t for t in triples if t[0].value not in present], STATED_GRAPH)
        self._graph.put([t for t in triples if t[0].value in present], STATED_GRAPH)
        self._present = present


class ReducedAnswers:
    """The answers to one question, with claims taken out, and which claims a row needs."""

    def __init__(
        self,
        reduced: tuple[ReducedGraph, ReducedGraph],
        provenance: WhyProvenance,
        ask: Callable[[Graph], Table],
    ) -> None:
        self._full, self._bare = reduced
        self._provenance = provenance
        self._ask = ask
        self._known: dict[tuple[Names, Names], dict[Key, Row]] = {}
        self.table = ask(self._full.with_claims(provenance.claims, NONE))
        self.columns = key_columns(self.table)

    def rows(self) -> list[AnswerRow]:
        """Give the rows of the whole answer as conclusions, in their order."""
        return [AnswerRow(self, key) for key in keyed(self.table, self.columns)]

    def without(self, gone: Names) -> Mapping[Key, Row]:
        """Give the rows that are left when claims are gone."""
        return self._rows(self._full, self._provenance.claims - gone, gone)

    def by(self, claims: Names, gone: Names) -> Mapping[Key, Row]:
        """Give the rows that some claims yield on their own."""
        return self._rows(self._bare, claims, gone)

    def _rows(self, reduced: ReducedGraph, present: Names, gone: Names) -> Mapping[Key, Row]:
        if (present, gone) not in self._known:
            table = self._ask(reduced.with_claims(present, gone))
            self._known[present, gone] = keyed(table, self.columns) if table.rows else {}
        return self._known[present, gone]

    @cached_property
    def _near(self) -> Mapping[str, set[str]]:
        """For each subject the claims on which something about it rests."""
        found: dict[str, set[str]] = {}
        for triple, witnesses in self._provenance.table.items():
            for witness in witnesses:
                found.setdefault(triple[0].value, set()).update(witness.claims)
        return found

    def candidates(self, row: Row, gone: Names) -> list[list[str]]:
        """Give claims that a row may need, the fewest first: none, those it names, those on the same subjects, any."""
        iris = {term.value for cell in row for term in terms(cell) if term.kind == "iri"}
        named = iris & self._provenance.claims
        near = {claim for iri in iris - named for claim in self._near.get(iri, ())}
        return [sorted(claims - gone) for claims in (NONE, named, named | near, self._provenance.claims)]


class AnswerRow(NamedTuple):
    """A row of an answer as a conclusion."""

    answers: ReducedAnswers
    key: Key

    @property
    def row(self) -> Row:
        """The row as it is with all claims."""
        return self.answers.without(NONE)[self.key]

    def stands(self, gone: Names) -> bool:
        """Say whether the row is still in the answer."""
        return self.key in self.answers.without(gone)

    def witness(self, gone: Names, rank: Callable[[Names], int]) -> Names | None:
        """Give claims that yield the row on their own, those that are hardest to take away first."""
        if not self.stands(gone):
            return None
        row = self.answers.without(gone)[self.key]
        for candidates in self.answers.candidates(row, gone):
            if self.key in self.answers.by(frozenset(candidates), gone):
                candidates.sort(key=lambda claim: rank(frozenset({claim})))
                return frozenset(minimal_subset(candidates, lambda some: self.key in self.answers.by(some, gone)))
        return frozenset()

    def witnesses(self) -> Sequence[Names]:
        """Give minimal sets of claims that yield the row today, found by starting from each claim that it may need.

        Raises LimitError when these are too many, as for a count over everything.
        """
        for candidates in self.answers.candidates(self.row, NONE):
            if self._enough(frozenset(candidates)):
                if len(candidates) > MAX_CLAIMS:
                    raise LimitError(
                        f"A row of this answer may rest on any of {len(candidates)} claims; "
                        f"at most {MAX_CLAIMS} can be tried. Give the question a narrower value, or ask about a triple."
                    )
                orders = ([claim, *others] for claim in candidates for others in (candidates, candidates[::-1]))
                return list(dict.fromkeys(frozenset(minimal_subset([*dict.fromkeys(o)], self._enough)) for o in orders))
        return []

    def _enough(self, claims: Names) -> bool:
        return self.key in self.answers.by(claims, NONE)
