"""One check a file, each with one promise.

Knows items of tables; must not know how they are paged through, nor who is told.
"""
