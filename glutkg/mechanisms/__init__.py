"""Paths from an agent to what it may do, and the sign of what they predict."""
