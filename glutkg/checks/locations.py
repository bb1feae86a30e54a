"""The file and line of a validation result."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from glutkg.checks.report import ValidationResult
from glutkg.rdf.namespaces import RDF
from glutkg.store.mappings import Mapping, read_mappings
from glutkg.store.turtle_lines import TripleLines, triple_lines

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from pathlib import Path

    from glutkg.store.sources import Source

_LOCAL_NAME = re.compile(r"[\w-]*$")
_FEW = 20
"""For at most this many focus nodes, only the files that name one of them are read for lines."""


def shown(path: Path, folder: Path) -> str:
    """Name a file as people do: a file of the data folder from there, any other in full; as text in any case."""
    name = path.relative_to(folder).as_posix() if path.is_relative_to(folder) else path.as_posix()
    return name.encode(errors="backslashreplace").decode()


def located(
    results: Collection[ValidationResult], sources: Sequence[Source], folder: Path
) -> tuple[ValidationResult, ...]:
    """Give results with their places, each once, sorted by severity and place, without the names of blank nodes."""
    names = {_local_name(result.focus) for result in results}
    named = sources if len(names) > _FEW else [s for s in sources if any(name in s.text for name in names)]
    locator = _Locator(named, folder)
    return tuple(sorted({_without_blanks(locator.place(result)) for result in results}, key=ValidationResult.order))


def _local_name(focus: str) -> str:
    """Give what a file that is about a focus node holds of its name; a blank node may be in any file."""
    found = None if focus.startswith("_:") else _LOCAL_NAME.search(focus)
    return found[0] if found else ""


def _without_blanks(result: ValidationResult) -> ValidationResult:
    """Leave blank nodes out: their names differ from run to run, and the place shows which one is meant."""
    value = None if result.value and result.value.kind == "blank" else result.value
    return replace(result, focus="" if result.focus.startswith("_:") else result.focus, value=value)


class _Locator:
    """Finds the file and line of a result: of the triple, else of the property, else of the focus node."""

    def __init__(self, sources: Sequence[Source], folder: Path) -> None:
        self._indexes = [(shown(source.path, folder), _lines(source).lines) for source in sources]

    def place(self, result: ValidationResult) -> ValidationResult:
        subject = "" if result.focus.startswith("_:") else result.focus
        value = "" if result.value is None or result.value.kind == "blank" else result.value.value
        keys = (
            (subject, result.predicate, value),
            (subject, result.predicate, None),
            *(((subject, RDF + "type", None), (subject, None, None)) if subject else ()),
        )
        for key in keys:
            for path, lines in self._indexes:
                if key in lines and (key[1] or not key[2]):
                    return replace(result, path=path, line=lines[key])
        return result


def _lines(source: Source) -> TripleLines:
    if source.path.suffix != ".tsv":
        return triple_lines(source.text)
    found = read_mappings(source.text, source.path)
    return TripleLines.of((*read.triple, read.line) for read in found if isinstance(read, Mapping))
