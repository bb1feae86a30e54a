"""What earlier releases had of a thing: since when it is there, and what changed from each release to the next."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


class Change(NamedTuple):
    """What is stated of a thing in one release, or now, and was not in the one before; and what no longer is."""

    since: str
    until: str
    new: tuple[str, ...]
    gone: tuple[str, ...]


class History(NamedTuple):
    """The first and the last release that has a thing, the changes of what is stated of it, and its name there.

    A thing that no release has is without all; the last change of a kept one is up to now, with no name of a release.
    """

    since: str = ""
    last: str = ""
    changes: tuple[Change, ...] = ()
    name: str = ""


def gone_text(then: History) -> str:
    """Say of a thing that the graph has no longer when it had it.

    >>> gone_text(History("0.1.0", "0.2.0", (), "Ketamine lowers pain"))
    'The graph no longer has this. It was in release 0.1.0 and last in 0.2.0: Ketamine lowers pain.'
    """
    when = f"in release {then.since}" + (f" and last in {then.last}" if then.last != then.since else "")
    return f"The graph no longer has this. It was {when}: {then.name}."


def write_histories(path: Path, found: Mapping[str, History]) -> None:
    """Write histories by IRI. Raises OSError."""
    path.write_text(json.dumps(found, ensure_ascii=False), encoding="utf-8")


def read_histories(path: Path) -> dict[str, History]:
    """Read histories by IRI."""
    found = json.loads(path.read_bytes())
    return {iri: History(since, last, tuple(map(_change, changes)), name) for iri, (since, last, changes, name)
            in found.items()}  # fmt: skip


def _change(written: tuple[str, str, list[str], list[str]]) -> Change:
    since, until, new, gone = written
    return Change(since, until, tuple(new), tuple(gone))
