"""RDF/XML as the parser is to be given it: decoded as it declares, without what the parser refuses though XML has it.

The parser takes UTF-8 alone, no empty language, and no text in several pieces, as comments and CDATA make it; it keeps
line ends as they are written, which XML counts as one sign, and within a value of an attribute as a space. Lines stay
where they are.
"""

from __future__ import annotations

import codecs
import re
from typing import TYPE_CHECKING

import pyoxigraph as ox

from glutkg.errors import SourceError
from glutkg.rdf.namespaces import RDF

if TYPE_CHECKING:
    from pathlib import Path

NO_LANGUAGE = "x-none-0"
"""The language that stands for an empty one while a text is parsed."""
_BEGINNING = 1000
"""Bytes within which a declaration is looked for."""
_MARKS = {
    codecs.BOM_UTF8: "utf-8",
    codecs.BOM_UTF16_LE: "utf-16-le",
    codecs.BOM_UTF16_BE: "utf-16-be",
    b"<\0?\0": "utf-16-le",
    b"\0<\0?": "utf-16-be",
}
"""How a text begins that is in a form of Unicode: with a byte order mark, or with two bytes a sign."""
_DECLARED = re.compile(rb"""<\?xml\s[^>]*?\bencoding\s*=\s*["']([A-Za-z][\w.-]*)["']""")
_READ = re.compile(r"utf-?8|utf-?16(-?[lb]e)?|(us-)?ascii|iso-8859-\d+|latin-?1|windows-125\d", re.IGNORECASE)
_PIECE = re.compile(
    r"""<!--(?P<comment>.*?)-->|<\?(?P<instruction>.*?)\?>|<!\[CDATA\[(?P<text>.*?)\]\]>"""
    r"""|<[^!?](?:[^>"']|"[^"]*"|'[^']*')*>""",
    re.DOTALL,
)
_QUOTED = re.compile(r""""[^"]*"|'[^']*'""")
_EMPTY = re.compile(r"""(\sxml:lang\s*=\s*)(?:""|'')""")
_TAG = re.compile(r"""<[^!?/](?:[^>"']|"[^"]*"|'[^']*')*>""")
_NAMESPACE = re.compile(r"""\s(xmlns(?::[\w.-]+)?)\s*=\s*(?:"[^"]*"|'[^']*')""")
_WRITTEN = f'xml:lang="{NO_LANGUAGE}"'


def is_xml(content: bytes) -> bool:
    """Tell whether a file is XML in a form of Unicode other than UTF-8, or declares its encoding."""
    begins = content[:_BEGINNING].removeprefix(codecs.BOM_UTF8).lstrip()
    return _mark(content) in ("utf-16-le", "utf-16-be") or begins.startswith(b"<?xml")


def decoded_xml(content: bytes, path: Path) -> str:
    r"""Decode XML as its byte order mark or its declaration says. Raises SourceError where that cannot be.

    >>> from pathlib import Path
    >>> decoded_xml(b"<?xml version='1.0' encoding='ISO-8859-1'?><a>\xe9</a>", Path("a.rdf"))[-5:]
    'é</a>'
    """
    mark = _mark(content)
    plain = content[:_BEGINNING].decode(mark, errors="replace").encode() if mark else content[:_BEGINNING]
    found = _DECLARED.match(plain.removeprefix(codecs.BOM_UTF8).lstrip())
    declared = found[1].decode().lower() if found else ""
    if declared and not _READ.fullmatch(declared):
        raise SourceError(f"it is in an encoding, {declared}, that is not read. Export it in UTF-8.", path, 1)
    if mark and declared and not declared.startswith(mark.rpartition("-")[0] if mark != "utf-8" else "utf"):
        _lies(declared, mark, path)
    if not mark and declared.startswith(("utf-16", "utf16")):
        _lies(declared, "another encoding", path)
    encoding = mark or declared or "utf-8"
    try:
        return content.decode(encoding).removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        said = f"not {encoding.upper()}, as it declares" if declared else f"not {encoding.upper()} text"
        raise SourceError(f"the file is {said}. Save it as UTF-8.", path, line) from error


def _mark(content: bytes) -> str:
    return next((encoding for mark, encoding in _MARKS.items() if content.startswith(mark)), "")


def _lies(declared: str, actual: str, path: Path) -> None:
    raise SourceError(
        f"it declares that it is in {declared.upper()}, and is in {actual.upper()}. Export it in UTF-8.", path, 1
    )


def for_parser(text: str) -> str:
    r"""Give well-formed XML as the parser reads it right; what is left out leaves its line ends in the next tag.

    >>> for_parser('<a xml:lang="">b <!--\n-->c<![CDATA[<d>]]></a>')
    '<a xml:lang="x-none-0">b c&lt;d&gt;</a\n>'
    """
    left = 0

    def in_quotes(found: re.Match[str]) -> str:
        nonlocal left
        left += found[0].count("\n")
        return found[0].replace("\n", " ").replace("\t", " ")

    def rewritten(found: re.Match[str]) -> str:
        nonlocal left
        piece = found[0]
        if found["text"] is not None:
            from xml.sax.saxutils import escape  # which loads a client of HTTP

            return escape(found["text"])
        if found["comment"] is not None or found["instruction"] is not None:
            left += piece.count("\n")
            return ""
        tag = _QUOTED.sub(in_quotes, piece)
        end = 2 if tag.endswith("/>") else 1
        tag = f"{tag[:-end]}{chr(10) * left}{tag[-end:]}" if left else tag
        left = 0
        return _EMPTY.sub(rf'\g<1>"{NO_LANGUAGE}"', tag) if "xml:lang" in tag else tag

    return _PIECE.sub(rewritten, text.replace("\r\n", "\n").replace("\r", "\n"))


def _declared_once(tag: re.Match[str]) -> str:
    """Give a tag in which the parser may have declared a namespace again, whose own declaration stands before that."""
    kept: set[str] = set()

    def first(found: re.Match[str]) -> str:
        is_first = found[1] not in kept
        kept.add(found[1])
        return found[0] if is_first else ""

    return _NAMESPACE.sub(first, tag[0])


def restored(triple: ox.Triple) -> ox.Triple:
    """Give a triple that was parsed from such a text with the empty language as none.

    >>> a = ox.NamedNode("x:a")
    >>> restored(ox.Triple(a, a, ox.Literal("b", language=NO_LANGUAGE))).object.language
    """
    text = triple.object
    if not isinstance(text, ox.Literal):
        return triple
    if text.language == NO_LANGUAGE:
        return ox.Triple(triple.subject, triple.predicate, ox.Literal(text.value))
    if text.datatype.value == RDF + "XMLLiteral":
        value = _TAG.sub(_declared_once, text.value.replace(_WRITTEN, 'xml:lang=""'))
        return ox.Triple(triple.subject, triple.predicate, ox.Literal(value, datatype=text.datatype))
    return triple
