"""Partners: companies whose game servers start sessions for their own users, and those users' wallets.

Knows partners' secrets; must not know sessions, friends or matches.
"""
