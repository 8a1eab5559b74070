"""Sign in with Apple: the identity token (a JWT) that the app gets from AuthenticationServices or from the web flow.

https://developer.apple.com/documentation/signinwithapple/authenticating-users-with-sign-in-with-apple
Verified: signature by a key of https://appleid.apple.com/auth/keys, RS256, issuer, audience (bundle ids for native
apps, Services ids for web and Android), expiry, and that it was made for the nonce in `vars`, if the client sends one.
The subject is stable for one developer team; `transfer_sub` leads to the one of the team before.
https://developer.apple.com/documentation/signinwithapple/bringing-new-apps-and-users-into-your-team

Settings: {"audiences": ["com.example.game"]}
Credential: {"token": "<header>.<payload>.<signature>"}, whose payload reads
    {"iss": "https://appleid.apple.com", "aud": "com.example.game", "sub": "001234.abc….0123", "exp": …, "iat": …,
     "email": "x@privaterelay.appleid.com", "email_verified": "true", "is_private_email": "true",
     "nonce": "<SHA-256 of vars.nonce>"}
"""

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

PROVIDER = Provider(name="apple", credential=("token",), rule=LinkRule(in_use="Apple ID is already in use."))
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
    identity = ExternalIdentity(PROVIDER.name, claims["sub"], profile, transfer_id=transfer_id)
    return idtokens.proven(identity, token, claims, policy)


handler = provider_app(PROVIDER, verify)
