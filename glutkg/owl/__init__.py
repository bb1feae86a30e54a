"""OWL: HermiT as the referee of the rules, and justifications of what the axioms entail."""
