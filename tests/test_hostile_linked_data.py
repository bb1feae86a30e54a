"""N-Triples, N-Quads, TriG, RDF/XML and JSON-LD of others: the verdict of the Recommendations, and the line of a fault.

The rows of `tests/hostile.tsv` are statements, each put between others on lines of their own, and whole documents.
"""

from __future__ import annotations

import json
import time
from collections import defaultdict
from typing import TYPE_CHECKING

import pytest
from conftest import ROOT

from glutkg.errors import SourceError
from glutkg.linked_data.reading import read_export

if TYPE_CHECKING:
    from pathlib import Path

NT = "<http://e/x> <http://e/y> <http://e/z> .\n"
RDF = (
    '<?xml version="1.0"?>\n<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:e="http://e/">\n'
    "<e:First/>\n"
)
AROUND = {
    "nt": (NT * 3, NT),
    "nq": (NT * 3, NT),
    "trig": ("@prefix : <http://e/> .\n" + NT * 2, NT),
    "rdf": (RDF, "<e:Last/>\n</rdf:RDF>\n"),
    "jsonld": ('[\n{"@id": "http://e/x", "http://e/y": "z"},\n\n', ',\n{"@id": "http://e/z", "http://e/y": "z"}\n]\n'),
}
"""What stands before and after a statement: its fault is on line 4, or on the next where only that shows it."""
LINES = (4, 5)


def rows() -> dict[tuple[str, str, str], list[str]]:
    found = defaultdict(list)
    for line in (ROOT / "tests" / "hostile.tsv").read_text(encoding="utf-8").splitlines()[1:]:
        end, part, verdict, text = line.split("\t")
        found[end, part, verdict].append(json.loads(text))
    return found


ROWS = rows()


def judged(folder: Path, end: str, part: str, text: str) -> SourceError | None:
    """Read a text, in at most a second; give what is wrong with it."""
    before, after = AROUND[end] if part == "statement" else ("", "")
    path = folder / f"hostile.{end}"
    path.write_bytes(f"{before}{text}\n{after}".encode() if part == "statement" else text.encode())
    start = time.process_time()
    try:
        read_export(path)
    except SourceError as error:
        return error
    finally:
        assert time.process_time() - start < 1, text
    return None


@pytest.mark.parametrize(("end", "part"), sorted({(end, part) for end, part, _ in ROWS}))
def test_what_is_wrong_is_found_by_line_and_what_is_right_is_read(tmp_path: Path, end: str, part: str) -> None:
    found = {text: judged(tmp_path, end, part, text) for text in ROWS[end, part, "wrong"]}
    assert [text for text, error in found.items() if error is None] == []
    wanted = range(4, 6) if part == "statement" else range(1, 100)
    assert [(text, e.line) for text, e in found.items() if e and e.line not in wanted] == []
    assert [error for text in ROWS[end, part, "right"] if (error := judged(tmp_path, end, part, text))] == []


def test_there_are_as_many_as_are_told() -> None:
    assert sum(map(len, ROWS.values())) > 200
    assert {verdict for _, _, verdict in ROWS} == {"wrong", "right"}


@pytest.mark.parametrize(
    "text", ["[" * 5000 + "]" * 5000, '{"a":' * 5000 + "1" + "}" * 5000, '{"a":[' * 60 + "]}" * 60]
)
def test_json_that_is_deep_is_refused(tmp_path: Path, text: str) -> None:
    error = judged(tmp_path, "jsonld", "document", text)
    assert error
    assert "levels deep" in str(error)
    assert len(str(error)) < 500


def test_what_is_no_utf_8_is_placed(tmp_path: Path) -> None:
    for end in ("nt", "nq", "trig", "rdf", "jsonld"):
        before, after = AROUND[end]
        path = tmp_path / f"hostile.{end}"
        path.write_bytes(before.encode() + b"\xff\n" + after.encode())
        with pytest.raises(SourceError) as error:
            read_export(path)
        assert error.value.line in LINES
