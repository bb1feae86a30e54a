"""Triples as integers: a dictionary of terms, and for each predicate its subject-object pairs as a sorted array."""

from __future__ import annotations

from collections import defaultdict
from io import BytesIO
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from glutkg.rdf.terms import Term, from_name, literal

if TYPE_CHECKING:
    from collections.abc import Iterator

Integers = NDArray[np.int64]
Mask = NDArray[np.bool_]

SHIFT = 32
LOW = (1 << SHIFT) - 1
MOST_AT_A_GLANCE = 1_000
"""Codes of which a set is made, that tells at a glance whether another one has any of them."""
EMPTY: Integers = np.empty(0, np.int64)


def pairs_of(subjects: Integers, objects: Integers) -> Integers:
    """Put codes together, two in one integer, so that pairs are sorted by subject and then by object."""
    return (subjects << SHIFT) | objects


def swapped(pairs: Integers) -> Integers:
    """Put the object of each pair before its subject."""
    return ((pairs & LOW) << SHIFT) | (pairs >> SHIFT)


def distinct(values: Integers) -> Integers:
    """Sort values and leave out repeated ones."""
    if len(values) < 2:  # noqa: PLR2004 - nothing can be repeated
        return values
    ordered = np.sort(values)
    return ordered[np.concatenate(([True], ordered[1:] != ordered[:-1]))]


def contained(values: Integers, ordered: Integers) -> Mask:
    """Give for each value whether a sorted array has it."""
    if not len(ordered) or not len(values):
        return np.zeros(len(values), np.bool_)
    places = ordered.searchsorted(values)
    places[places == len(ordered)] = 0
    found: Mask = ordered[places] == values
    return found


def merged(one: Integers, other: Integers) -> Integers:
    """Merge two sorted arrays."""
    if not len(one) or not len(other):
        return other if len(other) else one
    both = np.concatenate((one, other))
    both.sort(kind="stable")  # which takes sorted runs as they are
    return both


def ranges(start: Integers, counts: Integers) -> Integers:
    """Give one after the other the numbers from each start on, as many as stated."""
    before = np.cumsum(counts) - counts
    return np.repeat(start - before, counts) + np.arange(int(counts.sum()))


def followed(pairs: Integers, ordered: Integers) -> Integers:
    """Follow the second of each pair along sorted pairs, and give what is reached from each first; sorted.

    >>> steps = pairs_of(np.array([2, 2, 3]), np.array([4, 5, 4]))
    >>> [divmod(pair, 1 << SHIFT) for pair in followed(pairs_of(np.array([1, 1]), np.array([2, 3])), steps).tolist()]
    [(1, 4), (1, 5)]
    """
    keys = (pairs & LOW) << SHIFT
    start = ordered.searchsorted(keys)
    counts = ordered.searchsorted(keys + (1 << SHIFT)) - start
    return distinct(pairs_of(np.repeat(pairs >> SHIFT, counts), ordered[ranges(start, counts)] & LOW))


class Relation:
    """The pairs of one predicate. Both orders are made when they are first asked for, and kept up from then on.

    What stands with one subject or object is kept, too, until pairs are added: rules ask again for the same few.
    """

    __slots__ = ("_by_object", "_by_subject", "_few", "_for_object", "_for_subject", "_objects", "_subjects")

    def __init__(self, pairs: Integers = EMPTY) -> None:
        self._by_subject = pairs
        self._by_object: Integers | None = None
        self._for_subject: list[Integers] = []
        self._for_object: list[Integers] = []
        self._objects: dict[int, Integers] = {}
        self._subjects: dict[int, Integers] = {}
        self._few: dict[tuple[int | None, bool], set[int] | None] = {}

    def add(self, pairs: Integers) -> None:
        """Add sorted pairs that the relation does not have."""
        self._for_subject.append(pairs)
        if self._by_object is not None:
            self._for_object.append(pairs)
        self._objects.clear()
        self._subjects.clear()
        self._few.clear()

    @property
    def by_subject(self) -> Integers:
        """The pairs, sorted."""
        if self._for_subject:
            self._by_subject = merged(self._by_subject, _together(self._for_subject))
            self._for_subject = []
        return self._by_subject

    @property
    def by_object(self) -> Integers:
        """The pairs with the object first, sorted."""
        if self._by_object is None:
            self._by_object = np.sort(swapped(self.by_subject))
        elif self._for_object:
            self._by_object = merged(self._by_object, np.sort(swapped(_together(self._for_object))))
            self._for_object = []
        return self._by_object

    def objects(self, subject: int) -> Integers:
        """Give the objects of one subject, sorted."""
        found = self._objects.get(subject)
        if found is None:
            found = self._objects[subject] = _slice(self.by_subject, subject)
        return found

    def subjects(self, object_: int) -> Integers:
        """Give the subjects of one object, sorted."""
        found = self._subjects.get(object_)
        if found is None:
            found = self._subjects[object_] = _slice(self.by_object, object_)
        return found

    def few(self, other: int | None, of_objects: bool) -> set[int] | None:
        """Give the subjects of an object, the objects of a subject, or all of either; None where they are many."""
        if (other, of_objects) not in self._few:
            self._few[other, of_objects] = self._set(other, of_objects)
        return self._few[other, of_objects]

    def _set(self, other: int | None, of_objects: bool) -> set[int] | None:
        if other is not None:
            codes = self.objects(other) if of_objects else self.subjects(other)
        elif len(self) > MOST_AT_A_GLANCE:
            return None
        else:
            codes = self.by_subject & LOW if of_objects else self.by_subject >> SHIFT
        return {*codes.tolist()} if len(codes) <= MOST_AT_A_GLANCE else None

    def has(self, subject: int, object_: int) -> bool:
        """Give whether the relation has a pair."""
        return bool(contained(np.array([(subject << SHIFT) | object_]), self.by_subject)[0])

    @property
    def is_empty(self) -> bool:
        """Whether there is no pair."""
        return not (len(self._by_subject) or self._for_subject)

    def __len__(self) -> int:
        return len(self._by_subject) + sum(map(len, self._for_subject))


def _together(parts: list[Integers]) -> Integers:
    return parts[0] if len(parts) == 1 else np.sort(np.concatenate(parts), kind="stable")


def _slice(ordered: Integers, first: int) -> Integers:
    start, end = ordered.searchsorted((first << SHIFT, (first + 1) << SHIFT))
    return ordered[start:end] & LOW


NOTHING = Relation()


class Terms:
    """A dictionary of terms, as N-Triples spells them, and their codes."""

    def __init__(self) -> None:
        self.spelled: list[bytes] = []
        self.codes: dict[bytes, int] = {}
        self._first_letters: NDArray[np.uint8] = np.empty(0, np.uint8)

    def code(self, term: bytes) -> int:
        """Give the code of a term, a new one where it has none."""
        code = self.codes.get(term)
        if code is None:
            code = self.codes[term] = len(self.spelled)
            self.spelled.append(term)
        return code

    def term(self, code: int) -> Term:
        """Read a term; a literal without escapes by its parts, which is much faster."""
        text = self.spelled[code].decode()
        if text[0] != '"':
            return from_name(text.strip("<>"))
        if "\\" in text:
            return literal(text)
        value, _, rest = text[1:].rpartition('"')
        return Term("literal", value, rest[1:] if rest[:1] == "@" else None, rest[3:-1] if rest[:1] == "^" else None)

    def are_iris(self, codes: Integers) -> Mask:
        """Give for each code whether its term is an IRI."""
        return self._begin_with(codes, b"<")

    def are_literals(self, codes: Integers) -> Mask:
        """Give for each code whether its term is a literal."""
        return self._begin_with(codes, b'"')

    def are_blank(self, codes: Integers) -> Mask:
        """Give for each code whether its term is a blank node."""
        return self._begin_with(codes, b"_")

    def _begin_with(self, codes: Integers, letter: bytes) -> Mask:
        if len(self._first_letters) < len(self.spelled):
            self._first_letters = np.array([term[0] for term in self.spelled], np.uint8)
        found: Mask = self._first_letters[codes] == letter[0]
        return found


Relations = defaultdict[int, Relation]
"""Relations by the code of their predicate."""


def copied(table: Relations) -> Relations:
    """Give relations with the same pairs, to which others can be added."""
    return defaultdict(Relation, {predicate: Relation(relation.by_subject) for predicate, relation in table.items()})


def about(table: Relations, subjects: Integers) -> Relations:
    """Give the triples about some subjects, which are sorted."""
    made: Relations = defaultdict(Relation)
    first = subjects << SHIFT
    for predicate, relation in table.items():
        pairs = relation.by_subject
        start = pairs.searchsorted(first)
        made[predicate] = Relation(pairs[ranges(start, pairs.searchsorted(first + (1 << SHIFT)) - start)])
    return made


def coded(lines: bytes, terms: Terms) -> Relations:
    r"""Code a text in N-Triples as Oxigraph writes it: one triple a line, single spaces, one before the full stop.

    >>> terms = Terms()
    >>> table = coded(b'<a> <p> "b c" .\n<a> <p> <a> .\n', terms)
    >>> b"".join(written(table[terms.code(b"<p>")].by_subject, terms.code(b"<p>"), terms))
    b'<a> <p> <a> .\n<a> <p> "b c" .\n'
    """
    codes, spelled = terms.codes, terms.spelled
    found: defaultdict[bytes, list[int]] = defaultdict(list)
    before, subject = b"", 0
    for line in BytesIO(lines):
        name, predicate, object_ = line[:-3].split(b" ", 2)
        if name != before:
            before, subject = name, terms.code(name) << SHIFT
        code = codes.get(object_)
        if code is None:
            code = codes[object_] = len(spelled)
            spelled.append(object_)
        found[predicate].append(subject | code)
    made: Relations = defaultdict(Relation)
    for predicate, pairs in found.items():
        made[terms.code(predicate)] = Relation(distinct(np.array(pairs, np.int64)))
    return made


def written(pairs: Integers, predicate: int, terms: Terms, graph: str = "", at_once: int = 50_000) -> Iterator[bytes]:
    """Write triples of one predicate as N-Triples, or as N-Quads of a graph, in pieces."""
    between, end = b" %s " % terms.spelled[predicate], b" <%s> .\n" % graph.encode() if graph else b" .\n"
    spelled = terms.spelled
    for start in range(0, len(pairs), at_once):
        piece = pairs[start : start + at_once]
        ends = zip((piece >> SHIFT).tolist(), (piece & LOW).tolist(), strict=True)
        yield b"".join([spelled[subject] + between + spelled[object_] + end for subject, object_ in ends])
