"""The console of the development server: pages for the developer's own browser, on loopback alone.

Knows what the server has to show; must not know how it serves.
"""
