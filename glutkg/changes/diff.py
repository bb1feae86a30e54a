"""What differs between two snapshots of the graph: axioms, records, inferred triples and answers."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from glutkg.changes import report
from glutkg.changes.report import AnswerChange, InferenceChange
from glutkg.changes.snapshots import questions_for
from glutkg.rdf.manchester import Manchester
from glutkg.rdf.namespaces import BASE, RDF, RDFS, STATED_GRAPH, curie
from glutkg.rdf.terms import Term, Triple, from_name
from glutkg.relations import grouped, reached
from glutkg.store.graph import differences
from glutkg.store.labels import preferred
from glutkg.text.documents import Document, Heading, Presentable, counted, item, items, paragraph
from glutkg.text.tables import Table

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from glutkg.changes.snapshots import Snapshot
    from glutkg.text.documents import Block, Item

_CLAIM = BASE + "Claim"
_MOST = 40
"""Items of a part that people are shown; the other forms have all."""


@dataclass(frozen=True, slots=True)
class AxiomChange:
    """A statement of the ontology that came (`+`) or went (`-`): what it is about, and the statement as text."""

    sign: str
    about: str
    text: str


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One property of a record, with the values that went and those that came, as text."""

    property: str
    gone: tuple[str, ...]
    come: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RecordChange:
    """A claim or another record that came (`+`), went (`-`) or changed (`~`), field by field."""

    sign: str
    record: str
    label: str
    is_claim: bool
    fields: tuple[FieldChange, ...]


@dataclass(frozen=True, slots=True, repr=False)
class Diff(Presentable):
    """What differs between an old and a new snapshot; `notes` report what could not be compared, and why."""

    old: str
    new: str
    axioms: tuple[AxiomChange, ...]
    records: tuple[RecordChange, ...]
    inferred: tuple[InferenceChange, ...]
    answers: tuple[AnswerChange, ...]
    notes: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        """Whether anything differs."""
        return bool(self.axioms or self.records or self.inferred or self.answers)

    def document(self) -> Document:
        """Give what differs, level by level."""
        claims = [record for record in self.records if record.is_claim]
        others = [record for record in self.records if not record.is_claim]
        axioms = [item(f"{axiom.sign} {curie(axiom.about)} {axiom.text}".rstrip()) for axiom in self.axioms]
        changed = frozenset(record.record for record in self.records)
        answered = f"{counted(len(self.answers), 'question')} answered differently"
        return Document(
            (
                paragraph(f"from {self.old} to {self.new}", *(f"note: {note}" for note in self.notes)),
                *self._level("Axioms", "axioms", self.axioms, axioms),
                *self._level("Claims", "records", claims, map(_record_item, claims)),
                *self._level("Other records", "records", others, map(_record_item, others)),
                *self._level("Inferred", "inferred", self.inferred, ()),
                *report.inference_blocks(self.inferred, changed),
                Heading("Answers"),
                paragraph(_NOT_COMPARED if "answers" in self.left_out else answered),
                *report.answer_blocks(self.answers),
            )
        )

    def _level(
        self,
        title: str,
        level: str,
        changes: Sequence[AxiomChange | RecordChange | InferenceChange],
        listed: Iterable[Item],
    ) -> Iterator[Block]:
        yield Heading(title)
        yield paragraph(_NOT_COMPARED if level in self.left_out else _counts(change.sign for change in changes))
        if found := list(listed):
            yield report.cut(found, _MOST)

    def table(self) -> Table:
        """Give it as one table, a change a row; a changed record has a row for each field."""
        rows = [report.row("axiom", axiom.sign, axiom.about, axiom.text, "") for axiom in self.axioms]
        for record in self.records:
            level = "claim" if record.is_claim else "record"
            if record.sign != "~":
                rows.append(report.row(level, record.sign, record.record, record.label, ""))
            for field in record.fields if record.sign == "~" else ():
                rows.append(report.row(level, "~", record.record, _field_text(field), ""))
        rows += [*report.inference_rows(self.inferred), *report.answer_rows(self.answers)]
        return Table(report.COLUMNS, tuple(rows))

    def json_value(self) -> dict[str, object]:
        """Give what differs, level by level."""
        return {
            "old": self.old,
            "new": self.new,
            "notes": list(self.notes),
            "leftOut": list(self.left_out),
            "axioms": [{"change": a.sign, "about": a.about, "axiom": a.text} for a in self.axioms],
            "records": [
                {
                    "change": record.sign,
                    "record": record.record,
                    "label": record.label,
                    "isClaim": record.is_claim,
                    "fields": [{"property": f.property, "gone": f.gone, "come": f.come} for f in record.fields],
                }
                for record in self.records
            ],
            "inferred": report.inferences_as_json(self.inferred),
            "answers": report.answers_as_json(self.answers),
        }


_NOT_COMPARED = "not compared"


def _counts(signs: Iterable[str]) -> str:
    found = list(signs)
    words = (("+", "more"), ("-", "fewer"), ("~", "changed"))
    return ", ".join(f"{found.count(sign):,} {word}" for sign, word in words if sign in found) or "no difference"


def _record_item(record: RecordChange) -> Item:
    text = f"{record.sign} {curie(record.record)}  {record.label}"
    return item(text, items(*map(_field_text, record.fields))) if record.sign == "~" else item(text)


def _field_text(field: FieldChange) -> str:
    values = [*(f"- {text}" for text in field.gone), *(f"+ {text}" for text in field.come)]
    return f"{curie(field.property)}: {'; '.join(values)}"


def difference(old: Snapshot, new: Snapshot, folder: Path) -> Diff:
    """Compare two snapshots on all levels that both have; `folder` is the data folder in use, for its questions."""
    notes = [*old.notes, *new.notes]
    both_stated = old.has_stated and new.has_stated
    if old.is_separated != new.is_separated:
        old, new = _mixed(old), _mixed(new)
    stated = [snapshot.stated() if both_stated else set() for snapshot in (old, new)]
    one, other = map(_Stated, stated)
    axioms = tuple(_axioms(one, other))
    can_infer = old.has_inferred and new.has_inferred and old.is_separated and new.is_separated
    can_answer = both_stated and old.is_separated and new.is_separated
    compared = {"axioms": both_stated, "records": both_stated, "inferred": can_infer, "answers": can_answer}
    asked = questions_for((old, new), folder) if can_answer else []
    only = sorted({q.name for q in old.questions} - {q.name for q in new.questions}) if new.questions else []
    if only:
        notes.append(f"questions of {old.name} alone: {', '.join(only)}.")
    gone, came = differences(old.graph, new.graph) if can_infer else ([], [])
    changed = (
        (old.graph, _comparable({*gone, *(stated[0] - stated[1])}, bool(axioms))),
        (new.graph, _comparable({*came, *(stated[1] - stated[0])}, bool(axioms))),
    )
    return Diff(
        old.name,
        new.name,
        axioms,
        tuple(_records(one, other)),
        (*_inferred("+", new, came), *_inferred("-", old, gone)) if can_infer else (),
        tuple(report.answer_changes(asked, *changed)),
        tuple(notes),
        tuple(level for level, is_compared in compared.items() if not is_compared),
    )


def _mixed(state: Snapshot) -> Snapshot:
    return replace(state, is_separated=False)


# --- axioms and records -----------------------------------------------------------------------------------------------


class _Stated:
    """Stated triples by what they are about, with expressions written out, so that blank nodes need no names."""

    def __init__(self, triples: set[Triple]) -> None:
        self._about = grouped((triple[0], triple) for triple in sorted(triples))
        types_of = {s: {o.value for _, p, o in about if p.value == RDF + "type"} for s, about in self._about.items()}
        wider = {s.value: {o.value for _, p, o in t if p.value == RDFS + "subClassOf"} for s, t in self._about.items()}
        claims = set(reached([_CLAIM], lambda class_: [name for name, supers in wider.items() if class_ in supers]))
        self.records = {s.value for s, types in types_of.items() if s.kind == "iri" and any(map(_is_ours, types))}
        self.claims = {s for s in self.records if types_of[from_name(s)] & claims}
        inner = {o for about in self._about.values() for _, _, o in about if o.kind == "blank"}
        self._roots = [s for s in self._about if s not in inner]

    def axioms(self) -> set[tuple[str, str]]:
        """Give what is stated of anything but records, as what it is about and the statement as text."""
        found = set()
        for subject in self._roots:
            if subject.kind == "blank":
                found.add(("", self._bracketed(subject)))
            elif subject.value not in self.records:
                found |= {(subject.value, f"{_verb(p)} {self.text(o)}") for _, p, o in self._about[subject]}
        return found

    def fields(self, record: str) -> dict[str, set[str]]:
        """Give the properties of a record with their values as text."""
        values = grouped((p.value, self.text(o)) for _, p, o in self._about.get(from_name(record), []))
        return {name: set(texts) for name, texts in values.items()}

    def label(self, record: str) -> str:
        """Give the label of a record, or nothing."""
        labels = (o for _, p, o in self._about.get(from_name(record), []) if p.value == RDFS + "label")
        return found.value if (found := preferred(labels)) else ""

    def text(self, term: Term) -> str:
        """Write a term: class expressions and collections in Manchester syntax, other blank nodes in brackets."""
        if term.kind == "literal":
            return f'"{term.value}"' + (f"@{term.language}" if term.language else "")
        if term.kind == "iri":
            return curie(term.value)
        text = Manchester(self._of, self.text, self._bracketed, ", ").text(term)
        return text if text.startswith("[") else f"({text})"

    def _bracketed(self, node: Term) -> str:
        return f"[{'; '.join(sorted(f'{_verb(p)} {self.text(o)}' for _, p, o in self._of(node)))}]"

    def _of(self, term: Term) -> list[Triple]:
        return self._about.get(term, [])


def _is_ours(class_: str) -> bool:
    return class_.startswith(BASE)


def _verb(predicate: Term) -> str:
    return "a" if predicate.value == RDF + "type" else curie(predicate.value)


def _axioms(old: _Stated, new: _Stated) -> Iterator[AxiomChange]:
    before, after = old.axioms(), new.axioms()
    signed = [(about, text, "-") for about, text in before - after]
    signed += [(about, text, "+") for about, text in after - before]
    yield from (AxiomChange(sign, about, text) for about, text, sign in sorted(signed))


def _records(old: _Stated, new: _Stated) -> Iterator[RecordChange]:
    for record in sorted(old.records | new.records):
        before, after = old.fields(record), new.fields(record)
        fields = tuple(
            FieldChange(name, tuple(sorted(gone)), tuple(sorted(come)))
            for name in sorted({*before, *after})
            for gone, come in [
                (before.get(name, set()) - after.get(name, set()), after.get(name, set()) - before.get(name, set()))
            ]
            if gone or come
        )
        if fields:
            sign = "+" if record not in old.records else "-" if record not in new.records else "~"
            label = new.label(record) or old.label(record)
            yield RecordChange(sign, record, label, record in old.claims | new.claims, fields)


# --- inferred triples and answers -------------------------------------------------------------------------------------


def _comparable(triples: set[Triple], has_new_axioms: bool) -> Iterable[Triple]:
    """Leave out triples with blank nodes, which differ by name alone where no axiom differs."""
    return triples if has_new_axioms else filter(_is_named, triples)


def _is_named(triple: Triple) -> bool:
    """Tell whether a triple has no blank node, whose name another graph does not share."""
    return "blank" not in (triple[0].kind, triple[2].kind)


def _inferred(sign: str, snapshot: Snapshot, triples: Iterable[Triple]) -> list[InferenceChange]:
    inferred = [t for t in triples if _is_named(t) and not snapshot.graph.has(t, STATED_GRAPH)]
    return report.inference_changes(sign, snapshot.graph, inferred, dict(snapshot.rules))
