"""Symbolon's shared layer: everything that more than one function needs, and nothing that knows a provider."""
