"""The page on the model lists every class of claims as its shapes describe it; `--update-golden` writes it anew."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

import rdflib
from conftest import ROOT
from rdflib import RDF, RDFS, SH
from rdflib.collection import Collection

from glutkg.rdf.namespaces import BASE, curie

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import pytest
    from rdflib.term import Node

PAGE = ROOT / "docs" / "model.md"
HEADING = "## Classes of claims\n"
GLUT = rdflib.Namespace(BASE)


@cache
def graph(folder: str) -> rdflib.Graph:
    """What the files of a folder state; read when a test asks, and by a parser that is quick."""
    made = rdflib.Graph(store="Oxigraph")
    for path in sorted((ROOT / folder).glob("*.ttl")):
        made.parse(path, format="ox-turtle")
    return made


def claim_classes() -> list[Node]:
    """The classes of claims with a closed shape, in the order of their labels."""
    below = set(graph("ontology").transitive_subjects(RDFS.subClassOf, GLUT.Claim))
    closed = {c for s in graph("shapes").subjects(SH.closed, None) for c in graph("shapes").objects(s, SH.targetClass)}
    return sorted((cls for cls in below if cls in closed and cls is not None), key=label)


def label(node: Node) -> str:
    return str(graph("ontology").value(node, RDFS.label) or graph("facts").value(node, RDFS.label))


def allowed(cls: Node) -> set[str]:
    """The properties of ours that the closed shape of a class lets through."""
    (shape,) = (s for s in graph("shapes").subjects(SH.targetClass, cls) if (s, SH.closed, None) in graph("shapes"))
    named = Collection(graph("shapes"), graph("shapes").value(shape, SH.ignoredProperties))  # type: ignore[arg-type]
    return {str(name) for name in named if str(name).startswith(BASE)}


def required(cls: Node) -> Iterator[tuple[str, ...]]:
    """The properties that a class must have; several where one of them is enough."""
    shapes = graph("shapes")
    for target in (cls, GLUT.Claim):
        for shape in sorted(shapes.subjects(SH.targetClass, target), key=str):
            if int(str(shapes.value(shape, SH.minCount) or 0)):
                yield tuple(str(one) for one in path(shapes.value(shape, SH.path)) if str(one).startswith(BASE))


def path(node: Node | None) -> Iterable[Node]:
    choices = graph("shapes").value(node, SH.alternativePath) if node is not None else None
    return Collection(graph("shapes"), choices) if choices is not None else [node] if node is not None else []


def shared() -> set[str]:
    """The properties that every class of claims may have and none must."""
    needed = {name for cls in claim_classes() for choice in required(cls) for name in choice}
    return set.intersection(*map(allowed, claim_classes())) - needed


def classes_of_claims() -> str:
    """What the page lists below its heading."""
    common = f"\nAny claim may have {', '.join(map(code, sorted(shared())))}.\n"
    return common + "".join(map(of_class, claim_classes()))


def of_class(cls: Node) -> str:
    """What the page says of one class."""
    needed = [choice for one in required(cls) if (choice := tuple(name for name in one if name in allowed(cls)))]
    optional = sorted(allowed(cls) - {name for choice in needed for name in choice} - shared())
    example = min(graph("facts").subjects(RDF.type, cls), key=str)
    return (
        f"\n### {label(cls)}\n\n"
        f"- required: {'; '.join(' or '.join(map(code, choice)) for choice in dict.fromkeys(needed))}\n"
        f"- optional: {', '.join(map(code, optional))}\n"
        f"- for example {code(str(example))}: {label(example)}\n"
    )


def code(iri: str) -> str:
    return f"`{curie(iri)}`"


def test_the_page_lists_each_class_of_claims_as_its_shapes_describe_it(pytestconfig: pytest.Config) -> None:
    before, _, _ = PAGE.read_text(encoding="utf-8").partition(HEADING)
    expected = before + HEADING + classes_of_claims()
    if pytestconfig.getoption("--update-golden"):
        PAGE.write_text(expected, encoding="utf-8")
    assert len(claim_classes()) > 12
    assert PAGE.read_text(encoding="utf-8") == expected


def test_every_property_of_the_tables_is_one_of_the_ontology() -> None:
    named = set(re.findall(r"`glut:(\w+)`", PAGE.read_text(encoding="utf-8").partition(HEADING)[0]))
    assert len(named) > 50
    assert {name for name in named if (GLUT[name], None, None) not in graph("ontology")} == set()
