"""Which literals are values of a datatype of XML Schema: its texts, the white space that it leaves out, its numbers."""

from __future__ import annotations

import datetime
import re
from decimal import Decimal
from typing import TYPE_CHECKING

from glutkg.rdf.namespaces import XSD

if TYPE_CHECKING:
    from glutkg.rdf.terms import Term

_BITS = {"long": 63, "int": 31, "short": 15, "byte": 7}
_BOUNDS: dict[str, tuple[int | None, int | None]] = {
    "integer": (None, None),
    "nonNegativeInteger": (0, None),
    "positiveInteger": (1, None),
    "nonPositiveInteger": (None, 0),
    "negativeInteger": (None, -1),
    **{name: (-(2**bits), 2**bits - 1) for name, bits in _BITS.items()},
    **{f"unsigned{name.capitalize()}": (0, 2 ** (bits + 1) - 1) for name, bits in _BITS.items()},
}
"""The whole numbers, and between which two they lie."""
_WHOLE = re.compile(r"[+-]?[0-9]+")
_LONGEST = 4000
"""Digits that Python reads as a number; a longer one has every kind of integer that has no limit."""
_START = (
    "A-Z_a-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c\u200d\u2070-\u218f\u2c00-\u2fef"
    "\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)
_REST = rf"{_START}.0-9\u00b7\u0300-\u036f\u203f\u2040-"
_TEXTS = {
    "string": r"[\s\S]*",
    "normalizedString": r"[^\t\n\r]*",
    "token": r"([^ \t\n\r]+( [^ \t\n\r]+)*)?",
    "language": r"[a-zA-Z]{1,8}(-[a-zA-Z0-9]{1,8})*",
    "NMTOKEN": rf"[:{_REST}]+",
    "Name": rf"[:{_START}][:{_REST}]*",
    "NCName": rf"[{_START}][{_REST}]*",
}
"""The datatypes of text, each of which is a part of xsd:string."""
_ZONE = r"(Z|[+-]((0\d|1[0-3]):[0-5]\d|14:00))?"
_YEAR, _MONTH, _DAY = r"-?([1-9]\d{3,}|0\d{3})", r"(0[1-9]|1[0-2])", r"(0[1-9]|[12]\d|3[01])"
_TIME = r"(([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d+)?|24:00:00(\.0+)?)"
_DECIMAL = r"[+-]?(\d+(\.\d*)?|\.\d+)"
_DAYS = r"(\d+D)?(T(?=\d)(\d+H)?(\d+M)?(\d+(\.\d+)?S)?)?"
_OTHERS = {
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
    "anyURI": r"[^\x00-\x1f]*",
}
_FORMS = _TEXTS | _OTHERS
_WIDER = {
    "dateTimeStamp": "dateTime",
    "dayTimeDuration": "duration",
    "yearMonthDuration": "duration",
    **dict.fromkeys(_TEXTS, "string"),
    **dict.fromkeys(_BOUNDS, "decimal"),
}
"""The datatypes of which others are a part, and which share no value with another such."""
_SPACED = frozenset({*_FORMS, *_BOUNDS} - {"string"})
"""The datatypes that leave out white space, or make it a plain space."""
_SPACES = re.compile(r"[ \t\r\n]+")


def with_normal_space(text: str, datatype: str) -> str:
    r"""Give the text of a literal with its white space as a datatype of XML Schema reads it.

    That is none around the text, and one space for several within it; a string keeps all, as do other datatypes.

    >>> [with_normal_space(" 7\n", XSD + name) for name in ("integer", "string")]
    ['7', ' 7\n']
    """
    name = datatype.removeprefix(XSD)
    if name not in _SPACED:
        return text
    if name == "normalizedString":
        return re.sub(r"[\t\r\n]", " ", text)
    return _SPACES.sub(" ", text).strip(" ")


def is_well_typed(text: str, datatype: str) -> bool:
    """Tell whether a datatype of XML Schema has a text; other datatypes have any.

    >>> [is_well_typed("300", XSD + name) for name in ("integer", "byte", "date", "string")]
    [True, False, False, True]
    """
    name = datatype.removeprefix(XSD)
    plain = with_normal_space(text, datatype)
    if name in _BOUNDS:
        return _WHOLE.fullmatch(plain) is not None and _is_within(plain, *_BOUNDS[name])
    return name not in _FORMS or _has_form(plain, name)


def is_of(literal: Term, datatype: str) -> bool:
    """Tell whether a literal is a value of a datatype; where that is not known, it is taken for one.

    >>> from glutkg.rdf.terms import Term
    >>> [is_of(Term("literal", text, datatype=XSD + "integer"), XSD + "byte") for text in ("127", " 7 ", "many")]
    [True, True, False]
    """
    if literal.language is not None:
        return False
    given, wanted = (name.removeprefix(XSD) for name in (literal.datatype or f"{XSD}string", datatype))
    if _widest(given) != _widest(wanted):
        return given.startswith("http")
    text = with_normal_space(literal.value, XSD + given)
    return is_well_typed(text, XSD + given) and _has_value(text, wanted)


def have_no_value_in_common(one: str, other: str) -> bool:
    """Tell whether two datatypes of XML Schema surely share no value.

    >>> [have_no_value_in_common(XSD + "integer", XSD + name) for name in ("string", "decimal", "myOwn")]
    [True, False, False]
    >>> have_no_value_in_common(XSD + "negativeInteger", XSD + "unsignedInt")
    True
    """
    names = one.removeprefix(XSD), other.removeprefix(XSD)
    if not all(name in _FORMS or name in _BOUNDS for name in names):
        return False
    if _widest(names[0]) != _widest(names[1]):
        return True
    (least, most), (other_least, other_most) = (_BOUNDS.get(name, (None, None)) for name in names)
    return _is_below(most, other_least) or _is_below(other_most, least)


def _is_below(most: int | None, least: int | None) -> bool:
    return most is not None and least is not None and most < least


def is_decimal(datatype: str) -> bool:
    """Tell whether the values of a datatype are decimals, such as whole numbers.

    >>> [is_decimal(XSD + name) for name in ("byte", "decimal", "double")]
    [True, True, False]
    """
    return datatype.startswith(XSD) and _widest(datatype.removeprefix(XSD)) == "decimal"


def canonical(text: str, datatype: str) -> tuple[str, str]:
    """Give the one text and datatype that stand for the value of a decimal or a text, and any other as it is.

    >>> [canonical(text, XSD + name)[0] for text, name in (("1.0", "decimal"), ("01", "byte"), (" a", "token"))]
    ['1', '1', 'a']
    """
    if not datatype.startswith(XSD) or not is_well_typed(text, datatype):
        return text, datatype
    plain = with_normal_space(text, datatype)
    if _widest(datatype.removeprefix(XSD)) == "string":
        return plain, XSD + "string"
    if not is_decimal(datatype) or len(plain) > _LONGEST:
        return text, datatype
    whole, _, fraction = f"{Decimal(plain):f}".partition(".")
    fraction = fraction.rstrip("0")
    return (f"{whole}.{fraction}", XSD + "decimal") if fraction else (str(int(whole)), XSD + "integer")


def _widest(name: str) -> str:
    return _WIDER.get(name, name)


def _has_form(text: str, name: str) -> bool:
    is_text = name in _TEXTS or name == "anyURI"
    found = re.fullmatch(_FORMS[name], text, 0 if is_text else re.ASCII)
    return found is not None and (not name.startswith("date") or _is_in_calendar(text))


def _has_value(text: str, name: str) -> bool:
    """Tell whether a datatype has the value of a text of a datatype that it is a part of, or that is a part of it."""
    if name in _BOUNDS:
        number = Decimal(text)
        return number == number.to_integral_value() and _is_within(f"{number:f}".partition(".")[0], *_BOUNDS[name])
    return name not in _FORMS or _has_form(text, name)


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
