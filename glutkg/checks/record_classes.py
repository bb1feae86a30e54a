"""The classes of records as the shapes describe them: what each must and may have, and what each property takes."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from functools import cache, cached_property
from typing import TYPE_CHECKING

from glutkg.rdf.collections import members
from glutkg.rdf.namespaces import BASE, OWL, PREFIXES, RDF, RDFS, SH, SKOS, STATED_GRAPH, curie
from glutkg.rdf.terms import from_name
from glutkg.relations import reached
from glutkg.store.labels import label

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from glutkg.checks.shapes import Shapes
    from glutkg.rdf.terms import Term, Triple
    from glutkg.store.graph import Graph

TYPE, SUBCLASS_OF = RDF + "type", RDFS + "subClassOf"
_DEFINITION = SKOS + "definition"
_EXAMPLES, _ALL = 5, 12
"""Values of a property that are shown of many, and how many are shown when they are all."""
_ABOVE = re.compile(r"rdfs:subClassOf\* glut:(\w+)")
_ABSENT = re.compile(r"FILTER NOT EXISTS { \$this (glut:\w+(?:\|glut:\w+)*) \?\w+ }")
"""How a constraint in SPARQL asks for one of some properties, where its other conditions hold."""
_OBJECTS_OF, _SUBJECTS_OF, _CLASS = "targetObjectsOf", "targetSubjectsOf", "targetClass"


@dataclass(frozen=True, slots=True)
class RecordClass:
    """A class of records: its IRI, and the properties of its records.

    `required` holds choices: a record has at least one property of each. `optional` has all others that its closed
    shape allows.
    """

    iri: str
    required: tuple[tuple[str, ...], ...]
    optional: tuple[str, ...]

    @property
    def properties(self) -> frozenset[str]:
        """All properties that a record of this class may have."""
        return frozenset([*self.optional, *(name for choice in self.required for name in choice)])

    def fits(self, used: frozenset[str]) -> bool:
        """Return whether a record with just these properties has all that it must and nothing that it may not."""
        return used <= self.properties and all(used.intersection(choice) for choice in self.required)


@dataclass(frozen=True, slots=True)
class Values:
    """What may stand after a property: terms, those first that records of the class have most often.

    `listed` tells that a shape lists them one by one, `complete` that no other term may stand there; `kinds` are the
    classes to which they belong. Without terms, `language` is that of its texts.
    """

    terms: tuple[Term, ...]
    listed: bool
    complete: bool
    kinds: tuple[str, ...]
    language: str
    is_iri: bool


class RecordClasses:
    """What the shapes of a data folder say of records and their properties, along with what its stated triples use."""

    def __init__(self, stated: Graph, shapes: Shapes) -> None:
        self.stated = stated
        self._part = STATED_GRAPH if any(True for _ in stated.triples(graph=STATED_GRAPH)) else None
        self._shapes = shapes
        self._graph = shapes.graph
        self.record_class = cache(self._record_class)
        self.values = cache(self._values)
        self.above = cache(self._above)
        self.below = cache(self._below)
        self.instances = cache(self._instances)
        self.shapes_of = cache(self._shapes_of)
        self.path = cache(self._path)

    @cached_property
    def classes(self) -> tuple[str, ...]:
        """The classes with a closed shape, which says all that their records may have."""
        return tuple(sorted(self._closed))

    @cached_property
    def _closed(self) -> dict[str, str]:
        shapes = (shape.name for shape, _, _ in self._graph.triples(None, SH + "closed"))
        return {class_: shape for shape in shapes for class_ in self._objects(shape, _CLASS)}

    def triples(
        self, subject: str | None = None, predicate: str | None = None, object_: str | None = None
    ) -> Iterator[Triple]:
        """Return the stated triples that match, also of a graph that holds inferred ones beside them."""
        return self.stated.triples(subject, predicate, object_, self._part)

    def _above(self, class_: str) -> list[str]:
        """Return a class with all its superclasses, nearest first."""
        return reached([class_], lambda one: _iris(o for _, _, o in self.triples(one, SUBCLASS_OF)))

    def _below(self, class_: str) -> list[str]:
        """Return a class with all its subclasses."""
        return reached([class_], lambda one: _iris(s for s, _, _ in self.triples(None, SUBCLASS_OF, one)))

    def nearest(self, class_: str) -> str | None:
        """Return the class with a closed shape that a class is or is below of."""
        return next((one for one in self.above(class_) if one in self._closed), None)

    def _instances(self, class_: str) -> list[str]:
        """Return the individuals of a class and of its subclasses."""
        return [s.value for one in self.below(class_) for s, _, _ in self.triples(None, TYPE, one)]

    def properties_of(self, record: str) -> frozenset[str]:
        """Return the properties that a record has, but for its type."""
        return frozenset(p.value for _, p, _ in self.triples(record)) - {TYPE}

    def fitting(self, used: frozenset[str]) -> list[str]:
        """Return the classes of which a record with just these properties could be."""
        return [one for one in self.classes if self.record_class(one).fits(used)]

    # --- what a class takes ---------------------------------------------------------------------------------------

    def _record_class(self, class_: str) -> RecordClass:
        listed = next(iter(self._terms(self._closed[class_], "ignoredProperties")), [])
        allowed = [term.value for term in listed if term.value != TYPE]
        choices = {
            kept: class_ in self._objects(shape, _CLASS)
            for shape in reversed(self.shapes_of(class_))
            if int(self._shapes.text(shape, "minCount", "0")) and (kept := self._kept(shape, allowed))
        }
        single = {choice[0] for choice in choices if len(choice) == 1}
        required = [one for one in choices if len(one) == 1 or not single.intersection(one)]
        required.sort(key=lambda one: (one[0].startswith(BASE), not choices[one], allowed.index(one[0])))
        needed = {name for choice in required for name in choice}
        return RecordClass(class_, tuple(required), tuple(name for name in allowed if name not in needed))

    def _kept(self, shape: str, allowed: Iterable[str]) -> tuple[str, ...]:
        return tuple(name for name in self.path(shape) if name in set(allowed))

    def _shapes_of(self, class_: str) -> list[str]:
        """Return the shapes whose targets are the records of a class, those of the fewest classes first."""
        found = [s.name for one in self.above(class_) for s, _, _ in self._graph.triples(None, SH + _CLASS, one)]
        order = {class_: number for number, class_ in enumerate(self.above(class_))}
        own = {shape: self._objects(shape, _CLASS) for shape in found}
        return sorted(own, key=lambda one: (min(order.get(c, len(order)) for c in own[one]), len(own[one]), one))

    def _path(self, shape: str) -> list[str]:
        """Return the property that a shape looks at, or the several of which it wants one."""
        found: list[str] = []
        for _, _, path in self._graph.triples(shape, SH + "path"):
            if path.kind == "iri":
                found.append(path.value)
            else:
                found += [term.value for terms in self._terms(path.name, "alternativePath") for term in terms]
        return found

    def looks_at(self, property_: str, class_: str) -> list[str]:
        """Return the shapes that look at one property of the records of a class, those of the fewest classes first."""
        users = sorted(s.name for s, _, _ in self._graph.triples(None, SH + _SUBJECTS_OF, property_))
        own = [shape for shape in self.shapes_of(class_) if self.path(shape) == [property_]]
        return own + [shape for shape in users if property_ in self.path(shape)]

    def tells_of(self, property_: str, class_: str) -> bool:
        """Return whether a shape looks at a property of the records of this class, and not of all records."""
        return any([class_] == self._objects(shape, _CLASS) for shape in self.looks_at(property_, class_))

    def instruction(self, property_: str, class_: str) -> str:
        """Return what a shape tells curators of a property: of this class, else of its values, else of all records."""
        looking = self.looks_at(property_, class_)
        own = [shape for shape in looking if class_ in self._objects(shape, _CLASS)]
        messages = (self.message(shape) for shape in [*own, *self.value_shapes(property_), *looking])
        definitions = (o.value for _, _, o in self.triples(property_, _DEFINITION))
        return next((text for text in (*messages, *definitions) if text), "")

    def choosing(self, choice: Collection[str], class_: str) -> str:
        """Return what a shape tells curators of properties of which a record needs one."""
        shapes = (shape for shape in self.shapes_of(class_) if set(choice) <= set(self.path(shape)))
        return next(map(self.message, shapes), "")

    def naming(self, class_: str) -> str:
        """Return what the shapes tell curators of the names of the records of a class."""
        shapes = (shape for shape in self.shapes_of(class_) if not self.path(shape))
        return next((self.message(shape) for shape in shapes if self._shapes.text(shape, "pattern")), "")

    def rules(self, class_: str) -> list[str]:
        """Return what must fit together in a record: of this class, and of wider ones that hold few others."""
        return [self.message(shape) for shape in self._rules_of(class_)]

    def _rules_of(self, class_: str) -> list[str]:
        half = len(self.classes) / 2
        few = [one for one in self.above(class_) if len(set(self.below(one)).intersection(self.classes)) < half]
        targets = {one: set(self._objects(one, _CLASS)) for one, _ in self._shapes.constraints()}
        return [shape for shape, classes in targets.items() if classes.intersection(few)]

    def conditional(self, class_: str) -> dict[tuple[str, ...], str]:
        """Give the properties of which some records of a class need one, each with the instruction that says when."""
        made = self.record_class(class_)
        needed = {name for choice in made.required for name in choice}
        asked = {
            tuple(BASE + name for path in paths for name in path.replace("glut:", "").split("|")): self.message(shape)
            for shape in self._rules_of(class_)
            if (paths := _ABSENT.findall(self._shapes.text(shape, "select")))
        }
        return {
            kept: told
            for names, told in asked.items()
            if not needed.intersection(names) and (kept := tuple(name for name in names if name in made.properties))
        }

    def message(self, shape: str) -> str:
        """Return the instruction of a shape."""
        return self._shapes.text(shape, "message")

    # --- what a property takes ------------------------------------------------------------------------------------

    def _values(self, property_: str, class_: str) -> Values:
        """Return what may stand after a property of the records of a class."""
        looking, of_values = self.looks_at(property_, class_), self.value_shapes(property_)
        in_lists = [term for shape in [*looking, *of_values] for terms in self._terms(shape, "in") for term in terms]
        listed = [term for term in in_lists if self._concerns(term, class_)]
        names = {name for shape in of_values for name in self._members(shape)}
        used = self._used(property_, class_)
        known = () if in_lists else sorted(names or used, key=lambda name: (-used[name], name))
        languages = (term.value for shape in looking for terms in self._terms(shape, "languageIn") for term in terms)
        return Values(
            tuple(dict.fromkeys(listed)) or tuple(map(from_name, filter(lambda name: self._tells(name, used), known))),
            bool(listed),
            bool(names),
            tuple(dict.fromkeys(kind for shape in of_values for _, kind in self._kinds(shape))),
            next(languages, ""),
            any(term.kind == "iri" for term in in_lists)
            if in_lists
            else bool(names or used) or self._is_iri(property_),
        )

    def _used(self, property_: str, class_: str) -> Counter[str]:
        """Count the IRIs that stand after a property; those after which records of the class have it come first."""
        found = Counter(o.value for _, _, o in self.triples(None, property_) if o.kind == "iri")
        size = found.total()
        for record in self.instances(class_):
            found.update({o.value: size for _, _, o in self.triples(record, property_) if o.kind == "iri"})
        return found

    def _tells(self, name: str, used: Counter[str]) -> bool:
        """Tell a value from a class that only groups narrower ones, and that no record has."""
        return name in used or len(self.below(name)) == 1

    def _concerns(self, value: Term, class_: str) -> bool:
        """Tell a value that is a shape of other records from all that a record of a class may have."""
        return value.kind != "iri" or not self._shapes.targets(value.value) or value.value in self.shapes_of(class_)

    def value_shapes(self, property_: str) -> list[str]:
        """Return the shapes of what may stand after a property; one that is named like the property is one, too."""
        of_objects = [s.name for s, _, _ in self._graph.triples(None, SH + _OBJECTS_OF, property_)]
        of_subjects = [s.name for s, _, _ in self._graph.triples(None, SH + _SUBJECTS_OF, property_)]
        named_like_it = [one for one in of_subjects if one.rpartition("/")[2] == property_.rpartition("/")[2]]
        return sorted({*of_objects, *named_like_it})

    def _kinds(self, shape: str) -> list[tuple[str, str]]:
        """Return the classes that a shape wants of a value, each with how; several where one of them is enough."""
        own = [(how, kind) for how in ("hasValue", "class") for kind in self._objects(shape, how)]
        in_query = _ABOVE.findall(self._shapes.text(shape, "select"))
        own += [("hasValue", BASE + name) for name in dict.fromkeys(in_query)]
        return own or [
            kind
            for terms in self._terms(shape, "or")
            for alternative in terms
            for kind in self._kinds(alternative.name)
        ]

    def kinds_of_values(self, property_: str, class_: str) -> tuple[str, ...]:
        """Return the classes of what may be defined anew to stand after a property: of records or of terms.

        None, where the values are listed, or where it is not one class of records that a value may be of.
        """
        values = self.values(property_, class_)
        types = (o.value for name in _iris(values.terms) for _, _, o in self.triples(name, TYPE))
        kinds = values.kinds or [one for one, _ in Counter(filter(None, map(self.nearest, types))).most_common(1)]
        wide = {wider for one in self.classes for wider in self.above(one)[1:]} - {*self.classes}
        return () if values.listed else tuple(one for one in kinds if one not in wide)

    def accepts(self, property_: str, value: str) -> bool:
        """Return whether the shapes let a value stand after a property, as far as they want a class of it."""
        types = [o.value for _, _, o in self.triples(value, TYPE)]
        above = {wider for one in (value, *types) for wider in self.above(one)}
        return any(kind in above for shape in self.value_shapes(property_) for _, kind in self._kinds(shape))

    def values_text(self, property_: str, class_: str) -> str:
        """Say what a property takes: all values where they are few or listed, else those that are used most."""
        values = self.values(property_, class_)
        texts = [written(term) for term in values.terms]
        if not texts or values.listed or (values.complete and len(texts) <= _ALL):
            return f"one of {', '.join(texts)}" if texts else ""
        shown = f"such names as {', '.join(texts[:_EXAMPLES])}"
        wider = " or ".join(f"'{label(self.stated, kind)}'" for kind in values.kinds)
        return f"{shown}, {len(texts)} in all, below {wider}" if values.complete else shown

    def _members(self, shape: str) -> list[str]:
        """Return what a shape of values lets through: individuals of a class, and where it wants these, subclasses."""
        found = self._kinds(shape)
        below = [one for how, kind in found if how == "hasValue" for one in self.below(kind)[1:]]
        return [*below, *(name for _, kind in found for name in self.instances(kind))]

    def _is_iri(self, property_: str) -> bool:
        return any(True for _ in self.triples(property_, TYPE, OWL + "ObjectProperty"))

    # --- reading SHACL --------------------------------------------------------------------------------------------

    def _objects(self, shape: str, name: str) -> list[str]:
        return sorted(o.name for _, _, o in self._graph.triples(shape, SH + name))

    def _terms(self, shape: str, name: str) -> list[list[Term]]:
        """Return the lists that stand after a property of a shape."""
        return [members(head, self._value) for _, _, head in self._graph.triples(shape, SH + name)]

    def _value(self, node: Term, predicate: str) -> Term | None:
        return next((o for _, _, o in self._graph.triples(node.name, predicate)), None)


def written(term: Term) -> str:
    """Write a term as a curator does in Turtle: with a prefix of the project, or else in full.

    >>> written(from_name("https://w3id.org/glutkg/Oral")), written(from_name("https://example.org/x"))
    ('glut:Oral', '<https://example.org/x>')
    """
    short = curie(term.value)
    return short if term.kind == "iri" and short.partition(":")[0] in PREFIXES else term.n3()


def _iris(terms: Iterable[Term]) -> list[str]:
    return [term.value for term in terms if term.kind == "iri"]
