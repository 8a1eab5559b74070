"""The embedded DynamoDB, its process, and the template's tables in it.

Must not know the API that is served on top.
"""
