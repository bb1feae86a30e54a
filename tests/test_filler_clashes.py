"""Clashes of fillers, of which only the class is known: what contradicts is found, and its twin passes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from glutkg.checks.check import check
from glutkg.checks.inconsistencies import CONTRADICTION, UNREAD

if TYPE_CHECKING:
    from pathlib import Path

HEAD = """@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
DECLARED = """@prefix : <http://example.org/NUMBER#> .
:A a owl:Class . :B a owl:Class . :C a owl:Class . :D a owl:Class . :p a owl:DatatypeProperty .
:r a owl:ObjectProperty . :s a owl:ObjectProperty . :t a owl:ObjectProperty .
"""
APART = ":B owl:disjointWith :C ."
ITSELF = ":A rdfs:subClassOf [ a owl:Restriction ; owl:onProperty :s ; owl:hasSelf true ] ."
CLASHING = {
    "the range of the relation": f"{APART} :A rdfs:subClassOf [:r :B] . :r rdfs:range :C .",
    "of a member alone": f"{APART} :a :r :B . :r rdfs:range :C .",
    "of a wider class": f"{APART} :A rdfs:subClassOf [:r :D] . :D rdfs:subClassOf :B . :r rdfs:range :C .",
    "of a wider relation": f"{APART} :A rdfs:subClassOf [:r :B] . :r rdfs:subPropertyOf :s . :s rdfs:range :C .",
    "of an equal relation": f"{APART} :A rdfs:subClassOf [:r :B] . :s owl:equivalentProperty :r ; rdfs:range :C .",
    "the domain of the inverse": f"{APART} :A rdfs:subClassOf [:r :B] . :s owl:inverseOf :r ; rdfs:domain :C .",
    "of an inverse above": f"{APART} :A rdfs:subClassOf [:r :B] . :r rdfs:subPropertyOf :t . :t owl:inverseOf :s . "
    ":s rdfs:domain :C .",
    "above an inverse": f"{APART} :A rdfs:subClassOf [:r :B] . :r owl:inverseOf :s . :s rdfs:subPropertyOf :t . "
    ":t rdfs:domain :C .",
    "of itself": f"{APART} :A rdfs:subClassOf [:r :B] . :r a owl:SymmetricProperty ; rdfs:domain :C .",
    "within another": f"{APART} :A rdfs:subClassOf [:r [:s :B]] . :s rdfs:range :C . :a a :A .",
    "of its own class": f"{APART} :B rdfs:subClassOf [:r :B] . :r rdfs:range :C . :b a :B .",
    "an empty class": ":A rdfs:subClassOf [:r :B] . :B rdfs:subClassOf owl:Nothing . :a a :A .",
    "nobody in what needs it": ":A rdfs:subClassOf [:r :B] . :B rdfs:subClassOf owl:Nothing . :a a :C .",
    "below an empty class": ":A rdfs:subClassOf [:r :B] . :B rdfs:subClassOf :C . :C owl:equivalentClass owl:Nothing . "
    ":a a :A .",
    "a class that needs an empty one": ":A rdfs:subClassOf [:r :B] . :B rdfs:subClassOf [:s :C] . "
    ":C rdfs:subClassOf owl:Nothing . :a a :A .",
    "a value outside a range": ":A rdfs:subClassOf [:p xsd:integer] . :p rdfs:range xsd:string . :a a :A .",
    "a number outside a range": ":A rdfs:subClassOf [:p xsd:negativeInteger] . :p rdfs:range xsd:byte , "
    "xsd:unsignedInt . :a a :A .",
    "an empty relation": ":r rdfs:subPropertyOf :s . :r owl:propertyDisjointWith :s . :A rdfs:subClassOf [:r :B] .",
    "below two relations": ":r rdfs:subPropertyOf :s , :t . :s owl:propertyDisjointWith :t . :a :r :B .",
    "itself by a relation one way": f":r a owl:AsymmetricProperty . :s rdfs:subPropertyOf :r . {ITSELF} "
    ":B rdfs:subClassOf :A .",
    "itself by a relation to others": f":s a owl:IrreflexiveProperty . {ITSELF}",
    "itself by two relations": f":s owl:propertyDisjointWith :r . {ITSELF} {ITSELF.replace('y :s', 'y :r')}",
}
"""Statements that contradict each other by what is said of some member of a class; `[:r :B]` is :r some :B."""
TWINS = {
    "another class": f"{APART} :A rdfs:subClassOf [:r :D] . :r rdfs:range :C . :a a :A .",
    "another relation": f"{APART} :A rdfs:subClassOf [:r :B] . :s rdfs:range :C . :a a :A .",
    "a narrower relation": f"{APART} :A rdfs:subClassOf [:r :B] . :s rdfs:subPropertyOf :r ; rdfs:range :C . :a a :A .",
    "the domain": f"{APART} :A rdfs:subClassOf [:r :B] . :r rdfs:domain :C . :a a :A .",
    "the range of the inverse": f"{APART} :A rdfs:subClassOf [:r :B] . :s owl:inverseOf :r ; rdfs:range :C . :a a :A .",
    "narrower than an inverse": f"{APART} :A rdfs:subClassOf [:r :B] . :s owl:inverseOf :r . :t rdfs:subPropertyOf "
    ":s ; rdfs:domain :C . :a a :A .",
    "two members": f"{APART} :A rdfs:subClassOf [:r :B] , [:r :C] . :a a :A .",
    "nothing in an empty class": ":A rdfs:subClassOf [:r :B] , owl:Nothing . :B rdfs:subClassOf owl:Nothing .",
    "what would be in an empty class": "[:r :B] rdfs:subClassOf :A . [ a owl:Class ; owl:unionOf ( :D [:s [:r :B]] ) ] "
    "rdfs:subClassOf :C . :B rdfs:subClassOf owl:Nothing . :d a :D .",
    "above an empty class": ":A rdfs:subClassOf [:r :B] . :C rdfs:subClassOf :B , owl:Nothing . :a a :A .",
    "a wider datatype": ":A rdfs:subClassOf [:p xsd:integer] . :p rdfs:range xsd:decimal . :a a :A .",
    "datatypes that overlap": ":A rdfs:subClassOf [:p xsd:byte] . :p rdfs:range xsd:unsignedInt . :a a :A .",
    "in one of two relations": ":r rdfs:subPropertyOf :s . :s owl:propertyDisjointWith :t . :A rdfs:subClassOf "
    "[:r :B] . :t rdfs:domain :A . :a a :A .",
    "names that differ in a letter": ":A rdfs:subClassOf [:r [:s :BX]] . [:r [:s :Bx]] rdfs:subClassOf :C . "
    ":BX a owl:Class . :Bx a owl:Class ; rdfs:subClassOf owl:Nothing . :a a :A .",
    "in two relations to two members": ":s owl:propertyDisjointWith :t . :a :s :B ; :t :B .",
    "itself by a wider relation": f":r a owl:AsymmetricProperty ; rdfs:subPropertyOf :s . {ITSELF} :a a :A .",
    "itself, and one of its class": f":r owl:propertyDisjointWith :s . {ITSELF} :A rdfs:subClassOf [:r :A] .",
}


def _written(rows: dict[str, str]) -> str:
    some = "[ a owl:Restriction ; owl:onProperty {} ; owl:someValuesFrom"
    found = [
        DECLARED.replace("NUMBER", str(number)) + re.sub(r"\[(:\w)", lambda one: some.format(one[1]), text)
        for number, text in enumerate(rows.values())
    ]
    return HEAD + "\n".join(found)


@pytest.mark.parametrize(("rows", "are_wrong"), [(CLASHING, True), (TWINS, False)])
def test_what_is_said_of_some_member_of_a_class_is_held_against_the_axioms(
    nothing_stated: Path, tmp_path: Path, rows: dict[str, str], are_wrong: bool
) -> None:
    path = tmp_path / "small.ttl"
    path.write_text(_written(rows), encoding="utf-8")
    results = check(nothing_stated, [path]).results
    found = [result for result in results if result.source == CONTRADICTION]
    told = {name: [one for one in found if f"/{number}#" in one.message] for number, name in enumerate(rows)}
    assert [name for name, some in told.items() if bool(some) is not are_wrong] == []
    assert [name for name, some in told.items() if len(some) > 1] == [], "one result for each"
    assert all(result.line and result.focus for result in found)
    assert [result.message for result in results if result.source == UNREAD] == [], "each is read"


def test_things_without_a_name_are_placed_by_their_line(nothing_stated: Path, tmp_path: Path) -> None:
    path = tmp_path / "small.ttl"
    path.write_text(
        f"{HEAD}{DECLARED}{APART}\n_:x a :B .\n_:x a :C .\n_:y :r _:y .\n:r a owl:IrreflexiveProperty .\n", "utf-8"
    )
    results = check(nothing_stated, [path]).results
    found = {one.line: one.message for one in results if one.source == CONTRADICTION}
    first = (HEAD + DECLARED).count("\n") + 2
    assert found.keys() == {first, first + 2}
    assert found[first].count("a thing without a name rdf:type") == len("BC")
