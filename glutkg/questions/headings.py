"""What people read above the columns of answers: `queries/headings.toml` says it, for all questions or for one."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from glutkg.errors import SourceError
from glutkg.resources import decoded

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

FILE = "headings.toml"
_VARIABLE = re.compile(r"\?(\w+)")

Headings = tuple[tuple[str, str], ...]


def headings_of(path: Path, query: str) -> Headings:
    """Pair the variables of a question with the headings that the file beside the folder of questions has for them.

    There is none for one that is headed by the words of its name. Raises SourceError for a file that is not right.

    >>> path = kg.folder / "queries/questions/claims-per-kind.rq"
    >>> dict(headings_of(path, "SELECT ?modality (COUNT(?claim) AS ?claimCount) {}"))
    {'claimCount': 'claims', 'modality': 'certainty'}
    """
    file = path.parent.parent / FILE
    if not file.is_file():
        return ()
    found = _read(file, file.stat().st_mtime_ns)
    own = found.get(path.stem, {})
    texts = {**found, **own} if isinstance(own, dict) else found
    names = sorted(set(_VARIABLE.findall(query)))
    return tuple((name, text) for name in names if isinstance(text := texts.get(name), str))


@lru_cache(8)
def _read(file: Path, _changed: int) -> Mapping[str, str | dict[str, str]]:
    """Read the file, once for as long as it is not changed."""
    import tomllib  # which few commands need

    try:
        found = tomllib.loads(decoded(file))
    except tomllib.TOMLDecodeError as error:
        raise SourceError(f"the file is no TOML ({error}). Mend it there.", file) from error
    for name, text in _entries(found):
        if not isinstance(text, str) or not text.strip() or not text.isprintable():
            raise SourceError(f"the heading of '{name}' is not a text of one line. Write {name} = \"…\".", file)
    return found


def _entries(found: Mapping[str, object]) -> Iterator[tuple[str, object]]:
    for name, text in found.items():
        yield from text.items() if isinstance(text, dict) else [(name, text)]
