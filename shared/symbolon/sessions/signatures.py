"""Signatures of tokens, by whatever a key is for: HS256, ES256 or RS256 (https://www.rfc-editor.org/rfc/rfc7518#section-3).

The algorithm is the key's and never the token's. A library is loaded for the asymmetric ones alone: it takes longer to
load than all else that a sign-in needs.
"""

import base64
import hashlib
import hmac

from symbolon.settings.keys import HS256, Key


def signature(text: str, key: Key) -> str:
    """Return the key's signature of the text, in base64url."""
    if key.algorithm == HS256:
        return encoded(hmac.digest(key.secret, text.encode(), hashlib.sha256))
    from symbolon.sessions import asymmetric  # noqa: PLC0415 (see above)

    return encoded(asymmetric.sign(text.encode(), key))


def is_signed(text: str, shown: str, key: Key) -> bool:
    """Tell whether `shown` is a signature of the text by the key, in the one spelling that it has; both are ASCII."""
    if key.algorithm == HS256:
        return hmac.compare_digest(shown.encode(), signature(text, key).encode())
    from symbolon.sessions import asymmetric  # noqa: PLC0415 (see above)

    content = decoded(shown)
    return encoded(content) == shown and asymmetric.is_signed(text.encode(), content, key)


def encoded(content: bytes) -> str:
    """Return the content in base64url without padding, as tokens have it."""
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def decoded(text: str) -> bytes:
    """Return the content of base64url without padding, b"" where it is none."""
    try:
        return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except ValueError:
        return b""
