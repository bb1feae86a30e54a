"""Packaged questions: reading them, binding their parameters, answering them."""
