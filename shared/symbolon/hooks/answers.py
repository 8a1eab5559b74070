"""What a hook may say, read as strictly as what a client sends: it has to let somebody in with a clear word."""

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from symbolon.api.body import Body, is_clean
from symbolon.errors import InvalidArgument, PermissionDenied
from symbolon.identities.names import checked_username, disturbs

MAX_MESSAGE_BYTES = 256

_REFUSED = "Refused by the game."
_FIELDS = frozenset({"allow", "message", "username", "vars"})
_NO_NAME, _NO_VARS = "answered with a username that nobody may have", "answered with vars that no session may have"
_ERROR_TYPE = re.compile(r"[A-Za-z0-9_.]{1,64}")


class BadAnswer(Exception):
    """The function crashed, or said what it may not: the message is for the operator, and quotes nothing of it."""


class RefusedByHook(PermissionDenied):
    """The function refuses; the client hears its words, the log does not have them."""

    def __init__(self, words: str) -> None:
        super().__init__(_REFUSED)
        self.message = words or _REFUSED


class Changes(NamedTuple):
    """What the function wants otherwise than the client: the username of a new account, "" for as it was, and vars."""

    username: str = ""
    variables: Mapping[str, str] | None = None


def read_answer(answer: Mapping[str, Any]) -> Changes:
    """Return what the function lets somebody in with; raises RefusedByHook, BadAnswer.

    A refusal is one whatever else is in the answer: words that cannot be shown are replaced by ours.
    """
    if "errorType" in answer:
        raise BadAnswer(f"crashed{_named(answer['errorType'])}")
    if answer.get("allow") is False:
        raise RefusedByHook(_words(answer.get("message")))
    if answer.get("allow") is not True:
        raise BadAnswer("answered without allow, which must be true or false")
    if answer.keys() - _FIELDS:
        raise BadAnswer(f"answered with a field that is not known, only {', '.join(sorted(_FIELDS))}")
    return Changes(_username(answer), _variables(answer))


def _named(kind: object) -> str:
    return f" ({kind})" if isinstance(kind, str) and _ERROR_TYPE.fullmatch(kind) else ""


def _words(message: object) -> str:
    if not isinstance(message, str) or not is_clean(message) or disturbs(message) or not message.strip():
        return ""
    return message if len(message.encode()) <= MAX_MESSAGE_BYTES else ""


def _username(answer: Mapping[str, Any]) -> str:
    value = answer.get("username")
    if value is None:
        return ""
    if not isinstance(value, str) or not is_clean(value):
        raise BadAnswer(_NO_NAME)
    try:
        return checked_username(value)
    except InvalidArgument:
        raise BadAnswer(_NO_NAME) from None


def _variables(answer: Mapping[str, Any]) -> Mapping[str, str] | None:
    if answer.get("vars") is None:
        return None
    try:
        variables = Body(answer).variables()
    except InvalidArgument:
        raise BadAnswer(_NO_VARS) from None
    if not all(map(is_clean, (*variables, *variables.values()))):
        raise BadAnswer(_NO_VARS)
    return variables
