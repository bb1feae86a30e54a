"""What parsers let pass in XML and JSON, refused by line: files cut short, contexts that stand elsewhere."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, NoReturn
from xml.parsers import expat

from glutkg.errors import SourceError
from glutkg.rdf.namespaces import RDF
from glutkg.store.json_losses import lost
from glutkg.store.xml_entities import fault_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

MAX_DEPTH = 100
"""Levels of a JSON-LD document."""
_BESIDE = (RDF + "parseType", RDF + "ID")


def _is_xml(name: str) -> bool:
    return name.startswith("http://www.w3.org/XML/1998/namespace")


def check_xml(text: str, path: Path) -> None:
    """Refuse XML that is not whole, and what RDF/XML forbids though Oxigraph reads it; its entities are written out.

    Raises SourceError with the line.
    """
    parser = expat.ParserCreate("utf-8", namespace_separator="")  # whatever it declares that it was in

    def refuse(reason: str) -> NoReturn:
        raise SourceError(reason, path, parser.CurrentLineNumber)

    def declaration(version: str | None, *_: object) -> None:
        if version and not version.startswith("1."):
            refuse(f"there is no version {version} of XML. Export it again.")

    typed: list[bool] = []

    def start(_: str, attributes: Mapping[str, str]) -> None:
        if RDF + "bagID" in attributes:
            refuse("rdf:bagID is no part of RDF/XML any more. Leave it out.")
        if RDF + "parseType" in attributes and any(name not in _BESIDE and not _is_xml(name) for name in attributes):
            refuse("beside rdf:parseType an element may have an rdf:ID alone. Leave the other attributes out.")
        if typed and typed[-1]:
            refuse("an element stands in a value that has a datatype. Write text there.")
        typed.append(RDF + "datatype" in attributes)

    parser.StartDoctypeDeclHandler = lambda *_: refuse("a DOCTYPE stands where none may. Leave it out.")
    parser.XmlDeclHandler = declaration
    parser.StartElementHandler = start
    parser.EndElementHandler = lambda _: typed.pop()
    try:
        parser.Parse(text.encode(), True)
    except expat.ExpatError as error:
        raise fault_of(error, path) from error


def check_json(content: bytes, path: Path) -> None:
    """Refuse what is no JSON-LD document, nests too deep or names a context that stands elsewhere.

    Raises SourceError with the line, where it is known.
    """
    document = _json(content, path)
    if not isinstance(document, dict | list):
        raise SourceError("the file holds a single value, and no node. Export it again.", path, 1)
    for level, items in enumerate(_levels(document)):
        if level == MAX_DEPTH:
            raise SourceError(f"the file is nested more than {MAX_DEPTH} levels deep.", path)
        if any(_is_remote(item) for item in items if isinstance(item, dict)):
            raise SourceError(
                "the file has a context that stands elsewhere, which is refused. Put the context into the file, as "
                "glutkg does.",
                path,
                _line(content, max(0, content.find(b'"@context"'))),
            )

    for text, what in lost(document):
        shown = text.encode(errors="backslashreplace")
        reason = f"'{shown.decode()}' {what}, so that what is said by it would be left out. Correct it."
        raise SourceError(reason, path, _line(content, max(0, content.find(b'"%s"' % shown))))


class _TwiceError(ValueError):
    """A key that stands twice in one object."""


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    made = dict(pairs)
    if len(made) < len(pairs):
        keys = [key for key, _ in pairs]
        raise _TwiceError(next(key for key in keys if keys.count(key) > 1))
    return made


def _json(content: bytes, path: Path) -> object:
    try:
        return json.loads(content.decode("utf-8-sig"), object_pairs_hook=_once)
    except _TwiceError as error:
        key = str(error).encode(errors="backslashreplace")
        first = content.find(b'"%s"' % key)
        line = _line(content, max(0, first, content.find(b'"%s"' % key, first + 1)))
        reason = f"the key {key.decode()} stands twice in one object. Put its values into a list."
        raise SourceError(reason, path, line) from error
    except json.JSONDecodeError as error:
        raise SourceError(f"the file is not JSON-LD ({error.msg}). Export it again.", path, error.lineno) from error
    except UnicodeDecodeError as error:
        raise SourceError("the file is not UTF-8. Export it again.", path, _line(content, error.start)) from error
    except RecursionError as error:
        raise SourceError(f"the file is nested more than {MAX_DEPTH} levels deep.", path, 1) from error
    except ValueError as error:  # Python reads no number of more than 4,300 digits
        raise SourceError(f"the file holds a number that is too long to be read ({error}).", path, 1) from error


def _levels(document: object) -> Iterator[list[object]]:
    """Give what stands at each depth of a document."""
    level = [document]
    while level:
        yield level
        inner = (item.values() if isinstance(item, dict) else item for item in level if isinstance(item, dict | list))
        level = [one for some in inner for one in some]


def _line(content: bytes, start: int) -> int:
    return content.count(b"\n", 0, start) + 1


def _is_remote(item: dict[str, object]) -> bool:
    """Return whether an object names a context, or a part of one, by its address."""
    contexts = item.get("@context")
    listed = contexts if isinstance(contexts, list) else [contexts]
    return "@import" in item or any(isinstance(context, str) for context in listed)
