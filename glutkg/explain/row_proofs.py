"""Why a row is in the answer to a packaged question: the question is read as a rule that concludes its rows.

The premises are the triples that the question's patterns matched, each with its proof. Labels are names, not premises:
patterns that only fetch one are left out. Where a row sums up several matches, each is a proof of its own.
"""

from __future__ import annotations

from hashlib import blake2b
from typing import TYPE_CHECKING, NamedTuple

from glutkg.errors import UsageError
from glutkg.explain.derivations import order
from glutkg.explain.proof import Proof
from glutkg.explain.question_patterns import matches_query, read_patterns
from glutkg.questions.answering import answer, prepared
from glutkg.rdf.namespaces import BASE, RDF, RDFS
from glutkg.rdf.property_words import WORDS
from glutkg.rdf.terms import Term, Triple
from glutkg.reasoning.rule import Rule
from glutkg.store.labels import label
from glutkg.text.cells import Row, joined
from glutkg.text.tables import Table

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from glutkg.explain.explainer import Explainer
    from glutkg.explain.question_patterns import Patterns, QuestionPattern
    from glutkg.questions.question import Question
    from glutkg.store.graph import Graph

_LABEL = Term("iri", RDFS + "label")

Match = dict[str, Term]


class RowProofs(NamedTuple):
    """The text of one row, and a proof for each of the matches that it sums up, smallest first.

    In the proofs, one triple, `row answers question`, stands for the row.
    """

    triple: Triple
    text: str
    proofs: tuple[Proof, ...]


def prove_row(explainer: Explainer, question: Question, values: Mapping[str, Iterable[str]], number: int) -> RowProofs:
    """Prove a row, counted from 1, of the answer to a question, by a proof for each match that it sums up.

    Raises UsageError for a row that the answer does not have, and what `ask` raises.
    """
    graph = explainer.graph
    query = prepared(graph, question, values)
    table = answer(graph, question, query)
    if not 1 <= number <= len(table):
        has = f"rows 1 to {len(table)}" if len(table) else "no rows"
        raise UsageError(f"The answer to '{question.name}' has {has}; there is no row {number}.")
    row = table.rows[number - 1]
    patterns = read_patterns(query)
    proofs = {
        premises: None
        for match in _matches(graph, query, table, row)
        if (premises := _premises(explainer, patterns, match))
    }
    ordered = sorted(proofs, key=lambda premises: (sum(p.size for p in premises), [order(p.triple) for p in premises]))
    triple = _named(question, table, row)
    rule = _rule(graph, question, patterns)
    made = tuple(Proof(triple, rule.graph, rule, premises) for premises in ordered) or (
        Proof(triple, rule.graph, rule),
    )
    text = f"row {number} of {question.name}: {_row_text(table, row)}"
    return RowProofs(triple, text, made)


def _matches(graph: Graph, query: str, table: Table, row: Row) -> list[Match]:
    """Give the matches of the question's patterns that the row sums up."""
    every = graph.select(matches_query(query))
    fixed = [
        (every.columns.index(name), cell)
        for name, cell in zip(table.columns, row, strict=True)
        if name in every.columns and (cell is None or isinstance(cell, Term))
    ]
    found = [match for match in every.rows if all(match[index] == cell for index, cell in fixed)]
    return [{n: t for n, t in zip(every.columns, match, strict=True) if t is not None} for match in found]


def _premises(explainer: Explainer, patterns: Patterns, match: Match) -> tuple[Proof, ...]:
    """Prove what a match found; a pattern with a variable that is free, as within a subquery, matched nothing."""
    found: dict[Triple, None] = {}
    for pattern in patterns.present:
        subject, predicate, object_ = (match.get(p) if isinstance(p, str) else p for p in pattern.parts)
        if subject is None or predicate is None or object_ is None or predicate == _LABEL:
            continue
        triple = subject, predicate, object_
        holds = explainer.derivations.is_stated if pattern.stated else explainer.derivations.holds
        if holds(triple):
            found[triple] = None
    return tuple(explainer.why(triple) for triple in found)


def _rule(graph: Graph, question: Question, patterns: Patterns) -> Rule:
    """Give the question as a rule; what must have no match becomes its exceptions."""
    absent = [
        " and ".join(_pattern_text(graph, one) for one in sorted(group, key=_is_type, reverse=True))
        for group in patterns.absent
        if group
    ]
    return Rule(
        name=f"question-{question.name}",
        label=f"the question {question.name}",
        summary="; ".join(f"no {text}" for text in absent) or question.row,
        stratum=0,
        entailed=False,
        head=("?row", f"<{BASE}answers>", f"<{_iri(question)}>"),
        body=(),
        filters=("FILTER NOT EXISTS",) if absent else (),
    )


def _is_type(pattern: QuestionPattern) -> bool:
    """Tell whether a pattern says what something is, which is said first."""
    return isinstance(pattern.parts[1], Term) and pattern.parts[1].value == RDF + "type"


def _pattern_text(graph: Graph, pattern: QuestionPattern) -> str:
    subject, predicate, object_ = (
        part if isinstance(part, str) else WORDS.get(part.value) or label(graph, part.value) for part in pattern.parts
    )
    predicate = f"that {predicate}" if predicate.startswith("is ") else predicate
    return f"‘{subject}’ {predicate} {object_}"


def _iri(question: Question) -> str:
    return f"{BASE}.well-known/sparql-examples/{question.name}"


def _named(question: Question, table: Table, row: Row) -> Triple:
    """Name a row after what it says."""
    text = "\0".join([*table.columns, *(repr(joined(cell)) for cell in row)])
    digest = blake2b(text.encode(), digest_size=10).hexdigest()
    return Term("iri", f"{BASE}row/{digest}"), Term("iri", BASE + "answers"), Term("iri", _iri(question))


def _row_text(table: Table, row: Row) -> str:
    """Write the cells of a row, a label in place of what it names; not those that hold several values."""
    seen = Table(table.columns, (row,), table.headings).view()
    several = table.collected()
    cells = zip(seen.columns, seen.cells()[0], strict=True)
    return ", ".join(f"{column.heading} {cell}" for column, cell in cells if cell and column.values not in several)
