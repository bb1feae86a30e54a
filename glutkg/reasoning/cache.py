"""The reasoned graph, kept in the user's cache folder between runs: opened when it is whole and true, else made."""

from __future__ import annotations

import contextlib
import json
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from zlib import crc32

from glutkg.errors import CacheError, UsageError
from glutkg.resources import cache_folder, content_key, rule_files, source_files
from glutkg.store.graph import Graph
from glutkg.version import VERSION

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from glutkg.reasoning.rule import Rule

_CODE = sorted(
    path for package in ("reasoning", "store") for path in (Path(__file__).parent.parent / package).glob("*.py")
)

RULES = "rules.json"
"""On the shelf: what `rules_as_json` wrote. Its key is that of the graph."""

_YOUNG = 600.0
"""For so many seconds a kept graph is not forgotten."""


class Shelf(NamedTuple):
    """A place beside a kept graph for what was worked out from it, so that other processes need not do so again.

    Each file begins with a checksum and with the key of what it was made from; one that is damaged, or has another key,
    counts as not there. Without a folder nothing is kept.
    """

    folder: Path | None = None

    def take(self, name: str, key: str = "") -> bytes | None:
        """Give what is kept under a name and a key, if it is there and whole."""
        if self.folder is None:
            return None
        try:
            head, _, content = (self.folder / name).read_bytes().partition(b"\n")
        except OSError:
            return None
        return content if head == self._head(content, key) else None

    def put(self, name: str, content: bytes, key: str = "") -> None:
        """Keep something in place of what had the name. Where there is no room, nothing is lost but time."""
        from glutkg.atomic_write import write_atomically  # only when something is kept

        if self.folder is not None:
            with contextlib.suppress(OSError, UsageError):
                self.folder.mkdir(parents=True, exist_ok=True)
                write_atomically(self.folder / name, b"%s\n%s" % (self._head(content, key), content))

    @staticmethod
    def _head(content: bytes, key: str) -> bytes:
        return f"{crc32(content):08x} {key}".encode()


NOWHERE = Shelf()


class Reasoned(NamedTuple):
    """The reasoned graph, the folder in which it is kept for other processes, and the shelf beside it."""

    graph: Graph
    folder: Path

    @property
    def shelf(self) -> Shelf:
        """The place for what is worked out from the graph; the key of the graph is part of its name."""
        return _shelf(self.folder.parent)


def _shelf(place: Path) -> Shelf:
    return Shelf(place / "shelf")


def reasoned(folder: Path, report: Callable[[str], None] | None = None) -> Reasoned:
    """Give the reasoned graph of a data folder: the one kept from an earlier run when it is whole and still true.

    It is keyed by the contents of all sources, of the rules, and of the code that runs them. Raises CacheError when it
    has to be made and the cache folder cannot take it.
    """
    key = content_key([*source_files(folder), *rule_files(folder), *_CODE], VERSION)
    place = cache_folder() / f"reasoned-{key}"
    kept = _kept(place)
    if kept is None:
        if report:
            report("reasoning over the claims (once, until they change)")
        from glutkg.reasoning.materialise import reason  # only when there is something to make

        _keep(*reason(folder, (), report), place)
        kept = _kept(place)
    if kept is None:
        raise CacheError(f"The reasoned graph in {place} cannot be read back. Remove that folder and run again.")
    return Reasoned(kept, place / "store")


def rules_kept(graph: Graph, folder: Path, shelf: Shelf) -> list[Rule]:
    """Give the rules that made a kept graph: those on its shelf, or else compiled from its axioms and put there."""
    from glutkg.reasoning.rule import rules_as_json, rules_from_json

    content = shelf.take(RULES)
    if content is not None:
        return rules_from_json(content)
    from glutkg.reasoning.materialise import rules_of  # only when there is something to compile

    found = rules_of(graph, folder)
    shelf.put(RULES, rules_as_json(found))
    return found


def _kept(place: Path) -> Graph | None:
    """Open a kept graph when every file of it is as it was written."""
    try:
        manifest = json.loads((place / "manifest.json").read_bytes())
        if manifest == _manifest(place / "store"):
            return Graph.kept(place / "store")
    except (OSError, ValueError, RuntimeError):  # the last is what the engine raises when files are gone
        pass  # not there, or damaged: it is made anew
    return None


def _manifest(store: Path) -> dict[str, int]:
    """A checksum for each file that holds data."""
    files = sorted(
        path for path in store.iterdir() if path.suffix == ".sst" or path.name.startswith(("MANIFEST", "CURRENT"))
    )
    return {path.name: crc32(path.read_bytes()) for path in files}


def _keep(graph: Graph, rules: Iterable[Rule], place: Path) -> None:
    """Write a graph aside and move it into its place in one step, so that nobody ever opens half of one.

    Its compiled rules lie on the shelf from the start: they are at hand now.
    """
    import shutil
    import tempfile

    from glutkg.reasoning.rule import rules_as_json

    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        aside = Path(tempfile.mkdtemp(prefix="making-", dir=place.parent))
        try:
            graph.keep(aside / "store")
            _shelf(aside).put(RULES, rules_as_json(rules))
            (aside / "manifest.json").write_text(json.dumps(_manifest(aside / "store")), encoding="utf-8")
            if _kept(place) is None:  # else another process was quicker with the same graph
                shutil.rmtree(place, ignore_errors=True)
                with contextlib.suppress(FileExistsError):
                    aside.rename(place)
        finally:
            shutil.rmtree(aside, ignore_errors=True)
    except OSError as error:
        raise CacheError(
            f"The cache folder {place.parent} cannot be written ({error.strerror or error}). "
            "Make room or name another folder in the environment variable GLUTKG_CACHE."
        ) from error
    _forget_old(place)


def _forget_old(place: Path) -> None:
    """Keep the three newest graphs, and those that another process may just be about to open."""
    import shutil
    import time

    ages: dict[Path, float] = {}
    for path in place.parent.glob("reasoned-*"):
        with contextlib.suppress(FileNotFoundError):  # another process forgets it too
            ages[path] = time.time() - path.stat().st_mtime
    for old in sorted(ages, key=ages.__getitem__)[3:]:
        if ages[old] > _YOUNG:
            shutil.rmtree(old, ignore_errors=True)
