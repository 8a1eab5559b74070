"""The end of tokens: https://www.rfc-editor.org/rfc/rfc7009.

A session token ends as by a logout that names it, and its refresh token goes on. With a refresh token the whole session
ends, as section 2.1 asks for. A token for others ends by itself: who verifies it alone believes it until it expires,
which is why those live for minutes.
"""

import time
from collections.abc import Mapping

from symbolon.api.request import Request
from symbolon.aws import dynamodb
from symbolon.aws.dynamodb import Write
from symbolon.oauth.clients import asker_of
from symbolon.oauth.errors import NotForThisClient, UnknownClient
from symbolon.oauth.form import Form
from symbolon.oauth.introspection import may_know
from symbolon.oauth.shown import REFRESH, SESSION, Shown, read_shown
from symbolon.sessions.sessions import session_key
from symbolon.settings.settings import Settings

_ENDS: Mapping[str, tuple[str, ...]] = {SESSION: ("session_revoked",), REFRESH: ("session_revoked", "refresh_revoked")}


def revoke(request: Request, settings: Settings) -> Mapping[str, str]:
    """End the token of the form. One that is none of ours, or over, is none to end, which is as good."""
    if not request.headers.get("authorization"):
        raise UnknownClient("The client must show itself by HTTP Basic.")
    asker = asker_of(request, settings)
    shown = read_shown(Form.of(request).required("token"), settings)
    user = shown.owner() if shown else None
    if shown and user:
        if not may_know(asker, shown, user, settings):
            raise NotForThisClient("The token is another client's.")
        request.trace.user_id = user.user_id
        dynamodb.update(_ending(shown, settings))
    return {}


def _ending(shown: Shown, settings: Settings) -> Write:
    """Return the write that ends the token; its item outlives every token of the session."""
    expires = shown.payload["exp"]
    if shown.own_key is None:
        expires = max(expires, int(time.time()) + settings.refresh_token_expiry)
    ends = dict.fromkeys(_ENDS.get(shown.kind, ("token_revoked",)), True)
    values = {**ends, "user_id": shown.user_id, "expires_at": expires}
    update = "SET " + ", ".join(f"{name} = :{name}" for name in values)
    at = shown.own_key or session_key(shown.session_id)
    return Write("Update", at, "", update, values={f":{name}": value for name, value in values.items()})
