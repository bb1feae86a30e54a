"""Finds things, questions and claims by words."""

from __future__ import annotations

import re
from functools import cached_property
from itertools import islice
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from glutkg.rdf.namespaces import PREFIXES, curie
from glutkg.rdf.terms import Term
from glutkg.relations import grouped
from glutkg.resources import query_file, read_text
from glutkg.search.catalogue import kept_catalogue
from glutkg.search.common_words import words_to_find
from glutkg.search.index import Index, kept_index, spellings
from glutkg.search.not_covered import NotCovered
from glutkg.search.suggested_questions import QuestionFinder
from glutkg.sparql.binding import bind
from glutkg.store.names import folded, near
from glutkg.text.documents import Document, Heading, Presentable, counted, item, items, paragraph
from glutkg.text.escaping import visible
from glutkg.text.table_view import Link
from glutkg.text.tables import Table

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence
    from pathlib import Path

    from glutkg.questions.question import Question
    from glutkg.search.catalogue import Thing
    from glutkg.search.suggested_questions import Suggestion
    from glutkg.store.graph import Graph
    from glutkg.text.documents import Block, Item

SHOWN = {"Things": 6, "Questions": 6, "Claims": 4}
"""Matches of each sort that people see; the other forms have all."""
COLUMNS = ("sort", "match", "matchLabel", "what", "text")
_CLAIM = PREFIXES["claim"]


class _Fields(NamedTuple):
    words: str
    things: tuple[Thing, ...]
    questions: tuple[Suggestion, ...]
    claims: tuple[Thing, ...]
    close: tuple[str, ...]
    not_covered: str = ""
    claim_counts: Mapping[str, int] = MappingProxyType({})


class Found(Presentable, _Fields):
    """What words lead to: things, questions and claims, each best first; and names spelt alike where nothing fits.

    `not_covered` says in a sentence what of the words nothing here has, so that what is nearest is not taken for it.
    `claim_counts` has the number of claims that name each thing or what is narrower, by IRI.

    >>> import glutkg
    >>> found = glutkg.load().find("aura")
    >>> found.things[0].label, found.things[0].what
    ('migraine aura', 'condition')
    """

    __slots__ = ()

    def __len__(self) -> int:
        return len(self.things) + len(self.questions) + len(self.claims)

    def _in_a_line(self) -> str:
        """Return how much was found for which words."""
        sorts = ((self.things, "thing"), (self.questions, "question"), (self.claims, "claim"))
        return f"{', '.join(counted(len(found), name) for found, name in sorts)} for '{visible(self.words)}'"

    def document(self) -> Document:
        """Return what was found in three lists."""
        close = [paragraph(f"Did you mean {', '.join(self.close)}?")] if self.close else []
        if self.not_covered:
            close.insert(0, paragraph(visible(self.not_covered)))
        elif not len(self):
            close.insert(0, paragraph(f"Nothing was found for '{visible(self.words)}'."))
        lists = (
            ("Things", [_thing(thing, self.claim_counts.get(thing.iri, 0)) for thing in self.things]),
            ("Questions", [item(one.command, paragraph(one.question.summary)) for one in self.questions]),
            ("Claims", [item((Link(claim.label, claim.iri),), paragraph(curie(claim.iri))) for claim in self.claims]),
        )
        return Document((*close, *(block for title, entries in lists for block in _list(title, entries))))

    def table(self) -> Table:
        """Return all matches as one table."""
        return Table(COLUMNS, tuple(self._rows()))

    def _rows(self) -> Iterator[tuple[Term | None, ...]]:
        for sort, matches in (("thing", self.things), ("claim", self.claims)):
            for one in matches:
                texts = (one.label, one.what, one.definition or "; ".join(one.synonyms))
                yield (Term("literal", sort), Term("iri", one.iri), *(Term("literal", text) for text in texts))
        for asked in self.questions:
            texts = (asked.question.name, asked.question.summary, asked.command)
            yield (Term("literal", "question"), None, *(Term("literal", text) for text in texts))

    def json_value(self) -> object:
        """Return the matches as lists of objects."""
        return {
            "words": self.words,
            "things": [{**_json(thing), "claims": self.claim_counts.get(thing.iri, 0)} for thing in self.things],
            "questions": [
                {"question": one.question.name, "summary": one.question.summary, "values": dict(one.values)}
                for one in self.questions
            ],
            "claims": [_json(claim) for claim in self.claims],
            "didYouMean": list(self.close),
            "notCovered": self.not_covered,
        }


class Finder:
    """Everything that can be found in one graph."""

    def __init__(self, graph: Graph, folder: Path, questions: Sequence[Question]) -> None:
        self._graph = graph
        self._folder = folder
        self.questions = QuestionFinder(graph, questions, lambda: self._catalogue)
        self.not_covered = NotCovered(graph, folder, self.questions)

    @cached_property
    def _catalogue(self) -> Mapping[str, Thing]:
        return kept_catalogue(self._graph)

    @cached_property
    def _things(self) -> dict[str, Thing]:
        return {iri: thing for iri, thing in self._catalogue.items() if not iri.startswith(_CLAIM)}

    @property
    def things(self) -> Collection[Thing]:
        """Everything that can be found but claims."""
        return self._things.values()

    @cached_property
    def _index(self) -> Index:
        return kept_index(self._graph, "things", (thing.entry() for thing in self._things.values()))

    @cached_property
    def _index_of_claims(self) -> Index:
        claims = (thing.entry() for iri, thing in self._catalogue.items() if iri.startswith(_CLAIM))
        return kept_index(self._graph, "claims", claims)

    @cached_property
    def _mapped(self) -> Mapping[str, list[str]]:
        """The things by the local part of what they are mapped to, such as a database's number with its letters."""
        mapped = self._graph.triples(None, PREFIXES["skos"] + "exactMatch")
        found = ((folded(re.split("[/#:]", o.value)[-1]), s.value) for s, _, o in mapped)
        return grouped((local, iri) for local, iri in found if not local.isdigit())

    def find(self, words: str) -> Found:
        """Find things, questions and claims by words; a thing that goes by just these words comes first."""
        wanted = words_to_find(words)
        things = sorted((self._things[key] for key in self._index.find(wanted)), key=lambda thing: _rank(thing, words))
        mapped = self._mapped.get(folded(words), [])
        called = [self._things[iri] for iri in (*self.questions.called(words), *mapped) if iri in self._things]
        things = list({thing.iri: thing for thing in (*called, *things)}.values())
        claims = self._index_of_claims.find(wanted)
        questions = self.questions.by_words(words)
        if things:
            known = {one.question.name for one in questions}
            about = self.questions.answered(things[0].iri, things[0].label)
            room = max(0, SHOWN["Questions"] - len(questions))
            questions += islice((one for one in about if one.question.name not in known), room)
        if things and folded(words) in map(folded, things[0].names):
            claims = list(dict.fromkeys([*claims, *self._naming([things[0].iri])[things[0].iri]]))
        close = () if things else near(words, (name for thing in self._things.values() for name in thing.names))
        found = (tuple(things), tuple(questions), tuple(self._catalogue[key] for key in claims))
        counts = {iri: len(naming) for iri, naming in self._naming([thing.iri for thing in things]).items()}
        return Found(words, *found, close, "" if mapped else self.not_covered.of(words), counts)

    def _naming(self, iris: Sequence[str]) -> Mapping[str, list[str]]:
        """Return the claims that name things or what is narrower than these, by thing."""
        query = bind(
            read_text(query_file(self._folder, "search/naming")), {"thing": [Term("iri", iri) for iri in iris]}
        )
        found = grouped((str(row["thing"]), str(row["claim"])) for row in self._graph.select(query)) if iris else {}
        return {iri: [claim for claim in found.get(iri, []) if claim in self._catalogue] for iri in iris}


def _rank(thing: Thing, words: str) -> tuple[bool, int]:
    """Order things: names with all of the words first, and of these the ones with few more."""
    wanted, *names = (
        {min(spellings(word.casefold())).removesuffix("s") for word in re.findall(r"\w+", text)}
        for text in (words, *thing.names)
    )
    more = [len(name - wanted) for name in names if wanted <= name]
    return not more, min(more, default=0)


def _thing(thing: Thing, claims: int) -> Item:
    named = f"; {counted(claims, 'claim')}" if claims else ""
    also = f"; also {', '.join(thing.synonyms)}" if thing.synonyms else ""
    lines = (paragraph(thing.definition),) if thing.definition else ()
    what = f" ({thing.what or 'class'}{also}{named})"
    return item((Link(thing.label, thing.iri), what), *lines, paragraph(curie(thing.iri)))


def _list(title: str, entries: Sequence[Item]) -> Iterator[Block]:
    if entries:
        yield Heading(title)
        yield items(*entries[: SHOWN[title]])
        if len(entries) > SHOWN[title]:
            yield paragraph(f"… and {counted(len(entries) - SHOWN[title], 'more match')}.")


def _json(thing: Thing) -> dict[str, object]:
    return {
        "iri": thing.iri,
        "label": thing.label,
        "what": thing.what,
        "synonyms": list(thing.synonyms),
        "definition": thing.definition,
    }
