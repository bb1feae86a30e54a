"""The graph in the serialisations of RDF; the ontology with its individuals as OWL; the packaged questions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from glutkg.linked_data.serialisations import FORMATS
from glutkg.linked_data.writing import written, written_triples

if TYPE_CHECKING:
    from collections.abc import Callable

    from glutkg.exports.content import Content, Files
    from glutkg.rdf.terms import Triple


def serialised(form: str) -> Callable[[Content], Files]:
    """Return what writes a part of the graph in one of the serialisations of RDF."""

    def files(content: Content) -> Files:
        context = content.context if form == "jsonld" else None
        quads = content.dataset() if FORMATS[form].supports_datasets else content.quads()
        return {f"glutkg.{form}": written(quads, form, context)}

    return files


def owl(content: Content) -> Files:
    """Write the ontology with its lifted axioms and individuals: OWL 2 DL, with the properties of OBO beside ours."""
    return {"glutkg.owl": written_triples(ontology(content), content.form or "rdfxml")}


def owl_functional(content: Content) -> Files:
    """Write the same ontology in functional syntax. Raises MissingPartError without the library that writes it."""
    from glutkg.owl.functional_syntax import functional_syntax

    return {"glutkg.ofn": functional_syntax(ontology(content))}


def ontology(content: Content) -> list[Triple]:
    """Give the triples of the OWL export."""
    from glutkg.owl.lift import lift, with_individuals
    from glutkg.owl.obo import with_obo

    return with_obo(with_individuals(lift(content.graph, content.workspace.rules)))


def questions(content: Content) -> Files:
    """Write the packaged questions as SPARQL examples."""
    from glutkg.exports.query_examples import described
    from glutkg.questions.question import read_questions

    return {"questions.ttl": written_triples(described(read_questions(content.folder)), content.form or "turtle")}


def grlc(content: Content) -> Files:
    """Write each packaged question as a query whose parameters grlc fills in."""
    from glutkg.exports.query_examples import grlc
    from glutkg.questions.question import read_questions

    return {f"{question.name}.rq": grlc(question).encode() for question in read_questions(content.folder)}
