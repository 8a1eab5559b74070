"""Friendships: two edges and two counts that change together, lists, and the import of a provider's friends.

Knows users; must not know how a friend's provider is asked, nor sessions.
"""
