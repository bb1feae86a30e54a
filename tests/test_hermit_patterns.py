"""Patterns of XML Schema, as HermiT is given them: what each matches there is what the engine of queries says."""

from __future__ import annotations

import pyoxigraph as ox
import pytest

from glutkg.owl.hermit import Hermit
from glutkg.owl.hermit_patterns import PatternError, for_automaton
from glutkg.rdf.namespaces import OWL, RDFS, XSD
from glutkg.rdf.terms import triple_from_oxigraph
from glutkg.sparql.regular_expressions import for_engine

PATTERNS = (
    *("a|", "(|a)b", "", "()", "(a)(b)?", "a{2,}", "a{2,3}", "[a-z]{0,2}", "(ab){0}", "(a|b)*c", "((a|b)c?)+"),
    *(
        "[a-]b",
        "[-a]",
        "[a-c-[b]]",
        "[^a-c]",
        "[^a-c-[x]]",
        "[a\\-c]",
        "[\\]]",
        "[^\\s]",
        "a\\sb",
        "x\\ny",
        "a.b",
        ".*",
    ),
    *("a&b", "~a", '"a"', "<a>", "a@b", "#", "[&~@#]", "a\\.b", "\\{a\\}", "\\\\", "é+", "[à-é]", "a b"),
)
TEXTS = ("", "a", "b", "ab", "aaa", "-b", "a\nb", "a&b", '"a"', "#", "a.b", "a b", "é", "ac", "x\ny", "<a>", "]")
NONE = (
    "a{3,2}",
    "[z-a]",
    "a**",
    "]",
    "a?+",
    "a{,3}",
    "(a",
    "a)",
    "[a",
    "[]",
    "[^]",
    "{",
    "[a[b]",
    "[a-c-[b]d]",
    "\\",
    "a??",
)
NOT_GIVEN = ("\\d", "\\w", "\\p{L}", "[\\i]", "[a-c-[b-[c]]]", "(" * 60 + ")" * 60)
HEAD = f"@prefix owl: <{OWL}> . @prefix rdfs: <{RDFS}> . @prefix xsd: <{XSD}> . <x:p> a owl:DatatypeProperty .\n"
CLASS = """<x:c{}> a owl:Class ; rdfs:subClassOf [ a owl:Restriction ; owl:onProperty <x:p> ; owl:someValuesFrom [
    a rdfs:Datatype ; owl:intersectionOf ( [ a rdfs:Datatype ; owl:oneOf ( {} ) ] [ a rdfs:Datatype ;
    owl:onDatatype xsd:string ; owl:withRestrictions ( [ xsd:pattern {} ] ) ] ) ] ] .
"""
"""A class that has a member if a pattern matches a text."""


@pytest.mark.parametrize("pattern", [*NONE, *NOT_GIVEN])
def test_what_is_no_pattern_or_cannot_be_given_is_refused(pattern: str) -> None:
    with pytest.raises(PatternError, match=r"\. Write|, such as"):
        for_automaton(pattern)


@pytest.mark.slow
@pytest.mark.xdist_group("hermit")
def test_patterns_match_what_the_engine_says() -> None:
    pairs = [(pattern, text) for pattern in PATTERNS for text in TEXTS]
    classes = (CLASS.format(n, ox.Literal(text), ox.Literal(p)) for n, (p, text) in enumerate(pairs))
    parsed = ox.parse(HEAD + "".join(classes), ox.RdfFormat.TURTLE)
    empty = {*Hermit().realize([triple_from_oxigraph(quad) for quad in parsed]).unsatisfiable}
    by_hermit = {pair: f"x:c{n}" not in empty for n, pair in enumerate(pairs)}
    assert {pair for pair in pairs if by_hermit[pair] is not matches(*pair)} == set()
    assert 0 < sum(by_hermit.values()) < len(pairs)


def matches(pattern: str, text: str) -> bool:
    plain = for_engine(f"^({pattern})$").text
    return bool(ox.Store().query(f"ASK {{ FILTER(REGEX({ox.Literal(text)}, {ox.Literal(plain)})) }}"))
