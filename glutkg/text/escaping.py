"""Escaping of text from data: a terminal and a page show it, whatever it holds, and do nothing else."""

from __future__ import annotations

import re

_UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]")
"""Control characters, and those that have no width or change the direction of writing."""
_TAG = re.compile(r"<(?=[A-Za-z/!?])")


def visible(text: str) -> str:
    r"""Write characters that cannot be seen as escapes.

    >>> print(visible("one\ntwo \x1b[31mred"))
    one\ntwo \x1b[31mred
    """
    return _UNSEEN.sub(lambda found: found[0].encode("unicode_escape").decode(), text)


def without_tags(text: str) -> str:
    """Write Markdown so that no part of it is taken for HTML.

    >>> without_tags("IC50 < 5, <b>bold</b>")
    'IC50 < 5, &lt;b>bold&lt;/b>'
    """
    return _TAG.sub("&lt;", text)
