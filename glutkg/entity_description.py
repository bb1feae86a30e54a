"""Everything that the graph holds about one entity, most important first: what it is, what follows, claims, notes."""

from __future__ import annotations

import shlex
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from glutkg.rdf.namespaces import BASE, OWL, RDF, RDFS, SKOS, STATED_GRAPH, curie
from glutkg.rdf.property_words import WORDS
from glutkg.rdf.terms import Term, Triple
from glutkg.relations import grouped
from glutkg.resources import query_file, read_text
from glutkg.sparql.binding import bind
from glutkg.store.claims import CLAIMS, SOURCES, claims, worded
from glutkg.store.direct_relations import direct, of_narrowest_object
from glutkg.store.labels import label
from glutkg.store.names import folded, is_claim, is_record
from glutkg.store.owl_definition import CHARACTERISTICS, chains, manchester, owl_definition
from glutkg.text.documents import Document, Heading, Readable, TableBlock, item, items, paragraph
from glutkg.text.table_view import Link
from glutkg.text.tables import Table

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from glutkg.search.find import Finder
    from glutkg.store.graph import Graph
    from glutkg.text.documents import Block

_NAMING = {RDFS + "label", RDF + "type", RDFS + "subClassOf"}
_NAMES = (SKOS + "altLabel", SKOS + "hiddenLabel")
_QUIET = (RDF, RDFS, OWL)
RELATIONS = ("relation", "relationLabel", "value", "valueLabel")
MOST_CLAIMS, MOST_RELATIONS, MOST_QUESTIONS = 5, 12, 6
"""Claims and relations of a section that people see, of which other forms have all; and questions that are named."""
LONGEST_NAME = 48
"""Letters of a label that a command shows; of anything longer it shows the CURIE."""
QUALIFIED = "denied, open or affirmed in part"
"""The section of claims that say less than a plain yes."""

STATED = "stated"
"""The section of what the files say of the entity itself."""

AXIOMS = "axioms of OWL, in Manchester syntax"
"""The section of what defines a class or a property."""

POINTING = "relations to it"
"""The section of what others do to the entity, whose values stand before the relation."""


class _Fields(NamedTuple):
    iri: str
    label: str
    what: tuple[str, ...]
    sections: tuple[tuple[str, Table], ...]
    questions: tuple[str, ...]
    says_result: frozenset[str] = frozenset()


class Description(Readable, _Fields):
    """What the graph holds about an entity, in titled tables with the columns RELATIONS or CLAIMS, none of them empty.

    `what` says what it is: its classes, its definition and its other names. `questions` are commands that ask
    of it, each of which has an answer.
    `says_result` has the claims whose words say their result already, so that people are not told it twice.

    >>> import glutkg
    >>> found = glutkg.load().show("memantine")
    >>> found.label, [title for title, _ in found.sections][:3]
    ('memantine', ['what follows', 'denied, open or affirmed in part', 'use'])
    """

    __slots__ = ()

    def document(self, whole: bool = True) -> Document:
        """Return the sections under their titles, a few rows of each unless the whole is wanted."""
        told = ((title, self._without_result_said(table)) for title, table in self.sections)
        parts = (block for title, table in told for block in _section(title, table, whole))
        ask = (Heading("Ask"), items(*self.questions)) if self.questions else ()
        return Document((Heading(self.label, 1), paragraph(*self.what, (Link(self.iri, self.iri),)), *parts, *ask))

    def _without_result_said(self, table: Table) -> Table:
        if table.columns != CLAIMS or not self.says_result:
            return table
        at = CLAIMS.index("result")
        said = (str(row["claim"]) in self.says_result for row in table)
        rows = zip(table.rows, said, strict=True)
        return Table(CLAIMS, tuple((*row[:at], None, *row[at + 1 :]) if once else row for row, once in rows))

    def table(self) -> Table:
        """Return all sections as one table, the title of the section in the first column."""
        width = len(CLAIMS)
        rows = [
            (Term("literal", title), *row, *[None] * (width - len(row)))
            for title, table in self.sections
            for row in table.rows
        ]
        return Table(("section", *RELATIONS, *CLAIMS[4:]), tuple(rows))


def _section(title: str, table: Table, whole: bool) -> Iterator[Block]:
    most = len(table) if whole else MOST_CLAIMS if table.columns == CLAIMS else MOST_RELATIONS
    left_out = max(0, len(table) - most)
    yield Heading(f"{title[0].upper()}{title[1:]}" + (f" ({len(table)})" if left_out else ""))
    shown = Table(table.columns, table.rows[:most])
    if table.columns == CLAIMS:
        yield items(*(item(text, paragraph((Link(curie(iri), iri),))) for iri, text in worded(shown)))
    elif title == POINTING:
        yield items(*(f"{'; '.join(values)} – {relation} – it" for relation, values in _by_relation(shown).items()))
    else:
        yield TableBlock(_relation_table(shown), heading=False)
    if title == STATED:
        yield paragraph(f"In SPARQL: {', '.join(dict.fromkeys(curie(str(iri)) for iri in shown['relation']))}.")
    if left_out:
        yield paragraph(f"… and {left_out} more; --all shows them.")


def _by_relation(table: Table) -> dict[str, list[str]]:
    """Gather all values of a relation."""
    rows = ((relation, value) for _, relation, _, value in table.rows)
    return grouped((r.value, v.value) for r, v in rows if isinstance(r, Term) and isinstance(v, Term))


def _relation_table(table: Table) -> Table:
    """Put all values of a relation into one row, sentences one after another."""
    rows = (
        (Term("literal", relation), tuple(Term("literal", value) for value in _sentences_together(values)))
        for relation, values in _by_relation(table).items()
    )
    return Table(("relation", "values"), tuple(rows))


def _sentences_together(values: Sequence[str]) -> Sequence[str]:
    return [" ".join(values)] if all(value.endswith(".") for value in values) else values


def describe(graph: Graph, iri: str, folder: Path, finder: Finder | None = None, called: str = "") -> Description:
    """Describe anything that the graph names, by the view of the data folder.

    With a finder, questions that have an answer on it are listed, and what is not covered of it is said first. That it
    was `called` by another of its names is said, too.
    """
    found = sorted(graph.triples(iri, graph=STATED_GRAPH), key=lambda triple: [term.value for term in triple])
    stated = [t for t in found if t[1].value not in _NAMING]
    shown = [t for t in stated if not t[1].value.startswith(_QUIET)]
    matches = [t for t in shown if t[1].value.startswith(SKOS) and t[2].kind == "iri"]
    sources = [t for t in shown if t[1].value in SOURCES]
    sides = [] if is_claim(graph, iri) else [t for t in shown if t[2].kind == "iri" and is_claim(graph, t[2].value)]
    relations = [t for t in shown if t[2].kind != "literal" and t not in (*matches, *sources, *sides)]
    texts = [t for t in shown if t[2].kind == "literal" and t[1].value not in (*_NAMES, SKOS + "definition")]
    told = _told(graph, iri, folder)
    sections = (
        ("kinds and members", _members(graph, iri)),
        *_sides(graph, sides),
        (STATED, _relations(graph, [*relations, *texts])),
        ("source", _relations(graph, sources)),
        ("what follows", _relations(graph, _following(graph, iri, set(stated)))),
        *_claims_about(graph, told),
        *_pointers(graph, iri, folder),
        (AXIOMS, _axioms(graph, iri)),
        ("chains of relations that it is in", _chains(graph, iri)),
        ("rules that conclude it", _rules(graph, iri, folder)),
        ("in other vocabularies", _relations(graph, matches)),
    )
    name = label(graph, iri)
    typed = name if len(name) <= LONGEST_NAME else curie(iri)
    asked = _asked(graph, iri, typed, finder) if finder else ()
    if finder and sides:
        asked = _asked_of_shared(graph, [side.value for _, _, side in sides], finder)
    titled = tuple((title, table) for title, table in sections if len(table))
    said = frozenset(str(row["claim"]) for row in told if row.get("saysResult"))
    told_first = finder.not_covered.of_things(iri) if finder else ""
    what = (*filter(None, (told_first,)), *_of_name(graph, iri, folder, called), *_what(graph, iri, shown))
    return Description(iri, name, what, titled, tuple(asked), said)


def _asked(graph: Graph, iri: str, typed: str, finder: Finder) -> Iterator[str]:
    """Give commands that ask of a thing, and have an answer; of what no sentence names, those that show the nearest."""
    asked = [one.command for one in islice(finder.questions.answered(iri, typed), MOST_QUESTIONS)]
    yield from asked or (f"glutkg show {shlex.quote(name)}" for name in finder.not_covered.nearest(iri))
    if is_claim(graph, iri):
        yield f"glutkg whatif --without {curie(iri)}"
    if any(True for _ in graph.triples(None, iri)):
        over = " --over stated" if any(True for _ in graph.triples(None, iri, graph=STATED_GRAPH)) else ""
        yield f"glutkg sparql 'SELECT ?value (COUNT(*) AS ?n) {{ ?x {curie(iri)} ?value }} GROUP BY ?value'{over}"


def _asked_of_shared(graph: Graph, sides: Sequence[str], finder: Finder) -> Iterator[str]:
    """Give commands that ask of what all of some claims name, as what stands on both sides of a conflict."""
    named = [{o.value for _, _, o in graph.triples(side, graph=STATED_GRAPH) if o.kind == "iri"} for side in sides]
    shared = sorted(set.intersection(*named))
    found = (one.command for iri in shared for one in finder.questions.answered(iri, label(graph, iri)))
    yield from islice(dict.fromkeys(found), MOST_QUESTIONS)


def _of_name(graph: Graph, iri: str, folder: Path, called: str) -> Iterator[str]:
    """Say that a thing was called by another of its names, and what may be meant by that name besides."""
    names = {folded(o.value) for name in _NAMES for _, _, o in graph.triples(iri, name)}
    if not called or folded(called) == folded(label(graph, iri)) or folded(called) not in names:
        return
    yield f"'{called}' is another name of {label(graph, iri)}."
    query = read_text(query_file(folder, "search/names-explained"))
    rows = graph.select(bind(query, {"thing": [Term("iri", iri)]}))
    for note, others in grouped((str(row["note"]), str(row["otherLabel"] or "")) for row in rows).items():
        found = [other for other in dict.fromkeys(others) if other]
        shown = ", ".join(f"{other} (glutkg show {shlex.quote(other)})" for other in found)
        yield f"{note}: {shown or 'nothing that the sources name'}."


def _what(graph: Graph, iri: str, shown: list[Triple]) -> Iterator[str]:
    """Say what something is: the narrowest classes above it, its definition, its other names."""
    classes = {label(graph, o.value) for _, _, o in _classes(graph, iri)}
    if classes:
        yield ", ".join(sorted(classes, key=str.casefold))
    yield from (label_of.value for _, p, label_of in shown if p.value == SKOS + "definition")
    also = sorted((o.value for _, p, o in shown if p.value == SKOS + "altLabel"), key=str.casefold)
    if also:
        yield f"Also called {', '.join(also)}."


def _members(graph: Graph, iri: str) -> Table:
    """The classes right below a class, its own individuals other than claims, and those that are in it by inference."""
    stated = sorted(
        (word, label(graph, s.value), s.value, above)
        for above, word in ((RDFS + "subClassOf", "kinds"), (RDF + "type", "members"))
        for s, _, _ in graph.triples(None, above, iri, graph=STATED_GRAPH)
        if s.kind == "iri" and s.value.startswith(BASE) and not is_claim(graph, s.value)
    )
    rows = (
        (Term("iri", above), Term("literal", word), Term("iri", member), Term("literal", name))
        for word, name, member, above in [*stated, *_members_that_follow(graph, iri, {one[2] for one in stated})]
    )
    return Table(RELATIONS, tuple(rows))


def _members_that_follow(graph: Graph, iri: str, listed: set[str]) -> list[tuple[str, str, str, str]]:
    """The individuals that are inferred to be of a class, unless they or one of their classes are listed."""
    above = RDF + "type"
    members = (s.value for s, _, _ in graph.triples(None, above, iri) if s.value not in listed)
    found = [one for one in members if one.startswith(BASE) and not is_record(graph, one)]
    own = [one for one in found if listed.isdisjoint(o.value for _, _, o in graph.triples(one, above))]
    return sorted(("members that follow", label(graph, one), one, above) for one in own)


def _classes(graph: Graph, iri: str) -> list[Triple]:
    """The classes of an individual, or the superclasses of a class, the narrowest only."""
    found = [
        triple
        for predicate in (RDF + "type", RDFS + "subClassOf")
        for triple in graph.triples(iri, predicate)
        if triple[2].kind == "iri" and triple[2].value.startswith(BASE) and triple[2].value != iri
    ]
    return of_narrowest_object(graph, found)


def _following(graph: Graph, iri: str, stated: set[Triple]) -> list[Triple]:
    """The direct relations that were inferred: the narrowest; those to claims are left to the sections of claims.

    What ties a thing to itself says nothing more than its class.
    """
    steps = graph.auxiliary()
    own = [t for t in graph.triples(iri) if t[2].kind == "iri" and t[1].value.startswith(BASE)]
    own = [t for t in own if t[1].value not in steps and not any(True for _ in graph.triples(iri, t[1].value, iri))]
    return [t for t in direct(graph, own) if t not in stated and t[2].value != iri and not is_claim(graph, t[2].value)]


def _relations(graph: Graph, triples: Iterable[Triple]) -> Table:
    rows = [
        (
            p,
            Term("literal", WORDS.get(p.value) or label(graph, p.value)),
            o if o.kind == "iri" else None,
            Term("literal", label(graph, o.value) if o.kind == "iri" else o.value),
        )
        for _, p, o in dict.fromkeys(triples)
        if o.kind != "blank"
    ]
    return Table(RELATIONS, tuple(rows))


def _axioms(graph: Graph, iri: str) -> Table:
    """The axioms that define a class or a property, where they tell more than the classes above it."""
    rows = [
        (
            name,
            Term("literal", word),
            value if value.kind == "iri" else None,
            value if word == CHARACTERISTICS else Term("literal", manchester(graph, value)),
        )
        for name, word, value in owl_definition(graph, iri)
    ]
    tells_more = any(value is None or name.value != RDFS + "subClassOf" for name, _, value, _ in rows)
    return Table(RELATIONS, tuple(rows) if tells_more else ())


def _chains(graph: Graph, iri: str) -> Table:
    """The chains of relations in which a relation stands: what passes along it."""
    rows = [
        (name, Term("literal", f"gives '{label(graph, one.value)}'"), one, Term("literal", manchester(graph, chain)))
        for one, name, chain in chains(graph, through=iri)
    ]
    return Table(RELATIONS, tuple(rows))


def _rules(graph: Graph, iri: str, folder: Path) -> Table:
    """The rules that conclude a relation, each with what it says, and what passes on what they read."""
    named = iri[max(map(iri.rfind, "/#")) + 1 :]
    files = [path for path in sorted((folder / "rules").glob("*.rq")) if named in read_text(path)]
    if not files:
        return Table(RELATIONS, ())
    from glutkg.reasoning.rule import read_rule  # which imports the readers of patterns and filters

    found = map(read_rule, files)
    own = [rule for rule in found if rule.head[1] == f"<{iri}>"]
    said = [(Term("iri", BASE + "rule"), rule.label, rule.summary) for rule in own]
    reads = sorted({predicate[1:-1] for rule in own for _, predicate, _ in rule.body if predicate.startswith("<")})
    said += [
        (name, f"'{label(graph, one)}' passes on", manchester(graph, chain))
        for one in reads
        for _, name, chain in chains(graph, one)
    ]
    return Table(
        RELATIONS, tuple((name, Term("literal", word), None, Term("literal", text)) for name, word, text in said)
    )


def _sides(graph: Graph, found: Sequence[Triple]) -> Iterator[tuple[str, Table]]:
    """The claims that a record is about, as the sides of a conflict, with their sources; by relation."""
    for relation, members in grouped((p.value, claim.value) for _, p, claim in found).items():
        yield label(graph, relation), claims(graph, members)


def _told(graph: Graph, iri: str, folder: Path) -> list[dict[str, object]]:
    """The claims about a thing, as the view of the data folder has them."""
    query = read_text(query_file(folder, "views/description"))
    return [{**row} for row in graph.select(bind(query, {"thing": [Term("iri", iri)]}))]


def _claims_about(graph: Graph, found: Sequence[dict[str, object]]) -> Iterator[tuple[str, Table]]:
    """The claims that name a thing in any role, by section, and those that name what is narrower or within it."""
    sections: dict[str, list[str]] = {}
    for row in found:
        title = QUALIFIED if row["mark"] else str(row["section"])
        if row["naming"]:
            sections.setdefault(title, []).append(str(row["claim"]))
    qualified = {QUALIFIED: sections.pop(QUALIFIED)} if QUALIFIED in sections else {}
    narrower = {"on what is narrower or within it": [str(row["claim"]) for row in found if not row["naming"]]}
    rows = dict(
        zip(every := [*dict.fromkeys(str(row["claim"]) for row in found)], claims(graph, every).rows, strict=True)
    )
    for title, members in (qualified | sections | narrower).items():
        yield title, Table(CLAIMS, tuple(rows[one] for one in dict.fromkeys(members)))


def _pointers(graph: Graph, iri: str, folder: Path) -> Iterator[tuple[str, Table]]:
    """What else points at the entity, by section, as the view of the data folder has it."""
    query = read_text(query_file(folder, "views/pointers"))
    found = graph.select(bind(query, {"thing": [Term("iri", iri)]}))
    for section, rows in grouped(
        (str(term), row) for term, row in zip(found["section"], found.rows, strict=True)
    ).items():
        yield section, Table(RELATIONS, tuple(row[1:] for row in rows))
