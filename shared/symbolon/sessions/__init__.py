"""Sessions: issued without a write, checked with one read, exchanged, ended.

Knows users and the settings' keys; must not know providers, friends or accounts as a whole.
"""
