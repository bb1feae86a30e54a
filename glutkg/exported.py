"""Reading an exported file back, in any of the forms that `glutkg export` writes."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from glutkg.errors import SourceError, UsageError
from glutkg.graph import Graph

if TYPE_CHECKING:
    from pathlib import Path

FORMS = {
    ".ttl": "turtle",
    ".nt": "ntriples",
    ".nq": "nquads",
    ".trig": "trig",
    ".rdf": "rdfxml",
    ".owl": "rdfxml",
    ".xml": "rdfxml",
    ".jsonld": "jsonld",
}
"""The forms of a file by the ends of their names."""
MAX_DEPTH = 100
"""Levels of a JSON-LD document."""


def read_export(path: Path) -> Graph:
    """Read an exported file: its named graphs, and all its triples in the default graph.

    Raises UsageError for an unknown end of the name, SourceError for what cannot be read. Nothing else is opened: a
    DOCTYPE, and a context that stands elsewhere, are refused.
    """
    form = FORMS.get(path.suffix.lower())
    if form is None:
        raise UsageError(f"The form of {path} is not known. Name it with one of {', '.join(FORMS)}.")
    try:
        content = path.read_bytes()
    except OSError as error:
        raise SourceError(f"the file cannot be read ({error.strerror})", path) from error
    if form == "rdfxml":
        _refuse_entities(content, path)
    elif form == "jsonld":
        _refuse_contexts(content, path)
    return Graph.of_export(content, form, path)


def _refuse_entities(content: bytes, path: Path) -> None:
    if b"<!DOCTYPE" in content or b"<!ENTITY" in content or content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise SourceError("the file declares a DOCTYPE, which is refused. Export it without, in UTF-8.", path)
    if not content.rstrip().endswith(b">") or b"</" not in content.rstrip()[-40:]:
        raise SourceError("the file ends in the middle. Export it again.", path)


def _refuse_contexts(content: bytes, path: Path) -> None:
    try:
        document = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise SourceError(f"the file is not JSON-LD ({error}). Export it again.", path) from error
    level = [document]
    for _ in range(MAX_DEPTH):
        if any("@context" in item for item in level if isinstance(item, dict)):
            raise SourceError("the file has a context, which is refused. Export it without, as glutkg does.", path)
        level = [
            inner
            for item in level
            if isinstance(item, dict | list)
            for inner in (item.values() if isinstance(item, dict) else item)
        ]
        if not level:
            return
    raise SourceError(f"the file is nested more than {MAX_DEPTH} levels deep.", path)
