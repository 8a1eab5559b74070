"""Moving in and out: the players of a Nakama, as its tables have them, into the tables here, and back.

Knows the layer's items and how Nakama exports its own; must not know the development gateway.
"""
