"""Packaged questions: one `.rq` file each, valid SPARQL with its default answer, under a short header.

A parameter is a block `VALUES ?name { … }` of the query. A value is given by name, checked against the graph, and takes
the place of the block's content as a whole term; an optional parameter that is not given has its block removed.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from glutkg.errors import NotFoundError, SourceError, UsageError
from glutkg.questions.headings import headings_of
from glutkg.resources import question_files, read_text
from glutkg.sparql.binding import as_blocks, blocks, default_values, joints, with_blocks
from glutkg.sparql.headers import QUESTION, entries, read_header
from glutkg.store.names import near
from glutkg.text.cells import IRI_JOINT, LITERAL_JOINT

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from glutkg.questions.headings import Headings
    from glutkg.rdf.terms import Term
    from glutkg.sparql.headers import Entry

_LONG_QUOTES = ('"""', "'''")
_BEGUN_BLOCK = re.compile(r"[?$](\w+)\s*\{")
_PLAIN_BLOCK = re.compile(r"^ *VALUES \?(\w+) \{[^{}'\"#?$\n]*\}", re.MULTILINE)
_JOINT = "separator"
_USUAL_JOINT = re.compile(rf"{_JOINT} *= *(?:\"(?:{IRI_JOINT}|{LITERAL_JOINT})\"|'(?:{IRI_JOINT}|{LITERAL_JOINT})')")
OPTIONS = ("format", "output", "help")
"""Options of the command `ask`, which shadow parameters of these names and of their beginnings."""
_PARAMETER = re.compile(
    r"(?P<name>\w+) of (?P<kind>[\w:-]+)(?P<optional>, optional)?(?P<several>, several)? -- (?P<text>.+)"
)


class Parameter(NamedTuple):
    """A parameter: its name, what its values are of (a class or a datatype), whether it may be left out or repeated."""

    name: str
    kind: str
    text: str
    optional: bool = False
    several: bool = False


class Question(NamedTuple):
    """A packaged question: what it asks in plain words, what a row of its answer means, and the query.

    `path` is the file that it was read from.

    >>> import glutkg
    >>> (question,) = (one for one in glutkg.load().questions() if one.name == "compounds-at-receptor")
    >>> question.joints
    {'selectivities': '; ', 'claims': ' '}
    >>> question.bound({}) == question.query
    True
    """

    name: str
    summary: str
    question: str
    row: str
    tags: tuple[str, ...]
    parameters: tuple[Parameter, ...]
    query: str
    phrasings: tuple[str, ...] = ()
    path: Path | None = None

    def __repr__(self) -> str:
        parameters = "".join(f" --{parameter.name}" for parameter in self.parameters)
        return f"<Question: {self.name}{parameters}: {self.summary}>"

    @property
    def headings(self) -> Headings:
        """Pairs of columns and what people read above them, where this is not the words of their names.

        >>> from glutkg.questions.question import find_question
        >>> dict(find_question(kg.folder, "claims-per-kind").headings)["claimCount"]
        'claims'
        """
        return headings_of(self.path, self.query) if self.path else ()

    @property
    def joints(self) -> dict[str, str]:
        """The columns whose cells hold several values, and what joins these: '; ' for labels, a space for IRIs."""
        return joints(self.query)

    def defaults(self, given: Iterable[str] = ()) -> dict[str, str]:
        """Return the text of the values asked for where a parameter that may not be left out is not given.

        >>> from glutkg.questions.question import find_question
        >>> find_question(kg.folder, "findings-of-compound").defaults()
        {'compound': 'substance:dizocilpine'}
        """
        asked = {parameter.name for parameter in self.parameters if not parameter.optional} - {*given}
        return {name: values for name, values in default_values(self.query).items() if name in asked}

    def bound(self, values: Mapping[str, tuple[Term, ...]]) -> str:
        """Return the query with values in place of defaults. Raises UsageError for a name that is not a parameter."""
        unknown = sorted(set(values) - {parameter.name for parameter in self.parameters})
        if unknown:
            known = ", ".join(f"--{parameter.name}" for parameter in self.parameters) or "none"
            raise UsageError(f"The question '{self.name}' has no parameter --{unknown[0]}; it has: {known}.")
        given = {name: terms for name, terms in values.items() if terms}
        left_out = {p.name: "" for p in self.parameters if p.optional and p.name not in given}
        return with_blocks(self.query, left_out | as_blocks(given))


def read_question(path: Path) -> Question:
    """Read one question file. Raises SourceError when a header or the block of a parameter is missing."""
    text = read_text(path)
    lines = entries(text)
    header = read_header(path, text, QUESTION, lines)
    parameters = tuple(_parameter(entry, path) for entry in lines if entry.key == "parameter")
    names = [parameter.name for parameter in parameters]
    blocks_of = _blocks_by_name(text, names) if names else {}
    for parameter in parameters:
        if names.count(parameter.name) > 1:
            raise SourceError(f"two parameters have the name '{parameter.name}'. Keep one.", path)
        if any(option.startswith(parameter.name) for option in OPTIONS):
            raise SourceError(
                f"a parameter cannot have the name '{parameter.name}', since every command has one of the options "
                f"{', '.join(f'--{option}' for option in OPTIONS)}. Choose another name.",
                path,
            )
        if blocks_of.get(parameter.name) != 1:
            raise SourceError(
                f"parameter '{parameter.name}' needs exactly one block VALUES ?{parameter.name} {{ … }}.", path
            )
    phrasings = tuple(entry.value for entry in lines if entry.key == "phrasing")
    tags = tuple(word.strip() for word in header["tags"].split(",") if word.strip())
    question = Question(
        path.stem,
        header["summary"],
        header["question"],
        header["row"],
        tags,
        parameters,
        text,
        phrasings,
        path,
    )
    if odd := _odd_joints(text):
        raise SourceError(f"join the values of ?{odd[0]} by separator=' ' (IRIs) or separator='; ' (text).", path)
    return question


def _blocks_by_name(query: str, names: Iterable[str]) -> Mapping[str, int]:
    """Count the blocks of values for variables: by the lines of a query if these leave no doubt, else by its tokens."""
    begun, plain = Counter(_BEGUN_BLOCK.findall(query)), Counter(_PLAIN_BLOCK.findall(query))
    is_plain = all(begun[name] == plain[name] == 1 for name in names) and not any(one in query for one in _LONG_QUOTES)
    return plain if is_plain else Counter(block.name for block in blocks(query))


def _odd_joints(query: str) -> list[str]:
    """Return the columns whose values are joined otherwise than is usual; most queries need not be read for that."""
    words = query.lower()
    if len(_USUAL_JOINT.findall(words)) == words.count(_JOINT):
        return []
    return [name for name, joint in joints(query).items() if joint not in (IRI_JOINT, LITERAL_JOINT)]


def _parameter(entry: Entry, path: Path) -> Parameter:
    match = _PARAMETER.fullmatch(entry.value)
    if not match:
        form = "#+ parameter: name of kind[, optional][, several] -- what it is"
        raise SourceError(f"write '{form}', not '{entry.value}'.", path, entry.line)
    return Parameter(match["name"], match["kind"], match["text"], bool(match["optional"]), bool(match["several"]))


def read_questions(folder: Path) -> list[Question]:
    """Read all packaged questions, by name."""
    return [read_question(path) for path in question_files(folder)]


def find_question(folder: Path, name: str) -> Question:
    """Read one question by name. Raises NotFoundError with the nearest names."""
    paths = {path.stem: path for path in question_files(folder)}
    if name not in paths:
        raise NotFoundError(f"There is no question '{name}'; 'glutkg questions' lists them all.", near(name, paths))
    return read_question(paths[name])
