"""What differs between two graphs, as people and programs read it: inferred triples and answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from glutkg.questions.affected import ChangedTriples, QueryPatterns
from glutkg.questions.answer_changes import compare
from glutkg.questions.answering import answer, prepared
from glutkg.rdf.namespaces import INFERRED_GRAPH, RDF, RDFS
from glutkg.rdf.terms import Term, Triple
from glutkg.store.names import label
from glutkg.text.cells import joined
from glutkg.text.escaping import without_tags
from glutkg.text.tables import Table
from glutkg.text.view import text_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from glutkg.questions.answer_changes import RowChange
    from glutkg.questions.question import Question
    from glutkg.store.graph import Graph
    from glutkg.text.cells import Row

COLUMNS = ("level", "change", "about", "what", "because")
"""The columns of changes as one table: level, `+`, `-` or `~`, about what, what, and rule or place."""
_WORDS = {RDF + "type": "is a", RDFS + "subClassOf": "is a kind of"}
_MOST = 12
"""Lines of a part that people are shown; the other forms have all."""
_MANY = 60
"""Of more inferred triples, people are shown one for each rule."""


@dataclass(frozen=True, slots=True)
class InferenceChange:
    """An inferred triple that came (`+`) or went (`-`), the rule that infers it, and both in words."""

    sign: str
    triple: Triple
    rule: str
    rule_label: str
    statement: str


@dataclass(frozen=True, slots=True)
class AnswerChange:
    """How the answer to a question with its default values changed: rows that came, went or changed."""

    question: Question
    columns: tuple[str, ...]
    rows: tuple[RowChange, ...]

    def count(self, sign: str) -> int:
        """Count the rows that came (`+`), went (`-`) or changed (`~`)."""
        return sum(row.sign == sign for row in self.rows)


def counted(number: int, noun: str) -> str:
    """Count something.

    >>> counted(1, "question"), counted(2, "question")
    ('1 question', '2 questions')
    """
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def in_words(graph: Graph, triple: Triple) -> str:
    """Write a triple in words, with labels."""
    subject, predicate, object_ = triple
    words = _WORDS.get(predicate.value) or label(graph, predicate.value)
    return f"{_name(graph, subject)} – {words} – {_name(graph, object_)}"


def _name(graph: Graph, term: Term) -> str:
    if term.kind == "literal":
        return f"“{term.value}”"
    return label(graph, term.value) if term.kind == "iri" else "an expression"


def inference_changes(
    sign: str, graph: Graph, triples: Iterable[Triple], labels: Mapping[str, str]
) -> list[InferenceChange]:
    """Put inferred triples of a graph into words, sorted by them; `labels` are those of rules, by their graphs."""
    steps = graph.auxiliary()
    found = [(triple, _rule_of(graph, triple)) for triple in triples if triple[1].value not in steps]
    changes = [
        InferenceChange(sign, triple, rule, labels.get(rule, rule.rpartition("/")[2]), in_words(graph, triple))
        for triple, rule in found
    ]
    return sorted(changes, key=lambda change: (change.statement, change.triple))


def _rule_of(graph: Graph, triple: Triple) -> str:
    """Name the graph of the rule that inferred a triple, or nothing where the graph does not show it."""
    return next((name for name in graph.graphs_of(triple) if name.startswith(INFERRED_GRAPH)), "")


def answer_changes(
    asked: Iterable[Question], old: tuple[Graph, Iterable[Triple]], new: tuple[Graph, Iterable[Triple]]
) -> list[AnswerChange]:
    """Compare the answers of two graphs to questions with their default values; those that are the same are left out.

    With each graph come the triples that the other one lacks; questions that these cannot affect are not asked.
    """
    changes = ChangedTriples(*old), ChangedTriples(*new)
    found = []
    for question in asked:
        patterns = QueryPatterns(question.query)
        if any(change.can_affect(patterns) for change in changes):
            before, after = (answer(graph, question, prepared(graph, question, {})) for graph, _ in (old, new))
            rows = compare(before, after)
            if rows:
                found.append(AnswerChange(question, after.columns, tuple(rows)))
    return found


# --- for people -------------------------------------------------------------------------------------------------------


def inference_lines(found: Sequence[InferenceChange], changed: frozenset[str]) -> Iterator[str]:
    """Write inferred triples by rule; those about the changed records themselves are only counted."""
    for sign, words in (("+", "follows now"), ("-", "follows no longer")):
        some = [change for change in found if change.sign == sign]
        others = [c for c in some if changed.isdisjoint((c.triple[0].value, c.triple[2].value))]
        if some:
            yield f"  {words}: {len(some):,}"
        most = _MOST if len(others) <= _MANY else 1
        for rule in sorted({change.rule_label for change in others}):
            lines = [f"{sign} {change.statement}" for change in others if change.rule_label == rule]
            yield f"    by {rule}"
            yield from _cut(lines, "      ", most)
        if len(some) > len(others):
            yield f"    {len(some) - len(others)} about the changed records themselves; --format csv gives them"


def answer_lines(found: Sequence[AnswerChange]) -> Iterator[str]:
    """Write the changed answers: for each question its rows, and of a changed row what changed."""
    for change in found:
        counts = ", ".join(f"{sign}{number}" for sign in "+-~" if (number := change.count(sign)))
        yield f"  {change.question.name} ({counts}): {change.question.question}"
        yield from _cut([*_row_lines(change)], "    ")


def _row_lines(change: AnswerChange) -> Iterator[str]:
    for row in change.rows:
        if row.old is not None and row.new is not None:
            yield f"~ {_brief(change.columns, row.new)}"
            yield from (f"    {line}" for line in _differences(change.columns, row.old, row.new))
        else:
            yield f"{row.sign} {_brief(change.columns, row.new or row.old or ())}"


def _brief(columns: tuple[str, ...], row: Row) -> str:
    """Write what a row is about: labels in place of IRIs, without lists of claims."""
    seen = Table(columns, (row,)).view()
    ((*cells,),) = seen.cells()
    shown = zip(seen.columns, cells, strict=True)
    return " | ".join(cell for column, cell in shown if cell and (column.labels or not column.holds_claims))


def _differences(columns: tuple[str, ...], old: Row, new: Row) -> Iterator[str]:
    seen = Table(columns, (old, new)).view()
    for name, one, other in zip(seen.headings, *seen.rows, strict=True):
        gone = [f"- {text_of((part,))}" for part in one if part not in other]
        come = [f"+ {text_of((part,))}" for part in other if part not in one]
        if gone or come:
            yield f"{name}: {'; '.join([*gone, *come])}"


def _cut(lines: Sequence[str], indent: str, most: int = _MOST) -> Iterator[str]:
    yield from (indent + line for line in lines[:most])
    if len(lines) > most:
        yield f"{indent}… and {len(lines) - most:,} more; --format csv gives all"


# --- for programs -----------------------------------------------------------------------------------------------------


def inference_rows(found: Iterable[InferenceChange]) -> Iterator[tuple[Term | None, ...]]:
    """Give inferred triples as rows of COLUMNS."""
    for change in found:
        yield row("inferred", change.sign, change.triple[0].value, change.statement, change.rule_label)


def answer_rows(found: Iterable[AnswerChange]) -> Iterator[tuple[Term | None, ...]]:
    """Give changed rows of answers as rows of COLUMNS."""
    for change in found:
        for changed in change.rows:
            text = _brief(change.columns, changed.new or changed.old or ())
            yield row("answer", changed.sign, change.question.name, text, "")


def row(*texts: str) -> tuple[Term | None, ...]:
    """Make a row of texts; an empty one is a missing cell, an IRI is one."""
    return tuple(
        Term("iri" if text.startswith("https://") and " " not in text else "literal", text) if text else None
        for text in texts
    )


def inferences_as_json(found: Iterable[InferenceChange]) -> list[dict[str, str]]:
    """Give inferred triples as JSON objects."""
    return [
        {
            "change": change.sign,
            **{name: term.name for name, term in zip(("subject", "predicate", "object"), change.triple, strict=True)},
            "statement": change.statement,
            "rule": change.rule,
            "ruleLabel": change.rule_label,
        }
        for change in found
    ]


def answers_as_json(found: Iterable[AnswerChange]) -> list[dict[str, object]]:
    """Give changed answers as JSON objects: rows by column, a changed row as it was and as it is."""
    return [
        {
            "question": change.question.name,
            "asks": change.question.question,
            "gained": [_cells(change, r.new) for r in change.rows if r.sign == "+"],
            "lost": [_cells(change, r.old) for r in change.rows if r.sign == "-"],
            "changed": [
                {"old": _cells(change, r.old), "new": _cells(change, r.new)} for r in change.rows if r.sign == "~"
            ],
        }
        for change in found
    ]


def _cells(change: AnswerChange, row_: Row | None) -> dict[str, object]:
    cells = zip(change.columns, map(joined, row_ or ()), strict=False)
    return {name: cell.python() for name, cell in cells if cell}


def as_markdown(lines: Iterable[str]) -> str:
    """Turn the lines for people into Markdown: headings for parts, lists for what stands below them."""
    made = []
    for line in "\n".join(lines).split("\n"):
        text = line.strip()
        depth = (len(line) - len(line.lstrip(" "))) // 2
        head, gap, rest = text.partition("  ")
        if not text:
            made.append("")
        elif depth == 0 and gap and head.isupper():
            made += [f"## {head.capitalize()}", "", rest]
        elif depth == 0:
            made += [text]
        else:
            made.append(f"{'  ' * (depth - 1)}- {text}")
    return without_tags("\n".join(made)) + "\n"
