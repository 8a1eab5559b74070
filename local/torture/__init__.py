"""The simulation: the real functions, a DynamoDB in memory, and everything that goes wrong, all from one seed.

Knows the functions, the template and the audit; nothing knows it. docs/torture.md explains it.
"""
