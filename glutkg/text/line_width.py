"""Fits text to the width of a page: tables in columns or as records, lines with a hanging indent; no word is broken."""

from __future__ import annotations

import shutil
from textwrap import TextWrapper
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

GAP = 2
"""Spaces between two columns."""
TALLEST = 9
"""Lines of a row beyond which a table is written as records."""
_BOLD, _PLAIN = "\033[1m", "\033[0m"


class _Layout(NamedTuple):
    """How wide each column is, and which of them hold numbers and are aligned on the right."""

    widths: list[int]
    numeric: list[bool]


NARROWEST = 20
"""Columns for which a page is laid out, however narrow it is said to be."""


def page_width() -> int:
    """Return the width to fit: COLUMNS, or that of the terminal, or 100 where there is none."""
    return max(NARROWEST, shutil.get_terminal_size((100, 24)).columns)


def wrapped(text: str, width: int, indent: str = "") -> list[str]:
    """Break a text at spaces; lines after the first begin with the indent.

    >>> wrapped("[1] Ketamine lowers the severity of aura", 24, "    ")
    ['[1] Ketamine lowers the', '    severity of aura']
    """
    if len(text) <= width:
        return [text]
    indent = indent if len(indent) < width // 2 else ""
    return TextWrapper(width, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False).wrap(text)


def fitted_table(
    headings: Sequence[str],
    rows: Sequence[Sequence[str]],
    width: int,
    heading: bool = True,
    bold: bool = False,
    *,
    empty: bool = False,
) -> str:
    """Write a table within a width.

    Columns without a value are left out, unless `empty` ones are wanted. With a heading, a column with the same value
    in each row stands above the table, and rows that would be too narrow to read become records, one line for each
    value.

    >>> rows = [["NMDA receptor", "2"], ["kainate receptor", "11"]]
    >>> print(fitted_table(["receptor", "claims"], rows, 80), end="")
    receptor          claims
    ----------------  ------
    NMDA receptor          2
    kainate receptor      11
    >>> print(fitted_table(["receptor", "claims"], rows, 14), end="")
    NMDA receptor
      claims    2
    <BLANKLINE>
    kainate
      receptor
      claims    11
    """
    strong = (_BOLD, _PLAIN) if bold else ("", "")
    filled = [n for n in range(len(headings)) if empty or not rows or any(row[n] for row in rows)]
    constant = [n for n in filled if heading and len(rows) > 1 and {row[n] for row in rows} == {rows[0][n] or None}]
    kept = [n for n in filled if n not in constant] or filled[:1]
    above = [line for n in constant if n not in kept for line in _labelled(headings[n], rows[0][n], width)]
    names, cells = [headings[n] for n in kept], [[row[n] for n in kept] for row in rows]
    lines = _columns(names, cells, width, heading, strong) or list(
        _records(names if heading else [""] * len(names), cells, width, strong)
    )
    return "".join(f"{line}\n" for line in [*above, *[""] * bool(above), *lines])


def _labelled(name: str, value: str, width: int) -> list[str]:
    return wrapped(f"{name}: {value}", width, "  ")


def _columns(
    names: Sequence[str], rows: Sequence[Sequence[str]], width: int, heading: bool, strong: tuple[str, str]
) -> list[str] | None:
    """Write rows in columns, or return None where a word or a row would not fit."""
    layout = _layout(names if heading else [""] * len(names), rows, width, labelled=not heading)
    if layout is None:
        return None
    blocks = [_block(row, layout) for row in rows]
    apart = any(len(block) > 1 for block in blocks)
    if heading and len(names) > 1 and max(map(len, blocks), default=0) > TALLEST:
        return None
    lines: list[str] = []
    if heading:
        lines += [strong[0] + line + strong[1] for line in _block(names, layout)]
        lines.append((" " * GAP).join("-" * wide for wide in layout.widths))
    for number, block in enumerate(blocks):
        lines += [*[""] * (apart and heading and number > 0), *block]
    return lines


def _layout(names: Sequence[str], rows: Sequence[Sequence[str]], width: int, labelled: bool) -> _Layout | None:
    """Share the width out; a first column of short labels is not broken."""
    columns = list(zip(names, *rows, strict=True))
    most = [max(map(len, column)) for column in columns]
    least = [max((len(word) for cell in column for word in cell.split(" ")), default=0) for column in columns]
    room = width - GAP * (len(columns) - 1)
    if labelled and most[0] <= width // 3 and most[0] + sum(least[1:]) <= room:
        least[0] = most[0]
    numeric = [bool(rows) and all(_is_number(cell) for cell in column[1:]) for column in columns]
    if sum(most) <= room:
        return _Layout(most, numeric)
    if sum(least) > room:
        return None
    widths = [max(1, wide) for wide in least]
    for _ in range(room - sum(widths)):
        tallest = max(range(len(widths)), key=lambda n: most[n] / widths[n])
        if most[tallest] <= widths[tallest]:
            break
        widths[tallest] += 1
    return _Layout(widths, numeric)


def _is_number(text: str) -> bool:
    return text.replace(".", "", 1).replace("-", "", 1).isdecimal()


def _block(cells: Sequence[str], layout: _Layout) -> list[str]:
    """Write a row, which may take several lines."""
    broken = [wrapped(cell, wide) for cell, wide in zip(cells, layout.widths, strict=True)]
    height = max(map(len, broken), default=0)
    padded = [part + [""] * (height - len(part)) for part in broken]
    aligned = (
        [f"{line:>{wide}}" if numeric else f"{line:<{wide}}" for line in part]
        for part, wide, numeric in zip(padded, layout.widths, layout.numeric, strict=True)
    )
    return [(" " * GAP).join(line).rstrip() for line in zip(*aligned, strict=True)]


def _records(names: Sequence[str], rows: Sequence[Sequence[str]], width: int, strong: tuple[str, str]) -> Iterator[str]:
    """Write each row as a block: its first value, and below it the others with their names."""
    margin = max(map(len, names)) + 4
    for number, row in enumerate(rows):
        if number:
            yield ""
        title = next((n for n, value in enumerate(row) if value), 0)
        yield from (strong[0] + line + strong[1] for line in wrapped(row[title], width, "  "))
        for name, value in list(zip(names, row, strict=True))[title + 1 :]:
            if value:
                yield from wrapped(f"  {name:<{margin - 4}}  {value}", width, " " * margin)
