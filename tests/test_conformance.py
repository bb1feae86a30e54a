"""What is shown to conform without pySHACL is what pySHACL finds nothing wrong with."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise, product
from random import Random
from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest
from conftest import ROOT

from glutkg.checks.check import shape_files
from glutkg.checks.conformance import not_shown
from glutkg.checks.core_shapes import understood
from glutkg.checks.shapes import Shapes
from glutkg.checks.validation import core_results
from glutkg.reasoning.coded_graph import code
from glutkg.store.graph import Graph
from glutkg.store.sources import read_source

if TYPE_CHECKING:
    from collections.abc import Iterable

PREFIXES = """@prefix : <http://example.org/> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
CLASSES, NODES, PROPERTIES = [":A", ":B", ":C"], [":x", ":y", ":z", "_:u"], [":p", ":q", ":r"]
LITERALS = [
    *('"abc"', '"a\\nb"', '""', '"abc"@en', '"abc"@en-GB', '"abc"@de', '"é\\u0001\\\\"', '"1"', "true", '"x"^^:own'),
    *(
        "1",
        "2",
        "3",
        "1.5",
        "2.5",
        "-1",
        "1e0",
        '"many"^^xsd:integer',
        '"2030-02-30"^^xsd:date',
        '"9"^^xsd:byte',
        "2.0",
    ),
]
DATATYPES = [
    "xsd:string",
    "xsd:integer",
    "xsd:decimal",
    "xsd:boolean",
    "xsd:date",
    "xsd:byte",
    "rdf:langString",
    ":own",
]
KINDS = ["IRI", "Literal", "BlankNode", "BlankNodeOrIRI", "BlankNodeOrLiteral", "IRIOrLiteral"]
PATTERNS, LANGUAGES = ['"^a"', '"b$"', '"[0-9]"', '"example"', '""'], ['"en"', '"de" "en"', '"en-GB"', '"*"']
REPEATED = ["zeroOrMorePath", "oneOrMorePath", "zeroOrOnePath"]


DOUBTFUL = {
    *("true", "1e0", '"x"^^:own', '"many"^^xsd:integer', '"2030-02-30"^^xsd:date', '"abc"@en-GB'),
    *("2.0", '"9"^^xsd:byte'),
    *("sh:minLength 0", 'sh:languageIn ( "*" )'),
}
"""Values and constraints for which it is left to pySHACL what holds."""
TERMS = [*CLASSES, *NODES[:3], *LITERALS]
BOUNDS = [f"sh:{kind}{end}" for kind in ("min", "max") for end in ("Inclusive", "Exclusive")]
OF_VALUES = [
    *(f"sh:hasValue {term}" for term in TERMS),
    *(f"sh:class {term}" for term in CLASSES),
    *(f"sh:datatype {term}" for term in DATATYPES),
    *(f"sh:or ( [ sh:datatype {one} ] [ sh:datatype {other} ] )" for one, other in pairwise(DATATYPES)),
    *(f"sh:nodeKind sh:{term}" for term in KINDS),
    *(f"sh:pattern {text}" for text in PATTERNS),
    *(f"sh:{name} {number}" for name in ("minLength", "maxLength") for number in "01234"),
    *(f"sh:languageIn ( {text} )" for text in LANGUAGES),
    *(f"{bound} {number}" for bound in BOUNDS for number in LITERALS[10:17]),
]


class Uncompiled(Shapes):
    """Shapes all of which are left to pySHACL."""

    understood = {}  # noqa: RUF012


class Made:
    """Data and shapes made at random."""

    def __init__(self, random: Random) -> None:
        self._random = random

    def one(self, *of: Iterable[str]) -> str:
        return self._random.choice([text for some in of for text in some])

    def data(self) -> str:
        lines = [f"{self.one(NODES)} a {self.one(CLASSES)} ." for _ in range(5)]
        lines += [f"{self.one(CLASSES)} rdfs:subClassOf {self.one(CLASSES)} ." for _ in range(2)]
        lines += [f"{self.one(NODES)} {self.one(PROPERTIES)} {self.one(NODES, LITERALS)} ." for _ in range(16)]
        return PREFIXES + "\n".join(lines)

    def shapes(self, number: int, *, few: bool) -> str:
        """Give shapes of all kinds, or a few that are understood: what fails them may be validated by itself."""
        made = [self._shape(one) for one in range(number)]
        chosen = [one for one in made if understood(graph(PREFIXES + one).triples())][:3] if few else made
        return PREFIXES + "\n".join(chosen)

    def _shape(self, number: int) -> str:
        has_path = self._random.random() < 0.7
        asked = [self._constraint(has_path) for _ in range(self._random.randint(1, 2))]
        said = dict(one.split(" ", 1) for one in asked)
        path = f"sh:path {self._path()} ; " if has_path else ""
        told = " ; ".join(f"{name} {value}" for name, value in said.items())
        return f":shape{number} a sh:{'Property' if has_path else 'Node'}Shape ; {path}{self._target()} ; {told} ."

    def _target(self) -> str:
        terms = {
            "sh:targetClass": CLASSES,
            "sh:targetSubjectsOf": PROPERTIES,
            "sh:targetObjectsOf": PROPERTIES,
            "sh:targetNode": [*NODES[:3], "1", '"abc"@en', ":nowhere"],
        }
        kind = self.one(terms)
        return f"{kind} {self.one(terms[kind])}"

    def _path(self, left: int = 2) -> str:
        form = self._random.randrange(7) if left else 0
        if form > 3:
            return self.one(PROPERTIES, ["rdf:type", "rdfs:subClassOf"])
        if form == 0:
            return self.one(PROPERTIES)
        if form == 1:
            return f"[ sh:inversePath {self._path(left - 1)} ]"
        if form == 2:
            return f"[ sh:{self.one(REPEATED)} {self._path(left - 1)} ]"
        steps = f"( {self._path(left - 1)} {self._path(left - 1)} )"
        return self.one([steps, f"[ sh:alternativePath {steps} ]"])

    def _constraint(self, has_path: bool) -> str:
        listed = [f"sh:in ( {' '.join(self._random.sample(TERMS, 8))} )"]
        of_properties = [f"sh:minCount {self.one('012')}", f"sh:maxCount {self.one('012')}"] * 3
        of_nodes = [f"sh:closed true ; sh:ignoredProperties ( {self.one(PROPERTIES)} {self.one(PROPERTIES)} rdf:type )"]
        compared = [f"sh:lessThan {self.one(PROPERTIES)}"] if has_path else []
        of_values = self._random.sample(OF_VALUES, 10)
        return self.one(of_values, listed, of_properties if has_path else of_nodes * 6, compared)


def graph(text: str) -> Graph:
    return Graph.of_quads(list(ox.parse(text, format=ox.RdfFormat.TURTLE)))


def compared(data: Graph, shapes: Shapes) -> tuple[int, set[tuple[str, str]]]:
    """Compare with pySHACL; count the shapes that are shown to hold, and give what is left to it without need."""
    found, wanted = (Counter(core_results(data, some)) for some in (shapes, Uncompiled(shapes.graph)))
    assert found == wanted, f"{wanted - found} missing, {found - wanted} too many"
    left = not_shown(code(data, merged=True), shapes.understood.values(), (kept[2] for kept, _ in data.respelled()))
    left_nodes = {(name, node.name) for name, nodes in left.items() for node in nodes}
    of_values = {name for name, shape in shapes.understood.items() if "targetObjectsOf" in dict(shape.targets)}
    failing = {(one.source, one.focus) for one in wanted if one.source in shapes.understood.keys() - of_values}
    assert failing <= left_nodes, f"wrongly shown to hold: {failing - left_nodes}"
    return len(shapes.understood.keys() - left.keys()), {
        pair for pair in left_nodes - failing if pair[0] not in of_values
    }


def test_each_constraint_holds_of_the_values_of_which_it_holds_in_pyshacl() -> None:
    """Only other datatypes and ranges of languages are left to it without need."""
    values, numbers = [*NODES, *LITERALS], LITERALS[10:17]
    about = [f":n{number} :p {value} ." for number, value in enumerate(values)]
    about += [f":m{n} :q {one} ; :r {other} ." for n, (one, other) in enumerate(product(numbers, repeat=2))]
    asked = [f"sh:targetSubjectsOf :p ; sh:path :p ; {constraint}" for constraint in OF_VALUES]
    asked.append("sh:targetSubjectsOf :q ; sh:path :q ; sh:lessThan :r")
    made = "\n".join(f":s{number} a sh:PropertyShape ; {one} ." for number, one in enumerate(asked))
    data = graph(f"{PREFIXES} :x a :A . :y a :B . :B rdfs:subClassOf :A . {' '.join(about)}")
    _, needless = compared(data, Shapes(graph(PREFIXES + made)))
    pairs = [(int(shape.rpartition("/s")[2]), node.rpartition("/")[2]) for shape, node in needless]
    beyond = [(OF_VALUES[shape], values[int(node[1:])]) for shape, node in pairs if node.startswith("n")]
    assert not [pair for pair in beyond if not DOUBTFUL.intersection(pair)]
    print(f"{len(asked)} constraints on {len(values)} values; {len(needless)} pairs are left without need")


@pytest.mark.parametrize("number", [8, pytest.param(400, marks=pytest.mark.slow)])
def test_what_is_not_left_to_pyshacl_is_what_pyshacl_finds_nothing_wrong_with(number: int, seed: int) -> None:
    shown = 0
    for one in range(number):
        made, few = Made(Random(f"{seed} {one}")), one % 4 > 0  # noqa: S311 - a sample
        shown += compared(graph(made.data()), Shapes(graph(made.shapes(8 if few else 60, few=few))))[0]
    assert shown > number
    print(f"{shown} shapes are shown to hold")


def test_all_of_core_that_is_shipped_is_understood_and_looks_no_farther_than_values_and_their_classes() -> None:
    shapes = Shapes(Graph.merged(map(read_source, shape_files(ROOT))))
    assert not shapes.has_others
    assert not any(shape.looks_far for shape in shapes.understood.values())


SOUND = "sh:targetClass :A ; sh:path :p ; sh:minCount 1"


@pytest.mark.parametrize(
    "text",
    [
        f":s a sh:PropertyShape ; {SOUND} ; sh:deactivated true .",
        f":s a sh:PropertyShape ; {SOUND} ; sh:minCount 2 .",
        f":s a sh:PropertyShape ; {SOUND} ; sh:uniqueLang true .",
        f":s a sh:PropertyShape ; {SOUND} ; sh:node :t . :t a sh:NodeShape .",
        f":s a sh:PropertyShape ; {SOUND} ; sh:property [ sh:path :q ; sh:minCount 1 ] .",
        f':s a sh:PropertyShape ; {SOUND} ; sh:flags "i" ; sh:pattern "a" .',
        f':s a sh:PropertyShape ; {SOUND} ; sh:sparql [ sh:select "SELECT $this {{ }}" ] .',
        f":s a sh:PropertyShape, rdfs:Class ; {SOUND} .",
        f":s a sh:NodeShape ; {SOUND} .",
        f":s {SOUND} .",
        f":s a sh:PropertyShape ; {SOUND} ; sh:path :q .",
        f":s a sh:PropertyShape ; {SOUND} . :t a sh:NodeShape ; sh:not :s .",
        f":s a sh:PropertyShape ; {SOUND} . :t a sh:NodeShape ; sh:or ( :u :s ) .",
        f":s a sh:PropertyShape ; {SOUND} . :own a sh:ConstraintComponent ; sh:parameter [ sh:path :asked ] .",
        ":s a sh:PropertyShape ; sh:targetClass :A ; sh:path ( :p ) ; sh:minCount 1 .",
        ":s a sh:PropertyShape ; sh:targetClass :A ; sh:path [ sh:inversePath ( :p :q ) ] ; sh:minCount 1 .",
        ":s a sh:PropertyShape ; sh:targetClass :A ; sh:path [ sh:inversePath :p ; sh:zeroOrOnePath :q ] .",
        ":s a sh:NodeShape ; sh:targetClass :A ; sh:minCount 1 .",
        ":s a sh:NodeShape ; sh:targetNode _:x ; sh:nodeKind sh:IRI .",
        ':s a sh:NodeShape ; sh:targetClass "A" ; sh:nodeKind sh:IRI .',
        ":s a sh:NodeShape ; sh:targetClass :A ; sh:nodeKind sh:Node .",
        ":s a sh:NodeShape ; sh:targetClass :A ; sh:datatype xsd:date .",
        ":s a sh:NodeShape ; sh:targetClass :A ; sh:or ( [ sh:datatype xsd:integer ] [ sh:datatype xsd:date ] ) .",
        ":s a sh:NodeShape ; sh:targetClass :A ; sh:or ( [ sh:datatype xsd:integer ; sh:in ( 1 ) ] ) .",
        ":s a sh:NodeShape ; sh:targetClass :A ; sh:or ( :t ) . :t a sh:NodeShape ; sh:datatype xsd:integer .",
        ':s a sh:NodeShape ; sh:targetClass :A ; sh:pattern "(" .',
        ":s a sh:NodeShape ; sh:targetClass :A ; sh:in ( _:x ) .",
        ":s a sh:NodeShape ; sh:targetClass :A ; sh:in [ rdf:first :x ] .",
        ':s a sh:NodeShape ; sh:targetClass :A ; sh:languageIn ( "en"@en ) .',
        ':s a sh:NodeShape ; sh:targetClass :A ; sh:minLength "1" .',
        ':s a sh:NodeShape ; sh:targetClass :A ; sh:minInclusive "2030-01-01"^^xsd:date .',
        ":s a sh:NodeShape ; sh:targetClass :A ; sh:closed false .",
        ":s a sh:NodeShape ; sh:targetClass :A ; sh:ignoredProperties ( :p ) .",
    ],
)
def test_what_is_said_otherwise_is_left_to_pyshacl(text: str) -> None:
    sound = graph(f"{PREFIXES} :s a sh:PropertyShape ; {SOUND} .")
    assert understood(sound.triples()).keys() == {"http://example.org/s"}
    assert "http://example.org/s" not in understood(graph(PREFIXES + text).triples())
