"""How pictures look: colours, dashes and sizes. Every colour of text has a contrast of 4.5 or more on what it is on."""

from __future__ import annotations

from typing import NamedTuple


class MarkStyle(NamedTuple):
    """The style of one mark: colour of line and word, tint of the chip, text of the legend."""

    colour: str
    tint: str
    text: str


MARKS = {
    "effective": MarkStyle("#00665a", "#e4f4f1", "effective in patients"),
    "raises": MarkStyle("#a8430a", "#fdf0e6", "raises, activates"),
    "lowers": MarkStyle("#1b5a9e", "#e9f1fa", "lowers, inhibits"),
    "plain": MarkStyle("#3d4a57", "#eef1f4", "holds, with no direction given"),
    "less": MarkStyle("#3f4f8a", "#eceef8", "found there, and less than elsewhere"),
    "absent": MarkStyle("#8a1538", "#ffffff", "no effect, no change, or said not to be so"),
    "open": MarkStyle("#6a3d9a", "#f4eefa", "left open by the source, or disputed"),
    "void": MarkStyle("#5c5c5c", "#ffffff", "no longer in force: a slip, dismissed or superseded"),
}
"""Each has its own arrowhead and its own sign on the chip too, so that nobody needs to see the colours."""

SOLID_RANKS = 2
"""The ranks of certainty whose line has no gap: 1 is the surest, 0 holds by definition."""


def dash(rank: int) -> str:
    """Give the dashes of a line by rank of certainty: each grade below the solid ones has a dot more after its dash.

    >>> dash(2), dash(3), dash(4), dash(6)
    ('', '8 4', '8 4 1 4', '8 4 1 4 1 4 1 4')
    """
    return "" if rank <= SOLID_RANKS else " ".join(["8 4", *["1 4"] * (rank - SOLID_RANKS - 1)])


def thickness(rank: int) -> float:
    """Give how thick a line is by rank of certainty: the surest thickest, what holds by definition thinnest.

    >>> thickness(0) < thickness(2) < thickness(1)
    True
    """
    return {0: 0.8, 1: 2.6, 2: 1.5}.get(rank, 1.7)


PAGE = "#ffffff"
INK = "#1f2933"
MUTED = "#55616e"
RULE = "#d5dbe1"
QUIET = "#8794a1"
"""Lines that only lead on from one box to the next, and the outlines of boxes."""
BOX = "#f7f9fb"
CHIEF = "#e6ecf2"
BAND = "#f3f6f8"

TAGS = {
    "species": ("#e3efe6", "#1f5132"),
    "study": ("#f6ecd2", "#5e4608"),
    "setting": ("#ffffff", "#44505c"),
    "standing": ("#fbe3e6", "#7d1128"),
    "source": ("#e4e7f6", "#2c3875"),
}
"""Fill and text of a tag, by group."""
TAG_TEXTS = {
    "species": "species",
    "study": "study design",
    "setting": "route, intent, setting",
    "standing": "standing",
    "source": "another source than the two documents",
}

FONT = "Arimo, Arial, Helvetica, 'Liberation Sans', sans-serif"
