"""Records as Turtle in the idiom of `facts/`: one triple a line, class first, then label and what it is about."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, TypeVar

from glutkg.imports.records import slugged
from glutkg.rdf.namespaces import BASE, PREFIXES, curie

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from glutkg.imports.column_map import ColumnMap
    from glutkg.imports.records import Claim, Records, Stub, Value

_T = TypeVar("_T")
PER_FILE = 20_000
"""Claims in a file, which stays below the size up to which files are read."""
_LOCAL = re.compile(r"[A-Za-z0-9]([\w-]*[A-Za-z0-9])?")
_ESCAPED = str.maketrans({"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"})
_DOCUMENT = {
    "title": "dcterms:title", "creator": "dcterms:creator", "date": "dcterms:date", "licence": "dcterms:license",
    "publisher": "dcterms:publisher", "citation": "dcterms:bibliographicCitation",
}  # fmt: skip
_STATED_IN = BASE + "statedIn"


def turtle_files(records: Records, map_: ColumnMap, claims: Sequence[Claim]) -> dict[str, bytes]:
    """Write records as files by name: the source with the works that it cites, stubs, and the claims."""
    writer = _Writer(map_)
    used = {iri for claim in claims for iri in claim.uses}
    numbers = records.numbered(claims)
    stubs = [stub for iri, stub in records.stubs.items() if iri in used]
    files = {"source": writer.source(numbers)}
    if stubs:
        files["stubs"] = writer.stubs(stubs)
    files |= _cut("entries", [*_entries(claims).items()], lambda some: writer.entries(some, numbers))
    files |= _cut("claims", claims, lambda some: writer.claims(some, numbers))
    return {f"{name}.ttl": text.encode() for name, text in files.items()}


def _entries(claims: Iterable[Claim]) -> dict[str, list[str]]:
    """Give the entries that state claims, by their places, with the works that they cite for them."""
    found: dict[str, list[str]] = {}
    for claim in claims:
        for row, texts in claim.sources:
            found.setdefault(row.place, []).extend(texts)
    return found


def _cut(name: str, records: Sequence[_T], write: Callable[[Sequence[_T]], str]) -> dict[str, str]:
    """Write records into one file, or into several where they are many."""
    if len(records) <= PER_FILE:
        return {name: write(records)}
    starts = range(0, len(records), PER_FILE)
    return {f"{name}-{start // PER_FILE + 1:03}": write(records[start : start + PER_FILE]) for start in starts}


class _Writer:
    """Writes terms with the prefixes of a file, and remembers which ones it used."""

    def __init__(self, map_: ColumnMap) -> None:
        self._map = map_
        self._document = PREFIXES["source"] + map_.name
        self._used: dict[str, str] = {}
        self._terms: dict[str, str] = {}

    def source(self, numbers: Mapping[str, int]) -> str:
        """Write the document that stands for the source, and a record of each work that it cites."""
        self._start()
        source = self._map.source
        lines = [f'rdfs:label "{_text(source["label"])}"@en']
        lines += [f'{name} "{_text(source[key])}"' for key, name in _DOCUMENT.items() if source.get(key)]
        lines += [f"rdfs:seeAlso {self._iri(source['url'])}"] if source.get("url") else []
        records = [self._record(self._document, "Document", lines)]
        for text, number in numbers.items():
            lines = [
                f'rdfs:label "reference {number} of {_text(source["label"])}"@en',
                f"glut:referenceNumber {number}",
                f"glut:partOfDocument {self._iri(self._document)}",
                f"dcterms:identifier {self._iri(text)}",
            ]
            records.append(self._record(f"{self._document}#ref-{number}", "CitedReference", lines))
        return self._file(f"{source['label']}: the source, and the works that it cites.", records)

    def stubs(self, stubs: Iterable[Stub]) -> str:
        """Write what was not known before: its name, its class and its identifiers, and that this is all."""
        self._start()
        records = []
        for stub in stubs:
            kind = f"rdfs:subClassOf {self._iri(stub.class_)}"
            lines = [kind] if stub.is_class else []
            lines += [f'rdfs:label "{_text(stub.label)}"@en']
            lines += [f"skos:exactMatch {self._iri(iri)}" for iri in stub.identifiers]
            label = self._map.source["label"]
            if stub.is_class:
                lines.append(f'skos:definition "A kind of which only the name is known, from {_text(label)}."@en')
            lines.append(
                f'skos:editorialNote "A stub: only its name and identifiers are known, from {_text(label)}."@en'
            )
            records.append(self._record(stub.iri, "owl:Class" if stub.is_class else stub.class_, lines))
        return self._file("Stubs: what the source names and the graph did not have.", records)

    def entries(self, entries: Iterable[tuple[str, Iterable[str]]], numbers: Mapping[str, int]) -> str:
        """Write entries of the source, by their places, with the works that each cites."""
        self._start()
        label = _text(self._map.source["label"])
        records = []
        for place, texts in entries:
            lines = [
                f'rdfs:label "{label}, {_text(place)}"@en',
                f"glut:partOfDocument {self._iri(self._document)}",
                f'dcterms:identifier "{_text(place)}"',
            ]
            works = (self._iri(f"{self._document}#ref-{numbers[text]}") for text in dict.fromkeys(texts))
            lines += [f"glut:citesReference {work}" for work in works]
            records.append(self._record(self._entry(place), "SourceEntry", lines))
        return self._file(f"{self._map.source['label']}: the entries from which claims are taken.", records)

    def _entry(self, place: str) -> str:
        return f"{self._document}#{slugged(place)}"

    def claims(self, claims: Iterable[Claim], numbers: Mapping[str, int]) -> str:
        """Write claims."""
        self._start()
        reference = f"{self._iri(BASE + 'cites')} "
        records = []
        for claim in claims:
            lines = [f'rdfs:label "{_text(claim.label)}"@en']
            lines += [f"{self._iri(property_)} {self._value(value)}" for property_, value in claim.values]
            lines += [f"{self._iri(_STATED_IN)} {self._iri(self._entry(row.place))}" for row in claim.rows]
            lines += [reference + self._iri(f"{self._document}#ref-{numbers[text]}") for text in claim.cites]
            lines += [f'skos:editorialNote "{_text(claim.note)}"@en'] if claim.note else []
            records.append(self._record(claim.iri, claim.class_, lines))
        return self._file(f"{self._map.source['label']}: what it states.", records)

    # --- terms --------------------------------------------------------------------------------------------------------

    def _start(self) -> None:
        self._used, self._terms = {}, {}

    def _record(self, iri: str, class_: str, lines: Sequence[str]) -> str:
        type_ = class_ if class_.startswith("owl:") else self._iri(class_ if "/" in class_ else BASE + class_)
        return f"{self._iri(iri)} a {type_} ;\n    " + " ;\n    ".join(lines) + " .\n"

    def _iri(self, iri: str) -> str:
        found = self._terms.get(iri)
        if found is None:
            found = self._terms[iri] = self._shortened(iri)
        return found

    def _shortened(self, iri: str) -> str:
        own = f"{self._document}#"
        prefix, _, local = curie(iri).partition(":")
        if iri.startswith(own):
            prefix, local = self._map.name, iri.removeprefix(own)
        namespace = own if iri.startswith(own) else PREFIXES.get(prefix)
        if namespace is None or not _LOCAL.fullmatch(local):
            return f"<{iri}>"
        self._used[prefix] = namespace
        return f"{prefix}:{local}"

    def _value(self, value: Value) -> str:
        if value.literal is None:
            return self._iri(value.text)
        if value.literal == "decimal":
            return value.text if "." in value.text else f"{value.text}.0"
        return f'"{_text(value.text)}"' if value.literal == "text" else value.text

    def _file(self, title: str, records: Sequence[str]) -> str:
        body = "\n".join(records)
        for prefix in ("dcterms", "glut", "owl", "rdfs", "skos"):
            mark = f"{prefix}:"
            if mark in body and re.search(rf"(?<![\w:/]){mark}", body):  # what is nowhere is soon told
                self._used[prefix] = PREFIXES[prefix]
        head = "".join(f"@prefix {prefix}: <{self._used[prefix]}> .\n" for prefix in sorted(self._used))
        return f"{head}\n# {title}\n\n{body}"


def _text(text: str) -> str:
    """Write a text as it stands between quotation marks of Turtle."""
    return text.translate(_ESCAPED)
