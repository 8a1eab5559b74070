"""The console's pages, a module each: what is asked of the service, and which template shows it.

Knows a visit; must not know addresses, nor who is let in.
"""
