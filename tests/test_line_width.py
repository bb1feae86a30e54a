"""Tables and documents fit the page: every question at 80 and 100 columns, with no word broken."""

from __future__ import annotations

import io
import sys
from typing import TYPE_CHECKING

import pytest
from conftest import ROOT
from hypothesis import given
from hypothesis import strategies as st

from glutkg.commands.terminal import tell
from glutkg.text.line_width import fitted_table

if TYPE_CHECKING:
    from glutkg.api import KnowledgeGraph

QUESTIONS = sorted(path.stem for path in (ROOT / "queries" / "questions").glob("*.rq"))
WIDTHS = (80, 100)


def faults(text: str, words: set[str], width: int) -> list[str]:
    """Return the lines that are too wide, unless they are one word with its name, and the words that are broken."""
    wide = [line for line in text.splitlines() if len(line) > width and max(map(len, line.split())) < width // 2]
    return wide + sorted(words - set(text.split()))


@pytest.mark.parametrize("name", QUESTIONS)
def test_an_answer_fits_the_page(kg: KnowledgeGraph, name: str) -> None:
    view = kg.ask(name).view("all")
    words = {word for row in view.cells() for cell in row for word in cell.split()}
    for width in WIDTHS:
        assert faults(view.text(width=width), words, width) == []


def test_a_broken_word_and_a_wide_line_are_faults() -> None:
    assert faults("trigemino\ncervical", {"trigeminocervical"}, 80) == ["trigeminocervical"]
    assert faults("word " * 30, {"word"}, 80) != []


CELL = st.text("ab é", max_size=60).map(str.strip)


@given(st.lists(st.tuples(CELL, CELL, CELL), min_size=1, max_size=6), st.integers(12, 120))
def test_every_word_of_every_table_is_there(rows: list[tuple[str, str, str]], width: int) -> None:
    text = fitted_table(["one", "two", "three"], rows, width)
    assert {word for row in rows for cell in row for word in cell.split()} <= set(text.replace(":", " ").split())


def test_columns_without_a_value_are_left_out_and_constant_ones_stand_above() -> None:
    rows = [["rat", "", "pain"], ["cat", "", "pain"]]
    assert fitted_table(["species", "route", "outcome"], rows, 80) == "outcome: pain\n\nspecies\n-------\nrat\ncat\n"
    assert "outcome: " not in fitted_table(["species", "route", "outcome"], rows[:1], 80)


def test_short_labels_of_a_table_without_headings_are_not_broken() -> None:
    rows = [["effective in", "word " * 30], ["lowers", "word"]]
    assert fitted_table(["", ""], rows, 80, heading=False).startswith("effective in  word")


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_message_fits_a_terminal_and_is_one_line_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    for stream, longest in ((Terminal(), 40), (io.StringIO(), 157)):
        monkeypatch.setattr(sys, "stderr", stream)
        tell(" ".join(["word"] * 30) + "\n  second line")
        lines = stream.getvalue().splitlines()
        assert max(map(len, lines)) <= longest
        assert " ".join(line.strip() for line in lines).split() == ["glutkg:", *["word"] * 30, "second", "line"]
        assert (len(lines) > 2) == isinstance(stream, Terminal)
