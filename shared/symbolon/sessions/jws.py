"""JSON Web Tokens as we write and read them: three parts in base64url, https://www.rfc-editor.org/rfc/rfc7515#section-3.1.

A token's header is never parsed: it is one of the few that we write, or the one that Nakama writes, letter for letter,
or the token is refused. That leaves nothing of the attacks on JWT headers (RFC 8725, section 2), and it spares
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

_NAKAMAS_ALGORITHM = "HS256"
_NAKAMAS = encoded(b'{"alg":"HS256","typ":"JWT"}')
"""The header of a token that a Nakama beside us has signed with the same key, which it does not name."""


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
    keys = [key for key in ring.accepted if header == _header(key.algorithm, key.key_id, form)]
    if form == JWT and is_nakamas(token):
        keys = [key for key in ring.accepted if key.algorithm == _NAKAMAS_ALGORITHM and is_signed(signed, shown, key)]
    if not keys:
        raise UnknownKey
    if not is_signed(signed, shown, keys[0]):
        raise InvalidToken
    try:
        content = json.loads(decoded(payload))
    except ValueError as error:
        raise InvalidToken from error
    if not isinstance(content, dict) or not isinstance(content.get("exp"), int) or content["exp"] <= time.time():
        raise InvalidToken
    return content


def is_nakamas(token: str) -> bool:
    """Tell whether the token has the header that Nakama writes, which names no key."""
    return token.startswith(f"{_NAKAMAS}.")


@cache
def _header(algorithm: str, key_id: str, form: str) -> str:
    return encoded(json.dumps({"alg": algorithm, "kid": key_id, "typ": form}, separators=(",", ":")).encode())
