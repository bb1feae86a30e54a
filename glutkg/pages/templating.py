"""The templates of pages. Everything that goes into one is escaped; no other module of glutkg knows Jinja."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from glutkg.errors import MissingPartError
from glutkg.evidence.claim_view import result_of
from glutkg.pictures.theme import MARKS, dash, thickness
from glutkg.text.documents import counted
from glutkg.text.escaping import visible

if TYPE_CHECKING:
    from jinja2 import Environment

FOLDER = Path(__file__).parent / "templates"
CERTAINTY_RANKS = 7


def environment() -> Environment:
    """Make what renders templates. Raises MissingPartError without Jinja."""
    try:
        from jinja2 import Environment, FileSystemLoader, StrictUndefined
    except ImportError as error:
        raise MissingPartError("Pages need Jinja. Install it with: pip install 'glutkg[serve]'") from error
    made = Environment(
        loader=FileSystemLoader(FOLDER),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
    made.filters |= {
        "counted": counted,
        "json_block": json_block,
        "capital": capital,
        "article": article,
        "shown": visible,
    }
    made.globals["lines"] = [(rank, dash(rank), thickness(rank)) for rank in range(CERTAINTY_RANKS)]
    made.globals |= {"marks": MARKS, "result_of": result_of}
    return made


def capital(text: str) -> str:
    """Begin a text with a capital letter, and leave names such as `mGlu5` and `c-fos` as they are.

    >>> capital("what follows"), capital("mGlu5")
    ('What follows', 'mGlu5')
    """
    first = text.partition(" ")[0]
    return text[:1].upper() + text[1:] if first.isalpha() and first.islower() else text


def article(text: str) -> str:
    """Give the article that goes before a text, by how its first letter sounds.

    >>> article("channel blocker"), article("NMDA receptor antagonist"), article("agonist")
    ('A', 'An', 'An')
    """
    first = text.partition(" ")[0]
    return "An" if first[:1] in ("AEFHILMNORSX" if first.isupper() else "aeioAEIO") else "A"


def json_block(value: object) -> str:
    """Write JSON that may stand in a block of data within a page, marked as needing no more escaping.

    >>> "<" in json_block({"a": "</script>"})
    False
    """
    from markupsafe import Markup

    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    for sign in "<>&":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return Markup(text)  # noqa: S704 - what could end the block is escaped above
