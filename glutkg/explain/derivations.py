"""The derivations of a triple: every instance of a rule that concludes it and whose premises the graph holds.

The patterns of a rule are joined here over look-ups of single patterns, each remembered, so that going down a proof
asks the engine for each thing once. Filters are left to the engine, as SPARQL says what they mean.
"""

from __future__ import annotations

from collections import Counter
from functools import cache, lru_cache
from typing import TYPE_CHECKING, NamedTuple

from glutkg.errors import RuleError
from glutkg.rdf.namespaces import STATED_GRAPH
from glutkg.rdf.terms import Term, Triple, from_name
from glutkg.reasoning.rule import absent_group, filter_expression, final_graphs
from glutkg.relations import grouped
from glutkg.sparql.patterns import Call, Operation, variables
from glutkg.sparql.tokens import to_term

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from glutkg.reasoning.rule import Pattern, Rule
    from glutkg.store.graph import Graph

Bound = dict[str, Term]
"""From variables, `?x`, to the terms that stand for them."""


class Derivation(NamedTuple):
    """One step by which a triple follows: a rule, and the premises that it needs.

    First come the premises for the patterns of the rule, in their order, then the axioms that it was compiled from.
    """

    rule: Rule
    premises: tuple[Triple, ...]


class Derivations:
    """Finds the derivations of the triples of a graph. It remembers every look-up, so the graph must stay as it is."""

    def __init__(self, graph: Graph, rules: Sequence[Rule]) -> None:
        self.graph = graph
        self.rules = tuple(rules)
        self._final = frozenset(triple for name in final_graphs(rules) for triple in graph.triples(graph=name))
        self._by_head = grouped(((_constant(rule.head[1]), _constant(rule.head[2])), rule) for rule in rules)
        self.matching = cache(self._matching)
        self.of = cache(self._of)
        self._filtered = cache(self._ask)

    def holds(self, triple: Triple) -> bool:
        """Say whether the graph holds a triple, stated or inferred."""
        return triple in self._final or bool(self.matching(*triple, False))

    def is_stated(self, triple: Triple) -> bool:
        """Say whether a file states a triple."""
        return bool(self.matching(*triple, True))

    def file(self, triple: Triple) -> str:
        """Name the graph of the file that states a triple; of several the first."""
        return self.graph.graphs_of(triple)[0]

    def _matching(
        self, subject: Term | None, predicate: Term | None, object_: Term | None, stated: bool
    ) -> tuple[Triple, ...]:
        """Give the triples that match, sorted, of those that rules read or of the stated ones."""
        if (predicate is not None and predicate.kind != "iri") or (subject is not None and subject.kind == "literal"):
            return ()
        found = self.graph.triples(
            subject and subject.name,
            predicate and predicate.value,
            object_.name if object_ is not None and object_.kind != "literal" else None,
            graph=STATED_GRAPH if stated else None,
        )
        if object_ is not None and object_.kind == "literal":
            return tuple(triple for triple in found if triple[2] == object_)
        return tuple(sorted((triple for triple in found if triple not in self._final), key=order))

    def rules_for(self, triple: Triple) -> Iterator[tuple[Rule, Bound]]:
        """Give the rules whose head fits a triple, with what the head binds, in the order of the rules' names."""
        _, predicate, object_ = triple
        keys = {(p, o) for p in (predicate.value, "") for o in (object_.value, "")}
        for rule in sorted((rule for key in keys for rule in self._by_head.get(key, ())), key=lambda rule: rule.name):
            bound = unify(rule.head, triple)
            if bound is not None:
                yield rule, bound

    def _of(self, triple: Triple) -> tuple[Derivation, ...]:
        """Give all derivations of a triple that do not presuppose it, in a fixed order.

        A rule that applies once comes before one that applies many times, as that one explains little.
        """
        found = dict.fromkeys(
            Derivation(rule, premises)
            for rule, bound in self.rules_for(triple)
            for premises in self._instances(rule, bound)
            if triple not in premises
        )
        many = Counter(derivation.rule.name for derivation in found)
        return tuple(
            sorted(found, key=lambda one: (many[one.rule.name], one.rule.name, [order(p) for p in one.premises]))
        )

    def _instances(self, rule: Rule, bound: Bound) -> Iterator[tuple[Triple, ...]]:
        for binding in self.join(rule, range(len(rule.body)), bound):
            if self.admits(rule, binding):
                yield (*(instance(pattern, binding) for pattern in rule.body), *self._axioms(rule))

    def _axioms(self, rule: Rule) -> tuple[Triple, ...]:
        return tuple((from_name(s), from_name(p), from_name(o)) for s, p, o in rule.axioms)

    def join(self, rule: Rule, indexes: Iterable[int], bound: Bound) -> Iterator[Bound]:
        """Give the bindings under which the graph holds the patterns of a rule with these indexes."""
        left = list(indexes)
        if not left:
            yield bound
            return
        chosen = min(left, key=lambda index: (*_open(rule.body[index], bound), index))
        left.remove(chosen)
        pattern = rule.body[chosen]
        wanted = [bound.get(name) if name.startswith("?") else constant(name) for name in pattern]
        for triple in self.matching(wanted[0], wanted[1], wanted[2], chosen in rule.stated_only):
            extended = unify(pattern, triple, bound)
            if extended is not None:
                yield from self.join(rule, left, extended)

    def admits(self, rule: Rule, binding: Mapping[str, Term]) -> bool:
        """Say whether all filters of a rule let a binding through."""
        return not self.refusing(rule, binding)

    def refusing(self, rule: Rule, binding: Mapping[str, Term]) -> list[str]:
        """Give the filters of a rule that keep a binding out."""
        refused = []
        for text in rule.filters:
            given = tuple((name, binding[name]) for name in _variables(text) if name in binding)
            is_simple = _asks_for_iris(text)
            passes = all(term.kind == "iri" for _, term in given) if is_simple else self._filtered(rule, text, given)
            if not passes:
                refused.append(text)
        return refused

    def exceptions(self, text: str, binding: Mapping[str, Term]) -> list[Triple]:
        """Give the triples that a filter `NOT EXISTS { … }` finds and should not, under a binding."""
        group = absent_group(text)
        if group is None:
            return []
        names = sorted(variables(group))
        given = [name for name in names if name in binding and binding[name].kind != "blank"]
        values = " ".join(f"VALUES {name} {{ {binding[name].n3()} }}" for name in given)
        rows = self.graph.select(f"SELECT {' '.join(names)} {{ {values} {' '.join(map(str, group.parts))} }}").rows
        found = []
        for row in rows:
            terms = {name: term for name, term in zip(names, row, strict=True) if term is not None}
            found += [instance(pattern.terms, {**terms, **binding}) for pattern in group.patterns]
        return sorted(dict.fromkeys(found), key=order)

    def _ask(self, rule: Rule, text: str, given: tuple[tuple[str, Term], ...]) -> bool:
        """Let the engine say whether a filter lets through what is given; blank nodes are found by the rule's body."""
        named = [(name, term) for name, term in given if term.kind != "blank"]
        blank = [(name, term) for name, term in given if term.kind == "blank"]
        values = " ".join(f"VALUES {name} {{ {term.n3()} }}" for name, term in named)
        if not blank:
            return self.graph.ask(f"ASK {{ {values} {text} }}")
        body = " ".join(f"{' '.join(pattern)} ." for pattern in rule.body)
        found = self.graph.select(f"SELECT {' '.join(name for name, _ in blank)} {{ {values} {body} {text} }}")
        return tuple(term for _, term in blank) in found.rows


@lru_cache(2048)
def _variables(text: str) -> tuple[str, ...]:
    """Give the variables of a filter, sorted."""
    return tuple(sorted(variables(filter_expression(text))))


@cache
def _asks_for_iris(text: str) -> bool:
    """Say whether a filter only asks whether variables are IRIs."""
    expression = filter_expression(text)
    parts = expression.operands if isinstance(expression, Operation) and expression.operator == "&&" else (expression,)
    return all(isinstance(part, Call) and part.name == "ISIRI" and variables(part) for part in parts)


def order(triple: Triple) -> tuple[str, ...]:
    """Give a key to sort triples by; blank nodes, whose names change from run to run, come first and all alike."""
    return tuple("" if term.kind == "blank" else term.value for term in triple)


def unify(pattern: Pattern, triple: Triple, bound: Mapping[str, Term] | None = None) -> Bound | None:
    """Match a pattern with a triple; give the binding extended by what that needs, or None when it cannot be."""
    binding = dict(bound or {})
    for name, term in zip(pattern, triple, strict=True):
        if name.startswith("?"):
            if binding.setdefault(name, term) != term:
                return None
        elif constant(name) != term:
            return None
    return binding


def instance(pattern: Pattern, binding: Mapping[str, Term]) -> Triple:
    """Put terms in place of the variables of a pattern. Raises KeyError for one that is not bound."""
    subject, predicate, object_ = (binding[name] if name.startswith("?") else constant(name) for name in pattern)
    return subject, predicate, object_


@cache
def constant(text: str) -> Term:
    """Read an IRI or a literal as rules write them."""
    if not text.startswith(("<", '"')):
        raise RuleError(f"A rule writes {text}; write IRIs, variables, or literals in double quotes.")
    return to_term(text)


def _open(pattern: Pattern, bound: Mapping[str, Term]) -> tuple[int, bool]:
    """How little of a pattern is known: a subject has few triples, an object may have very many."""
    free = {name for name in pattern if name.startswith("?") and name not in bound}
    return len(free), pattern[0] in free


def _constant(text: str) -> str:
    return "" if text.startswith("?") else constant(text).value
