"""OWL 2 in functional syntax, as py-horned-owl writes it."""

from __future__ import annotations

from glutkg.errors import MissingPartError


def functional_syntax(rdf_xml: bytes) -> bytes:
    """Write an ontology that is given in RDF/XML. Raises MissingPartError without py-horned-owl.

    >>> head = '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:owl="http://www.w3.org/2002/07/owl#">'
    >>> print(functional_syntax(f'{head}<owl:Ontology rdf:about="urn:example"/></rdf:RDF>'.encode()).decode())
    Ontology(<urn:example>
    ...)
    """
    try:
        import pyhornedowl
    except ImportError as error:
        raise MissingPartError(
            "Functional syntax needs py-horned-owl. Install it with: pip install 'glutkg[owl]'"
        ) from error

    text: str = pyhornedowl.open_ontology_from_string(rdf_xml.decode(), "rdf").save_to_string("ofn")
    return f"{text.rstrip()}\n".encode()
