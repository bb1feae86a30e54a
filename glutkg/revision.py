"""The reasoned graph after a change of what is stated, without reasoning over everything again.

What may rest on a triple that goes is taken out, and what still follows without it is put back (delete and rederive);
what follows from a triple that comes is added. Each step starts from the triples that have just changed. A rule with
EXISTS in a filter may conclude more when less is known; where its filter looks at something that changed, it is asked
for all that it concludes, and compared (docs/decisions/0010-changes.md).
"""

from __future__ import annotations

import re
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

from glutkg.errors import RuleError
from glutkg.graph import Graph, to_ox
from glutkg.materialise import materialise, rules_of
from glutkg.terms import OWL, RDF, RDFS, STATED_GRAPH

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from glutkg.graph import Triple
    from glutkg.rules import Pattern, Rule

MAX_ROUNDS = 100
MOST = 5_000
"""So many triples are followed one by one; when more change, everything is made anew."""
_ROWS = 500
"""So many triples are written into one query."""

_TYPE = f"<{RDF}type>"
_EXISTS = re.compile(r"\bEXISTS\b", re.IGNORECASE)
_FREE = re.compile(r"[?$]\w+\s+[?$]\w+\s+[?$]\w+")
_MENTIONED = re.compile(r"<[^>]*>")
_COMPILED = (RDFS + "subPropertyOf", RDF + "first", RDF + "rest")

_T = TypeVar("_T")
Written = tuple[str, str, str]
"""A triple as SPARQL spells it."""


@dataclass(frozen=True, slots=True)
class Change:
    """What changed in a graph: stated triples, and all triples, those that came with the rule that concluded them.

    `gained` and `lost` are about the union of what is stated and what follows: a triple that is no longer stated and
    still follows is not lost. `rules` names for each gained triple its rule; a stated one has none.
    """

    stated: frozenset[Triple] = frozenset()
    unstated: frozenset[Triple] = frozenset()
    gained: frozenset[Triple] = frozenset()
    lost: frozenset[Triple] = frozenset()
    rules: Mapping[Triple, str] = field(default_factory=dict)


class Workbench:
    """A reasoned graph in memory, on which one can try changes of what is stated."""

    def __init__(self, graph: Graph, rules: Sequence[Rule], folder: Path) -> None:
        self.graph = graph
        self._folder = folder
        self._followed = _Rules(rules)

    @contextmanager
    def changed(self, gone: Iterable[Triple], new: Iterable[Triple]) -> Iterator[Change]:
        """Take stated triples away and add others; the graph is as it was again at the end of the `with` block.

        Raises RuleError when the rules come to no end.
        """
        wanted = set(new)
        coming = {triple for triple in wanted if not self.graph.has(triple, STATED_GRAPH)}
        going = {triple for triple in set(gone) - wanted if self.graph.has(triple, STATED_GRAPH)}
        before, journal = self.graph, _Journal(self.graph)
        try:
            followed = self._follow(journal, going, coming)
            yield followed if followed is not None else self._made_anew(going, coming)
        finally:
            journal.undo()
            self.graph = before

    def _follow(self, journal: _Journal, going: set[Triple], coming: set[Triple]) -> Change | None:
        """Follow the change triple by triple; give None, and leave the graph as it was, where that cannot be done."""
        if len(coming) + len(going) > MOST or _changes_rules(coming | going):
            return None
        try:
            return _Revision(journal, self._followed).run(going, coming)
        except _TooMuchError:
            journal.undo()
            return None

    def _made_anew(self, going: set[Triple], coming: set[Triple]) -> Change:
        stated = (set(self.graph.triples(graph=STATED_GRAPH)) - going) | coming
        made = Graph()
        for name in (None, STATED_GRAPH):
            made.put(stated, name)
        materialise(made, rules_of(made, self._folder))
        old, new = set(self.graph.triples()), set(made.triples())
        gained = frozenset(new - old)
        rules = {t: rule for t in gained - coming if (rule := _recorded(made, t)) is not None}
        self.graph = made
        return Change(frozenset(coming), frozenset(going), gained, frozenset(old - new), rules)


def _recorded(graph: Graph, triple: Triple) -> str | None:
    subject, predicate, object_ = triple
    name = f"_:{subject.value}" if subject.kind == "blank" else subject.value
    return next(iter(graph.graphs_of(name, predicate.value, object_)), None)


class _TooMuchError(Exception):
    """The change cannot be followed triple by triple."""


class _Journal:
    """Changes a graph, and can take all of it back."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self._done: list[tuple[bool, list[Triple], str | None]] = []

    def put(self, triples: Iterable[Triple], graph: str | None = None) -> None:
        self._do([triple for triple in triples if not self.graph.has(triple, graph)], graph, added=True)

    def drop(self, triples: Iterable[Triple], graph: str | None = None) -> None:
        self._do([triple for triple in triples if self.graph.has(triple, graph)], graph, added=False)

    def undo(self) -> None:
        while self._done:
            added, triples, graph = self._done.pop()
            (self.graph.drop if added else self.graph.put)(triples, graph)

    def _do(self, triples: list[Triple], graph: str | None, added: bool) -> None:
        self._done.append((added, triples, graph))
        (self.graph.put if added else self.graph.drop)(triples, graph)


def _changes_rules(triples: Iterable[Triple]) -> bool:
    """Tell whether triples may belong to an axiom that is compiled into a rule, or cannot be named in a query."""
    return any(
        s.kind == "blank" or o.kind == "blank" or p.value.startswith(OWL) or p.value in _COMPILED for s, p, o in triples
    )


# --- rules, by what they look at --------------------------------------------------------------------------------------


class _Rules:
    """Rules by the triples that concern them."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        self.all = [_Followed(rule) for rule in sorted(rules, key=lambda rule: rule.stratum)]
        self.closed = [rule for rule in self.all if rule.closed]
        self.strata = sorted({rule.stratum for rule in rules})
        self._premises: dict[str, list[tuple[_Followed, int]]] = {}
        self._heads: dict[str, list[_Followed]] = {}
        for rule in self.all:
            for index, pattern in enumerate(rule.rule.body):
                self._premises.setdefault(_key(pattern), []).append((rule, index))
            self._heads.setdefault(_key(rule.rule.head), []).append(rule)

    def met_by(
        self, triples: Iterable[Triple], stated: Iterable[Triple], highest: int | None = None, lowest: int | None = None
    ) -> Iterator[tuple[_Followed, int, Rows]]:
        """Give each rule and pattern that some of the triples match, with what the variables then stand for.

        A pattern over stated triples alone is matched with `stated`, all others with `triples`. Only rules of the
        strata from lowest to highest are given.
        """
        found: dict[tuple[int, int], Rows] = {}
        named: dict[int, _Followed] = {}
        for batch, is_stated in ((triples, False), (stated, True)):
            for triple in _written(batch):
                for rule, index in _under(self._premises, triple):
                    if (index in rule.rule.stated_only) == is_stated and rule.is_within(lowest, highest):
                        row = _row(rule.rule.body[index], triple)
                        if row is not None:
                            named[id(rule)] = rule
                            found.setdefault((id(rule), index), []).append(row)
        for (name, index), rows in found.items():
            yield named[name], index, rows

    def concluding(self, triples: Iterable[Triple], stratum: int) -> Iterator[tuple[_Followed, Rows]]:
        """Give each rule of a stratum whose head some of the triples match, with what the variables then stand for."""
        found: dict[int, tuple[_Followed, Rows]] = {}
        for triple in _written(triples):
            for rule in _under(self._heads, triple):
                row = _row(rule.rule.head, triple) if rule.rule.stratum == stratum else None
                if row is not None:
                    found.setdefault(id(rule), (rule, []))[1].append(row)
        yield from found.values()


Rows = list[tuple[str, ...]]


def _key(pattern: Pattern) -> str:
    _, predicate, object_ = pattern
    if predicate.startswith("?"):
        return ""
    return f"{predicate}{object_}" if predicate == _TYPE and object_.startswith("<") else predicate


def _under(index: Mapping[str, list[_T]], triple: Written) -> Iterator[_T]:
    _, predicate, object_ = triple
    keys = ("", predicate, f"{predicate}{object_}") if predicate == _TYPE else ("", predicate)
    for key in keys:
        yield from index.get(key, ())


def _row(pattern: Pattern, triple: Written) -> tuple[str, ...] | None:
    """Give what the variables of a pattern stand for, in the order of their names, when a triple matches it."""
    bound: dict[str, str] = {}
    for term, value in zip(pattern, triple, strict=True):
        if term.startswith("?"):
            if bound.setdefault(term, value) != value:
                return None
        elif term != value:
            return None
    return tuple(bound[name] for name in sorted(bound))


class _Followed:
    """A rule, with the queries for what it makes of some triples."""

    def __init__(self, rule: Rule) -> None:
        self.rule = rule
        self.closed = tuple(text for text in rule.filters if _EXISTS.search(text))
        self._open = tuple(text for text in rule.filters if not _EXISTS.search(text))
        self._mentioned = {name for text in self.closed for name in _MENTIONED.findall(text)}
        self._is_free = any(_FREE.search(text) for text in self.closed)

    def from_premise(self, index: int, rows: Rows, filters: bool = True) -> Iterator[str]:
        """Give queries for what follows when rows match one pattern; without the filters that ask EXISTS, more."""
        return self._queries(self.rule.body[index], rows, index, filters)

    def to_conclusion(self, rows: Rows) -> Iterator[str]:
        """Give queries for those rows of the head that the rule concludes."""
        return self._queries(self.rule.head, rows, None, filters=True)

    def everything(self, filters: bool = True) -> str:
        """Give the query for all that the rule concludes; without the filters that ask EXISTS, more."""
        return self._query("", None, filters)

    def is_within(self, lowest: int | None, highest: int | None) -> bool:
        """Tell whether the rule is of one of these strata."""
        return (lowest is None or lowest <= self.rule.stratum) and (highest is None or self.rule.stratum <= highest)

    def looks_at(self, triple: Written) -> bool:
        """Tell whether a filter that asks EXISTS may look at a triple."""
        _, predicate, object_ = triple
        if predicate == _TYPE:
            return self._is_free or object_ in self._mentioned
        return self._is_free or predicate in self._mentioned

    def _queries(self, pattern: Pattern, rows: Rows, but: int | None, filters: bool) -> Iterator[str]:
        names = sorted({term for term in pattern if term.startswith("?")})
        if not names:
            yield self._query("", but, filters)
            return
        for start in range(0, len(rows), _ROWS):
            written = " ".join(f"({' '.join(row)})" for row in rows[start : start + _ROWS])
            yield self._query(f"VALUES ({' '.join(names)}) {{ {written} }}", but, filters)

    def _query(self, given: str, but: int | None, filters: bool) -> str:
        lines = [
            f"GRAPH <{STATED_GRAPH}> {{ {' '.join(pattern)} }}"
            if index in self.rule.stated_only
            else f"{' '.join(pattern)} ."
            for index, pattern in enumerate(self.rule.body)
            if index != but
        ]
        asked = self.rule.filters if filters else self._open
        return f"CONSTRUCT {{ {' '.join(self.rule.head)} }} WHERE {{ {given} {' '.join([*lines, *asked])} }}"


# --- one change -------------------------------------------------------------------------------------------------------


class _Revision:
    """Carries one change of what is stated through the rules."""

    def __init__(self, journal: _Journal, rules: _Rules) -> None:
        self._journal = journal
        self._graph = journal.graph
        self._rules = rules
        self._gained: dict[Triple, str | None] = {}
        self._lost: set[Triple] = set()

    def run(self, going: set[Triple], coming: set[Triple]) -> Change:
        """Change the graph, and tell what changed."""
        self._take_out(going, going)
        self._journal.put(coming, STATED_GRAPH)
        fresh = {triple for triple in coming if not self._graph.has(triple)}
        self._add(dict.fromkeys(fresh))
        self._follow(fresh, coming)
        self._close(coming | going)
        return Change(
            frozenset(coming),
            frozenset(going),
            frozenset(self._gained),
            frozenset(self._lost),
            {triple: rule for triple, rule in self._gained.items() if rule is not None},
        )

    def _take_out(self, triples: set[Triple], unstated: set[Triple]) -> None:
        """Take out triples, with all that may rest on them, and put back what follows without them."""
        out, newest, stated = set(triples), set(triples), unstated
        while newest:
            found: set[Triple] = set()
            for rule, index, rows in self._rules.met_by(newest, stated):
                for query in rule.from_premise(index, rows, filters=False):
                    found.update(self._graph.construct(query))
            newest = {t for t in found - out if self._graph.has(t) and not self._stays_stated(t, unstated)}
            out |= newest
            stated = set()
        self._journal.drop(out)
        self._journal.drop(unstated, STATED_GRAPH)
        self._lost |= out - self._gained.keys()
        for triple in out & self._gained.keys():
            del self._gained[triple]
        self._follow(set(), set(), out)

    def _stays_stated(self, triple: Triple, unstated: set[Triple]) -> bool:
        return triple not in unstated and self._graph.has(triple, STATED_GRAPH)

    def _follow(self, fresh: set[Triple], stated: set[Triple], out: Iterable[Triple] = ()) -> None:
        """Add what follows from new triples, and of those that went what follows still, stratum by stratum.

        What a rule of a higher stratum finds absent is absent for good: all below it has been added.
        """
        new = set(fresh)
        for stratum in self._rules.strata:
            newest = self._conclude([*self._rules.met_by(new, stated, stratum, stratum)])
            newest |= self._conclude_still(out, stratum)
            while newest:
                new |= newest
                newest = self._conclude([*self._rules.met_by(newest, (), stratum)])

    def _conclude(self, met: Iterable[tuple[_Followed, int, Rows]]) -> set[Triple]:
        found: dict[Triple, str | None] = {}
        for followed, index, rows in met:
            for query in followed.from_premise(index, rows):
                found |= dict.fromkeys(self._graph.construct(query), followed.rule.graph)
        return self._add(found)

    def _conclude_still(self, out: Iterable[Triple], stratum: int) -> set[Triple]:
        found: dict[Triple, str | None] = {}
        missing = [triple for triple in out if not self._graph.has(triple)]
        for followed, rows in self._rules.concluding(missing, stratum):
            for query in followed.to_conclusion(rows):
                found |= dict.fromkeys(self._graph.construct(query), followed.rule.graph)
        return self._add(found)

    def _add(self, triples: Mapping[Triple, str | None]) -> set[Triple]:
        """Add the triples that are not there yet, and give them."""
        new = {triple for triple in triples if not self._graph.has(triple)}
        self._journal.put(new)
        for triple in new:
            if triple in self._lost:
                self._lost.remove(triple)
            else:
                self._gained[triple] = triples[triple]
        return new

    def _close(self, stated: set[Triple]) -> None:
        """Let the rules that ask what is absent conclude again, as long as what they look at changes."""
        seen: dict[int, frozenset[Triple]] = {}
        for _ in range(MAX_ROUNDS):
            now = frozenset([*self._gained, *self._lost])
            for number, rule in enumerate(self._rules.closed):
                moved = now ^ seen.get(number, frozenset()) | (frozenset() if number in seen else stated)
                if any(map(rule.looks_at, _written(moved))):
                    seen[number] = now
                    self._conclude_again(rule)
                    break
            else:
                return
        raise RuleError(f"The rules that ask what is absent come to no end in {MAX_ROUNDS} rounds.")

    def _conclude_again(self, followed: _Followed) -> None:
        right = set(self._graph.construct(followed.everything()))
        doubtful = set(self._graph.construct(followed.everything(filters=False))) - right
        wrong = {t for t in doubtful if self._graph.has(t) and not self._graph.has(t, STATED_GRAPH)}
        if wrong:
            self._take_out(wrong, set())
        self._follow(self._add(dict.fromkeys(right, followed.rule.graph)), set())


def _written(triples: Iterable[Triple]) -> list[Written]:
    """Write triples as SPARQL spells them. Raises _TooMuchError for one with a blank node, which no query can name."""
    found = list(triples)
    if any(s.kind == "blank" or o.kind == "blank" for s, _, o in found):
        raise _TooMuchError
    return [(str(to_ox(s)), str(to_ox(p)), str(to_ox(o))) for s, p, o in found]
