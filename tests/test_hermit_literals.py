"""Literals and datatypes as HermiT is given them: it tells apart, and holds for values, what XML Schema does."""

from __future__ import annotations

import pyoxigraph as ox
import pytest

from glutkg.errors import ReasonerError
from glutkg.owl.hermit import Hermit
from glutkg.owl.hermit_literals import for_hermit
from glutkg.rdf.namespaces import OWL, RDFS, XSD
from glutkg.rdf.terms import Triple, triple_from_oxigraph

HEAD = f"@prefix owl: <{OWL}> . @prefix rdfs: <{RDFS}> . @prefix xsd: <{XSD}> . <x:p> a owl:DatatypeProperty .\n"
LIMITED = "[ a rdfs:Datatype ; owl:onDatatype xsd:{} ; owl:withRestrictions ( [ xsd:{} ] ) ]"
OTHER_THAN = "[ a rdfs:Datatype ; owl:datatypeComplementOf xsd:normalizedString ]"
VALUES = {
    "xsd:normalizedString": ('" a  b "', '"\\u0085"', "'a'^^xsd:token"),
    "xsd:token": ('"a b"', '""'),
    "xsd:language": ('"en-GB"',),
    "xsd:Name": ('"a:b"',),
    "xsd:NMTOKEN": ('"1a"',),
    LIMITED.format("normalizedString", "length 2"): ('"ab"',),
    LIMITED.format("language", "minLength 2"): ('"en"',),
    LIMITED.format("string", "length 3"): ('"a\\tb"', '"\\\\\\"\\\\"', '"a\\u007Fb"'),
    LIMITED.format("string", "pattern '[^\\\\t]*'"): ('"atb"',),
    OTHER_THAN: ('"a\\tb"', "1"),
    "xsd:base64Binary": ("'AAE='^^xsd:base64Binary",),
    LIMITED.format("base64Binary", "length 2"): ("'AAE='^^xsd:base64Binary",),
}
NO_VALUES = {
    "xsd:normalizedString": ('"a\\tb"', '"a\\n"', '"\\r"', "1", '"a"@en'),
    "xsd:token": ('"a\\n"', '"a\\tb"', '" a"', '"a  b"'),
    "xsd:language": ('"en\\n"',),
    "xsd:Name": ('"a "', '"1a"'),
    "xsd:NMTOKEN": ('" a"', '""'),
    LIMITED.format("normalizedString", "length 2"): ('"abc"', '"a\\n"'),
    LIMITED.format("language", "minLength 2"): ('"en "', '"a"'),
    LIMITED.format("string", "length 3"): ('"a\\t"', '"a\\tbc"'),
    LIMITED.format("string", "pattern '[^\\\\t]*'"): ('"a\\tb"',),
    OTHER_THAN: ('"ab"', "'a'^^xsd:token"),
    "xsd:base64Binary": ('"AAE="', "'AAE='^^xsd:anyURI"),
    LIMITED.format("base64Binary", "length 2"): ("'AA=='^^xsd:base64Binary",),
}
ONE = (('"a\\""', '"a\\u0022"'), ("'AAE='^^xsd:base64Binary", "'A AE='^^xsd:base64Binary"))
TWO = (
    ('"a\\tb"', '"atb"'),
    ("'AAE='^^xsd:base64Binary", "'AAI='^^xsd:base64Binary"),
    *(
        (f"'{one}'^^xsd:anyURI", "'http://x/%2f'^^xsd:anyURI")
        for one in ("HTTP://x/%2f", "http://x/%2F", "http://X/%2f")
    ),
)


def read(turtle: str) -> list[Triple]:
    return [triple_from_oxigraph(quad) for quad in ox.parse(HEAD + turtle, ox.RdfFormat.TURTLE)]


@pytest.mark.slow
@pytest.mark.xdist_group("hermit")
def test_values_are_those_of_xml_schema() -> None:
    possible = [(range_, value) for range_, values in VALUES.items() for value in values]
    impossible = [(range_, value) for range_, values in NO_VALUES.items() for value in values]
    as_ranges = [
        f"owl:onProperty <x:p> ; owl:someValuesFrom [ a rdfs:Datatype ; owl:intersectionOf "
        f"( [ a rdfs:Datatype ; owl:oneOf ( {value} ) ] {range_} ) ]"
        for range_, value in (*possible, *impossible)
    ]
    has = "a owl:Restriction ; owl:onProperty <x:f> ; owl:hasValue"
    classes = [f"[ a owl:Restriction ; {one} ]" for one in as_ranges]
    classes += [f"[ {has} {one} ] , [ {has} {other} ]" for one, other in (*ONE, *TWO)]
    text = "".join(f"<x:c{n}> a owl:Class ; rdfs:subClassOf {one} .\n" for n, one in enumerate(classes))
    functional = "<x:f> a owl:DatatypeProperty , owl:FunctionalProperty .\n"
    empty = {*Hermit().realize(read(functional + text)).unsatisfiable}
    found = [one for n, one in enumerate(classes) if f"x:c{n}" in empty]
    assert found == [*classes[len(possible) : len(as_ranges)], *classes[-len(TWO) :]]


@pytest.mark.parametrize(
    ("refused", "neighbour"),
    [
        ("'AA=='^^xsd:base64Binary , '00'^^xsd:hexBinary", "'AA=='^^xsd:base64Binary"),
        ("'HTTP://x'^^xsd:anyURI , 'http://x'^^xsd:anyURI", "'http://x'^^xsd:anyURI , 'HTTP://x'"),
    ],
)
def test_values_that_cannot_be_told_apart_are_refused(refused: str, neighbour: str) -> None:
    pattern = "<x:p> rdfs:range " + LIMITED.format("anyURI", "pattern '[a-z]*'") + " ."
    with pytest.raises(ReasonerError, match=r"^HermiT .*'(AA==|http://x)'.*\. Write "):
        list(for_hermit(read(f"<x:a> <x:p> {refused} .\n{pattern}")))
    assert list(for_hermit(read(f"<x:a> <x:p> {neighbour} .\n{pattern}")))
