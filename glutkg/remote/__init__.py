"""Stores elsewhere, over HTTP: asked as the store of this machine is, and loaded with the graph."""
