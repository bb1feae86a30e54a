"""The answers of the reasoned graph to questions, kept beside it: each what-if compares others with them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from glutkg.questions.answering import prepared
from glutkg.rdf.terms import Term
from glutkg.text.tables import Solutions

if TYPE_CHECKING:
    from glutkg.questions.question import Question
    from glutkg.store.artefacts import Artefacts
    from glutkg.store.graph import Graph
    from glutkg.text.tables import Table

_NAME = "answers.json"


class KeptAnswers:
    """Answers of one graph to questions with their default values: by their queries, so that a changed one is asked."""

    def __init__(self, graph: Graph, artefacts: Artefacts) -> None:
        self._graph = graph
        self._artefacts = artefacts
        self._kept: dict[str, Any] = json.loads(artefacts.read(_NAME) or b"{}")
        self._known = len(self._kept)

    def answer(self, question: Question) -> Table:
        """Give the answer, asking the graph only where it was never asked."""
        query = prepared(self._graph, question, {})
        if query not in self._kept:
            found = self._graph.select(query)
            self._kept[query] = (found.columns, found.rows)
        columns, rows = self._kept[query]
        made = tuple(tuple(cell and Term(*cell) for cell in row) for row in rows)
        return Solutions(tuple(columns), made).split(question.joints)

    def keep(self) -> None:
        """Keep what was asked anew for other processes."""
        if len(self._kept) > self._known:
            self._artefacts.write(_NAME, json.dumps(self._kept).encode())
            self._known = len(self._kept)
