"""What a parser of JSON-LD leaves out without a word, as the algorithm has it: names that are no IRI, odd languages."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_NOT_IN_AN_IRI = re.compile(r'[\x00-\x20<>"{}|\\^`]|%(?![0-9A-Fa-f]{2})')
_LANGUAGE = re.compile(r"[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*")
_OF_IRIS = ("@id", "@type")


class Terms(NamedTuple):
    """What the contexts of a document define, taken together: what each term stands for, its type, its container."""

    stands_for: dict[str, object]
    types: dict[str, object]
    containers: dict[str, str]
    has_vocabulary: bool


def lost(document: object) -> Iterator[tuple[str, str]]:
    """Give the texts of a document with what is wrong with them, for which what they say would be left out.

    >>> list(lost({"@id": "http://e/a b", "http://e/p": {"@value": "x", "@language": "e n"}}))
    [('http://e/a b', 'is no IRI'), ('e n', 'is no language')]
    """
    terms = terms_of(document)
    for context in _contexts(document):
        for key, value in context.items():
            name = value.get("@id") if isinstance(value, dict) else value
            if key == "@language":
                yield from _of_language(value)
            elif isinstance(name, str) and _NOT_IN_AN_IRI.search(name):
                yield name, "is no IRI"
    yield from _of(document, terms, is_map=False)


def _contexts(document: object) -> Iterator[dict[str, object]]:
    waiting = [document]
    while waiting:
        one = waiting.pop()
        if isinstance(one, dict):
            given = one.get("@context")
            yield from (part for part in (given if isinstance(given, list) else [given]) if isinstance(part, dict))
            waiting += one.values()
        elif isinstance(one, list):
            waiting += one


def terms_of(document: object) -> Terms:
    """Gather what the contexts of a document define.

    >>> terms_of({"@context": {"name": {"@id": "http://e/name", "@container": "@set"}}}).containers
    {'name': '@set'}
    """
    contexts = list(_contexts(document))
    made = Terms({}, {}, {}, any(isinstance(context.get("@vocab"), str) for context in contexts))
    for context in contexts:
        for term, definition in context.items():
            known = definition if isinstance(definition, dict) else {"@id": definition}
            made.stands_for[term] = known.get("@id")
            made.types.setdefault(term, known.get("@type"))
            made.containers.setdefault(term, str(known.get("@container", "")))
    return made


def _of(value: object, terms: Terms, *, is_map: bool) -> Iterator[tuple[str, str]]:
    """Go through a value; of a map the keys are no names of properties."""
    if isinstance(value, list):
        for one in value:
            yield from _of(one, terms, is_map=is_map)
    elif isinstance(value, dict) and value.get("@type") != "@json":
        for key, inner in value.items():
            yield from _of_key(key, inner, terms, is_map=is_map)


def _of_key(key: str, value: object, terms: Terms, *, is_map: bool) -> Iterator[tuple[str, str]]:
    meant, container = terms.stands_for.get(key, key), terms.containers.get(key, "")
    if key == "@context" or terms.types.get(key) == "@json":
        return
    if meant == "@language" and not is_map:
        yield from _of_language(value)
    elif "@language" in container and isinstance(value, dict):
        yield from (found for language in value for found in _of_language(language) if language != "@none")
    elif not is_map and (meant in _OF_IRIS or terms.types.get(key) in ("@id", "@vocab")):
        yield from _of_names(value, terms.stands_for)
    if not is_map and key not in terms.stands_for and (terms.has_vocabulary or ":" in key):
        yield from _of_names(key, terms.stands_for)
    yield from _of(value, terms, is_map=any(kind in container for kind in ("@index", "@id", "@type", "@language")))


def _of_names(value: object, known: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    for one in value if isinstance(value, list) else [value]:
        if isinstance(one, str) and one not in known and _NOT_IN_AN_IRI.search(one):
            yield one, "is no IRI"


def _of_language(value: object) -> Iterator[tuple[str, str]]:
    if isinstance(value, str) and not _LANGUAGE.fullmatch(value):
        yield value, "is no language"
