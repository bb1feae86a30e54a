"""The why-provenance of each triple: all minimal sets of claims from which the rules conclude it, its witnesses.

Every instance of every rule is taken from the reasoned graph, and sets of claims are carried along from premises to
conclusions until nothing smaller or new comes of it. A triple that no claim is needed for rests on the empty set.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from itertools import product
from typing import TYPE_CHECKING, NamedTuple, cast

from glutkg.errors import RuleError
from glutkg.rdf.terms import Term, Triple
from glutkg.reasoning.rule import absent_group
from glutkg.relations import grouped
from glutkg.sparql.patterns import Exists, Filter, PropertyPath, walk

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

    from glutkg.fragility.rule_instances import Instance, RuleInstances
    from glutkg.reasoning.rule import Rule
    from glutkg.sparql.patterns import Group
    from glutkg.store.artefacts import Artefacts
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
    from glutkg.fragility.rule_instances import RelaxedRule, RuleInstances  # which imports numpy

    found = RuleInstances(graph, [RelaxedRule(_relaxed(rule), tuple(_excepted(rule))) for rule in rules])
    table = _Witnesses(found).settled()
    _check(table)
    return WhyProvenance(table, found.claims)


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


def _excepted(rule: Rule) -> Iterator[Rule]:
    """Give for each exception of a rule the rule with what makes the exception as further premises."""
    if _relaxed(rule) is rule:
        return
    exceptions = {text: _exception(rule, text) for text in rule.filters}
    kept = tuple(text for text, exception in exceptions.items() if exception is None)
    for exception in filter(None, exceptions.values()):
        patterns = tuple(pattern.terms for pattern in exception.patterns)
        yield replace(rule, body=(*rule.body, *patterns), filters=(*kept, *map(str, exception.of(Filter))))


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


class _Witnesses:
    """The witnesses of triples, by their numbers, as the instances of rules hand them on."""

    def __init__(self, found: RuleInstances) -> None:
        self._found = found
        self._instances = [(one, self._extra(one)) for one in found.instances]
        self._witnesses: dict[int, tuple[Witness, ...]] = {
            number: (Witness(frozenset({claim})),) for number, claim in found.stated()
        }

    def _extra(self, instance: Instance) -> Witness:
        """Give what an instance asks for besides its premises."""
        if not instance.claims and not instance.blocks:
            return NOTHING
        return Witness(instance.claims, frozenset(frozenset(map(self._found.triple, one)) for one in instance.blocks))

    def settled(self) -> dict[Triple, tuple[Witness, ...]]:
        """Give the witnesses of all triples that rest on claims."""
        self._spread()
        return {self._found.triple(number): tuple(sorted(some, key=_size)) for number, some in self._witnesses.items()}

    def _spread(self) -> None:
        """Carry witnesses from premises to conclusions until nothing changes."""
        uses = grouped((premise, pair) for pair in self._instances for premise in pair[0].body)
        queue = dict.fromkeys(self._witnesses)
        queue.update((one.head, None) for one, extra in self._instances if not one.body and self._gains(one, extra))
        while queue:
            number = next(iter(queue))
            del queue[number]
            queue.update((one.head, None) for one, extra in uses.get(number, ()) if self._gains(one, extra))

    def _gains(self, instance: Instance, extra: Witness) -> bool:
        """Let an instance hand on the witnesses of its premises; say whether its conclusion gained any."""
        known = found = self._witnesses.get(instance.head, ())
        for choice in product(*(self._witnesses.get(premise, ()) for premise in instance.body)):
            made = extra
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
