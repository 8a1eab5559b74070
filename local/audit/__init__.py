"""The audit: whether all tables agree with each other, what it means for a player where they do not, and mending it.

Knows what the layer promises of its items; must not know requests.
"""
