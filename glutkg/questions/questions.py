"""Packaged questions: one `.rq` file each, valid SPARQL with its default answer, under a short header.

A parameter is a `VALUES ?name { … }` block of the query. A value is given by name, checked against the graph, and takes
the place of the block's content as a whole term; an optional parameter that is not given has its block removed.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from glutkg.errors import NotFoundError, UsageError
from glutkg.rdf.namespaces import BASE, OWL, PREFIXES, RDF, RDFS, SKOS, XSD, curie, expand
from glutkg.rdf.terms import Term
from glutkg.resources import question_files
from glutkg.text.escaping import visible
from glutkg.text.tables import Table

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from glutkg.store.graph import Graph

_HEADER = re.compile(r"^#\+\s*([\w-]+):\s*(.*?)\s*$", re.MULTILINE)
_PARAMETER = re.compile(
    r"(?P<name>\w+) of (?P<kind>[\w:-]+)(?P<optional>, optional)?(?P<several>, several)? -- (?P<text>.+)"
)
_PROPERTIES = tuple(OWL + kind for kind in ("ObjectProperty", "DatatypeProperty", "AnnotationProperty"))
_NAMES = (RDFS + "label", SKOS + "altLabel", SKOS + "hiddenLabel")
_LITERALS = {
    "xsd:integer": re.compile(r"[+-]?\d+"),
    "xsd:decimal": re.compile(r"[+-]?\d*\.?\d+"),
    "xsd:string": re.compile(r".*"),
}


class Parameter(NamedTuple):
    """A parameter: its name, what its values are of (a class or a datatype), whether it may be left out or repeated."""

    name: str
    kind: str
    text: str
    optional: bool = False
    several: bool = False


class Question(NamedTuple):
    """A packaged question: what it asks in plain words, what a row of its answer means, and the query.

    `collects` names the columns whose cells hold several values, joined by '; ' (labels) or a space (IRIs).
    """

    name: str
    summary: str
    question: str
    row: str
    tags: tuple[str, ...]
    parameters: tuple[Parameter, ...]
    collects: tuple[str, ...]
    query: str

    @staticmethod
    def block_pattern(name: str) -> re.Pattern[str]:
        """Give the pattern that finds the block of a parameter, its content as group 1."""
        return re.compile(rf"VALUES\s+\?{name}\s*\{{([^{{}}]*)\}}")

    def block(self, name: str) -> str:
        """Give the default values of a parameter as they stand in the query."""
        found = self.block_pattern(name).search(self.query)
        return found[1].strip() if found else ""

    def bound(self, values: Mapping[str, tuple[Term, ...]]) -> str:
        """Give the query with values in place of defaults. Raises UsageError for a name that is not a parameter."""
        unknown = sorted(set(values) - {parameter.name for parameter in self.parameters})
        if unknown:
            known = ", ".join(f"--{parameter.name}" for parameter in self.parameters) or "none"
            raise UsageError(f"The question '{self.name}' has no parameter --{unknown[0]}; it has: {known}.")
        query = self.query
        for parameter in self.parameters:
            given = values.get(parameter.name)
            if given or parameter.optional:
                query = self.block_pattern(parameter.name).sub(
                    _values(parameter.name, given).replace("\\", r"\\"), query
                )
        return query


def _values(name: str, terms: Iterable[Term] | None) -> str:
    return f"VALUES ?{name} {{ {' '.join(term.n3() for term in terms)} }}" if terms else ""


def read_question(path: Path) -> Question:
    """Read one question file. Raises UsageError when a header or the block of a parameter is missing."""
    text = path.read_text(encoding="utf-8")
    headers = _HEADER.findall(text)
    single = dict(headers)
    missing = [key for key in ("summary", "question", "row", "tags") if key not in single]
    if missing:
        raise UsageError(f"{path}: the header lacks '#+ {missing[0]}: …'.")
    parameters = tuple(_parameter(value, path) for key, value in headers if key == "parameter")
    for parameter in parameters:
        if len(Question.block_pattern(parameter.name).findall(text)) != 1:
            raise UsageError(
                f"{path}: parameter '{parameter.name}' needs exactly one block VALUES ?{parameter.name} {{ … }}."
            )
    tags, collects = (_listed(single.get(key, "")) for key in ("tags", "collects"))
    return Question(path.stem, single["summary"], single["question"], single["row"], tags, parameters, collects, text)


def _listed(text: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in text.split(",") if word.strip())


def _parameter(text: str, path: Path) -> Parameter:
    match = _PARAMETER.fullmatch(text)
    if not match:
        raise UsageError(
            f"{path}: write '#+ parameter: name of kind[, optional][, several] -- what it is', not '{text}'."
        )
    return Parameter(match["name"], match["kind"], match["text"], bool(match["optional"]), bool(match["several"]))


def read_questions(folder: Path) -> list[Question]:
    """Read all packaged questions, by name."""
    return [read_question(path) for path in question_files(folder)]


def find_question(folder: Path, name: str) -> Question:
    """Read one question by name. Raises NotFoundError with the nearest names."""
    paths = {path.stem: path for path in question_files(folder)}
    if name not in paths:
        near = _near(name, paths)
        raise NotFoundError(f"There is no question '{name}'; 'glutkg questions' lists them all.", near)
    return read_question(paths[name])


def ask(graph: Graph, question: Question, values: Mapping[str, Iterable[str]]) -> Table:
    """Answer a question; `values` gives for each parameter names, synonyms, CURIEs, IRIs or plain literals.

    Raises UsageError for a parameter or number of values that the question does not take, and NotFoundError for a value
    that is not of the parameter's kind.
    """
    return answer(graph, question, prepared(graph, question, values))


def prepared(graph: Graph, question: Question, values: Mapping[str, Iterable[str]]) -> str:
    """Give the query of a question with values in place of defaults. Raises what `ask` raises."""
    parameters = {parameter.name: parameter for parameter in question.parameters}
    terms: dict[str, tuple[Term, ...]] = {}
    for name, given in values.items():
        parameter = parameters.get(name)
        chosen = tuple(given)
        if parameter is not None and len(chosen) > 1 and not parameter.several:
            raise UsageError(f"--{name} takes one value, not {len(chosen)}.")
        terms[name] = tuple(_value(graph, parameter, text) for text in chosen) if parameter else ()
    return question.bound(terms)


def answer(graph: Graph, question: Question, query: str) -> Table:
    """Run the query of a question, prepared with its values."""
    return _tidied(graph.select(query), question.collects)


def _value(graph: Graph, parameter: Parameter, text: str) -> Term:
    if parameter.kind in _LITERALS:
        if not _LITERALS[parameter.kind].fullmatch(text):
            raise UsageError(
                f"--{parameter.name} takes {parameter.kind.removeprefix('xsd:')} values; '{text}' is not one."
            )
        plain = parameter.kind == "xsd:string"
        return Term("literal", text, datatype=None if plain else XSD + parameter.kind.removeprefix("xsd:"))
    kind = expand(parameter.kind) or parameter.kind
    found = [iri for iri in named(graph, text) if of_kind(graph, iri, kind)]
    if found:
        return Term("iri", found[0])
    about = label(graph, kind)
    choices = {name: iri for name, iri in _all_names(graph) if of_kind(graph, iri, kind)}
    near = _near(text, choices)
    other = next(iter(named(graph, text)), None)
    why = f"is no {about}" if other else "is not in the graph"
    raise NotFoundError(
        f"--{parameter.name} takes {'an' if about[0] in 'aeiou' else 'a'} {about}; '{text}' {why}.", near
    )


def _tidied(table: Table, collects: tuple[str, ...]) -> Table:
    """Sort the values within the cells that collect several: engines join them in any order."""
    collected = {index for index, name in enumerate(table.columns) if name in collects}
    rows = tuple(
        tuple(_sorted(cell) if index in collected and cell else cell for index, cell in enumerate(row))
        for row in table.rows
    )
    return Table(table.columns, rows)


def _sorted(cell: Term) -> Term:
    joint = " " if cell.value.lstrip().startswith("http") else "; "
    return Term("literal", joint.join(sorted({part for part in cell.value.split(joint) if part})))


def folded(name: str) -> str:
    """Fold a name for comparison: case, hyphens, spaces and underscores do not count.

    >>> folded("MK-801") == folded("mk801")
    True
    """
    return re.sub(r"[\s_\-‐-―]+", "", name).casefold()


def _all_names(graph: Graph) -> list[tuple[str, str]]:
    return [(o.value, s.value) for predicate in _NAMES for s, _, o in graph.triples(None, predicate) if s.kind == "iri"]


def named(graph: Graph, text: str) -> list[str]:
    """Find what a label, synonym, CURIE, IRI or local name stands for: labels first, nothing when it is unknown."""
    iri = expand(text)
    if iri is not None:
        mapped = sorted(s.value for s, p, _ in graph.triples(None, None, iri) if p.value.startswith(SKOS))
        return [iri] if any(True for _ in graph.triples(iri)) else mapped
    wanted = folded(text)
    found = [iri for name, iri in _all_names(graph) if folded(name) == wanted]
    if not found and re.fullmatch(r"[\w-]+", text):
        tried = (namespace + text for namespace in PREFIXES.values() if namespace.startswith(BASE))
        found += [iri for iri in tried if any(True for _ in graph.triples(iri))]
    return list(dict.fromkeys(found))


def find(graph: Graph, text: str) -> str:
    """Find the one thing that a name stands for. Raises NotFoundError with the nearest names."""
    found = named(graph, text)
    if found:
        return found[0]
    names = dict(_all_names(graph))
    near = _near(text, names)
    raise NotFoundError(f"Nothing in the graph is called '{text}'.", near)


def mentioned(graph: Graph, text: str) -> str:
    """Find what a name stands for, as `find` does, or an IRI that the graph says nothing of and yet mentions."""
    iri = expand(text)
    if iri is None or named(graph, text):
        return find(graph, text)
    known = any(True for ends in ((None, iri), (None, None, iri)) for _ in graph.triples(*ends))
    return iri if known else find(graph, text)


def find_relation(graph: Graph, text: str) -> str:
    """Find the relation that a name stands for; kinds of the same name do not count. Raises NotFoundError."""
    relations = {s.value for kind in _PROPERTIES for s, _, _ in graph.triples(None, RDF + "type", kind)}
    iri = expand(text)
    if iri is None:
        found = [other for other in named(graph, text) if other in relations]
        found += sorted(other for other in relations if folded(re.split("[/#]", other)[-1]) == folded(text))
    else:
        found = [iri] if iri in relations or any(True for _ in graph.triples(None, iri)) else []
    if found:
        return found[0]
    near = _near(text, [name for name, other in _all_names(graph) if other in relations])
    said = f"'{text}' is no relation." if named(graph, text) else f"Nothing in the graph is called '{text}'."
    raise NotFoundError(said, near)


def _near(text: str, names: Iterable[str]) -> tuple[str, ...]:
    from difflib import get_close_matches  # only when something went wrong

    return tuple(dict.fromkeys(get_close_matches(text, names, n=3, cutoff=0.5)))


def of_kind(graph: Graph, iri: str, kind: str) -> bool:
    """Tell whether something is of a kind: the kind itself, a narrower kind, or a thing of it."""
    return iri == kind or any(
        True for predicate in (RDFS + "subClassOf", RDF + "type") for _ in graph.triples(iri, predicate, kind)
    )


def is_kind(graph: Graph, iri: str) -> bool:
    """Tell whether an IRI names a kind, that is an OWL class."""
    return any(True for _ in graph.triples(iri, RDF + "type", OWL + "Class"))


def label(graph: Graph, iri: str) -> str:
    """Give the label of something, or its CURIE where it has none."""
    return next((visible(o.value) for _, _, o in graph.triples(iri, RDFS + "label")), curie(iri))
