"""Exports: loaded back they are the same graph, and made twice the same bytes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest
from rdflib import Dataset, Graph

from glutkg.errors import SourceError
from glutkg.export import FORMATS, export, export_graph, read_export
from glutkg.owl.lift import lift
from glutkg.owl.obo import with_obo
from glutkg.rdf.namespaces import BASE, STATED_GRAPH

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from glutkg.api import KnowledgeGraph
    from glutkg.rdf.terms import Triple


def triples(dataset: ox.Dataset) -> ox.Dataset:
    plain = ox.Dataset(ox.Quad(quad.subject, quad.predicate, quad.object) for quad in dataset)
    plain.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return plain


def read(path: Path, form: str) -> ox.Dataset:
    return ox.Dataset(ox.parse(path=path, format=FORMATS[form]))


@pytest.mark.parametrize("part", ["stated", pytest.param("inferred", marks=pytest.mark.slow), "both"])
def test_every_format_holds_the_same_triples(kg: KnowledgeGraph, part: str, tmp_path: Path) -> None:
    made = {}
    for form in FORMATS:
        export(kg.reasoned, kg.folder, part, form, tmp_path / form)
        made[form] = triples(read(tmp_path / form, form))
    first = made["ntriples"]
    assert len(first) > 1000
    assert all(dataset == first for dataset in made.values())
    assert read(tmp_path / "nquads", "nquads") == read(tmp_path / "trig", "trig")
    steps = [t for name in kg.reasoned.auxiliary() for t in kg.reasoned.triples(None, name)]
    assert steps
    if part == "both":
        assert len(first) == len(kg.reasoned) - len(steps)


@pytest.mark.parametrize("form", FORMATS)
def test_the_same_bytes_twice_in_two_processes(
    run: Callable[..., subprocess.CompletedProcess[str]], form: str, tmp_path: Path
) -> None:
    for name in ("one", "two"):
        assert run("export", "--over", "stated", "--format", form, "-o", name).returncode == 0
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["one", "two"]


def test_rdflib_reads_the_exports(kg: KnowledgeGraph, tmp_path: Path) -> None:
    export(kg.reasoned, kg.folder, "stated", "turtle", tmp_path / "graph.ttl")
    export(kg.reasoned, kg.folder, "stated", "trig", tmp_path / "graph.trig")
    assert len(Graph().parse(tmp_path / "graph.ttl")) == len(triples(read(tmp_path / "graph.ttl", "turtle")))
    names = {str(graph.identifier) for graph in Dataset().parse(tmp_path / "graph.trig").graphs()}
    assert set(kg.reasoned.graph_names("stated")) <= names


def test_the_ontology_is_one_that_owl_tools_load(kg: KnowledgeGraph, tmp_path: Path) -> None:
    export_graph(lift(kg.reasoned, kg.rules), "rdfxml", tmp_path / "glutkg.owl")
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


def test_tools_of_the_obo_family_find_definitions_synonyms_and_references(kg: KnowledgeGraph, tmp_path: Path) -> None:
    import owlready2

    def loaded(triples: Iterable[Triple], name: str) -> owlready2.World:
        export_graph(triples, "rdfxml", tmp_path / name)
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


HEAD = b'<?xml version="1.0"?>\n<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"'
WHOLE = {
    "a comment at the end, as editors write it": (HEAD + b"></rdf:RDF>\n\n<!-- made by an editor -->\n", 0),
    "an instruction at the end": (HEAD + b"></rdf:RDF><?editor done?>", 0),
    "an empty root": (HEAD + b"/>", 0),
    "a byte order mark": ("\ufeff".encode() + HEAD.partition(b"\n")[2] + b"/>", 0),
    "a comment that speaks of a DOCTYPE": (HEAD + b"><!-- no <!DOCTYPE here --></rdf:RDF>", 0),
    "a statement": (HEAD + b'><rdf:Bag rdf:about="http://e/a"/></rdf:RDF>', 1),
}
NOT_WHOLE = {
    "nothing": (b"", "ends in the middle"),
    "two roots": (HEAD + b"/><a/>", "junk after document element"),
    "another end tag": (HEAD + b"></a>", "mismatched tag"),
    "a DOCTYPE": (b"<!DOCTYPE a><a/>", "DOCTYPE"),
    "UTF-16": (HEAD.decode().encode("utf-16"), "UTF-16"),
    "an encoding that nobody knows": (b"<?xml version='1.0' encoding='utf-9'?><a/>", "unknown encoding: utf-9"),
    "a comment that breaks off": (HEAD + b"/><!-- made by", "ends in the middle"),
    "no RDF": (b"<a/>", "namespaces are required"),
}


@pytest.mark.parametrize("name", WHOLE)
def test_rdf_xml_is_whole_when_its_root_ends(name: str, tmp_path: Path) -> None:
    content, count = WHOLE[name]
    (tmp_path / "a.owl").write_bytes(content)
    assert len(read_export(tmp_path / "a.owl")) == count


@pytest.mark.parametrize("name", NOT_WHOLE)
def test_what_is_no_whole_rdf_xml_is_refused_with_its_reason(name: str, tmp_path: Path) -> None:
    content, message = NOT_WHOLE[name]
    (tmp_path / "a.owl").write_bytes(content)
    with pytest.raises(SourceError, match=message):
        read_export(tmp_path / "a.owl")


def test_rdf_xml_that_is_cut_anywhere_is_refused(kg: KnowledgeGraph, tmp_path: Path) -> None:
    """Between elements too, where Oxigraph takes it for whole: 35 places between elements, and 35 others."""
    some = [triple for name in ("Rodent", "Human", "Receptor") for triple in kg.reasoned.triples(BASE + name)]
    export_graph(some, "rdfxml", tmp_path / "whole.rdf")
    content = (tmp_path / "whole.rdf").read_bytes().rstrip()
    between = [end + 1 for end in range(len(content) - 1) if content[end : end + 1] == b">"]
    places = [*between[:35], *(number * len(content) // 35 for number in range(35))]
    assert len(set(between[:35])) == 35
    for place in places:
        (tmp_path / "cut.rdf").write_bytes(content[:place])
        with pytest.raises(SourceError, match="ends in the middle"):
            read_export(tmp_path / "cut.rdf")
    (tmp_path / "cut.rdf").write_bytes(content)
    assert len(read_export(tmp_path / "cut.rdf"))
