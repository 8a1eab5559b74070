"""Matches: a game server's item, who may join it, who finds it.

Knows the table of matches; must not know sessions, friends or providers.
"""
