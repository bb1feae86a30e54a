"""Rules as data: read from `ontology/rules/*.rq` and compiled from the ontology's own axioms.

A rule concludes one triple from triple patterns and filters. It is kept in parts, so that it can be written as a
SPARQL query or update, and so that an explanation can ask which premises made it fire.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import product
from typing import TYPE_CHECKING

from glutkg.errors import RuleError
from glutkg.terms import INFERRED_GRAPH, OWL, RDF, RDFS, STATED_GRAPH, curie

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

Pattern = tuple[str, str, str]
"""Subject, predicate and object as SPARQL terms: `?variable` or `<iri>`."""

_TYPE = f"<{RDF}type>"
_SUBCLASS = f"<{RDFS}subClassOf>"
_HEADER = re.compile(r"#\+\s*(\w[\w-]*):\s*(.*)")
_PREFIX = re.compile(r"PREFIX\s+(\w*):\s*<([^>]*)>")
_CONSTRUCT = re.compile(r"CONSTRUCT\s*\{\s*(.+?)\s*\}")
_STATED = re.compile(rf"GRAPH\s+<{re.escape(STATED_GRAPH)}>" + r"\s*\{\s*(.+?)\s*\}\s*\.?")


@dataclass(frozen=True, slots=True)
class Rule:
    """One way of concluding a triple.

    `stratum` orders the rules: all of a lower stratum reach their fixpoint first, so that a filter may ask for what is
    absent. `entailed` tells whether OWL entails the conclusion, so that an OWL reasoner must find it too. `axioms` are
    the stated triples that a compiled rule was made from, so that a proof can name them; blank nodes as `_:x`.
    """

    name: str
    label: str
    summary: str
    stratum: int
    entailed: bool
    head: Pattern
    body: tuple[Pattern, ...]
    filters: tuple[str, ...] = ()
    stated_only: frozenset[int] = field(default_factory=frozenset)
    axioms: tuple[tuple[str, str, str], ...] = ()

    @property
    def graph(self) -> str:
        """The IRI of the named graph that takes what the rule concludes."""
        return f"{INFERRED_GRAPH}/{self.name}"

    def where(self) -> str:
        """Give the body as SPARQL, without the braces."""
        lines = [
            f"GRAPH <{STATED_GRAPH}> {{ {' '.join(pattern)} }}"
            if index in self.stated_only
            else f"{' '.join(pattern)} ."
            for index, pattern in enumerate(self.body)
        ]
        return "\n  ".join([*lines, *self.filters])

    def construct(self) -> str:
        """Give the rule as a SPARQL 1.1 query."""
        return f"CONSTRUCT {{ {' '.join(self.head)} }}\nWHERE {{\n  {self.where()}\n}}"

    def insert(self) -> str:
        """Give the rule as a SPARQL 1.1 update that adds what is new to the default graph and to the rule's own."""
        head = " ".join(self.head)
        return (
            f"INSERT {{ {head} . GRAPH <{self.graph}> {{ {head} }} }}\n"
            f"WHERE {{\n  {self.where()}\n  FILTER NOT EXISTS {{ {head} }}\n}}"
        )


def read_rule(path: Path) -> Rule:
    """Read one rule file: header lines, prefixes, one CONSTRUCT triple, one pattern or filter a line."""
    text = path.read_text(encoding="utf-8")
    header = {match[1]: match[2].strip() for match in _HEADER.finditer(text)}
    prefixes = dict(_PREFIX.findall(text))
    found = _CONSTRUCT.search(text)
    _, _, where = text.partition("WHERE {")
    if not found or not where or not {"label", "summary", "stratum", "logic"} <= header.keys():
        raise RuleError(
            f"{path}: a rule needs the headers label, summary, stratum and logic, then CONSTRUCT {{ one triple }} and "
            "WHERE { patterns and filters, one a line }."
        )
    body: list[Pattern] = []
    filters: list[str] = []
    stated_only: set[int] = set()
    for line in (raw.strip() for raw in where.rpartition("}")[0].splitlines()):
        if line.startswith("FILTER"):
            filters.append(_expand_names(line, prefixes))
        elif line and not line.startswith("#"):
            stated = _STATED.fullmatch(line)
            if stated:
                stated_only.add(len(body))
            body.append(_pattern(stated[1] if stated else line, prefixes, path))
    return Rule(
        name=path.stem,
        label=header["label"],
        summary=header["summary"],
        stratum=int(header["stratum"]),
        entailed=header["logic"] == "owl",
        head=_pattern(found[1], prefixes, path),
        body=tuple(body),
        filters=tuple(filters),
        stated_only=frozenset(stated_only),
    )


def _pattern(text: str, prefixes: Mapping[str, str], path: Path) -> Pattern:
    words = text.removesuffix(".").split()
    if len(words) != 3:  # noqa: PLR2004 - a triple has three terms
        raise RuleError(f"{path}: '{text}' is not one triple pattern; write 'subject predicate object .' on a line.")
    subject, predicate, object_ = (_expand_names(word, prefixes) for word in words)
    return subject, _TYPE if predicate == "a" else predicate, object_


def _expand_names(text: str, prefixes: Mapping[str, str]) -> str:
    def iri(match: re.Match[str]) -> str:
        return f"<{prefixes[match[1]]}{match[2]}>" if match[1] in prefixes else match[0]

    return re.sub(r"(?<![\w?])(\w+):([\w-]+)", iri, text)


class Axioms:
    """The ontology's axioms as a look-up table: (subject, predicate) to objects, blank nodes as `_:x`, IRIs plain."""

    def __init__(self, triples: Iterable[tuple[str, str, str]]) -> None:
        self._objects: dict[tuple[str, str], list[str]] = {}
        self._subjects: dict[str, list[tuple[str, str]]] = {}
        for subject, predicate, object_ in triples:
            self._objects.setdefault((subject, predicate), []).append(object_)
            self._subjects.setdefault(predicate, []).append((subject, object_))

    def objects(self, subject: str, predicate: str) -> list[str]:
        """Give the objects of a subject and predicate, sorted."""
        return sorted(self._objects.get((subject, predicate), []))

    def one(self, subject: str, predicate: str) -> str | None:
        """Give the object of a subject and predicate, if there is one."""
        return next(iter(self.objects(subject, predicate)), None)

    def pairs(self, predicate: str) -> list[tuple[str, str]]:
        """Give all (subject, object) of a predicate, sorted."""
        return sorted(self._subjects.get(predicate, []))

    def items(self, head: str) -> list[str]:
        """Give the members of an RDF list."""
        members: list[str] = []
        while head != RDF + "nil":
            members.extend(self.objects(head, RDF + "first"))
            head = self.one(head, RDF + "rest") or RDF + "nil"
        return members


def compile_axioms(axioms: Axioms) -> list[Rule]:
    """Compile defined classes, general inclusions and property chains into rules.

    Raises RuleError for an axiom outside what the rules can do (unions, complements, cardinalities, universal
    restrictions), naming the class: nothing is dropped silently.
    """
    compiler = _Compiler(axioms)
    return [*compiler.inclusions(), *compiler.chains(), *compiler.unnamed()]


@dataclass(frozen=True, slots=True)
class _Compiler:
    axioms: Axioms

    def inclusions(self) -> Iterator[Rule]:
        for left, right in self.axioms.pairs(OWL + "equivalentClass"):
            axiom = (left, OWL + "equivalentClass", right)
            yield from self._inclusion(left, right, axiom)
            yield from self._inclusion(right, left, axiom)
        for left, right in self.axioms.pairs(RDFS + "subClassOf"):
            if left.startswith("_:") or right.startswith("_:"):
                yield from self._inclusion(left, right, (left, RDFS + "subClassOf", right))

    def chains(self) -> Iterator[Rule]:
        for property_, head in self.axioms.pairs(OWL + "propertyChainAxiom"):
            links = self.axioms.items(head)
            body = tuple((f"?x{i}", f"<{link}>", f"?x{i + 1}") for i, link in enumerate(links))
            steps = ", ".join(_short(link) for link in links)
            yield Rule(
                name=f"chain-{_slug(property_)}-" + "-".join(_slug(link) for link in links),
                label=f"chain to {_short(property_)}",
                summary=f"{steps}, one after the other, make {_short(property_)}.",
                stratum=1,
                entailed=True,
                head=("?x0", f"<{property_}>", f"?x{len(links)}"),
                body=body,
                axioms=((property_, OWL + "propertyChainAxiom", head),),
            )

    def unnamed(self) -> Iterator[Rule]:
        """Classify things without a name: a claim's agent, say, of which only the kind is stated.

        Where a chain `inverse of p, ..., ⊑ R` starts at such a thing, and `D ≡ A ⊓ R some B`, then `p` leads to some D.
        """
        inverses = dict(self.axioms.pairs(OWL + "inverseOf"))
        for property_, head in self.axioms.pairs(OWL + "propertyChainAxiom"):
            first, *rest = self.axioms.items(head)
            if first not in inverses:
                continue
            links = [("?x" if i == 0 else f"?x{i}", f"<{link}>", f"?x{i + 1}") for i, link in enumerate(rest)]
            for defined, expression, genus, relation, kind in self._simple_definitions():
                if relation not in self._wider(property_):
                    continue
                named: Pattern = ("?thing", _SUBCLASS, f"<{genus}>")
                last = (links[-1][0], links[-1][1], f"<{kind}>")
                yield Rule(
                    name=f"unnamed-{_slug(inverses[first])}-{_slug(defined)}-by-{_slug(property_)}",
                    label=f"unnamed {_short(defined)}",
                    summary=f"What {_short(property_)} makes of a thing of which only the kind is stated.",
                    stratum=1,
                    entailed=True,
                    head=("?x", f"<{inverses[first]}>", f"<{defined}>"),
                    body=(("?x", f"<{inverses[first]}>", "?thing"), named, *links[:-1], last),
                    axioms=(
                        (first, OWL + "inverseOf", inverses[first]),
                        (property_, OWL + "propertyChainAxiom", head),
                        *self._widening(property_, relation),
                        (defined, OWL + "equivalentClass", expression),
                    ),
                )

    def _wider(self, property_: str) -> set[str]:
        found = {property_}
        for super_ in self.axioms.objects(property_, RDFS + "subPropertyOf"):
            found |= self._wider(super_)
        return found

    def _widening(self, property_: str, wider: str) -> tuple[tuple[str, str, str], ...]:
        """The axioms that lead from a property to a wider one, the shortest way."""
        if property_ == wider:
            return ()
        supers = [s for s in self.axioms.objects(property_, RDFS + "subPropertyOf") if wider in self._wider(s)]
        ways = [((property_, RDFS + "subPropertyOf", s), *self._widening(s, wider)) for s in supers]
        return min(ways, key=len, default=())

    def _simple_definitions(self) -> Iterator[tuple[str, str, str, str, str]]:
        """The defined classes of the form `A and (R some B)`, with the expression, A, R and B."""
        for defined, expression in self.axioms.pairs(OWL + "equivalentClass"):
            head = self.axioms.one(expression, OWL + "intersectionOf")
            match self.axioms.items(head) if head else []:
                case [genus, restriction] if not genus.startswith("_:"):
                    relation = self.axioms.one(restriction, OWL + "onProperty")
                    kind = self.axioms.one(restriction, OWL + "someValuesFrom")
                    if relation and kind and not kind.startswith("_:"):
                        yield defined, expression, genus, relation, kind

    def _inclusion(self, left: str, right: str, axiom: tuple[str, str, str]) -> Iterator[Rule]:
        """Rules for `left ⊑ right`: one for each way in which things, and kinds, can satisfy the left side."""
        named = next((side for side in (left, right) if not side.startswith("_:")), None)
        about = named or self._first_name(right) or self._first_name(left) or "axiom"
        for index, (head_predicate, head_object, is_self) in enumerate(self._conclusions(right, about)):
            for membership in (_TYPE, _SUBCLASS):
                alternatives = self._bodies(left, "?x", membership, about)
                for variant, body in enumerate(alternatives):
                    predicate = membership if head_predicate == "member" else head_predicate
                    target = "?x" if is_self else head_object
                    kind = "definition" if left.startswith("_:") else "consequence"
                    level = "" if membership == _TYPE else "-of-kinds"
                    number = ("-self" if is_self else "") + "".join(f"-{n + 1}" for n in (index, variant) if n)
                    yield Rule(
                        name=f"{kind}-{_slug(about)}{self._ordinal(left, about)}{level}{number}",
                        label=f"{kind} of {_short(about)}",
                        summary=f"What the ontology's axiom on {_short(about)} makes of its conditions.",
                        stratum=1,
                        entailed=True,
                        head=("?x", predicate, target),
                        body=body,
                        filters=("FILTER(isIRI(?x))",),
                        axioms=(axiom,),
                    )

    def _ordinal(self, left: str, about: str) -> str:
        """Tell several general inclusions into one class apart."""
        lefts = [item for item, right in self.axioms.pairs(RDFS + "subClassOf") if right == about and item[:2] == "_:"]
        return f"-case-{lefts.index(left) + 1}" if left in lefts and len(lefts) > 1 else ""

    def _conclusions(self, expression: str, about: str) -> list[tuple[str, str, bool]]:
        """What membership in an expression says: (predicate or 'member', object, whether the object is the thing)."""
        if not expression.startswith("_:"):
            return [("member", f"<{expression}>", False)]
        members = self.axioms.one(expression, OWL + "intersectionOf")
        if members:
            return [c for member in self.axioms.items(members) for c in self._conclusions(member, about)]
        property_ = self.axioms.one(expression, OWL + "onProperty")
        if property_ and self.axioms.one(expression, OWL + "hasSelf"):
            return [(f"<{property_}>", "?x", True)]
        filler = self.axioms.one(expression, OWL + "someValuesFrom") or self.axioms.one(expression, OWL + "hasValue")
        if property_ and filler and not filler.startswith("_:"):
            return [(f"<{property_}>", f"<{filler}>", False)]
        raise self._refusal(about)

    def _bodies(self, expression: str, variable: str, membership: str, about: str) -> list[tuple[Pattern, ...]]:
        """All ways to satisfy an expression, each as patterns about the variable."""
        if not expression.startswith("_:"):
            return [((variable, membership, f"<{expression}>"),)]
        members = self.axioms.one(expression, OWL + "intersectionOf")
        if members:
            parts = [
                self._bodies(member, f"{variable}{index}" if member.startswith("_:") else variable, membership, about)
                for index, member in enumerate(self.axioms.items(members))
            ]
            return [
                tuple(_rename(pattern, variable) for part in choice for pattern in part) for choice in product(*parts)
            ]
        property_ = self.axioms.one(expression, OWL + "onProperty")
        filler = self.axioms.one(expression, OWL + "someValuesFrom")
        if property_ and filler:
            return self._existential(f"<{property_}>", filler, variable, membership, about)
        value = self.axioms.one(expression, OWL + "hasValue")
        if property_ and value:
            return [((variable, f"<{property_}>", f"<{value}>"),)]
        if property_ and self.axioms.one(expression, OWL + "hasSelf"):
            return [((variable, f"<{property_}>", variable),)]
        raise self._refusal(about)

    def _existential(
        self, property_: str, filler: str, variable: str, membership: str, about: str
    ) -> list[tuple[Pattern, ...]]:
        inner = f"{variable}y"
        step: Pattern = (variable, property_, inner)
        if filler.startswith("_:"):
            by_kind = [(step, *body) for body in self._bodies(filler, inner, _SUBCLASS, about)]
        else:
            by_kind = [((variable, property_, f"<{filler}>"),)]
        if membership == _SUBCLASS:
            return by_kind
        by_thing = [(step, *body) for body in self._bodies(filler, inner, _TYPE, about)]
        return [*by_kind, *by_thing]

    def _first_name(self, expression: str) -> str | None:
        if not expression.startswith("_:"):
            return expression
        members = self.axioms.one(expression, OWL + "intersectionOf")
        inside = self.axioms.items(members) if members else []
        named = [member for member in inside if not member.startswith("_:")]
        return named[0] if named else self.axioms.one(expression, OWL + "onProperty")

    @staticmethod
    def _refusal(about: str) -> RuleError:
        return RuleError(
            f"The axiom on {curie(about)} cannot be compiled into rules: only named classes, intersections, 'some' "
            "restrictions, has-value and has-self can. Rewrite the axiom, or move what it says into a shape."
        )


def _rename(pattern: Pattern, variable: str) -> Pattern:
    """Bring a member's own variable (`?x0`) back to the variable of the whole (`?x`); deeper ones stay apart."""
    own = re.compile(re.escape(variable) + r"\d+")
    subject, predicate, object_ = (variable if own.fullmatch(term) else term for term in pattern)
    return subject, predicate, object_


def _short(iri: str) -> str:
    return curie(iri).removeprefix("glut:")


def _slug(iri: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", _short(iri)).replace(":", "-").lower()
