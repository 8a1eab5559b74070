"""The sample events of events/, and how each is answered with the settings of events/env.json and empty tables."""

import json
import time
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from local import ROOT
from local.errors import SmokeError
from local.template.template import Function, load_template

EVENTS = ROOT / "events"
ENVIRONMENT = EVENTS / "env.json"
"""Variables for `sam local`: the development settings, and the names that tables have on a developer's machine."""

Invoke = Callable[[str, str], Any]
"""Takes a function's name in the template and an event, JSON both as it goes in and as it comes out."""

_NEED_NO_SETTINGS = {"custom", "device", "email"}
_SIGN_IN = "/v2/account/authenticate/"
_ROUTES = [route.path for function in load_template().functions for route in function.routes]
PROVIDERS = tuple(
    sorted({path.removeprefix(_SIGN_IN) for path in _ROUTES if path.startswith(_SIGN_IN)} - _NEED_NO_SETTINGS)
)
"""Those that the settings of events/env.json leave out."""

# In this order, so that each event finds what those before it have made. None is for functions without an answer.
ANSWERS: Mapping[str, int | list[object] | dict[str, object] | None] = {
    "session_healthcheck": 200,
    "session_unknown": 404,
    "wellknown_keys": 200,
    "wellknown_openid": 200,
    "keys_list": [],  # there are no secrets
    "device_authenticate": 200,
    "custom_link": 200,
    "custom_authenticate": 200,
    "custom_unlink": 200,
    "email_link": 200,
    "email_authenticate": 200,
    "device_unlink": 200,
    "device_link": 200,
    "email_unlink": 200,
    "account_update": 200,
    "account_get": 200,
    "account_users": 200,
    "friend_add": 400,  # nobody is called player-43
    "friend_list": 200,
    "friend_friends": 200,
    "friend_delete": 200,
    "friend_block": 400,
    "friend_facebook": 400,  # the provider is not configured
    "friend_steam": 400,
    "events_tell": {"batchItemFailures": []},  # a new display name is no event
    "friendimport_facebook": None,
    "friendimport_steam": None,
    "legacy_ask": {"error": 9, "retry_after": 0},  # no old server is named
    **{f"{provider}_authenticate": 400 for provider in PROVIDERS},
    **{f"{provider}_link": 400 for provider in PROVIDERS},
    **{f"{provider}_unlink": 403 for provider in PROVIDERS},  # the account's last link is another's
    "partner_session": 401,  # there is no such partner
    "rpc_match_register": 200,
    "rpc_match_list": 200,
    "rpc_match_label": 200,
    "rpc_match_prepare": 403,  # only an allocator or the server's operator may
    "rpc_match_join": 400,  # so it is not prepared
    "rpc_match_invite": 400,
    "rpc_match_leave": 200,
    "rpc_match_open": 400,
    "rpc_match_unregister": 200,
    "oauth_token": 200,
    "oauth_device": 200,
    "activate_page": 200,
    "activate_approve": 404,  # no device shows that code
    "session_list": 200,
    "session_end": 404,  # the account has no such session
    "oauth_introspect": 200,
    "oauth_revoke": 200,
    "merge_show": 400,  # no link was refused
    "merge_accounts": 400,
    "recovery_forgot": 400,  # no mail is configured
    "recovery_reset": 400,
    "recovery_page": 400,  # as a page
    "mail_reset": None,
    "mail_bounce": None,
    "mail_complaint": None,
    "revocation_keep": None,  # there is no key
    "revocation_revoke": None,
    "revocation_schedule": None,
    "callback_apple": 400,  # the provider is not configured
    "callback_google": 400,
    "callback_deauthorize": 400,
    "callback_deletion": 400,
    "callback_page": 404,  # nothing was deleted
    "admin_find": 200,
    "admin_ban": 404,  # nobody has that id
    "admin_audit": 200,
    "session_refresh": 200,
    "account_delete": 200,
    "session_logout": 200,
}


def function_of(name: str, functions: Iterable[Function]) -> str:
    """Give the name, in the template, of the function to which the event `name` goes."""
    folder = f"functions/{name.partition('_')[0]}"
    return next(function.name for function in functions if function.directory == folder)


def play(functions: Iterable[Function], invoke: Invoke) -> None:
    """Invoke each event once, with the tokens of the session that there is by then, and print a line for each.

    Raises SmokeError at the first that is not answered as it should be.
    """
    known, tokens = tuple(functions), {"token": "a-session-token", "refresh_token": "a-refresh-token"}
    for name in ANSWERS:
        event = (EVENTS / f"{name}.json").read_text(encoding="utf-8")
        event = event.replace("a-session-token", tokens["token"]).replace("a-refresh-token", tokens["refresh_token"])
        start = time.perf_counter()
        answer = invoke(function_of(name, known), event)
        print(f"ok      {name}: {checked(name, answer)} ({(time.perf_counter() - start) * 1000:.0f} ms)", flush=True)
        text = answer.get("body", "") if isinstance(answer, dict) else ""
        body = json.loads(text) if text.startswith("{") else {}
        tokens |= {key: body[key] for key in tokens if key in body}


def checked(name: str, answer: Any) -> str:  # noqa: ANN401 (JSON)
    """Give the status of the answer to the event `name`, in words. Raises SmokeError when it should be another."""
    status = answer.get("statusCode", answer) if isinstance(answer, dict) else answer
    if status != ANSWERS[name]:
        raise SmokeError(f"FAILED  {name} was answered {json.dumps(answer)[:400]}, not {ANSWERS[name]}")
    return "done" if status is None else str(status)
