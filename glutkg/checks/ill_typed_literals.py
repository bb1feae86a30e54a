"""Literals whose text is none of their datatype, such as the 30th of February as a date."""

from __future__ import annotations

import datetime
import re
from typing import TYPE_CHECKING

from glutkg.checks.report import ValidationResult
from glutkg.rdf.namespaces import BASE, XSD, curie

if TYPE_CHECKING:
    from collections.abc import Iterator

    from glutkg.store.graph import Graph

ILL_TYPED = BASE + "check/ill_typed_literal"
_QUERY = f"""SELECT ?subject ?property ?value WHERE {{
  ?subject ?property ?value
  FILTER (isLiteral(?value) && STRSTARTS(STR(DATATYPE(?value)), "{XSD}") && DATATYPE(?value) != <{XSD}string>)
}}"""
_ZONE = r"(Z|[+-]((0\d|1[0-3]):[0-5]\d|14:00))?"
_YEAR, _MONTH, _DAY = r"-?([1-9]\d{3,}|0\d{3})", r"(0[1-9]|1[0-2])", r"(0[1-9]|[12]\d|3[01])"
_TIME = r"(([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d+)?|24:00:00(\.0+)?)"
_DECIMAL = r"[+-]?(\d+(\.\d*)?|\.\d+)"
_DAYS = r"(\d+D)?(T(?=\d)(\d+H)?(\d+M)?(\d+(\.\d+)?S)?)?"
_FORMS = {
    "boolean": "true|false|1|0",
    "decimal": _DECIMAL,
    "double": rf"{_DECIMAL}([eE][+-]?\d+)?|[+-]?INF|NaN",
    "float": rf"{_DECIMAL}([eE][+-]?\d+)?|[+-]?INF|NaN",
    "date": f"{_YEAR}-{_MONTH}-{_DAY}{_ZONE}",
    "dateTime": f"{_YEAR}-{_MONTH}-{_DAY}T{_TIME}{_ZONE}",
    "dateTimeStamp": f"{_YEAR}-{_MONTH}-{_DAY}T{_TIME}{_ZONE[:-1]}",
    "time": f"{_TIME}{_ZONE}",
    "gYear": f"{_YEAR}{_ZONE}",
    "gYearMonth": f"{_YEAR}-{_MONTH}{_ZONE}",
    "gMonth": f"--{_MONTH}{_ZONE}",
    "gMonthDay": f"--{_MONTH}-{_DAY}{_ZONE}",
    "gDay": f"---{_DAY}{_ZONE}",
    "duration": rf"-?P(?=\d|T)(\d+Y)?(\d+M)?{_DAYS}",
    "dayTimeDuration": rf"-?P(?=\d|T){_DAYS}",
    "yearMonthDuration": r"-?P(?=\d)(\d+Y)?(\d+M)?",
    "hexBinary": r"([0-9a-fA-F]{2})*",
    "base64Binary": r"(([A-Za-z0-9+/] ?){4})*(([A-Za-z0-9+/] ?){2}(=|[A-Za-z0-9+/]) ?=)?",
}
_BITS = {"long": 63, "int": 31, "short": 15, "byte": 7}
_RANGES: dict[str, tuple[int | None, int | None]] = {
    "integer": (None, None),
    "nonNegativeInteger": (0, None),
    "positiveInteger": (1, None),
    "nonPositiveInteger": (None, 0),
    "negativeInteger": (None, -1),
    **{name: (-(2**bits), 2**bits - 1) for name, bits in _BITS.items()},
    **{f"unsigned{name.capitalize()}": (0, 2 ** (bits + 1) - 1) for name, bits in _BITS.items()},
}
_INTEGER = re.compile(r"[+-]?[0-9]+")
_LONGEST = 4000
"""Digits that Python reads as a number; a longer one has every kind of integer that has no limit."""


def ill_typed_results(graph: Graph) -> Iterator[ValidationResult]:
    """Give a result for each literal whose text its datatype does not have."""
    found = ((s, p, o) for s, p, o in graph.select(_QUERY).rows if s and p and o)
    for subject, property_, value in graph.as_spelled(found):
        if value.datatype and not is_well_typed(value.value, value.datatype):
            yield ValidationResult(
                "Violation",
                ILL_TYPED.rpartition("/")[2],
                f"'{value.value}' is no {curie(value.datatype)}. Correct the value, or its datatype.",
                focus=subject.name,
                predicate=property_.value,
                value=value,
                source=ILL_TYPED,
            )


def is_well_typed(text: str, datatype: str) -> bool:
    """Tell whether a datatype of XML Schema has a text; other datatypes have any.

    >>> xsd = "http://www.w3.org/2001/XMLSchema#"
    >>> [is_well_typed("300", xsd + name) for name in ("integer", "byte", "date", "string")]
    [True, False, False, True]
    """
    name, plain = datatype.removeprefix(XSD), text.strip(" \t\r\n")
    if name in _RANGES:
        return _INTEGER.fullmatch(plain) is not None and _is_within(plain, *_RANGES[name])
    if name not in _FORMS:
        return True
    return re.fullmatch(_FORMS[name], plain, re.ASCII) is not None and (
        not name.startswith("date") or _is_in_calendar(plain)
    )


def _is_within(number: str, least: int | None, most: int | None) -> bool:
    if len(number) > _LONGEST:
        return (least if number.startswith("-") else most) is None
    return (least is None or int(number) >= least) and (most is None or int(number) <= most)


def _is_in_calendar(text: str) -> bool:
    """Tell whether a month has the day; years that Python does not have repeat every four centuries."""
    year, month, day = re.match(r"(-?\d+)-(\d\d)-(\d\d)", text).groups()  # type: ignore[union-attr]
    try:
        datetime.date(int(year[-6:].strip("-")) % 400 + 400, int(month), int(day))
    except ValueError:
        return False
    return True
