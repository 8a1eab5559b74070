"""Approving a device that shows a code: in the game, or on a page of ours.

Knows accounts, sessions, limits and the codes that devices get; must not know what such a device does with its session.
"""
