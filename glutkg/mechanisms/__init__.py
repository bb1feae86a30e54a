"""Paths from an agent to what it may do, and the sign of what they predict."""

LONGEST = 6
"""Steps of the longest path that is searched for unless another number is given."""
