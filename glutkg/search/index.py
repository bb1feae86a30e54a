"""An index of names and texts, in SQLite's full-text search; no other module of glutkg knows SQLite."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

    from glutkg.store.graph import Graph

_WORD = re.compile(r"\w+")
_BY_WORDS = (
    "SELECT key, -bm25(entries, 0.0, 12.0, 10.0, 1.0) AS weight FROM entries WHERE entries MATCH ? "
    "ORDER BY weight DESC, key LIMIT ?"
)
"""A word weighs twelve times as much in the name of an entry as in its text, and ten times in its synonyms."""
_BY_PARTS = "SELECT key, -rank AS weight FROM parts WHERE parts MATCH ? ORDER BY weight DESC, key LIMIT ?"
_PART = 3
"""Letters that a part within a word needs at least to be looked for."""

_ENDINGS = (
    ("is", "iz", "(?:e[ds]?|ers?|ing|ations?)"),
    ("ys", "yz", "(?:e[ds]?|ers?|ing)"),
    ("our", "or", "(?:s|al)?"),
    ("aem", "em", "i(?:as?|c)"),
)
"""The ends of words that British and American English spell apart, with what may follow."""


def spellings(word: str) -> list[str]:
    """Give a word and what it is in the other spelling of English, if it may have one.

    >>> spellings("randomised"), spellings("behavior"), spellings("ischaemic"), spellings("aura")
    (['randomised', 'randomized'], ['behavior', 'behaviour'], ['ischaemic', 'ischemic'], ['aura'])
    """
    changes = (change for one, other, rest in _ENDINGS for change in ((one, other, rest), (other, one, rest)))
    tried = (re.sub(rf"(?<=\w\w){old}(?={rest}$)", new, word) for old, new, rest in changes)
    return list(dict.fromkeys((word, next((one for one in tried if one != word), word))))


class Entry(NamedTuple):
    """What can be found: its key, its name, its synonyms, and a text such as its definition."""

    key: str
    name: str
    synonyms: str = ""
    text: str = ""


class Index:
    """Entries that are found by words: whole words in any inflection first, then beginnings, then parts of names.

    A word is looked for in British and in American spelling.

    >>> index = Index([Entry("a", "migraine aura"), Entry("b", "duration of the aura"), Entry("c", "topiramate")])
    >>> index.find("auras"), index.find("topira"), index.find("the aura"), index.find("ramat")
    (['a', 'b'], ['c'], ['b', 'a'], ['c'])
    """

    def __init__(self, entries: Iterable[Entry], content: bytes | None = None) -> None:
        import sqlite3  # only when something is looked for by words

        # The index is made and read in one thread at a time; a server may hand it from thread to thread.
        self._base = sqlite3.connect(":memory:", check_same_thread=False)
        if content is not None:
            self._base.deserialize(content)
            return
        words = "tokenize = 'porter unicode61 remove_diacritics 2'"
        self._base.execute(f"CREATE VIRTUAL TABLE entries USING fts5(key UNINDEXED, name, synonyms, text, {words})")
        self._base.execute("CREATE VIRTUAL TABLE parts USING fts5(key UNINDEXED, names, tokenize = 'trigram')")
        found = list(entries)
        self._base.executemany("INSERT INTO entries VALUES (?, ?, ?, ?)", found)
        self._base.executemany("INSERT INTO parts VALUES (?, ?)", ((e.key, f"{e.name} {e.synonyms}") for e in found))

    def content(self) -> bytes:
        """Return the index as bytes, of which it can be made again without its entries."""
        self._base.commit()
        return self._base.serialize()

    def find(self, text: str, at_most: int = 50) -> list[str]:
        """Return the keys of entries, best first: with all words, then with some, then with the words as parts."""
        words = _WORD.findall(text)
        if not words:
            return []
        begun = [_either(f'"{one}" OR "{one}"*' for one in spellings(word)) for word in words]
        found = [
            *self._with(_BY_WORDS, " AND ".join(begun), at_most),
            *self._with(_BY_WORDS, " OR ".join(begun), at_most),
        ]
        if parts := [f'"{one}"' for word in words if len(word) >= _PART for one in spellings(word)]:
            found += self._with(_BY_PARTS, " OR ".join(parts), at_most)
        return list(dict.fromkeys(key for key, _ in found))[:at_most]

    def with_any(self, text: str, at_most: int = 50) -> list[tuple[str, float]]:
        """Return keys and weights of the entries that have any of the words, as whole words, heaviest first."""
        words = [one for word in _WORD.findall(text) for one in spellings(word)]
        return self._with(_BY_WORDS, " OR ".join(f'"{word}"' for word in words), at_most) if words else []

    def _with(self, query: str, matching: str, at_most: int) -> list[tuple[str, float]]:
        return list(self._base.execute(query, (matching, at_most)))


def _either(parts: Iterable[str]) -> str:
    return f"({' OR '.join(parts)})"


def kept_index(graph: Graph, name: str, entries: Iterable[Entry]) -> Index:
    """Read an index that is kept beside a graph, or make it of its entries and keep it."""
    import sqlite3

    if not hasattr(sqlite3.Connection, "deserialize"):  # without which SQLite may be built
        return Index(entries)
    name = f"{name}-{sqlite3.sqlite_version}.sqlite"
    content = graph.artefacts.read(name)
    if content is not None:
        return Index((), content)
    made = Index(entries)
    graph.artefacts.write(name, made.content())
    return made
