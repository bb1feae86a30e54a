"""A release: every format, with what each cannot carry, a description of the dataset, an RO-Crate and checksums."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from glutkg.exports import ro_crate, void
from glutkg.exports.declared import declared
from glutkg.exports.fidelity import report
from glutkg.exports.formats import FORMATS
from glutkg.linked_data.writing import written_triples
from glutkg.version import VERSION

if TYPE_CHECKING:
    from collections.abc import Callable

    from glutkg.exports.content import Content, Files

CHECKSUMS = "SHA256SUMS"


def files(content: Content, progress: Callable[[str], None] = lambda _: None) -> Files:
    """Write all formats; a format of several files in a folder of its own. `progress` is told what is being made."""
    made: Files = {"VERSION": f"{VERSION}\n".encode(), "context.jsonld": context(content)}
    for name, chosen in FORMATS.items():
        progress(name)
        found = chosen.files(content)
        made |= {f"{chosen.name}/{file}": text for file, text in found.items()} if chosen.is_folder else {}
        made |= {} if chosen.is_folder else dict(zip([chosen.name], found.values(), strict=True))
        made[f"fidelity/{name}.json"] = report(content, name, chosen.fate(content)).json().encode()
    described = _described(content)
    triples = void.description(content, {name: row[:2] for name, row in described.items()})
    made[FORMATS["void"].name] = written_triples(triples, "turtle", void.PREFIXES)
    made[ro_crate.METADATA] = ro_crate.metadata(made, described, content.modified)
    return {**made, CHECKSUMS: ro_crate.checksums(made)}


def context(content: Content) -> bytes:
    """Write the JSON-LD context by itself, as it is published."""
    return (json.dumps({"@context": content.context}, ensure_ascii=False, indent=1) + "\n").encode()


def _described(content: Content) -> dict[str, tuple[str, str, str]]:
    """Give title, media type and standard of each format by the name of its file or folder."""
    rows = {chosen.name: declared(content.folder, name) for name, chosen in FORMATS.items()}
    made = {name: (row["title"], row["media_type"], row["standard"]) for name, row in rows.items()}
    made["context.jsonld"] = ("JSON-LD context", "application/ld+json", "https://www.w3.org/TR/json-ld11/")
    return made
