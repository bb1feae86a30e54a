"""Justifications of an ontology's axioms, told: as text for people, in Markdown, as a table, as JSON, and as OWL."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from glutkg.errors import NotFoundError, RuleError, UsageError
from glutkg.explain.proof_formats import triple_json
from glutkg.explain.wording import Files, Origin, Words
from glutkg.owl import justifications
from glutkg.owl.hermit import Hermit
from glutkg.owl.lift import lift, logical
from glutkg.owl.locality import AxiomSet
from glutkg.rdf.namespaces import OWL, RDF, RDFS, STATED_GRAPH, expand
from glutkg.rdf.terms import Term, Triple
from glutkg.reasoning.materialise import build, rules_of
from glutkg.reasoning.rule import Rule
from glutkg.store.graph import Graph, serialize
from glutkg.store.names import find, find_property
from glutkg.store.sources import read_source
from glutkg.text.escaping import without_tags
from glutkg.text.tables import Table

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from glutkg.owl.justifications import Goal, Justifications
    from glutkg.owl.locality import Axiom


class Ontology:
    """An ontology of which one asks why something follows from it, or why it cannot be.

    `note` tells of what was left out: the conclusions of rules, when an axiom is outside what rules can do.
    """

    def __init__(self, graph: Graph, rules: Sequence[Rule], files: Files, note: str = "") -> None:
        self.graph = graph
        self.files = files
        self.note = note
        self._rules = {rule.graph: rule for rule in rules}
        self.axioms = AxiomSet(logical(lift(graph, rules)))

    @classmethod
    def read(cls, folder: Path, files: Sequence[Path], alone: bool = False) -> Ontology:
        """Read Turtle files along with the sources of a data folder, or alone. Raises SourceError."""
        places = Files(folder, files)
        if alone:
            return cls(Graph.of(read_source(path) for path in files), (), places)
        try:
            graph = build(folder, files)
            return cls(graph, rules_of(graph, folder), places)
        except RuleError as error:
            from glutkg.resources import source_files

            stated = Graph.of(read_source(path) for path in [*source_files(folder), *files])
            return cls(stated, (), places, f"without what rules conclude: {error}")

    def find(self, name: str) -> Term:
        """Find what a name stands for; its IRI may end in the name. Raises NotFoundError with the nearest names."""
        try:
            return Term("iri", find(self.graph, name))
        except NotFoundError:
            subjects = {s.value for s, _, _ in self.graph.triples(None, RDF + "type") if s.kind == "iri"}
            ending = sorted(iri for iri in subjects if iri.endswith((f"#{name}", f"/{name}")))
            if len(ending) != 1:
                raise
            return Term("iri", ending[0])

    def _relation(self, name: str) -> Term:
        """Find a relation; what files bring along may be one without saying so."""
        try:
            return Term("iri", find_property(self.graph, name))
        except NotFoundError:
            iri = expand(name)
            if iri is None:
                raise
            return Term("iri", iri)

    def subsumption(
        self, subject: str, predicate: str, object_: str, limit: int = 1, timeout: float = justifications.TIMEOUT
    ) -> Justified:
        """Justify that all members of a kind are members of, or related to some member of, another.

        Between kinds, rdf:type is read as rdfs:subClassOf.
        Raises NotFoundError when they are not, and ReasonerTimeoutError after so many seconds without a justification.
        """
        kind, other = self.find(subject), self.find(object_)
        if predicate in (RDFS + "subClassOf", RDF + "type"):
            goal = justifications.subsumption(kind, other)
            triple = kind, Term("iri", RDFS + "subClassOf"), other
        else:
            relation = self._relation(predicate)
            goal, triple = justifications.relation(kind, relation, other), (kind, relation, other)
        for term in (kind, other):
            if not any(True for _ in self.graph.triples(term.value, RDF + "type", OWL + "Class")):
                raise UsageError(f"{self._words().plain(term)} is no kind. Name two kinds, or ask 'glutkg why'.")
        return self._justified(self._words().plainly(triple), goal, limit, timeout)

    def unsatisfiable(self, name: str, limit: int = 1, timeout: float = justifications.TIMEOUT) -> Justified:
        """Justify that a kind can have no member. Raises as `subsumption` does."""
        kind = self.find(name)
        goal = justifications.unsatisfiable(kind)
        return self._justified(f"{self._words().plain(kind)} can have no member", goal, limit, timeout)

    def inconsistency(self, limit: int = 1, timeout: float = justifications.TIMEOUT) -> Justified:
        """Justify that the ontology with its facts contradicts itself. Raises as `subsumption` does."""
        return self._justified("the ontology contradicts itself", justifications.INCONSISTENCY, limit, timeout)

    def _justified(self, said: str, goal: Goal, limit: int, timeout: float) -> Justified:
        try:
            found = justifications.justify(self.axioms, goal, Hermit(timeout), limit)
        except NotFoundError as error:
            raise NotFoundError(f"It does not follow that {said}, so there is nothing to justify.") from error
        return Justified(self, said, found)

    def _words(self) -> Words:
        return Words(self.graph, self.files)

    def stated(self, axiom: Axiom) -> Triple:
        """Give the triple that states an axiom: for `A some B` that was made of a triple, that triple."""
        subject, _, object_ = axiom.root
        parts = {p.value: o for s, p, o in axiom.triples if s == object_}
        relation, kind = parts.get(OWL + "onProperty"), parts.get(OWL + "someValuesFrom")
        if relation is None or kind is None or kind.kind == "blank":
            return axiom.root
        known = any(True for _ in self.graph.triples(subject.name, relation.value, kind.value))
        return (subject, relation, kind) if known and subject.kind == "iri" else axiom.root

    def say(self, axiom: Axiom, words: Words) -> str:
        """Say an axiom in words."""
        subject, predicate, _ = axiom.root
        if predicate.value == OWL + "members":
            return f"{words.plain(subject)} exclude each other"
        return words.triple(self.stated(axiom))

    def reason(self, axiom: Axiom, words: Words) -> str:
        """Tell where an axiom is stated, or by which rule it was concluded."""
        graph = self._graph_of(axiom)
        if graph in self._rules:
            return f"by {words.rule(self._rules[graph])}"
        return str(self.origin(axiom))

    def origin(self, axiom: Axiom) -> Origin | None:
        """Give the file and line that state an axiom; None for what a rule concluded."""
        graph = self._graph_of(axiom)
        if not graph.startswith(STATED_GRAPH):
            return None
        return self.files.origin(self.graph, graph, self.stated(axiom))

    def _graph_of(self, axiom: Axiom) -> str:
        return next(iter(self.graph.graphs_of(self.stated(axiom))), "")


@dataclass(frozen=True, slots=True)
class Justified:
    """Minimal justifications with the words for them; `justifications.complete` tells whether there are no others."""

    ontology: Ontology = field(repr=False)
    said: str
    justifications: Justifications

    def __str__(self) -> str:
        return self.text()

    def _repr_markdown_(self) -> str:
        return self.markdown()

    def _sorted(self) -> list[list[Axiom]]:
        """The axioms in the order of their words: the names of blank nodes change from run to run."""
        words = Words(self.ontology.graph, self.ontology.files)

        def key(axiom: Axiom) -> tuple[bool, str]:
            return not axiom.is_schema, self.ontology.say(axiom, words)

        made = [sorted(axioms, key=key) for axioms in self.justifications.found]
        return sorted(made, key=lambda axioms: (len(axioms), [key(axiom) for axiom in axioms]))

    def _heads(self) -> list[str]:
        found = self.justifications.found
        if len(found) == 1 and not self.justifications.complete:
            return [f"a justification, {len(found[0])} axioms"]
        count = f"{len(found)}{'' if self.justifications.complete else ' or more'}"
        return [f"justification {number} of {count}, {len(axioms)} axioms" for number, axioms in enumerate(found, 1)]

    def text(self) -> str:
        """Tell each justification as a list of axioms with file and line."""
        words = Words(self.ontology.graph, self.ontology.files)
        told = [self.said, *([self.ontology.note] if self.ontology.note else [])]
        for head, axioms in zip(self._heads(), self._sorted(), strict=True):
            told += ["", head]
            told += [
                f"  {self.ontology.say(axiom, words)}   [{self.ontology.reason(axiom, words)}]" for axiom in axioms
            ]
        if words.claims:
            told += ["", *(f"claim {number}: {words.label(claim)}" for claim, number in words.claims.items())]
        return "\n".join(told) + "\n"

    def markdown(self) -> str:
        """Tell the justifications in Markdown."""
        words = Words(self.ontology.graph, self.ontology.files)
        parts = [f"# {self.said}\n"]
        for head, axioms in zip(self._heads(), self._sorted(), strict=True):
            parts.append(f"\n## {head[0].upper()}{head[1:]}\n\n")
            parts += [f"- {self.ontology.say(a, words)} ({self.ontology.reason(a, words)})\n" for a in axioms]
        parts += ["\n"] if words.claims else []
        parts += [f"- claim {number}: [{words.label(claim)}]({claim})\n" for claim, number in words.claims.items()]
        return without_tags("".join(parts))

    def json(self) -> str:
        """Tell the justifications as one JSON document."""
        words = Words(self.ontology.graph, self.ontology.files)
        document = {
            "conclusion": self.said,
            "complete": self.justifications.complete,
            "justifications": [[self._axiom(axiom, words) for axiom in axioms] for axioms in self._sorted()],
        }
        return json.dumps(document, ensure_ascii=False, indent=1) + "\n"

    def _axiom(self, axiom: Axiom, words: Words) -> dict[str, str | int | None]:
        origin = self.ontology.origin(axiom)
        where = {"file": origin.file, "line": origin.line} if origin else {"rule": self.ontology.reason(axiom, words)}
        return {**triple_json(words, self.ontology.stated(axiom)), **where}

    def table(self) -> Table:
        """Give the justifications as rows: number, the axiom in words, and where it is stated."""
        words = Words(self.ontology.graph, self.ontology.files)
        rows = [
            tuple(
                Term("literal", text)
                for text in (str(number), self.ontology.say(a, words), self.ontology.reason(a, words))
            )
            for number, axioms in enumerate(self._sorted(), 1)
            for a in axioms
        ]
        return Table(("justification", "axiom", "because"), tuple(rows))

    def turtle(self) -> bytes:
        """Give the axioms of all justifications as OWL."""
        axioms = [axiom for found in self.justifications.found for axiom in found]
        return serialize(self.ontology.axioms.with_declarations(axioms), "turtle")
