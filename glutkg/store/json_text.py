"""JSON-LD as the parser is to be given it: without what it refuses or reads otherwise, though JSON-LD has it.

The parser takes no name of a node in a map by type, and whole numbers of 21 digits for those with a fraction.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from glutkg.rdf.namespaces import XSD
from glutkg.store.json_losses import terms_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from glutkg.store.json_losses import Terms

_MARK = "\0number "
"""What stands before a number while its document is rewritten, so that it stays as it is spelt."""
_MARKED = re.compile(r'"\\u0000number ([^"]*)"')
_WIDE = re.compile(r"-?[1-9][0-9]{20}")
_LISTS = ("", "@set", "@list")
_CONTAINER, _ID, _TYPE, _JSON = "@container", "@id", "@type", "@json"


def for_json_parser(text: str) -> str:
    """Give a document, which is well-formed, as the parser reads it right: as it is, if it does so already.

    >>> context = '"@context": {"m": {"@id": "x:m", "@container": "@type"}}'
    >>> print(for_json_parser(f'{{{context}, "m": {{"x:T": {{"@id": "x:a"}}}}}}'))
    {"@context": {"m": {"@id": "x:m"}}, "m": [{"@type": ["x:T"], "@id": "x:a"}]}
    >>> for_json_parser('{"x:p": 1.50}')
    '{"x:p": 1.50}'
    """
    if '"@type"' not in text and not _WIDE.search(text):
        return text
    document = json.loads(text, parse_float=_marked, parse_int=_marked)
    rewritten = _Rewriting(document).of(document)
    return text if rewritten == document else _MARKED.sub(r"\1", json.dumps(rewritten))


def _marked(number: str) -> str:
    return _MARK + number


class _Rewriting:
    """Rewrites a document, by the terms that it defines."""

    def __init__(self, document: object) -> None:
        self._terms: Terms = terms_of(document)
        found = [one for key, value in _pairs(document) if self._is_by_type(key) for one in _members(value)]
        self._with_maps = any(isinstance(one, dict) and self._named(one, _ID) for one in found)

    def _is_by_type(self, key: str) -> bool:
        return _TYPE in self._terms.containers.get(key, "") and self._terms.types.get(key) != "@vocab"

    def _named(self, node: dict[str, object], keyword: str) -> list[str]:
        """Give the keys of a node that are a keyword, or stand for it."""
        return [key for key in node if self._terms.stands_for.get(key, key) == keyword]

    def of(self, value: object, key: str = "") -> object:
        """Rewrite what stands after a key."""
        if isinstance(value, list):
            return [self.of(one, key) for one in value]
        if isinstance(value, dict):
            if self._with_maps and self._is_by_type(key):
                return [made for type_, some in value.items() for made in self._of_type(type_, some)]
            return value if _JSON in (value.get(_TYPE), self._terms.types.get(key)) else self._of_node(value)
        return self._of_number(value, key) if isinstance(value, str) and value.startswith(_MARK) else value

    def _of_node(self, node: dict[str, object]) -> dict[str, object]:
        made = {key: self._context(one) if key == "@context" else self.of(one, key) for key, one in node.items()}
        for key in self._named(made, "@value"):
            if isinstance(value := made[key], dict):  # a number that was rewritten, whose node may give it a type
                made = {**({} if self._named(made, _TYPE) else value), **made, key: value["@value"]}
        return made

    def _of_type(self, type_: str, some: object) -> Iterator[dict[str, object]]:
        """Give the nodes of a type as such."""
        types = [] if self._terms.stands_for.get(type_, type_) == "@none" else [type_]
        for one in some if isinstance(some, list) else [some]:
            node = self._of_node(one) if isinstance(one, dict) else {_ID: one}
            own = [name for key in self._named(node, _TYPE) for name in _listed(node.pop(key))]
            context = {"@context": node.pop("@context")} if "@context" in node else {}
            yield {**context, **({_TYPE: [*types, *own]} if types or own else {}), **node}

    def _context(self, context: object) -> object:
        """Rewrite a context, whose terms have no map by type any more."""
        if isinstance(context, list):
            return [self._context(one) for one in context]
        if not isinstance(context, dict) or not self._with_maps:
            return context
        return {term: self._definition(term, one) for term, one in context.items()}

    def _definition(self, term: str, definition: object) -> object:
        if not isinstance(definition, dict):
            return definition
        made = {key: self._context(one) if key == "@context" else one for key, one in definition.items()}
        if self._is_by_type(term) and _CONTAINER in made:
            others = [one for one in _listed(made.pop(_CONTAINER)) if one != _TYPE]
            made |= {_CONTAINER: others} if others else {}
        return made

    def _of_number(self, number: str, key: str) -> object:
        plain = number.removeprefix(_MARK)
        type_ = self._terms.types.get(key) or "@none"
        if not _WIDE.fullmatch(plain) or type_ in (_ID, "@vocab") or self._terms.containers.get(key, "") not in _LISTS:
            return number
        return {"@value": plain, _TYPE: XSD + "integer" if type_ == "@none" else type_}


def _listed(value: object) -> list[object]:
    return value if isinstance(value, list) else [value]


def _members(value: object) -> Iterator[object]:
    """Give what stands in a map, or in maps, by their keys."""
    for one in _listed(value):
        if isinstance(one, dict):
            for inner in one.values():
                yield from _listed(inner)


def _pairs(value: object) -> Iterator[tuple[str, object]]:
    """Give all keys of a document, each with what stands after it."""
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, dict):
            yield from one.items()
        waiting += one.values() if isinstance(one, dict) else one if isinstance(one, list) else ()
