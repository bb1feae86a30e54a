"""The values of the datatypes of XML Schema: inside, at the edge, and outside."""

from __future__ import annotations

import pytest

from glutkg.rdf.datatypes import is_of
from glutkg.rdf.namespaces import XSD
from glutkg.rdf.terms import Term

INSIDE = [
    *(
        ("integer", "integer", "-07"),
        ("byte", "integer", "-128"),
        ("integer", "decimal", "3.0"),
        ("decimal", "int", "1"),
    ),
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
