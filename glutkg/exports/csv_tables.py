"""CSV tables with a Frictionless data package: one a class of record, one of terms, one of mappings."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING, NamedTuple

from glutkg.exports.claims import Record, joined, plain_values
from glutkg.linked_data import jsonld
from glutkg.rdf.namespaces import SKOS, XSD, curie, expand, slug
from glutkg.relations import grouped
from glutkg.version import VERSION

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from glutkg.exports.content import Content, Files

_TYPES = {XSD + "integer": "integer", XSD + "decimal": "number", XSD + "double": "number", XSD + "boolean": "boolean"}
_PACKAGE = "datapackage.json"
_MAPPINGS = ("subject", "predicate", "object")


class Sheet(NamedTuple):
    """A table: its name, its columns, its rows as texts, and the columns that identify a row."""

    name: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    key: Sequence[str]


def files(content: Content) -> Files:
    """Write the tables, and the data package that describes them."""
    sheets = list(_sheets(content))
    made = {f"{sheet.name}.csv": _csv(sheet) for sheet in sheets}
    return {_PACKAGE: _package(content, sheets), **made}


def _sheets(content: Content) -> Iterator[Sheet]:
    claims = {claim.name for claim in content.claims}
    kinds = grouped(
        ("claims" if one.name in claims else slug(expand(one.kind) or one.kind), one) for one in content.records
    )
    for name, records in sorted(kinds.items()):
        yield _sheet(name, records)
    mapped = {SKOS + name for name in ("exactMatch", "closeMatch", "broadMatch", "narrowMatch", "relatedMatch")}
    known = {record.name for record in content.records}
    others = [record for record in plain_values(content.stated, mapped) if record.name not in known]
    yield _sheet("terms", others)
    triples = [quad for quad in content.stated if quad.predicate.value in mapped]
    rows = sorted({(curie(q.subject.value), curie(q.predicate.value), curie(q.object.value)) for q in triples})  # type: ignore[union-attr]
    yield Sheet("mappings", _MAPPINGS, rows, _MAPPINGS)


def _sheet(name: str, records: Iterable[Record]) -> Sheet:
    """Put records into a table, with a column for each property that one of them has."""
    listed = list(records)
    columns = sorted({column for record in listed for column in record.values})
    rows = [
        [record.name, record.kind, *(joined(record.values.get(column, ())) for column in columns)] for record in listed
    ]
    return Sheet(name, ["id", "class", *map(_short, columns)], rows, ["id"])


def _short(property_: str) -> str:
    return property_.removeprefix("glut:")


def _csv(sheet: Sheet) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(sheet.columns)
    writer.writerows(sheet.rows)
    return text.getvalue().encode()


# --- the data package ---


def _terms(content: Content, sheet: Sheet) -> Mapping[str, dict[str, str]]:
    """Give for each column of a table the JSON-LD term of its property: of which kind its values are."""
    quads = [quad for row in sheet.rows for quad in content.about(expand(row[0]) or row[0])]
    terms = [term for term in jsonld.context(quads).values() if isinstance(term, dict)]
    return {_short(term["@id"]): term for term in terms if "@prefix" not in term}


def _package(content: Content, sheets: Sequence[Sheet]) -> bytes:
    keys = {sheet.name: {row[0] for row in sheet.rows} for sheet in sheets if sheet.key == ["id"]}
    package = {
        "profile": "tabular-data-package",
        "name": "glutkg",
        "title": "glutkg: claims of glutamatergic pharmacology, with the terms, sources and mappings behind them",
        "version": VERSION,
        "licenses": [{"name": "CC-BY-4.0", "path": "https://creativecommons.org/licenses/by/4.0/"}],
        "resources": [_resource(sheet, _terms(content, sheet), keys) for sheet in sheets],
    }
    return (json.dumps(package, ensure_ascii=False, indent=1) + "\n").encode()


def _resource(sheet: Sheet, terms: Mapping[str, dict[str, str]], keys: Mapping[str, set[str]]) -> dict[str, object]:
    columns = list(zip(sheet.columns, zip(*sheet.rows, strict=True), strict=True)) if sheet.rows else []
    fields = [_field(name, values, sheet.key, terms.get(name, {})) for name, values in columns]
    foreign = [one for name, values in columns for one in _foreign(name, values, keys) if name not in sheet.key]
    schema = {"fields": fields, "primaryKey": list(sheet.key), "foreignKeys": foreign, "missingValues": [""]}
    return {
        "profile": "tabular-data-resource",
        "name": sheet.name,
        "path": f"{sheet.name}.csv",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "schema": schema,
    }


def _field(name: str, values: Sequence[str], key: Sequence[str], term: Mapping[str, str]) -> dict[str, object]:
    several = any("|" in value for value in values)
    kind = _TYPES.get(expand(term.get("@type", "")) or "", "string")
    field: dict[str, object] = {"name": name, "type": "string" if several else kind}
    if term:
        field["term"] = term
    if name in key:
        field["constraints"] = {"required": True, **({"unique": True} if len(key) == 1 else {})}
    return field


def _foreign(name: str, values: Sequence[str], keys: Mapping[str, set[str]]) -> Iterator[dict[str, object]]:
    """Give the table in whose key all values of a column are."""
    found = {value for value in values if value}
    for table, known in keys.items():
        if found and found <= known:
            yield {"fields": [name], "reference": {"resource": table, "fields": ["id"]}}
