"""The text of triples and of reasons, with the file and line at which something is stated."""

from __future__ import annotations

import re
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from glutkg.rdf.collections import content
from glutkg.rdf.namespaces import BASE, RDF, STATED_GRAPH, curie
from glutkg.resources import query_file, read_text, stated_file
from glutkg.store.labels import label, short_label, term_text
from glutkg.store.names import is_claim
from glutkg.store.source_lines import source_lines
from glutkg.store.sources import graph_name, read_source
from glutkg.store.turtle_lines import bracketed

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from glutkg.explain.proof import Proof
    from glutkg.rdf.terms import Term, Triple
    from glutkg.reasoning.rule import Rule
    from glutkg.store.graph import Graph
    from glutkg.store.turtle_lines import TripleLines


class Origin(NamedTuple):
    """Where a triple is stated: a file, as `folder/name.ttl`, and the line in it, if known."""

    file: str
    line: int | None

    def __str__(self) -> str:
        return f"{self.file}:{self.line}" if self.line else self.file


class Files:
    """Finds the file and the line that state a triple; each file is read once, when it is needed."""

    def __init__(self, folder: Path, further: Iterable[Path] = ()) -> None:
        self.folder = folder
        self._further = {graph_name(path).removeprefix(f"{STATED_GRAPH}/"): path for path in further}
        self._places: dict[Path, TripleLines] = {}

    def origin(self, graph: Graph, named: str, triple: Triple) -> Origin:
        """Give the file behind a graph of stated triples, whose name is given, and the line of the triple."""
        name = named.removeprefix(f"{STATED_GRAPH}/")
        path = self._further.get(name) or stated_file(self.folder, name)
        if not path.is_file():
            return Origin(name, None)
        if path not in self._places:
            self._places[path] = source_lines(read_source(path))
        subject, predicate, object_ = ("" if term.kind == "blank" else term.value for term in triple)
        object_ = object_ or bracketed(content(triple[2], lambda node: graph.triples(node.name)))
        shown = str(path) if name in self._further else f"{name}.ttl"
        return Origin(shown, self._places[path].line(subject, predicate, object_))


class Words:
    """Puts triples and reasons into words; a claim gets a number where it first occurs, since its label is a sentence.

    `statements` holds the text of conclusions that are not triples of the graph, such as rows of answers.
    """

    def __init__(self, graph: Graph, files: Files, statements: Mapping[Triple, str] | None = None) -> None:
        self.graph = graph
        self.files = files
        self.claims: dict[str, int] = {}
        self._statements = statements or {}
        self.typed: frozenset[str] = frozenset()
        """The texts of literals that are shown with their datatypes, as other literals have them, too."""

    @cached_property
    def not_in_force(self) -> dict[str, str]:
        """For each claim that is not in force, the reason in a word."""
        query = read_text(query_file(self.files.folder, "mechanisms/claims-not-in-force"))
        return {str(row["claim"]): str(row["label"]) for row in self.graph.select(query)}

    def triple(self, triple: Triple) -> str:
        """Give the text of a triple: subject, predicate and object by label, claims by number."""
        return self._statements.get(triple) or " – ".join(self.term(term) for term in triple)

    def triple_by_labels(self, triple: Triple) -> str:
        """Give the text of a triple, claims by label too."""
        return self._statements.get(triple) or " – ".join(self.term_by_label(term) for term in triple)

    def term(self, term: Term) -> str:
        """Give the text of a term, a claim by its number."""
        if self.is_claim(term):
            return f"claim {self.claims.setdefault(term.value, len(self.claims) + 1)}"
        return self.term_by_label(term)

    def is_claim(self, term: Term) -> bool:
        """Say whether a term names a claim."""
        return term.value in self.claims or (term.kind == "iri" and is_claim(self.graph, term.value))

    def term_by_label(self, term: Term) -> str:
        """Give the text of a term, a claim by its label too."""
        return term_text(self.graph, term, self.typed)

    def label(self, iri: str) -> str:
        """Give the label of something, or its short name where it has none."""
        return short_label(self.graph, iri)

    def reason(self, step: Proof) -> str:
        """Give why a step holds: the rule, or the file and line that state it."""
        return f"by {self.rule(step.rule)}" if step.rule is not None else str(self.origin(step))

    def absences(self, step: Proof) -> list[str]:
        """Give what a step by a closed-world rule takes to be true because the graph holds nothing to the contrary."""
        rule = step.rule
        if rule is None or rule.entailed or not any("NOT EXISTS" in text for text in rule.filters):
            return []
        return [f"closed world, nothing to the contrary: {rule.summary}"]

    def origin(self, step: Proof) -> Origin:
        """Give the place of a stated step."""
        return self.files.origin(self.graph, step.origin, step.triple)

    def stated_at(self, iri: str) -> Origin | None:
        """Give the place at which a record begins; None for what no file states."""
        for triple in self.graph.triples(iri, RDF + "type", graph=STATED_GRAPH):
            return self.files.origin(self.graph, self.graph.graphs_of(triple)[0], triple)
        return None

    def rule(self, rule: Rule) -> str:
        """Name a rule; classes and properties in its label by their own labels."""
        return re.sub(r"\b[A-Za-z]+[A-Z]\w*\b", lambda found: self._named(found[0]), rule.label)

    def _named(self, name: str) -> str:
        found = label(self.graph, BASE + name)
        return name if found == curie(BASE + name) else found

    def sources(self, claim: str) -> tuple[list[str], list[str]]:
        """Give the sentences that state a claim, and the references that it cites, by label."""
        stated_in, cites = (
            sorted(label(self.graph, o.value) for _, _, o in self.graph.triples(claim, BASE + name, graph=STATED_GRAPH))
            for name in ("statedIn", "cites")
        )
        return stated_in, cites
