"""Claims as people read them: what each states, its result, how sure its source is, and where it is stated."""

from __future__ import annotations

from functools import cache, partial
from typing import TYPE_CHECKING

from glutkg.rdf.namespaces import BASE, PREFIXES, RDF, RDFS, STATED_GRAPH, curie
from glutkg.rdf.terms import Term
from glutkg.relations import grouped
from glutkg.resources import query_file, read_text
from glutkg.store.labels import label
from glutkg.text.cells import terms
from glutkg.text.escaping import without_tags
from glutkg.text.line_width import page_width, wrapped
from glutkg.text.table_view import is_claim
from glutkg.text.tables import Table

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from glutkg.store.graph import Graph

CLAIMS = ("kind", "kindLabel", "claim", "claimLabel", "result", "certainty", "standing", "source")
UNDISPUTED = "undisputed"
"""The standing of a claim that has no other on record."""
_NAMED = 5
"""Claims that a line names."""
SOURCES = (BASE + "statedIn", BASE + "cites")
"""The properties that lead to sentences and to references."""
_PART_OF, _REFERENCE, _IDENTIFIER = BASE + "partOfDocument", BASE + "CitedReference", PREFIXES["dcterms"] + "identifier"


def claims(graph: Graph, iris: Iterable[str]) -> Table:
    """Return claims as rows of CLAIMS, in the order given: class, statement, result, certainty, standing, source.

    A source is written as sentences and, in brackets, the numbers of the references that the claim cites.
    """
    named, narrower = cache(partial(label, graph)), cache(partial(_narrower, graph))
    return Table(CLAIMS, tuple(_claim(graph, iri, named, narrower) for iri in dict.fromkeys(iris)))


def worded(table: Table) -> list[tuple[str, str]]:
    """Return for each claim of a table of CLAIMS its IRI, and one line: statement, result, certainty, source."""
    lines = []
    for row in table:
        standing = row["standing"] if row["standing"] != UNDISPUTED else None
        said = ", ".join(str(value) for value in (row["result"], row["certainty"], standing) if value)
        lines.append((str(row["claim"]), f"{row['claimLabel']} ({said}; {row['source']})"))
    return lines


def with_evidence(graph: Graph, table: Table) -> Table:
    """Add a column `evidence`: each claim of a row in one line, with its result, certainty, standing and source."""
    named = [[t.value for cell in row for t in terms(cell) if is_claim(t)] for row in table.rows]
    lines = dict(worded(claims(graph, (iri for row in named for iri in row))))
    cells = (Term("literal", " | ".join(lines[iri] for iri in dict.fromkeys(row))) for row in named)
    return Table((*table.columns, "evidence"), tuple((*row, cell) for row, cell in zip(table.rows, cells, strict=True)))


def with_references(graph: Graph, table: Table) -> Table:
    """Add a column `references` to claims: the IRIs of those that each cites, a tuple, by number."""
    cited = [[o for _, _, o in graph.triples(str(row["claim"]), SOURCES[1], graph=STATED_GRAPH)] for row in table]
    cells = (tuple(sorted(some, key=lambda one: (len(one.value), one.value))) for some in cited)
    return Table((*table.columns, "references"), tuple((*r, cell) for r, cell in zip(table.rows, cells, strict=True)))


def notes(graph: Graph, iris: Sequence[str], markdown: bool = False, only: Collection[int] | None = None) -> str:
    """Write claims as numbered notes: statement, result, certainty, source and name; or `only` some, by number."""
    if markdown:
        lines = [f"- [{n}] {without_tags(text)} {iri}" for n, (iri, text) in enumerate(worded(claims(graph, iris)), 1)]
        return "".join(f"{line}\n" for line in ["", *lines]) if lines else ""
    lines = []
    numbers = [number for number in range(1, len(iris) + 1) if only is None or number in only]
    for number, (iri, text) in zip(numbers, worded(claims(graph, [iris[n - 1] for n in numbers])), strict=True):
        mark = f"[{number}] "
        lines += wrapped(mark + text, page_width(), " " * len(mark))
        lines.append(" " * len(mark) + curie(iri))
    return "".join(f"{line}\n" for line in ["", *lines]) if lines else ""


def _claim(
    graph: Graph, iri: str, named: Callable[[str], str], narrower: Callable[[str], set[str]]
) -> tuple[Term, ...]:
    stated = grouped((p.value, o.value) for _, p, o in graph.triples(iri, graph=STATED_GRAPH))
    class_ = next(iter(stated.get(RDF + "type", [])), BASE + "Claim")
    result, certainty = (
        ", ".join(named(value) for name in names for value in stated.get(BASE + name, []))
        for names in (("result", "judgement"), ("modality",))
    )
    standing = ", ".join(sorted(map(named, _standings(graph, iri, narrower))))
    sentences = sorted(named(sentence).partition(":")[0] for sentence in stated.get(SOURCES[0], []))
    numbers = sorted((cited.rpartition("-")[2] for cited in stated.get(SOURCES[1], [])), key=lambda n: (len(n), n))
    source = ", ".join(sentences) + (f" [{', '.join(numbers)}]" if numbers else "")
    texts = (Term("literal", text) for text in (result, certainty, standing or UNDISPUTED, source))
    return (
        Term("iri", class_),
        Term("literal", named(class_)),
        Term("iri", iri),
        Term("literal", named(iri)),
        *texts,
    )


def _standings(graph: Graph, iri: str, narrower: Callable[[str], set[str]]) -> Iterator[str]:
    """Give the standings of a claim, which rules infer for most, each as narrow as it is known."""
    found = {value.value for _, _, value in graph.triples(iri, BASE + "standing")}
    return (one for one in found if found.isdisjoint(narrower(one)))


def _narrower(graph: Graph, iri: str) -> set[str]:
    return {s.value for s, _, _ in graph.triples(None, RDFS + "subClassOf", iri)} - {iri}


def papers(graph: Graph, claim: str) -> dict[str, str]:
    """Name the papers that are themselves the source of a claim, each with its addresses.

    These are documents that have an address and cite nothing on record; a review that does is no source of its own.
    """
    if any(True for _ in graph.triples(claim, SOURCES[1], graph=STATED_GRAPH)):
        return {}
    sentences = [o.value for _, _, o in graph.triples(claim, SOURCES[0], graph=STATED_GRAPH)]
    documents = {o.value for one in sentences for _, _, o in graph.triples(one, _PART_OF, graph=STATED_GRAPH)}
    addresses = {one: sorted(o.value for _, _, o in graph.triples(one, _IDENTIFIER)) for one in sorted(documents)}
    return {label(graph, one): ", ".join(found) for one, found in addresses.items() if found and not _cites(graph, one)}


def _cites(graph: Graph, document: str) -> bool:
    """Return whether references are on record that a document cites."""
    parts = (s.value for s, _, _ in graph.triples(None, _PART_OF, document))
    return any(any(True for _ in graph.triples(one, RDF + "type", _REFERENCE)) for one in parts)


def of_whole_documents(graph: Graph, folder: Path) -> dict[str, str]:
    """Give the claims that name a document and no sentence of it, each with that: answers by sentence leave them out.

    Of a folder with queries of its own and without this one nothing is known of sentences: it has none.
    """
    query = query_file(folder, "explanations/claims-of-whole-documents")
    if not query.is_file():
        return {}
    rows = graph.select(read_text(query))
    return {str(row["claim"]): str(row["document"]) for row in rows}


def not_counted(claims: Mapping[str, str]) -> str:
    """Say that answers by sentence leave out claims that name a document as a whole, and what to do.

    >>> not_counted({BASE + "claim/a": BASE + "source/paper"})[:81]
    'left out of the answers that go by sentence, since it names no sentence of its do'
    """
    named = [f"{curie(claim)} ({curie(document)})" for claim, document in claims.items()]
    listed = ", ".join([*named[:_NAMED], *([f"{len(named) - _NAMED} more"] if len(named) > _NAMED else [])])
    which = "since it names no sentence of its document" if len(named) == 1 else "since they name no sentence"
    return (
        f"left out of the answers that go by sentence, {which}: {listed}. "
        "Describe the sentence ('glutkg new sentence'), and name it after glut:statedIn."
    )
