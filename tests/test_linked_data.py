"""Linked data as files: canonical, whole or refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest

from glutkg.errors import SourceError
from glutkg.linked_data import jsonld
from glutkg.linked_data.reading import read_export
from glutkg.linked_data.serialisations import FORMATS
from glutkg.linked_data.writing import canonical, written, written_triples
from glutkg.rdf.namespaces import BASE, XSD

if TYPE_CHECKING:
    from pathlib import Path

    from glutkg.api import KnowledgeGraph

# --- writing ----------------------------------------------------------------------------------------------------------

ODD = (
    """
@prefix glut: <https://w3id.org/glutkg/> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
glut:a glut:agent glut:b, "no IRI", [ glut:agent _:x ] ; a glut:C, "no class" ; glut:dose "0.50"^^xsd:decimal, "x"@en .
_:x glut:gene <https://w3id.org/glutkg/a/b>, <urn:x>, "1"^^<urn:type> ; glut:label "l", "m"@de, "0"^^xsd:boolean .
<http://example.org/g> { _:x glut:agent ( glut:a "2"^^xsd:integer ) } <urn:g> { <urn:s> <urn:p> """
    + '"""a\\"\n"""'
    + """ }
"""
)


def odd() -> list[ox.Quad]:
    return list(ox.parse(ODD, format=ox.RdfFormat.TRIG))


@pytest.mark.parametrize("form", [form for form, made in FORMATS.items() if made.supports_datasets])
@pytest.mark.parametrize("seen", [0, 3, 30])
def test_every_term_survives_whatever_a_context_makes_of_it(form: str, seen: int) -> None:
    """A context that was made from some of the quads, none or all, changes the spelling and not what is said."""
    content = written(odd(), form, jsonld.context(odd()[:seen]))
    assert canonical(ox.parse(content, format=FORMATS[form])) == canonical(odd())


def test_blank_nodes_are_named_alike_whatever_they_were_called() -> None:
    other = ox.parse(ODD.replace("_:x", "_:y"), format=ox.RdfFormat.TRIG, rename_blank_nodes=True)
    assert written(other, "nquads") == written(odd(), "nquads")
    whole = ox.Dataset(odd())
    whole.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    assert set(canonical(odd())) == set(whole)
    changed = ox.parse(ODD.replace("_:x", "<urn:y>", 1), format=ox.RdfFormat.TRIG)
    assert written(changed, "nquads") != written(odd(), "nquads")


def test_a_context_says_no_more_of_a_property_than_holds_of_all_its_values() -> None:
    context = jsonld.context(odd())
    assert context["agent"] == {"@id": "glut:agent"}
    assert context["glut:gene"] == {"@id": "glut:gene"}, "gene is a prefix"
    number = ox.Quad(
        ox.NamedNode(BASE + "a"), ox.NamedNode(BASE + "dose"), ox.Literal("1", datatype=ox.NamedNode(XSD + "decimal"))
    )
    assert jsonld.context([number])["dose"] == {"@id": "glut:dose", "@type": "xsd:decimal"}


@pytest.mark.parametrize(
    "context",
    ['"http://example.org/c"', '["http://example.org/c"]', '{"@import": "http://example.org/c"}',
     '{"a": {"@id": "urn:a", "@context": "http://example.org/c"}}'],
)  # fmt: skip
def test_a_context_that_stands_elsewhere_is_refused_and_one_in_the_file_is_read(context: str, tmp_path: Path) -> None:
    path = tmp_path / "a.jsonld"
    path.write_text(f'{{"@context": {context}, "@id": "urn:x", "urn:p": "y"}}', encoding="utf-8")
    with pytest.raises(SourceError, match="stands elsewhere"):
        read_export(path)
    path.write_text('{"@context": {"p": "urn:p"}, "@id": "urn:x", "p": "y"}', encoding="utf-8")
    assert len(read_export(path)) == 1


# --- reading ----------------------------------------------------------------------------------------------------------

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
    "a DOCTYPE that stands elsewhere": (b"<!DOCTYPE a SYSTEM 'b'><a/>", "DOCTYPE"),
    "UTF-16 that is cut": (HEAD.decode().encode("utf-16"), "ends in the middle"),
    "an encoding that nobody knows": (b"<?xml version='1.0' encoding='utf-9'?><a/>", "utf-9, that is not read"),
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
    content = written_triples(some, "rdfxml").rstrip()
    between = [end + 1 for end in range(len(content) - 1) if content[end : end + 1] == b">"]
    places = [*between[:35], *(number * len(content) // 35 for number in range(35))]
    assert len(set(between[:35])) == 35
    for place in places:
        (tmp_path / "cut.rdf").write_bytes(content[:place])
        with pytest.raises(SourceError, match="ends in the middle"):
            read_export(tmp_path / "cut.rdf")
    (tmp_path / "cut.rdf").write_bytes(content)
    assert len(read_export(tmp_path / "cut.rdf"))
