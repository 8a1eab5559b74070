"""The exceptions of the development side."""


class StartError(Exception):
    """The server cannot start. The message is one line that says why, and what to do about it."""


class SmokeError(Exception):
    """The service that is tried out does not do what it should. The message is one line."""


class TrialError(Exception):
    """The stack could not be deployed on this machine. The message says which step failed, with its output."""


class StackError(Exception):
    """What was asked for a stack in AWS was not done. The message says why, and what to do about it."""
