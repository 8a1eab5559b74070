"""Import of friends while the player waits, from Facebook and from Steam."""

import json

import pytest

from local import ROOT
from symbolon.friends import importing
from tests.helpers.players.client import Answer, Client, bearer
from tests.helpers.players.friends import Player, check, listing
from tests.helpers.providers import friend_sources as sources
from tests.helpers.providers.internet import Internet
from tests.helpers.providers.replies import Reply, as_json
from tests.helpers.service import lambdas
from tests.helpers.service.store import Store

FRIEND, SENT, RECEIVED, BLOCKED = range(4)
FACEBOOK, STEAM = "POST /v2/friend/facebook", "POST /v2/friend/steam"
DOWN = "{} is not available at the moment."


@pytest.fixture(autouse=True)
def _providers(internet: Internet, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: ARG001 (it has settings of its own)
    sources.use(monkeypatch, "facebook", "steam")


@pytest.fixture
def anna(client: Client) -> Player:
    """Give the player whose friends are imported."""
    return Player.new(client, "anna")


@pytest.fixture
def others(client: Client, store: Store) -> dict[str, Player]:
    """Give players by their usernames, which are also their ids with Facebook and the ends of those with Steam."""
    players = {name: Player.new(client, name) for name in ("10", "11", "12")}
    for name, player in players.items():
        store.put_identity(f"facebook#{name}", player.user_id)
        store.put_identity(f"steam#{steam_id(name)}", player.user_id)
    return players


def steam_id(name: str) -> str:
    """Give the Steam id of a player."""
    return f"765611900000000{name}"


def import_from(player: Player, route: str, /, **query: str) -> Answer:
    """Send the credential of the route's provider."""
    token = sources.TOKEN if route == FACEBOOK else sources.TICKET
    return player.client.call(route, {"token": token}, query, bearer(player.session))


def announce_friends(internet: Internet, route: str, *names: str) -> None:
    """Have the route's provider tell of friends."""
    if route == FACEBOOK:
        sources.announce_token(internet)
        sources.announce_page(internet, names)
    else:
        sources.announce_ticket(internet)
        sources.announce_list(internet, [steam_id(name) for name in names])


@pytest.mark.parametrize("route", [FACEBOOK, STEAM])
def test_friends_elsewhere_become_friends(
    internet: Internet, anna: Player, others: dict[str, Player], route: str
) -> None:
    """Those of the provider's friends who have an account are friends at once, on both sides, and say where from."""
    announce_friends(internet, route, "10", "99", "12")

    assert import_from(anna, route).body == {}

    assert anna.states == {"10": FRIEND, "12": FRIEND}
    assert others["10"].states == {"anna": FRIEND}
    provider = route.rpartition("/")[2]
    for player in (anna, others["10"]):
        entries = listing(player.client, player.session).body["friends"]
        assert {entry["metadata"] for entry in entries} == {f'{{"provider":"{provider}"}}'}


def test_what_there_is_already(internet: Internet, anna: Player, others: dict[str, Player], store: Store) -> None:
    """Invites become friendships; friends stay as they are, and so do blocks, whoever made them."""
    dora = Player.new(anna.client, "dora")
    store.put_identity("facebook#13", dora.user_id)
    anna.add(others["10"])
    anna.befriend(others["11"])
    before = [row for row in store.rows("FriendsTable") if row["state"] == FRIEND]
    anna.block(others["12"])
    dora.block(anna)
    announce_friends(internet, FACEBOOK, "10", "11", "12", "13")

    import_from(anna, FACEBOOK)

    assert anna.states == {"10": FRIEND, "11": FRIEND, "12": BLOCKED}
    assert (others["12"].states, dora.states) == ({}, {"anna": BLOCKED})
    assert all(row in store.rows("FriendsTable") for row in before)
    check(store)


@pytest.mark.parametrize("value", ["true", "false"])
def test_reset(internet: Internet, anna: Player, others: dict[str, Player], value: str) -> None:
    """With `reset` all other friendships and invites end, on both sides; blocks stay."""
    emil = Player.new(anna.client, "emil")
    anna.befriend(others["10"])
    others["11"].add(anna)
    anna.block(emil)
    announce_friends(internet, FACEBOOK, "12")

    import_from(anna, FACEBOOK, reset=value)

    kept = {} if value == "true" else {"10": FRIEND, "11": RECEIVED}
    assert anna.states == {"12": FRIEND, "emil": BLOCKED} | kept
    assert others["10"].states == ({} if value == "true" else {"anna": FRIEND})


def test_reset_waits_for_the_provider(internet: Internet, anna: Player, others: dict[str, Player]) -> None:
    """Nothing is removed when the provider does not tell who comes instead."""
    anna.befriend(others["10"])
    sources.announce_token(internet)
    sources.fail(internet, sources.FRIENDS_OF_ME, 503)

    answer = import_from(anna, FACEBOOK, reset="true")

    assert answer.error == (503, 14, DOWN.format("Facebook"))
    assert anna.states == {"10": FRIEND}


def test_oneself_and_strangers(internet: Internet, anna: Player, store: Store) -> None:
    """Nobody becomes a friend of oneself, and who has no account is left out."""
    store.put_identity("facebook#1", anna.user_id)
    announce_friends(internet, FACEBOOK, "1", "2")

    assert import_from(anna, FACEBOOK).body == {}

    assert anna.states == {}


def test_sample_events(internet: Internet, anna: Player, others: dict[str, Player]) -> None:
    """The sample events import friends of whom the provider tells."""
    for provider, route in (("facebook", FACEBOOK), ("steam", STEAM)):
        announce_friends(internet, route, "10")
        event = json.loads((ROOT / f"events/friend_{provider}.json").read_text())
        event["headers"] |= bearer(anna.session)

        assert lambdas.run(event).body == {}

    assert others["10"].edge_count == 1


@pytest.mark.parametrize("route", [FACEBOOK, STEAM])
def test_credential_may_be_nested(internet: Internet, anna: Player, route: str) -> None:
    """The credential is taken inside of `account`, too, as some clients send it."""
    announce_friends(internet, route)
    token = sources.TOKEN if route == FACEBOOK else sources.TICKET

    answer = anna.client.call(route, {"account": {"token": token}}, headers=bearer(anna.session))

    assert (answer.status, answer.body) == (200, {})


@pytest.mark.parametrize("body", [{}, {"token": ""}, {"account": {}}, {"account": {"token": None}}])
def test_credential_is_required(anna: Player, body: dict[str, object]) -> None:
    """Without a credential nobody is asked."""
    for route, name in ((FACEBOOK, "Facebook"), (STEAM, "Steam")):
        answer = anna.client.call(route, body, headers=bearer(anna.session))
        assert answer.error == (400, 3, f"{name} token is required.")


@pytest.mark.parametrize("route", [FACEBOOK, STEAM])
def test_provider_that_is_not_set_up(anna: Player, monkeypatch: pytest.MonkeyPatch, route: str) -> None:
    """A provider without settings is said to have none."""
    sources.use(monkeypatch)

    assert import_from(anna, route).error[:2] == (400, 9)


@pytest.mark.parametrize("route", [FACEBOOK, STEAM])
def test_session_is_required(client: Client, route: str) -> None:
    """Without a session nobody is asked."""
    assert client.call(route, {"token": sources.TOKEN}).error == (401, 16, "Auth token required")


@pytest.mark.parametrize(
    "said",
    [{"is_valid": False}, {"app_id": "another-app"}, {"type": "PAGE"}, {"expires_at": 1}, {"user_id": ""}],
    ids=lambda said: next(iter(said)),
)
def test_facebook_token_that_is_not_ours(internet: Internet, anna: Player, said: dict[str, object]) -> None:
    """A token that Facebook does not call a valid one of our app is never used to ask for friends."""
    sources.announce_token(internet, **said)

    assert import_from(anna, FACEBOOK).error == (401, 16, "Could not authenticate Facebook profile.")


def test_pages_of_facebook(internet: Internet, anna: Player, others: dict[str, Player]) -> None:
    """Pages are followed by their cursors, whatever is in those, and never by the URL that Facebook names."""
    sources.announce_token(internet)
    sources.announce_page(internet, ["10"], following="a&b=c d")
    sources.announce_page(internet, ["11"], after="a&b=c d", following="e")
    sources.announce_page(internet, ["12"], after="e")

    import_from(anna, FACEBOOK)

    assert anna.states.keys() == others.keys()


def test_facebook_pages_without_end(internet: Internet, anna: Player) -> None:
    """After twenty pages it is enough."""
    sources.announce_token(internet)
    sources.announce_page(internet, [], following="again")
    sources.announce_page(internet, [], after="again", following="again")

    assert import_from(anna, FACEBOOK).body == {}

    assert sum(sources.FRIENDS_OF_ME.endswith(seen.place) for seen in internet.seen) == 20


def test_most_friends(internet: Internet, anna: Player, others: dict[str, Player]) -> None:
    """Of more friends than anybody has, the first 2,000 are looked up."""
    strangers = [f"9{number}" for number in range(importing.MAX_FRIENDS - 1)]
    sources.announce_token(internet)
    sources.announce_page(internet, [*strangers, "10", "11"])

    import_from(anna, FACEBOOK)

    assert anna.states == {"10": FRIEND}
    assert others["11"].states == {}


@pytest.mark.parametrize("status", [401, 403])
def test_private_list_of_steam(internet: Internet, anna: Player, status: int) -> None:
    """Who shows the list to nobody has no friends to import, which is no error."""
    sources.announce_ticket(internet)
    sources.fail(internet, sources.FRIEND_LIST, status)

    assert (import_from(anna, STEAM).status, anna.states) == (200, {})


def test_steam_ticket_is_spent(internet: Internet, anna: Player, store: Store) -> None:
    """A ticket is good for one import, like for one sign-in, or somebody who has seen it could have the friends."""
    announce_friends(internet, STEAM)

    import_from(anna, STEAM)

    [proof] = store.rows("ProofsTable")
    assert sources.TICKET not in str(proof)


def test_steam_ticket_that_is_refused(internet: Internet, anna: Player) -> None:
    """A ticket that Valve does not know, or that is no ticket, is refused, and no list is asked for."""
    error = {"errorcode": 101, "errordesc": "Invalid ticket"}
    internet.announce(sources.AUTHENTICATE, as_json({"response": {"error": error}}))
    refused = (401, 16, "Could not authenticate Steam profile.")

    assert import_from(anna, STEAM).error == refused
    assert anna.client.call(STEAM, {"token": "nonsense"}, headers=bearer(anna.session)).error == refused


@pytest.mark.parametrize(
    ("status", "body"),
    [(0, ""), (503, ""), (429, ""), (200, "<html>"), (200, "[]"), (200, "{}"), (200, '{"friendslist": []}')],
)
def test_steam_that_answers_no_list(internet: Internet, anna: Player, status: int, body: str) -> None:
    """A provider that is down, slow, busy or confused is said to be unavailable."""
    sources.announce_ticket(internet)
    sources.fail(internet, sources.FRIEND_LIST, status, body)

    assert import_from(anna, STEAM).error == (503, 14, DOWN.format("Steam"))


def test_long_list_of_steam(internet: Internet, anna: Player, others: dict[str, Player]) -> None:
    """A list of the most friends that Steam allows is read as a whole, and one beyond a megabyte is not."""
    many = [f"765611999999{number:05}" for number in range(2000)]
    sources.announce_ticket(internet)
    sources.announce_list(internet, [*many[:-1], steam_id("10")])

    import_from(anna, STEAM)

    assert (anna.states, others["10"].edge_count) == ({"10": FRIEND}, 1)
    internet.announce(sources.FRIEND_LIST, Reply(body=b" " * 1024 * 1025))
    assert import_from(anna, STEAM).status == 503


def test_confused_entries_are_passed_over(internet: Internet, anna: Player, others: dict[str, Player]) -> None:
    """An entry that is no friend does not keep the others away."""
    sources.announce_token(internet)
    strange = [None, "10", {}, {"id": 10}, {"id": ""}, {"id": "x" * 3000}, {"id": "11"}]
    internet.announce(sources.FRIENDS_OF_ME, as_json({"data": strange, "paging": {"next": "x", "cursors": []}}))

    import_from(anna, FACEBOOK)

    assert (anna.states, others["11"].edge_count) == ({"11": FRIEND}, 1)
