"""Ways to damage a record: each drops, swaps, retypes, misdirects, duplicates or negates something.

A way takes a record and gives the damaged one, or None when it does not apply; it names the rules that must catch it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from glutkg.tables import Term
from glutkg.terms import BASE, PREFIXES, RDF, RDFS, SKOS

DCTERMS = PREFIXES["dcterms"]
TYPE, LABEL, NOTE = RDF + "type", RDFS + "label", SKOS + "editorialNote"
KIND_PROPERTIES = (
    *("action", "target", "outcome", "condition", "direction", "site", "lamina", "synapticSide", "cellType"),
    *("compartment", "route", "species", "method", "model", "studyDesign", "intent", "phase", "population"),
    *("selectivity", "extent", "result", "modality", "state", "variant"),
)
Statement = tuple[str, Term]


def iri(name: str) -> Term:
    prefix, _, local = name.partition(":")
    return Term("iri", PREFIXES[prefix] + local)


def english(text: str) -> Term:
    return Term("literal", text, language="en")


def plain(text: str) -> Term:
    return Term("literal", text)


def number(value: str) -> Term:
    return Term("literal", value, datatype=PREFIXES["xsd"] + "integer")


@dataclass(frozen=True, slots=True)
class Record:
    """A record with its name and what is stated of it."""

    name: str
    said: tuple[Statement, ...]

    def values(self, predicate: str) -> list[Term]:
        return [value for said, value in self.said if said == predicate]

    def one(self, predicate: str) -> Term | None:
        return next(iter(self.values(predicate)), None)

    def without(self, predicate: str, value: Term | None = None) -> Record:
        return replace(self, said=tuple(s for s in self.said if s[0] != predicate or (value and s[1] != value)))

    def plus(self, predicate: str, value: Term) -> Record:
        return replace(self, said=(*self.said, (predicate, value)))

    def put(self, predicate: str, *values: Term) -> Record:
        return replace(self.without(predicate), said=(*self.without(predicate).said, *((predicate, v) for v in values)))


@dataclass(frozen=True, slots=True)
class Way:
    """One way to damage a record, and the rules of which one must catch it."""

    name: str
    damage: Callable[[Record], list[Record] | None]
    rules: tuple[str, ...]


def _way(name: str, damage: Callable[[Record], Record | None], *rules: str) -> Way:
    def damaged(record: Record) -> list[Record] | None:
        made = damage(record)
        return None if made is None or made == record else [made]

    return Way(name, damaged, rules)


def _drop(predicate: str, *rules: str) -> Way:
    return _way(f"drop {_short(predicate)}", lambda r: r.without(predicate) if r.one(predicate) else None, *rules)


def _put(name: str, predicate: str, value: Term, *rules: str, needed: bool = True) -> Way:
    return _way(name, lambda r: r.put(predicate, value) if r.one(predicate) or not needed else None, *rules)


def _double(predicate: str, value: Term, *rules: str) -> Way:
    def damage(record: Record) -> Record | None:
        return record.plus(predicate, value) if record.one(predicate) not in (None, value) else None

    return _way(f"duplicate {_short(predicate)}", damage, *rules)


def _add(name: str, predicate: str, value: Term, *rules: str) -> Way:
    return _way(name, lambda r: None if r.one(predicate) else r.plus(predicate, value), *rules)


def _short(predicate: str) -> str:
    return predicate.rpartition("#")[2].rpartition("/")[2]


def of_any_record(cls: str, shape_of_label: str, namespace: str) -> Iterator[Way]:
    """Ways that every kind of record has: its type, its label, its name, and properties that are not its own."""
    yield _drop(TYPE, "missing_type", f"{cls}-type", "Claim-type")
    yield _put("retype to an unknown class", TYPE, iri("glut:Recrod"), "dangling_reference")
    yield _put("retype to a class of everything", TYPE, iri("glut:Record"), "Record-type")
    yield _drop(LABEL, shape_of_label)
    yield _double(LABEL, english("Another label of the same record"), shape_of_label)
    yield _put("retype the label as text without language", LABEL, plain("A label without a language"), shape_of_label)
    yield _put(
        "misdirect the label into German", LABEL, Term("literal", "Eine deutsche Aufschrift", "de"), shape_of_label
    )
    yield _put("swap the label for one letter", LABEL, english("X"), shape_of_label)
    yield _put("swap the label for a treatise", LABEL, english("word " * 80 + "end"), shape_of_label)
    yield _put("swap the label for one with two spaces", LABEL, english("two  spaces in a label"), shape_of_label)
    yield _put("swap the label for one with a tab", LABEL, english("a tab\tin a label"), "label_formatting")
    yield _put("swap the label for a name", LABEL, iri("glut:NMDAReceptor"), shape_of_label)
    yield _way("misdirect the name", lambda r: replace(r, name=f"{namespace}Bad_{cls}"), f"{cls}-iri", "Claim-iri")
    for stray, value in (
        ("slipKind", iri("glut:Misspelling")),
        ("sentenceNumber", number("7")),
        ("conflictKind", iri("glut:RouteDifference")),
        ("referenceNumber", number("7")),
        ("section", plain("Introduction")),
        ("between", iri("review:s001")),
    ):
        yield _add(f"misdirect {stray} here", BASE + stray, value, cls)
    yield _add("misspell a property", BASE + "cytes", iri("glut:NMDAReceptor"), "dangling_reference")
    yield _add("misdirect a property of SKOS here", SKOS + "prefLabel", english("A preferred label"), cls)


def of_claims(cls: str, other: Term) -> Iterator[Way]:
    """Ways to damage a claim of a class; `other` is a claim that has nothing to do with it."""
    for name in ("result", "modality", "statedIn"):
        yield _drop(BASE + name, f"Claim-{name}")
    yield _drop(BASE + "cites", "lost_reference")
    if cls.endswith("Finding"):
        yield _way("drop direction", _undirected, "Finding-direction")
    yield _put("retype to an abstract class", TYPE, iri("glut:Claim"), "Claim-type")
    yield _put("retype to a sentence", TYPE, iri("glut:Sentence"), "Claim-type")
    yield _way("duplicate the type", lambda r: r.plus(TYPE, iri("glut:Finding")), "Claim-type")
    if cls != "UseStatus":
        yield _put("retype to a use status", TYPE, iri("glut:UseStatus"), "UseStatus-result", "UseStatus")
    yield _way("swap result and modality", _swapped("result", "modality"), "result", "modality")
    yield _way("swap sentence and reference", _swapped("statedIn", "cites"), "statedIn", "cites")
    yield _way("swap agent and target", _swapped("agent", "target"), "agent", "target")
    yield _way("swap outcome and site", _swapped("outcome", "site"), "outcome", "site")
    yield _way("misspell a kind", _each(lambda v: Term("iri", v.value + "x")), "dangling_reference")
    yield _way("retype a kind as text", _each(lambda v: plain(v.value.rpartition("/")[2])), *KIND_PROPERTIES)
    yield _way("misdirect a kind to another hierarchy", _each(lambda _: iri("glut:Heading")), "dangling_reference")
    yield _way("misdirect a kind to a document", _each(lambda _: iri("source:hgnc")), *KIND_PROPERTIES)
    yield _way("misdirect a kind to a class of records", _each(lambda _: iri("glut:Sentence")), *KIND_PROPERTIES)
    for name in ("target", "agent", "outcome", "gene", "cause", "partner", "condition"):
        yield _put(f"misdirect {name}", BASE + name, iri("glut:Intravenous"), name)
        if name in _SECOND and (cls, name) != ("Assessment", "outcome"):
            yield _double(BASE + name, iri(_SECOND[name]), f"Claim-{name}", f"{cls}-{name}")
    yield _put("misdirect the sentence to a claim", BASE + "statedIn", other, "statedIn")
    yield _put("misdirect the sentence to none", BASE + "statedIn", iri("review:s000"), "dangling_reference")
    yield _put("misdirect the reference to none", BASE + "cites", iri("review:ref-000"), "dangling_reference")
    yield _way("misdirect the reference to one nearby", _foreign_reference, "Claim-cites-sentence")
    yield _way("duplicate the document", _second_document, "Claim-one-document")
    yield _put("misdirect a ground to a sentence", BASE + "restsOn", iri("review:s001"), "restsOn", needed=False)
    yield _way(
        "misdirect a ground to itself", lambda r: r.put(BASE + "restsOn", Term("iri", r.name)), "Claim-rests-on-itself"
    )
    yield _put("misdirect the hypothesis", BASE + "supports", iri("glut:Migraine"), "supports", needed=False)
    yield _double(BASE + "result", iri("glut:Inconclusive"), "Claim-result")
    yield _double(BASE + "modality", iri("glut:Insufficient"), "Claim-modality")
    yield _double(BASE + "direction", iri("glut:Altered"), "Claim-direction")
    yield _put("swap the label for that of another claim", LABEL, english(_TAKEN), "Claim-label-unique")
    yield Way("duplicate the claim", _twins, ("Claim-duplicate",))
    yield _way("negate by an absent effect", _absent, "Claim-denied-direction", f"{cls}-result")
    yield _way("negate plainly", _plainly_denied, "Claim-denial-note", f"{cls}-result", "Claim-denied-direction")
    yield _way("negate by no change", _no_change, "Claim-no-change")
    yield Way("negate a copy", _negated_twin, ("Claim-affirmed-and-denied", f"{cls}-result"))
    yield Way("negate the direction of a copy", _turned_twin, ("Claim-opposed-directions",))
    yield _way("negate what was found by what was looked for", _tested, "Claim-tested-direction", cls)
    yield _put("misdirect the standing", BASE + "standing", iri("glut:Undisputed"), "Claim-standing", needed=False)
    yield _put("swap the note for a sigh", NOTE, english("Hm."), "Claim-note", needed=False)
    yield _way("misdirect a trial into animals", _trial_in_cats, "Claim-design-fits-species", cls)
    yield _way("drop the comparator of a trial", _bare_trial, "Claim-randomized-comparator", cls)
    yield _way("misdirect a lamina into the liver", _lamina_of_liver, "Claim-lamina-fits-site", cls)
    yield _way("negate a block by its target", _block_of_transporter, "Claim-action-fits-target", cls)
    yield from (*_of_open_claims(cls), *_of_settings(cls), *of_waivers(cls))
    for name in _NEEDED.get(cls, ()):
        yield _drop(BASE + name, f"{cls}-{name}")


def _of_open_claims(cls: str) -> Iterator[Way]:
    """Ways to make a yes or a no of what is open, or to pass over an opposite finding."""
    yield _way("negate by leaving it open", _open_direction, "Claim-open-direction", f"{cls}-result")
    yield _way("misdirect a study to what nobody tested", _untested, "Claim-not-tested", f"{cls}-result", cls)
    yield _put("swap what was looked for", BASE + "testedDirection", iri("glut:NoChange"), "Claim-testedDirection", cls)
    yield Way("negate the direction of a copy in another species", _turned_elsewhere, ("Claim-candidate-conflict", cls))
    yield Way("swap antagonism for activation in a copy", _turned_action, ("Claim-opposed-actions",))


def _of_settings(cls: str) -> Iterator[Way]:
    """Ways to put a study where it cannot have been."""
    yield _way(
        "misdirect an animal model into people",
        lambda r: r.put(BASE + "model", iri("glut:AnimalModelOfMigraine")).put(BASE + "species", iri("glut:Human")),
        *("Claim-model-fits-species", cls),
    )
    yield _way(
        "misdirect patients into rats",
        lambda r: r.put(BASE + "population", iri("glut:Migraine")).put(BASE + "species", iri("glut:Rat")),
        *("Claim-patients-fit-species", cls),
    )
    yield _put("swap the site for a lamina", BASE + "site", iri("glut:LaminaI"), "Claim-site-of-whole")
    yield _way("duplicate the agent as comparator", _own_comparator, "Claim-comparator-itself", cls)


def of_waivers(cls: str) -> Iterator[Way]:
    """Ways to waive what must not be waived, or to waive without a reason or a need."""
    waives, reason = BASE + "waives", BASE + "waiverReason"
    firm, soft = iri(f"shape:{cls}-iri"), iri("shape:Claim-cites-sentence")
    because = english("A reason that is given for the sake of a test.")
    yield _add("drop the reason of a waiver", waives, soft, "Waiver-reason", cls)
    yield _way("misdirect a waiver to a firm rule", lambda r: r.put(waives, firm).put(reason, because), "waives", cls)
    yield _way("duplicate a waiver without need", lambda r: r.put(waives, soft).put(reason, because), "unused_waiver")
    yield _add("drop the rule of a waiver", reason, because, "Waiver-rule", cls)
    yield _way(
        "swap the reason of a waiver for a sigh",
        lambda r: r.put(waives, soft).put(reason, english("Hm.")),
        "Waiver-reason",
    )


_SECOND = {
    "target": "glut:DopamineReceptor",
    "agent": "substance:tryptophan",
    "outcome": "glut:NeuronalStability",
    "gene": "gene:REST",
    "cause": "glut:PainChronification",
    "condition": "glut:BipolarDisorder",
}
_TAKEN = "A label that is given to two claims at once"
_NEEDED: dict[str, tuple[str, ...]] = {
    "Localization": ("target",),
    "MechanismOfAction": ("agent",),
    "ExperimentalFinding": ("outcome",),
    "ClinicalFinding": ("agent", "outcome"),
    "BiomarkerFinding": ("agent",),
    "GeneticAssociation": ("gene",),
    "UseStatus": ("agent",),
    "Interaction": ("target",),
    "Signalling": ("target", "outcome"),
    "SafetyClaim": ("agent", "outcome"),
    "ManagementClaim": ("agent",),
}


def _swapped(first: str, second: str) -> Callable[[Record], Record | None]:
    def damage(record: Record) -> Record | None:
        one, two = record.one(BASE + first), record.one(BASE + second)
        return record.put(BASE + first, two).put(BASE + second, one) if one and two else None

    return damage


def _each(change: Callable[[Term], Term]) -> Callable[[Record], Record | None]:
    """Change the first of the values that name kinds."""

    def damage(record: Record) -> Record | None:
        for name in KIND_PROPERTIES:
            value = record.one(BASE + name)
            if value:
                return record.put(BASE + name, change(value))
        return None

    return damage


def _in_review(record: Record) -> bool:
    return all(v.value.startswith(PREFIXES["review"]) for v in record.values(BASE + "statedIn"))


def _foreign_reference(record: Record) -> Record | None:
    if not _in_review(record) or not record.one(BASE + "cites"):
        return None
    cited = {value.value for value in record.values(BASE + "cites")}
    other = next(n for n in range(1, 137) if f"{PREFIXES['review']}ref-{n}" not in cited)
    return record.put(BASE + "cites", iri(f"review:ref-{other}"))


def _second_document(record: Record) -> Record | None:
    return record.plus(BASE + "statedIn", iri("article:s001")) if _in_review(record) else None


def _affirmed(record: Record) -> bool:
    return record.one(BASE + "result") in (iri("glut:Affirmed"), iri("glut:EffectShown"))


def _plainly_denied(record: Record) -> Record | None:
    return record.without(NOTE).put(BASE + "result", iri("glut:Denied")) if _affirmed(record) else None


def _undirected(record: Record) -> Record | None:
    return record.without(BASE + "direction") if _affirmed(record) else None


def _absent(record: Record) -> Record | None:
    moved = record.one(BASE + "direction") not in (None, iri("glut:NoChange"))
    return record.put(BASE + "result", iri("glut:EffectAbsent")) if _affirmed(record) and moved else None


def _no_change(record: Record) -> Record | None:
    said = record.one(BASE + "direction")
    return record.put(BASE + "direction", iri("glut:NoChange")) if said and _affirmed(record) else None


def _tested(record: Record) -> Record | None:
    said = record.one(BASE + "direction")
    return record.plus(BASE + "testedDirection", said) if said and _affirmed(record) else None


def _trial_in_cats(record: Record) -> Record:
    return record.put(BASE + "studyDesign", iri("glut:ObservationalStudy")).put(BASE + "species", iri("glut:Cat"))


def _bare_trial(record: Record) -> Record:
    return record.without(BASE + "comparator").put(BASE + "studyDesign", iri("glut:RandomizedControlledTrial"))


def _lamina_of_liver(record: Record) -> Record:
    return record.put(BASE + "lamina", iri("glut:LaminaI")).put(BASE + "site", iri("glut:Liver"))


def _block_of_transporter(record: Record) -> Record:
    return record.put(BASE + "action", iri("glut:ChannelBlock")).put(BASE + "target", iri("glut:EAAT2"))


def _open_direction(record: Record) -> Record | None:
    moved = record.one(BASE + "direction") not in (None, iri("glut:NoChange"))
    return record.put(BASE + "result", iri("glut:Inconclusive")) if _affirmed(record) and moved else None


def _untested(record: Record) -> Record:
    said = record.put(BASE + "result", iri("glut:NotTested")).without(BASE + "direction")
    return said.put(BASE + "method", iri("glut:Electrophysiology"))


def _own_comparator(record: Record) -> Record | None:
    agent = record.one(BASE + "agent")
    return record.put(BASE + "comparator", agent) if agent else None


def _twins(record: Record) -> list[Record]:
    return [record, replace(record, name=record.name + "-twin").put(LABEL, english("The same, in other words"))]


def _negated_twin(record: Record) -> list[Record] | None:
    if not _affirmed(record) or not any(record.one(BASE + n) for n in ("outcome", "target", "agent", "gene")):
        return None
    twin = replace(record, name=record.name + "-twin").put(LABEL, english("It is not so, in other words"))
    finding = record.one(BASE + "result") == iri("glut:EffectShown")
    denied = twin.put(BASE + "result", iri("glut:EffectAbsent" if finding else "glut:Denied"))
    return [
        record,
        denied.put(NOTE, english("A denial of the same thing, made for a test.")).without(BASE + "direction"),
    ]


def _turned_twin(record: Record) -> list[Record] | None:
    ways = {iri("glut:Increase"): iri("glut:Decrease"), iri("glut:Decrease"): iri("glut:Increase")}
    said = record.one(BASE + "direction")
    if said not in ways or not _affirmed(record) or not record.one(BASE + "outcome"):
        return None
    twin = replace(record, name=record.name + "-twin")
    return [record, twin.put(LABEL, english("The other way round")).put(BASE + "direction", ways[said])]


def _asserted(record: Record) -> bool:
    return record.one(BASE + "modality") in (iri("glut:Established"), iri("glut:Reported"))


def _turned_elsewhere(record: Record) -> list[Record] | None:
    made = _turned_twin(record)
    if made is None or not record.one(BASE + "agent") or not _asserted(record) or record.one(BASE + "standing"):
        return None
    return [made[0].put(BASE + "species", iri("glut:Cat")), made[1].put(BASE + "species", iri("glut:Mouse"))]


def _turned_action(record: Record) -> list[Record] | None:
    if (
        record.one(BASE + "action") != iri("glut:Antagonism")
        or not _affirmed(record)
        or not record.one(BASE + "target")
    ):
        return None
    twin = replace(record, name=record.name + "-twin").put(LABEL, english("It opens what the other shuts"))
    return [record, twin.put(BASE + "action", iri("glut:Activation"))]


def of_slips() -> Iterator[Way]:
    shape = "SourceSlip"
    for name in ("inSentence", "slipKind", "printed", "accepted"):
        yield _drop(BASE + name, f"{shape}-{name}")
    for name in ("misstates", "acceptedFact"):
        yield _way(f"drop {name}", _factual(lambda r, n=name: r.without(BASE + n)), f"{shape}-{name}")  # type: ignore[misc]
        yield _put(f"misdirect {name}", BASE + name, iri("review:s001"), name, needed=False)
        yield _put(f"misspell {name}", BASE + name, iri("claim:no-such-claim"), "dangling_reference", needed=False)
    for name in ("printed", "accepted"):
        yield _double(BASE + name, plain("other words"), f"{shape}-{name}")
        yield _put(f"swap {name} for nothing", BASE + name, plain(""), f"{shape}-{name}")
        yield _put(f"swap {name} for a paragraph", BASE + name, plain("word " * 40), f"{shape}-{name}")
        yield _put(f"retype {name}", BASE + name, iri("glut:NMDAReceptor"), f"{shape}-{name}")
    yield _way("negate the difference", _same_words, f"{shape}-difference")
    yield _double(BASE + "slipKind", iri("glut:MissingPunctuation"), f"{shape}-slipKind")
    yield _put("misdirect the kind", BASE + "slipKind", iri("glut:Oral"), "slipKind")
    yield _put("misspell the kind", BASE + "slipKind", iri("glut:Mispelling"), "dangling_reference")
    yield _put("misdirect the sentence", BASE + "inSentence", iri("review:ref-1"), "inSentence")
    yield _way(
        "misdirect the error",
        _factual(lambda r: r.put(BASE + "inSentence", iri("article:s001"))),
        f"{shape}-misstates-in-sentence",
    )
    yield _way("swap the fact for the error", _factual(_one_claim), f"{shape}-two-claims")
    yield _put("retype to a conflict", TYPE, iri("glut:Conflict"), "Conflict")


def _factual(damage: Callable[[Record], Record]) -> Callable[[Record], Record | None]:
    return lambda record: (
        damage(record) if record.one(BASE + "misstates") and record.one(BASE + "acceptedFact") else None
    )


def _one_claim(record: Record) -> Record:
    return record.put(BASE + "acceptedFact", *record.values(BASE + "misstates"))


def _same_words(record: Record) -> Record:
    return record.put(BASE + "accepted", *record.values(BASE + "printed"))


def of_conflicts(other: Term) -> Iterator[Way]:
    shape = "Conflict"
    yield _drop(BASE + "between", f"{shape}-between")
    yield _drop(BASE + "conflictKind", f"{shape}-conflictKind")
    yield _way("drop all but one", lambda r: r.put(BASE + "between", r.values(BASE + "between")[0]), f"{shape}-between")
    yield _way("misdirect a member to a sentence", lambda r: r.plus(BASE + "between", iri("review:s001")), "between")
    yield _way(
        "misdirect a member to a substance", lambda r: r.plus(BASE + "between", iri("substance:ketamine")), "between"
    )
    yield _way(
        "misspell a member", lambda r: r.plus(BASE + "between", iri("claim:no-such-claim")), "dangling_reference"
    )
    yield _way(
        "misdirect a member to a strange claim",
        lambda r: r.plus(BASE + "between", other),
        f"{shape}-same-subject",
    )
    yield _double(BASE + "conflictKind", iri("glut:PopulationDifference"), f"{shape}-conflictKind")
    yield _put("misdirect the kind", BASE + "conflictKind", iri("glut:Intravenous"), "conflictKind")
    yield _put("misspell the kind", BASE + "conflictKind", iri("glut:RootDifference"), "dangling_reference")
    yield _put("retype the kind as text", BASE + "conflictKind", plain("route"), "conflictKind")
    yield _put("misdirect the explanation", BASE + "explanation", iri("review:s001"), "explanation", needed=False)
    yield _put(
        "misspell the explanation", BASE + "explanation", iri("claim:no-such-claim"), "dangling_reference", needed=False
    )
    yield _put("retype to a slip", TYPE, iri("glut:SourceSlip"), "SourceSlip")
    yield _way("duplicate the type", lambda r: r.plus(TYPE, iri("glut:Hypothesis")), "Hypothesis")
    yield _add("misdirect a sentence here", BASE + "statedIn", iri("review:s001"), shape, "Claim-type")
    yield _way(
        "duplicate a member as explanation",
        lambda r: r.put(BASE + "explanation", r.values(BASE + "between")[0]),
        f"{shape}-explanation-apart",
    )
    yield from of_waivers(shape)


def of_hypotheses() -> Iterator[Way]:
    shape, definition = "Hypothesis", SKOS + "definition"
    yield _drop(definition, f"{shape}-definition")
    yield _double(definition, english("It is because of something else altogether."), f"{shape}-definition")
    yield _put(
        "misdirect the definition into German",
        definition,
        Term("literal", "Es ist, wie es ist, und bleibt so.", "de"),
        f"{shape}-definition",
    )
    yield _put(
        "retype the definition", definition, plain("A definition without a language at all."), f"{shape}-definition"
    )
    yield _put("swap the definition for a word", definition, english("Because."), f"{shape}-definition")
    yield _way("drop all claims on it", lambda r: r.put(LABEL, english("an unused hypothesis")), f"{shape}-used")
    yield _put("retype to a slip", TYPE, iri("glut:SourceSlip"), "SourceSlip")
    yield _way("duplicate the type", lambda r: r.plus(TYPE, iri("glut:Conflict")), "Conflict")
    yield _add("misdirect a sentence here", BASE + "statedIn", iri("review:s001"), shape, "Claim-type")
    yield _add("misdirect a claim here", BASE + "between", iri("review:s001"), shape)


def of_sentences() -> Iterator[Way]:
    shape = "Sentence"
    for name in ("partOfDocument", "section", "paragraph", "sentenceNumber", "start", "end"):
        yield _drop(BASE + name, f"{shape}-{name}")
    for name in ("paragraph", "sentenceNumber", "start", "end"):
        yield _double(BASE + name, number("1"), f"{shape}-{name}", f"{shape}-start")
        yield _put(f"retype {name}", BASE + name, plain("one"), f"{shape}-{name}")
    yield _double(BASE + "section", plain("Another"), f"{shape}-section")
    yield _put("swap the section for nothing", BASE + "section", plain(""), f"{shape}-section")
    yield _way("swap start and end", _swapped("start", "end"), f"{shape}-start")
    yield _put("misdirect the document to a reference", BASE + "partOfDocument", iri("review:ref-1"), "partOfDocument")
    yield _put("misdirect the document to another", BASE + "partOfDocument", iri("source:hgnc"), f"{shape}-document")
    yield _put("misspell the document", BASE + "partOfDocument", iri("source:no-such-document"), "dangling_reference")
    yield _way(
        "misdirect a reference to a sentence",
        lambda r: r.plus(BASE + "citesReference", iri("review:s001")),
        "citesReference",
    )
    yield _way(
        "misspell a reference", lambda r: r.plus(BASE + "citesReference", iri("review:ref-000")), "dangling_reference"
    )
    yield _way("misdirect the place into another sentence", _overlapping, f"{shape}-place-unique")
    yield _add(
        "drop the note on a sentence without claims",
        BASE + "statesNoClaim",
        iri("glut:Pointer"),
        f"{shape}-no-claim-note",
    )
    yield _put("misdirect the reason", BASE + "statesNoClaim", iri("glut:Oral"), "statesNoClaim", needed=False)
    yield _put("retype to a document", TYPE, iri("glut:Document"), "Document", f"{shape}-type")


def _overlapping(record: Record) -> Record:
    return record.put(BASE + "start", number("130")).put(BASE + "end", number("140"))


def of_references() -> Iterator[Way]:
    shape, title = "CitedReference", DCTERMS + "title"
    yield _drop(BASE + "referenceNumber", f"{shape}-referenceNumber")
    yield _drop(BASE + "partOfDocument", f"{shape}-partOfDocument")
    yield _double(BASE + "referenceNumber", number("1"), f"{shape}-referenceNumber")
    yield _double(BASE + "partOfDocument", iri("source:hgnc"), f"{shape}-partOfDocument")
    yield _put("retype the number", BASE + "referenceNumber", plain("forty"), f"{shape}-referenceNumber")
    yield _put("negate the number", BASE + "referenceNumber", number("-1"), f"{shape}-referenceNumber")
    yield _put("swap the number for another", BASE + "referenceNumber", number("1"), f"{shape}-number")
    yield _put("misdirect the document to a sentence", BASE + "partOfDocument", iri("review:s001"), "partOfDocument")
    yield _put("misdirect the document to another", BASE + "partOfDocument", iri("source:hgnc"), f"{shape}-document")
    yield _put("misspell the document", BASE + "partOfDocument", iri("source:no-such-document"), "dangling_reference")
    yield _way("duplicate the title", lambda r: r.put(title, plain("One title"), plain("Two titles")), f"{shape}-title")
    yield _put("retype the title", title, iri("glut:Migraine"), f"{shape}-title", needed=False)
    yield _put("swap the title for a letter", title, plain("X"), f"{shape}-title", needed=False)
    yield _put("retype to a sentence", TYPE, iri("glut:Sentence"), "Sentence", f"{shape}-type")


def of_documents() -> Iterator[Way]:
    shape, title, date = "Document", DCTERMS + "title", DCTERMS + "date"
    yield _drop(title, f"{shape}-title")
    yield _double(title, plain("Another title"), f"{shape}-title")
    yield _put("retype the title", title, iri("glut:Migraine"), f"{shape}-title")
    yield _put("swap the title for a letter", title, plain("X"), f"{shape}-title")
    yield _way("duplicate the date", lambda r: r.put(date, plain("2017"), plain("2018")), f"{shape}-date")
    yield _put("swap the date for a saying", date, plain("long ago"), f"{shape}-date", needed=False)
    yield _put("misdirect the date", date, plain("20180"), f"{shape}-date", needed=False)
    yield _way("duplicate the type", lambda r: r.plus(TYPE, iri("glut:Hypothesis")), f"{shape}-type")
    yield _put("retype to a sentence", TYPE, iri("glut:Sentence"), "Sentence")
    for stray, value in (
        ("statedIn", iri("review:s001")),
        ("direction", iri("glut:Increase")),
        ("partOfDocument", iri("source:hgnc")),
    ):
        yield _add(f"misdirect {stray} here", BASE + stray, value, shape)


def of_names(cls: str, taken: str, wrong_type: str) -> Iterator[Way]:
    """Ways to damage a substance or a gene; `taken` is the name of another."""
    synonym = SKOS + "altLabel"
    yield _put("swap the label for that of another", LABEL, english(taken), f"{cls}-name-unique")
    yield _put(
        "swap a synonym for the label of another", synonym, english(taken.upper()), f"{cls}-name-unique", needed=False
    )
    yield _put(
        "misdirect a synonym into Italian",
        synonym,
        Term("literal", "un sinonimo", "it"),
        f"{cls}-synonym",
        needed=False,
    )
    yield _put("retype a synonym", synonym, plain("a synonym without language"), f"{cls}-synonym", needed=False)
    yield _put("swap a synonym for one with spaces", synonym, english(" a synonym"), f"{cls}-synonym", needed=False)
    yield _put("retype a synonym as a name", synonym, iri("glut:Migraine"), f"{cls}-synonym", needed=False)
    yield _way("duplicate the type", lambda r: r.plus(TYPE, iri(wrong_type)), f"{cls}-type")
    yield _way("duplicate the type with a record's", lambda r: r.plus(TYPE, iri("glut:Hypothesis")), f"{cls}-type")
    for stray, value in (
        ("action", iri("glut:Antagonism")),
        ("target", iri("glut:NMDAReceptor")),
        ("direction", iri("glut:Decrease")),
        ("site", iri("glut:Thalamus")),
        ("condition", iri("glut:Migraine")),
        ("statedIn", iri("review:s001")),
    ):
        yield _add(f"misdirect {stray} here", BASE + stray, value, cls, "Claim-type")
