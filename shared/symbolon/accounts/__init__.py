"""An account as a whole: what changes or ends all that belongs to it.

Knows identities, friends and sessions; must not know requests or providers.
"""
