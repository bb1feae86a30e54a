"""The commands that give reasons: why, whynot, justify. Each declares its options and prints what the library found."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from glutkg.commands import _give, _load, _parameters, _progress, _write
from glutkg.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from glutkg.absences import Absence
    from glutkg.accounts import Explanation
    from glutkg.justified import Justified, Ontology
    from glutkg.tables import Table

    Command = Callable[[str, Callable[[argparse.Namespace], int], str, str], argparse.ArgumentParser]
    Forms = dict[str, Callable[[], str] | Callable[[], bytes]]


def declare(command: Command) -> None:
    """Declare the three commands; `command` makes a parser of name, function, summary and example."""
    reason = command(
        "why",
        why,
        "prove a triple, or a row of an answer, from claims and their sentences",
        "glutkg why MK-801 antagonises 'NMDA receptor' --all\n"
        "  glutkg why --question compounds-at-receptor --row 1 receptor=mGlu5",
    )
    reason.add_argument(
        "words", nargs="*", metavar="WORD", help="subject, relation and object; with --question, parameter=value"
    )
    reason.add_argument("--question", metavar="NAME", help="prove a row of the answer to a packaged question")
    reason.add_argument("--row", type=_count, default=1, metavar="N", help="the row of this number (default: 1)")
    reason.add_argument("--all", action="store_true", help="give the other proofs too, smallest first")
    reason.add_argument("--limit", type=_count, metavar="N", help="proofs to give at most (with --all: 20)")
    absent = command(
        "whynot",
        whynot,
        "tell why a triple is not in the graph",
        "glutkg whynot memantine 'approved for' migraine",
    )
    for part in ("subject", "relation", "object"):
        absent.add_argument(part, help="a name, a CURIE or an IRI")
    absent.add_argument("--limit", type=_count, default=3, metavar="N", help="ways to give at most (default: 3)")
    justified = command(
        "justify",
        justify,
        "name the smallest sets of axioms from which something follows, or that contradict each other",
        "glutkg justify 'GluK1 receptor' 'kind of' receptor\n"
        "  glutkg justify --unsatisfiable 'mGlu5 receptor' --with my-slip.ttl\n"
        "  glutkg justify --inconsistent --with small.ttl --alone --all",
    )
    justified.add_argument("words", nargs="*", metavar="WORD", help="a kind, 'kind of' or a relation, and a kind")
    justified.add_argument("--unsatisfiable", metavar="KIND", help="justify that a kind can have no member")
    justified.add_argument("--inconsistent", action="store_true", help="justify that the whole contradicts itself")
    justified.add_argument(
        "--with", dest="files", action="append", default=[], metavar="FILE", help="a Turtle file to take along"
    )
    justified.add_argument("--alone", action="store_true", help="take the files of --with without the shipped ones")
    justified.add_argument("--all", action="store_true", help="give the other justifications too")
    justified.add_argument("--limit", type=_count, metavar="N", help="justifications to give at most (with --all: 20)")
    justified.add_argument(
        "--timeout", type=float, default=120.0, metavar="SECONDS", help="give up after so long (default: 120)"
    )


def _count(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"{text} is no number from 1")
    return number


def why(options: argparse.Namespace) -> int:
    """Print proofs of a triple or of a row."""
    from glutkg.explain import LIMIT

    limit = options.limit or (LIMIT if options.all else 1)
    if options.question is not None:
        values = _parameters([f"--{word}" if "=" in word else word for word in options.words])
        found = _load(options).why_row(options.question, options.row, limit, **values)
    else:
        found = _load(options).why(*_triple(options.words), limit=limit)
    return _tell(options, {**_texts(found), "turtle": found.turtle}, found.table)


def whynot(options: argparse.Namespace) -> int:
    """Tell why a triple is not there."""
    found = _load(options).why_not(options.subject, options.relation, options.object, options.limit)
    return _tell(options, _texts(found), found.table)


def justify(options: argparse.Namespace) -> int:
    """Name minimal justifications."""
    from glutkg.explain import predicates_like
    from glutkg.justify import LIMIT

    if sum((bool(options.words), options.unsatisfiable is not None, options.inconsistent)) != 1:
        raise UsageError("Name KIND RELATION KIND, or --unsatisfiable KIND, or --inconsistent: one of the three.")
    asked = _triple(options.words) if options.words else None
    ontology = _ontology(options)
    limit = options.limit or (LIMIT if options.all else 1)
    with _progress("justify") as progress:
        progress("asking HermiT")
        if asked is not None:
            kind, relation, other = asked
            found = ontology.subsumption(kind, predicates_like(relation), other, limit, options.timeout)
        elif options.inconsistent:
            found = ontology.inconsistency(limit, options.timeout)
        else:
            found = ontology.unsatisfiable(options.unsatisfiable, limit, options.timeout)
    return _tell(options, {**_texts(found), "turtle": found.turtle}, found.table)


def _ontology(options: argparse.Namespace) -> Ontology:
    if not options.files:
        if options.alone:
            raise UsageError("--alone goes with --with FILE: name the files that are to be taken alone.")
        return _load(options).ontology
    from glutkg.justified import Ontology
    from glutkg.resources import data_folder

    with _progress("justify") as progress:
        progress("reasoning with the files")
        return Ontology.read(data_folder(options.data), [Path(name) for name in options.files], options.alone)


def _triple(words: Sequence[str]) -> tuple[str, str, str]:
    match words:
        case [subject, relation, object_]:
            return subject, relation, object_
        case _:
            raise UsageError(
                f"A triple has three parts, SUBJECT RELATION OBJECT; {len(words)} were given. "
                "Put names of several words in quotes, or ask for a row with --question NAME."
            )


def _texts(found: Explanation | Absence | Justified) -> Forms:
    return {"table": found.text, "markdown": found.markdown, "json": found.json}


def _tell(options: argparse.Namespace, forms: Forms, table: Callable[[], Table]) -> int:
    """Print or write one of several forms, or a table where there is none of that name."""
    if options.format in forms:
        _write(options, forms[options.format]())
    else:
        _give(options, table())
    return 0
