"""Records: who did what to an account, when and from where, in a table to which entries are only added.

Knows accounts by their ids alone; must not know what an action does, nor requests or settings.
"""
