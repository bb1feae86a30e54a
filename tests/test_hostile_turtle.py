"""Turtle of others, statement by statement: the verdict of the Recommendation, and the line of what is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from glutkg.store.sources import Source, faults

START = "@prefix : <http://e/> .\n"
WRONG = (
    "<http://a b> :p :o .",
    ":a :p",
    ":a :p :o",
    ":a 'p' :o .",
    "'x' :p :o .",
    ":a _:b :o .",
    ":a :p 'x'@ .",
    ":a :p 'x'^^ .",
    ':a :p "a\nb" .',
    ":a :p '\\q' .",
    ":a :p '\\u12' .",
    ":a :p '\\uD800' .",
    ":a :p x:y .",
    "[] .",
    "() .",
    ":a :p [ :q ] .",
    ":a :p ( :b .",
    ":a :p 1.2.3 .",
    ":a :p 1e .",
    "@prefix x <y> .",
    "@prefix : <http://e/>",
    ":a :p <<:a :b :c>> .",
    ":a :p 'x'^^<rel> .",
    "<rel> :p :o .",
    ":a :p 'x'@en--ltr .",
    ":a :p 'x'@123 .",
    ":a :p :o , .",
    ":a :p :\\ .",
    "\x01",
    "GRAPH :g { :a :p :o }",
    ":g { :a :p :o . }",
    ":a is :p of :b .",
    ":a => :b .",
    "{ :a :p :b } .",
    ":a :p <http://a\\u0020b> .",
    ":a :p 'x'@abcdefghij .",
    "@base 'x' .",
    "@forSome :x .",
    ":a :p -  1 .",
    ":a :p True .",
    ":a :p 1., 2 .",
    ":a :p :b ~ :r .",
    ":a :p :b {| :q :r |} .",
)
RIGHT = (
    ":a :p :o .",
    ":a :p :o ; .",
    ":a :p :o ;; :q :r .",
    ":a :p () .",
    "[ :p :o ] .",
    "( 1 ) :p :o .",
    ":a :p .5 .",
    ":a :p 1e0 .",
    ":a :p '''a\n'b''' .",
    "PREFIX x: <http://x/> x:a x:b x:c .",
    ":a :p :b\\-c, :b%20c .",
    ":a :p 'x'@en-GB .",
    ":a :p true .",
    "# end",
    ":a :p _:b.",
    ":a a :b .",
    ":a :p <http://e/é> .",
    ":a :p '😀' .",
    ":a :p 'x'^^<http://unknown/> .",
    ":a :p 'abc'^^<http://www.w3.org/2001/XMLSchema#integer> .",
    ":a :p :o ;; .",
    ":a :p '\x00' .",
)


def lines(statement: str) -> list[int | None]:
    return [fault.line for fault in faults(Source(Path("x.ttl"), "http://e/g", f"{START}{statement}\n"))]


@pytest.mark.parametrize("statement", WRONG)
def test_what_is_not_turtle_is_found_by_line(statement: str) -> None:
    found = lines(statement)
    assert found
    assert all(line in (2, 3) for line in found), "line 3 is the end of the text"


@pytest.mark.parametrize("statement", ["{ :a :p :b } => { :b :p :a } .", ":a :p 'x'^^:t@en .", ":a is :p of :b ; , ."])
def test_a_fault_is_told_once(statement: str) -> None:
    assert lines(statement) == [2]


@pytest.mark.parametrize("statement", RIGHT)
def test_what_is_turtle_is_read(statement: str) -> None:
    assert not lines(statement)
