"""Deep data: long chains of classes, deep brackets and long collections are read, or refused by file and line."""

from __future__ import annotations

import json
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest
from conftest import ROOT

from glutkg.reasoning.nesting_limits import DEEPEST_CLASS, DEEPEST_EXPRESSION, DEEPEST_PART

if TYPE_CHECKING:
    from pathlib import Path

    from command_runs import Run

HEAD = """@prefix ex: <http://example.org/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
"""
DEEP = 5000
BRACKET = "[ a owl:Restriction ; owl:onProperty ex:p ; owl:someValuesFrom "


def chain(length: int, closed: bool = False) -> str:
    ends = [(n, 0 if closed and n == length - 1 else n + 1) for n in range(length)]
    return "".join(f"ex:C{one} rdfs:subClassOf ex:C{other} .\n" for one, other in ends)


TRANSITIVE = "ex:p a owl:ObjectProperty , owl:TransitiveProperty .\n"


def facts(length: int, closed: bool = False) -> str:
    return TRANSITIVE + chain(length, closed).replace("rdfs:subClassOf", "ex:p")


def combined(kind: str, members: str) -> str:
    return f"ex:C rdfs:subClassOf ex:B ; owl:equivalentClass [ a owl:Class ; owl:{kind} ( {members} ) ] .\n"


REFUSED = {
    "facts of a transitive relation": (facts(DEEP), "facts of a transitive relation"),
    "circle of facts": (facts(20_000, closed=True), "facts of a transitive relation"),
    "just too long a chain of facts": (facts(DEEPEST_PART + 1), "facts of a transitive relation"),
    "intersection": (combined("intersectionOf", "ex:D " * DEEP), "members"),
    "chain of properties": (f"ex:q owl:propertyChainAxiom ( {'ex:p ' * DEEP} ) .\n", "members"),
    "chain": (chain(DEEP), "classes above it"),
    "circle": (chain(DEEP, closed=True), "classes above it"),
    "brackets": (f"ex:C rdfs:subClassOf {BRACKET * DEEP} ex:D {'] ' * DEEP}.\n", "brackets within each other"),
    "collections": (f"ex:C ex:p {'( ' * DEEP} {') ' * DEEP}.\n", "brackets within each other"),
    "just too long a chain": (chain(DEEPEST_CLASS + 1), "classes above it"),
}
READ = {
    "facts of a transitive relation": facts(100),
    "circle of facts": facts(50, closed=True),
    "facts side by side": TRANSITIVE + "".join(f"ex:x{n} ex:p ex:y . ex:y ex:p ex:z{n} .\n" for n in range(500)),
    "collection of one thing": f"ex:C ex:p ( {'ex:x ' * 9000} ) .\n",
    "circle of a thousand cells": "".join(
        f"_:c{n} ex:first ex:x ; ex:rest _:c{(n + 1) % 1000} .\n" for n in range(1000)
    ),
    "chain": chain(100),
    "brackets": f"ex:C ex:p {'[ ex:p ' * DEEP} ex:D {'] ' * DEEP}.\n",
    "collections": f"ex:C ex:p {'( ' * (DEEPEST_EXPRESSION - 2)} {') ' * (DEEPEST_EXPRESSION - 2)}.\n",
    "collection": f"ex:C ex:p ( {' '.join(f'ex:D{n}' for n in range(DEEP))} ) .\n",
    "circle of collections": "ex:C ex:p _:a . _:a ex:first 1 ; ex:rest _:b . _:b ex:first 2 ; ex:rest _:a .\n",
}


def findings(run: Run, data: Path, folder: Path, text: str) -> list[dict[str, str]]:
    """Check a text along with a data folder; give what is found on axioms, as cells by column."""
    path = folder / "deep.ttl"
    path.write_text(HEAD + text)
    done = run("--data", str(data), "check", str(path), "--format", "csv")
    assert "Traceback" not in done.stderr
    columns, *rows = done.stdout.splitlines()
    found = [dict(zip(columns.split(","), row.split(","), strict=False)) for row in rows]
    return [one for one in found if one["rule"] == "axiom"]


@pytest.mark.sample(4)
@pytest.mark.parametrize("kind", REFUSED)
def test_what_is_too_deep_is_refused_by_line(run: Run, nothing_stated: Path, tmp_path: Path, kind: str) -> None:
    text, reason = REFUSED[kind]
    done = findings(run, nothing_stated, tmp_path, text)
    assert len(done) == 1
    assert reason in ",".join(done[0].values())
    assert "deep.ttl:" in done[0]["place"]


def test_what_is_deep_is_read(run: Run, nothing_stated: Path, tmp_path: Path) -> None:
    """Each is a file about things of its own; they are checked together."""
    paths = [tmp_path / f"{kind}.ttl" for kind in READ]
    for path in paths:
        path.write_text(HEAD.replace("example.org/", f"example.org/{path.stem.replace(' ', '-')}/") + READ[path.stem])
    done = run("--data", str(nothing_stated), "check", *map(str, paths), "--format", "json")
    assert "Traceback" not in done.stderr
    assert not [one for one in json.loads(done.stdout)["result"] if one["sourceShape"].endswith("/axiom")]


def test_a_data_folder_with_a_deep_chain_is_refused_by_line(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "data"
    for name in ("ontology", "rules", "facts", "shapes", "queries"):
        shutil.copytree(ROOT / name, folder / name)
    (folder / "facts" / "deep.ttl").write_text(HEAD + chain(DEEP))
    done = run("--data", str(folder), "show", "memantine")
    assert done.returncode == 1
    assert "facts/deep.ttl:4: " in done.stderr


def test_a_repository_of_another_user_is_named_as_such(run: Run, tmp_path: Path) -> None:
    for name in ("ontology", "rules", "facts", "shapes", "queries"):
        shutil.copytree(ROOT / name, tmp_path / name)
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    done = run("--data", str(tmp_path), "diff", "HEAD", environment={"GIT_TEST_ASSUME_DIFFERENT_OWNER": "1"})
    assert done.returncode == 2
    assert "dubious ownership" in done.stderr
    assert "safe.directory" in done.stderr
