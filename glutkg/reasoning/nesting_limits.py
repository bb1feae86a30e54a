"""Limits on how deep axioms and facts may go: classes below classes, parts of parts, expressions within expressions.

What follows from a chain of classes, or of facts in a transitive relation, takes time with the third power of its
length, a rule has a pattern for each member of an intersection, and expressions are read by recursion; so all of them
are refused beyond what real ontologies have, before anything is worked out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from glutkg.rdf.namespaces import OWL, RDF, RDFS, curie
from glutkg.relations import grouped

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    Axiom = tuple[str, str, str]

DEEPEST_CLASS = 200
"""Classes that may stand one above the other."""
DEEPEST_EXPRESSION = 50
"""Brackets that may stand within each other."""
DEEPEST_PART = 200
"""Facts of a transitive relation that may follow each other."""
MOST_OPERANDS = 200
"""Members that an intersection or a chain of properties may have."""
LONGEST_COLLECTION = 10_000
"""Members that a collection may have."""

_OPERANDS = (OWL + "intersectionOf", OWL + "propertyChainAxiom")


class TooDeep(NamedTuple):
    """An axiom with which something begins that goes deeper than a limit, and what to do about it."""

    axiom: Axiom
    message: str


def too_deep(triples: Iterable[Axiom], transitive: Iterable[Axiom] = ()) -> TooDeep | None:
    """Find an axiom with which a chain of classes, or of brackets, begins that is longer than its limit.

    Likewise a fact with which a chain of facts begins; `transitive` are the facts of transitive relations.

    >>> below = "http://www.w3.org/2000/01/rdf-schema#subClassOf"
    >>> chain = [(f"http://e/{n}", below, f"http://e/{n + 1}") for n in range(300)]
    >>> too_deep(chain).message
    'http://e/0 has more than 200 classes above it, each below the next. Leave out classes in between.'
    >>> too_deep(chain[:200])
    """
    kept = list(triples)
    named = [axiom for axiom in kept if axiom[1] == RDFS + "subClassOf"]
    bracketed = [axiom for axiom in kept if axiom[2].startswith("_:") and axiom[1] != RDF + "rest"]
    cells = [axiom for axiom in kept if axiom[1] == RDF + "rest" and axiom[2].startswith("_:")]
    return (
        _deepest(
            named,
            DEEPEST_CLASS,
            "has more than {} classes above it, each below the next. Leave out classes in between.",
        )
        or _longest(transitive)
        or _deepest(cells, LONGEST_COLLECTION, "is part of a collection of more than {} members. Split it.")
        or _many_operands(kept, cells)
        or _deepest(
            [*bracketed, *_members(bracketed, cells)],
            DEEPEST_EXPRESSION,
            "has more than {} brackets within each other. Give names to inner expressions.",
        )
    )


def _longest(facts: Iterable[Axiom]) -> TooDeep | None:
    """Find the first fact of a chain in a transitive relation that is longer than its limit."""
    chains = grouped((fact[1], fact) for fact in facts)
    message = (
        "is followed by more than {} facts of a transitive relation, one after the other. Leave out facts between."
    )
    return next((found for some in chains.values() if (found := _deepest(some, DEEPEST_PART, message))), None)


def _many_operands(axioms: Sequence[Axiom], cells: Sequence[Axiom]) -> TooDeep | None:
    """Find an intersection, or a chain of properties, with more members than its limit."""
    lengths = _lengths(grouped((s, o) for s, _, o in cells))
    for axiom in axioms:
        if axiom[1] in _OPERANDS and lengths.get(axiom[2], 0) >= MOST_OPERANDS:
            return TooDeep(
                axiom, f"{_named(axiom[0])} has more than {MOST_OPERANDS} members. Give names to parts of it."
            )
    return None


def _members(bracketed: Sequence[Axiom], cells: Sequence[Axiom]) -> list[Axiom]:
    """Give the members of collections as if all of them hung on the first cell."""
    after = {s: o for s, _, o in cells}
    members = grouped((s, (s, p, o)) for s, p, o in bracketed if p == RDF + "first")
    found: list[Axiom] = []
    for head in after.keys() - set(after.values()):
        cell = head
        while cell := after.pop(cell, ""):
            found += [(head, p, o) for _, p, o in members.get(cell, ())]
    return found


def _deepest(axioms: Sequence[Axiom], limit: int, message: str) -> TooDeep | None:
    """Find the first axiom of a chain that is longer than a limit; a circle counts as a chain."""
    lengths = _lengths(grouped((s, o) for s, _, o in axioms))
    for axiom in axioms:
        if lengths.get(axiom[0], 0) > limit:
            start = max(lengths, key=lambda name: (lengths[name], name))
            first = next(one for one in axioms if one[0] == start)
            return TooDeep(first, f"{_named(start)} {message.format(limit)}")
    return None


def _named(name: str) -> str:
    return "An expression" if name.startswith("_:") else curie(name)


def _lengths(following: Mapping[str, Sequence[str]]) -> dict[str, int]:
    """Give the length of the longest chain from each name on, without recursion; a circle is not gone round twice."""
    lengths: dict[str, int] = {}
    for start in following:
        waiting = [] if start in lengths else [(start, iter(following[start]))]
        on_the_way = {start}
        while waiting:
            name, rest = waiting[-1]
            other = next(
                (one for one in rest if one in following and one not in lengths and one not in on_the_way), None
            )
            if other is None:
                waiting.pop()
                lengths[name] = 1 + max((lengths.get(one, 0) for one in following[name]), default=0)
            else:
                on_the_way.add(other)
                waiting.append((other, iter(following[other])))
    return lengths
