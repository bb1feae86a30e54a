"""Tables and trees as people and programs read them. Rich draws them on a terminal; a pipe gets plain text."""

from __future__ import annotations

import csv
import io
import json
import sys
from typing import TYPE_CHECKING

from glutkg.rdf.namespaces import BASE, curie
from glutkg.rdf.terms import Term, from_json, to_json
from glutkg.text.escaping import visible, without_tags
from glutkg.text.tables import Table

if TYPE_CHECKING:
    from collections.abc import Sequence

_CLAIM = BASE + "claim/"
FORMATS = ("table", "csv", "tsv", "json", "markdown", "turtle")


def shown(table: Table) -> tuple[list[str], list[list[str]]]:
    """Give headings and cells for people: a label in place of its IRI, short names for other IRIs."""
    labels = {name.removesuffix("Label") for name in table.columns if name.endswith("Label")}
    keep = [index for index, name in enumerate(table.columns) if name not in labels]
    headings = [_heading(table.columns[index]) for index in keep]
    return headings, [[_cell(row[index]) for index in keep] for row in table.rows]


def _heading(name: str) -> str:
    words = "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in name.removesuffix("Label"))
    return words.strip()


def _cell(term: Term | None) -> str:
    if term is None:
        return ""
    if term.kind == "iri":
        return visible(curie(term.value))
    return visible(" ".join(curie(word) if word.startswith("https://") else word for word in term.value.split(" ")))


def marked(table: Table) -> tuple[Table, list[str]]:
    """Put marks, `[1]`, in place of claims in a table; give it, and the claims' IRIs in the order of the marks."""
    columns = [index for index in range(len(table.columns)) if _holds_claims(table, index)]
    labels = {f"{table.columns[index]}Label" for index in columns}
    keep = [index for index, name in enumerate(table.columns) if name not in labels]
    numbers: dict[str, int] = {}

    def mark(cell: Term | None) -> Term | None:
        names = cell.value.split() if cell else []
        return Term("literal", " ".join(f"[{numbers.setdefault(name, len(numbers) + 1)}]" for name in names))

    rows = tuple(tuple(mark(row[i]) if i in columns else row[i] for i in keep) for row in table.rows)
    return Table(tuple(table.columns[i] for i in keep), rows), list(numbers)


def _holds_claims(table: Table, index: int) -> bool:
    words = [word for row in table.rows if (cell := row[index]) for word in cell.value.split()]
    return bool(words) and all(word.startswith(_CLAIM) for word in words)


def notes(claims: Table, names: Sequence[str]) -> str:
    """Write the claims behind the marks: what each states, how it came out, how sure, where from, and its name."""
    told = {row[2].value: [cell.value if cell else "" for cell in row] for row in claims.rows if row[2]}
    lines = []
    for number, name in enumerate(names, 1):
        *_, statement, result, certainty, source = told[name]
        lines.append(f"[{number}] {statement} ({result}, {certainty}; {source})\n    {curie(name)}\n")
    return "".join(["\n", *lines]) if lines else ""


def text_table(table: Table) -> str:
    """Give a table as plain aligned columns, for a pipe."""
    headings, rows = shown(table)
    widths = [max(len(line[index]) for line in [headings, *rows]) for index in range(len(headings))]
    ruled = [headings, ["-" * width for width in widths], *rows]
    return "".join(_aligned(line, widths) for line in ruled)


def _aligned(cells: Sequence[str], widths: Sequence[int]) -> str:
    return "  ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True)).rstrip() + "\n"


def markdown(table: Table) -> str:
    """Give a table in Markdown, with bars and tags in cells escaped."""
    headings, rows = shown(table)
    lines = [headings, ["---"] * len(headings), *rows]
    escaped = [[without_tags(cell).replace("|", "\\|") for cell in line] for line in lines]
    return "".join(f"| {' | '.join(line)} |\n" for line in escaped)


def delimited(table: Table, form: str) -> str:
    """Give a table in SPARQL 1.1's CSV (plain values) or TSV (terms in Turtle's notation)."""
    buffer = io.StringIO()
    if form == "tsv":
        lines = ["\t".join(f"?{name}" for name in table.columns)]
        lines += ["\t".join(cell.n3() if cell else "" for cell in row) for row in table.rows]
        return "\n".join(lines) + "\n"
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow(table.columns)
    writer.writerows([cell.value if cell else "" for cell in row] for row in table.rows)
    return buffer.getvalue()


def results_json(table: Table) -> str:
    """Give a table as SPARQL 1.1 Query Results JSON."""
    bindings = [
        {name: to_json(cell) for name, cell in zip(table.columns, row, strict=True) if cell is not None}
        for row in table.rows
    ]
    document = {"head": {"vars": list(table.columns)}, "results": {"bindings": bindings}}
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def results_turtle(table: Table) -> str:
    """Give a table in Turtle, in the result set vocabulary of the W3C's SPARQL tests."""
    rs = "http://www.w3.org/2001/sw/DataAccess/tests/result-set#"
    variables = " ;\n".join(f'    rs:resultVariable "{name}"' for name in table.columns)
    lines = [f"@prefix rs: <{rs}> .\n", "[] a rs:ResultSet ;", variables + (" ;" if table.rows else " .")]
    for number, row in enumerate(table.rows):
        bound = [(name, cell) for name, cell in zip(table.columns, row, strict=True) if cell is not None]
        bindings = " ;\n".join(
            f'        rs:binding [ rs:variable "{name}" ; rs:value {cell.n3()} ]' for name, cell in bound
        )
        lines.append(f"    rs:solution [\n{bindings}\n    ]" + (" ." if number == len(table.rows) - 1 else " ;"))
    return "\n".join(lines) + "\n"


def render(table: Table, form: str) -> str:
    """Give a table in one of FORMATS; `table` is plain text here."""
    writers = {"table": text_table, "markdown": markdown, "json": results_json, "turtle": results_turtle}
    return writers[form](table) if form in writers else delimited(table, form)


def read_results(content: bytes) -> Table:
    """Read SPARQL 1.1 Query Results JSON; the answer of an ASK query becomes a table of one cell."""
    document = json.loads(content)
    if "boolean" in document:
        truth = Term("literal", str(document["boolean"]).lower(), datatype="http://www.w3.org/2001/XMLSchema#boolean")
        return Table(("answer",), ((truth,),))
    columns = tuple(document["head"]["vars"])
    rows = document["results"]["bindings"]
    return Table(
        columns, tuple(tuple(from_json(row[name]) if name in row else None for name in columns) for row in rows)
    )


def print_table(table: Table, heading: bool = True) -> None:
    """Print a table for a person: drawn by rich on a terminal, plain in a pipe."""
    out = sys.stdout
    if not out.isatty():
        lines = text_table(table).splitlines(keepends=True)
        out.writelines(lines if heading else lines[2:])
        return
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table as RichTable
    from rich.text import Text

    headings, rows = shown(table)
    drawn = RichTable(box=SIMPLE_HEAD if heading else None, show_header=heading, pad_edge=False, show_edge=False)
    for name in headings:
        drawn.add_column(name, overflow="fold", header_style="bold")
    for row in rows:
        drawn.add_row(*(Text(cell) for cell in row))
    Console(file=out).print(drawn)
