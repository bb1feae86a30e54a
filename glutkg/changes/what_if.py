"""What would change if some claims were added or retracted: validation results, inferred triples, and answers.

Nothing is written: the changed sources are reasoned over in memory, checked, and asked the questions again.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from typing import TYPE_CHECKING

from glutkg.changes import report
from glutkg.changes.kept_answers import KeptAnswers
from glutkg.changes.kept_validation import kept_results
from glutkg.checks.check import judged, shapes_of, validate
from glutkg.checks.inconsistencies import contradictions
from glutkg.checks.locations import located
from glutkg.checks.quality import DANGLING
from glutkg.checks.report import gathered, listed, message_of
from glutkg.checks.respelled_literals import respelled_results
from glutkg.checks.validation import conclusion_results
from glutkg.errors import LimitError, NotFoundError
from glutkg.questions.question import read_questions
from glutkg.rdf.namespaces import BASE, RDF, RDFS, STATED_GRAPH, curie
from glutkg.rdf.terms import triple_from_oxigraph
from glutkg.reasoning.load_and_reason import is_axiom, materialise, rules_of
from glutkg.resources import real_path, source_files
from glutkg.store.artefacts import Artefacts
from glutkg.store.claims import not_counted, of_whole_documents
from glutkg.store.graph import Graph, differences
from glutkg.store.labels import label
from glutkg.store.names import is_of_class, is_record, named, near
from glutkg.store.shapes_in_files import refuse_shapes
from glutkg.store.sources import parsed, read_source
from glutkg.text.documents import Document, Heading, Presentable, counted, item, items, paragraph
from glutkg.text.tables import Table

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
    from pathlib import Path

    from glutkg.changes.report import AnswerChange, InferenceChange
    from glutkg.checks.report import ValidationResult
    from glutkg.rdf.terms import Triple
    from glutkg.reasoning.coded_graph import CodedGraph
    from glutkg.reasoning.rule import Rule
    from glutkg.text.documents import Item

_CLAIM = BASE + "Claim"
MOST_TRIPLES = 5_000
"""Stated triples that may come or go: some 600 claims, of which any may change any answer."""
_OF_ALL = (RDF + "type", BASE + "result", BASE + "modality")
"""What all claims have, by which no question about a thing is chosen."""
_ABOUT = 25
"""Things that changed claims name, for which questions are asked."""
_NAMED = 5
"""Records that a line names."""


@dataclass(frozen=True, slots=True, repr=False)
class WhatIf(Presentable):
    """What a change of the stated triples brings about.

    `added` and `retracted` are the stated triples that came and went. `new` and `gone` are validation results,
    `inferred` are triples that follow only now or no longer, `answers` the questions with other rows than before; those
    that need a value are asked with their default, and for what changed claims are `about`, IRIs, if few.
    `left_out` are changed claims that no question counts, each with the document that it names as a whole.

    >>> import glutkg
    >>> change = glutkg.load().whatif(without=["claim:memantine-nmda-antagonist-csd"])
    >>> change.records
    frozenset({'https://w3id.org/glutkg/claim/memantine-nmda-antagonist-csd'})
    >>> list(change.json_value())
    ['stated', 'check', 'inferred', 'answers', 'leftOut']
    """

    added: tuple[Triple, ...]
    retracted: tuple[Triple, ...]
    new: tuple[ValidationResult, ...]
    gone: tuple[ValidationResult, ...]
    inferred: tuple[InferenceChange, ...]
    answers: tuple[AnswerChange, ...]
    left_out: Mapping[str, str] = field(default_factory=dict)
    about: tuple[str, ...] = ()

    @property
    def records(self) -> frozenset[str]:
        """The IRIs of the records that were added, retracted or changed."""
        return frozenset(s.value for s, _, _ in (*self.added, *self.retracted))

    def document(self) -> Document:
        """Give what was stated and retracted, validation results, inferred triples and answers."""
        gained = sum(change.sign == "+" for change in self.inferred)
        stated = f"stated: {counted(len(self.added), 'triple')} more, {len(self.retracted):,} fewer"
        results = [
            _result_item(sign, alike) for sign, some in (("+", self.new), ("-", self.gone)) for alike in gathered(some)
        ]
        return Document(
            (
                paragraph(f"{stated}, about {self._named()}"),
                Heading("Check"),
                paragraph(f"{counted(len(self.new), 'result')} more, {len(self.gone):,} fewer"),
                *([items(*results)] if results else []),
                Heading("Inferred"),
                paragraph(f"{counted(gained, 'triple')} more, {len(self.inferred) - gained:,} fewer"),
                *report.inference_blocks(self.inferred, self.records),
                Heading("Answers"),
                paragraph(f"{counted(len(self.answers), 'question')} answered differently, {self._values()}"),
                *report.answer_blocks(self.answers),
                *([paragraph(not_counted(self.left_out))] if self.left_out else []),
            )
        )

    def _values(self) -> str:
        return f"of all with their default values{' and with what the claims name' if self.about else ' alone'}"

    def _named(self) -> str:
        """Name the changed records, those that no known prefix shortens by their labels, which are in the change."""
        labels = {s.value: o.value for s, p, o in (*self.added, *self.retracted) if p.value == RDFS + "label"}
        shown = sorted(
            f"'{labels[one]}'" if curie(one) == one and one in labels else curie(one) for one in self.records
        )
        more = [f"{len(shown) - _NAMED} more"] if len(shown) > _NAMED else []
        return ", ".join([*shown[:_NAMED], *more]) or "nothing"

    def table(self) -> Table:
        """Give it as one table, a change a row."""
        rows = [
            report.row("check", sign, result.focus, f"{result.rule}: {result.message}", result.place)
            for sign, results in (("+", self.new), ("-", self.gone))
            for result in results
        ]
        rows += [*report.inference_rows(self.inferred), *report.answer_rows(self.answers)]
        rows += [
            report.row("left out", "+", claim, not_counted({claim: of}), "") for claim, of in self.left_out.items()
        ]
        return Table(report.COLUMNS, tuple(rows))

    def json_value(self) -> dict[str, object]:
        """Give the stated triples, and the changes of results, inferred triples and answers."""
        return {
            "stated": {"added": len(self.added), "retracted": len(self.retracted), "about": sorted(self.records)},
            "check": {"new": [*map(_result_as_json, self.new)], "gone": [*map(_result_as_json, self.gone)]},
            "inferred": report.inferences_as_json(self.inferred),
            "answers": report.answers_as_json(self.answers),
            "leftOut": dict(self.left_out),
        }


def _result_item(sign: str, alike: Sequence[ValidationResult]) -> Item:
    first, *more = alike
    records = listed(curie(result.focus) for result in alike)
    values = [listed(curie(one.value.value) for one in alike if one.value)] if more else []
    return item(f"{sign} {first.severity} {first.rule}: {records}  {first.place}", items(message_of(alike), *values))


def _on_retracted(results: Iterable[ValidationResult], retracted: Iterable[Triple]) -> tuple[ValidationResult, ...]:
    """Say of a record that names a retracted one that it does, in place of what may be meant by an unknown name."""
    gone = {s.value for s, p, _ in retracted if p.value == RDF + "type"}
    return tuple(
        replace(one, message=f"It names a retracted record: {curie(one.value.name)}. Take this line out, too.")
        if one.rule == DANGLING and one.value and one.value.name in gone
        else one
        for one in results
    )


def _result_as_json(result: ValidationResult) -> dict[str, object]:
    return {
        "severity": result.severity,
        "rule": result.rule,
        "record": result.focus,
        "message": result.message,
        "file": result.path,
        "line": result.line,
    }


def _named_by_claims(after: Graph, before: Graph, changed: Collection[Triple]) -> list[str]:
    """Give the things that changed claims name, which are no records."""
    subjects = {s.value for s, _, _ in changed if s.kind == "iri"}
    claims = {one for one in subjects if any(is_of_class(graph, one, _CLAIM) for graph in (after, before))}
    told = {(s.value, p.value, o.value) for s, p, o in changed if s.value in claims and o.kind == "iri"}
    objects = {object_ for _, property_, object_ in told if property_ not in _OF_ALL}
    return sorted(one for one in objects if not is_record(after, one))


def _refuse_many(number: int) -> None:
    """Raise LimitError for more triples than are followed."""
    if number > MOST_TRIPLES:
        raise LimitError(
            f"The change has {number:,} triples, and at most {MOST_TRIPLES:,} are followed. Put the files into a copy "
            "of the data folder, and compare the two with 'glutkg diff'."
        )


class WhatIfSession:
    """The reasoned graph of a data folder, for which changes are tried one after the other."""

    def __init__(self, graph: Graph, folder: Path, rules: Sequence[Rule], artefacts: Artefacts | None = None) -> None:
        self._graph = graph
        self._artefacts = artefacts or Artefacts()
        self._answers = KeptAnswers(graph, self._artefacts)
        self._folder = folder
        self._rules = rules
        self._shapes = shapes_of(folder)
        self._questions = read_questions(folder)

    def what_if(self, files: Sequence[Path] = (), without: Sequence[str] = ()) -> WhatIf:
        """Show what would change if the claims of some files were added, and some claims retracted.

        Raises SourceError for a file that cannot be read, NotFoundError for a name of no claim and of nothing that one
        names.
        """
        cited = {name: found for name in without if (found := self._reference(name))}
        gone = {
            triple
            for name in without
            for claim in self.claims(name)
            for triple in self._retracted(claim, {*cited.values()} if name in cited else ())
        }
        new = {triple for path in dict.fromkeys(map(real_path, files)) for triple in self._of_file(path)}
        return self.change(gone, new, files)

    def _reference(self, name: str) -> str:
        """Find the IRI of a cited reference by its name, or nothing."""
        found = (iri for iri in named(self._graph, name)[:1] if is_of_class(self._graph, iri, BASE + "CitedReference"))
        return next(found, "")

    def _retracted(self, claim: str, references: Collection[str]) -> list[Triple]:
        """Give what goes of a claim: of one that cites more than the retracted references, these alone."""
        cited = [*self._graph.triples(claim, BASE + "cites", graph=STATED_GRAPH)]
        going = [triple for triple in cited if triple[2].value in references]
        return going if 0 < len(going) < len(cited) else [*self._graph.triples(claim, graph=STATED_GRAPH)]

    def _of_file(self, path: Path) -> list[Triple]:
        """Give the triples of a file; blank nodes of one that is loaded already would get other names, and are not."""
        source = read_source(path)
        refuse_shapes(source)
        found = Graph.merged([source]).triples()
        is_loaded = path in {*map(real_path, source_files(self._folder))}
        return [triple for triple in found if not (is_loaded and "blank" in (triple[0].kind, triple[2].kind))]

    def claims(self, name: str) -> list[str]:
        """Find the IRI of a claim, or of all claims that name a thing. Raises NotFoundError with the nearest names."""
        meant = named(self._graph, name)
        found = [iri for iri in meant if is_of_class(self._graph, iri, _CLAIM)][:1]
        if not found:
            naming = {
                s.name for iri in meant[:1] for s, _, _ in self._graph.triples(None, None, iri, graph=STATED_GRAPH)
            }
            found = sorted(iri for iri in naming if is_of_class(self._graph, iri, _CLAIM))
        if not found:
            from difflib import get_close_matches  # only when something went wrong

            known = self._names_of_what_goes()
            meant_by_it = [*near(name, known), *get_close_matches(name, known, n=3, cutoff=0.5)]
            raise NotFoundError(
                f"There is no claim '{name}', nor one that names it.", tuple(dict.fromkeys(meant_by_it))[:3]
            )
        return found

    def _names_of_what_goes(self) -> list[str]:
        """Give the names of claims and of the references that they cite."""
        claims = [s.value for s, _, _ in self._graph.triples(None, BASE + "statedIn", graph=STATED_GRAPH)]
        cited = sorted({o.value for _, _, o in self._graph.triples(None, BASE + "cites", graph=STATED_GRAPH)})
        return [text for one in (*claims, *cited) for text in (curie(one), label(self._graph, one))]

    def change(self, gone: set[Triple], new: set[Triple], files: Sequence[Path] = ()) -> WhatIf:
        """Show what would change if some stated triples went and others came; `files` state those that come.

        Raises LimitError where these are more than `MOST_TRIPLES`.
        """
        _refuse_many(len(gone) + len(new))
        retracted = {triple for triple in gone - new if self._graph.has(triple, STATED_GRAPH)}
        added = {triple for triple in new if not self._graph.has(triple, STATED_GRAPH)}
        after = self._graph.changed(retracted, added).spelled_as(map(read_source, files))
        rules = rules_of(after, self._folder) if any(map(is_axiom, retracted | added)) else self._rules
        was, now = self._standing, self._reasoned(after, rules, files, partial(self._tell_files, after, added, files))
        lost, gained = map(set, differences(self._graph, after))
        about = _named_by_claims(after, self._graph, retracted | added)
        answers = self._changed_answers(lost | retracted, after, gained | added, about if len(about) <= _ABOUT else ())
        labels = {rule.graph: rule.label for rule in rules}
        records = {s.value for s, _, _ in added}
        return WhatIf(
            tuple(sorted(added)),
            tuple(sorted(retracted)),
            _on_retracted(self._located(now - was, after, files), retracted),
            self._located(was - now, self._graph),
            (
                *report.inference_changes("+", after, gained - added, labels),
                *report.inference_changes("-", self._graph, lost - retracted, labels),
            ),
            tuple(answers),
            {claim: of for claim, of in of_whole_documents(after, self._folder).items() if claim in records},
            tuple(about) if len(about) <= _ABOUT else (),
        )

    def _changed_answers(
        self, lost: set[Triple], after: Graph, gained: set[Triple], about: Collection[str]
    ) -> list[AnswerChange]:
        graphs = (self._graph, lost), (after, gained)
        found = report.answer_changes(self._questions, *graphs, self._answers.answer, about)
        self._answers.keep()
        return found

    @cached_property
    def _standing(self) -> frozenset[ValidationResult]:
        """What stands against the graph as it is."""
        return kept_results(self._folder, self._artefacts, self._stands_against_all)

    def _stands_against_all(self) -> frozenset[ValidationResult]:
        found = validate(self._graph.changed(), self._folder, self._shapes)
        return self._judged(self._graph, [*found, *self._of_conclusions(self._graph, self._rules)])

    def _reasoned(
        self, stated: Graph, rules: Sequence[Rule], files: Sequence[Path], tell_files: Callable[[], None]
    ) -> frozenset[ValidationResult]:
        """Add to a graph what follows from what it states; give what stands against it."""
        from glutkg.reasoning.coded_graph import code  # which imports numpy

        coded = code(stated, merged=True)
        found = validate(stated, self._folder, self._shapes, coded)
        materialise(stated, rules, coded=coded)
        found += self._of_conclusions(stated, rules, files, tell_files=tell_files, coded=coded)
        return self._judged(stated, [*found, *respelled_results(stated)])

    def _of_conclusions(
        self,
        reasoned: Graph,
        rules: Sequence[Rule],
        files: Sequence[Path] = (),
        *,
        tell_files: Callable[[], None] = lambda: None,
        coded: CodedGraph | None = None,
    ) -> list[ValidationResult]:
        """Give the results on what follows; the reasoned graph may be given in codes, too."""
        return [
            *conclusion_results(reasoned, self._shapes, rules),
            *contradictions(reasoned, rules, self._folder, files, tell_files=tell_files, coded=coded),
        ]

    def _judged(self, graph: Graph, results: Sequence[ValidationResult]) -> frozenset[ValidationResult]:
        return frozenset(judged(graph, self._shapes, results)[0])

    def _tell_files(self, after: Graph, added: set[Triple], files: Sequence[Path]) -> None:
        """Let a changed graph tell what each file states; a triple with a blank node may be of any of those added."""
        for name in self._graph.graph_names("stated"):
            if name != STATED_GRAPH:
                after.put([t for t in self._graph.triples(graph=name) if after.has(t, STATED_GRAPH)], name)
        for source in map(read_source, files):
            its_own = {triple_from_oxigraph(quad) for quad in parsed(source)}
            after.put([t for t in added if t in its_own or "blank" in (t[0].kind, t[2].kind)], source.graph)

    def _located(
        self, results: frozenset[ValidationResult], graph: Graph, files: Sequence[Path] = ()
    ) -> tuple[ValidationResult, ...]:
        sources = [read_source(path) for path in (*source_files(self._folder), *files)] if results else []
        return located(results, sources, self._folder, graph, files)
