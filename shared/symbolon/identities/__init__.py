"""Users and their identities: how they are stored, linked, signed in with, and shown.

Knows DynamoDB's items; must not know requests, settings, sessions, or how any provider proves an identity.
"""
