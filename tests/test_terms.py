"""RDF terms are the same in pyoxigraph, rdflib, N-Triples and JSON."""

from __future__ import annotations

import rdflib
from hypothesis import given
from hypothesis import strategies as st

from glutkg.rdf.namespaces import XSD
from glutkg.rdf.terms import (
    Term,
    from_json,
    from_name,
    from_oxigraph,
    from_rdflib,
    to_json,
    to_oxigraph,
    to_rdflib,
)
from glutkg.store.graph import read_ntriples

TEXTS = st.text(st.characters(codec="utf-8"))
TERMS = st.one_of(
    st.builds(Term, st.just("literal"), TEXTS, st.sampled_from([None, "en", "de-ch"]), st.none()),
    st.builds(Term, st.just("literal"), TEXTS, st.none(), st.sampled_from([XSD + "integer", "http://example.org/d"])),
    st.builds(
        Term, st.just("iri"), st.from_regex(r"http://example\.org/[a-z-]*", fullmatch=True), st.none(), st.none()
    ),
    st.builds(Term, st.just("blank"), st.from_regex(r"[a-z][a-z0-9]*", fullmatch=True), st.none(), st.none()),
)


@given(TERMS)
def test_a_term_comes_back_from_every_form(term: Term) -> None:
    assert from_oxigraph(to_oxigraph(term)) == term
    assert from_rdflib(to_rdflib(term)) == term
    assert from_json(to_json(term)) == term
    if term.kind != "literal":
        assert from_name(term.name) == term


@given(TERMS)
def test_a_term_is_written_as_the_engine_writes_it(term: Term) -> None:
    assert term.n3() == str(to_oxigraph(term))
    if term.kind != "blank":
        ((_, _, read),) = read_ntriples(f"<urn:s> <urn:p> {term.n3()} .".encode())
        assert read == term


def test_a_number_that_is_none_stays_text() -> None:
    assert Term("literal", "many", datatype=XSD + "integer").python() == "many"
    assert Term("literal", "1", datatype=XSD + "boolean").python() is True


def test_plain_literals_have_no_datatype_whoever_gives_them() -> None:
    assert from_rdflib(rdflib.Literal("x", datatype=rdflib.XSD.string)) == Term("literal", "x")
    assert from_rdflib(rdflib.Variable("x")) is None
