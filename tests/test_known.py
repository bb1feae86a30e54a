"""What a what-if need not work out again is what it would work out, and what it leaves out finds nothing."""

from __future__ import annotations

import random
import shutil
from typing import TYPE_CHECKING

import pytest
from conftest import ROOT

import glutkg
from glutkg.changes import known
from glutkg.changes.formats import default_answer
from glutkg.changes.what_if import Trials
from glutkg.checks.check import Shapes, check, targets
from glutkg.checks.impact import Checks, Stated
from glutkg.checks.shapes import OTHERWISE, Aimed, name_of
from glutkg.fragility.provenance import kept_why_provenance
from glutkg.questions.affected import narrowed
from glutkg.questions.affected_patterns import Names, Parser, inner_groups
from glutkg.rdf.namespaces import BASE, STATED_GRAPH
from glutkg.reasoning.cache import COPY, NOWHERE, RULES, Shelf, rules_kept
from glutkg.reasoning.materialise import rules_of
from glutkg.reasoning.rule import rules_from_json
from glutkg.resources import question_files
from glutkg.store.graph import Graph
from glutkg.store.sources import read_source

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable
    from pathlib import Path

    from glutkg.api import KnowledgeGraph

ONE_CLAIM = ROOT / "tests" / "one-claim.ttl"
WORLD = ROOT / "tests" / "changes"


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> KnowledgeGraph:
    """The small world, with a cache of its own."""
    monkeypatch.setenv("GLUTKG_CACHE", str(tmp_path / "cache"))
    return glutkg.load(WORLD)


def tell(world: KnowledgeGraph) -> str:
    """Say what would change, with what lies on the shelf."""
    return Trials(world.reasoned, world.folder, world.kept.shelf).what_if(without=["berta-croissant-doubted"]).to_json()


# --- the shelf --------------------------------------------------------------------------------------------------------


def test_the_copy_and_the_rules_lie_on_the_shelf_from_the_start(world: KnowledgeGraph) -> None:
    shelf, graph = world.kept.shelf, world.reasoned
    assert set(known.copied(graph, NOWHERE).triples()) == set(graph.triples())
    copy = Graph.from_written_copy(shelf.take(COPY) or b"")
    for name in (None, STATED_GRAPH):
        assert set(copy.triples(graph=name)) == set(graph.triples(graph=name))  # blank nodes keep their names
    assert any(subject.kind == "blank" for subject, _, _ in copy.triples())
    assert (
        rules_from_json(shelf.take(RULES) or b"") == rules_of(Stated(graph), WORLD) == rules_kept(graph, WORLD, shelf)
    )


DAMAGES: dict[str, Callable[[bytes], bytes | None]] = {
    "gone": lambda _: None,
    "empty": lambda _: b"",
    "cut": lambda content: content[:-3],
    "changed": lambda content: content[:-9] + bytes([content[-9] ^ 1]) + content[-8:],
    "of another key": lambda content: content.replace(b"\n", b"x\n", 1),
}


@pytest.mark.parametrize("way", DAMAGES)
def test_what_is_damaged_on_the_shelf_is_made_anew(world: KnowledgeGraph, way: str) -> None:
    right = tell(world)
    folder = world.kept.folder.parent / "shelf"
    files = {path: path.read_bytes() for path in folder.iterdir()}
    assert {COPY, RULES, "answer-who-bakes.json"} <= {path.name for path in files}
    for path, content in files.items():
        damaged = DAMAGES[way](content)
        path.unlink()
        if damaged is not None:
            path.write_bytes(damaged)
    assert tell(world) == right
    for path, content in files.items():
        assert path.read_bytes().partition(b"\n")[0].split()[1:] == content.partition(b"\n")[0].split()[1:]
        assert path.read_bytes() == content or path.name == COPY  # whose lines have no order
    assert {path.name for path in folder.iterdir()} == {path.name for path in files}


def test_where_nothing_can_be_kept_all_is_worked_out(world: KnowledgeGraph, tmp_path: Path) -> None:
    right = tell(world)
    (tmp_path / "file").write_text("no folder", encoding="utf-8")
    for shelf in (NOWHERE, Shelf(tmp_path / "file"), Shelf(tmp_path / "file" / "shelf")):
        found = Trials(world.reasoned, WORLD, shelf).what_if(without=["berta-croissant-doubted"])
        assert found.to_json() == right


def test_an_answer_is_kept_for_one_wording_of_its_question(world: KnowledgeGraph) -> None:
    (question, *_) = world.questions()
    shelf = world.kept.shelf
    first = known.Answers(world.reasoned, shelf).to(question)
    other = question._replace(query=question.query + "\nLIMIT 0")
    assert len(known.Answers(world.reasoned, shelf).to(other)) == 0 < len(first)
    assert known.Answers(world.reasoned, shelf).to(question) == first


def test_kept_answers_are_those_that_are_asked_for(kg: KnowledgeGraph, tmp_path: Path) -> None:
    asked = kg.questions()
    assert len(asked) == len(question_files(kg.folder)) > 100
    known_first = known.Answers(kg.reasoned, Shelf(tmp_path))
    first = {question.name: known_first.to(question) for question in asked}
    assert len(list(tmp_path.iterdir())) == len(asked)
    kept = known.Answers(Graph(), Shelf(tmp_path))  # an empty graph: whatever it knows it was told
    for question in asked:
        assert kept.to(question) == first[question.name] == default_answer(kg.reasoned, question)


def test_kept_supports_are_the_supports(kg: KnowledgeGraph, tmp_path: Path) -> None:
    told: list[str] = []
    first, second = (kept_why_provenance(kg.reasoned, kg.rules, Shelf(tmp_path), told.append) for _ in range(2))
    assert len(told) == 1
    assert first == second
    assert len(first.table) > 10_000


def test_what_was_put_is_taken_under_its_name_and_key_only(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    shelf.put("name", b"one\ntwo", "key")
    assert shelf.take("name", "key") == b"one\ntwo"
    assert shelf.take("name", "other key") is None
    assert shelf.take("other name", "key") is None


def test_asking_does_not_read_the_shelf(
    run: Callable[..., subprocess.CompletedProcess[str]], world: KnowledgeGraph, tmp_path: Path
) -> None:
    shelf = world.kept.folder.parent / "shelf"
    shutil.rmtree(shelf)
    environment = {"GLUTKG_CACHE": str(tmp_path / "cache")}
    done = run("--data", str(WORLD), "ask", "who-bakes", environment=environment)
    assert done.returncode == 0, done.stderr
    assert not shelf.exists()
    done = run("--data", str(WORLD), "whatif", "--without", "berta-croissant-doubted", environment=environment)
    assert done.returncode == 0, done.stderr
    assert shelf.exists()


# --- what is left out -------------------------------------------------------------------------------------------------


def choose(names: list[str], number: int) -> list[str]:
    return random.Random(3).sample(names, number)  # noqa: S311 - a sample


def queries() -> dict[str, tuple[str, str]]:
    """The queries of the checks, with the variable for the record."""
    shapes = Shapes(Graph.plain(map(read_source, sorted((ROOT / "shapes").glob("*.ttl")))))
    found = {name: ("this", shapes.text(name, "select")) for _, name in shapes.constraints()}
    files = sorted((ROOT / "shapes" / "quality").glob("*.rq"))
    return found | {path.stem: ("entity", path.read_text(encoding="utf-8")) for path in files}


def test_a_narrowed_query_gives_the_rows_of_the_whole_one(kg: KnowledgeGraph) -> None:
    """The shipped graph breaks no rule, so that of each query all that rules rows out is left away, too."""
    graph = Stated(known.copied(kg.reasoned, kg.kept.shelf))
    names = sorted({s.value for s, _, _ in graph.triples() if s.kind == "iri"})
    rows_found, choices = 0, 0
    for focus, query in queries().values():
        choices += len(inner_groups(query, focus))
        for asked in (query, query.replace("NOT EXISTS", "EXISTS")):
            whole = graph.select(asked)
            index = whole.columns.index(focus)
            some = {*choose(names, 60), *(name_of(row[index]) for row in whole.rows[::50])}
            rows = [row for row in whole.rows if (cell := row[index]) and cell.kind == "iri" and cell.value in some]
            assert sorted(map(str, graph.select(narrowed(asked, focus, some)).rows)) == sorted(map(str, rows))
            rows_found += len(rows)
    assert rows_found > 100
    assert choices
    print(f"{rows_found} rows; {choices} choices narrowed")


@pytest.mark.parametrize(
    ("query", "number"),
    [
        ("SELECT ?x { ?x a ?y }", 0),
        ("SELECT ?x { { ?x a ?y } UNION { ?x a ?z } }", 2),
        ("SELECT ?x { { ?x a ?y } UNION { ?z a ?y } }", 1),
        ("SELECT ?x { { ?x a ?y } UNION { SELECT ?x { ?x a ?z } } }", 1),
        ("SELECT ?x { { ?z a ?y FILTER NOT EXISTS { ?x a ?z } } UNION { BIND (?y AS ?x) } }", 0),
        ("SELECT ?x { ?x a ?y OPTIONAL { { ?x a ?z } UNION { ?x a ?w } } MINUS { ?x a ?v } }", 0),
        ("SELECT ?x { VALUES ?x { <e:x> } { ?z a ?x } UNION { ?y a 'UNION { ?x' } }", 1),
    ],
)
def test_only_choices_that_name_the_variable_are_narrowed(query: str, number: int) -> None:
    assert len(inner_groups(query, "x")) == number


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("", []),
        ("  # only a comment", []),
        ("a # b\n  c # d", ["a", "c"]),
        ("\n" * 20_000, []),
        ("'#' <e:#x> # 'x", ["'#'", "<e:#x>"]),
    ],
)
def test_comments_and_spaces_are_passed_over(query: str, words: list[str]) -> None:
    assert Parser(query, Names(query))._tokens == words


def test_records_are_aimed_at_one_by_one_as_all_at_once(kg: KnowledgeGraph) -> None:
    graph = Stated(kg.trials._model.graph)
    shapes = Shapes(Graph.plain(map(read_source, sorted((ROOT / "shapes").glob("*.ttl")))))
    assert OTHERWISE not in shapes.by_aim
    names = sorted({s.value for s, _, _ in graph.triples() if s.kind == "iri"})
    some = choose(names, 100)
    aimed = Aimed(graph)
    for aim in shapes.by_aim:
        assert aimed.among(some, (aim,)) == targets(graph, (aim,)) & set(some)


def test_what_is_said_of_a_name_that_now_dangles_is_no_longer_said(kg: KnowledgeGraph, tmp_path: Path) -> None:
    """Two claims contradict one another: a finding with the one as its value, until that one is retracted."""
    path = tmp_path / "two.ttl"
    head, _, body = ONE_CLAIM.read_text(encoding="utf-8").partition("claim:memantine-mglu5-antagonist")
    other = "claim:other a glut:Assessment ; rdfs:label 'other'@en ; glut:assesses claim:memantine-mglu5-antagonist ."
    path.write_text(f"{head}claim:memantine-mglu5-antagonist{body}\n{other}\n", encoding="utf-8")
    triples = list(Graph.plain([read_source(path)]).triples())
    checks = Checks(kg.folder)
    graph = known.copied(kg.reasoned, kg.kept.shelf)
    graph.put(triples, STATED_GRAPH)
    before = checks.find(Stated(graph), None)
    going = [triple for triple in triples if triple[0].value == f"{BASE}claim/memantine-mglu5-antagonist"]
    left = known.copied(kg.reasoned, kg.kept.shelf)
    left.put([triple for triple in triples if triple not in going], STATED_GRAPH)
    after = checks.find(Stated(left), None)
    reach = checks.reach(Stated(graph), going, Stated(left), ())
    assert reach is not None
    assert len(reach) < 50
    known_before, found = checks.find(Stated(graph), reach), checks.find(Stated(left), reach)
    assert (found - known_before, known_before - found) == (after - before, before - after)
    assert "dangling_reference" in {finding.rule for finding in found}


@pytest.mark.parametrize("written", ["glut:agent substance:memantine", "glut:target glut:MGlu5Receptor"])
def test_text_where_a_name_belongs_is_found(kg: KnowledgeGraph, tmp_path: Path, written: str) -> None:
    path = tmp_path / "text.ttl"
    text = ONE_CLAIM.read_text(encoding="utf-8")
    assert written in text
    path.write_text(text.replace(written, f'{written.partition(" ")[0]} "memantine"'), encoding="utf-8")
    found = kg.whatif([path]).new
    every = check(kg.folder, [path]).findings
    assert {(finding.focus, finding.rule, finding.line) for finding in found} == {
        (finding.focus, finding.rule, finding.line) for finding in every
    }
    assert found


def test_adding_a_claim_needs_neither_all_shapes_nor_all_queries(kg: KnowledgeGraph) -> None:
    coming = list(Graph.plain([read_source(ONE_CLAIM)]).triples())
    graph, checks = Stated(kg.reasoned), Checks(kg.folder)
    reach = checks.reach(graph, (), graph, coming)
    assert reach is not None
    assert reach.shapes
    assert len(reach.shapes) < len({shape for shapes in checks._shapes.by_aim.values() for shape in shapes})
    assert any(not records for records in reach.far.values())


def test_one_claim_is_tried_from_the_command_line(
    run: Callable[..., subprocess.CompletedProcess[str]],
) -> None:
    done = run("whatif", str(ONE_CLAIM))
    assert done.returncode == 0, done.stderr
    assert "0 findings more, 0 fewer" in done.stdout
    assert "ANSWERS" in done.stdout
