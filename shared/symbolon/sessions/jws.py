"""JSON Web Tokens as we write and read them: three parts in base64url, https://www.rfc-editor.org/rfc/rfc7515#section-3.1.

We read no tokens but our own, so a token's header is never parsed: it is one of the few that we write, letter for
letter, or the token is refused. That leaves nothing of the attacks on JWT headers (RFC 8725, section 2), and it spares
a sign-in the import of a JWT library. A header names the algorithm, the key, and the form of the token, so that no form
passes for another.
"""

import json
import time
from functools import cache
from typing import Any

from symbolon.sessions.signatures import decoded, encoded, is_signed, signature
from symbolon.settings.keyring import KeyRing

JWT = "JWT"
ACCESS_TOKEN = "at+jwt"  # noqa: S105 (a name: https://www.rfc-editor.org/rfc/rfc9068#section-2.1)


class InvalidToken(Exception):
    """The token is malformed, expired, or signed by none of the ring's keys."""


class UnknownKey(InvalidToken):
    """The token's header is none of ours: a forgery, or of a key that this instance has not read yet."""


def write(payload: str, ring: KeyRing, form: str = JWT) -> str:
    """Return the token of this form over the payload, a JSON text, signed with the ring's signing key."""
    key = ring.signing
    signed = f"{_header(key.algorithm, key.key_id, form)}.{encoded(payload.encode())}"
    return f"{signed}.{signature(signed, key)}"


def read(token: str, ring: KeyRing, form: str = JWT) -> dict[str, Any]:
    """Verify a token of this form, and that it has not expired, and return its payload.

    Raises InvalidToken, or UnknownKey when its header names no key of the ring.
    """
    if not token.isascii():
        raise InvalidToken
    signed, _, shown = token.rpartition(".")
    header, _, payload = signed.partition(".")
    key = next((key for key in ring.accepted if header == _header(key.algorithm, key.key_id, form)), None)
    if key is None:
        raise UnknownKey
    if not is_signed(signed, shown, key):
        raise InvalidToken
    try:
        content = json.loads(decoded(payload))
    except ValueError as error:
        raise InvalidToken from error
    if not isinstance(content, dict) or not isinstance(content.get("exp"), int) or content["exp"] <= time.time():
        raise InvalidToken
    return content


@cache
def _header(algorithm: str, key_id: str, form: str) -> str:
    return encoded(json.dumps({"alg": algorithm, "kid": key_id, "typ": form}, separators=(",", ":")).encode())
