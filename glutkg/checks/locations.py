"""The file and line of what a check found."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from glutkg.checks.report import Finding
from glutkg.rdf.namespaces import RDF, expand
from glutkg.rdf.turtle_lines import TripleLines, triple_lines

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from glutkg.store.sources import Source


def shown(path: Path, folder: Path) -> str:
    """Name a file as people do: a file of the data folder from there, any other in full."""
    return path.relative_to(folder).as_posix() if path.is_relative_to(folder) else path.as_posix()


def in_order(locator: Locator, findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Give findings with their places, each once, sorted by how grave they are and where."""
    return tuple(sorted(set(locator.place(findings)), key=Finding.order))


class Locator:
    """Finds the file and line of a finding: of the triple, else of the property, else of the record."""

    def __init__(self, sources: Sequence[Source], folder: Path) -> None:
        self._sources = sources
        self._folder = folder
        self._indexes: list[tuple[str, Mapping[tuple[str, str | None, str | None], int]]] = []

    def place(self, findings: Iterable[Finding]) -> Iterator[Finding]:
        """Give findings with their places, and without the names of blank nodes."""
        for finding in findings:
            if not self._indexes:  # only now: most checks find nothing
                self._indexes = [(shown(source.path, self._folder), _lines(source).lines) for source in self._sources]
            yield _without_blanks(self._placed(finding))

    def _placed(self, finding: Finding) -> Finding:
        subject = "" if finding.focus.startswith("_:") else finding.focus
        value = "" if finding.value is None or finding.value.kind == "blank" else finding.value.value
        for key in (
            (subject, finding.predicate, value),
            (subject, finding.predicate, None),
            (subject, RDF + "type", None),
            (subject, None, None),
        ):
            for path, lines in self._indexes:
                if key in lines and (key[1] or not key[2]):
                    return replace(finding, path=path, line=lines[key])
        return finding


def _without_blanks(finding: Finding) -> Finding:
    """Leave blank nodes out: their names differ from run to run, and the place says which one is meant."""
    value = None if finding.value and finding.value.kind == "blank" else finding.value
    return replace(finding, focus="" if finding.focus.startswith("_:") else finding.focus, value=value)


def _lines(source: Source) -> TripleLines:
    if source.path.suffix != ".tsv":
        return triple_lines(source.text)
    lines: dict[tuple[str, str | None, str | None], int] = {}
    for number, line in enumerate(source.text.splitlines(), 1):
        subject, predicate, object_, *_ = [*filter(None, map(expand, line.split("\t"))), "", "", ""]
        for key in ((subject, predicate, object_), (subject, predicate, None), (subject, None, None)):
            lines.setdefault(key, number)
    return TripleLines(lines)
