"""From stated triples to the reasoned graph: run the rules to a fixpoint, and keep the result between runs."""

from __future__ import annotations

import contextlib
import json
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from zlib import crc32

from glutkg.errors import CacheError, RuleError
from glutkg.graph import Graph, read_source
from glutkg.resources import cache_folder, content_key, rule_files, source_files
from glutkg.rules import Axioms, Rule, compile_axioms, read_rule
from glutkg.terms import OWL, RDF, RDFS, VERSION

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from glutkg.tables import Term

MAX_ROUNDS = 100
_CODE = [Path(__file__).with_name(name) for name in ("graph.py", "materialise.py", "rules.py")]


def rules_of(graph: Graph, folder: Path) -> list[Rule]:
    """Give all rules for a graph: the files of `ontology/rules/`, and those compiled from the graph's axioms."""
    written = [read_rule(path) for path in rule_files(folder)]
    return sorted([*written, *compile_axioms(axioms_of(graph))], key=lambda rule: rule.stratum)


_AXIOM_PREDICATES = (
    OWL + "equivalentClass",
    RDFS + "subClassOf",
    OWL + "propertyChainAxiom",
    OWL + "inverseOf",
    RDFS + "subPropertyOf",
    OWL + "intersectionOf",
    OWL + "unionOf",
    OWL + "complementOf",
    OWL + "onProperty",
    OWL + "someValuesFrom",
    OWL + "allValuesFrom",
    OWL + "hasValue",
    OWL + "hasSelf",
    RDF + "first",
    RDF + "rest",
)


def axioms_of(graph: Graph) -> Axioms:
    """Read the axioms that the rule compiler needs."""
    return Axioms(
        (_name(s), p.value, _name(o)) for predicate in _AXIOM_PREDICATES for s, p, o in graph.triples(None, predicate)
    )


def _name(term: Term) -> str:
    return f"_:{term.value}" if term.kind == "blank" else term.value


def materialise(graph: Graph, rules: Sequence[Rule], report: Callable[[str], None] | None = None) -> int:
    """Run rules on a graph, stratum by stratum, until nothing new follows; give the number of inferred triples.

    The rules of the lower strata run again with each higher one, so that what follows from a closed-world conclusion
    follows too. Raises RuleError when no fixpoint is reached after 100 rounds.
    """
    before = graph.quad_count()
    for stratum in sorted({rule.stratum for rule in rules}):
        active = [rule for rule in rules if rule.stratum <= stratum]
        for count in range(MAX_ROUNDS):
            size = graph.quad_count()
            for rule in active:
                graph.update(rule.insert())
            if report:
                report(f"stratum {stratum}, round {count + 1}: {(graph.quad_count() - before) // 2:,} inferred")
            if graph.quad_count() == size:
                break
        else:
            raise RuleError(f"The rules of stratum {stratum} reach no fixpoint in {MAX_ROUNDS} rounds.")
    return (graph.quad_count() - before) // 2


@dataclass(frozen=True, slots=True)
class Reasoned:
    """The reasoned graph, and the folder in which it is kept for other processes."""

    graph: Graph
    folder: Path


def build(folder: Path, extra: Sequence[Path] = (), report: Callable[[str], None] | None = None) -> Graph:
    """Load the sources of a data folder, and further Turtle files, and materialise what follows."""
    graph = Graph.of(read_source(path) for path in [*source_files(folder), *extra])
    materialise(graph, rules_of(graph, folder), report)
    return graph


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
        _keep(build(folder, (), report), place)
        kept = _kept(place)
    if kept is None:
        raise CacheError(f"The reasoned graph in {place} cannot be read back. Remove that folder and run again.")
    return Reasoned(kept, place / "store")


def _kept(place: Path) -> Graph | None:
    """Open a kept graph when every file of it is as it was written."""
    try:
        manifest = json.loads((place / "manifest.json").read_bytes())
        if manifest == _manifest(place / "store"):
            return Graph.kept(place / "store")
    except (OSError, ValueError):
        pass  # not there, or damaged: it is made anew
    return None


def _manifest(store: Path) -> dict[str, int]:
    """A checksum for each file that holds data."""
    files = sorted(
        path for path in store.iterdir() if path.suffix == ".sst" or path.name.startswith(("MANIFEST", "CURRENT"))
    )
    return {path.name: crc32(path.read_bytes()) for path in files}


def _keep(graph: Graph, place: Path) -> None:
    """Write a graph aside and move it into its place in one step, so that nobody ever opens half of one."""
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        aside = Path(tempfile.mkdtemp(prefix="making-", dir=place.parent))
        try:
            graph.keep(aside / "store")
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
    """Keep the three newest graphs."""
    made = sorted(place.parent.glob("reasoned-*"), key=lambda path: path.stat().st_mtime, reverse=True)
    for old in made[3:]:
        shutil.rmtree(old, ignore_errors=True)
