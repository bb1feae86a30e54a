"""Citations: the works behind an answer, and the answer itself."""
