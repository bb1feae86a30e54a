"""The Python face: one object that answers questions, explains answers, predicts, draws and checks."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, TypeVar

from glutkg.answers import Answer
from glutkg.errors import QueryError, UsageError
from glutkg.mechanisms import LONGEST
from glutkg.questions.answering import answer, values_as_terms
from glutkg.questions.question import find_question, read_questions
from glutkg.reasoning.cache import cached_graph
from glutkg.resources import data_folder, query_file, question_files
from glutkg.store.names import find, find_triple
from glutkg.workspace import Workspace

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from rdflib import Graph

    from glutkg.changes.what_if import WhatIf
    from glutkg.checks.coverage import Coverage
    from glutkg.checks.report import ValidationReport
    from glutkg.entity_description import Description
    from glutkg.explain.explanation import Explanation
    from glutkg.explain.why_not_report import Absence
    from glutkg.fragility.hitting_sets import Fragility
    from glutkg.fragility.report import FragilityReport
    from glutkg.mechanisms.evaluation import Evaluation
    from glutkg.mechanisms.paths import Paths
    from glutkg.mechanisms.signed_prediction import Prediction
    from glutkg.pictures.formats import Drawing
    from glutkg.questions.question import Question
    from glutkg.rdf.terms import Triple
    from glutkg.search.find import Found
    from glutkg.text.tables import Solutions

    StrPath = str | os.PathLike[str]

_One = TypeVar("_One", bound="StrPath")


class KnowledgeGraph(Workspace):
    """The reasoned graph of a data folder, and everything that can be asked of it; `glutkg.load()` returns one.

    Names of things are labels, synonyms, CURIEs or IRIs. Whatever takes names raises NotFoundError for one that the
    graph does not know, with the nearest that it does know.

    >>> import glutkg
    >>> kg = glutkg.load()
    >>> kg.iri("MK-801"), kg.iri("substance:dizocilpine") == kg.iri("mk801")
    ('https://w3id.org/glutkg/substance/dizocilpine', True)
    """

    def __repr__(self) -> str:
        return f"<KnowledgeGraph: {self.folder}, {len(question_files(self.folder))} questions>"

    @classmethod
    def load(
        cls,
        data: str | os.PathLike[str] | None = None,
        report: Callable[[str], None] | None = None,
        files: StrPath | Iterable[StrPath] = (),
    ) -> KnowledgeGraph:
        """Open the reasoned graph of a data folder, with `files` of claims; `report` is told what takes time."""
        return cls(folder := data_folder(data), cached_graph(folder, report, added := _several(files)), added)

    def questions(self) -> list[Question]:
        """List the packaged questions.

        >>> import glutkg
        >>> [question.name for question in glutkg.load().questions() if "conflicts" in question.tags][:2]
        ['conflicts', 'dependence-on-assay']
        """
        return read_questions(self.folder)

    def ask(self, question: str, **values: str | Iterable[str]) -> Answer:
        """Answer a packaged question; values are names, one or several for a parameter.

        A cell of several values, such as the claims of a row, is a tuple. Raises UsageError for an unknown parameter.

        >>> import glutkg
        >>> kg = glutkg.load()
        >>> answer = kg.ask("compounds-at-receptor", receptor="mGlu5")
        >>> [(row["compoundLabel"], row["actionLabel"], len(row["claims"])) for row in answer]
        [('ADX10059', 'negative allosteric modulation', 1)]
        """
        asked = find_question(self.folder, question)
        terms = values_as_terms(self.reasoned, asked, _given(values))
        query = asked.bound(terms)
        graph = self.reasoned if self.is_shipped else self  # a stranger may have written it
        file = query_file(self.folder, f"questions/{asked.name}")
        return Answer(self.reasoned, self.folder, asked, terms, answer(graph, asked, query, file))

    def select(self, query: str, over: str = "both") -> Solutions:
        """Run a SELECT query over `stated`, `inferred` or `both` triples, in a process of its own with limits.

        The answer of an ASK query is a table of one cell. Raises QueryError for a query that gives a graph or does not
        parse, LimitError for one that takes too much time or memory, UsageError for another part.

        >>> import glutkg
        >>> glutkg.load().select("SELECT ?drug { ?drug rdfs:label 'ketamine'@en }").column("drug")
        ['https://w3id.org/glutkg/substance/ketamine']
        """
        from glutkg.text.rendering import read_results

        found = self.run_query(query, over)
        if found.kind == "construct":
            raise QueryError("This query gives a graph, not a table. Use construct() for CONSTRUCT and DESCRIBE.")
        return read_results(found.content)

    def construct(self, query: str, over: str = "both") -> Graph:
        """Run a CONSTRUCT or DESCRIBE query like `select`, with the same errors, and return an rdflib Graph.

        >>> import glutkg
        >>> kg = glutkg.load()
        >>> kg.construct("CONSTRUCT { ?x a ?kind } { VALUES ?x { substance:ketamine } ?x a ?kind }", "stated")
        <Triples: 1 triple>
        """
        from glutkg.store.rdflib_dataset import Triples

        found = self.run_query(query, over)
        if found.kind != "construct":
            raise QueryError("This query gives a table, not a graph. Use select() for SELECT and ASK.")
        return Triples().parse(data=found.content, format="nt")

    def find(self, words: str) -> Found:
        """Search things, questions and claims by words: whole words, beginnings, parts of names, near misses.

        >>> import glutkg
        >>> glutkg.load().find("aura").things[0].label
        'migraine aura'
        """
        return self.finder.find(words)

    def iri(self, name: str) -> str:
        """Return the IRI that a name stands for.

        >>> import glutkg
        >>> glutkg.load().iri("NMDA receptor")
        'https://w3id.org/glutkg/NMDAReceptor'
        """
        return find(self.reasoned, name)

    def show(self, name: str) -> Description:
        """Describe a substance, a class, a gene, a claim, a sentence or a reference with all that is known of it.

        >>> import glutkg
        >>> glutkg.load().show("MK-801").label
        'dizocilpine'
        """
        from glutkg import entity_description

        return entity_description.describe(self.reasoned, self.iri(name), self.folder, self.finder, name)

    def triple(self, subject: str, predicate: str, object_: str) -> Triple:
        """Return the triple that three names stand for; between two classes, `is a` means that one is a subclass.

        >>> import glutkg
        >>> kg = glutkg.load()
        >>> [term.value.rpartition("/")[2] for term in kg.triple("MK-801", "antagonises", "NMDA receptor")]
        ['dizocilpine', 'antagonises', 'NMDAReceptor']
        """
        return find_triple(self.reasoned, subject, predicate, object_)

    def why(self, subject: str, predicate: str, object_: str, limit: int = 1) -> Explanation:
        """Prove a triple, given by three names; with a limit above 1, by that number of proofs at most.

        Raises NotFoundError when the graph does not hold the triple.

        >>> import glutkg
        >>> glutkg.load().why("memantine", "is a", "NMDA receptor antagonist").proof.rule.label
        'definition of NMDAReceptorAntagonist'
        """
        from glutkg.explain.explanation import Explanation

        triple = self.triple(subject, predicate, object_)
        every = lambda: self.explainer.all(triple).proofs  # noqa: E731
        if limit == 1:
            return Explanation(self.reasoned, self.files, (self.explainer.why(triple),), search=every)
        found = self.explainer.all(triple, limit)
        return Explanation(self.reasoned, self.files, found.proofs, found.complete, search=every)

    def why_row(self, question: str, row: int = 1, limit: int = 1, **values: str | Iterable[str]) -> Explanation:
        """Prove a row, counted from 1, of the answer to a packaged question; values as in `ask`.

        Raises UsageError for a row that is not there, and what `ask` raises.

        >>> import glutkg
        >>> glutkg.load().why_row("compounds-at-receptor", receptor="mGlu5").claims
        ['https://w3id.org/glutkg/claim/adx10059-mglu5-nam']
        """
        from glutkg.explain.explanation import Explanation
        from glutkg.explain.row_proofs import prove_row

        asked = find_question(self.folder, question)
        triple, text, proofs = prove_row(self.explainer, asked, _given(values), row)
        complete, texts = len(proofs) <= limit, {triple: text}
        return Explanation(self.reasoned, self.files, proofs[:limit], complete, texts, len(proofs), lambda: proofs)

    def why_not(self, subject: str, predicate: str, object_: str, limit: int = 3) -> Absence:
        """Explain why a triple is not in the graph: what is missing for it, or what rules it out.

        Raises UsageError when the graph does hold it.

        >>> import glutkg
        >>> sorted(glutkg.load().why_not("memantine", "approved for", "migraine").kinds)
        ['contrary', 'sibling']
        """
        from glutkg.explain.why_not import why_not
        from glutkg.explain.why_not_report import Absence

        found = why_not(self.explainer.derivations, self.triple(subject, predicate, object_), limit)
        return Absence(self.explainer, self.files, found)

    def fragility(self, subject: str, predicate: str, object_: str) -> Fragility:
        """Find the smallest sets of references without which a triple no longer follows, and all that it rests on.

        Raises NotFoundError when the graph does not hold the triple.

        >>> import glutkg
        >>> kg = glutkg.load()
        >>> found = kg.fragility("ketamine", "antagonises", "NMDA receptor")
        >>> len(found.claims), len(found.references), found.smallest
        (3, 0, ())
        """
        return self.fragility_analysis.of_triple(self.triple(subject, predicate, object_))

    def fragility_of_answer(self, question: str, **values: str | Iterable[str]) -> FragilityReport:
        """Analyse each row of an answer as `fragility` analyses a triple; values and errors are those of `ask`.

        >>> import glutkg
        >>> kg = glutkg.load()
        >>> [found.least for _, found in kg.fragility_of_answer("compounds-at-receptor", receptor="mGlu5").rows]
        [None]
        """
        asked = find_question(self.folder, question)
        return self.fragility_analysis.of_answer(asked, _given(values))

    def fragility_of_prediction(self, agent: str, goal: str, longest: int = LONGEST) -> Fragility:
        """Find without which references `predict` would give another result, or none.

        Raises NotFoundError when it abstains.

        >>> import glutkg
        >>> glutkg.load().fragility_of_prediction("memantine", "CSD").reading
        'falls with one of 2 references'
        """
        return self.fragility_analysis.of_prediction(self.predict(agent, goal, longest), longest)

    def fragility_of_predictions(self, longest: int = LONGEST) -> FragilityReport:
        """Analyse the predictions of all measured outcomes, but for those that abstain.

        >>> import glutkg
        >>> glutkg.load().fragility_of_predictions().columns
        ('agent', 'agentLabel', 'goal', 'goalLabel', 'predicted')
        """
        return self.fragility_analysis.of_evaluation(self.evaluate_predictions(longest), longest)

    def fragility_of_all(self) -> FragilityReport:
        """Analyse all conclusions about individuals and classes, those on the fewest references first.

        >>> import glutkg
        >>> len(glutkg.load().fragility_of_all().rows) > 200
        True
        """
        return self.fragility_analysis.of_all()

    def whatif(self, files: StrPath | Iterable[StrPath] = (), without: str | Iterable[str] = ()) -> WhatIf:
        """Show what would change if the claims of Turtle files were added and the claims named were retracted.

        A thing stands for claims that name it. Raises SourceError for an unreadable file, NotFoundError without any.

        >>> import glutkg
        >>> len(glutkg.load().whatif(without="claim:mk801-iv-sinus-tcc-cat").inferred) > 10
        True
        """
        from pathlib import Path

        return self.what_if_session.what_if([Path(file) for file in _several(files)], _several(without))

    def check(self, extra: StrPath | Iterable[StrPath] = ()) -> ValidationReport:
        """Check the sources, and further Turtle files, against the ontology, the shapes and the quality checks.

        >>> import glutkg
        >>> glutkg.load().check().conforms
        True
        """
        from pathlib import Path

        from glutkg.owl.second_opinion import checked

        return checked(self.folder, tuple(Path(file) for file in _several(extra)))

    def paths(
        self, agent: str, goal: str, longest: int = LONGEST, *, species: str | None = None, route: str | None = None
    ) -> Paths:
        """Find the mechanism paths from an agent to an outcome or a condition, the best first; each is a hypothesis.

        The agent may also be a receptor, of which its activation is meant, or a process, of which its rise.
        Claims that name other species or other routes than those asked for are left out. Raises NotFoundError for a
        name at which no path can start or end, and for a name that is not of a species or a route.

        >>> import glutkg
        >>> kg = glutkg.load()
        >>> best = kg.paths("memantine", "migraine aura", species="human").paths[0]
        >>> len(best.steps) <= 6
        True
        """
        from glutkg.mechanisms import paths, search

        ends = search.pick(self.network, agent, "agent"), search.pick(self.network, goal, "goal")
        return paths.find_paths(self.network, *ends, longest, _settings(species, route))

    def predict(
        self, agent: str, goal: str, longest: int = LONGEST, *, species: str | None = None, route: str | None = None
    ) -> Prediction:
        """Predict what an agent does to an outcome or a condition, without the claims on both, or abstain.

        Agent, species, route and errors are as for `paths`.

        >>> import glutkg
        >>> glutkg.load().predict("memantine", "CSD").sign
        -1
        """
        from glutkg.mechanisms import search, signed_prediction

        ends = search.pick(self.network, agent, "agent"), search.pick(self.network, goal, "goal")
        return signed_prediction.predict(self.network, *ends, longest, _settings(species, route))

    def evaluate_predictions(self, longest: int = LONGEST) -> Evaluation:
        """Predict every measured outcome, each without the claims on its agent and outcome, and compare.

        >>> import glutkg
        >>> len(glutkg.load().evaluate_predictions().tests) > 50
        True
        """
        from glutkg.mechanisms import evaluation

        return evaluation.evaluate(self.network, longest)

    def draw(
        self,
        what: str,
        *things: str,
        at_most: int | None = None,
        species: str | None = None,
        route: str | None = None,
        shape: str | None = None,
        page: int | None = None,
    ) -> Drawing:
        """Draw a `path` from a thing to a goal, or another of the pictures of `glutkg draw`, of one thing or several.

        `at_most` bounds the rows or steps; the picture says what it leaves out. A path is narrowed to a species or a
        route as in `paths`. The shape `slide` is 16:9, with as many rows as are legible on it; a `page` is
        one of the slides, from 1, that hold all rows of a table. Raises NotFoundError for a thing of which there is
        nothing to draw, UsageError for another kind of picture, number of things or page.

        >>> import glutkg
        >>> glutkg.load().draw("evidence", "ketamine").content("mermaid").splitlines()[0]
        b'---'
        """
        from glutkg.pictures import draw
        from glutkg.pictures.queries import PictureQueries

        queries = PictureQueries(self.reasoned, self.folder)
        if what == "path" and page is None:
            agent, goal = draw.ends(things)
            found = self.paths(agent, goal, species=species, route=route)
            return draw.draw_path(queries, self.network, found, at_most, shape)
        if species or route:
            raise UsageError("Only a path is narrowed to a species or a route; leave them out.")
        return draw.draw(queries, what, [self.iri(thing) for thing in things], at_most, shape, page=page)

    def coverage(self) -> Coverage:
        """Count for each sentence its claims, and list those of its references that none of them cites.

        >>> import glutkg
        >>> glutkg.load().coverage().complete
        True
        """
        from glutkg.checks.coverage import coverage

        return coverage(self.reasoned)


def _settings(species: str | None, route: str | None) -> dict[str, str]:
    asked = {"species": species, "route": route}
    return {name: value for name, value in asked.items() if value is not None}


def _several(some: _One | Iterable[_One]) -> list[_One]:
    """Give a name or a path that stands alone as a list of one."""
    return [some] if isinstance(some, str | os.PathLike) else list(some)


def _given(values: Mapping[str, str | Iterable[str]]) -> dict[str, list[str]]:
    return {name: _several(value) for name, value in values.items()}
