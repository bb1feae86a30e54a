"""A proof told: as a tree for people, in Markdown, as a table, as JSON, and as provenance in PROV-O."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

from glutkg.explain.explanation import claims_of
from glutkg.explain.wording import Words
from glutkg.rdf.namespaces import BASE, RDF, RDFS, STATED_GRAPH, curie
from glutkg.rdf.terms import Term, Triple
from glutkg.store.graph import serialize
from glutkg.text.escaping import without_tags
from glutkg.text.tables import Table

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from glutkg.explain.proof import Proof
    from glutkg.explain.wording import Files
    from glutkg.store.graph import Graph

PROV = "http://www.w3.org/ns/prov#"
DCTERMS = "http://purl.org/dc/terms/"


@dataclass(frozen=True, slots=True)
class Explanation:
    """Proofs of one triple or answer row, the smallest first; `complete` tells whether there are no others.

    A row sums up a number of `matches`, each a proof of its own.
    As text it is a tree with the claims behind it; `markdown`, `json`, `turtle` (PROV-O) and `table` give other forms.
    """

    graph: Graph = field(repr=False)
    files: Files = field(repr=False)
    proofs: tuple[Proof, ...] = field(repr=False)
    complete: bool = False
    said: Mapping[Triple, str] = field(default_factory=dict)
    matches: int | None = None

    @property
    def proof(self) -> Proof:
        """The smallest proof."""
        return self.proofs[0]

    @property
    def claims(self) -> list[str]:
        """The IRIs of the claims that the proofs rest on."""
        return claims_of(self.graph, self.proofs)

    def __str__(self) -> str:
        return self.text()

    def _repr_markdown_(self) -> str:
        return self.markdown()

    def _words(self) -> Words:
        return Words(self.graph, self.files, self.said)

    def text(self) -> str:
        """Tell the proofs as trees, one after the other, and below them the claims, their sentences and references."""
        words = self._words()
        told: list[str] = []
        for number, proof in enumerate(self.proofs, 1):
            if len(self.proofs) > 1:
                told += [*([""] if told else []), f"PROOF {number} of {self._count()}: {proof.size} steps"]
            told += tree(words, proof)
        return "\n".join([*told, *legend(words)]) + "\n" + self._left_out()

    def _count(self) -> str:
        return str(self.matches) if self.matches else f"{len(self.proofs)}{'' if self.complete else ' or more'}"

    def _left_out(self) -> str:
        """Tell of how many matches of a row there is no proof here."""
        left = (self.matches or 0) - len(self.proofs)
        told = f"\nThe row sums up {self.matches} matches, each a proof of its own; {left} of them not shown.\n"
        return told if left > 0 else ""

    def markdown(self) -> str:
        """Tell the proofs as nested lists in Markdown, with the claims below."""
        words = self._words()
        parts = [f"# {words.plainly(self.proof.triple)}\n"]
        for number, proof in enumerate(self.proofs, 1):
            parts.append(f"\n## {f'Proof {number} of {self._count()}' if len(self.proofs) > 1 else 'Proof'}\n\n")
            parts += markdown_list(words, proof)
        return without_tags("".join([*parts, *markdown_legend(words), self._left_out()]))

    def json(self) -> str:
        """Tell the proofs as one JSON document: the conclusion, the proofs as trees, the claims that each rests on."""
        words = self._words()
        proofs = [
            {"size": proof.size, "claims": claims_of(self.graph, [proof]), "proof": _node(words, proof)}
            for proof in self.proofs
        ]
        document = {
            "conclusion": triple_json(words, self.proof.triple),
            "complete": self.complete,
            "matches": self.matches,
            "proofs": proofs,
            "claims": {claim: claim_json(words, claim) for claim in self.claims},
        }
        return json.dumps(document, ensure_ascii=False, indent=1) + "\n"

    def table(self) -> Table:
        """Give the proofs as rows: number, depth, the triple, the triple in words, and by what it holds."""
        words = self._words()
        rows = [
            (
                *(Term("literal", str(value)) for value in (number, depth)),
                *step.triple,
                Term("literal", words.plainly(step.triple)),
                Term("literal", words.reason(step)),
            )
            for number, proof in enumerate(self.proofs, 1)
            for depth, step in proof.steps()
        ]
        return Table(("proof", "depth", "subject", "predicate", "object", "statement", "because"), tuple(rows))

    def provenance(self) -> list[Triple]:
        """Give the proofs in PROV-O.

        Each step is an entity, named after its triple, so that proofs of several conclusions go together in one graph.
        What a rule concludes was generated by an activity that used the premises, with the rule as its plan; what is
        stated is located in its file's graph, and has the sentences of its claim as primary sources.
        """
        made: dict[Triple, None] = {}
        words = self._words()
        for proof in self.proofs:
            for _, step in proof.steps():
                made.update(dict.fromkeys(_step(words, step)))
        return _renamed(made)

    def turtle(self) -> bytes:
        """Give the proofs in PROV-O, as Turtle."""
        return serialize(self.provenance(), "turtle")


def tree(words: Words, proof: Proof) -> list[str]:
    """Tell a proof as a tree; a step that was proved above in the same tree is only named again."""
    return list(_branches(words, proof, "", "", set()))


def _branches(words: Words, proof: Proof, first: str, rest: str, told: set[Triple]) -> Iterator[str]:
    again = proof.rule is not None and proof.triple in told
    told.add(proof.triple)
    yield f"{first}{words.triple(proof.triple)}   [{'as above' if again else words.reason(proof)}]"
    if again:
        return
    absent = words.absent(proof)
    for index, premise in enumerate(proof.premises):
        last = not absent and index == len(proof.premises) - 1
        yield from _branches(words, premise, rest + ("└─ " if last else "├─ "), rest + ("   " if last else "│  "), told)
    yield from (f"{rest}└─ {text}" for text in absent)


def legend(words: Words) -> list[str]:
    """Tell of each claim that was numbered what it says, its name, and where it comes from."""
    told = ["", "rests on"] if words.claims else []
    for claim, number in words.claims.items():
        sentences, references = words.sources(claim)
        head = f"  claim {number}  "
        told.append(head + words.label(claim))
        told += [" " * len(head) + line for line in (_name(words, claim), *sentences, *_citing(references))]
    return told


def _name(words: Words, claim: str) -> str:
    place = words.stated_at(claim)
    return f"{curie(claim)}, {place}" if place else curie(claim)


def _citing(references: list[str]) -> list[str]:
    return [f"cites {', '.join(references)}"] if references else []


def markdown_list(words: Words, proof: Proof) -> list[str]:
    """Tell a proof as lines of a nested list."""
    made = []
    for depth, step in proof.steps():
        because = f"{'' if step.rule else 'stated in '}{words.reason(step)}"
        made.append(f"{'  ' * depth}- {words.triple(step.triple)} ({'; '.join([because, *words.absent(step)])})\n")
    return made


def markdown_legend(words: Words) -> list[str]:
    """Tell in Markdown of each claim that was numbered what it says, and where it comes from."""
    parts = ["\n## Rests on\n\n"] if words.claims else []
    for claim, number in words.claims.items():
        sentences, references = words.sources(claim)
        told = "; ".join([*sentences, *_citing(references)])
        parts.append(f"- claim {number}, [{words.label(claim)}]({claim}): {told}\n")
    return parts


def triple_json(words: Words, triple: Triple) -> dict[str, str]:
    """Give a triple as JSON: its parts, and the whole in words."""
    parts = zip(("subject", "predicate", "object"), triple, strict=True)
    return {name: term.name for name, term in parts} | {"text": words.plainly(triple)}


def _node(words: Words, proof: Proof) -> dict[str, Any]:
    made: dict[str, Any] = triple_json(words, proof.triple)
    if proof.rule is None:
        origin = words.origin(proof)
        return {**made, "file": origin.file, "line": origin.line}
    absent = {"absent": found} if (found := words.absent(proof)) else {}
    premises = [_node(words, premise) for premise in proof.premises]
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


def _step(words: Words, step: Proof) -> Iterator[Triple]:
    entity = _entity(words, step)
    yield entity, _RDF_TYPE, _prov("Entity")
    yield entity, _RDF_TYPE, Term("iri", RDF + "Statement")
    yield entity, _LABEL, Term("literal", words.plainly(step.triple), "en")
    for part, term in zip(("subject", "predicate", "object"), step.triple, strict=True):
        yield entity, Term("iri", RDF + part), term
    if step.rule is None:
        yield from _stated(words, entity, step)
        return
    activity, association = (Term("iri", f"{entity.value}-{part}") for part in ("derivation", "association"))
    plan = Term("iri", step.rule.graph)
    yield entity, _prov("wasGeneratedBy"), activity
    yield activity, _RDF_TYPE, _prov("Activity")
    yield activity, _prov("qualifiedAssociation"), association
    yield association, _RDF_TYPE, _prov("Association")
    yield association, _prov("agent"), _AGENT
    yield association, _prov("hadPlan"), plan
    yield _AGENT, _RDF_TYPE, _prov("SoftwareAgent")
    yield plan, _RDF_TYPE, _prov("Plan")
    yield plan, _LABEL, Term("literal", step.rule.label, "en")
    yield plan, Term("iri", RDFS + "comment"), Term("literal", step.rule.summary, "en")
    for premise in step.premises:
        yield activity, _prov("used"), _entity(words, premise)
        yield entity, _prov("wasDerivedFrom"), _entity(words, premise)


def _stated(words: Words, entity: Term, step: Proof) -> Iterator[Triple]:
    yield entity, _prov("atLocation"), Term("iri", step.origin)
    yield entity, _prov("value"), Term("literal", str(words.origin(step)))
    if step.triple[0].kind == "blank":
        return
    for name, relation in (("statedIn", _prov("hadPrimarySource")), ("cites", Term("iri", DCTERMS + "references"))):
        for _, _, source in words.graph.triples(step.triple[0].value, BASE + name, graph=STATED_GRAPH):
            yield entity, relation, source
            yield source, _RDF_TYPE, _prov("Entity")


_RDF_TYPE = Term("iri", RDF + "type")
_LABEL = Term("iri", RDFS + "label")
_AGENT = Term("iri", BASE + "software")


def _prov(name: str) -> Term:
    return Term("iri", PROV + name)


def _entity(words: Words, step: Proof) -> Term:
    """Name a step after its triple, the same in every run; an expression goes by its words."""
    parts = [words.plain(term) if term.kind == "blank" else "\0".join(map(str, term)) for term in step.triple]
    return Term("iri", f"{BASE}step/{blake2b(chr(0).join(parts).encode(), digest_size=10).hexdigest()}")


def _renamed(made: Mapping[Triple, None]) -> list[Triple]:
    """Number the blank nodes, whose names change from run to run."""
    names: dict[Term, Term] = {}

    def named(term: Term) -> Term:
        return names.setdefault(term, Term("blank", f"expression{len(names)}")) if term.kind == "blank" else term

    return [(named(s), p, named(o)) for s, p, o in made]
