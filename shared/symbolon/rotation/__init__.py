"""Keys that make way for one another in a deployment: on a schedule, when the stack changes, and when an operator asks.

Knows Secrets Manager and the rules of `settings.succession`; must not know requests or accounts.
"""
