"""The quality checks of `shapes/quality`: queries for faults of terms and records, as ROBOT's report has them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from glutkg.checks.report import ValidationResult
from glutkg.errors import SourceError
from glutkg.rdf.namespaces import BASE
from glutkg.resources import is_source, program_folder, read_text
from glutkg.sparql.headers import QUALITY_CHECK, read_header

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from glutkg.store.graph import Graph

DANGLING = "dangling_reference"
_LEVELS = {"ERROR": "Violation", "WARN": "Warning", "INFO": "Info"}


def quality_files(folder: Path) -> list[Path]:
    """List the quality checks: each selects ?entity, ?property and ?value, as ROBOT's report does."""
    folder = program_folder(folder)
    return sorted(path for path in (folder / "shapes" / "quality").glob("*.rq") if is_source(path, folder))


def quality_results(graph: Graph, folder: Path) -> Iterator[ValidationResult]:
    """Run the quality checks. Raises SourceError for one without its headers."""
    for path in quality_files(folder):
        yield from _results(graph, path, read_text(path))


def _results(graph: Graph, path: Path, text: str) -> Iterator[ValidationResult]:
    header = read_header(path, text, QUALITY_CHECK)
    if header["level"] not in _LEVELS:
        raise SourceError(f"the level '{header['level']}' is unknown. Write {', '.join(_LEVELS)}.", path)
    for entity, property_, value in graph.select(text).rows:
        yield ValidationResult(
            _LEVELS[header["level"]],
            path.stem,
            header["solution"],
            focus=entity.name if entity else "",
            predicate=property_.value if property_ else None,
            value=value,
            source=f"{BASE}check/{path.stem}",
        )
