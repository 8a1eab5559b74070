"""Import of friends after a sign-in or link with `sync`: asked for without waiting, done by a function of its own."""

import json
import queue
import socket
import time
import traceback
from collections.abc import Iterator
from typing import Any

import pytest

from local import ROOT
from local.gateway.invocations import Invocations
from local.template.template import Function
from symbolon.api.application import WorkFailed
from tests.conftest import Log
from tests.helpers.players.client import Answer, Client, bearer
from tests.helpers.players.friends import Player, check
from tests.helpers.providers import friend_sources as sources
from tests.helpers.providers.internet import Internet
from tests.helpers.providers.replies import as_json
from tests.helpers.service import lambdas
from tests.helpers.service.store import Store

Events = queue.Queue[dict[str, Any]]
IMPORT = Function("FriendImportFunction", "functions/friendimport", "app.handler", 512, 60, {}, ())
FACEBOOK_EVENT, STEAM_EVENT = (
    json.loads((ROOT / f"events/friendimport_{provider}.json").read_text()) for provider in ("facebook", "steam")
)

import_friends = lambdas.handler_of(IMPORT.name)


@pytest.fixture(autouse=True)
def _providers(internet: Internet, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: ARG001 (it has settings of its own)
    sources.use(monkeypatch, "facebook", "steam")


@pytest.fixture
def events(monkeypatch: pytest.MonkeyPatch) -> Iterator[Events]:
    """Give the events with which the import was started, by way of what stands in for Lambda."""
    received: Events = queue.Queue()
    with Invocations() as invocations:
        invocations.serve([(IMPORT, lambda event, _context: received.put(event))])
        monkeypatch.setenv("AWS_ENDPOINT_URL_LAMBDA", invocations.endpoint)
        monkeypatch.setenv("FRIEND_IMPORT_FUNCTION", IMPORT.name)
        yield received


def facebook(client: Client, internet: Internet, **query: str) -> Answer:
    """Sign in with Facebook."""
    sources.announce_token(internet)
    sources.announce_profile(internet)
    return client.authenticate("facebook", query, token=sources.TOKEN)


def test_sign_in_with_facebook_asks_for_an_import(client: Client, internet: Internet, events: Events) -> None:
    """A sign-in with sync=true is answered as without, and starts an import with the token."""
    answer = facebook(client, internet, sync="true")

    assert (answer.status, answer.body["created"]) == (200, True)
    assert events.get(timeout=5) == FACEBOOK_EVENT | {"user_id": answer.user_id}
    assert events.empty()


def test_sign_in_with_steam_asks_for_an_import(client: Client, internet: Internet, events: Events) -> None:
    """The import gets the Steam id and not the ticket, which is spent."""
    sources.announce_ticket(internet)

    answer = client.authenticate("steam", {"sync": "true"}, token=sources.TICKET)

    assert events.get(timeout=5) == STEAM_EVENT | {"user_id": answer.user_id}


@pytest.mark.parametrize("where", ["query", "body"])
def test_link_asks_for_an_import(client: Client, internet: Internet, events: Events, where: str) -> None:
    """A link takes `sync` in the query, as Facebook's, or in the body, as Steam's."""
    session = client.sign_in("anna")
    body, query = {"account": {"token": sources.TICKET}}, {}
    if where == "body":
        body["sync"] = True  # type: ignore[assignment]
    else:
        query["sync"] = "true"
    sources.announce_ticket(internet)

    answer = client.call("POST /v2/account/link/steam", body, query, bearer(session))

    assert (answer.status, answer.body) == (200, {})
    assert events.get(timeout=5) == STEAM_EVENT | {"user_id": session.user_id}


@pytest.mark.parametrize("how", ["facebook query", "facebook body", "steam query", "steam body"])
def test_import_is_another_word_for_sync(client: Client, internet: Internet, events: Events, how: str) -> None:
    """`import=true`, as Nakama's documentation spells it, says the same, in the query and in the body."""
    provider, where = how.split()
    if provider == "facebook":
        sources.announce_token(internet)
        sources.announce_profile(internet)
    else:
        sources.announce_ticket(internet)
    token = sources.TOKEN if provider == "facebook" else sources.TICKET
    asked = {"import": "true"} if where == "query" else {}

    answer = client.authenticate(provider, asked, token=token, **({"import": True} if where == "body" else {}))

    assert answer.status == 200
    assert events.get(timeout=5)["user_id"] == answer.user_id


@pytest.mark.parametrize("query", [{}, {"sync": "false"}, {"import": "false"}])
def test_nothing_is_asked_for_without_sync(
    client: Client, internet: Internet, events: Events, query: dict[str, str]
) -> None:
    """Who does not ask for an import gets none."""
    assert facebook(client, internet, **query).status == 200

    assert events.empty()


def test_providers_without_friends(client: Client, events: Events) -> None:
    """Where there is nobody to ask for friends, `sync` means nothing, whatever its value."""
    for value in ("true", "nonsense"):
        assert client.authenticate("device", {"sync": value}, id="a-device-of-anna").status == 200

    assert events.empty()


def test_sync_that_is_no_truth_value(client: Client, internet: Internet) -> None:
    """A provider that has friends takes `sync` and `import` for truth values only."""
    assert facebook(client, internet, sync="maybe").error == (400, 3, "invalid value for bool field sync")
    assert facebook(client, internet, **{"import": "maybe"}).error == (400, 3, "invalid value for bool field import")


def test_nobody_is_imported_for_a_failed_sign_in(client: Client, internet: Internet, events: Events) -> None:
    """A sign-in that is refused starts nothing."""
    assert facebook(client, internet, sync="true", create="false").status == 404

    assert events.empty()


@pytest.fixture(params=["no name", "unknown name", "nobody listens", "silence"])
def _trouble(request: pytest.FixtureRequest, events: Events, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Make Lambda take no event."""
    assert events.empty()
    if request.param in ("no name", "unknown name"):
        monkeypatch.setenv("FRIEND_IMPORT_FUNCTION", {"no name": "", "unknown name": "Other"}[request.param])
        yield
        return
    with socket.create_server(("127.0.0.1", 0)) as silent:
        monkeypatch.setenv("AWS_ENDPOINT_URL_LAMBDA", f"http://127.0.0.1:{silent.getsockname()[1]}")
        if request.param == "nobody listens":
            silent.close()
        yield


@pytest.mark.usefixtures("_trouble")
def test_import_that_cannot_be_asked_for(log: Log, client: Client, internet: Internet) -> None:
    """A sign-in succeeds within its time though Lambda does not take the event, and the metrics tell of it."""
    before = time.monotonic()

    answer = facebook(client, internet, sync="true")

    assert answer.status == 200
    assert time.monotonic() - before < 2
    [line] = log()
    assert line["events"] == ["AccountsCreated", "FriendImportsFailed"]
    assert line["FriendImportsFailed"] == [1.0]
    assert sources.TOKEN not in json.dumps(line)


@pytest.fixture
def anna(client: Client) -> Player:
    """Give the player whose friends are imported."""
    return Player.new(client, "anna")


@pytest.fixture
def bert(client: Client, store: Store) -> Player:
    """Give a player with an account with Facebook and with Steam."""
    player = Player.new(client, "bert")
    store.put_identity("facebook#10", player.user_id)
    store.put_identity("steam#76561190000000010", player.user_id)
    return player


@pytest.mark.parametrize("provider", ["facebook", "steam"])
def test_import(internet: Internet, anna: Player, bert: Player, provider: str) -> None:
    """The event's player and those of the provider's friends who have an account become friends."""
    if provider == "facebook":
        sources.announce_page(internet, ["10"])
    else:
        sources.announce_list(internet, ["76561190000000010"])
    event = FACEBOOK_EVENT if provider == "facebook" else STEAM_EVENT

    import_friends(event | {"user_id": anna.user_id}, None)

    assert (anna.states, bert.states) == ({"bert": 0}, {"anna": 0})


def test_import_twice(internet: Internet, anna: Player, bert: Player, store: Store) -> None:
    """An event that arrives twice, as Lambda's may, changes nothing the second time."""
    sources.announce_page(internet, ["10"])
    import_friends(FACEBOOK_EVENT | {"user_id": anna.user_id}, None)
    before = store.rows("FriendsTable")

    import_friends(FACEBOOK_EVENT | {"user_id": anna.user_id}, None)

    assert store.rows("FriendsTable") == before
    assert bert.edge_count == 1
    check(store)


def test_line_of_an_import(log: Log, internet: Internet, client: Client) -> None:
    """An import leaves one line with the player, the provider and the outcome, which counts it, and no token."""
    anna = Player.new(client, "anna")
    sources.announce_page(internet, [])
    log()

    import_friends(FACEBOOK_EVENT | {"user_id": anna.user_id}, None)

    [line] = log()
    assert (line["service"], line["verb"], line["provider"]) == ("friendimport", "import", "facebook")
    assert (line["outcome"], line["user_id"], line["FriendImports"]) == ("ok", anna.user_id, [1.0])
    assert sources.TOKEN not in json.dumps(line)


@pytest.mark.parametrize(
    "event",
    [
        {},
        FACEBOOK_EVENT | {"user_id": "nobody"},
        FACEBOOK_EVENT | {"user_id": 7},
        {"user_id": "00000000-0000-4000-8000-000000000000", "provider": "myspace"},
        {"user_id": "00000000-0000-4000-8000-000000000000", "provider": "facebook"},
        {"user_id": "00000000-0000-4000-8000-000000000000", "provider": "steam", "steam_id": ""},
    ],
)
def test_event_of_another_form(log: Log, event: dict[str, Any]) -> None:
    """An event that is none of ours is logged, and not tried again."""
    import_friends(event, None)

    [line] = log()
    assert line["outcome"] == "InvalidArgument"


def test_import_that_will_never_succeed(log: Log, internet: Internet, client: Client) -> None:
    """A token that Facebook has withdrawn since is logged, and not tried again."""
    anna = Player.new(client, "anna")
    internet.announce(sources.FRIENDS_OF_ME, as_json({"error": {"code": 190, "message": "expired"}}, 400))
    log()

    import_friends(FACEBOOK_EVENT | {"user_id": anna.user_id}, None)

    assert [line["outcome"] for line in log()] == ["Unauthenticated"]


def test_import_for_somebody_who_is_gone(log: Log, internet: Internet, client: Client, store: Store) -> None:
    """An account that was deleted since gets no friends, and nobody tries again."""
    anna, bert = Player.new(client, "anna"), Player.new(client, "bert")
    store.put_identity("facebook#10", bert.user_id)
    sources.announce_page(internet, ["10"])
    anna.delete_account()
    log()

    import_friends(FACEBOOK_EVENT | {"user_id": anna.user_id}, None)

    assert [line["outcome"] for line in log()] == ["NotFound"]
    assert (bert.states, bert.edge_count) == ({}, 0)


def test_import_that_may_succeed_later(log: Log, internet: Internet, client: Client) -> None:
    """An outage leaves the handler as an error, so that Lambda tries again, in which there is no token."""
    anna = Player.new(client, "anna")
    sources.fail(internet, sources.FRIENDS_OF_ME)
    log()

    with pytest.raises(WorkFailed) as raised:
        import_friends(FACEBOOK_EVENT | {"user_id": anna.user_id}, None)

    assert [line["outcome"] for line in log()] == ["Unavailable"]
    assert sources.TOKEN not in "".join(traceback.format_exception(raised.value))
