"""Tokens that no issuer's sign-in may accept: one table for all of them."""

import hmac
import json
import time
from collections.abc import Callable

import jwt
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tests.helpers.providers.authority import rsa_key
from tests.helpers.providers.id_tokens import Issuer, encoded

DAY = 24 * 3600


def unsigned(issuer: Issuer, algorithm: str = "none") -> str:
    """Give a token that says itself that it needs no signature."""
    return f"{encoded({'alg': algorithm, 'kid': '1'})}.{encoded(issuer.claims())}."


def signed_with(issuer: Issuer, secret: bytes, algorithm: str = "HS256") -> str:
    """Give a token with an HMAC, by a secret that is none."""
    text = f"{encoded({'alg': algorithm, 'kid': '1'})}.{encoded(issuer.claims())}"
    return f"{text}.{encoded(hmac.new(secret, text.encode(), algorithm.replace('HS', 'sha')).digest())}"


def signed_with_the_public_key(issuer: Issuer, algorithm: str = "HS256") -> str:
    """Give a token whose HMAC was made with the issuer's public key, as if that were a secret."""
    public = rsa_key(f"{issuer.provider} 1").public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    return signed_with(issuer, public, algorithm)


def by_stranger(issuer: Issuer, **header: object) -> str:
    """Give a token with a good signature by a key that the issuer never published."""
    return jwt.encode(issuer.claims(), rsa_key("stranger"), "RS256", {"kid": "1"} | header)


def signed_as(issuer: Issuer, algorithm: str) -> str:
    """Give a token that the issuer's own key signed with another algorithm."""
    return jwt.encode(issuer.claims(), rsa_key(f"{issuer.provider} 1"), algorithm, {"kid": "1"})


def tampered(issuer: Issuer) -> str:
    """Give a good token with another subject put in."""
    header, _, signature = issuer.token().split(".")
    return f"{header}.{encoded(issuer.claims({'sub': 'bert'}))}.{signature}"


def without_key_id(issuer: Issuer) -> str:
    """Give a good token that does not say which key signed it."""
    return jwt.encode(issuer.claims(), rsa_key(f"{issuer.provider} 1"), "RS256")


def over(issuer: Issuer, payload: bytes) -> str:
    """Give a token that the issuer signed over something that is no set of claims."""
    return jwt.PyJWS().encode(payload, rsa_key(f"{issuer.provider} 1"), "RS256", {"kid": "1"})


def own_key(issuer: Issuer) -> str:
    """Give a token that brings its key along."""
    return by_stranger(issuer, jwk=issuer.jwk("of a stranger"), kid="of a stranger")


def with_number(name: str, number: str) -> Callable[[Issuer], str]:
    """Give what makes a token with a time that JSON has no number for."""
    return lambda issuer: over(issuer, json.dumps(issuer.claims({name: "?"})).replace('"?"', number).encode())


def claim(name: str, value: object) -> Callable[[Issuer], str]:
    """Give what makes a token with this claim, or without it (None)."""
    return lambda issuer: issuer.token({name: value})


def moment(name: str, seconds: float) -> Callable[[Issuer], str]:
    """Give what makes a token with this time, that many seconds from now."""
    return lambda issuer: issuer.token({name: int(time.time()) + seconds})


FORGERIES: dict[str, Callable[[Issuer], str]] = {
    "another key": by_stranger,
    "unknown key": lambda issuer: by_stranger(issuer, kid="of a stranger"),
    "key brought along": own_key,
    "key somewhere else": lambda issuer: by_stranger(issuer, jku="https://keys.example.com/", kid="of a stranger"),
    "no key id": without_key_id,
    "key id that is no text": lambda issuer: f"{encoded({'alg': 'RS256', 'kid': 1})}.{encoded(issuer.claims())}.AAAA",
    "signature of other claims": tampered,
    "no signature": lambda issuer: issuer.token().rpartition(".")[0] + ".",
    "signature cut off": lambda issuer: issuer.token()[:-8],
    "algorithm none": unsigned,
    "algorithm None": lambda issuer: unsigned(issuer, "None"),
    "public key as secret": signed_with_the_public_key,
    "public key as secret, HS512": lambda issuer: signed_with_the_public_key(issuer, "HS512"),
    "another algorithm": lambda issuer: signed_as(issuer, "RS512"),
    "another padding": lambda issuer: signed_as(issuer, "PS256"),
    "no claims": lambda issuer: over(issuer, b"[]"),
    "no JSON": lambda issuer: over(issuer, b"{"),
    "space": lambda issuer: f" {issuer.token()}",
    "header that nests": lambda _: f"{encoded(b'[' * 9000)}.e30.AAAA",
    "letters beyond ASCII": lambda _: "ä.ö.ü",
    "too long": lambda issuer: issuer.token({"pad": "x" * 16 * 1024}),
}
"""Tokens that the issuer never made so."""

_TEXT, _TOO_LONG = "tomorrow", "x" * 256
MISUSES: dict[str, Callable[[Issuer], str]] = {
    **{f"no {name}": claim(name, None) for name in ("iss", "aud", "exp", "iat", "sub")},
    "another issuer": claim("iss", "https://id.example.com"),
    "issuer with a slash": lambda issuer: issuer.token({"iss": f"{issuer.url}/"}),
    "issuers": lambda issuer: issuer.token({"iss": [issuer.url]}),
    "another audience": claim("aud", "com.example.other"),
    "no audience": claim("aud", []),
    "audience that begins like ours": lambda issuer: issuer.token({"aud": f"{issuer.audience}x"}),
    "audience that ours begins with": lambda issuer: issuer.token({"aud": issuer.audience[:-1]}),
    "our audience and another": lambda issuer: issuer.token({"aud": [issuer.audience, "com.example.other"]}),
    "expired": moment("exp", -1),
    "expiry as text": lambda issuer: issuer.token({"exp": str(int(time.time()) + 600)}),
    "expiry that is no time": claim("exp", _TEXT),
    "expiry without end": with_number("exp", "Infinity"),
    "from the future": moment("iat", 120),
    "a day old": moment("iat", -DAY - 1),
    "issued as text": lambda issuer: issuer.token({"iat": str(int(time.time()))}),
    "issued at no time": claim("iat", _TEXT),
    "issued at no number": with_number("iat", "NaN"),
    "not valid yet": moment("nbf", 120),
    "empty subject": claim("sub", ""),
    "subject that is no text": claim("sub", 7),
    "subjects": claim("sub", ["anna"]),
    "subject with NUL": claim("sub", "anna\0"),
    "subject that is no Unicode": claim("sub", "\ud800"),
    "subject too long": claim("sub", _TOO_LONG),
}
"""Tokens that the issuer did make: for somebody else, for another time, or of nobody."""

REFUSALS = FORGERIES | MISUSES
