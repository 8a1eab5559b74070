"""Further processes that serve on the gateway's socket, since the threads of one compute one at a time.

Knows how a process serves, starts and ends; must not know what the functions answer.
"""
