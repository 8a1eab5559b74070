"""The one exception of the development side."""


class StartError(Exception):
    """The server cannot start. The message is one line that says why, and what to do about it."""
