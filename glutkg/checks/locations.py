"""The file and line of a validation result."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from glutkg.checks.report import ValidationResult
from glutkg.rdf.namespaces import RDF, SH
from glutkg.rdf.terms import triple_from_oxigraph
from glutkg.resources import program_folder, real_path
from glutkg.store.source_lines import blank_lines, source_lines
from glutkg.store.sources import parsed

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from pathlib import Path

    from glutkg.rdf.terms import Term
    from glutkg.store.graph import Graph
    from glutkg.store.sources import Source
    from glutkg.store.turtle_lines import BlankNodeLines

_LOCAL_NAME = re.compile(r"[\w-]*$")
_ESCAPED_NAME = re.compile(r'\\[^"ntrfb]|&#')
"""What may stand in a name, which is not so of an escaped quotation mark or line break."""
_NOT_A_NAME = re.compile(r"[^A-Za-z0-9]+")
_FEW = 20
"""For at most this many focus nodes, only the files that name one of them are read for lines."""


def shown(path: Path, folder: Path) -> str:
    """Name a file as people do: a file of the data folder from there, any other in full; as text in any case."""
    own = next((one for one in (folder, program_folder(folder)) if path.is_relative_to(one)), None)
    name = path.relative_to(own).as_posix() if own else path.as_posix()
    return name.encode(errors="backslashreplace").decode()


def located(
    results: Collection[ValidationResult],
    sources: Sequence[Source],
    folder: Path,
    graph: Graph,
    further: Sequence[Path] = (),
) -> tuple[ValidationResult, ...]:
    """Give results with their places, each once, sorted by severity and place, without the names of blank nodes.

    The graph is that of the sources. A result on a record of the folder and one of a further file is placed there.
    """
    if not results:
        return ()
    names = {_local_name(result.focus) for result in results if not _is_blank(result)}
    named = sources if len(names) > _FEW else [s for s in sources if _may_name(s.text, names)]
    literals = {result.literal for result in results if result.literal}
    locator, blank = _Locator(named, folder, literals), _BlankLocator(sources, folder, graph)
    placed = {blank.place(result) if _is_blank(result) else locator.place(result) for result in results}
    if further:
        own = [source for source in sources if source.path in {*further, *map(real_path, further)}]
        placed = _at_their_values(placed, own, folder)
    return tuple(sorted(map(_without_blanks, placed), key=ValidationResult.order))


def placed_by_target(
    results: Collection[ValidationResult], sources: Sequence[Source], folder: Path
) -> tuple[ValidationResult, ...]:
    """Give results, of which those without a place stand where a file of shapes names the focus node as a target."""
    left = {_local_name(result.focus) for result in results if not result.path and result.focus}
    locator = _Locator([source for source in sources if left and _may_name(source.text, left)], folder)
    return tuple(result if result.path else locator.place_target(result) for result in results)


def _at_their_values(
    results: Collection[ValidationResult], sources: Sequence[Source], folder: Path
) -> set[ValidationResult]:
    """Place results of other files where one of these describes the value; files that name none are not read."""
    paths = {shown(source.path, folder) for source in sources}
    others = {one for one in results if one.value and one.value.kind == "iri" and one.path not in paths}
    values = {_local_name(one.value.value) for one in others if one.value}
    locator = _Locator([source for source in sources if values and _may_name(source.text, values)], folder)
    return {*results} - others | {locator.place_value(one) for one in others}


def _may_name(text: str, names: Collection[str]) -> bool:
    """Tell whether a text has one of some names, which may be escaped in it."""
    return any(name in text for name in names) or _ESCAPED_NAME.search(text) is not None


def _local_name(focus: str) -> str:
    """Give what a file that is about a focus node holds of its name."""
    found = _LOCAL_NAME.search(focus)
    return found[0] if found else ""


def _without_blanks(result: ValidationResult) -> ValidationResult:
    """Leave blank nodes out: their names differ from run to run, and the place shows which one is meant.

    A shape without a name is named by its rule.
    """
    value, target = (None if term and term.kind == "blank" else term for term in (result.value, result.target))
    source = f"_:{_NOT_A_NAME.sub('-', result.rule)}" if result.source.startswith("_:") else result.source
    focus = "" if result.focus.startswith("_:") else result.focus
    return replace(result, focus=focus, value=value, source=source, target=target)


class _Locator:
    """Finds the file and line of a result: of the triple, else of the property, else of the focus node."""

    def __init__(self, sources: Sequence[Source], folder: Path, literals: Collection[Term] = ()) -> None:
        self._sources = sources
        self._literals = literals
        self._indexes = [(shown(source.path, folder), source_lines(source).lines) for source in sources]

    def place(self, result: ValidationResult) -> ValidationResult:
        subject = result.focus
        value = "" if result.value is None or result.value.kind == "blank" else result.value.value
        keys = (
            (subject, result.predicate, value),
            (subject, result.predicate, None),
            *(((subject, RDF + "type", None), (subject, None, None)) if subject and not result.literal else ()),
        )
        of_many = result.component.endswith("MaxCountConstraintComponent")  # the last value is the one too many
        for key in keys:
            for path, lines in reversed(self._indexes) if of_many else self._indexes:
                if key in lines and (key[1] or not key[2]):
                    line = self._last[path].get(key[:2]) if of_many else lines[key]
                    return replace(result, path=path, line=line or None)
        return self._as_value(result)

    @cached_property
    def _last(self) -> dict[str, dict[tuple[str, str | None], int]]:
        """The last line of each property of each node, by file."""
        found: dict[str, dict[tuple[str, str | None], int]] = {}
        for path, lines in self._indexes:
            last = found.setdefault(path, {})
            for (subject, predicate, _), line in lines.items():
                last[subject, predicate] = max(line, last.get((subject, predicate), 0))
        return found

    def _as_value(self, result: ValidationResult) -> ValidationResult:
        """Place a result on a node of which nothing is said where it is the value of something, if it is one."""
        if result.literal in self._places:
            path, line = self._places[result.literal]
            return replace(result, path=path, line=line)
        for path, lines in self._values:
            if result.focus and result.focus in lines:
                return replace(result, path=path, line=lines[result.focus] or None)
        return result

    @cached_property
    def _places(self) -> dict[Term | None, tuple[str, int | None]]:
        """The first place of each literal that a result is on, told from others of the same text."""
        found: dict[Term | None, tuple[str, int | None]] = {}
        for source, (path, lines) in zip(self._sources if self._literals else (), self._indexes, strict=False):
            for subject, predicate, object_ in map(triple_from_oxigraph, parsed(source)):
                if object_ in self._literals:
                    key = "" if subject.kind == "blank" else subject.value, predicate.value, object_.value
                    found.setdefault(object_, (path, lines.get(key) or None))
        return found

    @cached_property
    def _values(self) -> list[tuple[str, dict[str, int]]]:
        """The first line of each value, by file."""
        return [
            (path, {o: line for (_, _, o), line in reversed(list(lines.items())) if o}) for path, lines in self._indexes
        ]

    def place_value(self, result: ValidationResult) -> ValidationResult:
        """Place a result where its value is described, if it is."""
        value = result.value.value if result.value else ""
        for path, lines in self._indexes:
            if (value, RDF + "type", None) in lines:
                return replace(result, path=path, line=lines[value, RDF + "type", None] or None)
        return result

    def place_target(self, result: ValidationResult) -> ValidationResult:
        """Place a result on a node of which nothing is said where it is named as the target of a shape."""
        for path, lines in self._indexes:
            found = [line for (_, p, o), line in lines.items() if p == SH + "targetNode" and o == result.focus]
            if found:
                return replace(result, path=path, line=min(found) or None)
        return result


class _BlankLocator:
    """Finds the file and line of a result on a blank node, which a file names otherwise than the graph.

    It is the node of which a file says most of what the graph says of it; of nodes alike, each is taken once.
    """

    def __init__(self, sources: Sequence[Source], folder: Path, graph: Graph) -> None:
        self._sources, self._folder, self._graph = sources, folder, graph
        self._found: dict[str, _Node] = {}

    @cached_property
    def _nodes(self) -> list[_Node]:
        read = ((shown(s.path, self._folder), blank_lines(s)) for s in self._sources)
        return [_Node(path, name, found) for path, found in read for name in found.said]

    def place(self, result: ValidationResult) -> ValidationResult:
        node = self._found.get(result.focus) or self._nearest(result.focus)
        if node is None:
            others = [shown(s.path, self._folder) for s in self._sources if not s.is_mappings and not s.is_like_turtle]
            return replace(result, path=others[0]) if others else result
        self._found[result.focus] = node
        value = "" if result.value is None or result.value.kind == "blank" else result.value.value
        lines = node.text.lines
        line = lines.line(node.name, result.predicate, value) if result.predicate else lines.line(node.name)
        return replace(result, path=node.path, line=line)

    def _nearest(self, focus: str) -> _Node | None:
        said = self._said(focus)
        near = [node for node in self._nodes if said & node.said]
        taken = set(self._found.values())
        return max(near, key=lambda node: (2 * len(said & node.said) - len(node.said), node not in taken), default=None)

    def _said(self, focus: str) -> frozenset[tuple[str, str]]:
        of = {(p.value, "" if o.kind == "blank" else o.value) for _, p, o in self._graph.triples(focus)}
        to = {
            (f"^{p.value}", "" if s.kind == "blank" else s.value) for s, p, _ in self._graph.triples(None, None, focus)
        }
        return frozenset(of | to)


@dataclass(frozen=True, eq=False)
class _Node:
    path: str
    name: str
    text: BlankNodeLines

    @property
    def said(self) -> frozenset[tuple[str, str]]:
        return self.text.said[self.name]


def _is_blank(result: ValidationResult) -> bool:
    return result.focus.startswith("_:") and result.literal is None
