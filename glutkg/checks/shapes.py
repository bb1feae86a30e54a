"""Shapes as data: their constraints, their targets, and the nodes that these select."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cache, cached_property
from typing import TYPE_CHECKING, NamedTuple

from glutkg.checks.core_shapes import understood
from glutkg.checks.prebinding import may_run_once
from glutkg.checks.waivers import WAIVES
from glutkg.errors import QueryError
from glutkg.rdf.collections import members
from glutkg.rdf.namespaces import BASE, OWL, RDF, RDFS, SH, XSD
from glutkg.rdf.terms import Term, from_name, graph_to_rdflib
from glutkg.relations import grouped, reached
from glutkg.sparql.parser import read_query
from glutkg.sparql.patterns import Clause, Projection, Query, Values, walk
from glutkg.sparql.regular_expressions import for_engine
from glutkg.store.comparisons import matches
from glutkg.store.labels import label

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    import rdflib

    from glutkg.checks.core_shapes import CoreShape
    from glutkg.rdf.terms import Triple
    from glutkg.reasoning.rule import Rule
    from glutkg.store.graph import Graph

Target = tuple[str, str]
"""A target of a shape: its kind, and the class or property that it names."""
_TARGETS = ("targetClass", "targetSubjectsOf", "targetObjectsOf")
TARGETS = (*_TARGETS, "targetNode")
"""The properties by which a shape selects nodes."""
_SPARQL, _PATTERN = SH + "sparql", SH + "pattern"
_OF_SHAPES = frozenset(SH + name for name in (*TARGETS, "property", "node"))
_SHAPE_TYPES = frozenset((SH + "NodeShape", SH + "PropertyShape"))
_INVERSE, _FIRST, _REST = SH + "inversePath", RDF + "first", RDF + "rest"
_NIL = from_name(RDF + "nil")
_IMPORTS = OWL + "imports"
_SHAPE = BASE + "shape/"
_OF_SPARQL = ("prefixes", "select", "message", "severity")
_PLAIN = frozenset(SH + name for name in ("sparql", "targetClass", "targetSubjectsOf", *_OF_SPARQL))
"""What a shape may say in SHACL's vocabulary whose query is run once for all its focus nodes."""
_SWITCHES = ("uniqueLang", "closed", "deactivated")
"""Properties that mean something when their value is written `true`."""
_OF_COLLECTIONS = ("in", "and", "or", "xone", "languageIn", "ignoredProperties", "path", "alternativePath")
_ONE_SHAPE = tuple(SH + name for name in ("node", "property", "not", "qualifiedValueShape"))
_LISTS_OF_SHAPES = tuple(SH + name for name in ("and", "or", "xone"))
_COUNTS = ("qualifiedMinCount", "qualifiedMaxCount")
_PAIRS = {**dict.fromkeys(_COUNTS, ("qualifiedValueShape",)), "qualifiedValueShape": _COUNTS}
"""Properties that say something only beside one of others."""
_KNOWN_PREFIXES = {"rdf": RDF, "rdfs": RDFS, "owl": OWL, "xsd": XSD}
"""Prefixes that queries of shapes may use without declaring them, as other processors let them."""


class Constraint(NamedTuple):
    """A constraint in SPARQL: its shape, its own name, and its query with the prefixes that it declares."""

    shape: str
    name: str
    query: str


SELECTED_MESSAGE = "\ufffc{?message}"
"""What pySHACL fills with the message that a query selects: the mark before it tells it from other messages."""


def _read(query: str) -> Query | QueryError:
    """Read the query of a constraint; an error where it does not parse, or has what SHACL forbids."""
    try:
        found = read_query(query, _KNOWN_PREFIXES)
    except QueryError as error:
        return error
    if found.form != "SELECT":
        return QueryError("The query is no SELECT query. Write one that selects $this, and ?value where it helps.")
    nodes = list(walk(found))
    for word, kind in (("VALUES", Values), ("MINUS", Clause)):
        if any(isinstance(node, kind) and getattr(node, "word", word) == word for node in nodes):
            return QueryError(f"SHACL forbids {word} in a constraint. Write FILTER with IN or NOT EXISTS.")
    if found.columns and not any(str(column) in ("?this", "$this") for column in found.columns):
        return QueryError("The query does not select $this. Select it, and ?value where it helps.")
    if "?shapesGraph" in nodes:
        return QueryError("$shapesGraph cannot be used: the shapes are no graph of the data.")
    return found


def _declared_twice(prefixes: Sequence[str]) -> QueryError | None:
    """Refuse a prefix that is declared for two namespaces: which of them is meant, nobody can tell."""
    parted = (one.removeprefix("PREFIX ").partition(": ") for one in prefixes)
    for prefix, found in grouped((prefix, namespace) for prefix, _, namespace in parted).items():
        if len(found) > 1:
            places = " and for ".join(one.strip() for one in found)
            return QueryError(f"The prefix {prefix}: is declared for {places}. Declare it once.")
    return None


def _unusable(pattern: str, flags: str) -> str | None:
    try:
        made = for_engine(pattern, flags)
    except QueryError as error:
        return str(error)
    if matches(made, [""]) == [None]:
        return f"The engine cannot use the pattern '{pattern}': a range runs backwards, or it is too large. Mend it."
    return None


def _is_endless(cell: str, rest: Mapping[str, str]) -> bool:
    """Tell whether a collection comes back to a cell of itself."""
    seen: set[str] = set()
    while cell in rest and cell not in seen:
        seen.add(cell)
        cell = rest[cell]
    return cell in seen


def _of_none(triples: Iterable[Triple]) -> Iterator[Triple]:
    """Write that one of no shapes has to hold as that one does to which nothing conforms: pySHACL takes no empty list.

    That all of none have to hold says nothing.
    """
    for subject, predicate, object_ in triples:
        if predicate.value not in _LISTS_OF_SHAPES or object_ != _NIL:
            yield subject, predicate, object_
        elif predicate.value != _LISTS_OF_SHAPES[0]:
            cell, shape = (Term("blank", f"none{name}{predicate.value[len(SH) :]}") for name in ("", "shape"))
            yield from ((subject, predicate, cell), (cell, from_name(_FIRST), shape), (cell, from_name(_REST), _NIL))
            yield shape, from_name(SH + "in"), _NIL


def _turned(triples: Sequence[Triple]) -> Iterator[Triple]:
    """Write steps that are followed backwards as the last, then the one before: pySHACL keeps their order."""
    said = {(s, p.value): o for s, p, o in triples if p.value in (_FIRST, _REST)}
    waiting = [*triples]
    for triple in waiting:  # which grows on the way
        subject, predicate, object_ = triple
        if predicate.value != _INVERSE or (object_, _FIRST) not in said or (subject, _FIRST) in said:
            yield triple
            continue
        steps = members(object_, lambda cell, name: said.get((cell, name)))[::-1]
        cells = [
            subject,
            *(Term("blank", f"{subject.value}n{n}") for n in range(1, len(steps))),
            _NIL,
        ]
        for number, step in enumerate(steps):
            back = Term("blank", f"{subject.value}back{number}")
            yield cells[number], from_name(_FIRST), back
            yield cells[number], from_name(_REST), cells[number + 1]
            waiting.append((back, predicate, step))


@dataclass(frozen=True)
class Shapes:
    """The shapes of a graph: their targets, and their constraints in SPARQL."""

    graph: Graph

    @cached_property
    def _core(self) -> tuple[Triple, ...]:
        """All shapes, without what SHACL passes over and constraints in SPARQL that pySHACL is not to run.

        pySHACL does not know the message that a query selects, so that its constraint gets a message of that alone.
        """
        apart = {(constraint.shape, _SPARQL, constraint.name) for constraint in (*self.run_once, *self.unreadable)}
        wording = (
            (from_name(one.name), from_name(SH + "message"), Term("literal", SELECTED_MESSAGE))
            for one, query in self._queries.items()
            if isinstance(query, Query) and Projection("?message") in query.columns
        )
        unused = (*self.idle(), *self.endless(), *self.unusable_patterns)
        apart |= {(s.name, p.value, o.name) for s, p, o in unused}
        stated = self.graph.as_spelled(self.graph.triples())
        kept = (t for t in stated if (t[0].name, t[1].value, t[2].name) not in apart)
        return (*kept, *wording)

    def for_pyshacl(self, without: Collection[str] = ()) -> rdflib.Graph:
        """Give all shapes but some as pySHACL is to have them, which does not look for prefixes in what is imported."""
        imported = (
            (s, p, from_name(one))
            for s, p, o in self.graph.triples(None, SH + "prefixes")
            for one in self._imported([o.name])
        )
        return graph_to_rdflib(t for t in _turned([*_of_none(self._core), *imported]) if t[0].name not in without)

    @cached_property
    def understood(self) -> dict[str, CoreShape]:
        """The shapes of SHACL Core whose nodes can be shown to conform without pySHACL, by name."""
        return understood(self._core)

    @cached_property
    def has_others(self) -> bool:
        """Whether there are shapes that only pySHACL understands."""
        return any(
            predicate.value in _OF_SHAPES or (predicate.value == RDF + "type" and object_.value in _SHAPE_TYPES)
            for subject, predicate, object_ in self._core
            if subject.name not in self.understood
        )

    def idle(self) -> list[Triple]:
        """Give the triples that SHACL passes over: a value that would count if written `true`, half of a pair."""
        switches = self.graph.as_spelled(t for name in _SWITCHES for t in self.graph.triples(None, SH + name))
        halves = (
            triple
            for name, others in _PAIRS.items()
            for triple in self.graph.triples(None, SH + name)
            if not any(self._values(triple[0].name, other) for other in others)
        )
        return [*(triple for triple in switches if triple[2].value == "1"), *halves]

    @cached_property
    def unusable_patterns(self) -> dict[Triple, str]:
        """Give the triples whose value is no regular expression of SPARQL, or one that the engine does not have."""
        found: dict[Triple, str] = {}
        for triple in self.graph.triples(None, _PATTERN):
            if triple[2].kind == "literal" and not triple[2].datatype:
                reason = _unusable(triple[2].value, self.text(triple[0].name, "flags"))
                found |= {triple: reason} if reason else {}
        return found

    def endless(self) -> list[Triple]:
        """Give the triples whose value is a collection that runs in a circle: pySHACL would give up all shapes."""
        rest = {s.name: o.name for s, _, o in self.graph.triples(None, RDF + "rest")}
        stated = (triple for name in _OF_COLLECTIONS for triple in self.graph.triples(None, SH + name))
        return [triple for triple in stated if rest and _is_endless(triple[2].name, rest)]

    @cached_property
    def _queries(self) -> dict[Constraint, Query | QueryError]:
        declared = cache(self._declared)
        made: dict[Constraint, Query | QueryError] = {}
        for shape, name in self.constraints():
            prefixes = declared(tuple(self._values(name, "prefixes")))
            one = Constraint(shape, name, "".join(prefixes) + self.text(name, "select"))
            made[one] = _declared_twice(prefixes) or _read(one.query)
        return made

    @cached_property
    def unreadable(self) -> dict[Constraint, QueryError]:
        """The constraints whose queries are none that SHACL allows, with what is wrong."""
        return {one: query for one, query in self._queries.items() if isinstance(query, QueryError)}

    @cached_property
    def run_once(self) -> tuple[Constraint, ...]:
        """The constraints in SPARQL whose queries may be run once for all focus nodes of their shapes.

        Their shapes say nothing else, select nodes by class or property alone, and are no part of other shapes; and
        their queries have the same rows either way.
        """
        inner = self._inner()
        plain = (one for one in self._queries if one.shape not in inner and self._is_plain(one.shape, one.name))
        return tuple(one for one in plain if isinstance(query := self._queries[one], Query) and may_run_once(query))

    def _declared(self, ontologies: tuple[str, ...]) -> list[str]:
        """Write the prefixes of a constraint, as SHACL has it: those that its ontologies and their imports declare."""
        every = self._imported(ontologies)
        declarations = {name for ontology in every for name in self._values(ontology, "declare")}
        return sorted(
            {f"PREFIX {self.text(name, 'prefix')}: <{self.text(name, 'namespace')}>\n" for name in declarations}
        )

    def _imported(self, ontologies: Iterable[str]) -> Iterable[str]:
        """Give ontologies with those that they import, at any distance."""
        return reached(ontologies, lambda one: [o.name for _, _, o in self.graph.triples(one, _IMPORTS)])

    def _is_plain(self, shape: str, constraint: str) -> bool:
        """Tell whether a shape with its constraint says only what is understood here, and each thing once."""
        said = [*self.graph.triples(shape), *(self.graph.triples(constraint) if constraint != shape else ())]
        names = Counter(predicate.value for _, predicate, _ in said if predicate.value.startswith(SH))
        types = {object_.value for _, predicate, object_ in said if predicate.value == RDF + "type"}
        once = all(names[SH + name] <= 1 for name in ("sparql", *_OF_SPARQL))
        return once and names.keys() <= _PLAIN and types <= {SH + "NodeShape", SH + "SPARQLConstraint"}

    def _inner(self) -> frozenset[str]:
        """Give the shapes that other shapes refer to."""
        parts = {o.name for name in _ONE_SHAPE for _, _, o in self.graph.triples(None, name)}
        return frozenset(parts.union(*(self._listed(None, name) for name in _LISTS_OF_SHAPES)))

    def _listed(self, shape: str | None, predicate: str) -> Iterator[str]:
        """Give the members of collections, cell by cell: the engine's paths take the square of a long one's time."""
        for cell in reached(self._cells(shape, predicate), lambda one: self._cells(one, _REST)):
            yield from (o.name for _, _, o in self.graph.triples(cell, _FIRST))

    def _cells(self, subject: str | None, predicate: str) -> list[str]:
        return [o.name for _, _, o in self.graph.triples(subject, predicate) if o.kind != "literal"]

    def _values(self, shape: str, predicate: str) -> list[str]:
        return sorted(o.name for _, _, o in self.graph.triples(shape, SH + predicate))

    def text(self, shape: str, predicate: str, default: str = "") -> str:
        """Give the one value of a shape's SHACL property as text."""
        return next(iter(self._values(shape, predicate)), default)

    def constraints(self) -> list[tuple[str, str]]:
        """List the shapes with constraints in SPARQL, each with one constraint."""
        return sorted((s.name, o.name) for s, _, o in self.graph.triples(None, _SPARQL) if o.kind != "literal")

    def rule(self, shape: str) -> str:
        """Name the rule that a shape states: the shape, or for one without a name the nearest that has it as a part."""
        parts = reached([shape], lambda one: [s.name for s, _, _ in self.graph.triples(None, None, one)])
        return next((one for one in parts if not one.startswith("_:")), "shape").removeprefix(_SHAPE)

    def named(self) -> list[str]:
        """List the shapes with a name that select nodes."""
        found = {s.value for kind in TARGETS for s, _, _ in self.graph.triples(None, SH + kind) if s.kind == "iri"}
        for kind in (SH + "NodeShape", SH + "PropertyShape"):
            found.update(s.value for s, _, _ in self.graph.triples(None, RDF + "type", kind) if s.kind == "iri")
        return sorted(found)

    def targets(self, shape: str) -> tuple[Target, ...]:
        """List the targets of a shape."""
        return tuple((kind, name) for kind in _TARGETS for name in self._values(shape, kind))

    def target_objects_of(self, shape: str) -> list[str]:
        """List the properties whose values are the targets of a shape."""
        return self._values(shape, "targetObjectsOf")

    def concluded(self, rules: Iterable[Rule]) -> frozenset[str]:
        """Give the properties that shapes are aimed at and closed-world rules conclude."""
        heads = {rule.head[1].strip("<>") for rule in rules if not rule.entailed}
        return frozenset(name for shape, _ in self.constraints() for _, name in self.targets(shape) if name in heads)

    def waivable(self) -> frozenset[str]:
        """Give the IRIs of the shapes that a record may waive: what the shape of the waiving property lists."""
        waiving = [s.name for s, _, _ in self.graph.triples(None, SH + "targetObjectsOf", WAIVES)]
        return frozenset(rule for shape in waiving for rule in self._listed(shape, SH + "in"))

    def counts(self, data: Graph) -> dict[str, int]:
        """Count the records of each class that has a closed shape, by the label of the class."""
        made: dict[str, int] = {}
        for shape, _, _ in self.graph.triples(None, SH + "closed"):
            for class_ in self._values(shape.name, "targetClass"):
                made[label(data, class_)] = len(set(_instances(data, class_)))
        return dict(sorted(made.items()))


def target_nodes(data: Graph, targets: Iterable[Target]) -> set[str]:
    """Give all nodes that targets select, as SHACL defines them."""
    found: set[str] = set()
    for kind, name in targets:
        if kind == "targetClass":
            found.update(_instances(data, name))
        else:
            found.update((s if kind == "targetSubjectsOf" else o).name for s, _, o in data.triples(None, name))
    return found


def _instances(data: Graph, class_: str) -> list[str]:
    names = data.names(f"SELECT DISTINCT ?x WHERE {{ ?x a/<{RDFS}subClassOf>* <{class_}> }}")
    return [name.strip("<>") for (name,) in names]
