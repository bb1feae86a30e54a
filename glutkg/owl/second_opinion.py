"""What HermiT says where a check met axioms that no rule reads: whether they contradict what is stated."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from glutkg.checks.check import check
from glutkg.checks.inconsistencies import CONTRADICTION, UNREAD
from glutkg.checks.report import ValidationResult
from glutkg.checks.unread_statements import WITHOUT_RULE
from glutkg.errors import InconsistentOntologyError, NotFoundError, ReasonerError
from glutkg.explain.wording import Files
from glutkg.owl.vocabulary import of_no_axiom
from glutkg.rdf.namespaces import BASE, curie
from glutkg.rdf.terms import Term
from glutkg.store.sources import graph_name

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from glutkg.checks.report import ValidationReport
    from glutkg.owl.justification_report import Ontology
    from glutkg.owl.justifications import Axioms, Goal
    from glutkg.store.graph import Graph

TIMEOUT = 60.0
"""Seconds that HermiT has to find a contradiction, and as many again to find the fewest axioms behind it."""
_UNREAD = BASE + "check/unread_axiom"
_RULE = CONTRADICTION.rpartition("/")[2]
_MANY = 5
"""Of the classes that can have no member, so many are named."""


def checked(folder: Path, extra: Sequence[Path] = ()) -> ValidationReport:
    """Check a data folder, and further files along with it, by rules, and by HermiT where no rule reads an axiom."""
    return check(folder, extra, second_opinion)


def second_opinion(
    graph: Graph, folder: Path, further: Sequence[Path], found: Sequence[ValidationResult], timeout: float = TIMEOUT
) -> list[ValidationResult]:
    """Give the results of a check anew, once HermiT was asked; the graph tells what each file states.

    A contradiction is a violation, with the fewest axioms behind it, and an axiom that was refused becomes a warning.
    All stays as it is where HermiT cannot tell, for lack of time or for axioms that it does not read: these are named.
    """
    from glutkg.owl.hermit import Hermit  # which most checks do without
    from glutkg.owl.justification_report import Ontology
    from glutkg.owl.justifications import INCONSISTENCY, unsatisfiable

    ontology = Ontology(graph, (), Files(folder, further), further=[path for path in further if path.is_file()])
    axioms, empty = ontology.axioms, tuple[str, ...]()
    try:
        ontology.refuse_unread("the ontology contradicts itself")
        empty = Hermit(timeout).unsatisfiable_classes(axioms.with_declarations(axioms.axioms))
    except InconsistentOntologyError:
        new = [_contradiction(ontology, _fewest(ontology, INCONSISTENCY, further, timeout), found)]
    except ReasonerError:
        return [*found, *_unread(ontology)]
    else:
        goal = unsatisfiable(Term("iri", empty[0])) if empty else INCONSISTENCY
        new = [_contradiction(ontology, _fewest(ontology, goal, further, timeout), found, empty)] if empty else []
    return [*(_as_warning(result, not new) if result.source == UNREAD else result for result in found), *new]


def _unread(ontology: Ontology) -> Iterator[ValidationResult]:
    """Give a note for each axiom that HermiT cannot be given, with its place and the reason."""
    for axiom, reason in ontology.axioms.unread.items():
        origin = None if of_no_axiom(axiom.root) else ontology.origin(axiom)
        if origin:
            subject, predicate, object_ = axiom.root
            yield ValidationResult(
                *("Info", _UNREAD.rpartition("/")[2]),
                f"HermiT was not asked about the axioms that no rule reads, since it cannot be given this: {reason}",
                path=origin.file,
                line=origin.line,
                focus=subject.name,
                predicate=predicate.value,
                value=object_,
                source=_UNREAD,
            )


def _as_warning(result: ValidationResult, is_consistent: bool) -> ValidationResult:
    verdict = "finds no contradiction" if is_consistent else "finds a contradiction"
    return replace(
        result,
        severity="Warning",
        message=f"This was left to HermiT, which {verdict}; rules read all else: {result.message}",
    )


def _fewest(ontology: Ontology, goal: Goal, further: Sequence[Path], timeout: float) -> Axioms:
    """Give a smallest set of axioms behind a contradiction: of those in further files, if they suffice, else of all.

    It is empty when none was found in time.
    """
    from glutkg.owl.hermit import Hermit
    from glutkg.owl.justifications import justify

    axioms, names = ontology.axioms, {graph_name(path) for path in further}
    own = [axiom for axiom in axioms.axioms if names & {*ontology.graph.graphs_of(ontology.stated(axiom))}]
    hermit = Hermit(timeout)
    for some in (own, axioms.axioms):
        with suppress(NotFoundError, ReasonerError):
            return frozenset(justify(axioms.restricted(some), goal, hermit).found[0])
    return frozenset()


def _contradiction(
    ontology: Ontology, axioms: Axioms, found: Sequence[ValidationResult], empty: Sequence[str] = ()
) -> ValidationResult:
    """Make a result of what contradicts each other, placed at the fact or axiom most likely to be wrong."""
    words = ontology.words(axioms)
    text = {one: f"{ontology.text(one, words)} ({ontology.reason(one, words)})" for one in axioms}
    ordered = sorted(axioms, key=lambda one: (one.is_schema, text[one]))
    more = f" and {len(empty) - _MANY} more" if len(empty) > _MANY else ""
    what = f"so that {', '.join(map(curie, empty[:_MANY]))}{more} can have no member" if empty else ""
    if not axioms:
        place = next(result for result in found if result.source in (UNREAD, WITHOUT_RULE))
        message = (
            f"This and what else is stated contradict each other{f', {what}' if what else ''}. "
            "'glutkg justify --inconsistent --with FILE --timeout 600' looks for the fewest axioms behind it."
        )
        return replace(place, severity="Violation", rule=_RULE, message=message, source=CONTRADICTION)
    subject, predicate, object_ = ontology.stated(ordered[0])
    file, _, line = ontology.reason(ordered[0], words).rpartition(":")
    return ValidationResult(
        *("Violation", _RULE),
        f"Correct or take out one of these, which contradict each other{f', {what}' if what else ''}: "
        f"{'; '.join(text[one] for one in ordered)}.",
        file or line,
        int(line) if file and line.isdecimal() else None,
        focus=subject.name,
        predicate=predicate.value,
        value=object_,
        source=CONTRADICTION,
    )
