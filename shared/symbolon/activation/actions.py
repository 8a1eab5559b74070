"""What a game asks for a player who is signed in, by route or as a procedure."""

from collections.abc import Mapping
from typing import Any

from symbolon.activation.approval import Approver
from symbolon.api.body import Body
from symbolon.api.request import Request
from symbolon.oauth.device_grant import require_switched_on
from symbolon.sessions.sessions import Session
from symbolon.settings.settings import Settings


def approve_device(fields: Body, session: Session, request: Request, settings: Settings) -> Mapping[str, Any]:
    """Let the device that shows `user_code` sign in to the caller's account, or, with `deny`, refuse it.

    Returns what the device calls itself. Raises NotFound for a code that nothing waits for.
    """
    require_switched_on(settings)
    claims = session.claims
    approver = Approver(session.user, claims.session_id, claims.generation, request, settings)
    waiting = approver.find(fields.text("user_code"))
    approver.answer(waiting, is_yes=not fields.flag("deny"))
    return {"device_name": waiting.device_name} if waiting.device_name else {}
