"""What a format cannot carry: its statement, and what that means for the graph at hand, record by record."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, NamedTuple

from glutkg.exports.declared import declared
from glutkg.rdf.namespaces import curie
from glutkg.relations import grouped
from glutkg.text.line_width import page_width, wrapped

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from glutkg.exports.content import Content
    from glutkg.linked_data.parts import Quad

    Row = Mapping[str, object]


class LeftOut(NamedTuple):
    """A record that a format does not hold, and why."""

    name: str
    why: str


class Fate(NamedTuple):
    """What becomes of records in a format: those left out, what others lose, values not told apart."""

    left_out: Sequence[LeftOut] = ()
    lost: Mapping[str, Sequence[str]] = {}
    merged: Sequence[tuple[str, Sequence[str]]] = ()


class Loss(NamedTuple):
    """A kind of thing that a format loses, how many of them the graph has, and why."""

    what: str
    number: int
    why: str


class Report(NamedTuple):
    """What a format does to the graph at hand."""

    name: str
    title: str
    losses: Sequence[Loss]
    fate: Fate

    def json(self) -> str:
        """Write the report for programs."""
        made = {
            "format": self.name,
            "title": self.title,
            "lost": [loss._asdict() for loss in self.losses],
            "leftOut": [record._asdict() for record in self.fate.left_out],
            "lostProperties": {name: list(lost) for name, lost in self.fate.lost.items() if lost},
            "merged": [{"property": name, "values": list(values)} for name, values in self.fate.merged],
        }
        return json.dumps(made, ensure_ascii=False, indent=1) + "\n"

    def text(self) -> str:
        """Write the report for people: what is lost, then each record that is left out, under its reason."""
        lines = [self.title, ""]
        for loss in self.losses:
            lines += _indented(f"{loss.number} {NAMES[loss.what]}: {loss.why}", "")
        if not self.losses:
            lines.append("Nothing is lost.")
        for why, names in grouped((record.why, record.name) for record in self.fate.left_out).items():
            lines += ["", *_indented(f"LEFT OUT: {why}", "")]
            lines += _indented(", ".join(sorted(names)), "  ")
        carried = {name: lost for name, lost in self.fate.lost.items() if lost}
        lines += ["", "LOST PROPERTIES"] if carried else []
        for name, lost in carried.items():
            lines += _indented(f"{name}: {', '.join(lost)}", "  ")
        lines += ["", "NOT TOLD APART"] if self.fate.merged else []
        for name, values in self.fate.merged:
            lines += _indented(f"{name}: {', '.join(values)}", "  ")
        return "".join(f"{line}\n" for line in lines)


def _indented(text: str, indent: str) -> list[str]:
    first, *others = wrapped(text, page_width() - len(indent), indent + "  ")
    return [indent + first, *others]


def report(content: Content, name: str, fate: Fate) -> Report:
    """Report what a format loses of some content, by the statement of the format."""
    statement = declared(content.folder, name)
    losses = [Loss(row["what"], len(lost(content, row, fate)), row["why"]) for row in statement.get("lost", ())]
    return Report(name, statement["title"], losses, fate)


NAMES = {
    "graphs": "named graphs",
    "auxiliary": "auxiliary relations",
    "inferred": "inferred triples",
    "triples": "stated triples",
    "axioms": "stated triples about terms and things",
    "expressions": "stated triples of class expressions and lists",
    "records": "triples about records that are no claims",
    "claims": "claims",
    "classes": "classes of claims",
    "qualifiers": "properties of claims",
    "properties": "properties",
    "merged": "sets of values",
}
"""What a statement may name as lost, as people read it."""


def lost(content: Content, row: Row, fate: Fate) -> set[object]:
    """Give what one row of a statement says is lost: triples, or names of what is not a stated triple."""
    return _KINDS[str(row["what"])](content, row, fate)


def _triples(content: Content, chosen: Callable[[Quad, str | None], bool]) -> set[object]:
    """Give the stated triples that are chosen by themselves and by the class of the record that they are about."""
    kinds = {record.name: record.kind for record in content.records}
    return {quad.triple for quad in content.stated if chosen(quad, kinds.get(_name(quad)))}


def _name(quad: Quad) -> str:
    return curie(getattr(quad.subject, "value", ""))


def _listed(row: Row, key: str) -> Sequence[str]:
    found = row.get(key, ())
    return found if isinstance(found, list) else ()


def _graphs(content: Content, row: Row, fate: Fate) -> set[object]:
    return {*content.graph.graph_names("both")}


def _auxiliary(content: Content, row: Row, fate: Fate) -> set[object]:
    return {*content.graph.auxiliary()}


def _inferred(content: Content, row: Row, fate: Fate) -> set[object]:
    return {quad.triple for quad in content.inferred}


def _all_but(content: Content, row: Row, fate: Fate) -> set[object]:
    return _triples(content, lambda quad, _: curie(quad.predicate.value) not in _listed(row, "but"))


def _properties(content: Content, row: Row, fate: Fate) -> set[object]:
    return _triples(content, lambda quad, _: curie(quad.predicate.value) in _listed(row, "of"))


def _axioms(content: Content, row: Row, fate: Fate) -> set[object]:
    return _triples(content, lambda _, kind: kind is None)


def _expressions(content: Content, row: Row, fate: Fate) -> set[object]:
    return _triples(content, lambda quad, _: str(quad.subject).startswith("_:") or str(quad.object).startswith("_:"))


def _records(content: Content, row: Row, fate: Fate) -> set[object]:
    claims = {claim.name for claim in content.claims}
    return _triples(content, lambda quad, kind: kind is not None and _name(quad) not in claims)


def _left_out(content: Content, row: Row, fate: Fate) -> set[object]:
    return {record.name for record in fate.left_out}


def _classes(content: Content, row: Row, fate: Fate) -> set[object]:
    return {claim.kind for claim in content.claims}


def _qualifiers(content: Content, row: Row, fate: Fate) -> set[object]:
    return _triples(content, lambda quad, _: curie(quad.predicate.value) in fate.lost.get(_name(quad), ()))


def _merged(content: Content, row: Row, fate: Fate) -> set[object]:
    return {*fate.merged}


_KINDS = {
    "graphs": _graphs,
    "auxiliary": _auxiliary,
    "inferred": _inferred,
    "triples": _all_but,
    "properties": _properties,
    "axioms": _axioms,
    "expressions": _expressions,
    "records": _records,
    "claims": _left_out,
    "classes": _classes,
    "qualifiers": _qualifiers,
    "merged": _merged,
}
