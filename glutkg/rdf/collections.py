"""Nodes that are written in brackets: RDF collections (lists), and all that hangs on a blank node."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

from glutkg.rdf.namespaces import RDF
from glutkg.rdf.terms import Term, Triple

T = TypeVar("T")
About = Callable[[Term], Iterable[Triple]]
"""Gives the triples that have a term as their subject."""

_NIL = Term("iri", RDF + "nil")


def parts(node: Term, about: About) -> dict[str, Term]:
    """Give what a node has, by the IRI of the predicate; of several objects of a predicate, the last one."""
    return {predicate.value: object_ for _, predicate, object_ in about(node)}


def members(head: T, value: Callable[[T, str], T | None]) -> list[T]:
    """Give the members of a collection, up to where it ends, breaks off or runs into itself.

    `value` gives what a node has for a predicate.

    >>> cells = {("_:c", RDF + "first"): "one", ("_:c", RDF + "rest"): RDF + "nil"}
    >>> members("_:c", lambda node, predicate: cells.get((node, predicate)))
    ['one']
    """
    found: list[T] = []
    seen: set[T] = set()
    cell: T | None = head
    while cell is not None and cell not in seen and (member := value(cell, RDF + "first")) is not None:
        seen.add(cell)
        found.append(member)
        cell = value(cell, RDF + "rest")
    return found


def content(node: Term, about: About) -> Iterator[str]:
    """Give the IRIs and literals that are objects within an expression or a collection, at any depth."""
    waiting, seen = [node], {node}
    while waiting:
        for _, _, object_ in about(waiting.pop()):
            if object_.kind != "blank":
                yield from () if object_ == _NIL else (object_.value,)
            elif object_ not in seen:
                seen.add(object_)
                waiting.append(object_)
