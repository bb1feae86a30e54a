"""Every kind of shipped record, damaged in many ways, is caught each time, by the rule that is meant to."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from itertools import count
from typing import TYPE_CHECKING

import damage
import damaged_claims
import damaged_records
import pytest
from conftest import ROOT

from glutkg.checks.check import check
from glutkg.checks.shapes import Shapes
from glutkg.rdf.namespaces import BASE, PREFIXES, RDF, RDFS, SKOS
from glutkg.rdf.terms import Term
from glutkg.resources import source_files
from glutkg.store.graph import Graph, serialize
from glutkg.store.sources import read_source

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from glutkg.checks.report import ValidationReport, ValidationResult

pytestmark = pytest.mark.xdist_group("check")
ENOUGH = 25
"""Mutations of each kind of record, at least."""
QUIET = {"uncovered_sentence", "unused_reference", "Hypothesis-used", "Claim-accepted-fact"}
"""What a copy that stands alone must show: nothing is drawn from it, or bears on it, yet."""
DOCUMENT = PREFIXES["source"] + "glutamate-receptors-migraine#"
SUPPLIES = ("Substance", "Gene", "Sentence", "CitedReference", "Document", "SourceSlip", "Conflict", "Hypothesis")


@dataclass(frozen=True, slots=True)
class Mutant:
    """A damaged copy of a record, with the sentence made for it."""

    kind: str
    mutation: damage.Mutation
    records: tuple[damage.Record, ...]
    supply: tuple[damage.Record, ...]

    @property
    def names(self) -> set[str]:
        return {record.name for record in (*self.records, *self.supply)}


class Copies:
    """Makes copies of records under fresh names, each sound by itself."""

    def __init__(self) -> None:
        self._number = count(500)

    def of(self, kind: str, record: damage.Record) -> tuple[damage.Record, tuple[damage.Record, ...]]:
        number = next(self._number)
        if kind not in SUPPLIES:
            return self._claim(record, number)
        if kind == "Sentence":
            return _sentence(number, record), ()
        if kind == "CitedReference":
            said = record.put(BASE + "referenceNumber", damage.number(str(number)))
            return replace(said, name=f"{DOCUMENT}ref-{number}"), ()
        fresh = f"MUTANT{number}" if kind == "Gene" else f"mutant-{number}"
        named = replace(record, name=record.name[: max(record.name.rfind("/"), record.name.rfind("#")) + 1] + fresh)
        if kind in {"Substance", "Gene"}:
            named = named.without(SKOS + "hiddenLabel").put(damage.LABEL, damage.english(fresh))
            named = named.put(SKOS + "altLabel", damage.english(f"synonym of {fresh}"))
        return named, ()

    def _claim(self, record: damage.Record, number: int) -> tuple[damage.Record, tuple[damage.Record, ...]]:
        """Copy a claim with a sentence of its own, which cites what the claim cites."""
        stated = record.values(BASE + "statedIn")
        named = replace(record, name=f"{BASE}claim/mutant-{number}")
        named = named.put(damage.LABEL, damage.english(f"Copy {number} of a claim to be damaged"))
        if not all("#s" in value.value for value in stated):
            return named, ()
        document = stated[0].value.partition("#")[0]
        sentence = _sentence(number, damage.Record("", ()), document)
        for reference in record.values(BASE + "cites"):
            sentence = sentence.plus(BASE + "citesReference", reference)
        return named.put(BASE + "statedIn", Term("iri", sentence.name)), (sentence,)


def _sentence(number: int, record: damage.Record, document: str = DOCUMENT[:-1]) -> damage.Record:
    start = 1_000_000 + 100 * number
    made = record.put(RDF + "type", damage.iri("glut:Sentence")).put(BASE + "partOfDocument", Term("iri", document))
    made = made.put(damage.LABEL, damage.english(f"a sentence of its own, number {number}"))
    for name, value in (("paragraph", 1), ("sentenceNumber", number), ("start", start), ("end", start + 99)):
        made = made.put(BASE + name, damage.number(str(value)))
    return replace(made.put(BASE + "section", damage.plain("Mutants")), name=f"{document}#s{number:03}")


# --- the records ------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def graph() -> Graph:
    return Graph.of(map(read_source, source_files(ROOT)))


@pytest.fixture(scope="module")
def sound(graph: Graph, shipped_report: ValidationReport) -> dict[str, list[damage.Record]]:
    """The shipped records of each kind that have no fault, and no shared sentence that would blur a result."""
    faulty = {result.focus for result in shipped_report.results if result.severity != "Info"}
    shapes = Shapes(Graph.of(map(read_source, sorted((ROOT / "shapes").glob("*.ttl")))))
    kinds = {
        name.removeprefix(BASE)
        for shape, _, _ in shapes.graph.triples(None, "http://www.w3.org/ns/shacl#closed")
        for kind, name in shapes.targets(shape.value)
    }
    found: dict[str, list[damage.Record]] = {}
    for kind in sorted(kinds):
        rows = graph.select(f"SELECT DISTINCT ?x WHERE {{ ?x a/<{RDFS}subClassOf>* <{BASE}{kind}> }} ORDER BY ?x").rows
        names = [row[0].value for row in rows if row[0] and row[0].value not in faulty]
        found[kind] = [
            damage.Record(n, tuple(sorted((p.value, o) for _, p, o in graph.triples(n) if _own(p)))) for n in names
        ]
    return {kind: records for kind, records in found.items() if records}


def _own(predicate: Term) -> bool:
    """Mappings to other vocabularies stand in a file of their own."""
    return not predicate.value.endswith("Match")


def _mutations_of(kind: str, sound: dict[str, list[damage.Record]]) -> list[damage.Mutation]:
    label = "Claim-label" if kind not in SUPPLIES else f"{kind}-label"
    found = list(damaged_claims.of_any_record(kind, label, _namespace(kind)))
    stranger = Term("iri", sound["Composition"][0].name)
    special: dict[str, Iterator[damage.Mutation]] = {
        "SourceSlip": damaged_records.of_slips(),
        "Conflict": damaged_records.of_conflicts(stranger),
        "Hypothesis": damaged_records.of_hypotheses(),
        "Sentence": damaged_records.of_sentences(),
        "CitedReference": damaged_records.of_references(),
        "Document": damaged_records.of_documents(),
        "Substance": damaged_records.of_names("Substance", "ketamine", "glut:Gene"),
        "Gene": damaged_records.of_names("Gene", "PRRT2", "glut:Drug"),
    }
    return [*found, *special.get(kind, damaged_claims.of_claims(kind, stranger))]


def _namespace(kind: str) -> str:
    spaces = {"Sentence": DOCUMENT, "CitedReference": DOCUMENT, "Document": "source", "SourceSlip": "slip"}
    space = spaces.get(kind, kind.lower() if kind in SUPPLIES else "claim")
    return PREFIXES.get(space, space)


@pytest.fixture(scope="module", params=[36, pytest.param(1, marks=pytest.mark.slow)])
def some(request: pytest.FixtureRequest, mutants: list[Mutant], seed: int) -> list[Mutant]:
    """One mutant in so many, or all."""
    return mutants[seed % request.param :: request.param]


@pytest.fixture(scope="module")
def mutants(sound: dict[str, list[damage.Record]]) -> list[Mutant]:
    """For each kind and mutation one mutant of a record to which it applies; not always of the same record."""
    copies, made = Copies(), []
    for kind, records in sound.items():
        for turn, mutation in enumerate(_mutations_of(kind, sound)):
            for step in range(len(records)):
                record, supply = copies.of(kind, records[(turn + step) % len(records)])
                damaged = mutation.damage(record)
                if damaged is not None:
                    made.append(Mutant(kind, mutation, tuple(damaged), supply))
                    break
    return made


def _checked(folder: Path, name: str, records: list[damage.Record]) -> ValidationReport:
    triples = [(Term("iri", r.name), Term("iri", p), o) for r in records for p, o in r.statements]
    path = folder / f"{name}.ttl"
    path.write_bytes(serialize(triples, "ntriples"))
    return check(ROOT, [path])


def _caught_by(results: list[ValidationResult], mutant: Mutant) -> set[str]:
    return {f.rule for f in results if f.rule not in QUIET or f.rule in mutant.mutation.rules} & set(
        mutant.mutation.rules
    )


# --- the tests --------------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_copies_of_sound_records_are_sound(sound: dict[str, list[damage.Record]], tmp_path: Path) -> None:
    """Otherwise a mutant might be caught for what the copying did."""
    copies = Copies()
    made = [copies.of(kind, record) for kind, records in sound.items() for record in records[:2]]
    records = [record for copy, supply in made for record in (copy, *supply)]
    names = {record.name for record in records}
    report = _checked(tmp_path, "copies", records)
    assert [f for f in report.results if f.focus in names and f.rule not in QUIET] == []
    print(f"{len(made)} copies are as sound as their originals")


def test_every_kind_of_record_is_damaged_in_many_ways(
    mutants: list[Mutant], sound: dict[str, list[damage.Record]]
) -> None:
    numbers = Counter(mutant.kind for mutant in mutants)
    assert numbers.keys() == sound.keys()
    assert {kind: number for kind, number in numbers.items() if number < ENOUGH} == {}
    assert len(numbers) >= 20
    sorts = Counter(mutant.mutation.name.split()[0] for mutant in mutants)
    assert {"drop", "swap", "retype", "misdirect", "duplicate", "negate"} <= sorts.keys()
    print(dict(numbers), dict(sorts))


@pytest.mark.slow
def test_the_check_catches_every_mutant(some: list[Mutant], tmp_path: Path) -> None:
    owner = {name: index for index, mutant in enumerate(some) for name in mutant.names}
    report = _checked(tmp_path, "mutants", [r for mutant in some for r in (*mutant.records, *mutant.supply)])
    results: defaultdict[int, list[ValidationResult]] = defaultdict(list)
    for result in report.results:
        named = {result.focus, result.value.value if result.value else ""} & owner.keys()
        for index in {owner[name] for name in named}:
            results[index].append(result)
    escaped = [
        f"{mutant.kind}: {mutant.mutation.name} ({', '.join(mutant.mutation.rules)}); found only "
        + ", ".join(sorted({f.rule for f in results[index]}))
        for index, mutant in enumerate(some)
        if not _caught_by(results[index], mutant)
    ]
    assert not escaped, "\n".join(escaped)
    print(f"{len(some)} mutants of {len({x.kind for x in some})} kinds of record, all caught")
