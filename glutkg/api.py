"""The Python face: one object that answers, shows, explains, checks and exports."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from glutkg import questions
from glutkg.errors import UsageError
from glutkg.kept import Reasoned, reasoned
from glutkg.resources import data_folder
from glutkg.terms import LONGEST, expand

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from rdflib import Dataset

    from glutkg.check import Report
    from glutkg.describe import Description
    from glutkg.drawing import Drawing
    from glutkg.explain import Proof
    from glutkg.paths import Paths
    from glutkg.questions import Question
    from glutkg.rules import Rule
    from glutkg.signs import Evaluation, Prediction
    from glutkg.steps import Network
    from glutkg.tables import Table


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
        from glutkg.dataset import dataset

        return dataset(self.reasoned)

    def questions(self) -> list[Question]:
        """List the packaged questions."""
        return questions.read_questions(self.folder)

    def ask(self, question: str, **values: str | Iterable[str]) -> Table:
        """Answer a packaged question; values are names, synonyms, CURIEs or IRIs, one or several each.

        Raises NotFoundError, with the nearest names, for a question or a value that the graph does not know.
        """
        asked = questions.find_question(self.folder, question)
        given = {name: [value] if isinstance(value, str) else list(value) for name, value in values.items()}
        return questions.ask(self.reasoned, asked, given)

    def select(self, query: str, over: str = "both") -> Table:
        """Run a SELECT query over `stated`, `inferred` or `both`, in a process of its own with limits."""
        from glutkg import render, worker

        return render.read_results(worker.run_query(self.kept.folder, query, over)[1])

    def find(self, name: str) -> str:
        """Find the IRI of what a name stands for. Raises NotFoundError with the nearest names."""
        return questions.find(self.reasoned, name)

    def show(self, name: str) -> Description:
        """Give everything about a substance, a kind, a gene, a claim, a sentence or a reference."""
        from glutkg import describe

        return describe.describe(self.reasoned, self.find(name))

    @cached_property
    def rules(self) -> list[Rule]:
        """The rules that made the reasoned graph."""
        from glutkg.materialise import rules_of

        return rules_of(self.reasoned, self.folder)

    def why(self, subject: str, predicate: str, object_: str) -> Proof:
        """Prove a triple; each part is a name, a CURIE or an IRI. Raises NotFoundError when it is not there."""
        from glutkg import explain

        relation = explain.predicates_like(predicate)
        return explain.why(
            self.reasoned, self.rules, self.find(subject), expand(relation) or self.find(relation), self.find(object_)
        )

    def check(self, extra: Iterable[Path] = ()) -> Report:
        """Check the sources, and further Turtle files, against ontology rules and shapes."""
        from glutkg.check import check

        return check(self.folder, tuple(extra))

    @cached_property
    def network(self) -> Network:
        """The steps that paths and predictions are made of, gathered once."""
        from glutkg.steps import Network

        return Network(self.reasoned, self.folder)

    def paths(self, agent: str, goal: str, longest: int = LONGEST) -> Paths:
        """Find the mechanism paths from an agent to an outcome or a condition, the best first; each is a hypothesis.

        Raises NotFoundError for a name that cannot be where a path starts or leads to.
        """
        from glutkg import paths

        ends = paths.pick(self.network, agent, "agent"), paths.pick(self.network, goal, "goal")
        return paths.find_paths(self.network, *ends, longest)

    def predict(self, agent: str, goal: str, longest: int = LONGEST) -> Prediction:
        """Predict what an agent does to an outcome or a condition, without the claims on both, or abstain.

        Raises NotFoundError for a name that cannot be where a path starts or leads to.
        """
        from glutkg import paths, signs

        ends = paths.pick(self.network, agent, "agent"), paths.pick(self.network, goal, "goal")
        return signs.predict(self.network, *ends, longest)

    def evaluate_predictions(self, longest: int = LONGEST) -> Evaluation:
        """Predict every measured outcome, each without the claims on its agent and outcome, and compare."""
        from glutkg import signs

        return signs.evaluate(self.network, longest)

    def draw(self, what: str, thing: str, goal: str | None = None, *, at_most: int | None = None) -> Drawing:
        """Draw the `path` from a thing to a goal, or `evidence`, `distribution`, `conflict` or `hierarchy` of a thing.

        `at_most` bounds the rows or steps; the picture says what it leaves out. Raises NotFoundError for a name that
        the graph does not know or that has nothing to draw, UsageError for a kind of picture that there is not.
        """
        from glutkg import composing
        from glutkg.drawing import Drawing
        from glutkg.readings import Reader

        reader = Reader(self.reasoned, self.folder)
        if what == "path":
            if goal is None:
                raise UsageError("A path leads from an agent to an outcome or a condition: name both.")
            return Drawing(
                composing.path(reader, self.network, self.paths(thing, goal), at_most or composing.MOST_STEPS)
            )
        if goal is not None:
            raise UsageError(f"Only a path has a goal; leave '{goal}' out.")
        return Drawing(composing.of_thing(reader, what, self.find(thing), at_most or composing.AT_MOST))
