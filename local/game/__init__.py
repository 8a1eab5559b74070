"""The example game's pages, for a first look at a server on this machine.

Knows examples/web-game and the address it is told; must not know the gateway, the store or settings.
"""
