"""What players do with the help of others: of their mailbox, a provider, another device, an operator, the background.

Knows what `local.torture.play` does, and what a stand-in for a provider gives; must not know who serves requests.
"""
