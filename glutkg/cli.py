"""The command line: the commands and their common options; `commands` holds what each of them does."""

from __future__ import annotations

import argparse
import os
import sys
from typing import TYPE_CHECKING

from glutkg.commands import asking, curation, explaining, exporting, importing, predicting, publishing, serving
from glutkg.commands.console import REFERENCES, file_name, refuse_own_input
from glutkg.commands.terminal import as_message, legible, print_anything, tell
from glutkg.errors import INTERRUPTED, GlutkgError, UsageError
from glutkg.text.rendering import FORMATS
from glutkg.version import VERSION

ASKED = "_ARGCOMPLETE"
"""The variable that the script of the shell sets when it asks for completions."""

LASTING = ("serve", "mcp")
"""Commands that run until they are told to end."""

if TYPE_CHECKING:
    from collections.abc import Sequence

    from glutkg.commands.console import Run


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; return 0 when all is well, 1 when the data are wrong, 2 when the call is wrong."""
    print_anything()
    parser = command_line()
    if ASKED in os.environ:
        from glutkg.commands.completion import complete

        complete(parser)
    words = [legible(word) for word in (sys.argv[1:] if arguments is None else arguments)]
    options, rest = parser.parse_known_args(words)
    if options.command is None:
        parser.print_help()
        return 0
    if options.command == "draw" and not any(word.startswith("-") for word in rest):
        options.things, rest = [*options.things, *rest], []
    if rest and options.command != "ask":
        parser.error(as_message(f"unrecognized arguments: {' '.join(rest)}"))
    options.rest = rest
    try:
        if sys.stdout is None and not getattr(options, "output", None):
            raise UsageError("Standard output is closed. Name a file with -o FILE.")
        refuse_own_input(options)
        code: int = _run(options, words)
        if sys.stdout is not None:
            sys.stdout.flush()
    except GlutkgError as error:
        tell(str(error))
        return error.exit_code
    except BrokenPipeError:
        _drop_output()
        return 0
    except OSError as error:
        what = error.filename or "The answer"
        tell(f"{what} cannot be read or written ({error.strerror or error}).")
        _drop_output()
        return 2
    except KeyboardInterrupt:
        print("glutkg: stopped.", file=sys.stderr)
        return INTERRUPTED
    return code


def _run(options: argparse.Namespace, arguments: Sequence[str]) -> int:
    """Run a command, or have it run under supervision; warnings are lines of their own."""
    import warnings

    with warnings.catch_warnings():
        warnings.showwarning = lambda message, *_: tell(str(message))
        if options.data is not None or "GLUTKG_DATA" in os.environ or options.command == "check":
            from glutkg.commands.supervision import is_to_be_supervised, supervise

            if is_to_be_supervised(options):
                return supervise(arguments, options.command in LASTING)
        code: int = options.run(options)
        return code


def _drop_output() -> None:
    """Discard what is still to be written, so that Python does not try to write it at exit."""
    if sys.stdout is not None:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def command_line() -> argparse.ArgumentParser:
    """Describe the whole command line: every command with its arguments."""
    parser = argparse.ArgumentParser(
        prog="glutkg",
        description="Ask a knowledge graph of glutamatergic pharmacology; every answer comes with its sources.",
        epilog="examples:\n  glutkg questions\n  glutkg ask compounds-at-receptor --receptor mGlu5\n"
        "  glutkg show MK-801\n"
        "  glutkg why dizocilpine 'is a' 'NMDA receptor antagonist'",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"glutkg {VERSION}")
    parser.add_argument(
        "--data", metavar="FOLDER", help="use another data folder (ontology/, rules/, facts/, shapes/, queries/)"
    )
    subparsers = parser.add_subparsers(dest="command", metavar="COMMAND")

    def command(name: str, run: Run, summary: str, example: str) -> argparse.ArgumentParser:
        made = subparsers.add_parser(
            name,
            help=summary,
            description=summary[0].upper() + summary[1:] + ".",
            epilog=f"example:\n  {example}",
            formatter_class=argparse.RawDescriptionHelpFormatter,
            add_help=name != "ask",
        )
        made.set_defaults(run=run)
        return made

    def answering(name: str, run: Run, summary: str, example: str) -> argparse.ArgumentParser:
        made = command(name, run, summary, example)
        formats = (*FORMATS, *REFERENCES)  # those of works are refused by name where an answer has none
        shown = formats if name == "ask" else FORMATS
        made.add_argument(
            "--format",
            choices=formats,
            metavar=f"{{{','.join(shown)}}}",
            default="table",
            help="format of the answer (default: table); csv is the plain table for spreadsheets, tsv that of SPARQL, "
            "with terms as Turtle writes them",
        )
        made.add_argument("-o", "--output", metavar="FILE", type=file_name, help="write the answer to a file")
        return made

    for group in (asking, explaining, predicting, curation):
        group.declare(answering)
    exporting.declare(command)
    importing.declare(command)
    publishing.declare(command)
    serving.declare(command)
    parser.set_defaults(parser=parser)
    return parser
