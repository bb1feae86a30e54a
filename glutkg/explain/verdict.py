"""What the graph says of a triple that it does not hold: contradicted, left open, or not covered, by which claims."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from glutkg.explain.missing_premises import CONTRARY
from glutkg.rdf.terms import Term
from glutkg.resources import query_file, read_text
from glutkg.sparql.binding import bind

if TYPE_CHECKING:
    from pathlib import Path

    from glutkg.explain.missing_premises import WhyNot
    from glutkg.store.graph import Graph

CONTRADICTED, OPEN, NOT_COVERED = "contradicted", "open", "not covered"
IN_WORDS = {
    CONTRADICTED: "what the documents state excludes it",
    OPEN: "the documents name the question and leave it open",
    NOT_COVERED: "nothing in force decides it, so it is unknown, and not false",
}
"""How a verdict reads on pages."""
ANSWERS = {
    CONTRADICTED: ("No", "what the documents state excludes it"),
    OPEN: ("Left open", "the documents name the question and do not decide it"),
    NOT_COVERED: ("Unknown, and not false", "nothing in force decides it"),
}
"""How a verdict begins as an answer, and what is added to it."""


class AbsenceVerdict(NamedTuple):
    """A verdict on what the graph does not hold, with the claims in force against it, and those that leave it open."""

    verdict: str
    against: tuple[str, ...] = ()
    leaving_open: tuple[str, ...] = ()


def verdict_on(graph: Graph, folder: Path, found: WhyNot) -> AbsenceVerdict:
    """Judge what does not follow by the claims that stand in the way; those on the matter alone decide nothing."""
    decides = _decided(graph, folder, _in_the_way(found))
    against = tuple(claim for claim, what in decides.items() if what != OPEN)
    leaving_open = tuple(claim for claim, what in decides.items() if what == OPEN)
    if against or _is_excluded_by_axioms(found):
        return AbsenceVerdict(CONTRADICTED, against, leaving_open)
    return AbsenceVerdict(OPEN if leaving_open else NOT_COVERED, (), leaving_open)


def _decided(graph: Graph, folder: Path, claims: list[str]) -> dict[str, str]:
    """Say of each claim in force whether it decides a matter or leaves it open, in the order given."""
    if not claims:
        return {}
    query = read_text(query_file(folder, "explanations/what-claims-decide"))
    rows = graph.select(bind(query, {"claim": [Term("iri", claim) for claim in claims]}))
    decides = {str(row["claim"]): str(row["decides"]) for row in rows}
    return {claim: decides[claim] for claim in claims if claim in decides}


def _in_the_way(found: WhyNot) -> list[str]:
    """Give what states that which excludes a premise, in the order of the ways."""
    leaves = (leaf for way in found.nearest for leaf in way.leaves() if leaf.kind == CONTRARY)
    return list(dict.fromkeys(leaf.triple[0].value for leaf in leaves if leaf.triple[0].kind == "iri"))


def _is_excluded_by_axioms(found: WhyNot) -> bool:
    """Return whether the triple itself is excluded, and not only a premise of one way to it."""
    leaves = found.nearest[0].leaves() if found.nearest else ()
    return any(leaf.exclusion and leaf.triple == found.triple for leaf in leaves)
