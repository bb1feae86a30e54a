"""Commands that answer: questions, ask, sparql, show."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from glutkg.commands.console import load, parameters, seconds, write, write_document, write_table
from glutkg.errors import UsageError
from glutkg.rdf.namespaces import PARTS

if TYPE_CHECKING:
    import argparse

    from glutkg.commands.console import Command
    from glutkg.questions.question import Question

MOST_ROWS = 40
"""Rows of a section that `show` prints; the other forms have all."""


def declare(command: Command) -> None:
    """Declare these commands on the command line."""
    command("questions", questions, "list the packaged questions, by topic", "glutkg questions")
    asked = command("ask", ask, "answer a packaged question", "glutkg ask compounds-at-receptor --receptor mGlu5")
    asked.add_argument("name", help="the question; 'glutkg ask NAME --help' lists its parameters")
    asked.add_argument("-h", "--help", action="store_true", help="show what the question asks, and its parameters")
    query = command(
        "sparql",
        sparql,
        "run a SPARQL query",
        "glutkg sparql 'SELECT * { ?drug glut:antagonises glut:NMDAReceptor }'",
    )
    query.add_argument("query", help="the query, a file that holds it, or - for standard input")
    query.add_argument("--over", choices=PARTS, default="both", help="which triples to ask (default: both)")
    query.add_argument(
        "--timeout", type=seconds, default=30.0, metavar="SECONDS", help="stop the query after this time (default: 30)"
    )
    shown = command(
        "show", show, "show everything about a substance, receptor, site or claim", "glutkg show 'NMDA receptor'"
    )
    shown.add_argument("thing", help="a name, a synonym, a CURIE or an IRI")


def questions(options: argparse.Namespace) -> int:
    """List the packaged questions."""
    from glutkg.questions.question import read_questions
    from glutkg.rdf.terms import Term
    from glutkg.resources import data_folder
    from glutkg.text.tables import Table

    found = sorted(read_questions(data_folder(options.data)), key=lambda question: (question.tags[0], question.name))
    rows = (
        (question.tags[0], question.name, question.question, " ".join(f"--{p.name}" for p in question.parameters))
        for question in found
    )
    cells = tuple(tuple(Term("literal", text) for text in row) for row in rows)
    write_table(options, Table(("topic", "name", "question", "parameters"), cells))
    return 0


def ask(options: argparse.Namespace) -> int:
    """Answer a packaged question."""
    from glutkg.questions.answering import ask
    from glutkg.questions.question import find_question
    from glutkg.resources import data_folder

    question = find_question(data_folder(options.data), options.name)
    if options.help:
        print(_question_help(question))
        return 0
    values = parameters(options.rest)
    question.bound(dict.fromkeys(values, ()))  # an unknown parameter is reported before the graph is opened
    graph = load(options).reasoned
    table = ask(graph, question, values)
    if options.format != "table":
        write_table(options, table)
        return 0
    from glutkg.store.claims import notes
    from glutkg.text.rendering import print_table

    seen = table.view("all")
    if options.output is not None:
        write(options, seen.text())
        return 0
    print_table(seen)
    print(notes(graph, seen.claims), end="")
    return 0


def _question_help(question: Question) -> str:
    lines = [
        question.question,
        "",
        f"A row: {question.row}",
        "",
        f"usage: glutkg ask {question.name} [--parameter VALUE]…",
        "",
    ]
    for parameter in question.parameters:
        notes = [parameter.kind, *["may be left out"] * parameter.optional, *["several values"] * parameter.several]
        lines.append(f"  --{parameter.name:<12} {parameter.text} ({', '.join(notes)})")
    return "\n".join([*lines, "", "  --format FORM  -o FILE   as for every command"])


def sparql(options: argparse.Namespace) -> int:
    """Run a query that a user wrote, within limits."""
    from glutkg import query_sandbox
    from glutkg.text import rendering

    text = _query_text(options.query)
    limits = query_sandbox.Limits(seconds=options.timeout)
    kind, answer = query_sandbox.run_query(load(options).cached.folder, text, options.over, limits)
    if kind != "construct":
        write_table(options, rendering.read_results(answer))
    elif options.format in ("table", "turtle"):
        from glutkg.store import graph

        write(options, graph.serialize(graph.read_ntriples(answer), "turtle"))
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
    elif "{" not in given and Path(given).is_dir():
        raise UsageError(f"{given} is a folder. Name a file that holds the query, or write the query itself.")
    else:
        return given
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise UsageError(f"The query is not UTF-8 text (byte {error.start}). Save it as UTF-8.") from error


def show(options: argparse.Namespace) -> int:
    """Describe one entity."""
    found = load(options).show(options.thing)
    at_most = MOST_ROWS if options.format == "table" else None
    return write_document(options, lambda: found.document(at_most), found.table)
