"""What of a text the graph does not cover, in words: names that nothing has, what no claim states, unclaimed things."""

from __future__ import annotations

import re
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING

from glutkg.rdf.namespaces import BASE, PREFIXES
from glutkg.rdf.terms import Term
from glutkg.resources import query_file, read_text
from glutkg.search.suggested_commands import words_of_commands
from glutkg.sparql.binding import bind
from glutkg.store.labels import label
from glutkg.store.names import folded, is_claim, is_class, near

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from glutkg.search.suggested_questions import QuestionFinder
    from glutkg.store.graph import Graph

_LOOKED_AT = 40
"""Triples among which a claim is looked for before a query is asked."""
_MOST_NEAR, _SHORTEST_END = 3, 6
"""Things that are named as the nearest ones, and letters of a name that a word may end in."""


class NotCovered:
    """Tells what the graph does not hold, so that nobody takes what is nearest for an answer."""

    def __init__(self, graph: Graph, folder: Path, finder: QuestionFinder) -> None:
        self._graph = graph
        self._folder = folder
        self._finder = finder

    def of(self, text: str) -> str:
        """Say what of a text is not covered, and what is nearest to it; nothing where all is covered.

        >>> kg.finder.not_covered.of("cluster headache")
        "Not covered: 'cluster'. glutkg holds what two documents say on glutamate and migraine. Nearest here: headache."
        """
        asked = [(some, subject) for some, subject in self._never_stated if _has_word_of(text, some)]

        def is_asked_for(name: str) -> bool:
            return any(_has_word_of(name, some) for some, _ in asked)

        words = [word for word in self.words(text) if not is_asked_for(word)]
        things = [thing.iri for thing in self._finder.things(text) if not is_asked_for(thing.label)]
        return self._told([*(subject for _, subject in asked), *(f"'{word}'" for word in words)], words, things)

    def of_name(self, name: str) -> str:
        """Say that nothing goes by a name, and what is nearest to it."""
        return self._told([f"'{name}'"], [name], [])

    def of_things(self, *iris: str) -> str:
        """Say which things no sentence of the documents names, and what is nearest; nothing where all are named.

        >>> kg.finder.not_covered.of_things(kg.iri("FHM2"))[:80]
        'Not covered: no sentence of the documents names familial hemiplegic migraine 2. '
        """
        return self._told([], [], iris)

    def nearest(self, iri: str) -> list[str]:
        """Return the names of the things that are nearest to one that no sentence names; nothing where one does.

        >>> kg.finder.not_covered.nearest(kg.iri("GRIA1"))
        ['AMPA receptor gene', 'GluA1 subunit']
        """
        close = (near for one, above in self._unclaimed([iri]) for near in self._nearest(one, above))
        return list(dict.fromkeys(label(self._graph, near) for near in close))[:_MOST_NEAR]

    def reworded(self, text: str) -> str:
        """Give a text with the nearest name for each word that nothing has and that ends in one.

        >>> kg.finder.not_covered.reworded("esketamine in migraine")
        'ketamine in migraine'
        """
        for word in self.words(text):
            if near_by := next(self._ends_of([word]), None):
                text = text.replace(word, label(self._graph, near_by))
        return text

    def words(self, text: str) -> list[str]:
        """Return the words of a text, those beside each other as one, that nothing here has or is spelt like."""
        known = words_of_commands(self._graph, self._folder) | self._ordinary
        return [word for word in self._finder.unknown(text, known) if not self.meant(word)]

    def meant(self, word: str) -> tuple[str, ...]:
        """Return the words within names that are spelt much like one, which has none of them in it."""
        return tuple(one for one in near(word, self._words_of_names) if folded(one) not in folded(word))

    # --- wording --------------------------------------------------------------------------------------------------

    def _told(self, missing: Sequence[str], words: Sequence[str], things: Sequence[str]) -> str:
        """Say in one notice what is missing, and which of the things that are named no claim names; what is nearest."""
        unclaimed = dict(self._unclaimed(things))
        if not missing and not unclaimed:
            return ""
        labels = " or ".join(label(self._graph, iri) for iri in unclaimed)
        subjects = [
            *([", ".join(missing)] if missing else []),
            *([f"no sentence of the documents names {labels}"] if labels else []),
        ]
        names = self._names if any(word[:1].isupper() and word[1:].islower() for word in words) else ""
        holds = f"glutkg holds {self._holds}." if missing else ""
        close = [*(iri for iri in things if iri not in unclaimed), *self._ends_of(words)]
        close += (near for iri, above in unclaimed.items() for near in self._nearest(iri, above))
        found = list(dict.fromkeys(label(self._graph, iri) for iri in close))
        lists = f"What there is: {', '.join(self._lists)}." if missing else ""
        instead = f"Nearest here: {', '.join(found[:_MOST_NEAR])}." if found else lists
        return " ".join(filter(None, (f"Not covered: {', and '.join(subjects)}.", holds, names, instead)))

    def _ends_of(self, words: Sequence[str]) -> Iterator[str]:
        """Give the things in whose name a word ends, as those of drugs do in the name of their class."""
        ends = [folded(word) for word in words]
        for thing in self._finder.catalogue.values() if words else ():
            for name in map(folded, thing.names):
                if len(name) >= _SHORTEST_END and any(word.endswith(name) and word != name for word in ends):
                    yield thing.iri

    def _nearest(self, iri: str, above: Sequence[str]) -> Iterator[str]:
        """Give what has claims among the classes above a thing, what has its name, and what its definition names."""
        others = [one for one in dict.fromkeys(self._besides(iri, label(self._graph, iri))) if one != iri]
        unclaimed = dict(self._unclaimed(others))
        close = [*above, *(one for one in others if one not in unclaimed)]
        yield from (one for one in close if not self._finder.is_general(one))

    def _besides(self, iri: str, name: str) -> Iterator[str]:
        """Give what has the name of a thing in its own, and substances and genes, no mere class, in its definition."""
        things, wanted = self._finder.catalogue, folded(name)
        having = (one for one in things.values() if any(wanted in map(folded, name.split()) for name in one.names))
        yield from (one.iri for one in having if not one.iri.startswith((PREFIXES["claim"], PREFIXES["conflict"])))
        named = (thing.iri for thing in self._finder.things(things[iri].definition))
        yield from (one for one in named if not is_class(self._graph, one))

    # --- what the graph and the data folder say -------------------------------------------------------------------

    def _query(self, name: str) -> str:
        return read_text(query_file(self._folder, f"search/{name}"))

    @cached_property
    def _scope(self) -> dict[str, str]:
        (row,) = self._graph.select(self._query("scope"))
        return {name: str(value) for name, value in row.items()}

    @property
    def _holds(self) -> str:
        return self._scope["holds"]

    @property
    def _names(self) -> str:
        """What names things have here, said of a word that may be another sort of name."""
        return self._scope["names"]

    @property
    def _lists(self) -> list[str]:
        return self._scope["lists"].split("|")

    @cached_property
    def _ordinary(self) -> set[str]:
        """Words of plain English that name nothing."""
        return {word for row in self._graph.select(self._query("ordinary-words")) for word in str(row["words"]).split()}

    @cached_property
    def _never_stated(self) -> list[tuple[list[str], str]]:
        rows = self._graph.select(self._query("never-stated"))
        return [(str(row["words"]).split("|"), str(row["subject"])) for row in rows]

    @cached_property
    def _words_of_names(self) -> list[str]:
        names = (name for thing in self._finder.catalogue.values() for name in thing.names)
        return sorted({word for name in names for word in re.findall(r"\w+", name)})

    def _unclaimed(self, things: Sequence[str]) -> list[tuple[str, list[str]]]:
        """Return those of some things that no record names, each with the classes above it that claims name."""
        asked = [Term("iri", iri) for iri in things if not is_surely_named_by_a_claim(self._graph, iri)]
        rows = self._graph.select(bind(self._query("unclaimed"), {"thing": asked})) if asked else ()
        found: dict[str, list[str]] = {}
        for row in rows:
            found.setdefault(str(row["thing"]), []).extend([str(row["near"])] if row["near"] else [])
        return [(iri, found[iri]) for iri in dict.fromkeys(things) if iri in found]


def is_surely_named_by_a_claim(graph: Graph, iri: str) -> bool:
    """Tell at a glance that a claim of a sentence names a thing, as of most; where not, one may yet do so."""
    naming = (s.name for s, _, _ in islice(graph.triples(None, None, iri), _LOOKED_AT))
    return any(is_claim(graph, one) and _has_sentence(graph, one) for one in naming)


def _has_sentence(graph: Graph, claim: str) -> bool:
    sources = graph.triples(claim, BASE + "statedIn")
    return any(True for _, _, one in sources for _ in graph.triples(one.value, BASE + "partOfDocument"))


def _has_word_of(text: str, words: Sequence[str]) -> bool:
    return any(re.search(rf"\b{re.escape(word)}\b", text, re.IGNORECASE) for word in words)
