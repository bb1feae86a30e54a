"""Commands other than ask that do what words ask for, such as a picture of two drugs side by side."""

from __future__ import annotations

import re
import shlex
from itertools import combinations
from typing import TYPE_CHECKING, NamedTuple

from glutkg.rdf.namespaces import BASE, OWL, RDF, RDFS, expand
from glutkg.resources import query_file, read_text
from glutkg.store.labels import label

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from glutkg.search.catalogue import Thing
    from glutkg.store.graph import Graph

_PROPERTY = "property"
_GAP = "…"
"""What stands in the table for any words in between."""
_RELATION = "{relation}"


class _Offer(NamedTuple):
    """A row of the table: words, kinds of the things that must be named beside them, and a command to be filled in."""

    words: tuple[str, ...]
    takes: tuple[str, ...]
    command: str

    def asked_in(self, text: str) -> bool:
        return any(re.search(_pattern(phrase), text, re.IGNORECASE) for phrase in self.words)


def suggested_command(graph: Graph, folder: Path, text: str, named: Sequence[Thing]) -> str | None:
    """Return the command that words ask for, with what they name filled in; none where no row of the table fits.

    >>> import glutkg
    >>> kg = glutkg.load()
    >>> text = "compare memantine and ketamine"
    >>> suggested_command(kg.reasoned, kg.folder, text, kg.finder.questions.things(text))
    'glutkg draw comparison memantine ketamine'
    """
    things = [thing for thing in named if thing.what != _PROPERTY]
    filled = (
        _filled(graph, offer, text, some)
        for offer in _offers(graph, folder)
        if offer.asked_in(text)
        for some in (combinations(things, 2) if _RELATION in offer.command else (things,))
    )
    return next((f"glutkg {command}" for command in filled if command), None)


def words_of_commands(graph: Graph, folder: Path) -> set[str]:
    """Return the single words that ask for a command, in lower case."""
    return {word.casefold() for offer in _offers(graph, folder) for text in offer.words for word in text.split()}


def _offers(graph: Graph, folder: Path) -> Iterator[_Offer]:
    for _, words, takes, command in graph.select(read_text(query_file(folder, "search/commands"))).rows:
        if words and takes and command:
            yield _Offer(tuple(words.value.split("|")), tuple(takes.value.split()), command.value)


def _pattern(phrase: str) -> str:
    return r"\b.*\b".join(rf"\b{re.escape(part.strip())}\b" for part in phrase.split(_GAP))


def _filled(graph: Graph, offer: _Offer, text: str, named: Sequence[Thing]) -> str | None:
    """Fill in a command, or return nothing where what it takes is not named."""
    things = _chosen(graph, offer.takes, named)
    if things is None:
        return None
    relation = _relation(graph, offer, text, things)
    if relation is None:
        return None
    names = [shlex.quote(thing.label) for thing in things]
    return offer.command.replace("{}", " ".join(names)).format(*names, relation=shlex.quote(relation))


def _chosen(graph: Graph, takes: Sequence[str], named: Sequence[Thing]) -> list[Thing] | None:
    """Choose for each kind the first thing of it that is left; `+` takes all others of the kind as well."""
    left, chosen = list({thing.iri: thing for thing in named}.values()), []
    for kinds in takes:
        fitting = [thing for thing in left if _is_one_of(graph, thing.iri, kinds.rstrip("+"))]
        if not fitting:
            return None
        taken = fitting if kinds.endswith("+") else fitting[:1]
        chosen += taken
        left = [thing for thing in left if thing not in taken]
    return chosen


def _is_one_of(graph: Graph, iri: str, kinds: str) -> bool:
    wanted = {expand(kind) for kind in kinds.split("|")}
    above = (o.value for predicate in (RDF + "type", RDFS + "subClassOf") for _, _, o in graph.triples(iri, predicate))
    return kinds == "*" or not wanted.isdisjoint({iri, *above})


def _relation(graph: Graph, offer: _Offer, text: str, ends: Sequence[Thing]) -> str | None:
    """Name the relation that a command takes, one that the text names if possible; nothing where there is none."""
    if _RELATION not in offer.command:
        return ""
    between = _between(graph, *(thing.iri for thing in ends))
    named = [name for name in _relations(graph) if re.search(_pattern(name), text, re.IGNORECASE)]
    if offer.command.startswith("whynot"):
        return next((name for name in named if name not in between), None)
    return next(iter([*(name for name in named if name in between), *between]), None)


def _between(graph: Graph, first: str, second: str) -> list[str]:
    """Return the labels of the relations of two things, without those that say less than another."""
    found = {p.value for _, p, _ in graph.triples(first, None, second) if p.value.startswith(BASE)}
    wider = {o.value for p in found for _, _, o in graph.triples(p, RDFS + "subPropertyOf") if o.value != p}
    return sorted(label(graph, p) for p in found - wider)


def _relations(graph: Graph) -> list[str]:
    """Return the labels of relations between things, the longest first."""
    found = {label(graph, s.value) for s, _, _ in graph.triples(None, RDF + "type", OWL + "ObjectProperty")}
    return sorted(found, key=lambda name: (-len(name), name))
