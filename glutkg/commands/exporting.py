"""Commands that publish the graph: draw, export; and the cache and completion."""

from __future__ import annotations

import re
import sys
from itertools import chain
from itertools import count as numbers
from pathlib import Path
from typing import TYPE_CHECKING

from glutkg.commands.console import (
    count,
    declare_endpoint,
    declare_files,
    declare_settings,
    file_name,
    load,
    progress,
    settings,
    write,
)
from glutkg.commands.terminal import tell
from glutkg.errors import NotFoundError, UsageError
from glutkg.rdf.namespaces import PARTS

if TYPE_CHECKING:
    import argparse

    from glutkg.api import KnowledgeGraph
    from glutkg.commands.console import Command
    from glutkg.pictures.formats import Drawing
    from glutkg.pictures.model import Picture

PICTURES = ("path", "evidence", "trials", "comparison", "targets", "outcomes", "distribution", "conflict", "hierarchy")
SHAPES = ("slide",)
DRAWINGS = ("svg", "png", "mermaid", "dot")
SERIALISATIONS = ("turtle", "ntriples", "nquads", "trig", "rdfxml", "jsonld")
EXPORTS = (
    *SERIALISATIONS,
    *("owl", "owl-functional", "kgx", "kgx-jsonl", "graphml", "cx2", "csv", "sssom", "nanopubs", "void"),
    *("questions", "grlc", "release", "site"),
)
REPORTS = ("text", "json")


def declare(command: Command) -> None:
    """Declare these commands on the command line."""
    _declare_draw(command)
    _declare_export(command)
    completed = command(
        "completion", completion, "print a completion script for a shell", 'eval "$(glutkg completion bash)"'
    )
    completed.add_argument("shell", choices=("bash", "zsh", "fish", "powershell"), help="the shell")
    cached = command("cache", cache, "show where reasoned graphs are kept, or remove them", "glutkg cache --clear")
    cached.add_argument("--clear", action="store_true", help="remove all kept graphs; they are made again when needed")


def _declare_draw(command: Command) -> None:
    drawn = command(
        "draw",
        draw,
        "draw a path, evidence, trials, a comparison, targets, outcomes, a distribution, a conflict, a hierarchy",
        "glutkg draw evidence ketamine -o ketamine.svg\n  glutkg draw path memantine 'migraine aura' -o aura.png",
    )
    what = drawn.add_argument(
        "what", nargs="?", metavar="PICTURE", help=f"one of {', '.join(PICTURES)}; without it, all are listed"
    )
    what.completer = lambda **_: PICTURES  # type: ignore[attr-defined]
    drawn.add_argument(
        "things",
        nargs="*",
        metavar="THING",
        help="names, synonyms, CURIEs or IRIs: for a path the agent and the goal, for a comparison two substances or "
        "receptors or more, for trials, targets and outcomes any number or none, else one",
    )
    drawn.add_argument("--format", choices=DRAWINGS, help="form of the picture (default: by the file's ending, or svg)")
    drawn.add_argument(
        "-o",
        "--output",
        metavar="FILE",
        type=file_name,
        help="write the picture to a file (default on a terminal: one named after it)",
    )
    drawn.add_argument("--shape", choices=SHAPES, help="slide: 16:9, with as many rows as are legible on it")
    drawn.add_argument(
        "--page", type=count, metavar="N", help="the slide of this number, of those that hold all rows of a table"
    )
    drawn.add_argument(
        "--limit", type=count, metavar="N", help="rows, or steps of paths, to draw (default: 36, or 18 steps)"
    )
    declare_settings(drawn, of="for a path: ")
    declare_endpoint(drawn)
    declare_files(drawn)


def _declare_export(command: Command) -> None:
    exported = command(
        "export",
        export,
        "write the graph in a format that other tools load",
        "glutkg export turtle -o glutkg.ttl\n  glutkg export kgx --report",
    )
    exported.add_argument("what", nargs="?", choices=EXPORTS, metavar="FORMAT", help=f"one of {', '.join(EXPORTS)}")
    exported.add_argument("folder", nargs="?", metavar="FOLDER", type=file_name, help="for site: the folder to write")
    exported.add_argument(
        "--base", metavar="URL", help="for site: where its pages will be known (default: https://w3id.org/glutkg/)"
    )
    exported.add_argument("--over", choices=PARTS, help="which triples RDF holds (default: both)")
    exported.add_argument(
        "--format", choices=SERIALISATIONS, help="the serialisation of RDF (default: turtle, of owl rdfxml)"
    )
    exported.add_argument(
        "-o", "--output", metavar="FILE", type=file_name, help="the file or folder to write (default: standard output)"
    )
    exported.add_argument(
        "--sign", metavar="KEY", type=Path, help="for nanopubs: sign each with the private RSA key in this PEM file"
    )
    exported.add_argument(
        "--report",
        nargs="?",
        choices=REPORTS,
        const="text",
        help="write instead what the format cannot carry, and which records it leaves out and why (default: text)",
    )


def draw(options: argparse.Namespace) -> int:
    """Draw a picture."""
    from glutkg.pictures.formats import form_of

    if options.what is None:
        return _list_pictures(options)
    form = options.format or (form_of(options.output) if options.output else "svg")
    picture = _drawn(options, load(options))
    content = picture.content(form)
    if options.output is None and sys.stdout.isatty():
        page = [str(options.page)] if options.page else []
        options.output = str(_unused("-".join((options.what, *options.things, *page)), form))
        print(f"The picture is in {options.output}.")
    write(options, content)
    _say_what_is_left_out(options, picture.picture)
    return 0


def _list_pictures(options: argparse.Namespace) -> int:
    from glutkg.pictures.picture_names import picture_list
    from glutkg.resources import data_folder

    print(picture_list(data_folder(options.data)))
    return 0


def _drawn(options: argparse.Namespace, kg: KnowledgeGraph) -> Drawing:
    """Draw the picture. Raises the errors of drawing, with what can be drawn instead where there is nothing to draw."""
    limit, shape, page = options.limit, options.shape, options.page
    try:
        return kg.draw(options.what, *options.things, at_most=limit, shape=shape, page=page, **settings(options))
    except NotFoundError as error:
        from glutkg.pictures.picture_names import offered
        from glutkg.pictures.queries import PictureQueries

        raise NotFoundError(f"{error}{offered(PictureQueries(kg.reasoned, kg.folder), options.things)}") from error


def _say_what_is_left_out(options: argparse.Namespace, picture: Picture) -> None:
    """Say that the picture is written, what had no room on it, and how to see that."""
    from glutkg.pictures.model import TablePicture
    from glutkg.pictures.notes import number_left_out

    rest = " --page 1, --page 2 … give the slides of all rows." if isinstance(picture, TablePicture) else ""
    more = "more is drawn without --shape, or of something narrower" if options.shape else "--limit N draws more"
    for number in filter(None, map(number_left_out, picture.notes)):
        if options.page is None:
            written = options.output or "The picture"
            tell(f"{written} is written; {number} left out to keep it legible: {more}.{rest}")


def _unused(name: str, form: str) -> Path:
    """Give a file in this folder, named after a picture, that does not exist yet."""
    stem = re.sub(r"[^\w-]+", "-", name).strip("-").lower()
    ending = {"mermaid": "mmd", "dot": "gv"}.get(form, form)
    tried = (Path(f"{stem}{number}.{ending}") for number in chain([""], (f"-{n}" for n in numbers(2))))
    return next(path for path in tried if not path.exists())


def export(options: argparse.Namespace) -> int:
    """Write the graph in a format to a file, a folder or standard output."""
    if options.what == "site":
        return _site(options)
    if options.folder or options.base:
        raise UsageError("A FOLDER and --base are for site. Name the output with -o.")
    from glutkg.exports.content import Content
    from glutkg.exports.formats import FORMATS

    name = _format_of(options)
    if name == "release":
        return _release(options)
    chosen = FORMATS[name]
    content = Content(load(options), options.over or "both", options.format, options.sign)
    if options.report:
        from glutkg.exports.fidelity import report

        found = report(content, name, chosen.fate(content))
        write(options, found.json() if options.report == "json" else found.text())
        return 0
    if chosen.is_folder and options.output is None:
        raise UsageError(f"{name} is a folder of files. Name one with -o.")
    with progress(f"writing {name}"):
        files = chosen.files(content)
    if chosen.is_folder:
        from glutkg.atomic_write import write_folder_atomically

        write_folder_atomically(Path(options.output), files)
    else:
        write(options, *files.values())
    return 0


def _release(options: argparse.Namespace) -> int:
    """Write all formats into a folder."""
    from glutkg.atomic_write import write_folder_atomically
    from glutkg.exports.content import Content
    from glutkg.exports.release import files

    if options.output is None:
        raise UsageError("A release is a folder of files. Name one with -o.")
    if options.report:
        raise UsageError("A release has the report of each format in its folder fidelity/. Leave --report out.")
    content = Content(load(options))
    with progress("writing the release") as report:
        made = files(content, report)
    write_folder_atomically(Path(options.output), made)
    return 0


def _site(options: argparse.Namespace) -> int:
    """Write the pages and their data into a folder."""
    from glutkg.pages.site import Site
    from glutkg.pages.static_site import write_site
    from glutkg.rdf.namespaces import BASE

    folder = options.folder or options.output
    if folder is None or options.report or options.format or options.over:
        raise UsageError("The site is a folder of files: glutkg export site FOLDER [--base URL]")
    knowledge = load(options)
    with progress("writing the site") as report:
        site = Site(knowledge, options.base or BASE, files=True)
        number = write_site(site, Path(folder), report)
    print(f"{number:,} files are in {folder}.")
    return 0


def _format_of(options: argparse.Namespace) -> str:
    """Return the format that was asked for, by its name or as a serialisation of RDF."""
    name: str | None = options.what
    over, form = options.over, options.format
    if name is None:
        return form or "turtle"
    if over is not None and name not in SERIALISATIONS:
        raise UsageError(f"--over {over} chooses triples for {', '.join(SERIALISATIONS)}. Leave it out for {name}.")
    if options.sign is not None and name != "nanopubs":
        raise UsageError(f"{name} is not signed; nanopubs can be. Leave --sign out.")
    if form is not None and name not in ("owl", "questions", "void"):
        raise UsageError(f"{name} is a format by itself. Leave --format {form} out.")
    return name


def cache(options: argparse.Namespace) -> int:
    """Show where reasoned graphs are kept, or remove them."""
    from glutkg.reasoning.cache import clear, kept
    from glutkg.resources import cache_folder

    if options.clear:
        clear()
    found = kept()
    print(f"{cache_folder()} (GLUTKG_CACHE names another folder)")
    for path, size in found:
        print(f"  {path.name}  {size / 1e6:.1f} MB")
    print(f"{len(found)} kept")
    return 0


def completion(options: argparse.Namespace) -> int:
    """Print a completion script."""
    from glutkg.commands.completion import script

    print(script(options.shell))
    return 0
