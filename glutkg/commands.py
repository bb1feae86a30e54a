"""The commands: each a thin one over the library, which it imports only when it runs."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from glutkg.errors import UsageError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from glutkg.api import KnowledgeGraph
    from glutkg.tables import Table

MOST_ROWS = 40
"""Rows of a section that `show` prints; the other forms have all."""


def questions(options: argparse.Namespace) -> int:
    """List the packaged questions."""
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


def ask(options: argparse.Namespace) -> int:
    """Answer a packaged question."""
    from glutkg import questions
    from glutkg.resources import data_folder

    question = questions.find_question(data_folder(options.data), options.name)
    if options.help:
        print(_question_help(question))
        return 0
    values = _parameters(options.rest)
    question.bound(dict.fromkeys(values, ()))  # an unknown parameter is told before the graph is opened
    graph = _load(options).reasoned
    table = questions.ask(graph, question, values)
    if options.format != "table":
        _give(options, table)
        return 0
    from glutkg import describe, render

    marked, names = render.marked(table)
    _give(options, marked)
    notes = render.notes(describe.claims(graph, names), names)
    if options.output is None:
        print(notes, end="")
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


def sparql(options: argparse.Namespace) -> int:
    """Run a query that a user wrote, within limits."""
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


def show(options: argparse.Namespace) -> int:
    """Describe one thing."""
    from glutkg import render
    from glutkg.tables import Table

    description = _load(options).show(options.thing)
    if options.format == "table" and options.output is None:
        print(f"{description.label}\n{description.iri}")
        for title, table in description.sections:
            more = f" ({len(table)})" if len(table) > MOST_ROWS else ""
            print(f"\n{title.upper()}{more}")
            cut = Table(table.columns, table.rows[:MOST_ROWS])
            render.print_table(cut, heading="claim" in table.columns)
            if more:
                print(f"… and {len(table) - MOST_ROWS} more; --format csv gives all.")
    elif options.format == "markdown":
        parts = [f"# {description.label}\n\n<{description.iri}>\n"]
        parts += [f"\n## {title}\n\n{render.markdown(table)}" for title, table in description.sections]
        _write(options, "".join(parts))
    else:
        _write(options, render.render(description.flat(), options.format))
    return 0


def why(options: argparse.Namespace) -> int:
    """Print a proof."""
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


def path(options: argparse.Namespace) -> int:
    """Print mechanism paths."""
    from glutkg import hypotheses

    knowledge = _load(options)
    found = knowledge.paths(options.agent, options.outcome, options.longest)
    lines = hypotheses.path_lines(knowledge.network, found, options.at_most)
    return _tell(options, lines, hypotheses.path_table(knowledge.network, found, options.at_most))


def predict(options: argparse.Namespace) -> int:
    """Print a prediction, or how the predictions of all measured outcomes compare with what was found."""
    from glutkg import hypotheses

    if options.evaluate == (options.agent is not None) or (options.agent and not options.outcome):
        raise UsageError("Name an agent and an outcome or condition, or ask for --evaluate alone.")
    knowledge = _load(options)
    if options.evaluate:
        evaluation = knowledge.evaluate_predictions(options.longest)
        table = hypotheses.evaluation_table(knowledge.network, evaluation)
        return _tell(options, hypotheses.evaluation_lines(knowledge.network, evaluation, table), table)
    prediction = knowledge.predict(options.agent, options.outcome, options.longest)
    lines = hypotheses.prediction_lines(knowledge.network, prediction, options.at_most)
    return _tell(options, lines, hypotheses.prediction_table(knowledge.network, prediction))


def draw(options: argparse.Namespace) -> int:
    """Draw a picture."""
    from glutkg.drawing import form_of

    form = options.format or (form_of(options.output) if options.output else "svg")
    if form == "png" and options.output is None and sys.stdout.isatty():
        raise UsageError("A PNG cannot be shown here. Name a file with -o, or choose --format svg.")
    picture = _load(options).draw(options.what, options.thing, options.goal, at_most=options.at_most)
    _write(options, picture.content(form))
    return 0


def check(options: argparse.Namespace) -> int:
    """Check the sources, and further files."""
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


def reason(options: argparse.Namespace) -> int:
    """Let HermiT check the ontology and compare it with the rules."""
    from glutkg import owl
    from glutkg.tables import Table, Term

    knowledge = _load(options)
    graph = knowledge.reasoned
    with _progress("HermiT") as progress:
        progress("checking consistency, classifying, realizing")
        ontology = owl.logical(owl.lifted(graph, knowledge.rules))
        audit = owl.audit_of(graph) if options.audit else owl.Audit({})
        found = owl.answer(ontology, audit, options.timeout)
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


def export(options: argparse.Namespace) -> int:
    """Write the graph to a file."""
    from glutkg import export, owl

    destination = Path(options.output)
    if options.over == "questions":
        return _export_questions(options, destination)
    if options.format == "grlc":
        raise UsageError("Only questions can be written for grlc: use --over questions --format grlc.")
    knowledge = _load(options)
    if options.over == "owl":
        export.export_graph(owl.lifted(knowledge.reasoned, knowledge.rules), options.format, destination)
    else:
        export.export(knowledge.reasoned, knowledge.folder, options.over, options.format, destination)
    return 0


def _export_questions(options: argparse.Namespace, destination: Path) -> int:
    from glutkg import examples, export
    from glutkg.questions import read_questions
    from glutkg.resources import data_folder

    questions = read_questions(data_folder(options.data))
    if options.format == "grlc":
        examples.write_grlc(questions, destination)
    else:
        export.export_graph(examples.described(questions), options.format, destination)
    return 0


def serve(options: argparse.Namespace) -> int:
    """Serve SPARQL until it is stopped."""
    from glutkg import server

    server.serve(_load(options).kept.folder, port=options.port, timeout=options.timeout)
    return 0


def completion(options: argparse.Namespace) -> int:
    """Print a completion script."""
    import shtab

    print(shtab.complete(options.parser, shell=options.shell))
    return 0


# --- what they share --------------------------------------------------------------------------------------------------


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


def _tell(options: argparse.Namespace, lines: Iterable[str], table: Table) -> int:
    """Print or write lines of text, or the table in its place in the other forms."""
    if options.format == "table":
        _write(options, "\n".join(lines) + "\n")
    else:
        _give(options, table)
    return 0


def _give(options: argparse.Namespace, table: Table) -> None:
    """Print or write a table in the chosen format."""
    from glutkg import render

    if options.format == "table" and options.output is None:
        render.print_table(table)
    else:
        _write(options, render.render(table, options.format))
