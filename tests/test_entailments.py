"""What follows and what must not: rules against HermiT, expected entailments and traps."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

import pytest
from conftest import ROOT

from glutkg.errors import InconsistentOntologyError, JavaMissingError, ReasonerError, ReasonerTimeoutError, RuleError
from glutkg.owl import audit
from glutkg.owl.hermit import Hermit
from glutkg.owl.lift import lift, logical
from glutkg.rdf.namespaces import OWL, RDF, RDFS, STATED_GRAPH, expand
from glutkg.rdf.terms import Term
from glutkg.reasoning.compiler import compile_axioms
from glutkg.reasoning.load_and_reason import axioms_of, materialise, rules_of
from glutkg.reasoning.rule import final_graphs
from glutkg.resources import data_folder, source_files
from glutkg.store.graph import Graph
from glutkg.store.sources import Source, read_source

if TYPE_CHECKING:
    from pathlib import Path

    from glutkg.api import KnowledgeGraph
    from glutkg.owl.audit import QueryClasses
    from glutkg.owl.hermit import Realization


def lines(name: str) -> list[tuple[str, ...]]:
    text = (ROOT / "tests" / name).read_text(encoding="utf-8")
    return [tuple(line.split("\t")) for line in text.splitlines() if line and not line.startswith("#")]


def holds(kg: KnowledgeGraph, subject: str, predicate: str, object_: str) -> bool:
    names = [expand({"a": "rdf:type"}.get(name, name)) for name in (subject, predicate, object_)]
    assert all(names), (subject, predicate, object_)
    for name in names:
        known = any(True for _ in kg.reasoned.triples(name)) or (name or "").startswith(("http://www.w3.org/",))
        assert known, f"{name} is not in the graph, so the line proves nothing"
    return any(True for _ in kg.reasoned.triples(*names))


@pytest.mark.parametrize(("subject", "predicate", "object_", "why"), lines("entailments.tsv"))
def test_what_should_follow_follows(kg: KnowledgeGraph, subject: str, predicate: str, object_: str, why: str) -> None:
    assert holds(kg, subject, predicate, object_), why


@pytest.mark.parametrize(("subject", "predicate", "object_", "trap"), lines("non-entailments.tsv"))
def test_what_must_not_follow_does_not(
    kg: KnowledgeGraph, subject: str, predicate: str, object_: str, trap: str
) -> None:
    assert not holds(kg, subject, predicate, object_), trap


def test_at_least_sixty_traps_are_guarded_each_once() -> None:
    traps = lines("non-entailments.tsv")
    print(f"\n{len(traps)} expected non-entailments")
    assert len(traps) >= 60
    assert len({trap[:3] for trap in traps}) == len(traps)
    assert all(len(trap) == 4 and trap[3] for trap in traps)


def test_each_trap_would_be_seen(kg: KnowledgeGraph) -> None:
    """Were the triple stated, the check above would fail: each line looks at the right place."""
    lured = Graph.of(read_source(path) for path in source_files(data_folder()))
    known = type(kg)(kg.folder, kg.cached._replace(graph=lured))
    for subject, predicate, object_, trap in lines("non-entailments.tsv"):
        names = [expand({"a": "rdf:type"}.get(name, name)) for name in (subject, predicate, object_)]
        lured.update("INSERT DATA { " + " ".join(f"<{name}>" for name in names) + " }")
        assert holds(known, subject, predicate, object_), trap


@pytest.mark.sample(1)
@pytest.mark.parametrize(
    ("result", "modality", "is_carried_over"),
    [("Affirmed", "Established", True), ("Denied", "Established", False), ("Affirmed", "Possible", False)],
)
def test_only_a_supported_composition_is_carried_over(result: str, modality: str, is_carried_over: bool) -> None:
    """Membership of a substance, subunits of a receptor, what a gene encodes: three compositions of one certainty."""
    slots = {
        "member": "glut:agent substance:magnesium ; glut:partner glut:GlutamatergicMedication",
        "subunit": "glut:target glut:NMDAReceptor ; glut:partner glut:GluN1Subunit",
        "gene": "glut:gene gene:JPH3 ; glut:target glut:EAAT2",
    }
    folder = data_folder()
    text = "".join(f"@prefix {name}: <{expand(name + ':')}> .\n" for name in ("glut", "substance", "gene", "claim"))
    for name, ends in slots.items():
        text += f"claim:new-{name} a glut:Composition ; {ends} ; glut:result glut:{result} ; "
        text += f"glut:modality glut:{modality} .\n"
    new = Source(folder / "facts" / "new.ttl", f"{STATED_GRAPH}/facts/new", text)
    graph = Graph.of([*(read_source(path) for path in source_files(folder)), new])
    materialise(graph, rules_of(graph, folder))
    found = [
        any(True for _ in graph.triples(*(expand(name) for name in triple)))
        for triple in (
            ("substance:magnesium", "rdf:type", "glut:GlutamatergicMedication"),
            ("glut:NMDAReceptor", "glut:hasSubunit", "glut:GluN1Subunit"),
            ("gene:JPH3", "glut:encodes", "glut:EAAT2"),
        )
    ]
    assert found == [is_carried_over] * 3


ASKED = 150
"""So many questions of the audit are asked in every run."""


@pytest.fixture(scope="module")
def audited(kg: KnowledgeGraph) -> Graph:
    """What HermiT can agree with: without what is said of classes, and holds of none of their members."""
    return kg.reasoned.copy(final_graphs(kg.rules))


@pytest.fixture(scope="module")
def queries(audited: Graph) -> QueryClasses:
    return audit.complete_audit(audited)


@pytest.fixture(scope="module")
def some_queries(queries: QueryClasses, seed: int) -> QueryClasses:
    chosen = Random(seed).sample(sorted(queries.definitions.items()), ASKED)  # noqa: S311 - a sample
    return audit.QueryClasses(dict(chosen))


@pytest.fixture(scope="module")
def realized(kg: KnowledgeGraph, some_queries: QueryClasses) -> Realization:
    """HermiT's answers about the shipped graph: in one run, for several tests."""
    return audit.realize(logical(lift(kg.reasoned, kg.rules)), some_queries)


@pytest.mark.slow
@pytest.mark.xdist_group("hermit")
def test_hermit_and_the_rules_find_the_same_types(kg: KnowledgeGraph, realized: Realization) -> None:
    compared = audit.compare_types(kg.reasoned, realized)
    print(f"\n{compared.compared} types and superclasses compared")
    assert compared.compared > 1000
    assert compared.differences == ()
    assert audit.unsatisfiable(realized) == ()


@pytest.mark.slow
@pytest.mark.xdist_group("hermit")
def test_hermit_and_the_rules_find_the_same_relations_to_kinds(
    audited: Graph, some_queries: QueryClasses, realized: Realization
) -> None:
    compared = audit.compare_relations(audited, some_queries, realized)
    print(f"\n{compared.compared} relations compared in {ASKED} questions")
    assert compared.compared > 100
    assert compared.differences == ()


@pytest.mark.slow
@pytest.mark.xdist_group("audit")
def test_hermit_and_the_rules_find_the_same_relations_whatever_is_asked(
    kg: KnowledgeGraph, audited: Graph, queries: QueryClasses
) -> None:
    found = audit.realize(logical(lift(kg.reasoned, kg.rules)), queries)
    compared = audit.compare_relations(audited, queries, found)
    print(f"\n{compared.compared} relations compared in {len(queries.definitions)} questions")
    assert compared.compared > 1000
    assert compared.differences == ()


def with_more(turtle: str, tmp_path: Path) -> Graph:
    path = tmp_path / "more.ttl"
    prefixes = "@prefix glut: <https://w3id.org/glutkg/> . @prefix owl: <http://www.w3.org/2002/07/owl#> . "
    prefixes += (
        "@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> . @prefix claim: <https://w3id.org/glutkg/claim/> . "
    )
    path.write_text(prefixes + turtle, encoding="utf-8")
    return Graph.of(read_source(source) for source in [*source_files(data_folder()), path])


@pytest.mark.slow
@pytest.mark.xdist_group("hermit")
@pytest.mark.parametrize(
    "slip",
    [
        "glut:NMDAReceptor rdfs:subClassOf glut:MetabotropicGlutamateReceptor .",
        "claim:both a glut:Assessment ; glut:result glut:Approved ; glut:result glut:NotApproved .",
    ],
)
def test_a_real_slip_makes_the_ontology_inconsistent(slip: str, tmp_path: Path) -> None:
    assert not Hermit().is_consistent(logical(lift(with_more(slip, tmp_path))))


@pytest.mark.slow
@pytest.mark.xdist_group("hermit")
def test_an_inconsistent_ontology_is_not_realized(tmp_path: Path) -> None:
    slip = "glut:MGlu5Receptor rdfs:subClassOf glut:GroupIIIMetabotropicGlutamateReceptor ."
    with pytest.raises(InconsistentOntologyError):
        Hermit().realize(logical(lift(with_more(slip, tmp_path))))


def test_a_missing_java_is_an_error_of_its_own(kg: KnowledgeGraph, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GLUTKG_JAVA", "/nowhere/java")
    with pytest.raises(JavaMissingError, match="pip install"):
        Hermit()


@pytest.mark.xdist_group("hermit")
def test_a_time_out_is_an_error_of_its_own(kg: KnowledgeGraph) -> None:
    with pytest.raises(ReasonerTimeoutError, match="--timeout"):
        Hermit(0.05).realize(logical(lift(kg.reasoned, kg.rules)))


@pytest.mark.xdist_group("hermit")
def test_an_ontology_that_hermit_refuses_is_an_error_with_its_message() -> None:
    name = "http://example.org/r"
    axioms = [(name, RDF + "type", OWL + kind) for kind in ("ObjectProperty", "TransitiveProperty")]
    axioms.append((name, RDF + "type", OWL + "AsymmetricProperty"))
    triples = [(Term("iri", s), Term("iri", p), Term("iri", o)) for s, p, o in axioms]
    for question in (Hermit().is_consistent, Hermit().realize):
        with pytest.raises(ReasonerError, match="this ontology: Non-simple property"):
            question(triples)


def test_a_java_that_cannot_be_run_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    java = tmp_path / "java"
    java.write_text("no program")
    monkeypatch.setenv("GLUTKG_JAVA", str(java))
    with pytest.raises(JavaMissingError, match=r"java cannot be run: Permission denied\. Set GLUTKG_JAVA"):
        Hermit().is_consistent([])


@pytest.mark.parametrize(
    "expression",
    [
        "owl:unionOf ( glut:Claim glut:Record )",
        "owl:complementOf glut:Claim",
    ],
)
def test_an_axiom_that_cannot_be_compiled_is_refused_by_name(expression: str, tmp_path: Path) -> None:
    graph = with_more(f"glut:Odd owl:equivalentClass [ a owl:Class ; {expression} ] .", tmp_path)
    with pytest.raises(RuleError, match="glut:Odd"):
        compile_axioms(axioms_of(graph))


def test_cycles_end(tmp_path: Path) -> None:
    graph = with_more("glut:CycleA glut:partOf glut:CycleB . glut:CycleB glut:partOf glut:CycleA .", tmp_path)
    materialise(graph, rules_of(graph, data_folder()))
    part_of = "https://w3id.org/glutkg/partOf"
    assert list(graph.triples("https://w3id.org/glutkg/CycleA", part_of, "https://w3id.org/glutkg/CycleA"))


@pytest.mark.slow
def test_materialising_twice_adds_nothing(tmp_path: Path) -> None:
    graph = with_more("", tmp_path)
    rules = rules_of(graph, data_folder())
    assert materialise(graph, rules) > 1000
    again = graph.copy(final_graphs(rules))
    assert materialise(again, rules) == len(graph) - len(graph.copy(final_graphs(rules)))
    assert len(again) == len(graph)


@pytest.mark.slow
def test_members_inherit_nothing_that_is_said_of_their_class(
    kg: KnowledgeGraph, audited: Graph, tmp_path: Path
) -> None:
    said = [t for name in final_graphs(kg.rules) for t in kg.reasoned.triples(graph=name)]
    classes = sorted({subject.value for subject, _, _ in said})
    assert len(classes) > 5
    member, narrower = "https://w3id.org/glutkg/substance/member", "https://w3id.org/glutkg/NarrowerClass"
    kinds = " ".join(f"<{member}> a <{one}> . <{narrower}> rdfs:subClassOf <{one}> ." for one in classes)
    graph = with_more(f"{kinds} <{narrower}> a owl:Class .", tmp_path)
    materialise(graph, rules_of(graph, data_folder()))
    properties = {predicate.value for _, predicate, _ in said}
    found = {one: {t[1:] for t in graph.triples(one) if t[1].value in properties} for one in (member, narrower)}
    own = {t[1:] for one in classes for t in audited.triples(one)}
    assert {one: pairs - own for one, pairs in found.items()} == {member: set(), narrower: set()}


def test_every_inferred_triple_has_exactly_one_rule_and_no_stated_one_has_any(kg: KnowledgeGraph) -> None:
    store = kg.reasoned
    inferred = [triple for name in store.graph_names("inferred") for triple in store.triples(graph=name)]
    stated = set(store.triples(graph="https://w3id.org/glutkg/graph/stated"))
    assert len(inferred) == len(set(inferred)) == len(store) - len(stated)
    assert stated.isdisjoint(inferred)


def test_every_rule_names_itself(kg: KnowledgeGraph) -> None:
    names = [rule.name for rule in kg.rules]
    assert len(names) == len(set(names))
    assert all(rule.label and rule.summary for rule in kg.rules)


def test_a_source_that_is_not_there_names_itself(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"nowhere\.ttl: the file cannot be read"):
        read_source(tmp_path / "nowhere.ttl")


def test_the_lift_leaves_no_kind_in_the_place_of_a_thing(kg: KnowledgeGraph) -> None:
    triples = logical(lift(kg.reasoned, kg.rules))
    kinds = {s for s, p, o in triples if o.value == OWL + "Class" and s.kind == "iri"}
    allowed = (RDFS, OWL, "http://www.w3.org/1999/02/22-rdf-syntax-ns#")
    misplaced = [t for t in triples if t[2] in kinds and not t[1].value.startswith(allowed)]
    assert misplaced == []


def test_a_source_is_named_after_its_file() -> None:
    from pathlib import Path

    path = next(path for path in source_files(data_folder()) if path.name == "claims.ttl")
    source = read_source(path)
    assert isinstance(source, Source)
    assert source.graph == "https://w3id.org/glutkg/graph/stated/ontology/claims"
    assert Path(source.path).is_file()
