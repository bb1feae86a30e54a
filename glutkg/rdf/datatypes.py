"""Which literals are values of a datatype of XML Schema."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import TYPE_CHECKING

from glutkg.rdf.namespaces import XSD

if TYPE_CHECKING:
    from glutkg.rdf.terms import Term

_WHOLE = r"[+-]?[0-9]+"
_BOUNDS: dict[str, tuple[int | None, int | None]] = {
    "integer": (None, None),
    "nonNegativeInteger": (0, None),
    "positiveInteger": (1, None),
    "nonPositiveInteger": (None, 0),
    "negativeInteger": (None, -1),
    **{
        name: (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1)
        for name, bits in (("long", 64), ("int", 32), ("short", 16), ("byte", 8))
    },
    **{f"unsigned{name}": (0, 2**bits - 1) for name, bits in (("Long", 64), ("Int", 32), ("Short", 16), ("Byte", 8))},
}
"""The whole numbers, and between which two they lie."""
_TEXTS = {
    "string": r"[\s\S]*",
    "normalizedString": r"[^\t\n\r]*",
    "token": r"([^\s]+( [^\s]+)*)?",
    "language": r"[a-zA-Z]{1,8}(-[a-zA-Z0-9]{1,8})*",
    "NMTOKEN": r"[\w.:\-]+",
    "Name": r"[^\W\d][\w.:\-]*|[_:][\w.:\-]*",
    "NCName": r"[^\W\d][\w.\-]*|_[\w.\-]*",
}
"""The datatypes of text, each of which is a part of xsd:string."""
_REAL = r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)"
_ZONE = r"(Z|[+-][0-9]{2}:[0-9]{2})"
_YEAR, _DAY, _TIME = r"-?[0-9]{4,}", r"[0-9]{2}-[0-9]{2}", r"[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?"
_OTHERS = {
    "boolean": r"true|false|0|1",
    "double": rf"{_REAL}([eE]{_WHOLE})?|[+-]?INF|NaN",
    "float": rf"{_REAL}([eE]{_WHOLE})?|[+-]?INF|NaN",
    "date": rf"{_YEAR}-{_DAY}{_ZONE}?",
    "dateTime": rf"{_YEAR}-{_DAY}T{_TIME}{_ZONE}?",
    "dateTimeStamp": rf"{_YEAR}-{_DAY}T{_TIME}{_ZONE}",
    "time": rf"{_TIME}{_ZONE}?",
    "gYear": rf"{_YEAR}{_ZONE}?",
    "gYearMonth": rf"{_YEAR}-[0-9]{{2}}{_ZONE}?",
    "hexBinary": r"([0-9a-fA-F]{2})*",
    "anyURI": r"[^\s]*",
}
_WIDER = {"dateTimeStamp": "dateTime"}


def is_of(literal: Term, datatype: str) -> bool:
    """Tell whether a literal is a value of a datatype; where that is not known, it is taken for one.

    >>> from glutkg.rdf.terms import Term
    >>> [is_of(Term("literal", text, datatype=XSD + "integer"), XSD + "byte") for text in ("127", "128", "many")]
    [True, False, False]
    """
    if literal.language is not None:
        return False
    given, wanted = (name.removeprefix(XSD) for name in (literal.datatype or f"{XSD}string", datatype))
    if given == wanted or _primitive(given) == _primitive(wanted):
        return _has_form(literal.value, given) and _has_form(literal.value, wanted)
    return given.startswith("http")


def is_decimal(datatype: str) -> bool:
    """Tell whether the values of a datatype are decimals, such as whole numbers.

    >>> [is_decimal(XSD + name) for name in ("byte", "decimal", "double")]
    [True, True, False]
    """
    return datatype.startswith(XSD) and _primitive(datatype.removeprefix(XSD)) == "decimal"


@cache
def _primitive(name: str) -> str:
    """Name the datatype of which one is a part, and which shares no value with another such."""
    if name in _TEXTS:
        return "string"
    return "decimal" if name in _BOUNDS else _WIDER.get(name, name)


def _has_form(text: str, name: str) -> bool:
    if name in _BOUNDS or name == "decimal":
        return _is_number(text, name)
    form = (_TEXTS | _OTHERS).get(name)
    return form is None or re.fullmatch(form, text) is not None


def _is_number(text: str, name: str) -> bool:
    if not re.fullmatch(_REAL, text):
        return False
    try:
        number = Decimal(text)
    except InvalidOperation:
        return False
    if name == "decimal":
        return True
    least, most = _BOUNDS[name]
    return (
        number == number.to_integral_value() and (least is None or number >= least) and (most is None or number <= most)
    )
