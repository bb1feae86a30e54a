"""The network of mechanism steps, each a claim or an inference, as `queries/mechanisms/steps/` define them.

A step definition is a SPARQL query under a header; its rows give where a step starts and ends, its sign (1, -1 or
nothing), its claim, and the mechanism of action or the property by which it holds. Python only gathers them.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from glutkg.errors import QueryError, SourceError
from glutkg.questions.answering import ask
from glutkg.questions.question import read_question
from glutkg.rdf.namespaces import BASE, RDFS, STATED_GRAPH, expand
from glutkg.rdf.terms import Term
from glutkg.relations import grouped, reached
from glutkg.resources import query_file, query_files, read_text
from glutkg.sparql.binding import bind
from glutkg.sparql.headers import MECHANISM, STEP, read_header
from glutkg.sparql.parser import read_query
from glutkg.store.labels import label

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping
    from pathlib import Path

    from glutkg.store.graph import Graph

_COLUMNS = {"?from", "?to", "?sign", "?claim", "?how"}
_CLAIMS_ON_WHOLE = "claims-from-agent-to-goal"
_SURE = 0
"""The rank of a step that rests on what a term means: surer than any claim."""


class Definition(NamedTuple):
    """One kind of step: what it is, its words with each sign and without, and what claim would give it a sign.

    `last` says that no step may follow it, `predicts` that a prediction may use it.
    """

    name: str
    label: str
    summary: str
    words: Mapping[int | None, str]
    settles: str
    last: bool
    predicts: bool
    query: str


class StepEvidence(NamedTuple):
    """One claim, or one fact about terms, that makes a step."""

    definition: str
    start: str
    end: str
    sign: int | None
    claim: str | None
    how: str | None


class Step(NamedTuple):
    """A step from one node to the next, with all claims that make it.

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
        """The definition and the two ends: no two steps of a network share them."""
        return self.definition.name, self.start, self.end

    @property
    def words(self) -> str:
        """What the start does to the end, in words."""
        return self.definition.words[self.sign]

    @property
    def certain(self) -> bool:
        """Whether the step rests on what a term means, and on no claim."""
        return self.rank == _SURE


class FindingOfOther(NamedTuple):
    """A finding on a goal with what acts on the start of a path, or is a member of it, and the actions on the start."""

    agent: str
    actions: tuple[str, ...]
    claim: str


class MeasuredOutcome(NamedTuple):
    """A finding on what an agent does to a goal; 0 is the sign of no change. `left_out` says why it tests nothing."""

    agent: str
    goal: str
    sign: int
    claim: str
    left_out: str | None


def read_definition(path: Path) -> Definition:
    """Read a step definition. Raises SourceError when its header or one of its columns is missing."""
    text = read_text(path)
    header = read_header(path, text, STEP)
    if {column.variable for column in read_query(text, path=path).columns} != _COLUMNS:
        raise SourceError(f"the query must select {', '.join(sorted(_COLUMNS))}.", path)
    words = {1: header["raises"], -1: header["lowers"], None: header["changes"]}
    last, predicts = header.get("walk") == "last", header.get("predicts") != "no"
    return Definition(path.stem, header["label"], header["summary"], words, header["settles"], last, predicts, text)


class Network:
    """All steps of a graph, and what a search for paths needs to know about nodes and claims."""

    def __init__(self, graph: Graph, folder: Path) -> None:
        self.graph = graph
        self.folder = folder
        self.definitions = {path.stem: read_definition(path) for path in query_files(folder, "mechanisms/steps")}
        every = (one for definition in self.definitions.values() for one in self._evidence_for(definition))
        self.all_evidence = tuple(every)
        """What every claim would lead from and to, whether it may be a step or not."""
        self.evidence = tuple(one for one in self.all_evidence if one.claim is None or one.claim in self.serving)
        self._labels: dict[str, str] = {}

    def _evidence_for(self, definition: Definition) -> Iterator[StepEvidence]:
        """Run a definition. Raises QueryError for a row without an end: it would join what has nothing in common."""
        for found in self.graph.select(definition.query):
            start, end, sign, claim, how = (found[name] for name in ("from", "to", "sign", "claim", "how"))
            if start is None or end is None:
                raise QueryError(
                    f"'{definition.name}' of queries/mechanisms/steps gives a row without ?from or ?to. Bind both."
                )
            yield StepEvidence(definition.name, str(start), str(end), _sign(sign), _text(claim), _text(how))

    @cached_property
    def serving(self) -> frozenset[str]:
        """The claims that may be steps at all."""
        return self.serving_in(self.graph)

    def serving_in(self, graph: Graph) -> frozenset[str]:
        """Give the claims that may be steps in another graph, such as one from which claims are taken out."""
        return frozenset(str(row["claim"]) for row in graph.select(self._query("claims-that-may-be-steps")))

    @cached_property
    def not_in_force(self) -> dict[str, str]:
        """For each claim that is not in force, the reason in a word."""
        return {str(row["claim"]): str(row["label"]) for row in self.graph.select(self._query("claims-not-in-force"))}

    def label(self, iri: str) -> str:
        """Give the label of something."""
        if iri not in self._labels:
            self._labels[iri] = label(self.graph, iri)
        return self._labels[iri]

    @cached_property
    def modalities(self) -> dict[str, tuple[int, str]]:
        """For each claim the rank of its certainty, 1 for the surest, and the modality."""
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
        pairs = ((ground.value, claim.value) for claim, _, ground in self.graph.triples(None, BASE + "restsOn"))
        return {ground: set(claims) for ground, claims in grouped(pairs).items()}

    @cached_property
    def wider(self) -> dict[str, set[str]]:
        """For each class its superclasses, itself left out."""
        triples = self.graph.triples(None, RDFS + "subClassOf")
        pairs = ((s.value, o.value) for s, _, o in triples if s != o and o.kind == "iri")
        return {class_: set(wider) for class_, wider in grouped(pairs).items()}

    @cached_property
    def claims_against(self) -> dict[tuple[str, str], tuple[str, ...]]:
        """For the two ends of a step the claims that deny it or leave it open."""
        rows = self.graph.select(self._query("claims-against-step"))
        found = grouped(((str(row["from"]), str(row["to"])), str(row["claim"])) for row in rows)
        return {ends: tuple(sorted(claims)) for ends, claims in found.items()}

    @cached_property
    def _meanings(self) -> dict[str, str]:
        return {s.value: o.value for s, _, o in self.graph.triples(None, BASE + "meaningAsStart")}

    def start_name(self, iri: str) -> str:
        """Name the start of a path by what goes up there: of a receptor its activation; of a substance its own name."""
        kinds = {iri, *self.wider.get(iri, ())}
        meaning = next((meaning for kind, meaning in self._meanings.items() if kind in kinds), None)
        return f"{meaning} of {self.label(iri)}" if meaning else self.label(iri)

    def claims_of_other_settings(self, seen_in: Mapping[str, str]) -> frozenset[str]:
        """Give the claims that name a species, or a route, and none of the one asked for: `{"species": "rat"}`.

        Raises NotFoundError for a value of another class, UsageError for a name that is neither.
        """
        if not seen_in:
            return frozenset()
        asked = read_question(self._file("claims-of-other-species-or-route"))
        table = ask(self.graph, asked, {name: [value] for name, value in seen_in.items()})
        return frozenset(str(row["claim"]) for row in table)

    def _file(self, name: str) -> Path:
        return query_file(self.folder, f"mechanisms/{name}")

    def _query(self, name: str) -> str:
        return read_text(self._file(name))

    def classes_of(self, end: str) -> tuple[str, ...]:
        """Give the classes that an `agent` or a `goal` may be in."""
        header = read_header(self._file(_CLAIMS_ON_WHOLE), self._query(_CLAIMS_ON_WHOLE), MECHANISM)
        return tuple(expand(name.strip()) or name for name in header[end].split(","))

    def candidates(self, end: str) -> list[tuple[str, str]]:
        """Give all names of what can be an `agent` or a `goal`, labels before synonyms, each with its IRI."""
        classes = " ".join(f"<{class_}>" for class_ in self.classes_of(end))
        table = self.graph.select(f"""SELECT DISTINCT ?name ?node ?rank {{
            VALUES ?class {{ {classes} }} {{ ?node rdfs:subClassOf ?class }} UNION {{ ?node a ?class }}
            VALUES (?property ?rank) {{ (rdfs:label 1) (skos:altLabel 2) (skos:hiddenLabel 3) }}
            ?node ?property ?name }} ORDER BY ?rank ?name ?node""")
        return [(str(row["name"]), str(row["node"])) for row in table]

    def claims_on_whole(self, agents: Iterable[str]) -> dict[tuple[str, str], list[tuple[str, bool]]]:
        """For agents and each goal the claims on the whole from agent to goal; True for findings on the goal itself."""
        asked = bind(self._query(_CLAIMS_ON_WHOLE), {"agent": [Term("iri", agent) for agent in agents]})
        rows = self.graph.select(asked)
        found = grouped(((str(r["agent"]), str(r["goal"])), (str(r["claim"]), r["tests"] is True)) for r in rows)
        return {ends: sorted(set(claims)) for ends, claims in found.items()}

    def on_whole(self, agent: str, goal: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Give the findings that test an agent on a goal, and what else is stated of the two themselves."""
        claims = self.claims_on_whole([agent]).get((agent, goal), [])
        roles = (BASE + "outcome", BASE + "condition")
        named = [claim for claim, tests in claims if not tests and self._names(claim, roles, goal)]
        return tuple(claim for claim, tests in claims if tests), tuple(named)

    def findings_of_others(self, start: str, goal: str) -> tuple[FindingOfOther, ...]:
        """Give findings on a goal with what is stated to act on a receptor, or with members of a kind of substance.

        They test no path from the start itself, and show that somebody tried.
        """
        ends = {"start": [Term("iri", start)], "goal": [Term("iri", goal)]}
        rows = self.graph.select(bind(self._query("findings-by-way-of-others"), ends))
        found = grouped(((str(row["agent"]), str(row["claim"])), _text(row["action"])) for row in rows)
        named = (
            (agent, claim, sorted({each for each in actions if each})) for (agent, claim), actions in found.items()
        )
        ordered = sorted(named, key=lambda one: (self.label(one[0]).casefold(), one[1]))
        return tuple(FindingOfOther(agent, tuple(actions), claim) for agent, claim, actions in ordered)

    def _names(self, claim: str, roles: Iterable[str], goal: str) -> bool:
        """Say whether a claim is about the goal itself, and not about something wider."""
        return any(True for role in roles for _ in self.graph.triples(claim, role, goal))

    def evidence_of(self, claim: str) -> list[StepEvidence]:
        """Give what a claim would lead from and to, whether it may be a step or not."""
        return [one for one in self.all_evidence if one.claim == claim]

    def bears_on(self, end: str, goal: str) -> bool:
        """Say whether one outcome or condition is another, or a kind, an aspect or a measure of it."""
        properties = (BASE + "aspectOf", BASE + "measures")
        of = {o.value for name in properties for _, _, o in self.graph.triples(end, name)}
        return any(goal == each or goal in self.wider.get(each, ()) for each in (end, *of))

    def measured_outcomes(self) -> list[MeasuredOutcome]:
        """Give all measured outcomes, sorted."""
        rows = self.graph.select(self._query("measured-outcomes"))
        found = [
            MeasuredOutcome(str(r["agent"]), str(r["goal"]), int(str(r["sign"])), str(r["claim"]), _text(r["leftOut"]))
            for r in rows
        ]
        return sorted(found, key=lambda one: (*one[:4], one.left_out or ""))

    def left_out(self, claims: Iterable[str], gone: Collection[str] = ()) -> frozenset[str]:
        """Add to claims those that rest on them, over any number of claims none of which is gone."""
        start = set(claims).difference(gone)
        return frozenset(reached(start, lambda claim: self.resting.get(claim, set()).difference(gone)))

    def steps(self, without: frozenset[str] = frozenset(), predicting: bool = False) -> dict[str, tuple[Step, ...]]:
        """Give the steps from each start, none of them by a claim of `without`.

        For a prediction, steps by a definition that never gives a sign are left out.
        """
        return self.joined(
            one
            for one in self.evidence
            if one.claim not in without and (not predicting or self.definitions[one.definition].predicts)
        )

    def joined(self, evidence: Iterable[StepEvidence]) -> dict[str, tuple[Step, ...]]:
        """Join evidence to steps, and give them from each start."""
        gathered = grouped(((one.start, one.definition, one.end), one) for one in evidence)
        found = grouped((start, self._step(several)) for (start, _, _), several in sorted(gathered.items()))
        return {start: tuple(steps) for start, steps in found.items()}

    def _step(self, evidence: list[StepEvidence]) -> Step:
        signs = {one.sign for one in evidence if one.sign is not None}
        sign = next(iter(signs)) if len(signs) == 1 else None
        chosen = [one for one in evidence if one.sign is not None] or evidence
        ranks = {one.claim: self.modalities[one.claim][0] for one in chosen if one.claim}
        claims = sorted(ranks, key=lambda claim: (ranks[claim], claim))
        how = dict.fromkeys(one.how for one in sorted(chosen, key=lambda one: ranks.get(one.claim or "", 0)) if one.how)
        definition, start, end = self.definitions[evidence[0].definition], evidence[0].start, evidence[0].end
        rank = min(ranks.values(), default=_SURE)
        return Step(definition, start, end, sign, len(signs) > 1, tuple(claims), tuple(how), rank)


def _sign(value: object) -> int | None:
    return None if value is None else int(str(value))


def _text(value: object) -> str | None:
    return None if value is None else str(value)
