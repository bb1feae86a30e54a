"""What is known of the graph as it is: taken from the shelf beside it, or else worked out and put there."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from glutkg.changes import formats
from glutkg.questions import answering
from glutkg.rdf import namespaces
from glutkg.reasoning.cache import COPY
from glutkg.resources import content_key
from glutkg.store import graph as engine
from glutkg.store.graph import Graph
from glutkg.text import escaping, rendering, tables

if TYPE_CHECKING:
    from glutkg.questions.question import Question
    from glutkg.reasoning.cache import Shelf
    from glutkg.text.tables import Table

_CODE = [Path(str(module.__file__)) for module in (engine, answering, rendering, tables, namespaces, escaping)]
"""The code that answers questions, and writes the answers."""


def copied(kept: Graph, shelf: Shelf) -> Graph:
    """Copy a kept graph into memory."""
    content = shelf.take(COPY)
    if content is None:
        content = kept.written_copy()
        shelf.put(COPY, content)
    return Graph.from_written_copy(content)


class Answers:
    """The answers that a kept graph gives to questions with their default values; `graph` holds the same triples."""

    def __init__(self, graph: Graph, shelf: Shelf) -> None:
        self._graph = graph
        self._shelf = shelf
        self._known: dict[str, Table] = {}

    def to(self, question: Question) -> Table:
        """Answer a question, at most once for each wording of it and of the code that answers."""
        if question.name not in self._known:
            self._known[question.name] = self._taken(question)
        return self._known[question.name]

    def _taken(self, question: Question) -> Table:
        name, key = f"answer-{question.name}.json", content_key((), f"{self._code}{question!r}")
        content = self._shelf.take(name, key)
        if content is not None:
            return rendering.read_results(content).split(question.joints)
        found = formats.default_answer(self._graph, question)
        self._shelf.put(name, rendering.results_json(found).encode(), key)
        return found

    @cached_property
    def _code(self) -> str:
        return content_key(_CODE, engine.VERSION)
