"""The file and line of a validation result."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from glutkg.checks.report import ValidationResult
from glutkg.rdf.namespaces import RDF, expand
from glutkg.rdf.turtle_lines import TripleLines, triple_lines

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from glutkg.store.sources import Source

_LOCAL_NAME = re.compile(r"[\w-]*$")


def shown(path: Path, folder: Path) -> str:
    """Name a file as people do: a file of the data folder from there, any other in full."""
    return path.relative_to(folder).as_posix() if path.is_relative_to(folder) else path.as_posix()


def located(
    results: Iterable[ValidationResult], sources: Sequence[Source], folder: Path
) -> tuple[ValidationResult, ...]:
    """Give results with their places, each once, sorted by severity and place, without the names of blank nodes."""
    locator = _Locator(sources, folder)
    return tuple(sorted({_without_blanks(locator.place(result)) for result in results}, key=ValidationResult.order))


def _without_blanks(result: ValidationResult) -> ValidationResult:
    """Leave blank nodes out: their names differ from run to run, and the place shows which one is meant."""
    value = None if result.value and result.value.kind == "blank" else result.value
    return replace(result, focus="" if result.focus.startswith("_:") else result.focus, value=value)


class _Locator:
    """Finds the file and line of a result: of the triple, else of the property, else of the focus node."""

    def __init__(self, sources: Sequence[Source], folder: Path) -> None:
        self._sources = sources
        self._folder = folder
        self._indexes: dict[Path, Mapping[tuple[str, str | None, str | None], int]] = {}

    def place(self, result: ValidationResult) -> ValidationResult:
        subject = "" if result.focus.startswith("_:") else result.focus
        value = "" if result.value is None or result.value.kind == "blank" else result.value.value
        keys = (
            (subject, result.predicate, value),
            (subject, result.predicate, None),
            (subject, RDF + "type", None),
            (subject, None, None),
        )
        local = _LOCAL_NAME.search(subject)
        sources = [source for source in self._sources if local is None or local[0] in source.text]
        for key in keys:
            for source in sources:
                lines = self._lines(source)
                if key in lines and (key[1] or not key[2]):
                    return replace(result, path=shown(source.path, self._folder), line=lines[key])
        return result

    def _lines(self, source: Source) -> Mapping[tuple[str, str | None, str | None], int]:
        if source.path not in self._indexes:
            self._indexes[source.path] = _lines(source).lines
        return self._indexes[source.path]


def _lines(source: Source) -> TripleLines:
    if source.path.suffix != ".tsv":
        return triple_lines(source.text)
    lines: dict[tuple[str, str | None, str | None], int] = {}
    for number, line in enumerate(source.text.splitlines(), 1):
        subject, predicate, object_, *_ = [*filter(None, map(expand, line.split("\t"))), "", "", ""]
        for key in ((subject, predicate, object_), (subject, predicate, None), (subject, None, None)):
            lines.setdefault(key, number)
    return TripleLines(lines)
