"""RO-Crate: the files of a release described as a research object."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

from glutkg.rdf.namespaces import BASE
from glutkg.version import VERSION

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from glutkg.exports.content import Files

METADATA = "ro-crate-metadata.json"
_SPECIFICATION = "https://w3id.org/ro/crate/1.3"
_LICENCE = "https://creativecommons.org/licenses/by/4.0/"
_AUTHORS = "#authors"
Entity = dict[str, object]


def metadata(files: Files, described: Mapping[str, tuple[str, str, str]], day: str) -> bytes:
    """Describe files; `described` gives title, media type and standard by the beginning of their names.

    `day` is the day of the last change, as `2030-01-31`.
    """
    entities = [*_root(files, day), *(_file(name, content, described) for name, content in files.items())]
    crate = {"@context": f"{_SPECIFICATION}/context", "@graph": entities}
    return (json.dumps(crate, ensure_ascii=False, indent=1) + "\n").encode()


def checksums(files: Files) -> bytes:
    """Write the SHA-256 of files as `sha256sum -c` reads it."""
    return "".join(f"{hashlib.sha256(content).hexdigest()}  {name}\n" for name, content in files.items()).encode()


def _root(files: Iterable[str], day: str) -> list[Entity]:
    return [
        {
            "@id": METADATA,
            "@type": "CreativeWork",
            "about": {"@id": "./"},
            "conformsTo": {"@id": _SPECIFICATION},
        },
        {
            "@id": "./",
            "@type": "Dataset",
            "name": "glutkg, a knowledge graph of glutamatergic pharmacology",
            "description": "Receptors, substances and places in the pain of migraine, and what two documents claim "
            "about them: stated and inferred, in the formats that other tools load.",
            "version": VERSION,
            "datePublished": day,
            "license": {"@id": _LICENCE},
            "creator": {"@id": _AUTHORS},
            "publisher": {"@id": _AUTHORS},
            "identifier": f"{BASE}release/{VERSION}",
            "hasPart": [{"@id": name} for name in files],
        },
        {"@id": _AUTHORS, "@type": "Organization", "name": "The glutkg authors", "url": BASE},
        {
            "@id": _LICENCE,
            "@type": "CreativeWork",
            "name": "Creative Commons Attribution 4.0",
            "description": "Share and adapt, with attribution.",
        },
    ]


def _file(name: str, content: bytes, described: Mapping[str, tuple[str, str, str]]) -> Entity:
    title, media_type, standard = next(
        (row for start, row in described.items() if name == start or name.startswith(f"{start}/")),
        (name, "text/plain", ""),
    )
    return {
        "@id": name,
        "@type": "File",
        "name": title,
        "encodingFormat": "application/json" if name.endswith(".json") else media_type,
        "contentSize": str(len(content)),
        "sha256": hashlib.sha256(content).hexdigest(),
        **({"conformsTo": {"@id": standard}} if standard else {}),
    }
