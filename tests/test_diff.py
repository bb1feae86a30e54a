"""Two states of the graph are compared on every level that both have, wherever they come from."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from conftest import ROOT

from glutkg.changes.diff import Diff, difference
from glutkg.changes.snapshots import read_snapshot
from glutkg.errors import UsageError
from glutkg.exports.content import Content
from glutkg.exports.formats import FORMATS
from glutkg.reasoning.cache import cached_graph
from glutkg.workspace import Workspace

if TYPE_CHECKING:
    from collections.abc import Callable

    Run = Callable[..., subprocess.CompletedProcess[str]]

WORLD = ROOT / "tests" / "changes"
FACTS, ONTOLOGY = "facts/bakery.ttl", "ontology/world.ttl"

EDITS = {
    "a claim goes": (
        [(FACTS, "claim:anna-croissant-again a glut:BakingClaim ;", "claim:anna-roll a glut:BakingClaim ;")],
        [
            ("claim", "-", "claim/anna-croissant-again", "Anna is said again to bake croissants"),
            ("claim", "+", "claim/anna-roll", "Anna is said again to bake croissants"),
            ("answer", "~", "who-bakes", "Anna"),
        ],
    ),
    "a field changes": (
        [(FACTS, "glut:target glut:Bread", "glut:target glut:Pastry")],
        [
            ("claim", "~", "claim/berta-bread", "glut:target: - glut:Bread; + glut:Pastry"),
            ("inferred", "+", "substance/berta", "Berta – bakes – pastry"),
            ("inferred", "-", "substance/berta", "Berta – bakes – bread"),
            ("inferred", "+", "substance/berta", "Berta – is a – pastry baker"),
            ("answer", "+", "who-bakes", "Berta"),
        ],
    ),
    "another record changes": (
        [(FACTS, '"second sentence"', '"sentence two"')],
        [
            (
                "record",
                "~",
                "source/glutamate-receptors-migraine#two",
                'rdfs:label: - "second sentence"@en; + "sentence two"@en',
            )
        ],
    ),
    "an axiom goes": (
        [(ONTOLOGY, "glut:Croissant a owl:Class ;\n    rdfs:subClassOf glut:Pastry ;", "glut:Croissant a owl:Class ;")],
        [
            ("axiom", "-", "Croissant", "rdfs:subClassOf glut:Pastry"),
            ("inferred", "-", "substance/anna", "Anna – bakes – pastry"),
            ("answer", "-", "who-bakes", "Anna"),
        ],
    ),
    "a definition changes": (
        [(ONTOLOGY, "owl:someValuesFrom glut:Pastry", "owl:someValuesFrom glut:Bread")],
        [
            ("axiom", "-", "PastryBaker", "owl:equivalentClass (glut:Baker and (glut:bakes some glut:Pastry))"),
            ("axiom", "+", "PastryBaker", "owl:equivalentClass (glut:Baker and (glut:bakes some glut:Bread))"),
            ("inferred", "-", "substance/anna", "Anna – is a – pastry baker"),
            ("inferred", "+", "substance/berta", "Berta – is a – pastry baker"),
        ],
    ),
    "nothing but order and spaces": (
        [
            (
                FACTS,
                "    glut:agent substance:anna ;\n    glut:target glut:Croissant ;",
                "glut:target glut:Croissant ;  glut:agent substance:anna ;",
            )
        ],
        [],
    ),
}


@pytest.fixture
def world(tmp_path: Path) -> Path:
    """A copy of the small world, to be edited."""
    folder = tmp_path / "world"
    shutil.copytree(WORLD, folder)
    return folder


def edit(folder: Path, edits: list[tuple[str, str, str]]) -> None:
    for name, old, new in edits:
        text = (folder / name).read_text(encoding="utf-8")
        assert old in text
        (folder / name).write_text(text.replace(old, new), encoding="utf-8")


def compared(old: str | Path, new: str | Path) -> Diff:
    return difference(read_snapshot(str(old), WORLD), read_snapshot(str(new), WORLD), WORLD)


def rows(found: Diff) -> set[tuple[str, str, str, str]]:
    cells = [
        [str(cell or "").removeprefix("https://w3id.org/glutkg/") for cell in row.values()] for row in found.table()
    ]
    return {(level, sign, about, what) for level, sign, about, what, _ in cells}


@pytest.mark.parametrize("name", EDITS)
def test_an_edit_shows_on_every_level_that_it_touches(cache: Path, world: Path, name: str) -> None:
    edits, expected = EDITS[name]
    edit(world, edits)
    found = compared(WORLD, world)
    assert set(expected) <= rows(found)
    assert bool(found) == bool(expected)
    levels = {row[0] for row in rows(found)}
    assert levels <= {row[0] for row in expected} | {"inferred"}
    back = compared(world, WORLD)
    turned = {"+": "-", "-": "+", "~": "~"}
    assert len(back.axioms) == len(found.axioms)
    assert {(r.record, turned[r.sign]) for r in back.records} == {(r.record, r.sign) for r in found.records}
    assert {(turned[c.sign], c.triple) for c in back.inferred} == {(c.sign, c.triple) for c in found.inferred}


# --- exported files ---------------------------------------------------------------------------------------------------

ENDS = {"turtle": "ttl", "ntriples": "nt", "nquads": "nq", "trig": "trig", "rdfxml": "rdf", "jsonld": "jsonld"}
WHOLE = ("nquads", "trig", "jsonld")
"""The forms that keep the named graphs."""
NOTES = {
    "stated": "stated triples only",
    "inferred": "inferred triples only",
    "both": "does not separate stated from inferred",
}


def export(part: str, form: str, path: Path) -> None:
    (content,) = FORMATS[form].files(Content(Workspace(WORLD, cached_graph(WORLD)), part)).values()
    path.write_bytes(content)


@pytest.mark.sample(6)
@pytest.mark.parametrize("form", ENDS)
@pytest.mark.parametrize("part", NOTES)
def test_an_export_differs_in_nothing_from_what_it_was_made_of(
    cache: Path, tmp_path: Path, part: str, form: str
) -> None:
    path = tmp_path / f"world.{ENDS[form]}"
    export(part, form, path)
    found = compared(path, WORLD)
    assert not found, found.text()
    is_whole = part == "both" and form in WHOLE
    assert [NOTES[part] in note for note in found.notes] == ([] if is_whole else [True])
    left_out = {} if is_whole else {"inferred": ("axioms", "records", "answers"), "both": ("inferred", "answers")}
    assert found.left_out == left_out.get(part, ())
    titles = {"axioms": "AXIOMS", "records": "CLAIMS", "inferred": "INFERRED", "answers": "ANSWERS"}
    lines = found.text().splitlines()
    reported = {title for title, line in pairwise(lines) if line == "not compared"}
    assert reported - {"OTHER RECORDS"} == {titles[level] for level in found.left_out}


@pytest.mark.parametrize("form", ENDS)
def test_an_older_export_shows_what_has_changed_since(cache: Path, tmp_path: Path, world: Path, form: str) -> None:
    path = tmp_path / f"world.{ENDS[form]}"
    export("both", form, path)
    edit(world, EDITS["a field changes"][0])
    found = rows(compared(path, world))
    assert ("axiom", "+", "PastryBaker", "a owl:Class") not in found
    if form in WHOLE:
        assert set(EDITS["a field changes"][1]) <= found
    else:
        assert any(row[:3] == ("claim", "~", "claim/berta-bread") and "- glut:Bread" in row[3] for row in found)
        assert {row[0] for row in found} <= {"claim", "record", "axiom"}


HOSTILE = {
    "broken.ttl": ("@prefix e: <http://e/> .\ne:a e:b x:c .\n", "broken.ttl:2: "),
    "doctype.rdf": ('<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "y">]><a/>', "DOCTYPE"),
    "cut.rdf": (
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description',
        "ends in the middle",
    ),
    "context.jsonld": ('{"@context": "http://example.org/context", "@id": "http://e/a"}', "context"),
    "deep.jsonld": ("[" * 5000 + "]" * 5000, "levels deep"),
    "nested.jsonld": ('{"http://e/p":' * 300 + "1" + "}" * 300, "levels deep"),
    "no.jsonld": ("nothing", "JSON-LD"),
    "what.csv": ("a,b", "The form of"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused_with_a_reason(process: Run, tmp_path: Path, name: str) -> None:
    content, message = HOSTILE[name]
    (tmp_path / name).write_text(content, encoding="utf-8")
    done = process("--data", str(WORLD), "diff", name, timeout=60)
    assert done.returncode in (1, 2)
    assert message in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


# --- git --------------------------------------------------------------------------------------------------------------


@pytest.fixture
def repository(world: Path) -> Path:
    """The small world in a git repository, in a folder of it, with two revisions and a tag."""
    top = world.parent
    git(top, "init", "--quiet", "--initial-branch=main")
    git(top, "add", "world")
    git(top, "commit", "--quiet", "--message=one")
    git(top, "tag", "first")
    edit(world, EDITS["a field changes"][0])
    git(top, "commit", "--quiet", "--all", "--message=two")
    return world


def git(folder: Path, *arguments: str) -> None:
    names = {
        f"GIT_{who}_{what}": "someone@example.org" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")
    }
    environment = {**os.environ, **names, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
    subprocess.run(["git", *arguments], cwd=folder, env=environment, check=True, capture_output=True)


def test_revisions_are_compared_as_their_folders_are(cache: Path, repository: Path) -> None:
    old, new = (read_snapshot(name, repository) for name in ("first", "HEAD"))
    assert rows(difference(old, new, repository)) == rows(compared(WORLD, repository))
    assert not difference(read_snapshot("HEAD~1", repository), read_snapshot(str(WORLD), repository), repository)


def test_one_revision_is_compared_with_the_sources_in_use(run: Run, repository: Path) -> None:
    done = run("--data", str(repository), "diff", "HEAD~1", "--format", "json")
    assert done.returncode == 0, done.stderr
    made = json.loads(done.stdout)
    assert [record["fields"] for record in made["records"]] == [
        [{"property": "https://w3id.org/glutkg/target", "gone": ["glut:Bread"], "come": ["glut:Pastry"]}]
    ]
    assert made["answers"][0]["gained"][0]["bakerLabel"] == "Berta"
    for form, part in (("markdown", "## Claims"), ("csv", "claim,~,"), ("table", "CLAIMS\n1 changed")):
        done = run("--data", str(repository), "diff", "HEAD~1", "HEAD", "--format", form)
        assert part in done.stdout, done.stderr


def test_a_revision_is_looked_for_where_one_stands_when_git_does_not_keep_the_sources_in_use(
    repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As with an installed package: its own folders may lie below a repository that does not keep them."""
    installed = repository.parent / "installed"
    shutil.copytree(repository, installed)
    monkeypatch.chdir(repository)
    assert rows(difference(read_snapshot("first", installed), read_snapshot("HEAD", installed), installed))
    monkeypatch.chdir(installed)
    with pytest.raises(UsageError, match="has no folder"):
        read_snapshot("first", installed)


@pytest.mark.parametrize(
    ("revision", "message"),
    [
        ("fisrt", "Did you mean 'first'?"),
        ("HEAD~7", "or a revision of the git repository"),
        ("first:world", "or a revision of the git repository"),
        ("--output=hacked", "is not a folder, a file or a git revision"),
        ("-n1", "is not a folder, a file or a git revision"),
        (" ", "this name is empty"),
        ("", "this name is empty"),
        ("HEAD;touch hacked", "or a revision of the git repository"),
        ("$(touch hacked)", "or a revision of the git repository"),
    ],
)
def test_what_is_no_revision_is_told_and_does_nothing(
    run: Run, repository: Path, tmp_path: Path, revision: str, message: str
) -> None:
    done = run("--data", str(repository), "diff", "--", revision)
    assert done.returncode == 2
    assert message in done.stderr
    assert "Traceback" not in done.stderr
    assert not list(tmp_path.rglob("hacked*"))


def test_a_revision_without_the_folders_a_folder_without_git_and_no_git_at_all(run: Run, world: Path) -> None:
    done = run("--data", str(world), "diff", "HEAD", environment={"GIT_CEILING_DIRECTORIES": str(world.parent.parent)})
    assert done.returncode == 2
    assert "is in no git repository" in done.stderr
    done = run("--data", str(world), "diff", "HEAD", environment={"PATH": str(world)})
    assert done.returncode == 1
    assert "Install git" in done.stderr
    git(world, "init", "--quiet")
    git(world, "add", "facts")
    git(world, "commit", "--quiet", "--message=facts only")
    done = run("--data", str(world), "diff", "HEAD")
    assert done.returncode == 2
    assert "has no folder ontology, rules, shapes, queries" in done.stderr


def test_a_folder_that_lacks_something_is_told(run: Run, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    done = run("--data", str(WORLD), "diff", "empty")
    assert done.returncode == 2
    assert "has no folder ontology, rules, facts, shapes, queries" in done.stderr
