"""The keys of a deployment: made, rotated and retired. It has no route; docs/keys.md explains what there is to do.

It is invoked by Secrets Manager for a rotation, by CloudFormation when the stack changes, and by an operator.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from symbolon import started
from symbolon.api import telemetry
from symbolon.api.request import Trace
from symbolon.errors import SymbolonError
from symbolon.rotation import stack
from symbolon.rotation.commands import obey
from symbolon.rotation.steps import take_step
from symbolon.settings.settings import SETTINGS


class KeysFailed(Exception):
    """What was asked for was not done, and the keys are as they were; its text says why, and shows no key."""


def handler(event: dict[str, Any], context: object) -> list[dict[str, Any]]:
    """Do what the event asks for; an operator gets the ring's keys by id. Raises KeysFailed."""
    attempt = _Attempt("It crashed; the log of the function has the reason.")
    try:
        attempt = _attempt(event, context)
    finally:
        if "RequestType" in event:  # else CloudFormation would wait for an hour
            stack.respond(event, attempt.failure)
    if attempt.failure and "RequestType" not in event:
        raise KeysFailed(attempt.failure)
    return attempt.keys


@dataclass(frozen=True)
class _Attempt:
    """How it went: why it failed, "" if it did not, and what there is to tell."""

    failure: str = ""
    keys: list[dict[str, Any]] = field(default_factory=list)


def _attempt(event: Mapping[str, Any], context: object) -> _Attempt:
    verb = event.get("Step") or event.get("RequestType") or event.get("action")
    with telemetry.observed(Trace("keys", str(verb)), context) as outcome:
        try:
            keys = _serve(event)
        except SymbolonError as error:
            outcome.failed(error)
            return _Attempt(error.detail or error.message)
        outcome.succeeded()
        return _Attempt(keys=keys)


def _serve(event: Mapping[str, Any]) -> list[dict[str, Any]]:
    settings = SETTINGS.current()
    if "Step" in event:
        take_step(event, settings)
    elif "RequestType" in event:
        stack.ensure(event, settings)
    else:
        return obey(event, settings)
    return []


started()
