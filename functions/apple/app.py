"""Sign in with Apple: the identity token (a JWT) that the app gets from AuthenticationServices or from the web flow.

https://developer.apple.com/documentation/signinwithapple/authenticating-users-with-sign-in-with-apple
Verified: signature by a key of https://appleid.apple.com/auth/keys, RS256, issuer, audience (bundle ids for native
apps, Services ids for web and Android), expiry, and that it was made for the nonce in `vars`, if the client sends one.
The subject is stable for one developer team; `transfer_sub` leads to the one of the team before.
https://developer.apple.com/documentation/signinwithapple/bringing-new-apps-and-users-into-your-team

With `vars.apple_code`, the authorization code that came with the token, Apple's tokens are revoked when the account is
deleted: docs/providers/apple.md.

Settings: {"audiences": ["com.example.game"], "team_id": "…"}, of which the latter is for that
Credential: {"token": "<header>.<payload>.<signature>"}, whose payload reads
    {"iss": "https://appleid.apple.com", "aud": "com.example.game", "sub": "001234.abc….0123", "exp": …, "iat": …,
     "email": "x@privaterelay.appleid.com", "email_verified": "true", "is_private_email": "true",
     "nonce": "<SHA-256 of vars.nonce>"}
"""

from collections.abc import Mapping
from typing import Any

from symbolon.api.request import Request
from symbolon.errors import InvalidArgument
from symbolon.identities.identity import ExternalIdentity, Profile, text_claim
from symbolon.identities.links import LinkRule
from symbolon.internet.outbound import Outbound
from symbolon.providers import Provider, provider_app
from symbolon.settings.idtokens import Demands
from symbolon.settings.settings import Settings
from symbolon.verification import idtokens
from symbolon.verification.audiences import checked_audiences
from symbolon.verification.idtokens import Policy
from symbolon.verification.keysets import KeySet

CODE, REFRESH_TOKEN, REDIRECT_URI = "apple_code", "apple_refresh_token", "apple_redirect_uri"
"""Variables by which a game hands over what lets us take leave of Apple when the account is deleted."""

PROVIDER = Provider(
    name="apple",
    credential=("token",),
    rule=LinkRule(in_use="Apple ID is already in use."),
    private=(CODE, REFRESH_TOKEN, REDIRECT_URI),
)
HOST = "appleid.apple.com"
KEYS = KeySet(f"https://{HOST}/auth/keys")


def verify(request: Request, settings: Settings) -> ExternalIdentity:
    """Return the identity that the token states."""
    token = request.body.text("token")
    if not token:
        raise InvalidArgument("Apple ID token is required.")
    section = settings.section(PROVIDER.name, "Apple")
    policy = Policy(
        message="Could not authenticate Apple profile.",
        keys=KEYS,
        issuers=[f"https://{HOST}"],
        audiences=checked_audiences("apple.audiences", section.get("audiences")),
        demands=Demands.of(settings.document, PROVIDER.name, request.body.variables().get("nonce", "")),
    )
    claims = idtokens.verify(token, policy, Outbound("Apple", [HOST]))
    profile = Profile(email=idtokens.verified_email(claims))
    transfer_id = text_claim(claims, "transfer_sub")  # for a while after a game has moved to another developer team
    grant = _granted(request, section, claims)
    identity = ExternalIdentity(PROVIDER.name, claims["sub"], profile, transfer_id=transfer_id, grant=grant)
    return idtokens.proven(identity, token, claims, policy)


def _granted(request: Request, section: Mapping[str, Any], claims: Mapping[str, Any]) -> dict[str, str] | None:
    """Return what the request hands over besides, None where there is nothing, or nobody to take it."""
    variables = request.body.variables()
    if not section.get("team_id") or not (variables.get(CODE) or variables.get(REFRESH_TOKEN)):
        return None
    client_id = claims["aud"][0] if isinstance(claims["aud"], list) else claims["aud"]
    handed = {"code": CODE, "refresh_token": REFRESH_TOKEN, "redirect_uri": REDIRECT_URI}
    return {"client_id": client_id, **{name: variables[of] for name, of in handed.items() if variables.get(of)}}


handler = provider_app(PROVIDER, verify)
