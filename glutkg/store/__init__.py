"""The store: source files, the graph and its engine, and its rdflib face."""
