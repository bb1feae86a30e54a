"""Processes: what a stranger's data folder asks is limited, children end with their parents, a cache may be missing."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from conftest import ROOT

import glutkg
from glutkg.commands import supervision
from glutkg.errors import INTERRUPTED, LimitError, QueryError
from glutkg.query_sandbox import Limits, run_query
from glutkg.resources import is_shipped

if TYPE_CHECKING:
    from collections.abc import Iterator

BOMB = """#+ summary: too much
#+ question: How many combinations are there?
#+ row: A number.
#+ tags: odd
SELECT (COUNT(*) AS ?n)
WHERE {
  ?a ?b ?c .
  ?d ?e ?f .
  ?g ?h ?i .
}
"""
linux = pytest.mark.skipif(sys.platform != "linux", reason="only Linux lets a process end with its parent")


@pytest.fixture
def strange(tmp_path: Path) -> Path:
    """A data folder with a question of a stranger."""
    folder = tmp_path / "strange"
    for name in ("ontology", "rules", "facts", "shapes", "queries"):
        shutil.copytree(ROOT / name, folder / name)
    assert is_shipped(folder)
    (folder / "queries" / "questions" / "too-much.rq").write_text(BOMB)
    (folder / "queries" / "questions" / "update.rq").write_text(BOMB.replace("SELECT", "DROP ALL ; SELECT"))
    assert not is_shipped(folder)
    return folder


def command(cache: Path, *arguments: str) -> subprocess.Popen[str]:
    environment = {**os.environ, "GLUTKG_CACHE": str(cache)}
    program = [sys.executable, "-m", "glutkg", *arguments]
    return subprocess.Popen(program, env=environment, cwd=ROOT, stdout=-1, stderr=-1, text=True, start_new_session=True)


def children(process: int) -> list[int]:
    """Return the numbers of all processes below one."""
    found: list[int] = []
    for file in Path(f"/proc/{process}/task").glob("*/children"):
        with suppress(FileNotFoundError):  # a thread may end meanwhile
            found += map(int, file.read_text().split())
    return found + [below for child in found for below in children(child)]


def wait_for_children(process: int, number: int) -> list[int]:
    for _ in range(1200):
        if len(found := children(process)) >= number:
            return found
        time.sleep(0.05)
    raise AssertionError(f"{number} children were expected, and {found} are there")


def ended(processes: list[int], seconds: float = 3) -> bool:
    """Whether all processes are gone, or wait to be buried, within some time."""
    for _ in range(int(seconds / 0.05)):
        stats = [Path(f"/proc/{one}/stat") for one in processes]
        if all(not stat.exists() or stat.read_text().split()[2] == "Z" for stat in stats):
            return True
        time.sleep(0.05)
    return False


@pytest.fixture
def interruptible() -> Iterator[None]:
    """Let processes be interrupted even where the tests run in the background, whose processes ignore SIGINT."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.sample(2)
@linux
@pytest.mark.usefixtures("interruptible")
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL, signal.SIGHUP])
def test_nothing_outlives_a_command_over_a_strange_folder(cache: Path, strange: Path, how: signal.Signals) -> None:
    with command(cache, "--data", str(strange), "ask", "too-much") as process:
        below = wait_for_children(process.pid, 2)
        if how == signal.SIGINT:
            os.killpg(process.pid, how)  # as a terminal does
        else:
            process.send_signal(how)
        assert ended([process.pid, *below])


@linux
@pytest.mark.usefixtures("interruptible")
def test_an_interrupt_is_told_once_and_a_process_that_was_killed_by_its_signal(cache: Path, strange: Path) -> None:
    with command(cache, "--data", str(strange), "ask", "too-much") as stopped:
        wait_for_children(stopped.pid, 2)
        os.killpg(stopped.pid, signal.SIGINT)
        assert (stopped.communicate(timeout=60)[1], stopped.returncode) == ("glutkg: stopped.\n", INTERRUPTED)
    with command(cache, "--data", str(strange), "ask", "too-much") as process:
        os.kill(wait_for_children(process.pid, 2)[0], signal.SIGKILL)
        assert "by SIGKILL, as the system does when memory runs out" in process.communicate(timeout=60)[1]
    assert process.returncode == 1


@linux
@pytest.mark.usefixtures("interruptible")
def test_an_interrupt_ends_a_reasoner_that_does_not_hear_of_it(
    cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    java = tmp_path / "java"
    java.write_text("#!/bin/sh\nexec sleep 300\n")
    java.chmod(0o755)
    monkeypatch.setenv("GLUTKG_JAVA", str(java))
    own = tmp_path / "own.ttl"
    own.write_text("@prefix owl: <http://www.w3.org/2002/07/owl#> . <x:A> a owl:Class . <x:a> a <x:A> .")
    with command(cache, "justify", "--alone", "--with", str(own), "--inconsistent") as process:
        below = wait_for_children(process.pid, 1)
        process.send_signal(signal.SIGINT)
        assert ended([process.pid, *below], 30)
        assert process.returncode in (None, INTERRUPTED)


def test_a_question_of_a_stranger_is_stopped(strange: Path, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kg = glutkg.load(strange)
    assert not kg.is_shipped
    with monkeypatch.context() as short, pytest.raises(LimitError, match="stopped after 1 s"):
        short.setattr("glutkg.query_sandbox.Limits", lambda: Limits(seconds=1))
        kg.ask("too-much")
    with pytest.raises(QueryError, match=r"questions/update\.rq: The query is refused: DROP"):
        kg.ask("update")
    assert len(kg.ask("conflicts")) == len(glutkg.load().ask("conflicts"))


@linux
def test_a_query_ends_with_the_process_that_asked(kg: glutkg.api.KnowledgeGraph) -> None:
    program = "import glutkg; glutkg.load().select('SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }')"
    with subprocess.Popen([sys.executable, "-c", program], cwd=ROOT) as process:
        below = wait_for_children(process.pid, 1)
        process.kill()
        assert ended(below)
    assert run_query(kg.cached.folder, "ASK { }").kind == "ask"


@pytest.mark.slow
def test_without_a_cache_the_graph_is_made_for_one_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = tmp_path / "file"
    place.write_text("")
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    with command(place / "cache", "ask", "kinds-of-no", "--format", "csv") as process:
        output, errors = process.communicate(timeout=120)
    assert process.returncode == 0
    assert output.count("\n") > 3
    assert "cannot be written" in errors
    assert "for this run only" in errors
    assert not list(tmp_path.glob("glutkg-*")), "the temporary folder is gone"


def test_a_prepared_query_passes_the_guard(kg: glutkg.api.KnowledgeGraph) -> None:
    from rdflib import URIRef
    from rdflib.plugins.sparql import prepareQuery

    for query in (
        "SELECT * { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }",
        "SELECT * FROM <file:///etc/x> { ?s ?p ?o }",
    ):
        for form in (query, prepareQuery(query)):
            with pytest.raises(QueryError, match="refused"):
                list(kg.graph.query(form))
    bound = kg.graph.query("SELECT ?c { ?c glut:agent ?a }", initBindings={"a": URIRef(kg.iri("memantine"))})
    assert len(list(bound)) > 5


def test_a_command_that_serves_has_no_limit_of_time_as_a_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervision, "SECONDS", 0.01)
    assert supervision.supervise(["--version"], lasting=True) == 0
    with pytest.raises(LimitError, match="stopped after"):
        supervision.supervise(["--version"])
