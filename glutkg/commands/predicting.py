"""Commands that predict and compare: path, predict, whatif, diff."""

from __future__ import annotations

from typing import TYPE_CHECKING

from glutkg.commands.console import (
    count,
    declare_endpoint,
    declare_files,
    declare_settings,
    load,
    opened,
    progress,
    settings,
    write_document,
)
from glutkg.errors import UsageError
from glutkg.mechanisms import LONGEST

if TYPE_CHECKING:
    import argparse

    from glutkg.commands.console import Command


def declare(command: Command) -> None:
    """Declare these commands on the command line."""
    walked = command(
        "path",
        path,
        "find mechanism paths from an agent, a receptor or a process to an outcome or a condition: hypotheses",
        "glutkg path memantine 'migraine aura'\n  glutkg path 'NMDA receptor' headache",
    )
    walked.add_argument(
        "agent",
        help="the substance, receptor (of which its activation is meant) or process they start from",
    )
    walked.add_argument("outcome", help="the outcome or condition to which they lead")
    predicted = command(
        "predict",
        predict,
        "predict from paths what an agent, a receptor or a process does to an outcome or a condition, or abstain",
        "glutkg predict memantine CSD --species rat\n  glutkg predict --evaluate",
    )
    predicted.add_argument("agent", nargs="?", help="the substance or kind of substance, receptor or process")
    predicted.add_argument("outcome", nargs="?", help="the outcome or condition")
    predicted.add_argument("--evaluate", action="store_true", help="predict every measured outcome, and compare")
    for searching in (walked, predicted):
        declare_settings(searching)
        declare_endpoint(searching)
        declare_files(searching)
        searching.add_argument("--limit", type=count, default=5, metavar="N", help="paths to show (default: 5)")
        searching.add_argument(
            "--longest", type=count, default=LONGEST, metavar="N", help=f"steps of the longest (default: {LONGEST})"
        )
    tried = command(
        "whatif",
        whatif,
        "show what would change if claims were added or retracted; nothing is written",
        "glutkg whatif my-claims.ttl --without claim:mk801-iv-sinus-tcc-cat",
    )
    tried.add_argument("files", nargs="*", metavar="FILE", help="Turtle files whose claims are added")
    tried.add_argument(
        "--without",
        action="append",
        default=[],
        metavar="CLAIM",
        help="retract a claim (a name, a CURIE or an IRI), or all claims that name a thing",
    )
    compared = command(
        "diff",
        diff,
        "compare two states of the graph: axioms, claims, conclusions, answers",
        "glutkg diff HEAD~3 HEAD\n  glutkg diff old.trig",
    )
    compared.add_argument("old", metavar="OLD", help="a folder of sources, an exported file, or a git revision")
    compared.add_argument("new", metavar="NEW", nargs="?", help="likewise (default: the sources in use)")


def path(options: argparse.Namespace) -> int:
    """Print mechanism paths."""
    with opened(options) as kg:
        found = kg.paths(options.agent, options.outcome, options.longest, **settings(options))
    return write_document(options, lambda: found.document(options.limit), lambda: found.table(options.limit))


def predict(options: argparse.Namespace) -> int:
    """Print a prediction, or how the predictions of all measured outcomes compare with what was found."""
    if options.evaluate == (options.agent is not None) or (options.agent and not options.outcome):
        raise UsageError("Name an agent and an outcome or condition, or ask for --evaluate alone.")
    if options.evaluate and (options.species or options.route):
        raise UsageError("--evaluate predicts every measured outcome; leave --species and --route out.")
    if options.evaluate:
        knowledge = load(options)
        with progress("predicting every measured outcome"):
            evaluation = knowledge.evaluate_predictions(options.longest)
        return write_document(options, evaluation.document, evaluation.table)
    with opened(options) as kg:
        prediction = kg.predict(options.agent, options.outcome, options.longest, **settings(options))
    return write_document(options, lambda: prediction.document(options.limit), prediction.table)


def whatif(options: argparse.Namespace) -> int:
    """Show what would change if claims were added or retracted."""
    if not options.files and not options.without:
        raise UsageError("Name Turtle files to add, or claims to leave out with --without CLAIM.")
    knowledge = load(options)
    with progress("what if") as report:
        report("checking, reasoning and asking all questions with the change")
        found = knowledge.whatif(options.files, options.without)
    return write_document(options, found.document, found.table, {"json": found.json})


def diff(options: argparse.Namespace) -> int:
    """Compare two states of the graph."""
    from glutkg.changes.diff import difference
    from glutkg.changes.snapshots import read_snapshot
    from glutkg.resources import data_folder

    folder = data_folder(options.data)
    with progress("diff") as report:
        old = read_snapshot(options.old, folder, report)
        new = read_snapshot(options.new or str(folder), folder, report)
        report("comparing")
        found = difference(old, new, folder)
    return write_document(options, found.document, found.table, {"json": found.json})
