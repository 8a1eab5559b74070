"""A deployment's rings of session, refresh and http keys: how the text of each one's secret changes, and is tried."""

import json
import os
import secrets
import string
from collections.abc import Mapping
from typing import Any, Protocol

from symbolon.errors import Misconfigured
from symbolon.rotation import vault
from symbolon.sessions.proving import prove
from symbolon.settings.keyring import KeyRing
from symbolon.settings.keys import HS256, secret_key
from symbolon.settings.settings import Settings
from symbolon.settings.succession import LEAD_SECONDS, Succession, listed, published

_HTTP_KEY_LENGTH = 64
_MINUTES_OF_OTHERS = 3600
"""How long a token for others lives at most, which session keys sign too."""


class Ring(Protocol):
    """How the text of a ring's secret changes. All raise Misconfigured for a text that is no ring."""

    def rotated(self, text: str) -> str:
        """Return the text with a new key in front."""

    def retired(self, text: str, key_id: str) -> str:
        """Return the text without the key; raises LookupError when it has none with this id."""

    def prove(self, text: str) -> None:
        """Raise Misconfigured unless each key of the text does what it is for."""

    def publish(self, text: str) -> None:
        """Publish what others may know of the ring."""

    def listed(self, text: str) -> list[dict[str, Any]]:
        """Return what an operator may know of the keys."""


class Keys:
    """A ring of signing keys; only that of session keys has anything to publish."""

    def __init__(self, succession: Succession, *, is_public: bool, issuer: str = "") -> None:
        """Take the rules by which its keys follow one another, and by whose name they are made."""
        self._rules, self._is_public = succession, is_public
        self._named = {"issuer": issuer} if issuer else {}

    def ensured(self, text: str) -> str:
        """Return the text with a key of the algorithm in it, and by whose name its keys are made.

        A bare secret stays one where it does: version 0.1.0, to which a rollout may go back, reads nothing else.
        """
        ring = _parsed(text)
        if isinstance(ring, str) and self._rules.algorithm == HS256:
            return text
        return _text(self._named | self._rules.ensured(ring) | self._named)

    def rotated(self, text: str) -> str:
        """Return the text with a new key in front, which signs after a while."""
        return _text(self._rules.rotated(_parsed(text)))

    def retired(self, text: str, key_id: str) -> str:
        """Return the text without the key, in which another one signs at once."""
        return _text(self._rules.retired(_parsed(text), key_id))

    def prove(self, text: str) -> None:
        """Raise Misconfigured unless each key's signatures can be verified."""
        prove(KeyRing.parse("the ring", _parsed(text), allow_weak=False))

    def publish(self, text: str) -> None:
        """Publish the public keys."""
        if self._is_public:
            vault.publish(self._named | published(_parsed(text)))

    def listed(self, text: str) -> list[dict[str, Any]]:
        """Return the keys' ids, algorithms and times."""
        return listed(_parsed(text))


class HttpKeys:
    """The http keys, a list of texts: the one to use, the one before, and the one that the next rotation brings.

    That one counts already, so that every instance knows it before a server can use it, and a rotation refuses nobody.
    """

    def rotated(self, text: str) -> str:
        """Return the text with the key that was to come in front, the former one behind it, and another to come."""
        current, _, coming = _http_keys(text)
        return _text([coming, current, _new_http_key()])

    def retired(self, text: str, key_id: str) -> str:
        """Return the text without the key, in whose place is another."""
        if key_id not in map(_id, _texts(text)):
            raise LookupError(key_id)
        current, former, coming = [_new_http_key() if _id(key) == key_id else key for key in _http_keys(text)]
        if current in _texts(text):
            return _text([current, former, coming])
        return _text([coming, former, current])

    def prove(self, text: str) -> None:
        """Raise Misconfigured unless the settings take the keys."""
        _ = Settings({"http_key": _texts(text)}).http_keys

    def publish(self, text: str) -> None:
        """Publish nothing: all of it is secret."""

    def listed(self, text: str) -> list[dict[str, Any]]:
        """Return the keys' ids."""
        return [{"kid": _id(key), "alg": "http"} for key in _texts(text)]


def ring_of(name: str, settings: Settings, lead: int = LEAD_SECONDS) -> Ring:
    """Return the ring of this name; raises LookupError."""
    rings: Mapping[str, Ring] = {
        "session": session_keys(settings, lead),
        "refresh": refresh_keys(settings, lead),
        "http": HttpKeys(),
    }
    return rings[name]


def session_keys(settings: Settings, lead: int = LEAD_SECONDS) -> Keys:
    """Return the ring of session keys under the deployment's settings."""
    lifetime = max(settings.token_expiry, _MINUTES_OF_OTHERS)
    return Keys(Succession(settings.algorithm or HS256, lifetime, lead), is_public=True, issuer=settings.url)


def refresh_keys(settings: Settings, lead: int = LEAD_SECONDS) -> Keys:
    """Return the ring of refresh keys under the deployment's settings."""
    return Keys(Succession(HS256, settings.refresh_token_expiry, lead), is_public=False)


def arns() -> Mapping[str, str]:
    """Return the secrets of the rings, by the rings' names."""
    return {str(name): str(arn) for name, arn in json.loads(os.environ["RINGS"]).items()}


def _parsed(text: str) -> object:
    """Return what a secret's text is: JSON, or a bare key."""
    try:
        return json.loads(text) if text[:1] in "{[" else text
    except ValueError:
        return text


def _texts(text: str) -> list[str]:
    value = _parsed(text)
    keys = [value] if isinstance(value, str) else value
    if not isinstance(keys, list) or not keys or not all(isinstance(key, str) and key for key in keys):
        raise Misconfigured("the http keys are no list of texts")
    return keys


def _text(value: object) -> str:
    return json.dumps(value, separators=(",", ":"))


def _http_keys(text: str) -> tuple[str, str, str]:
    """Return the key to use, the former and the coming one; of those that are not there yet, new ones."""
    current, former, coming = [*_texts(text), _new_http_key(), _new_http_key()][:3]
    return current, former, coming


def _new_http_key() -> str:
    return "".join(secrets.choice(string.ascii_letters + string.digits) for _ in range(_HTTP_KEY_LENGTH))


def _id(key: str) -> str:
    return secret_key(key.encode()).key_id
