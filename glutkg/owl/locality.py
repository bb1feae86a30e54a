"""The axioms of an ontology in RDF, and the locality module of them that can matter to an entailment.

An axiom is a triple with all that hangs on its blank nodes. A module is extracted by syntactic ⊥-locality (Cuenca Grau,
Horrocks, Kazakov and Sattler, JAIR 31, 2008): all justifications of an entailment between classes lie in the module of
their names, so that nothing is missed when the rest is left out.
"""

from __future__ import annotations

from collections import defaultdict
from copy import copy
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from glutkg.owl.structure import malformed
from glutkg.owl.vocabulary import AXIOMS, BUILT_IN, of_definition, of_no_axiom, unread
from glutkg.rdf.collections import members, parts
from glutkg.rdf.namespaces import OWL, RDF, RDFS
from glutkg.rdf.terms import TYPE, Term, Triple
from glutkg.relations import reached

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator


_THING = Term("iri", OWL + "Thing")
_DATATYPE = Term("iri", RDFS + "Datatype")
"""HermiT takes no name of a datatype without its definition, which is therefore a part of its declaration."""
_ANY = {OWL + "Thing", OWL + "Nothing"}
_DECLARATIONS = {
    *(OWL + name for name in ("Class", "ObjectProperty", "DatatypeProperty", "NamedIndividual")),
    *(RDFS + name for name in ("Class", "Datatype")),
    RDF + "Property",
}
_ASSERTIONS = {
    OWL + name
    for name in (
        *("distinctMembers", "sourceIndividual", "sameAs", "differentFrom"),
        *("topObjectProperty", "bottomObjectProperty", "topDataProperty", "bottomDataProperty"),
    )
}
"""Predicates of assertions about individuals."""
_SCHEMA = AXIOMS - _ASSERTIONS


class Axiom(NamedTuple):
    """An axiom: the triple that it begins with, and all its triples, that one included."""

    root: Triple
    triples: tuple[Triple, ...]

    @property
    def is_schema(self) -> bool:
        """Tell whether it is about classes and properties (TBox, RBox), rather than about individuals (ABox)."""
        _, predicate, object_ = self.root
        characteristic = predicate == TYPE and object_.value.startswith(OWL) and object_.value.endswith("Property")
        return predicate.value in _SCHEMA or characteristic

    @property
    def signature(self) -> frozenset[Term]:
        """The signature of the axiom: the names of classes, properties and individuals in it."""
        terms = (term for s, p, o in self.triples for term in (s, p, o))
        return frozenset(term for term in terms if term.kind == "iri" and not term.value.startswith(BUILT_IN))


class AxiomSet:
    """The axioms of an ontology, and the declarations of its names that a reasoner needs.

    `unread` holds, with the reason, the axioms that HermiT cannot be given: what follows from the others follows, but
    what does not may follow all the same.
    """

    def __init__(self, triples: Iterable[Triple]) -> None:
        self._about: dict[Term, list[Triple]] = defaultdict(list)
        for triple in triples:
            self._about[triple[0]].append(triple)
        self._declared = {
            term: [t for t in found if t[1] == TYPE and t[2].value in _DECLARATIONS]
            for term, found in self._about.items()
        }
        self._undefined = self._define_datatypes()
        inner = {o for found in self._about.values() for _, _, o in found if o.kind == "blank"}
        roots = [t for term, found in self._about.items() if term not in inner for t in found if _is_root(t)]
        found_axioms = [Axiom(root, tuple(self._closure(root))) for root in sorted(roots)]
        self.unread = {
            axiom: reason for axiom in found_axioms if (reason := self._reason_against(axiom)) is not None
        } | self._out_of_reach(found_axioms)
        self.axioms = tuple(axiom for axiom in found_axioms if axiom not in self.unread)

    def _define_datatypes(self) -> dict[Term, str]:
        """Declare each datatype with its definition; give those that are not defined as OWL has it, and why."""
        roots = {
            term: [t for t in self._about[term] if t[1].value == OWL + "equivalentClass"]
            for term, found in self._declared.items()
            if _DATATYPE in [t[2] for t in found] and term.kind == "iri" and not term.value.startswith(BUILT_IN)
        }
        definitions = {term: [t for root in found for t in self._closure(root)] for term, found in roots.items()}
        inside = {term: [o for _, _, o in found if o in roots] for term, found in definitions.items()}
        for term in roots:
            parts = reached([term], lambda one: inside[one])
            self._declared[term] += [t for one in parts[1:] for t in (*self._declared[one], *definitions[one])]
            self._declared[term] += definitions[term]
        wrong = {term: reason for term in roots if (reason := of_definition(term, roots, inside))}
        return {term: wrong[one] for term in roots for one in reached([term], lambda one: inside[one]) if one in wrong}

    def _reason_against(self, axiom: Axiom) -> str | None:
        whole = (*axiom.triples, *self._other_sources(axiom))
        undefined = (self._undefined[term] for triple in axiom.triples for term in triple if term in self._undefined)
        return unread(*axiom, self._is_property) or malformed(whole, self._kinds) or next(undefined, None)

    def _other_sources(self, axiom: Axiom) -> list[Triple]:
        """Give what else a negative assertion is stated of, at the same node."""
        subject, predicate, _ = axiom.root
        source = OWL + "sourceIndividual"
        return [t for t in self._about[subject] if t[1].value == predicate.value == source and t != axiom.root]

    def _kinds(self, term: Term) -> set[str]:
        return {o.value for _, _, o in self._declared.get(term, ())}

    def _is_property(self, term: Term) -> bool:
        return any(o.value in _PROPERTIES for _, _, o in self._declared.get(term, ()))

    def _out_of_reach(self, axioms: Iterable[Axiom]) -> dict[Axiom, str]:
        """Give what belongs to no axiom, such as rules, and blank nodes that refer to each other in a circle."""
        reached = {triple for axiom in axioms for triple in axiom.triples}
        left = (t for found in self._about.values() for t in found if t not in reached and not _is_declaration(t))
        return {Axiom(triple, (triple,)): of_no_axiom(triple) or _OUT_OF_REACH for triple in sorted(left)}

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
        """Give the triples of some axioms, and further ones, with the declarations of all their names."""
        triples = {*(t for axiom in axioms for t in axiom.triples), *further}
        named = {term for triple in triples for term in triple if term.kind == "iri"}
        return sorted({*triples, *(t for term in named for t in self._declared.get(term, ()))})

    def restricted(self, axioms: Iterable[Axiom]) -> AxiomSet:
        """Give the set with some of its axioms only."""
        part = copy(self)
        part.axioms = tuple(axioms)
        return part

    def module(self, axioms: Collection[Axiom], names: Collection[Term]) -> list[Axiom]:
        """Give the module of some axioms for a signature."""
        signature = set(names)
        left = list(axioms)
        module: list[Axiom] = []
        while True:
            locality = _Locality(self._about, signature)
            taken = [axiom for axiom in left if not locality.is_local(axiom)]
            if not taken:
                return sorted(module)
            module += taken
            chosen = set(taken)
            left = [axiom for axiom in left if axiom not in chosen]
            signature |= {name for axiom in taken for name in axiom.signature}


_PROPERTIES = {OWL + "ObjectProperty", OWL + "DatatypeProperty"}
_OUT_OF_REACH = "it is no axiom of OWL, nor a part of one. Give the blank node a name, or express it in another way."


def _is_declaration(triple: Triple) -> bool:
    return triple[1] == TYPE and triple[2].value in _DECLARATIONS


def _is_root(triple: Triple) -> bool:
    """Tell whether an axiom begins with a triple; a declaration or a part of an expression is not an axiom."""
    subject, predicate, object_ = triple
    if predicate == TYPE:
        is_individual = subject.kind == "iri" or not object_.value.startswith(BUILT_IN) or object_.value in _ANY
        return not _is_declaration(triple) and is_individual
    return subject.kind == "iri" or predicate.value in AXIOMS or not predicate.value.startswith(BUILT_IN)


class _Locality:
    """Tells which axioms are local: tautologies once every name outside a signature is interpreted as empty."""

    def __init__(self, about: dict[Term, list[Triple]], signature: set[Term]) -> None:
        self._about = about
        self._signature = signature

    def is_local(self, axiom: Axiom) -> bool:
        """Tell whether an axiom is certainly local; one of an unknown sort is not."""
        subject, predicate, object_ = axiom.root
        if predicate == TYPE:
            if axiom.is_schema:
                return self._is_bottom(subject) and not object_.value.endswith("ReflexiveProperty")
            return self._is_top(object_)
        test = self._tests.get(predicate.value.rpartition("#")[2])
        return test is not None and test(self, subject, object_)

    def _both_bottom_or_both_top(self, left: Term, right: Term) -> bool:
        return (self._is_bottom(left) and self._is_bottom(right)) or (self._is_top(left) and self._is_top(right))

    _tests: ClassVar[dict[str, Callable[[_Locality, Term, Term], bool]]] = {
        "subClassOf": lambda self, left, right: self._is_bottom(left) or self._is_top(right),
        "equivalentClass": _both_bottom_or_both_top,
        "disjointWith": lambda self, left, right: self._is_bottom(left) or self._is_bottom(right),
        "members": lambda self, _, classes: sum(not self._is_bottom(class_) for class_ in self._members(classes)) <= 1,
        "subPropertyOf": lambda self, left, _: self._is_bottom(left),
        "propertyDisjointWith": lambda self, left, right: self._is_bottom(left) or self._is_bottom(right),
        "inverseOf": lambda self, left, right: self._is_bottom(left) and self._is_bottom(right),
        "equivalentProperty": lambda self, left, right: self._is_bottom(left) and self._is_bottom(right),
        "propertyChainAxiom": lambda self, _, links: any(self._is_bottom(link) for link in self._members(links)),
        "domain": lambda self, left, right: self._is_bottom(left) or self._is_top(right),
        "range": lambda self, left, right: self._is_bottom(left) or self._is_top(right),
    }
    """For each predicate, whether an axiom with it is local."""

    def _parts(self, term: Term) -> dict[str, Term]:
        return {name.rpartition("#")[2]: o for name, o in parts(term, self._triples).items()}

    def _triples(self, term: Term) -> list[Triple]:
        return self._about.get(term, [])

    def _members(self, head: Term) -> list[Term]:
        return members(head, lambda node, name: parts(node, self._triples).get(name))

    def _is_bottom(self, term: Term) -> bool:
        """Tell whether a class or property is certainly equivalent to owl:Nothing."""
        if term.kind == "iri":
            return term.value == OWL + "Nothing" or (
                term not in self._signature and not term.value.startswith(BUILT_IN)
            )
        parts = self._parts(term)
        if "intersectionOf" in parts:
            return any(self._is_bottom(member) for member in self._members(parts["intersectionOf"]))
        if "unionOf" in parts:
            return all(self._is_bottom(member) for member in self._members(parts["unionOf"]))
        if "complementOf" in parts:
            return self._is_top(parts["complementOf"])
        if parts.keys() & {"someValuesFrom", "hasValue", "hasSelf"}:
            return self._is_bottom(parts["onProperty"]) or self._is_bottom(parts.get("someValuesFrom", _THING))
        return "inverseOf" in parts and self._is_bottom(parts["inverseOf"])

    def _is_top(self, term: Term) -> bool:
        """Tell whether a class is certainly equivalent to owl:Thing."""
        if term.kind == "iri":
            return term.value == OWL + "Thing"
        parts = self._parts(term)
        if "intersectionOf" in parts:
            return all(self._is_top(member) for member in self._members(parts["intersectionOf"]))
        if "unionOf" in parts:
            return any(self._is_top(member) for member in self._members(parts["unionOf"]))
        if "complementOf" in parts:
            return self._is_bottom(parts["complementOf"])
        return "allValuesFrom" in parts and (
            self._is_bottom(parts["onProperty"]) or self._is_top(parts["allValuesFrom"])
        )
