"""Facebook Instant Games: the signed player info of getSignedPlayerInfoAsync (or getSignedASIDAsync).

https://developers.facebook.com/docs/games/build/instant-games/guides/server-side-integration
Verified: HMAC-SHA256 over the encoded payload with the app secret, the algorithm's name, issued within ten minutes,
and good for one sign-in.

Settings: {"app_secret": "…"}
Credential: {"signed_player_info": "<base64url signature>.<base64url payload>"}, whose payload reads
    {"algorithm": "HMAC-SHA256", "issued_at": 1739890245, "player_id": "4322…", "request_payload": ""}
"""

import binascii

from symbolon.api.request import Request
from symbolon.errors import InvalidArgument, Misconfigured, Unauthenticated
from symbolon.identities.identity import ExternalIdentity, is_subject
from symbolon.identities.links import LinkRule
from symbolon.identities.proofs import Proof
from symbolon.providers import Provider, provider_app
from symbolon.settings.settings import Settings
from symbolon.verification.signedrequests import MAX_AGE_SECONDS, authentic_parts, check_age

PROVIDER = Provider(
    name="facebookinstantgame",
    credential=("signed_player_info",),
    rule=LinkRule(in_use="Facebook Instant Game ID is already in use."),
)
REFUSED = "Could not authenticate Facebook Instant Game profile."


def verify(request: Request, settings: Settings) -> ExternalIdentity:
    """Return the identity of the player whom Facebook vouches for."""
    signed = request.body.text("signed_player_info")
    if not signed:
        raise InvalidArgument("Signed Player Info for a Facebook Instant Game is required.")
    secret = settings.section(PROVIDER.name, "Facebook Instant Game").get("app_secret")
    if not isinstance(secret, str) or not secret:
        raise Misconfigured("settings: facebookinstantgame.app_secret is missing")
    try:
        signature, payload = authentic_parts(signed, secret)
        issued_at = check_age(payload)
        if not is_subject(player_id := payload.get("player_id")):
            raise ValueError("player_id")  # noqa: TRY301 (like what else may be wrong)
    except (ValueError, RecursionError, binascii.Error) as error:
        raise Unauthenticated(REFUSED) from error
    identity = ExternalIdentity(PROVIDER.name, player_id, said=payload)
    return identity._replace(proof=Proof.of(signature.hex(), identity.key, issued_at + MAX_AGE_SECONDS, REFUSED))


handler = provider_app(PROVIDER, verify)
