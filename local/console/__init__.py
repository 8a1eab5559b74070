"""The console: pages for an operator's own browser, on this machine's loopback alone.

Knows the operators' API, and what it is told of a service; must not know how that service is run.
"""
