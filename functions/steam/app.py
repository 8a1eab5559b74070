"""Steam: a session ticket of GetAuthTicketForWebApi, hex-encoded.

https://partner.steamgames.com/doc/webapi/ISteamUserAuth#AuthenticateUserTicket
Verified: by Valve's partner host, for our application and, when set, our identity string; not banned by the publisher;
good for one sign-in.

Settings: {"app_id": 480, "publisher_key": "…", "identity": "", "refuse_vac_banned": false, "refuse_borrowed": false}
    (borrowed: played through family sharing by somebody who does not own the game)
Credential: {"token": "14000000…"}; to link, {"account": {"token": "…"}, "sync": true}
"""

import re
import time
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from symbolon import replay
from symbolon.errors import InvalidArgument, Misconfigured, PermissionDenied, Unauthenticated
from symbolon.identity import ExternalIdentity
from symbolon.links import LinkRule
from symbolon.outbound import Call, Outbound
from symbolon.providers import Provider, provider_app
from symbolon.request import Request
from symbolon.settings import Settings

PROVIDER = Provider(name="steam", credential=("token",), rule=LinkRule(in_use="Steam ID is already in use."))
REFUSED = "Could not authenticate Steam profile."
HOST = "partner.steam-api.com"
TICKET_SECONDS = 24 * 3600
"""For how long a ticket that was used is remembered; Valve does not say how long one lives."""

_TICKET = re.compile(r"[0-9a-fA-F]{64,8192}")
_STEAM_ID = re.compile(r"7656[0-9]{13}")


def verify(request: Request, settings: Settings) -> ExternalIdentity:
    """Return the identity of the player whom the ticket was issued to."""
    section = settings.section(PROVIDER.name, "Steam")
    ticket = (request.body.child("account") if request.verb == "link" else request.body).text("token")
    if not ticket:
        raise InvalidArgument("Steam access token is required.")
    if not _TICKET.fullmatch(ticket):
        raise Unauthenticated(REFUSED)
    player = _authenticated(ticket, section)
    _check_bans(player, section)
    steam_id = player.get("steamid")
    if not isinstance(steam_id, str) or not _STEAM_ID.fullmatch(steam_id):
        raise Unauthenticated(REFUSED)
    identity = ExternalIdentity(PROVIDER.name, steam_id)
    replay.spend(ticket.lower(), identity, int(time.time()) + TICKET_SECONDS, REFUSED)
    return identity


def _authenticated(ticket: str, section: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return what Valve says of the ticket's player; raises Unauthenticated when it knows none."""
    app_id, key = section.get("app_id"), section.get("publisher_key")
    if not app_id or not key:
        raise Misconfigured("settings: steam.app_id and steam.publisher_key must be set")
    params = {"appid": str(app_id), "ticket": ticket}
    if section.get("identity"):
        params["identity"] = str(section["identity"])
    url = f"https://{HOST}/ISteamUserAuth/AuthenticateUserTicket/v1/"
    answer = Outbound("Steam", [HOST]).ask(Call(url, params, headers={"x-webapi-key": str(key)}))
    if answer.status == HTTPStatus.FORBIDDEN:
        raise Misconfigured("settings: steam.publisher_key was refused")
    response = answer.json().get("response")
    if not isinstance(response, Mapping):
        raise answer.nonsense()
    player = response.get("params")
    if not isinstance(player, Mapping) or player.get("result") != "OK":
        raise Unauthenticated(REFUSED, f"Steam error {_error_code(response)}")
    return player


def _error_code(response: Mapping[str, Any]) -> int:
    error = response.get("error")
    code = error.get("errorcode") if isinstance(error, Mapping) else None
    return code if isinstance(code, int) else 0


def _check_bans(player: Mapping[str, Any], section: Mapping[str, Any]) -> None:
    if player.get("publisherbanned") is not False:
        raise PermissionDenied("Steam account is banned by the publisher.")
    if section.get("refuse_vac_banned") and player.get("vacbanned") is not False:
        raise PermissionDenied("Steam account is banned by VAC.")
    if section.get("refuse_borrowed") and player.get("ownersteamid") != player.get("steamid"):
        raise PermissionDenied("Steam account does not own the game.")


handler = provider_app(PROVIDER, verify)
