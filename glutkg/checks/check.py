"""What is allowed: syntax, quality of the ontology, shapes, sentences accounted for, and what records waive."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple, Protocol

from glutkg.checks.coverage import coverage
from glutkg.checks.hints import with_hints
from glutkg.checks.ill_typed_literals import ill_typed_results
from glutkg.checks.inconsistencies import CONTRADICTION, UNREAD, contradictions, unread
from glutkg.checks.locations import located, placed_by_target, shown
from glutkg.checks.misplaced_values import misplaced_results
from glutkg.checks.quality import DANGLING, quality_results
from glutkg.checks.report import ValidationReport, ValidationResult
from glutkg.checks.respelled_literals import respelled_results
from glutkg.checks.shapes import Shapes
from glutkg.checks.unread_files import unread_files
from glutkg.checks.unread_statements import WITHOUT_RULE, axioms_without_rule, unread_results
from glutkg.checks.unsupported_shacl import REFUSED, one_for_each_fault, refusals, without_what_is_refused
from glutkg.checks.validation import conclusion_results, core_results, malformed_results, sparql_results
from glutkg.checks.waivers import sift
from glutkg.errors import RuleError, SourceError
from glutkg.rdf.namespaces import BASE
from glutkg.reasoning.load_and_reason import axioms_of, readable_rules_of
from glutkg.resources import (
    content_key,
    is_shipped_file,
    is_source,
    program_folder,
    real_path,
    rule_files,
    source_files,
)
from glutkg.store.graph import Graph
from glutkg.store.shapes_in_files import parted
from glutkg.store.sources import read_source, read_through

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from glutkg.reasoning.axioms import AxiomIndex
    from glutkg.reasoning.coded_graph import CodedGraph
    from glutkg.store.sources import Quads, Source

_SYNTAX, _RULE = (BASE + f"check/{name}" for name in ("syntax", "rule"))


class SecondOpinion(Protocol):
    """Anything that judges the results on axioms that no rule reads, by another reasoner.

    It is given a graph that tells what each file states, the data folder, the further files, and all results.
    """

    def __call__(
        self, graph: Graph, folder: Path, further: Sequence[Path], found: Sequence[ValidationResult]
    ) -> list[ValidationResult]:
        """Give all results anew."""


def check(
    folder: Path, extra: Sequence[Path] = (), second_opinion: SecondOpinion | None = None, *, counted: bool = True
) -> ValidationReport:
    """Check the sources of a data folder, and further Turtle files along with them.

    Where no rule reads an axiom, and rules find no contradiction, a second opinion is asked for, if there is one.
    Unless it is `counted`, the report does not say how much was checked and is covered.

    When files cannot be parsed, the report holds the syntax errors of all files and nothing else: other results could
    not be trusted. Likewise when axioms go too deep.
    """
    data, (in_folder, shapes) = _read_all(_once([*source_files(folder), *extra])), _shapes_of(folder)
    errors = [*data.errors, *in_folder.errors]
    if errors:
        results = [_syntax_result(error, folder) for error in errors]
        return ValidationReport(tuple(sorted(results, key=ValidationResult.order)), {})
    if data.shapes:
        shapes = Shapes(Graph.of_quads([*in_folder.quads, *in_folder.shapes, *data.shapes]))
    return _report(data, (in_folder, shapes), folder, extra, second_opinion, counted=counted)


def _report(
    data: _Read,
    asked: tuple[_Read, Shapes],
    folder: Path,
    extra: Sequence[Path],
    second_opinion: SecondOpinion | None,
    *,
    counted: bool,
) -> ValidationReport:
    """Check what was read of the data against shapes, and what was read of these."""
    from glutkg.reasoning.coded_graph import code  # which imports numpy

    graph, (in_folder, shapes) = Graph.of_quads(data.quads), asked
    try:
        axioms = axioms_of(graph, folder)
    except RuleError as error:  # what goes too deep would keep all other checks busy for hours
        return ValidationReport(located([unread(error)], data.sources, folder, graph), {})
    coded = code(graph, merged=True)
    found = validate(graph, folder, shapes, coded)
    found += [*misplaced_results(graph, coded, axioms, found), *respelled_results(graph)]
    found += _of_conclusions(graph, coded, shapes, folder, axioms=axioms, read=data.by_source, extra=extra)
    if second_opinion and _is_left_open(found):
        found = second_opinion(Graph.told_apart(data.by_source), folder, extra, found)
    standing, waived = judged(graph, shapes, found)
    stopped = [result for result in standing if result.source == REFUSED]
    of_shapes = one_for_each_fault([*refusals(shapes)], [*_malformed(in_folder, data)], stopped, shapes)
    of_data = without_what_is_refused((one for one in standing if one.source != REFUSED), of_shapes)
    shape_sources = [*in_folder.sources, *data.with_shapes]
    placed = (
        *placed_by_target(located(of_data, data.sources, folder, graph, extra), shape_sources, folder),
        *located(of_shapes, shape_sources, folder, shapes.graph),
        *unread_files(folder, {*source_files(folder), *shape_files(folder), *rule_files(folder), *extra}),
    )
    return ValidationReport(
        tuple(sorted(placed, key=ValidationResult.order)),
        shapes.counts(graph) if counted else {},
        located(waived, data.sources, folder, graph),
        coverage(graph, "both").summary() if counted else "",
    )


def _is_left_open(found: Sequence[ValidationResult]) -> bool:
    """Tell whether axioms that no rule reads might contradict what rules find no contradiction in."""
    sources = {result.source for result in found}
    return CONTRADICTION not in sources and not sources.isdisjoint((UNREAD, WITHOUT_RULE))


def validate(
    stated: Graph,
    folder: Path,
    shapes: Shapes,
    coded: CodedGraph | None = None,
) -> list[ValidationResult]:
    """Give the results on stated triples, which may be given in codes, too; without places.

    Shapes of conclusions need the reasoned graph, and are left to `conclusion_results`.
    """
    return [
        *quality_results(stated, folder),
        *sparql_results(stated, shapes),
        *ill_typed_results(stated),
        *unread_results(stated, shapes.graph),
        *core_results(stated, shapes, coded),
    ]


def _malformed(in_folder: _Read, data: _Read) -> Iterator[ValidationResult]:
    """Give what is malformed in shapes that did not come with the package, whose own are well-formed."""
    new = [quads for source, quads in in_folder.by_source if not is_shipped_file(source.path)]
    if new or data.shapes:
        yield from malformed_results(Shapes(Graph.of_quads([*(quad for quads in new for quad in quads), *data.shapes])))


def _of_conclusions(
    graph: Graph,
    coded: CodedGraph,
    shapes: Shapes,
    folder: Path,
    *,
    axioms: AxiomIndex,
    read: Sequence[tuple[Source, Quads]],
    extra: Sequence[Path],
) -> list[ValidationResult]:
    """Give the results on what rules conclude: contradictions, and shapes of conclusions.

    The conclusions that shapes ask for are added to the graph, which holds all that the sources state.
    """
    from glutkg.reasoning.clashes import clashes  # which imports numpy
    from glutkg.reasoning.coded_graph import infer

    try:
        rules, axioms, refused = readable_rules_of(axioms, folder)
        inference = infer(coded, rules)
    except RuleError as error:
        return [unread(error) if error.axiom else _rule_result(error, folder)]
    except SourceError as error:
        return [_syntax_result(error, folder)]
    found = [unread(error) for error in refused]
    if clashes(inference.graph, axioms):
        reasoned = Graph.told_apart(read)
        reasoned.load(inference.conclusion_quads(blank=False), inference.conclusion_quads(blank=True))
        found += contradictions(reasoned, rules, folder, extra, coded=inference.graph, axioms=axioms)
    graph.put(triple for name in shapes.concluded(rules) for triple in inference.triples(name))
    return [*found, *axioms_without_rule(graph, folder), *conclusion_results(graph, shapes, rules)]


def judged(
    stated: Graph, shapes: Shapes, results: Sequence[ValidationResult]
) -> tuple[list[ValidationResult], list[ValidationResult]]:
    """Separate results that stand, with hints, from those that are waived with a reason, and leave echoes out."""
    standing, waived = sift(stated, _without_echoes(results), shapes.waivable())
    return with_hints(standing, stated, shapes), waived


def shape_files(folder: Path) -> list[Path]:
    """List the files of shapes."""
    folder = program_folder(folder)
    return sorted(path for path in (folder / "shapes").glob("*.ttl") if is_source(path, folder))


def shapes_of(folder: Path) -> Shapes:
    """Give the shapes of a data folder. Raises SourceError."""
    read, shapes = _shapes_of(folder)
    for error in read.errors:
        raise error
    return shapes


def _shapes_of(folder: Path) -> tuple[_Read, Shapes]:
    try:
        return _kept_shapes(folder, content_key(shape_files(folder), ""))
    except SourceError:  # which is told with all other errors
        return _shapes_anew(folder)


@lru_cache(maxsize=2)
def _kept_shapes(folder: Path, _: str) -> tuple[_Read, Shapes]:
    """Keep the shapes of a folder while the files are the same: reading their queries is half of a small check."""
    return _shapes_anew(folder)


def _shapes_anew(folder: Path) -> tuple[_Read, Shapes]:
    read = _read_all(shape_files(folder))
    return read, Shapes(Graph.of_quads([*read.quads, *read.shapes]))


def _once(paths: Iterable[Path]) -> list[Path]:
    """Leave out a file that is named a second time, by whatever name."""
    return list({real_path(path): path for path in reversed([*paths])}.values())[::-1]


class _Read(NamedTuple):
    """Files that were read: those that are text, what they state, and what is wrong with any of them.

    Shapes are kept apart, with the files in which they stand; what each file states is kept whole, too.
    """

    sources: list[Source]
    quads: Quads
    shapes: Quads
    with_shapes: list[Source]
    errors: list[SourceError]
    by_source: list[tuple[Source, Quads]]


def _read_all(paths: Iterable[Path]) -> _Read:
    """Read files, and collect what is wrong with any of them as text or as Turtle."""
    read = _Read([], [], [], [], [], [])
    for path in paths:
        try:
            source = read_source(path)
        except SourceError as error:
            read.errors.append(error)
        else:
            quads, errors = read_through(source)
            data, shapes = parted(quads)
            read.sources.append(source)
            read.by_source.append((source, quads))
            read.quads.extend(data)
            read.shapes.extend(shapes)
            read.with_shapes.extend([source] if shapes else [])
            read.errors.extend(errors)
    return read


def _syntax_result(error: SourceError, folder: Path) -> ValidationResult:
    message = _without_place(error, error.path)
    return ValidationResult("Violation", "syntax", message, shown(error.path, folder), error.line, source=_SYNTAX)


def _rule_result(error: RuleError, folder: Path) -> ValidationResult:
    """Make a result of a rule that cannot be read."""
    if not error.path:
        return ValidationResult("Violation", "rule", str(error), source=_RULE)
    place = shown(error.path, folder), error.line
    return ValidationResult("Violation", "rule", _without_place(error, error.path), *place, source=_RULE)


def _without_place(error: Exception, path: Path) -> str:
    return str(error).partition(f"{path}")[2].lstrip(":0123456789 ")


def _without_echoes(results: Sequence[ValidationResult]) -> list[ValidationResult]:
    """Leave out what shapes report on a term that is not defined at all: its one cause is reported already."""
    unknown = {result.value.name for result in results if result.rule == DANGLING and result.value}
    return [
        result
        for result in results
        if result.rule == DANGLING or not {result.predicate, result.value.name if result.value else ""} & unknown
    ]
