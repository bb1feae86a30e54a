"""RDF: namespaces, terms, and where in a Turtle text a triple stands."""
