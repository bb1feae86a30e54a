"""The map of a source, as TOML: what its columns mean, in terms of the graph (docs/imports.md)."""

from __future__ import annotations

import contextlib
import re
import tomllib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from glutkg.errors import NotFoundError, SourceError, UsageError
from glutkg.imports.tables import Layout
from glutkg.rdf.namespaces import BASE, curie
from glutkg.resources import MAPS, decoded, shipped_folder
from glutkg.store.names import find, find_property, is_class, near

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from glutkg.store.graph import Graph

_PLACEHOLDER = re.compile(r"\{([^{}]+)\}")
_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_DATE = re.compile(r"[12]\d{3}(-[01]\d(-[0-3]\d)?)?")
_FIRST = ("agent", "gene", "cause", "action", "target", "partner", "outcome", "direction", "condition")
_LAST = ("result", "modality", "cites")
LITERALS = ("text", "integer", "decimal", "boolean")
"""What a cell may be, other than the name of something."""
_SECTIONS = ("source", "table", "prefixes", "query", "every_claim", "claim", "no_claim")
_DESCRIBED = ("name", "label", "title", "licence", "date")
_SOURCE = (*_DESCRIBED, "creator", "publisher", "url", "citation")
_CLAIM = ("class", "when", "label", "name", "note")
_FIELD = (
    "column", "columns", "prefix", "terms", "value", "separator", "kind", "stub", "optional", "literal", "reference",
    "default", "hint",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Column:
    """A column, and the prefix of the identifiers in it where they stand there without one."""

    name: str
    prefix: str | None = None


@dataclass(frozen=True, slots=True)
class Field:
    """Where the values of one property of a claim come from: a constant, or the first of some columns that has any.

    `terms` translates values to terms. A value that nothing in the graph is called makes a `stub` of that class, if one
    is given. `reference` makes a cited work of each value.
    """

    key: str
    property: str
    columns: tuple[Column, ...] = ()
    value: str | None = None
    terms: Mapping[str, str] = field(default_factory=dict)
    separator: str | None = None
    kind: str | None = None
    stub: str | None = None
    optional: bool = False
    literal: str | None = None
    reference: bool = False
    default: str | None = None
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Pattern:
    """One claim that a row makes if its cells are as `when` says: the class, its properties, and how it is worded."""

    class_: str
    when: Mapping[str, frozenset[str]]
    label: str
    name: str
    note: str
    fields: tuple[Field, ...]


@dataclass(frozen=True, slots=True)
class Exclusion:
    """Rows that make no claim, and why."""

    when: Mapping[str, frozenset[str]]
    why: str


@dataclass(frozen=True, slots=True)
class ColumnMap:
    """A whole map: the record of the source, the layout of its table, and the claims that a row can make."""

    path: Path
    source: Mapping[str, str]
    layout: Layout
    prefixes: Mapping[str, str]
    query: str | None
    patterns: tuple[Pattern, ...]
    exclusions: tuple[Exclusion, ...]

    @property
    def name(self) -> str:
        """The name of the source, which its claims, records and folder are named after."""
        return self.source["name"]

    def refuse_undescribed(self) -> None:
        """Raise SourceError if the map leaves out what the record of a source needs."""
        if missing := next((key for key in _DESCRIBED if not self.source.get(key, "").strip()), None):
            also = f", or --{missing} with the command" if missing in ("date", "licence") else ""
            raise SourceError(f'[source]: the {missing} is missing. Write {missing} = "…"{also}.', self.path)

    def required(self) -> list[str]:
        """List the columns that a source has to have."""
        needed = [name for pattern in self.patterns for name in pattern.when]
        for pattern in self.patterns:
            keys = {one.key for one in pattern.fields}
            needed += [c.name for one in pattern.fields if not one.optional for c in one.columns]
            texts = (pattern.label, pattern.name, pattern.note)
            needed += [name for text in texts for name in _PLACEHOLDER.findall(text) if name not in keys]
        return list(dict.fromkeys(needed))


def map_file(name: str) -> Path:
    """Find a map: a file, or one of those that came with the package. Raises UsageError with their names.

    >>> map_file("gtopdb").name
    'gtopdb.toml'
    """
    from pathlib import Path

    ready = shipped_folder() / MAPS
    if (own := Path(name)).is_file():
        return own
    if re.fullmatch(r"[\w-]+", name) and (ready / f"{name}.toml").is_file():
        return ready / f"{name}.toml"
    known = sorted(path.stem for path in ready.glob("*.toml"))
    close = near(name, known)
    hint = f" Did you mean {close[0]}?" if close else ""
    raise UsageError(
        f"There is no map {name}.{hint} Name a file (--new-map begins one), or a ready map: {', '.join(known)}."
    )


def read_map(path: Path, graph: Graph, changed: Mapping[str, str] | None = None) -> ColumnMap:
    """Read a map, with the terms of a graph; `changed` goes before what it says of its source.

    Raises SourceError, which says at which key something is wrong.
    """
    try:
        content = tomllib.loads(decoded(path))
    except tomllib.TOMLDecodeError as error:
        raise SourceError(f"the map is no TOML ({error}). Mend it there.", path) from error
    return _Reader(path, graph).map(content, changed or {})


def _with_defaults(claim: Mapping[str, Any], every: Mapping[str, Any]) -> dict[str, Any]:
    """Add what holds for every claim to one, and to the tables in it."""
    both = {key: {**every[key], **one} for key, one in claim.items() if isinstance(one, dict) and key in every}
    return {**every, **claim, **{key: one for key, one in both.items() if isinstance(every[key], dict)}}


def _place(key: str) -> int:
    """Give the place of a property among those of a claim: what it is about first, what it comes to last."""
    if key in _LAST:
        return len(_FIRST) + 1 + _LAST.index(key)
    return _FIRST.index(key) if key in _FIRST else len(_FIRST)


class _Reader:
    """Reads the parts of one map, and knows where each stands."""

    def __init__(self, path: Path, graph: Graph) -> None:
        self._path = path
        self._graph = graph

    def _wrong(self, where: str, what: str) -> SourceError:
        return SourceError(f"{where}: {what}", self._path)

    def _known(self, given: Mapping[str, Any], known: Iterable[str], where: str) -> None:
        for key in given:
            if key not in known:
                close = near(key, known)
                hint = f" Did you mean '{close[0]}'?" if close else ""
                raise self._wrong(where, f"there is no key '{key}'.{hint} The keys are: {', '.join(known)}.")

    def _table(self, content: Mapping[str, Any], name: str) -> dict[str, Any]:
        found = content.get(name, {})
        if not isinstance(found, dict):
            raise self._wrong(name, f"this is a table of keys: [{name}].")
        return found

    def map(self, content: Mapping[str, Any], changed: Mapping[str, str]) -> ColumnMap:
        self._known(content, _SECTIONS, "the map")
        source = self._source({**self._table(content, "source"), **changed}, changed)
        layout = self._table(content, "table")
        self._known(layout, Layout._fields, "[table]")
        query = self._table(content, "query")
        self._known(query, ("select",), "[query]")
        every = self._table(content, "every_claim")
        claims = [_with_defaults(one, every) for one in self._list(content, "claim")]
        if not claims:
            raise self._wrong("the map", "it makes no claim. Write [[claim]] with a class and its properties.")
        return ColumnMap(
            self._path,
            source,
            Layout(**layout),
            {str(key): str(value) for key, value in self._table(content, "prefixes").items()},
            query.get("select"),
            tuple(self._pattern(one, f"[[claim]] {number}") for number, one in enumerate(claims, 1)),
            tuple(
                self._exclusion(one, f"[[no_claim]] {number}")
                for number, one in enumerate(self._list(content, "no_claim"), 1)
            ),
        )

    def _list(self, content: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
        found = content.get(name, [])
        if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
            raise self._wrong(name, f"write each as a table of its own: [[{name}]].")
        return found

    def _source(self, given: dict[str, Any], changed: Mapping[str, str]) -> dict[str, str]:
        self._known(given, _SOURCE, "[source]")
        source = {key: str(value) for key, value in given.items()}
        if not _SLUG.fullmatch(source.get("name", "")):
            what = "the name has small letters, digits and single hyphens only: my-table."
            raise UsageError(f"--name: {what}") if "name" in changed else self._wrong("[source]", what)
        if source.get("date", "").strip() and not _DATE.fullmatch(source["date"]):
            what = f"the date {source['date']} is none. Write year, year-month or year-month-day."
            raise UsageError(f"--date: {what}") if "date" in changed else self._wrong("[source]", what)
        return source

    def _when(self, given: object, where: str) -> dict[str, frozenset[str]]:
        if not isinstance(given, dict):
            raise self._wrong(where, 'write which rows are meant: when = { "Column" = ["value", "other value"] }.')
        return {
            column: frozenset(str(one).casefold() for one in (values if isinstance(values, list) else [values]))
            for column, values in given.items()
        }

    def _exclusion(self, given: dict[str, Any], where: str) -> Exclusion:
        self._known(given, ("when", "why"), where)
        if not given.get("why"):
            raise self._wrong(where, 'say why such rows make no claim: why = "…".')
        return Exclusion(self._when(given.get("when"), where), str(given["why"]))

    def _pattern(self, given: dict[str, Any], where: str) -> Pattern:
        named = sorted((key for key in given if key not in _CLAIM), key=_place)
        fields = tuple(self._field(key, given[key], f"{where}, '{key}'") for key in named)
        keys = [one.key for one in fields]
        for key in ("class", "label"):
            if not isinstance(given.get(key), str):
                raise self._wrong(where, f'the {key} is missing. Write {key} = "…".')
        class_ = self._term(given["class"], f"{where}, 'class'")
        if not is_class(self._graph, class_):
            raise self._wrong(where, f"{curie(class_)} is no class.")
        name = given.get("name") or "-".join(f"{{{key}}}" for key in keys if key in _FIRST)
        return Pattern(
            class_, self._when(given.get("when", {}), where), given["label"], name, given.get("note", ""), fields
        )

    def _term(self, text: str, where: str) -> str:
        if not text.strip():
            raise self._wrong(where, "it is empty. Fill in the name of a term, or take it out.")
        try:
            return find(self._graph, text)
        except NotFoundError as error:
            raise self._wrong(where, str(error)) from error

    def _field(self, key: str, given: object, where: str) -> Field:
        property_ = self._property(key, where)
        if not isinstance(given, dict):
            return self._constant(key, property_, {"value": given}, where)
        self._known(given, _FIELD, where)
        if "value" in given:
            return self._constant(key, property_, given, where)
        columns = self._columns(given, where)
        if given.get("literal") not in (None, *LITERALS):
            raise self._wrong(where, f"a literal is one of {', '.join(LITERALS)}.")
        return Field(
            key,
            property_,
            columns,
            terms=self._translations(given.get("terms", {}), where),
            separator=given.get("separator"),
            kind=self._optional_term(given, "kind", where),
            stub=self._optional_term(given, "stub", where),
            optional=bool(given.get("optional", False)),
            literal=given.get("literal"),
            reference=bool(given.get("reference", False)),
            default=self._optional_term(given, "default", where),
            hint=str(given.get("hint", "")),
        )

    def _property(self, key: str, where: str) -> str:
        """Find the property of a key: a term of the ontology, or by any other name of it."""
        if re.fullmatch(r"[A-Za-z]+", key):
            with contextlib.suppress(NotFoundError):
                return find_property(self._graph, BASE + key)
        try:
            return find_property(self._graph, key)
        except NotFoundError as error:
            raise self._wrong(where, str(error)) from error

    def _translations(self, terms: object, where: str) -> dict[str, str]:
        if not isinstance(terms, dict):
            raise self._wrong(where, 'translate values one by one: terms = { "value" = "glut:…" }.')
        return {str(cell).casefold(): self._term(str(name), where) for cell, name in terms.items()}

    def _optional_term(self, given: Mapping[str, Any], key: str, where: str) -> str | None:
        return self._term(str(given[key]), f"{where}, '{key}'") if key in given else None

    def _constant(self, key: str, property_: str, given: Mapping[str, Any], where: str) -> Field:
        value = given["value"]
        if isinstance(value, bool | int | float):
            kind = {bool: "boolean", int: "integer", float: "decimal"}[type(value)]
            return Field(key, property_, value=str(value).lower(), literal=kind)
        if given.get("literal") == "text":
            return Field(key, property_, value=str(value), literal="text")
        return Field(key, property_, value=self._term(str(value), where))

    def _columns(self, given: Mapping[str, Any], where: str) -> tuple[Column, ...]:
        listed = given.get("columns", [given["column"]] if "column" in given else None)
        if not listed or not isinstance(listed, list):
            raise self._wrong(where, 'name the column: column = "…", or a constant: value = "…".')
        return tuple(
            Column(str(one["column"]), one.get("prefix")) if isinstance(one, dict) and "column" in one
            else Column(str(one), given.get("prefix"))
            for one in listed
        )  # fmt: skip
