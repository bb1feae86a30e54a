"""The reasoned graph of a data folder with what is made from it once, when it is first needed."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from glutkg.errors import UsageError
from glutkg.reasoning.cache import CachedGraph, cached_rules
from glutkg.resources import is_shipped

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable

    from rdflib import Dataset

    from glutkg.changes.what_if import WhatIfSession
    from glutkg.explain.explainer import Explainer
    from glutkg.explain.wording import Files
    from glutkg.fragility.analysis import FragilityAnalysis
    from glutkg.mechanisms.network import Network
    from glutkg.owl.justification_report import Ontology
    from glutkg.query_sandbox import Answered, Limits
    from glutkg.reasoning.rule import Rule
    from glutkg.remote.connection import ConnectedGraph
    from glutkg.search.find import Finder


class Workspace:
    """A reasoned graph, of a folder and of files `added` to it, and the tools that work on it."""

    def __init__(
        self, folder: Path, opened: CachedGraph | ConnectedGraph, added: Iterable[str | os.PathLike[str]] = ()
    ) -> None:
        self.folder = folder
        self.opened = opened
        self.reasoned = opened.graph
        self._added = [Path(file) for file in added]

    @property
    def cached(self) -> CachedGraph:
        """The graph as it is kept on this machine. Raises UsageError when it is that of an endpoint."""
        if isinstance(self.opened, CachedGraph):
            return self.opened
        raise UsageError("This needs the graph on this machine, not that of an endpoint.")

    def run_query(self, query: str, over: str = "both", limits: Limits | None = None) -> Answered:
        """Run a query of any form within limits, in a process of its own, or where the graph is.

        Arguments, answer and errors are those of `glutkg.query_sandbox.run_query`.

        >>> import glutkg
        >>> glutkg.load().run_query("ASK { ?drug rdfs:label 'ketamine'@en }").kind
        'ask'
        """
        if not isinstance(self.opened, CachedGraph):
            return self.opened.run_query(query, over, limits)
        from glutkg.query_sandbox import run_query

        return run_query(self.opened.folder, query, over, limits)

    @cached_property
    def is_shipped(self) -> bool:
        """Whether the queries, rules and shapes of the data folder came with the package."""
        return is_shipped(self.folder)

    @cached_property
    def graph(self) -> Dataset:
        """The graph as an rdflib Dataset over the Oxigraph store, for reading.

        >>> import glutkg
        >>> next(iter(glutkg.load().graph.query("SELECT ?x { ?x rdfs:label 'ketamine'@en }"))).x
        rdflib.term.URIRef('https://w3id.org/glutkg/substance/ketamine')
        """
        from glutkg.store.rdflib_dataset import dataset

        return dataset(self.cached.graph)

    @cached_property
    def rules(self) -> list[Rule]:
        """The rules that made the reasoned graph."""
        return cached_rules(self.reasoned, self.folder, self.opened.artefacts)

    @cached_property
    def explainer(self) -> Explainer:
        """What proves triples; it remembers what it looked up."""
        from glutkg.explain.explainer import Explainer

        return Explainer(self.reasoned, self.rules)

    @cached_property
    def finder(self) -> Finder:
        """Everything that can be found by words."""
        from glutkg.questions.question import read_questions
        from glutkg.search.find import Finder

        return Finder(self.reasoned, self.folder, read_questions(self.folder))

    @cached_property
    def files(self) -> Files:
        """What finds the file and the line that state a triple."""
        from glutkg.explain.wording import Files

        return Files(self.folder, self._added)

    @cached_property
    def ontology(self) -> Ontology:
        """The ontology with its facts, to ask for justifications: `kg.ontology.subsumption(…)` and the like."""
        from glutkg.owl.justification_report import Ontology

        return Ontology(self.reasoned, self.rules, self.files)

    @cached_property
    def fragility_analysis(self) -> FragilityAnalysis:
        """On which claims, and so on which references, each conclusion rests; worked out once, in a few seconds."""
        from glutkg.fragility.analysis import FragilityAnalysis

        return FragilityAnalysis(self.reasoned, self.rules, artefacts=self.opened.artefacts)

    @cached_property
    def what_if_session(self) -> WhatIfSession:
        """What `whatif` needs for every change, read once."""
        from glutkg.changes.what_if import WhatIfSession

        return WhatIfSession(self.reasoned, self.folder, self.rules, self.opened.artefacts)

    @cached_property
    def network(self) -> Network:
        """The steps that paths and predictions consist of, gathered once."""
        from glutkg.mechanisms.network import Network

        return Network(self.reasoned, self.folder)
