"""The analysis of how fragile the conclusions of a reasoned graph are: its triples, rows of answers and predictions."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from glutkg.errors import NotFoundError
from glutkg.fragility.hitting_sets import Evidence, Fragility, InferredTriple, fragility
from glutkg.fragility.prediction_provenance import PredictedConclusion, StepClaims
from glutkg.fragility.report import PREDICTED, TRIPLE, FragilityReport
from glutkg.fragility.row_provenance import ReducedAnswers, ReducedGraph
from glutkg.fragility.why_provenance import cached_why_provenance
from glutkg.mechanisms import LONGEST
from glutkg.mechanisms.wording import labelled_cells
from glutkg.questions.answering import answer, prepared
from glutkg.rdf.namespaces import BASE, RDF, RDFS
from glutkg.rdf.terms import Term, Triple
from glutkg.relations import grouped
from glutkg.store.artefacts import Artefacts
from glutkg.store.labels import label, term_text, triple_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from glutkg.fragility.hitting_sets import Witnessed
    from glutkg.fragility.why_provenance import WhyProvenance
    from glutkg.mechanisms.evaluation import Evaluation
    from glutkg.mechanisms.network import Network
    from glutkg.mechanisms.signed_prediction import Prediction
    from glutkg.questions.question import Question
    from glutkg.reasoning.rule import Rule
    from glutkg.store.artefacts import Artefacts
    from glutkg.store.graph import Graph
    from glutkg.text.cells import Row

_TYPE, _SUBCLASS, _SUBPROPERTY = RDF + "type", RDFS + "subClassOf", RDFS + "subPropertyOf"


class FragilityAnalysis:
    """Works out on what the conclusions of a reasoned graph rest, once the why-provenance of its triples is known."""

    def __init__(
        self,
        graph: Graph,
        rules: Sequence[Rule],
        report: Callable[[str], None] = lambda _: None,
        artefacts: Artefacts | None = None,
    ) -> None:
        self.graph = graph
        self._artefacts = artefacts or Artefacts()
        self.evidence = Evidence(graph)
        self._rules = rules
        self._report = report
        self._served: StepClaims | None = None

    @cached_property
    def provenance(self) -> WhyProvenance:
        """The sets of claims from which each triple follows. Raises RuleError for rules that cannot be followed."""
        return cached_why_provenance(self.graph, self._rules, self._artefacts, self._report)

    def of(self, conclusion: Witnessed) -> Fragility:
        """Work out how fragile a conclusion is."""
        return fragility(self.evidence, conclusion)

    def of_triple(self, triple: Triple) -> Fragility:
        """Work out how fragile a triple is. Raises NotFoundError when the graph does not hold it."""
        if not self.graph.graphs_of(triple):
            raise NotFoundError(f"The graph does not hold: {triple_text(self.graph, triple)}.")
        return self.of(InferredTriple(self.provenance.of(triple), self.provenance))

    def of_triples(self, triples: Iterable[Triple]) -> FragilityReport:
        """Work out how fragile triples are, those on the fewest references first; raises what `of_triple` does."""
        found = sorted(((triple, self.of_triple(triple)) for triple in triples), key=lambda pair: pair[1].order())
        return self._report_on(TRIPLE, ((self._triple_cells(triple), fragile) for triple, fragile in found))

    def of_all(self) -> FragilityReport:
        """Work out how fragile the narrowest conclusions are."""
        return self.of_triples(self.triples())

    def _report_on(self, columns: tuple[str, ...], rows: Iterable[tuple[Row, Fragility]]) -> FragilityReport:
        return FragilityReport(self.graph, self.evidence, columns, tuple(rows))

    def _triple_cells(self, triple: Triple) -> Row:
        return tuple(cell for term in triple for cell in (term, Term("literal", term_text(self.graph, term))))

    def of_answer(self, question: Question, values: Mapping[str, Iterable[str]]) -> FragilityReport:
        """Work out how fragile each row of an answer is, in its order, without the columns that collect values.

        Raises what asking the question raises, and LimitError for a row that may rest on too many claims.
        """
        answers = self.answers(question, values)
        several = answers.table.collected()
        kept = [index for index in range(len(answers.table.columns)) if index not in several]
        found = []
        for number, row in enumerate(answers.rows(), 1):
            self._report(f"row {number} of {len(answers.table)}")
            found.append((tuple(row.row[index] for index in kept), self.of(row)))
        columns = tuple(answers.table.columns[index] for index in kept)
        return FragilityReport(self.graph, self.evidence, columns, tuple(found), answers.table.headings)

    def answers(self, question: Question, values: Mapping[str, Iterable[str]]) -> ReducedAnswers:
        """Give the answers to a question with claims taken out. Raises what asking the question raises."""
        query = prepared(self.graph, question, values)
        return ReducedAnswers(self._reduced_graphs, self.provenance, lambda graph: answer(graph, question, query))

    @cached_property
    def _reduced_graphs(self) -> tuple[ReducedGraph, ReducedGraph]:
        return ReducedGraph(self.graph, self.provenance), ReducedGraph(self.graph, self.provenance)

    def of_prediction(self, prediction: Prediction, longest: int = LONGEST) -> Fragility:
        """Work out how fragile a prediction is that was made from paths of up to `longest` steps.

        Raises NotFoundError when it abstains, as there is nothing to take away then.
        """
        if prediction.sign is None:
            raise NotFoundError(_abstains(prediction))
        return self.of(PredictedConclusion(self._step_claims(prediction.network), prediction, longest))

    def of_predictions(self, predictions: Iterable[Prediction], longest: int = LONGEST) -> FragilityReport:
        """Work out how fragile predictions are, fewest references first; raises what `of_prediction` does."""
        pairs = ((prediction, self.of_prediction(prediction, longest)) for prediction in predictions)
        found = sorted(pairs, key=lambda pair: pair[1].order())
        return self._report_on(PREDICTED, ((_prediction_cells(prediction), fragile) for prediction, fragile in found))

    def of_evaluation(self, evaluation: Evaluation, longest: int = LONGEST) -> FragilityReport:
        """Work out how fragile the predictions of an evaluation are, without those that abstain."""
        made = (test.prediction for test in evaluation.tests if test.prediction.sign is not None)
        unique = {prediction.ends: prediction for prediction in made}
        return self.of_predictions(unique.values(), longest)

    def _step_claims(self, network: Network) -> StepClaims:
        if self._served is None or self._served.network is not network:

            def without(gone: frozenset[str]) -> frozenset[str]:
                return network.serving_in(self._reduced_graphs[0].with_claims(self.provenance.claims - gone, gone))

            self._served = StepClaims(network, self.provenance, without)
        return self._served

    def triples(self) -> list[Triple]:
        """List the narrowest conclusions about individuals and classes that rest on claims.

        Those with wider classes and properties follow from them, and so fall with no fewer references.
        """
        graph = self.graph
        steps = graph.auxiliary()
        records = {s.value for s, _, _ in graph.triples(None, _TYPE, BASE + "Record")}
        found = {
            triple
            for name in graph.graph_names("inferred")
            for triple in graph.triples(graph=name)
            if triple[2].kind == "iri"
            and triple[1].value not in steps
            and not {triple[0].value, triple[2].value} & records
            and self.provenance.follows(triple, ())
        }
        return sorted(_narrowest(graph, found), key=lambda triple: tuple(label(graph, term.value) for term in triple))


def _narrowest(graph: Graph, found: set[Triple]) -> set[Triple]:
    """Leave out what other conclusions imply, about narrower classes or properties."""
    hierarchy = (t for relation in (_SUBCLASS, _SUBPROPERTY) for t in graph.triples(None, relation))
    wider = grouped((narrow.value, wide) for narrow, _, wide in hierarchy if narrow != wide)

    def weaker(triple: Triple) -> Iterator[Triple]:
        subjects, predicates, objects = ([term, *wider.get(term.value, ())] for term in triple)
        return ((s, p, o) for s in subjects for p in predicates for o in objects if (s, p, o) != triple)

    return found.difference(*(weaker(triple) for triple in found))


def _prediction_cells(prediction: Prediction) -> Row:
    ends = (cell for iri in prediction.ends for cell in labelled_cells(prediction.network, iri))
    return (*ends, Term("literal", prediction.name))


def _abstains(prediction: Prediction) -> str:
    agent, goal = map(prediction.network.label, prediction.ends)
    reason = f" ({prediction.gap.reason})" if prediction.gap else ""
    return (
        f"Nothing is predicted about {agent} and {goal}: 'predict' abstains{reason}, so there is nothing to take away. "
        f"What would settle it: glutkg predict '{agent}' '{goal}'"
    )
