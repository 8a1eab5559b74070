"""Trying a sign-in: the request that a game would send, its answer, and what is in the session."""

import base64
import json
import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from werkzeug.wrappers import Response

from local.console.asking import Answer, ask
from local.console.pages.settings import readiness
from local.console.providers import PROVIDERS, Provider
from local.console.visit import Visit

_TIMES = ("iat", "exp", "nbf", "auth_time")


@dataclass(frozen=True)
class Outcome:
    """What came of a sign-in: what was sent and the answer to it, or why nothing was sent."""

    sent: str = ""
    answer: Answer | None = None
    problem: str = ""

    def tokens(self) -> dict[str, Any]:
        """Give what the tokens of the session say."""
        found = {name: self.answer.body.get(name) for name in ("token", "refresh_token")} if self.answer else {}
        return {name: _opened(str(token)) for name, token in found.items() if token}


def show(visit: Visit) -> Response:
    """Show the form of the provider that was chosen."""
    return _page(visit, PROVIDERS.get(visit.query("provider"), PROVIDERS["device"]), Outcome())


def sign_in(visit: Visit) -> Response:
    """Send the sign-in and show what came of it."""
    provider = PROVIDERS.get(visit.field("provider"), PROVIDERS["device"])
    variables = visit.field("vars") or "{}"
    if not _is_map(variables):
        problem = 'vars must be a JSON object of texts, such as {"platform": "ios"}.'
        return _page(visit, provider, Outcome(problem=problem))
    body = {**_credential(provider, visit), **({"vars": json.loads(variables)} if variables != "{}" else {})}
    username = {"username": visit.field("username")} if visit.field("username") else {}
    query = urlencode({"create": "true" if visit.field("create") else "false", **username})
    route = f"/v2/account/authenticate/{'custom' if provider.name == 'oidc' else provider.name}?{query}"
    key = visit.field("server_key") or visit.service.server_key
    return _page(visit, provider, Outcome(f"POST {route}", ask(visit.service.url + route, key, body)))


def _page(visit: Visit, provider: Provider, outcome: Outcome) -> Response:
    ways = [one for one in readiness(provider, visit.service.setup) if one.way.signs_in]
    lacking = [one for one in ways if one.missing]
    shown = {
        "providers": PROVIDERS,
        "provider": provider,
        "lacking": lacking,
        "is_off": len(lacking) == len(ways),
        "outcome": outcome,
        "tokens": outcome.tokens(),
        "given": visit.request.form,
    }
    return visit.page("try.html", 400 if outcome.problem else 200, **shown)


def _credential(provider: Provider, visit: Visit) -> dict[str, Any]:
    """Return the credential's fields as a game would send them; of OpenID Connect, as one custom id."""
    given = {one.name: visit.field(one.name) for one in provider.fields}
    if provider.name == "oidc":
        return {"id": f"{given['issuer']}|{given['token']}"}
    numbers = {one.name for one in provider.fields if one.kind == "number"}
    return {name: int(text) if name in numbers and text.isdecimal() else text for name, text in given.items() if text}


def _is_map(text: str) -> bool:
    try:
        value = json.loads(text)
    except ValueError:
        return False
    return isinstance(value, dict) and all(isinstance(one, str) for one in value.values())


def _opened(token: str) -> dict[str, Any]:
    """Return what a JWT says, with its times as people read them; it is not verified, being just issued."""
    parts = token.split(".")
    header, claims = ({}, {}) if len(parts) != 3 else map(_decoded, parts[:2])  # noqa: PLR2004 (a JWT has as many)
    moments = {name: _moment(claims[name]) for name in _TIMES if isinstance(claims.get(name), int)}
    return {"text": token, "header": header, "claims": claims, "moments": moments}


def _decoded(part: str) -> dict[str, Any]:
    content = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    return content if isinstance(content, dict) else {}


def _moment(seconds: int) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(seconds))
