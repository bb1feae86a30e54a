"""An import from a source to a folder: records made, checked with all that is stated, and written, all or nothing."""

from __future__ import annotations

import contextlib
import csv
import io
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from glutkg.checks.check import check
from glutkg.errors import GlutkgError, UsageError
from glutkg.imports.facts_idiom import turtle_files
from glutkg.imports.records import Records
from glutkg.imports.resolving import Resolver
from glutkg.imports.rows import Reject
from glutkg.rdf.namespaces import curie
from glutkg.resources import IMPORTED, is_imported

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from glutkg.checks.report import ValidationReport, ValidationResult
    from glutkg.imports.column_map import ColumnMap
    from glutkg.imports.records import Claim
    from glutkg.imports.rows import Row, Rows
    from glutkg.store.graph import Graph

REJECTED = "rejected.tsv"
"""The file of what was not imported: its cells, with the reason."""
_MARK = """# Folders of imported claims, made by 'glutkg import'. With --data and this folder, glutkg answers from what
# the package states and from them; without it, from what the package states alone.
"""
_MOST_ROUNDS = 5
_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import made: a folder of files, the claims in it, and what was rejected."""

    folder: Path
    files: tuple[str, ...]
    claims: tuple[Claim, ...]
    stubs: int
    references: int
    merged: int
    rejects: tuple[Reject, ...]
    check: ValidationReport

    @property
    def paths(self) -> list[Path]:
        """The files of Turtle."""
        return [self.folder / name for name in self.files]


class Import:
    """An import into a folder of its own in a collection; claims that fail a check are rejected.

    `graph` is the reasoned graph of the data folder `context`, with which the claims are checked; `report` is called
    with what takes time. Raises UsageError where the folder is there already, or the collection is something else.
    """

    def __init__(
        self, map_: ColumnMap, graph: Graph, context: Path, collection: Path, *, report: Callable[[str], None]
    ) -> None:
        self._map = map_
        self._graph = graph
        self._context = context
        self._collection = collection
        self._report = report
        self._target = new_folder(collection, map_.name)

    def run(self, rows: Rows) -> Imported:
        """Import the rows of a source, all or nothing.

        Raises UsageError where the folder cannot be written, and GlutkgError where no claim remains.
        """
        records = Records(self._map, self._graph, Resolver(self._graph, self._map.prefixes))
        self._report("reading rows")
        records.add_all(rows.rows)
        with _folder_aside(self._collection, self._map.name) as aside:
            made = self._checked(records, rows.columns, aside)
            aside.rename(self._target)
            if not is_imported(self._collection):
                (self._collection / IMPORTED).write_text(_MARK, encoding="utf-8")
        return made

    def _checked(self, records: Records, columns: Sequence[str], folder: Path) -> Imported:
        """Write records into a folder, reject those that the check finds fault with, and write the others anew."""
        claims, rejects = list(records.claims.values()), list(records.rejects)
        for _ in range(_MOST_ROUNDS):
            if not claims:
                raise GlutkgError(f"No claim can be imported. {_first_reasons(rejects)}")
            files = _written(turtle_files(records, self._map, claims), folder)
            self._report(f"checking {len(claims):,} claims")
            found = check(self._context, files, counted=False)
            faults = _by_claim(found, claims, folder)
            if not faults:
                break
            rejects += [_rejected(one, row, faults[one.iri]) for one in claims if one.iri in faults for row in one.rows]
            claims = [claim for claim in claims if claim.iri not in faults]
        else:
            raise GlutkgError(f"Claims still fail the check. {_first_reasons(rejects[::-1])}")
        if rejects:
            (folder / REJECTED).write_text(rejected_table(rejects, columns), encoding="utf-8")
        return Imported(
            self._target,
            tuple(path.name for path in files),
            tuple(claims),
            len({iri for claim in claims for iri in claim.uses}),
            len(records.numbered(claims)),
            records.merged,
            tuple(rejects),
            found,
        )


@contextlib.contextmanager
def _folder_aside(collection: Path, name: str) -> Iterator[Path]:
    """Make a folder beside the one that is to be; nothing of it stays when it was not moved."""
    was_there = collection.is_dir()
    aside = None
    try:
        collection.mkdir(parents=True, exist_ok=True)
        aside = Path(tempfile.mkdtemp(prefix=f".{name}-", dir=collection))
        made = aside / name
        made.mkdir()
        yield made
    except OSError as error:
        raise UsageError(
            f"The folder {collection} cannot be written ({error.strerror or error}). Name another with --into."
        ) from error
    finally:
        if aside is not None:
            shutil.rmtree(aside, ignore_errors=True)
        if not was_there:
            with contextlib.suppress(OSError):
                collection.rmdir()  # which leaves a folder that holds something


def _written(files: Mapping[str, bytes], folder: Path) -> list[Path]:
    """Write files into a folder, and nothing else."""
    for old in folder.iterdir():
        old.unlink()
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return [folder / name for name in files]


def new_folder(collection: Path, name: str) -> Path:
    """Name the folder of an import. Raises UsageError where there is one, or the collection is something else."""
    if collection.exists() and not collection.is_dir():
        raise UsageError(f"{collection} is a file. Name a folder with --into.")
    if collection.is_dir() and not is_imported(collection) and any(collection.iterdir()):
        raise UsageError(f"The folder {collection} holds other things than imports. Name another with --into.")
    target = collection / name
    if target.exists():
        raise UsageError(f"There is an import in {target} already. Remove that folder, or choose another --name.")
    return target


def _by_claim(found: ValidationReport, claims: Sequence[Claim], folder: Path) -> dict[str, ValidationResult]:
    """Give for each claim that fails the check the first result; a stub that fails is a fault of the claims on it.

    Raises GlutkgError for results that no claim is to blame for.
    """
    owners: dict[str, list[str]] = {claim.iri: [claim.iri] for claim in claims}
    for claim in claims:
        for iri in claim.uses:
            owners.setdefault(iri, []).append(claim.iri)
    faults: dict[str, ValidationResult] = {}
    others: list[ValidationResult] = []
    for result in found.results:
        if result.severity in ("Warning", "Info"):
            continue
        value = result.value.value if result.value else ""
        blamed = owners.get(result.focus) or owners.get(value)
        for iri in blamed or ():
            faults.setdefault(iri, result)
        if not blamed:
            others.append(result)
    if others and not faults:
        listed = "; ".join(f"{one.place} {one.rule}: {one.message}" for one in others[:_SHOWN])
        raise GlutkgError(f"Nothing was imported, since the check fails: {listed}".replace(f"{folder}/", ""))
    return faults


def _rejected(claim: Claim, row: Row, result: ValidationResult) -> Reject:
    column = claim.columns.get(result.predicate or "", "")
    reason = f"{result.rule}: {result.message}".replace(curie(claim.iri), "this claim")
    return Reject(row, column, row.cells.get(column, ""), reason)


def _first_reasons(rejects: Sequence[Reject]) -> str:
    first = {one.reason: one for one in reversed(rejects)}
    shown = [f"{one.row.place}: {one.reason}" for one in [*reversed(first.values())][:_SHOWN]]
    return "The first reasons: " + " ".join(shown) if shown else "The source has no rows."


def rejected_table(rejects: Iterable[Reject], columns: Sequence[str]) -> str:
    """Write rejects as a table: where, which column, which value, why, and then the cells as they were."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter="\t", lineterminator="\n")
    writer.writerow(["rejected row", "rejected column", "rejected value", "reason", *columns])
    for one in rejects:
        cells = [one.row.cells.get(name, "") for name in columns]
        writer.writerow([one.row.place, one.column, one.value, one.reason, *cells])
    return text.getvalue()
