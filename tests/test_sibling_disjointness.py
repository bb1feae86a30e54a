"""Classes that stand beside each other exclude each other, or say why not; a slip between two of them is refused."""

from __future__ import annotations

from collections import defaultdict
from functools import cache
from itertools import combinations
from typing import TYPE_CHECKING, NamedTuple

import pytest

from glutkg.owl.hermit import Hermit
from glutkg.owl.lift import lift, logical
from glutkg.rdf.collections import members
from glutkg.rdf.namespaces import BASE, OWL, RDF, RDFS, curie
from glutkg.rdf.terms import SUBCLASS_OF, TYPE, Term
from glutkg.reasoning.clashes import clashes
from glutkg.reasoning.coded_graph import code, infer
from glutkg.reasoning.load_and_reason import axioms_of, rules_of
from glutkg.resources import data_folder, source_files
from glutkg.store.graph import Graph
from glutkg.store.sources import read_source

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from glutkg.rdf.terms import Triple

Pair = tuple[str, str]
SLIP = "http://example.org/slip/"


class Siblings(NamedTuple):
    """The classes of an ontology that stand directly under the same one, and how they are told apart."""

    groups: dict[str, list[str]]
    wider: dict[str, set[str]]
    exclusive: set[Pair]
    reasons: dict[str, str]

    def are_disjoint(self, one: str, other: str) -> bool:
        return any((a, b) in self.exclusive for a in self.wider[one] for b in self.wider[other])

    def pairs(self) -> Iterator[tuple[str, Pair]]:
        for parent, group in self.groups.items():
            yield from ((parent, pair) for pair in combinations(sorted(group), 2))

    def disjoint_pairs(self) -> dict[str, list[Pair]]:
        found: dict[str, list[Pair]] = defaultdict(list)
        for parent, pair in self.pairs():
            if self.are_disjoint(*pair):
                found[parent].append(pair)
        return found

    def unexplained(self) -> list[Pair]:
        return [
            pair for _, pair in self.pairs() if not self.are_disjoint(*pair) and not self.reasons.keys() & set(pair)
        ]

    def idle_reasons(self) -> set[str]:
        """The classes with a reason to overlap that overlap with none of those beside them."""
        needed = {one for _, pair in self.pairs() if not self.are_disjoint(*pair) for one in pair}
        return self.reasons.keys() - needed


def siblings_of(graph: Graph) -> Siblings:
    classes = {s.value for s, _, _ in graph.triples(None, RDF + "type", OWL + "Class") if s.kind == "iri"}
    parents = {
        name: {o.value for _, _, o in graph.triples(name, RDFS + "subClassOf") if o.kind == "iri"} for name in classes
    }
    groups: dict[str, list[str]] = defaultdict(list)
    for name in sorted(classes):
        for parent in parents[name] or {OWL + "Thing"}:
            groups[parent].append(name)
    exclusive = {(s.value, o.value) for s, _, o in graph.triples(None, OWL + "disjointWith")}
    for _, _, head in graph.triples(None, OWL + "members"):
        listed = [term.value for term in members(head, lambda node, predicate: _value(graph, node, predicate))]
        exclusive |= set(combinations(listed, 2))
    reasons = {s.value: o.value for s, _, o in graph.triples(None, BASE + "overlapReason")}
    wider = {name: _above(name, parents) for name in classes}
    return Siblings(dict(groups), wider, exclusive | {(b, a) for a, b in exclusive}, reasons)


def _value(graph: Graph, node: Term, predicate: str) -> Term | None:
    return next((o for _, _, o in graph.triples(node.name, predicate)), None)


def _above(name: str, parents: dict[str, set[str]]) -> set[str]:
    return {name}.union(*(_above(parent, parents) for parent in parents.get(name, ())))


@cache
def shipped() -> Siblings:
    return siblings_of(Graph.of(read_source(path) for path in source_files(data_folder())))


def test_siblings_exclude_each_other_or_say_why_not() -> None:
    siblings = shipped()
    pairs = list(siblings.pairs())
    disjoint = sum(map(len, siblings.disjoint_pairs().values()))
    print(f"\n{len(pairs)} pairs of siblings, {disjoint} of them disjoint")
    assert [tuple(map(curie, pair)) for pair in siblings.unexplained()] == []
    assert siblings.idle_reasons() == set()
    assert all(len(reason) > 20 and reason.endswith(".") for reason in siblings.reasons.values())


WORLD = {
    "neither disjoint nor explained": ("", [("A", "B"), ("A", "C"), ("B", "C")], []),
    "one axiom for all": (
        "[] a owl:AllDisjointClasses ; owl:members ( :A :B :C ) .",
        [],
        [],
    ),
    "disjoint by the wider classes": (
        ":D a owl:Class ; rdfs:subClassOf :A , :C . :E a owl:Class ; rdfs:subClassOf :B , :C . "
        "[] a owl:AllDisjointClasses ; owl:members ( :A :B :C ) .",
        [],
        [],
    ),
    "a reason for two pairs": (':C :overlapReason "C cuts across." . :A owl:disjointWith :B .', [], []),
    "a reason that nothing needs": (
        ':C :overlapReason "C cuts across." . [] a owl:AllDisjointClasses ; owl:members ( :A :B :C ) .',
        [],
        ["C"],
    ),
}


@pytest.mark.parametrize("name", WORLD)
def test_a_gap_between_siblings_is_found(name: str, tmp_path: Path) -> None:
    text, unexplained, idle = WORLD[name]
    path = tmp_path / "world.ttl"
    head = f"@prefix : <{BASE}> . @prefix owl: <{OWL}> . @prefix rdfs: <{RDFS}> . :Top a owl:Class . "
    classes = " ".join(f":{letter} a owl:Class ; rdfs:subClassOf :Top ." for letter in "ABC")
    path.write_text(head + classes + text, encoding="utf-8")
    found = siblings_of(Graph.of([read_source(path)]))
    assert [(a.removeprefix(BASE), b.removeprefix(BASE)) for a, b in found.unexplained()] == unexplained
    assert [one.removeprefix(BASE) for one in found.idle_reasons()] == idle


@pytest.mark.parametrize("relation", ["a", "a owl:Class ; rdfs:subClassOf"], ids=["individual", "class"])
def test_what_is_of_two_siblings_is_found_for_every_pair_of_every_group(tmp_path: Path, relation: str) -> None:
    """As `check` finds it: by what the rules conclude."""
    pairs = {pair for found in shipped().disjoint_pairs().values() for pair in found}
    path = tmp_path / "slips.ttl"
    slips = (f"<{SLIP}{n}> {relation} <{one}> , <{other}> ." for n, (one, other) in enumerate(sorted(pairs)))
    path.write_text(f"@prefix owl: <{OWL}> . @prefix rdfs: <{RDFS}> .\n" + "\n".join(slips), encoding="utf-8")
    ontology = [path for path in source_files(data_folder()) if path.parent.name == "ontology"]
    graph = Graph.merged(read_source(source) for source in (*ontology, path))
    axioms = axioms_of(graph, data_folder())
    reasoned = infer(code(graph, merged=True), rules_of(graph, data_folder(), axioms)).graph
    found = {clash.premises[0][0] for clash in clashes(reasoned, axioms)}
    assert len(pairs) > 1_000
    assert {f"{SLIP}{n}" for n in range(len(pairs))} - found == set()
    assert {name for name in found if not name.startswith(SLIP)} == set()


@pytest.mark.slow
@pytest.mark.xdist_group("hermit")
def test_a_class_under_two_siblings_is_refused_in_every_group() -> None:
    """HermiT finds each of them unsatisfiable: the siblings share no member, not even an individual."""
    groups = shipped().disjoint_pairs()
    slips: dict[str, list[Triple]] = {}
    for number, (pair, *_) in enumerate(groups.values()):
        slip = Term("iri", f"{BASE}slip/{number}")
        slips[slip.value] = [
            (slip, TYPE, Term("iri", OWL + "Class")),
            *((slip, SUBCLASS_OF, Term("iri", sibling)) for sibling in pair),
        ]
    ontology = Graph.of(read_source(path) for path in source_files(data_folder()) if path.parent.name == "ontology")
    axioms = logical(lift(ontology))
    found = Hermit().realize([*axioms, *(triple for added in slips.values() for triple in added)])
    assert len(groups) > 80
    assert set(found.unsatisfiable) == set(slips)
