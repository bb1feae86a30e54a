"""The reasoned graph after a change of what is stated, without reasoning over everything again.

What may rest on a triple that goes is taken out, and what still follows without it is put back (delete and rederive);
what follows from a triple that comes is added. Each step starts from the triples that have just changed. A rule with
EXISTS in a filter may conclude more when less is known; where its filter looks at something that changed, it is asked
for all that it concludes, and compared (docs/decisions/0010-changes.md).
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from glutkg.errors import RuleError
from glutkg.rdf.namespaces import OWL, RDF, RDFS, STATED_GRAPH
from glutkg.reasoning.axioms import ANNOTATIONS
from glutkg.reasoning.materialise import materialise, rules_of
from glutkg.reasoning.rule_index import Rulebook, UnnamedError, written
from glutkg.store.graph import Graph

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from glutkg.rdf.terms import Triple
    from glutkg.reasoning.rule import Rule
    from glutkg.reasoning.rule_index import FollowedRule, Rows

MAX_ROUNDS = 100
MOST = 5_000
"""So many triples are followed one by one; when more change, everything is made anew."""


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
        self._followed = Rulebook(rules)

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
        except UnnamedError:
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
    return next(iter(graph.graphs_of(triple)), None)


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
    """Tell whether triples may belong to an axiom, of which rules are compiled, or cannot be named in a query."""
    return any(s.kind == "blank" or o.kind == "blank" or _is_axiom(p.value, o.value) for s, p, o in triples)


def _is_axiom(predicate: str, object_: str) -> bool:
    if predicate == RDF + "type":
        return object_.startswith(OWL)
    return predicate.startswith((OWL, RDFS, RDF)) and predicate not in ANNOTATIONS


# --- one change -------------------------------------------------------------------------------------------------------


class _Revision:
    """Carries one change of what is stated through the rules."""

    def __init__(self, journal: _Journal, rules: Rulebook) -> None:
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
                for query in rule.from_premise(self._graph, index, rows, filters=False):
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

    def _conclude(self, met: Iterable[tuple[FollowedRule, int, Rows]]) -> set[Triple]:
        found: dict[Triple, str | None] = {}
        for followed, index, rows in met:
            for query in followed.from_premise(self._graph, index, rows):
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
                if any(map(rule.looks_at, written(moved))):
                    seen[number] = now
                    self._conclude_again(rule)
                    break
            else:
                return
        raise RuleError(f"The rules that ask what is absent come to no end in {MAX_ROUNDS} rounds.")

    def _conclude_again(self, followed: FollowedRule) -> None:
        right = set(self._graph.construct(followed.everything()))
        doubtful = set(self._graph.construct(followed.everything(filters=False))) - right
        wrong = {t for t in doubtful if self._graph.has(t) and not self._graph.has(t, STATED_GRAPH)}
        if wrong:
            self._take_out(wrong, set())
        self._follow(self._add(dict.fromkeys(right, followed.rule.graph)), set())
