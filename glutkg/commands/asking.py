"""Commands that answer: find, questions, ask, verify, sparql, show."""

from __future__ import annotations

import os
import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from glutkg.commands.console import (
    REFERENCES,
    declare_endpoint,
    declare_files,
    load,
    opened,
    parameters,
    seconds,
    write,
    write_document,
    write_table,
    write_text,
    write_works,
)
from glutkg.commands.terminal import tell
from glutkg.errors import NotFoundError, UsageError
from glutkg.rdf.namespaces import PARTS, expand

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from glutkg.answers import Answer
    from glutkg.api import KnowledgeGraph
    from glutkg.commands.console import Command
    from glutkg.questions.question import Question
    from glutkg.search.find import Finder
    from glutkg.search.suggested_questions import Suggestion
    from glutkg.text.documents import Block, Document
    from glutkg.text.tables import Table


def declare(command: Command) -> None:
    """Declare these commands on the command line."""
    found = command("find", find, "search things, questions and claims by words", "glutkg find aura")
    found.add_argument("words", nargs="+", help="words, parts of names, synonyms")
    listed = command(
        "questions", questions, "list the packaged questions, by topic or by words", "glutkg questions safety"
    )
    listed.add_argument("words", nargs="*", help="only the questions nearest to these words")
    asked = command("ask", ask, "answer a packaged question", "glutkg ask compounds-at-receptor --receptor mGlu5")
    about = "the question, or one in your own words; 'glutkg ask NAME --help' lists parameters"
    asked.add_argument("name", nargs="?", help=about)
    asked.add_argument("-h", "--help", action="store_true", help="show what the question asks, and its parameters")
    asked.add_argument("--cite", action="store_true", help="write one line by which the answer can be cited")
    asked.set_defaults(described=asked)
    verified = command(
        "verify",
        verify,
        "ask a cited question again and compare the answer with the one that was cited",
        'glutkg verify "$(glutkg ask conflicts --cite)"',
    )
    verified.add_argument("citation", help="the line that 'glutkg ask NAME --cite' wrote")
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
    declare_endpoint(found, asked, verified, query, shown)
    declare_files(found, asked, query, shown)
    shown.add_argument("--all", action="store_true", help="show all of each section, not only the first few")


def find(options: argparse.Namespace) -> int:
    """Search by words."""
    found = load(options).find(" ".join(options.words))
    return write_document(options, found.document, found.table, {"json": found.json})


def questions(options: argparse.Namespace) -> int:
    """List the packaged questions: all by topic, or those nearest to some words, best first."""
    from glutkg.questions.question import read_questions
    from glutkg.resources import data_folder
    from glutkg.text.documents import Document

    finder = load(options).finder if options.words else None
    known = finder.questions.every if finder else read_questions(data_folder(options.data))
    found = sorted(known, key=lambda question: (question.tags[0], question.name))
    if finder:
        text = " ".join(options.words)
        suggestions = finder.questions.nearest(finder.not_covered.reworded(text), 10)
        near = [suggestion.question for suggestion in suggestions]
        of_topic = [one for one in found if text.lower() in one.tags and one not in near]
        if options.format == "table":
            write(options, Document((*_not_covered(finder, text), _suggested(suggestions, of_topic))).text())
            return 0
        write_table(options, _question_table([*near, *of_topic]))
        return 0
    return write_document(options, lambda: _by_topic(found), lambda: _question_table(found))


def _question_table(found: Sequence[Question]) -> Table:
    from glutkg.rdf.terms import Term
    from glutkg.text.tables import Table

    rows = (
        (question.tags[0], question.name, question.question, " ".join(f"--{p.name}" for p in question.parameters))
        for question in found
    )
    cells = tuple(tuple(Term("literal", text) for text in row) for row in rows)
    return Table(("topic", "name", "question", "parameters"), cells)


def _by_topic(found: Sequence[Question]) -> Document:
    """Put questions into words: a table of names and summaries for each topic."""
    from itertools import groupby

    from glutkg.rdf.terms import Term
    from glutkg.text.documents import Document, Heading, TableBlock, counted, paragraph
    from glutkg.text.tables import Table

    blocks: list[Block] = []
    for topic, members in groupby(found, key=lambda question: question.tags[0]):
        rows = tuple((Term("literal", one.name), Term("literal", one.summary)) for one in members)
        blocks += [Heading(topic.capitalize()), TableBlock(Table(("name", "summary"), rows), heading=False)]
    last = "glutkg ask NAME --help shows what a question takes; glutkg questions WORDS searches."
    return Document((*blocks, paragraph(f"{counted(len(found), 'question')}. {last}")))


def _suggested(suggestions: Sequence[Suggestion], of_topic: Sequence[Question] = ()) -> Block:
    from glutkg.text.documents import item, items, paragraph

    if not suggestions and not of_topic:
        return paragraph("No packaged question has these words; 'glutkg questions' lists them all.")
    near = (item(one.command, paragraph(f"{one.question.question}{_if_empty(one)}")) for one in suggestions)
    return items(*near, *(item(f"glutkg ask {one.name}", paragraph(one.question)) for one in of_topic))


def _if_empty(suggestion: Suggestion) -> str:
    if suggestion.dropped:
        return f" (without {', '.join(suggestion.dropped)}: with it there is no row)"
    return "" if suggestion.has_rows else " (no row: the sources do not say)"


def ask(options: argparse.Namespace) -> int:
    """Answer a packaged question, or offer the nearest ones to a question in the user's own words."""
    from glutkg.questions.question import find_question
    from glutkg.resources import data_folder

    if options.name is None:
        return _ask_nothing(options)
    if _in_own_words(options):
        return _offer(options)
    question = find_question(data_folder(options.data), options.name)
    if options.help:
        print(_question_help(question))
        return 0
    values = parameters(options.rest, [parameter.name for parameter in question.parameters])
    question.bound(dict.fromkeys(values, ()))  # an unknown parameter is reported before the graph is opened
    with opened(options) as kg:
        answer = kg.ask(question.name, **values)
    if options.cite and options.files_added:
        raise UsageError("An answer with claims of your own cannot be cited, since nobody else can ask it again.")
    if options.cite:
        write(options, f"{answer.citation().line()}\n")
    elif options.format in REFERENCES:
        write_works(options, answer.works)
    elif options.format != "table":
        write_text(options, answer.written(options.format))
    elif answer.rows:
        write(options, _of_values(kg, answer) + answer.text(bold=options.output is None and sys.stdout.isatty()))
    else:
        from glutkg.search.empty_answers import empty_answer

        write(options, empty_answer(kg.reasoned, kg.folder, kg.finder.questions, question, answer.values).text())
    return 0


def _of_values(kg: KnowledgeGraph, answer: Answer) -> str:
    """Say of the values of an answer which ones no sentence names, so that its rows are on what is wider."""
    from glutkg.search.not_covered import is_surely_named_by_a_claim
    from glutkg.text.documents import Document, paragraph

    asked = (term.value for terms in answer.values.values() for term in terms if term.kind == "iri")
    unnamed = [iri for iri in asked if not is_surely_named_by_a_claim(kg.reasoned, iri)]
    told = kg.finder.not_covered.of_things(*unnamed) if unnamed else ""
    return f"{Document((paragraph(f'{told} The rows are on what is wider.'),)).text()}\n" if told else ""


def verify(options: argparse.Namespace) -> int:
    """Ask again what a citation cites, and compare; return 1 when the answer differs."""
    from glutkg.citations.answer_citation import AnswerCitation, compared, holds

    cited = AnswerCitation.read(options.citation)
    now = load(options).ask(cited.question, **dict(cited.values)).citation()
    write(options, compared(cited, now).text())
    return int(not holds(cited, now))


def _ask_nothing(options: argparse.Namespace) -> int:
    """Describe the command when no question is named. Raises UsageError when that was not asked for."""
    if not options.help:
        raise UsageError("Name a question, or ask in your own words; 'glutkg questions' lists them.")
    options.described.print_help()
    return 0


def _in_own_words(options: argparse.Namespace) -> bool:
    """Return whether what stands in the place of a question's name is words, and not a name, well spelt or not."""
    from glutkg.resources import data_folder, question_files
    from glutkg.store.names import near

    known = [path.stem for path in question_files(data_folder(options.data))]
    if " " in options.name.strip():
        return True
    if options.name in known or options.help or "=" in "".join(options.rest[:1]):
        return False
    if options.rest:
        return not options.rest[0].startswith("-")
    return "-" not in options.name or not near(options.name, known)


def _offer(options: argparse.Namespace) -> int:
    from glutkg.text.documents import Document, paragraph

    text = " ".join([options.name, *options.rest])
    kg = load(options)
    finder = kg.finder.questions
    known = kg.finder.not_covered.reworded(text)
    suggestions = finder.nearest(known)
    if len(text.split()) == 1 and not finder.named(known) and ("-" in text or not suggestions):
        _misspelt(options, kg.finder)
    if options.format != "table":
        write_table(options, _question_table([suggestion.question for suggestion in suggestions]))
        return 0
    heading = (paragraph("The packaged questions nearest to yours:"),) if suggestions else ()
    blocks = (*_not_covered(kg.finder, text), *_other_command(kg, text), *heading, _suggested(suggestions))
    write(options, Document((*blocks, *_looked_up(finder.named(known), text))).text())
    return 0


def _other_command(kg: KnowledgeGraph, text: str) -> tuple[Block, ...]:
    """Offer the command other than ask that words ask for, if any."""
    from glutkg.search.suggested_commands import suggested_command
    from glutkg.text.documents import items, paragraph

    command = suggested_command(kg.reasoned, kg.folder, text, kg.finder.questions.things(text))
    return (paragraph("There is a command for this:"), items(command)) if command else ()


def _not_covered(finder: Finder, text: str) -> tuple[Block, ...]:
    """Say what of a text nothing here has, so that nobody takes what is nearest for an answer."""
    from glutkg.text.documents import paragraph

    told = finder.not_covered.of(text)
    return (paragraph(told),) if told else ()


def _misspelt(options: argparse.Namespace, finder: Finder) -> None:
    """Raise the error that names the questions spelt alike, or says what is not covered."""
    from glutkg.questions.question import find_question
    from glutkg.resources import data_folder
    from glutkg.store.names import near

    try:
        find_question(data_folder(options.data), options.name)
    except NotFoundError as error:
        if error.suggestions:
            raise
        if told := finder.not_covered.of(options.name):
            raise NotFoundError(told) from error
        close = near(options.name, (name for one in finder.things for name in one.names))
        none = f"There is no question '{options.name}', and nothing of that name."
        raise NotFoundError(f"{none} 'glutkg questions' lists all questions.", close) from error


def _looked_up(named: Sequence[str], text: str) -> tuple[Block, Block]:
    """Say how to look up what is named in a text, or to search for its words where it names nothing."""
    from glutkg.text.documents import items, paragraph

    if named:
        return paragraph("What is known of each thing that you name:"), items(*map(_show_command, named))
    return paragraph("Or search things and claims:"), items(f"glutkg find {shlex.quote(text)}")


def _show_command(name: str) -> str:
    return f"glutkg show {shlex.quote(name)}"


def _question_help(question: Question) -> str:
    lines = [
        question.question,
        "",
        f"A row: {question.row}",
        "",
        f"usage: glutkg ask {question.name} [--parameter VALUE]…",
        "",
    ]
    defaults = question.defaults()
    for parameter in question.parameters:
        notes = [parameter.kind, *["may be left out"] * parameter.optional, *["several values"] * parameter.several]
        notes += [f"default: {defaults[parameter.name]}"] if parameter.name in defaults else []
        lines.append(f"  --{parameter.name:<12} {parameter.text} ({', '.join(notes)})")
    return "\n".join([*lines, "", "  --format FORM  -o FILE   as for every command"])


def sparql(options: argparse.Namespace) -> int:
    """Run a query that a user wrote, within limits."""
    from glutkg import query_sandbox
    from glutkg.store.direct_relations import counts_repeatedly
    from glutkg.store.names import unknown_terms
    from glutkg.text import rendering

    text = _query_text(options.query)
    limits = query_sandbox.Limits(seconds=options.timeout)
    kg = load(options)
    kind, answer = kg.run_query(text, options.over, limits)
    for name, close in unknown_terms(kg.reasoned, text):
        meant = f" Did you mean {' or '.join(close)}?" if close else ""
        tell(f"the graph has no term {name}.{meant}")
    if kind != "construct":
        table = rendering.read_results(answer)
        if not len(table):
            tell("no row matches this query.")
        if unbound := " ".join(f"?{name}" for name in table.unbound()):
            why = "no OPTIONAL part gave one, or an expression failed (GROUP_CONCAT takes text, as of STR(?x))"
            tell(f"no row has a value of {unbound}: {why}.")
        if options.over == "both" and counts_repeatedly(kg.reasoned, text, table):
            why = "what is of one kind or part is counted under every wider one, too; --over stated counts it once"
            tell(f"{why}.")
        write_table(options, table)
    elif options.format in ("table", "turtle"):
        from glutkg.store import graph

        write(options, graph.serialize(graph.read_ntriples(answer), "turtle"))
    else:
        raise UsageError("The query gives a graph, not a table. Use --format turtle.")
    return 0


def _query_text(given: str) -> str:
    if given == "-":
        raw = sys.stdin.buffer.read()
    elif not any(mark in given for mark in "{\n") and os.path.isfile(given):  # noqa: PTH113 — never raises
        raw = Path(given).read_bytes()
    elif given.endswith((".rq", ".sparql")):
        raise UsageError(f"The query file {given} cannot be found.")
    elif "{" not in given and os.path.isdir(given):  # noqa: PTH112
        raise UsageError(f"{given} is a folder. Name a file that holds the query, or write the query itself.")
    else:
        return given
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UsageError(f"The query is not UTF-8 text (byte {error.start}). Save it as UTF-8.") from error


def show(options: argparse.Namespace) -> int:
    """Describe one entity."""
    kg = load(options)
    try:
        found = kg.show(options.thing)
    except NotFoundError as error:
        if error.suggestions or expand(options.thing):
            raise
        raise NotFoundError(kg.finder.not_covered.of_name(options.thing)) from error
    whole = options.all or options.format != "table"

    def turtle() -> bytes:
        from glutkg.linked_data.writing import written_triples  # only for this form
        from glutkg.store.owl_definition import stated_of

        return written_triples(stated_of(kg.reasoned, found.iri), "turtle")

    return write_document(options, lambda: found.document(whole), found.table, {"turtle": turtle})
