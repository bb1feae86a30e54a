"""What follows: rules in SPARQL, the ones compiled from the ontology's axioms, and the run to the fixpoint."""
