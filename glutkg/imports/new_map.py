"""The beginning of a map for a table: what its columns may mean, by how stated claims use the things they name."""

from __future__ import annotations

import contextlib
import re
import shlex
from collections import Counter
from itertools import islice
from json import dumps
from typing import TYPE_CHECKING, NamedTuple

from glutkg.errors import NotFoundError
from glutkg.imports.resolving import Resolver
from glutkg.imports.rows import Row
from glutkg.imports.sources import rows_of_file
from glutkg.imports.tables import Layout, own_delimiter
from glutkg.rdf.namespaces import BASE, RDF, STATED_GRAPH
from glutkg.store.labels import label
from glutkg.store.names import find_property, is_claim

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from glutkg.checks.record_classes import RecordClasses
    from glutkg.store.graph import Graph

_MOST_ROWS, _MOST_VALUES, _SHOWN = 500, 40, 4
"""Rows that are looked at, different cells of a column that are looked up, and those that are shown."""
_TRANSLATED = 40
"""Of a property with more values than these, cells that name nothing are rather new things or misspelt."""
_CLAIM = BASE + "Claim"
_CONTROL = re.compile(r"[\x00-\x1f\x7f]+")
"""What no comment of TOML may hold, such as the line breaks of a heading."""


class _Meaning(NamedTuple):
    """What a column may mean: a property, how often claims of each class use it so, and cells that name nothing."""

    column: str
    property: str
    classes: Counter[str]
    unknown: tuple[str, ...]

    def is_of(self, classes: RecordClasses, class_: str) -> bool:
        return self.property in classes.record_class(class_).properties


def new_map(path: Path, graph: Graph, classes: RecordClasses) -> str:
    """Write the beginning of a map for a file: its columns, those that name known things as properties of a claim.

    The class of claim is the one whose claims use most of these things so; what else it needs stands to be filled in.
    Raises SourceError for what is no source.
    """
    mark = own_delimiter(path)
    rows = rows_of_file(path, Layout(delimiter=mark))
    cells = [row.cells for row in islice(rows.rows, _MOST_ROWS) if isinstance(row, Row)]
    resolver = Resolver(graph)
    taken = [
        meaning
        for column in rows.columns
        if (meaning := _meaning(graph, resolver, column, [row[column] for row in cells if column in row]))
    ]
    class_ = max(classes.classes, key=lambda one: _fit(classes, one, taken))
    columns = {one.property: one for one in reversed(taken) if one.is_of(classes, class_)}
    kept = [one for one in taken if columns.get(one.property) == one]
    rest = [name for name in rows.columns if name not in {one.column for one in kept}]
    return "\n".join([*_head(path, mark), *_claim(graph, classes, class_, kept), *_others(rest), ""])


def _fit(classes: RecordClasses, class_: str, found: Sequence[_Meaning]) -> tuple[bool, int, int, int]:
    """Measure how well claims of a class suit columns: by how many it takes, and how often its claims use them so."""
    fitting = [one for one in found if one.is_of(classes, class_)]
    uses = sum(one.classes[class_] for one in fitting)
    known = len(classes.instances(class_))
    return _CLAIM in classes.above(class_), len({one.property for one in fitting}), uses, known


def _meaning(graph: Graph, resolver: Resolver, column: str, cells: Iterable[str]) -> _Meaning | None:
    """Tell what a column means by the property before what its cells name, in most claims, or else by its name."""
    values = [one for one, _ in Counter(cells).most_common(_MOST_VALUES)]
    named = {value: resolver.candidates(value) for value in values}
    uses = [use for found in named.values() for iri in found for use in _uses(graph, iri)]
    if not uses:
        with contextlib.suppress(NotFoundError):
            if _is_ours_to_say(found := find_property(graph, column)):
                return _Meaning(column, found, Counter(), tuple(values))
        return None
    property_, _ = Counter(p for p, _ in uses).most_common(1)[0]
    unknown = tuple(value for value, found in named.items() if not found)
    return _Meaning(column, property_, Counter(class_ for p, class_ in uses if p == property_), unknown)


def _uses(graph: Graph, iri: str) -> Iterable[tuple[str, str]]:
    """Give the properties of a map by which claims name a thing, each with the class of the claim."""
    for claim, property_, _ in graph.triples(None, None, iri, STATED_GRAPH):
        if _is_ours_to_say(property_.value) and is_claim(graph, claim.value):
            for _, _, class_ in graph.triples(claim.value, RDF + "type", None, STATED_GRAPH):
                yield property_.value, class_.value


def _head(path: Path, mark: str | None) -> Iterable[str]:
    name = "-".join(re.findall("[a-z0-9]+", path.stem.casefold())) or "my-table"
    yield f"# A map for {_comment(path.name)}: correct what stands here, and fill in what is empty (docs/imports.md)."
    yield f"# Then: glutkg import {_comment(shlex.quote(path.name))} --map FILE --dry-run"
    yield from ("", "[source]", f'name = "{name}"', f"label = {_text(f'the table {path.stem}')}")
    yield f"title = {_text(path.stem)}"
    yield 'licence = "" # such as "CC BY 4.0"'
    yield 'date = "" # of when it is: year, year-month or year-month-day'
    if mark:
        yield from ("", "[table]", f"delimiter = {_text(mark)}")


def _claim(graph: Graph, classes: RecordClasses, class_: str, found: Sequence[_Meaning]) -> Iterable[str]:
    keys = [_key(one.property) for one in found]
    yield from ("", "[[claim]]", f"class = {_text(label(graph, class_))}")
    yield f"label = {_text(' '.join(f'{{{key}}}' for key in keys))} # what a claim says, as a sentence"
    for one in found:
        yield from _column(classes, class_, one)
    given = {one.property for one in found}
    used = Counter(name for record in classes.instances(class_) for name in classes.properties_of(record))
    for choice in (*classes.record_class(class_).required, *classes.conditional(class_)):
        if given.isdisjoint(choice) and (needed := [one for one in choice if _is_ours_to_say(one)]):
            name = max(needed, key=lambda one: used[one])
            given.add(name)
            yield f'{_key(name)} = "" # needed: {classes.values_text(name, class_) or "a text"}'


def _column(classes: RecordClasses, class_: str, meaning: _Meaning) -> Iterable[str]:
    """Write a column; cells that name nothing are to be translated where the values of its property are given."""
    shown = [_text(one) for one in meaning.unknown[:_SHOWN]]
    more = ", …" if len(meaning.unknown) > _SHOWN else ""
    values = classes.values(meaning.property, class_)
    begin = f"{_key(meaning.property)} = {{ column = {_text(meaning.column)}"
    if shown and (values.listed or values.complete) and len(values.terms) <= _TRANSLATED:
        yield f"# What the cells mean{more and ', and others'}: {classes.values_text(meaning.property, class_)}"
        terms = ", ".join(f'{one} = ""' for one in shown)
        yield f"{begin}, terms = {{ {terms} }} }}"
    else:
        yield f"{begin} }}" + (f" # nothing is called {', '.join(shown)}{more}" if shown else "")


def _is_ours_to_say(property_: str) -> bool:
    """Tell a property that a map gives from those that an import writes by itself."""
    return property_.startswith(BASE) and property_ != BASE + "statedIn"


def _others(columns: Sequence[str]) -> Iterable[str]:
    if columns:
        names = ", ".join(map(_comment, columns))
        yield f"# Nothing is made of: {names}. Where one is of use, name its property and it, as in"
        yield '# PROPERTY = { column = "COLUMN", terms = { "a cell" = "glut:TERM" }, optional = true }'
        yield '# cites = { column = "COLUMN", prefix = "pubmed", reference = true, optional = true }'


def _key(property_: str) -> str:
    return property_.removeprefix(BASE)


def _comment(text: str) -> str:
    """Write a text as a comment may hold it: on one line."""
    return _CONTROL.sub(" ", text)


def _text(text: str) -> str:
    """Write a text as TOML does, of which the strings are those of JSON."""
    return dumps(text, ensure_ascii=False)
