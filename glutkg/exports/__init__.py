"""Exports: the graph in the formats that people load, one module a format."""
