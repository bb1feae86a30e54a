"""Why a triple or a row of an answer is there: in a few lines or by its proofs, as trees, JSON, a table or PROV-O."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from glutkg.explain import summary
from glutkg.explain.explainer import claims_of
from glutkg.explain.prov_o import provenance
from glutkg.explain.wording import Words
from glutkg.rdf.namespaces import OWL, curie
from glutkg.rdf.terms import Term
from glutkg.store.graph import serialize
from glutkg.text.documents import Document, Heading, Presentable, Tree, counted, item, items, paragraph
from glutkg.text.table_view import Link
from glutkg.text.tables import Table

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from glutkg.explain.proof import Proof
    from glutkg.explain.wording import Files
    from glutkg.rdf.terms import Triple
    from glutkg.store.graph import Graph
    from glutkg.text.documents import Block

COLUMNS = ("proof", "depth", "subject", "predicate", "object", "statement", "because")


@dataclass(frozen=True, slots=True, repr=False)
class Explanation(Presentable):
    """Proofs of one triple or answer row, the smallest first; `complete` tells whether there are no others.

    A row sums up a number of `matches`, each with a proof of its own. `statements` holds the text of conclusions that
    are not triples of the graph, such as rows of answers. `search` finds all proofs where fewer were asked for: the
    lines that people read first say on what it rests in all.

    >>> import glutkg
    >>> found = glutkg.load().why("memantine", "is a", "NMDA receptor antagonist")
    >>> found.proof.rule.label
    'definition of NMDAReceptorAntagonist'
    >>> len(found.table()) == found.proof.size
    True
    >>> found.json_value()["proofs"][0]["size"] == found.proof.size, len(found.claims)
    (True, 1)
    >>> b"prov:wasDerivedFrom" in found.turtle()
    True
    """

    graph: Graph = field(repr=False)
    files: Files = field(repr=False)
    proofs: tuple[Proof, ...] = field(repr=False)
    complete: bool = False
    statements: Mapping[Triple, str] = field(default_factory=dict)
    matches: int | None = None
    search: Callable[[], tuple[Proof, ...]] | None = field(default=None, repr=False, compare=False)

    @property
    def proof(self) -> Proof:
        """The smallest proof."""
        return self.proofs[0]

    @property
    def claims(self) -> list[str]:
        """The IRIs of the claims that the proofs rest on."""
        return claims_of(self.graph, self.proofs)

    def _words(self) -> Words:
        return Words(self.graph, self.files, self.statements)

    def document(self, *, proof: bool = False) -> Document:
        """Give the few lines that a colleague would say or, with `proof`, the proofs as trees and their claims."""
        return self._proved() if proof else self._summed_up()

    def _summed_up(self) -> Document:
        words = self._words()
        every = self.search() if self.search else self.proofs
        claims = claims_of(self.graph, every)
        statement = words.triple(self.proof.triple)
        if not claims:
            steps = "it is stated" if self.proof.rule is None else "no claim is needed for it"
            below = paragraph(*self._place(words), summary.STEPS)
            return Document((Heading(f"Yes: {statement}; {steps}", 1), *self._terms_behind(words), below))
        ways = [claims_of(self.graph, [proof]) for proof in every]
        answer = "" if self.proof.triple in self.statements else "Yes: "
        heading = Heading(f"{answer}{statement}; {summary.certainty(words, ways)}", 1)
        return Document((heading, *summary.reasons(words, claims, self.files.folder)))

    def _terms_behind(self, words: Words) -> tuple[Block, ...]:
        """Give what the ontology states of the terms, from which something follows without a claim."""
        leaves = (step for _, step in self.proof.steps() if step.rule is None and step is not self.proof)
        stated = [step for step in leaves if not step.triple[2].value.startswith(OWL)]
        found = [item(f"{words.triple(step.triple)}   [{words.origin(step)}]") for step in stated]
        return (items(*summary.listed(found)),) if found else ()

    def _place(self, words: Words) -> list[str]:
        return [f"Stated in {words.origin(self.proof)}"] if self.proof.rule is None else []

    def _proved(self) -> Document:
        """Give the proofs as trees, and below them the claims with their sentences and references."""
        words = self._words()
        blocks: list[Block] = []
        for number, proof in enumerate(self.proofs, 1):
            if len(self.proofs) > 1:
                blocks.append(Heading(f"Proof {number} of {self._count()}: {counted(proof.size, 'step')}"))
            blocks.append(proof_tree(words, proof))
        return Document((*blocks, *claims_cited(words), *self._left_out()))

    def _count(self) -> str:
        return str(self.matches) if self.matches else f"{len(self.proofs)}{'' if self.complete else ' or more'}"

    def _left_out(self) -> Iterator[Block]:
        left = (self.matches or 0) - len(self.proofs)
        if left > 0:
            yield paragraph(f"The row sums up {self.matches} matches, each with a proof of its own; {left} not shown.")

    def json_value(self) -> dict[str, Any]:
        """Give the conclusion, the proofs as trees, and the claims that each rests on."""
        words = self._words()
        return {
            "conclusion": triple_json(words, self.proof.triple),
            "complete": self.complete,
            "matches": self.matches,
            "proofs": [
                {"size": proof.size, "claims": claims_of(self.graph, [proof]), "proof": _step_json(words, proof)}
                for proof in self.proofs
            ],
            "claims": {claim: claim_json(words, claim) for claim in self.claims},
        }

    def table(self) -> Table:
        """Give a row for each step: number of the proof, depth, the triple, the triple in words, and why it holds."""
        words = self._words()
        rows = [
            (
                *(Term("literal", str(number)) for number in (number, depth)),
                *step.triple,
                Term("literal", words.triple_by_labels(step.triple)),
                Term("literal", words.reason(step)),
            )
            for number, proof in enumerate(self.proofs, 1)
            for depth, step in proof.steps()
        ]
        return Table(COLUMNS, tuple(rows))

    def turtle(self) -> bytes:
        """Give the proofs in PROV-O, as Turtle."""
        return serialize(provenance(self._words(), self.proofs), "turtle")


def proof_tree(words: Words, proof: Proof, shown: set[Triple] | None = None) -> Tree:
    """Give a proof as a tree; a step that was proved further up in it is only named again."""
    shown = set() if shown is None else shown
    again = proof.rule is not None and proof.triple in shown
    shown.add(proof.triple)
    text = f"{words.triple(proof.triple)}   [{'as above' if again else words.reason(proof)}]"
    if again:
        return Tree(text)
    premises = [proof_tree(words, premise, shown) for premise in proof.premises]
    return Tree(text, (*premises, *map(Tree, words.absences(proof))))


def claims_cited(words: Words) -> Iterator[Block]:
    """List the claims that were numbered: what each states, its name, and where it comes from."""
    if words.claims:
        yield Heading("Rests on")
        yield items(
            *(
                item((f"claim {number}: ", Link(words.label(claim), claim)), items(*_sources(words, claim)))
                for claim, number in words.claims.items()
            )
        )


def _sources(words: Words, claim: str) -> Iterator[str]:
    place = words.stated_at(claim)
    sentences, references = words.sources(claim)
    yield f"{curie(claim)}, {place}" if place else curie(claim)
    yield from sentences
    if references:
        yield f"cites {', '.join(references)}"


def triple_json(words: Words, triple: Triple) -> dict[str, str]:
    """Give a triple as JSON: its parts, and the whole in words."""
    parts = zip(("subject", "predicate", "object"), triple, strict=True)
    return {name: term.name for name, term in parts} | {"text": words.triple_by_labels(triple)}


def _step_json(words: Words, proof: Proof) -> dict[str, Any]:
    made: dict[str, Any] = triple_json(words, proof.triple)
    if proof.rule is None:
        origin = words.origin(proof)
        return {**made, "file": origin.file, "line": origin.line}
    absent = {"absent": found} if (found := words.absences(proof)) else {}
    premises = [_step_json(words, premise) for premise in proof.premises]
    return {**made, "rule": proof.rule.name, **absent, "premises": premises}


def claim_json(words: Words, claim: str) -> dict[str, Any]:
    """Give a claim as JSON: its label, its sentences and its references."""
    sentences, references = words.sources(claim)
    place = words.stated_at(claim)
    return {
        "label": words.label(claim),
        "file": place.file if place else None,
        "line": place.line if place else None,
        "statedIn": sentences,
        "cites": references,
    }
