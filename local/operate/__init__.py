"""What an operator runs: partners, an account's quotas, what a million requests cost.

Must not know the development gateway.
"""
