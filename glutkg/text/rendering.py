"""The formats of a table for programs (CSV, TSV, JSON and Turtle), and the way to a terminal.

For programs a cell that holds several values is one literal, as in the answer to the query itself.
"""

from __future__ import annotations

import csv
import io
import json
import re
import sys
from typing import TYPE_CHECKING

from glutkg.rdf.namespaces import XSD
from glutkg.rdf.terms import Term, from_json, to_json
from glutkg.text.cells import joined
from glutkg.text.tables import Solutions, Table

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from glutkg.text.cells import Row
    from glutkg.text.table_view import View

FORMATS = ("table", "csv", "tsv", "json", "markdown", "turtle")
_FORMULA = tuple("=+-@\t\r\uff1d\uff0b\uff0d\uff20")
"""What makes a spreadsheet take a text for a formula, in East Asian ones also in full width."""
_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?([eE][+-]?\d+)?")


def csv_text(table: Table) -> str:
    r"""Return a table in SPARQL 1.1's CSV, which has plain values only; an apostrophe defuses formulas.

    >>> print(csv_text(Table(("x",), ((Term("literal", "=1+1"),), (Term("literal", "-5"),)))).replace("\r", ""))
    x
    '=1+1
    -5
    <BLANKLINE>
    """
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow(table.columns)
    writer.writerows([_defused(term.name) if (term := joined(cell)) else "" for cell in row] for row in table.rows)
    return buffer.getvalue()


def _defused(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA) and not _NUMBER.fullmatch(text) else text


def tsv(table: Table) -> str:
    """Return a table in SPARQL 1.1's TSV, which has terms in Turtle's notation."""
    lines = ["\t".join(f"?{name}" for name in table.columns)]
    lines += ["\t".join(term.n3() if (term := joined(cell)) else "" for cell in row) for row in table.rows]
    return "\n".join(lines) + "\n"


def results_json(table: Table, more: Mapping[str, object] | None = None) -> str:
    """Return a table as SPARQL 1.1 Query Results JSON, with further members beside `head` and `results`."""
    bindings = [{name: to_json(term) for name, term in _bound(table, row)} for row in table.rows]
    document = {"head": {"vars": list(table.columns)}, "results": {"bindings": bindings}, **(more or {})}
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def results_turtle(table: Table) -> str:
    """Return a table in Turtle, in the result set vocabulary of the W3C's SPARQL tests."""
    rs = "http://www.w3.org/2001/sw/DataAccess/tests/result-set#"
    variables = " ;\n".join(f'    rs:resultVariable "{name}"' for name in table.columns)
    lines = [f"@prefix rs: <{rs}> .\n", "[] a rs:ResultSet ;", variables + (" ;" if table.rows else " .")]
    for number, row in enumerate(table.rows, 1):
        bindings = " ;\n".join(
            f'        rs:binding [ rs:variable "{name}" ; rs:value {term.n3()} ]' for name, term in _bound(table, row)
        )
        lines.append(f"    rs:solution [\n{bindings}\n    ]" + (" ." if number == len(table) else " ;"))
    return "\n".join(lines) + "\n"


def _bound(table: Table, row: Row) -> Iterator[tuple[str, Term]]:
    for name, cell in zip(table.columns, row, strict=True):
        term = joined(cell)
        if term is not None:
            yield name, term


def render(table: Table, form: str) -> str:
    """Return a table in one of FORMATS; `table` is plain text here."""
    if form in ("table", "markdown"):
        return table.view().text() if form == "table" else table.view().markdown()
    return {"csv": csv_text, "tsv": tsv, "json": results_json, "turtle": results_turtle}[form](table)


def read_results(content: bytes) -> Solutions:
    """Read SPARQL 1.1 Query Results JSON; the answer of an ASK query becomes a table of one cell."""
    document = json.loads(content)
    if "boolean" in document:
        truth = Term("literal", str(document["boolean"]).lower(), datatype=XSD + "boolean")
        return Solutions(("answer",), ((truth,),))
    columns = tuple(document["head"]["vars"])
    rows = document["results"]["bindings"]
    cells = (tuple(from_json(row[name]) if name in row else None for name in columns) for row in rows)
    return Solutions(columns, tuple(cells))


def print_table(seen: View, heading: bool = True) -> None:
    """Print what people see of a table, its headings in bold on a terminal."""
    sys.stdout.write(seen.text(heading, bold=sys.stdout.isatty()))
