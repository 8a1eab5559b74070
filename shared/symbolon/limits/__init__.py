"""Limits on guessing and on new accounts: how often, by account and by network, and when to come back.

Knows users' items and the settings; must not know requests, routes, or what it is that is guessed.
"""
