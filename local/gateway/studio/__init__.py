"""What a studio adds of its own, run on this machine as it is deployed: the hook, and procedures.

Knows the studio's files; must not know requests, nor how the gateway answers them.
"""
