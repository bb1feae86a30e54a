"""Whether axioms are written as OWL wants them: what is not is refused, by name and place, before anything reads it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from glutkg.rdf.namespaces import OWL, RDF, RDFS, curie
from glutkg.reasoning.axioms import READ

if TYPE_CHECKING:
    from glutkg.reasoning.axioms import Axiom, Axioms

_LISTS = tuple(OWL + name for name in ("intersectionOf", "unionOf", "propertyChainAxiom", "members", "distinctMembers"))
_EXPRESSIONS = (OWL + "intersectionOf", OWL + "unionOf", OWL + "complementOf", OWL + "onProperty")
_FILLERS = tuple(OWL + name for name in ("someValuesFrom", "allValuesFrom", "hasValue", "hasSelf"))
_ENDS = frozenset({OWL + "Thing", OWL + "Nothing", RDF + "nil"})
_CHOICES = (RDF + "first", RDF + "rest", *_EXPRESSIONS, *_FILLERS)


def check_forms(axioms: Axioms) -> None:
    """Refuse the first axiom that is no axiom: a broken list, an expression in itself, text for a class, and the like.

    Raises RuleError with name and place.
    """
    _check_terms(axioms)
    _check_choices(axioms)
    _check_lists(axioms)
    _check_nesting(axioms)


def _check_terms(axioms: Axioms) -> None:
    """A class or a relation is what an axiom is about: no literal, and no word of OWL itself."""
    for predicate in sorted({*READ, OWL + "disjointWith", OWL + "propertyDisjointWith"} - {OWL + "hasSelf"}):
        for subject, object_ in axioms.pairs(predicate):
            axiom = (subject, predicate, object_)
            if object_.startswith('"'):
                raise axioms.refusal(axiom, f"{object_} is a text, where a name belongs. Name what is meant.")
            if object_.startswith("_:") and predicate == OWL + "hasValue":
                raise axioms.refusal(axiom, "its value has no name. Name it.")
            own = [end for end in (subject, object_) if end.startswith((OWL, RDF, RDFS)) and end not in _ENDS]
            if own:
                raise axioms.refusal(axiom, f"{curie(own[0])} is a word of OWL itself. Say it of a name of your own.")


def _check_choices(axioms: Axioms) -> None:
    """Each part of an expression is there once, and an expression is one thing only; its class has no name."""
    for predicate in _CHOICES:
        for subject, object_ in axioms.pairs(predicate):
            axiom = (subject, predicate, object_)
            if len(axioms.objects(subject, predicate)) > 1:
                raise axioms.refusal(axiom, f"it says {curie(predicate)} twice of the same thing. Say each on its own.")
            if predicate in _EXPRESSIONS and not subject.startswith("_:"):
                raise axioms.refusal(
                    axiom, f"{curie(predicate)} stands at a name. Put it into owl:equivalentClass [ … ]."
                )
            if predicate in _EXPRESSIONS + _FILLERS:
                alike = _EXPRESSIONS if predicate in _EXPRESSIONS else _FILLERS
                other = next((one for one in alike if one != predicate and axioms.objects(subject, one)), None)
                if other:
                    reason = f"it has both {curie(predicate)} and {curie(other)}. Say each in an expression of its own."
                    raise axioms.refusal(axiom, reason)


def _check_lists(axioms: Axioms) -> None:
    """A list has members, and an end."""
    for predicate in _LISTS:
        for subject, head in axioms.pairs(predicate):
            axiom = (subject, predicate, head)
            if head == RDF + "nil":
                raise axioms.refusal(axiom, "its list is empty. Name the members, or take the axiom out.")
            seen: set[str] = set()
            cell: str | None = head
            while cell != RDF + "nil":
                if cell is None or cell in seen or axioms.one(cell, RDF + "first") is None:
                    raise axioms.refusal(axiom, "its list is broken. Write the members in round brackets.")
                seen.add(cell)
                cell = axioms.one(cell, RDF + "rest")


def _check_nesting(axioms: Axioms) -> None:
    """No expression stands in itself."""
    inside: dict[str, list[Axiom]] = {}
    for predicate in READ:
        for subject, object_ in axioms.pairs(predicate):
            if subject.startswith("_:") and object_.startswith("_:"):
                inside.setdefault(subject, []).append((subject, predicate, object_))
    done: set[str] = set()
    for start in sorted(inside):
        waiting, above = [(start, False)], set[str]()
        while waiting:
            node, leaving = waiting.pop()
            if leaving:
                above.discard(node)
                done.add(node)
                continue
            if node in done:
                continue
            above.add(node)
            waiting.append((node, True))
            for axiom in inside.get(node, ()):
                if axiom[2] in above:
                    raise axioms.refusal(axiom, "it has an expression that stands in itself. Give it a name.")
                waiting.append((axiom[2], False))
