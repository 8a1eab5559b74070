"""Events on this machine: the store's streams, followed as Lambda does, and a bus that prints what it is told.

Knows the store's API and the function `events`; must not know what events mean.
"""
