"""Known tricks with tokens, at each door that takes one and with each algorithm: https://www.rfc-editor.org/rfc/rfc8725."""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable

import jwt
import pytest
from jwt.algorithms import ECAlgorithm, RSAAlgorithm

from tests.helpers.players.client import Answer, Client
from tests.helpers.players.keys import ASYMMETRIC, pem, private_key, public_pem
from tests.helpers.players.oauth import player, refused, server, settle

OURS, THEIRS = 0, 1
"""Numbers of key pairs."""
_WRITERS: dict[str, Callable[..., str]] = {"ES256": ECAlgorithm.to_jwk, "RS256": RSAAlgorithm.to_jwk}

Forge = Callable[[Answer, str], str]


def encoded(content: bytes | object) -> str:
    """Give a part of a token."""
    raw = content if isinstance(content, bytes) else json.dumps(content, separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def header_of(session: Answer) -> dict[str, object]:
    """Give the header of a session's token."""
    return dict(jwt.get_unverified_header(session.token))


def by_secret(session: Answer, secret: bytes, **header: object) -> str:
    """Give the session's claims under HS256."""
    text = f"{encoded(header_of(session) | {'alg': 'HS256'} | header)}.{encoded(session.claims)}"
    return f"{text}.{encoded(hmac.digest(secret, text.encode(), hashlib.sha256))}"


def by_attacker(session: Answer, algorithm: str, **header: object) -> str:
    """Give the session's claims signed by a key pair of the attacker's own."""
    return jwt.encode(session.claims, pem(algorithm, THEIRS), algorithm, header_of(session) | header)


def unsigned(session: Answer, _algorithm: str) -> str:
    """Say that no signature is needed."""
    return f"{encoded(header_of(session) | {'alg': 'none'})}.{encoded(session.claims)}."


def public_key_as_secret(session: Answer, algorithm: str) -> str:
    """Take what is published for a secret."""
    return by_secret(session, public_pem(algorithm, OURS).encode())


def key_by_address(session: Answer, algorithm: str) -> str:
    """Name a key set of the attacker's."""
    return by_attacker(
        session, algorithm, jku="https://attacker.example.com/jwks.json", x5u="https://attacker.example.com"
    )


def key_brought_along(session: Answer, algorithm: str) -> str:
    """Bring the key along that verifies the token."""
    public = json.loads(_WRITERS[algorithm](private_key(algorithm, THEIRS).public_key()))
    return by_attacker(session, algorithm, jwk=public)


def our_key_id(session: Answer, algorithm: str) -> str:
    """Say that the attacker's key is ours."""
    return by_attacker(session, algorithm)


def path_for_key_id(session: Answer, _algorithm: str) -> str:
    """Name an empty file as the key."""
    return by_secret(session, b"", kid="../../../../dev/null")


def other_algorithm(session: Answer, algorithm: str) -> str:
    """Take another algorithm of a key of the attacker's than the key of that id has."""
    other = next(one for one in ASYMMETRIC if one != algorithm)
    return jwt.encode(session.claims, pem(other, THEIRS), other, header_of(session) | {"alg": other})


def another_issuer(session: Answer, algorithm: str) -> str:
    """Be somebody else's session, by our own key."""
    claims = session.claims | {"iss": "https://attacker.example.com"}
    return jwt.encode(claims, pem(algorithm, OURS), algorithm, header_of(session))


def another_audience(session: Answer, algorithm: str) -> str:
    """Be a session for somebody else, by our own key."""
    return jwt.encode(session.claims | {"aud": "shop"}, pem(algorithm, OURS), algorithm, header_of(session))


TRICKS = [
    *(unsigned, public_key_as_secret, key_by_address, key_brought_along, our_key_id, path_for_key_id),
    *(other_algorithm, another_issuer, another_audience),
]


@pytest.mark.parametrize("forge", TRICKS)
@pytest.mark.parametrize("algorithm", ASYMMETRIC)
def test_no_door_opens(client: Client, monkeypatch: pytest.MonkeyPatch, forge: Forge, algorithm: str) -> None:
    """The account API, an exchange, a question, a refresh: each refuses it, and takes the token that it is made of.

    Any request to an address in a token would fail the test.
    """
    settle(monkeypatch, {"algorithm": algorithm, "keys": [pem(algorithm, OURS)]})
    session = client.sign_in("mallory")
    token = forge(session, algorithm)
    forged = Answer(200, {}, {"token": token})

    assert client.get_account(forged).error[:2] == (401, 16)
    assert refused(player(client).exchange(token)) == (400, "invalid_request")
    assert server(client).introspect(token) == {"active": False}
    assert client.refresh(token).error[:2] == (401, 16)
    assert client.get_account(session).status == 200
    assert server(client).introspect(session.token)["active"] is True
