"""The setting that keeps the ids that players have at providers from other players."""

from typing import Any

import pytest

from tests.helpers.players.client import Answer, Client, bearer
from tests.helpers.players.friends import listing, make_friends
from tests.helpers.players.matchmaking import use_settings
from tests.helpers.service.store import Store

PLACES = {
    "apple": "apple_id",
    "facebook": "facebook_id",
    "facebookinstantgame": "facebook_instant_game_id",
    "gamecenter": "gamecenter_id",
    "google": "google_id",
    "steam": "steam_id",
}
IDS = {field: f"id-at-{provider}" for provider, field in PLACES.items()}
DISCORD_ID = "268473310986240001"


@pytest.fixture
def anna(client: Client) -> Answer:
    """Give the session of the one who looks."""
    return client.sign_in("anna")


@pytest.fixture
def bert(client: Client, store: Store, anna: Answer) -> Answer:
    """Give the session of a friend who has identities at all providers."""
    session = client.sign_in("bert")
    make_friends(client, anna, session)
    links = {provider: IDS[field] for provider, field in PLACES.items()} | {"discord": DISCORD_ID}
    store.set_user(session.user_id, links=store.user(session.user_id)["links"] | links)
    store.put_identity(f"facebook#{IDS['facebook_id']}", session.user_id)
    store.put_identity(f"discord#{DISCORD_ID}", session.user_id)
    return session


def ways(client: Client, viewer: Answer, other: Answer) -> list[dict[str, Any]]:
    """Give the messages User by which a player sees another, by each route."""
    found = client.get_users(viewer, ids=other.user_id), client.get_users(viewer, facebook_ids=IDS["facebook_id"])
    [friend] = listing(client, viewer).body["friends"]
    carl = client.sign_in("carl")
    make_friends(client, viewer, carl)
    of_friends = client.call("GET /v2/friend/friends", headers=bearer(carl)).body["friends_of_friends"]
    [seen] = [one["user"] for one in of_friends if one["user"]["id"] == other.user_id]
    return [*(user for answer in found for user in answer.body["users"]), friend["user"], seen]


def lookup(client: Client, viewer: Answer, **query: str) -> str:
    """Give the Discord id that account/lookup tells."""
    answer = client.call("POST /v2/rpc/account/lookup", query, {"unwrap": ""}, bearer(viewer))
    return str(answer.body["discord_id"])


def test_by_default_everybody_sees_them(client: Client, anna: Answer, bert: Answer) -> None:
    """As in Nakama, a user has the ids at providers, whoever looks, by whatever route."""
    assert all(user.items() >= IDS.items() for user in ways(client, anna, bert))
    assert lookup(client, anna, username="bert") == DISCORD_ID


def test_they_can_be_kept_out(client: Client, anna: Answer, bert: Answer, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the setting no route shows them to others, and all else of a user is there."""
    use_settings(monkeypatch, users={"show_provider_ids": False})

    seen = ways(client, anna, bert)

    assert not [user for user in seen if user.keys() & IDS.keys()]
    assert all(user["username"] == "bert" for user in seen)
    assert lookup(client, anna, username="bert") == lookup(client, anna, user_id=bert.user_id) == ""
    assert lookup(client, anna, user_id=bert.user_id, discord_id=DISCORD_ID) == ""


def test_ones_own_and_what_one_knows(
    client: Client, anna: Answer, bert: Answer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the setting, players see their own ids, and who asked by a Discord id gets that one back."""
    use_settings(monkeypatch, users={"show_provider_ids": False})

    assert client.get_account(bert).body["user"].items() >= IDS.items()
    [own] = client.get_users(bert, ids=bert.user_id).body["users"]
    assert own.items() >= IDS.items()
    assert lookup(client, bert, username="bert") == lookup(client, anna, discord_id=DISCORD_ID) == DISCORD_ID
