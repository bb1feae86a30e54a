"""Hints beside the results of a check: which name may be meant, what a property takes, which class fits a record."""

from __future__ import annotations

import re
import shlex
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING

from glutkg.checks.inconsistencies import CONTRADICTION
from glutkg.checks.quality import DANGLING
from glutkg.checks.record_classes import TYPE, RecordClasses
from glutkg.rdf.namespaces import BASE, PREFIXES, SH, curie
from glutkg.relations import grouped
from glutkg.store.labels import label
from glutkg.store.names import all_names, folded, near

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from glutkg.checks.report import ValidationResult
    from glutkg.checks.shapes import Shapes
    from glutkg.rdf.terms import Term
    from glutkg.store.graph import Graph

_CLOSED, _IN, _LEAST = (f"{SH}{name}ConstraintComponent" for name in ("Closed", "In", "MinCount"))
_CAPITAL = re.compile(r"(?<=[a-z])[A-Z]")
_LOCAL_NAME = re.compile(r"[^/#]*$")
_RECORDS = tuple(PREFIXES[name] for name in ("claim", "source", "shape", "slip", "conflict"))
_SHOWN = 4


def with_hints(results: Sequence[ValidationResult], stated: Graph, shapes: Shapes) -> list[ValidationResult]:
    """Add hints to the messages of those results of which something can be said."""
    hints = Hints(RecordClasses(stated, shapes))
    added = [(result, hints.of(result)) for result in results]
    first = {(result.focus, hint): number for number, (result, hint) in reversed([*enumerate(added)])}
    return [
        replace(result, message=result.message + hint) if first[result.focus, hint] == number else result
        for number, (result, hint) in enumerate(added)
    ]


class Hints:
    """What can be said of results on one state of the records."""

    def __init__(self, classes: RecordClasses) -> None:
        self._classes = classes
        self._stated = classes.stated

    def of(self, result: ValidationResult) -> str:
        """Return what to add to the message of a result; nothing for most."""
        if result.value is None or result.predicate is None:
            return self._fits(result.focus) if result.predicate == TYPE and result.component == _LEAST else ""
        if result.rule == DANGLING:
            return self._of_unknown(result.focus, result.predicate, result.value.name)
        if result.component == _CLOSED:
            return self._of_stray(result.focus, result.predicate)
        if result.predicate == TYPE and (result.component == _IN or self._is_no_class_of(result)):
            return self._of_type(result.focus, result.value.name)
        if result.source in self._classes.value_shapes(result.predicate):
            return self._of_misplaced(result.focus, result.predicate, result.value)
        return ""

    # --- names that nothing defines -----------------------------------------------------------------------------

    def _of_unknown(self, record: str, property_: str, unknown: str) -> str:
        class_ = self._class_of(record, property_)
        if property_ == TYPE:
            return self._of_type(record, unknown)
        if property_ == unknown:
            return _close(self._nearest(unknown, sorted(self._taking)))
        values = self._classes.values(property_, class_) if class_ else None
        known = [term.value for term in values.terms if term.value != unknown] if values else []
        near = self._like(_local_name(unknown), known) or self._fitting_after(
            property_, self._neighbours(unknown), unknown
        )
        return _close(near) + self._takes(property_, class_) + self._defining(property_, class_)

    def _nearest(self, unknown: str, known: Iterable[str]) -> list[str]:
        """Return those of some IRIs that have a name like that of an unknown one, or else any that have."""
        wanted = _local_name(unknown)
        return self._like(wanted, known) or self._like(wanted, self._neighbours(unknown))

    def _fitting_after(self, property_: str, names: Iterable[str], unknown: str) -> list[str]:
        """Return those names like an unknown one that may stand after a property."""
        any_may = not self._classes.value_shapes(property_)
        return [
            one for one in self._like(_local_name(unknown), names) if any_may or self._classes.accepts(property_, one)
        ]

    def _defining(self, property_: str, class_: str | None) -> str:
        """Say which commands write the template of a new thing that a property takes."""
        kinds = self._classes.kinds_of_values(property_, class_) if class_ else ()
        commands = [f"glutkg new {shlex.quote(label(self._stated, one))}" for one in kinds]
        return f" A template of a new one: {'; '.join(commands)}" if commands else ""

    def _like(self, wanted: str, known: Iterable[str]) -> list[str]:
        names = {name: iri for iri in known for name in (*self._names.get(iri, ()), _local_name(iri))}
        same = {iri for name, iri in names.items() if folded(name) == folded(wanted)}
        return sorted(same) or list(dict.fromkeys(names[name] for name in near(wanted, names, one_in=2)))

    def _neighbours(self, unknown: str) -> list[str]:
        """Return what is named in the namespace of an unknown name; for a term, all but records."""
        namespace = unknown.removesuffix(_local_name(unknown))
        typed = {s.value for s, _, _ in self._classes.triples(None, TYPE) if s.value.startswith(namespace)}
        return sorted(name for name in typed if namespace != BASE or not name.startswith(_RECORDS))

    @cached_property
    def _names(self) -> dict[str, list[str]]:
        return grouped((iri, name) for name, iri in all_names(self._stated))

    # --- classes that are none of a record ------------------------------------------------------------------------

    def _of_type(self, record: str, wrong: str) -> str:
        """Say which class may be meant by a wrong or unknown one, and after which property a known one may stand."""
        alike = self._alike(record, wrong)
        taken = {one for class_ in alike for one in self._classes.record_class(class_).properties}
        after = sorted(one for one in taken if self._classes.accepts(one, wrong))
        return _close(alike) + self._fits(record, alike) + _sentence(f"{curie(wrong)} may stand after {{}}.", after)

    def _alike(self, record: str, wrong: str) -> list[str]:
        """Return the classes of records that go by a name like that of a class, or share a word with it.

        Those are left out that may not have all the properties of the record, as long as others may.
        """
        known = self._classes.classes
        of_its_name = [wrong, *self._like(_local_name(wrong), self._neighbours(wrong))]
        alike = self._like(_local_name(wrong), known) or next(filter(None, map(self._with_a_word_of, of_its_name)), [])
        used = self._classes.properties_of(record).intersection(self._taking)
        return [one for one in alike if used <= self._classes.record_class(one).properties] or alike

    def _with_a_word_of(self, name: str) -> list[str]:
        wanted = self._words(name)
        shared = {one: len(wanted & self._words(one)) for one in self._classes.classes}
        most = max(shared.values(), default=0)
        return [one for one in shared if shared[one] == most > 0]

    def _words(self, iri: str) -> set[str]:
        names = (*self._names.get(iri, ()), _CAPITAL.sub(r" \g<0>", _local_name(iri)))
        return {word.casefold() for name in names for word in re.findall(r"\w+", name)}

    def _is_no_class_of(self, result: ValidationResult) -> bool:
        """Tell a contradiction about a record whose class is none of records."""
        if result.source != CONTRADICTION or result.value is None:
            return False
        line = {*self._classes.above(result.value.name), *self._classes.below(result.value.name)}
        used = self._classes.properties_of(result.focus).intersection(self._taking)
        return not line.intersection(self._classes.classes) and any(name.startswith(BASE) for name in used)

    # --- names that stand in the wrong place ----------------------------------------------------------------------

    def _of_stray(self, record: str, property_: str) -> str:
        """Say of what else the record could be, where the property belongs, or that no record has it."""
        taking = self._taking.get(property_, [])
        if not taking and property_.startswith(BASE) and any(True for _ in self._classes.triples(property_, TYPE)):
            if any(self._class_of(s.value, property_) is None for s, _, _ in self._classes.triples(None, property_)):
                return f" No record has {curie(property_)}: it is stated of terms."
            return f" {curie(property_)} is inferred and not stated: 'glutkg new' lists the classes of records."
        return self._fits(record) or _sentence(f"{curie(property_)} belongs on {{}}.", taking)

    def _of_misplaced(self, record: str, property_: str, value: Term) -> str:
        class_ = self._class_of(record, property_)
        taken = sorted(self._classes.record_class(class_).properties) if class_ and value.kind == "iri" else []
        fit = [one for one in taken if self._classes.accepts(one, value.value)]
        return self._takes(property_, class_) + _sentence(f"{curie(value.value)} may stand after {{}}.", fit)

    def _fitting(self, record: str) -> list[str]:
        """Return the classes of which a record could be, by its properties and their listed values."""
        used = self._classes.properties_of(record).intersection(self._taking)
        return [one for one in self._classes.fitting(used) if self._allows(one, record, used)] if used else []

    def _fits(self, record: str, alike: Sequence[str] = ()) -> str:
        """Say of which classes a record could be, and of these only those that go by a similar name, if any do."""
        found = self._fitting(record)
        return _sentence("All its properties together fit {}.", [one for one in found if one in alike] or found)

    def _allows(self, class_: str, record: str, used: Iterable[str]) -> bool:
        listed = {name: found.terms for name in used if (found := self._classes.values(name, class_)).listed}
        return all(o in listed[name] for name in listed for _, _, o in self._classes.triples(record, name))

    @cached_property
    def _taking(self) -> dict[str, list[str]]:
        """The classes whose records may have a property, for each property of any."""
        classes = map(self._classes.record_class, self._classes.classes)
        return grouped((name, one.iri) for one in classes for name in sorted(one.properties))

    def _takes(self, property_: str, class_: str | None) -> str:
        text = self._classes.values_text(property_, class_) if class_ and property_ in self._taking else ""
        return f" {curie(property_)} takes {text}." if text else ""

    def _class_of(self, record: str, property_: str) -> str | None:
        """Return the class of a record, or one that has the property."""
        types = (o.value for _, _, o in self._classes.triples(record, TYPE) if o.kind == "iri")
        found = (self._classes.nearest(one) for one in types)
        return next((one for one in found if one), None) or next(iter(self._taking.get(property_, [])), None)


def _local_name(iri: str) -> str:
    found = _LOCAL_NAME.search(iri)
    return found[0] if found else iri


def _sentence(text: str, names: Sequence[str]) -> str:
    shown = [curie(name) for name in names[:_SHOWN]]
    return " " + text.format(" or ".join(shown)) if shown else ""


def _close(names: Sequence[str]) -> str:
    return _sentence("Did you mean {}?", names)
