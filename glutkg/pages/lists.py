"""Lists that are pages of their own: disagreements, slips, gaps, predictions, fragile conclusions, all things."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from glutkg.evidence.claim_view import Named
from glutkg.mechanisms.evaluation import ABSTAIN, AGREE, DIFFER
from glutkg.mechanisms.signed_prediction import REASONS
from glutkg.pages.facets import Dimension, narrowed
from glutkg.pages.response import UNAVAILABLE, Response, page
from glutkg.rdf.namespaces import PREFIXES
from glutkg.relations import grouped
from glutkg.text.cells import terms

if TYPE_CHECKING:
    from collections.abc import Mapping

    from glutkg.evidence.claim_view import ClaimRow
    from glutkg.mechanisms.evaluation import Comparison
    from glutkg.pages.site import Site
    from glutkg.questions.question import Question

MOST_NAMES = 5
FRAGILE = "fragile-conclusions.json"
"""The artefact that holds what the page on fragile conclusions shows."""


class Disagreement(NamedTuple):
    """A disagreement: its sides, as many as there are marks among them, and what may explain it."""

    iri: str
    label: str
    kind: str
    sides: tuple[tuple[ClaimRow, ...], ...]
    explanations: tuple[ClaimRow, ...]
    note: str


def disagreements(site: Site) -> list[Disagreement]:
    """Give all disagreements, the claims of each by what they say."""
    rows = list(site.rows("disagreements"))
    claims = {row.iri: row for row in site.claims.rows([str(row["claim"]) for row in rows])}
    found: dict[str, Disagreement] = {}
    for row in rows:
        iri, claim = str(row["conflict"]), claims.get(str(row["claim"]))
        made = found.setdefault(
            iri, Disagreement(iri, str(row["label"]), str(row["kindLabel"]), (), (), str(row["note"] or ""))
        )
        if claim is None:
            continue
        if row["explains"]:
            found[iri] = made._replace(explanations=(*made.explanations, claim))
        else:
            found[iri] = made._replace(sides=_with(made.sides, claim))
    return list(found.values())


def _with(sides: tuple[tuple[ClaimRow, ...], ...], claim: ClaimRow) -> tuple[tuple[ClaimRow, ...], ...]:
    """Put a claim to the side that has its mark, or to a new one."""
    for number, side in enumerate(sides):
        if side[0].mark.mark == claim.mark.mark:
            return (*sides[:number], (*side, claim), *sides[number + 1 :])
    return (*sides, (claim,))


def disagreements_page(site: Site, query: Mapping[str, list[str]], _accept: str) -> Response:
    """Respond with the disagreements."""
    by = [Dimension["Disagreement"]("kind", "kind", lambda one: [one.kind])]
    found = narrowed(disagreements(site), by, query)
    return page(
        site.render("disagreements.html", "disagreements", title="Disagreements", here_is="disagreements", found=found)
    )


class Compared(NamedTuple):
    """A field of the claims of a disagreement, and whether all have the same."""

    label: str
    values: tuple[tuple[Named, ...], ...]
    same: bool


def compared(rows: tuple[ClaimRow, ...]) -> tuple[Compared, ...]:
    """Put the fields of claims side by side."""
    names = dict.fromkeys(field.label for row in rows for field in row.fields)
    fields = [{field.label: field.values for field in row.fields} for row in rows]
    made = (Compared(name, tuple(one.get(name, ()) for one in fields), False) for name in names)
    return tuple(one._replace(same=len(set(one.values)) == 1) for one in made)


class Slip(NamedTuple):
    """A slip of a source: where, what is printed there, what is accepted, and the claims of both."""

    iri: str
    label: str
    kind: str
    sentence: Named
    printed: str
    accepted: str
    misstated: tuple[ClaimRow, ...]
    facts: tuple[ClaimRow, ...]


def slips_page(site: Site, query: Mapping[str, list[str]], _accept: str) -> Response:
    """Respond with the slips of the sources."""
    rows = list(site.rows("slips"))
    claims = {row.iri: row for row in site.claims.rows([str(row["claim"]) for row in rows if row["claim"]])}
    found: dict[str, Slip] = {}
    for row in rows:
        iri = str(row["slip"])
        sentence = Named(str(row["sentenceLabel"] or ""), str(row["sentence"] or ""))
        printed, accepted = str(row["printed"] or ""), str(row["accepted"] or "")
        new = Slip(iri, str(row["label"]), str(row["kindLabel"]), sentence, printed, accepted, (), ())
        made, claim = found.setdefault(iri, new), claims.get(str(row["claim"]))
        if claim is not None and row["fact"]:
            found[iri] = made._replace(facts=(*made.facts, claim))
        elif claim is not None:
            found[iri] = made._replace(misstated=(*made.misstated, claim))
    by = [Dimension["Slip"]("kind", "kind", lambda one: [one.kind])]
    shown = narrowed(list(found.values()), by, query)
    return page(site.render("slips.html", "slips", title="Slips of the sources", here_is="slips", found=shown))


class Gap(NamedTuple):
    """A question on what is missing: of what above all it is asked, how many rows it has, and the first of them."""

    question: Question
    values: tuple[str, ...]
    number: int
    names: tuple[str, ...]


def gaps(site: Site) -> list[Gap]:
    """Give the questions on gaps with what they find."""
    found = []
    for question in site.questions.values():
        if "gaps" in question.tags:
            answer = site.answer(question.name, {})
            label = next((n for n, name in enumerate(answer.columns) if name.endswith("Label")), 0)
            names = dict.fromkeys(term.value for row in answer.rows for term in terms(row[label]))
            first = next((one for one in question.parameters if not one.optional), None)
            values = site.examples(question, first) if first else ()
            found.append(Gap(question, values, len(answer), tuple(names)[:MOST_NAMES]))
    return found


def gaps_page(site: Site, _query: Mapping[str, list[str]], _accept: str) -> Response:
    """Respond with what the sources leave out."""
    return page(site.render("gaps.html", "gaps", title="Gaps", here_is="gaps", gaps=gaps(site)))


def predictions_page(site: Site, query: Mapping[str, list[str]], _accept: str) -> Response:
    """Respond with how predictions compare with what was found, those that failed first."""
    evaluation = site.kg.evaluate_predictions()
    network = site.kg.network
    order = {DIFFER: 0, AGREE: 1, ABSTAIN: 2}
    tests = sorted(evaluation.tests, key=lambda one: (order[one.verdict], *map(network.label, one.prediction.ends)))
    made = [_tested(site, one) for one in tests]
    by = [
        Dimension["Tested"]("verdict", "verdict", lambda one: [one.verdict]),
        Dimension["Tested"]("found", "found", lambda one: [one.found]),
        Dimension["Tested"]("agent", "agent", lambda one: [one.agent.text]),
    ]
    words = {AGREE: "agree", DIFFER: "disagree", ABSTAIN: "abstain"}
    counts = [(word, evaluation.count(verdict)) for verdict, word in words.items()]
    return page(
        site.render(
            "predictions.html",
            "predictions",
            title="Predictions",
            here_is="predictions",
            found=narrowed(made, by, query),
            counts=counts,
        )
    )


class Tested(NamedTuple):
    """A prediction beside what was found."""

    agent: Named
    goal: Named
    predicted: str
    predicted_mark: str
    found: str
    found_mark: str
    verdict: str
    reason: str
    independent: bool
    findings: tuple[ClaimRow, ...]


def _tested(site: Site, test: Comparison) -> Tested:
    network, prediction = site.kg.network, test.prediction
    agent, goal = (Named(network.label(iri), iri) for iri in prediction.ends)
    gap = prediction.gap
    return Tested(
        agent,
        goal,
        prediction.name,
        "open" if test.verdict == ABSTAIN else mark_of(prediction.sign),
        network.directions[test.found],
        mark_of(test.found),
        test.verdict,
        REASONS[gap.reason] if gap else "",
        test.independent,
        site.claims.rows(test.findings, opened=False),
    )


def mark_of(sign: int | None) -> str:
    """Give the mark of a direction: 1 raises, -1 lowers, 0 changes nothing.

    >>> mark_of(-1), mark_of(0)
    ('lowers', 'absent')
    """
    return {1: "raises", -1: "lowers", 0: "absent"}[sign] if sign is not None else "plain"


class Fragile(NamedTuple):
    """A conclusion, on which references it rests, and on how many claims."""

    parts: tuple[Named, ...]
    references: tuple[Named, ...]
    reading: str
    claims: int


def fragility_page(site: Site, query: Mapping[str, list[str]], _accept: str) -> Response:
    """Respond with the conclusions that fall with the fewest references."""
    made = _kept_conclusions(site)
    if made is None and site.is_being_prepared:
        coming = site.render(
            "fragility.html", "fragility", title="Fragile conclusions", here_is="fragility", found=None
        )
        return replace(page(coming, UNAVAILABLE), headers={"Vary": "Accept", "Retry-After": "5"})
    made = _fragile_conclusions(site) if made is None else made
    by = [
        Dimension["Fragile"]("reading", "falls", lambda one: [one.reading]),
        Dimension["Fragile"]("relation", "relation", lambda one: [one.parts[1].text]),
    ]
    shown = narrowed(made, by, query)
    context = {"title": "Fragile conclusions", "here_is": "fragility", "found": shown}
    groups = grouped((one.reading, one) for one in shown.rows)
    return page(site.render("fragility.html", "fragility", **context, groups=groups))


def _kept_conclusions(site: Site) -> list[Fragile] | None:
    """Give all conclusions as they are kept beside the graph, if they have been worked out."""
    kept = site.kg.cached.artefacts.read(FRAGILE)
    if kept is None:
        return None
    made = (Fragile(*row) for row in json.loads(kept))
    return [
        one._replace(
            parts=tuple(Named(*part) for part in one.parts), references=tuple(Named(*r) for r in one.references)
        )
        for one in made
    ]


def _fragile_conclusions(site: Site) -> list[Fragile]:
    """Work out all conclusions, those on the fewest references first, and keep them beside the graph."""
    made = []
    for row, found in site.kg.fragility_of_all().rows:
        cells = [terms(cell) for cell in row]
        names = [Named(cells[at + 1][0].value, cells[at][0].value) for at in (0, 2, 4)]
        works = tuple(Named(site.label(iri), iri) for iri in sorted(found.references))
        made.append(Fragile(tuple(names), works, found.reading, len(found.claims)))
    site.kg.cached.artefacts.write(FRAGILE, json.dumps(made).encode())
    return made


def contents_page(site: Site, _query: Mapping[str, list[str]], _accept: str) -> Response:
    """Respond with all things by kind."""
    found: dict[str, dict[str, Named]] = {}
    for row in site.rows("contents"):
        iri = str(row["thing"])
        found.setdefault(str(row["word"]), {}).setdefault(iri, Named(str(row["label"]), iri))
    rules = [rule for rule in site.kg.rules if site.has_page(rule.graph)]
    claims = sorted((site.label(iri), iri) for iri in site.iris if iri.startswith(PREFIXES["claim"]))
    kinds = [(word, tuple(things.values())) for word, things in found.items()]
    context = {
        "title": "Everything by kind",
        "here_is": "contents",
        "kinds": kinds,
        "claims": claims,
        "rules": rules,
    }
    return page(site.render("contents.html", "contents", **context))


def marks_page(site: Site, _query: Mapping[str, list[str]], _accept: str) -> Response:
    """Respond with what the marks mean, and where the data are."""
    certainties = sorted({(row["rank"], str(row["label"]), str(row["definition"])) for row in site.rows("certainties")})
    return page(site.render("marks.html", "marks", title="Marks and data", here_is="marks", certainties=certainties))
