"""Facebook Login: a user access token, or the ID token (JWT) of Limited Login, told apart by their shape.

Access token: https://developers.facebook.com/docs/graph-api/reference/debug_token. Verified: Facebook says that it is a
valid user token of our app; the profile is asked for with appsecret_proof
(https://developers.facebook.com/docs/graph-api/guides/secure-requests).
Limited Login: https://developers.facebook.com/docs/facebook-login/limited-login/token/validating. Verified: signature,
RS256, issuer, audience (our app id), expiry, and `vars.nonce` when the client sends one.

Settings: {"app_id": "…", "app_secret": "…", "graph_version": "v25.0"}
Credential: {"token": "EAAB…"} or {"token": "<header>.<payload>.<signature>"}; ?sync=true imports friends of the former
"""

from collections.abc import Mapping
from typing import Any

from symbolon.api.request import Request
from symbolon.errors import InvalidArgument
from symbolon.identities.identity import ExternalIdentity, Profile, text_claim
from symbolon.identities.links import LinkRule
from symbolon.internet.outbound import Outbound
from symbolon.limits.forgeries import Asking
from symbolon.providers import Provider, asking_for, provider_app
from symbolon.settings.idtokens import Demands
from symbolon.settings.settings import Settings
from symbolon.verification import graph, idtokens
from symbolon.verification.graph import Graph
from symbolon.verification.idtokens import Policy
from symbolon.verification.keysets import KeySet

PROVIDER = Provider(name="facebook", credential=("token",), rule=LinkRule(in_use="Facebook ID is already in use."))
KEYS_HOST = "limited.facebook.com"
KEYS = KeySet(f"https://{KEYS_HOST}/.well-known/oauth/openid/jwks/")
ISSUERS = ("https://www.facebook.com", "https://facebook.com", "https://limited.facebook.com")


def verify(request: Request, settings: Settings) -> ExternalIdentity:
    """Return the identity that the ID token states, or of the user whom the access token stands for."""
    token = request.body.text("token")
    if not token:
        raise InvalidArgument("Facebook access token is required.")
    section = settings.section(PROVIDER.name, "Facebook")
    app_id = graph.app_id_of(section)
    if token.count(".") != 2:  # noqa: PLR2004 (no JWT)
        asking = asking_for(request, "Facebook", section, settings)
        return _logged_in(token, section, asking)
    policy = Policy(
        message=graph.REFUSED,
        keys=KEYS,
        issuers=ISSUERS,
        audiences=[app_id],
        demands=Demands.of(settings.document, PROVIDER.name, request.body.variables().get("nonce", "")),
    )
    claims = idtokens.verify(token, policy, Outbound("Facebook", [KEYS_HOST]))
    profile = Profile(*(text_claim(claims, name) for name in ("name", "picture", "email")))
    return idtokens.proven(ExternalIdentity(PROVIDER.name, claims["sub"], profile), token, claims, policy)


def _logged_in(token: str, section: Mapping[str, Any], asking: Asking) -> ExternalIdentity:
    api = Graph.of(section)
    user_id = api.owner(token, asking)
    profile = api.profile(token, user_id)
    said = {"name": profile.display_name, "email": profile.email, "picture": profile.avatar_url}
    return ExternalIdentity(PROVIDER.name, user_id, profile, friends={"access_token": token}, said=said)


handler = provider_app(PROVIDER, verify)
