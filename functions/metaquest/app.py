"""Meta Quest: a user id and the nonce that proves it, from the Platform SDK's GetUserProof.

https://developers.meta.com/horizon/documentation/unity/ps-ownership
Verified: Meta confirms the nonce for this user and our app. A nonce is good for one check, so what the check said is
remembered, sealed, until it has led to a session: docs/providers/metaquest.md.

Settings: {"app_id": "…", "app_secret": "…", "calls_per_minute": 0}
Credential: {"user_id": "4711…", "nonce": "…"}
"""

import re
from collections.abc import Mapping
from http import HTTPStatus

from symbolon.api.request import Request
from symbolon.errors import InvalidArgument, Misconfigured, Unauthenticated
from symbolon.identities.identity import ExternalIdentity
from symbolon.identities.links import LinkRule
from symbolon.internet.answers import Answer, Call
from symbolon.internet.outbound import Outbound
from symbolon.providers import Provider, asking_for, provider_app
from symbolon.settings.settings import Settings
from symbolon.verification.codes import Code

PROVIDER = Provider(
    name="metaquest",
    credential=("user_id", "nonce"),
    rule=LinkRule(in_use="Meta Quest ID is already in use."),
)
HOST = "graph.oculus.com"
REFUSED = "Could not authenticate Meta Quest profile."

_USER_ID = re.compile(r"[1-9][0-9]{0,31}")
_MAX_NONCE_BYTES = 1024
_OUR_FAULT = frozenset({102, 104, 190})
"""Graph's codes for a token that counts for nothing, and the token is ours: app_id and app_secret."""
_OUTAGE = frozenset({1, 2})
_LIMIT = frozenset({4, 17, 341, 613})


def verify(request: Request, settings: Settings) -> ExternalIdentity:
    """Return the identity of the user for whom Meta confirms the nonce."""
    user_id, nonce = request.body.text("user_id"), request.body.text("nonce")
    if not user_id or not nonce:
        raise InvalidArgument("Meta Quest user ID and nonce are required.")
    section = settings.section(PROVIDER.name, "Meta Quest")
    app_id, app_secret = str(section.get("app_id", "")), section.get("app_secret")
    if not app_id.isdecimal() or not isinstance(app_secret, str) or not app_secret:
        raise Misconfigured("settings: metaquest.app_id and metaquest.app_secret must be set")
    if not _USER_ID.fullmatch(user_id) or len(nonce.encode()) > _MAX_NONCE_BYTES:
        raise Unauthenticated(REFUSED)
    code = Code(PROVIDER.name, f"{user_id}\0{nonce}", REFUSED)
    form = {"access_token": f"OC|{app_id}|{app_secret}", "nonce": nonce, "user_id": user_id}
    asking = asking_for(request, "Meta Quest", section, settings)
    owner = code.exchanged(lambda: asking.about(code.text, lambda: _confirmed(form)))
    return ExternalIdentity(PROVIDER.name, owner)._replace(proof=code.proof)


def _confirmed(form: Mapping[str, str]) -> str:
    """Return the user id once Meta has confirmed it; raises Unauthenticated when it does not."""
    answer = Outbound("Meta Quest", [HOST]).ask(Call(f"https://{HOST}/user_nonce_validate", form=form))
    said = answer.json()
    if said.get("is_valid") is True and answer.status == HTTPStatus.OK:
        return form["user_id"]
    if said.get("is_valid") is not False:
        _check_error(said.get("error"), answer)
    raise Unauthenticated(REFUSED)


def _check_error(error: object, answer: Answer) -> None:
    """Raise what an error of Graph's means; one about the user or the nonce is the player's."""
    if not isinstance(error, Mapping) or not isinstance(error.get("code"), int) or error["code"] in _OUTAGE:
        raise answer.nonsense()
    if error["code"] in _OUR_FAULT:
        raise Misconfigured("settings: metaquest.app_id or metaquest.app_secret was refused by Meta")
    if error["code"] in _LIMIT:
        raise answer.busy()


handler = provider_app(PROVIDER, verify)
