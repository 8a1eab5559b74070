"""The world that the functions run in: clock, chance, processes, the door to AWS, and what goes wrong at it.

Knows the engine and the template; must not know what players do or what is right.
"""
