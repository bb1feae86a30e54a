"""Why something holds, or does not: the claims, what speaks against it, and the proof, step by step."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from glutkg.errors import GlutkgError, NotFoundError, UsageError
from glutkg.evidence.claim_check import of_absence, of_conclusion
from glutkg.evidence.claim_view import Named
from glutkg.explain.verdict import CONTRADICTED
from glutkg.explain.wording import Words
from glutkg.pages.asked import ends_of, meant, reworded
from glutkg.pages.picture_view import inlined
from glutkg.pages.response import BAD_REQUEST, NOT_FOUND, Response, page

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from glutkg.explain.explanation import Explanation
    from glutkg.explain.proof import Proof
    from glutkg.explain.why_not_report import Absence
    from glutkg.pages.site import Site
    from glutkg.rdf.terms import Term, Triple

PARTS = ("subject", "relation", "object")
DEEPEST, MOST_STEPS = 12, 400
"""Levels of a proof, and steps of it, that a page shows."""


class StepOfProof(NamedTuple):
    """A step of a proof: its triple in words, why it holds, the rule behind it, and its premises."""

    parts: tuple[Named, ...]
    reason: str
    rule: str
    premises: tuple[StepOfProof, ...]
    depth: int


def why_page(site: Site, query: Mapping[str, list[str]], _accept: str) -> Response:
    """Respond with why a triple holds or does not, or why a row of an answer is there; else with a form."""
    asked = ends_of(query, (*PARTS, "question", "row"))
    context: dict[str, object] = {"asked": asked, "explained": None, "absent": None, "problem": "", "instead": ()}
    status = 200
    try:
        if asked["question"]:
            context |= _row(site, query, asked)
        elif all(asked[part] for part in PARTS):
            context |= _triple(site, *(asked[part] for part in PARTS))
        elif any(asked[part] for part in PARTS):
            context["problem"], status = "Fill in all three: what, the relation, and to what.", BAD_REQUEST
    except NotFoundError as error:
        instead = meant(asked, str(error), error.suggestions)
        context |= {"problem": reworded(str(error)), "instead": instead}
        status = NOT_FOUND
    except GlutkgError as error:
        context["problem"], status = str(error), BAD_REQUEST
    relations = [str(row["name"]) for row in site.rows("relations-that-follow")]
    names = [thing.label for iri, thing in site.things.items() if thing.what != "property" and "/claim/" not in iri]
    shared = {"title": context.get("statement") or "Why", "here_is": "why", "relations": relations, "names": names}
    return page(site.render("why.html", "why", **shared, **context), status)


def _triple(site: Site, subject: str, relation: str, object_: str) -> dict[str, object]:
    triple = site.kg.triple(subject, relation, object_)
    words = Words(site.graph, site.kg.files)
    named = tuple(Named(words.term_by_label(term), term.value if term.kind == "iri" else "") for term in triple)
    asked = dict(zip(PARTS, (one.text for one in named), strict=True))
    shown = {"statement": words.triple_by_labels(triple), "named": named, "asked": asked}
    if not site.kg.explainer.derivations.holds(triple):
        return {**_absent(site, site.kg.why_not(subject, relation, object_)), **shown}
    return {**_explained(site, site.kg.why(subject, relation, object_)), **shown, "loss": _loss(site, triple)}


def _absent(site: Site, absence: Absence) -> dict[str, object]:
    """Give the verdict on what does not follow, the claims that decide it, and those that name both things."""
    judged = of_absence(site.kg, absence)
    decided = judged.verdict == CONTRADICTED
    deciding, others = (judged.against if decided else judged.leaving_open), (judged.leaving_open if decided else ())
    return {
        "absent": inlined(absence.document(proof=True).html().replace("h1>", "h3>"), site.here("why")),
        "verdict": f"{absence.answer}.",
        "beside": absence.beside,
        "deciding": site.claims.groups(site.claims.rows(deciding)),
        "others": site.claims.groups(site.claims.rows((*others, *judged.near))),
    }


def _loss(site: Site, triple: Triple) -> str:
    """Say with which references a conclusion falls, where that has been worked out already."""
    if "fragility_analysis" not in site.kg.__dict__:
        return ""
    return str(site.kg.fragility_analysis.of_triple(triple).reading)


def _row(site: Site, query: Mapping[str, list[str]], asked: Mapping[str, str]) -> dict[str, object]:
    question = site.questions.get(asked["question"])
    if question is None:
        raise UsageError(f"There is no question '{asked['question']}'.")
    if not asked["row"].isdecimal() or len(asked["row"]) > len("100000"):
        raise UsageError("The row is a whole number, counted from 1.")
    given = {p.name: query[p.name] for p in question.parameters if any(query.get(p.name, ()))}
    found = site.kg.why_row(question.name, int(asked["row"]), 1, **given)
    statement = f"Row {asked['row']} of: {question.summary}"
    return {**_explained(site, found), "statement": statement, "named": (), "loss": ""}


def _explained(site: Site, found: Explanation) -> dict[str, object]:
    words = Words(site.graph, site.kg.files, found.statements)
    every = found.search() if found.search else found.proofs
    claims = list(dict.fromkeys(claim for proof in every for claim in _claims(site, proof)))
    proof = _proof(words, found.statements, found.proof, 0, set())
    steps = found.proof.size
    return {
        "explained": found,
        "claims": site.claims.groups(site.claims.rows(claims)),
        "number": len(claims),
        "against": ()
        if found.statements
        else site.claims.rows(of_conclusion(site.claims, found).against, opened=False),
        "proof": proof,
        "steps": steps,
        "rules": sorted({one.rule.label for _, one in found.proof.steps() if one.rule}),
    }


def _claims(site: Site, proof: Proof) -> Iterator[str]:
    words = Words(site.graph, site.kg.files)
    for _, step in proof.steps():
        if step.rule is None and words.is_claim(step.triple[0]):
            yield step.triple[0].value


def _quoted(words: Words, term: Term) -> str:
    """Give the label of a term; that of a claim is a sentence, which is quoted within another one."""
    text = words.term_by_label(term)
    return f"“{text}”" if words.is_claim(term) else text


def _proof(words: Words, statements: Mapping[Triple, str], proof: Proof, depth: int, shown: set[Triple]) -> StepOfProof:
    """Give a proof for a page; a step that was proved further up in it is only named again."""
    again = proof.rule is not None and proof.triple in shown
    shown.add(proof.triple)
    deeper = not again and depth < DEEPEST and len(shown) < MOST_STEPS
    premises = tuple(_proof(words, statements, one, depth + 1, shown) for one in proof.premises) if deeper else ()
    said = statements.get(proof.triple)
    parts = (
        (Named(said),)
        if said
        else tuple(Named(_quoted(words, term), term.value if term.kind == "iri" else "") for term in proof.triple)
    )
    reason = "as above" if again else words.reason(proof)
    return StepOfProof(parts, reason, proof.rule.graph if proof.rule else "", premises, depth)
