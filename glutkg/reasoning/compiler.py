"""Rules compiled from the ontology's axioms, so that no definition stands twice.

`C ⊑ D` becomes rules that look for all that `C` asks and conclude all that `D` says, once for things (`?x a C`) and
once for kinds (`?x rdfs:subClassOf C`). Hierarchies, inverses, symmetry, transitivity, and domains and ranges with a
name need no compiling: the rules in `rules/` read them from the graph.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from glutkg.rdf.namespaces import OWL, RDFS, curie, slug
from glutkg.reasoning.anonymous import Unnamed, short
from glutkg.reasoning.class_expressions import NOTHING, SUBCLASS, THING, TYPE, Conclusion, Inclusion, Reader
from glutkg.reasoning.rule import Pattern, Rule
from glutkg.reasoning.well_formedness import check_forms

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from glutkg.reasoning.axioms import Axiom, Axioms
    from glutkg.reasoning.class_expressions import Body

_IS_IRI = ("FILTER(isIRI(?x))",)
_IS_KIND: Pattern = ("?x", TYPE, f"<{OWL}Class>")
_IS_NO_KIND = f"FILTER NOT EXISTS {{ {' '.join(_IS_KIND)} }}"


def compile_axioms(axioms: Axioms) -> list[Rule]:
    """Compile defined classes, general inclusions, domains that are expressions, and property chains into rules.

    Raises RuleError, with name and place, for an axiom outside what rules can do: nothing is dropped without a word.
    """
    axioms.check_vocabulary()
    check_forms(axioms)
    compiler = _Compiler(axioms, Reader(axioms))
    compiler.check_relations()
    found = [*compiler.inclusions(), *compiler.domains(), *compiler.descriptions(), *compiler.chains()]
    return list(_numbered([*found, *Unnamed(axioms, compiler.reader).rules()]))


def _numbered(rules: Iterable[Rule]) -> Iterator[Rule]:
    """Tell rules of one name apart by numbers."""
    count: dict[str, int] = {}
    for rule in rules:
        count[rule.name] = count.get(rule.name, 0) + 1
        yield rule if count[rule.name] == 1 else replace(rule, name=f"{rule.name}-{count[rule.name]}")


@dataclass(frozen=True, slots=True)
class _Compiler:
    axioms: Axioms
    reader: Reader

    def inclusions(self) -> Iterator[Rule]:
        for inclusion in self.reader.inclusions:
            yield from self._inclusion(inclusion)

    def _inclusion(self, inclusion: Inclusion) -> Iterator[Rule]:
        """Rules for `left ⊑ right`: one for each way in which things, and kinds, can satisfy the left side."""
        left, right, axiom = inclusion.left, inclusion.right, inclusion.axiom
        conclusions = self.reader.conclusions(right, axiom)
        if left == NOTHING or not conclusions:
            return  # of nothing nothing follows, and what can only contradict is for an OWL reasoner to find
        if left == THING:
            raise self.axioms.refusal(axiom, "it speaks of everything there is. Name the class that it is about.")
        named = next((side for side in (left, right) if not side.startswith("_:")), None)
        about = named or self.axioms.about(right)
        start = ("definition" if left.startswith("_:") else "consequence", about, self._ordinal(left, about))
        for index, conclusion in enumerate(conclusions):
            for membership in (TYPE, SUBCLASS):
                for variant, body in enumerate(self.reader.bodies(left, "?x", membership, axiom)):
                    yield self._rule(start, conclusion, membership, body, axiom, numbers=(index, variant))

    def _rule(
        self,
        start: tuple[str, str, str],
        conclusion: Conclusion,
        membership: str,
        body: Body,
        axiom: Axiom,
        *,
        numbers: tuple[int, int] = (0, 0),
    ) -> Rule:
        kind, about, ordinal = start
        is_told = any(pattern[:2] == ("?x", membership) for pattern in body)  # whether things or kinds are meant
        level = "" if membership == TYPE else "-of-kinds"
        end = ("" if conclusion.object else "-self") + "".join(f"-{n + 1}" for n in numbers if n)
        predicate = f"<{conclusion.predicate}>" if conclusion.predicate else membership
        return Rule(
            name=f"{kind}-{slug(about)}{ordinal}{level}{end}",
            label=f"{kind} of {short(about)}",
            summary=f"What the ontology's axiom on {short(about)} makes of its conditions.",
            stratum=1,
            entailed=True,
            head=("?x", predicate, f"<{conclusion.object}>" if conclusion.object else "?x"),
            body=body if is_told or membership == TYPE else (*body, _IS_KIND),
            filters=_IS_IRI if is_told or membership == SUBCLASS else (*_IS_IRI, _IS_NO_KIND),
            axioms=(axiom,),
        )

    def _ordinal(self, left: str, about: str) -> str:
        """Tell several general inclusions into one class apart."""
        lefts = [item for item, right in self.axioms.pairs(RDFS + "subClassOf") if right == about and item[:2] == "_:"]
        return f"-case-{lefts.index(left) + 1}" if left in lefts and len(lefts) > 1 else ""

    def domains(self) -> Iterator[Rule]:
        """Compile domains that are expressions; those with a name are read by rules as they stand."""
        for property_, class_ in self.axioms.pairs(RDFS + "domain"):
            axiom = (property_, RDFS + "domain", class_)
            for conclusion in self.reader.conclusions(class_, axiom) if class_.startswith("_:") else ():
                for membership in (TYPE, SUBCLASS):
                    body: Body = (("?x", f"<{property_}>", "?y"),)
                    yield self._rule(("definition", property_, "-domain"), conclusion, membership, body, axiom)

    def descriptions(self) -> Iterator[Rule]:
        """State of each kind that is only described what the description says."""
        for kind, expression, axiom in self.reader.descriptions():
            relation = self.axioms.one(expression, OWL + "onProperty") or ""
            anchor = relation or next(iter(self._relations_in(axiom)), "")
            for index, conclusion in enumerate(
                [Conclusion(None, OWL + "Class"), *self.reader.conclusions(expression, axiom)]
            ):
                predicate = TYPE if index == 0 else SUBCLASS
                rule = self._rule(("description", kind, ""), conclusion, predicate, (), axiom, numbers=(index, 0))
                body: Body = ((f"<{anchor}>", TYPE, f"<{OWL}ObjectProperty>"),)
                stratum = 0 if index == 0 else 1  # what is a kind is known before anything asks for it
                yield replace(rule, stratum=stratum, head=(f"<{kind}>", *rule.head[1:]), body=body, filters=())

    def _relations_in(self, axiom: Axiom) -> list[str]:
        """Name the relations that stand on the right side of an axiom."""
        waiting, found = [axiom[2]], []
        while waiting:
            expression = waiting.pop()
            waiting += self.axioms.parts(expression) or ()
            some = self.axioms.some(expression)
            found += [some[0]] if some else []
        return found

    def chains(self) -> Iterator[Rule]:
        """Compile property chains."""
        for property_, head in self.axioms.pairs(OWL + "propertyChainAxiom"):
            links = self.axioms.items(head)
            axiom = (property_, OWL + "propertyChainAxiom", head)
            if any(link.startswith("_:") for link in links):
                raise self.axioms.refusal(axiom, "it speaks of the inverse of a relation. Give the inverse a name.")
            body = tuple((f"?x{i}", f"<{link}>", f"?x{i + 1}") for i, link in enumerate(links))
            steps = ", ".join(short(link) for link in links)
            yield Rule(
                name=f"chain-{slug(property_)}-" + "-".join(slug(link) for link in links),
                label=f"chain to {short(property_)}",
                summary=f"{steps}, one after the other, make {short(property_)}.",
                stratum=1,
                entailed=True,
                head=("?x0", f"<{property_}>", f"?x{len(links)}"),
                body=body,
                axioms=(axiom,),
            )

    def check_relations(self) -> None:
        """Refuse inverses without a name, and ranges whose consequences rules cannot follow."""
        for predicate in (RDFS + "subPropertyOf", OWL + "equivalentProperty", OWL + "inverseOf"):
            for left, right in self.axioms.pairs(predicate):
                if left.startswith("_:") or right.startswith("_:"):
                    reason = "it speaks of the inverse of a relation. Give the inverse a name."
                    raise self.axioms.refusal((left, predicate, right), reason)
        joined = self.reader.joined()
        for property_, class_ in self.axioms.pairs(RDFS + "range"):
            axiom = (property_, RDFS + "range", class_)
            if class_.startswith("_:"):
                raise self.axioms.refusal(axiom, "its range has no name. Name the class.")
            if self.reader.upwards(class_) & joined:
                reason = (
                    f"a definition combines its range, {curie(class_)}, with other conditions, and of a thing of which "
                    "only the kind is stated no rule can tell that both hold. Put the range into a shape."
                )
                raise self.axioms.refusal(axiom, reason)
