"""Mutations of a claim or any record: each drops, swaps, retypes, misdirects, duplicates or negates something."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from damage import (
    LABEL,
    NOTE,
    TYPE,
    Mutation,
    Record,
    add,
    double,
    drop,
    english,
    iri,
    mutation,
    number,
    plain,
    put,
    swapped,
)

from glutkg.rdf.namespaces import BASE, PREFIXES, SKOS
from glutkg.rdf.terms import Term

KIND_PROPERTIES = (
    *("action", "target", "outcome", "condition", "direction", "targetSite", "applicationSite", "outcomeSite"),
    *("lamina", "synapticSide", "cellType", "compartment", "route", "species", "method", "model", "studyDesign"),
    *("intent", "phase", "population", "selectivity", "frequency", "coverage", "duration", "onset", "rank", "weight"),
    *("directness", "dose", "exposure", "purpose", "linkKind", "causeDirection", "result", "judgement", "modality"),
    *("state", "variant"),
)


def of_any_record(cls: str, shape_of_label: str, namespace: str) -> Iterator[Mutation]:
    """Mutations that every kind of record has: its type, its label, its name, and properties that are not its own."""
    yield drop(TYPE, "missing_type", f"{cls}-type", "Claim-type")
    yield put("retype to an unknown class", TYPE, iri("glut:Recrod"), "dangling_reference")
    yield put("retype to a class of everything", TYPE, iri("glut:Record"), "Record-type")
    yield drop(LABEL, shape_of_label)
    yield double(LABEL, english("Another label of the same record"), shape_of_label)
    yield put("retype the label as text without language", LABEL, plain("A label without a language"), shape_of_label)
    yield put(
        "misdirect the label into German", LABEL, Term("literal", "Eine deutsche Aufschrift", "de"), shape_of_label
    )
    yield put("swap the label for one letter", LABEL, english("X"), shape_of_label)
    yield put("swap the label for a treatise", LABEL, english("word " * 80 + "end"), shape_of_label)
    yield put("swap the label for one with two spaces", LABEL, english("two  spaces in a label"), shape_of_label)
    yield put("swap the label for one with a tab", LABEL, english("a tab\tin a label"), "label_formatting")
    yield put("swap the label for a name", LABEL, iri("glut:NMDAReceptor"), shape_of_label)
    yield mutation("misdirect the name", lambda r: replace(r, name=f"{namespace}Bad_{cls}"), f"{cls}-iri", "Claim-iri")
    for stray, value in (
        ("slipKind", iri("glut:Misspelling")),
        ("sentenceNumber", number("7")),
        ("conflictKind", iri("glut:RouteDifference")),
        ("referenceNumber", number("7")),
        ("section", plain("Introduction")),
        ("between", iri("review:s001")),
    ):
        yield add(f"misdirect {stray} here", BASE + stray, value, cls)
    yield add("misspell a property", BASE + "cytes", iri("glut:NMDAReceptor"), "dangling_reference")
    yield add("misdirect a property of SKOS here", SKOS + "prefLabel", english("A preferred label"), cls)


def of_claims(cls: str, other: Term) -> Iterator[Mutation]:
    """Mutations that damage a claim of a class; `other` is a claim that has nothing to do with it."""
    verdict = "judgement" if cls == "Assessment" else "result"
    for name, rule in ((verdict, "result"), ("modality", "modality"), ("statedIn", "statedIn")):
        yield drop(BASE + name, f"Claim-{rule}")
    yield drop(BASE + "cites", "lost_reference")
    yield put("retype to an abstract class", TYPE, iri("glut:Claim"), "Claim-type")
    yield put("retype to a sentence", TYPE, iri("glut:Sentence"), "Claim-type")
    yield mutation("duplicate the type", lambda r: r.plus(TYPE, iri("glut:Finding")), "Claim-type")
    if cls != "UseStatus":
        yield put("retype to a use status", TYPE, iri("glut:UseStatus"), "UseStatus-result", "UseStatus")
    yield mutation("swap result and modality", swapped(verdict, "modality"), verdict, "modality")
    yield mutation("swap sentence and reference", swapped("statedIn", "cites"), "statedIn", "cites")
    yield mutation("swap agent and target", swapped("agent", "target"), "agent", "target")
    yield mutation("swap outcome and its site", swapped("outcome", "outcomeSite"), "outcome", "outcomeSite")
    yield mutation("swap target and its site", swapped("target", "targetSite"), "target", "targetSite")
    yield mutation("misspell a kind", _each(lambda v: Term("iri", v.value + "x")), "dangling_reference")
    yield mutation("retype a kind as text", _each(lambda v: plain(v.value.rpartition("/")[2])), *KIND_PROPERTIES)
    yield mutation("misdirect a kind to another hierarchy", _each(lambda _: iri("glut:Heading")), "dangling_reference")
    yield mutation("misdirect a kind to a document", _each(lambda _: iri("source:hgnc")), *KIND_PROPERTIES)
    yield mutation("misdirect a kind to a class of records", _each(lambda _: iri("glut:Sentence")), *KIND_PROPERTIES)
    for name in ("target", "agent", "outcome", "gene", "cause", "partner", "condition"):
        yield put(f"misdirect {name}", BASE + name, iri("glut:Intravenous"), name)
        if name in _SECOND and (cls, name) != ("Assessment", "outcome"):
            yield double(BASE + name, iri(_SECOND[name]), f"Claim-{name}", f"{cls}-{name}")
    yield put("misdirect the sentence to a claim", BASE + "statedIn", other, "statedIn")
    yield put("misdirect the sentence to none", BASE + "statedIn", iri("review:s000"), "dangling_reference")
    yield put("misdirect the reference to none", BASE + "cites", iri("review:ref-000"), "dangling_reference")
    yield mutation("misdirect the reference to one nearby", _foreign_reference, "Claim-cites-sentence")
    yield mutation("duplicate the document", _second_document, "Claim-one-document")
    yield put("misdirect a ground to a sentence", BASE + "restsOn", iri("review:s001"), "restsOn", needed=False)
    yield mutation(
        "misdirect a ground to itself", lambda r: r.put(BASE + "restsOn", Term("iri", r.name)), "Claim-rests-on-itself"
    )
    yield put("misdirect the hypothesis", BASE + "supports", iri("glut:Migraine"), "supports", needed=False)
    yield double(BASE + verdict, iri("glut:Inconclusive"), "Claim-result")
    yield double(BASE + "modality", iri("glut:Insufficient"), "Claim-modality")
    yield double(BASE + "direction", iri("glut:Altered"), "Claim-direction")
    yield Mutation("swap the label for that of another claim", _namesakes, ("Claim-label-unique",))
    yield Mutation("duplicate the claim", _twins, ("Claim-duplicate",))
    yield mutation("negate by an absent effect", _absent, "Claim-denied-direction", f"{cls}-result")
    yield mutation("negate plainly", _plainly_denied, "Claim-denial-note", f"{cls}-result", "Claim-denied-direction")
    yield mutation("negate by no change", _no_change, "Claim-no-change")
    yield Mutation("negate a copy", _negated_twin, ("Claim-affirmed-and-denied", f"{cls}-result"))
    yield Mutation("negate the direction of a copy", _turned_twin, ("Claim-opposed-directions",))
    yield mutation("negate what was found by what was looked for", _tested, "Claim-tested-direction", cls)
    yield put("misdirect the standing", BASE + "standing", iri("glut:Undisputed"), "Claim-standing", needed=False)
    yield put("swap the note for a sigh", NOTE, english("Hm."), "Claim-note", needed=False)
    yield mutation("misdirect a trial into animals", _trial_in_cats, "Claim-design-fits-species", cls)
    yield mutation("drop the comparator of a trial", _bare_trial, "Claim-randomized-comparator", cls)
    yield mutation("misdirect a lamina into the liver", _lamina_of_liver, "Claim-lamina-fits-site", cls)
    yield mutation("negate a block by its target", _block_of_transporter, "Claim-action-fits-target", cls)
    yield from (*_of_open_claims(cls), *_of_settings(cls), *of_waivers(cls), *_of_slots(cls))
    for name in _NEEDED.get(cls, ()):
        yield drop(BASE + name, f"{cls}-{name}")


def _of_open_claims(cls: str) -> Iterator[Mutation]:
    """Mutations that make a yes or a no of what is open, or pass over an opposite finding."""
    yield mutation("negate by leaving it open", _open_direction, "Claim-open-direction", f"{cls}-result")
    yield mutation("misdirect a study to what nobody tested", _untested, "Claim-not-tested", f"{cls}-result", cls)
    yield put("swap what was looked for", BASE + "testedDirection", iri("glut:NoChange"), "Claim-testedDirection", cls)
    yield Mutation(
        "negate the direction of a copy in another species", _turned_elsewhere, ("Claim-candidate-conflict", cls)
    )
    yield Mutation("swap antagonism for activation in a copy", _turned_action, ("Claim-opposed-actions",))


def _of_slots(cls: str) -> Iterator[Mutation]:
    """Mutations that mix up what acts, what is measured, and how two things are tied together."""
    if cls.endswith("Finding"):
        yield mutation("drop direction", _undirected, "Finding-direction")
        yield put("swap the modality for a possibility", BASE + "modality", iri("glut:Possible"), "Finding-modality")
    if cls == "BiomarkerFinding":
        yield mutation("misdirect the agent to what is measured", _measured_agent, "BiomarkerFinding-agent")
        yield put("swap a quantity for a process", BASE + "outcome", iri("glut:Pain"), "BiomarkerFinding-quantity")
    if cls == "Link":
        kind, way = BASE + "linkKind", BASE + "direction"
        yield drop(kind, "Link-kind")
        yield double(kind, iri("glut:Precedes"), "Link-kind")
        yield put("swap a cause for a companion", kind, iri("glut:Increase"), "linkKind")
        yield mutation(
            "misdirect a direction to what only goes together",
            lambda r: r.put(kind, iri("glut:AssociatedWith")).put(way, iri("glut:Increase")),
            "Link-direction",
        )
    yield put("swap a site for an outcome", BASE + "outcomeSite", iri("glut:Pain"), "outcomeSite")
    yield put("swap a coverage for a weight", BASE + "coverage", iri("glut:Crucial"), "coverage")
    yield put("swap significance for a word", BASE + "statisticallySignificant", plain("yes"), _SIGNIFICANCE)


def _of_settings(cls: str) -> Iterator[Mutation]:
    """Mutations that put a study where it cannot have been."""
    yield mutation(
        "misdirect an animal model into people",
        lambda r: r.put(BASE + "model", iri("glut:AnimalModelOfMigraine")).put(BASE + "species", iri("glut:Human")),
        *("Claim-model-fits-species", cls),
    )
    yield mutation(
        "misdirect patients into rats",
        lambda r: r.put(BASE + "population", iri("glut:Migraine")).put(BASE + "species", iri("glut:Rat")),
        *("Claim-patients-fit-species", cls),
    )
    for name in ("targetSite", "outcomeSite"):
        yield put(f"swap the {name} for a lamina", BASE + name, iri("glut:LaminaI"), "Claim-site-of-whole")
    yield mutation("duplicate the agent as comparator", _own_comparator, "Claim-comparator-itself", cls)


def of_waivers(cls: str) -> Iterator[Mutation]:
    """Mutations that waive what must not be waived, or waive without a reason or a need."""
    waives, reason = BASE + "waives", BASE + "waiverReason"
    firm, soft = iri(f"shape:{cls}-iri"), iri("shape:Claim-cites-sentence")
    because = english("A reason that is given for the sake of a test.")
    yield add("drop the reason of a waiver", waives, soft, "Waiver-reason", cls)
    yield mutation(
        "misdirect a waiver to a firm rule", lambda r: r.put(waives, firm).put(reason, because), "waives", cls
    )
    yield mutation(
        "duplicate a waiver without need", lambda r: r.put(waives, soft).put(reason, because), "unused_waiver"
    )
    yield add("drop the rule of a waiver", reason, because, "Waiver-rule", cls)
    yield mutation(
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
_SIGNIFICANCE = "Claim-statisticallySignificant"
_NEEDED: dict[str, tuple[str, ...]] = {
    "Localization": ("target",),
    "MechanismOfAction": ("agent",),
    "ExperimentalFinding": ("outcome",),
    "ClinicalFinding": ("agent", "outcome"),
    "BiomarkerFinding": ("outcome",),
    "GeneticAssociation": ("gene",),
    "UseStatus": ("agent",),
    "Interaction": ("target",),
    "Signalling": ("target", "outcome"),
    "SafetyClaim": ("agent", "outcome"),
    "ManagementClaim": ("agent",),
}


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
    elsewhere = record.without(BASE + "targetSite").without(BASE + "applicationSite")
    return elsewhere.put(BASE + "lamina", iri("glut:LaminaI")).put(BASE + "outcomeSite", iri("glut:Liver"))


def _block_of_transporter(record: Record) -> Record:
    return record.put(BASE + "action", iri("glut:ChannelBlock")).put(BASE + "target", iri("glut:EAAT2"))


def _open_direction(record: Record) -> Record | None:
    moved = record.one(BASE + "direction") not in (None, iri("glut:NoChange"))
    return record.put(BASE + "result", iri("glut:Inconclusive")) if _affirmed(record) and moved else None


def _untested(record: Record) -> Record:
    said = record.put(BASE + "result", iri("glut:NotTested")).without(BASE + "direction")
    return said.put(BASE + "method", iri("glut:Electrophysiology"))


def _measured_agent(record: Record) -> Record | None:
    measured = record.one(BASE + "outcome") == iri("glut:GlutamateConcentration")
    return record.put(BASE + "agent", iri("substance:glutamate")) if measured else None


def _own_comparator(record: Record) -> Record | None:
    agent = record.one(BASE + "agent")
    return record.put(BASE + "comparator", agent) if agent else None


def _twins(record: Record) -> list[Record]:
    return [record, replace(record, name=record.name + "-twin").put(LABEL, english("The same, in other words"))]


def _namesakes(record: Record) -> list[Record]:
    """Give another claim the label of the record."""
    return [record, replace(record, name=record.name + "-namesake")]


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
    opposite = {iri("glut:Increase"): iri("glut:Decrease"), iri("glut:Decrease"): iri("glut:Increase")}
    said = record.one(BASE + "direction")
    if said not in opposite or not _affirmed(record) or not record.one(BASE + "outcome"):
        return None
    twin = replace(record, name=record.name + "-twin")
    return [record, twin.put(LABEL, english("The other way round")).put(BASE + "direction", opposite[said])]


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
