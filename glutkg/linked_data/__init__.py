"""Linked data as files: the triples of the graph, written canonically in every serialisation of RDF, and read back."""
