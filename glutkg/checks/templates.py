"""Templates of records: Turtle in which a curator fills in what a sentence says, made from shapes and ontology."""

from __future__ import annotations

import re
import textwrap
from collections import Counter
from typing import TYPE_CHECKING

from glutkg.checks.record_classes import TYPE, RecordClasses
from glutkg.errors import NotFoundError, UsageError
from glutkg.rdf.namespaces import BASE, OWL, PREFIXES, RDFS, SKOS, curie
from glutkg.rdf.terms import Term
from glutkg.relations import grouped
from glutkg.store.labels import label
from glutkg.store.names import all_names, folded, named, near
from glutkg.text.tables import Table

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from glutkg.checks.record_classes import RecordClass

SUBPROPERTY_OF = RDFS + "subPropertyOf"
_SOURCE = BASE + "Source"
_OF_EACH_TERM = (RDFS + "label", SKOS + "definition")
_PAPER = "paper"
"""The prefix of what has its name within a new document."""
FILL_IN = "fill_in"
"""Stands where a curator writes a name; no record and no term is called so, so that check reports each that is left."""
_WIDTH = 100
_OFTEN, _FEW = 9, 4
"""Optional properties that a template describes, those that most records have; a few more where these are all."""
_NARROWER = 12
"""Narrower classes that the template of a term names at most."""
_SHARE, _MOST = 0.1, 14
"""The share of records that have a property which is described as well, and how many are described at most."""
_INTRODUCTION = (
    f"Replace each {FILL_IN}, take '# ' away in front of each property that the sentence states, repeat a line for a "
    "further value, and delete all other lines. State what the sentence says and no more; 'glutkg show WORDS' gives "
    "the name of a term. Then: glutkg check FILE"
)
_OF_A_TERM = f"Replace each {FILL_IN}, and delete the comments. Then: glutkg check FILE"


def template(classes: RecordClasses, name: str, whole: bool = False, alone: bool = False) -> str:
    """Write the template of a class of records, which may be named by a label, a synonym or a part of one.

    What records need, and have most often, comes first, each with the values that it takes; all other properties
    follow in groups, by their names alone, or with `whole` each with its values too, and the rules of the class.
    Before it stand, unless it is to be `alone`, the records of where it is stated: a document, and a sentence of it.
    A class that is none of records gives the template of a term below it.
    Raises UsageError when several classes go by the name, NotFoundError with near names when none does.
    """
    class_ = find_class(classes, name)
    closed = classes.nearest(class_)
    sources = [] if alone or closed is None else _sources(classes, closed)
    own = _lines(classes, class_, whole) if closed else _term_lines(classes, class_)
    body = "\n".join(
        line for block in (*(_source_lines(classes, one, whole) for _, one in sources), own) for line in block
    )
    for property_, source in sources:
        body = body.replace(f"{curie(property_)} glut:{FILL_IN} ;", f"{curie(property_)} {_name(classes, source)} ;")
    if sources and closed:
        body = body.replace(f"\n{_namespace(classes, closed)}:{FILL_IN} a ", f"\n{_name(classes, closed)} a ")
    written = re.findall(r"(?<![\w/])([a-z]+):(?=[\w…])", body)
    known = PREFIXES | {_PAPER: f"{PREFIXES['source']}{FILL_IN}#"}
    prefixes = [f"@prefix {prefix}: <{known[prefix]}> ." for prefix in sorted(set(written)) if prefix in known]
    return "\n".join([*_head(classes, class_), "", *prefixes, "", body, ""])


def record_classes_table(classes: RecordClasses) -> Table:
    """List the classes of records that have a template, with their definitions."""
    rows = sorted((label(classes.stated, one), one) for one in classes.classes)
    return Table(
        ("class", "classLabel", "definition"),
        tuple((Term("iri", one), Term("literal", text), _literal(_definition(classes, one))) for text, one in rows),
    )


def find_class(classes: RecordClasses, name: str) -> str:
    """Find the class that a name or a synonym stands for: of records, or a narrower one, or of terms.

    A part of its name does for a class of records.
    """
    known = [iri for iri in named(classes.stated, name) if _is_class(classes, iri)]
    names = {text: iri for text, iri in all_names(classes.stated) if iri in classes.classes}
    below = {iri for iri in classes.classes if set(classes.above(iri)).intersection(known)}
    if found := [iri for iri in known if classes.nearest(iri) or not below]:
        return found[0]
    having = below or {iri for text, iri in names.items() if folded(name) and folded(name) in folded(text)}
    if len(having) == 1:
        return having.pop()
    if having:
        several = ", ".join(f"'{label(classes.stated, iri)}'" for iri in sorted(having))
        raise UsageError(f"'{name}' stands for several classes of records. Name one of them: {several}.")
    raise NotFoundError(
        f"No class of records or terms is called '{name}'. 'glutkg new' without a name lists those of records.",
        near(name, names),
    )


def _is_class(classes: RecordClasses, iri: str) -> bool:
    return any(True for _ in classes.triples(iri, TYPE, OWL + "Class"))


def _head(classes: RecordClasses, class_: str) -> Iterator[str]:
    of_records = classes.nearest(class_) is not None
    what = f"{'' if of_records else 'a term below '}{label(classes.stated, class_)}"
    yield from _comment(f"A template: {what}. {_definition(classes, class_)}".strip())
    yield from _comment(_INTRODUCTION if of_records else _OF_A_TERM)


# --- terms, and where a record is stated ------------------------------------------------------------------------------


def _term_lines(classes: RecordClasses, class_: str) -> Iterator[str]:
    """Write what a term below a class needs, as the shapes of all terms tell it."""
    told = {name: classes.message(one) for one in classes.shapes_of(OWL + "Class") for name in classes.path(one)}
    yield f"glut:{FILL_IN} a owl:Class ;"
    yield ""
    if narrower := [curie(one) for one in classes.below(class_)[1:]]:
        several = f"{', '.join(narrower[:_NARROWER])}{', …' if len(narrower) > _NARROWER else ''}"
        yield from _comment(f"Where a narrower class has it, name that instead: {several}.", "    # ")
    yield f"    rdfs:subClassOf {curie(class_)} ;"
    for name in sorted(told, key=lambda one: (one not in _OF_EACH_TERM, one)):
        yield ""
        yield from _comment(told[name], "    # ")
        yield f'    {"" if name in _OF_EACH_TERM else "# "}{curie(name)} "{FILL_IN}"@en ;'
    yield "    ."


def _sources(classes: RecordClasses, class_: str) -> list[tuple[str, str]]:
    """Return the classes of records that say where one of a class is stated, the widest first, each with a property.

    The property is the one that the record, or the one before it, says it by.
    """
    found = _stated_in(classes, class_)
    return [*_sources(classes, found[1]), found] if found else []


def _stated_in(classes: RecordClasses, class_: str) -> tuple[str, str] | None:
    """Return what all records of a class name a source by, and the class of most of these sources."""
    for property_ in (choice[0] for choice in classes.record_class(class_).required if len(choice) == 1):
        named_ones = {o for one in classes.instances(class_) for _, _, o in classes.triples(one, property_)}
        types = (o.value for one in _iris(named_ones) for _, _, o in classes.triples(one, TYPE))
        for source, _ in Counter(map(classes.nearest, types)).most_common(1):
            if source and _SOURCE in classes.above(source):
                return property_, source
    return None


def _name(classes: RecordClasses, class_: str) -> str:
    """Return the name of a record to fill in; of one that has its name within that of a new document, the first."""
    names = [record.partition("#")[2] for record in classes.instances(class_)]
    if names and all(names):
        return f"{_PAPER}:{min(names, key=lambda name: (len(name), name))}"
    return f"{_namespace(classes, class_)}:{FILL_IN}"


def _source_lines(classes: RecordClasses, class_: str, whole: bool) -> Iterator[str]:
    """Write the record of a source: what it must have, and of the rest what the shapes of its class tell."""
    made = classes.record_class(class_)
    told = [one for one in made.optional if whole or classes.tells_of(one, class_)]
    yield from _comment(f"The {label(classes.stated, class_)}: delete this record where it is described already.")
    yield from _comment(classes.naming(class_))
    yield f"{_name(classes, class_)} a {curie(class_)} ;"
    for choice in made.required:
        yield from _choice(classes, class_, choice, choice[:1])
    yield ""
    yield "    # --- optional"
    for property_ in told:
        yield from _property(classes, class_, property_, is_needed=False)
    if rest := [one for one in made.optional if one not in told]:
        yield from _by_group(classes, class_, rest)
    yield "    ."
    yield ""


# --- records ----------------------------------------------------------------------------------------------------------


def _lines(classes: RecordClasses, class_: str, whole: bool) -> Iterator[str]:
    closed = classes.nearest(class_) or class_
    made = classes.record_class(closed)
    used = _use(classes, closed)
    yield from _comment(classes.naming(closed))
    yield f"{_namespace(classes, closed)}:{FILL_IN} a {curie(class_)} ;"
    ready = _ready(made, used)
    written: set[str] = set()
    for choice in made.required:
        yield from _choice(classes, closed, sorted({*choice} - written, key=lambda one: (-used[one], one)), ready)
        written.update(choice)
    yield from _conditional(classes, closed, used, written)
    optional = sorted({*made.optional} - written, key=lambda one: (-used[one], made.optional.index(one)))
    shown = optional if whole or len(optional) <= _OFTEN + _FEW else optional[: _often(classes, closed, used, optional)]
    yield ""
    yield "    # --- optional"
    for property_ in shown:
        yield from _property(classes, closed, property_, is_needed=False)
    if rest := [one for one in optional if one not in shown]:
        yield from _by_group(classes, closed, rest)
    yield "    ."
    yield ""
    if whole and (rules := classes.rules(closed)):
        yield "# What must fit together:"
        for rule in rules:
            yield from _comment("- " + re.sub(r"\{\?\w+\}", "…", rule), "#   ")


def _conditional(classes: RecordClasses, class_: str, used: Counter[str], written: set[str]) -> Iterator[str]:
    """Write what some records need: of each choice that which most records have, ready where all of them have it."""
    needs = {max(names, key=lambda one: used[one]): told for names, told in classes.conditional(class_).items()}
    if left := {name: told for name, told in needs.items() if name not in written}:
        yield ""
        yield "    # --- required where what is said of each holds"
    for name, told in left.items():
        is_always = bool(used[name]) and used[name] == len(classes.instances(class_))
        yield from _property(classes, class_, name, is_always, re.sub(r"\{\?\w+\}", "…", told))
    written.update(left)


def _often(classes: RecordClasses, class_: str, used: Counter[str], optional: Iterable[str]) -> int:
    """Count the optional properties that are described: those of a share of all records, within bounds."""
    least = _SHARE * len(classes.instances(class_))
    return min(_MOST, max(_OFTEN, sum(used[one] >= least > 0 for one in optional)))


def _by_group(classes: RecordClasses, class_: str, properties: Iterable[str]) -> Iterator[str]:
    """List properties by their names, those together that are narrower than one or take values of one sort."""
    of_group = grouped((_group(classes, class_, one), curie(one)) for one in properties)
    yield ""
    yield "    # --- seldom needed, by name; with --all each is written with the values that it takes"
    for group, names in sorted(of_group.items(), key=lambda entry: entry[0]):
        yield from _comment(f"{group}: {', '.join(sorted(names))}", "    # ")


def _group(classes: RecordClasses, class_: str, property_: str) -> str:
    """Name the group of a property: the wider property, or else what stands after it."""
    if wider := [o.value for _, _, o in classes.triples(property_, SUBPROPERTY_OF)]:
        return f"kinds of {curie(wider[0])}"
    values = classes.values(property_, class_)
    return "names" if values.is_iri else "texts" if values.language else "figures"


def _ready(made: RecordClass, used: Counter[str]) -> set[str]:
    """Choose the properties that stand ready to be filled in: of each choice the one that most records have."""
    ready: set[str] = set()
    for choice in made.required:
        if not ready.intersection(choice):
            ready.add(max(choice, key=lambda one: used[one]))
    return ready


def _choice(classes: RecordClasses, class_: str, choice: Collection[str], ready: Collection[str]) -> Iterator[str]:
    """Write the properties of which a record needs one; the one that records have most often stands ready."""
    if len(choice) > 1:
        yield ""
        yield from _comment("One of the following is required. " + classes.choosing(choice, class_), "    # ")
    for property_ in choice:
        yield from _property(classes, class_, property_, property_ in ready)


def _property(classes: RecordClasses, class_: str, property_: str, is_needed: bool, told: str = "") -> Iterator[str]:
    yield ""
    yield from _comment(told or classes.instruction(property_, class_), "    # ")
    if takes := classes.values_text(property_, class_):
        yield from _comment(f"It takes {takes}.", "    # ")
    yield f"    {'' if is_needed else '# '}{curie(property_)} {_placeholder(classes, class_, property_)} ;"


def _placeholder(classes: RecordClasses, class_: str, property_: str) -> str:
    values = classes.values(property_, class_)
    if values.is_iri:
        return f"glut:{FILL_IN}"
    return f'"{FILL_IN}"' + (f"@{values.language}" if values.language else "")


def _use(classes: RecordClasses, class_: str) -> Counter[str]:
    """Count how many records of a class have each property."""
    return Counter(name for record in classes.instances(class_) for name in classes.properties_of(record))


def _namespace(classes: RecordClasses, class_: str) -> str:
    """Return the prefix that most records of a class have."""
    prefixes = Counter(curie(record).partition(":")[0] for record in classes.instances(class_))
    return prefixes.most_common(1)[0][0] if prefixes else "glut"


def _definition(classes: RecordClasses, class_: str) -> str:
    return next((o.value for _, _, o in classes.triples(class_, SKOS + "definition")), "")


def _iris(terms: Iterable[Term]) -> list[str]:
    return sorted(term.value for term in terms if term.kind == "iri")


def _literal(text: str) -> Term | None:
    return Term("literal", text) if text else None


def _comment(text: str, margin: str = "# ") -> Iterable[str]:
    following = margin + ("  " if text.startswith("- ") else "")
    return textwrap.wrap(
        text,
        _WIDTH,
        initial_indent="# " if text.startswith("- ") else margin,
        subsequent_indent=following,
        break_long_words=False,
        break_on_hyphens=False,
    )
