"""Ways back into an account: forgotten passwords, proved addresses, other addresses; as routes and as pages.

Routes, docs/recovery.md has them all: POST /v2/account/password/forgot|reset|change, /v2/account/email/verify/request,
/v2/account/email/verify|change. Pages: /recover, /verify and /undo, which letters' links open.

Settings: those of mail; without them every route answers 400, code 9
"""

from collections.abc import Callable, Mapping
from typing import Any

from symbolon.api.application import Handle, Route, application
from symbolon.api.auth import require_server_key
from symbolon.api.request import Request
from symbolon.recovery import actions, forms
from symbolon.recovery.actions import Asked
from symbolon.sessions.sessions import Session, current_session
from symbolon.settings.settings import Settings


def of_games(action: Callable[[Asked], Mapping[str, Any]]) -> Handle:
    """Return what serves an action for which the server key is shown."""

    def handle(request: Request, settings: Settings) -> Mapping[str, Any]:
        require_server_key(request, settings)
        return action(Asked(request.body, request, settings))

    return handle


def of_players(action: Callable[[Asked, Session], Mapping[str, Any]]) -> Handle:
    """Return what serves an action of a player who is signed in."""

    def handle(request: Request, settings: Settings) -> Mapping[str, Any]:
        session = current_session(request, settings)
        return action(Asked(request.body, request, settings), session)

    return handle


handler = application(
    "recovery",
    {
        "POST /v2/account/password/forgot": Route("forgot_password", of_games(actions.forgot_password)),
        "POST /v2/account/password/reset": Route("reset_password", of_games(actions.reset_password)),
        "POST /v2/account/password/change": Route("change_password", of_players(actions.change_password)),
        "POST /v2/account/email/verify/request": Route(
            "request_verification", of_players(actions.request_verification)
        ),
        "POST /v2/account/email/verify": Route("verify_address", of_games(actions.verify_address)),
        "POST /v2/account/email/change": Route("change_address", of_players(actions.change_address)),
        "GET /recover": Route("recover_page", forms.show_recover, forms.failure),
        "POST /recover": Route("recover_page", forms.recover, forms.failure),
        "GET /verify": Route("verify_page", forms.show_verify, forms.failure),
        "POST /verify": Route("verify_page", forms.verify, forms.failure),
        "GET /undo": Route("undo_page", forms.show_undo, forms.failure),
        "POST /undo": Route("undo_page", forms.undo, forms.failure),
    },
)
