"""Commands for curators: new, check, coverage, reason."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from glutkg.commands.console import count_from_none, load, progress, seconds, write, write_table

if TYPE_CHECKING:
    import argparse

    from glutkg.api import KnowledgeGraph
    from glutkg.commands.console import Command
    from glutkg.owl.audit import Comparison


def declare(command: Command) -> None:
    """Declare these commands on the command line."""
    made = command(
        "new",
        new,
        "write a template in which a claim, or another record, is filled in",
        "glutkg new 'clinical finding' -o my-claims.ttl",
    )
    made.add_argument(
        "class_",
        nargs="?",
        metavar="CLASS",
        help="the class of records or terms, by name, synonym or part of one (default: list those of records)",
    )
    made.add_argument(
        "--alone", action="store_true", help="leave out the paper and the sentence, where they are described already"
    )
    made.add_argument("--all", action="store_true", help="describe all that such a record may have, not only the usual")
    checked = command(
        "check", check, "check sources against the ontology's rules and the shapes", "glutkg check my-claims.ttl"
    )
    checked.add_argument(
        "files",
        nargs="*",
        metavar="FILE",
        help="further files of RDF, mostly Turtle, to check along with the shipped ones",
    )
    covered = command(
        "coverage",
        coverage,
        "show how much of the documents is in the graph, sentence by sentence",
        "glutkg coverage --by section",
    )
    covered.add_argument(
        "--by",
        choices=("document", "section", "sentence"),
        help="show only these rows (default: all three as tables, sentences in other formats)",
    )
    referee = command(
        "reason", reason, "check the ontology with HermiT, and compare HermiT with the rules", "glutkg reason --audit"
    )
    referee.add_argument(
        "--audit",
        action="store_true",
        help="also compare, for every property and class, who is related to a member (about a minute)",
    )
    referee.add_argument(
        "--generated",
        type=count_from_none,
        default=24,
        metavar="NUMBER",
        help="also compare them on this number of small random ontologies (default: 24)",
    )
    referee.add_argument(
        "--timeout", type=seconds, default=600.0, metavar="SECONDS", help="stop HermiT after this time (default: 600)"
    )


def new(options: argparse.Namespace) -> int:
    """Write a template of a record, or list the classes that have one."""
    from glutkg.checks.check import shape_files
    from glutkg.checks.record_classes import RecordClasses
    from glutkg.checks.shapes import Shapes
    from glutkg.checks.templates import record_classes_table, template
    from glutkg.resources import data_folder, source_files
    from glutkg.store.graph import Graph
    from glutkg.store.sources import read_source

    folder = data_folder(options.data)
    stated, shapes = (Graph.merged(map(read_source, files)) for files in (source_files(folder), shape_files(folder)))
    classes = RecordClasses(stated, Shapes(shapes))
    if options.class_ is None:
        write_table(options, record_classes_table(classes))
    else:
        write(options, template(classes, options.class_, options.all, options.alone))
    return 0


def check(options: argparse.Namespace) -> int:
    """Check the sources, and further files."""
    from glutkg.owl.second_opinion import checked
    from glutkg.resources import data_folder

    with progress("checking") as show:
        show("reading sources")
        report = checked(data_folder(options.data), tuple(Path(name) for name in options.files))
    if options.format == "turtle":
        write(options, report.to_turtle())
    elif options.format == "json":
        write(options, report.to_json())
    elif report.results or options.format != "table":
        for_people = options.format in ("table", "markdown")
        write_table(options, report.brief() if for_people else report.table())
    print(report.summary(), file=sys.stderr)
    return 0 if report.conforms else 1


def coverage(options: argparse.Namespace) -> int:
    """Show how much of the documents is in the graph, sentence by sentence."""
    from glutkg.checks.coverage import GROUPS, coverage
    from glutkg.resources import data_folder, source_files
    from glutkg.store.graph import Graph
    from glutkg.store.sources import read_source

    found = coverage(Graph.of(read_source(path) for path in source_files(data_folder(options.data))))
    for_people = options.format == "table" and options.output is None
    for by in [options.by] if options.by else GROUPS if for_people else GROUPS[-1:]:
        write_table(options, found.table(by))
        if for_people:
            print()
    print(found.summary(), file=sys.stdout if for_people else sys.stderr)
    return 0 if found.complete else 1


def reason(options: argparse.Namespace) -> int:
    """Check the ontology with HermiT, and compare HermiT with the rules."""
    from glutkg.owl import audit
    from glutkg.owl.lift import lift, logical
    from glutkg.rdf.terms import Term
    from glutkg.reasoning.rule import final_graphs
    from glutkg.text.tables import Table

    knowledge = load(options)
    graph = knowledge.reasoned.copy(final_graphs(knowledge.rules))
    with progress("HermiT") as report:
        report("checking consistency, classifying, realizing")
        queries = audit.complete_audit(graph) if options.audit else audit.QueryClasses({})
        found = audit.realize(logical(lift(knowledge.reasoned, knowledge.rules)), queries, options.timeout)
    compared = [("types and superclasses", audit.compare_types(graph, found))]
    if options.audit:
        name = f"relations ({len(queries.definitions)} questions)"
        compared.append((name, audit.compare_relations(graph, queries, found)))
    if options.generated:
        compared += _on_generated(options, knowledge)
    unsatisfiable = audit.unsatisfiable(found)
    differences = [difference for _, comparison in compared for difference in comparison.differences]
    rows = [
        tuple(Term("literal", text) for text in (d.found_by, d.subject, d.predicate, d.object)) for d in differences
    ]
    print(
        "The ontology with its facts is consistent."
        if not unsatisfiable
        else "Unsatisfiable classes: " + ", ".join(unsatisfiable),
        file=sys.stderr,
    )
    for what, comparison in compared:
        print(f"{what}: {comparison.compared} compared, {len(comparison.differences)} differences", file=sys.stderr)
    if rows:
        write_table(options, Table(("found only by", "subject", "predicate", "object"), tuple(rows)))
    return 1 if rows or unsatisfiable else 0


def _on_generated(options: argparse.Namespace, knowledge: KnowledgeGraph) -> list[tuple[str, Comparison]]:
    from glutkg.owl import random_ontologies

    with progress("HermiT") as report:
        report("generated ontologies")
        trial = random_ontologies.compare(
            random_ontologies.ontologies(options.generated), knowledge.folder, options.timeout
        )
    name = f"{trial.compared} generated ontologies ({trial.refused} more are refused)"
    return [(f"{name}, types and superclasses", trial.types), (f"{name}, relations", trial.relations)]
