"""Questions about tokens: https://www.rfc-editor.org/rfc/rfc7662.

The studio's servers may ask about every token; a partner about those of its own users, and those for audiences whose
tokens partners may ask for. About all others, and whatever is no token of ours, it hears that they are not active.
"""

from collections.abc import Mapping
from typing import Any

from symbolon.api.request import Request
from symbolon.identities.users import User
from symbolon.oauth.audiences import audiences
from symbolon.oauth.clients import Asker, Kind, require_confidential
from symbolon.oauth.form import Form
from symbolon.oauth.shown import ACCESS, REFRESH, Shown, read_shown
from symbolon.settings.settings import Settings

INACTIVE: Mapping[str, Any] = {"active": False}

_OURS_ALONE = ("gen", "rot")


def introspect(request: Request, settings: Settings) -> Mapping[str, Any]:
    """Tell whether the token of the form is in force by now, and then what it says."""
    asker = require_confidential(request, settings)
    shown = read_shown(Form.of(request).required("token"), settings)
    user = shown.owner() if shown else None
    if shown is None or user is None or not may_know(asker, shown, user, settings):
        return INACTIVE
    request.trace.user_id = user.user_id
    said = {name: value for name, value in shown.payload.items() if name not in _OURS_ALONE}
    kind = {} if shown.kind == REFRESH else {"token_type": "Bearer"}
    # A partner hears of a token for others no more than the token itself says.
    named = {} if asker.partner and shown.kind == ACCESS else {"username": user.username}
    return {"active": True, "sub": user.user_id, **named, **kind, **said}


def may_know(asker: Asker, shown: Shown, user: User, settings: Settings) -> bool:
    """Tell whether this asker may know of the token, and end it."""
    if asker.partner is None:
        return True
    if shown.kind == ACCESS:
        audience = audiences(settings)[shown.payload["aud"]]
        return Kind.PARTNER in audience.callers
    return user.links.get("partner", "").startswith(asker.partner.namespaced(""))
