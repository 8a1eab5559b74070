"""Facebook and Steam, as far as friends go: what they answer, announced to a test's internet."""

import hashlib
import hmac
import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pytest

from tests.helpers.providers.internet import Internet, Responder, Seen
from tests.helpers.providers.replies import Reply, as_json
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
_KEY = {"x-webapi-key": "the-publisher-key"}


def use(monkeypatch: pytest.MonkeyPatch, *providers: str) -> None:
    """Put the settings of these providers in place."""
    monkeypatch.setenv("PROVIDER_SETTINGS", json.dumps({name: SECTIONS[name] for name in providers}))
    restart()


def announce_token(internet: Internet, **said: object) -> None:
    """Have Facebook inspect the token: it is one of ours, but for what is `said`."""
    token = {"is_valid": True, "app_id": "1234567890", "type": "USER", "user_id": "me", "expires_at": 0}
    query = {"input_token": TOKEN, "access_token": "1234567890|the-app-secret"}
    _when(internet, DEBUG_TOKEN, query=query)(as_json({"data": token | said}))


def announce_profile(internet: Internet) -> None:
    """Have Facebook tell of the user."""
    internet.announce("https://graph.facebook.com/v25.0/me", as_json({"id": "me", "name": "Anna"}))


def announce_page(internet: Internet, ids: Sequence[str], after: str = "", following: str = "") -> None:
    """Have Facebook tell of a page of friends: the one `after` a cursor, with the cursor of the `following` one."""
    asked = {"access_token": TOKEN, "appsecret_proof": PROOF, "fields": "id", "limit": "100"}
    page: dict[str, Any] = {"data": [{"id": who} for who in ids]}
    if following:
        page["paging"] = {
            "cursors": {"before": "x", "after": following},
            "next": "https://graph.facebook.com/elsewhere",
        }
    _when(internet, FRIENDS_OF_ME, query=asked | ({"after": after} if after else {}))(as_json(page))


def announce_ticket(internet: Internet, **said: object) -> None:
    """Have Valve authenticate the ticket: its player is STEAM_ID, but for what is `said`."""
    player = {"steamid": STEAM_ID, "ownersteamid": STEAM_ID, "vacbanned": False, "publisherbanned": False}
    params = {"result": "OK", **player, **said}
    _when(internet, AUTHENTICATE, headers=_KEY)(as_json({"response": {"params": params}}))


def announce_list(internet: Internet, ids: Sequence[str]) -> None:
    """Have Valve tell of the friends of STEAM_ID."""
    people = [{"steamid": who, "relationship": "friend", "friend_since": 1} for who in ids]
    query = {"steamid": STEAM_ID, "relationship": "friend"}
    _when(internet, FRIEND_LIST, query=query, headers=_KEY)(as_json({"friendslist": {"friends": people}}))


def fail(internet: Internet, url: str, status: int = 0, body: str = "") -> None:
    """Have a provider answer like that, or with status 0 hang up."""
    internet.announce(url, Reply(status, body.encode()) if status else Reply(raw=b""))


def _when(
    internet: Internet, url: str, *, query: Mapping[str, str] | None = None, headers: Mapping[str, str] | None = None
) -> Callable[[Reply], None]:
    """Give what has requests with this query and these headers answered in a way, and others as before."""
    before: Responder = internet.answers.get(url.removeprefix("https://")) or (lambda _: Reply(400))

    def announce(reply: Reply) -> None:
        def answer(seen: Seen) -> Reply:
            is_meant = query in (None, seen.query) and seen.headers.items() >= (headers or {}).items()
            return reply if is_meant else before(seen)

        internet.announce(url, answer)

    return announce
