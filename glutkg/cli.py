"""The command line: thin commands over the library."""

from __future__ import annotations

import argparse
import os
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from glutkg.errors import GlutkgError, UsageError
from glutkg.terms import VERSION

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from glutkg.api import KnowledgeGraph
    from glutkg.tables import Table

FORMATS = ("table", "csv", "tsv", "json", "markdown", "turtle")
EXPORTS = ("turtle", "ntriples", "nquads", "trig", "rdfxml", "jsonld")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; give 0 when all is well, 1 when the data are wrong, 2 when the call is."""
    parser = _parser()
    options, rest = parser.parse_known_args(arguments)
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


# --- what the commands share ------------------------------------------------------------------------------------------


def _load(options: argparse.Namespace) -> KnowledgeGraph:
    from glutkg.api import KnowledgeGraph

    with _progress("opening the graph") as report:
        return KnowledgeGraph.load(options.data, report)


@contextmanager
def _progress(task: str) -> Iterator[Callable[[str], None]]:
    """Show what goes on, on a terminal, once something takes long enough to say so; say nothing in a pipe."""
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    status = _Status(task)
    try:
        yield status
    finally:
        status.stop()


class _Status:
    """A line with a spinner that appears with the first report."""

    def __init__(self, task: str) -> None:
        self._task = task
        self._shown: object | None = None

    def __call__(self, message: str) -> None:
        if self._shown is None:
            from rich.console import Console

            self._shown = Console(stderr=True).status(message)
            self._shown.start()
        else:
            self._shown.update(f"{self._task}: {message}")  # type: ignore[attr-defined]

    def stop(self) -> None:
        if self._shown is not None:
            self._shown.stop()  # type: ignore[attr-defined]


def _write(options: argparse.Namespace, content: str | bytes) -> None:
    """Write an answer to the file named with -o, in one step, or to standard output."""
    raw = content if isinstance(content, bytes) else content.encode()
    if options.output is None:
        sys.stdout.buffer.write(raw)
        return
    from glutkg.files import write_atomically

    write_atomically(Path(options.output), raw)


def _give(options: argparse.Namespace, table: Table) -> None:
    """Print or write a table in the chosen format."""
    from glutkg import render

    if options.format == "table" and options.output is None:
        render.print_table(table)
    else:
        _write(options, render.render(table, options.format))


# --- commands ---------------------------------------------------------------------------------------------------------


def _questions(options: argparse.Namespace) -> int:
    from glutkg.questions import read_questions
    from glutkg.resources import data_folder
    from glutkg.tables import Table, Term

    questions = read_questions(data_folder(options.data))
    found = sorted(((question.tags[0], question) for question in questions), key=lambda pair: (pair[0], pair[1].name))
    rows = [
        tuple(Term("literal", text) for text in (tag, question.name, question.question, _synopsis(question.parameters)))
        for tag, question in found
    ]
    _give(options, Table(("topic", "name", "question", "parameters"), tuple(rows)))
    return 0


def _synopsis(parameters: Sequence[object]) -> str:
    return " ".join(f"--{parameter.name}" for parameter in parameters)  # type: ignore[attr-defined]


def _ask(options: argparse.Namespace) -> int:
    from glutkg import questions
    from glutkg.resources import data_folder

    question = questions.find_question(data_folder(options.data), options.name)
    if options.help:
        print(_question_help(question))
        return 0
    values = _parameters(options.rest)
    question.bound(dict.fromkeys(values, ()))  # an unknown parameter is told before the graph is opened
    knowledge = _load(options)
    _give(options, questions.ask(knowledge.reasoned, question, values))
    return 0


def _parameters(words: Sequence[str]) -> dict[str, list[str]]:
    """Read `--name value [value …]` and `--name=value` pairs."""
    values: dict[str, list[str]] = {}
    current: list[str] | None = None
    for word in words:
        if word.startswith("--"):
            name, equals, value = word[2:].partition("=")
            current = values.setdefault(name, [])
            if equals:
                current.append(value)
        elif current is None:
            raise UsageError(f"'{word}' stands before any parameter. Write --parameter {word}.")
        else:
            current.append(word)
    empty = [name for name, given in values.items() if not given]
    if empty:
        raise UsageError(f"--{empty[0]} needs a value.")
    return values


def _question_help(question: object) -> str:
    from glutkg.questions import Question

    assert isinstance(question, Question)  # noqa: S101 - for the type checker
    lines = [
        question.question,
        "",
        f"A row: {question.row}",
        "",
        f"usage: glutkg ask {question.name} [--parameter VALUE]…",
        "",
    ]
    for parameter in question.parameters:
        more = ", ".join(
            word
            for word, is_so in (("may be left out", parameter.optional), ("several values", parameter.several))
            if is_so
        )
        lines.append(f"  --{parameter.name:<12} {parameter.text} ({parameter.kind}{', ' + more if more else ''})")
    return "\n".join([*lines, "", "  --format FORM  -o FILE   as for every command"])


def _sparql(options: argparse.Namespace) -> int:
    from glutkg import render, worker

    text = _query_text(options.query)
    limits = worker.Limits(seconds=options.timeout)
    kind, answer = worker.run_query(_load(options).kept.folder, text, options.over, limits)
    if kind != "construct":
        _give(options, render.read_results(answer))
    elif options.format in ("table", "turtle"):
        from glutkg import graph

        _write(options, graph.serialize(graph.read_ntriples(answer), "turtle"))
    else:
        raise UsageError("The query gives a graph, not a table. Use --format turtle.")
    return 0


def _query_text(given: str) -> str:
    if given == "-":
        raw = sys.stdin.buffer.read()
    elif not any(mark in given for mark in "{\n") and Path(given).is_file():
        raw = Path(given).read_bytes()
    elif given.endswith((".rq", ".sparql")):
        raise UsageError(f"The query file {given} cannot be found.")
    else:
        return given
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise UsageError(f"The query is not UTF-8 text (byte {error.start}). Save it as UTF-8.") from error


def _show(options: argparse.Namespace) -> int:
    from glutkg import render

    description = _load(options).show(options.thing)
    if options.format == "table" and options.output is None:
        print(f"{description.label}\n{description.iri}")
        for title, table in description.sections:
            print(f"\n{title.upper()}")
            render.print_table(table, heading=False)
    elif options.format == "markdown":
        parts = [f"# {description.label}\n\n<{description.iri}>\n"]
        parts += [f"\n## {title}\n\n{render.markdown(table)}" for title, table in description.sections]
        _write(options, "".join(parts))
    else:
        _write(options, render.render(description.flat(), options.format))
    return 0


def _why(options: argparse.Namespace) -> int:
    from glutkg import explain, graph, render

    knowledge = _load(options)
    proof = knowledge.why(options.subject, options.relation, options.object)
    if options.format == "turtle":
        _write(options, graph.serialize(explain.as_provenance(proof), "turtle"))
    elif options.format == "table":
        _write(options, "\n".join(explain.as_lines(knowledge.reasoned, proof)) + "\n")
    else:
        _write(options, render.render(explain.as_table(knowledge.reasoned, proof), options.format))
    return 0


def _check(options: argparse.Namespace) -> int:
    from glutkg.check import check
    from glutkg.resources import data_folder

    with _progress("checking") as progress:
        progress("reading sources")
        report = check(data_folder(options.data), tuple(Path(name) for name in options.files))
    if options.format == "turtle":
        _write(options, report.to_turtle())
    elif options.format == "json":
        _write(options, report.to_json())
    else:
        _give(options, report.table())
    print(report.summary(), file=sys.stderr)
    return 0 if report.conforms else 1


def _reason(options: argparse.Namespace) -> int:
    from glutkg import owl
    from glutkg.tables import Table, Term

    knowledge = _load(options)
    graph = knowledge.reasoned
    with _progress("HermiT") as progress:
        progress("checking consistency, classifying, realizing")
        ontology = owl.logical(owl.lifted(graph, knowledge.rules))
        audit = owl.audit_of(graph) if options.audit else owl.Audit({})
        found = owl.realize([*ontology, *audit.triples()], options.timeout)
    compared = [("types and superclasses", owl.compare_types(graph, found))]
    if options.audit:
        compared.append((f"relations ({len(audit.questions)} questions)", owl.compare_relations(graph, audit, found)))
    differences = [difference for _, comparison in compared for difference in comparison.differences]
    rows = [
        tuple(Term("literal", text) for text in (d.found_by, d.subject, d.predicate, d.object)) for d in differences
    ]
    print(
        "The ontology with its facts is consistent."
        if not found.unsatisfiable
        else "Kinds that can have no member: " + ", ".join(found.unsatisfiable),
        file=sys.stderr,
    )
    for what, comparison in compared:
        print(f"{what}: {comparison.compared} compared, {len(comparison.differences)} differences", file=sys.stderr)
    if rows:
        _give(options, Table(("found only by", "subject", "predicate", "object"), tuple(rows)))
    return 1 if rows or found.unsatisfiable else 0


def _export(options: argparse.Namespace) -> int:
    from glutkg import export, owl

    knowledge = _load(options)
    destination = Path(options.output)
    if options.over == "owl":
        export.export_owl(owl.lifted(knowledge.reasoned, knowledge.rules), options.format, destination)
    else:
        export.export(knowledge.reasoned, knowledge.folder, options.over, options.format, destination)
    return 0


def _serve(options: argparse.Namespace) -> int:
    from glutkg import server

    server.serve(_load(options).kept.folder, port=options.port, timeout=options.timeout)
    return 0


def _completion(options: argparse.Namespace) -> int:
    import shtab

    print(shtab.complete(_parser(), shell=options.shell))
    return 0


# --- the parser -------------------------------------------------------------------------------------------------------


def _parser() -> argparse.ArgumentParser:
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
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)

    def command(
        name: str, run: Callable[[argparse.Namespace], int], summary: str, example: str, table: bool = True
    ) -> argparse.ArgumentParser:
        made = commands.add_parser(
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

    command("questions", _questions, "list the packaged questions, by topic", "glutkg questions")
    asked = command("ask", _ask, "answer a packaged question", "glutkg ask compounds-at-receptor --receptor mGlu5")
    asked.add_argument("name", help="the question; 'glutkg ask NAME --help' tells its parameters")
    asked.add_argument("-h", "--help", action="store_true", help="tell what the question asks and takes")
    query = command(
        "sparql", _sparql, "run a SPARQL query", "glutkg sparql 'SELECT * { ?drug glut:antagonises glut:NMDAReceptor }'"
    )
    query.add_argument("query", help="the query, a file that holds it, or - for standard input")
    query.add_argument(
        "--over", choices=("stated", "inferred", "both"), default="both", help="which triples to ask (default: both)"
    )
    query.add_argument(
        "--timeout", type=float, default=30.0, metavar="SECONDS", help="end the query after so long (default: 30)"
    )
    shown = command(
        "show", _show, "tell everything about a substance, receptor, site or claim", "glutkg show 'NMDA receptor'"
    )
    shown.add_argument("thing", help="a name, a synonym, a CURIE or an IRI")
    reason = command(
        "why", _why, "explain why a triple is in the graph", "glutkg why MK-801 antagonises 'NMDA receptor'"
    )
    for part in ("subject", "relation", "object"):
        reason.add_argument(part, help="a name, a CURIE or an IRI")
    checked = command(
        "check", _check, "check sources against the ontology's rules and the shapes", "glutkg check my-claims.ttl"
    )
    checked.add_argument(
        "files", nargs="*", metavar="FILE", help="further Turtle files to check along with the shipped ones"
    )
    referee = command(
        "reason", _reason, "let HermiT check the ontology, and compare it with the rules", "glutkg reason --audit"
    )
    referee.add_argument(
        "--audit", action="store_true", help="compare every relation to every kind too (about a minute)"
    )
    referee.add_argument(
        "--timeout", type=float, default=600.0, metavar="SECONDS", help="give HermiT up after so long (default: 600)"
    )
    exported = command(
        "export",
        _export,
        "write the graph as linked data",
        "glutkg export --over both --format trig -o glutkg.trig",
        table=False,
    )
    exported.add_argument(
        "--over",
        choices=("stated", "inferred", "both", "owl"),
        default="both",
        help="which triples; owl: the ontology with lifted axioms",
    )
    exported.add_argument("--format", choices=EXPORTS, default="turtle", help="form of the file (default: turtle)")
    exported.add_argument("-o", "--output", metavar="FILE", required=True, help="the file to write")
    served = command("serve", _serve, "serve SPARQL 1.1 on this machine", "glutkg serve --port 7878", table=False)
    served.add_argument("--port", type=int, default=7878, help="the port on 127.0.0.1 (default: 7878)")
    served.add_argument(
        "--timeout", type=int, default=30, metavar="SECONDS", help="end a query after so long (default: 30)"
    )
    completed = command(
        "completion",
        _completion,
        "print a completion script for a shell",
        'eval "$(glutkg completion bash)"',
        table=False,
    )
    completed.add_argument("shell", choices=("bash", "zsh", "tcsh"), help="the shell")
    return parser


if __name__ == "__main__":
    sys.exit(main())
