"""Exports: loaded back they are the same graph, and made twice the same bytes."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest
from conftest import ROOT
from rdflib import Dataset, Graph

import glutkg
from glutkg.exports.content import Content
from glutkg.exports.formats import FORMATS as EXPORTS
from glutkg.linked_data.serialisations import FORMATS
from glutkg.linked_data.writing import written_triples
from glutkg.owl.lift import lift
from glutkg.owl.obo import with_obo
from glutkg.questions.question import read_questions
from glutkg.rdf.namespaces import BASE, STATED_GRAPH

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from glutkg.api import KnowledgeGraph
    from glutkg.rdf.terms import Triple


SLOW = pytest.mark.slow
pytestmark = pytest.mark.xdist_group("exports")


def export(kg: KnowledgeGraph, part: str, form: str, path: Path) -> None:
    (content,) = EXPORTS[form].files(Content(kg, part)).values()
    path.write_bytes(content)


def triples(dataset: ox.Dataset) -> ox.Dataset:
    plain = ox.Dataset(ox.Quad(quad.subject, quad.predicate, quad.object) for quad in dataset)
    plain.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return plain


def read(path: Path, form: str) -> ox.Dataset:
    return ox.Dataset(ox.parse(path=path, format=FORMATS[form]))


def test_every_format_holds_the_same_triples_of_a_small_world(tmp_path: Path) -> None:
    same_in_every_format(glutkg.load(ROOT / "tests" / "changes"), "both", tmp_path)


@SLOW
@pytest.mark.parametrize("part", ["stated", "inferred", "both"])
def test_every_format_holds_the_same_triples(kg: KnowledgeGraph, part: str, tmp_path: Path) -> None:
    assert len(same_in_every_format(kg, part, tmp_path)) > 1000
    assert kg.reasoned.auxiliary()


def same_in_every_format(kg: KnowledgeGraph, part: str, tmp_path: Path) -> ox.Dataset:
    """What is exported in each format, read back: the same triples in all."""
    made = {}
    for form in FORMATS:
        export(kg, part, form, tmp_path / form)
        made[form] = triples(read(tmp_path / form, form))
    first = made["ntriples"]
    assert all(dataset == first for dataset in made.values())
    assert read(tmp_path / "nquads", "nquads") == read(tmp_path / "trig", "trig")
    steps = [t for name in kg.reasoned.auxiliary() for t in kg.reasoned.triples(None, name)]
    if part == "both":
        assert len(first) == len(kg.reasoned) - len(steps)
    return first


@pytest.mark.slow
@pytest.mark.parametrize("form", FORMATS)
def test_the_same_bytes_twice_in_two_processes(
    process: Callable[..., subprocess.CompletedProcess[str]], form: str, tmp_path: Path
) -> None:
    for name in ("one", "two"):
        assert process("export", "--over", "stated", "--format", form, "-o", name).returncode == 0
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["one", "two"]


def rows(store: ox.Store, query: str) -> Counter[tuple[tuple[str, ...], ...]]:
    """The rows of an answer; what GROUP_CONCAT puts in a row may stand in any order."""
    found = store.query(query)
    assert isinstance(found, ox.QuerySolutions)
    return Counter(
        tuple(tuple(sorted(re.findall(r"[^\s;]+", re.sub(r'"(@en)?', "", str(cell))))) for cell in row) for row in found
    )


@pytest.mark.parametrize("one_in", [48, pytest.param(1, marks=SLOW)])
def test_every_packaged_question_has_its_rows_where_the_dump_is_loaded(
    kg: KnowledgeGraph, content: Content, one_in: int, seed: int
) -> None:
    (dump,) = EXPORTS["nquads"].files(content).values()
    loaded = ox.Store()
    loaded.bulk_load(dump, ox.RdfFormat.N_QUADS)
    for question in read_questions(kg.folder)[seed % one_in :: one_in]:
        found, expected = (rows(store, question.query) for store in (loaded, kg.reasoned.store))
        assert expected, question.name
        assert found == expected, question.name


@pytest.mark.slow
def test_the_default_graph_of_json_ld_is_not_empty(kg: KnowledgeGraph) -> None:
    (content,) = EXPORTS["jsonld"].files(Content(kg, "stated")).values()
    assert len(Graph().parse(content, format="json-ld")) == len(list(kg.reasoned.triples(graph=STATED_GRAPH)))


@pytest.mark.slow
def test_rdflib_reads_the_exports(kg: KnowledgeGraph, tmp_path: Path) -> None:
    export(kg, "stated", "turtle", tmp_path / "graph.ttl")
    export(kg, "stated", "trig", tmp_path / "graph.trig")
    assert len(Graph().parse(tmp_path / "graph.ttl")) == len(triples(read(tmp_path / "graph.ttl", "turtle")))
    names = {str(graph.identifier) for graph in Dataset().parse(tmp_path / "graph.trig").graphs()}
    assert set(kg.reasoned.graph_names("stated")) <= names


@pytest.mark.slow
def test_the_ontology_is_one_that_owl_tools_load(kg: KnowledgeGraph, tmp_path: Path) -> None:
    (tmp_path / "glutkg.owl").write_bytes(written_triples(lift(kg.reasoned, kg.rules), "rdfxml"))
    import owlready2

    world = owlready2.World()
    with (tmp_path / "glutkg.owl").open("rb") as stream:
        world.get_ontology("urn:test#").load(fileobj=stream, only_local=True)
    stated = {
        s.value for s, _, _ in kg.reasoned.triples(None, None, "http://www.w3.org/2002/07/owl#Class", STATED_GRAPH)
    }
    named = {name for name in stated if name.startswith("https://")}
    assert named <= {entity.iri for entity in world.classes()}


def test_the_ontology_leaves_out_the_steps_of_proofs(kg: KnowledgeGraph) -> None:
    steps = kg.reasoned.auxiliary()
    assert any(kg.reasoned.triples(None, step) for step in steps)
    assert not steps & {predicate.value for _, predicate, _ in lift(kg.reasoned, kg.rules)}


@pytest.mark.slow
def test_tools_of_the_obo_family_find_definitions_synonyms_and_references(kg: KnowledgeGraph, tmp_path: Path) -> None:
    import owlready2

    def loaded(triples: Iterable[Triple], name: str) -> owlready2.World:
        (tmp_path / name).write_bytes(written_triples(triples, "rdfxml"))
        world = owlready2.World()
        with (tmp_path / name).open("rb") as stream:
            world.get_ontology("urn:test#").load(fileobj=stream, only_local=True)
        return world

    plain = lift(kg.reasoned, kg.rules)
    world = loaded(with_obo(plain), "obo.owl")
    receptor = world[BASE + "NMDAReceptor"]
    definition = world["http://purl.obolibrary.org/obo/IAO_0000115"]
    assert definition[receptor] == [str(text) for text in receptor.definition]
    assert "NMDAR" in receptor.hasExactSynonym
    assert "mesh:D016194" in receptor.hasDbXref
    defined = [one for one in world.classes() if one.definition]
    assert len(defined) > 500
    assert all(definition[one] for one in defined)
    assert loaded(plain, "plain.owl")["http://purl.obolibrary.org/obo/IAO_0000115"] is None
