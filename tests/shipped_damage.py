"""Damage to shipped records, one fault after another: a table in which each row says what is wrong then, and how.

A change reads `record property old > new`; `-` stands for nothing, `*` for every value or property, and several changes
are joined by ` ; `. Names without a prefix are those of the ontology. The last column names the rule that finds the
damage, or says after `no:` why none can.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from glutkg.rdf.namespaces import PREFIXES
from glutkg.rdf.terms import Term, Triple

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

NOTHING, ANY, UNFOUND = "-", "*", "no:"


@dataclass(frozen=True, slots=True)
class ShippedDamage:
    """What is wrong after some changes of shipped triples, and the rule that finds it."""

    name: str
    changes: tuple[tuple[str, str, str, str], ...]
    rule: str = ""

    @property
    def is_found(self) -> bool:
        return not self.rule.startswith(UNFOUND)

    @property
    def records(self) -> frozenset[str]:
        return frozenset(record for record, *_ in self.changes)

    def applied(self, triples: Sequence[Triple]) -> tuple[list[Triple], frozenset[str]]:
        """Give the triples after the damage, and the names of the claims and slips in what went and came.

        Raises ValueError for a change that finds nothing to change.
        """
        left, names = list(triples), set[str]()
        for record, property_, old, new in self.changes:
            gone = {t for t in left if _is_gone(t, record, property_, old)}
            if not gone and old != NOTHING:
                message = f"{self.name}: there is no {record} {property_} {old}"
                raise ValueError(message)
            left = [t for t in left if t not in gone]
            if new != NOTHING:
                left.append((_term(record), _term(property_), _term(new)))
                gone.add(left[-1])
            names |= {term.value for triple in gone for term in (triple[0], triple[2]) if _is_record(term)}
            names.add(_term(record).value)
        return left, frozenset(names)


def read_damage(path: Path) -> list[ShippedDamage]:
    lines = [line.split("\t") for line in path.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    return [ShippedDamage(name, tuple(_changes(text)), rule) for name, text, rule in lines]


def batches(damages: Sequence[ShippedDamage]) -> list[list[ShippedDamage]]:
    """Divide damages so that those of a batch change different records."""
    made: list[list[ShippedDamage]] = []
    for damage in damages:
        fitting = (batch for batch in made if all(damage.records.isdisjoint(other.records) for other in batch))
        batch = next(fitting, None)
        if batch is None:
            made.append([damage])
        else:
            batch.append(damage)
    return made


def _changes(text: str) -> Iterator[tuple[str, str, str, str]]:
    for change in text.split(" ; "):
        record, property_, old, arrow, new = change.split()
        assert arrow == ">"
        yield record, property_, old, new


def _is_gone(triple: Triple, record: str, property_: str, old: str) -> bool:
    return triple[0] == _term(record) and all(
        wanted == ANY or (wanted != NOTHING and term == _term(wanted))
        for term, wanted in zip(triple[1:], (property_, old), strict=True)
    )


def _is_record(term: Term) -> bool:
    return term.value.startswith((PREFIXES["claim"], PREFIXES["slip"]))


def _term(name: str) -> Term:
    prefix, colon, local = name.partition(":")
    return Term("iri", PREFIXES[prefix] + local if colon else PREFIXES["glut"] + prefix)
