"""The benchmarks run, with the tiniest sizes, and their table can be read."""

from __future__ import annotations

import importlib
import re
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from conftest import ROOT

if TYPE_CHECKING:
    from pathlib import Path

FOLDER = ROOT / "benchmarks"


def measured(table: str) -> dict[str, str]:
    rows = [line.split(" | ") for line in table.splitlines() if line.startswith("| ")]
    return {row[0].removeprefix("| "): row[1] for row in rows[1:]}


def test_some_benchmarks_run(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(FOLDER)
    run, reasoning = map(importlib.import_module, ("run", "reasoning"))
    found = measured(run.table(reasoning.growth([20, 40]), ""))
    assert len(found) == 3
    assert [value for value in found.values() if not re.fullmatch(r"[\d.]+ m?s|-?[\d.]+", value)] == []


@pytest.mark.slow
def test_the_benchmarks_run(tmp_path: Path, cache: Path) -> None:
    table = tmp_path / "benchmarks.md"
    command = [sys.executable, str(FOLDER / "run.py"), "--tiny", "-o", str(table)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300, cwd=ROOT)
    assert done.returncode in (0, 1), done.stderr  # 1: an aim was missed, which on a busy machine says nothing
    assert done.stderr == ""
    found = measured(table.read_text(encoding="utf-8"))
    assert found["owlrl"] == "finishes not even 2 claims in 1 s"
    assert {f"{name} as a whole process, processor time" for name in ("show", "find", "check")} <= found.keys()
    assert {"ratio of the two", "from nothing"} <= {name.rpartition(", ")[2] for name in found}
