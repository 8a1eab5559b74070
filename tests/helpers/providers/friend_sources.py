"""Facebook and Steam, as far as friends go: what they answer, announced to a test's web."""

import hashlib
import hmac
import json
from collections.abc import Sequence
from typing import Any

import pytest
import requests
import responses
from responses.matchers import header_matcher, query_param_matcher

from tests.helpers.service.process import restart

SECTIONS = {
    "facebook": {"app_id": "1234567890", "app_secret": "the-app-secret"},
    "steam": {"app_id": 480, "publisher_key": "the-publisher-key"},
}
TOKEN = "EAAB-a-facebook-access-token"
PROOF = hmac.new(b"the-app-secret", TOKEN.encode(), hashlib.sha256).hexdigest()
TICKET = "14" * 40
STEAM_ID = "76561190000000001"
DEBUG_TOKEN = "https://graph.facebook.com/v25.0/debug_token"
FRIENDS_OF_ME = "https://graph.facebook.com/v25.0/me/friends"
AUTHENTICATE = "https://partner.steam-api.com/ISteamUserAuth/AuthenticateUserTicket/v1/"
FRIEND_LIST = "https://partner.steam-api.com/ISteamUser/GetFriendList/v1/"
_KEY = [header_matcher({"x-webapi-key": "the-publisher-key"})]


def use(monkeypatch: pytest.MonkeyPatch, *providers: str) -> None:
    """Put the settings of these providers in place."""
    monkeypatch.setenv("PROVIDER_SETTINGS", json.dumps({name: SECTIONS[name] for name in providers}))
    restart()


def announce_token(web: responses.RequestsMock, **said: object) -> None:
    """Have Facebook inspect the token: it is one of ours, but for what is `said`."""
    token = {"is_valid": True, "app_id": "1234567890", "type": "USER", "user_id": "me", "expires_at": 0}
    match = [query_param_matcher({"input_token": TOKEN, "access_token": "1234567890|the-app-secret"})]
    web.get(DEBUG_TOKEN, json={"data": token | said}, match=match)


def announce_profile(web: responses.RequestsMock) -> None:
    """Have Facebook tell of the user."""
    web.get("https://graph.facebook.com/v25.0/me", json={"id": "me", "name": "Anna"})


def announce_page(web: responses.RequestsMock, ids: Sequence[str], after: str = "", following: str = "") -> None:
    """Have Facebook tell of a page of friends: the one `after` a cursor, with the cursor of the `following` one."""
    asked = {"access_token": TOKEN, "appsecret_proof": PROOF, "fields": "id", "limit": "100"}
    page: dict[str, Any] = {"data": [{"id": who} for who in ids]}
    if following:
        page["paging"] = {
            "cursors": {"before": "x", "after": following},
            "next": "https://graph.facebook.com/elsewhere",
        }
    web.get(FRIENDS_OF_ME, json=page, match=[query_param_matcher(asked | ({"after": after} if after else {}))])


def announce_ticket(web: responses.RequestsMock, **said: object) -> None:
    """Have Valve authenticate the ticket: its player is STEAM_ID, but for what is `said`."""
    player = {"steamid": STEAM_ID, "ownersteamid": STEAM_ID, "vacbanned": False, "publisherbanned": False}
    web.get(AUTHENTICATE, json={"response": {"params": {"result": "OK", **player, **said}}}, match=_KEY)


def announce_list(web: responses.RequestsMock, ids: Sequence[str]) -> None:
    """Have Valve tell of the friends of STEAM_ID."""
    people = [{"steamid": who, "relationship": "friend", "friend_since": 1} for who in ids]
    match = [*_KEY, query_param_matcher({"steamid": STEAM_ID, "relationship": "friend"})]
    web.get(FRIEND_LIST, json={"friendslist": {"friends": people}}, match=match)


def fail(web: responses.RequestsMock, url: str, status: int = 0, body: str = "") -> None:
    """Have a provider answer like that, or with status 0 not at all."""
    web.get(url, body=body or (requests.ReadTimeout() if status == 0 else ""), status=status or 200)
