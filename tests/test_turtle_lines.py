"""The scanner finds the line of every triple that the parser finds."""

from __future__ import annotations

import pyoxigraph as ox
import pytest
from conftest import ROOT
from hypothesis import given
from hypothesis import strategies as st

from glutkg.rdf.namespaces import RDF
from glutkg.store.turtle_lines import bracketed, triple_lines

FILES = sorted(path for folder in ("ontology", "facts", "shapes", "tests") for path in (ROOT / folder).rglob("*.ttl"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_triple_of_a_file_has_its_line(path: object) -> None:
    text = path.read_text(encoding="utf-8")  # type: ignore[attr-defined]
    found = triple_lines(text)
    triples = [quad.triple for quad in ox.parse(text, format=ox.RdfFormat.TURTLE)]
    lists = (RDF + "first", RDF + "rest")
    wanted = [
        tuple(
            "" if isinstance(term, ox.BlankNode) else term.value
            for term in (triple.subject, triple.predicate, triple.object)
        )
        for triple in triples
        if triple.predicate.value not in lists
    ]
    lines = text.splitlines()
    for triple in wanted:
        assert triple in found.lines, triple
        line = found.line(*triple)
        assert line is not None
        local = triple[2].replace("\n", " ").split("#")[-1].split("/")[-1].split("\\")[0].split('"')[0].split(" ")[0]
        assert local in lines[line - 1] or "\n" in triple[2], (triple, lines[line - 1])
    print(f"{len(wanted)} triples placed")


TRICKY = '''# a comment with <brackets> ; and "quotes"
@prefix e: <http://e/> .
PREFIX f: <http://f/>
@base <http://base/> .

e:a a e:B ; # e:c e:wrong .
    e:c """three
lines with ; and . and \\"quotes\\"
# no comment""" ;
    e:d 'one' , "two"@en-GB ,
        3.5 , -1e3 , true ;
    f:g.h <rel> ;
    e:list ( e:x
        e:y ) ;
    e:bnode [ e:inner e:z ;
        e:more "4"^^<http://www.w3.org/2001/XMLSchema#byte> ] .
<http://full/iri#x> e:c e:a\\-b , e:end.
e:last e:p "t\\u00E9" .
'''


@pytest.mark.parametrize(
    ("triple", "line"),
    [
        (("http://e/a", RDF + "type", "http://e/B"), 6),
        (("http://e/a", "http://e/c", 'three\nlines with ; and . and "quotes"\n# no comment'), 7),
        (("http://e/a", "http://e/d", "one"), 10),
        (("http://e/a", "http://e/d", "two"), 10),
        (("http://e/a", "http://e/d", "3.5"), 11),
        (("http://e/a", "http://e/d", "true"), 11),
        (("http://e/a", "http://f/g.h", "http://base/rel"), 12),
        (("", RDF + "first", "http://e/y"), 14),
        (("", "http://e/inner", "http://e/z"), 15),
        (("", "http://e/more", "4"), 16),
        (("http://full/iri#x", "http://e/c", "http://e/a-b"), 17),
        (("http://full/iri#x", "http://e/c", "http://e/end"), 17),
        (("http://e/last", "http://e/p", "té"), 18),
    ],
)
def test_comments_strings_lists_and_brackets_do_not_confuse_it(triple: tuple[str, str, str], line: int) -> None:
    assert triple_lines(TRICKY).lines[triple] == line


def test_brackets_are_told_apart_by_what_stands_in_them() -> None:
    text = """@prefix : <http://e/> .
[] :all ( :a :b ) .
[] :all ( :b
  :c ) .
:x :some [ :on :p ; :from [ :both ( :a "one" ) ] ] ,
  [ :on :p ; :from [ :both ( :a "two" ) ] ] .
"""
    found = triple_lines(text)
    for name, line in (("http://e/a", 2), ("http://e/c", 3)):
        assert found.line("", "http://e/all", bracketed(["http://e/b", name])) == line
    for value, line in (("one", 5), ("two", 6)):
        assert found.line("http://e/x", "http://e/some", bracketed(["http://e/p", "http://e/a", value])) == line


def test_what_is_not_stated_falls_back_on_the_property_and_the_subject() -> None:
    found = triple_lines(TRICKY)
    assert found.line("http://e/a", "http://e/d", "three") == 10
    assert found.line("http://e/a", "http://e/none") == 6
    assert found.line("http://e/nobody") is None


@given(st.text(max_size=200))
def test_no_text_makes_it_fail_or_run_for_ever(text: str) -> None:
    assert all(line <= text.count("\n") + 1 for line in triple_lines(text).lines.values())
