"""Each kind of inconsistency that OWL knows is found, and in its consistent twin none; nothing is left out silently."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from conftest import ROOT
from small_ontologies import FIRST, HEAD, alone, written

from glutkg.checks.check import check
from glutkg.errors import NotFoundError

if TYPE_CHECKING:
    from pathlib import Path

    from glutkg.api import KnowledgeGraph

INCONSISTENT = ROOT / "tests" / "ontologies" / "inconsistent"
CONSISTENT = ROOT / "tests" / "ontologies" / "consistent"
AXIOMS = {
    "functional-data": 3,
    "max-cardinality-data": 4,
    "datatype-range": 2,
    "disjoint-classes": 3,
    "disjoint-properties": 3,
    "asymmetric": 3,
    "irreflexive": 2,
    "same-and-different": 2,
    "nothing": 2,
    "negative-assertion": 2,
    "complement": 3,
    "one-of": 3,
    "key": 6,
}
"""The 13 kinds, and how many axioms contradict each other in each file."""
NEIGHBOURS = {
    "functional-object": 4,
    "inverse-functional": 4,
    "max-cardinality-object": 7,
    "facet": 2,
    "all-disjoint-classes": 3,
    "disjoint-data-properties": 3,
    "disjoint-union": 3,
    "all-different": 2,
    "negative-data-assertion": 2,
    "only": 4,
    "has-value": 4,
    "reflexive": 2,
    "self": 3,
    "lang": 2,
    "data-one-of": 2,
    "top-bottom": 1,
    "data-min-max": 2,
    "text-with-and-without-language": 3,
    "zero-below-zero": 3,
    "float-range": 2,
    "denied-decimal": 2,
    "length-beyond-the-basic-plane": 2,
    "pattern-beyond-the-basic-plane": 2,
}
KINDS = [*AXIOMS, *NEIGHBOURS]
pytestmark = pytest.mark.xdist_group("hermit")


def test_each_kind_has_its_file_and_its_twin() -> None:
    for folder in (INCONSISTENT, CONSISTENT):
        assert {path.stem for path in folder.glob("*.ttl")} == set(AXIOMS | NEIGHBOURS)
    assert len(AXIOMS) == 13


@pytest.mark.sample(1)
@pytest.mark.parametrize("kind", KINDS)
def test_an_inconsistency_is_justified_by_its_axioms_with_their_lines(kg: KnowledgeGraph, kind: str) -> None:
    path = INCONSISTENT / f"{kind}.ttl"
    ontology = alone(kg, path)
    found = ontology.inconsistency()
    (axioms,) = found.justifications.found
    assert len(axioms) == (AXIOMS | NEIGHBOURS)[kind]
    assert str(found).count(f"[{path}:") == len(axioms)
    assert "an expression" not in str(found)


@pytest.mark.sample(1)
@pytest.mark.parametrize("kind", KINDS)
def test_its_twin_is_consistent(kg: KnowledgeGraph, kind: str) -> None:
    with pytest.raises(NotFoundError, match="nothing to justify"):
        alone(kg, CONSISTENT / f"{kind}.ttl").inconsistency()


IMPOSSIBLE = {
    "cardinalities": ":Hand rdfs:subClassOf [ a owl:Restriction ; owl:onProperty :part ; "
    'owl:minQualifiedCardinality "2"^^xsd:nonNegativeInteger ; owl:onClass :Thumb ] , [ a owl:Restriction ; '
    'owl:onProperty :part ; owl:maxCardinality "1"^^xsd:nonNegativeInteger ] .',
    "a value outside a range": ":d rdfs:range xsd:integer . :Hand rdfs:subClassOf "
    '[ a owl:Restriction ; owl:onProperty :d ; owl:hasValue "five" ] .',
    "facets": ":Hand rdfs:subClassOf [ a owl:Restriction ; owl:onProperty :d ; owl:someValuesFrom "
    "[ a rdfs:Datatype ; owl:onDatatype xsd:integer ; owl:withRestrictions "
    "( [ xsd:minInclusive 5 ] [ xsd:maxInclusive 4 ] ) ] ] .",
    "a datatype of one's own": ":Age a rdfs:Datatype ; owl:equivalentClass [ a rdfs:Datatype ; "
    "owl:onDatatype xsd:integer ; owl:withRestrictions ( [ xsd:minInclusive 5 ] ) ] . :d rdfs:range :Age . "
    ":Hand rdfs:subClassOf [ a owl:Restriction ; owl:onProperty :d ; owl:hasValue 4 ] .",
    "a datatype by way of another": ":Old a rdfs:Datatype ; owl:equivalentClass :Age . :Age a rdfs:Datatype ; "
    "owl:equivalentClass xsd:integer . :d rdfs:range :Old . "
    ":Hand rdfs:subClassOf [ a owl:Restriction ; owl:onProperty :d ; owl:hasValue 'four' ] .",
}


@pytest.mark.sample(1)
@pytest.mark.parametrize("name", IMPOSSIBLE)
def test_a_class_is_unsatisfiable_by_numbers_and_values(kg: KnowledgeGraph, tmp_path: Path, name: str) -> None:
    head = ":Hand a owl:Class . :Thumb a owl:Class . :part a owl:ObjectProperty . :d a owl:DatatypeProperty .\n"
    found = written(kg, tmp_path, head + IMPOSSIBLE[name]).unsatisfiable("Hand")
    assert f"small.v1.ttl:{FIRST + 1}]" in str(found)
    assert "can have no member" in str(found)


BY_RULES = {
    *("datatype-range", "disjoint-classes", "disjoint-properties", "asymmetric", "irreflexive", "nothing"),
    *("negative-assertion", "all-disjoint-classes", "disjoint-data-properties", "negative-data-assertion"),
    *("self", "lang", "float-range", "denied-decimal"),
}
"""The kinds that the check finds itself; of the others it refuses an axiom, by file and line."""


@pytest.mark.sample(5)
@pytest.mark.parametrize("kind", KINDS)
def test_the_check_finds_an_inconsistency_or_refuses_an_axiom_by_its_place(kind: str, bare: Path) -> None:
    for folder in (INCONSISTENT, CONSISTENT):
        path = folder / f"{kind}.ttl"
        found = [result for result in check(bare, [path]).results if result.rule in ("contradiction", "axiom")]
        expected = "axiom" if kind not in BY_RULES else "contradiction" if folder == INCONSISTENT else None
        assert [result.rule for result in found] == ([expected] if expected else [])
        assert all(result.place.startswith(f"{path}:") for result in found)


BEYOND = {
    "nothing with a relation": "[ a owl:Restriction ; owl:onProperty :p ; owl:someValuesFrom :B ] "
    "rdfs:subClassOf owl:Nothing .",
    "a relation to nothing": ":A rdfs:subClassOf "
    "[ a owl:Restriction ; owl:onProperty :p ; owl:someValuesFrom owl:Nothing ] .",
    "a relation to a complement": ":A rdfs:subClassOf [ a owl:Restriction ; owl:onProperty :p ; owl:someValuesFrom "
    "[ a owl:Class ; owl:complementOf :B ] ] .",
    "a complement as a domain": ":p rdfs:domain [ a owl:Class ; owl:complementOf :B ] .",
    "a complement of an expression": ":A rdfs:subClassOf [ a owl:Class ; owl:complementOf "
    "[ a owl:Restriction ; owl:onProperty :p ; owl:someValuesFrom :B ] ] .",
    "an expression as a type": ":x a [ a owl:Class ; owl:complementOf :B ] .",
    "one thing twice": "[] a owl:AllDifferent ; owl:distinctMembers ( :x :x ) .",
}


@pytest.mark.parametrize("name", BEYOND)
def test_an_exclusion_that_the_check_cannot_read_is_refused_by_its_place(name: str, bare: Path, tmp_path: Path) -> None:
    path = tmp_path / "small.ttl"
    path.write_text(f"{HEAD}:A a owl:Class . :B a owl:Class . :p a owl:ObjectProperty .\n{BEYOND[name]}\n", "utf-8")
    (result,) = check(bare, [path]).results
    assert (result.rule, result.place) == ("axiom", f"{path}:{FIRST + 1}")
