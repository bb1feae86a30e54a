"""The why-provenance of each triple: all minimal sets of claims from which the rules conclude it, its witnesses.

Every instance of every rule is taken from the reasoned graph, and sets of claims are carried along from premises to
conclusions until nothing smaller or new comes of it. A triple that no claim is needed for rests on the empty set.
"""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass, replace
from itertools import product
from typing import TYPE_CHECKING, NamedTuple, cast

from glutkg.errors import RuleError
from glutkg.rdf.namespaces import BASE, RDF, STATED_GRAPH
from glutkg.rdf.terms import Term, Triple
from glutkg.reasoning.load_and_reason import materialise
from glutkg.reasoning.rule import absent_group, final_graphs
from glutkg.relations import grouped
from glutkg.sparql.patterns import Exists, Filter, PropertyPath, walk

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

    from glutkg.reasoning.cache import Artefacts
    from glutkg.reasoning.rule import Pattern, Rule
    from glutkg.sparql.patterns import Group
    from glutkg.store.graph import Graph

    Block = frozenset[Triple]

_NAME = "why-provenance.json"


class Witness(NamedTuple):
    """Claims that together yield a triple, unless all triples of one of some sets hold.

    `unless` is empty for most. A claim that is disputed now would be a witness of more if nothing disputed it.
    """

    claims: frozenset[str]
    unless: frozenset[Block] = frozenset()

    def within(self, other: Witness) -> bool:
        """Say whether the other witness asks for all that this one asks for."""
        return self.claims <= other.claims and self.unless <= other.unless

    def joined(self, other: Witness) -> Witness:
        """Give the witness that asks for both."""
        return Witness(self.claims | other.claims, self.unless | other.unless)


NOTHING = Witness(frozenset())
"""The witness of what holds without any claim."""
_FREE = (NOTHING,)


class _Instance(NamedTuple):
    """One way in which a rule fires, by the numbers of triples, and what it asks for besides its premises."""

    head: int
    body: tuple[int, ...]
    extra: Witness


@dataclass(frozen=True, slots=True)
class WhyProvenance:
    """The witnesses of all triples that rest on claims; what is not in the table needs none, or can never follow."""

    table: Mapping[Triple, tuple[Witness, ...]]
    claims: frozenset[str]

    def of(self, triple: Triple) -> tuple[Witness, ...]:
        """Give all minimal witnesses of a triple, small ones first."""
        return self.table.get(triple, ())

    def holds(self, witness: Witness, gone: Collection[str]) -> bool:
        """Say whether a witness still stands when some claims are gone."""
        return witness.claims.isdisjoint(gone) and not any(
            all(self.follows(triple, gone) for triple in block) for block in witness.unless
        )

    def follows(self, triple: Triple, gone: Collection[str]) -> bool:
        """Say whether a triple that rests on claims follows when some of them are gone."""
        return any(self.holds(witness, gone) for witness in self.of(triple))


def why_provenance(graph: Graph, rules: Sequence[Rule]) -> WhyProvenance:
    """Work out the witnesses of all triples of a reasoned graph, and of those that a removal of claims would give.

    Raises RuleError when an exception of a rule cannot be read, or rests on another exception: then what a removal does
    is no longer a matter of which claims are left.
    """
    claims = frozenset(s.value for s, _, _ in graph.triples(None, RDF + "type", BASE + "Claim"))
    relaxed = {rule.name: _relaxed(rule) for rule in rules}
    wide = graph.copy(final_graphs(rules))
    materialise(wide, [rule for rule in relaxed.values() if not rule.final])
    instances = _RuleInstances(claims)
    for rule in rules:
        instances.enter(wide, relaxed[rule.name], _blocked(wide, rule) if relaxed[rule.name] is not rule else {})
    table = instances.settled(list(wide.triples(graph=STATED_GRAPH)))
    _check(table)
    return WhyProvenance(table, claims)


def cached_why_provenance(
    graph: Graph, rules: Sequence[Rule], artefacts: Artefacts, report: Callable[[str], None]
) -> WhyProvenance:
    """Read the why-provenance of a cached graph, or work it out with `why_provenance` and keep it."""
    content = artefacts.read(_NAME)
    if content is not None:
        return provenance_from_json(content)
    report("finding on which claims each triple rests (once, until they change)")
    found = why_provenance(graph, rules)
    artefacts.write(_NAME, provenance_to_json(found))
    return found


def _exception(rule: Rule, text: str) -> Group | None:
    """Give the patterns and conditions of an exception, `FILTER NOT EXISTS { … }`; None for any other filter.

    Raises RuleError for anything more intricate.
    """
    group = absent_group(text)
    if group is None:
        return None
    is_plain = group.patterns and len(group.patterns) + len(group.filters) == len(group.parts)
    in_graph = any(pattern.graph for pattern in group.patterns)
    if not is_plain or in_graph or any(isinstance(node, Exists | PropertyPath) for node in walk(group)):
        raise RuleError(
            f"The exception of the rule '{rule.name}' cannot be read, so fragility is unknown: {text}. "
            "Write it as FILTER NOT EXISTS { triple patterns, then at most one FILTER }."
        )
    return group


def _relaxed(rule: Rule) -> Rule:
    """Give a rule without its exceptions.

    Only rules above the first stratum have exceptions that claims can make: a filter of the first asks for what the
    ontology states.
    """
    kept = tuple(text for text in rule.filters if not _exception(rule, text))
    return replace(rule, filters=kept) if rule.stratum > 1 and kept != rule.filters else rule


def provenance_to_json(provenance: WhyProvenance) -> bytes:
    """Write witnesses so that `provenance_from_json` reads the same ones."""
    numbers: dict[Term | str, int] = {}

    def number(name: Term | str) -> int:
        return numbers.setdefault(name, len(numbers))

    def written(triples: Iterable[Triple]) -> list[list[int]]:
        return [list(map(number, triple)) for triple in triples]

    table = [
        (written([triple]), [(sorted(map(number, one.claims)), list(map(written, one.unless))) for one in found])
        for triple, found in provenance.table.items()
    ]
    return json.dumps({"claims": sorted(provenance.claims), "table": table, "names": list(numbers)}).encode()


def provenance_from_json(content: bytes) -> WhyProvenance:
    """Read witnesses that `provenance_to_json` wrote.

    >>> triple = Term("iri", "s"), Term("iri", "p"), Term("literal", "o", "en")
    >>> witness = Witness(frozenset({"c"}), unless=frozenset({frozenset({triple})}))
    >>> provenance = WhyProvenance({triple: (witness,)}, frozenset("c"))
    >>> provenance_from_json(provenance_to_json(provenance)) == provenance
    True
    """
    made = json.loads(content)
    names = [name if isinstance(name, str) else Term(*name) for name in made["names"]]

    def read(triples: Iterable[Iterable[int]]) -> Iterator[Triple]:
        return (cast("Triple", tuple(names[number] for number in triple)) for triple in triples)

    def witness(claims: Iterable[int], unless: Iterable[Iterable[Iterable[int]]]) -> Witness:
        named = cast("Iterable[str]", (names[number] for number in claims))
        return Witness(frozenset(named), frozenset(frozenset(read(block)) for block in unless))

    table = {next(read(triple)): tuple(witness(*one) for one in found) for triple, found in made["table"]}
    return WhyProvenance(table, frozenset(made["claims"]))


class _RuleInstances:
    """The instances of rules over a graph, by the numbers of their triples, and the witnesses that they hand on."""

    def __init__(self, claims: frozenset[str]) -> None:
        self._claims = claims
        self._numbers: dict[Triple, int] = {}
        self._instances: list[_Instance] = []
        self._witnesses: dict[int, tuple[Witness, ...]] = {}

    def enter(self, graph: Graph, rule: Rule, blocked: Mapping[tuple[Triple, ...], frozenset[Block]]) -> None:
        """Write down all instances of a rule. A premise that must be stated is there when its claim is, or always."""
        for head, body in _instances(graph, rule):
            if head not in body:
                stating = frozenset(body[index][0].value for index in rule.stated_only) & self._claims
                others = (triple for index, triple in enumerate(body) if index not in rule.stated_only)
                extra = Witness(stating, blocked.get(body, frozenset()))
                numbers = tuple(self._number(triple) for triple in others)
                self._instances.append(_Instance(self._number(head), numbers, NOTHING if extra == NOTHING else extra))

    def settled(self, stated: Sequence[Triple]) -> dict[Triple, tuple[Witness, ...]]:
        """Give the witnesses of all triples that rest on claims."""
        self._free({self._number(triple) for triple in stated if triple[0].value not in self._claims})
        self._instances = [kept for instance in self._instances if (kept := self._reduced(instance))]
        for triple in stated:
            if triple[0].value in self._claims:
                self._witnesses.setdefault(self._number(triple), (Witness(frozenset({triple[0].value})),))
        self._spread()
        return {
            triple: tuple(sorted(self._witnesses[number], key=_size))
            for triple, number in self._numbers.items()
            if self._witnesses.get(number, _FREE) != _FREE
        }

    def _number(self, triple: Triple) -> int:
        return self._numbers.setdefault(triple, len(self._numbers))

    def _free(self, stated: set[int]) -> None:
        """Find what follows without any claim."""
        self._witnesses.update(dict.fromkeys(stated, _FREE))
        waiting = [instance for instance in self._instances if instance.extra is NOTHING]
        found = stated
        while found:
            waiting = [instance for instance in waiting if instance.head not in self._witnesses]
            found = {instance.head for instance in waiting if self._witnesses.keys() >= set(instance.body)}
            self._witnesses.update(dict.fromkeys(found, _FREE))

    def _reduced(self, instance: _Instance) -> _Instance | None:
        """Take out of an instance what always holds; give None when that is its conclusion, or an exception."""
        if instance.head in self._witnesses:
            return None
        blocks = frozenset(
            frozenset(triple for triple in block if self._number(triple) not in self._witnesses)
            for block in instance.extra.unless
        )
        if frozenset() in blocks:
            return None
        body = tuple(number for number in instance.body if number not in self._witnesses)
        extra = instance.extra if instance.extra is NOTHING else Witness(instance.extra.claims, blocks)
        return _Instance(instance.head, body, extra)

    def _spread(self) -> None:
        """Carry witnesses from premises to conclusions until nothing changes."""
        uses = grouped((premise, instance) for instance in self._instances for premise in instance.body)
        queue = dict.fromkeys(number for number, witnesses in self._witnesses.items() if witnesses != _FREE)
        queue.update(
            (instance.head, None) for instance in self._instances if not instance.body and self._gains(instance)
        )
        while queue:
            number = next(iter(queue))
            del queue[number]
            queue.update((instance.head, None) for instance in uses.get(number, ()) if self._gains(instance))

    def _gains(self, instance: _Instance) -> bool:
        """Let an instance hand on the witnesses of its premises; say whether its conclusion gained any."""
        known = found = self._witnesses.get(instance.head, ())
        for choice in product(*(self._witnesses.get(premise, ()) for premise in instance.body)):
            made = instance.extra
            for witness in choice:
                made = witness if made is NOTHING else made.joined(witness)
            found = _with(found, made)
        if found is known:
            return False
        self._witnesses[instance.head] = found
        return True


def _check(table: Mapping[Triple, tuple[Witness, ...]]) -> None:
    exceptions = {t for witnesses in table.values() for witness in witnesses for block in witness.unless for t in block}
    if any(witness.unless for triple in exceptions for witness in table.get(triple, ())):
        raise RuleError(
            "A rule's exception rests on another exception, so fragility cannot be worked out. "
            "Rewrite the rule so that its FILTER NOT EXISTS asks for what follows without exceptions."
        )


def _with(known: tuple[Witness, ...], new: Witness) -> tuple[Witness, ...]:
    """Add a witness unless a smaller one is known, and drop those that it makes superfluous."""
    if any(witness.within(new) for witness in known):
        return known
    return (*(witness for witness in known if not new.within(witness)), new)


def _size(witness: Witness) -> tuple[int, int, list[str]]:
    return len(witness.unless), len(witness.claims), sorted(witness.claims)


def _instances(graph: Graph, rule: Rule) -> Iterator[tuple[Triple, tuple[Triple, ...]]]:
    """Give all ways in which a rule fires: what it concludes, and from which premises."""
    table = graph.select(f"SELECT * WHERE {{ {rule.where()} }}")
    places = {f"?{name}": index for index, name in enumerate(table.columns)}
    head, *body = (_reader(pattern, places) for pattern in (rule.head, *rule.body))
    for row in cast("tuple[tuple[Term, ...], ...]", table.rows):  # the patterns bind every variable
        yield head(row), tuple(read(row) for read in body)


def _reader(pattern: Pattern, places: Mapping[str, int]) -> Callable[[tuple[Term, ...]], Triple]:
    """Give a function that reads the triple of a pattern off a row."""
    constants = tuple(Term("iri", term.strip("<>")) for term in pattern)
    subject, predicate, object_ = (places.get(term, len(places) + i) for i, term in enumerate(pattern))
    return lambda row: ((cells := row + constants)[subject], cells[predicate], cells[object_])


def _blocked(graph: Graph, rule: Rule) -> dict[tuple[Triple, ...], frozenset[Block]]:
    """Find for the premises of a rule the triples, set by set, that make an exception of them."""
    found: dict[tuple[Triple, ...], set[Block]] = defaultdict(set)
    exceptions = {text: _exception(rule, text) for text in rule.filters}
    kept = tuple(text for text, exception in exceptions.items() if exception is None)
    for exception in filter(None, exceptions.values()):
        patterns = tuple(pattern.terms for pattern in exception.patterns)
        wider = replace(rule, body=(*rule.body, *patterns), filters=(*kept, *map(str, exception.of(Filter))))
        for _, body in _instances(graph, wider):
            found[body[: len(rule.body)]].add(frozenset(body[len(rule.body) :]))
    return {body: frozenset(blocks) for body, blocks in found.items()}
