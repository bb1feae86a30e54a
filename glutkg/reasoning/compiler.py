"""Rules compiled from the ontology's axioms, so that no definition stands twice.

`C ⊑ D` becomes rules with the bodies of `C` and the heads of `D`, once for individuals (`?x a C`) and once for classes
(`?x rdfs:subClassOf C`). Hierarchies, inverses, symmetry, transitivity, and domains and ranges that are named classes
need no compiling: the rules in `rules/` read them from the graph.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

from glutkg.errors import AxiomError
from glutkg.rdf.namespaces import OWL, RDFS, curie, short_curie, slug
from glutkg.reasoning.anonymous_individuals import AnonymousIndividuals
from glutkg.reasoning.axiom_checks import check_axioms, refusals
from glutkg.reasoning.class_expressions import (
    ANONYMOUS_INVERSE,
    NOTHING,
    SUBCLASS,
    THING,
    TYPE,
    ClassExpressions,
    HeadAtom,
    Inclusion,
)
from glutkg.reasoning.rule import Pattern, Rule

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from glutkg.reasoning.axioms import AxiomIndex, AxiomTriple
    from glutkg.reasoning.class_expressions import Body

_IS_IRI = ("FILTER(isIRI(?x))",)
_IS_CLASS: Pattern = ("?x", TYPE, f"<{OWL}Class>")
_IS_NOT_A_CLASS = f"FILTER NOT EXISTS {{ {' '.join(_IS_CLASS)} }}"


def compile_axioms(axioms: AxiomIndex) -> list[Rule]:
    """Compile defined classes, general inclusions, domains that are expressions, and property chains into rules.

    Raises RuleError, with name and place, for an axiom outside what rules can do: nothing is dropped silently.
    """
    check_axioms(axioms)
    compiler = _Compiler(axioms, ClassExpressions(axioms))
    compiler.check_properties()
    found = [*compiler.inclusions(), *compiler.domains(), *compiler.anonymous_fillers(), *compiler.chains()]
    return list(_numbered([*found, *AnonymousIndividuals(axioms, compiler.expressions).rules()]))


class Readable(NamedTuple):
    """The rules of the axioms that rules can read, these axioms, and for each other the error that refuses it."""

    rules: list[Rule]
    axioms: AxiomIndex
    refused: list[AxiomError]


def compile_readable(axioms: AxiomIndex) -> Readable:
    """Compile the axioms that can be compiled, and refuse the others one by one."""
    refused = list[AxiomError]()
    while True:
        try:
            return Readable(compile_axioms(axioms), axioms, refused)
        except AxiomError as error:
            gone: set[AxiomTriple] = set()
            malformed = [*refusals(axioms)]
            for other in malformed or (*_Compiler(axioms, ClassExpressions(axioms)).refusals(), error):
                if other.triple not in gone and (of_it := axioms.around(other.triple)):
                    refused.append(other)
                    gone |= of_it
            if not gone:
                raise
            axioms = axioms.without(gone)


def _numbered(rules: Iterable[Rule]) -> Iterator[Rule]:
    """Number the rules that share a name."""
    count: dict[str, int] = {}
    for rule in rules:
        count[rule.name] = count.get(rule.name, 0) + 1
        yield rule if count[rule.name] == 1 else replace(rule, name=f"{rule.name}-{count[rule.name]}")


@dataclass(frozen=True, slots=True)
class _Compiler:
    axioms: AxiomIndex
    expressions: ClassExpressions

    def refusals(self) -> Iterator[AxiomError]:
        """Give the error that refuses an inclusion, for each that rules cannot follow."""
        for inclusion in self.expressions.inclusions:
            try:
                deque(self._inclusion(inclusion), maxlen=0)
            except AxiomError as error:
                yield error

    def inclusions(self) -> Iterator[Rule]:
        for inclusion in self.expressions.inclusions:
            yield from self._inclusion(inclusion)

    def _inclusion(self, inclusion: Inclusion) -> Iterator[Rule]:
        """Rules for `left ⊑ right`: one for each body of the left side, for individuals and for classes."""
        left, right, axiom = inclusion.left, inclusion.right, inclusion.axiom
        heads = self.expressions.heads(right, axiom)
        if left == THING and right != THING:
            raise self.axioms.refusal(axiom, "it is about everything there is (owl:Thing). Name the class it is about.")
        if left == NOTHING or not heads:
            return  # what can only contradict is left to the OWL reasoner
        named = next((side for side in (left, right) if not side.startswith("_:")), None)
        about = named or self.axioms.name_for(right)
        start = ("definition" if left.startswith("_:") else "consequence", about, self._ordinal(left, about))
        for index, head in enumerate(heads):
            for membership in (TYPE, SUBCLASS):
                for variant, body in enumerate(self.expressions.bodies(left, "?x", membership, axiom)):
                    yield self._rule(start, head, membership, body, axiom, numbers=(index, variant))

    def _rule(
        self,
        start: tuple[str, str, str],
        head: HeadAtom,
        membership: str,
        body: Body,
        axiom: AxiomTriple,
        *,
        numbers: tuple[int, int] = (0, 0),
    ) -> Rule:
        sort, about, ordinal = start
        has_membership = any(pattern[:2] == ("?x", membership) for pattern in body)
        level = "" if membership == TYPE else "-of-kinds"
        end = ("" if head.object else "-self") + "".join(f"-{n + 1}" for n in numbers if n)
        predicate = f"<{head.predicate}>" if head.predicate else membership
        return Rule(
            name=f"{sort}-{slug(about)}{ordinal}{level}{end}",
            label=f"{sort} of {short_curie(about)}",
            summary=f"What the ontology's axiom on {short_curie(about)} makes of its conditions.",
            stratum=1,
            entailed=True,
            head=("?x", predicate, f"<{head.object}>" if head.object else "?x"),
            body=body if has_membership or membership == TYPE else (*body, _IS_CLASS),
            filters=_IS_IRI if has_membership or membership == SUBCLASS else (*_IS_IRI, _IS_NOT_A_CLASS),
            axioms=(axiom,),
        )

    def _ordinal(self, left: str, about: str) -> str:
        """Number the general class inclusions into one class."""
        lefts = [item for item, right in self.axioms.pairs(RDFS + "subClassOf") if right == about and item[:2] == "_:"]
        return f"-case-{lefts.index(left) + 1}" if left in lefts and len(lefts) > 1 else ""

    def domains(self) -> Iterator[Rule]:
        """Compile domains that are class expressions; the rules in `rules/` read those that are named classes."""
        for property_, class_ in self.axioms.pairs(RDFS + "domain"):
            axiom = (property_, RDFS + "domain", class_)
            for head in self.expressions.heads(class_, axiom) if class_.startswith("_:") else ():
                for membership in (TYPE, SUBCLASS):
                    body: Body = (("?x", f"<{property_}>", "?y"),)
                    yield self._rule(("definition", property_, "-domain"), head, membership, body, axiom)

    def anonymous_fillers(self) -> Iterator[Rule]:
        """State what follows from being in an anonymous filler, for the class that is named after it."""
        for class_, expression, axiom in self.expressions.anonymous_fillers():
            properties = map(self._property, (expression, *self.axioms.within(axiom[2])))
            anchor = next(filter(None, properties), "")
            for index, head in enumerate([HeadAtom(None, OWL + "Class"), *self.expressions.heads(expression, axiom)]):
                predicate = TYPE if index == 0 else SUBCLASS
                rule = self._rule(("description", class_, ""), head, predicate, (), axiom, numbers=(index, 0))
                body: Body = ((f"<{anchor}>", TYPE, f"<{OWL}ObjectProperty>"),)
                stratum = 0 if index == 0 else 1  # what is a class is known before a rule asks for it
                yield replace(rule, stratum=stratum, head=(f"<{class_}>", *rule.head[1:]), body=body, filters=())

    def _property(self, expression: str) -> str | None:
        return self.axioms.value(expression, OWL + "onProperty")

    def chains(self) -> Iterator[Rule]:
        """Compile property chains."""
        for property_, head in self.axioms.pairs(OWL + "propertyChainAxiom"):
            links = self.axioms.members(head)
            axiom = (property_, OWL + "propertyChainAxiom", head)
            if any(link.startswith("_:") for link in links):
                raise self.axioms.refusal(axiom, ANONYMOUS_INVERSE)
            body = tuple((f"?x{i}", f"<{link}>", f"?x{i + 1}") for i, link in enumerate(links))
            steps = ", ".join(short_curie(link) for link in links)
            yield Rule(
                name=f"chain-{slug(property_)}-" + "-".join(slug(link) for link in links),
                label=f"chain to {short_curie(property_)}",
                summary=f"{steps}, one after the other, make {short_curie(property_)}.",
                stratum=1,
                entailed=True,
                head=("?x0", f"<{property_}>", f"?x{len(links)}"),
                body=body,
                axioms=(axiom,),
            )

    def check_properties(self) -> None:
        """Refuse anonymous inverses, and ranges whose consequences rules cannot follow."""
        for predicate in (RDFS + "subPropertyOf", OWL + "equivalentProperty", OWL + "inverseOf"):
            for left, right in self.axioms.pairs(predicate):
                if left.startswith("_:") or right.startswith("_:"):
                    raise self.axioms.refusal((left, predicate, right), ANONYMOUS_INVERSE)
        conjoined = self.expressions.conjoined()
        for property_, class_ in self.axioms.pairs(RDFS + "range"):
            axiom = (property_, RDFS + "range", class_)
            if class_.startswith("_:"):
                raise self.axioms.refusal(axiom, "its range is a class without a name. Name the class.")
            if self.expressions.superclasses(class_) & conjoined:
                reason = (
                    f"a definition combines its range, {curie(class_)}, with other conditions, and of a thing of which "
                    "only the kind is stated rules cannot conclude that both hold. Put the range into a shape."
                )
                raise self.axioms.refusal(axiom, reason)
            for chained, head in self.axioms.pairs(OWL + "propertyChainAxiom"):
                last = self.axioms.members(head)[-1]
                if property_ in self.axioms.superproperties(chained) and class_ not in self._ranges(last):
                    reason = (
                        f"a chain makes it, and of the end of a chain of which only the class is stated no rule can "
                        f"tell that it is in the range. Give the last property of the chain, {curie(last)}, that range."
                    )
                    raise self.axioms.refusal(axiom, reason)

    def _ranges(self, property_: str) -> set[str]:
        wider = self.axioms.superproperties(property_)
        return {class_ for ranged, class_ in self.axioms.pairs(RDFS + "range") if ranged in wider}
