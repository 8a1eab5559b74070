"""Discovery: what verifies our tokens, and where. It can read public keys only.

https://openid.net/specs/openid-connect-discovery-1_0.html#ProviderMetadata and https://www.rfc-editor.org/rfc/rfc8414,
under the addresses of both. With HS256 the key set is empty, and the document says that tokens are HS256: nobody else
can verify them, and /oauth2/introspect answers instead.
"""

import hashlib
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from symbolon.api.application import Route, application
from symbolon.api.jsontext import written
from symbolon.api.request import Request
from symbolon.api.responses import Json
from symbolon.errors import Misconfigured
from symbolon.oauth.grant_types import GRANT_TYPES
from symbolon.settings.keys import HS256
from symbolon.settings.settings import Settings

MAX_AGE_SECONDS = 900
"""For how long anybody may keep the answers. Keys are published for longer before they sign (LEAD_SECONDS)."""


def key_set(request: Request, settings: Settings) -> Json:
    """Return the public keys by which tokens of ours are verified (RFC 7517, section 5)."""
    return _cached(request, {"keys": settings.public_keys.public_keys})


def metadata(request: Request, settings: Settings) -> Json:
    """Return what of OpenID Connect and OAuth is true of this service. There is no endpoint where people sign in."""
    issuer = settings.issuer
    if not issuer:
        raise Misconfigured("settings: session.issuer is missing")
    base = issuer.rstrip("/")
    algorithms = {key["alg"]: None for key in settings.public_keys.public_keys} or {HS256: None}
    document = {
        "issuer": issuer,
        "jwks_uri": f"{base}/.well-known/jwks.json",
        "token_endpoint": f"{base}/oauth2/token",
        "device_authorization_endpoint": f"{base}/oauth2/device_authorization",
        "introspection_endpoint": f"{base}/oauth2/introspect",
        "revocation_endpoint": f"{base}/oauth2/revoke",
        "response_types_supported": ["none"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": list(algorithms),
        "grant_types_supported": list(GRANT_TYPES),
        "token_endpoint_auth_methods_supported": ["none", "client_secret_basic"],
        "introspection_endpoint_auth_methods_supported": ["client_secret_basic"],
        "revocation_endpoint_auth_methods_supported": ["client_secret_basic"],
        "claims_supported": ["iss", "sub", "aud", "exp", "iat", "tid", "uid", "usn", "vrs"],
    }
    return _cached(request, document)


def _cached(request: Request, body: Mapping[str, Any]) -> Json:
    """Return the body with its tag, or without itself to who has it (RFC 9110, sections 8.8.3 and 13.1.2)."""
    text = written(body)
    tag = f'"{hashlib.sha256(text.encode()).hexdigest()[:32]}"'
    headers = {"cache-control": f"public, max-age={MAX_AGE_SECONDS}", "etag": tag}
    known = [value.strip().removeprefix("W/") for value in request.headers.get("if-none-match", "").split(",")]
    if tag in known or "*" in known:
        return Json("", HTTPStatus.NOT_MODIFIED, headers)
    return Json(text, headers=headers)


handler = application(
    "wellknown",
    {
        "GET /.well-known/jwks.json": Route("key_set", key_set),
        "GET /.well-known/openid-configuration": Route("metadata", metadata),
        "GET /.well-known/oauth-authorization-server": Route("metadata", metadata),
    },
)
