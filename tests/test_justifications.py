"""Justifications: minimal, all of them, on the shipped ontology and on small ones that cannot be."""

from __future__ import annotations

import json
from itertools import combinations
from typing import TYPE_CHECKING

import pytest
from conftest import ROOT
from small_ontologies import DECLARED, written

from glutkg.errors import NotFoundError, NotMinimisedError, ReasonerTimeoutError, UsageError
from glutkg.owl.hermit import Hermit
from glutkg.owl.justification_report import Ontology
from glutkg.owl.justifications import Goal, justify, subsumption
from glutkg.owl.locality import AxiomSet
from glutkg.rdf.namespaces import BASE, OWL, RDF, RDFS
from glutkg.rdf.property_words import axiom_typed
from glutkg.rdf.terms import Term, Triple

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from command_runs import Run

    from glutkg.api import KnowledgeGraph
    from glutkg.owl.justification_report import Justified

SMALL = ROOT / "tests" / "ontologies"
pytestmark = pytest.mark.xdist_group("hermit")


def small(kg: KnowledgeGraph, name: str) -> Ontology:
    return Ontology.read(kg.folder, [SMALL / f"{name}.ttl"], alone=True)


def listed(found: Justified) -> list[set[str]]:
    """The axioms of each justification in words, without where they stand."""
    blocks = found.text().split("\n\n")[1:]
    message = [{line.split("   [")[0].strip() for line in block.splitlines() if "   [" in line} for block in blocks]
    return [block for block in message if block]


@pytest.mark.sample(1, of="justifications of the shipped ontology")
def test_a_subsumption_of_the_shipped_ontology_has_one_justification(kg: KnowledgeGraph) -> None:
    found = kg.ontology.subsumption("pore block", RDFS + "subClassOf", "antagonism", limit=5)
    assert found.justifications.complete
    assert listed(found) == [
        {
            "pore block – is a kind of – uncompetitive antagonism",
            "uncompetitive antagonism – is a kind of – antagonism",
        }
    ]


@pytest.mark.sample(1, of="justifications of the shipped ontology")
def test_between_classes_is_a_is_read_as_subclass_of(kg: KnowledgeGraph) -> None:
    names = ("GluK1 receptor", "receptor")
    found, other = (
        kg.ontology.subsumption(names[0], relation, names[1]) for relation in (f"{RDF}type", f"{RDFS}subClassOf")
    )
    assert str(found) == str(other)


@pytest.mark.sample(1, of="justifications of the shipped ontology")
def test_that_two_classes_have_no_member_in_common_is_justified(kg: KnowledgeGraph) -> None:
    relation = axiom_typed("disjoint with")
    found = kg.ontology.subsumption("NMDA receptor", relation, "mGlu5 receptor")
    assert "exclude" in " ".join(*listed(found))
    with pytest.raises(NotFoundError, match="does not follow"):
        kg.ontology.subsumption("NMDA receptor", relation, "ionotropic glutamate receptor")
    with pytest.raises(UsageError, match="each is a kind of the other"):
        kg.ontology.subsumption("NMDA receptor", axiom_typed("EquivalentTo"), "receptor")
    with pytest.raises(NotFoundError, match="'glutkg justify' tells"):
        kg.why("NMDA receptor", "disjoint with", "mGlu5 receptor")


def test_every_class_is_between_the_two_that_need_no_declaration(kg: KnowledgeGraph, tmp_path: Path) -> None:
    ontology = written(kg, tmp_path, DECLARED)
    for narrow, wide in (("A", "owl:Thing"), ("owl:Nothing", "A")):
        found = ontology.subsumption(narrow, f"{RDFS}subClassOf", wide)
        assert found.justifications.found == ((),)
        assert "IT ALWAYS HOLDS" in str(found)
    with pytest.raises(NotFoundError, match="does not follow that owl:Thing"):
        ontology.subsumption("owl:Thing", f"{RDFS}subClassOf", "A")


@pytest.mark.sample(1, of="justifications of the shipped ontology")
def test_a_relation_between_classes_is_justified(kg: KnowledgeGraph) -> None:
    found = kg.ontology.subsumption("lamina I", "part of", "trigeminocervical complex")
    (justification,) = listed(found)
    assert len(justification) in (1, 2)
    assert "[ontology/anatomy.ttl:" in str(found)


@pytest.mark.slow
def test_a_relation_between_classes_has_all_its_justifications(kg: KnowledgeGraph) -> None:
    found = kg.ontology.subsumption("lamina I", "part of", "trigeminocervical complex", limit=5)
    assert found.justifications.complete
    assert sorted(map(len, listed(found))) == [1, 2]
    assert {"lamina I – part of – trigeminocervical complex"} in listed(found)


@pytest.mark.slow
def test_an_unsatisfiable_class_has_all_its_justifications(kg: KnowledgeGraph) -> None:
    found = small(kg, "zoo").unsatisfiable("MadCow", limit=5)
    assert found.justifications.complete
    madness = "MadCow – is a kind of – eats some (Cow or Sheep)"
    shared = {madness, "Plant – excludes – Animal", "Cow – is a kind of – Animal", "Sheep – is a kind of – Animal"}
    assert listed(found) == [
        shared | {"eats – leads to – Plant"},
        shared | {"Cow – is a kind of – eats only Plant", "MadCow – is a kind of – Cow"},
    ]


@pytest.mark.slow
def test_an_inconsistency_of_the_facts_names_classes_and_individuals(kg: KnowledgeGraph) -> None:
    found = small(kg, "contradiction").inconsistency(limit=5)
    assert found.justifications.complete
    assert listed(found) == [{"A, B, C exclude each other", "both – is a – A", "both – is a – B"}]


@pytest.mark.sample(1, of="justifications of the shipped ontology")
def test_a_slip_in_the_shipped_ontology_is_named_with_the_file_that_makes_it(kg: KnowledgeGraph) -> None:
    ontology = Ontology.read(kg.folder, [SMALL / "slip.ttl"])
    found = ontology.unsatisfiable("mGlu5 receptor", limit=2)
    assert found.justifications.complete
    assert len(listed(found)) == 1
    assert "group III metabotropic glutamate receptor   [" in str(found)
    assert "slip.ttl:4]" in str(found)
    assert "exclude each other   [ontology/receptors.ttl:" in str(found)


@pytest.mark.sample(1, of="justifications of the shipped ontology")
def test_an_axiom_that_rules_cannot_express_is_justified_and_reported(kg: KnowledgeGraph) -> None:
    ontology = Ontology.read(kg.folder, [SMALL / "union.ttl"])
    assert "glut:Odd" in ontology.note
    found = ontology.unsatisfiable("Odd", limit=2)
    assert found.justifications.complete
    assert "Without the conclusions of rules" in str(found)


def test_what_does_not_follow_has_no_justification(kg: KnowledgeGraph) -> None:
    zoo = small(kg, "zoo")
    with pytest.raises(NotFoundError, match="Cow can have no member, so there is nothing to justify"):
        zoo.unsatisfiable("Cow")
    with pytest.raises(UsageError, match="bessie is not a class"):
        zoo.subsumption("bessie", RDFS + "subClassOf", "Cow")
    with pytest.raises(NotFoundError, match="Consistent: nothing contradicts anything, so there is nothing to justify"):
        small(kg, "possible").inconsistency()


def test_a_timeout_is_an_error_that_says_so(kg: KnowledgeGraph) -> None:
    with pytest.raises(ReasonerTimeoutError, match=r"within 0\.05 s"):
        small(kg, "zoo").inconsistency(timeout=0.05)


class KnownContradictions:
    """A reasoner for the test: it knows the smallest contradictory sets beforehand, and counts what it is asked."""

    def __init__(self, contradictions: Sequence[frozenset[str]], most: int = 1_000_000) -> None:
        self.contradictions = contradictions
        self.asked = 0
        self.most = most

    def are_satisfiable(self, class_: str, ontologies: Sequence[Sequence[Triple]]) -> list[bool]:
        assert class_ == OWL + "Thing"
        self.asked += len(ontologies)
        if self.asked > self.most:
            raise ReasonerTimeoutError("late")
        present = [{s.value for s, p, _ in triples if p.value == RDFS + "subClassOf"} for triples in ontologies]
        return [not any(contradiction <= names for contradiction in self.contradictions) for names in present]


def numbered(count: int) -> AxiomSet:
    classes = [Term("iri", f"{BASE}K{number:03}") for number in range(count)]
    thing = Term("iri", OWL + "Thing")
    declared = [(class_, Term("iri", RDF + "type"), Term("iri", OWL + "Class")) for class_ in classes]
    return AxiomSet([*declared, *((class_, Term("iri", RDFS + "subClassOf"), thing) for class_ in classes)])


@pytest.mark.parametrize("count", [3, 7, 100])
def test_all_minimal_sets_are_found_and_nothing_else(count: int) -> None:
    names = [f"{BASE}K{number:03}" for number in range(count)]
    expected = [frozenset(pair) for pair in combinations(names[:3], 2)] + [frozenset(names[3:7])] * (count > 3)
    found = justify(numbered(count), Goal(), KnownContradictions(expected), limit=50)
    assert found.complete
    assert {frozenset(axiom.root[0].value for axiom in axioms) for axioms in found.found} == set(expected)
    fewer = justify(numbered(count), Goal(), KnownContradictions(expected), limit=2)
    assert (len(fewer.found), fewer.complete) == (2, False)


def test_what_follows_is_told_though_its_fewest_axioms_were_not_found_in_time() -> None:
    names = [f"{BASE}K{number:03}" for number in range(100)]
    with pytest.raises(NotMinimisedError, match="The fewest axioms behind it were not found in time: late"):
        justify(numbered(100), Goal(), KnownContradictions([frozenset(names)], most=5))
    with pytest.raises(ReasonerTimeoutError, match=r"^late$"):
        justify(numbered(100), Goal(), KnownContradictions([frozenset(names)], most=0))


def test_the_limit_of_a_command_counts_from_its_start(run: Run, tmp_path: Path) -> None:
    """Reading is within it: no reasoner has been asked yet when so little time is over."""
    (tmp_path / "small.ttl").write_text("<http://e/A> a <http://www.w3.org/2002/07/owl#Class> .", "utf-8")
    done = run("justify", "--inconsistent", "--with", str(tmp_path / "small.ttl"), "--timeout", "0.001")
    assert (done.returncode, done.stdout) == (1, "")
    assert "The command did not finish within 0.001 s. Give it more time with --timeout." in done.stderr


def test_justifications_found_before_a_timeout_are_given() -> None:
    names = [f"{BASE}K{number:03}" for number in range(6)]
    contradictions = [frozenset(pair) for pair in combinations(names, 2)]
    found = justify(numbered(6), Goal(), KnownContradictions(contradictions, most=40), limit=50)
    assert 1 <= len(found.found) < len(contradictions)
    assert not found.complete


@pytest.mark.sample(1, of="justifications of the shipped ontology")
def test_modules_hold_every_justification_and_little_else(kg: KnowledgeGraph) -> None:
    axioms = kg.ontology.axioms
    schema = [axiom for axiom in axioms.axioms if axiom.is_schema]
    names = [Term("iri", BASE + name) for name in ("GluK1Receptor", "Receptor")]
    module = axioms.module(schema, names)
    assert len(module) < 20 < len(schema)
    goal = subsumption(*names)
    ontologies = [axioms.with_declarations(some, goal.axioms) for some in (module, module[1:])]
    assert Hermit(60).are_satisfiable(goal.counterexample.value, ontologies)[0] is False


@pytest.mark.sample(1)
@pytest.mark.parametrize("form", ["table", "json", "markdown", "turtle", "csv"])
def test_justify_on_the_command_line(run: Run, form: str) -> None:
    file = str(SMALL / "contradiction.ttl")
    done = run("justify", "--inconsistent", "--with", file, "--alone", "--format", form)
    assert (done.returncode, done.stderr) == (0, "")
    assert "both" in done.stdout
    if form == "json":
        assert len(json.loads(done.stdout)["justifications"][0]) == 3


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (("--inconsistent", "--alone"), "--alone goes with --with FILE"),
        (("--inconsistent", "--unsatisfiable", "x"), "one of the three"),
        (("mGlu5 receptor", "kind of"), "2 were given"),
        (("kainate receptor", "found in", "brainstem"), "glutkg why 'kainate receptor' 'found in' 'brainstem' --proof"),
        (("--inconsistent", "--with", "nowhere.ttl", "--alone"), "cannot be read"),
    ],
)
def test_a_wrong_call_says_what_to_do(run: Run, call: tuple[str, ...], message: str) -> None:
    done = run("justify", *call)
    assert message in done.stderr
    assert done.returncode in {1, 2}
    assert "Traceback" not in done.stderr
