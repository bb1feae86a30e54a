"""Each definition of a class names its genus and its difference, and none leads round in a circle."""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

import pytest
from conftest import ROOT

from glutkg.rdf.namespaces import BASE, OWL, RDF, RDFS, SKOS
from glutkg.resources import data_folder, source_files
from glutkg.store.graph import Graph
from glutkg.store.sources import read_source

FIRST = 6
"""Among so many words at its beginning, a definition names its genus."""
LONG = 8
"""A label of one word of so many letters is no word that a definition uses in passing."""


def words(text: str) -> list[str]:
    return re.findall(r"[\w/+-]+", text.lower())


EMPTY = frozenset(
    words(
        "a an the of or and in on to by with for at as is are it its that which whose this these those one such kind "
        "sort way some any own has have be been not no from between who what how into them they"
    )
)
"""Words that tell nothing of what is defined."""
_PREPOSITION = re.compile(r" (?:of|for|in|on) ")


class Defined(NamedTuple):
    """A class with its names, its text, and the labels of the classes above it."""

    labels: tuple[str, ...]
    text: str
    wider: tuple[str, ...]


def lines(name: str) -> list[tuple[str, ...]]:
    text = (ROOT / "tests" / name).read_text(encoding="utf-8")
    return [tuple(line.split("\t")) for line in text.splitlines() if line and not line.startswith("#")]


@cache
def defined_classes() -> dict[str, Defined]:
    graph = Graph.of(read_source(path) for path in source_files(data_folder()))

    def texts(iri: str, predicate: str) -> list[str]:
        return [o.value for _, _, o in graph.triples(iri, predicate)]

    def above(iri: str) -> set[str]:
        direct = {o.value for _, _, o in graph.triples(iri, RDFS + "subClassOf") if o.kind == "iri"}
        return direct.union(*(above(wider) for wider in direct))

    classes = {s.value for s, _, _ in graph.triples(None, RDF + "type", OWL + "Class") if s.kind == "iri"}
    return {
        iri.removeprefix(BASE): Defined(
            tuple(texts(iri, RDFS + "label") + texts(iri, SKOS + "altLabel")),
            " ".join(texts(iri, SKOS + "definition")),
            tuple(label for wider in sorted(above(iri)) for label in texts(wider, RDFS + "label")),
        )
        for iri in classes
    }


def stem(word: str) -> str:
    """Cut a word short, so that its forms are one: inhibition, inhibit and inhibits."""
    return word[:6] if len(word) > 6 else word.rstrip("s")


@cache
def genera() -> dict[str, frozenset[str]]:
    """Further nouns that stand for a class, by its label."""
    return {label: frozenset(nouns.split()) for label, nouns in lines("genera.tsv")}


def nouns(label: str) -> frozenset[str]:
    """The noun that a label of a wider class turns on, and those that stand for it."""
    return frozenset(words(_PREPOSITION.split(label.removeprefix("kind of "))[0])[-1:]) | genera().get(
        label, frozenset()
    )


def lacks_genus(defined: Defined) -> bool:
    allowed = frozenset[str]().union(*map(nouns, defined.wider))
    return bool(defined.wider) and not allowed & frozenset(words(defined.text)[:FIRST])


def lacks_difference(defined: Defined) -> bool:
    """A definition made up of words of the label and of wider classes tells nothing new."""
    known = {stem(word) for label in (defined.labels[0], *defined.wider) for word in words(label)}
    return not {stem(word) for word in words(defined.text)} - known - set(map(stem, EMPTY))


def mentions(defined: Defined, classes: dict[str, Defined]) -> list[str]:
    """The classes that a definition names in full, apart from the wider ones and from labels that are common words."""
    text = f" {' '.join(words(defined.text))} "
    return sorted(
        name
        for name, other in classes.items()
        if (" " in other.labels[0] or len(other.labels[0]) >= LONG)
        and f" {' '.join(words(other.labels[0]))} " in text
        and other.labels[0] not in defined.wider
    )


def circle(start: str, classes: dict[str, Defined]) -> tuple[str, ...]:
    """The classes by whose definitions one leads back to itself; a definition must not name a narrower class, too."""
    waiting: list[tuple[str, tuple[str, ...]]] = [(start, (start,))]
    reached: set[str] = set()
    while waiting:
        name, way = waiting.pop()
        for other in mentions(classes[name], classes):
            if other == start or (name == start and classes[name].labels[0] in classes[other].wider):
                return (*way, other)
            if other not in reached:
                reached.add(other)
                waiting.append((other, (*way, other)))
    return ()


def test_every_definition_names_its_genus() -> None:
    fragments = {name: one.text for name, one in defined_classes().items() if lacks_genus(one)}
    assert fragments == {}


def test_every_definition_names_a_difference() -> None:
    empty = {name: one.text for name, one in defined_classes().items() if lacks_difference(one)}
    assert empty == {}


def test_no_definition_leads_round_in_a_circle() -> None:
    classes = defined_classes()
    assert [found for name in classes if (found := circle(name, classes))] == []


def test_every_noun_that_stands_for_a_class_is_needed() -> None:
    labels = {one.labels[0] for one in defined_classes().values()}
    assert set(genera()) <= labels
    for label, listed in genera().items():
        used = {word for one in defined_classes().values() if label in one.wider for word in words(one.text)[:FIRST]}
        assert listed <= used, label


@pytest.mark.parametrize(("name", "text", "fault"), lines("poor-definitions.tsv"))
def test_a_poor_definition_is_found(name: str, text: str, fault: str) -> None:
    classes = defined_classes()
    poor = {**classes, name: classes[name]._replace(text=text)}
    faults = {
        "no genus": lacks_genus(poor[name]),
        "no difference": lacks_difference(poor[name]),
        "circle": bool(circle(name, poor)),
    }
    assert [fault for fault, found in faults.items() if found] == [fault]
