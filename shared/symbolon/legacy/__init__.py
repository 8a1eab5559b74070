"""Players of an old Nakama, who come one by one: asked about there when an identity is unknown here, and brought once.

Knows identities, limits and the settings; must not know requests' routes, how identities are proved, or sessions.
"""
