"""HermiT asked one thing: whether a set of axioms has a model.

HermiT's own program runs on the Java of `glutkg.owl.reasoner`, once a question, and is stopped at a deadline.
(Through owlready2 it would classify everything each time: a check of the whole ontology then takes 3.2 s instead of
1.0 s.)
"""

from __future__ import annotations

import importlib.util
import os
import subprocess
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from glutkg.errors import ReasonerError, ReasonerTimeoutError
from glutkg.owl.reasoner import java_program
from glutkg.store.graph import serialize

if TYPE_CHECKING:
    from collections.abc import Sequence

    from glutkg.rdf.terms import Triple

_OPTIONS = ("-Xmx2000M", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC")
_PROGRAM = "org.semanticweb.HermiT.cli.CommandLine"


class Hermit:
    """Checks sets of axioms for consistency until a deadline, so many seconds from now."""

    def __init__(self, seconds: float) -> None:
        self._java = java_program()
        self._seconds = seconds
        self._deadline = time.monotonic() + seconds

    def consistent(self, triples: Sequence[Triple]) -> bool:
        """Tell whether axioms, as OWL in RDF, have a model. Raises ReasonerTimeoutError at the deadline."""
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise self._too_late()
        with tempfile.TemporaryDirectory(prefix="glutkg-") as folder:
            ontology = Path(folder) / "ontology.nt"
            ontology.write_bytes(serialize(triples, "ntriples"))
            command = [self._java, *_OPTIONS, "-cp", _class_path(), _PROGRAM, "-k", ontology.as_uri()]
            try:
                done = subprocess.run(command, capture_output=True, text=True, timeout=left, check=False)
            except subprocess.TimeoutExpired as error:
                raise self._too_late() from error
        said = done.stdout + done.stderr
        if "is satisfiable" in said:
            return True
        if "is not satisfiable" in said or "nconsistent" in said:
            return False
        raise ReasonerError(f"HermiT failed: {said.strip().splitlines()[-1] if said.strip() else 'no word'}")

    def _too_late(self) -> ReasonerTimeoutError:
        return ReasonerTimeoutError(
            f"HermiT did not finish within {self._seconds:g} s. Give it more time with --timeout."
        )


def _class_path() -> str:
    found = importlib.util.find_spec("owlready2")
    folder = Path(str(found.origin if found else "")).parent / "hermit"
    return os.pathsep.join((str(folder), str(folder / "HermiT.jar")))
