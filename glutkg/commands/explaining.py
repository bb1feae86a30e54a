"""Commands that explain: why, whynot, justify, fragility."""

from __future__ import annotations

import argparse
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from glutkg.commands.console import (
    count,
    declare_endpoint,
    declare_files,
    load,
    opened,
    parameters,
    progress,
    seconds,
    stopped_after,
    write_document,
)
from glutkg.errors import UsageError
from glutkg.mechanisms import LONGEST

if TYPE_CHECKING:
    from collections.abc import Sequence

    from glutkg.api import KnowledgeGraph
    from glutkg.commands.console import Command
    from glutkg.fragility.analysis import FragilityAnalysis
    from glutkg.fragility.report import FragilityReport
    from glutkg.owl.justification_report import Ontology


def declare(command: Command) -> None:
    """Declare these commands on the command line."""
    _declare_why(command)
    _declare_justify(command)
    _declare_fragility(command)


def _declare_why(command: Command) -> None:
    reason = command(
        "why",
        why,
        "say on which claims a triple, or a row of an answer, rests, and what speaks against it; or prove it",
        "glutkg why MK-801 antagonises 'NMDA receptor' --proof\n"
        "  glutkg why --question compounds-at-receptor --row 1 receptor=mGlu5",
    )
    reason.add_argument(
        "words", nargs="*", metavar="WORD", help="subject, relation and object; with --question, parameter=value"
    )
    reason.add_argument("--question", metavar="NAME", help="prove a row of the answer to a packaged question")
    reason.add_argument("--row", type=count, metavar="N", help="the row of this number (default: 1)")
    reason.add_argument("--proof", action="store_true", help="show the proof, step by step, as a tree")
    reason.add_argument("--all", action="store_true", help="show the other proofs too, smallest first")
    reason.add_argument("--limit", type=count, metavar="N", help="proofs to show at most (with --all: 20)")
    absent = command(
        "whynot",
        whynot,
        "explain why a triple is not in the graph",
        "glutkg whynot memantine 'approved for' migraine",
    )
    for part in ("subject", "relation", "object"):
        absent.add_argument(part, help="a name, a CURIE or an IRI")
    absent.add_argument("--proof", action="store_true", help="show step by step what is missing or in the way")
    absent.add_argument("--limit", type=count, default=3, metavar="N", help="ways to show at most (default: 3)")
    declare_endpoint(reason, absent)
    declare_files(reason, absent)


def _declare_justify(command: Command) -> None:
    justified = command(
        "justify",
        justify,
        "find the smallest sets of axioms from which something follows, or that contradict each other",
        "glutkg justify 'GluK1 receptor' 'kind of' receptor\n"
        "  glutkg justify --unsatisfiable 'mGlu5 receptor' --with my-slip.ttl\n"
        "  glutkg justify --inconsistent --with small.ttl --alone --all",
    )
    justified.add_argument("words", nargs="*", metavar="WORD", help="a class, 'kind of' or a relation, and a class")
    justified.add_argument("--unsatisfiable", metavar="CLASS", help="justify that a class can have no member")
    justified.add_argument(
        "--inconsistent", action="store_true", help="justify that the ontology with its facts is inconsistent"
    )
    justified.add_argument(
        "--with", dest="files", action="append", default=[], metavar="FILE", help="a file of RDF, mostly Turtle, to add"
    )
    justified.add_argument("--alone", action="store_true", help="use the files of --with without the shipped ones")
    justified.add_argument("--all", action="store_true", help="show the other justifications too")
    justified.add_argument("--limit", type=count, metavar="N", help="justifications to show at most (with --all: 20)")
    justified.add_argument(
        "--timeout", type=seconds, default=120.0, metavar="SECONDS", help="stop after this time (default: 120)"
    )


def _declare_fragility(command: Command) -> None:
    fragile = command(
        "fragility",
        fragility,
        "find the fewest references on which a conclusion depends",
        "glutkg fragility ketamine antagonises 'NMDA receptor'\n"
        "  glutkg fragility --question compounds-at-receptor receptor=mGlu5\n"
        "  glutkg fragility --predict memantine CSD",
    )
    fragile.add_argument(
        "words",
        nargs="*",
        metavar="WORD",
        help="subject, relation and object (names, CURIEs or IRIs); with --question: parameter=value, if any; "
        "with --predict: agent and outcome or condition",
    )
    fragile.add_argument(
        "--all",
        action="store_true",
        help="rank all conclusions about things and kinds; with --predict: the predictions of all measured outcomes",
    )
    fragile.add_argument("--predict", action="store_true", help="analyse what 'glutkg predict' gives")
    fragile.add_argument(
        "--longest", type=count, metavar="N", help=f"with --predict: steps of the longest path (default: {LONGEST})"
    )
    fragile.add_argument("--question", metavar="NAME", help="analyse each row of the answer to a packaged question")
    fragile.add_argument(
        "--row", type=count, metavar="N", help="with --question: show all about one row, counted from 1"
    )


def why(options: argparse.Namespace) -> int:
    """Print proofs of a triple or of a row."""
    from glutkg.explain.explainer import LIMIT

    limit = options.limit or (LIMIT if options.all else 1)
    if options.question is not None:
        values = _values(options.words)
        with opened(options) as kg:
            found = kg.why_row(options.question, options.row or 1, limit, **values)
    elif options.row is not None:
        raise UsageError("--row N is about the answer to a question: use it with --question NAME.")
    else:
        with opened(options) as kg:
            found = kg.why(*_triple(options.words), limit=limit)
    stepwise = options.proof or options.all or options.limit is not None
    document = partial(found.document, proof=stepwise)
    return write_document(options, document, found.table, {"json": found.json, "turtle": found.turtle})


def whynot(options: argparse.Namespace) -> int:
    """Explain why a triple is not there."""
    with opened(options) as kg:
        found = kg.why_not(options.subject, options.relation, options.object, options.limit)
    document = partial(found.document, proof=options.proof)
    return write_document(options, document, found.table, {"json": found.json})


def justify(options: argparse.Namespace) -> int:
    """Find minimal justifications."""
    from glutkg.owl.justifications import LIMIT
    from glutkg.rdf.property_words import axiom_typed

    if sum((bool(options.words), options.unsatisfiable is not None, options.inconsistent)) != 1:
        raise UsageError("Name CLASS RELATION CLASS, or --unsatisfiable CLASS, or --inconsistent: one of the three.")
    asked = _triple(options.words) if options.words else None
    limit = options.limit or (LIMIT if options.all else 1)
    with stopped_after(options.timeout):
        ontology = _ontology(options)
        with progress("justify") as report:
            report("asking HermiT")
            if asked is not None:
                kind, relation, other = asked
                found = ontology.subsumption(kind, axiom_typed(relation), other, limit, options.timeout)
            elif options.inconsistent:
                found = ontology.inconsistency(limit, options.timeout)
            else:
                found = ontology.unsatisfiable(options.unsatisfiable, limit, options.timeout)
    return write_document(options, found.document, found.table, {"json": found.json, "turtle": found.turtle})


def _ontology(options: argparse.Namespace) -> Ontology:
    if not options.files:
        if options.alone:
            raise UsageError("--alone goes with --with FILE: name the files to be used alone.")
        return load(options).ontology
    from glutkg.owl.justification_report import Ontology
    from glutkg.resources import data_folder

    with progress("justify") as report:
        report("reasoning with the files")
        return Ontology.read(data_folder(options.data), [Path(name) for name in options.files], options.alone)


def _values(words: Sequence[str]) -> dict[str, list[str]]:
    """Read `parameter=value` pairs."""
    wrong = next((word for word in words if "=" not in word), None)
    if wrong is not None:
        raise UsageError(f"'{wrong}' is not a parameter with a value. Write parameter={wrong}.")
    return parameters([f"--{word}" for word in words], ())


def _triple(words: Sequence[str]) -> tuple[str, str, str]:
    match words:
        case [subject, relation, object_]:
            return subject, relation, object_
        case _:
            raise UsageError(
                f"A triple has three parts, SUBJECT RELATION OBJECT; {len(words)} were given. "
                "Put names of several words in quotes, or ask for a row with --question NAME."
            )


def fragility(options: argparse.Namespace) -> int:
    """Show on how many references, species and study designs conclusions rest."""
    _one_way_of_asking(options)
    from glutkg.fragility.analysis import FragilityAnalysis

    knowledge = load(options)
    with progress("fragility") as report:
        analysis = FragilityAnalysis(knowledge.reasoned, knowledge.rules, report, knowledge.cached.artefacts)
        found = _fragile(options, knowledge, analysis)
    if options.row is not None:
        found = found.only(options.row)
    alone = options.row is not None or not (options.all or options.question)
    return write_document(options, found.details if alone else found.document, found.table)


def _fragile(options: argparse.Namespace, knowledge: KnowledgeGraph, analysis: FragilityAnalysis) -> FragilityReport:
    """Analyse what was asked for: rows of an answer, predictions, or triples."""
    longest = options.longest or LONGEST
    if options.question:
        from glutkg.questions.question import find_question

        return analysis.of_answer(find_question(knowledge.folder, options.question), _values(options.words))
    if options.predict and options.all:
        return analysis.of_evaluation(knowledge.evaluate_predictions(longest), longest)
    if options.predict:
        agent, goal = options.words
        return analysis.of_predictions([knowledge.predict(agent, goal, longest)], longest)
    return analysis.of_all() if options.all else analysis.of_triples([knowledge.triple(*options.words)])


def _one_way_of_asking(options: argparse.Namespace) -> None:
    if options.predict:
        _one_prediction(options)
    elif bool(options.words and not options.question) + options.all + bool(options.question) != 1:
        raise UsageError(
            "Name a triple (SUBJECT RELATION OBJECT), or use --question NAME, or --predict AGENT OUTCOME, "
            "or --all alone."
        )
    elif options.longest is not None:
        raise UsageError("--longest N is about the paths of a prediction: use it with --predict.")
    if options.row is not None and not options.question:
        raise UsageError("--row N is about the answer to a question: use it with --question NAME.")
    if options.question:
        _values(options.words)
    elif options.words and not options.predict:
        _triple(options.words)


def _one_prediction(options: argparse.Namespace) -> None:
    if options.question:
        raise UsageError(
            "Ask for the rows of an answer with --question, or for a prediction with --predict: not for both."
        )
    if len(options.words) != (0 if options.all else 2):
        raise UsageError(
            "Name an agent and an outcome or condition: --predict AGENT OUTCOME, a name with spaces in quotes; "
            "or use --predict --all without names."
        )
