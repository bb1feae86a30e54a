"""Entities of XML, by which Protégé and others shorten the IRIs of RDF/XML: written out, within limits.

Those are read whose text stands in the file itself. What stands elsewhere, or would become too much text, is refused.
"""

from __future__ import annotations

import re
import sys
from graphlib import CycleError, TopologicalSorter
from typing import TYPE_CHECKING, NoReturn
from xml.parsers import expat

from glutkg.errors import SourceError
from glutkg.relations import reached

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

MOST = 16 << 20
"""Characters that the entities of a file may stand for, all together."""
_CUT = frozenset(
    expat.errors.codes[message]
    for message in (
        expat.errors.XML_ERROR_NO_ELEMENTS,
        expat.errors.XML_ERROR_UNCLOSED_TOKEN,
        expat.errors.XML_ERROR_UNCLOSED_CDATA_SECTION,
        expat.errors.XML_ERROR_PARTIAL_CHAR,
    )
)
"""What is wrong with XML that breaks off."""
_KEPT = r"(?><!--.*?-->)|(?><\?.*?\?>)"
_BEFORE = re.compile(rf"(?:\s|{_KEPT})*+(?=<!DOCTYPE\b)", re.DOTALL)
_QUOTED = r""""[^"]*"|'[^']*'"""
_DOCTYPE = re.compile(
    rf"""<!DOCTYPE(?P<name>(?:[^\[\]>"']|{_QUOTED})*)"""
    rf"""(?:\[(?P<declared>(?:{_KEPT}|{_QUOTED}|<(?!!--|\?)|[^\]"'<])*)\]\s*)?>""",
    re.DOTALL,
)
_DECLARATION = re.compile(
    rf"""{_KEPT}|(?P<elsewhere>%[^\s;]+;)|<!(?P<kind>[A-Z]+)(?P<rest>(?:{_QUOTED}|[^>"'])*)>""", re.DOTALL
)
_ENTITY = re.compile(rf"""\s+(?P<name>[^\W\d][\w.-]*)\s+(?P<value>{_QUOTED})\s*""")
_PREDEFINED = frozenset(("lt", "gt", "amp", "quot", "apos"))
_SIGN = re.compile(r"&#(?:x([0-9a-fA-F]{1,6})|([0-9]{1,7}));")
_SURROGATES = range(0xD800, 0xE000)
_REFERENCE = re.compile(r"&([^\W\d][\w.-]*);")
_PIECE = re.compile(
    rf"""(?P<kept>{_KEPT}|(?><!\[CDATA\[.*?\]\]>))|(?P<tag><[^!?](?:[^>"']|{_QUOTED})*>)|{_REFERENCE.pattern}""",
    re.DOTALL,
)
_IN_ATTRIBUTE = str.maketrans({'"': "&quot;", "'": "&apos;", "\n": " ", "\t": " ", "\r": " "})


def fault_of(error: expat.ExpatError, path: Path) -> SourceError:
    """Say where XML is not well-formed, and how."""
    reason = "the file ends in the middle" if error.code in _CUT else expat.errors.messages[error.code]
    return SourceError(f"{reason}. Export it again.", path, error.lineno)


def written_out(text: str, path: Path) -> str:
    r"""Give XML without its DOCTYPE, and in place of its entities what they stand for; lines stay where they are.

    Raises SourceError with the line for what stands elsewhere, contains itself, or would be too much text.

    >>> from pathlib import Path
    >>> written_out('<!DOCTYPE a [\n<!ENTITY e "http://e/">]><a b="&e;c">&amp;&e;</a>', Path("a.owl"))
    '\n<a b="http://e/c">&amp;http://e/</a>'
    """
    before = _BEFORE.match(text)
    if before is None:
        return text
    doctype = _Doctype(text, before.end(), path)
    rest = text[doctype.end :]
    values = doctype.values(_REFERENCE.findall(rest))
    found = _PIECE.sub(lambda piece: _rewritten(piece, values), rest) if values else rest
    return text[: before.end()] + "\n" * text.count("\n", before.end(), doctype.end) + found


def _rewritten(piece: re.Match[str], values: Mapping[str, str]) -> str:
    if piece["tag"] is not None:
        return _REFERENCE.sub(lambda one: values.get(one[1], one[0]).translate(_IN_ATTRIBUTE), piece[0])
    value = None if piece["kept"] is not None else values.get(piece[3])
    if value is None:
        return piece[0]
    return value if "<" in value else value.replace("\n", "&#10;")


class _Doctype:
    """The DOCTYPE of a file: where it ends, and what its entities stand for, in which others may stand."""

    def __init__(self, text: str, start: int, path: Path) -> None:
        self._text, self._start, self._path = text, start, path
        found = _DOCTYPE.match(text, start)
        if found is None:
            self._refuse("is not whole. Export it again", start)
        if "SYSTEM" in found["name"].split() or "PUBLIC" in found["name"].split():
            self._refuse("names a file that stands elsewhere. Leave the name out", start)
        self.end = found.end()
        self._entities: dict[str, str] = {}
        self._places: dict[str, int] = {}
        for declared in _DECLARATION.finditer(text, *found.span("declared")) if found["declared"] else ():
            self._declare(declared)
        try:
            expat.ParserCreate("utf-8").Parse(f"{text[: self.end]}<a/>".encode(), True)
        except expat.ExpatError as error:
            raise fault_of(error, path) from error

    def _refuse(self, reason: str, place: int) -> NoReturn:
        line = self._text.count("\n", 0, place) + 1
        raise SourceError(f"the DOCTYPE of the file {reason}.", self._path, line)

    def _declare(self, found: re.Match[str]) -> None:
        kind, rest, place = found["kind"], found["rest"] or "", found.start()
        if found["elsewhere"] or (kind == "ENTITY" and rest.split()[:1] == ["%"]):
            self._refuse("has entities for its own declarations (%), which are not read. Write them out", place)
        if kind == "ATTLIST" and re.search("[\"']", rest):
            self._refuse("gives elements attributes that do not stand at them. Write them there", place)
        if kind != "ENTITY":
            return
        entity = _ENTITY.fullmatch(rest)
        if entity is None:
            self._refuse("has an entity that stands elsewhere, or has no text. Write its text out", place)
        if entity["name"] not in _PREDEFINED:
            self._entities.setdefault(entity["name"], _SIGN.sub(_sign, entity["value"][1:-1]))  # the first counts
            self._places.setdefault(entity["name"], place)

    def values(self, used: Iterable[str]) -> dict[str, str]:
        """Give what each of those entities stands for that are used in a text, with all that they are made of."""
        inside = {name: _REFERENCE.findall(value) for name, value in self._entities.items()}
        try:
            ordered = list(TopologicalSorter(inside).static_order())
        except CycleError as error:
            self._refuse("has an entity that contains itself. Correct it", self._places[error.args[1][0]])
        uses = [*used]
        sizes: dict[str, int] = {}
        for name in ordered:
            value = self._entities.get(name, "")
            sizes[name] = len(value) + sum(sizes[inner] for inner in inside.get(name, ()))
        needed = {*reached(uses, lambda name: inside.get(name, ()))}
        if sum(sizes.get(name, 0) for name in [*uses, *needed]) > MOST:
            self._refuse(f"has entities that stand for more than {MOST:,} characters. Write them out", self._start)
        made: dict[str, str] = {}
        for name in (one for one in ordered if one in needed and one in self._entities):
            made[name] = _REFERENCE.sub(lambda one: made.get(one[1], one[0]), self._entities[name])
        return made


def _sign(found: re.Match[str]) -> str:
    number = int(found[1], 16) if found[1] else int(found[2])
    return chr(number) if number <= sys.maxunicode and number not in _SURROGATES else found[0]
