"""What outlives a stack, its tables and secrets: found, brought back, put back in time, removed.

Must not know the development gateway.
"""
