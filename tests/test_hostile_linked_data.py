"""N-Triples, N-Quads, TriG, RDF/XML and JSON-LD of others: the verdict of the Recommendations, and the line of a fault.

The rows of `tests/hostile.tsv` are statements, each put between others on lines of their own, and whole documents.
"""

from __future__ import annotations

import json
import time
from collections import defaultdict
from typing import TYPE_CHECKING

import pytest
from conftest import ROOT
from pyoxigraph import Literal, NamedNode, Quad

from glutkg.errors import SourceError
from glutkg.linked_data.reading import read_export
from glutkg.rdf.namespaces import XSD
from glutkg.store.source_lines import source_lines
from glutkg.store.sources import quads, read_source

if TYPE_CHECKING:
    from pathlib import Path

NT = "<http://e/x> <http://e/y> <http://e/z> .\n"
RDF = (
    '<?xml version="1.0"?>\n<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:e="http://e/">\n'
    "<e:First/>\n"
)
AROUND = {
    "nt": (NT * 3, NT),
    "nq": (NT * 3, NT),
    "trig": ("@prefix : <http://e/> .\n" + NT * 2, NT),
    "rdf": (RDF, "<e:Last/>\n</rdf:RDF>\n"),
    "jsonld": ('[\n{"@id": "http://e/x", "http://e/y": "z"},\n\n', ',\n{"@id": "http://e/z", "http://e/y": "z"}\n]\n'),
}
"""What stands before and after a statement: its fault is on line 4, or on the next where only that shows it."""
LINES = (4, 5)


def rows() -> dict[tuple[str, str, str], list[str]]:
    found = defaultdict(list)
    for line in (ROOT / "tests" / "hostile.tsv").read_text(encoding="utf-8").splitlines()[1:]:
        end, part, verdict, text = line.split("\t")
        found[end, part, verdict].append(json.loads(text))
    return found


ROWS = rows()


def judged(folder: Path, end: str, part: str, text: str) -> SourceError | None:
    """Read a text, in at most some seconds, for which a busy machine takes one; give what is wrong with it."""
    before, after = AROUND[end] if part == "statement" else ("", "")
    path = folder / f"hostile.{end}"
    path.write_bytes(f"{before}{text}\n{after}".encode() if part == "statement" else text.encode())
    start = time.process_time()
    try:
        read_export(path)
    except SourceError as error:
        return error
    finally:
        assert time.process_time() - start < 5, text
    return None


@pytest.mark.parametrize(("end", "part"), sorted({(end, part) for end, part, _ in ROWS}))
def test_what_is_wrong_is_found_by_line_and_what_is_right_is_read(tmp_path: Path, end: str, part: str) -> None:
    found = {text: judged(tmp_path, end, part, text) for text in ROWS[end, part, "wrong"]}
    assert [text for text, error in found.items() if error is None] == []
    wanted = range(4, 6) if part == "statement" else range(1, 100)
    assert [(text, e.line) for text, e in found.items() if e and e.line not in wanted] == []
    assert [error for text in ROWS[end, part, "right"] if (error := judged(tmp_path, end, part, text))] == []


def test_there_are_as_many_as_are_told() -> None:
    assert sum(map(len, ROWS.values())) > 200
    assert {verdict for _, _, verdict in ROWS} == {"wrong", "right"}


@pytest.mark.parametrize(
    "text", ["[" * 5000 + "]" * 5000, '{"a":' * 5000 + "1" + "}" * 5000, '{"a":[' * 60 + "]}" * 60]
)
def test_json_that_is_deep_is_refused(tmp_path: Path, text: str) -> None:
    error = judged(tmp_path, "jsonld", "document", text)
    assert error
    assert "levels deep" in str(error)
    assert len(str(error)) < 500


def test_what_is_no_utf_8_is_placed(tmp_path: Path) -> None:
    for end in ("nt", "nq", "trig", "rdf", "jsonld"):
        before, after = AROUND[end]
        path = tmp_path / f"hostile.{end}"
        path.write_bytes(before.encode() + b"\xff\n" + after.encode())
        with pytest.raises(SourceError) as error:
            read_export(path)
        assert error.value.line in LINES
    path.write_bytes("{}".encode("utf-16"))
    with pytest.raises(SourceError, match="not UTF-8"):
        read_export(path)


NO_NAMES = RDF.partition("?>\n")[2].replace("<e:First/>\n", "")
VALUES = {
    '<e:p xml:lang="">x</e:p>': '"x"',
    "<e:p xml:lang = ''>x</e:p>": '"x"',
    '<e:p xml:lang="de">x</e:p>': '"x"@de',
    "<e:p>x</e:p>": '"x"@en',
    "<e:p>a <![CDATA[<b>&amp;]]>&lt; c</e:p>": '"a <b>&amp;< c"@en',
    "<e:p> <![CDATA[ ]]> </e:p>": '"   "@en',
    "<e:p>a<!-- \n -->b<?c \n d?></e:p>": '"ab"@en',
    "<e:p>a\r\nb&#13;c</e:p>": '"a\\nb\\rc"@en',
    "<rdf:type rdf:resource='http://e/T'/><e:p>it's a \"q\" > 1</e:p>": '"it\'s a \\"q\\" > 1"@en',
    '<e:q><rdf:Description e:p="a\nb&#10;c" xml:lang=""/></e:q>': '"a b\\nc"',
    '<e:p rdf:parseType="Literal"><![CDATA[<]]><b xml:lang=""/></e:p>': "XMLLiteral",
    '<e:p rdf:parseType="Literal"><b xmlns="http://b/">x</b></e:p>': '"<b xmlns=\\"http://b/\\" xmlns:rdf=\\"http://www.w3'
    '.org/1999/02/22-rdf-syntax-ns#\\" xmlns:e=\\"http://e/\\">x</b>"',
}
"""Properties of RDF/XML whose parts the parser does not take, or takes otherwise, and the value each states."""
ENCODINGS = {
    "utf-16": "UTF-16",
    "utf-16-le": "utf-16le",
    "utf-16-be": "UTF-16BE",
    "iso-8859-1": "ISO-8859-1",
    "iso-8859-15": "iso-8859-15",
    "windows-1252": "windows-1252",
    "utf-8-sig": "utf-8",
}
LIES = {
    "UTF-16 declared": ("utf-8", "UTF-16"),
    "UTF-8 declared": ("utf-16", "UTF-8"),
    "a mark of UTF-8": ("utf-8-sig", "ISO-8859-1"),
    "ASCII declared": ("iso-8859-1", "US-ASCII"),
    "UTF-8 declared of other bytes": ("iso-8859-1", "UTF-8"),
    "an encoding that is not read": ("utf-7", "utf-7"),
}


def value_of(folder: Path, content: bytes) -> str:
    path = folder / "a.rdf"
    path.write_bytes(content)
    (value,) = (str(o.n3()) for _, p, o in read_export(path).triples() if p.value == "http://e/p")
    return value


@pytest.mark.parametrize("stated", VALUES)
def test_values_of_rdf_xml_are_read_as_xml_has_them(tmp_path: Path, stated: str) -> None:
    start = NO_NAMES.replace("xmlns:e=", 'xml:lang="en" xmlns:e=')
    text = f'{start}<rdf:Description rdf:about="http://e/s">{stated}</rdf:Description></rdf:RDF>'
    assert VALUES[stated] in value_of(tmp_path, text.encode())
    (tmp_path / "a.rdf").write_text(text.replace("</rdf:RDF>", "\n<rdf:li/></rdf:RDF>"), encoding="utf-8", newline="")
    with pytest.raises(SourceError) as error:
        read_source_quads(tmp_path / "a.rdf")
    assert error.value.line == 2 + len(text.replace("\r\n", "\n").splitlines()) - 1, "lines stay where they are"


def read_source_quads(path: Path) -> list[object]:
    return list(quads(read_source(path)))


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_xml_is_read_in_the_encoding_that_it_declares(tmp_path: Path, encoding: str) -> None:
    text = f'<?xml version="1.0" encoding="{ENCODINGS[encoding]}"?>{NO_NAMES}<e:A><e:p>é</e:p></e:A></rdf:RDF>'
    assert value_of(tmp_path, text.encode(encoding)) == '"é"'
    assert len(read_source_quads(tmp_path / "a.rdf")) == 6


@pytest.mark.parametrize("name", LIES)
def test_xml_that_declares_another_encoding_than_its_own_is_refused(tmp_path: Path, name: str) -> None:
    actual, declared = LIES[name]
    text = f'<?xml version="1.0" encoding="{declared}"?>{NO_NAMES}<e:A><e:p>é</e:p></e:A></rdf:RDF>'
    (tmp_path / "a.rdf").write_bytes(text.encode(actual))
    for read in (read_export, read_source):
        with pytest.raises(SourceError, match=r"declares|that is not read") as error:
            read(tmp_path / "a.rdf")
        assert error.value.line


ENTITIES = {
    "<!ENTITY o 'http://o/#' > <!-- ]> don't -->": ('<e:p rdf:resource="&o;s"/>', "<http://o/#s>"),
    '<!ENTITY b "&a;#"><!ENTITY a "http://o/">': ("<e:p rdf:resource='&b;s'/>", "<http://o/#s>"),
    "<!ENTITY o 'first'><!ENTITY o 'second'>": ("<e:p>a &o; &#98;</e:p>", '"a first b"'),
    "<!ENTITY m '<e:p>1</e:p>'>": ("&m;<!-- &m; -->", '"1"'),
    "<!ENTITY q 'a&#34;&#39;\nb'>": ("<e:p>&q;</e:p>", '"a\\"\'\\nb"'),
    "<!ENTITY q 'a&#34;&#39;\nc'>": ('<e:q><e:A e:p="&q;"/></e:q>', '"a\\"\' c"'),
    '<!ENTITY lt "&#38;#60;"><!ENTITY n "&#x26;#60;">': ("<e:p>&lt;&n;</e:p>", '"<<"'),
    "<!ELEMENT e:p ANY><!ATTLIST e:p rdf:ID ID #IMPLIED><?a b?>": ("<e:p>x</e:p>", '"x"'),
    "<!ENTITY o 'x'><!-- -->": ("<e:p><![CDATA[&o;]]></e:p>", '"&o;"'),
}
"""Declarations within a DOCTYPE, with a property in which they are used and the value that it states."""
REFUSED_ENTITIES = {
    "an entity that stands elsewhere": "<!ENTITY a SYSTEM 'file:///etc/hostname'>",
    "one that is of a public name": "<!ENTITY a PUBLIC 'b' 'http://127.0.0.1:1/'>",
    "declarations that stand elsewhere": "<!ENTITY % a SYSTEM 'http://127.0.0.1:1/'> %a;",
    "declarations by an entity": "<!ENTITY % a '<!ENTITY b \"x\">'> %a;",
    "an entity of declarations that is not there": "%a;",
    "values that stand at no element": "<!ATTLIST e:p e:q CDATA 'x'>",
    "an entity within itself": "<!ENTITY a '&b;'><!ENTITY b '&a;'>",
    "no entity": "<!ENTITY a>",
    "a sign that is none": "<!ENTITY a '&#xD800;'>",
    "no declaration": "nothing",
    "many times the same": f"<!ENTITY a '{'x' * 1000}'>" + "".join(f"<!ENTITY {c} '{'&a;' * 100}'>" for c in "bcd"),
    "twice as much each time": "<!ENTITY a0 'x'>" + "".join(f"<!ENTITY a{n + 1} '&a{n};&a{n};'>" for n in range(99)),
    "deep": "<!ENTITY a0 'x'>" + "".join(f"<!ENTITY a{n + 1} '&a{n};'>" for n in range(9999)),
}


@pytest.mark.parametrize("declared", ENTITIES)
def test_entities_of_rdf_xml_are_written_out(tmp_path: Path, declared: str) -> None:
    stated, value = ENTITIES[declared]
    text = f'<!DOCTYPE rdf:RDF [\n{declared}\n]>\n{NO_NAMES}<e:A rdf:about="http://e/s">\n{stated}</e:A></rdf:RDF>'
    assert value_of(tmp_path, text.encode()) == value
    source = read_source(tmp_path / "a.rdf")
    (found,) = {plain_terms(quad) for quad in quads(source) if quad.predicate.value == "http://e/p"}
    ends = text.count("\n", 0, text.index("</e:A>")) + 1
    assert source_lines(source).line(found[0], "http://e/p", found[1]) == ends, "lines stay where they are"


def plain_terms(quad: Quad) -> tuple[str, str]:
    subject, value = (
        term.value if isinstance(term, NamedNode | Literal) else "" for term in (quad.subject, quad.object)
    )
    return subject, value


@pytest.mark.parametrize("name", REFUSED_ENTITIES)
def test_entities_that_explode_or_reach_out_are_refused_by_line(tmp_path: Path, name: str) -> None:
    used = "&b;&c;&d;" * 60 if name.startswith("many") else "&a99;" if name.startswith("twice") else "&a9999;"
    stated = f"<e:A><e:p>{used}</e:p></e:A></rdf:RDF>"
    text = f"<!DOCTYPE rdf:RDF [\n\n{REFUSED_ENTITIES[name]}]>\n{NO_NAMES}{stated}"
    error = judged(tmp_path, "rdf", "document", text)
    assert error
    assert error.line in (1, 3)
    assert "DOCTYPE" in str(error) or "Export it again" in str(error)


CONTEXT = {"@vocab": "http://e/", "m": {"@container": "@type"}, "id": "@id", "d": {"@type": f"{XSD}decimal"}}
WRITTEN_IN_JSON = {
    '"m": {"T": {"id": "http://o", "q": 1.50}}': ("<http://o>", "<http://e/T>", '"1.5E0"'),
    '"m": {"T": {"q": 2, "@id": "http://o", "@type": "U"}}': ("<http://o>", "<http://e/T>", "<http://e/U>", '"2"'),
    '"m": {"T": ["http://o", {"@id": "http://u"}]}': ("<http://o>", "<http://u>", "<http://e/T>"),
    '"m": {"@none": {"@id": "http://o"}, "T": {"q": "x"}}': ("<http://o>", "<http://e/T>", '"x"'),
    '"m": {"T": {"@id": "http://o", "m": {"U": {"@id": "http://u"}}}}': ("<http://u>", "<http://e/U>"),
    '"q": [100000000000000000000, -999999999999999999999]': ("100000000000000000000", "-999999999999999999999"),
    '"q": [{"@value": 100000000000000000000}, 18446744073709551616]': (
        '"100000000000000000000"',
        '"18446744073709551616"',
    ),
    '"q": {"@list": [123456789012345678901, 1e400]}': ('"123456789012345678901"', '"1.0E400"'),
    '"d": 123456789012345678901': (f'"123456789012345678901"^^<{XSD}decimal>',),
    '"q": 1000000000000000000000': (f'"1.0E21"^^<{XSD}double>',),
}
"""What JSON-LD says of a node that its parser does not take, or takes otherwise, and some of what that states."""


@pytest.mark.parametrize("said", WRITTEN_IN_JSON)
def test_json_ld_is_read_as_its_recommendation_has_it(tmp_path: Path, said: str) -> None:
    path = tmp_path / "a.jsonld"
    path.write_text(f'{{"@context": {json.dumps(CONTEXT)}, "@id": "http://e/s", {said}}}', encoding="utf-8")
    assert len(read_export(path))
    terms = " ".join(str(term) for quad in quads(read_source(path)) for term in quad.triple)
    assert [value for value in WRITTEN_IN_JSON[said] if value not in terms] == []
