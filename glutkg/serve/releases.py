"""Earlier releases beside the current graph: each a named graph that can be asked, and the history of each thing."""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from glutkg.errors import CacheError, UsageError
from glutkg.linked_data.reading import read_export
from glutkg.pages.history import History, write_histories
from glutkg.rdf.namespaces import BASE, STATED_GRAPH
from glutkg.relations import grouped
from glutkg.store.copies import copy_with_graphs
from glutkg.store.labels import term_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from glutkg.rdf.terms import Triple
    from glutkg.reasoning.cache import CachedGraph
    from glutkg.store.graph import Graph

RELEASES = f"{BASE}graph/release/"
"""The graph of a release is this with its version."""
_VERSION, _CONTENT = "VERSION", "glutkg.nq"
_HISTORIES = "histories.json"


class Beside(NamedTuple):
    """The store that has releases as named graphs, the names of these, and the file with the histories of things."""

    store: Path
    graphs: tuple[str, ...]
    histories: Path | None = None


def beside(cached: CachedGraph, folders: Sequence[str], report: Callable[[str], None] = lambda _: None) -> Beside:
    """Put releases, the earliest first, beside a kept graph; once, until one of them changes.

    Raises UsageError for a folder that is no release, or a version that two have; SourceError for one that cannot be
    read; CacheError where there is no room.
    """
    versions = [_version(Path(folder)) for folder in folders]
    for version in versions:
        if versions.count(version) > 1:
            raise UsageError(f"Two releases have the version {version}. Name one of them.")
    if not folders:
        return Beside(cached.folder, ())
    contents = {version: Path(folder) / _CONTENT for version, folder in zip(versions, folders, strict=True)}
    key = hashlib.sha256(repr(versions).encode() + b"".join(map(Path.read_bytes, contents.values()))).hexdigest()[:16]
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
    if not version or not all(sign.isalnum() or sign in ".-_" for sign in version) or not version.isascii():
        raise UsageError(f"{folder / _VERSION} has no version but {version[:40]!r}. It takes letters, digits and . - _")
    return version


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


def histories(now: Graph, releases: dict[str, Graph]) -> dict[str, History]:
    """Compare what is stated of each thing of ours now and in releases, the earliest first."""
    stated = {version: _stated(graph) for version, graph in releases.items()}
    found = {}
    for iri, triples in _stated(now).items():
        having = [version for version in stated if iri in stated[version]]
        if not having:
            found[iri] = History()
            continue
        last = having[-1]
        then = stated[last][iri]
        new, gone = _texts(now, now, triples - then), _texts(now, releases[last], then - triples)
        found[iri] = History(having[0], last, new, gone)
    return found


def _stated(graph: Graph) -> dict[str, set[Triple]]:
    triples = (t for t in graph.triples(graph=STATED_GRAPH) if t[0].kind == "iri" and t[2].kind != "blank")
    pairs = ((triple[0].value, triple) for triple in triples if triple[0].value.startswith(BASE))
    return {iri: set(found) for iri, found in grouped(pairs).items()}


def _texts(now: Graph, graph: Graph, triples: Iterable[Triple]) -> tuple[str, ...]:
    return tuple(sorted(f"{term_text(now, relation)}: {term_text(graph, value)}" for _, relation, value in triples))
