"""What damage to a record is made of.

A mutation takes a record and gives the damaged one, or None when it does not apply; it names the rules of which one
must catch it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from glutkg.rdf.namespaces import BASE, PREFIXES, RDF, RDFS, SKOS
from glutkg.rdf.terms import Term

DCTERMS = PREFIXES["dcterms"]
TYPE, LABEL, NOTE = RDF + "type", RDFS + "label", SKOS + "editorialNote"
Statement = tuple[str, Term]


def iri(name: str) -> Term:
    prefix, _, local = name.partition(":")
    return Term("iri", PREFIXES[prefix] + local)


def english(text: str) -> Term:
    return Term("literal", text, language="en")


def plain(text: str) -> Term:
    return Term("literal", text)


def number(value: str) -> Term:
    return Term("literal", value, datatype=PREFIXES["xsd"] + "integer")


@dataclass(frozen=True, slots=True)
class Record:
    """A record with its name and what is stated of it."""

    name: str
    statements: tuple[Statement, ...]

    def values(self, predicate: str) -> list[Term]:
        return [value for name, value in self.statements if name == predicate]

    def one(self, predicate: str) -> Term | None:
        return next(iter(self.values(predicate)), None)

    def without(self, predicate: str, value: Term | None = None) -> Record:
        return replace(
            self, statements=tuple(s for s in self.statements if s[0] != predicate or (value and s[1] != value))
        )

    def plus(self, predicate: str, value: Term) -> Record:
        return replace(self, statements=(*self.statements, (predicate, value)))

    def put(self, predicate: str, *values: Term) -> Record:
        return replace(
            self.without(predicate), statements=(*self.without(predicate).statements, *((predicate, v) for v in values))
        )


@dataclass(frozen=True, slots=True)
class Mutation:
    """One way to damage a record, and the rules of which one must catch it."""

    name: str
    damage: Callable[[Record], list[Record] | None]
    rules: tuple[str, ...]


def mutation(name: str, damage: Callable[[Record], Record | None], *rules: str) -> Mutation:
    def damaged(record: Record) -> list[Record] | None:
        made = damage(record)
        return None if made is None or made == record else [made]

    return Mutation(name, damaged, rules)


def drop(predicate: str, *rules: str) -> Mutation:
    return mutation(f"drop {short(predicate)}", lambda r: r.without(predicate) if r.one(predicate) else None, *rules)


def put(name: str, predicate: str, value: Term, *rules: str, needed: bool = True) -> Mutation:
    return mutation(name, lambda r: r.put(predicate, value) if r.one(predicate) or not needed else None, *rules)


def double(predicate: str, value: Term, *rules: str) -> Mutation:
    def damage(record: Record) -> Record | None:
        return record.plus(predicate, value) if record.one(predicate) not in (None, value) else None

    return mutation(f"duplicate {short(predicate)}", damage, *rules)


def add(name: str, predicate: str, value: Term, *rules: str) -> Mutation:
    return mutation(name, lambda r: None if r.one(predicate) else r.plus(predicate, value), *rules)


def short(predicate: str) -> str:
    return predicate.rpartition("#")[2].rpartition("/")[2]


def swapped(first: str, second: str) -> Callable[[Record], Record | None]:
    def damage(record: Record) -> Record | None:
        one, two = record.one(BASE + first), record.one(BASE + second)
        return record.put(BASE + first, two).put(BASE + second, one) if one and two else None

    return damage
