"""What is allowed: syntax, the quality of the ontology, the shapes, that no sentence is forgotten, and what is waived.

The only module that knows pySHACL. It validates what SHACL Core says; the SPARQL constraints of the same shapes are
run in Oxigraph, once for all records (docs/decisions/0006-validation.md).
"""

from __future__ import annotations

import re
from dataclasses import replace
from difflib import get_close_matches
from typing import TYPE_CHECKING

from glutkg.checks.coverage import coverage
from glutkg.checks.locations import Locator, in_order, shown
from glutkg.checks.report import Finding, Report
from glutkg.checks.shapes import Shapes, name_of, targets
from glutkg.checks.waivers import sift
from glutkg.errors import RuleError, SourceError
from glutkg.questions.affected import narrowed
from glutkg.rdf.namespaces import BASE, RDF, RDFS, SH, curie
from glutkg.rdf.terms import Term, Triple, from_rdflib, to_rdflib
from glutkg.resources import source_files
from glutkg.sparql.headers import QUALITY_CHECK, read_header
from glutkg.store.graph import Graph
from glutkg.store.sources import faults, read_source

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    import rdflib

    from glutkg.checks.shapes import Aim
    from glutkg.store.sources import Source

__all__ = ["Finding", "Report", "Shapes", "check", "targets"]

FEW = 200
"""So many records are written into the query of a check; of more, all are asked for."""
SHAPE, CHECK = BASE + "shape/", BASE + "check/"
_LEVELS = {"ERROR": "Violation", "WARN": "Warning", "INFO": "Info"}
DANGLING = "dangling_reference"
_PLACEHOLDER = re.compile(r"\{[?$](\w+)\}")


def check(folder: Path, extra: Sequence[Path] = ()) -> Report:
    """Check the sources of a data folder, and further Turtle files along with them.

    When files cannot be parsed, the report holds the syntax errors of all files and nothing else: what the rest would
    say could not be trusted.
    """
    shape_files = sorted((folder / "shapes").glob("*.ttl"))
    sources, broken = read_all([*source_files(folder), *extra])
    shape_sources, broken_shapes = read_all(shape_files)
    errors = [*broken, *broken_shapes]
    if errors:
        findings = [syntax_finding(error, folder) for error in errors]
        return Report(tuple(sorted(findings, key=Finding.order)), {})
    graph = Graph.of(sources)
    shapes = Shapes(Graph.plain(shape_sources))
    found = [*quality(graph, folder), *against_shapes(graph, shapes)]
    standing, waived = sift(graph, without_echoes(found), shapes.waivable())
    locator = Locator(sources, folder)
    return Report(
        in_order(locator, standing), shapes.counts(graph), in_order(locator, waived), coverage(graph).summary()
    )


# --- syntax ---------------------------------------------------------------------------------------------------------


def read_all(paths: Iterable[Path]) -> tuple[list[Source], list[SourceError]]:
    """Read files, and collect what is wrong with any of them as text or as Turtle."""
    sources: list[Source] = []
    errors: list[SourceError] = []
    for path in paths:
        try:
            source = read_source(path)
        except SourceError as error:
            errors.append(error)
        else:
            sources.append(source)
            errors.extend(faults(source))
    return sources, errors


def syntax_finding(error: SourceError, folder: Path) -> Finding:
    message = str(error).partition(f"{error.path}")[2].lstrip(":0123456789 ")
    return Finding("Violation", "syntax", message, shown(error.path, folder), error.line, source=CHECK + "syntax")


# --- the quality of the ontology ------------------------------------------------------------------------------------


def quality_files(folder: Path) -> list[Path]:
    """List the checks of `shapes/quality`: each selects ?entity, ?property and ?value, as ROBOT's report does."""
    return sorted((folder / "shapes" / "quality").glob("*.rq"))


def quality(graph: Graph, folder: Path, records: Mapping[str, Collection[str]] | None = None) -> Iterator[Finding]:
    """Run the checks on all records, or each on those given under its name."""
    for path in quality_files(folder):
        about = None if records is None else records.get(path.stem, ())
        if about is not None and not about:
            continue
        text = path.read_text(encoding="utf-8")
        header = read_header(path, text, QUALITY_CHECK)
        if header["level"] not in _LEVELS:
            raise SourceError(f"the level '{header['level']}' is unknown. Write {', '.join(_LEVELS)}.", path)
        rows = graph.select(text if about is None else narrowed(text, "entity", about)).rows
        known = _names(graph) if rows and path.stem == DANGLING else []
        for entity, property_, value in rows:
            near = _nearest(value, known)
            yield Finding(
                _LEVELS[header["level"]],
                path.stem,
                header["solution"] + near,
                focus=name_of(entity),
                predicate=property_.value if property_ else None,
                value=value,
                source=CHECK + path.stem,
            )


def _names(graph: Graph) -> list[str]:
    """Give the CURIEs of all that has a type."""
    return sorted({curie(s.value) for s, _, _ in graph.triples(None, RDF + "type") if s.value.startswith(BASE)})


def _nearest(value: Term | None, known: Sequence[str]) -> str:
    near = get_close_matches(curie(value.value), known, n=3, cutoff=0.8) if value and known else []
    return f" Did you mean {' or '.join(near)}?" if near else ""


# --- shapes ---------------------------------------------------------------------------------------------------------


def against_shapes(graph: Graph, shapes: Shapes) -> Iterator[Finding]:
    """Check all records against the shapes."""
    yield from core(graph, shapes)
    aimed: dict[tuple[Aim, ...], set[str]] = {}
    for shape, constraint in shapes.constraints():
        aims = shapes.aims(shape)
        if aims not in aimed:
            aimed[aims] = targets(graph, aims)
        yield from constraint_findings(graph, shapes, shape, constraint, aimed[aims])


def constraint_findings(
    graph: Graph, shapes: Shapes, shape: str, constraint: str, records: set[str]
) -> Iterator[Finding]:
    """Run a SPARQL constraint for many records at once: $this is left free, and what the shape aims at is kept."""
    query = shapes.text(constraint, "select")
    table = graph.select(narrowed(query, "this", records) if len(records) <= FEW else query)
    message = shapes.text(constraint, "message") or shapes.text(shape, "message")
    severity = shapes.text(shape, "severity", SH + "Violation").removeprefix(SH)
    for row in table.rows:
        cells = {name: cell for name, cell in zip(table.columns, row, strict=True) if cell}
        focus = name_of(cells.get("this"))
        if focus in records:
            yield Finding(
                severity,
                shape.removeprefix(SHAPE),
                _filled(message, cells),
                focus=focus,
                predicate=_stated_by(graph, focus, cells.get("value")),
                value=cells.get("value"),
                source=shape,
            )


def _filled(message: str, cells: Mapping[str, Term]) -> str:
    """Put the values of a row where the message of a shape has `{?name}`."""
    return _PLACEHOLDER.sub(lambda found: _readable(cells.get(found[1])), message)


def _stated_by(graph: Graph, focus: str, value: Term | None) -> str | None:
    """Name the property by which a record states a value, if there is one and only one."""
    if value is None:
        return None
    found = {p.value for _, p, o in graph.triples(focus) if o == value}
    return found.pop() if len(found) == 1 else None


def _readable(term: Term | None) -> str:
    if term is None:
        return "…"
    return curie(term.value) if term.kind == "iri" else term.value


def core(
    graph: Graph, shapes: Shapes, records: frozenset[str] | None = None, chosen: rdflib.Graph | None = None
) -> Iterator[Finding]:
    """Let pySHACL validate what SHACL Core says, of all records or of those given, by all shapes or by those chosen.

    It changes rdflib's globals while it runs, and puts them back.
    """
    import rdflib
    from pyshacl import validate

    if records is None:
        stated, focus = as_rdflib(graph.triples()), None
    else:
        stated, focus = as_rdflib(_surroundings(graph, records, shapes)), sorted(records)
    wanted = as_rdflib(shapes.core()) if chosen is None else chosen
    _, results, _ = validate(stated, shacl_graph=wanted, inplace=True, focus_nodes=focus)
    if not isinstance(results, rdflib.Graph):
        raise RuleError(f"The shapes cannot be used: {results}.")
    for result in results.objects(None, rdflib.URIRef(SH + "result")):
        yield from _spread(graph, shapes, _from_rdflib(results, result))


def _surroundings(graph: Graph, records: Iterable[str], shapes: Shapes) -> Iterator[Triple]:
    """Take out of a graph what shapes can look at from some records: three steps on, and all wider kinds.

    A shape that aims at the values of a property finds them by way of the record that is asked about; only a path that
    goes against a property needs what points at a record.
    """
    found: dict[str, list[Triple]] = {}
    near = set(records)
    for _ in range(3):
        for name in near - found.keys():
            found[name] = list(graph.triples(name))
        near = {name_of(o) for name in near for _, _, o in found[name] if o.kind != "literal"}
    while near:
        for name in near:
            found.setdefault(name, list(graph.triples(name, RDFS + "subClassOf")))
        near = {name_of(o) for name in near for _, p, o in found[name] if p.value == RDFS + "subClassOf"} - found.keys()
    for triples in found.values():
        yield from triples
    if shapes.looks_back:
        for name in records:
            yield from graph.triples(None, None, name)


def as_rdflib(triples: Iterable[Triple]) -> rdflib.Graph:
    """Give triples as a graph of rdflib."""
    import rdflib

    made = rdflib.Graph()
    known: dict[Term, rdflib.term.Node] = {}

    def node(term: Term) -> rdflib.term.Node:
        if term not in known:
            known[term] = to_rdflib(term)
        return known[term]

    for subject, predicate, object_ in triples:
        made.add((node(subject), node(predicate), node(object_)))
    return made


def _from_rdflib(results: rdflib.Graph, result: rdflib.term.Node) -> Finding:
    import rdflib

    def one(name: str) -> rdflib.term.Node | None:
        return results.value(result, rdflib.URIRef(SH + name))

    path = one("resultPath")
    shape = str(one("sourceShape"))
    return Finding(
        str(one("resultSeverity")).removeprefix(SH),
        shape.removeprefix(SHAPE),
        str(one("resultMessage")),
        focus=name_of(from_rdflib(one("focusNode"))),
        predicate=str(path) if isinstance(path, rdflib.URIRef) else None,
        value=from_rdflib(one("value")),
        source=shape,
        component=str(one("sourceConstraintComponent")),
    )


def _spread(graph: Graph, shapes: Shapes, finding: Finding) -> list[Finding]:
    """Turn a finding on a value into one for each record that states it.

    A shape that aims at the values of a property finds the value; a curator wants the lines where it stands.
    """
    users = [
        replace(finding, focus=name_of(s), predicate=property_, value=o)
        for property_ in shapes.aimed_at_values_of(finding.source)
        for s, _, o in graph.triples(None, property_)
        if name_of(o) == finding.focus
    ]
    return users or [finding]


def without_echoes(findings: Sequence[Finding]) -> list[Finding]:
    """Leave out what shapes say of a term that is not defined at all: the one cause is reported already."""
    unknown = {name_of(finding.value) for finding in findings if finding.rule == DANGLING}
    return [
        finding
        for finding in findings
        if finding.rule == DANGLING or not {finding.predicate, name_of(finding.value)} & unknown
    ]
