"""Snapshots of the graph that can be compared: a folder of sources, a git revision of one, or an exported file."""

from __future__ import annotations

import io
import os
import subprocess
import tarfile
import tempfile
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from glutkg.errors import MissingPartError, NotFoundError, UsageError
from glutkg.linked_data.reading import read_export
from glutkg.questions.question import read_questions
from glutkg.rdf.namespaces import RDFS, STATED_GRAPH
from glutkg.reasoning.cache import cached_graph, cached_rules
from glutkg.reasoning.load_and_reason import materialise, rules_of
from glutkg.resources import FOLDERS, data_folder

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from glutkg.questions.question import Question
    from glutkg.rdf.terms import Triple
    from glutkg.store.graph import Graph


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A state of the graph: its name, its triples, which of them it has, and the questions that come with it.

    Where `is_separated` is false, stated and inferred triples are mixed in the default graph. `rules` are the labels of
    the rules by the names of their graphs; `notes` report what had to be done to read it.
    """

    name: str
    graph: Graph
    has_stated: bool = True
    has_inferred: bool = True
    is_separated: bool = True
    questions: tuple[Question, ...] = ()
    rules: tuple[tuple[str, str], ...] = ()
    notes: tuple[str, ...] = ()

    def stated(self) -> set[Triple]:
        """Give the stated triples; all triples where they are not separated."""
        return set(self.graph.triples(graph=STATED_GRAPH if self.is_separated else None)) if self.has_stated else set()


def read_snapshot(name: str, folder: Path, report: Callable[[str], None] | None = None) -> Snapshot:
    """Read a snapshot by name: a data folder, an exported file, else a git revision.

    The revision is one of the data folder in use, or, where git does not keep that, of the folder one stands in.
    Raises UsageError for what is none of them, SourceError for a file that cannot be read.
    """
    if not name.strip():
        raise UsageError("Name a folder, an exported file or a git revision; this name is empty.")
    path = Path(name)
    if path.is_dir():
        return _of_folder(name, data_folder(path), report)
    if path.is_file():
        return _of_export(name, path, folder, report)
    with tempfile.TemporaryDirectory(prefix="glutkg-") as place:
        _check_out(name, folder if _keeps(folder) else Path.cwd(), Path(place))
        return _of_folder(name, Path(place), report)


def _of_folder(name: str, folder: Path, report: Callable[[str], None] | None) -> Snapshot:
    cached = cached_graph(folder, report)
    labels = tuple((rule.graph, rule.label) for rule in cached_rules(cached.graph, folder, cached.artefacts))
    return Snapshot(name, cached.graph, questions=tuple(read_questions(folder)), rules=labels)


# --- exported files ---------------------------------------------------------------------------------------------------


def _of_export(name: str, path: Path, folder: Path, report: Callable[[str], None] | None) -> Snapshot:
    graph = read_export(path)
    parts = {part for part in ("stated", "inferred") if graph.graph_names(part)}
    if not parts:
        return _of_mixture(name, graph, folder, report)
    if parts == {"inferred"}:
        note = f"{name} holds inferred triples only: axioms, claims and answers cannot be compared."
        return Snapshot(name, graph, has_stated=False, notes=(note,))
    return _completed(name, graph, folder, report) if parts == {"stated"} else Snapshot(name, graph)


def _of_mixture(name: str, graph: Graph, folder: Path, report: Callable[[str], None] | None) -> Snapshot:
    """Read triples without graphs. That a class is a subclass of itself is never stated, but inferred."""
    inferred = any(s == o for s, _, o in graph.triples(None, RDFS + "subClassOf"))
    stated = any(True for _ in graph.triples(None, RDFS + "label"))
    if not inferred:
        graph.put(list(graph.triples()), STATED_GRAPH)
        return _completed(name, graph, folder, report)
    if not stated:
        note = f"{name} holds inferred triples only: axioms, claims and answers cannot be compared."
        return Snapshot(name, graph, has_stated=False, notes=(note,))
    note = (
        f"{name} does not separate stated from inferred triples: claims and axioms are compared with all that is "
        "known of them, inferred triples and answers not at all. Export it as trig, nquads or jsonld to compare all."
    )
    return Snapshot(name, graph, is_separated=False, notes=(note,))


def _completed(name: str, graph: Graph, folder: Path, report: Callable[[str], None] | None) -> Snapshot:
    rules = rules_of(graph, folder)
    materialise(graph, rules, report)
    note = f"{name} holds stated triples only: what follows was inferred with the rules in use."
    return Snapshot(name, graph, rules=tuple((rule.graph, rule.label) for rule in rules), notes=(note,))


# --- git --------------------------------------------------------------------------------------------------------------


def _keeps(folder: Path) -> bool:
    """Tell whether git tracks the data folders there; it does not track those of an installed package."""
    return bool(_git(folder, "ls-files", "--", *FOLDERS).stdout)


def _check_out(revision: str, folder: Path, place: Path) -> None:
    """Write the data folders of a git revision into a place. Raises UsageError when git has no such thing."""
    if revision.startswith("-"):
        raise UsageError(f"'{revision}' is not a folder, a file or a git revision.")
    inside = _git(folder, "rev-parse", "--is-inside-work-tree")
    if b"dubious ownership" in inside.stderr:
        raise UsageError(
            f"git refuses to read the repository of {folder}, since it belongs to another user (dubious ownership). If "
            f"you trust it, tell git so: git config --global --add safe.directory '{_owned(inside.stderr, folder)}'."
        )
    if inside.returncode:
        raise UsageError(
            f"'{revision}' is not a folder or a file, and {folder} is in no git repository whose revisions could be "
            "meant. Name a folder, an exported file, or choose a checkout with --data."
        )
    found = _git(folder, "rev-parse", "--verify", "--quiet", f"{revision}^{{commit}}")
    if found.returncode:
        raise NotFoundError(
            f"'{revision}' is not a folder, a file or a revision of the git repository of {folder}.",
            _near(revision, folder),
        )
    commit = found.stdout.decode().strip()
    kept = [name for name in FOLDERS if _git(folder, "cat-file", "-e", f"{commit}:./{name}").returncode == 0]
    if kept != list(FOLDERS):
        lacking = ", ".join(name for name in FOLDERS if name not in kept)
        raise UsageError(f"The revision {revision} has no folder {lacking}, so that it cannot be compared.")
    archive = _git(folder, "archive", "--format=tar", commit, "--", *FOLDERS)
    if archive.returncode:
        raise UsageError(f"git cannot give the revision {revision}: {archive.stderr.decode(errors='replace').strip()}")
    _unpack(archive.stdout, place)


def _owned(message: bytes, folder: Path) -> str:
    """Give the folder of which git complains."""
    quoted = message.decode(errors="replace").split("'")
    return quoted[1] if len(quoted) > 1 else str(folder)


def _near(revision: str, folder: Path) -> tuple[str, ...]:
    from difflib import get_close_matches  # only when something went wrong

    names = _git(folder, "for-each-ref", "--format=%(refname:short)").stdout.decode(errors="replace").split()
    return tuple(get_close_matches(revision, [*names, "HEAD"], n=3, cutoff=0.6))


def _git(folder: Path, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    """Run git in a folder, without a shell. Raises MissingPartError when there is no git."""
    try:
        return subprocess.run(
            ["git", "-C", str(folder), *arguments],  # noqa: S607
            capture_output=True,
            check=False,
            env={**os.environ, "LC_ALL": "C"},  # its messages are read
        )
    except OSError as error:
        raise MissingPartError(
            f"git cannot be run ({error.strerror}). Install git, or compare folders or exported files."
        ) from error


def _unpack(archive: bytes, place: Path) -> None:
    """Write the plain files of an archive below a place, and nothing outside of it."""
    with tarfile.open(fileobj=io.BytesIO(archive)) as packed:
        for member in packed:
            name = PurePosixPath(member.name)
            content = packed.extractfile(member) if member.isfile() else None
            if content is None or name.is_absolute() or ".." in name.parts:
                continue
            path = place / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content.read())


def questions_for(snapshots: Sequence[Snapshot], folder: Path) -> list[Question]:
    """Give the questions to ask: those of the last snapshot that has some, else of the data folder in use."""
    return next((list(one.questions) for one in reversed(snapshots) if one.questions), read_questions(folder))
