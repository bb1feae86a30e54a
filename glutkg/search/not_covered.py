"""What of a text the graph does not cover, in words: names that nothing has, what no claim states, unclaimed things."""

from __future__ import annotations

import re
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING

from glutkg.rdf.namespaces import PREFIXES
from glutkg.rdf.terms import Term
from glutkg.resources import query_file, read_text
from glutkg.search.suggested_commands import words_of_commands
from glutkg.sparql.binding import bind
from glutkg.store.labels import label
from glutkg.store.names import folded, is_claim, near

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
        subjects = [subject for words, subject in self._never_stated if _has_word_of(text, words)]
        words = [
            word for word in self.words(text) if not any(_has_word_of(word, some) for some, _ in self._never_stated)
        ]
        things = [thing.iri for thing in self._finder.things(text)]
        missing = [*subjects, *(f"'{word}'" for word in words)]
        if not missing:
            return self._of_unclaimed(things)
        return " ".join(filter(None, (self._of_missing(missing, words, text), self._of_unclaimed(things))))

    def of_name(self, name: str) -> str:
        """Say that nothing goes by a name, and what is nearest to it."""
        return self._of_missing([f"'{name}'"], [name], name)

    def of_thing(self, iri: str) -> str:
        """Say that no claim names a thing, and what is nearest to it; nothing where one does.

        >>> kg.finder.not_covered.of_thing(kg.iri("dopamine"))
        'Not covered: no claim names dopamine. Nearest here: extracellular dopamine, dopamine receptor.'
        """
        return self._of_unclaimed([iri])

    def words(self, text: str) -> list[str]:
        """Return the words of a text, those beside each other as one, that nothing here has or is spelt like."""
        known = words_of_commands(self._graph, self._folder) | self._ordinary
        return [word for word in self._finder.unknown(text, known) if not self.meant(word)]

    def meant(self, word: str) -> tuple[str, ...]:
        """Return the words within names that are spelt much like one, which has none of them in it."""
        return tuple(one for one in near(word, self._words_of_names) if folded(one) not in folded(word))

    # --- wording --------------------------------------------------------------------------------------------------

    def _of_missing(self, missing: Sequence[str], words: Sequence[str], text: str) -> str:
        names = self._names if any(word[:1].isupper() and word[1:].islower() for word in words) else ""
        parts = (f"Not covered: {', '.join(missing)}.", f"glutkg holds {self._holds}.", names, self._instead(text))
        return " ".join(filter(None, parts))

    def _instead(self, text: str) -> str:
        """Name what is nearest: what the text names, or whose name one of its words ends in; or how to look for it."""
        things = [thing.iri for thing in self._finder.things(text)]
        unclaimed = dict(self._unclaimed(things))
        named = [label(self._graph, iri) for iri in things if iri not in unclaimed]
        if close := list(dict.fromkeys([*named, *self._ends_of(text)])):
            return f"Nearest here: {', '.join(close[:_MOST_NEAR])}."
        return f"What there is: {', '.join(self._lists)}."

    def _ends_of(self, text: str) -> Iterator[str]:
        """Give the things in whose name a word ends, as those of drugs do in the name of their class."""
        words = [folded(word) for word in self.words(text)]
        for thing in self._finder.catalogue.values() if words else ():
            for name in map(folded, thing.names):
                if len(name) >= _SHORTEST_END and any(word.endswith(name) and word != name for word in words):
                    yield thing.label

    def _of_unclaimed(self, things: Sequence[str]) -> str:
        found = self._unclaimed(things)
        return " ".join(
            f"Not covered: no claim names {label(self._graph, iri)}.{self._nearest(iri, above)}" for iri, above in found
        )

    def _nearest(self, iri: str, above: Sequence[str]) -> str:
        """Name what has claims among the classes above a thing, what its definition names, and what has its name."""
        name = label(self._graph, iri)
        others = [one for one in dict.fromkeys(self._besides(iri, name)) if one != iri]
        unclaimed = dict(self._unclaimed(others))
        close = [*above, *(one for one in others if one not in unclaimed)]
        names = list(dict.fromkeys(label(self._graph, one) for one in close if not self._finder.is_general(one)))
        return f" Nearest here: {', '.join(names[:_MOST_NEAR])}." if names else ""

    def _besides(self, iri: str, name: str) -> Iterator[str]:
        things = self._finder.catalogue
        yield from (thing.iri for thing in self._finder.things(things[iri].definition))
        wanted = folded(name)
        having = (one for one in things.values() if any(wanted in map(folded, name.split()) for name in one.names))
        yield from (one.iri for one in having if not one.iri.startswith((PREFIXES["claim"], PREFIXES["conflict"])))

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
        return list(found.items())


def is_surely_named_by_a_claim(graph: Graph, iri: str) -> bool:
    """Tell at a glance that a claim names a thing, as of most; where it is not sure, one may yet do so."""
    return any(is_claim(graph, s.name) for s, _, _ in islice(graph.triples(None, None, iri), _LOOKED_AT))


def _has_word_of(text: str, words: Sequence[str]) -> bool:
    return any(re.search(rf"\b{re.escape(word)}\b", text, re.IGNORECASE) for word in words)
