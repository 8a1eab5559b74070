"""The settings document: where it comes from, what may stand in it, and the rings of keys.

Knows where AWS keeps secrets; must not know requests, accounts or providers.
"""
