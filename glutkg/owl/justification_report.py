"""An ontology that one asks for justifications: in words for people, as JSON, as a table, as OWL."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from glutkg.errors import (
    LimitError,
    MissingPartError,
    NotFoundError,
    NotMinimisedError,
    ReasonerError,
    RuleError,
    UsageError,
)
from glutkg.explain.explanation import triple_json
from glutkg.explain.wording import Files, Origin, Words
from glutkg.owl import justifications
from glutkg.owl.hermit import Hermit
from glutkg.owl.lift import DEFINING, lift, logical
from glutkg.owl.locality import AxiomSet
from glutkg.owl.vocabulary import BEYOND_WORDS, unread_literal
from glutkg.rdf.namespaces import OWL, RDF, RDFS, STATED_GRAPH, expand
from glutkg.rdf.terms import SUBCLASS_OF, Term, Triple, alike, from_name, triple_from_oxigraph
from glutkg.reasoning.load_and_reason import build, rules_of
from glutkg.reasoning.rule import Rule
from glutkg.store.graph import Graph, serialize
from glutkg.store.names import find, find_property
from glutkg.store.source_lines import source_lines
from glutkg.store.sources import parsed, read_source
from glutkg.text.documents import Document, Heading, Presentable, counted, item, items, paragraph
from glutkg.text.table_view import Link
from glutkg.text.tables import Table

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from glutkg.owl.justifications import Goal, Justifications
    from glutkg.owl.locality import Axiom
    from glutkg.text.documents import Block


COLUMNS = ("justification", "axiom", "because")
_CONSISTENT = "Consistent: nothing contradicts anything"
_ALWAYS_CLASSES = (OWL + "Thing", OWL + "Nothing")
"""Classes in every ontology, which none has to declare."""
_MANY = 10
"""Of the axioms that are not read, so many are listed."""


class Ontology:
    """An ontology that one asks why something follows from it, or why a class is unsatisfiable.

    `note` says what was left out: the conclusions of rules, if rules cannot express some axiom.
    """

    def __init__(
        self, graph: Graph, rules: Sequence[Rule], files: Files, note: str = "", further: Sequence[Path] = ()
    ) -> None:
        self.graph = graph
        self._further = further
        self.files = files
        self.note = note
        self._rules = {rule.graph: rule for rule in rules}
        self.axioms = AxiomSet(logical(lift(graph, rules)))

    @classmethod
    def read(cls, folder: Path, files: Sequence[Path], alone: bool = False) -> Ontology:
        """Read Turtle files along with the sources of a data folder, or alone. Raises SourceError."""
        places = Files(folder, files)
        if alone:
            return cls(Graph.of(read_source(path) for path in files), (), places, further=files)
        try:
            graph = build(folder, files)
            return cls(graph, rules_of(graph, folder), places, further=files)
        except RuleError as error:
            from glutkg.resources import source_files

            stated = Graph.of(read_source(path) for path in [*source_files(folder), *files])
            return cls(stated, (), places, f"Without the conclusions of rules: {error}", files)

    def find(self, name: str) -> Term:
        """Find what a name stands for; its IRI may end in the name. Raises NotFoundError with the nearest names.

        >>> import glutkg
        >>> glutkg.load().ontology.find("NMDA receptor").value
        'https://w3id.org/glutkg/NMDAReceptor'
        """
        if expand(name) in _ALWAYS_CLASSES:
            return Term("iri", expand(name) or name)
        try:
            return Term("iri", find(self.graph, name))
        except NotFoundError:
            subjects = {s.value for s, _, _ in self.graph.triples(None, RDF + "type") if s.kind == "iri"}
            ending = sorted(iri for iri in subjects if iri.endswith((f"#{name}", f"/{name}")))
            if len(ending) != 1:
                raise
            return Term("iri", ending[0])

    def _relation(self, name: str) -> Term:
        """Find a property; one in a further file need not be declared."""
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
        """Justify that all members of a class are members of, or related to some member of, another.

        Between classes, rdf:type is read as rdfs:subClassOf; with owl:disjointWith it is justified that no member of
        the one is a member of the other. Raises NotFoundError when they are not, and
        ReasonerTimeoutError when no justification was found within `timeout` seconds.

        >>> import glutkg
        >>> from glutkg.rdf.property_words import property_typed
        >>> found = glutkg.load().ontology.subsumption("pore block", property_typed("kind of"), "antagonism")
        >>> [len(axioms) for axioms in found.justifications.found]
        [2]
        """
        narrow, wide = self.find(subject), self.find(object_)
        if predicate in (RDFS + "subClassOf", RDF + "type"):
            goal = justifications.subsumption(narrow, wide)
            triple = narrow, SUBCLASS_OF, wide
        elif predicate == OWL + "disjointWith":
            goal, triple = justifications.disjointness(narrow, wide), (narrow, from_name(predicate), wide)
        elif predicate == OWL + "equivalentClass":
            one, other = self._label(narrow), self._label(wide)
            raise UsageError(
                f"Two classes are equivalent where each is a kind of the other: justify '{one}' 'kind of' '{other}', "
                f"and '{other}' 'kind of' '{one}'."
            )
        else:
            relation = self._relation(predicate)
            self._refuse_annotation(narrow, relation, wide)
            goal, triple = justifications.relation(narrow, relation, wide), (narrow, relation, wide)
        for term in (narrow, wide):
            stated = self.graph.triples(term.value, RDF + "type", OWL + "Class")
            if term.value not in _ALWAYS_CLASSES and not any(True for _ in stated):
                raise UsageError(f"{self._label(term)} is not a class. Name two classes, or ask 'glutkg why'.")
        return self._justified(self.words().triple_by_labels(triple), goal, limit, timeout)

    def _refuse_annotation(self, *triple: Term) -> None:
        """Raise UsageError for a relation of which no axiom speaks, since only rules conclude it, from claims."""
        subject, relation, object_ = map(self._label, triple)
        if any(True for _ in self.graph.triples(triple[1].value, RDF + "type", OWL + "AnnotationProperty")):
            raise UsageError(
                f"'{relation}' is no relation of OWL, so no axiom entails it: rules conclude it from claims. "
                f"To see whether and why, ask: glutkg why '{subject}' '{relation}' '{object_}' --proof"
            )

    def unsatisfiable(self, name: str, limit: int = 1, timeout: float = justifications.TIMEOUT) -> Justified:
        """Justify that a class can have no member. Raises as `subsumption` does.

        >>> import glutkg
        >>> glutkg.load().ontology.unsatisfiable("receptor")  # doctest: +ELLIPSIS
        Traceback (most recent call last):
        ...
        glutkg.errors.NotFoundError: It does not follow that receptor can have no member, so ...
        """
        class_ = self.find(name)
        goal = justifications.unsatisfiable(class_)
        return self._justified(f"{self._label(class_)} can have no member", goal, limit, timeout)

    def inconsistency(self, limit: int = 1, timeout: float = justifications.TIMEOUT) -> Justified:
        """Justify that the ontology with its facts contradicts itself. Raises as `subsumption` does.

        >>> import glutkg
        >>> glutkg.load().ontology.inconsistency()
        Traceback (most recent call last):
        ...
        glutkg.errors.NotFoundError: Consistent: nothing contradicts anything, so there is nothing to justify.
        """
        return self._justified("the ontology contradicts itself", justifications.INCONSISTENCY, limit, timeout)

    def _justified(self, conclusion: str, goal: Goal, limit: int, timeout: float) -> Justified:
        try:
            return self._found(conclusion, goal, Hermit(timeout), limit)
        except NotFoundError as error:
            self.refuse_unread(conclusion)
            fails = f"It does not follow that {conclusion}" if goal.signature else _CONSISTENT
            raise NotFoundError(f"{fails}, so there is nothing to justify.") from error
        except NotMinimisedError as error:
            raise NotMinimisedError(f"It follows that {conclusion}. {error}") from error
        except (MissingPartError, LimitError):
            raise
        except ReasonerError as error:
            raise ReasonerError(f"{error}{self._listed(self._named_in(str(error)))}") from error

    def _found(self, conclusion: str, goal: Goal, hermit: Hermit, limit: int) -> Justified:
        """Justify a conclusion by what it needs, else by a contradiction, which everything follows from."""
        try:
            return Justified(self, conclusion, justifications.justify(self.axioms, goal, hermit, limit))
        except NotFoundError:
            if not goal.signature:
                raise
            found = justifications.justify(self.axioms, justifications.INCONSISTENCY, hermit, limit)
            return Justified(self, f"{conclusion}, as all does: the ontology contradicts itself", found)

    def refuse_unread(self, conclusion: str) -> None:
        """Refuse to say that something does not follow when axioms could not be read.

        Raises ReasonerError, with these axioms; those about individuals count, too: by a contradiction all follows.
        """
        listed = self._listed([*self.axioms.unread]) + self._ill_typed()
        if listed:
            raise ReasonerError(
                f"Whether {conclusion} cannot be told. From the axioms that HermiT reads it does not follow, and it "
                f"does not read these:{listed}"
            )

    def _ill_typed(self) -> str:
        """Give a line for each literal of a file that is no value, though the one that the store makes of it is one."""
        used = {predicate for axiom in self.axioms.axioms for _, predicate, _ in axiom.triples}
        told = {object_ for axiom in self.axioms.unread for _, _, object_ in axiom.triples}
        return "".join(
            f"\n{place}: {self.words().triple(triple)}: {reason}"
            for path in self._further
            for triple, place in _located(path)
            if triple[1] in used and triple[2] not in told and (reason := unread_literal(triple[2]))
        )

    def _listed(self, axioms: Sequence[Axiom]) -> str:
        """Give a line for each axiom: its place, its text, and why it is not read; of many, the first."""
        words = self.words(axioms)
        lines = [
            f"{self.reason(axiom, words)}: {self.text(axiom, words)}"
            + (f": {self.axioms.unread[axiom]}" if axiom in self.axioms.unread else "")
            for axiom in axioms[:_MANY]
        ]
        more = [f"and {len(axioms) - _MANY} more"] if len(axioms) > _MANY else []
        return "".join(f"\n{line}" for line in [*lines, *more])

    def _named_in(self, message: str) -> list[Axiom]:
        """Find the axioms that a message of HermiT is about: with a literal in it, else a name, else all chains."""

        def is_named(term: Term) -> bool:
            return term.n3() in message or f"'{term.value}'" in message

        for kind in ("literal", "iri"):
            found = [
                axiom
                for axiom in self.axioms.axioms
                if any(t.kind == kind and is_named(t) for triple in axiom.triples for t in triple)
            ]
            if found:
                return found
        return [axiom for axiom in self.axioms.axioms if axiom.root[1].value == OWL + "propertyChainAxiom"]

    def words(self, axioms: Iterable[Axiom] = ()) -> Words:
        """Start a text about the ontology, or some of its axioms, which tells apart literals that look alike."""
        words = Words(self.graph, self.files)
        words.typed = alike(term for axiom in axioms for triple in axiom.triples for term in triple)
        return words

    def _label(self, term: Term) -> str:
        return self.words().term_by_label(term)

    def stated(self, axiom: Axiom) -> Triple:
        """Give the triple that states an axiom: for `A some B`, or a definition, made of a triple, that triple."""
        subject, predicate, object_ = axiom.root
        parts = {p.value: o for s, p, o in axiom.triples if s == object_}
        if predicate.value == OWL + "equivalentClass" and subject.kind == "iri":
            made = ((subject, Term("iri", name), part) for name, part in parts.items() if name in DEFINING)
            return next((triple for triple in made if self.graph.graphs_of(triple)), axiom.root)
        relation, filler = parts.get(OWL + "onProperty"), parts.get(OWL + "someValuesFrom")
        if relation is None or filler is None or "blank" in (relation.kind, filler.kind):
            return axiom.root
        known = any(True for _ in self.graph.triples(subject.name, relation.value, filler.value))
        return (subject, relation, filler) if known and subject.kind == "iri" else axiom.root

    def text(self, axiom: Axiom, words: Words) -> str:
        """Put an axiom into words."""
        subject, predicate, object_ = axiom.root
        if self.axioms.unread.get(axiom) in BEYOND_WORDS:
            return words.term_by_label(subject)
        if predicate.value == OWL + "members":
            return f"{words.term_by_label(subject)} exclude each other"
        if predicate.value == OWL + "distinctMembers":
            return f"{words.term_by_label(object_).replace(', then ', ', ')} differ from each other"
        if predicate.value == OWL + "sourceIndividual":
            return f"it is not so: {words.triple(self._denied(axiom))}"
        return words.triple(self.stated(axiom))

    def _denied(self, axiom: Axiom) -> Triple:
        """Give the triple that a negative assertion denies."""
        parts = {p.value.removeprefix(OWL): o for s, p, o in axiom.triples if s == axiom.root[0]}
        target = parts.get("targetIndividual") or parts.get("targetValue") or axiom.root[2]
        return axiom.root[2], parts.get("assertionProperty", axiom.root[1]), target

    def reason(self, axiom: Axiom, words: Words) -> str:
        """Give where an axiom is stated, or by which rule it was concluded."""
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


def _located(path: Path) -> Iterator[tuple[Triple, str]]:
    """Give the triples of a file, as it spells them, each with its place."""
    source = read_source(path)
    lines = source_lines(source)
    for quad in parsed(source):
        subject, predicate, object_ = triple_from_oxigraph(quad)
        line = lines.line("" if subject.kind == "blank" else subject.value, predicate.value, object_.value)
        yield (subject, predicate, object_), f"{path}:{line}" if line else str(path)


@dataclass(frozen=True, slots=True, repr=False)
class Justified(Presentable):
    """A conclusion with its minimal justifications; `justifications.complete` tells whether there are no others."""

    ontology: Ontology = field(repr=False)
    conclusion: str
    justifications: Justifications

    def _words(self) -> Words:
        return self.ontology.words(axiom for axioms in self.justifications.found for axiom in axioms)

    def _sorted(self) -> list[list[Axiom]]:
        """Give the axioms in the order of their text, as the names of blank nodes change from run to run."""
        words = self._words()

        def key(axiom: Axiom) -> tuple[bool, str]:
            return not axiom.is_schema, self.ontology.text(axiom, words)

        found = [sorted(axioms, key=key) for axioms in self.justifications.found]
        return sorted(found, key=lambda axioms: (len(axioms), [key(axiom) for axiom in axioms]))

    def _headings(self) -> list[str]:
        found = self.justifications.found
        if found == ((),):
            return ["It always holds: no axiom is needed"]
        if len(found) == 1 and not self.justifications.complete:
            return [f"A justification, {counted(len(found[0]), 'axiom')}"]
        count = f"{len(found)}{'' if self.justifications.complete else ' or more'}"
        return [
            f"Justification {number} of {count}, {counted(len(axioms), 'axiom')}"
            for number, axioms in enumerate(found, 1)
        ]

    def document(self) -> Document:
        """Give each justification as a list of axioms with file and line."""
        words, ontology = self._words(), self.ontology
        blocks: list[Block] = [Heading(self.conclusion, 1), *([paragraph(ontology.note)] if ontology.note else [])]
        for heading, axioms in zip(self._headings(), self._sorted(), strict=True):
            texts = (f"{ontology.text(axiom, words)}   [{ontology.reason(axiom, words)}]" for axiom in axioms)
            blocks += [Heading(heading), items(*texts)]
        claims = (item((f"claim {number}: ", Link(words.label(iri), iri))) for iri, number in words.claims.items())
        blocks += [paragraph("Claims:"), items(*claims)] if words.claims else []
        return Document(tuple(blocks))

    def json_value(self) -> dict[str, Any]:
        """Give the conclusion and its justifications, each axiom with file and line or with its rule."""
        words = self._words()
        return {
            "conclusion": self.conclusion,
            "complete": self.justifications.complete,
            "justifications": [[self._axiom_json(axiom, words) for axiom in axioms] for axioms in self._sorted()],
        }

    def _axiom_json(self, axiom: Axiom, words: Words) -> dict[str, str | int | None]:
        origin = self.ontology.origin(axiom)
        where = {"file": origin.file, "line": origin.line} if origin else {"rule": self.ontology.reason(axiom, words)}
        return {**triple_json(words, self.ontology.stated(axiom)), **where}

    def table(self) -> Table:
        """Give a row for each axiom: number of the justification, the axiom in words, and where it is stated."""
        words = self._words()
        rows = [
            (str(number), self.ontology.text(axiom, words), self.ontology.reason(axiom, words))
            for number, axioms in enumerate(self._sorted(), 1)
            for axiom in axioms
        ]
        return Table(COLUMNS, tuple(tuple(Term("literal", text) for text in row) for row in rows))

    def turtle(self) -> bytes:
        """Give the axioms of all justifications as OWL."""
        axioms = [axiom for found in self.justifications.found for axiom in found]
        return serialize(self.ontology.axioms.with_declarations(axioms), "turtle")
