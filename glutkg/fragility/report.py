"""What of a reasoned graph can be called a conclusion, and how fragile each is, as tables and lines for people."""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from glutkg.errors import NotFoundError, UsageError
from glutkg.explain.wording import spoken, word
from glutkg.fragility.hitting_sets import MAX_SETS, Evidence, Fragility, Inferred, fragility
from glutkg.fragility.prediction_provenance import Foretold, Serving
from glutkg.fragility.provenance import supports_kept
from glutkg.fragility.row_provenance import Answers, Bench
from glutkg.mechanisms.formats import predicted
from glutkg.questions.answering import answer, prepared
from glutkg.rdf.namespaces import BASE, LONGEST, RDF, RDFS, XSD, curie
from glutkg.rdf.terms import Term, Triple
from glutkg.reasoning.cache import NOWHERE
from glutkg.store.names import label
from glutkg.text.tables import Table

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from glutkg.fragility.hitting_sets import Conclusion
    from glutkg.fragility.provenance import Supports
    from glutkg.mechanisms.network import Network
    from glutkg.mechanisms.signed_prediction import Prediction
    from glutkg.questions.question import Question
    from glutkg.reasoning.cache import Shelf
    from glutkg.reasoning.rule import Rule
    from glutkg.store.graph import Graph
    from glutkg.text.cells import Row

_TYPE, _SUBCLASS, _SUBPROPERTY = RDF + "type", RDFS + "subClassOf", RDFS + "subPropertyOf"
TRIPLE = ("subject", "subjectLabel", "relation", "relationLabel", "object", "objectLabel")
"""The columns that tell of a triple."""
PREDICTED = ("agent", "agentLabel", "goal", "goalLabel", "predicted")
"""The columns that tell of a prediction."""
NUMBERS = ("fallsWith", "onReferences", "onSpecies", "onDesigns", "onClaims", "reading")
"""The size of the smallest set of references without which a conclusion falls, the number of things of each sort on
which it rests, and what that means in words."""
LISTS = ("smallestSets", "theReferences", "theSpecies", "theDesigns", "theClaims")
"""The IRIs that were counted; sets of them are separated by ` | ` within one text."""


class Findings(NamedTuple):
    """Conclusions, as rows of columns, and how fragile each is."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Row, Fragility], ...]

    def only(self, number: int) -> Findings:
        """Give the row of a number, from 1, alone. Raises UsageError when there is none."""
        if not 1 <= number <= len(self.rows):
            raise UsageError(f"The answer has {len(self.rows)} rows; there is no row {number}.")
        return Findings(self.columns, self.rows[number - 1 : number])

    def table(self) -> Table:
        """Give the numbers of each conclusion, and the IRIs behind them."""
        rows = tuple((*row, *_numbers(found), *_lists(found)) for row, found in self.rows)
        return Table((*self.columns, *NUMBERS, *LISTS), rows)

    def table_for_people(self) -> Table:
        """Give the numbers of each conclusion."""
        return Table((*self.columns, *NUMBERS), tuple((*row, *_numbers(found)) for row, found in self.rows))


class Foundations:
    """Tells on what the conclusions of a reasoned graph rest; works out the supports of all triples once."""

    def __init__(
        self,
        graph: Graph,
        rules: Sequence[Rule],
        report: Callable[[str], None] = lambda _: None,
        shelf: Shelf = NOWHERE,
    ) -> None:
        self.graph = graph
        self._shelf = shelf
        self.evidence = Evidence(graph)
        self._rules = rules
        self._report = report
        self._served: Serving | None = None

    @cached_property
    def supports(self) -> Supports:
        """The sets of claims that each triple follows from. Raises RuleError for rules of which they cannot be told."""
        return supports_kept(self.graph, self._rules, self._shelf, self._report)

    def of(self, conclusion: Conclusion) -> Fragility:
        """Tell how fragile a conclusion is that is known by its sets of claims, such as a prediction."""
        return fragility(self.evidence, conclusion)

    def of_triple(self, triple: Triple) -> Fragility:
        """Tell how fragile a triple is. Raises NotFoundError when the graph does not hold it."""
        if not self.graph.graphs_of(triple):
            raise NotFoundError(f"The graph does not hold: {spoken(self.graph, triple)}.")
        return self.of(Inferred(self.supports.of(triple), self.supports))

    def of_triples(self, triples: Iterable[Triple]) -> Findings:
        """Tell how fragile triples are, those on the fewest references first; raises what `of_triple` does."""
        found = sorted(((triple, self.of_triple(triple)) for triple in triples), key=lambda pair: pair[1].order())
        return Findings(TRIPLE, tuple((self._told(triple), fragile) for triple, fragile in found))

    def _told(self, triple: Triple) -> Row:
        return tuple(cell for term in triple for cell in (term, Term("literal", word(self.graph, term))))

    def of_answer(self, question: Question, values: Mapping[str, Iterable[str]]) -> Findings:
        """Tell how fragile each row of an answer is, in its order, without the columns that collect values.

        Raises what asking the question raises, and LimitError for a row that hangs together in too many ways.
        """
        answers = self.answers(question, values)
        several = answers.table.collected()
        kept = [index for index in range(len(answers.table.columns)) if index not in several]
        found = []
        for number, row in enumerate(answers.rows(), 1):
            self._report(f"row {number} of {len(answers.table)}")
            found.append((tuple(row.row[index] for index in kept), self.of(row)))
        return Findings(tuple(answers.table.columns[index] for index in kept), tuple(found))

    def answers(self, question: Question, values: Mapping[str, Iterable[str]]) -> Answers:
        """Give the answers to a question with claims taken out. Raises what asking the question raises."""
        query = prepared(self.graph, question, values)
        return Answers(self._benches, self.supports, lambda graph: answer(graph, question, query))

    @cached_property
    def _benches(self) -> tuple[Bench, Bench]:
        return Bench(self.graph, self.supports), Bench(self.graph, self.supports)

    def of_prediction(self, network: Network, prediction: Prediction, longest: int = LONGEST) -> Fragility:
        """Tell how fragile a prediction is that was made from paths of at most so many steps.

        Raises NotFoundError when it abstains: then there is nothing to take away.
        """
        if prediction.sign is None:
            raise NotFoundError(_abstains(network, prediction))
        return self.of(Foretold(self._serving(network), prediction, longest))

    def of_predictions(self, network: Network, predictions: Iterable[Prediction], longest: int = LONGEST) -> Findings:
        """Tell how fragile predictions are, those on the fewest references first; raises what `of_prediction` does."""
        pairs = ((prediction, self.of_prediction(network, prediction, longest)) for prediction in predictions)
        found = sorted(pairs, key=lambda pair: pair[1].order())
        return Findings(PREDICTED, tuple((_foretold(network, prediction), fragile) for prediction, fragile in found))

    def _serving(self, network: Network) -> Serving:
        if self._served is None or self._served.network is not network:

            def without(gone: frozenset[str]) -> frozenset[str]:
                return network.serving_in(self._benches[0].with_claims(self.supports.claims - gone, gone))

            self._served = Serving(network, self.supports, without)
        return self._served

    def triples(self) -> list[Triple]:
        """List the narrowest conclusions about things and kinds that rest on claims.

        Those in wider kinds and relations follow from them, and so fall with no fewer references.
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
            and self.supports.follows(triple, ())
        }
        return sorted(_narrowest(graph, found), key=lambda triple: tuple(label(graph, term.value) for term in triple))


def _narrowest(graph: Graph, found: set[Triple]) -> set[Triple]:
    """Leave out what other conclusions say too, of narrower kinds or relations."""
    wider: dict[str, set[Term]] = {}
    for relation in (_SUBCLASS, _SUBPROPERTY):
        for narrow, _, wide in graph.triples(None, relation):
            if narrow != wide:
                wider.setdefault(narrow.value, set()).add(wide)

    def weaker(triple: Triple) -> Iterator[Triple]:
        subjects, predicates, objects = ([term, *wider.get(term.value, ())] for term in triple)
        return ((s, p, o) for s in subjects for p in predicates for o in objects if (s, p, o) != triple)

    return found.difference(*(weaker(triple) for triple in found))


def _foretold(network: Network, prediction: Prediction) -> Row:
    ends = (cell for iri in (prediction.agent, prediction.goal) for cell in _labelled(network.graph, iri))
    return (*ends, Term("literal", predicted(network, prediction)))


def _labelled(graph: Graph, iri: str) -> tuple[Term, Term]:
    return Term("iri", iri), Term("literal", label(graph, iri))


def _abstains(network: Network, prediction: Prediction) -> str:
    agent, goal = network.label(prediction.agent), network.label(prediction.goal)
    reason = f" ({prediction.gap.reason})" if prediction.gap else ""
    return (
        f"Nothing is predicted of {agent} and {goal}: 'predict' abstains{reason}, so there is nothing to take away. "
        f"What would settle it: glutkg predict '{agent}' '{goal}'"
    )


def _numbers(found: Fragility) -> tuple[Term | None, ...]:
    numbers = (found.least, len(found.references), len(found.species), len(found.designs), len(found.claims))
    cells = (None if n is None else Term("literal", str(n), datatype=XSD + "integer") for n in numbers)
    return (*cells, Term("literal", found.reading))


def _lists(found: Fragility) -> Row:
    sets = Term("literal", " | ".join(" ".join(sorted(one)) for one in found.smallest))
    lists = (found.references, found.species, found.designs, found.claims)
    return (sets, *(tuple(Term("iri", name) for name in sorted(names)) for names in lists))


def as_lines(foundations: Foundations, findings: Findings) -> list[str]:
    """Tell all about the first conclusion: how it falls, on what it rests, and each claim behind it."""
    graph, evidence = foundations.graph, foundations.evidence
    row, found = findings.rows[0]
    foretold = findings.columns == PREDICTED

    def names(iris: Iterable[str]) -> str:
        return ", ".join(sorted((label(graph, iri) for iri in iris), key=_natural))

    lines = [_said(findings.columns, row), found.reading]
    lines += ["A prediction is a hypothesis; it falls when another one, or none, would be made."] * foretold
    if found.smallest:
        lines += ["", "SMALLEST SETS OF REFERENCES WHOSE REMOVAL TAKES IT AWAY"]
        lines += [f"   {number}. {names(one)}" for number, one in enumerate(found.smallest, 1)]
        lines += ["   … and perhaps more"] * (len(found.smallest) == MAX_SETS)
    lines += ["", "RESTS ON"]
    for title, some in (("references", found.references), ("species", found.species), ("study designs", found.designs)):
        lines.append(f"   {title + ':':<15}{len(some)}" + (f" ({names(some)})" if some else ""))
    own = f", {len(found.own)} without a reference: the word of {names(found.documents)}" if found.own else ""
    lines.append(f"   {'claims:':<15}{len(found.claims)}{own}")
    for claim in sorted(found.claims):
        cited = evidence.cites.get(claim)
        lines.append(f"      {curie(claim)}: {label(graph, claim)}")
        lines.append(f"         {names(evidence.places.get(claim, ()))}; cites {names(cited) if cited else 'nothing'}")
    return lines


def _said(columns: tuple[str, ...], row: Row) -> str:
    seen = Table(columns, (row,)).view()
    cells = seen.cells()[0]
    if columns == TRIPLE:
        return " – ".join(cells)
    if columns == PREDICTED:
        return "{} → {}: {} is predicted".format(*cells)
    return "; ".join(f"{heading}: {cell}" for heading, cell in zip(seen.headings, cells, strict=True) if cell)


def _natural(text: str) -> list[tuple[int, str]]:
    return [(int(part), "") if part.isdigit() else (0, part) for part in re.split(r"(\d+)", text)]
