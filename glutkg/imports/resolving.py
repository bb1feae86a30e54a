"""What the cells of a source stand for in the graph, looked up as the values of questions are, many at a time."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from glutkg.errors import NotFoundError
from glutkg.rdf.namespaces import BASE, PREFIXES, RDFS, SKOS, curie, expand
from glutkg.store.names import folded, is_of_class, near

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from glutkg.store.graph import Graph

_NAMES = (RDFS + "label", SKOS + "altLabel", SKOS + "hiddenLabel")
_MATCHES = (SKOS + "exactMatch", SKOS + "narrowMatch", SKOS + "closeMatch")
"""Relations of a term to an identifier that stands for it, the surest first; what is broader or related does not."""
_OTHERS = (SKOS + "broadMatch", SKOS + "relatedMatch")
_RECORDS = tuple(PREFIXES[name] for name in ("claim", "source", "conflict", "slip", "shape", "rule", "step"))
"""What is no value of a claim."""
_MOST_SUGGESTED = 200
"""Names for which near ones are looked for, which takes 0.1 s each."""
_OWN = tuple(namespace for namespace in PREFIXES.values() if namespace.startswith(BASE))


class Resolver:
    """The names and the mapped identifiers of a graph, read once.

    >>> resolver = Resolver(kg.reasoned)
    >>> resolver.find("mk801"), resolver.find("CHEBI:64312")
    ('https://w3id.org/glutkg/substance/dizocilpine', 'https://w3id.org/glutkg/substance/memantine')
    """

    def __init__(self, graph: Graph, prefixes: Mapping[str, str] | None = None) -> None:
        """Read a graph; `prefixes` maps prefixes of a source to ours, such as `UniProtKB` to `uniprot`."""
        self._graph = graph
        self._prefixes = dict(prefixes or {})
        self._names: dict[str, list[tuple[int, str]]] = {}
        self._texts: list[str] = []
        self._mapped: dict[str, list[tuple[int, str]]] = {}
        self._broader: dict[str, str] = {}
        self._known = {s.value for s, _, _ in graph.triples(None, _NAMES[0]) if s.kind == "iri"}
        self._classes: dict[tuple[str, str], bool] = {}
        self._near: dict[str, tuple[str, ...]] = {}
        for grade, predicate in enumerate(_NAMES):
            for s, _, o in graph.triples(None, predicate):
                if s.kind == "iri" and not s.value.startswith(_RECORDS):
                    self._name(o.value, s.value, grade)
        for grade, predicate in enumerate(_MATCHES):
            for s, _, o in graph.triples(None, predicate):
                self._mapped.setdefault(o.value, []).append((grade, s.value))
        for predicate in _OTHERS:
            self._broader |= {o.value: s.value for s, _, o in graph.triples(None, predicate)}

    def _name(self, text: str, iri: str, grade: int) -> None:
        self._names.setdefault(folded(text), []).append((grade, iri))
        self._texts.append(text)

    def add(self, iri: str, label: str, identifiers: Sequence[str], classes: Sequence[str]) -> None:
        """Let a new thing be found by its label and by the IRIs that it is mapped to."""
        self._known.add(iri)
        self._name(label, iri, 0)
        for identifier in identifiers:
            self._mapped.setdefault(identifier, []).append((0, iri))
        self._classes |= {(iri, class_): True for class_ in (iri, *classes)}

    def identifier(self, text: str, prefix: str | None = None) -> str | None:
        """Expand an identifier, of which the prefix may be given, to an IRI; None for what is none."""
        if prefix and not text.startswith(("http://", "https://")):
            text = f"{prefix}:{text.removeprefix(f'{prefix}:')}"
        head, colon, rest = text.partition(":")
        return expand(f"{self._prefixes.get(head, head)}{colon}{rest}")

    def candidates(self, text: str, prefix: str | None = None) -> list[str]:
        """Give what a name or identifier stands for: all that it stands for equally well."""
        iri = self.identifier(text, prefix)
        if iri is not None:
            return [iri] if iri in self._known else _best(self._mapped.get(iri, ()))
        found = _best(self._names.get(folded(text), ()))
        if not found and re.fullmatch(r"[\w-]+", text):
            found = [namespace + text for namespace in _OWN if namespace + text in self._known]
        return found

    def find(self, text: str, prefix: str | None = None, kind: str | None = None, *, or_new: bool = False) -> str:
        """Find the one thing that a name or identifier stands for, of a kind if one is wanted.

        Raises NotFoundError, which says what may be meant, unless it may be something new, or there were many before.
        """
        found = self.candidates(text, prefix)
        fitting = [iri for iri in found if kind is None or self.is_of(iri, kind)]
        if len(fitting) == 1:
            return fitting[0]
        shown = f"{prefix}:{text}" if prefix else text
        if fitting:
            raise NotFoundError(f"'{shown}' stands for several things: {_listed(fitting)}. Name one of them.")
        if found and kind:
            raise NotFoundError(f"'{shown}' is {_listed(found)}, which is no {curie(kind)}.")
        if or_new and not found:
            raise NotFoundError(f"Nothing in the graph is called '{shown}'.")
        raise NotFoundError(*self._unknown(shown, self.identifier(text, prefix)))

    def _unknown(self, text: str, iri: str | None) -> tuple[str, tuple[str, ...]]:
        """Say of a name or an identifier that it stands for nothing, and what may be meant."""
        if iri is None:
            if text not in self._near and len(self._near) < _MOST_SUGGESTED:
                self._near[text] = near(text, self._texts)
            return f"Nothing in the graph is called '{text}'.", self._near.get(text, ())
        if iri in self._broader:
            return f"'{text}' is wider than or beside {curie(self._broader[iri])}, to which the graph maps it.", ()
        return f"Nothing in the graph is mapped to '{text}'.", ()

    def is_of(self, iri: str, class_: str) -> bool:
        """Return whether a thing is of a class, or a class below it."""
        key = iri, class_
        if key not in self._classes:
            self._classes[key] = is_of_class(self._graph, iri, class_)
        return self._classes[key]

    def is_known(self, iri: str) -> bool:
        """Return whether the graph has something of this name."""
        return iri in self._known


def _best(graded: Sequence[tuple[int, str]]) -> list[str]:
    """Keep what is found by the surest relation, each once."""
    least = min(graded, default=(0, ""))[0]
    return sorted({iri for grade, iri in graded if grade == least})


def _listed(iris: Sequence[str]) -> str:
    return ", ".join(map(curie, iris))
