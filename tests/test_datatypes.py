"""The values of the datatypes of XML Schema: inside, at the edge, and outside."""

from __future__ import annotations

from pathlib import Path

import pytest

from glutkg.checks.ill_typed_literals import ill_typed_results
from glutkg.checks.locations import located
from glutkg.checks.respelled_literals import respelled_results
from glutkg.rdf.datatypes import is_of
from glutkg.rdf.namespaces import XSD
from glutkg.rdf.terms import Term
from glutkg.store.graph import Graph
from glutkg.store.sources import Source

INSIDE = [
    *(
        ("integer", "integer", "-07"),
        ("byte", "integer", "-128"),
        ("integer", "decimal", "3.0"),
        ("decimal", "int", "1"),
    ),
    *(("integer", "integer", " 7 "), ("byte", "decimal", "\n7.0 "), ("token", "token", " a  b ")),
    *(("date", "date", " 2020-01-31"), ("duration", "dayTimeDuration", "P1D"), ("anyURI", "anyURI", "http://e/a b")),
    *(("string", None, "a\nb"), ("token", None, "a b"), ("NCName", "string", "a-b"), ("language", None, "de-AT")),
    *(
        ("boolean", "boolean", "1"),
        ("double", "double", "-1e3"),
        ("float", "float", "INF"),
        ("date", "date", "2020-01-31"),
    ),
    *(
        ("dateTime", "dateTimeStamp", "2020-01-31T12:00:00Z"),
        ("duration", "duration", "P1D"),
        ("gYear", "gYear", "2020"),
    ),
]
OUTSIDE = [
    *(
        ("integer", "integer", "one"),
        ("byte", "integer", "-129"),
        ("integer", "decimal", "3.5"),
        ("integer", None, "1"),
    ),
    *(("byte", "integer", " 300 "), ("integer", "integer", "7\u00a0"), ("token", None, " a ")),
    *(("dayTimeDuration", "duration", "P1Y"), ("NCName", "Name", " a:b ")),
    *(("nonNegativeInteger", "integer", "-1"), ("unsignedByte", "integer", "256"), ("decimal", "double", "1.0")),
    *(
        ("token", None, "a  b"),
        ("NCName", None, "a:b"),
        ("string", "integer", "1"),
        ("language", None, "german_austria"),
    ),
    *(
        ("boolean", "boolean", "yes"),
        ("double", "double", "1,5"),
        ("date", "date", "31.1.2020"),
        ("date", None, "2020-01-31"),
    ),
    *(("dateTimeStamp", "dateTime", "2020-01-31T12:00:00"), ("duration", "integer", "1"), ("gYear", "gYear", "20")),
]


@pytest.mark.parametrize(
    ("wanted", "given", "text", "expected"), [*((*c, True) for c in INSIDE), *((*c, False) for c in OUTSIDE)]
)
def test_a_value_is_of_a_datatype_by_its_text_and_its_own(
    wanted: str, given: str | None, text: str, expected: bool
) -> None:
    literal = Term("literal", text, datatype=XSD + given if given else None)
    assert is_of(literal, XSD + wanted) is expected


def test_a_text_in_a_language_is_no_string() -> None:
    assert not is_of(Term("literal", "a", "en"), XSD + "string")


def test_a_datatype_of_others_is_not_judged() -> None:
    assert is_of(Term("literal", "a", datatype="http://example.org/type"), XSD + "integer")


# --- as files spell them ----------------------------------------------------------------------------------------------

RESPELLED = [
    *(('"300"^^xsd:byte', "300"), ('"70000"^^xsd:unsignedShort', "70000"), ('"-1"^^xsd:nonNegativeInteger', "-1")),
    *(('"0"^^xsd:positiveInteger', "0"), ('"abc"^^xsd:byte', "abc"), ('"1"^^xsd:negativeInteger', "1")),
    *(('"2020-01-01T00:00:00"^^xsd:dateTimeStamp', "2020-01-01T00:00:00"), ('"256"^^xsd:unsignedByte', "256")),
    *(('"-32769"^^xsd:short', "-32769"), ('"2147483648"^^xsd:int', "2147483648"), ('"1"^^xsd:nonPositiveInteger', "1")),
    *(
        ('"4294967296"^^xsd:unsignedInt', "4294967296"),
        ('"-1"^^xsd:unsignedLong', "-1"),
        ('"TRUE"^^xsd:boolean', "TRUE"),
    ),
    *(('" x "^^xsd:integer', " x "), ('" 300 "^^xsd:byte', " 300 "), ('"en_US"^^xsd:language', "en_US")),
    *(('"a:b"^^xsd:NCName', "a:b"), ('"1a"^^xsd:Name', "1a"), ('"7\u00a0"^^xsd:integer', "7\u00a0")),
    *((literal, None) for literal in ('" 7 "^^xsd:integer', '"\\n2020-01-01 "^^xsd:date', '" a  b "^^xsd:token')),
    *((literal, None) for literal in ('"127"^^xsd:byte', "01", "1.10", '"+7"^^xsd:short', '"1"^^xsd:boolean', "1e3")),
]


def test_a_literal_is_judged_as_its_file_spells_it_and_found_by_line(tmp_path: Path) -> None:
    """The store keeps numbers by their value: the byte 300 as the integer 300, 1.10 as 1.1."""
    lines = [f"e:x{n} e:p 5 ,\n  {literal} ." for n, (literal, _) in enumerate(RESPELLED)]
    text = f"@prefix e: <http://e/> .\n@prefix xsd: <{XSD}> .\n" + "\n".join(lines)
    source = Source(tmp_path / "x.ttl", "http://e/x", text)
    graph = Graph.merged([source])
    found = located([*ill_typed_results(graph)], [source], tmp_path, graph)
    wanted = [(2 * n + 4, value) for n, (_, value) in enumerate(RESPELLED) if value is not None]
    assert sorted((one.line, one.value and one.value.value) for one in found) == wanted


def test_a_property_with_values_that_queries_spell_otherwise_is_noted_once(tmp_path: Path) -> None:
    text = f"@prefix e: <http://e/> .\n@prefix xsd: <{XSD}> .\ne:a e:p 5 , 'x' ; e:q true .\ne:b e:p 01 , 02 ;\n"
    source = Source(tmp_path / "x.ttl", "http://e/x", f"{text}  e:q '1'^^xsd:boolean ; e:r '300'^^xsd:byte .")
    graph = Graph.merged([source])
    found = located([*respelled_results(graph)], [source], tmp_path, graph)
    assert [(one.line, one.severity) for one in found] == [(4, "Info"), (5, "Info")]
    assert "'1' of xsd:integer, not as it is spelt, '01' of xsd:integer, and 1 more" in found[0].message


@pytest.mark.parametrize("spelled", ["01", f"' 1\\n'^^<{XSD}integer>"])
def test_a_graph_has_values_only_however_a_file_spells_them(spelled: str) -> None:
    source = Source(Path("x.ttl"), "http://e/x", f"<http://e/a> <http://e/b> {spelled} .")
    for graph in (Graph.of([source]), Graph.merged([source])):
        (triple,) = graph.triples()
        assert triple[2] == Term("literal", "1", datatype=XSD + "integer")
