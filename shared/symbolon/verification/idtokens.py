"""Identity tokens (JWTs) of other issuers: signature, algorithm, issuer, audience, times and subject, none optional.

https://openid.net/specs/openid-connect-core-1_0.html#IDTokenValidation and
https://www.rfc-editor.org/rfc/rfc8725 (JWT best current practices): algorithms, issuers and audiences come from the
code or the settings, never from the token; keys come from the issuer's own key set, never from the token's header.
"""

import hashlib
import hmac
import math
import time
from collections.abc import Collection, Mapping
from typing import Any, NamedTuple, Protocol

import jwt

from symbolon.errors import Unauthenticated
from symbolon.identities.identity import ExternalIdentity, is_subject, text_claim
from symbolon.identities.proofs import Proof
from symbolon.internet.outbound import Outbound
from symbolon.settings.idtokens import Demands
from symbolon.verification.keysets import UnknownKeyId

LEEWAY_SECONDS = 10
"""For the issuer's clock to be ahead of ours. A token that has expired gets none: it would only help who stole it."""

MAX_TOKEN_BYTES = 16 * 1024
MAX_AGE_SECONDS = 24 * 3600
"""A token is refused a day after it was issued, whatever it says itself."""

BAD_TOKEN = (jwt.PyJWTError, UnknownKeyId, ValueError)
"""What reading a token raises that is not in order."""


class Keys(Protocol):
    """Where an issuer's keys are, see `symbolon.verification.keysets`."""

    def key(self, key_id: str, algorithm: str, door: Outbound) -> jwt.PyJWK:
        """Return the key with this id; raises UnknownKeyId, or Unavailable when nobody can tell."""


class Policy(NamedTuple):
    """What a provider's tokens must be: `message` is what the client hears when one is not."""

    message: str
    keys: Keys
    issuers: Collection[str]
    audiences: Collection[str]
    algorithms: Collection[str] = ("RS256",)
    demands: Demands = Demands()


def verify(token: str, policy: Policy, door: Outbound) -> Mapping[str, Any]:
    """Return the claims of a token that fulfils the policy.

    Raises Unauthenticated for one that does not, Unavailable when the issuer's keys cannot be had.
    """
    try:
        claims = signed_claims(token, policy, door, ("iss", "aud", "exp", "iat", "sub"))
        _check_rest(claims, policy)
    except BAD_TOKEN as error:
        raise Unauthenticated(policy.message) from error
    return claims


def signed_claims(token: str, policy: Policy, door: Outbound, required: Collection[str]) -> Mapping[str, Any]:
    """Return the claims, the required ones among them, of a token that the issuer has signed for us and lately.

    Raises one of BAD_TOKEN for any other, Unavailable when the issuer's keys cannot be had.
    """
    if len(token) > MAX_TOKEN_BYTES:
        raise jwt.InvalidTokenError
    claims = jwt.decode(
        token,
        policy.keys.key(*_key_of(token, policy), door),
        algorithms=list(policy.algorithms),
        issuer=list(policy.issuers),
        audience=list(policy.audiences),
        leeway=LEEWAY_SECONDS,
        options={"require": list(required)},
    )
    audience = claims["aud"] if isinstance(claims["aud"], list) else [claims["aud"]]
    if not set(audience) <= set(policy.audiences):
        raise jwt.InvalidAudienceError
    issued_at, expires_at = claims["iat"], claims.get("exp", math.inf)
    if not isinstance(issued_at, int | float) or not isinstance(expires_at, int | float):
        raise jwt.InvalidTokenError
    if min(expires_at, issued_at + MAX_AGE_SECONDS) <= time.time():
        raise jwt.ExpiredSignatureError
    return claims


def proven(identity: ExternalIdentity, token: str, claims: Mapping[str, Any], policy: Policy) -> ExternalIdentity:
    """Return the identity that a verified token states, with all that it says, as a proof where it is used once."""
    identity = identity._replace(stated_at=int(claims["iat"]), said=claims)
    if not policy.demands.once:
        return identity
    signed = token.rpartition(".")[0]  # a signature can be written in several ways, what is signed in one
    expires_at = min(int(claims["exp"]), int(claims["iat"]) + MAX_AGE_SECONDS)
    return identity._replace(proof=Proof.of(signed, identity.key, expires_at, policy.message))


def verified_email(claims: Mapping[str, Any]) -> str:
    """Return the e-mail address that the issuer says it has verified, "" when there is none. A hint, never a login."""
    is_verified = claims.get("email_verified") in (True, "true")  # Apple writes it as either
    return text_claim(claims, "email") if is_verified else ""


def _key_of(token: str, policy: Policy) -> tuple[str, str]:
    """Return the id of the key that signed the token, and by what algorithm, as the token says itself."""
    header = jwt.get_unverified_header(token)
    key_id, algorithm = header.get("kid"), header.get("alg")
    # Before a key is looked for, so that a token which can never be right costs no request.
    if algorithm not in policy.algorithms or not isinstance(key_id, str):
        raise jwt.InvalidTokenError
    return key_id, str(algorithm)


def _check_rest(claims: Mapping[str, Any], policy: Policy) -> None:
    if not is_subject(claims["sub"]):
        raise jwt.InvalidTokenError
    nonce = policy.demands.nonce
    if (nonce or policy.demands.nonce_required) and not _is_hash(claims.get("nonce"), nonce):
        raise jwt.InvalidTokenError


def _is_hash(claim: object, nonce: str) -> bool:
    """Tell whether the claim is the SHA-256 of the nonce, in hex: the nonce itself whoever has the token could read."""
    expected = hashlib.sha256(nonce.encode()).hexdigest()
    return bool(nonce) and isinstance(claim, str) and hmac.compare_digest(claim.lower().encode(), expected.encode())
