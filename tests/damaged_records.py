"""Mutations of other records: slips, conflicts, hypotheses, sentences, references, documents, names."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from damage import (
    DCTERMS,
    LABEL,
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
from damaged_claims import of_waivers

from glutkg.rdf.namespaces import BASE, SKOS
from glutkg.rdf.terms import Term


def of_slips() -> Iterator[Mutation]:
    shape = "SourceSlip"
    for name in ("inSentence", "slipKind", "printed", "accepted"):
        yield drop(BASE + name, f"{shape}-{name}")
    for name in ("misstates", "acceptedFact"):
        yield mutation(f"drop {name}", _factual(lambda r, n=name: r.without(BASE + n)), f"{shape}-{name}")  # type: ignore[misc]
        yield put(f"misdirect {name}", BASE + name, iri("review:s001"), name, needed=False)
        yield put(f"misspell {name}", BASE + name, iri("claim:no-such-claim"), "dangling_reference", needed=False)
    for name in ("printed", "accepted"):
        yield double(BASE + name, plain("other words"), f"{shape}-{name}")
        yield put(f"swap {name} for nothing", BASE + name, plain(""), f"{shape}-{name}")
        yield put(f"swap {name} for a paragraph", BASE + name, plain("word " * 40), f"{shape}-{name}")
        yield put(f"retype {name}", BASE + name, iri("glut:NMDAReceptor"), f"{shape}-{name}")
    yield mutation("negate the difference", _same_words, f"{shape}-difference")
    yield double(BASE + "slipKind", iri("glut:MissingPunctuation"), f"{shape}-slipKind")
    yield put("misdirect the kind", BASE + "slipKind", iri("glut:Oral"), "slipKind")
    yield put("misspell the kind", BASE + "slipKind", iri("glut:Mispelling"), "dangling_reference")
    yield put("misdirect the sentence", BASE + "inSentence", iri("review:ref-1"), "inSentence")
    yield mutation(
        "misdirect the error",
        _factual(lambda r: r.put(BASE + "inSentence", iri("article:s001"))),
        f"{shape}-misstates-in-sentence",
    )
    yield mutation("swap the fact for the error", _factual(_one_claim), f"{shape}-two-claims")
    yield put("retype to a conflict", TYPE, iri("glut:Conflict"), "Conflict")


def _factual(damage: Callable[[Record], Record]) -> Callable[[Record], Record | None]:
    return lambda record: (
        damage(record) if record.one(BASE + "misstates") and record.one(BASE + "acceptedFact") else None
    )


def _one_claim(record: Record) -> Record:
    return record.put(BASE + "acceptedFact", *record.values(BASE + "misstates"))


def _same_words(record: Record) -> Record:
    return record.put(BASE + "accepted", *record.values(BASE + "printed"))


def of_conflicts(other: Term) -> Iterator[Mutation]:
    shape = "Conflict"
    yield drop(BASE + "between", f"{shape}-between")
    yield drop(BASE + "conflictKind", f"{shape}-conflictKind")
    yield mutation(
        "drop all but one", lambda r: r.put(BASE + "between", r.values(BASE + "between")[0]), f"{shape}-between"
    )
    yield mutation(
        "misdirect a member to a sentence", lambda r: r.plus(BASE + "between", iri("review:s001")), "between"
    )
    yield mutation(
        "misdirect a member to a substance", lambda r: r.plus(BASE + "between", iri("substance:ketamine")), "between"
    )
    yield mutation(
        "misspell a member", lambda r: r.plus(BASE + "between", iri("claim:no-such-claim")), "dangling_reference"
    )
    yield mutation(
        "misdirect a member to a strange claim",
        lambda r: r.plus(BASE + "between", other),
        f"{shape}-same-subject",
    )
    yield double(BASE + "conflictKind", iri("glut:PopulationDifference"), f"{shape}-conflictKind")
    yield put("misdirect the kind", BASE + "conflictKind", iri("glut:Intravenous"), "conflictKind")
    yield put("misspell the kind", BASE + "conflictKind", iri("glut:RootDifference"), "dangling_reference")
    yield put("retype the kind as text", BASE + "conflictKind", plain("route"), "conflictKind")
    yield put("misdirect the explanation", BASE + "explanation", iri("review:s001"), "explanation", needed=False)
    yield put(
        "misspell the explanation", BASE + "explanation", iri("claim:no-such-claim"), "dangling_reference", needed=False
    )
    yield put("retype to a slip", TYPE, iri("glut:SourceSlip"), "SourceSlip")
    yield mutation("duplicate the type", lambda r: r.plus(TYPE, iri("glut:Hypothesis")), "Hypothesis")
    yield add("misdirect a sentence here", BASE + "statedIn", iri("review:s001"), shape, "Claim-type")
    yield mutation(
        "duplicate a member as explanation",
        lambda r: r.put(BASE + "explanation", r.values(BASE + "between")[0]),
        f"{shape}-explanation-apart",
    )
    yield from of_waivers(shape)


def of_hypotheses() -> Iterator[Mutation]:
    shape, definition = "Hypothesis", SKOS + "definition"
    yield drop(definition, f"{shape}-definition")
    yield double(definition, english("It is because of something else altogether."), f"{shape}-definition")
    yield put(
        "misdirect the definition into German",
        definition,
        Term("literal", "Es ist, wie es ist, und bleibt so.", "de"),
        f"{shape}-definition",
    )
    yield put(
        "retype the definition", definition, plain("A definition without a language at all."), f"{shape}-definition"
    )
    yield put("swap the definition for a word", definition, english("Because."), f"{shape}-definition")
    yield mutation("drop all claims on it", lambda r: r.put(LABEL, english("an unused hypothesis")), f"{shape}-used")
    yield put("retype to a slip", TYPE, iri("glut:SourceSlip"), "SourceSlip")
    yield mutation("duplicate the type", lambda r: r.plus(TYPE, iri("glut:Conflict")), "Conflict")
    yield add("misdirect a sentence here", BASE + "statedIn", iri("review:s001"), shape, "Claim-type")
    yield add("misdirect a claim here", BASE + "between", iri("review:s001"), shape)


def of_sentences() -> Iterator[Mutation]:
    shape = "Sentence"
    for name in ("partOfDocument", "section", "paragraph", "sentenceNumber", "start", "end"):
        yield drop(BASE + name, f"{shape}-offsets" if name in ("start", "end") else f"{shape}-{name}")
    for name in ("paragraph", "sentenceNumber", "start", "end"):
        yield double(BASE + name, number("1"), f"{shape}-{name}", f"{shape}-start")
        yield put(f"retype {name}", BASE + name, plain("one"), f"{shape}-{name}")
    yield double(BASE + "section", plain("Another"), f"{shape}-section")
    yield put("swap the section for nothing", BASE + "section", plain(""), f"{shape}-section")
    yield mutation("swap start and end", swapped("start", "end"), f"{shape}-start")
    yield put("misdirect the document to a reference", BASE + "partOfDocument", iri("review:ref-1"), "partOfDocument")
    yield put("misdirect the document to another", BASE + "partOfDocument", iri("source:hgnc"), f"{shape}-document")
    yield put("misspell the document", BASE + "partOfDocument", iri("source:no-such-document"), "dangling_reference")
    yield mutation(
        "misdirect a reference to a sentence",
        lambda r: r.plus(BASE + "citesReference", iri("review:s001")),
        "citesReference",
    )
    yield mutation(
        "misspell a reference", lambda r: r.plus(BASE + "citesReference", iri("review:ref-000")), "dangling_reference"
    )
    yield mutation("misdirect the place into another sentence", _overlapping, f"{shape}-place-unique")
    yield add(
        "drop the note on a sentence without claims",
        BASE + "statesNoClaim",
        iri("glut:Pointer"),
        f"{shape}-no-claim-note",
    )
    yield put("misdirect the reason", BASE + "statesNoClaim", iri("glut:Oral"), "statesNoClaim", needed=False)
    yield put("retype to a document", TYPE, iri("glut:Document"), "Document", f"{shape}-type")


def _overlapping(record: Record) -> Record:
    return record.put(BASE + "start", number("130")).put(BASE + "end", number("140"))


def of_references() -> Iterator[Mutation]:
    shape, title = "CitedReference", DCTERMS + "title"
    yield drop(BASE + "referenceNumber", f"{shape}-referenceNumber")
    yield drop(BASE + "partOfDocument", f"{shape}-partOfDocument")
    yield double(BASE + "referenceNumber", number("1"), f"{shape}-referenceNumber")
    yield double(BASE + "partOfDocument", iri("source:hgnc"), f"{shape}-partOfDocument")
    yield put("retype the number", BASE + "referenceNumber", plain("forty"), f"{shape}-referenceNumber")
    yield put("negate the number", BASE + "referenceNumber", number("-1"), f"{shape}-referenceNumber")
    yield put("swap the number for another", BASE + "referenceNumber", number("1"), f"{shape}-number")
    yield put("misdirect the document to a sentence", BASE + "partOfDocument", iri("review:s001"), "partOfDocument")
    yield put("misdirect the document to another", BASE + "partOfDocument", iri("source:hgnc"), f"{shape}-document")
    yield put("misspell the document", BASE + "partOfDocument", iri("source:no-such-document"), "dangling_reference")
    yield mutation(
        "duplicate the title", lambda r: r.put(title, plain("One title"), plain("Two titles")), f"{shape}-title"
    )
    yield put("retype the title", title, iri("glut:Migraine"), f"{shape}-title", needed=False)
    yield put("swap the title for a letter", title, plain("X"), f"{shape}-title", needed=False)
    yield put("retype to a sentence", TYPE, iri("glut:Sentence"), "Sentence", f"{shape}-type")


def of_documents() -> Iterator[Mutation]:
    shape, title, date = "Document", DCTERMS + "title", DCTERMS + "date"
    yield drop(title, f"{shape}-title")
    yield double(title, plain("Another title"), f"{shape}-title")
    yield put("retype the title", title, iri("glut:Migraine"), f"{shape}-title")
    yield put("swap the title for a letter", title, plain("X"), f"{shape}-title")
    yield mutation("duplicate the date", lambda r: r.put(date, plain("2017"), plain("2018")), f"{shape}-date")
    yield put("swap the date for a saying", date, plain("long ago"), f"{shape}-date", needed=False)
    yield put("misdirect the date", date, plain("20180"), f"{shape}-date", needed=False)
    yield mutation("duplicate the type", lambda r: r.plus(TYPE, iri("glut:Hypothesis")), f"{shape}-type")
    yield put("retype to a sentence", TYPE, iri("glut:Sentence"), "Sentence")
    for stray, value in (
        ("statedIn", iri("review:s001")),
        ("direction", iri("glut:Increase")),
        ("partOfDocument", iri("source:hgnc")),
    ):
        yield add(f"misdirect {stray} here", BASE + stray, value, shape)


def of_names(cls: str, taken: str, wrong_type: str) -> Iterator[Mutation]:
    """Mutations that damage a substance or a gene; `taken` is the name of another."""
    synonym = SKOS + "altLabel"
    yield put("swap the label for that of another", LABEL, english(taken), f"{cls}-name-unique")
    yield put(
        "swap a synonym for the label of another", synonym, english(taken.upper()), f"{cls}-name-unique", needed=False
    )
    yield put(
        "misdirect a synonym into Italian",
        synonym,
        Term("literal", "un sinonimo", "it"),
        f"{cls}-synonym",
        needed=False,
    )
    yield put("retype a synonym", synonym, plain("a synonym without language"), f"{cls}-synonym", needed=False)
    yield put("swap a synonym for one with spaces", synonym, english(" a synonym"), f"{cls}-synonym", needed=False)
    yield put("retype a synonym as a name", synonym, iri("glut:Migraine"), f"{cls}-synonym", needed=False)
    yield mutation("duplicate the type", lambda r: r.plus(TYPE, iri(wrong_type)), f"{cls}-type")
    yield mutation("duplicate the type with a record's", lambda r: r.plus(TYPE, iri("glut:Hypothesis")), f"{cls}-type")
    for stray, value in (
        ("action", iri("glut:Antagonism")),
        ("target", iri("glut:NMDAReceptor")),
        ("direction", iri("glut:Decrease")),
        ("targetSite", iri("glut:Thalamus")),
        ("condition", iri("glut:Migraine")),
        ("statedIn", iri("review:s001")),
    ):
        yield add(f"misdirect {stray} here", BASE + stray, value, cls, "Claim-type")
