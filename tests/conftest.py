"""What the tests share: the reasoned graph, kept in a folder of the test run."""

from __future__ import annotations

import os
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import command_runs
import pytest

import glutkg

try:
    import fcntl
except ImportError:  # not on Windows, where the workers may each make the graph
    fcntl = None  # type: ignore[assignment]

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from command_runs import Done, Run

    from glutkg.api import KnowledgeGraph
    from glutkg.pictures.formats import Drawing

ROOT = Path(__file__).parent.parent


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="write the golden rows anew")


@contextmanager
def alone(name: Path) -> Iterator[None]:
    """Let one process of a test run do something at a time; `name` is a file in the folder of the run."""
    with name.open("w") as lock:
        if fcntl:
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@pytest.fixture(scope="session", autouse=True)
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One cache folder for all workers of a run, so that the graph is made once or twice and not in each."""
    folder = tmp_path_factory.getbasetemp()
    folder = (folder.parent if os.environ.get("PYTEST_XDIST_WORKER") else folder) / "cache"
    os.environ["GLUTKG_CACHE"] = str(folder)
    return folder


@pytest.fixture(scope="session")
def kg(cache: Path) -> KnowledgeGraph:
    """The reasoned graph, opened once in each worker; the first worker of a run makes it while the others wait."""
    with alone(cache.parent / "making-the-graph"):
        return glutkg.load()


@pytest.fixture(scope="session")
def drawings(kg: KnowledgeGraph) -> dict[str, Drawing]:
    """All that can be drawn, nearly; drawn once."""
    from drawn import all_drawings  # drawing is a part that need not be installed

    return all_drawings(kg)


@pytest.fixture
def run(cache: Path, tmp_path: Path) -> Run:
    """Run a glutkg command in an empty folder, inside the process of the test."""

    def command(*arguments: str, stdin: str | bytes = "", environment: Mapping[str, str] | None = None) -> Done:
        return command_runs.in_process(arguments, tmp_path, stdin, environment)

    return command


@pytest.fixture
def process(cache: Path, tmp_path: Path) -> Run:
    """Run a glutkg command in an empty folder, in a process of its own: where the process itself is tested."""

    def command(
        *arguments: str, stdin: str | bytes = "", environment: Mapping[str, str] | None = None, timeout: float = 120
    ) -> Done:
        return command_runs.as_process(arguments, tmp_path, stdin, environment, timeout)

    return command
