"""Whom a provider's credential is of: what providers say, their keys, ID tokens, certificates, codes that work once.

Knows the internet; must not know accounts, links or sessions.
"""
