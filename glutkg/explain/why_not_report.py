"""Why a triple is not there: what is missing for it or rules it out, in words for people, as JSON or a table."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from glutkg.explain import summary
from glutkg.explain.explainer import claims_of
from glutkg.explain.explanation import claim_json, claims_cited, proof_tree, triple_json
from glutkg.explain.missing_premises import (
    BEARING,
    BLOCKED,
    CONTRARY,
    CONVERSE,
    DERIVED,
    GROUP,
    MISSING,
    NEW,
    OTHER,
    SIBLING,
    UNCLAIMED,
    WHOLE,
)
from glutkg.explain.verdict import ANSWERS, OPPOSED, verdict_on
from glutkg.explain.wording import Words
from glutkg.rdf.namespaces import SKOS
from glutkg.rdf.terms import SUBCLASS_OF, TYPE, Term
from glutkg.text.documents import Document, Heading, Items, Presentable, item, items, paragraph
from glutkg.text.tables import Table

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from glutkg.explain.disjointness import Exclusion
    from glutkg.explain.explainer import Explainer
    from glutkg.explain.missing_premises import MissingPremise, NearMiss, WhyNot
    from glutkg.explain.verdict import AbsenceVerdict
    from glutkg.explain.wording import Files
    from glutkg.rdf.terms import Triple
    from glutkg.text.documents import Block, Item

COLUMNS = ("way", "kind", "subject", "predicate", "object", "statement", "shown")
MOST = 8
"""Near misses of one kind that people are shown at most."""

_MEANING = {
    MISSING: "nothing states it",
    OTHER: "something else is stated in its place",
    CONTRARY: "what is stated excludes it",
    BLOCKED: "an exception holds",
    UNCLAIMED: "no claim says so",
    GROUP: "it holds of the wider class, which says nothing about each narrower one",
    WHOLE: "it holds of the whole, which says nothing about each part",
    CONVERSE: "it holds the other way round",
    SIBLING: "this holds, and does not speak against it",
    BEARING: "a claim names both, but states something else or carries too little weight",
}


@dataclass(frozen=True, slots=True, repr=False)
class Absence(Presentable):
    """Why the graph does not hold a triple: `found` has the missing premises and the near misses.

    >>> import glutkg
    >>> absence = glutkg.load().why_not("memantine", "approved for", "migraine")
    >>> sorted(absence.kinds)
    ['contrary', 'sibling']
    >>> absence.json_value()["kinds"]
    ['contrary', 'sibling']
    """

    explainer: Explainer = field(repr=False)
    files: Files = field(repr=False)
    found: WhyNot

    @property
    def kinds(self) -> frozenset[str]:
        """The kinds of reason."""
        return self.found.kinds

    def _words(self) -> Words:
        return Words(self.explainer.graph, self.files)

    def document(self, *, proof: bool = False) -> Document:
        """Give the few lines that a colleague would say or, with `proof`, in full what is missing or in the way."""
        return self._in_full() if proof else self._summed_up()

    def _summed_up(self) -> Document:
        words = self._words()
        verdict = verdict_on(self.explainer.graph, self.files.folder, self.found)
        leaves = _deciding(self.found.nearest, verdict)
        excluded = _is_excluded(self.found.triple, leaves)
        heading = _excluded(words, leaves) if excluded else self._not_there(words, leaves, verdict.ground)
        self._name_grounds(words, leaves)
        named = [items(*summary.numbered(words))] if words.claims else []
        lines = paragraph(*self._beside(words), summary.STEPS)
        return Document((Heading(heading, 1), *named, *self._bearing(words), lines))

    @property
    def answer(self) -> str:
        """Whether it is so, in a sentence: which axiom excludes it, or how claims decide it."""
        words = self._words()
        verdict = verdict_on(self.explainer.graph, self.files.folder, self.found)
        leaves = _deciding(self.found.nearest, verdict)
        so, why = ANSWERS[verdict.ground]
        return _excluded(words, leaves) if _is_excluded(self.found.triple, leaves) else f"{so}: {why}"

    @property
    def beside(self) -> tuple[str, ...]:
        """What holds instead, in sentences."""
        return tuple(self._beside(self._words()))

    def _beside(self, words: Words) -> Iterator[str]:
        yield from self._definitions(words)
        instead = (self._instead(words, kind) for kind in (CONVERSE, GROUP, WHOLE, SIBLING))
        yield from (line for line in instead if line)

    def _definitions(self, words: Words) -> Iterator[str]:
        """Say what two classes are of which nothing makes one a kind of the other."""
        subject, predicate, object_ = self.found.triple
        for class_ in (subject, object_) if predicate == SUBCLASS_OF else ():
            for _, _, text in words.graph.triples(class_.value, SKOS + "definition"):
                yield f"{words.term(class_)}: {text.value}"

    def _not_there(self, words: Words, leaves: tuple[MissingPremise, ...], ground: str) -> str:
        because = list(dict.fromkeys(_reason(words, leaf, self.found.triple, ground) for leaf in leaves))[
            : summary.MOST
        ]
        answer, why = ANSWERS[ground]
        return "; ".join([f"{answer}: {words.triple(self.found.triple)}", why, *because])

    def _bearing(self, words: Words) -> Iterator[Block]:
        """List the claims that name both ends, but do not carry so far; those named already are left out."""
        found = [miss.triple[0].value for miss in self.found.near_misses if miss.kind == BEARING]
        if others := [claim for claim in found if claim not in words.claims]:
            yield paragraph(f"{_MEANING[BEARING].capitalize()}:")
            yield items(*summary.claim_items(words, others))

    def _name_grounds(self, words: Words, leaves: tuple[MissingPremise, ...]) -> None:
        """Give numbers to the claims from which it follows that a claim does not count."""
        for triple in (triple for leaf in leaves if leaf.kind == BLOCKED for triple in leaf.shown):
            for claim in claims_of(self.explainer.graph, [self.explainer.why(triple)]):
                words.term(Term("iri", claim))

    def _instead(self, words: Words, kind: str) -> str:
        """Give what holds instead; what holds of something else for the same end is left to the whole account."""
        misses = [miss.triple for miss in self.found.near_misses if miss.kind == kind]
        found = [words.triple(one) for one in misses if kind != SIBLING or one[0] == self.found.triple[0]]
        more = f" and {len(found) - summary.MOST} more" if len(found) > summary.MOST else ""
        return f"{_MEANING[kind].capitalize()}: {'; '.join(found[: summary.MOST])}{more}" if found else ""

    def _in_full(self) -> Document:
        """Give what is missing or in the way, what holds instead, and the claims behind both."""
        words = self._words()
        blocks: list[Block] = [Heading(f"Not in the graph: {words.triple(self.found.triple)}", 1)]
        for lacking in self.found.nearest:
            blocks += self._lacking(words, lacking)
        if self.found.more:
            blocks.append(paragraph(f"and {self.found.more} more that are as near; --limit N shows more"))
        for kind in (CONVERSE, GROUP, WHOLE, BEARING, SIBLING):
            blocks += self._near_misses(words, kind)
        return Document((*blocks, *claims_cited(words)))

    def _lacking(self, words: Words, lacking: MissingPremise) -> Iterator[Block]:
        leaves = lacking.leaves()
        if lacking.kind == DERIVED:
            claims = _claims(words, leaves)
            yield paragraph(f"It would follow{' from ' * bool(claims)}{', '.join(claims)}, but")
        yield Items(tuple(self._leaf(words, leaf, leaves[number + 1 :]) for number, leaf in enumerate(leaves)))

    def _leaf(self, words: Words, leaf: MissingPremise, later: tuple[MissingPremise, ...]) -> Item:
        """Describe what is missing; what shows it is left to the last of those that the same shows."""
        text = f"✗ {words.triple(leaf.triple)}   [{leaf.kind}: {_MEANING[leaf.kind]}]"
        if leaf.shown and any(leaf.shown == other.shown for other in later):
            return item(text)
        if leaf.kind == UNCLAIMED:
            needed = items(*(_of_new(words, triple) for triple in leaf.shown))
            return item(text, items(item("it would take a claim that", needed)))
        proofs = (proof_tree(words, self.explainer.why(triple)) for triple in leaf.shown)
        reasons = [self._disjointness(words, leaf)] if leaf.exclusion else []
        reasons += [f"the rule: {leaf.rule.summary}"] if leaf.kind == BLOCKED and leaf.rule else []
        return item(text, *proofs, *([items(*reasons)] if reasons else []))

    def _disjointness(self, words: Words, leaf: MissingPremise) -> str:
        assert leaf.exclusion is not None  # noqa: S101 - for the type checker
        one, other = (words.term_by_label(term) for term in leaf.exclusion.disjoint)
        axiom = leaf.exclusion.axiom
        file = self.explainer.derivations.file(axiom)
        excludes = f"{one} excludes {other}   [{self.files.origin(self.explainer.graph, file, axiom)}]"
        classes = zip(leaf.exclusion.classes, leaf.exclusion.disjoint, strict=True)
        within = [
            f"{words.term_by_label(narrow)} is a kind of {words.term_by_label(wide)}"
            for narrow, wide in classes
            if narrow != wide
        ]
        return ", ".join([*within, excludes])

    def _near_misses(self, words: Words, kind: str) -> Iterator[Block]:
        found = [miss for miss in self.found.near_misses if miss.kind == kind]
        if found:
            yield paragraph(f"{_MEANING[kind]}   [{kind}]")
            more = [item(f"… and {len(found) - MOST} more")] if len(found) > MOST else []
            yield items(*(self._near_miss(words, miss) for miss in found[:MOST]), *more)

    def _near_miss(self, words: Words, miss: NearMiss) -> Item:
        if miss.kind != BEARING:
            return item(words.triple(miss.triple))
        claim, _, class_ = miss.triple
        stated = ", ".join(words.term_by_label(o) for _, _, o in miss.shown)
        proofs = map(self.explainer.why, miss.shown)
        derived = (proof for proof in proofs if proof.rule is not None and not words.absences(proof))
        text = f"{words.term(claim)}, {words.term_by_label(class_)}: {stated}"
        return item(text, *(proof_tree(words, proof) for proof in derived))

    def json_value(self) -> dict[str, Any]:
        """Give the missing premises as trees, the near misses, and the claims that they name."""
        words = self._words()
        return {
            "triple": triple_json(words, self.found.triple),
            "kinds": sorted(self.kinds),
            "ways": [_missing_json(words, lacking) for lacking in self.found.nearest],
            "more": self.found.more,
            "instead": [
                {"kind": miss.kind, **triple_json(words, miss.triple), "shown": _triples_json(words, miss.shown)}
                for miss in self.found.near_misses
            ],
            "claims": {claim: claim_json(words, claim) for claim in sorted(self._claims_named())},
        }

    def _claims_named(self) -> set[str]:
        words = self._words()
        leaves = (leaf.triple for lacking in self.found.nearest for leaf in lacking.leaves())
        for triple in [*leaves, *(miss.triple for miss in self.found.near_misses)]:
            words.triple(triple)
        return set(words.claims)

    def table(self) -> Table:
        """Give a row for each reason: way (0 for near misses), kind, the triple, it in words, and what shows it."""
        words = self._words()
        numbered = enumerate(self.found.nearest, 1)
        rows = [_row(words, number, leaf) for number, lacking in numbered for leaf in lacking.leaves()]
        return Table(COLUMNS, (*rows, *(_row(words, 0, miss) for miss in self.found.near_misses)))


def _is_excluded(triple: Triple, leaves: tuple[MissingPremise, ...]) -> bool:
    """Tell whether the classes of the subject rule the triple itself out."""
    return [leaf.triple for leaf in leaves if leaf.exclusion] == [triple] and triple[1] in (TYPE, SUBCLASS_OF)


def _excluded(words: Words, leaves: tuple[MissingPremise, ...]) -> str:
    """Say which class of the subject excludes the one that was asked for, or a wider one than that."""
    (leaf,) = leaves
    assert leaf.exclusion is not None  # noqa: S101 - for the type checker
    (subject, predicate, asked), (held, wide) = leaf.triple, leaf.exclusion.disjoint
    name = words.term(subject)
    kind, excluded, narrow = map(words.term_by_label, (held, wide, asked))
    is_a = words.term_by_label(predicate)
    first = f"{name} {is_a} {kind}, which excludes" if subject != held else f"{name} excludes"
    return f"No, the ontology excludes it: {first} {excluded}" + (
        f", and {narrow} is a kind of {excluded}" if asked != wide else ""
    )


def _deciding(ways: Sequence[MissingPremise], verdict: AbsenceVerdict) -> tuple[MissingPremise, ...]:
    """Give what is missing on the nearest way on which a claim stands that the verdict goes by, if there is one."""
    claims = {*(verdict.against or verdict.leaving_open)}
    found = [way.leaves() for way in ways]
    return next((way for way in found if any(leaf.triple[0].value in claims for leaf in way)), (*found, ())[0])


def _reason(words: Words, leaf: MissingPremise, asked: Triple, ground: str) -> str:
    """Say in a few words what is missing or in the way."""
    if leaf.kind == UNCLAIMED:
        return "no claim says so"
    if leaf.kind == MISSING:
        return f"nothing states {'it' if leaf.triple == asked else f'that {words.triple(leaf.triple)}'}"
    if leaf.kind == OTHER:
        return f"in its place stands: {words.triple(leaf.shown[0])}"
    return f"since {words.triple(leaf.shown[0])}" + (_axiom(words, leaf.exclusion) if ground == OPPOSED else "")


def _axiom(words: Words, exclusion: Exclusion | None) -> str:
    """Name the axiom by which one value excludes another."""
    return f" (axiom: {' – excludes – '.join(map(words.term_by_label, exclusion.disjoint))})" if exclusion else ""


def _claims(words: Words, leaves: tuple[MissingPremise, ...]) -> list[str]:
    """Name the claims by way of which a triple would follow."""
    terms = dict.fromkeys(term for leaf in leaves for term in leaf.triple if term.kind == "iri")
    return [words.term(term) for term in terms if words.is_claim(term)]


def _of_new(words: Words, triple: Triple) -> str:
    """Describe what would have to be stated of a new individual, which needs no name."""
    subject, predicate, object_ = triple
    if subject == NEW:
        return f"{words.term(predicate)} – {words.term(object_)}"
    return f"for which it holds that {words.term(subject)} – {words.term(predicate)}"


def _row(words: Words, number: int, reason: MissingPremise | NearMiss) -> tuple[Term, ...]:
    shown = "; ".join(map(words.triple_by_labels, reason.shown))
    texts = (str(number), reason.kind, words.triple_by_labels(reason.triple), shown)
    first, kind, statement, last = (Term("literal", text) for text in texts)
    return (first, kind, *reason.triple, statement, last)


def _triples_json(words: Words, triples: tuple[Triple, ...]) -> list[dict[str, str]]:
    return [triple_json(words, triple) for triple in triples]


def _missing_json(words: Words, lacking: MissingPremise) -> dict[str, Any]:
    shown = _triples_json(words, lacking.shown)
    made: dict[str, Any] = {"kind": lacking.kind, **triple_json(words, lacking.triple), "shown": shown}
    if lacking.rule is not None:
        made["rule"] = lacking.rule.name
    if lacking.exclusion is not None:
        made["excludes"] = [term.value for term in lacking.exclusion.disjoint]
    if lacking.kind == DERIVED:
        made["held"] = _triples_json(words, lacking.held)
        made["lacking"] = [_missing_json(words, premise) for premise in lacking.missing]
    return made
