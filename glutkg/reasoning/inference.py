"""From the text of a graph to what follows from it: coded, concluded by rules, and written as text again."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from glutkg.rdf.namespaces import OWL, RDF, STATED_GRAPH
from glutkg.reasoning.coded_triples import LOW, SHIFT, Relation, Terms, about, coded, distinct, written
from glutkg.reasoning.engine import Conclusions, Engine
from glutkg.store.graph import SCHEMA_PREDICATES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from glutkg.reasoning.coded_triples import Integers, Relations
    from glutkg.reasoning.rule import Rule
    from glutkg.store.graph import Graph


@dataclass(frozen=True, slots=True)
class Inference:
    """What rules conclude from a graph, with the codes that it is kept in."""

    terms: Terms
    stated: Relations
    rules: Sequence[Rule]
    conclusions: Sequence[Conclusions]

    @property
    def count(self) -> int:
        """The number of inferred triples."""
        return sum(len(one.pairs) for one in self.conclusions)

    def conclusion_quads(self, *, blank: bool) -> Iterator[bytes]:
        """Write what was concluded as N-Quads in pieces, into the default graph and into the one of the rule.

        Quads with blank nodes are written apart from the others.
        """
        grouped: defaultdict[tuple[int, int], list[Integers]] = defaultdict(list)
        for rule, predicate, pairs in self.conclusions:
            grouped[rule, predicate].append(pairs)
        for (rule, predicate), parts in grouped.items():
            yield from self._written(np.concatenate(parts), predicate, self.rules[rule].graph, blank)

    def stated_quads(self, *, blank: bool) -> Iterator[bytes]:
        """Write likewise what is stated, into the default graph and into that of all stated triples."""
        for predicate, relation in self.stated.items():
            yield from self._written(relation.by_subject, predicate, STATED_GRAPH, blank)

    def _written(self, pairs: Integers, predicate: int, graph: str, blank: bool) -> Iterator[bytes]:
        has_blank = self.terms.are_blank(pairs >> SHIFT) | self.terms.are_blank(pairs & LOW)
        chosen = pairs[has_blank] if blank else pairs[~has_blank] if has_blank.any() else pairs
        for name in ("", graph):
            yield from written(chosen, predicate, self.terms, name)


def infer(graph: Graph, rules: Sequence[Rule], report: Callable[[str], None] | None = None) -> Inference:
    """Run rules over a graph until nothing new follows; the graph stays as it is.

    What follows from the schema alone is concluded first, so that the record of which rule was the first to conclude
    it does not depend on the claims. Raises RuleError where there is no end to it.
    """
    report = report or (lambda _: None)
    terms = Terms()
    stated = coded(graph.ntriples(STATED_GRAPH), terms)
    all_ = coded(graph.ntriples(), terms)
    numbered = list(enumerate(rules))
    schema = Engine(terms, about(all_, _schema_terms(all_, terms)), defaultdict(Relation), report)
    schema.run([(number, rule) for number, rule in numbered if rule.entailed], "the schema")
    for one in schema.conclusions:
        all_[one.predicate].add(one.pairs)
    engine = Engine(terms, all_, stated, report)
    engine.run(numbered, "stratum {}")
    return Inference(terms, stated, rules, [*schema.conclusions, *engine.conclusions])


def _schema_terms(table: Relations, terms: Terms) -> Integers:
    """Give the IRIs that the schema is about: what OWL gives a type, and both ends of hierarchies, domains, ranges."""
    types = table[terms.code(f"<{RDF}type>".encode())].by_subject
    owl = f"<{OWL}".encode()
    owl_types = [code for code in distinct(types & LOW).tolist() if terms.spelled[code].startswith(owl)]
    found = [types[np.isin(types & LOW, owl_types)] >> SHIFT]
    for predicate in SCHEMA_PREDICATES:
        pairs = table[terms.code(f"<{predicate}>".encode())].by_subject
        found += [pairs >> SHIFT, pairs & LOW]
    codes = distinct(np.concatenate(found))
    return codes[terms.are_iris(codes)]
