"""Answers a packaged question: its values are looked up in the graph, bound, and the query is run."""

from __future__ import annotations

import re
import shlex
from typing import TYPE_CHECKING, Protocol

from glutkg.errors import NotFoundError, QueryError, UsageError
from glutkg.rdf.namespaces import XSD, expand
from glutkg.rdf.terms import Term
from glutkg.sparql.binding import asking_defaults
from glutkg.sparql.one_row import for_one_row
from glutkg.store.graph import Graph
from glutkg.store.labels import label
from glutkg.store.names import all_names, is_of_class, named, near
from glutkg.text.tables import Table

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from glutkg.questions.question import Parameter, Question
    from glutkg.text.tables import Solutions

_LITERALS = {
    "xsd:integer": re.compile(r"[+-]?[0-9]{1,18}"),
    "xsd:decimal": re.compile(r"[+-]?[0-9]{0,17}\.?[0-9]{1,17}"),
    "xsd:string": re.compile(r".*"),
}


class Selecting(Protocol):
    """What answers SELECT queries."""

    def select(self, text: str, /) -> Solutions:
        """Run a query."""


def ask(graph: Graph, question: Question, values: Mapping[str, Iterable[str]]) -> Table:
    """Answer a question; `values` gives for each parameter names, synonyms, CURIEs, IRIs or plain literals.

    Raises UsageError for a parameter or number of values that the question does not take, and NotFoundError for a value
    that is not of the parameter's kind.
    """
    return answer(graph, question, prepared(graph, question, values))


def prepared(graph: Graph, question: Question, values: Mapping[str, Iterable[str]]) -> str:
    """Return the query of a question with values in place of defaults. Raises what `ask` raises."""
    return question.bound(values_as_terms(graph, question, values))


def values_as_terms(
    graph: Graph, question: Question, values: Mapping[str, Iterable[str]]
) -> dict[str, tuple[Term, ...]]:
    """Return the terms that the values of parameters stand for. Raises what `ask` raises."""
    parameters = {parameter.name: parameter for parameter in question.parameters}
    terms: dict[str, tuple[Term, ...]] = {}
    for name, given in values.items():
        parameter = parameters.get(name)
        chosen = tuple(given)
        if parameter is not None and len(chosen) > 1 and not parameter.several:
            raise UsageError(f"--{name} takes one value, not {len(chosen)}.")
        free = [other for other in question.parameters if other.name not in values]
        terms[name] = tuple(_value(graph, parameter, text, free) for text in chosen) if parameter else ()
    return terms


def default_labels(graph: Graph, question: Question, name: str) -> tuple[str, ...]:
    """Return what a question asks for where a parameter is not given, by label.

    >>> from glutkg.questions.question import find_question
    >>> default_labels(kg.reasoned, find_question(kg.folder, "safety-of-compound"), "compound")
    ('ketamine',)
    """
    return tuple(
        label(graph, term.value) if term.kind == "iri" else term.value for term in default_terms(question, name)
    )


def default_terms(question: Question, name: str) -> list[Term]:
    """Read the default values of a parameter out of its VALUES block; an optional one may have none.

    >>> from glutkg.questions.question import find_question
    >>> [term.value for term in default_terms(find_question(kg.folder, "safety-of-compound"), "compound")]
    ['https://w3id.org/glutkg/substance/ketamine']
    """
    return [term for (term,) in Graph().select(asking_defaults(question.query, name)).rows if term]


def has_rows(graph: Graph, question: Question, values: Mapping[str, Iterable[str]]) -> bool:
    """Tell whether an answer has a row, in a part of the time that the answer takes. Raises what `ask` raises.

    >>> from glutkg.questions.question import find_question
    >>> question = find_question(kg.folder, "compounds-at-receptor")
    >>> [has_rows(kg.reasoned, question, {"receptor": [name]}) for name in ("mGlu5 receptor", "mGlu7 receptor")]
    [True, False]
    """
    return len(graph.select(for_one_row(prepared(graph, question, values)))) > 0


def answer(graph: Selecting, question: Question, query: str, file: Path | None = None) -> Table:
    """Run the query of a question, prepared with its values. Raises QueryError, which names the file that holds it."""
    try:
        found = graph.select(query).split(question.joints)
    except QueryError as error:
        raise QueryError(f"{file}: {error}" if file else str(error)) from error
    return Table(found.columns, found.rows, dict(question.headings))


def _value(graph: Graph, parameter: Parameter, text: str, free: Sequence[Parameter]) -> Term:
    """Return the term of a value. Raises NotFoundError, which names the first of the free parameters that takes it."""
    if parameter.kind in _LITERALS:
        if not _LITERALS[parameter.kind].fullmatch(text):
            kind = parameter.kind.removeprefix("xsd:")
            raise UsageError(f"--{parameter.name} takes {kind} values of at most 18 digits; '{text}' is not one.")
        plain = parameter.kind == "xsd:string"
        return Term("literal", text, datatype=None if plain else XSD + parameter.kind.removeprefix("xsd:"))
    kind = expand(parameter.kind) or parameter.kind
    found = [iri for iri in named(graph, text) if is_of_class(graph, iri, kind)]
    if found:
        return Term("iri", found[0])
    kinds = label(graph, kind)
    choices = {name: iri for name, iri in all_names(graph) if is_of_class(graph, iri, kind)}
    close = near(text, choices)
    others = named(graph, text)
    about = f"{'an' if kinds[0] in 'aeiou' else 'a'} {kinds}"
    why = f"is not {about}" if others else "is not in the graph"
    told = f"--{parameter.name} takes {about}; '{text}' {why}."
    if takes := next((one.name for one in free if any(_takes(graph, one, iri) for iri in others)), None):
        raise NotFoundError(f"{told} Did you mean --{takes} {shlex.quote(text)}?")
    lists = "" if close else f" 'glutkg show {shlex.quote(kinds)}' lists what it takes."
    raise NotFoundError(f"{told}{lists}", close, "" if others else text)


def _takes(graph: Graph, parameter: Parameter, iri: str) -> bool:
    kind = expand(parameter.kind)
    return parameter.kind not in _LITERALS and kind is not None and is_of_class(graph, iri, kind)
