"""Rings of keys: what may be in one, which signs, and what is refused before it can do harm."""

import base64
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from symbolon.errors import Misconfigured
from symbolon.settings.keyring import KeyRing
from symbolon.settings.pem import read_pem
from tests.helpers.players.keys import ASYMMETRIC, pem, private_pem, public_pem
from tests.helpers.service.clock import Clock

SHORT = rsa.generate_private_key(65537, 1024)  # noqa: S505 (to be refused)
SECRET = "a-secret-of-a-ring-that-is-long-enough-01"


def ring(value: object, *, allow_weak: bool = False) -> KeyRing:
    """Parse a ring as the settings do."""
    return KeyRing.parse("session.keys", value, allow_weak=allow_weak)


def jwk(algorithm: str, number: int = 0, **members: object) -> dict[str, Any]:
    """Give a private key as a JWK with other members."""
    return read_pem(pem(algorithm, number)) | members


def base64url(content: bytes) -> str:
    """Give the content as a JWK has it."""
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


@pytest.mark.parametrize("algorithm", ASYMMETRIC)
def test_pem_and_jwk_are_one_key(algorithm: str) -> None:
    """A key has its thumbprint (RFC 7638) as its id, however it is written, and its kind says its algorithm."""
    thumbprint = jwt.PyJWK(jwk(algorithm, alg=algorithm)).key.public_key()

    written = [ring(pem(algorithm)).signing, ring(jwk(algorithm)).signing, ring({"keys": [jwk(algorithm)]}).signing]

    assert len({key.key_id for key in written}) == 1
    assert [key.algorithm for key in written] == [algorithm] * 3
    assert jwt.PyJWK(written[0].public_jwk).key.public_numbers() == thumbprint.public_numbers()


def test_thumbprint_of_the_standard() -> None:
    """The example of RFC 7638, section 3.1, has the id that stands there."""
    n = (
        "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhM"
        "stn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5"
        "hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw"
    )

    [key] = ring([{"kty": "RSA", "n": n, "e": "AQAB"}]).keys

    assert key.key_id == "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs"


def test_key_id_of_its_own() -> None:
    """A JWK that has an id keeps it."""
    assert ring(jwk("ES256", kid="2026-11")).signing.key_id == "2026-11"


def test_secret_as_jwk() -> None:
    """A secret is the same key as a text and as a JWK."""
    written = ring({"kty": "oct", "k": base64url(SECRET.encode()), "alg": "HS256"}).signing

    assert (written.key_id, written.secret) == (ring(SECRET).signing.key_id, SECRET.encode())


@pytest.mark.parametrize(
    ("entry", "reason"),
    [
        pytest.param(private_pem(SHORT), "an RSA key under 2048 bits", id="short RSA"),
        pytest.param(
            private_pem(ec.generate_private_key(ec.SECP384R1())),
            "a PEM key that is neither EC on P-256 nor RSA",
            id="P-384",
        ),
        pytest.param(pem("ES256", password="pass"), "a PEM key under a password", id="password"),
        pytest.param("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----", "cannot be read", id="no PEM"),
        pytest.param("-----BEGIN NONSENSE", "a PEM key that cannot be read", id="nonsense"),
        pytest.param(jwk("ES256", crv="P-384"), "no EC key on P-256", id="curve"),
        pytest.param(jwk("ES256", x="AAAA"), "coordinates are incomplete", id="coordinate"),
        pytest.param(jwk("ES256", alg="HS256"), "not for ES256 signatures", id="HS256 over an EC key"),
        pytest.param(jwk("RS256", alg="PS256"), "not for RS256 signatures", id="PS256"),
        pytest.param(jwk("RS256", alg="none"), "not for RS256 signatures", id="none"),
        pytest.param(jwk("RS256", use="enc"), "not for RS256 signatures", id="encryption"),
        pytest.param(jwk("RS256", n=7), "a key without n", id="number"),
        pytest.param(jwk("ES256", kid=7), "kid is no text", id="kid"),
        pytest.param(jwk("ES256", kid="x" * 129), "too long", id="long kid"),
        pytest.param(jwk("ES256", signs_from="soon"), "times are no seconds", id="time"),
        pytest.param({"kty": "oct", "k": "é"}, "no base64url", id="base64"),
        pytest.param({"kty": "oct"}, "a key without k", id="no secret"),
        pytest.param({"kty": "OKP", "crv": "Ed25519", "x": "AAAA"}, "no secret, no EC key", id="Ed25519"),
        pytest.param({"kid": "1"}, "no secret, no EC key", id="no kind"),
        pytest.param(7, "no key", id="number alone"),
    ],
)
def test_key_that_is_refused(entry: object, reason: str) -> None:
    """What is wrong with a key is said with the setting's name, and nothing of the key."""
    with pytest.raises(Misconfigured) as caught:
        ring([SECRET, entry])

    assert caught.value.detail.startswith("settings: session.keys has ")
    assert reason in caught.value.detail
    assert len(caught.value.detail) < 100


def test_one_id_for_two_keys() -> None:
    """Two keys under one id would leave it open which of them a token names."""
    with pytest.raises(Misconfigured, match="not configured") as caught:
        ring([jwk("ES256", kid="same"), jwk("RS256", kid="same")])

    assert caught.value.detail == "settings: session.keys has two keys with one kid"


def test_first_key_signs() -> None:
    """Without more words, the first key that can sign does, whatever its kind; a public key only verifies."""
    mixed = ring([public_pem("RS256"), pem("ES256"), SECRET])

    assert mixed.signing.algorithm == "ES256"
    assert [key.algorithm for key in mixed.accepted] == ["RS256", "ES256", "HS256"]


def test_public_keys_alone_sign_nothing() -> None:
    """A ring of public keys verifies, and says what it lacks when it is to sign."""
    with pytest.raises(Misconfigured) as caught:
        _ = ring(public_pem("ES256")).signing

    assert caught.value.detail == "settings: session.keys has no private key that may sign"


def test_new_key_takes_over_at_its_time(clock: Clock) -> None:
    """A key that is there before its time verifies and is published, and signs from its time on."""
    now = int(clock.now())
    later = ring([jwk("ES256", 1, signs_from=now + 100), jwk("ES256", 0, accepted_until=now + 200)])
    new, old = later.keys

    assert later.signing is old
    assert len(later.public_keys) == 2
    clock.advance(100)
    assert later.signing is new
    clock.advance(100)
    assert later.accepted == [new]
    assert [key["kid"] for key in later.public_keys] == [new.key_id]


def test_published_keys_have_nothing_private() -> None:
    """A key set has what RFC 7517 says of a public key, and neither secrets nor our own notes."""
    published = ring([SECRET, jwk("ES256", accepted_until=2**40), pem("RS256")]).public_keys

    assert [sorted(key) for key in published] == [
        ["alg", "crv", "kid", "kty", "use", "x", "y"],
        ["alg", "e", "kid", "kty", "n", "use"],
    ]


def test_keys_do_not_show_themselves() -> None:
    """What Python prints of a key, in a traceback for one, has nothing secret."""
    printed = repr(ring([SECRET, pem("ES256")]))

    private = jwk("ES256")["d"]
    assert SECRET not in printed
    assert private not in printed
