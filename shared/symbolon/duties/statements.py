"""What providers state about users in signed tokens (security event tokens, RFC 8417): believed like their ID tokens.

https://www.rfc-editor.org/rfc/rfc8417. Signature by the provider's own key set, algorithm, issuer, audience, age; and a
name (`jti`), by which one is told from all others. There is no subject at the top: each event names its own.
"""

from collections.abc import Collection, Mapping
from typing import Any

import jwt

from symbolon.errors import Unauthenticated
from symbolon.identities.identity import is_subject
from symbolon.internet.outbound import Outbound
from symbolon.verification.idtokens import BAD_TOKEN, Policy, signed_claims

_REQUIRED = ("iss", "aud", "iat", "jti", "events")


def verify(token: str, policy: Policy, door: Outbound, required: Collection[str] = ()) -> Mapping[str, Any]:
    """Return the claims of a token that fulfils the policy and has the `required` claims, too.

    Raises Unauthenticated for one that does not, whose cause says why; Unavailable when the keys cannot be had.
    """
    try:
        claims = signed_claims(token, policy, door, [*_REQUIRED, *required])
        if not is_subject(claims["jti"]):
            raise jwt.InvalidTokenError
    except BAD_TOKEN as error:
        raise Unauthenticated(policy.message) from error
    return claims


def moment_of(event: Mapping[str, Any], name: str, unit: int, claims: Mapping[str, Any]) -> int:
    """Return when an event was, by its field `name` of so many in a second; when it was stated, if that says nothing.

    An event is believed to have been at most a day before, and not after.
    """
    stated_at, said = int(claims["iat"]), event.get(name)
    if isinstance(said, bool) or not isinstance(said, int):
        return stated_at
    return said // unit if stated_at - _DAY <= said // unit <= stated_at else stated_at


_DAY = 24 * 3600
