"""Files of a data folder that look as if they were read, and are not, for their name or their place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from glutkg.checks.locations import shown
from glutkg.checks.report import ValidationResult
from glutkg.rdf.namespaces import BASE
from glutkg.resources import is_source, program_folder, real_path

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from pathlib import Path

_RDF = (".ttl", ".owl", ".rdf", ".nt", ".nq", ".trig", ".jsonld", ".n3", ".omn", ".ofn", ".owx", ".obo")
_FACTS = "Turtle is read there whose name ends in .ttl, and mappings whose name ends in .sssom.tsv"
_READ = {
    "ontology": (_RDF, _FACTS),
    "facts": (_RDF, _FACTS),
    "shapes": (_RDF, "Turtle is read there whose name ends in .ttl, in no folder below"),
    "rules": ((".rq", ".ru", ".sparql"), "a rule is read there whose name ends in .rq, in no folder below"),
}
"""How the names of files end that look like sources of a folder, and which of them are."""


def unread_files(folder: Path, read: Collection[Path]) -> Iterator[ValidationResult]:
    """Give a result for each file that looks like a source, and is not among those that are read."""
    base, known = program_folder(folder), {*map(real_path, read)}
    for kind, (endings, reads) in _READ.items():
        for path in sorted((base / kind).rglob("*")):
            looks_like_one = path.suffix.lower() in endings and is_source(path, base) and path.is_file()
            if looks_like_one and real_path(path) not in known:
                message = f"The file is not read: {reads}. Rename or convert it, or name it in the call."
                yield ValidationResult(
                    "Warning", "unread_file", message, shown(path, folder), source=f"{BASE}check/unread_file"
                )
