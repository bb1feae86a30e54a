"""Answering over HTTP, and queries of strangers in a process of their own."""
