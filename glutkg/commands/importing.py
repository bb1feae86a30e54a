"""The command that takes over claims from elsewhere: import."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING

from glutkg.commands.console import progress
from glutkg.errors import UsageError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    from glutkg.changes.what_if import WhatIf
    from glutkg.commands.console import Command
    from glutkg.imports.importing import Imported
    from glutkg.store.graph import Graph
    from glutkg.text.documents import Document


def declare(command: Command) -> None:
    """Declare this command on the command line."""
    imported = command(
        "import",
        import_,
        "take over claims from a table, a graph or a store elsewhere, as Turtle that passes the same checks",
        "glutkg import interactions.csv --map gtopdb --date 2026-03-12 --into my-imports",
    )
    imported.add_argument(
        "source",
        metavar="SOURCE",
        help="a table (CSV, TSV, XLSX), the edges of a KGX pair (TSV, JSON Lines), DrugMechDB's YAML, the address of a "
        "SPARQL endpoint, or a folder of Turtle",
    )
    meaning = imported.add_mutually_exclusive_group()
    meaning.add_argument(
        "--map",
        metavar="MAP",
        help="what its columns mean: a TOML file, or a ready map by name (biolink, drugmechdb, gtopdb)",
    )
    meaning.add_argument(
        "--new-map",
        metavar="FILE",
        help="write the beginning of a map for a file, made of its own columns, to be filled in; nothing is imported",
    )
    imported.add_argument(
        "--into",
        default="imported",
        metavar="FOLDER",
        help="the folder of imports, in which this one gets a folder of its own (default: imported); "
        "'glutkg --data FOLDER' then answers from all of it",
    )
    imported.add_argument("--dry-run", action="store_true", help="show what would become of it, and write nothing")
    for name, what in (
        ("name", "the name of the source, in place of the map's"),
        ("date", "of when the source is, as year-month-day"),
        ("licence", "the licence of the source, in place of the map's"),
    ):
        imported.add_argument(f"--{name}", metavar=name.upper(), help=what)


def import_(options: argparse.Namespace) -> int:
    """Import a source, and show what became of it. Raises UsageError without a map, which says what one is."""
    from tempfile import TemporaryDirectory

    if options.new_map:
        return _new_map(options)
    if options.map is None:
        raise UsageError(
            f"A map says what the columns of {options.source} mean: name it with --map. This writes the beginning of "
            f"one, made of these columns: glutkg import {shlex.quote(options.source)} --new-map map.toml "
            "(docs/imports.md)."
        )
    with TemporaryDirectory(prefix="glutkg-") as aside, progress("importing") as report:
        document, is_whole = _imported(options, Path(aside) if options.dry_run else None, report)
    print(document.text(), end="")
    return 0 if is_whole else 1


def _new_map(options: argparse.Namespace) -> int:
    """Write the beginning of a map into a new file. Raises UsageError for one that is there, and for an address."""
    from glutkg.atomic_write import write_atomically
    from glutkg.checks.check import shape_files
    from glutkg.checks.record_classes import RecordClasses
    from glutkg.checks.shapes import Shapes
    from glutkg.imports.new_map import new_map
    from glutkg.imports.sources import is_address
    from glutkg.reasoning.cache import cached_graph
    from glutkg.resources import data_folder
    from glutkg.store.graph import Graph
    from glutkg.store.sources import read_source

    if is_address(options.source):
        raise UsageError(
            f"--new-map reads the columns of a file, and {options.source} is an address (docs/imports.md)."
        )
    target = Path(options.new_map)
    if target.exists():
        raise UsageError(f"{target} is there already. Name a new file, or import with --map {target}.")
    with progress("reading") as report:
        folder = data_folder(options.data)
        graph = cached_graph(folder, report).graph
        classes = RecordClasses(graph, Shapes(Graph.merged(map(read_source, shape_files(folder)))))
        text = new_map(Path(options.source), graph, classes)
    if options.new_map != "-":
        write_atomically(target, text.encode())
    print(text, end="")
    return 0


def _imported(options: argparse.Namespace, aside: Path | None, report: Callable[[str], None]) -> tuple[Document, bool]:
    """Import a source, into a folder aside if one is given; give the report, and whether all was imported."""
    from glutkg.imports import report as reports
    from glutkg.imports.column_map import map_file, read_map
    from glutkg.imports.importing import Import
    from glutkg.imports.sources import read_rows
    from glutkg.reasoning.cache import cached_graph
    from glutkg.resources import data_folder, is_imported

    collection = Path(options.into)
    context = collection if is_imported(collection) and options.data is None else data_folder(options.data)
    report("opening the graph")
    graph = cached_graph(context, report).graph
    changed = {key: value for key in ("name", "date", "licence") if (value := getattr(options, key))}
    map_ = read_map(map_file(options.map), graph, changed)
    work = Import(map_, graph, context, aside or collection, report=report)
    done = work.run(read_rows(options.source, map_))
    report("comparing")
    agreeing = reports.corroborations(done, context, map_.name)
    change = _change(graph, context, done)
    disagreeing = reports.disagreements(done)
    return reports.document(done, disagreeing, agreeing, change, is_trial=aside is not None), not done.rejects


def _change(graph: Graph, context: Path, done: Imported) -> WhatIf | str:
    """Work out what an import changes, or say why not."""
    from glutkg.changes.what_if import WhatIfSession
    from glutkg.errors import LimitError
    from glutkg.reasoning.load_and_reason import rules_of

    try:
        return WhatIfSession(graph, context, rules_of(graph, context)).what_if(done.paths)
    except LimitError as error:
        return str(error)
