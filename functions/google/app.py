"""Google: an ID token of Google Sign-In, or a server auth code of Play Games Services, told apart by their shape.

ID token: https://developers.google.com/identity/sign-in/web/backend-auth. Verified: signature by a key of
https://www.googleapis.com/oauth2/v3/certs, RS256, issuer, audience (our client ids), expiry.
Auth code: https://developer.android.com/games/pgs/android/server-access. Exchanged with our client secret, which binds
it to our game, for the player's profile. A code makes one session; until then it may come again, although Google itself
exchanges it once.

Settings: {"audiences": ["….apps.googleusercontent.com"], "play_games": {"client_id": "…", "client_secret": "…",
    "calls_per_minute": 0}}
Credential: {"token": "<header>.<payload>.<signature>"}, whose payload reads
    {"iss": "https://accounts.google.com", "aud": "….apps.googleusercontent.com", "sub": "110169484474386276334",
     "exp": …, "iat": …, "email": "x@gmail.com", "email_verified": true, "name": "…", "picture": "https://…"}
    or {"token": "4/0Ad…"}
"""

from collections.abc import Mapping

from symbolon.api.request import Request
from symbolon.errors import FailedPrecondition, InvalidArgument
from symbolon.identities.identity import ExternalIdentity, Profile, text_claim
from symbolon.identities.links import LinkRule
from symbolon.internet.outbound import Outbound
from symbolon.providers import Provider, asking_for, provider_app
from symbolon.settings.idtokens import Demands
from symbolon.settings.settings import Settings
from symbolon.verification import idtokens, playgames
from symbolon.verification.audiences import checked_audiences
from symbolon.verification.idtokens import Policy
from symbolon.verification.keysets import KeySet

PROVIDER = Provider(name="google", credential=("token",), rule=LinkRule(in_use="Google ID is already in use."))
KEYS_HOST = "www.googleapis.com"
KEYS = KeySet(f"https://{KEYS_HOST}/oauth2/v3/certs")
ISSUERS = ("https://accounts.google.com", "accounts.google.com")


def verify(request: Request, settings: Settings) -> ExternalIdentity:
    """Return the identity that the ID token states, or of the player whom the auth code stands for."""
    token = request.body.text("token")
    if not token:
        raise InvalidArgument("Google access token is required.")
    section = settings.section(PROVIDER.name, "Google")
    if token.count(".") != 2:  # noqa: PLR2004 (no JWT)
        application = section.get("play_games")
        if not isinstance(application, Mapping):
            raise FailedPrecondition(playgames.NOT_CONFIGURED)
        return playgames.verify(token, application, asking_for(request, "Google", application, settings))
    if not section.get("audiences"):
        raise FailedPrecondition(playgames.NOT_CONFIGURED)
    policy = Policy(
        message=playgames.REFUSED,
        keys=KEYS,
        issuers=ISSUERS,
        audiences=checked_audiences("google.audiences", section["audiences"]),
        demands=Demands.of(settings.document, PROVIDER.name, request.body.variables().get("nonce", "")),
    )
    claims = idtokens.verify(token, policy, Outbound("Google", [KEYS_HOST]))
    profile = Profile(text_claim(claims, "name"), text_claim(claims, "picture"), idtokens.verified_email(claims))
    return idtokens.proven(ExternalIdentity(PROVIDER.name, claims["sub"], profile), token, claims, policy)


handler = provider_app(PROVIDER, verify)
