"""A studio's own function, asked before sign-ins and links: what it is told, and what it may say. docs/hooks.md.

Knows requests, identities and how a function is invoked; must not know any provider. All but
`wanted` is loaded only where the settings have a section `hook`.
"""
