"""What stands against the reasoned graph as it is, kept beside it: each what-if compares another state with that."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from glutkg.checks.check import shape_files
from glutkg.checks.quality import quality_files
from glutkg.checks.report import ValidationResult
from glutkg.rdf.terms import Term
from glutkg.resources import content_key

if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from pathlib import Path

    from glutkg.store.artefacts import Artefacts

_NAME = "validation.json"
_TERMS = ("value", "literal", "target")
"""The fields of a result that are terms."""


def kept_results(
    folder: Path, artefacts: Artefacts, find: Callable[[], Collection[ValidationResult]]
) -> frozenset[ValidationResult]:
    """Give the results that were kept for the shapes and quality checks as they are now, or find and keep them."""
    key = content_key([*shape_files(folder), *quality_files(folder)], "")
    kept = json.loads(artefacts.read(_NAME) or b"{}")
    if kept.get("shapes") == key:
        return frozenset(map(_result, kept["results"]))
    found = frozenset(find())
    written = [asdict(result) | {name: getattr(result, name) for name in _TERMS} for result in found]
    artefacts.write(_NAME, json.dumps({"shapes": key, "results": written}).encode())
    return found


def _result(written: dict[str, Any]) -> ValidationResult:
    return ValidationResult(**written | {name: written[name] and Term(*written[name]) for name in _TERMS})
