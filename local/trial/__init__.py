"""The whole stack tried on this machine: built, deployed to a stand-in, run in Docker.

Knows everything else here; nothing else here knows it.
"""
