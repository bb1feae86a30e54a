"""Files in any form of RDF are read alike, by how they begin and by their names; no other form is broken Turtle."""

from __future__ import annotations

import argparse
import fcntl
import importlib.abc
import os
import sys
import tempfile
from pathlib import Path

import pytest

from glutkg.__main__ import main
from glutkg.checks.check import check
from glutkg.commands.supervision import is_to_be_supervised
from glutkg.errors import SourceError
from glutkg.owl.hermit import _passing_folder
from glutkg.owl.justification_report import Ontology
from glutkg.rdf.namespaces import XSD, curie
from glutkg.store.shapes_in_files import refuse_shapes
from glutkg.store.source_lines import source_lines
from glutkg.store.sources import Source, read_through

RDF_XML = """<?xml version="1.0"?>
<rdf:RDF xml:base="http://e/o" xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
    xmlns:owl="http://www.w3.org/2002/07/owl#">
  <owl:Class rdf:about="http://e/o#A"/>
  <owl:Class rdf:about="http://e/o#B">
    <owl:disjointWith rdf:resource="http://e/o#A"/>
  </owl:Class>
  <owl:NamedIndividual rdf:about="http://e/o#x">
    <rdf:type rdf:resource="http://e/o#A"/>
    <rdf:type rdf:resource="http://e/o#B"/>
  </owl:NamedIndividual>
</rdf:RDF>
"""
READ = (
    ("a.owl", RDF_XML, 6),
    ("a.rdf", RDF_XML, 6),
    ("a.ttl", RDF_XML, 6),
    ("no-end", RDF_XML, 6),
    ("a.owl", "<x:a> <x:b> <x:c> .", 1),
    ("a.nt", "<x:a> <x:b> <x:c> .", 1),
    ("a.nq", "<x:a> <x:b> <x:c> <x:g> .", 1),
    ("a.trig", "<x:g> { <x:a> <x:b> <x:c> . }", 1),
    ("a.jsonld", '{"@id": "x:a", "x:b": 5}', 1),
    ("a.json", '[{"@id": "x:a", "x:b": 5}]', 1),
    ("a.ttl", '{"@id": "x:a", "x:b": 5}', 1),
    ("a.ttl", "[ <x:b> <x:c> ] .", 1),
)
REFUSED = (
    ("a.owl", RDF_XML.partition("</owl:Named")[0], 11, "ends in the middle"),
    ("a.owl", "\n<!DOCTYPE x SYSTEM 'z'>" + RDF_XML.partition("?>")[2], 2, "DOCTYPE"),
    ("a.owl", "<?xml version='1.0'?>\n<!DOCTYPE Ontology [ <!ENTITY y 'z'> ]>\n<Ontology/>", 1, "OWL/XML"),
    ("a.rdf", "<x:a> <x:b> <x:c> .", 1, "Export it again"),
    ("a.ttl", "\n<Ontology xmlns='http://www.w3.org/2002/07/owl#'/>", 1, "OWL/XML"),
    ("a.owl", "<?xml version='1.0'?>\n<Ontology xmlns='http://www.w3.org/2002/07/owl#'/>", 1, "OWL/XML"),
    ("a.ofn", "Prefix(:=<http://e/>)\nOntology(<http://e/o>)", 1, "functional syntax"),
    ("a.omn", "Prefix: : <http://e/>\nOntology: <http://e/o>", 1, "Manchester syntax"),
    ("a.obo", "format-version: 1.2\n", 1, "OBO format"),
    ("a.jsonld", '{"@context": "http://127.0.0.1:1/c", "@id": "x:a"}', 1, "stands elsewhere"),
    ("a.json", '{"@id": "x:a",', 1, "not JSON-LD"),
    ("a.jsonld", '{"name": 1}', 1, "stands for an IRI"),
    ("a.ttl", "<html><title>Not found</title></html>", 1, "the file is in HTML"),
    (
        "a.owl",
        RDF_XML.replace("rdf:about", "rdf:ID").replace('http://e/o#A"/>', "A\"/><owl:Class rdf:ID='A'/>"),
        4,
        "already",
    ),
    ("a.nq", "<x:a> <x:b> .", 1, "Mend the N-Quads there"),
    ("a.nt", "\n<x:a> <x:b> 'x' .", 2, "Mend the N-Triples there"),
    ("a.trig", "<x:g> { <x:a> <x:b> }}", 1, "Mend the TriG there"),
)


def source(name: str, text: str) -> Source:
    return Source(Path(name), "http://e/g", text)


@pytest.mark.parametrize(("name", "text", "count"), READ)
def test_a_file_is_read_in_its_form(name: str, text: str, count: int) -> None:
    found, errors = read_through(source(name, text))
    assert (len(found), errors) == (count, [])


@pytest.mark.parametrize(("name", "text", "line", "message"), REFUSED)
def test_what_is_no_rdf_or_broken_is_refused_in_its_own_words(name: str, text: str, line: int, message: str) -> None:
    found, errors = read_through(source(name, text))
    assert found == []
    assert message in str(errors[0])
    assert errors[0].line == line


def test_what_stands_in_xml_is_checked_and_placed_by_the_name_of_its_subject(
    nothing_stated: Path, tmp_path: Path
) -> None:
    file = tmp_path / "a.owl"
    file.write_text(RDF_XML, encoding="utf-8")
    (found,) = (one for one in check(nothing_stated, [file]).results if one.rule == "contradiction")
    assert f"{file.name}:9" in found.message
    assert curie("http://e/o#x") in found.message


def test_what_stands_in_xml_is_justified(nothing_stated: Path, tmp_path: Path) -> None:
    file = tmp_path / "a.owl"
    file.write_text(RDF_XML, encoding="utf-8")
    found = Ontology.read(nothing_stated, [file], alone=True).inconsistency()
    assert str(found).count("a.owl:") == 3


def test_shapes_in_a_file_are_refused_by_line_where_only_what_is_stated_counts() -> None:
    text = "<x:a> a <x:B> .\n<x:S> a <http://www.w3.org/ns/shacl#NodeShape> .\n"
    with pytest.raises(SourceError, match=r"a\.ttl:2: the file has shapes"):
        refuse_shapes(source("a.ttl", text))
    refuse_shapes(source("a.ttl", "<x:a> a <x:B> . # http://www.w3.org/ns/shacl#"))


def _xml(content: str, subject: str) -> str:
    rdf = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
    start = f'<?xml version="1.0"?>\n<r:RDF xmlns:r="{rdf}" xmlns:d="x:" r:version="1.2">'
    return f'{start}<r:Description r:about="{subject}">\n{content}\n</r:Description></r:RDF>'


@pytest.mark.parametrize(
    ("name", "text", "line"),
    [
        ("a.trig", "<x:g> {\n<x:o> <x:b> <x:a> .\n<x:a> <x:b> 1 }", 3),
        ("a.nq", "<x:o> <x:b> <x:a> <x:g> .\n<x:a> <x:b> <x:c> <x:g> .", 2),
        ("a.jsonld", '{"@graph": [\n{"@id": "x:a", "x:b": 5}]}', 2),
        ("a.jsonld", '{"@graph": [\n{"@id": "x:\\u0061", "x:b": 5}]}', 2),
        ("a.jsonld", '{"x:o": {"@id": "x:a"},\n"@included": {\n"@id": "x:a",\n"x:b": 5}}', 4),
        ("a.jsonld", '{"@context": {"n": "@id"},\n"n": "x:a",\n"x:b": 5}', None),
        ("a.rdf", _xml("<d:q>1</d:q>\n<d:b>\n5</d:b>", "x:a"), 5),
        ("a.rdf", _xml("<d:b>5</d:b>", "x:&#97;"), 3),
    ],
)
def test_a_triple_has_its_line_in_any_form_or_none(name: str, text: str, line: int | None) -> None:
    assert source_lines(source(name, text)).line("x:a", "x:b") == line


@pytest.mark.parametrize(
    ("name", "text", "line"),
    [
        ("a.rdf", _xml(f"<d:q><d:T>\n<d:b r:datatype='{XSD}byte'>x</d:b></d:T></d:q>", "x:a"), 4),
        ("a.rdf", _xml(f"<d:q r:parseType='Resource'>\n<d:b r:datatype='{XSD}byte'>x</d:b></d:q>", "x:a"), 4),
        (
            "a.rdf",
            _xml(f"<d:q r:parseType='Collection'><d:T/>\n<d:T><d:b r:datatype='{XSD}byte'>x</d:b></d:T></d:q>", "x:a"),
            4,
        ),
        ("a.rdf", _xml(f"<d:b>5</d:b>\n<d:b r:datatype='{XSD}byte'>x</d:b>", "x:a"), 4),
        ("a.jsonld", f'{{"@id": "x:a", "x:q": {{\n"x:b": {{"@value": "x", "@type": "{XSD}byte"}}}}}}', 2),
        (
            "a.jsonld",
            f'{{"@context": {{"n": {{"@id": "x:b", "@type": "{XSD}byte"}}}},\n"x:q": {{"n": 7, "x:c": 1}},\n"n": "x"}}',
            3,
        ),
        ("a.jsonld", '{"@id": "x:a",\n"x:b": {"@value": "x", "@language": "ar",\n"@direction": "rtl"}}', 3),
        ("a.rdf", _xml("<d:q>1</d:q>\n<d:b r:parseType='Triple'><d:T r:about='x:b'/></d:b>", "x:a"), 4),
    ],
)
def test_what_is_wrong_in_any_form_has_its_line_also_at_a_node_without_a_name(
    name: str, text: str, line: int, nothing_stated: Path, tmp_path: Path
) -> None:
    file = tmp_path / name
    file.write_text(text, encoding="utf-8")
    (found,) = (one for one in check(nothing_stated, [file]).results if one.severity == "Violation")
    assert found.place == f"{file}:{line}"


def test_a_name_is_found_however_it_is_escaped(nothing_stated: Path, tmp_path: Path) -> None:
    file = tmp_path / "a.ttl"
    file.write_text(f'\n<http://e/b\\u0061d> <http://e/p> "x"^^<{XSD}integer> .', encoding="utf-8")
    (found,) = (one for one in check(nothing_stated, [file]).results if one.rule == "ill_typed_literal")
    assert found.place == f"{file}:2"


_NODE_SHAPE = '"@id": "http://e/S", "@type": "sh:NodeShape", "sh:targetNode": {"@id": "http://e/a"}'


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("base.ttl", "@base <http://www.w3.org/ns/> . <x:S> a <shacl#NodeShape> ; <shacl#targetNode> <x:a> ."),
        ("escaped.ttl", r"<x:S> a <http://www.w3.org/ns/shacl\u0023NodeShape> ."),
        ("split.ttl", r"@prefix ns: <http://www.w3.org/ns/> . <x:S> a ns:shacl\#NodeShape ."),
        ("slash.jsonld", r'{"@context": {"sh": "http:\/\/www.w3.org\/ns\/shacl#"}, ' + _NODE_SHAPE + "}"),
        (
            "entity.rdf",
            '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:sh="http://www.w3.org/ns/shacl&#35;">'
            '<sh:NodeShape rdf:about="http://e/S"/></rdf:RDF>',
        ),
    ],
)
def test_shapes_are_known_however_their_names_are_spelt(tmp_path: Path, name: str, text: str) -> None:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    assert is_to_be_supervised(argparse.Namespace(files=[str(path)], data=None))
    with pytest.raises(SourceError, match="has shapes"):
        refuse_shapes(source(name, text))


def test_a_file_without_shapes_is_checked_in_the_same_process(tmp_path: Path) -> None:
    (tmp_path / "a.ttl").write_text(r"@base <http://www.w3.org/ns/> . <x:a> a <x:\u0042> .", encoding="utf-8")
    assert not is_to_be_supervised(argparse.Namespace(files=[str(tmp_path / "a.ttl"), "/dev/null"], data=None))


class _Interrupt(importlib.abc.MetaPathFinder):
    def find_spec(self, name: str, *_: object) -> None:
        if name == "glutkg.cli":
            raise KeyboardInterrupt


def test_an_interrupt_while_the_program_is_loaded_ends_it_without_a_stack(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delitem(sys.modules, "glutkg.cli", raising=False)
    monkeypatch.setattr(sys, "meta_path", [_Interrupt(), *sys.meta_path])
    assert main() == 130
    assert capsys.readouterr().err == "glutkg: stopped.\n"


def test_folders_of_killed_runs_go_at_the_next_run_and_those_of_others_stay(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    left, held = tmp_path / "glutkg-hermit-left", tmp_path / "glutkg-hermit-held"
    for folder in (left, held):
        folder.mkdir()
        (folder / "lock").touch()
        os.utime(folder, (0, 0))
    with (held / "lock").open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with _passing_folder() as made:
            assert {path.name for path in tmp_path.iterdir()} == {held.name, made.name}
    assert [path.name for path in tmp_path.iterdir()] == [held.name]
