"""Search: things, questions and claims by words."""
