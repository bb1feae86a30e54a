"""The example notebook runs, and shows what it showed when it was last written."""

from __future__ import annotations

import nbformat
import pytest
from conftest import ROOT
from nbclient import NotebookClient

NOTEBOOK = ROOT / "docs" / "tour.ipynb"


def _shown(notebook: nbformat.NotebookNode) -> list[list[dict[str, str]]]:
    return [
        [dict(output.get("data", {"text": output.get("text", "")})) for output in cell.outputs]
        for cell in notebook.cells
        if cell.cell_type == "code"
    ]


def test_the_notebook_runs_and_shows_what_it_did(request: pytest.FixtureRequest) -> None:
    kept, made = (nbformat.reads(NOTEBOOK.read_text(encoding="utf-8"), as_version=4) for _ in range(2))  # type: ignore[no-untyped-call]
    NotebookClient(made, timeout=60, kernel_name="python3", record_timing=False).execute(cwd=str(ROOT))
    if request.config.getoption("--update-golden"):
        NOTEBOOK.write_text(nbformat.writes(made) + "\n", encoding="utf-8")  # type: ignore[no-untyped-call]
        return
    assert _shown(made) == _shown(kept)
    assert sum(len(outputs) for outputs in _shown(kept)) >= 7
