"""What would change if some claims were added or retracted: findings of the check, conclusions, and answers.

Nothing is written: the change is made in memory, followed through the rules, looked at, and taken back.
"""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

from glutkg.changes import formats, known
from glutkg.changes.revision import Workbench
from glutkg.checks.impact import Checks, Stated
from glutkg.errors import NotFoundError
from glutkg.questions.affected import Reading, UnreadableError
from glutkg.questions.question import read_questions
from glutkg.rdf.namespaces import BASE, STATED_GRAPH, curie
from glutkg.rdf.terms import Triple
from glutkg.reasoning.cache import NOWHERE, rules_kept
from glutkg.store.graph import Graph
from glutkg.store.names import is_of_class, label, named
from glutkg.store.sources import read_source
from glutkg.text.tables import Table

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from glutkg.changes.formats import AnswerChange, Conclusion
    from glutkg.changes.revision import Change
    from glutkg.checks.report import Finding
    from glutkg.questions.affected import Written
    from glutkg.questions.question import Question
    from glutkg.reasoning.cache import Shelf

_CLAIM = BASE + "Claim"
_NAMED = 5
"""Records that a line names."""
_THREADS = 4
"""So many questions are answered at a time: the engine leaves Python free while it looks for rows."""


@dataclass(frozen=True, slots=True)
class WhatIf:
    """What a change of the stated triples brings about.

    `added` and `retracted` are the stated triples that came and went. `new` and `gone` are findings of the check,
    `inferred` are triples that follow only now or no longer, `answers` the questions with other rows than before.
    """

    added: tuple[Triple, ...]
    retracted: tuple[Triple, ...]
    new: tuple[Finding, ...]
    gone: tuple[Finding, ...]
    inferred: tuple[Conclusion, ...]
    answers: tuple[AnswerChange, ...]

    @property
    def records(self) -> frozenset[str]:
        """The IRIs of the records that were added, retracted or changed."""
        return frozenset(s.value for s, _, _ in (*self.added, *self.retracted))

    def lines(self) -> Iterator[str]:
        """Write it for people."""
        stated = formats.counted(len(self.added), "triple")
        yield f"stated: {stated} more, {len(self.retracted):,} fewer, about " + _listed(self.records)
        yield f"\nCHECK  {formats.counted(len(self.new), 'finding')} more, {len(self.gone):,} fewer"
        for sign, findings in (("+", self.new), ("-", self.gone)):
            for finding in findings:
                yield f"  {sign} {finding.severity} {finding.rule}: {curie(finding.focus)}  {finding.place}"
                yield f"      {finding.message}"
        gained = sum(conclusion.sign == "+" for conclusion in self.inferred)
        yield f"\nINFERRED  {formats.counted(gained, 'triple')} more, {len(self.inferred) - gained:,} fewer"
        yield from formats.conclusion_lines(self.inferred, self.records)
        yield f"\nANSWERS  {formats.counted(len(self.answers), 'question')} answered differently"
        yield from formats.answer_lines(self.answers)

    def table(self) -> Table:
        """Give it as one table, a change a row."""
        rows = [
            formats.row("check", sign, finding.focus, f"{finding.rule}: {finding.message}", finding.place)
            for sign, findings in (("+", self.new), ("-", self.gone))
            for finding in findings
        ]
        rows += [*formats.conclusion_rows(self.inferred), *formats.answer_rows(self.answers)]
        return Table(formats.COLUMNS, tuple(rows))

    def to_json(self) -> str:
        """Write it as JSON."""
        made = {
            "stated": {"added": len(self.added), "retracted": len(self.retracted), "about": sorted(self.records)},
            "check": {"new": [_finding(f) for f in self.new], "gone": [_finding(f) for f in self.gone]},
            "inferred": formats.conclusions_as_json(self.inferred),
            "answers": formats.answers_as_json(self.answers),
        }
        return json.dumps(made, ensure_ascii=False, indent=1) + "\n"


def _listed(names: Iterable[str]) -> str:
    shown = sorted(map(curie, names))
    more = [f"{len(shown) - _NAMED} more"] if len(shown) > _NAMED else []
    return ", ".join([*shown[:_NAMED], *more]) or "nothing"


def _finding(finding: Finding) -> dict[str, object]:
    return {
        "severity": finding.severity,
        "rule": finding.rule,
        "record": finding.focus,
        "message": finding.message,
        "file": finding.path,
        "line": finding.line,
    }


class Trials:
    """A reasoned graph, copied into memory once, on which changes are tried one after the other."""

    def __init__(self, kept: Graph, folder: Path, shelf: Shelf = NOWHERE) -> None:
        self._kept = kept
        with ThreadPoolExecutor(1) as pool:
            copying = pool.submit(known.copied, kept, shelf)  # the engine leaves Python free meanwhile
            rules = rules_kept(kept, folder, shelf)
            self._rules = {rule.graph: rule.label for rule in rules}
            self._checks = Checks(folder)
            self._questions = read_questions(folder)
            self._readings = {question.name: _reading(question) for question in self._questions}
            graph = copying.result()
        self._model = Workbench(graph, rules, folder)
        self._answers = known.Answers(graph, shelf)

    def what_if(self, files: Sequence[Path] = (), without: Sequence[str] = ()) -> WhatIf:
        """Tell what would change if the claims of some files were added, and some claims retracted.

        Raises SourceError for a file that cannot be read, NotFoundError for a name that is no claim.
        """
        going = [t for name in without for t in self._kept.triples(self.claim(name), graph=STATED_GRAPH)]
        coming = [t for path in files for t in Graph.plain([read_source(path)]).triples()]
        return self.change(going, coming, files)

    def claim(self, name: str) -> str:
        """Find the IRI of a claim. Raises NotFoundError with the nearest names."""
        found = [iri for iri in named(self._kept, name) if is_of_class(self._kept, iri, _CLAIM)]
        if not found:
            from difflib import get_close_matches  # only when something went wrong

            near = get_close_matches(name, self._claim_names(), n=3, cutoff=0.5)
            raise NotFoundError(f"There is no claim '{name}'.", tuple(dict.fromkeys(near)))
        return found[0]

    def _claim_names(self) -> list[str]:
        claims = [s.value for s, _, _ in self._kept.triples(None, BASE + "statedIn", graph=STATED_GRAPH)]
        return [text for claim in claims for text in (curie(claim), label(self._kept, claim))]

    def change(self, going: Sequence[Triple], coming: Sequence[Triple], files: Sequence[Path] = ()) -> WhatIf:
        """Tell what would change if some stated triples went and others came."""
        with ThreadPoolExecutor(_THREADS) as pool:
            with self._model.changed(going, coming) as change:
                graph = self._model.graph
                asked = self._touched(self._kept, change.lost | change.unstated)
                asked |= self._touched(graph, change.gained | change.stated)
                asking = {name: pool.submit(formats.default_answer, graph, q) for name, q in asked.items()}
                reach = self._checks.reach(Stated(self._kept), change.unstated, Stated(graph), change.stated)
                found = self._checks.find(Stated(graph), reach)
                gained = self._conclusions("+", graph, change)
                after = {name: answer.result() for name, answer in asking.items()}
            before = dict(zip(asked, pool.map(self._answers.to, asked.values()), strict=True))
            was = self._checks.find(Stated(self._model.graph), reach)
        compared = formats.answer_changes(
            sorted(asked.values()), lambda question: before[question.name], lambda question: after[question.name]
        )
        return WhatIf(
            tuple(sorted(change.stated)),
            tuple(sorted(change.unstated)),
            self._checks.placed(self._kept, found - was, files),
            self._checks.placed(self._kept, was - found),
            (*gained, *self._conclusions("-", self._kept, change)),
            tuple(compared),
        )

    def _touched(self, graph: Graph, triples: frozenset[Triple]) -> dict[str, Question]:
        written = [_written(triple) for triple in triples]
        if any(triple is None for triple in written):
            return {question.name: question for question in self._questions}
        named = [triple for triple in written if triple is not None]
        return {
            question.name: question
            for question in self._questions
            if (reading := self._readings[question.name]) is None or reading.is_touched(graph, named)
        }

    def _conclusions(self, sign: str, graph: Graph, change: Change) -> list[Conclusion]:
        triples = change.gained - change.stated if sign == "+" else change.lost - change.unstated
        return formats.conclusions(
            sign, graph, triples, lambda triple: change.rules.get(triple) or self._recorded(triple), self._rules
        )

    def _recorded(self, triple: Triple) -> str:
        return next(iter(self._kept.graphs_of(triple)), "")


def _reading(question: Question) -> Reading | None:
    try:
        return Reading(question.query)
    except UnreadableError:
        return None


def _written(triple: Triple) -> Written | None:
    subject, predicate, object_ = triple
    if "blank" in (subject.kind, object_.kind):
        return None
    return subject.n3(), predicate.n3(), object_.n3()
