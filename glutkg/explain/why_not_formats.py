"""Why a triple is not in the graph, told: as text for people, in Markdown, as a table, and as JSON."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

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
from glutkg.explain.proof_formats import claim_json, legend, markdown_legend, tree, triple_json
from glutkg.explain.wording import Words
from glutkg.rdf.terms import Term, Triple
from glutkg.text.escaping import without_tags
from glutkg.text.tables import Table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from glutkg.explain.explanation import Explainer
    from glutkg.explain.missing_premises import Instead, Lack, WhyNot
    from glutkg.explain.wording import Files

_SAID = {
    MISSING: "nothing states it",
    OTHER: "something else is stated in its place",
    CONTRARY: "what is stated excludes it",
    BLOCKED: "an exception holds",
    UNCLAIMED: "no claim says so",
    GROUP: "it holds of the wider kind, which says nothing of each narrower one",
    WHOLE: "it holds of the whole, which says nothing of each part",
    CONVERSE: "it holds the other way round",
    SIBLING: "this holds instead",
    BEARING: "named together here, with another meaning or without the weight",
}
MOST = 8
"""So many neighbours are told of at most."""


@dataclass(frozen=True, slots=True)
class Absence:
    """Why the graph does not hold a triple, with the words for it.

    `found.kinds` names the types of reason; as text, Markdown, JSON or a table it tells each with where it is stated.
    """

    explainer: Explainer = field(repr=False)
    files: Files = field(repr=False)
    found: WhyNot

    def __str__(self) -> str:
        return self.text()

    def _repr_markdown_(self) -> str:
        return self.markdown()

    def _words(self) -> Words:
        return Words(self.explainer.graph, self.files)

    def _heads(self, words: Words) -> Iterator[tuple[str, tuple[Lack, ...]]]:
        for way in self.found.ways:
            if way.kind != DERIVED:
                yield "", (way,)
            else:
                known = _claims(words, way)
                yield f"it would follow from {', '.join(known)}, but" if known else "it would follow, but", way.leaves()

    def text(self) -> str:
        """Tell the reasons as text, with the claims behind them."""
        words = self._words()
        told = [f"not in the graph: {words.triple(self.found.triple)}"]
        for head, leaves in self._heads(words):
            told += ["", *([head] if head else [])]
            for number, leaf in enumerate(leaves):
                again = any(leaf.shown == other.shown for other in leaves[number + 1 :])
                told += self._leaf(words, leaf, again)
        if self.found.more:
            told += ["", f"and {self.found.more} more as near; --limit tells of more"]
        told += [line for group in self._instead(words) for line in group]
        return "\n".join([*told, *legend(words)]) + "\n"

    def _leaf(self, words: Words, leaf: Lack, again: bool) -> Iterator[str]:
        yield f"  ✗ {words.triple(leaf.triple)}   [{leaf.kind}: {_SAID[leaf.kind]}]"
        if again and leaf.shown:
            return
        if leaf.kind == UNCLAIMED:
            yield "      it would take a claim that"
            yield from (f"        {_of_new(words, triple)}" for triple in leaf.shown)
            return
        for triple in leaf.shown:
            yield from (f"      {line}" for line in tree(words, self.explainer.why(triple)))
        if leaf.exclusion is not None:
            yield f"      {self._excluding(words, leaf)}"
        if leaf.kind == BLOCKED and leaf.rule is not None:
            yield f"      the rule: {leaf.rule.summary}"

    def _excluding(self, words: Words, leaf: Lack) -> str:
        assert leaf.exclusion is not None  # noqa: S101 - for the type checker
        one, other = (words.plain(term) for term in leaf.exclusion.disjoint)
        axiom = leaf.exclusion.axiom
        file = self.explainer.derivations.file(axiom)
        said = f"{one} excludes {other}   [{self.files.origin(self.explainer.graph, file, axiom)}]"
        kinds = zip(leaf.exclusion.kinds, leaf.exclusion.disjoint, strict=True)
        within = [f"{words.plain(kind)} is a kind of {words.plain(wide)}" for kind, wide in kinds if kind != wide]
        return ", ".join([*within, said])

    def _instead(self, words: Words) -> Iterator[list[str]]:
        for kind in (CONVERSE, GROUP, WHOLE, BEARING, SIBLING):
            found = [other for other in self.found.instead if other.kind == kind]
            told = [f"  {line}" for other in found[:MOST] for line in self._other(words, other)]
            more = [f"  … and {len(found) - MOST} more"] if len(found) > MOST else []
            if told:
                yield ["", f"{_SAID[kind]}   [{kind}]", *told, *more]

    def _other(self, words: Words, other: Instead) -> Iterator[str]:
        if other.kind != BEARING:
            yield words.triple(other.triple)
            return
        claim, _, kind = other.triple
        yield f"{words.term(claim)}, {words.plain(kind)}: {', '.join(words.plain(o) for _, _, o in other.shown)}"
        for triple in other.shown:
            proof = self.explainer.why(triple)
            if proof.rule is not None and not words.absent(proof):
                yield from (f"    {line}" for line in tree(words, proof))

    def markdown(self) -> str:
        """Tell the reasons in Markdown."""
        words = self._words()
        parts = [f"# Not in the graph: {words.triple(self.found.triple)}\n"]
        for head, leaves in self._heads(words):
            parts.append(f"\n{head[0].upper()}{head[1:]}:\n\n" if head else "\n")
            for leaf in leaves:
                parts.append(f"- **{leaf.kind}** {words.triple(leaf.triple)}: {_SAID[leaf.kind]}\n")
                parts += [f"  - {_of_new(words, t) if NEW in t else words.triple(t)}\n" for t in leaf.shown]
                parts += [f"  - {self._excluding(words, leaf)}\n"] if leaf.exclusion else []
        for kind, *others in self._instead(words):
            parts.append(f"\n{others[0][0].upper()}{others[0][1:]}\n\n" if not kind else "")
            parts += [f"- {line.strip()}\n" for line in others[1:]]
        return without_tags("".join([*parts, *markdown_legend(words)]))

    def json(self) -> str:
        """Tell the reasons as one JSON document."""
        words = self._words()
        document = {
            "triple": triple_json(words, self.found.triple),
            "kinds": sorted(self.found.kinds),
            "ways": [_lack_json(words, way) for way in self.found.ways],
            "more": self.found.more,
            "instead": [
                {"kind": other.kind, **triple_json(words, other.triple), "shown": _listed(words, other.shown)}
                for other in self.found.instead
            ],
        }
        document["claims"] = {claim: claim_json(words, claim) for claim in sorted(self._claims())}
        return json.dumps(document, ensure_ascii=False, indent=1) + "\n"

    def _claims(self) -> set[str]:
        words = self._words()
        leaves = (leaf.triple for way in self.found.ways for leaf in way.leaves())
        for triple in [*leaves, *(other.triple for other in self.found.instead)]:
            words.triple(triple)
        return set(words.claims)

    def table(self) -> Table:
        """Give the reasons as rows: way (0 for what holds instead), kind, the triple, and what shows it, in words."""
        words = self._words()
        rows: list[tuple[Term, ...]] = []
        for number, way in enumerate(self.found.ways, 1):
            rows += [_row(words, number, leaf.kind, leaf.triple, leaf.shown) for leaf in way.leaves()]
        rows += [_row(words, 0, other.kind, other.triple, other.shown) for other in self.found.instead]
        columns = ("way", "kind", "subject", "predicate", "object", "statement", "shown")
        return Table(columns, tuple(rows))


def _claims(words: Words, way: Lack) -> list[str]:
    """Name the claims by way of which a triple would follow."""
    terms = [term for leaf in way.leaves() for term in leaf.triple if term.kind == "iri"]
    said = [words.term(term) for term in dict.fromkeys(terms)]
    return [text for text in said if text.startswith("claim ")]


def _of_new(words: Words, triple: Triple) -> str:
    """Say what would have to be stated of a new node, which needs no name."""
    subject, predicate, object_ = triple
    if subject == NEW:
        return f"{words.term(predicate)} – {words.term(object_)}"
    return f"of which it is so: {words.term(subject)} – {words.term(predicate)}"


def _row(words: Words, number: int, kind: str, triple: Triple, shown: tuple[Triple, ...]) -> tuple[Term, ...]:
    said = words.plainly(triple), "; ".join(words.plainly(other) for other in shown)
    return (*(Term("literal", text) for text in (str(number), kind)), *triple, *(Term("literal", t) for t in said))


def _listed(words: Words, triples: tuple[Triple, ...]) -> list[dict[str, str]]:
    return [triple_json(words, triple) for triple in triples]


def _lack_json(words: Words, lack: Lack) -> dict[str, Any]:
    made: dict[str, Any] = {"kind": lack.kind, **triple_json(words, lack.triple), "shown": _listed(words, lack.shown)}
    if lack.rule is not None:
        made["rule"] = lack.rule.name
    if lack.exclusion is not None:
        made["excludes"] = [term.value for term in lack.exclusion.disjoint]
    if lack.kind == DERIVED:
        made["held"] = _listed(words, lack.held)
        made["lacking"] = [_lack_json(words, other) for other in lack.lacking]
    return made
