"""SPARQL as text: tokens, patterns, headers, and what a query may not do."""
