"""Packaged questions for other tools: in RDF as SPARQL examples, and as grlc-style `.rq` files.

The RDF is that of the SPARQL examples vocabulary of the Swiss Institute of Bioinformatics, which query editors read,
with each parameter in SHACL's words. A grlc file has the same query, its parameters renamed to what grlc fills in.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from glutkg.questions.answering import default_terms
from glutkg.rdf.namespaces import BASE, PREFIXES, RDF, RDFS, SH, XSD, expand
from glutkg.rdf.terms import Term, Triple, from_name
from glutkg.sparql.binding import with_blocks

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from glutkg.questions.question import Parameter, Question

EXAMPLES = BASE + ".well-known/sparql-examples/"
ENDPOINT = "http://127.0.0.1:7878/query"
_SCHEMA = "https://schema.org/"
_PREFIXES = Term("blank", "sparql_examples_prefixes")


def described(questions: Iterable[Question], endpoint: str = ENDPOINT) -> list[Triple]:
    """Describe questions as SPARQL examples, each with its parameters, for an endpoint that answers them."""
    triples = list(_declared_prefixes())
    for question in questions:
        subject = Term("iri", EXAMPLES + question.name)
        triples += [
            (subject, from_name(RDF + "type"), from_name(SH + "SPARQLExecutable")),
            (subject, from_name(RDF + "type"), from_name(SH + "SPARQLSelectExecutable")),
            (subject, from_name(RDFS + "label"), Term("literal", question.summary, "en")),
            (subject, from_name(RDFS + "comment"), Term("literal", question.question, "en")),
            (subject, from_name(SH + "prefixes"), _PREFIXES),
            (subject, from_name(SH + "select"), Term("literal", _body(question.query))),
            (subject, from_name(_SCHEMA + "target"), from_name(endpoint)),
            *((subject, from_name(_SCHEMA + "keywords"), Term("literal", tag)) for tag in question.tags),
        ]
        for parameter in question.parameters:
            triples += _described(subject, question, parameter)
    return triples


def _described(subject: Term, question: Question, parameter: Parameter) -> Iterator[Triple]:
    """A parameter in SHACL's words; the class is that of the values, or the one above them where they are kinds."""
    node = Term("iri", f"{subject.value}#{parameter.name}")
    yield subject, from_name(SH + "parameter"), node
    yield node, from_name(RDF + "type"), from_name(SH + "Parameter")
    yield node, from_name(SH + "path"), from_name(f"{BASE}parameter/{parameter.name}")
    yield node, from_name(SH + "name"), Term("literal", parameter.name, "en")
    yield node, from_name(SH + "description"), Term("literal", parameter.text, "en")
    sort = "datatype" if parameter.kind.startswith("xsd:") else "class"
    yield node, from_name(SH + sort), from_name(expand(parameter.kind) or parameter.kind)
    yield node, from_name(SH + "optional"), Term("literal", str(parameter.optional).lower(), None, XSD + "boolean")
    if not parameter.several:
        yield node, from_name(SH + "maxCount"), Term("literal", "1", None, XSD + "integer")
    for value in default_terms(question, parameter.name):
        yield node, from_name(SH + "defaultValue"), value


def _declared_prefixes() -> Iterator[Triple]:
    yield _PREFIXES, from_name(RDF + "type"), from_name("http://www.w3.org/2002/07/owl#Ontology")
    for prefix, namespace in sorted(PREFIXES.items()):
        node = Term("blank", f"prefix_{prefix}")
        yield _PREFIXES, from_name(SH + "declare"), node
        yield node, from_name(SH + "prefix"), Term("literal", prefix)
        yield node, from_name(SH + "namespace"), Term("literal", namespace, None, XSD + "anyURI")


def _body(query: str) -> str:
    """The query without its header."""
    return "".join(line for line in query.splitlines(keepends=True) if not line.startswith("#+"))


def grlc(question: Question, endpoint: str = ENDPOINT) -> str:
    """Write a question for grlc: decorators in YAML, and `?_name_iri` or `?_name_literal` where values go.

    grlc fills in one value; a parameter that takes several takes one there.
    """
    lines = [
        f"#+ summary: {json.dumps(question.summary, ensure_ascii=False)}",
        f"#+ description: {json.dumps(f'{question.question} {question.row}', ensure_ascii=False)}",
        f"#+ endpoint: {endpoint}",
        "#+ method: GET",
        "#+ tags:",
        *(f"#+   - {json.dumps(tag)}" for tag in question.tags),
    ]
    query = _body(question.query)
    given = []
    for parameter in question.parameters:
        iri = not parameter.kind.startswith("xsd:")
        name = f"?{'__' if parameter.optional else '_'}{parameter.name}_{'iri' if iri else 'literal'}"
        query = with_blocks(query, {parameter.name: f"BIND({name} AS ?{parameter.name})"})
        given += [
            f"#+   - {parameter.name}: {json.dumps(value.value)}"
            for value in default_terms(question, parameter.name)[:1]
        ]
    if given:
        lines += ["#+ defaults:", *given]
    return "\n".join(lines) + "\n\n" + query
