"""Contradictions: what the files state against an axiom of the ontology, with the fewest axioms and facts behind it."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from glutkg.checks.report import ValidationResult
from glutkg.errors import AxiomError
from glutkg.explain.derivations import Derivations
from glutkg.explain.proof import MAX_STEPS, Prover
from glutkg.explain.quickxplain import minimal_subset
from glutkg.explain.wording import Files
from glutkg.rdf.manchester import Manchester
from glutkg.rdf.namespaces import BASE, OWL, RDF, RDFS, STATED_GRAPH, curie
from glutkg.rdf.terms import TYPE, Term, from_name, literal
from glutkg.reasoning.load_and_reason import axioms_of
from glutkg.relations import grouped
from glutkg.store.graph import Graph

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

    from glutkg.errors import RuleError
    from glutkg.rdf.terms import Triple
    from glutkg.reasoning.axioms import AxiomIndex
    from glutkg.reasoning.clash_search import Clash
    from glutkg.reasoning.coded_graph import CodedGraph
    from glutkg.reasoning.rule import Rule

CONTRADICTION = BASE + "check/contradiction"
UNREAD = BASE + "check/axiom"
_UNNAMED = "a thing without a name"
_DECLARED = frozenset(
    OWL + name for name in ("Class", "ObjectProperty", "DatatypeProperty", "AnnotationProperty", "NamedIndividual")
)
"""Types that only say what a name is: needed for a contradiction, but never wrong in it."""


def unread(error: RuleError) -> ValidationResult:
    """Make a result of an axiom that no rule reads."""
    subject, predicate, object_ = error.axiom or ("", None, "")
    return ValidationResult(
        *("Violation", UNREAD.rpartition("/")[2], error.message if isinstance(error, AxiomError) else str(error)),
        focus=subject,
        predicate=predicate,
        value=_axiom_object(object_),
        source=UNREAD,
    )


def _axiom_object(name: str) -> Term | None:
    """Give the term of what stands in an axiom, of a text without its datatype, which an index does not keep."""
    if name.startswith('"'):
        return Term("literal", name[1:-1])
    return from_name(name) if name else None


def contradictions(
    graph: Graph,
    rules: Sequence[Rule],
    folder: Path,
    further: Sequence[Path] = (),
    *,
    tell_files: Callable[[], None] = lambda: None,
    coded: CodedGraph | None = None,
    axioms: AxiomIndex | None = None,
) -> list[ValidationResult]:
    """Find what a reasoned graph holds against its axioms; `further` files were read along with the data folder.

    The graph tells what each file states, or does so once `tell_files` was called, which is done when it is needed. It
    may be given in codes, too, and the axioms that rules read.

    Each result names the fewest axioms and facts that contradict each other, with file and line, and is placed at the
    one most likely to be wrong: in a further file, else about what they clash on.
    """
    from glutkg.reasoning.clashes import clashes  # which imports numpy
    from glutkg.reasoning.coded_graph import code

    found = clashes(coded or code(graph), axioms or axioms_of(graph, folder))
    if not found:
        return []
    tell_files()
    return _Explained(graph, rules, Files(folder, further), further).results(found)


class _Explained:
    """Explains the clashes of one reasoned graph; they share parts of their proofs."""

    def __init__(self, graph: Graph, rules: Sequence[Rule], files: Files, further: Sequence[Path]) -> None:
        self._graph = graph
        self._rules = [rule for rule in rules if rule.entailed]
        self._files = files
        self._further = {str(path) for path in further}
        self._derivations = Derivations(graph, rules)
        self._prover = Prover(self._derivations)
        self._place = cache(self._find_place)

    def results(self, found: Iterable[Clash]) -> list[ValidationResult]:
        """Give a result for each clash; those on the same facts are one, also by several axioms.

        Of those on the same facts of further files, which are one mistake, that with the fewest others is given.
        """
        alike = grouped(((clash.premises, clash.excluding), clash) for clash in found)
        made: dict[frozenset[Triple], ValidationResult] = {}
        for clash, *others in alike.values():
            stated = self._fewest(clash)
            if frozenset(stated) not in made:
                made[frozenset(stated)] = self._result(clash, stated, others)
        fewest = [stated for stated in made if not any(fewer < stated for fewer in made)]
        mistakes = {stated: frozenset(filter(self._is_further, stated)) or stated for stated in fewest}
        first = {mistakes[stated]: stated for stated in sorted(fewest, key=len, reverse=True)}
        return [made[stated] for stated in fewest if first[mistakes[stated]] == stated]

    def _result(self, clash: Clash, stated: Sequence[Triple], alike: Sequence[Clash]) -> ValidationResult:
        subject = clash.premises[0][0]
        first = min(stated, key=lambda one: (not self._is_further(one), one[0].name != subject, self._place(one)))
        others = sorted((one for one in stated if one != first), key=self._place)
        also = {_triple(clash.axiom): [self._place(_triple(other.axiom)) for other in alike]}
        listed = "; ".join(
            f"{self._text(one, clash)} ({' and '.join([self._place(one), *also.get(one, [])])})"
            for one in (first, *others)
        )
        path, _, line = self._place(first).rpartition(":") if first[0].kind == "blank" else ("", "", "")
        return ValidationResult(
            "Violation",
            CONTRADICTION.rpartition("/")[2],
            f"Correct or take out one of these, which contradict each other: {listed}{self._unlisted(clash)}.",
            path,
            int(line) if line.isdecimal() else None,
            focus=first[0].name,
            predicate=first[1].value,
            value=first[2],
            source=CONTRADICTION,
        )

    def _unlisted(self, clash: Clash) -> str:
        """Name what follows in more steps than are looked for."""
        long = [_triple(premise) for premise in clash.premises if self._prover.prove(_triple(premise)) is None]
        listed = " and ".join(self._text(one, clash) for one in long)
        return f"; and what makes {listed} follow, in more than {MAX_STEPS} steps" if long else ""

    # --- the fewest axioms and facts ----------------------------------------------------------------------------------

    def _fewest(self, clash: Clash) -> list[Triple]:
        """Give what is stated in the smallest proofs of a clash, as far as the clash needs it."""
        proofs = [self._prover.prove(_triple(premise)) for premise in clash.premises]
        stated = {triple for proof in proofs if proof for triple in proof.stated}
        axiom = _triple(clash.axiom)
        context = {triple for triple in stated if _is_declaration(triple)} | {axiom}
        doubtful = sorted(stated - context)

        def enough(some: frozenset[Triple]) -> bool:
            return self._clash(clash, context | some)

        return [*(minimal_subset(doubtful, enough) if enough(frozenset(doubtful)) else doubtful), axiom]

    def _clash(self, clash: Clash, stated: set[Triple]) -> bool:
        """Tell whether some stated triples clash, with the class expressions of the ontology but no other axiom."""
        from glutkg.reasoning.clashes import clashes
        from glutkg.reasoning.coded_graph import close, code

        small = Graph()
        small.put([*stated, *self._expressions(stated)])
        held = {tuple(term.name for term in triple) for triple in stated}
        rules = [rule for rule in self._rules if all(a[0].startswith("_:") or a in held for a in rule.axioms)]
        coded = code(small, merged=True)
        close(coded, rules)
        return clash in clashes(coded, axioms_of(small))

    def _expressions(self, stated: set[Triple]) -> Iterator[Triple]:
        """Give what stands in brackets in some triples, at any depth."""
        waiting = [term for triple in stated for term in (triple[0], triple[2]) if term.kind == "blank"]
        seen: set[Term] = set()
        while waiting:
            node = waiting.pop()
            if node not in seen:
                seen.add(node)
                found = [t for t in self._graph.triples(node.name, graph=STATED_GRAPH) if _is_of_an_expression(t)]
                waiting += [object_ for _, _, object_ in found if object_.kind == "blank"]
                yield from found

    # --- words --------------------------------------------------------------------------------------------------------

    def _is_further(self, triple: Triple) -> bool:
        return self._place(triple).rpartition(":")[0] in self._further

    def _find_place(self, triple: Triple) -> str:
        return str(self._files.origin(self._graph, self._derivations.file(triple), triple))

    def _text(self, triple: Triple, clash: Clash) -> str:
        subject, predicate, object_ = triple
        words = Manchester(
            lambda node: self._graph.triples(node.name),
            lambda term: term.n3() if term.kind == "literal" else curie(term.name),
        )
        if predicate.value in (OWL + "targetIndividual", OWL + "targetValue"):
            denied = " ".join(map(words.text, _triple(clash.premises[0])))
            return f"it is not so that {denied}"
        if predicate.value == OWL + "members":
            return f"{' and '.join(map(curie, clash.excluding))} exclude each other"
        ends = (words.text(term) if self._is_expression(term) else _UNNAMED for term in (subject, object_))
        return f" {curie(predicate.value)} ".join(ends)

    def _is_expression(self, term: Term) -> bool:
        """Tell whether a term has a name or is an expression; a blank node may be a thing, too."""
        return term.kind != "blank" or any(map(_is_of_an_expression, self._graph.triples(term.name)))


def _is_of_an_expression(triple: Triple) -> bool:
    """Tell whether a triple at a blank node is a part of a class expression or a list: it says nothing of a thing."""
    _, predicate, object_ = triple
    told = object_ if predicate == TYPE else predicate
    return told.value.startswith((OWL, RDF, RDFS))


def _triple(names: tuple[str, str, str]) -> Triple:
    subject, predicate, object_ = names
    value = literal(object_) if object_.startswith('"') else from_name(object_)
    return from_name(subject), from_name(predicate), value


def _is_declaration(triple: Triple) -> bool:
    return triple[1].value == RDF + "type" and triple[2].value in _DECLARED
