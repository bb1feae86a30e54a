"""The layout of `.rq` files: `python -m glutkg.sparql.format_files [--check] FOLDER…` applies it, or lists exceptions.

First stands the header, its keys in their fixed order; then the prefixes that are used, sorted; then the query, one
pattern a line. No line is longer than 120 characters. Comments are refused: what is to be said belongs in the header.
"""

from __future__ import annotations

import sys
from itertools import pairwise
from pathlib import Path
from textwrap import wrap
from typing import TYPE_CHECKING

from glutkg.errors import GlutkgError, SourceError
from glutkg.rdf.namespaces import BASE, PREFIXES
from glutkg.resources import read_text
from glutkg.sparql import headers
from glutkg.sparql.parser import read_query
from glutkg.sparql.serialiser import Layout
from glutkg.sparql.tokens import line_and_column, tokens

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

WIDTH = 120
_KEYS = {
    "rules": headers.RULE,
    "questions": headers.QUESTION,
    "quality": headers.QUALITY_CHECK,
    "steps": headers.STEP,
    "mechanisms": headers.MECHANISM,
    "explanations": headers.MECHANISM,
    "imports": ("summary",),
    "blocks": headers.BLOCK,
    "pages": ("summary",),
    "search": ("summary",),
}


def formatted(path: Path) -> str:
    """Return the text of a file in the layout. Raises SourceError where it cannot be read."""
    text = read_text(path)
    keys = keys_of(path, text)
    headers.read_header(path, text, keys)
    names = [key.rstrip("?*") for key in keys]
    entries = sorted(headers.entries(text), key=lambda entry: names.index(entry.key))
    query = read_query(text, {}, path)
    _refuse_comments(path, text)
    prefixes = {**PREFIXES, "graph": f"{BASE}graph/"}
    layout = Layout(prefixes)
    body = [*layout.query(query, WIDTH)]
    declared = [f"PREFIX {name}: <{prefixes[name]}>" for name in sorted(layout.used)]
    made = "".join(f"{line}\n" for line in [*_header(entries), *declared, *body])
    if read_query(made, {}, path) != query:
        raise SourceError("the layout would change the query; write it more simply.", path)
    return made


def _refuse_comments(path: Path, text: str) -> None:
    found = [*tokens(text)]
    for token, following in pairwise(found):
        if "#" in text[token.end : following.start]:
            line, _ = line_and_column(text, following.start)
            raise SourceError("a comment stands within the query. Put what it says into the header.", path, line)


def keys_of(path: Path, text: str) -> Sequence[str]:
    """Return the keys that the header of a file has, by the folder in which it stands."""
    if any(entry.key == "question" for entry in headers.entries(text)):
        return headers.QUESTION
    if path.parent.name == "views":
        return headers.VIEWS.get(path.stem, ("summary",))
    if path.parent.name not in _KEYS:
        raise SourceError(f"a query stands in a folder {', '.join(_KEYS)} or views.", path)
    return _KEYS[path.parent.name]


def _header(entries: Iterable[headers.Entry]) -> Iterator[str]:
    for key, value, _ in entries:
        indent = "#+   "
        yield from wrap(
            f"#+ {key}: {value}", WIDTH, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False
        )


def main(arguments: Sequence[str]) -> int:
    """Format the files below some folders; with `--check` only list those that are not formatted, and give 1."""
    folders = [Path(name) for name in arguments if name != "--check"]
    wrong = 0
    for path in sorted(path for folder in folders for path in folder.rglob("*.rq")):
        try:
            made = formatted(path)
        except GlutkgError as error:
            print(error, file=sys.stderr)
            wrong += 1
            continue
        if made != read_text(path):
            print(path)
            if "--check" in arguments:
                wrong += 1
            else:
                path.write_text(made, encoding="utf-8")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
