"""Checks what somebody claims against the graph: supported, disputed, contradicted, left open, or not covered."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from glutkg.evidence.claim_view import AGAINST
from glutkg.explain.explainer import claims_of
from glutkg.explain.missing_premises import BEARING
from glutkg.explain.summary import STEPS
from glutkg.explain.verdict import IN_WORDS, verdict_on
from glutkg.store.names import is_claim

if TYPE_CHECKING:
    from collections.abc import Iterable

    from glutkg.api import KnowledgeGraph
    from glutkg.evidence.claim_view import ClaimRow, ClaimViews
    from glutkg.explain.explanation import Explanation
    from glutkg.explain.why_not_report import Absence

SUPPORTED, DISPUTED = "supported", "disputed"
MEANINGS = {
    SUPPORTED: "it follows from what the documents state, and no claim in force speaks against it",
    DISPUTED: "it follows from what the documents state; claims in force speak against what it rests on: tell both",
    **IN_WORDS,
}
"""What a verdict means."""


class Verdict(NamedTuple):
    """A verdict, with the IRIs of claims: those for it, against it, that leave it open, and that name both things."""

    verdict: str
    holding: tuple[str, ...] = ()
    against: tuple[str, ...] = ()
    leaving_open: tuple[str, ...] = ()
    near: tuple[str, ...] = ()
    text: str = ""


def judged(kg: KnowledgeGraph, views: ClaimViews, subject: str, relation: str, object_: str) -> Verdict:
    """Judge a triple given by names. Raises NotFoundError for what the graph does not know.

    >>> from glutkg.evidence.claim_view import ClaimViews
    >>> views = ClaimViews(kg.reasoned, kg.folder)
    >>> judged(kg, views, "memantine", "lowers", "CSD").verdict
    'supported'
    >>> judged(kg, views, "glutamate", "found in", "thalamus").verdict
    'not covered'
    """
    triple = kg.triple(subject, relation, object_)
    if kg.explainer.derivations.holds(triple):
        return of_conclusion(views, kg.why(subject, relation, object_))
    return of_absence(kg, kg.why_not(subject, relation, object_))


def of_conclusion(views: ClaimViews, found: Explanation) -> Verdict:
    """Judge what follows, by the claims in force that point another way than those it rests on."""
    rows = views.rows(grounds(found))
    against = dict.fromkeys(
        one.claim.iri for row in rows for one in row.beside if one.relation == AGAINST and not one.claim.struck
    )
    return Verdict(DISPUTED if against else SUPPORTED, _iris(rows), tuple(against), text=said(found))


def of_absence(kg: KnowledgeGraph, absence: Absence) -> Verdict:
    """Judge what does not follow by the claims in force that exclude it; claims on the matter alone decide nothing."""
    found = verdict_on(kg.reasoned, kg.folder, absence.found)
    in_the_way = (leaf.triple[0].value for way in absence.found.nearest for leaf in way.leaves())
    bearing = (miss.triple[0].value for miss in absence.found.near_misses if miss.kind == BEARING)
    near = dict.fromkeys((*(iri for iri in in_the_way if is_claim(kg.reasoned, iri)), *bearing))
    others = tuple(iri for iri in near if iri not in (*found.against, *found.leaving_open))
    return Verdict(found.verdict, (), found.against, found.leaving_open, others, said(absence))


def grounds(found: Explanation) -> list[str]:
    """Give the claims that a triple rests on by any of its proofs."""
    return claims_of(found.graph, found.search() if found.search else found.proofs)


def said(found: Explanation | Absence) -> str:
    """Say why in a few lines, without what belongs to the command line."""
    return str(found).replace(STEPS, "").strip()


def _iris(rows: Iterable[ClaimRow]) -> tuple[str, ...]:
    return tuple(row.iri for row in rows)
