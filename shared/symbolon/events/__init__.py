"""Events: what happened to accounts, told to the studio's other systems from the tables' streams, on no request's way.

Knows items as streams show them; must not know requests, nor what made a change. docs/events.md is for who gets events.
"""
