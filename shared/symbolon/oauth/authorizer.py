"""An authorizer for a studio's own HTTP APIs: whether a request comes from a player whom we know, by now.

A Lambda authorizer (https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-lambda-authorizer.html) of
payload format 2.0 with simple responses. Unlike an authorizer that verifies tokens alone it knows of logouts, bans and
deletions: with one read, of the account and the session together. For how long API Gateway keeps an answer,
`AuthorizerResultTtlInSeconds` says; so long a ban takes to hold there.

It takes tokens for the audiences of its own settings, and session tokens unless `authorizer.sessions` is false.
examples/studio-api/ shows it in use.
"""

from collections.abc import Mapping
from typing import Any

from symbolon import started
from symbolon.api import telemetry
from symbolon.api.application import LambdaHandler
from symbolon.api.request import Trace
from symbolon.errors import Misconfigured, SymbolonError
from symbolon.identities.users import User
from symbolon.oauth.shown import Shown, read_access, read_session
from symbolon.sessions.jws import InvalidToken
from symbolon.settings.settings import SETTINGS, Settings

REFUSED: Mapping[str, Any] = {"isAuthorized": False}


def authorizer(name: str = "authorizer") -> LambdaHandler:
    """Return the Lambda handler of an authorizer, which its log lines call by the name."""

    def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
        trace = Trace(name, "authorize")
        with telemetry.observed(trace, context) as outcome:
            try:
                answer = _answer(event, SETTINGS.current())
            except SymbolonError as error:
                outcome.failed(error)
                raise RuntimeError(type(error).__name__) from None  # which API Gateway answers with a 500
            trace.user_id = answer.get("context", {}).get("sub", "")
            outcome.succeeded()
            return answer

    started()
    return handler


def _answer(event: Mapping[str, Any], settings: Settings) -> dict[str, Any]:
    headers = {name.lower(): value for name, value in (event.get("headers") or {}).items()}
    scheme, _, token = headers.get("authorization", "").partition(" ")
    shown = _read(token.strip(), settings) if scheme.lower() == "bearer" else None
    owner = shown.owner() if shown else None
    if shown is None or owner is None:
        return dict(REFUSED)
    return {"isAuthorized": True, "context": _context(shown, owner)}


def _read(token: str, settings: Settings) -> Shown | None:
    for read in (read_session, read_access) if _takes_sessions(settings) else (read_access,):
        try:
            return read(token, settings)
        except InvalidToken:
            continue
    return None


def _takes_sessions(settings: Settings) -> bool:
    section = settings.document.get("authorizer", {})
    value = section.get("sessions", True) if isinstance(section, Mapping) else None
    if not isinstance(value, bool):
        raise Misconfigured("settings: authorizer.sessions must be true or false")
    return value


def _context(shown: Shown, owner: User) -> dict[str, Any]:
    """Return what the route behind the authorizer learns; names and variables of the player are texts."""
    said = {name: shown.payload[name] for name in ("aud", "exp", "client_id") if name in shown.payload}
    variables = shown.payload.get("vrs", {})
    return {"sub": owner.user_id, "username": owner.username, "kind": shown.kind, "vars": variables, **said}
