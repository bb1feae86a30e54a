"""Steps from one thing to the next, each a claim or an inference: defined in `queries/mechanisms/steps/`.

A step definition is a SPARQL query under a header; its rows give where a step starts and ends, its sign (1, -1 or
nothing), the claim that it is, and the kind of action or the relation by which it holds. Python only gathers them.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from glutkg.errors import QueryError, SourceError
from glutkg.questions.answering import ask
from glutkg.questions.question import read_question
from glutkg.rdf.namespaces import BASE, RDFS, STATED_GRAPH, expand
from glutkg.rdf.terms import Term
from glutkg.resources import query_files
from glutkg.sparql.binding import bind
from glutkg.sparql.headers import MECHANISM, STEP, read_header
from glutkg.sparql.parser import read_query
from glutkg.store.names import label

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping
    from pathlib import Path

    from glutkg.store.graph import Graph

_COLUMNS = {"?from", "?to", "?sign", "?claim", "?how"}
_SURE = 0
"""The rank of a step that rests on what a term means: surer than any claim."""


class Definition(NamedTuple):
    """One kind of step: what it is, its words with each sign and without, and what claim would give it a sign.

    `last` tells that nothing may follow it, `predicts` that a prediction may use it.
    """

    name: str
    label: str
    summary: str
    words: Mapping[int | None, str]
    settles: str
    last: bool
    predicts: bool
    query: str


class Row(NamedTuple):
    """One claim, or one fact about terms, that makes a step."""

    definition: str
    start: str
    end: str
    sign: int | None
    claim: str | None
    how: str | None


class Step(NamedTuple):
    """A step from one thing to the next, with all claims that make it.

    `sign` is None when no claim gives one, and when claims give both; then `contested` is True. `claims` are those
    that give the sign, the surest first, or all of them where none does. `rank` orders by certainty, 0 is the surest.
    """

    definition: Definition
    start: str
    end: str
    sign: int | None
    contested: bool
    claims: tuple[str, ...]
    how: tuple[str, ...]
    rank: int

    @property
    def key(self) -> tuple[str, str, str]:
        """What the step is and between what: no two steps of a network have the same."""
        return self.definition.name, self.start, self.end

    @property
    def words(self) -> str:
        """What the start does to the end, in words."""
        return self.definition.words[self.sign]

    @property
    def certain(self) -> bool:
        """Whether the step rests on what a term means, and on no claim."""
        return self.rank == _SURE


def read_definition(path: Path) -> Definition:
    """Read a step definition. Raises SourceError when its header or one of its columns is missing."""
    text = path.read_text(encoding="utf-8")
    header = read_header(path, text, STEP)
    if {column.variable for column in read_query(text, path=path).columns} != _COLUMNS:
        raise SourceError(f"the query must select {', '.join(sorted(_COLUMNS))}.", path)
    words = {1: header["raises"], -1: header["lowers"], None: header["changes"]}
    last, predicts = header.get("walk") == "last", header.get("predicts") != "no"
    return Definition(path.stem, header["label"], header["summary"], words, header["settles"], last, predicts, text)


class Network:
    """All steps of a graph, and what a search for paths has to know of things and claims."""

    def __init__(self, graph: Graph, folder: Path) -> None:
        self.graph = graph
        self.folder = folder
        self.definitions = {path.stem: read_definition(path) for path in query_files(folder, "mechanisms/steps")}
        self.known = tuple(row for definition in self.definitions.values() for row in self._rows(definition))
        """What every claim would lead from and to, whether it may be a step or not."""
        self.rows = tuple(row for row in self.known if row.claim is None or row.claim in self.serving)
        self._labels: dict[str, str] = {}

    def _rows(self, definition: Definition) -> Iterator[Row]:
        """Run a definition. Raises QueryError when a row lacks an end: it would join what has nothing in common."""
        for found in self.graph.select(definition.query):
            start, end, sign, claim, how = (found[name] for name in ("from", "to", "sign", "claim", "how"))
            if start is None or end is None:
                raise QueryError(
                    f"'{definition.name}' of queries/mechanisms/steps gives a row without ?from or ?to. Bind both."
                )
            yield Row(definition.name, str(start), str(end), _sign(sign), _text(claim), _text(how))

    @cached_property
    def serving(self) -> frozenset[str]:
        """The claims that may be steps at all."""
        return self.serving_in(self.graph)

    def serving_in(self, graph: Graph) -> frozenset[str]:
        """Give the claims that may be steps in another graph, such as one from which claims are taken out."""
        return frozenset(str(row["claim"]) for row in graph.select(self._query("serves")))

    @cached_property
    def standings(self) -> dict[str, str]:
        """For each claim that is not in force, in a word why."""
        return {str(row["claim"]): str(row["label"]) for row in self.graph.select(self._query("standings"))}

    def label(self, iri: str) -> str:
        """Give the label of something."""
        if iri not in self._labels:
            self._labels[iri] = label(self.graph, iri)
        return self._labels[iri]

    @cached_property
    def modalities(self) -> dict[str, tuple[int, str]]:
        """For each claim the rank of its certainty, 1 for the surest, and the kind of certainty."""
        rows = self.graph.select(
            f"SELECT ?claim ?modality ?rank {{ ?modality glut:certaintyRank ?rank . "
            f"GRAPH <{STATED_GRAPH}> {{ ?claim glut:modality ?modality }} }}"
        )
        return {str(row["claim"]): (int(str(row["rank"])), str(row["modality"])) for row in rows}

    @cached_property
    def certainties(self) -> dict[int, str]:
        """The name of each rank of certainty."""
        names = {rank: self.label(modality) for rank, modality in self.modalities.values()}
        return {_SURE: "by definition", **names}

    @cached_property
    def directions(self) -> dict[int, str]:
        """The name of each sign."""
        return {int(o.value): self.label(s.value) for s, _, o in self.graph.triples(None, BASE + "sign")}

    @cached_property
    def resting(self) -> dict[str, set[str]]:
        """For each claim the claims that rest on it directly."""
        found: dict[str, set[str]] = {}
        for claim, _, ground in self.graph.triples(None, BASE + "restsOn"):
            found.setdefault(ground.value, set()).add(claim.value)
        return found

    @cached_property
    def wider(self) -> dict[str, set[str]]:
        """For each kind the wider kinds, itself left out."""
        kinds: dict[str, set[str]] = {}
        for s, _, o in self.graph.triples(None, RDFS + "subClassOf"):
            if s != o and o.kind == "iri":
                kinds.setdefault(s.value, set()).add(o.value)
        return kinds

    @cached_property
    def against(self) -> dict[tuple[str, str], tuple[str, ...]]:
        """For the two ends of a step the claims that deny it or leave it open."""
        found: dict[tuple[str, str], list[str]] = {}
        for row in self.graph.select(self._query("against")):
            found.setdefault((str(row["from"]), str(row["to"])), []).append(str(row["claim"]))
        return {ends: tuple(sorted(claims)) for ends, claims in found.items()}

    def elsewhere(self, seen_in: Mapping[str, str]) -> frozenset[str]:
        """Give the claims that name a species, or a route, and none of the one asked for: `{"species": "rat"}`.

        Raises NotFoundError for a value that is none, UsageError for a name that is neither.
        """
        if not seen_in:
            return frozenset()
        asked = read_question(self._file("elsewhere"))
        table = ask(self.graph, asked, {name: [value] for name, value in seen_in.items()})
        return frozenset(str(row["claim"]) for row in table)

    def _file(self, name: str) -> Path:
        return next(path for path in query_files(self.folder, "mechanisms") if path.stem == name)

    def _query(self, name: str) -> str:
        return self._file(name).read_text(encoding="utf-8")

    def kinds_of(self, end: str) -> tuple[str, ...]:
        """Name the kinds that an `agent` or a `goal` may be of."""
        header = read_header(self._file("whole"), self._query("whole"), MECHANISM)
        return tuple(expand(kind.strip()) or kind for kind in header[end].split(","))

    def candidates(self, end: str) -> list[tuple[str, str]]:
        """Give all names of what can be an `agent` or a `goal`, labels before synonyms, each with its IRI."""
        kinds = " ".join(f"<{kind}>" for kind in self.kinds_of(end))
        table = self.graph.select(f"""SELECT DISTINCT ?name ?thing ?rank {{
            VALUES ?kind {{ {kinds} }} {{ ?thing rdfs:subClassOf ?kind }} UNION {{ ?thing a ?kind }}
            VALUES (?property ?rank) {{ (rdfs:label 1) (skos:altLabel 2) (skos:hiddenLabel 3) }}
            ?thing ?property ?name }} ORDER BY ?rank ?name ?thing""")
        return [(str(row["name"]), str(row["thing"])) for row in table]

    def whole(self, agents: Iterable[str]) -> dict[tuple[str, str], list[tuple[str, bool]]]:
        """For agents and each goal the claims on the whole from agent to goal; True for findings on the goal itself."""
        asked = bind(self._query("whole"), {"agent": [Term("iri", agent) for agent in agents]})
        found: dict[tuple[str, str], list[tuple[str, bool]]] = {}
        for row in self.graph.select(asked):
            ends = str(row["agent"]), str(row["goal"])
            found.setdefault(ends, []).append((str(row["claim"]), row["tests"] is True))
        return {ends: sorted(set(claims)) for ends, claims in found.items()}

    def measured(self) -> list[tuple[str, str, int, str, str | None]]:
        """Give all measured outcomes: agent, goal, sign (0 for no change), the finding, and why it is no test."""
        rows = self.graph.select(self._query("measured"))
        found = [
            (str(r["agent"]), str(r["goal"]), int(str(r["sign"])), str(r["claim"]), _text(r["leftOut"])) for r in rows
        ]
        return sorted(found, key=lambda row: (*row[:4], row[4] or ""))

    def left_out(self, claims: Iterable[str], gone: Collection[str] = ()) -> frozenset[str]:
        """Add to claims those that rest on them, over any number of claims none of which is gone."""
        found = set(claims).difference(gone)
        waiting = list(found)
        while waiting:
            new = self.resting.get(waiting.pop(), set()).difference(found, gone)
            found |= new
            waiting += new
        return frozenset(found)

    def steps(self, without: frozenset[str] = frozenset(), predicting: bool = False) -> dict[str, tuple[Step, ...]]:
        """Give the steps from each start, none of them by a claim of `without`.

        For a prediction, steps by a definition that never gives a sign are left out.
        """
        return self.joined(
            row
            for row in self.rows
            if row.claim not in without and (not predicting or self.definitions[row.definition].predicts)
        )

    def joined(self, rows: Iterable[Row]) -> dict[str, tuple[Step, ...]]:
        """Join rows to steps, and give them from each start."""
        gathered: dict[tuple[str, str, str], list[Row]] = {}
        for row in rows:
            gathered.setdefault((row.start, row.definition, row.end), []).append(row)
        found: dict[str, list[Step]] = {}
        for (start, _, _), several in sorted(gathered.items()):
            found.setdefault(start, []).append(self._step(several))
        return {start: tuple(steps) for start, steps in found.items()}

    def _step(self, rows: list[Row]) -> Step:
        signs = {row.sign for row in rows if row.sign is not None}
        sign = next(iter(signs)) if len(signs) == 1 else None
        chosen = [row for row in rows if row.sign is not None] or rows
        ranks = {row.claim: self.modalities[row.claim][0] for row in chosen if row.claim}
        claims = sorted(ranks, key=lambda claim: (ranks[claim], claim))
        how = dict.fromkeys(row.how for row in sorted(chosen, key=lambda row: ranks.get(row.claim or "", 0)) if row.how)
        definition, start, end = self.definitions[rows[0].definition], rows[0].start, rows[0].end
        rank = min(ranks.values(), default=_SURE)
        return Step(definition, start, end, sign, len(signs) > 1, tuple(claims), tuple(how), rank)


def _sign(value: object) -> int | None:
    return None if value is None else int(str(value))


def _text(value: object) -> str | None:
    return None if value is None else str(value)
