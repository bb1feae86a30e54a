"""What the commands share: opening the graph, showing progress, writing an answer in the chosen format."""

from __future__ import annotations

import argparse
import signal
import sys
import threading
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from glutkg.commands.terminal import tell
from glutkg.errors import NotFoundError, ReasonerTimeoutError, UsageError
from glutkg.rdf.namespaces import expand

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from rich.status import Status

    from glutkg.api import KnowledgeGraph
    from glutkg.citations.works import Works
    from glutkg.text.documents import Document
    from glutkg.text.tables import Table

    Run = Callable[[argparse.Namespace], int]
    Command = Callable[[str, Run, str, str], argparse.ArgumentParser]
    """Makes the parser of a command from its name, function, summary and example."""


REFERENCES = ("bibtex", "csl-json", "ris")
"""The forms in which the works behind an answer are written."""
BYTE_ORDER_MARK = "\ufeff"
"""What tells a spreadsheet that a CSV file is UTF-8."""
_INPUTS = ("files", "files_added", "old", "query", "sign")
"""The arguments of commands that may name files to read."""
PATIENCE = 1.0
"""Seconds after which a terminal shows what is being done."""
_MOST_DIGITS = 19
"""Digits that a number may not have, so that it fits into 64 bits."""
_LAST_PORT = 65535
_YEAR = 366 * 24 * 3600


def load(options: argparse.Namespace) -> KnowledgeGraph:
    """Open the graph, which is reasoned over first if its sources have changed."""
    if endpoint := getattr(options, "endpoint", None):
        from glutkg import connect

        if getattr(options, "files_added", ()):
            raise UsageError("--with adds claims to the graph on this machine: leave --endpoint out.")
        return connect(endpoint, options.data)
    from glutkg.api import KnowledgeGraph

    files = getattr(options, "files_added", ())
    with progress("opening the graph") as report:
        kg = KnowledgeGraph.load(options.data, report, files)
    if files:
        _tell_left_out(kg)
    return kg


@contextmanager
def opened(options: argparse.Namespace) -> Iterator[KnowledgeGraph]:
    """Open the graph; of a name that it does not have it is told what the graph holds, and what is nearest."""
    kg = load(options)
    try:
        yield kg
    except NotFoundError as error:
        if error.suggestions or not error.name or expand(error.name):
            raise
        raise NotFoundError(f"{error} {kg.finder.not_covered.of_name(error.name)}") from error


def _tell_left_out(kg: KnowledgeGraph) -> None:
    """Name the claims that no question counts, which those of a user may be."""
    from glutkg.store.claims import not_counted, of_whole_documents

    if left_out := of_whole_documents(kg.reasoned, kg.folder):
        tell(not_counted(left_out))


@contextmanager
def progress(task: str) -> Iterator[Callable[[str], None]]:
    """Show on a terminal what is being done, once it takes longer than `PATIENCE`; show nothing in a pipe."""
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    status = _Status(task)
    try:
        yield status
    finally:
        status.stop()


class _Status:
    """A line with a spinner that appears a while after the task began and shows the last report."""

    def __init__(self, task: str) -> None:
        from threading import Lock, Timer

        self._task = task
        self._text = f"{task} …"
        self._shown: Status | None = None
        self._lock = Lock()
        self._timer = Timer(PATIENCE, self._show)
        self._timer.daemon = True
        self._timer.start()

    def __call__(self, message: str) -> None:
        self._text = f"{self._task}: {message}"
        with self._lock:
            if self._shown is not None:
                self._shown.update(self._text)

    def _show(self) -> None:
        from rich.console import Console

        with self._lock:
            if not self._timer.finished.is_set():
                self._shown = Console(stderr=True).status(self._text)
                self._shown.start()

    def stop(self) -> None:
        """Let the line go, or never come."""
        self._timer.cancel()
        with self._lock:
            if self._shown is not None:
                self._shown.stop()


def refuse_own_input(options: argparse.Namespace) -> None:
    """Refuse to write an answer over a file that it is made of. Raises UsageError."""
    from glutkg.resources import data_folder, files_read

    output = getattr(options, "output", None)
    if output is None or not Path(output).is_file():
        return
    values = (getattr(options, name, None) or () for name in _INPUTS)
    given = [Path(one) for value in values for one in ((value,) if isinstance(value, (str, Path)) else value)]
    folders = [data_folder(options.data), *(path for path in given if _is_so(path.is_dir))]
    read = (*given, *(path for folder in folders for path in files_read(folder)))
    if any(_is_so(path.samefile, output) for path in read):
        raise UsageError(f"The output {output} is a file that the answer is made of. Name another file.")


def _is_so(test: Callable[..., bool], *values: object) -> bool:
    """Test a path; what is none, such as a query, or names no file, is not so."""
    try:
        return test(*values)
    except (OSError, ValueError):
        return False


def write(options: argparse.Namespace, content: str | bytes) -> None:
    """Write an answer to the file named with -o, in one step, or to standard output."""
    if options.output is None and isinstance(content, str) and sys.stdout.isatty():
        sys.stdout.write(content)  # in the encoding of the terminal
        return
    raw = content if isinstance(content, bytes) else content.encode(errors="backslashreplace")
    if options.output is None:
        sys.stdout.buffer.write(raw)
        return
    from glutkg.atomic_write import write_atomically

    write_atomically(Path(options.output), raw)


def write_table(options: argparse.Namespace, table: Table) -> None:
    """Print a table, or write it in the chosen format."""
    from glutkg.text import rendering

    if options.format == "table" and options.output is None:
        rendering.print_table(table.view())
    elif options.format in REFERENCES:
        raise UsageError(
            f"Only 'ask' gives works, as {', '.join(REFERENCES)}. Choose another --format, or ask a question."
        )
    else:
        write_text(options, rendering.render(table, options.format))


def write_text(options: argparse.Namespace, text: str) -> None:
    """Write an answer as `write` does; a CSV file says by its first sign to spreadsheets that it is UTF-8."""
    marked = options.format == "csv" and options.output is not None
    write(options, BYTE_ORDER_MARK + text if marked else text)


def write_document(
    options: argparse.Namespace,
    document: Callable[[], Document],
    table: Callable[[], Table],
    others: Mapping[str, Callable[[], str] | Callable[[], bytes]] | None = None,
) -> int:
    """Print or write a document as text or Markdown, or one of `others` by format, or else a table."""
    if others and options.format in others:
        write(options, others[options.format]())
    elif options.format == "markdown":
        write(options, document().markdown())
    elif options.format != "table":
        write_table(options, table())
    elif options.output is not None or not sys.stdout.isatty():
        write(options, document().text())
    else:
        _show_document(document())
    return 0


def _show_document(document: Document) -> None:
    """Show a document on a terminal, with its tables as wide as that is."""
    from glutkg.text import rendering

    for part in document.parts():
        if isinstance(part, str):
            print(part, end="")
        else:
            rendering.print_table(part.table.view(), part.heading)


def write_works(options: argparse.Namespace, works: Works) -> None:
    """Write works for a reference manager."""
    from glutkg.citations import formats

    forms = {"bibtex": formats.bibtex, "csl-json": formats.csl_json, "ris": formats.ris}
    write(options, forms[options.format](works.all()))
    if left_out := works.known_by_number():
        tell(f"Left out, since only a number is known of them: {left_out}.")


def parameters(words: Sequence[str], names: Sequence[str]) -> dict[str, list[str]]:
    """Read `--name value [value …]` and `--name=value` pairs; values before them are for the first of the names."""
    values: dict[str, list[str]] = {}
    current: list[str] | None = None
    unnamed = iter(names)
    for word in words:
        _refuse_other_dashes(word, names)
        if word.startswith("--"):
            name, equals, value = word[2:].partition("=")
            current = values.setdefault(_spelt(name, names), [])
            if equals:
                current.append(value)
        elif current is None:
            first = next(unnamed, None)
            if first is None:
                raise _one_too_many(word, words, names)
            values[first] = [word]
        else:
            current.append(word)
    empty = [name for name, given in values.items() if not given]
    if empty:
        raise UsageError(f"--{empty[0]} needs a value.")
    return values


def _refuse_other_dashes(word: str, names: Sequence[str]) -> None:
    """Raise UsageError for a parameter with one hyphen, or with a dash as text programs put it in place of two."""
    meant = _spelt(word.lstrip("-–—"), names)
    if word.startswith(("-", "–", "—")) and not word.startswith("--") and meant in names:
        raise UsageError(f"'{word}' is no option. Write --{meant}.")


def _one_too_many(word: str, words: Sequence[str], names: Sequence[str]) -> UsageError:
    """Make the error of a value that no parameter is left for; another one may be a parameter without its hyphens."""
    meant = next((f" Did you mean --{_spelt(one, names)}?" for one in words if _spelt(one, names) in names), "")
    return UsageError(f"'{word}' is one value too many: the question takes {_list_of(names)}.{meant}")


def _spelt(name: str, names: Sequence[str]) -> str:
    """Return the parameter that is meant: `--at-least` is `--atLeast`."""
    same = (known for known in names if known.casefold() == name.replace("-", "").casefold())
    return next(same, name)


def _list_of(names: Sequence[str]) -> str:
    return f"only {', '.join(f'--{name}' for name in names)}" if names else "no value"


def declare_endpoint(*parsers: argparse.ArgumentParser) -> None:
    """Declare the option by which commands ask another store than the one on this machine."""
    for parser in parsers:
        parser.add_argument(
            "--endpoint",
            metavar="URL",
            help="ask the graph that a SPARQL store at this address holds, not the one here",
        )


def declare_files(*parsers: argparse.ArgumentParser) -> None:
    """Declare the option by which commands ask claims of one's own along with the graph."""
    for parser in parsers:
        parser.add_argument(
            "--with",
            dest="files_added",
            action="append",
            default=[],
            metavar="FILE",
            help="add the claims of a Turtle file of your own ('glutkg check FILE' first)",
        )


def declare_settings(parser: argparse.ArgumentParser, of: str = "") -> None:
    """Declare the options that narrow paths to a species or a route; `of` restricts them to one kind of use."""
    for setting in ("species", "route"):
        text = f"{of}use only claims on this {setting} or a subclass of it, and those that name none"
        parser.add_argument(f"--{setting}", metavar=setting.upper(), help=text)


def settings(options: argparse.Namespace) -> dict[str, str | None]:
    """Return the species and the route that were asked for."""
    return {"species": options.species, "route": options.route}


def file_name(text: str) -> str | None:
    """Read the name of a file to write; `-` is standard output, as with other programs."""
    return None if text == "-" else text


def seconds(text: str) -> float:
    """Read a time in seconds, above 0 and not more than a year."""
    try:
        number = float(text) if text.isascii() and "_" not in text else 0.0
    except ValueError:
        number = 0.0
    if not 0 < number <= _YEAR:
        raise argparse.ArgumentTypeError(f"{text} is not a number of seconds above 0")
    return number


@contextmanager
def stopped_after(limit: float) -> Iterator[None]:
    """Raise ReasonerTimeoutError once a number of seconds has passed, whatever goes on then: reading files, too.

    Only the main thread is interrupted, between two steps of Python, and not on Windows.
    """
    if threading.current_thread() is not threading.main_thread() or not hasattr(signal, "setitimer"):
        yield
        return

    def stop(*_: object) -> NoReturn:
        raise ReasonerTimeoutError(f"The command did not finish within {limit:g} s. Give it more time with --timeout.")

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, limit)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def count(text: str) -> int:
    """Read a number from 1."""
    return _number(text, 1)


def count_from_none(text: str) -> int:
    """Read a number from 0."""
    return _number(text, 0)


def port(text: str) -> int:
    """Read the number of a port."""
    number = _number(text, 0)
    if number > _LAST_PORT:
        raise argparse.ArgumentTypeError(f"{text} is not a port; ports go up to {_LAST_PORT}")
    return number


def _number(text: str, least: int) -> int:
    number = int(text) if text.isascii() and text.isdigit() and len(text) < _MOST_DIGITS else least - 1
    if number < least:
        raise argparse.ArgumentTypeError(f"{text} is not a whole number of at least {least}")
    return number
