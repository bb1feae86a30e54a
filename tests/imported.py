"""What the tests of imports share: small sources in the exact formats, and claims made of rows without a check."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from conftest import ROOT

from glutkg.imports.column_map import read_map
from glutkg.imports.records import Records
from glutkg.imports.resolving import Resolver

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from glutkg.api import KnowledgeGraph
    from glutkg.imports.rows import Rows

SAMPLES = ROOT / "tests" / "imports"
MAP = """
[source]
name = "sample"
label = "the sample"
title = "A made-up sample"
licence = "CC0"
date = "2026"

[[claim]]
class = "glut:MechanismOfAction"
label = "{agent} acts on the {target} by {action}, says the sample"
agent = { column = "drug", kind = "glut:Substance" }
target = { columns = ["id", "target"] }
action = { column = "how" }
result = "glut:Affirmed"
modality = "glut:Reported"
"""


def table(*rows: Sequence[str], header: Sequence[str] = ("drug", "id", "target", "how"), mark: str = ",") -> str:
    text = io.StringIO()
    csv.writer(text, delimiter=mark, lineterminator="\n").writerows([header, *rows])
    return text.getvalue()


def records(kg: KnowledgeGraph, rows: Rows, path: Path, changed: Mapping[str, str] | None = None) -> Records:
    """Make records of rows by a map, without a check."""
    map_ = read_map(path, kg.reasoned, changed)
    made = Records(map_, kg.reasoned, Resolver(kg.reasoned, map_.prefixes))
    made.add_all(rows.rows)
    return made
