"""Words of English that say nothing about what is asked or looked for, and what is left of a text without them."""

from __future__ import annotations

import re

_COMMON_WORDS = (
    "a about all an and any are as at be been best better between both by can could did do does each ever "
    "explain for from get give go good had has have how i if in into is it its kind kinds know known list many "
    "me most much of on one or other our please really should show some such take taken takes tell than that the "
    "their them there these they this those to took under want was we were what when where which who whose why "
    "will with without worse you your"
)
COMMON = frozenset(_COMMON_WORDS.split())
"""Words that say nothing about what is asked."""


def telling_words(text: str) -> str:
    """Return the words of a text that say what is asked, which may be none.

    >>> telling_words("the role of glutamate"), telling_words("in the")
    ('role glutamate', '')
    """
    return " ".join(word for word in re.findall(r"\w+", text) if word.casefold() not in COMMON)


def words_to_find(text: str) -> str:
    """Return the words of a text that say what is looked for; all of them where none does.

    >>> words_to_find("the role of glutamate"), words_to_find("in the")
    ('role glutamate', 'in the')
    """
    return telling_words(text) or text
