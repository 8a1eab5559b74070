"""Mail: letters in the player's language, the service that sends them, and addresses that have died.

Knows addresses and the settings; must not know accounts, codes or sessions.
"""
