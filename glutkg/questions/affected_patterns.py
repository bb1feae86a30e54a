"""Reading a SPARQL query as far as its triple patterns, and the groups in which they stand."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from glutkg.rdf.namespaces import PREFIXES, RDF, STATED_GRAPH

if TYPE_CHECKING:
    from collections.abc import Iterator

_TOKEN = re.compile(
    r"""(?:\#[^\n]*|\s+)*+
      ((?:"{3}.*?"{3}|'{3}.*?'{3}|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')
        (?:@[\w-]+|\^\^(?:<[^>]*>|[\w-]*:[\w-]*))?
      | <[^<>"{}|^`\s]*> | [?$]\w+ | _:\w+ | [\w-]*:[\w.%-]*\w | [\w-]*: | \w+ | && | \|\| | != | <= | >= | \S | \Z)""",
    re.VERBOSE | re.DOTALL,
)
_PREFIX = re.compile(r"\bPREFIX\s+([\w-]*):\s*<([^>]*)>", re.IGNORECASE)
VARIABLE = re.compile(r"[?$](\w+)")
_MARKS = frozenset("/|^*+?()!")
_WALKS = frozenset("*+?")
_PLAIN = frozenset(["{", "}", ".", "UNION"])
"""After these a brace begins a group that has to match."""
_INNER = 2
"""Braces around what stands in a group within the outermost one."""


class UnreadableError(ValueError):
    """A query says something that is not read here."""


@dataclass(frozen=True, slots=True)
class Edge:
    """A triple pattern as it is written; `names` are the IRIs of its relation, none when it is a variable.

    `walks` tells whether the relation is a path: gone any number of times, or not at all. `steps` writes such a path
    gone any number of times, where it is made of relations that all lead the same way.
    """

    subject: str
    relation: str
    object: str
    names: frozenset[str]
    walks: bool = False
    steps: str = ""

    def __str__(self) -> str:
        return f"{self.subject} {self.relation} {self.object} ."


@dataclass(slots=True)
class Group:
    """What stands between two braces; `kind` is `all`, `any` (of its parts), `maybe` or `exists`.

    `tests` narrow the values of variables; `values` are those of a variable that are listed.
    """

    kind: str = "all"
    edges: list[Edge] = field(default_factory=list)
    parts: list[Group] = field(default_factory=list)
    tests: list[str] = field(default_factory=list)
    values: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def needed(self) -> Iterator[Edge]:
        """Give the patterns without which the group does not match."""
        if self.kind != "any":
            yield from self.edges
            for part in self.parts:
                if part.kind == "all":
                    yield from part.needed()

    def lines(self, but: Edge | None = None, within: Group | None = None) -> Iterator[str]:
        """Write what has to hold for the group to match, but for one pattern and for one of the parts."""
        if self.kind == "any":
            return
        yield from (str(edge) for edge in self.edges if edge is not but)
        for part in self.parts:
            if part is not within and part.kind == "all":
                yield from part.lines()
            elif part is not within and part.kind == "any":
                choices = [" ".join(choice.lines()) for choice in part.parts]
                yield " UNION ".join(f"{{ {choice} }}" for choice in choices)


def inner_groups(query: str, name: str) -> list[int]:
    """Tell where the groups begin that stand right within a query's outermost one, and whose patterns name a variable.

    They are the choices of a UNION, and groups beside one; nothing that is optional or that rules rows out.

    >>> query = "SELECT ?x { { ?x a ?y } UNION { ?y a ?z } OPTIONAL { ?x a ?w } }"
    >>> [query[start:start + 7] for start in inner_groups(query, "x")]
    [' ?x a ?']
    """
    found: list[int] = []
    depth, brackets, before, start = 0, 0, "", None
    for match in _TOKEN.finditer(query) if "UNION" in query.upper() else ():
        item = match[1]
        brackets += (item == "(") - (item == ")")
        if item == "{":
            depth += 1
            if depth == _INNER:
                start = match.end() if before in _PLAIN else None
        elif item == "}":
            depth -= 1
        elif depth == _INNER and item.upper() == "SELECT":
            start = None
        elif depth == _INNER and not brackets and start is not None and item[1:] == name and item[0] in "?$":
            found.append(start)
            start = None
        before = item.upper()
    return found


class Names:
    """The prefixes of a query."""

    def __init__(self, query: str) -> None:
        self._prefixes = {**PREFIXES, **dict(_PREFIX.findall(query))}
        self.head = " ".join(f"PREFIX {name}: <{iri}>" for name, iri in self._prefixes.items() if name not in PREFIXES)

    def iri(self, name: str) -> str:
        """Write a name of the query as an IRI; what is none stays. Raises UnreadableError for an unknown prefix."""
        if name == "a":
            return f"<{RDF}type>"
        prefix, colon, local = name.partition(":")
        if name.startswith("<") or not colon:
            return name
        if prefix not in self._prefixes:
            raise UnreadableError(f"the prefix of '{name}' is not known")
        return f"<{self._prefixes[prefix]}{local}>"


class Parser:
    """Reads a SELECT query; of its clauses only the groups."""

    def __init__(self, query: str, names: Names) -> None:
        self._tokens = list(filter(None, _TOKEN.findall(query)))
        self._at = 0
        self._iri = names.iri
        self._fresh = 0

    def query(self) -> Group:
        """Read the query. Raises UnreadableError where it says something that is not read here."""
        self._skip_to("{")
        return self._group("all")

    def _peek(self, ahead: int = 0) -> str:
        return self._tokens[self._at + ahead] if self._at + ahead < len(self._tokens) else ""

    def _word(self) -> str:
        return self._peek().upper()

    def _next(self, wanted: str = "") -> str:
        item = self._peek()
        if not item or (wanted and item.upper() != wanted):
            raise UnreadableError(f"'{item or 'the end'}' stands where {wanted or 'more'} was expected")
        self._at += 1
        return item

    def _skip_to(self, mark: str) -> None:
        while self._peek() != mark:
            self._next()

    def _group(self, kind: str) -> Group:
        self._next("{")
        made = Group(kind)
        if self._word() == "SELECT":
            self._selected(made)
        while self._peek() != "}":
            self._part(made)
        self._next("}")
        return made

    def _selected(self, group: Group) -> None:
        """Read a query within the query. What it does not give out has to have names of its own."""
        start = self._at
        self._skip_to("{")
        given = set(VARIABLE.findall(" ".join(self._tokens[start : self._at])))
        first = self._at
        group.parts.append(self._group("maybe"))  # a count of nothing is a row too
        inside = set(VARIABLE.findall(" ".join(self._tokens[first : self._at])))
        self._skip_to("}")
        outside = set(VARIABLE.findall(" ".join(self._tokens[:start] + self._tokens[self._at :])))
        if (inside - given) & outside:
            raise UnreadableError("a name of an inner query stands for something else outside")

    def _part(self, group: Group) -> None:
        word = self._word()
        if word == ".":
            self._next()
        elif word == "{":
            group.parts.append(self._choices())
        elif word == "OPTIONAL":
            self._next()
            group.parts.append(self._group("maybe"))
        elif word == "FILTER":
            self._next()
            self._filter(group)
        elif word in {"BIND", "VALUES"}:
            self._kept(group, word)
        elif word == "MINUS":
            self._next()
            group.parts.append(self._group("exists"))
        elif word == "GRAPH" and self._iri(self._peek(1)) == f"<{STATED_GRAPH}>":
            self._at += 2
            group.parts.append(self._group("all"))
        elif word in {"GRAPH", "SERVICE"}:
            raise UnreadableError(f"{word} is not read")
        else:
            self._triples(group)

    def _choices(self) -> Group:
        choices = [self._group("all")]
        while self._word() == "UNION":
            self._next()
            choices.append(self._group("all"))
        return choices[0] if len(choices) == 1 else Group("any", parts=choices)

    def _filter(self, group: Group) -> None:
        start, exists = self._at, False
        depth = 0
        while True:
            item = self._next()
            if item.upper() == "EXISTS":
                exists = True
                group.parts.append(self._group("exists"))
            depth += (item == "(") - (item == ")")
            if depth == 0 and (item == ")" or item.upper() == "EXISTS"):
                break
        if not exists:
            group.tests.append(f"FILTER {' '.join(self._tokens[start : self._at])}")

    def _kept(self, group: Group, word: str) -> None:
        """Take what gives a variable its values; it narrows, so that it may be left out where a variable is lacking."""
        start = self._at
        self._skip_to("(" if word == "BIND" else "{")
        depth = 0
        while True:
            item = self._next()
            depth += (item in "({") - (item in ")}")
            if depth == 0:
                break
        if word == "VALUES":
            group.tests.append(" ".join(self._tokens[start : self._at]))
            name = VARIABLE.fullmatch(self._tokens[start + 1])
            if name:
                group.values[name[1]] = tuple(map(self._iri, self._tokens[start + 3 : self._at - 1]))

    def _triples(self, group: Group) -> None:
        subject = self._term()
        while True:
            path = self._path()
            while True:
                group.edges.extend(self._steps(subject, path, self._term()))
                if self._peek() != ",":
                    break
                self._next()
            while self._peek() == ";":
                self._next()
                more = self._peek() not in {".", "}", ";"}
            if self._tokens[self._at - 1] != ";" or not more:
                return

    def _term(self) -> str:
        item = self._next()
        if item in _MARKS or item in "[]{},;.":
            raise UnreadableError(f"'{item}' is not read")
        return item

    def _path(self) -> list[str]:
        """Read a relation, or a path: parts joined by / and |, each with ^ or ! before and *, + or ? after it."""
        found = self._path_part()
        while self._peek() in {"/", "|"}:
            found += [self._next(), *self._path_part()]
        return found

    def _path_part(self) -> list[str]:
        found = [self._next()]
        if found[0] in {"^", "!"}:
            return found + self._path_part()
        if found[0] == "(":
            found += [*self._path(), self._next(")")]
        elif found[0] in "{}[].;,":
            raise UnreadableError(f"'{found[0]}' is not read")
        while self._peek() in _WALKS:
            found.append(self._next())
        return found

    def _steps(self, subject: str, path: list[str], object_: str) -> Iterator[Edge]:
        """Take a path apart where it goes one relation after the other."""
        steps, depth = [[]], 0  # type: list[list[str]], int
        for item in path:
            depth += (item == "(") - (item == ")")
            if item == "/" and depth == 0:
                steps.append([])
            else:
                steps[-1].append(item)
        nodes = [subject, *(self._between() for _ in steps[1:]), object_]
        for number, step in enumerate(steps):
            yield self._edge(nodes[number], step, nodes[number + 1])

    def _between(self) -> str:
        self._fresh += 1
        return f"?between{self._fresh}"

    def _edge(self, subject: str, step: list[str], object_: str) -> Edge:
        if step[0] == "^":
            return self._edge(object_, step[1:], subject)
        if step[0] == "(" and step[-1] == ")" and "(" not in step[1:-1] and "/" not in step:
            step = step if "|" in step else step[1:-1]
        if "!" in step:
            raise UnreadableError("'!' is not read")
        names = [item for item in step if item not in _MARKS]
        if len(names) == 1 and VARIABLE.fullmatch(names[0]):
            return Edge(subject, names[0], object_, frozenset())
        known = frozenset(map(self._iri, names))
        turns = "/" in step or "^" in step
        steps = "" if turns else f"({'|'.join(sorted(known))})*"
        return Edge(subject, "".join(step), object_, known, turns or bool(_WALKS & set(step)), steps)
