"""What players do: operations of the API, drawn by chance, and what each answer acknowledges.

Knows the API from outside and the things that are judged; must not know who serves it.
"""
