"""What tests and the examples of docstrings share: one cache for a run, the reasoned graph, commands that run."""

from __future__ import annotations

import os
import shutil
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import command_runs
import pytest

import glutkg
from glutkg.checks.check import check, shape_files
from glutkg.checks.record_classes import RecordClasses
from glutkg.checks.shapes import Shapes
from glutkg.checks.templates import template
from glutkg.exports.content import Content
from glutkg.resources import source_files
from glutkg.store.graph import Graph
from glutkg.store.sources import read_source

try:
    import fcntl
except ImportError:  # not on Windows, where the workers may each make the graph
    fcntl = None  # type: ignore[assignment]

ROOT = Path(__file__).parent.parent

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Mapping

    from command_runs import Done, Run

    from glutkg.api import KnowledgeGraph
    from glutkg.checks.report import ValidationReport
    from glutkg.pages.site import Site
    from glutkg.pictures.formats import Drawing


@pytest.hookimpl(wrapper=True)
def pytest_collect_file(file_path: Path) -> Generator[None, list[pytest.Collector], list[pytest.Collector]]:
    """Look for examples only where there are some: each worker would import every module, and what it imports."""
    collectors = yield
    has_examples = ">>>" in file_path.read_text(encoding="utf-8", errors="replace")
    return [one for one in collectors if has_examples or type(one) is pytest.Module]


@contextmanager
def alone(name: Path) -> Iterator[None]:
    """Let one process of a test run do something at a time; `name` is a file that all of them can see."""
    with name.open("w") as lock:
        if fcntl:
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@pytest.fixture(scope="session", autouse=True)
def cache() -> Path:
    """The cache folder of all workers of a run, so that the graph is made once and not in each."""
    return Path(os.environ["GLUTKG_CACHE"])


@pytest.fixture(scope="session")
def kg(cache: Path) -> KnowledgeGraph:
    """The reasoned graph, opened once in each worker; the first worker makes it while the others wait."""
    with alone(cache / "making-the-graph"):
        return glutkg.load()


@pytest.fixture(scope="session")
def content(kg: KnowledgeGraph) -> Content:
    """What is exported, read once."""
    return Content(kg)


@pytest.fixture(scope="session")
def seed() -> int:
    """The seed of what is generated or sampled in this run; --seed names another."""
    return int(os.environ["GLUTKG_TEST_SEED"])


@pytest.fixture(autouse=True)
def names_in_examples(request: pytest.FixtureRequest) -> None:
    """Examples in docstrings know `kg`, which is also what they load, and write their files to an empty folder."""
    if isinstance(request.node, pytest.DoctestItem):
        kg, patch = (request.getfixturevalue(name) for name in ("kg", "monkeypatch"))
        request.getfixturevalue("doctest_namespace")["kg"] = kg
        patch.chdir(request.getfixturevalue("tmp_path"))
        patch.setattr(glutkg, "load", command_runs.loading(kg))


@pytest.fixture(scope="session")
def shipped_report() -> ValidationReport:
    """What the check reports on the shipped sources."""
    return check(ROOT)


@pytest.fixture(scope="session")
def record_classes() -> RecordClasses:
    """The classes of records, as the shapes and the shipped facts have them."""
    stated, shapes = (Graph.merged(map(read_source, files)) for files in (source_files(ROOT), shape_files(ROOT)))
    return RecordClasses(stated, Shapes(shapes))


@pytest.fixture(scope="session")
def unfilled(record_classes: RecordClasses, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with a template that is not filled in."""
    path = tmp_path_factory.mktemp("unfilled") / "template.ttl"
    path.write_text(template(record_classes, "clinical finding"), encoding="utf-8")
    return path


@pytest.fixture(scope="session")
def faulty_report(unfilled: Path) -> ValidationReport:
    """What the check reports beside the shipped facts on wrong names, conflicts and an empty template, in one go."""
    return check(ROOT, [ROOT / "tests" / "misnamed.ttl", ROOT / "tests" / "conflicts.ttl", unfilled])


@pytest.fixture(scope="session")
def nothing_stated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with our rules, shapes and queries, which states nothing: quick to check a file with."""
    made = tmp_path_factory.mktemp("nothing-stated")
    for name in ("rules", "shapes", "queries"):
        (made / name).symlink_to(ROOT / name)
    for name in ("ontology", "facts"):
        (made / name).mkdir()
    return made


@pytest.fixture(scope="session")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with nothing in it."""
    return tmp_path_factory.mktemp("bare")


@pytest.fixture(scope="session", params=[16, pytest.param(1, marks=pytest.mark.slow)])
def share(request: pytest.FixtureRequest) -> int:
    """Of the drawings that are alike one in so many is made: in the slow run all are."""
    number: int = request.param
    return number


@pytest.fixture(scope="session")
def drawings(kg: KnowledgeGraph, share: int, seed: int) -> dict[str, Drawing]:
    """All that can be drawn, nearly, or a share of it; drawn once."""
    from picture_samples import all_drawings  # drawing is a part that need not be installed

    return all_drawings(kg, share, seed)


@pytest.fixture(scope="session")
def site(kg: KnowledgeGraph) -> Site:
    """The pages of the graph, without pictures, so that what one page works out others have."""
    from glutkg.pages.site import Site  # the pages are a part that need not be installed

    return Site(kg, pictures=False)


@pytest.fixture
def run(kg: KnowledgeGraph, tmp_path: Path) -> Run:
    """Run a glutkg command in an empty folder, inside the process of the test, with the graph that is open there."""

    def command(*arguments: str, stdin: str | bytes = "", environment: Mapping[str, str] | None = None) -> Done:
        return command_runs.in_process(arguments, tmp_path, stdin, environment, kg)

    return command


@pytest.fixture
def process(cache: Path, tmp_path: Path) -> Run:
    """Run a glutkg command in an empty folder, in a process of its own: where the process itself is tested."""

    def command(
        *arguments: str, stdin: str | bytes = "", environment: Mapping[str, str] | None = None, timeout: float = 120
    ) -> Done:
        return command_runs.as_process(arguments, tmp_path, stdin, environment, timeout)

    return command


@pytest.fixture
def small_data(tmp_path: Path) -> Path:
    """A data folder of its own, small, so that a new graph is made in no time."""
    folder = tmp_path / "data"
    shutil.copytree(ROOT / "tests" / "changes", folder)
    for name in ("views", "search"):
        shutil.copytree(ROOT / "queries" / name, folder / "queries" / name)
    return folder
