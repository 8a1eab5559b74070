"""Facebook Login: a user access token, or the ID token (JWT) of Limited Login, told apart by their shape.

Access token: https://developers.facebook.com/docs/graph-api/reference/debug_token. Verified: Facebook says that it is a
valid user token of our app; the profile is asked for with appsecret_proof
(https://developers.facebook.com/docs/graph-api/guides/secure-requests).
Limited Login: https://developers.facebook.com/docs/facebook-login/limited-login/token/validating. Verified: signature,
RS256, issuer, audience (our app id), expiry, and `vars.nonce` when the client sends one.

Settings: {"app_id": "…", "app_secret": "…", "graph_version": "v25.0"}
Credential: {"token": "EAAB…"} or {"token": "<header>.<payload>.<signature>"}; ?sync=true imports friends of the former
"""

import hashlib
import hmac
import re
import time
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from symbolon import idtokens
from symbolon.errors import InvalidArgument, Misconfigured, Unauthenticated
from symbolon.identity import ExternalIdentity, Profile
from symbolon.idtokens import Policy, text_claim
from symbolon.keysets import KeySet
from symbolon.links import LinkRule
from symbolon.outbound import Answer, Call, Outbound
from symbolon.providers import Provider, provider_app
from symbolon.request import Request
from symbolon.settings import Settings

PROVIDER = Provider(name="facebook", credential=("token",), rule=LinkRule(in_use="Facebook ID is already in use."))
REFUSED = "Could not authenticate Facebook profile."
GRAPH_HOST, KEYS_HOST = "graph.facebook.com", "limited.facebook.com"
KEYS = KeySet(f"https://{KEYS_HOST}/.well-known/oauth/openid/jwks/")
ISSUERS = ("https://www.facebook.com", "https://facebook.com", "https://limited.facebook.com")
MAX_TOKEN_BYTES = 4096

_BUSY = frozenset({1, 2, 4, 17, 32, 341, 613})
"""Graph's error codes for an outage or a rate limit: https://developers.facebook.com/docs/graph-api/guides/error-handling"""

_VERSION = re.compile(r"v[0-9]{1,3}\.[0-9]{1,2}")


def verify(request: Request, settings: Settings) -> ExternalIdentity:
    """Return the identity that the ID token states, or of the user whom the access token stands for."""
    section = settings.section(PROVIDER.name, "Facebook")
    app_id = section.get("app_id")
    if not isinstance(app_id, str) or not app_id:
        raise Misconfigured("settings: facebook.app_id is missing")
    token = request.body.text("token")
    if not token:
        raise InvalidArgument("Facebook access token is required.")
    if token.count(".") != 2:  # noqa: PLR2004 (no JWT)
        return _logged_in(token, app_id, section)
    nonce = request.body.variables().get("nonce", "")
    policy = Policy(REFUSED, KEYS, issuers=ISSUERS, audiences=[app_id], nonce=nonce)
    claims = idtokens.verify(token, policy, Outbound("Facebook", [KEYS_HOST]))
    profile = Profile(*(text_claim(claims, name) for name in ("name", "picture", "email")))
    return ExternalIdentity(PROVIDER.name, claims["sub"], profile)


def _logged_in(token: str, app_id: str, section: Mapping[str, Any]) -> ExternalIdentity:
    secret, version = section.get("app_secret"), section.get("graph_version", "v25.0")
    if not isinstance(secret, str) or not secret:
        raise Misconfigured("settings: facebook.app_secret is missing")
    if not isinstance(version, str) or not _VERSION.fullmatch(version):
        raise Misconfigured("settings: facebook.graph_version must look like v25.0")
    if len(token.encode()) > MAX_TOKEN_BYTES:
        raise Unauthenticated(REFUSED)
    door, graph = Outbound("Facebook", [GRAPH_HOST]), f"https://{GRAPH_HOST}/{version}"
    inspection = {"input_token": token, "access_token": f"{app_id}|{secret}"}
    user_id = _owner(_said(door.ask(Call(f"{graph}/debug_token", inspection))), app_id)
    proof = hmac.new(secret.encode(), token.encode(), hashlib.sha256).hexdigest()
    fields = {"fields": "id,name,email,picture", "access_token": token, "appsecret_proof": proof}
    me = _said(door.ask(Call(f"{graph}/me", fields)))
    if me.get("id") != user_id:
        raise Unauthenticated(REFUSED, "Graph: the profile is of another user")
    return ExternalIdentity(PROVIDER.name, user_id, _profile(me))


def _owner(inspected: Mapping[str, Any], app_id: str) -> str:
    """Return the id of the user whose token was inspected; raises Unauthenticated unless it is a valid one of ours."""
    token = inspected.get("data")
    if not isinstance(token, Mapping) or token.get("is_valid") is not True:
        raise Unauthenticated(REFUSED, "Graph: the token is not valid")
    if token.get("app_id") != app_id or token.get("type") != "USER":
        raise Unauthenticated(REFUSED, "Graph: the token is not a user token of our app")
    expires_at, user_id = token.get("expires_at"), token.get("user_id")
    if not isinstance(expires_at, int) or 0 < expires_at <= time.time():
        raise Unauthenticated(REFUSED, "Graph: the token has expired")
    if not isinstance(user_id, str) or not 0 < len(user_id) <= idtokens.MAX_SUBJECT_BYTES:
        raise Unauthenticated(REFUSED, "Graph: the token has no user")
    return user_id


def _said(answer: Answer) -> Mapping[str, Any]:
    body = answer.json()
    if answer.status == HTTPStatus.OK and "error" not in body:
        return body
    error = body.get("error")
    code = error.get("code") if isinstance(error, Mapping) else None
    if code in _BUSY:
        raise answer.nonsense()
    raise Unauthenticated(REFUSED, f"Graph: error {code if isinstance(code, int) else answer.status}")


def _profile(me: Mapping[str, Any]) -> Profile:
    picture = me.get("picture")
    data = picture.get("data") if isinstance(picture, Mapping) else None
    url = text_claim(data, "url") if isinstance(data, Mapping) else ""
    return Profile(text_claim(me, "name"), url, text_claim(me, "email"))


handler = provider_app(PROVIDER, verify)
