"""Answering over HTTP, and packaged questions described for other tools."""
