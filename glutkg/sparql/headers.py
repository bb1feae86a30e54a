"""The header of a `.rq` file: lines `#+ key: value`, each of which may go on in lines `#+   more`.

Each kind of file has its keys, in the order in which they stand: `key?` may be left out, `key*` may stand any number of
times. A key that the kind does not have, or one that is missing, is an error with file and line; so is a query that
asks another server, or that gives no table where one is needed.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from glutkg.errors import SourceError
from glutkg.sparql.tokens import line_and_column, tokens

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

QUESTION = ("summary", "question", "phrasing*", "row", "tags", "parameter*")
RULE = ("label", "summary", "stratum", "logic", "final?")
QUALITY_CHECK = ("level", "problem", "solution")
STEP = ("label", "summary", "raises", "lowers", "changes", "settles", "predicts?", "walk?")
MECHANISM = ("label", "summary", "agent?", "goal?")
PICTURE = ("summary", "shows", "example", "words", "title", "text")
BLOCK = ("summary", "title", "on", "order", "form", "note?", "empty?", "rows?", "columns?")
MATRIX = (*PICTURE, "all", "rows")
VIEWS = {
    "claims": ("summary", "columns", "chips"),
    "comparison": (*PICTURE, "rows", "patients"),
    "conflict": PICTURE,
    "distribution": (
        *PICTURE,
        *("title-of-place", "text-of-place"),
        *("rows", "found", "missing", "less", "elsewhere", "nowhere"),
    ),
    "evidence": PICTURE,
    "hierarchy": PICTURE,
    "licence": ("summary", "text"),
    "outcomes": MATRIX,
    "path": PICTURE,
    "sources": ("summary", "heading", "lead"),
    "tags": ("summary", "groups"),
    "targets": MATRIX,
    "trials": (*PICTURE, "all", "rows", "columns", "result"),
}
"""The keys of queries of pictures, by name; any other has a summary alone."""

_FORMS = frozenset(("SELECT", "CONSTRUCT", "ASK", "DESCRIBE"))
_LINE = re.compile(r"^#\+.*", re.MULTILINE)
_KEY = re.compile(r"#\+ ?([\w-]+):\s*(.*)")
_MORE = re.compile(r"#\+\s\s+(.*)")


class Entry(NamedTuple):
    """A key of a header with its value, and the line on which it stands."""

    key: str
    value: str
    line: int


def entries(text: str) -> list[Entry]:
    r"""Read the lines of a header, whatever their keys.

    >>> entries("#+ label: kinds of\n#+   receptor\nSELECT * { }")
    [Entry(key='label', value='kinds of receptor', line=1)]
    """
    found: list[Entry] = []
    in_strings = _lines_in_strings(text)
    for match in _LINE.finditer(text.replace("\r", "")):
        number, line = match.string.count("\n", 0, match.start()) + 1, match[0]
        if number in in_strings:
            continue
        if key := _KEY.fullmatch(line):
            found.append(Entry(key[1], key[2].strip(), number))
        elif found and (more := _MORE.fullmatch(line)):
            last = found[-1]
            found[-1] = last._replace(value=f"{last.value} {more[1].strip()}")
    return found


def _lines_in_strings(text: str) -> set[int]:
    """Give the lines that begin within a string, which only one in triple quotes can have."""
    if '"""' not in text and "'''" not in text:
        return set()
    strings = [token for token in tokens(text) if token.kind == "string" and "\n" in token.text]
    ends = [(line_and_column(text, one.start)[0], line_and_column(text, one.end)[0]) for one in strings]
    return {line for first, last in ends for line in range(first + 1, last + 1)}


def read_header(path: Path, text: str, keys: Sequence[str], found: Sequence[Entry] = ()) -> dict[str, str]:
    """Read the header of a file whose kind has some keys, of which the entries may have been `found` already.

    Raises SourceError for an unknown key or a missing one.
    """
    found = found or entries(text)
    names = [key.rstrip("?*") for key in keys]
    for entry in found:
        if entry.key not in names:
            raise SourceError(
                f"the header of such a file cannot have the key '{entry.key}'. {_cure(entry.key, names)}",
                path,
                entry.line,
            )
    for key in keys:
        lines = [entry.line for entry in found if entry.key == key.rstrip("?*")]
        if not lines and key[-1] not in "?*":
            raise SourceError(f"the header has no key '{key}'. Write a line '#+ {key}: …' at the top.", path, 1)
        if len(lines) > 1 and not key.endswith("*"):
            raise SourceError(f"the header has the key '{key.rstrip('?')}' twice. Keep one.", path, lines[1])
    _check_query(path, text, is_rule=keys == RULE)
    return {entry.key: entry.value for entry in found}


def without_header(text: str) -> str:
    r"""Give a query without the lines of its header.

    >>> without_header("#+ label: all\nSELECT * { }")
    'SELECT * { }'
    """
    return "".join(line for line in text.splitlines(keepends=True) if not line.startswith("#+"))


def _check_query(path: Path, text: str, *, is_rule: bool) -> None:
    form = next((token for token in tokens(text) if token.kind == "word" and token.text.upper() in _FORMS), None)
    if form and form.text.upper() != "SELECT" and not is_rule:
        what = f"a SELECT query belongs here, not {form.text.upper()}. Write SELECT … WHERE {{ … }}."
        raise SourceError(what, path, line_and_column(text, form.start)[0])
    if "service" in text.lower():
        from glutkg.sparql.guard import check_query  # only when there may be something to refuse

        check_query(text, path)


def _cure(key: str, names: Iterable[str]) -> str:
    from difflib import get_close_matches  # only when something went wrong

    near = get_close_matches(key, names, n=1)
    return f"Did you mean '{near[0]}'?" if near else f"It may have {', '.join(names)}."
