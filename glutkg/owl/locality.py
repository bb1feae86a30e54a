"""The axioms of an ontology in RDF, one by one, and the module of them that can matter to a question.

An axiom is a triple with all that hangs on its blank nodes. A module is extracted by syntactic locality (Cuenca Grau,
Horrocks, Kazakov and Sattler, JAIR 31, 2008): whatever justifies an entailment between kinds lies in the module of
their names, so that nothing is missed when the rest is left aside.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from glutkg.rdf.collections import members, parts
from glutkg.rdf.namespaces import OWL, RDF, RDFS
from glutkg.rdf.terms import TYPE, Term, Triple

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator


_THING = Term("iri", OWL + "Thing")
_DECLARATIONS = {
    OWL + name
    for name in ("Class", "ObjectProperty", "DatatypeProperty", "AnnotationProperty", "NamedIndividual", "Ontology")
}
_SCHEMA = {RDFS + name for name in ("subClassOf", "subPropertyOf", "domain", "range")} | {
    OWL + name
    for name in (
        "equivalentClass",
        "disjointWith",
        "disjointUnionOf",
        "members",
        "propertyChainAxiom",
        "inverseOf",
        "equivalentProperty",
        "propertyDisjointWith",
        "hasKey",
    )
}

_ABOUT_THINGS = {OWL + "distinctMembers", OWL + "sourceIndividual"}
"""With these begin axioms about things that have no name of their own."""


class Axiom(NamedTuple):
    """An axiom: the triple that it begins with, and all its triples, that one included."""

    root: Triple
    triples: tuple[Triple, ...]

    @property
    def is_schema(self) -> bool:
        """Tell whether it is about kinds and relations, rather than about things."""
        _, predicate, object_ = self.root
        characteristic = predicate == TYPE and object_.value.startswith(OWL) and object_.value.endswith("Property")
        return predicate.value in _SCHEMA or characteristic

    @property
    def names(self) -> frozenset[Term]:
        """The names of kinds, relations and things in the axiom."""
        built_in = (RDF, RDFS, OWL)
        terms = (term for s, p, o in self.triples for term in (s, p, o))
        return frozenset(term for term in terms if term.kind == "iri" and not term.value.startswith(built_in))


class AxiomSet:
    """The axioms of an ontology, with the declarations that a reasoner wants beside them."""

    def __init__(self, triples: Iterable[Triple]) -> None:
        self._about: dict[Term, list[Triple]] = defaultdict(list)
        for triple in triples:
            self._about[triple[0]].append(triple)
        self._declared = {
            term: [t for t in found if t[1] == TYPE and t[2].value in _DECLARATIONS]
            for term, found in self._about.items()
        }
        inner = {o for found in self._about.values() for _, _, o in found if o.kind == "blank"}
        roots = [t for term, found in self._about.items() if term not in inner for t in found if _is_root(t)]
        self.axioms = tuple(Axiom(root, tuple(self._closure(root))) for root in sorted(roots))

    def _closure(self, root: Triple) -> Iterator[Triple]:
        waiting, seen = [root], {root}
        if root[0].kind == "blank":
            waiting += [t for t in self._about[root[0]] if not _is_root(t)]
        while waiting:
            triple = waiting.pop()
            yield triple
            more = [t for t in self._about.get(triple[2], ()) if triple[2].kind == "blank" and t not in seen]
            seen.update(more)
            waiting += more

    def with_declarations(self, axioms: Iterable[Axiom], further: Iterable[Triple] = ()) -> list[Triple]:
        """Give the triples of some axioms, and of a question, with the declarations of all their names."""
        triples = {*(t for axiom in axioms for t in axiom.triples), *further}
        named = {term for triple in triples for term in triple if term.kind == "iri"}
        return sorted({*triples, *(t for term in named for t in self._declared.get(term, ()))})

    def module(self, axioms: Collection[Axiom], names: Collection[Term]) -> list[Axiom]:
        """Give those of some axioms that can matter to what follows about some names."""
        signature = set(names)
        left = list(axioms)
        module: list[Axiom] = []
        while True:
            reader = _Locality(self._about, signature)
            taken = [axiom for axiom in left if not reader.is_local(axiom)]
            if not taken:
                return sorted(module)
            module += taken
            chosen = set(taken)
            left = [axiom for axiom in left if axiom not in chosen]
            signature |= {name for axiom in taken for name in axiom.names}


def _is_root(triple: Triple) -> bool:
    """Tell whether a triple of its own is an axiom, rather than a declaration or a part of an expression."""
    subject, predicate, object_ = triple
    if predicate == TYPE:
        return object_.value not in _DECLARATIONS and subject.kind == "iri"
    return subject.kind == "iri" or predicate.value in _SCHEMA | _ABOUT_THINGS


class _Locality:
    """Tells which axioms say nothing when every name outside a signature stands for nothing."""

    def __init__(self, about: dict[Term, list[Triple]], signature: set[Term]) -> None:
        self._about = about
        self._signature = signature

    def is_local(self, axiom: Axiom) -> bool:
        """Tell whether an axiom holds then; where that is not plain to see, it is taken not to."""
        subject, predicate, object_ = axiom.root
        if predicate == TYPE:
            if axiom.is_schema:
                return self._empty(subject) and not object_.value.endswith("ReflexiveProperty")
            return self._full(object_)
        test = self._tests.get(predicate.value.rpartition("#")[2])
        return test is not None and test(self, subject, object_)

    def _both_alike(self, left: Term, right: Term) -> bool:
        return (self._empty(left) and self._empty(right)) or (self._full(left) and self._full(right))

    _tests: ClassVar[dict[str, Callable[[_Locality, Term, Term], bool]]] = {
        "subClassOf": lambda self, left, right: self._empty(left) or self._full(right),
        "equivalentClass": _both_alike,
        "disjointWith": lambda self, left, right: self._empty(left) or self._empty(right),
        "members": lambda self, _, classes: sum(not self._empty(class_) for class_ in self._members(classes)) <= 1,
        "subPropertyOf": lambda self, left, _: self._empty(left),
        "propertyDisjointWith": lambda self, left, right: self._empty(left) or self._empty(right),
        "inverseOf": lambda self, left, right: self._empty(left) and self._empty(right),
        "equivalentProperty": lambda self, left, right: self._empty(left) and self._empty(right),
        "propertyChainAxiom": lambda self, _, links: any(self._empty(link) for link in self._members(links)),
        "domain": lambda self, left, right: self._empty(left) or self._full(right),
        "range": lambda self, left, right: self._empty(left) or self._full(right),
    }
    """For each sort of axiom, when it is local."""

    def _parts(self, term: Term) -> dict[str, Term]:
        return {name.rpartition("#")[2]: o for name, o in parts(term, self._triples).items()}

    def _triples(self, term: Term) -> list[Triple]:
        return self._about.get(term, [])

    def _members(self, head: Term) -> list[Term]:
        return members(head, lambda node, name: parts(node, self._triples).get(name))

    def _empty(self, term: Term) -> bool:
        """Tell whether a kind or relation certainly stands for nothing."""
        if term.kind == "iri":
            return term.value == OWL + "Nothing" or (term not in self._signature and not term.value.startswith(OWL))
        parts = self._parts(term)
        if "intersectionOf" in parts:
            return any(self._empty(member) for member in self._members(parts["intersectionOf"]))
        if "unionOf" in parts:
            return all(self._empty(member) for member in self._members(parts["unionOf"]))
        if "complementOf" in parts:
            return self._full(parts["complementOf"])
        if parts.keys() & {"someValuesFrom", "hasValue", "hasSelf"}:
            return self._empty(parts["onProperty"]) or self._empty(parts.get("someValuesFrom", _THING))
        return "inverseOf" in parts and self._empty(parts["inverseOf"])

    def _full(self, term: Term) -> bool:
        """Tell whether a kind certainly stands for everything."""
        if term.kind == "iri":
            return term.value == OWL + "Thing"
        parts = self._parts(term)
        if "intersectionOf" in parts:
            return all(self._full(member) for member in self._members(parts["intersectionOf"]))
        if "unionOf" in parts:
            return any(self._full(member) for member in self._members(parts["unionOf"]))
        if "complementOf" in parts:
            return self._empty(parts["complementOf"])
        return "allValuesFrom" in parts and (self._empty(parts["onProperty"]) or self._full(parts["allValuesFrom"]))
