"""The command line: what can be called, with which options; `commands` holds what each call commands."""

from __future__ import annotations

import argparse
import os
import sys
from typing import TYPE_CHECKING

from glutkg import commands
from glutkg.errors import GlutkgError
from glutkg.terms import LONGEST, VERSION

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

FORMATS = ("table", "csv", "tsv", "json", "markdown", "turtle")
PICTURES = ("path", "evidence", "distribution", "conflict", "hierarchy")
DRAWINGS = ("svg", "png", "mermaid", "dot")
EXPORTS = ("turtle", "ntriples", "nquads", "trig", "rdfxml", "jsonld", "grlc")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; give 0 when all is well, 1 when the data are wrong, 2 when the call is."""
    parser = command_line()
    options, rest = parser.parse_known_args(arguments)
    if options.command is None:
        parser.print_help()
        return 0
    if rest and options.command != "ask":
        parser.error(f"unrecognized arguments: {' '.join(rest)}")
    options.rest = rest
    try:
        code: int = options.run(options)
        sys.stdout.flush()
    except GlutkgError as error:
        print(f"glutkg: {error}", file=sys.stderr)
        return error.exit_code
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        print("glutkg: stopped.", file=sys.stderr)
        return 130
    return code


def _count(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"{text} is no number from 1")
    return number


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
        "--data", metavar="FOLDER", help="use another data folder (ontology/, facts/, shapes/, queries/)"
    )
    subparsers = parser.add_subparsers(dest="command", metavar="COMMAND")

    def command(
        name: str, run: Callable[[argparse.Namespace], int], summary: str, example: str, table: bool = True
    ) -> argparse.ArgumentParser:
        made = subparsers.add_parser(
            name,
            help=summary,
            description=summary[0].upper() + summary[1:] + ".",
            epilog=f"example:\n  {example}",
            formatter_class=argparse.RawDescriptionHelpFormatter,
            add_help=name != "ask",
        )
        made.set_defaults(run=run)
        if table:
            made.add_argument("--format", choices=FORMATS, default="table", help="form of the answer (default: table)")
            made.add_argument("-o", "--output", metavar="FILE", help="write the answer to a file")
        return made

    command("questions", commands.questions, "list the packaged questions, by topic", "glutkg questions")
    asked = command(
        "ask", commands.ask, "answer a packaged question", "glutkg ask compounds-at-receptor --receptor mGlu5"
    )
    asked.add_argument("name", help="the question; 'glutkg ask NAME --help' tells its parameters")
    asked.add_argument("-h", "--help", action="store_true", help="tell what the question asks and takes")
    query = command(
        "sparql",
        commands.sparql,
        "run a SPARQL query",
        "glutkg sparql 'SELECT * { ?drug glut:antagonises glut:NMDAReceptor }'",
    )
    query.add_argument("query", help="the query, a file that holds it, or - for standard input")
    query.add_argument(
        "--over", choices=("stated", "inferred", "both"), default="both", help="which triples to ask (default: both)"
    )
    query.add_argument(
        "--timeout", type=float, default=30.0, metavar="SECONDS", help="end the query after so long (default: 30)"
    )
    shown = command(
        "show",
        commands.show,
        "tell everything about a substance, receptor, site or claim",
        "glutkg show 'NMDA receptor'",
    )
    shown.add_argument("thing", help="a name, a synonym, a CURIE or an IRI")
    reason = command(
        "why", commands.why, "explain why a triple is in the graph", "glutkg why MK-801 antagonises 'NMDA receptor'"
    )
    for part in ("subject", "relation", "object"):
        reason.add_argument(part, help="a name, a CURIE or an IRI")
    walked = command(
        "path",
        commands.path,
        "find mechanism paths from an agent to an outcome or a condition: hypotheses",
        "glutkg path memantine 'migraine aura'",
    )
    walked.add_argument("agent", help="the substance, or kind of substance, from which the paths start")
    walked.add_argument("outcome", help="the outcome or condition to which they lead")
    foretold = command(
        "predict",
        commands.predict,
        "predict from paths what an agent does to an outcome or a condition, or abstain",
        "glutkg predict memantine CSD\n  glutkg predict --evaluate",
    )
    foretold.add_argument("agent", nargs="?", help="the substance, or kind of substance")
    foretold.add_argument("outcome", nargs="?", help="the outcome or condition")
    foretold.add_argument("--evaluate", action="store_true", help="predict every measured outcome, and compare")
    for searching in (walked, foretold):
        searching.add_argument("--at-most", type=_count, default=5, metavar="N", help="paths to show (default: 5)")
        searching.add_argument(
            "--longest", type=_count, default=LONGEST, metavar="N", help=f"steps of the longest (default: {LONGEST})"
        )
    drawn = command(
        "draw",
        commands.draw,
        "draw a picture of a path, of evidence, of places, of a conflict or of a hierarchy",
        "glutkg draw evidence ketamine -o ketamine.svg\n  glutkg draw path memantine 'migraine aura' -o aura.png",
        table=False,
    )
    _describe_drawing(drawn)
    checked = command(
        "check",
        commands.check,
        "check sources against the ontology's rules and the shapes",
        "glutkg check my-claims.ttl",
    )
    checked.add_argument(
        "files", nargs="*", metavar="FILE", help="further Turtle files to check along with the shipped ones"
    )
    referee = command(
        "reason",
        commands.reason,
        "let HermiT check the ontology, and compare it with the rules",
        "glutkg reason --audit",
    )
    referee.add_argument(
        "--audit", action="store_true", help="compare every relation to every kind too (about a minute)"
    )
    referee.add_argument(
        "--timeout", type=float, default=600.0, metavar="SECONDS", help="give HermiT up after so long (default: 600)"
    )
    exported = command(
        "export",
        commands.export,
        "write the graph as linked data",
        "glutkg export --over both --format trig -o glutkg.trig",
        table=False,
    )
    exported.add_argument(
        "--over",
        choices=("stated", "inferred", "both", "owl", "questions"),
        default="both",
        help="which triples; owl: the ontology with lifted axioms; questions: as SPARQL examples, or a folder for grlc",
    )
    exported.add_argument("--format", choices=EXPORTS, default="turtle", help="form of the file (default: turtle)")
    exported.add_argument("-o", "--output", metavar="FILE", required=True, help="the file to write")
    served = command(
        "serve", commands.serve, "serve SPARQL 1.1 on this machine", "glutkg serve --port 7878", table=False
    )
    served.add_argument("--port", type=int, default=7878, help="the port on 127.0.0.1 (default: 7878)")
    served.add_argument(
        "--timeout", type=int, default=30, metavar="SECONDS", help="end a query after so long (default: 30)"
    )
    completed = command(
        "completion",
        commands.completion,
        "print a completion script for a shell",
        'eval "$(glutkg completion bash)"',
        table=False,
    )
    completed.set_defaults(parser=parser)
    completed.add_argument("shell", choices=("bash", "zsh", "tcsh"), help="the shell")
    return parser


def _describe_drawing(drawn: argparse.ArgumentParser) -> None:
    drawn.add_argument("what", choices=PICTURES, help="what to draw")
    drawn.add_argument("thing", help="a name, a synonym, a CURIE or an IRI; for a path the agent")
    drawn.add_argument("goal", nargs="?", help="for a path, the outcome or condition to which it leads")
    drawn.add_argument(
        "--format", choices=DRAWINGS, help="form of the picture (default: as the file's ending says, or svg)"
    )
    drawn.add_argument("-o", "--output", metavar="FILE", help="write the picture to a file")
    drawn.add_argument(
        "--at-most", type=_count, metavar="N", help="rows, or steps of paths, to draw (default: 36, or 18 steps)"
    )


if __name__ == "__main__":
    sys.exit(main())
