"""What a check finds about the records that a change can affect, and about no others.

Which records that are is read off the checks themselves: `patterns` tells which rows of a query a changed triple can
touch, and each query is run for its own records. A shape in SHACL Core looks at a record, at what it names and at what
names it. Where the checks look farther than can be told, or at very many records, everything is checked.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from glutkg.checks import check
from glutkg.checks.locations import Locator, in_order
from glutkg.checks.shapes import OTHERWISE, Aimed, name_of
from glutkg.checks.waivers import WAIVES, sift
from glutkg.questions.affected import Reading, UnreadableError, narrowed
from glutkg.rdf.namespaces import RDFS, STATED_GRAPH
from glutkg.rdf.terms import Term, Triple
from glutkg.resources import source_files
from glutkg.store.graph import Graph
from glutkg.store.sources import graph_name, read_source

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    import rdflib

    from glutkg.checks.report import Finding
    from glutkg.questions.affected import Touch

MOST = check.FEW
"""So many records are checked one by one; of more, all are."""
_MADE = re.compile(r"\bAS\s+[?$]value\b", re.IGNORECASE)
"""Where a query makes its value, instead of finding it in a triple."""


class Stated(Graph):
    """The stated triples of a graph, as a graph of their own over the same store; for reading."""

    def __init__(self, graph: Graph) -> None:
        super().__init__(graph.store)

    def _default(self, part: str) -> dict[str, object]:
        return super()._default("stated")

    def triples(
        self,
        subject: str | None = None,
        predicate: str | None = None,
        object_: str | None = None,
        graph: str | None = None,
    ) -> Iterator[Triple]:
        """Give the stated triples that match."""
        return super().triples(subject, predicate, object_, graph or STATED_GRAPH)


@dataclass(frozen=True, slots=True)
class Reach:
    """The records about which checks may find something else after a change.

    `near` are those that shapes may judge otherwise: what changed, what it names and what names it; `shapes` are the
    shapes that may, all where it is None. `far` gives the records that a query of the checks may judge otherwise.
    """

    near: frozenset[str]
    shapes: frozenset[str] | None
    far: Mapping[str, frozenset[str]]

    @property
    def records(self) -> frozenset[str]:
        """All of the records."""
        return self.near.union(*self.far.values())

    def __len__(self) -> int:
        return len(self.records)

    def __or__(self, other: Reach) -> Reach:
        nothing: frozenset[str] = frozenset()
        names = {*self.far, *other.far}
        far = {name: self.far.get(name, nothing) | other.far.get(name, nothing) for name in names}
        shapes = None if self.shapes is None or other.shapes is None else self.shapes | other.shapes
        return Reach(self.near | other.near, shapes, far)


class Checks:
    """The checks of a data folder, read once and run on what a change can affect."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._shapes = check.Shapes(Graph.plain(map(read_source, sorted((folder / "shapes").glob("*.ttl")))))
        self._waivable = self._shapes.waivable()
        constraints = [(name, "this", self._shapes.text(name, "select")) for _, name in self._shapes.constraints()]
        files = [(path.stem, "entity", path.read_text(encoding="utf-8")) for path in check.quality_files(folder)]
        self._queries = {name: (focus, query) for name, focus, query in [*constraints, *files]}
        self._last: tuple[frozenset[str] | None, rdflib.Graph] | None = None
        self._readings: dict[str, Reading] | None
        try:
            self._readings = {name: Reading(query) for name, (_, query) in self._queries.items()}
        except UnreadableError:
            self._readings = None  # then everything is checked

    def reach(self, before: Graph, going: Collection[Triple], after: Graph, coming: Collection[Triple]) -> Reach | None:
        """Name the records about which a check may find something else, now that stated triples went and others came.

        None when that may be any record. What a check finds about a name does not stand while the name dangles; so what
        is said of names that now dangle, or no longer do, is within reach too.
        """
        some, others = self.touched(before, going), self.touched(after, coming)
        if some is None or others is None:
            return None
        both = some | others
        moved = self._dangling(before, both.records) ^ self._dangling(after, both.records)
        if not moved:
            return both
        if any(True for graph in (before, after) for name in moved for _ in graph.triples(None, name)):
            return Reach(both.records, None, dict.fromkeys(self._queries, both.records))
        return both | Reach(frozenset(), frozenset(), self._speaking_of(after, moved, both.records))

    def _dangling(self, graph: Graph, records: Iterable[str]) -> set[str]:
        """Give the names used by some records that nothing defines."""
        if check.DANGLING not in self._queries:
            return set()
        focus, query = self._queries[check.DANGLING]
        table = graph.select(narrowed(query, focus, records))
        return {str(name) for name in table.column("value")}

    def _speaking_of(self, graph: Graph, names: set[str], records: frozenset[str]) -> dict[str, frozenset[str]]:
        """Find for each query those records in whose rows one of some names is the value."""
        found: dict[str, frozenset[str]] = {}
        for key, (focus, query) in self._queries.items():
            head = query.partition("SELECT")[2].partition("{")[0]
            if key != check.DANGLING and ("?value" in head or "*" in head):
                asked = query if _MADE.search(query) else narrowed(query, "value", names)
                table = graph.select(narrowed(asked, focus, records))
                cells = (dict(zip(table.columns, row, strict=True)) for row in table.rows)
                found[key] = records & {name_of(row[focus]) for row in cells if name_of(row["value"]) in names}
        return found

    def touched(self, graph: Graph, triples: Collection[Triple]) -> Reach | None:
        """Name the records about which a check may find something else, now that these triples of a graph are new.

        To learn what triples that go may affect, ask before they are gone. None when that may be any record.
        """
        if any(s.kind == "blank" or p.value == RDFS + "subClassOf" or self._is_nameless(p, o) for s, p, o in triples):
            return None
        changed = {s.value for s, _, _ in triples}
        judged = changed | {name_of(s) for name in changed for s, _, _ in graph.triples(None, None, name)}
        named = {o.value for _, _, o in triples if o.kind == "iri"}
        far = self._far(graph, triples, judged | named)
        if far is None:
            return None
        records = judged.union(named, *far.values())
        judged |= {s.value for s, _, _ in graph.triples(None, WAIVES) if s.value in records}
        if self._shapes.looks_back:
            judged |= named
        return Reach(frozenset(judged | named), self._judging(graph, judged, triples), far)

    def _is_nameless(self, predicate: Term, value: Term) -> bool:
        """Tell whether shapes may aim at a value that cannot be named: a blank node, or text where a name belongs."""
        return value.kind == "blank" or (
            value.kind == "literal" and ("targetObjectsOf", predicate.value) in self._shapes.by_aim
        )

    def _far(self, graph: Graph, triples: Iterable[Triple], near: set[str]) -> dict[str, frozenset[str]] | None:
        """Find for each query the records whose rows triples touch; None when these may be any, or are very many."""
        written = [(s.n3(), p.n3(), o.n3()) for s, p, o in triples]
        far: dict[str, frozenset[str]] = {}
        every = set(near)
        if self._readings is None:
            return None
        for name, reading in self._readings.items():
            touches = reading.touched(self._queries[name][0], written)
            if touches is None:
                return None
            far[name] = frozenset(record for touch in touches for record in _records(graph, touch))
            every |= far[name]
            if len(every) > MOST:
                return None
        return far

    def _judging(self, graph: Graph, judged: Iterable[str], triples: Iterable[Triple]) -> frozenset[str]:
        """Find the shapes that aim at records that are judged otherwise, or at values that changed triples state."""
        aimed, of_values = Aimed(graph), {("targetObjectsOf", p.value) for _, p, _ in triples}
        found = (
            shapes
            for aim, shapes in self._shapes.by_aim.items()
            if aim == OTHERWISE or aim in of_values or aimed.among(judged, (aim,))
        )
        return frozenset[str]().union(*found)

    def find(self, graph: Graph, reach: Reach | None) -> set[Finding]:
        """Check the stated triples of a graph within the reach of a change, or all. The findings have no places yet.

        What is found within a reach is meant for comparison with what is found within the same reach in another state.
        """
        if reach is None:
            every = [*check.quality(graph, self._folder), *check.against_shapes(graph, self._shapes)]
            return self._standing(graph, every)
        found = [*check.quality(graph, self._folder, reach.far), *self._validated(graph, reach)]
        return {finding for finding in self._standing(graph, found) if finding.focus in reach.records}

    def _standing(self, graph: Graph, found: list[Finding]) -> set[Finding]:
        """Leave out the echoes, and what records waive."""
        return set(sift(graph, check.without_echoes(found), self._waivable)[0])

    def _validated(self, graph: Graph, reach: Reach) -> Iterable[Finding]:
        if reach.shapes is None or reach.shapes:
            yield from check.core(graph, self._shapes, reach.near, self._core(reach.shapes))
        aimed = Aimed(graph)
        for shape, constraint in self._shapes.constraints():
            records = aimed.among(reach.near | reach.far.get(constraint, frozenset()), self._shapes.aims(shape))
            if records:
                yield from check.constraint_findings(graph, self._shapes, shape, constraint, records)

    def _core(self, chosen: frozenset[str] | None) -> rdflib.Graph:
        """Give chosen shapes as pySHACL takes them; those of the last time, which are asked for twice, are at hand."""
        if self._last is None or self._last[0] != chosen:
            self._last = chosen, check.as_rdflib(self._shapes.core(chosen))
        return self._last[1]

    def placed(self, graph: Graph, findings: Collection[Finding], further: Sequence[Path] = ()) -> tuple[Finding, ...]:
        """Give findings with their files and lines, in order; `graph` tells which files state something of a record."""
        wanted = {name for finding in findings if finding.focus for name in graph.graphs_about(finding.focus)}
        unnamed = any(finding.focus.startswith("_:") for finding in findings)
        files = [path for path in source_files(self._folder) if unnamed or graph_name(path) in wanted]
        sources = [read_source(path) for path in [*files, *further]] if findings else []
        return in_order(Locator(sources, self._folder), findings)


def _records(graph: Graph, touch: Touch) -> Iterator[str]:
    yield from (name[1:-1] for name in touch.names if name.startswith("<"))
    rows = graph.select(touch.query).rows if touch.query else ()
    yield from (name_of(row[0]) for row in rows if row[0] and row[0].kind != "literal")
