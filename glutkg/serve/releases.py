"""Earlier releases beside the current graph: each a named graph that can be asked, and the history of each thing."""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from glutkg.errors import CacheError, UsageError
from glutkg.linked_data.reading import read_export
from glutkg.pages.history import Change, History, write_histories
from glutkg.rdf.namespaces import BASE, PREFIXES, STATED_GRAPH
from glutkg.relations import grouped
from glutkg.store.copies import copy_with_graphs
from glutkg.store.labels import label, term_text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from glutkg.rdf.terms import Triple
    from glutkg.reasoning.cache import CachedGraph
    from glutkg.store.graph import Graph

RELEASES = f"{BASE}graph/release/"
"""The graph of a release is this with its version."""
_VERSION, _CONTENT = "VERSION", "glutkg.nq"
_HISTORIES = "histories.json"
_CLAIM = PREFIXES["claim"]
_NOW = ""
_FORM = b"2"
"""Changes when histories are made otherwise, so that those that were kept are made anew."""


class Beside(NamedTuple):
    """The store that has releases as named graphs, the names of these, and the file with the histories of things."""

    store: Path
    graphs: tuple[str, ...]
    histories: Path | None = None


def beside(cached: CachedGraph, folders: Sequence[str], report: Callable[[str], None] = lambda _: None) -> Beside:
    """Put releases, the earliest first, beside a kept graph; once, until one of them changes.

    A folder may be given as NAME=FOLDER; without a name, a release is known by its version.

    Raises UsageError for a folder that is no release, or a version that two have; SourceError for one that cannot be
    read; CacheError where there is no room.
    """
    given = [_named(folder) for folder in folders]
    versions = [version for version, _ in given]
    for version in versions:
        if versions.count(version) > 1:
            raise UsageError(f"Two releases have the version {version}. Give one of them a name: --release NAME=FOLDER")
    if not folders:
        return Beside(cached.folder, ())
    contents = {version: folder / _CONTENT for version, folder in given}
    key = hashlib.sha256(
        _FORM + repr(versions).encode() + b"".join(map(Path.read_bytes, contents.values()))
    ).hexdigest()[:16]
    place = cached.folder.parent / f"releases-{key}"
    if not (place / _HISTORIES).exists():
        report("reading releases (once)")
        _make(place, cached, contents)
    return Beside(place / "store", tuple(RELEASES + version for version in versions), place / _HISTORIES)


def _version(folder: Path) -> str:
    """Give the version of a release. Raises UsageError when it is none."""
    missing = next((name for name in (_VERSION, _CONTENT) if not (folder / name).is_file()), None)
    if missing:
        raise UsageError(
            f"{folder} is no release: it has no file {missing}. Make one with: glutkg export release -o FOLDER"
        )
    version = (folder / _VERSION).read_text(encoding="utf-8", errors="replace").strip()
    if not _is_name(version):
        raise UsageError(f"{folder / _VERSION} has no version but {version[:40]!r}. It takes letters, digits and . - _")
    return version


def _named(given: str) -> tuple[str, Path]:
    """Give the name of a release, which is its version unless it is given another, and its folder."""
    name, equals, folder = given.partition("=")
    if not equals or Path(given).is_dir():
        return _version(Path(given)), Path(given)
    _version(Path(folder))
    if not _is_name(name):
        raise UsageError(f"A release cannot be named {name[:40]!r}. A name takes letters, digits and . - _")
    return name, Path(folder)


def _is_name(text: str) -> bool:
    return bool(text) and text.isascii() and all(sign.isalnum() or sign in ".-_" for sign in text)


def _make(place: Path, cached: CachedGraph, contents: dict[str, Path]) -> None:
    """Make the store and the histories aside, and move both into their place in one step."""
    try:
        aside = Path(tempfile.mkdtemp(prefix="making-", dir=place.parent))
        try:
            graphs = {version: read_export(path) for version, path in contents.items()}
            named = {RELEASES + version: graph.ntriples() for version, graph in graphs.items()}
            copy_with_graphs(cached.folder, aside / "store", named)
            write_histories(aside / _HISTORIES, histories(cached.graph, graphs))
            shutil.rmtree(place, ignore_errors=True)
            aside.rename(place)
        finally:
            shutil.rmtree(aside, ignore_errors=True)
    except OSError as error:
        raise CacheError(
            f"The releases cannot be kept in {place.parent} ({error.strerror or error}). "
            "Make room or name another folder in the environment variable GLUTKG_CACHE."
        ) from error


class _Content(NamedTuple):
    """A graph with what it states of each thing of ours, and the claims that name it."""

    graph: Graph
    stated: Mapping[str, frozenset[Triple]]
    claims: Mapping[str, frozenset[str]]

    @classmethod
    def of(cls, graph: Graph) -> _Content:
        """Read a graph."""
        triples = [t for t in graph.triples(graph=STATED_GRAPH) if t[0].kind == "iri" and t[2].kind != "blank"]
        ours = ((triple[0].value, triple) for triple in triples if triple[0].value.startswith(BASE))
        naming = ((o.value, s.value) for s, _, o in triples if o.kind == "iri" and s.value.startswith(_CLAIM))
        stated = {iri: frozenset(found) for iri, found in grouped(ours).items()}
        return cls(graph, stated, {iri: frozenset(found) for iri, found in grouped(naming).items()})

    def without(self, other: _Content, iri: str, now: Graph) -> tuple[str, ...]:
        """Write what this graph has of a thing, and another one has not."""
        triples = self.stated.get(iri, frozenset()) - other.stated.get(iri, frozenset())
        claims = self.claims.get(iri, frozenset()) - other.claims.get(iri, frozenset())
        texts = [f"{term_text(now, relation)}: {term_text(self.graph, value)}" for _, relation, value in triples]
        return tuple(sorted([*texts, *(f"claim: {label(self.graph, claim)}" for claim in claims)]))


def histories(now: Graph, releases: dict[str, Graph]) -> dict[str, History]:
    """Compare what is stated of each thing of ours, and claimed of it, from release to release and now.

    What the graph has no longer is among them.
    """
    contents = {**{version: _Content.of(graph) for version, graph in releases.items()}, _NOW: _Content.of(now)}
    things = dict.fromkeys(iri for content in contents.values() for iri in content.stated)
    return {iri: _history(iri, contents, now) for iri in things}


def _history(iri: str, contents: Mapping[str, _Content], now: Graph) -> History:
    having = [version for version, content in contents.items() if version and iri in content.stated]
    if not having:
        return History()
    versions = list(contents)
    steps = list(pairwise(versions[versions.index(having[0]) :]))
    changes = (
        Change(
            one,
            other,
            contents[other].without(contents[one], iri, now),
            contents[one].without(contents[other], iri, now),
        )
        for one, other in steps
    )
    name = "" if iri in contents[_NOW].stated else label(contents[having[-1]].graph, iri)
    return History(having[0], having[-1], tuple(one for one in changes if one.new or one.gone), name)
