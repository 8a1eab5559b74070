"""Whom a provider's credential is of: asking providers, their keys, ID tokens, certificates, proofs that work once.

Knows the internet; must not know accounts, links or sessions.
"""
