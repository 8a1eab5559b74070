"""What operators do: find players, look at all of an account, change it, and undo that. Each change is on record.

Knows accounts and all that belongs to them, and the forms of what operators send; must not know routes, nor how an
operator proves who it is.
"""
