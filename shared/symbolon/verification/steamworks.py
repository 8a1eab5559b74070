"""Valve's partner API as our application may use it: whose a ticket is, and the player's friends.

https://partner.steamgames.com/doc/webapi/ISteamUserAuth#AuthenticateUserTicket and
https://partner.steamgames.com/doc/webapi/ISteamUser#GetFriendList. The publisher key travels in a header.
"""

import re
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, NamedTuple, Self, TypeGuard

from symbolon.errors import Misconfigured, PermissionDenied, Unauthenticated
from symbolon.internet.answers import MAX_ANSWER_BYTES, Answer, Call
from symbolon.internet.outbound import BUDGET_SECONDS, Outbound
from symbolon.limits.forgeries import Asking
from symbolon.values import concealing

HOST = "partner.steam-api.com"
REFUSED = "Could not authenticate Steam profile."
TICKET_SECONDS = 24 * 3600
"""For how long a ticket that was used is remembered; Valve does not say how long one lives."""

MAX_LIST_BYTES = 1024 * 1024
"""Of a list of friends: an entry takes 90 bytes, and nobody has more than 2,000."""

_TICKET = re.compile(r"(?:[0-9a-fA-F]{2}){32,4096}")
_STEAM_ID = re.compile(r"7656[0-9]{13}")
_DENIED = frozenset({HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN})


class Steamworks(NamedTuple):
    """The API for one request of a client; every method raises Unavailable when Valve does not answer."""

    section: Mapping[str, Any]
    door: Outbound

    def __repr__(self) -> str:
        """Show what is no secret."""
        return concealing(self, "section")

    @classmethod
    def of(cls, section: Mapping[str, Any], seconds: float = BUDGET_SECONDS) -> Self:
        """Return the API as the steam section of the settings has it; all calls together take `seconds` at most."""
        if not section.get("app_id") or not section.get("publisher_key"):
            raise Misconfigured("settings: steam.app_id and steam.publisher_key must be set")
        return cls(section, Outbound("Steam", [HOST], seconds))

    def player(self, ticket: str, asking: Asking) -> Mapping[str, Any]:
        """Return what Valve says of the player whom the ticket was issued to, for our game and identity string.

        That is `steamid`, the owner of the game (`ownersteamid`, another one's where it is borrowed), and bans.
        Raises Unauthenticated when Valve knows none, PermissionDenied when the player is banned, ResourceExhausted when
        Valve is not to be asked.
        """
        if not _TICKET.fullmatch(ticket):
            raise Unauthenticated(REFUSED)
        player = asking.about(ticket.lower(), lambda: self._authenticated(ticket))
        _check_bans(player, self.section)
        steam_id = player.get("steamid")
        if not is_steam_id(steam_id):
            raise Unauthenticated(REFUSED)
        return player

    def friends(self, steam_id: str) -> list[str]:
        """Return the Steam ids of the player's friends; none when the player shows the list to nobody."""
        params = {"steamid": steam_id, "relationship": "friend"}
        answer = self._ask("ISteamUser/GetFriendList/v1", params, MAX_LIST_BYTES)
        if answer.status in _DENIED:
            return []
        listed = answer.json().get("friendslist")
        people = listed.get("friends") if isinstance(listed, Mapping) else None
        if not isinstance(people, list):
            raise answer.nonsense()
        ids = (person.get("steamid") for person in people if isinstance(person, Mapping))
        return [who for who in ids if is_steam_id(who)]

    def _authenticated(self, ticket: str) -> Mapping[str, Any]:
        """Return what Valve says of the ticket's player; raises Unauthenticated when it knows none."""
        params = {"appid": str(self.section["app_id"]), "ticket": ticket}
        if self.section.get("identity"):
            params["identity"] = str(self.section["identity"])
        answer = self._ask("ISteamUserAuth/AuthenticateUserTicket/v1", params)
        if answer.status in _DENIED:  # the key, which is shown with it: a ticket that is none has status 200
            raise Misconfigured("settings: steam.publisher_key was refused")
        response = answer.json().get("response")
        player = response.get("params") if isinstance(response, Mapping) else None
        error = response.get("error") if isinstance(response, Mapping) else None
        if isinstance(player, Mapping) and player.get("result") == "OK":
            return player
        if not isinstance(player or error, Mapping):
            raise answer.nonsense()
        code = error.get("errorcode") if isinstance(error, Mapping) else None
        raise Unauthenticated(REFUSED, f"Steam error {code if isinstance(code, int) else 0}")

    def _ask(self, method: str, params: Mapping[str, str], most: int = MAX_ANSWER_BYTES) -> Answer:
        headers = {"x-webapi-key": str(self.section["publisher_key"])}
        return self.door.ask(Call(f"https://{HOST}/{method}/", params, headers, most=most))


def is_steam_id(value: object) -> TypeGuard[str]:
    """Tell whether the value is the id of a player's account."""
    return isinstance(value, str) and _STEAM_ID.fullmatch(value) is not None


def _check_bans(player: Mapping[str, Any], section: Mapping[str, Any]) -> None:
    if player.get("publisherbanned") is not False:
        raise PermissionDenied("Steam account is banned by the publisher.")
    if section.get("refuse_vac_banned") and player.get("vacbanned") is not False:
        raise PermissionDenied("Steam account is banned by VAC.")
    if section.get("refuse_borrowed") and player.get("ownersteamid") != player.get("steamid"):
        raise PermissionDenied("Steam account does not own the game.")
