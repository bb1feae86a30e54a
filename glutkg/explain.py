"""Why something is in the graph: a proof by rules, down to stated triples, claims and sentences."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from glutkg.errors import NotFoundError
from glutkg.questions import label
from glutkg.tables import Table, Term
from glutkg.terms import BASE, INFERRED_GRAPH, RDF, RDFS, STATED_GRAPH, curie

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from glutkg.graph import Graph, Triple
    from glutkg.rules import Pattern, Rule

_IRI = "<"


@dataclass(frozen=True, slots=True)
class Proof:
    """A triple with the rule that concludes it and the proofs of its premises; a stated triple has neither.

    `origin` is the name of the graph that holds the triple: a source file's or a rule's.
    """

    triple: Triple
    origin: str
    rule: Rule | None = None
    premises: tuple[Proof, ...] = ()

    def steps(self, depth: int = 0) -> Iterator[tuple[int, Proof]]:
        """Go through the proof from the conclusion down, with the depth of each step."""
        yield depth, self
        for premise in self.premises:
            yield from premise.steps(depth + 1)


def why(graph: Graph, rules: Sequence[Rule], subject: str, predicate: str, object_: str) -> Proof:
    """Prove a triple of the graph. Raises NotFoundError when the graph does not hold it."""
    triple = (Term("iri", subject), Term("iri", predicate), Term("iri", object_))
    if not graph.graphs_of(subject, predicate, triple[2]):
        raise NotFoundError(
            f"The graph does not hold: {label(graph, subject)} – {label(graph, predicate)} – {label(graph, object_)}."
        )
    proof = _Prover(graph, {rule.graph: rule for rule in rules}).prove(triple, frozenset())
    if proof is None:
        raise NotFoundError(
            "The graph holds this triple, but no rule gives it: it was made with other rules. Run again."
        )
    return proof


class _Prover:
    def __init__(self, graph: Graph, rules: Mapping[str, Rule]) -> None:
        self._graph = graph
        self._rules = rules

    def prove(self, triple: Triple, above: frozenset[Triple]) -> Proof | None:
        """Prove a triple without resting on any triple above it in the proof."""
        subject, predicate, object_ = triple
        origins = self._graph.graphs_of(subject.value, predicate.value, object_)
        if origins and origins[0].startswith(STATED_GRAPH):
            return Proof(triple, origins[0])
        recorded = [self._rules[name] for name in origins if name in self._rules]
        others = [rule for rule in self._rules.values() if rule not in recorded]
        for rule in [*recorded, *others]:
            proof = self._by(rule, triple, above | {triple})
            if proof:
                return proof
        return None

    def _by(self, rule: Rule, triple: Triple, above: frozenset[Triple]) -> Proof | None:
        for premises in self._premises(rule, triple):
            if above.isdisjoint(premises):
                proofs = self._all(premises, above)
                if proofs is not None:
                    return Proof(triple, rule.graph, rule, proofs)
        return None

    def _all(self, premises: Sequence[Triple], above: frozenset[Triple]) -> tuple[Proof, ...] | None:
        proofs = []
        for premise in premises:
            proof = self.prove(premise, above)
            if proof is None:
                return None
            proofs.append(proof)
        return tuple(proofs)

    def _premises(self, rule: Rule, triple: Triple) -> list[tuple[Triple, ...]]:
        """The ways in which the rule's patterns match so that it concludes the triple, those most stated first."""
        bound = _unify(rule.head, triple)
        if bound is None:
            return []
        variables = sorted({term for pattern in rule.body for term in pattern if term.startswith("?")})
        given = " ".join(f"VALUES {name} {{ <{value}> }}" for name, value in bound.items())
        rows = self._graph.select(f"SELECT {' '.join(variables)} WHERE {{ {given} {rule.where()} }}").rows
        found = [_instances(rule.body, dict(zip(variables, row, strict=True))) for row in rows]
        return sorted(found, key=lambda premises: (sum(not self._stated(premise) for premise in premises), premises))

    def _stated(self, triple: Triple) -> bool:
        subject, predicate, object_ = triple
        if subject.kind == "blank" or object_.kind == "blank":
            return True
        names = self._graph.graphs_of(subject.value, predicate.value, object_)
        return bool(names) and names[0].startswith(STATED_GRAPH)


def _unify(head: Pattern, triple: Triple) -> dict[str, str] | None:
    bound: dict[str, str] = {}
    for pattern, term in zip(head, triple, strict=True):
        if pattern.startswith(_IRI):
            if pattern != f"<{term.value}>":
                return None
        elif bound.setdefault(pattern, term.value) != term.value:
            return None
    return bound


def _instances(body: Sequence[Pattern], binding: Mapping[str, Term | None]) -> tuple[Triple, ...]:
    def term(name: str) -> Term:
        value = binding.get(name)
        return value if value is not None else Term("iri", name.strip("<>"))

    return tuple((term(s), term(p), term(o)) for s, p, o in body)


def claims_of(graph: Graph, proof: Proof) -> list[str]:
    """List the claims that a proof rests on."""
    subjects = {step.triple[0].value for _, step in proof.steps() if step.rule is None}
    return sorted(name for name in subjects if any(True for _ in graph.triples(name, RDF + "type", BASE + "Claim")))


def sentence_of(graph: Graph, proof: Proof, step: Proof) -> str:
    """Say in words what a step of a proof states, with labels."""
    subject, predicate, object_ = (_said(graph, term) for term in step.triple)
    return f"{subject} – {predicate} – {object_}"


def _said(graph: Graph, term: Term) -> str:
    if term.kind != "iri":
        return term.value if term.kind == "literal" else "an expression"
    words = {RDF + "type": "is a", RDFS + "subClassOf": "is a kind of"}
    return words.get(term.value) or label(graph, term.value)


def reason_of(step: Proof) -> str:
    """Say by what a step holds: the rule's name, or the file that states it."""
    if step.rule is not None:
        return f"by {step.rule.label}"
    return "stated in " + step.origin.removeprefix(f"{STATED_GRAPH}/") + ".ttl"


def as_table(graph: Graph, proof: Proof) -> Table:
    """Give a proof as rows: depth, the triple with labels, by what it holds, and for claims sentence and references."""
    columns = ("depth", "subject", "predicate", "object", "statement", "because")
    rows = []
    for depth, step in proof.steps():
        statement = Term("literal", sentence_of(graph, proof, step))
        because = Term("literal", reason_of(step))
        rows.append((Term("literal", str(depth)), *step.triple, statement, because))
    return Table(columns, tuple(rows))


def as_lines(graph: Graph, proof: Proof) -> list[str]:
    """Give a proof as an indented tree, and below it the claims with their sentences and references."""
    lines = [
        f"{'   ' * (depth - 1) + '└─ ' if depth else ''}{sentence_of(graph, proof, step)}  [{reason_of(step)}]"
        for depth, step in proof.steps()
    ]
    claims = claims_of(graph, proof)
    return [*lines, *(["", "rests on"] if claims else []), *(f"   {_cited(graph, claim)}" for claim in claims)]


def _cited(graph: Graph, claim: str) -> str:
    places = [label(graph, o.value) for _, _, o in graph.triples(claim, BASE + "statedIn", graph=STATED_GRAPH)]
    works = [label(graph, o.value) for _, _, o in graph.triples(claim, BASE + "cites", graph=STATED_GRAPH)]
    cited = f"; cites {', '.join(sorted(works))}" if works else ""
    return f"{curie(claim)}: {label(graph, claim)} ({', '.join(sorted(places))}{cited})"


def as_provenance(proof: Proof) -> list[Triple]:
    """Give a proof in PROV-O: each step an entity that was derived from its premises, by its rule as plan."""
    made: list[Triple] = []
    prov = "http://www.w3.org/ns/prov#"
    names: dict[Triple, Term] = {}
    for _, step in proof.steps():
        node = names.setdefault(step.triple, Term("iri", f"{BASE}step/{len(names) + 1}"))
        parts = zip(("subject", "predicate", "object"), step.triple, strict=True)
        made.append((node, Term("iri", RDF + "type"), Term("iri", prov + "Entity")))
        made.append((node, Term("iri", RDF + "type"), Term("iri", RDF + "Statement")))
        made.extend((node, Term("iri", RDF + part), term) for part, term in parts)
        made.append((node, Term("iri", prov + "atLocation"), Term("iri", step.origin)))
        for premise in step.premises:
            other = names.setdefault(premise.triple, Term("iri", f"{BASE}step/{len(names) + 1}"))
            made.append((node, Term("iri", prov + "wasDerivedFrom"), other))
    return list(dict.fromkeys(made))


def rule_name(origin: str) -> str:
    """Give the name of the rule whose graph this is.

    >>> rule_name("https://w3id.org/glutkg/graph/inferred/inverse")
    'inverse'
    """
    return origin.removeprefix(f"{INFERRED_GRAPH}/")


def predicates_like(text: str) -> str:
    """Fold a relation as people type it: `is a`, `type` and `a` all mean rdf:type."""
    folded = re.sub(r"\s+", "", text).casefold()
    return {"a": RDF + "type", "isa": RDF + "type", "type": RDF + "type", "kindof": RDFS + "subClassOf"}.get(
        folded, text
    )
