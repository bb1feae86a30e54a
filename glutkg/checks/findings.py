"""What a check finds about the records that a change can affect, and about no others.

Which records that are is read off the checks themselves: `patterns` tells which rows of a query a changed triple can
touch. A shape in SHACL Core looks at a record, at what it names and at what names it. Where the checks look farther
than can be told, or at very many records, everything is checked.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from glutkg.checks import check
from glutkg.checks.locate import Locator, in_order
from glutkg.checks.waivers import sift
from glutkg.graph import Graph, to_ox
from glutkg.patterns import Reading, UnreadableError
from glutkg.resources import source_files
from glutkg.sources import graph_name, read_source
from glutkg.terms import RDFS, STATED_GRAPH

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence
    from pathlib import Path

    from glutkg.checks.report import Finding
    from glutkg.graph import Triple
    from glutkg.tables import Term

MOST = check.FEW
"""So many records are checked one by one; of more, all are."""


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


class Checks:
    """The checks of a data folder, read once and run on what a change can affect."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._shapes = check.Shapes(Graph.of(map(read_source, sorted((folder / "shapes").glob("*.ttl")))))
        queries = [("this", self._shapes.text(name, "select")) for _, name in self._shapes.constraints()]
        quality = sorted((folder / "ontology" / "checks").glob("*.rq"))
        queries += [("entity", path.read_text(encoding="utf-8")) for path in quality]
        try:
            self._readings: list[tuple[str, Reading]] | None = [(focus, Reading(query)) for focus, query in queries]
        except UnreadableError:
            self._readings = None  # then everything is checked

    def touched(self, graph: Graph, triples: Collection[Triple]) -> frozenset[str] | None:
        """Name the records about which a check may find something else, now that these triples of a graph are new.

        To learn what triples that go may affect, ask before they are gone. None when that may be any record.
        """
        if any(s.kind == "blank" or o.kind == "blank" or p.value == RDFS + "subClassOf" for s, p, o in triples):
            return None
        subjects = {s.value for s, _, _ in triples}
        found = subjects | {o.value for _, _, o in triples if o.kind == "iri"}
        found |= {_name(s) for name in subjects for s, _, _ in graph.triples(None, None, name)}
        written = [(str(to_ox(s)), str(to_ox(p)), str(to_ox(o))) for s, p, o in triples]
        for focus, reading in self._readings or ():
            touches = reading.touched(focus, written)
            if touches is None:
                return None
            for touch in touches:
                found |= {name[1:-1] for name in touch.names if name.startswith("<")}
                rows = graph.select(touch.query).rows if touch.query else ()
                found |= {_name(row[0]) for row in rows if row[0] and row[0].kind != "literal"}
            if len(found) > MOST:
                return None
        return frozenset(found) if self._readings is not None else None

    def find(self, graph: Graph, records: frozenset[str] | None) -> set[Finding]:
        """Check the stated triples of a graph: some records, or all. The findings have no places yet."""
        if records is None:
            every = [*check.quality(graph, self._folder), *check.against_shapes(graph, self._shapes)]
            return self._standing(graph, every)
        found = [*check.quality(graph, self._folder, records), *self._validated(graph, records)]
        return {finding for finding in self._standing(graph, found) if finding.focus in records}

    def _standing(self, graph: Graph, found: list[Finding]) -> set[Finding]:
        """Leave out the echoes, and what records waive."""
        return set(sift(graph, check.without_echoes(found), self._shapes.waivable())[0])

    def _validated(self, graph: Graph, records: frozenset[str]) -> Iterable[Finding]:
        yield from check.core(graph, self._shapes, records)
        aimed: dict[tuple[tuple[str, str], ...], set[str]] = {}
        for shape, constraint in self._shapes.constraints():
            aims = self._shapes.aims(shape)
            if aims not in aimed:
                aimed[aims] = check.targets(graph, aims) & records
            if aimed[aims]:
                yield from check.constraint_findings(graph, self._shapes, shape, constraint, aimed[aims])

    def placed(self, graph: Graph, findings: Collection[Finding], further: Sequence[Path] = ()) -> tuple[Finding, ...]:
        """Give findings with their files and lines, in order; `graph` tells which files state something of a record."""
        wanted = {name for finding in findings if finding.focus for name in graph.graphs_about(finding.focus)}
        unnamed = any(finding.focus.startswith("_:") for finding in findings)
        files = [path for path in source_files(self._folder) if unnamed or graph_name(path) in wanted]
        sources = [read_source(path) for path in [*files, *further]] if findings else []
        return in_order(Locator(sources, self._folder), findings)


def _name(term: Term) -> str:
    return f"_:{term.value}" if term.kind == "blank" else term.value
