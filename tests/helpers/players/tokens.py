"""Tokens that the service did not make."""

from collections.abc import Mapping

import jwt

from tests.conftest import SETTINGS
from tests.helpers.players.client import claims_of

SESSION_KEY: str = SETTINGS["session"]["keys"][0]
REFRESH_KEY: str = SETTINGS["session"]["refresh_keys"][0]


def resign(
    token: str, claims: Mapping[str, object], key: str = SESSION_KEY, header: Mapping[str, object] | None = None
) -> str:
    """Give the token with other claims (None drops one) and header fields, signed with a key that a test knows."""
    headers = dict(jwt.get_unverified_header(token)) | dict(header or {})
    payload = {name: value for name, value in (claims_of(token) | dict(claims)).items() if value is not None}
    return jwt.encode(payload, key, algorithm=str(headers.pop("alg")), headers=headers)
