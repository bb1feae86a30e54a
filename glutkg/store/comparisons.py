"""Comparisons of literals, and their matching with regular expressions, as the engine has them in SPARQL."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyoxigraph as ox

from glutkg.sparql.engine_queries import for_the_engine

if TYPE_CHECKING:
    from collections.abc import Sequence

    from glutkg.sparql.regular_expressions import Pattern

_ANY = "urn:x:"


def compare(operator: str, pairs: Sequence[tuple[str, str]]) -> list[bool | None]:
    """Compare pairs of literals by an operator of SPARQL; None where it is an error.

    >>> compare("=", [('"0.5"^^<http://www.w3.org/2001/XMLSchema#decimal>', '"0.50"^^<http://www.w3.org/2001/XMLSchema#decimal>')])
    [True]
    """
    rows = " ".join(f"({number} {one} {other})" for number, (one, other) in enumerate(pairs))
    query = f"SELECT ?n ?truth {{ VALUES (?n ?one ?other) {{ {rows} }} BIND(?one {operator} ?other AS ?truth) }}"
    return _truths(for_the_engine(query), len(pairs))


def matches(pattern: Pattern, texts: Sequence[str]) -> list[bool | None]:
    """Tell for each text whether a regular expression matches a part of it; None where the engine cannot use it.

    >>> from glutkg.sparql.regular_expressions import for_engine
    >>> matches(for_engine("^[a-z-[aeiou]]+$"), ["rhythm", "rye bread"])
    [True, False]
    """
    store = ox.Store()
    quads = "".join(f"<{_ANY}> <{_ANY}> {ox.Literal(text)} .\n" for text in texts)
    store.bulk_load(quads.encode(), ox.RdfFormat.N_TRIPLES)
    found = f"REGEX(?text, {ox.Literal(pattern.text)}, {ox.Literal(pattern.flags)})"
    rows = store.query(
        f"SELECT ?text ?truth {{ ?s ?p ?text BIND({found} AS ?truth) FILTER(!BOUND(?truth) || !?truth) }}"
    )
    others = {text.value: None if truth is None else False for text, truth in rows}  # type: ignore[union-attr]
    return [others.get(str(text), True) for text in texts]  # a literal of rdflib is a text, but equals none


def replaced(pattern: Pattern, text: str, replacement: str) -> str | None:
    """Replace what a regular expression matches, groups in the replacement as `$1`; None where the engine cannot.

    >>> from glutkg.sparql.regular_expressions import for_engine
    >>> replaced(for_engine("([a-z])[a-z]*"), "rye bread", "$1")
    'r b'
    """
    arguments = ", ".join(str(ox.Literal(one)) for one in (text, pattern.text, replacement, pattern.flags))
    ((found,),) = ox.Store().query(f"SELECT ?found {{ BIND(REPLACE({arguments}) AS ?found) }}")  # type: ignore[misc]
    return None if found is None else str(found.value)


def _truths(query: str, count: int) -> list[bool | None]:
    found: dict[str, bool] = {n.value: truth.value == "true" for n, truth in ox.Store().query(query) if truth}  # type: ignore[union-attr]
    return [found.get(str(number)) for number in range(count)]
