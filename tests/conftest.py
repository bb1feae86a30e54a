"""What the tests share: the reasoned graph, kept in a folder of the test run."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import glutkg

if TYPE_CHECKING:
    from collections.abc import Callable

    from glutkg.api import KnowledgeGraph
    from glutkg.pictures.formats import Drawing

ROOT = Path(__file__).parent.parent
Run = "Callable[..., subprocess.CompletedProcess[str]]"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="write the golden rows anew")


@pytest.fixture(scope="session", autouse=True)
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One cache folder for all workers of a run, so that the graph is made once or twice and not in each."""
    folder = tmp_path_factory.getbasetemp()
    folder = (folder.parent if os.environ.get("PYTEST_XDIST_WORKER") else folder) / "cache"
    os.environ["GLUTKG_CACHE"] = str(folder)
    return folder


@pytest.fixture(scope="session")
def kg(cache: Path) -> KnowledgeGraph:
    return glutkg.load()


@pytest.fixture(scope="session")
def drawings(kg: KnowledgeGraph) -> dict[str, Drawing]:
    """All that can be drawn, nearly; drawn once."""
    from drawn import all_drawings  # drawing is a part that need not be installed

    return all_drawings(kg)


@pytest.fixture
def run(cache: Path, tmp_path: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Run a glutkg command as a user would, in an empty folder."""

    def command(
        *arguments: str, stdin: str | bytes = "", environment: dict[str, str] | None = None, timeout: float = 120
    ) -> subprocess.CompletedProcess[str]:
        raw = stdin.encode() if isinstance(stdin, str) else stdin
        done = subprocess.run(
            [sys.executable, "-m", "glutkg.cli", *arguments],
            input=raw,
            capture_output=True,
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": str(ROOT), **(environment or {})},
            timeout=timeout,
            check=False,
        )
        return subprocess.CompletedProcess(done.args, done.returncode, done.stdout.decode(), done.stderr.decode())

    return command
