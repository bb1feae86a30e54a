"""Rows made into records: claims, the works they cite, and stubs of things that the graph does not have yet."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from glutkg.errors import NotFoundError
from glutkg.imports.rows import Reject, Row
from glutkg.rdf.namespaces import BASE, PREFIXES, RDF, curie
from glutkg.store.labels import label
from glutkg.store.names import is_class

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from glutkg.imports.column_map import Column, ColumnMap, Field, Pattern
    from glutkg.imports.resolving import Resolver
    from glutkg.store.graph import Graph

_PLACEHOLDER = re.compile(r"\{([^{}]+)\}")
_GREEK = re.compile(r"[\u0370-\u03ff]")
_BETWEEN = re.compile(r"[^a-z0-9]+")
_LONGEST = 160
"""Characters of a label."""
_NUMBERS = {
    "integer": re.compile(r"[+-]?\d{1,18}"),
    "decimal": re.compile(r"[+-]?\d{1,18}(\.\d{1,18})?"),
    "boolean": re.compile("true|false"),
}
_BOOLEANS = dict.fromkeys(("yes", "y", "t", "1"), "true") | dict.fromkeys(("no", "n", "f", "0"), "false")


class Value(NamedTuple):
    """A value of a property: an IRI, or a literal of one of `column_map.LITERALS`."""

    text: str
    literal: str | None = None


@dataclass(slots=True)
class Claim:
    """A claim that rows make, and from where each of its properties comes."""

    iri: str
    class_: str
    label: str
    note: str
    values: tuple[tuple[str, Value], ...]
    sources: list[tuple[Row, tuple[str, ...]]]
    columns: Mapping[str, str] = field(repr=False)
    uses: frozenset[str] = frozenset()

    @property
    def rows(self) -> list[Row]:
        """The rows that state it."""
        return [row for row, _ in self.sources]

    @property
    def cites(self) -> list[str]:
        """The works that the rows cite for it."""
        return list(dict.fromkeys(text for _, texts in self.sources for text in texts))


class Stub(NamedTuple):
    """A thing of which only its name, its class and its identifiers are known."""

    iri: str
    class_: str
    label: str
    identifiers: tuple[str, ...]
    is_class: bool


class _Habit(NamedTuple):
    """How the graph has things of a class: of which classes, whether as classes, and in which namespace."""

    classes: list[str]
    makes_classes: bool
    namespace: str


class _Unfit(NamedTuple):
    """Why a cell has no value."""

    column: str
    value: str
    reason: str


class Records:
    """The records that the rows of one source make, claim by claim; rows that say the same make one."""

    def __init__(self, map_: ColumnMap, graph: Graph, resolver: Resolver) -> None:
        self._map = map_
        self._graph = graph
        self._resolver = resolver
        self.claims: dict[object, Claim] = {}
        self.stubs: dict[str, Stub] = {}
        self.references: dict[str, int] = {}
        self.rejects: list[Reject] = []
        self.merged = 0
        self._names: dict[str, int] = {}
        self._labels: dict[str, int] = {}
        self._words: dict[str, str] = {}
        self._habits: dict[str, _Habit] = {}
        self._found: dict[tuple[int, tuple[str, ...]], tuple[Value, ...] | _Unfit] = {}

    def add_all(self, rows: Iterable[Row | Reject]) -> None:
        """Make records of rows, and note those that make none."""
        for row in rows:
            if isinstance(row, Reject):
                self.rejects.append(row)
            else:
                self.add(row)

    def add(self, row: Row) -> None:
        """Make the claims of one row."""
        for exclusion in self._map.exclusions:
            if _meets(exclusion.when, row):
                column = next(iter(exclusion.when), "")
                self.rejects.append(Reject(row, column, row.cells.get(column, ""), exclusion.why))
                return
        fitting = [pattern for pattern in self._map.patterns if _meets(pattern.when, row)]
        if not fitting:
            self.rejects.append(self._without_counterpart(row))
        for pattern in fitting:
            self._claim(pattern, row)

    def numbered(self, claims: Iterable[Claim]) -> dict[str, int]:
        """Number the works that some claims cite, in the order in which the source names them."""
        cited = {text for claim in claims for text in claim.cites}
        return {text: number for number, text in enumerate((one for one in self.references if one in cited), 1)}

    def _without_counterpart(self, row: Row) -> Reject:
        """Say of a row that no claim of the map is meant for it, by the column on which the nearest one fails."""

        def failing(pattern: Pattern) -> list[str]:
            return [
                column for column, wanted in pattern.when.items() if not _is_one_of(row.cells.get(column, ""), wanted)
            ]

        column = min(map(failing, self._map.patterns), key=len)[0]
        value = row.cells.get(column, "")
        return Reject(row, column, value, f"'{value}' has no counterpart: no claim of the map is for it.")

    def _claim(self, pattern: Pattern, row: Row) -> None:
        said: dict[str, tuple[Value, ...]] = {}
        for one in pattern.fields:
            found = self._values(one, row)
            if isinstance(found, _Unfit):
                self.rejects.append(Reject(row, *found))
                return
            said[one.key] = found
        cites = tuple(value.text for one in pattern.fields if one.reference for value in said[one.key])
        pairs = [(one.property, value) for one in pattern.fields if not one.reference for value in said[one.key]]
        note = self._filled(pattern.note, said, row)
        key = (pattern.class_, tuple(sorted(pairs, key=_order)), note)
        for text in cites:
            self.references.setdefault(text, len(self.references) + 1)
        if key in self.claims:
            self.claims[key].sources.append((row, cites))
            self.merged += 1
            return
        columns = {one.property: one.columns[0].name for one in pattern.fields if one.columns}
        used = frozenset(value.text for _, value in pairs if value.text in self.stubs)
        words = self._filled(pattern.label, said, row)
        name = self._filled(pattern.name, said, row)
        iri = self._named(f"{self._map.name}-{slugged(name)}")
        self.claims[key] = Claim(
            iri,
            pattern.class_,
            self._worded(words, row),
            note,
            tuple(dict.fromkeys(pairs)),
            [(row, cites)],
            columns,
            used,
        )

    # --- values -------------------------------------------------------------------------------------------------------

    def _values(self, one: Field, row: Row) -> tuple[Value, ...] | _Unfit:
        """Give the values of a property; what was found for the same cells is remembered."""
        cells = tuple([row.cells.get(column.name, "") for column in one.columns])
        key = id(one), cells
        found = self._found.get(key)
        if found is None:
            found = self._found[key] = self._read(one, cells)
        return found

    def _read(self, one: Field, cells: tuple[str, ...]) -> tuple[Value, ...] | _Unfit:
        if one.value is not None:
            return (Value(one.value, one.literal),)
        filled = [(column, cell) for column, cell in zip(one.columns, cells, strict=True) if cell]
        if not filled:
            if one.default:
                return (Value(one.default),)
            names = " or ".join(column.name for column in one.columns)
            return () if one.optional else _Unfit(one.columns[0].name, "", f"{names} is empty, and is needed.")
        if (one.separator and len(filled) == 1) or one.reference or one.literal:
            column, cell = filled[0]
            parts = [part.strip() for part in (cell.split(one.separator) if one.separator else [cell])]
            found = [self._of_cells(one, [(column, part)]) for part in dict.fromkeys(parts) if part]
        else:
            found = [self._of_cells(one, filled)]
        unfit = next((value for value in found if isinstance(value, _Unfit)), None)
        return unfit or tuple(value for value in found if isinstance(value, Value))

    def _of_cells(self, one: Field, filled: list[tuple[Column, str]]) -> Value | _Unfit:
        column, cell = filled[0]
        if one.literal:
            return _literal(one.literal, column.name, cell)
        if one.reference:
            iri = self._resolver.identifier(cell, column.prefix)
            return Value(iri) if iri else _Unfit(column.name, cell, f"'{cell}' is no identifier of a work.")
        if one.terms:
            found = next((one.terms[text.casefold()] for _, text in filled if text.casefold() in one.terms), None)
            if found:
                return Value(found)
            if one.default:
                return Value(one.default)
        if one.terms and not (one.kind or one.stub):
            return _Unfit(
                column.name, cell, f"'{cell}' has no counterpart: the map has no term for it.{_more(one.hint)}"
            )
        return self._thing(one, filled)

    def _thing(self, one: Field, filled: list[tuple[Column, str]]) -> Value | _Unfit:
        """Find the thing that cells name, each in its way; identifiers, which go before names, must name the same."""
        found: dict[str, str] = {}
        faults: list[_Unfit] = []
        for column, cell in filled:
            if found and self._resolver.identifier(cell, column.prefix) is None:
                continue
            try:
                found.setdefault(self._resolver.find(cell, column.prefix, one.kind, or_new=bool(one.stub)), column.name)
            except NotFoundError as error:
                faults.append(_Unfit(column.name, cell, f"{error}{_more(one.hint)}"))
        if len(found) > 1:
            said = " but ".join(f"{name} says {curie(iri)}" for iri, name in found.items())
            return _Unfit(filled[0][0].name, filled[0][1], f"{said}: which of them is meant?")
        if found:
            return Value(next(iter(found)))
        unknown = not any(self._resolver.candidates(cell, column.prefix) for column, cell in filled)
        return self._stub(one.stub, filled) if one.stub and unknown else faults[0]

    # --- stubs --------------------------------------------------------------------------------------------------------

    def _stub(self, class_: str, filled: list[tuple[Column, str]]) -> Value:
        """Make a stub of what the last column calls it, with the identifiers of all."""
        by_identifier = [(column, self._resolver.identifier(cell, column.prefix)) for column, cell in filled]
        identifiers = tuple(dict.fromkeys(iri for _, iri in by_identifier if iri))
        named = [cell for (column, cell), (_, iri) in zip(filled, by_identifier, strict=True) if iri is None]
        words = " ".join((named or [filled[-1][1]])[-1].split())
        habit = self._habit(class_)
        iri = self._stub_iri(habit.namespace, words)
        self.stubs[iri] = Stub(iri, class_, words, identifiers, habit.makes_classes)
        self._resolver.add(iri, words, identifiers, habit.classes)
        return Value(iri)

    def _habit(self, class_: str) -> _Habit:
        """Tell how the graph has things of a class: as classes, as kinds of receptor are, or as individuals."""
        if class_ not in self._habits:
            wider = self._graph.triples(class_, f"{PREFIXES['rdfs']}subClassOf")
            members = [s.value for s, _, _ in self._graph.triples(None, RDF + "type", class_)]
            individual = any(self._resolver.is_of(one, class_) and not is_class(self._graph, one) for one in members)
            namespaces = (iri.rpartition("/")[0] + "/" for iri in members if iri.startswith(BASE))
            classes = [class_, *(o.value for _, _, o in wider if o.kind == "iri")]
            self._habits[class_] = _Habit(classes, not individual, next(namespaces, BASE))
        return self._habits[class_]

    def _stub_iri(self, namespace: str, words: str) -> str:
        plain = slugged(words)
        if namespace == BASE:
            local = "".join(part[:1].upper() + part[1:] for part in re.findall("[A-Za-z0-9]+", words)) or plain
            local = local if local[:1].isalpha() else f"X{local}"
        else:
            local = plain.upper() if namespace == PREFIXES["gene"] else plain
        iri, number = namespace + local, 1
        while self._resolver.is_known(iri):
            number += 1
            iri = f"{namespace}{local}-{number}"
        return iri

    # --- words --------------------------------------------------------------------------------------------------------

    def _filled(self, text: str, said: Mapping[str, tuple[Value, ...]], row: Row) -> str:
        """Put labels of values, and cells, into a text where it has `{property}` or `{Column}`."""
        if not text:
            return text

        def word(found: re.Match[str]) -> str:
            values = said.get(found[1])
            if values is None:
                return row.cells.get(found[1], "")
            return " and ".join(self._word(value) for value in values)

        return " ".join(_PLACEHOLDER.sub(word, text).split())

    def _word(self, value: Value) -> str:
        if value.literal:
            return value.text
        if value.text not in self._words:
            stub = self.stubs.get(value.text)
            self._words[value.text] = stub.label if stub else label(self._graph, value.text)
        return self._words[value.text]

    def _worded(self, words: str, row: Row) -> str:
        """Give a claim a label that no other has: where two would be the same, the second names its row."""
        words = words[:1].upper() + words[1:]
        number = self._labels[words] = self._labels.get(words, 0) + 1
        added = f" ({self._map.name}, {row.place})" if number > 1 else ""
        if len(words) + len(added) <= _LONGEST:
            return words + added
        added = added or f" ({self._map.name}, {row.place})"
        return words[: _LONGEST - len(added) - 1].rsplit(" ", 1)[0] + "…" + added

    def _named(self, name: str) -> str:
        number = self._names[name] = self._names.get(name, 0) + 1
        return f"{PREFIXES['claim']}{name}{f'-{number}' if number > 1 else ''}"


def _order(pair: tuple[str, Value]) -> tuple[str, str, str]:
    property_, value = pair
    return property_, value.text, value.literal or ""


def _meets(when: Mapping[str, frozenset[str]], row: Row) -> bool:
    return all(_is_one_of(row.cells.get(column, ""), wanted) for column, wanted in when.items())


def _is_one_of(cell: str, wanted: frozenset[str]) -> bool:
    """Compare a cell, or one of the values in it that a bar stands between, without regard to case."""
    folded = cell.casefold()
    return folded in wanted or ("|" in folded and any(part.strip() in wanted for part in folded.split("|")))


def _literal(kind: str, column: str, cell: str) -> Value | _Unfit:
    """Read a cell as a literal."""
    text = _BOOLEANS.get(cell.casefold(), cell.casefold()) if kind == "boolean" else cell
    if kind != "text" and not _NUMBERS[kind].fullmatch(text):
        meant = "true or false" if kind == "boolean" else f"a number ({kind})"
        return _Unfit(column, cell, f"'{cell}' is not {meant}.")
    return Value(text if kind == "text" else text.lstrip("+"), kind)


def _more(hint: str) -> str:
    return f" {hint}" if hint else ""


def slugged(text: str) -> str:
    """Write a text in small letters and digits, with hyphens between words.

    >>> slugged("5-HT1B (R)-agonist, Ångström β")
    '5-ht1b-r-agonist-angstrom-beta'
    """
    if not text.isascii():
        text = _GREEK.sub(lambda found: f" {_letter(found[0])} ", text)
        text = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return _BETWEEN.sub("-", text.lower()).strip("-") or "x"


def _letter(character: str) -> str:
    return unicodedata.name(character, "").rpartition(" ")[2].lower()
