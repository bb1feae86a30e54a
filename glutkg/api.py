"""The Python face: one object that answers, shows, explains, checks and exports."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from glutkg.errors import QueryError, UsageError
from glutkg.questions.answering import ask
from glutkg.questions.question import find_question, read_questions
from glutkg.rdf.namespaces import LONGEST, RDF, RDFS
from glutkg.reasoning.cache import Reasoned, reasoned, rules_kept
from glutkg.resources import data_folder
from glutkg.store.names import find, find_mentioned, find_property, is_class

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path

    from rdflib import Dataset, Graph

    from glutkg.changes.what_if import Trials, WhatIf
    from glutkg.checks.check import Report
    from glutkg.checks.coverage import Coverage
    from glutkg.entity_description import Description
    from glutkg.explain.absence import Absence
    from glutkg.explain.explainer import Explainer
    from glutkg.explain.explanation import Explanation
    from glutkg.explain.wording import Files
    from glutkg.fragility.analysis import FragilityAnalysis
    from glutkg.fragility.hitting_sets import Fragility
    from glutkg.fragility.report import FragilityReport
    from glutkg.mechanisms.evaluation import Evaluation
    from glutkg.mechanisms.network import Network
    from glutkg.mechanisms.paths import Paths
    from glutkg.mechanisms.signed_prediction import Prediction
    from glutkg.owl.ontology import Ontology
    from glutkg.pictures.formats import Drawing
    from glutkg.questions.question import Question
    from glutkg.rdf.terms import Triple
    from glutkg.reasoning.rule import Rule
    from glutkg.text.tables import Solutions, Table


class KnowledgeGraph:
    """The reasoned graph of a data folder, with everything that one can ask of it."""

    def __init__(self, folder: Path, kept: Reasoned) -> None:
        self.folder = folder
        self.kept = kept
        self.reasoned = kept.graph

    @classmethod
    def load(
        cls, data: str | os.PathLike[str] | None = None, report: Callable[[str], None] | None = None
    ) -> KnowledgeGraph:
        """Open the reasoned graph of a data folder, or make it; `report` hears of the progress."""
        folder = data_folder(data)
        return cls(folder, reasoned(folder, report))

    @cached_property
    def graph(self) -> Dataset:
        """The graph as an rdflib Dataset over the Oxigraph store, for reading."""
        from glutkg.store.rdflib_dataset import dataset

        return dataset(self.reasoned)

    def questions(self) -> list[Question]:
        """List the packaged questions."""
        return read_questions(self.folder)

    def ask(self, question: str, **values: str | Iterable[str]) -> Table:
        """Answer a packaged question; values are names, synonyms, CURIEs or IRIs, one or several each.

        Raises NotFoundError, with the nearest names, for a question or a value that the graph does not know.
        """
        asked = find_question(self.folder, question)
        return ask(self.reasoned, asked, _given(values))

    def select(self, query: str, over: str = "both") -> Solutions:
        """Run a SELECT query over `stated`, `inferred` or `both` triples, in a process of its own with limits.

        The answer of an ASK query is a table of one cell. Raises QueryError for a query that gives a graph or does not
        parse, LimitError for one that takes too much time or memory, UsageError for another part.

        >>> kg = glutkg.load()
        >>> kg.select("SELECT ?drug { ?drug rdfs:label 'ketamine'@en }").column("drug")
        ['https://w3id.org/glutkg/substance/ketamine']
        """
        from glutkg.serve.query_sandbox import run_query
        from glutkg.text.rendering import read_results

        found = run_query(self.kept.folder, query, over)
        if found.kind == "construct":
            raise QueryError("This query gives a graph, not a table. Use construct() for CONSTRUCT and DESCRIBE.")
        return read_results(found.content)

    def construct(self, query: str, over: str = "both") -> Graph:
        """Run a CONSTRUCT or DESCRIBE query as `select` runs its own, and give an rdflib Graph; raises the same errors.

        >>> kg = glutkg.load()
        >>> len(kg.construct("CONSTRUCT { ?x a ?kind } { VALUES ?x { substance:ketamine } ?x a ?kind }", "stated"))
        1
        """
        from rdflib import Graph

        from glutkg.serve.query_sandbox import run_query

        found = run_query(self.kept.folder, query, over)
        if found.kind != "construct":
            raise QueryError("This query gives a table, not a graph. Use select() for SELECT and ASK.")
        return Graph().parse(data=found.content, format="nt")

    def find(self, name: str) -> str:
        """Find the IRI of what a name stands for. Raises NotFoundError with the nearest names."""
        return find(self.reasoned, name)

    def show(self, name: str) -> Description:
        """Give everything about a substance, a kind, a gene, a claim, a sentence or a reference."""
        from glutkg import entity_description

        return entity_description.describe(self.reasoned, self.find(name))

    @cached_property
    def rules(self) -> list[Rule]:
        """The rules that made the reasoned graph."""
        return rules_kept(self.reasoned, self.folder, self.kept.shelf)

    def triple(self, subject: str, predicate: str, object_: str) -> Triple:
        """Give the triple that three names stand for; between two kinds, `is a` means that one is a kind of the other.

        Raises NotFoundError for a name that the graph does not know.
        """
        from glutkg.explain import explainer
        from glutkg.rdf.terms import Term

        relation = explainer.predicates_like(predicate)
        ends = [find_mentioned(self.reasoned, end) for end in (subject, object_)]
        if relation == f"{RDF}type" and all(is_class(self.reasoned, end) for end in ends):
            relation = f"{RDFS}subClassOf"
        parts = ends[0], find_property(self.reasoned, relation), ends[1]
        first, second, third = (Term("iri", part) for part in parts)
        return first, second, third

    @cached_property
    def explainer(self) -> Explainer:
        """Proves triples, and remembers what it looked up."""
        from glutkg.explain.explainer import Explainer

        return Explainer(self.reasoned, self.rules)

    @cached_property
    def files(self) -> Files:
        """Tells at which line of which file something is stated."""
        from glutkg.explain.wording import Files

        return Files(self.folder)

    def why(self, subject: str, predicate: str, object_: str, limit: int = 1) -> Explanation:
        """Prove a triple; each part is a name, a CURIE or an IRI. A limit above 1 asks for other proofs too.

        Raises NotFoundError when the graph does not hold the triple.
        """
        from glutkg.explain.explanation import Explanation

        triple = self.triple(subject, predicate, object_)
        if limit == 1:
            return Explanation(self.reasoned, self.files, (self.explainer.why(triple),))
        found = self.explainer.all(triple, limit)
        return Explanation(self.reasoned, self.files, found.proofs, found.complete)

    def why_row(self, question: str, row: int = 1, limit: int = 1, **values: str | Iterable[str]) -> Explanation:
        """Prove a row, counted from 1, of the answer to a packaged question; values as in `ask`.

        Raises UsageError for a row that is not there, and what `ask` raises.
        """
        from glutkg.explain.explanation import Explanation
        from glutkg.explain.row_proofs import prove_row

        asked = find_question(self.folder, question)
        given = {name: [value] if isinstance(value, str) else list(value) for name, value in values.items()}
        triple, text, found, matches = prove_row(self.explainer, asked, given, row, limit)
        return Explanation(self.reasoned, self.files, found.proofs, found.complete, {triple: text}, matches)

    def why_not(self, subject: str, predicate: str, object_: str, limit: int = 3) -> Absence:
        """Tell why a triple is not in the graph: what is missing for it, or what rules it out.

        Raises UsageError when the graph does hold it, NotFoundError for a name that the graph does not know.
        """
        from glutkg.explain.absence import Absence
        from glutkg.explain.why_not import why_not

        found = why_not(self.explainer.derivations, self.triple(subject, predicate, object_), limit)
        return Absence(self.explainer, self.files, found)

    @cached_property
    def ontology(self) -> Ontology:
        """The ontology with its facts, to ask for justifications: `kg.ontology.subsumption(…)` and the like."""
        from glutkg.owl.ontology import Ontology

        return Ontology(self.reasoned, self.rules, self.files)

    @cached_property
    def fragility_analysis(self) -> FragilityAnalysis:
        """On which claims, and so on which references, each conclusion rests; worked out once, in a few seconds."""
        from glutkg.fragility.analysis import FragilityAnalysis

        return FragilityAnalysis(self.reasoned, self.rules, shelf=self.kept.shelf)

    def fragility(self, subject: str, predicate: str, object_: str) -> Fragility:
        """Find the smallest sets of references whose removal takes a triple away, and on what it rests.

        Raises NotFoundError for an unknown name, and when the graph does not hold the triple.
        """
        return self.fragility_analysis.of_triple(self.triple(subject, predicate, object_))

    def fragility_of_answer(self, question: str, **values: str | Iterable[str]) -> FragilityReport:
        """Do the same for each row of an answer; values as for `ask`, which raises the same errors."""
        asked = find_question(self.folder, question)
        return self.fragility_analysis.of_answer(asked, _given(values))

    def fragility_of_prediction(self, agent: str, goal: str, longest: int = LONGEST) -> Fragility:
        """Do the same for what `predict` gives: without which references it would give something else.

        Raises NotFoundError when it abstains, and for the names for which `predict` does.
        """
        return self.fragility_analysis.of_prediction(self.predict(agent, goal, longest), longest)

    def fragility_of_predictions(self, longest: int = LONGEST) -> FragilityReport:
        """Do the same for the predictions of all measured outcomes that do not abstain."""
        return self.fragility_analysis.of_evaluation(self.evaluate_predictions(longest), longest)

    def fragility_of_all(self) -> FragilityReport:
        """Do the same for all conclusions about individuals and classes, those on the fewest references first."""
        return self.fragility_analysis.of_all()

    def whatif(self, files: Iterable[str | os.PathLike[str]] = (), without: Iterable[str] = ()) -> WhatIf:
        """Tell what would change if the claims of Turtle files were added, and claims that are named retracted.

        Nothing is written. Raises SourceError for a file that cannot be read and NotFoundError for what is no claim.
        """
        from pathlib import Path

        return self.trials.what_if([Path(file) for file in files], list(without))

    @cached_property
    def trials(self) -> Trials:
        """A copy of the graph in memory, on which `whatif` tries changes one after the other."""
        from glutkg.changes.what_if import Trials

        return Trials(self.reasoned, self.folder, self.kept.shelf)

    def check(self, extra: Iterable[Path] = ()) -> Report:
        """Check the sources, and further Turtle files, against ontology rules and shapes."""
        from glutkg.checks.check import check

        return check(self.folder, tuple(extra))

    @cached_property
    def network(self) -> Network:
        """The steps that paths and predictions are made of, gathered once."""
        from glutkg.mechanisms.network import Network

        return Network(self.reasoned, self.folder)

    def paths(
        self, agent: str, goal: str, longest: int = LONGEST, *, species: str | None = None, route: str | None = None
    ) -> Paths:
        """Find the mechanism paths from an agent to an outcome or a condition, the best first; each is a hypothesis.

        Claims that name other species, or other routes, than those asked for are left out. Raises NotFoundError for a
        name that cannot be where a path starts or leads to, and for what is no species or no route.
        """
        from glutkg.mechanisms import paths, search

        ends = search.pick(self.network, agent, "agent"), search.pick(self.network, goal, "goal")
        return paths.find_paths(self.network, *ends, longest, _settings(species, route))

    def predict(
        self, agent: str, goal: str, longest: int = LONGEST, *, species: str | None = None, route: str | None = None
    ) -> Prediction:
        """Predict what an agent does to an outcome or a condition, without the claims on both, or abstain.

        It is narrowed to a species or a route, and raises, as `paths` does.
        """
        from glutkg.mechanisms import search, signed_prediction

        ends = search.pick(self.network, agent, "agent"), search.pick(self.network, goal, "goal")
        return signed_prediction.predict(self.network, *ends, longest, _settings(species, route))

    def evaluate_predictions(self, longest: int = LONGEST) -> Evaluation:
        """Predict every measured outcome, each without the claims on its agent and outcome, and compare."""
        from glutkg.mechanisms import evaluation

        return evaluation.evaluate(self.network, longest)

    def draw(
        self,
        what: str,
        thing: str,
        goal: str | None = None,
        *,
        at_most: int | None = None,
        species: str | None = None,
        route: str | None = None,
    ) -> Drawing:
        """Draw the `path` from a thing to a goal, or `evidence`, `distribution`, `conflict` or `hierarchy` of a thing.

        `at_most` bounds the rows or steps; the picture says what it leaves out. A path is narrowed to a species or a
        route as in `paths`. Raises NotFoundError for a name that the graph does not know or that has nothing to draw,
        UsageError for a kind of picture that there is not.
        """
        from glutkg.pictures import build
        from glutkg.pictures.formats import Drawing
        from glutkg.pictures.queries import PictureQueries

        picture_queries = PictureQueries(self.reasoned, self.folder)
        if what == "path":
            if goal is None:
                raise UsageError("A path leads from an agent to an outcome or a condition: name both.")
            found = self.paths(thing, goal, species=species, route=route)
            return Drawing(build.path(picture_queries, self.network, found, at_most or build.MAX_STEPS))
        if goal is not None:
            raise UsageError(f"Only a path has a goal; leave '{goal}' out.")
        if species or route:
            raise UsageError("Only a path is narrowed to a species or a route; leave them out.")
        return Drawing(build.build(picture_queries, what, self.find(thing), at_most or build.MAX_ROWS))

    def coverage(self) -> Coverage:
        """Tell for each sentence how many claims it has, and which of its references none of them carries."""
        from glutkg.checks.coverage import coverage

        return coverage(self.reasoned)


def _settings(species: str | None, route: str | None) -> dict[str, str]:
    asked = {"species": species, "route": route}
    return {name: value for name, value in asked.items() if value is not None}


def _given(values: Mapping[str, str | Iterable[str]]) -> dict[str, list[str]]:
    return {name: [value] if isinstance(value, str) else list(value) for name, value in values.items()}
