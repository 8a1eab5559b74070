"""What is right: what was acknowledged must be explained by some order of things, and the tables must agree.

Knows operations and their effects; must not know how they were carried out, so that it judges threads and real
engines as well as simulated runs.
"""
