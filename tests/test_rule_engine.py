"""The rule engine concludes what the same rules conclude as SPARQL updates, run naively in a store."""

from __future__ import annotations

import contextlib
import importlib
import subprocess
import sys
from collections import defaultdict
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from conftest import ROOT
from naive_engine import materialise_naively

from glutkg.errors import GlutkgError, LimitError, RuleError
from glutkg.owl.random_ontologies import ontologies
from glutkg.rdf.namespaces import BASE, STATED_GRAPH
from glutkg.reasoning import joins, semi_naive_engine
from glutkg.reasoning.coded_triples import Relation, pairs_of
from glutkg.reasoning.load_and_reason import materialise, rules_of
from glutkg.reasoning.rule import final_graphs, read_rule
from glutkg.reasoning.stratification import check_strata
from glutkg.resources import data_folder, source_files
from glutkg.store.graph import Graph
from glutkg.store.sources import Source, read_source

if TYPE_CHECKING:
    from collections.abc import Sequence

    from glutkg.reasoning.rule import Rule

NAMES = f"{BASE}test/"
PREFIXES = f"@prefix : <{NAMES}> . @prefix owl: <http://www.w3.org/2002/07/owl#> . "


def named(graph: Graph) -> set[bytes]:
    """The triples without blank nodes, which have other names in another graph."""
    return {line for line in graph.ntriples().splitlines() if b"_:" not in line}


def assert_same(sources: Sequence[Source], rules: Sequence[Rule]) -> Graph:
    by_engine, naively = Graph.of(sources), Graph.of(sources)
    materialise(by_engine, rules)
    materialise_naively(naively, rules)
    assert named(by_engine) == named(naively)
    return by_engine


@pytest.mark.slow
def test_the_engine_and_the_naive_run_conclude_the_same_from_the_shipped_facts() -> None:
    sources = [read_source(path) for path in source_files(data_folder())]
    assert_same(sources, rules_of(Graph.of(sources), data_folder()))


@pytest.mark.parametrize("number", [6, pytest.param(420, marks=pytest.mark.slow)])
def test_the_engine_and_the_naive_run_conclude_the_same_from_generated_ontologies(number: int, seed: int) -> None:
    compared = 0
    for one in ontologies(number, seed):
        with contextlib.suppress(RuleError):  # an axiom that rules cannot express
            assert_same([one.source()], rules_of(Graph.of([one.source()]), data_folder()))
            compared += 1
    assert compared >= number / 4, f"--seed {seed}"


def generated_claims(number: int, monkeypatch: pytest.MonkeyPatch) -> Graph:
    monkeypatch.syspath_prepend(str(ROOT / "benchmarks"))
    made: Graph = importlib.import_module("claims").claims(number)
    return made


@pytest.mark.slow
def test_the_engine_and_the_naive_run_conclude_the_same_from_many_claims(monkeypatch: pytest.MonkeyPatch) -> None:
    by_engine, naively = (generated_claims(1_000, monkeypatch) for _ in range(2))
    rules = rules_of(by_engine, data_folder())
    assert materialise(by_engine, rules) > 20_000
    materialise_naively(naively, rules)
    assert named(by_engine) == named(naively)


@pytest.mark.slow
def test_after_the_engine_no_rule_as_sparql_concludes_more(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each rule is asked once of all that it reads: the naive run takes many times as long at this size."""
    graph = generated_claims(10_000, monkeypatch)
    rules = rules_of(graph, data_folder())
    assert materialise(graph, rules) > 200_000
    read = {True: graph, False: graph.copy(final_graphs(rules))}
    missed = "ASK {{ {} FILTER NOT EXISTS {{ {} }} }}"
    found = [r.name for r in rules if read[r.final].ask(missed.format(r.where(), " ".join(r.head)))]
    assert found == []


# --- rules of all sorts, over a small graph with literals -------------------------------------------------------------

VALUES = """
    :a :r 1 , "x" , :b , "01"^^<http://www.w3.org/2001/XMLSchema#integer> .
    :b :r 1.0 , "x"@en , :a , true , "2020-01-01"^^<http://www.w3.org/2001/XMLSchema#date> .
    :c :r 2 , "y" , "odd"^^:type , _:blank , :c . :d :r 3e0 , "1" ; :t :a . :a :t :b . :b :t :c . :p a :Linked .
    :a :p :b . :b :p :c . :p :like :q . :q :like :p . :c :q :d . :l :head :p ; :tail :m . :m :head :q .
"""
FILTERS = [
    "?a = ?b",
    "?a != ?b",
    "?a < ?b",
    "?b >= ?a",
    "?a = 1",
    "1.0 != ?a",
    '?a = "x"',
    '?a > "w"',
    "?a IN (1, 'x'@en, :b)",
    "?a NOT IN (2, :b)",
    "!(?a = ?b)",
    "!(?a = ?b) || isIRI(?a)",
    "isBlank(?a) && isLiteral(?b)",
    "?a = ?b && (isIRI(?x) || ?nowhere = 1)",
    "?nowhere = ?a",
    "EXISTS { ?y :r ?a FILTER(?a != ?x) }",
    "NOT EXISTS { GRAPH <https://w3id.org/glutkg/graph/stated> { ?y :t ?x } }",
    "EXISTS { ?x :t ?z . ?z :t ?y } || NOT EXISTS { ?z :t ?x FILTER(EXISTS { ?z :r ?a } && ?z != ?y) }",
]


def rule_of(tmp_path: Path, text: str, name: str = "some-rule", more: str = "") -> Rule:
    path = tmp_path / f"{name}.rq"
    head = "#+ label: some\n#+ summary: some.\n#+ stratum: 1\n#+ logic: closed-world\n" + more
    prefixes = "PREFIX owl: <http://www.w3.org/2002/07/owl#>\n"
    path.write_text(f"{head}PREFIX : <{NAMES}>\n{prefixes}{text}\n", encoding="utf-8", errors="surrogatepass")
    return read_rule(path)


def values() -> Source:
    return Source(Path("values.ttl"), f"{STATED_GRAPH}/facts/values", PREFIXES + VALUES)


@pytest.mark.parametrize("condition", FILTERS)
def test_a_filter_lets_pass_what_it_does_in_sparql(tmp_path: Path, condition: str) -> None:
    rule = rule_of(tmp_path, f"CONSTRUCT {{ ?x :s ?y }} WHERE {{ ?x :r ?a . ?y :r ?b . FILTER({condition}) }}")
    before = len(Graph.of([values()]))
    found = assert_same([values()], [rule])
    assert (len(found) > before) == ("?nowhere = ?a" not in condition)


RULES = {
    "a relation of a list": "CONSTRUCT { ?x ?r ?y } WHERE { ?l :head ?p . ?l :tail ?k . ?k :head ?r . ?x ?p ?y . }",
    "a variable twice": "CONSTRUCT { ?x :s :own } WHERE { ?x :r ?x . }",
    "a literal for a subject": "CONSTRUCT { ?a :s ?x } WHERE { ?x :r ?a . }",
    "a number written another way": "CONSTRUCT { ?x :s :two } WHERE { ?x :r 02 . FILTER EXISTS { ?x :r 002 } }",
    "constants alone": "CONSTRUCT { :a :s :d } WHERE { :a :t :b . :c :r 2 . }",
    "patterns without a shared variable": "CONSTRUCT { ?x :s ?y } WHERE { ?x :t ?z . ?y :p ?v . }",
    "a triangle": "CONSTRUCT { ?x :s ?z } WHERE { ?x :p ?y . ?y :p ?z . ?x :r ?a . ?z :r ?b . }",
    "any relation": "CONSTRUCT { ?y :s ?x } WHERE { ?x ?p ?y . }",
    "any relation within EXISTS": "CONSTRUCT { ?p :s ?p } WHERE { ?p :like ?q . FILTER EXISTS { ?x ?p ?y } }",
    "stated alone": "CONSTRUCT { ?y :t ?x } WHERE { GRAPH <https://w3id.org/glutkg/graph/stated> { ?x :t ?y } }",
    "a relation that is concluded": "CONSTRUCT { ?x ?q ?y } WHERE { ?p :like ?q . ?x ?p ?y . }",
}


@pytest.mark.parametrize("text", RULES.values(), ids=RULES)
def test_a_rule_concludes_what_it_does_in_sparql(tmp_path: Path, text: str) -> None:
    assert_same([values()], [rule_of(tmp_path, text)])


def test_no_rule_reads_what_a_final_rule_concludes(tmp_path: Path) -> None:
    """Not even the final rule itself, or one of a higher stratum."""
    further = rule_of(tmp_path, "CONSTRUCT { ?y :t ?x } WHERE { ?x :s ?y . }", "further")
    final = rule_of(tmp_path, "CONSTRUCT { ?x :s ?y } WHERE { ?x :t ?y . }", "final", "#+ final: yes\n")
    chain = rule_of(tmp_path, "CONSTRUCT { ?x :s ?z } WHERE { ?x :s ?y . ?y :t ?z . }", "chain")
    graph = assert_same([values()], [further, final, chain])
    assert {(s.value[-1], o.value[-1]) for s, _, o in graph.triples(None, f"{NAMES}s")} == {
        ("d", "a"),
        ("a", "b"),
        ("b", "c"),
    }
    assert {(s.value[-1], o.value[-1]) for s, _, o in graph.triples(None, f"{NAMES}t")} == {
        ("d", "a"),
        ("a", "b"),
        ("b", "c"),
    }


def test_a_header_says_yes_or_no_to_final(tmp_path: Path) -> None:
    with pytest.raises(RuleError, match=r":\d+: the header takes yes or no as final, not"):
        rule_of(tmp_path, "CONSTRUCT { ?x :s ?y } WHERE { ?x :t ?y . }", "final", "#+ final: perhaps\n")


def test_a_relation_that_data_conclude_to_be_transitive_is_followed(tmp_path: Path) -> None:
    """Only the third round knows that :p is: its rule is made anew for it, over all that is there."""
    rules = [
        rule_of(tmp_path, "CONSTRUCT { ?p :known :Chained } WHERE { ?p a :Linked . }", "one"),
        rule_of(tmp_path, "CONSTRUCT { ?p a owl:TransitiveProperty } WHERE { ?p :known :Chained . }", "two"),
        read_rule(data_folder() / "rules" / "transitivity.rq"),
    ]
    graph = assert_same([values()], rules)
    assert list(graph.triples(f"{NAMES}a", f"{NAMES}p", f"{NAMES}c"))


@pytest.mark.parametrize(
    ("condition", "unknown"),
    [
        ("FILTER(STRLEN(?a) > 2)", r"STRLEN\(\?a\)"),
        ("FILTER(?a + 1 = 2)", r"\?a \+ "),
        ("FILTER EXISTS { ?x ?any ?a }", r"\?any"),
        ("FILTER EXISTS { OPTIONAL { ?x :r ?a } }", "OPTIONAL"),
        ("FILTER EXISTS { GRAPH :other { ?x :r ?a } }", "GRAPH"),
        ("FILTER EXISTS { ?x :r/:r ?a }", "/"),
    ],
)
def test_a_filter_that_the_engine_does_not_know_is_refused_by_file_and_line(
    tmp_path: Path, condition: str, unknown: str
) -> None:
    with pytest.raises(RuleError, match=rf"some-rule\.rq:9: the rule engine does not know '.*{unknown}"):
        rule_of(tmp_path, f"CONSTRUCT {{ ?x :s ?a }}\nWHERE {{\n  {condition}\n  ?x :r ?a .\n}}")


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("CONSTRUCT { ?x :s :o }\nWHERE { ?x :r [] }", r"8: a rule has no blank nodes such as \[ \]"),
        ("CONSTRUCT { ?x :s :o }\nWHERE { ?x :r _:q }", "8: a rule has no blank nodes such as _:q"),
        ("CONSTRUCT { ?x :s ?y }\nWHERE {\n?x :r ?y FILTER NOT EXISTS { ?y :r [] } }", "9: a rule has no blank"),
        ("CONSTRUCT { ?x :s [] }\nWHERE { ?x :r ?y }", "7: a rule has no blank"),
        ("CONSTRUCT { ?x :s ?z }\nWHERE { ?x :r ?y }", r"7: the rule concludes something on \?z"),
        ("CONSTRUCT { ?x ?p ?y }\nWHERE { ?x :r ?y }", r"7: the rule concludes something on \?p"),
        ("CONSTRUCT { ?x :s/:r ?y }\nWHERE { ?x :r ?y }", "7: a rule cannot conclude"),
        ("CONSTRUCT { 'x' :s ?y }\nWHERE { ?x :r ?y }", "7: a rule cannot conclude"),
        ("CONSTRUCT { }\nWHERE { ?x :r ?y }", "7: a rule concludes one triple"),
        ("CONSTRUCT { ?x :s ?y FILTER(?x = ?y) }\nWHERE { ?x :r ?y }", "7: column 11: the template of CONSTRUCT"),
        ("CONSTRUCT { ?x :s ?y }\nWHERE { ?x :r ?y }\nLIMIT 1", "8: a rule concludes from all .* 'LIMIT 1'"),
        ("ASK { ?x :r ?y }", "7: a rule is a CONSTRUCT query, not ASK"),
        ("SELECT * { ?x :r ?y }", "7: a rule is a CONSTRUCT query, not SELECT"),
        ("PREFIX", "7: column 7: expected a prefix"),
        (f"CONSTRUCT {{ ?x :s ?y }} WHERE {{ ?x :r ?y FILTER({'(' * 3000}?x = ?y{')' * 3000}) }}", "7: .* too deeply"),
        ("\ud800", "7: the file is not UTF-8 text"),
    ],
)
def test_what_the_engine_would_get_wrong_is_refused_by_file_and_line(tmp_path: Path, text: str, problem: str) -> None:
    with pytest.raises(GlutkgError, match=rf"some-rule\.rq:{problem}"):
        rule_of(tmp_path, text)


def test_a_rule_may_have_any_file_name(tmp_path: Path) -> None:
    rule = rule_of(tmp_path, "CONSTRUCT { ?x :s ?y } WHERE { ?x :t ?y }", "a rule > é")
    assert rule.graph.endswith("/a%20rule%20%3E%20%C3%A9")
    assert_same([values()], [rule])


def test_rules_that_never_end_are_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(semi_naive_engine, "MAX_ROUNDS", 1)
    graph = Graph.of(read_source(path) for path in source_files(data_folder()))
    with pytest.raises(RuleError, match=r"no fixpoint in 1 rounds; the last to run: .*class-hierarchy"):
        materialise(graph, rules_of(graph, data_folder()))


@pytest.mark.parametrize(
    ("negated", "concluded"),
    [
        ("?x :t ?y", "CONSTRUCT { ?x :t ?x } WHERE { ?x :r ?y }"),
        ("?x a :Linked", "CONSTRUCT { ?x a :Linked } WHERE { ?x :r ?y }"),
        ("?y :s ?x", ""),
        ("?x :u ?y", "CONSTRUCT { ?x :t ?x } WHERE { ?x :r ?y }"),
    ],
)
def test_what_is_concluded_later_cannot_be_asked_to_be_absent(tmp_path: Path, negated: str, concluded: str) -> None:
    rules = [
        rule_of(tmp_path, f"CONSTRUCT {{ ?x :s ?y }} WHERE {{ ?x :r ?y FILTER NOT EXISTS {{ {negated} }} }}", "one"),
        *([rule_of(tmp_path, concluded, "other")] if concluded else []),
        replace(rule_of(tmp_path, "CONSTRUCT { ?x :u ?y } WHERE { ?x :t ?y }", "lower"), stratum=0),
    ]
    with pytest.raises(RuleError, match=r"one\.rq: the rule asks for the absence"):
        check_strata(rules, tmp_path)


def test_what_is_concluded_before_can_be_asked_to_be_absent(tmp_path: Path) -> None:
    absent = "FILTER NOT EXISTS { ?x :t ?y } FILTER NOT EXISTS { ?x :s ?z } FILTER NOT EXISTS { ?x a :Other }"
    rule = rule_of(tmp_path, f"CONSTRUCT {{ ?x :s ?y }} WHERE {{ ?x :r ?y {absent} }}")
    lower = replace(rule_of(tmp_path, "CONSTRUCT { ?x :t ?y } WHERE { ?x :r ?y }", "lower"), stratum=0)
    check_strata([rule, lower, rule_of(tmp_path, "CONSTRUCT { ?x a :Linked } WHERE { ?x :r ?y }", "same")], tmp_path)


def test_a_long_recursion_comes_to_its_end(tmp_path: Path) -> None:
    chain = "".join(f":n{number} :next :n{number + 1} . " for number in range(1500))
    rule = rule_of(tmp_path, "CONSTRUCT { ?x :reaches ?z } WHERE { ?x :reaches ?y . ?y :next ?z }")
    source = values()._replace(text=f"{PREFIXES}{chain} :n0 :reaches :n0 .")
    assert materialise(Graph.of([source]), [rule]) == 1500


def test_a_rule_that_matches_more_than_fits_in_memory_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    apart = rule_of(tmp_path, "CONSTRUCT { ?x :s ?y } WHERE { ?x :t ?z . ?y :r ?v . }")
    assert materialise(Graph.of([values()]), [apart])
    monkeypatch.setattr(joins, "MOST_CODES", 3)
    with pytest.raises(LimitError, match="The rule 'some-rule' matches more than fits in memory"):
        materialise(Graph.of([values()]), [apart])


def test_a_ring_of_patterns_is_closed_by_the_shorter_way_round(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Most of what stands on something is at one place, which is near everything; the rest is of the commonest kind."""
    ring = rule_of(
        tmp_path, "CONSTRUCT { ?a :s ?b } WHERE { ?a :of ?k . ?a :at ?p . ?p :near ?q . ?b :on ?q . ?b :in ?k }"
    )
    lines = []
    for n in range(200):
        near = " , ".join(f":q{(n + m) % 30}" for m in range(10))
        lines.append(f":a{n} :of :k{n % 40 if n % 2 else 0} ; :at :p{n} . :p{n} :near :q99 , {near} .")
        lines.append(f":b{n} :in :k{n % 40} ; :on :q{99 if n % 40 else n % 30} .")
    source = values()._replace(text=PREFIXES + " ".join(lines))
    assert_same([source], [ring])
    monkeypatch.setattr(joins, "APART", 1.0)
    assert_same([source], [ring])
    monkeypatch.setattr(joins, "MOST_CODES", 10_000)  # the last pattern followed from all of them: 196,655
    assert materialise(Graph.of([source]), [ring]) == 666


def test_a_ring_apart_is_not_begun_with_what_leads_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is near is the least of the ring, but matches 32,000 together with what stands there."""
    ring = rule_of(
        tmp_path, "CONSTRUCT { ?a :s ?b } WHERE { ?a :of ?k . ?a :at ?p . ?p :near ?q . ?b :on ?q . ?b :in ?k }"
    )
    lines = [f":a{n} :of :k{n % 40} ; :at :p{n % 40} ." for n in range(200)]
    lines += [f":p{n} :near {' , '.join(f':q{(n + m) % 12}' for m in range(10))} ." for n in range(40)]
    lines += [f":b{n} :on :q{n % 12} ; :in :k{n % 40} ." for n in range(800)]
    source = values()._replace(text=PREFIXES + " ".join(lines))
    monkeypatch.setattr(joins, "MOST_CODES", 60_000)
    assert_same([source], [ring])


@pytest.mark.parametrize("met", [0, 1])  # one of the two comes first, and is in step
def test_solutions_that_alternate_are_not_sampled_in_step(met: int) -> None:
    """Every other solution has thousands of neighbours: measured on a sample, all have half as many, and not none."""
    neighbours = Relation(pairs_of(np.full(4000, met), np.arange(10, 4010)))
    found = joins.Solutions({"way": np.tile(np.array([0, 1]), 5000)}, 10_000)
    measured = joins.Joins(defaultdict(Relation, {7: neighbours}), defaultdict(Relation))._factor(
        found, joins.Pattern("way", 7, "b")
    )
    assert measured == pytest.approx(2000, rel=0.05)


def test_blank_nodes_of_two_files_are_two(tmp_path: Path) -> None:
    one, other = values()._replace(text="_:b <urn:p> 1 ."), values()._replace(text="_:b <urn:q> 2 .")
    assert not len(Graph.of([one, other]).names("SELECT ?x { ?x <urn:p> ?n ; <urn:q> ?m }"))


@pytest.mark.slow
def test_reasoning_twice_gives_the_same_bytes_with_the_same_rules_on_record() -> None:
    sources = [read_source(path) for path in source_files(data_folder())]
    first, second = Graph.of(sources), Graph.of(sources)
    for graph in (first, second):
        materialise(graph, rules_of(graph, data_folder()))
    assert first.graph_names() == second.graph_names()
    for name in first.graph_names("inferred"):
        one, other = (graph.ntriples(name) for graph in (first, second))
        assert b"_:" in one or one == other


def test_opening_a_cached_graph_does_not_import_numpy(cache: Path) -> None:
    program = "import glutkg, sys; glutkg.load(); print('numpy' in sys.modules)"
    done = [subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True) for _ in "ab"]
    assert done[1].stdout.strip() == "False"
