"""A graph as coded triples: coded from its text, with what rules conclude from it, and written as N-Quads again."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from glutkg.rdf.namespaces import OWL, RDF, RDFS, STATED_GRAPH
from glutkg.reasoning.coded_triples import (
    LOW,
    SHIFT,
    Relation,
    Relations,
    Terms,
    about,
    coded,
    copied,
    distinct,
    written,
)
from glutkg.reasoning.semi_naive_engine import Conclusions, Engine
from glutkg.reasoning.term_kinds import ABOUT_PROPERTIES, ANNOTATION, ANNOTATIONS, DATA, OBJECT
from glutkg.store.graph import SCHEMA_PREDICATES, read_ntriples

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from glutkg.rdf.terms import Triple
    from glutkg.reasoning.coded_triples import Integers
    from glutkg.reasoning.rule import Rule
    from glutkg.store.graph import Graph


class CodedGraph(NamedTuple):
    """A graph in integers: all triples, the stated ones, and what each source states, by the name of its graph."""

    terms: Terms
    all_: Relations
    stated: Relations
    sources: Mapping[str, Relations]


def code(graph: Graph, *, of_sources: bool = False, merged: bool = False) -> CodedGraph:
    """Code a graph. One `of_sources` holds nothing but what is stated, and each source is coded, too.

    A `merged` graph holds nothing but what is stated, in no graph by name.
    """
    terms = Terms()
    stated = coded(graph.ntriples(None if merged else STATED_GRAPH), terms)
    all_ = copied(stated) if of_sources or merged else coded(graph.ntriples(), terms)
    _leave_out_notes(all_, terms)
    names = graph.graph_names("stated") if of_sources else []
    return CodedGraph(terms, all_, stated, {name: coded(graph.ntriples(name), terms) for name in names})


def _leave_out_notes(table: Relations, terms: Terms) -> None:
    """Leave out what relates annotation properties, or gives them ends, since nothing follows from it."""

    def typed(kind: str) -> set[int]:
        types = table[terms.code(f"<{RDF}type>".encode())]
        return {*types.subjects(terms.code(f"<{kind}>".encode())).tolist()}

    predicates = [code for name in ABOUT_PROPERTIES if len(table[code := terms.code(f"<{name}>".encode())])]
    if not predicates:
        return
    built_in = {terms.code(f"<{name}>".encode()) for name in ANNOTATIONS}
    notes = np.array(sorted((typed(ANNOTATION) | built_in) - typed(OBJECT) - typed(DATA)))
    between = terms.code(f"<{RDFS}subPropertyOf>".encode())
    for code in predicates:
        pairs = table[code].by_subject
        is_note = np.isin(pairs >> SHIFT, notes)
        if code == between:
            is_note &= np.isin(pairs & LOW, notes)
        if is_note.any():
            table[code] = Relation(pairs[~is_note])


@dataclass(frozen=True, slots=True)
class Inference:
    """What rules conclude from a graph, and how all of it is written as N-Quads.

    Quads with blank nodes are written apart from the others, since a store renames what it loads in bulk.
    """

    graph: CodedGraph
    rules: Sequence[Rule]
    conclusions: Sequence[Conclusions]

    @property
    def count(self) -> int:
        """The number of inferred triples."""
        return sum(len(one.pairs) for one in self.conclusions)

    def triples(self, name: str) -> list[Triple]:
        """Give the triples of a property, stated or inferred."""
        code = self.graph.terms.code(f"<{name}>".encode())
        return read_ntriples(b"".join(written(self.graph.all_[code].by_subject, code, self.graph.terms)))

    def conclusion_quads(self, *, blank: bool) -> Iterator[bytes]:
        """Write what was concluded, in pieces: into the default graph and into the one of the rule."""
        grouped: defaultdict[tuple[int, int], list[Integers]] = defaultdict(list)
        for rule, predicate, pairs in self.conclusions:
            grouped[rule, predicate].append(pairs)
        for (rule, predicate), parts in grouped.items():
            yield from self._written(np.concatenate(parts), predicate, ("", self.rules[rule].graph), blank)

    def quads(self, *, blank: bool) -> Iterator[bytes]:
        """Write the reasoned graph, in pieces, with what is stated in the graph of stated triples and of its source."""
        for predicate, relation in self.graph.stated.items():
            yield from self._written(relation.by_subject, predicate, ("", STATED_GRAPH), blank)
        for name, table in self.graph.sources.items():
            for predicate, relation in table.items():
                yield from self._written(relation.by_subject, predicate, (name,), blank)
        yield from self.conclusion_quads(blank=blank)

    def _written(self, pairs: Integers, predicate: int, graphs: Sequence[str], blank: bool) -> Iterator[bytes]:
        terms = self.graph.terms
        has_blank = terms.are_blank(pairs >> SHIFT) | terms.are_blank(pairs & LOW)
        chosen = pairs[has_blank] if blank else pairs[~has_blank] if has_blank.any() else pairs
        for name in graphs:
            yield from written(chosen, predicate, terms, name)


def infer(graph: CodedGraph, rules: Sequence[Rule], report: Callable[[str], None] | None = None) -> Inference:
    """Run rules over a coded graph until nothing new follows; what follows is added to all of its triples.

    What follows from the schema alone is concluded first, so that the record of which rule was the first to conclude
    it does not depend on the claims. Raises RuleError where there is no end to it.
    """
    report = report or (lambda _: None)
    terms, all_, stated, _ = graph
    numbered = list(enumerate(rules))
    schema = Engine(terms, about(all_, _schema_terms(all_, terms)), defaultdict(Relation), report)
    schema.run([(number, rule) for number, rule in numbered if rule.entailed], "the schema")
    for one in schema.conclusions:
        all_[one.predicate].add(one.pairs)
    engine = Engine(terms, all_, stated, report)
    engine.run([(number, rule) for number, rule in numbered if not rule.final], "stratum {}")
    engine.finish([(number, rule) for number, rule in numbered if rule.final])
    return Inference(graph, rules, [*schema.conclusions, *engine.conclusions])


def close(graph: CodedGraph, rules: Sequence[Rule]) -> None:
    """Add to a coded graph what rules conclude, without a record of which rule was the first to conclude it."""
    engine = Engine(graph.terms, graph.all_, graph.stated, lambda _: None)
    engine.run([(number, rule) for number, rule in enumerate(rules) if not rule.final], "stratum {}")


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
