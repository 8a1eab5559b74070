"""The section `hook` of the settings: a studio's own function, asked before sign-ins and links. docs/hooks.md."""

from collections.abc import Mapping
from typing import Any, NamedTuple, Self

from symbolon.errors import Misconfigured

SIGN_IN, LINK = "sign_in", "link"
"""Before what it is asked."""

OPEN, CLOSED = "open", "closed"
"""What becomes of a request of which it says nothing: it goes on as if there were no hook, or it is refused."""

LEAST_MS, DEFAULT_MS, MOST_MS = 100, 2000, 3000
"""Milliseconds that it may take. With the most, and all that a provider may take, a sign-in ends in time."""

_NAMES = frozenset({"function", "before", "timeout_ms", "on_failure", "keep_vars"})


class HookSettings(NamedTuple):
    """Which function is asked, before what, and for how long its answer is waited for.

    `function` is the ARN of a Lambda function; locally a Python function, as local.gateway.studio.hooks has
    it. `is_open` says that requests go on when it fails, `keeps_vars` that a refresh cannot replace a session's vars.
    """

    function: str
    before: frozenset[str]
    timeout_ms: int
    is_open: bool
    keeps_vars: bool = False

    @classmethod
    def of(cls, document: Mapping[str, Any]) -> Self | None:
        """Read the section, None where there is none; raises Misconfigured where it is wrong."""
        section = document.get("hook") or {}
        if not isinstance(section, Mapping):
            raise Misconfigured("settings: hook must be an object")
        if not section:
            return None
        if unknown := section.keys() - _NAMES:
            raise Misconfigured(f"settings: hook.{min(unknown)} is not known, only {', '.join(sorted(_NAMES))}")
        return cls(_function(section), _before(section), _timeout(section), _is_open(section), _keeps_vars(section))


def _function(section: Mapping[str, Any]) -> str:
    value = section.get("function")
    if not isinstance(value, str) or not value:
        raise Misconfigured("settings: hook.function must name the function to ask")
    return value


def _before(section: Mapping[str, Any]) -> frozenset[str]:
    value = section.get("before", [SIGN_IN, LINK])
    if not isinstance(value, list) or not value or not all(one in (SIGN_IN, LINK) for one in value):
        raise Misconfigured(f"settings: hook.before must be a list of {SIGN_IN}, {LINK} or both")
    return frozenset(value)


def _timeout(section: Mapping[str, Any]) -> int:
    value = section.get("timeout_ms", DEFAULT_MS)
    if not isinstance(value, int) or isinstance(value, bool) or not LEAST_MS <= value <= MOST_MS:
        raise Misconfigured(f"settings: hook.timeout_ms must be a whole number, {LEAST_MS} to {MOST_MS}")
    return value


def _is_open(section: Mapping[str, Any]) -> bool:
    value = section.get("on_failure", CLOSED)
    if value not in (OPEN, CLOSED):
        raise Misconfigured(f"settings: hook.on_failure must be {OPEN} or {CLOSED}")
    return bool(value == OPEN)


def _keeps_vars(section: Mapping[str, Any]) -> bool:
    value = section.get("keep_vars", False)
    if not isinstance(value, bool):
        raise Misconfigured("settings: hook.keep_vars must be true or false")
    return value
