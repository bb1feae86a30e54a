"""What of a reasoned graph can be called a conclusion, and how fragile each is, as tables for people."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from glutkg.errors import NotFoundError
from glutkg.fragility import Evidence, Fragility, Inferred, fragility
from glutkg.questions import answer, label, prepared
from glutkg.render import shown
from glutkg.rowsupports import Answers, Bench
from glutkg.supports import supports_of
from glutkg.tables import Table, Term
from glutkg.terms import BASE, RDF, RDFS, XSD, curie

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from glutkg.answers import Row
    from glutkg.fragility import Conclusion
    from glutkg.graph import Graph, Triple
    from glutkg.questions import Question
    from glutkg.rules import Rule

_TYPE, _SUBCLASS, _SUBPROPERTY = RDF + "type", RDFS + "subClassOf", RDFS + "subPropertyOf"
NUMBERS = ("fallsWith", "onReferences", "onSpecies", "onDesigns", "onClaims", "reading")
"""Columns of numbers: the size of the smallest set of references without which the conclusion falls, and how many there
are of what it rests on; then what that means in words."""
LISTS = ("smallestSets", "theReferences", "theSpecies", "theDesigns", "theClaims")
"""Columns of IRIs, parted by spaces; the sets by ` | `."""


class Foundations:
    """Answers on what conclusions of a reasoned graph rest; works out the supports of all triples once."""

    def __init__(self, graph: Graph, rules: Sequence[Rule], report: Callable[[str], None] | None = None) -> None:
        if report:
            report("finding on which claims each triple rests")
        self.graph = graph
        self.evidence = Evidence(graph)
        self.supports = supports_of(graph, rules)
        self._benches: tuple[Bench, Bench] | None = None

    def of(self, conclusion: Conclusion) -> Fragility:
        """Tell how fragile a conclusion is that is known by its sets of claims, such as a prediction."""
        return fragility(self.evidence, conclusion)

    def of_triple(self, triple: Triple) -> Fragility:
        """Tell how fragile a triple is. Raises NotFoundError when the graph does not hold it."""
        subject, predicate, object_ = triple
        if not self.graph.graphs_of(subject.value, predicate.value, object_):
            words = " – ".join(label(self.graph, term.value) for term in triple)
            raise NotFoundError(f"The graph does not hold: {words}.")
        return self.of(Inferred(self.supports.of(triple), self.supports))

    def of_answer(
        self, question: Question, values: Mapping[str, Iterable[str]]
    ) -> tuple[tuple[str, ...], list[tuple[Row, Fragility]]]:
        """Give the columns of an answer, and its rows with how fragile each is. Raises what asking the question raises."""
        if self._benches is None:
            self._benches = (Bench(self.graph, self.supports), Bench(self.graph, self.supports))
        query = prepared(self.graph, question, values)
        answers = Answers(self._benches, self.supports, lambda graph: answer(graph, question, query), question)
        return answers.table.columns, [(row.row, self.of(row)) for row in answers.rows()]

    def triples(self) -> list[Triple]:
        """List the conclusions about things and kinds that rest on claims: the narrowest, from which the rest follow."""
        graph = self.graph
        records = {s.value for s, _, _ in graph.triples(None, _TYPE, BASE + "Record")}
        found = {
            triple
            for name in graph.graph_names("inferred")
            for triple in graph.triples(graph=name)
            if triple[2].kind == "iri"
            and not {triple[0].value, triple[2].value} & records
            and any(not way.unless for way in self.supports.of(triple))
        }
        return sorted(_Narrower(graph, found).narrowest(), key=lambda t: tuple(label(graph, term.value) for term in t))


class _Narrower:
    """Tells which conclusions say more than others do."""

    def __init__(self, graph: Graph, found: set[Triple]) -> None:
        self._found = found
        self._wider: dict[str, set[Term]] = {}
        for relation in (_SUBCLASS, _SUBPROPERTY):
            for narrow, _, wide in graph.triples(None, relation):
                if narrow != wide:
                    self._wider.setdefault(narrow.value, set()).add(wide)

    def narrowest(self) -> set[Triple]:
        weaker: set[Triple] = set()
        for triple in self._found:
            weaker.update(self._weaker(triple))
        return self._found - weaker

    def _weaker(self, triple: Triple) -> Iterator[Triple]:
        """Give what a conclusion says too, in wider kinds and relations."""
        choices = [[term, *self._wider.get(term.value, ())] for term in triple]
        for subject in choices[0]:
            for predicate in choices[1]:
                for object_ in choices[2]:
                    if (subject, predicate, object_) != triple:
                        yield subject, predicate, object_


def triples_table(graph: Graph, found: Iterable[tuple[Triple, Fragility]]) -> Table:
    """Give conclusions with the numbers of each, one a row."""
    columns = ("subject", "subjectLabel", "relation", "relationLabel", "object", "objectLabel")
    rows = [
        (*(cell for term in triple for cell in (term, _literal(word(graph, term)))), *_cells(fragile))
        for triple, fragile in found
    ]
    return Table((*columns, *NUMBERS, *LISTS), tuple(rows))


def answer_table(question: Question, columns: Sequence[str], found: Iterable[tuple[Row, Fragility]]) -> Table:
    """Give the rows of an answer, without what they collect, with the numbers of each."""
    kept = [index for index, name in enumerate(columns) if name not in question.collects]
    rows = [(*(row[index] for index in kept), *_cells(fragile)) for row, fragile in found]
    return Table((*(columns[index] for index in kept), *NUMBERS, *LISTS), tuple(rows))


def for_people(table: Table) -> Table:
    """Leave out the columns that list IRIs."""
    return _only(table, lambda name: name not in LISTS)


def _only(table: Table, wanted: Callable[[str], bool]) -> Table:
    kept = [index for index, name in enumerate(table.columns) if wanted(name)]
    return Table(
        tuple(table.columns[index] for index in kept),
        tuple(tuple(row[index] for index in kept) for row in table.rows),
    )


def _cells(found: Fragility) -> tuple[Term | None, ...]:
    numbers = (found.least, len(found.references), len(found.species), len(found.designs), len(found.claims))
    cells = (None if n is None else Term("literal", str(n), datatype=XSD + "integer") for n in numbers)
    lists = (found.references, found.species, found.designs, found.claims)
    sets = " | ".join(" ".join(sorted(one)) for one in found.smallest)
    return (*cells, _literal(found.reading), _literal(sets), *(_literal(" ".join(sorted(names))) for names in lists))


def _literal(text: str) -> Term:
    return Term("literal", text)


def word(graph: Graph, term: Term) -> str:
    """Say a term of a triple: its label, or `is a` for its kind."""
    return {_TYPE: "is a", _SUBCLASS: "is a kind of"}.get(term.value) or label(graph, term.value)


def said(graph: Graph, triple: Triple) -> str:
    """Say a triple in words."""
    return " – ".join(word(graph, term) for term in triple)


def said_row(table: Table) -> str:
    """Say what the one row of a table is about."""
    headings, (cells, *_) = shown(_only(table, lambda name: name not in (*NUMBERS, *LISTS)))
    return "; ".join(f"{heading}: {cell}" for heading, cell in zip(headings, cells, strict=True) if cell)


def as_lines(graph: Graph, evidence: Evidence, what: str, found: Fragility) -> list[str]:
    """Tell of one conclusion: how it falls, on what it rests, and each claim behind it."""

    def names(iris: Iterable[str]) -> str:
        return ", ".join(sorted((label(graph, iri) for iri in iris), key=_natural))

    lines = [what, found.reading]
    if found.smallest:
        lines += ["", "SMALLEST SETS OF REFERENCES WHOSE REMOVAL TAKES IT AWAY"]
        lines += [f"   {number}. {names(one)}" for number, one in enumerate(found.smallest, 1)]
    lines += ["", "RESTS ON"]
    for title, some in (("references", found.references), ("species", found.species), ("study designs", found.designs)):
        lines.append(f"   {title + ':':<15}{len(some)}" + (f" ({names(some)})" if some else ""))
    own = f", {len(found.own)} without a reference" if found.own else ""
    lines.append(f"   {'claims:':<15}{len(found.claims)}{own}")
    for claim in sorted(found.claims):
        cited = evidence.cites.get(claim)
        places = names(evidence.sentences.get(claim, ()))
        by = f"cites {names(cited)}" if cited else "cites nothing: what the document says itself"
        lines.append(f"      {curie(claim)}: {label(graph, claim)} ({places}; {by})")
    return lines


def _natural(text: str) -> list[tuple[int, str]]:
    return [(int(part), "") if part.isdigit() else (0, part) for part in re.split(r"(\d+)", text)]
