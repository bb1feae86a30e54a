"""A small checker of proofs, which shares no code with what finds them.

A rule is read anew from its text as a SPARQL query. Each step must be what the rule makes of its premises and of
nothing else; the rule of an axiom must come out again when the compiler sees that axiom alone.
"""

from __future__ import annotations

import re
from collections import Counter
from copy import copy
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from rdflib import Literal, URIRef, Variable
from rdflib.plugins.sparql.algebra import translateQuery
from rdflib.plugins.sparql.parser import parseQuery

from glutkg.rdf.terms import Term, Triple, from_name
from glutkg.reasoning.axioms import AxiomIndex
from glutkg.reasoning.compiler import compile_axioms

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from glutkg.explain.proof import Proof
    from glutkg.reasoning.rule import Rule
    from glutkg.store.graph import Graph

Part = Term | str
Pattern = tuple[Part, Part, Part]
Row = tuple[Term | None, ...]
ONLY_NAMES = re.compile(r"FILTER\(isIRI\(\?\w+\)(?: && isIRI\(\?\w+\))*\)")

FEW = 20
"""Matches of a rule that the graph is asked about one by one; beyond that it is asked for all."""


class Read(NamedTuple):
    """A rule as its query says it: what it concludes, from what, and of which patterns a file must state the match."""

    head: Pattern
    body: frozenset[Pattern]
    stated: frozenset[Pattern]


def _part(node: object) -> Part:
    if isinstance(node, Variable):
        return f"?{node}"
    if isinstance(node, Literal):
        return Term("literal", str(node), node.language, str(node.datatype) if node.datatype else None)
    assert isinstance(node, URIRef)
    return Term("iri", str(node))


def _patterns(node: object, stated: bool) -> Iterator[tuple[Pattern, bool]]:
    name = getattr(node, "name", None)
    if name == "BGP":
        for triple in node.triples:  # type: ignore[attr-defined]
            subject, predicate, object_ = (_part(part) for part in triple)
            yield (subject, predicate, object_), stated
    elif name is not None:
        for key in ("p", "p1", "p2"):
            if key in node:  # type: ignore[operator]
                yield from _patterns(node[key], stated or name == "Graph")  # type: ignore[index]


@cache
def read(rule: str) -> Read:
    query = translateQuery(parseQuery(rule))
    head = tuple(_part(part) for part in query.algebra.template[0])
    found = list(_patterns(query.algebra.p, False))
    return Read(
        head,  # type: ignore[arg-type]
        frozenset(pattern for pattern, _ in found),
        frozenset(pattern for pattern, stated in found if stated),
    )


class Checker:
    """Checks proofs over one graph; the closed-world filters of rules look at the whole of it, as they must."""

    def __init__(self, graph: Graph, rules: Mapping[str, Rule]) -> None:
        self.graph = graph
        self.stated = frozenset(graph.triples(graph="https://w3id.org/glutkg/graph/stated"))
        self.rules = rules
        self._admitted: dict[str, frozenset[Row]] = {}
        self._asked: Counter[str] = Counter()
        self._checked: dict[int, Proof] = {}

    def anew(self) -> Checker:
        """A checker with the same rules that has looked at no proof yet."""
        made = copy(self)
        made._checked = {}
        return made

    def check(self, proof: Proof) -> None:
        """Fail with the step that does not follow; a step that several proofs share is looked at once.

        A proof that rests on itself would have no end: Python stops it.
        """
        if id(proof) in self._checked:
            return
        if proof.rule is None:
            assert proof.triple in self.stated, f"{proof.triple} is not stated"
        else:
            self._step(proof)
        for premise in proof.premises:
            self.check(premise)
        self._checked[id(proof)] = proof

    def __len__(self) -> int:
        return len(self._checked)

    def _step(self, proof: Proof) -> None:
        assert proof.rule is not None
        rule = self.rules[proof.rule.name]
        said = read(rule.construct())
        axioms = {tuple(map(from_name, a)) for a in rule.axioms}
        assert axioms <= {premise.triple for premise in proof.premises}
        stated = {premise.triple for premise in proof.premises if premise.rule is None}
        left = [premise.triple for premise in proof.premises[: len(proof.premises) - len(rule.axioms)]]
        ways = _matches(sorted(said.body, key=str), left, {}, stated, said.stated)
        assert any(_instance(said.head, way) == proof.triple and self._passes(rule, way) for way in ways), proof.triple

    def _passes(self, rule: Rule, binding: Mapping[str, Term]) -> bool:
        if not [text for text in rule.filters if not ONLY_NAMES.fullmatch(text)]:
            return all(binding[name].kind == "iri" for text in rule.filters for name in re.findall(r"\?\w+", text))
        names = sorted(binding)
        way = tuple(binding[name] for name in names)
        self._asked[rule.name] += 1
        if self._asked[rule.name] <= FEW:
            return way in self._admits(rule, names, {name: binding[name] for name in names})
        if rule.name not in self._admitted:
            self._admitted[rule.name] = self._admits(rule, names, {})
        return way in self._admitted[rule.name]

    def _admits(self, rule: Rule, names: Sequence[str], binding: Mapping[str, Term]) -> frozenset[Row]:
        """All matches of a rule with the terms that are bound; a blank node cannot be named in a query."""
        named = {name: term for name, term in binding.items() if term.kind != "blank"}
        values = " ".join(f"VALUES {name} {{ {term.n3()} }}" for name, term in named.items())
        query = f"SELECT {' '.join(names)} WHERE {{ {values} {rule.where()} }}"
        return frozenset(self.graph.select(query).rows)


def _matches(
    body: list[Pattern], premises: list[Triple], bound: dict[str, Term], stated: set[Triple], must: frozenset[Pattern]
) -> Iterator[dict[str, Term]]:
    """All ways to give each pattern one of the premises, so that none is left over."""
    if not body:
        if not premises:
            yield bound
        return
    for triple in dict.fromkeys(premises):
        extended = dict(bound)
        fits = all(
            extended.setdefault(part, term) == term if isinstance(part, str) else part == term
            for part, term in zip(body[0], triple, strict=True)
        )
        if fits and (body[0] not in must or triple in stated):
            left = list(premises)
            left.remove(triple)
            yield from _matches(body[1:], left, extended, stated, must)


def _instance(pattern: Pattern, binding: Mapping[str, Term]) -> tuple[Term, ...]:
    return tuple(binding[part] if isinstance(part, str) else part for part in pattern)


def in_axioms(term: Term) -> str:
    """Name a term as axioms do, which keep literals apart from IRIs."""
    return f'"{term.value}"' if term.kind == "literal" else term.name


def comes_from_its_axioms(rule: Rule, graph: Graph) -> bool:
    """Tell whether the compiler makes the rule of its axioms alone, with all that hangs on their blank nodes."""
    waiting, seen = list(rule.axioms), set(rule.axioms)
    while waiting:
        subject, _, object_ = waiting.pop()
        for node in (subject, object_):
            if node.startswith("_:"):
                found = {(node, p.value, in_axioms(o)) for _, p, o in graph.triples(node)} - seen
                seen |= found
                waiting += found
    made = compile_axioms(AxiomIndex(seen))
    return (rule.head, rule.body, rule.filters) in {(other.head, other.body, other.filters) for other in made}
