"""What the query string of an address asks, and what of it nobody takes: that is said, not passed over."""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING

from glutkg.errors import UsageError
from glutkg.store.names import near
from glutkg.text.escaping import visible

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from glutkg.questions.question import Question

FACET = "by-"
"""With what the names of facets of an answer begin."""
_HEADER = b"</header>\n"
_MOST, _LONGEST, _FEW = 5, 40, 8
LONGEST_VALUE = 2000
"""Characters of a value in a query string."""
_OF_COMMAND_LINE = re.compile(r" (?:'glutkg [^']*' lists|Did you mean|What there is: glutkg) .*$")


class Asked(dict[str, list[str]]):
    """The values of a query string by name, with the names that a page looked for.

    >>> asked = Asked({"agent": ["ketamine"], "gaol": ["pain"]})
    >>> asked.get("agent"), asked.get("goal"), asked.unread
    (['ketamine'], None, ('gaol',))
    """

    def __init__(self, values: Mapping[str, list[str]]) -> None:
        super().__init__(values)
        self.looked_for: dict[str, None] = {}

    def get(self, name: str, default: list[str] | None = None) -> list[str] | None:  # type: ignore[override]
        """Give the values of a name."""
        self.looked_for[name] = None
        return super().get(name, default)

    @property
    def unread(self) -> tuple[str, ...]:
        """The names that stand in the query string, and that nobody looked for."""
        return tuple(name for name in self if name not in self.looked_for)

    def note(self) -> str:
        """Say which names were not taken, and which may be meant; nothing where all were.

        >>> Asked({"utm_source": ["x"]}).note()
        'This page has no parameter utm_source: it is left aside.'
        """
        if not self.unread:
            return ""
        takes = f" It takes {', '.join(self.looked_for)}." if 0 < len(self.looked_for) <= _FEW else ""
        meant = _hint(_close(self.unread, self.looked_for))
        return f"This page has no parameter {_listed(self.unread)}: it is left aside.{meant or takes}"


class UnknownParameterError(UsageError):
    """A name that is no parameter of a question: the first such `name`, and those that may be meant."""

    def __init__(self, message: str, name: str, close: tuple[str, ...]) -> None:
        super().__init__(f"{message}{_hint(close)}")
        self.name = name
        self.close = close


def check_names(question: Question, given: Iterable[str], also: Collection[str] = ()) -> None:
    """Refuse names that are no parameters of a question, and not among others that are taken.

    Raises UnknownParameterError.
    """
    known = [parameter.name for parameter in question.parameters]
    unknown = [name for name in given if name not in known and name not in also]
    if unknown:
        has = f" It has: {', '.join(known)}." if known else " It has none."
        close = _close(unknown[:1], known)
        text = f"The question '{question.name}' has no parameter {_listed(unknown)}.{'' if close else has}"
        raise UnknownParameterError(text, unknown[0], close)


def ends_of(query: Mapping[str, list[str]], names: Sequence[str]) -> dict[str, str]:
    """Give the first value of each of some names of a query string. Raises UsageError for one that is too long."""
    found = {name: next(iter(query.get(name, [])), "").strip() for name in names}
    for name, value in found.items():
        if len(value) > LONGEST_VALUE:
            raise UsageError(f"The value of {name} has more than {LONGEST_VALUE} characters. Give a name or an IRI.")
    return found


def reworded(message: str) -> str:
    """Word a refusal for people who fill in a form, without what belongs to the command line.

    >>> reworded("--receptor takes a target; 'foo' is not in the graph. 'glutkg show target' lists what it takes.")
    "This takes a target; 'foo' is not in the graph."
    """
    return re.sub(r"--(\w+)", r"\1", re.sub(r"^--\w+ takes", "This takes", _OF_COMMAND_LINE.sub("", message)))


def meant(asked: Mapping[str, str], message: str, names: Sequence[str]) -> list[tuple[str, dict[str, str]]]:
    """Give the names that may be meant instead of the one that a message is about, with what then is asked.

    >>> meant({"from": "memantin", "to": ""}, "'memantin' is not in the graph.", ("memantine",))
    [('memantine', {'from': 'memantine'})]
    """
    wrong = next((name for name, value in asked.items() if value and f"'{value}'" in message), "")
    given = {name: value for name, value in asked.items() if value}
    return [(name, given | {wrong: name}) for name in names] if wrong else []


def with_note(page: bytes, note: str) -> bytes:
    """Put a note below the header of a page."""
    told = f'<aside class="told" aria-label="About this address"><p>{escape(note)}</p></aside>\n'
    return page.replace(_HEADER, _HEADER + told.encode(), 1)


def _listed(names: Iterable[str]) -> str:
    return ", ".join(visible(name[:_LONGEST]) for name in list(names)[:_MOST])


def _close(unknown: Iterable[str], known: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(found for name in unknown for found in near(name[:_LONGEST], known)))[:3]


def _hint(close: Iterable[str]) -> str:
    return f" Did you mean {' or '.join(close)}?" if close else ""
