"""How pictures look: colours, dashes and sizes. Every colour of text has a contrast of 4.5 or more on what it is on."""

from __future__ import annotations

from typing import NamedTuple


class MarkStyle(NamedTuple):
    """The style of one mark: colour of line and word, tint of the chip, text of the legend."""

    colour: str
    tint: str
    text: str


MARKS = {
    "raises": MarkStyle("#a8430a", "#fdf0e6", "raises, activates"),
    "lowers": MarkStyle("#1b5a9e", "#e9f1fa", "lowers, inhibits"),
    "plain": MarkStyle("#3d4a57", "#eef1f4", "holds, with no direction given"),
    "absent": MarkStyle("#8a1538", "#ffffff", "shown not to be so: no effect, denied"),
    "open": MarkStyle("#6a3d9a", "#f4eefa", "left open by the source"),
    "void": MarkStyle("#5c5c5c", "#ffffff", "no longer in force: a slip, dismissed or superseded"),
}
"""Each has its own arrowhead and its own sign on the chip too, so that nobody needs to see the colours."""

DASHES = {0: "", 1: "", 2: "", 3: "7 4", 4: "2 4", 5: "1 7"}
WIDTHS = {0: 0.8, 1: 2.6, 2: 1.5, 3: 1.5, 4: 1.8, 5: 1.8}
"""By rank of certainty: 1 is the surest, 0 holds by definition."""

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
}
"""Fill and text of a tag, by group."""
TAG_TEXTS = {"species": "species", "study": "study design", "setting": "route, intent, setting", "standing": "standing"}

FONT = "Arimo, Arial, Helvetica, 'Liberation Sans', sans-serif"
