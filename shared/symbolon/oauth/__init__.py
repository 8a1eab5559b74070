"""OAuth 2.0's endpoints: tokens for others, questions about tokens and their end, as the RFCs have them.

Knows sessions, partners and the settings' audiences; must not know providers, and nothing of it is needed to sign in.
"""
