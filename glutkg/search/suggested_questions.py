"""Packaged questions that fit: those that take a thing, and those nearest to a question in one's own words."""

from __future__ import annotations

import re
import shlex
from functools import cache, cached_property, partial
from itertools import groupby, islice, product
from math import log
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from glutkg.questions.answering import has_rows
from glutkg.rdf.namespaces import BASE, RDF, RDFS, STATED_GRAPH, expand
from glutkg.relations import grouped
from glutkg.search.common_words import COMMON, telling_words, words_to_find
from glutkg.search.index import Entry, Index, spellings
from glutkg.store.names import folded, is_claim, singular

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

    from glutkg.questions.question import Parameter, Question
    from glutkg.search.catalogue import Thing
    from glutkg.store.graph import Graph

_LONGEST_NAME = 6
"""Words of a name that is looked for in a question."""
_NEEDED, _OPTIONAL = 2.5, 1.5
"""What a parameter that takes something named in the question adds to the weight of its words."""
_NOTHING_ELSE = 0.4
"""What is left of the weight of a question that has none of the words beside the names."""
_NOTHING_NAMED = 0.7
"""What is left of the weight of a question that takes nothing of what is named."""
_LEAST_NAMING, _LEAST_BESIDE = 0.3, 0.65
"""Parts of the weight of the best question that another one needs: if it takes what is named, and if it does not."""
_GENERAL = 12
"""Members of a class, kinds among them, that is too general to be looked for."""
_ANY_KIND = "owl:Class"
"""What a parameter takes that asks for a kind of things, however general."""
_ABOVE = (RDF + "type", RDFS + "subClassOf")
_TERM = re.compile(r"\bglut:(\w+)")
_POSSESSIVE = re.compile("['\u2019]s$")


_Values: TypeAlias = "tuple[tuple[str, Thing], ...]"
_Weighed: TypeAlias = "tuple[float, Question, _Values]"


class Suggestion(NamedTuple):
    """A question with the names that it is to be asked with, by parameter, and whether it then has a row.

    `dropped` has the names of what it takes as well, and has no row on.
    """

    question: Question
    values: tuple[tuple[str, str], ...] = ()
    has_rows: bool = True
    dropped: tuple[str, ...] = ()

    @property
    def command(self) -> str:
        """The command that asks the question.

        >>> import glutkg
        >>> question = next(q for q in glutkg.load().questions() if q.name == "compounds-at-receptor")
        >>> Suggestion(question, (("receptor", "NMDA receptor"),)).command
        "glutkg ask compounds-at-receptor --receptor 'NMDA receptor'"
        """
        options = (f" --{name} {shlex.quote(value)}" for name, value in self.values)
        return f"glutkg ask {self.question.name}{''.join(options)}"


class QuestionFinder:
    """The packaged questions of a graph, found by words and by what they take."""

    def __init__(
        self, graph: Graph, questions: Sequence[Question], catalogue: Callable[[], Mapping[str, Thing]]
    ) -> None:
        self._graph = graph
        self._questions = {question.name: question for question in questions}
        self._gather = catalogue
        self._told: dict[str, set[str]] = {}
        self._general: dict[str, bool] = {}
        self._classes = cache(partial(_classes, graph))

    @property
    def every(self) -> Collection[Question]:
        """All questions that may be found."""
        return self._questions.values()

    @cached_property
    def catalogue(self) -> Mapping[str, Thing]:
        """All things by IRI, gathered when a text or a thing is looked up, and not to compare questions."""
        return self._gather()

    @cached_property
    def _index(self) -> Index:
        return Index(map(_entry, self._questions.values()))

    @cached_property
    def _named(self) -> dict[str, list[str]]:
        return grouped((folded(name), thing.iri) for thing in self.catalogue.values() for name in thing.names)

    def by_words(self, words: str) -> list[Suggestion]:
        """Return the questions that have the words, best first, without values."""
        return [Suggestion(self._questions[name]) for name in self._index.find(words_to_find(words))]

    def taking(self, iri: str, name: str = "") -> list[Suggestion]:
        """Return the questions that take a thing, under its label or as named; under its IRI they are asked soonest."""
        return taking(self._graph, self._questions.values(), iri, name or self.catalogue[iri].label)

    def answered(self, iri: str, name: str) -> Iterator[Suggestion]:
        """Return those questions that take a thing, under a name, of which an answer has a row: each when it is wanted.

        Questions that read claims of classes of which none names the thing are not asked.
        """
        for one in self.taking(iri, name):
            able = self.may_tell(one.question, iri)
            if able and has_rows(self._graph, one.question, {parameter: [iri] for parameter, _ in one.values}):
                yield one

    def may_tell(self, question: Question, iri: str) -> bool:
        """Tell by the classes of claims that a question reads whether it may have a row on a thing itself."""
        read = self._claim_classes.intersection(_TERM.findall(question.query))
        return not read or not read.isdisjoint(self._classes_of_claims_on(iri))

    def _classes_of_claims_on(self, iri: str) -> set[str]:
        """Return the classes of the claims that name a thing or what is narrower."""
        if iri not in self._told:
            query = f"SELECT DISTINCT ?class {{ ?claim ?role <{iri}> . ?claim a glut:Claim . ?claim a ?class }}"
            found = self._graph.select(query).column("class")
            self._told[iri] = {str(class_).removeprefix(BASE) for class_ in found}
        return self._told[iri]

    @cached_property
    def _claim_classes(self) -> set[str]:
        below = self._graph.triples(None, RDFS + "subClassOf", BASE + "Claim")
        return {s.value.removeprefix(BASE) for s, _, _ in below if s.kind == "iri"} - {"Claim"}

    def nearest(self, text: str, at_most: int = 5) -> list[Suggestion]:
        """Return the packaged questions nearest to a question in one's own words, with what it names filled in.

        To the mere name of a thing these are the questions that have most to tell of it. The nearest that
        no row answers comes last, or first where no other is nearly as near: that the sources do not say is the answer.
        """
        named, beside = self._mentioned(text)
        others = telling_words(" ".join(beside))
        if len(named) == 1 and not others and not self.is_general(named[0]):
            about = self.answered(named[0], self.catalogue[named[0]].label)
            if found := list(islice(about, at_most)):
                return found
        best = self._best(text, named, others)[: 2 * at_most]
        answered = (self._with_rows(*entry[1:], named, nearest=entry is best[0]) for entry in best)
        offered = list(islice(filter(None, answered), at_most))
        weights = {question.name: weight for weight, question, _ in best}
        is_far = all(weights[one.question.name] < _LEAST_BESIDE * best[0][0] for one in offered if one.has_rows)
        return sorted(offered, key=lambda one: (one.has_rows == is_far, len(one.dropped)))

    def _best(self, text: str, named: Sequence[str], others: str) -> list[_Weighed]:
        """Weigh the questions by their words and by what they take, and leave out those far behind the best."""
        special = not all(map(self.is_general, named))
        weights = dict(self._index.with_any(telling_words(text), len(self._questions)))
        besides = {name for name, _ in self._index.with_any(others, len(self._questions))}
        found: list[_Weighed] = []
        for question in self._questions.values():
            values = tuple(self._filled(question, named))
            weight = weights.get(question.name, 0.0) + self._weight(question, values)
            if others and question.name not in besides:
                weight *= _NOTHING_ELSE
            if special and not values:
                weight *= _NOTHING_NAMED
            found.append((weight, question, values))
        found.sort(key=lambda entry: (-entry[0], entry[1].name))
        most = found[0][0] if found else 0.0

        def is_near(weight: float, question: Question, values: _Values) -> bool:
            least = _LEAST_NAMING if not special or _takes_its_kind(question, values) else _LEAST_BESIDE
            return weight > 0 and weight >= least * most

        return [entry for entry in found if is_near(*entry)]

    def _with_rows(self, question: Question, values: _Values, named: Sequence[str], nearest: bool) -> Suggestion | None:
        """Take as many of the values as have a row together, or others that are named; give none where none has.

        The nearest of all is given nevertheless where it cannot be asked without what is named: that no row answers it
        is an answer.
        A value that the question's own words have already goes first: `approved` narrows no question on approval.
        """
        own = f"{question.summary} {question.question} {' '.join(question.phrasings)}".casefold()

        def left_out(chosen: _Values) -> list[str]:
            labels = (thing.label for _, thing in values if thing not in dict(chosen).values())
            return [name for name in labels if name.casefold() not in own]

        for chosen in sorted(self._choices(question, values, named), key=lambda one: (-len(one), len(left_out(one)))):
            if not chosen and values and not nearest:
                return None
            if not chosen or has_rows(self._graph, question, {name: [thing.iri] for name, thing in chosen}):
                return Suggestion(question, _labelled(chosen), dropped=tuple(left_out(chosen)))
        needed = tuple(pair for pair in values if not _parameter(question, pair[0]).optional)
        return Suggestion(question, _labelled(needed), has_rows=False) if nearest else None

    def _choices(self, question: Question, values: _Values, named: Sequence[str]) -> Iterator[_Values]:
        """Give all values that a question may be asked with: of each parameter one that it takes, or none if it may."""
        choices: list[list[tuple[str, Thing] | None]] = []
        for name, thing in values:
            parameter, taken = _parameter(question, name), {one.iri for _, one in values}
            others = [iri for iri in named if iri not in taken and _taking([parameter], self._classes(iri))]
            able = (iri for iri in others if not self._says_nothing(question, parameter, iri))
            fitting = [thing, *(self.catalogue[iri] for iri in able)]
            choices.append([*((name, one) for one in fitting), *[None] * parameter.optional])
        return (tuple(pair for pair in chosen if pair) for chosen in product(*choices))

    def named(self, text: str) -> list[str]:
        """Return the labels of what a text names, from left to right, without classes that most things belong to."""
        return [thing.label for thing in self.things(text)]

    def things(self, text: str) -> list[Thing]:
        """Return what a text names, from left to right, without classes that most things belong to."""
        return [self.catalogue[iri] for iri in self._mentioned(text)[0] if not self.is_general(iri)]

    def is_general(self, iri: str) -> bool:
        """Return whether something is a class of many members or kinds that hardly a claim names, such as drug."""
        if iri not in self._general:
            self._general[iri] = _is_general(self._graph, iri)
        return self._general[iri]

    def unknown(self, text: str, known: Collection[str] = ()) -> list[str]:
        """Return the words of a text that nothing here has, such as a brand name; those beside each other are one.

        Known are the words of questions, of names, whole or in part, and of definitions, and those given.
        """
        others = self._mentioned(text)[1]
        missing = [
            word.casefold() not in known and not all(map(self._has, telling_words(word).split())) for word in others
        ]
        runs = groupby(zip(others, missing, strict=True), key=lambda pair: pair[1])
        return [" ".join(word for word, _ in run) for is_missing, run in runs if is_missing]

    def _has(self, word: str) -> bool:
        names, words = self._known
        spelt = spellings(word.casefold())
        return any(one in names or one.removesuffix("s") in words for one in spelt) or bool(
            self._index.with_any(word, 1)
        )

    @cached_property
    def _known(self) -> tuple[str, set[str]]:
        """All names as one text, and the words of all definitions."""
        things = self.catalogue.values()
        words = re.findall(r"\w+", " ".join(thing.definition for thing in things).casefold())
        return " ".join(name for thing in things for name in thing.names).casefold(), {*words}

    def _weight(self, question: Question, values: Sequence[tuple[str, Thing]]) -> float:
        needed = {parameter.name for parameter in question.parameters if not parameter.optional}
        kinds = {expand(parameter.kind) for parameter in question.parameters}
        special = [name for name, thing in values if thing.iri not in kinds and not self.is_general(thing.iri)]
        special = [name for name in special if name not in _of_any_kind(question)]
        return sum(_NEEDED if name in needed else _OPTIONAL for name in special)

    def _filled(self, question: Question, named: Sequence[str]) -> Iterator[tuple[str, Thing]]:
        """Give each thing that is named, general ones last, to the first parameter that takes it and has no value."""
        free = list(question.parameters)
        for iri in sorted(named, key=self.is_general):
            parameter = _taking(free, self._classes(iri))
            if parameter and not self._says_nothing(question, parameter, iri):
                free.remove(parameter)
                yield parameter.name, self.catalogue[iri]

    def _says_nothing(self, question: Question, parameter: Parameter, iri: str) -> bool:
        """Tell whether a thing is too general for a parameter, or its name is in that of a question that needs none."""
        if self.is_general(iri):
            return parameter.optional or parameter.kind != _ANY_KIND
        return parameter.optional and folded(self.catalogue[iri].label) in folded(question.name)

    def _mentioned(self, text: str) -> tuple[list[str], list[str]]:
        """Find the longest names in a text, from left to right, and return what they name and the words beside them."""
        words = [_POSSESSIVE.sub("", word) for word in re.findall(r"[^\s,;?!()]+", text.rstrip("."))]
        named, others, start = list[str](), list[str](), 0
        while start < len(words):
            found, end = self._longest(words, start)
            if not found and "/" in words[start]:
                words[start:end] = words[start].replace("/", " ").split()
                continue
            named += [found] if found else []
            others += words[start:end] if not found or self.is_general(found) else []
            start = end
        return named, others

    def _longest(self, words: Sequence[str], start: int) -> tuple[str | None, int]:
        """Return what the longest name that begins there names, and where it ends."""
        for end in range(min(len(words), start + _LONGEST_NAME), start, -1):
            if found := self._called(words[start:end]):
                return found, end
        return None, start + 1

    def _called(self, words: Sequence[str]) -> str | None:
        if len(words) == 1 and words[0].casefold() in COMMON:
            return None
        things = (self.catalogue[iri] for iri in self.called("".join(words))[:1])
        return next((t.iri for t in things if t.what != "property" and not self._is_plain_word(words, t)), None)

    def called(self, name: str) -> list[str]:
        """Return what goes by a name, or by its singular."""
        return self._named.get(folded(name)) or self._named.get(singular(name), [])

    def _is_plain_word(self, words: Sequence[str], thing: Thing) -> bool:
        """Tell whether a word in small letters, which definitions use as well, would be a symbol in capitals: rest."""
        return thing.label.isupper() and "".join(words).islower() and words[0] in self._known[1]


def taking(graph: Graph, questions: Iterable[Question], iri: str, name: str) -> list[Suggestion]:
    """Return the questions that take a thing of some name, those first that are about it and have most to tell of it.

    Those that take whatever there is come last. About it are those that cannot be asked without one of its kind, and of
    these those with its kind last in their name. What they have to tell is measured by the claims that name it, of the
    classes that they read.
    """
    classes = _classes(graph, iri)
    able = [(question, p) for question in questions if (p := _taking(question.parameters, classes))]
    told = _told(graph, iri) if able else {}
    found = [
        (
            parameter.kind == _ANY_KIND,
            parameter.optional,
            question.name.rpartition("-")[2] != parameter.name,
            -sum(told.get(name, 0.0) for name in set(_TERM.findall(question.query))),
            question.name,
            Suggestion(question, ((parameter.name, name),)),
        )
        for question, parameter in able
    ]
    return [suggestion for *_, suggestion in sorted(found, key=lambda entry: entry[:5])]


def _is_general(graph: Graph, iri: str) -> bool:
    """Tell whether a class has many members or kinds, and one claim at most that names it."""
    below = (graph.count(("?one", f"<{above}>", f"<{iri}>"), _GENERAL + 1) for above in _ABOVE)
    if max(below) <= _GENERAL:
        return False
    naming = (s.name for s, _, _ in graph.triples(None, None, iri, STATED_GRAPH) if is_claim(graph, s.name))
    first = next(naming, None)
    return all(other == first for other in naming)


def _told(graph: Graph, iri: str) -> dict[str, float]:
    """Weigh the classes of the claims that name a thing, by local name: those of few claims tell most."""
    kinds = _counted(graph, f"GRAPH <{STATED_GRAPH}> {{ ?one ?role <{iri}> }} ?one a glut:Claim . ?one a ?class")
    members = _counted(graph, f"VALUES ?class {{ {' '.join(f'<{kind}>' for kind in kinds)} }} ?one a ?class")
    every = members.get(BASE + "Claim", 0)
    return {kind.removeprefix(BASE): n * max(0.0, log(every / members[kind])) for kind, n in kinds.items()}


def _counted(graph: Graph, pattern: str) -> dict[str, int]:
    """Count by class, in the engine, what a pattern finds."""
    query = f"SELECT ?class (COUNT(DISTINCT ?one) AS ?number) {{ {pattern} FILTER(ISIRI(?class)) }} GROUP BY ?class"
    return {str(row["class"]): int(str(row["number"])) for row in graph.select(query)}


def _classes(graph: Graph, iri: str) -> set[str]:
    return {iri, *(o.value for predicate in _ABOVE for _, _, o in graph.triples(iri, predicate))}


def _of_any_kind(question: Question) -> set[str]:
    """Return the parameters of a question that take whatever class there is."""
    return {parameter.name for parameter in question.parameters if parameter.kind == _ANY_KIND}


def _takes_its_kind(question: Question, values: _Values) -> bool:
    return not _of_any_kind(question).issuperset(name for name, _ in values)


def _entry(question: Question) -> Entry:
    parameters = " ".join(f"{parameter.name} {parameter.text}" for parameter in question.parameters)
    name = f"{question.name.replace('-', ' ')} {question.summary}"
    return Entry(question.name, name, " ".join(question.phrasings), f"{question.question} {question.row} {parameters}")


def _labelled(values: Iterable[tuple[str, Thing]]) -> tuple[tuple[str, str], ...]:
    return tuple((name, thing.label) for name, thing in values)


def _parameter(question: Question, name: str) -> Parameter:
    return next(parameter for parameter in question.parameters if parameter.name == name)


def _taking(parameters: Iterable[Parameter], classes: set[str]) -> Parameter | None:
    return next((p for p in parameters if (expand(p.kind) or p.kind) in classes), None)
