"""What differs between two graphs in inferred triples and answers: as blocks of a document, rows of a table, JSON."""

from __future__ import annotations

import shlex
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

from glutkg.questions.affected_questions import ChangedTriples, can_affect
from glutkg.questions.answer_changes import compare
from glutkg.questions.answering import answer, default_terms, prepared
from glutkg.rdf.namespaces import INFERRED_GRAPH, expand
from glutkg.rdf.terms import Term, Triple, from_name
from glutkg.relations import grouped
from glutkg.store.direct_relations import direct
from glutkg.store.labels import label, triple_text
from glutkg.store.names import is_of_class, is_record
from glutkg.text.cells import joined
from glutkg.text.documents import item, items, paragraph
from glutkg.text.table_view import text_of
from glutkg.text.tables import Table

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

    from glutkg.questions.answer_changes import RowChange
    from glutkg.questions.question import Question
    from glutkg.store.graph import Graph
    from glutkg.text.cells import Row
    from glutkg.text.documents import Block, Item, Items

COLUMNS = ("level", "change", "about", "what", "because")
"""The columns of changes as one table: level, `+`, `-` or `~`, about what, what, and rule or place."""
_MOST = 12
"""Items of a part that people are shown; the other forms have all."""
_MANY = 60
"""Of more inferred triples, people are shown one for each rule."""
_ABOUT = "about the changed records themselves"


@dataclass(frozen=True, slots=True)
class InferenceChange:
    """An inferred triple that came (`+`) or went (`-`), the rule that infers it, and both in words.

    It `says_most` where it relates a thing, no record, and follows from no narrower triple that came or went with it.
    """

    sign: str
    triple: Triple
    rule: str
    rule_label: str
    statement: str
    says_most: bool = False


@dataclass(frozen=True, slots=True)
class AnswerChange:
    """How the answer to a question changed: rows that came, went or changed.

    `value` is the parameter with the IRI that it was asked for, called `name`; without one defaults were.
    """

    question: Question
    columns: tuple[str, ...]
    rows: tuple[RowChange, ...]
    value: tuple[str, str] | None = None
    name: str = ""

    @property
    def asked(self) -> str:
        """The name of the question with its value, as `ask` takes it: `compounds-at-receptor --receptor GluK2`."""
        value = f" --{self.value[0]} {shlex.quote(self.name)}" if self.value else ""
        return f"{self.question.name}{value}"

    def count(self, sign: str) -> int:
        """Count the rows that came (`+`), went (`-`) or changed (`~`)."""
        return sum(row.sign == sign for row in self.rows)


def inference_changes(
    sign: str, graph: Graph, triples: Iterable[Triple], labels: Mapping[str, str]
) -> list[InferenceChange]:
    """Put inferred triples of a graph into words, sorted by them; `labels` are those of rules, by their graphs."""
    steps = graph.auxiliary()
    found = [(triple, _rule_of(graph, triple)) for triple in triples if triple[1].value not in steps]
    telling = _telling(graph, [triple for triple, _ in found])
    changes = [
        InferenceChange(
            sign,
            triple,
            rule,
            labels.get(rule, rule.rpartition("/")[2]),
            triple_text(graph, triple),
            says_most=triple in telling,
        )
        for triple, rule in found
    ]
    return sorted(changes, key=lambda change: (change.statement, change.triple))


def _telling(graph: Graph, triples: Sequence[Triple]) -> set[Triple]:
    """Choose the triples that relate things other than records and follow from no narrower one among them."""
    about = grouped((triple[0].value, triple) for triple in triples if triple[0].kind == triple[2].kind == "iri")
    things = (found for thing, found in about.items() if not is_record(graph, thing))
    chosen = (triple for found in things for triple in direct(graph, found))
    return {triple for triple in chosen if triple[0] != triple[2] and not is_record(graph, triple[2].value)}


def _rule_of(graph: Graph, triple: Triple) -> str:
    """Name the graph of the rule that inferred a triple, or nothing where the graph does not show it."""
    return next((name for name in graph.graphs_of(triple) if name.startswith(INFERRED_GRAPH)), "")


def answer_changes(
    asked: Iterable[Question],
    old: tuple[Graph, Iterable[Triple]],
    new: tuple[Graph, Iterable[Triple]],
    known: Callable[[Question], Table] | None = None,
    about: Collection[str] = (),
) -> list[AnswerChange]:
    """Compare the answers of two graphs to questions with their default values; those that are the same are left out.

    With each graph come the triples that the other one lacks; questions that these cannot affect are not asked. Answers
    of the old graph may be `known`. Questions that need a value are also asked for each thing of a kind that they take
    among those that the change is `about`.
    """
    changes = ChangedTriples(*old), ChangedTriples(*new)

    def change_of(query: str, question: Question, value: tuple[str, str] | None) -> AnswerChange:
        before = known(question) if known and not value else answer(old[0], question, query)
        after = answer(new[0], question, query)
        name = label(new[0], value[1]) if value else ""
        return AnswerChange(question, after.columns, tuple(compare(before, after)), value, name)

    every = [each for question in asked for each in _with_values(question, new[0], about)]
    affected = [each for each in every if can_affect(changes, each[0])]
    with ThreadPoolExecutor() as pool:  # the engine answers without holding up other threads
        return (
            [change for change in pool.map(change_of, *zip(*affected, strict=True)) if change.rows] if affected else []
        )


def _with_values(
    question: Question, graph: Graph, about: Collection[str]
) -> Iterator[tuple[str, Question, tuple[str, str] | None]]:
    """Give a question with its default values, and with each thing that a parameter takes which needs a value."""
    yield prepared(graph, question, {}), question, None
    for parameter in question.parameters:
        kind = expand(parameter.kind) or parameter.kind
        for thing in about if not parameter.optional else ():
            value = Term("iri", thing)
            if is_of_class(graph, thing, kind) and default_terms(question, parameter.name) != [value]:
                yield question.bound({parameter.name: (value,)}), question, (parameter.name, thing)


# --- for people -------------------------------------------------------------------------------------------------------


def inference_blocks(found: Sequence[InferenceChange], changed: frozenset[str]) -> Iterator[Block]:
    """Give inferred triples by rule; of those about what was changed itself, the most telling ones on things."""
    for sign, words in (("+", "Follow now"), ("-", "Follow no longer")):
        some = [change for change in found if change.sign == sign]
        others = [c for c in some if c.says_most or changed.isdisjoint((c.triple[0].value, c.triple[2].value))]
        most = _MOST if len(others) <= _MANY else 1
        by_rule: dict[str, list[Item]] = {}
        for change in others:
            by_rule.setdefault(change.rule_label, []).append(item(f"{sign} {change.statement}"))
        about = len(some) - len(others)
        wider = ", or wider than what is shown" if any(c.says_most for c in others) else ""
        rest = [f"{about:,} {_ABOUT}{wider}; --format csv gives them"] if about else []
        if some:
            yield paragraph(f"{words}: {len(some):,}")
            yield items(*(item(f"by {rule}", cut(by_rule[rule], most)) for rule in sorted(by_rule)), *rest)


def answer_blocks(found: Sequence[AnswerChange]) -> Iterator[Block]:
    """Give the changed answers: for each question its rows, and of a changed row what changed."""
    if found:
        yield items(*(_answer_item(change) for change in found))


def _answer_item(change: AnswerChange) -> Item:
    counts = ", ".join(f"{sign}{number}" for sign in "+-~" if (number := change.count(sign)))
    rows = cut([_row_item(change, row) for row in change.rows])
    return item(f"{change.asked} ({counts}): {change.question.question}", rows)


def _row_item(change: AnswerChange, row: RowChange) -> Item:
    text = f"{row.sign} {_brief(change.columns, row.new or row.old or ())}"
    if row.old is None or row.new is None:
        return item(text)
    return item(text, items(*_differences(change, row.old, row.new)))


def cut(found: Sequence[Item], most: int = _MOST) -> Items:
    """List at most some items, and how many more there are."""
    more = [item(f"… and {len(found) - most:,} more; --format csv gives all")] if len(found) > most else []
    return items(*found[:most], *more)


def _brief(columns: tuple[str, ...], row: Row) -> str:
    """Write what a row is about: labels in place of IRIs, without lists of claims."""
    seen = Table(columns, (row,)).view()
    ((*cells,),) = seen.cells()
    shown = zip(seen.columns, cells, strict=True)
    return " | ".join(cell for column, cell in shown if cell and (column.labels or not column.holds_claims))


def _differences(change: AnswerChange, old: Row, new: Row) -> Iterator[str]:
    seen = Table(change.columns, (old, new), dict(change.question.headings)).view()
    for name, one, other in zip(seen.headings, *seen.rows, strict=True):
        gone = [f"- {text_of((part,))}" for part in one if part not in other]
        come = [f"+ {text_of((part,))}" for part in other if part not in one]
        if gone or come:
            yield f"{name}: {'; '.join([*gone, *come])}"


# --- for programs -----------------------------------------------------------------------------------------------------


def inference_rows(found: Iterable[InferenceChange]) -> Iterator[tuple[Term | None, ...]]:
    """Give inferred triples as rows of COLUMNS."""
    for change in found:
        yield row("inferred", change.sign, change.triple[0], change.statement, change.rule_label)


def answer_rows(found: Iterable[AnswerChange]) -> Iterator[tuple[Term | None, ...]]:
    """Give changed rows of answers as rows of COLUMNS."""
    for change in found:
        for changed in change.rows:
            text = _brief(change.columns, changed.new or changed.old or ())
            yield row("answer", changed.sign, Term("literal", change.asked), text, "")


def row(level: str, change: str, about: Term | str, what: str, because: str) -> tuple[Term | None, ...]:
    """Make a row of COLUMNS; `about` is a term or its name, and an empty text makes an empty cell."""
    subject = about if isinstance(about, Term) else from_name(about) if about else None
    first, second, *rest = (Term("literal", text) if text else None for text in (level, change, what, because))
    return first, second, subject, *rest


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
    """Give changed answers as JSON objects: IRIs by parameter, rows by column, a changed row as it was and as it is."""
    return [
        {
            "question": change.question.name,
            "values": dict([change.value] if change.value else []),
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
