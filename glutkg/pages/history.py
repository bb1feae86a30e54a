"""What earlier releases had of a thing: since when it is there, and what changed since the last of them that has it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


class History(NamedTuple):
    """The first and the last release that has a thing, and what is stated of it now and was not then, or was then.

    A thing that no release has is without both.
    """

    since: str = ""
    last: str = ""
    new: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()


def write_histories(path: Path, found: Mapping[str, History]) -> None:
    """Write histories by IRI. Raises OSError."""
    path.write_text(json.dumps(found, ensure_ascii=False), encoding="utf-8")


def read_histories(path: Path) -> dict[str, History]:
    """Read histories by IRI."""
    found = json.loads(path.read_bytes())
    return {iri: History(since, last, tuple(new), tuple(gone)) for iri, (since, last, new, gone) in found.items()}
