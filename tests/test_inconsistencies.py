"""Each kind of inconsistency that OWL knows is found, and in its consistent twin none; nothing is left out silently."""

from __future__ import annotations

import shutil
from functools import partial
from typing import TYPE_CHECKING, NoReturn

import pytest
from conftest import ROOT
from small_ontologies import DECLARED, FIRST, HEAD, alone, written

from glutkg.checks.check import check
from glutkg.checks.locations import located
from glutkg.checks.report import ValidationResult
from glutkg.errors import NotFoundError
from glutkg.owl.second_opinion import second_opinion
from glutkg.rdf.terms import from_name
from glutkg.store.graph import Graph
from glutkg.store.sources import read_source

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


UNTYPED = {
    "a denial": ":x :p :y . [] owl:sourceIndividual :x ; owl:assertionProperty :p ; owl:targetIndividual :y .",
    "a difference": ":x owl:sameAs :y . [] owl:distinctMembers ( :x :y ) .",
    "classes": ":x a :A , :B . [] owl:members ( :A :B ) .",
    "properties": ":x :p :y ; :q :y . [] owl:members ( :p :q ) .",
}


@pytest.mark.sample(1)
@pytest.mark.parametrize("name", UNTYPED)
def test_what_excludes_each_other_needs_no_type(kg: KnowledgeGraph, tmp_path: Path, name: str) -> None:
    found = written(kg, tmp_path, DECLARED + UNTYPED[name]).inconsistency()
    assert len(found.justifications.found[0]) == (2 if name in ("a denial", "a difference") else 3)


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
        assert {result.rule for result in found} == ({expected} if expected else set())
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


def test_where_an_axiom_is_left_to_hermit_all_else_is_checked_by_rules(bare: Path, tmp_path: Path) -> None:
    """Each refused axiom is told by its line, and what else contradicts itself as well; those of an expression once."""
    path = tmp_path / "small.ttl"
    lines = [
        ":p a owl:ObjectProperty , owl:FunctionalProperty . :A a owl:Class . :B a owl:Class .",
        ":A rdfs:subClassOf [ a owl:Restriction ; owl:onProperty :p ; owl:qualifiedCardinality 2 ; owl:onClass :B ] .",
        ":B rdfs:subClassOf [ a owl:Restriction ; owl:onProperty :p ; owl:someValuesFrom owl:Nothing ] , :A .",
        ":q a owl:ObjectProperty , owl:IrreflexiveProperty . :x :q :x . :A rdfs:subClassOf 'B' .",
    ]
    path.write_text("\n".join([HEAD.rstrip(), *lines]), "utf-8")
    found = [(one.rule, one.line) for one in check(bare, [path]).results if one.severity == "Violation"]
    assert sorted(found) == [*(("axiom", FIRST + line) for line in range(4)), ("contradiction", FIRST + 3)]


@pytest.mark.parametrize(("other", "count"), [(":x", 1), (":y", 0)])
def test_no_member_of_a_class_has_one_value_by_relations_that_exclude_each_other(
    other: str, count: int, bare: Path, tmp_path: Path
) -> None:
    path = tmp_path / "small.ttl"
    value = "[ a owl:Restriction ; owl:onProperty {} ; owl:hasValue {} ]"
    text = f":A a owl:Class ; rdfs:subClassOf {value.format(':p', ':x')} , {value.format(':q', other)} ."
    path.write_text(f"{HEAD}{DECLARED}:p owl:propertyDisjointWith :q .\n{text}\n:B rdfs:subClassOf :A .\n", "utf-8")
    assert [one.rule for one in check(bare, [path]).results if one.severity == "Violation"] == ["contradiction"] * count


unhurried = partial(second_opinion, timeout=3600)
BY_HERMIT = [kind for kind in KINDS if kind not in BY_RULES]
EMPTY = {"data-min-max"}
"""Consistent, and a class in it can have no member."""


@pytest.mark.sample(1)
@pytest.mark.parametrize("kind", BY_HERMIT)
def test_hermit_finds_for_the_check_what_rules_do_not(kind: str, bare: Path) -> None:
    """And what it finds no contradiction in is a warning, since no rule reads it."""
    wrong, right = (folder / f"{kind}.ttl" for folder in (INCONSISTENT, CONSISTENT))
    report = check(bare, [wrong], unhurried)
    (found,) = [result for result in report.results if result.rule == "contradiction"]
    assert not report.conforms
    assert found.message.count(f"({wrong}:") == (AXIOMS | NEIGHBOURS)[kind]
    assert found.place.startswith(f"{wrong}:")
    twin = check(bare, [right], unhurried)
    assert twin.conforms == (kind not in EMPTY)
    assert all("contradict each other, so that" in one.message for one in twin.results if one.severity == "Violation")
    assert all(("finds no" in one.message) == twin.conforms for one in twin.results if one.rule == "axiom")


def of_small(folder: Path, path: Path, text: str, timeout: float = 3600) -> list[tuple[str, str, str]]:
    """Severity, rule and message of each result on a small ontology."""
    (path / "small.ttl").write_text(f"{HEAD}:p a owl:ObjectProperty . :d a owl:DatatypeProperty .\n{text}\n", "utf-8")
    report = check(folder, [path / "small.ttl"], partial(second_opinion, timeout=timeout))
    return [(result.severity, result.rule, result.message) for result in report.results]


UNTOLD = {
    "what HermiT does not read either": (':p a owl:FunctionalProperty . :x :d "2020"^^xsd:gYear .', "xsd:gYear"),
    "what is no axiom": ("[] a owl:AllDifferent ; owl:distinctMembers ( :x :x ) .", "stands in its list twice"),
    "text as a class beside it": (':p a owl:FunctionalProperty . :A a owl:Class ; rdfs:subClassOf "B" .', "is text"),
}


@pytest.mark.parametrize("name", UNTOLD)
def test_an_axiom_stays_refused_where_hermit_cannot_tell(name: str, bare: Path, tmp_path: Path) -> None:
    text, reason = UNTOLD[name]
    found = of_small(bare, tmp_path, text)
    assert ("Violation", "axiom") in [one[:2] for one in found]
    assert [reason in message for _, rule, message in found if rule == "unread_axiom"] == [True], "and is named"


def test_an_axiom_stays_refused_when_there_is_no_time(bare: Path, tmp_path: Path) -> None:
    found = of_small(bare, tmp_path, ":p a owl:FunctionalProperty .", timeout=0)
    assert [one[:2] for one in found] == [("Violation", "axiom")]


LINKED = "[ a owl:Restriction ; owl:onProperty :p ; owl:someValuesFrom :B ]"
NO_RULE = {
    "facts": (
        ":a :p :b . :b :p :c . :p a owl:TransitiveProperty . "
        "[] owl:sourceIndividual :a ; owl:assertionProperty :p ; owl:targetIndividual :c .",
        "which contradict each other: ",
    ),
    "a class": (
        ":A a owl:Class . :B a owl:Class . :C a owl:Class . "
        ":A owl:disjointWith :B . :A rdfs:subClassOf :B . :C rdfs:subClassOf :A .",
        "so that http://example.org/onto#A, http://example.org/onto#C can have no member: ",
    ),
    "an expression": (
        f":B a owl:Class ; owl:disjointWith {LINKED} . :a a :B ; :p :a .",
        "which contradict each other: ",
    ),
    "an expression among others": (
        f":B a owl:Class . [] a owl:AllDisjointClasses ; owl:members ( :B {LINKED} ) . :a a :B ; :p :a .",
        "which contradict each other: ",
    ),
}


@pytest.mark.sample(1)
@pytest.mark.parametrize("name", NO_RULE)
def test_hermit_is_asked_of_a_folder_that_lacks_rules(name: str, bare: Path, tmp_path: Path) -> None:
    text, message = NO_RULE[name]
    (found,) = [one for one in of_small(bare, tmp_path, text) if one[1] == "contradiction"]
    assert message in found[2]


@pytest.mark.parametrize(
    ("query", "line"), [("SELECT ?s { ?s ?p ?o }", None), ("CONSTRUCT { ?s a ?n } {\n BIND(1 AS ?n) }", 6)]
)
def test_a_rule_that_cannot_be_read_is_told_by_its_file_and_asks_no_reasoner(
    query: str, line: int | None, bare: Path, tmp_path: Path
) -> None:
    folder = shutil.copytree(bare, tmp_path / "folder")
    (folder / "rules").mkdir(exist_ok=True)
    (folder / "rules" / "odd.rq").write_text(
        f"#+ label: odd\n#+ summary: odd\n#+ stratum: 1\n#+ logic: owl\n{query}\n", "utf-8"
    )
    (found,) = check(folder, [], none).results
    assert (found.severity, found.rule, found.path) == ("Violation", "rule", "rules/odd.rq"), found
    assert line in (None, found.line)
    (folder / "rules" / "odd.rq").write_text(query, "utf-8")
    (found,) = check(folder, [], none).results
    assert (found.rule, found.place) == ("syntax", "rules/odd.rq:1")


def none(*_: object, **__: object) -> NoReturn:
    raise AssertionError


def test_hermit_is_not_asked_where_rules_read_all_or_find_a_contradiction(bare: Path) -> None:
    check(bare, [CONSISTENT / "irreflexive.ttl"], none)
    check(bare, [INCONSISTENT / "irreflexive.ttl"], none)


def test_one_mistake_of_a_further_file_is_told_once_with_the_fewest_axioms(
    nothing_stated: Path, tmp_path: Path
) -> None:
    folder, own = tmp_path / "folder", tmp_path / "own.ttl"
    folder.mkdir()
    for name in ("rules", "shapes", "queries", "facts"):
        (folder / name).symlink_to((nothing_stated / name).resolve())
    (folder / "ontology").mkdir()
    names = [f"ex:{letter}" for letter in "ABCDE"]
    head = "@prefix ex: <https://example.org/> .\n@prefix owl: <http://www.w3.org/2002/07/owl#> .\n"
    head += "@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .\n"
    axioms = [f"{name} a owl:Class ." for name in names[:4]]
    axioms += ["ex:A rdfs:subClassOf ex:C .", "ex:B rdfs:subClassOf ex:D ."]
    axioms += ["ex:A owl:disjointWith ex:B .", "ex:C owl:disjointWith ex:D ."]
    (folder / "ontology" / "small.ttl").write_text(head + "\n".join(axioms), encoding="utf-8")
    own.write_text(f"{head}ex:E a owl:Class ;\n    rdfs:subClassOf ex:A ;\n    rdfs:subClassOf ex:B .\n", "utf-8")
    (told,) = [one for one in check(folder, [own]).results if one.rule == "contradiction"]
    assert "owl:disjointWith" in told.message
    assert told.message.count("rdfs:subClassOf") == 2, "the disjointness of what is wider needs four"
    assert (told.path, told.line) == (own.as_posix(), 5)


def test_a_result_on_a_shipped_record_and_one_of_a_further_file_is_placed_in_that(tmp_path: Path) -> None:
    paths = [tmp_path / "shipped.ttl", tmp_path / "own.ttl"]
    for path in paths:
        path.write_text(f"\n<https://example.org/{path.stem}> a <https://example.org/Record> .\n", encoding="utf-8")
    sources = [read_source(path) for path in paths]
    result = ValidationResult(
        "Warning", "rule", "m", focus="https://example.org/shipped", value=from_name("https://example.org/own")
    )
    (placed,) = located([result], sources, tmp_path, Graph.merged(sources), paths[1:])
    assert (placed.path, placed.line) == ("own.ttl", 2)
    assert located([result], sources, tmp_path, Graph.merged(sources))[0].path == "shipped.ttl"
