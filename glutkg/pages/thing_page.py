"""The page of a thing: what it is, its blocks, its claims for and against, what follows, questions, identifiers."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from glutkg.citations.works import work
from glutkg.entity_description import describe
from glutkg.evidence.claim_view import Named, importance, iris_of, result_of
from glutkg.pages import linked_data
from glutkg.pages.comparison import compared
from glutkg.pages.facets import Dimension, narrowed
from glutkg.pages.glance import glance
from glutkg.pages.picture_view import inlined
from glutkg.pages.structured_data import structured
from glutkg.rdf.namespaces import OWL, PREFIXES, RDF, RDFS, SKOS, STATED_GRAPH, curie
from glutkg.relations import grouped
from glutkg.search.suggested_questions import taking
from glutkg.store.claims import CLAIMS, UNDISPUTED
from glutkg.store.labels import label, term_text
from glutkg.version import VERSION

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from glutkg.entity_description import Description
    from glutkg.evidence.claim_view import ClaimRow
    from glutkg.pages.blocks import Block
    from glutkg.pages.facets import Narrowed
    from glutkg.pages.site import Kind, Site
    from glutkg.text.tables import Table

MOST_DRAWN = 12
"""Rows of a picture on a page."""
_LATE = 50
"""The order of blocks from which on they stand below the claims."""
MOST_CLAIMS = 150
"""Claims that a page shows at once."""
_DIGITS = 9
_FOLDED, _OPEN_GROUPS = 60, 3
"""Claims beyond which a page folds its groups, but for the first ones."""
_TITLES = {
    "kinds and members": "Kinds and members",
    "stated": "Stated of it",
    "source": "Source",
    "bears on it": "Bears on it",
    "in other vocabularies": "In other vocabularies",
}
_WIDER = "on what is narrower or within it"
_LONG_TITLE = 42
"""Letters of a title that is set smaller."""
_NAMING = {RDFS + "label", RDFS + "comment", RDFS + "isDefinedBy"}


class Section(NamedTuple):
    """A section of a page: how the template shows it (`form`), what it shows, and where its table and query are."""

    name: str
    title: str
    form: str
    content: object
    number: int | None = None
    note: str = ""
    empty: str = ""
    block: str = ""


class Relation(NamedTuple):
    """A relation with its values; `property` is its IRI where each value has a proof."""

    label: str
    property: str
    values: tuple[Named, ...]


class Entry(NamedTuple):
    """What stands in an index: a thing, how many claims it has, and why it has none."""

    thing: Named
    number: int
    reason: str


def thing_page(site: Site, iri: str, query: Mapping[str, list[str]]) -> str:
    """Render the page of anything but a claim."""
    kind = site.kind(iri)
    described = describe(site.graph, iri, site.folder)
    listed = _listed(site, iri, kind)
    about = [claim for claim in _claims_about(described) if claim not in listed]
    rows = site.claims.rows(about, opened=False)
    narrowed_rows = narrow_claims(sorted(rows, key=importance), query)
    sections = tuple(_sections(site, iri, kind, described, claims_section(site, narrowed_rows, query)))
    path = site.address(iri)
    definition = _definition(site, iri) or (work(site.graph, iri).text() if kind.name == "document" else "")
    return site.render(
        "thing.html",
        path,
        canonical=iri,
        title=described.label,
        summary=definition or f"{described.label}: {kind.word.lower()}",
        kind=kind,
        iri=iri,
        what=_classes(site, described),
        definition=definition,
        long=len(described.label) > _LONG_TITLE,
        synonyms=_synonyms(site, iri),
        tally=tally(rows),
        sections=sections,
        rail=[(section.name, section.title, section.number) for section in sections],
        side=side(rows),
        alternates=alternates(),
        data=structured(site, iri),
    )


def alternates() -> list[tuple[str, str]]:
    """Give the endings of linked data with their media types."""
    return [(ending, media) for ending, (_, media) in linked_data.FORMS.items()]


def _definition(site: Site, iri: str) -> str:
    found = [o.value for _, _, o in site.graph.triples(iri, SKOS + "definition", graph=STATED_GRAPH)]
    return found[0] if found else ""


def _synonyms(site: Site, iri: str) -> list[str]:
    return sorted({o.value for _, _, o in site.graph.triples(iri, SKOS + "altLabel", graph=STATED_GRAPH)})


def _classes(site: Site, described: Description) -> list[Named]:
    """Give the narrowest classes of a thing."""
    first = described.what[0] if described.what else ""
    named = {label(site.graph, iri): iri for iri in _above(site, described.iri)}
    return [Named(name, named[name]) for name in first.split(", ") if name in named]


def _above(site: Site, iri: str) -> Iterator[str]:
    for above in (RDF + "type", RDFS + "subClassOf"):
        yield from (o.value for _, _, o in site.graph.triples(iri, above) if o.kind == "iri")


def _claims_about(described: Description) -> list[str]:
    tables = [table for title, table in described.sections if table.columns == CLAIMS and title != _WIDER]
    return [iri for table in tables for iri in iris_of(table)]


def _listed(site: Site, iri: str, kind: Kind) -> set[str]:
    """Give the claims that blocks of a kind of thing list."""
    blocks = [block for block in site.blocks if kind.name in block.kinds and block.form == "claims"]
    return {claim for block in blocks for claim in iris_of(block.table(site.graph, iri))}


def _sections(site: Site, iri: str, kind: Kind, described: Description, claims: Section) -> Iterator[Section]:
    blocks = [block for block in site.blocks if kind.name in block.kinds]
    yield from _block_sections(site, iri, [block for block in blocks if block.order < _LATE])
    if claims.number:
        yield claims
    found = dict(described.sections)
    if _WIDER in found:
        every = sorted(site.claims.rows(iris_of(found[_WIDER]), opened=False), key=importance)
        shown = site.claims.opened(every[:_FOLDED])
        more = f"Here are {len(shown)} of {len(every)}." if len(every) > len(shown) else ""
        yield Section("narrower", "On what is narrower or within it", "folded", shown, len(every), more)
    if "what follows" in found:
        yield follows(iri, found["what follows"])
    listed = _listed(site, iri, kind)
    for title, heading in _TITLES.items():
        if title in found and title != "in other vocabularies":
            yield _relations(title.replace(" ", "-"), heading, found[title], listed)
    picture = site.picture(kind.picture, curie(iri), at_most=MOST_DRAWN) if kind.picture else ""
    if picture:
        here = site.here(site.address(iri))
        yield Section("picture", "Picture", "picture", inlined(picture, here))
    yield from _block_sections(site, iri, [block for block in blocks if block.order >= _LATE])
    axioms = _axioms(site, iri)
    if axioms:
        yield Section("axioms", "In the ontology", "relations", axioms)
    asked = taking(site.graph, site.questions.values(), iri, described.label)
    if asked:
        yield Section("questions", "Questions to ask", "questions", asked, len(asked))
    if "in other vocabularies" in found:
        yield _relations("identifiers", _TITLES["in other vocabularies"], found["in other vocabularies"])
    yield Section("cite", "Cite this", "cite", citation(site, iri, described.label))


def _axioms(site: Site, iri: str) -> tuple[Relation, ...]:
    """Put what OWL and RDFS state of a class or a property into words."""
    stated = [t for t in site.graph.triples(iri, graph=STATED_GRAPH) if t[1].value.startswith((OWL, RDFS))]
    pairs = [
        (term_text(site.graph, p), "", Named(term_text(site.graph, o), o.value if o.kind == "iri" else ""))
        for _, p, o in sorted(stated, key=lambda triple: [term.n3() for term in triple])
        if p.value not in _NAMING
    ]
    return _grouped(pairs)


def _block_sections(site: Site, iri: str, blocks: Sequence[Block]) -> Iterator[Section]:
    for block in blocks:
        table = block.table(site.graph, iri)
        section = block_section(site, block, table)
        if section.content is not None and (len(table) or block.empty):
            yield section


def block_section(site: Site, block: Block, table: Table) -> Section:
    """Make a section of a block and its rows."""
    content: object = table
    count: int | None = len(table)
    if block.form == "glance":
        rows = {row.iri: row for row in site.claims.rows(iris_of(table), opened=False)}
        content, count = glance(site.graph, block, table, rows), None
    elif block.form == "claims":
        content = site.claims.groups(site.claims.rows(iris_of(table)))
        count = len(set(iris_of(table)))
    elif block.form == "comparison":
        content, count = compared(site.claims.rows(iris_of(table))), None
    elif block.form == "index":
        content = tuple(grouped((str(row["relationLabel"]), _entry(row)) for row in table).items())
    elif block.form == "relations":
        content = _grouped([(str(row["relationLabel"]), "", _named(row)) for row in table])
    return Section(block.name, block.title, block.form, content, count or None, block.note, block.empty, block.name)


def claims_section(site: Site, claims: Narrowed[ClaimRow], query: Mapping[str, list[str]]) -> Section:
    """Make the section of claims, in groups, with its facets; of very many, those from a number on."""
    start = first_of(query, len(claims.rows))
    shown = site.claims.opened(claims.rows[start : start + MOST_CLAIMS])
    folds = len(shown) > _FOLDED
    content = {
        "groups": [
            (group, not folds or number < _OPEN_GROUPS) for number, group in enumerate(site.claims.groups(shown))
        ],
        "narrowed": claims,
        "start": start,
        "shown": len(shown),
        "left": len(claims.rows),
        "step": MOST_CLAIMS,
        "kept": [(facet.name, facet.chosen) for facet in claims.chosen],
    }
    return Section("claims", "Claims", "narrowed", content, claims.total)


def first_of(query: Mapping[str, list[str]], total: int) -> int:
    """Give the number of the first row that is shown, counted from 0, as the value of `from` in a query says."""
    asked = next(iter(query.get("from", [])), "")
    return min(int(asked), max(0, total - 1)) if asked.isdecimal() and len(asked) <= _DIGITS else 0


_DIMENSIONS = (
    Dimension["ClaimRow"]("result", "result", lambda row: [result_of(row)]),
    Dimension["ClaimRow"]("certainty", "certainty", lambda row: [row.mark.certainty]),
    Dimension["ClaimRow"]("species", "species", lambda row: [tag.text for tag in row.tags if tag.group == "species"]),
    Dimension["ClaimRow"]("source", "source", lambda row: [row.source.partition(" ")[0]]),
)


def narrow_claims(rows: Sequence[ClaimRow], query: Mapping[str, list[str]]) -> Narrowed[ClaimRow]:
    """Narrow claims to what a query string asks for."""
    return narrowed(rows, _DIMENSIONS, query)


def follows(iri: str, table: Table) -> Section:
    """Make the section of what follows of a thing, each conclusion with its proof."""
    subject = curie(iri)
    pairs = [(str(row["relationLabel"]), str(row["relation"]), _named(row)) for row in table]
    content = {"subject": subject, "relations": _grouped(pairs)}
    return Section("follows", "What follows", "follows", content, len(table))


def _relations(name: str, title: str, table: Table, listed: Collection[str] = ()) -> Section:
    """Make a section of relations, without the values that are listed in others."""
    pairs = [(str(row["relationLabel"]), "", _named(row)) for row in table if row["value"] not in listed]
    return Section(name, title, "relations", _grouped(pairs), len(pairs))


def _entry(row: Mapping[str, object]) -> Entry:
    return Entry(_named(row), int(str(row["number"])), str(row.get("reason") or ""))


def _named(row: Mapping[str, object]) -> Named:
    iri = str(row["value"] or "")
    return Named(_shown(iri, str(row["valueLabel"])), iri)


def _shown(iri: str, text: str) -> str:
    return curie(iri) if text == iri else text


def _grouped(pairs: Sequence[tuple[str, str, Named]]) -> tuple[Relation, ...]:
    found: dict[tuple[str, str], dict[Named, None]] = {}
    for name, iri, value in pairs:
        found.setdefault((name, iri), {})[value] = None
    return tuple(Relation(name, iri, tuple(values)) for (name, iri), values in found.items())


class Tally(NamedTuple):
    """How many claims have a mark, in words."""

    mark: str
    number: int
    words: str


_WORDS = {
    "effective": "effective in patients",
    "raises": "raise or activate",
    "lowers": "lower or block",
    "plain": "hold",
    "less": "found less",
    "absent": "not so",
    "open": "open",
    "void": "not in force",
}
_ALWAYS = {"absent", "open"}


def tally(rows: Sequence[ClaimRow]) -> list[Tally]:
    """Count claims by mark; that nothing is denied, and nothing open, is said as well."""
    counts = {mark: sum(row.mark.mark == mark for row in rows) for mark in _WORDS}
    return [
        Tally(mark, number, _WORDS[mark]) for mark, number in counts.items() if rows and (number or mark in _ALWAYS)
    ]


def side(rows: Sequence[ClaimRow]) -> dict[str, object]:
    """Count claims by document and by certainty, and the works that they cite."""
    sources = Counter(row.source.partition(" ")[0] for row in rows)
    certainties = Counter((row.mark.rank, row.mark.certainty) for row in rows)
    cited = {(row.source.partition(" ")[0], number) for row in rows for number in _numbers(row.source)}
    return {
        "sources": sources.most_common(),
        "certainties": [(rank, name, number) for (rank, name), number in sorted(certainties.items())],
        "cited": len(cited),
    }


def _numbers(source: str) -> list[str]:
    return source.partition("ref. ")[2].split(", ") if "ref. " in source else []


def citation(site: Site, iri: str, title: str) -> str:
    """Give a line that cites a page in a version of the graph."""
    name = f"“{title}”" if not iri.startswith(PREFIXES["claim"]) else f"claim “{title}”"
    return f"glutkg {VERSION}, graph {site.key}: {name}. {iri}"


def disputed(row: ClaimRow) -> bool:
    """Tell whether a claim has a standing other than undisputed."""
    return row.standing != UNDISPUTED
