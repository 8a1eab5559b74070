"""Ways back into an account: codes that prove an address, new passwords, other addresses.

Knows accounts' identities, mail and limits; must not know requests, or how a letter looks.
"""
