"""The ways back into an account as procedures, for clients that know no other routes: docs/recovery.md.

Ids are the routes' own, without /v2/: account/password/forgot and so on. Those that need no session are for any caller
that shows the http key, or has a session.
"""

from collections.abc import Callable, Mapping
from typing import Any

from symbolon.rpc import Caller, RpcCall, procedure

Action = Callable[[RpcCall], object]


def _of_anybody(name: str) -> Action:
    def run(call: RpcCall) -> object:
        from symbolon.recovery import actions  # noqa: PLC0415 (most procedures hash no passwords)

        action: Callable[[actions.Asked], Mapping[str, Any]] = getattr(actions, name)
        return action(actions.Asked(call.body, call.request, call.settings))

    return run


def _of_players(name: str) -> Action:
    def run(call: RpcCall) -> object:
        from symbolon.recovery import actions  # noqa: PLC0415 (as above)

        asked = actions.Asked(call.body, call.request, call.settings)
        return getattr(actions, name)(asked, call.caller)

    return run


procedure("account/password/forgot", caller=Caller.ANY)(_of_anybody("forgot_password"))
procedure("account/password/reset", caller=Caller.ANY)(_of_anybody("reset_password"))
procedure("account/password/change", caller=Caller.SESSION)(_of_players("change_password"))
procedure("account/email/verify/request", caller=Caller.SESSION)(_of_players("request_verification"))
procedure("account/email/verify", caller=Caller.ANY)(_of_anybody("verify_address"))
procedure("account/email/change", caller=Caller.SESSION)(_of_players("change_address"))
