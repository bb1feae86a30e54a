"""What the graph says of a triple that it does not hold: contradicted, left open, or not covered, by which claims."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from glutkg.explain.missing_premises import CONTRARY
from glutkg.resources import query_file, read_text
from glutkg.sparql.binding import bind

if TYPE_CHECKING:
    from pathlib import Path

    from glutkg.explain.missing_premises import WhyNot
    from glutkg.store.graph import Graph

CONTRADICTED, OPEN, NOT_COVERED = "contradicted", "open", "not covered"
EXCLUDED, DENIED, OPPOSED = "excluded", "denied", "opposite"
"""The grounds on which something is contradicted."""
IN_WORDS = {
    CONTRADICTED: (
        "a claim in force denies it or says the opposite, in the context that it names; or an axiom excludes it"
    ),
    OPEN: "the documents name the question and leave it open",
    NOT_COVERED: "nothing in force decides it, so it is unknown, and not false",
}
"""What a verdict means, as pages and agents are told."""
ANSWERS = {
    EXCLUDED: ("No", "an axiom excludes it"),
    DENIED: ("No", "a claim in force denies it"),
    OPPOSED: ("No claim says so", "a claim in force says the opposite, which speaks against it"),
    OPEN: ("Left open", "the documents name the question and do not decide it"),
    NOT_COVERED: ("Unknown, and not false", "nothing in force decides it"),
}
"""How an answer begins on each ground, and what is added to it."""


class AbsenceVerdict(NamedTuple):
    """The ground of a verdict on what the graph does not hold, the claims against it, and those that leave it open.

    >>> AbsenceVerdict(DENIED).verdict, AbsenceVerdict(OPEN).verdict
    ('contradicted', 'open')
    """

    ground: str
    against: tuple[str, ...] = ()
    leaving_open: tuple[str, ...] = ()

    @property
    def verdict(self) -> str:
        """What the graph says: contradicted, left open, or not covered."""
        return self.ground if self.ground in (OPEN, NOT_COVERED) else CONTRADICTED


def verdict_on(graph: Graph, folder: Path, found: WhyNot) -> AbsenceVerdict:
    """Judge what does not follow by the claims that stand in the way; those on the matter alone decide nothing."""
    decides = _decided(graph, folder, found)
    against = tuple(claim for claim, what in decides.items() if what != OPEN)
    leaving_open = tuple(claim for claim, what in decides.items() if what == OPEN)
    if against or _is_excluded_by_axioms(found):
        grounds = {EXCLUDED} if _is_excluded_by_axioms(found) else set(decides.values())
        ground = next(one for one in (EXCLUDED, DENIED, OPPOSED) if one in grounds)
        return AbsenceVerdict(ground, against, leaving_open)
    return AbsenceVerdict(OPEN if leaving_open else NOT_COVERED, (), leaving_open)


def _decided(graph: Graph, folder: Path, found: WhyNot) -> dict[str, str]:
    """Say of each claim in force in the way of a premise what it decides of it, in the order of the ways."""
    leaves = [leaf.triple for way in found.nearest for leaf in way.leaves() if leaf.kind == CONTRARY]
    claims, wanted = ([*dict.fromkeys(t[place] for t in leaves if t[place].kind == "iri")] for place in (0, 2))
    if not claims:
        return {}
    query = read_text(query_file(folder, "explanations/what-claims-decide"))
    rows = graph.select(bind(query, {"claim": claims, "wanted": wanted, "asked": [found.triple[2]]}))
    decides = {str(row["claim"]): str(row["decides"]) for row in rows}
    return {claim.value: decides[claim.value] for claim in claims if claim.value in decides}


def _is_excluded_by_axioms(found: WhyNot) -> bool:
    """Return whether the triple itself is excluded, and not only a premise of one way to it."""
    leaves = found.nearest[0].leaves() if found.nearest else ()
    return any(leaf.exclusion and leaf.triple == found.triple for leaf in leaves)
