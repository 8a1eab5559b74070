"""Matches from their registration to their end: who keeps them, who finds them, who joins and who may not."""

import json
import re
from datetime import UTC, datetime, timedelta

import pytest

from local import ROOT
from tests.helpers.players.client import Answer, Client, bearer
from tests.helpers.players.matchmaking import ENDPOINT, HTTP_KEY, Matchmaking, use_settings
from tests.helpers.service import lambdas
from tests.helpers.service.clock import Clock
from tests.helpers.service.real_engines import ENGINES
from tests.helpers.service.store import Store

MATCH_ID = "777f13d6-0080-4b71-8665-9783062c4fc7.dev-nakama"
GROUP = "e6a5387f-506e-4f05-99cf-977417a146ae"
GONE = (404, 5, "Match not found.")
GENERATED = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}\.symbolon")
FUTURE = "2100-06-25T10:10:00Z"


@pytest.fixture
def matches(client: Client, monkeypatch: pytest.MonkeyPatch) -> Matchmaking:
    """Give the procedures of matches."""
    use_settings(monkeypatch)
    return Matchmaking(client)


@pytest.fixture
def operator(client: Client) -> Answer:
    """Give the session of somebody who operates game servers."""
    return client.sign_in("operator")


@pytest.fixture
def ada(client: Client) -> Answer:
    """Give the session of a player."""
    return client.sign_in("ada")


@ENGINES
def test_life_of_a_match(matches: Matchmaking, operator: Answer, ada: Answer, store: Store) -> None:
    """A match is registered, prepared, joined and ended, and keeps 64-bit numbers to the last digit."""
    match_id = matches.prepared(operator, version_lock=2**64 - 1, server_id="14280634968751706381", limit=2)

    joined = matches.join(ada, match_id)

    assert joined.status == 200
    label = matches.label(match_id)
    assert (label["broadcaster"]["version_lock"], label["broadcaster"]["server_id"]) == (
        2**64 - 1,
        14280634968751706381,
    )
    assert (label["started"], label["size"], label["players"]) == (True, 1, [{"user_id": ada.user_id, "team": -1}])
    assert joined.body == {"id": match_id, "team": -1, "label": label}
    assert matches.listed(ada, started=True) == [match_id]
    assert matches.join(ada, match_id).error == (409, 6, "User is already in the match.")
    assert matches.join(operator, match_id).status == 200
    assert matches.join(matches.client.sign_in("third"), match_id).error == (429, 8, "Match is full.")
    assert matches.by(ada, "match/leave", id=match_id).body == {}
    assert matches.label(match_id)["size"] == 1
    assert matches.by_server("match/unregister", id=match_id).body == {}
    assert store.rows("MatchesTable") == []


def test_parked_match(matches: Matchmaking, operator: Answer) -> None:
    """A server's match gets an id and waits, closed and with nothing in it that is only known later."""
    answer = matches.register(operator=operator.user_id.upper(), features=["voice", "voice"])

    assert answer.status == 200
    assert GENERATED.fullmatch(answer.body["id"])
    label = answer.body["label"]
    assert set(label) == {"id", "open", "lobby_type", "broadcaster", "started", "limit"}
    assert (label["open"], label["lobby_type"], label["started"], label["limit"]) == (False, "unassigned", False, 12)
    assert [*label["broadcaster"]] == [
        *("sid", "oper", "group_ids", "endpoint", "version_lock", "regions", "server_id", "features")
    ]
    assert (label["broadcaster"]["group_ids"], label["broadcaster"]["version_lock"]) == ([], 0)
    assert (label["broadcaster"]["oper"], label["broadcaster"]["features"]) == (operator.user_id, ["voice"])


def test_heartbeat(matches: Matchmaking, operator: Answer, ada: Answer, clock: Clock) -> None:
    """A server that registers again in time keeps its match as it is, with whoever is in it."""
    match_id = matches.prepared(operator, id=MATCH_ID)
    matches.join(ada, match_id)
    before = matches.label(match_id)

    for _ in range(3):
        clock.advance(50)
        assert matches.register(id=MATCH_ID, regions=["elsewhere"]).body["label"] == before

    assert matches.listed(ada) == [MATCH_ID]


def test_silence(matches: Matchmaking, operator: Answer, clock: Clock, store: Store) -> None:
    """A match whose server falls silent is gone for everybody, long before DynamoDB deletes it."""
    match_id = matches.prepared(operator)
    parked = matches.parked(operator)
    clock.advance(61)

    assert matches.by_server("match/label", id=match_id).error == GONE
    assert matches.listed(operator) == []
    assert matches.join(operator, match_id).error == GONE
    assert matches.by(operator, "match/leave", id=match_id).error == GONE
    assert matches.by_server("match/open", id=match_id).error == GONE
    assert matches.by(operator, "match/prepare", id=parked, mode="arena").error == GONE
    assert matches.by(operator, "match/prepare", mode="arena").status == 429
    assert len(store.rows("MatchesTable")) == 2


def test_registration_after_silence(matches: Matchmaking, operator: Answer, ada: Answer, clock: Clock) -> None:
    """A server that comes back too late starts over: nothing of the former match is left."""
    matches.prepared(operator, id=MATCH_ID, ttl_sec=15)
    matches.join(ada, MATCH_ID)
    clock.advance(16)

    answer = matches.register(id=MATCH_ID, endpoint="198.51.100.7:6792")

    assert answer.body["label"] == matches.label(MATCH_ID)
    assert set(answer.body["label"]) == {"id", "open", "lobby_type", "broadcaster", "started", "limit"}
    assert answer.body["label"]["broadcaster"]["endpoint"] == "198.51.100.7:6792"


def test_match_of_another_server(matches: Matchmaking) -> None:
    """A match that lives belongs to the endpoint that registered it."""
    matches.register(id=MATCH_ID)

    refused = matches.register(id=MATCH_ID, endpoint="198.51.100.7:6792")

    assert refused.error == (409, 6, "Match belongs to another game server.")
    assert matches.label(MATCH_ID)["broadcaster"]["endpoint"] == ENDPOINT


def test_expiry_is_the_tables(matches: Matchmaking, store: Store) -> None:
    """A row expires a while after its server's last report, a minute unless the server asks for another time."""
    now = datetime.now(UTC)
    matches.register()
    matches.register(ttl_sec=600)

    seconds = sorted(int(row["expires_at"]) - int(now.timestamp()) for row in store.rows("MatchesTable"))

    assert 60 <= seconds[0] <= 65
    assert 600 <= seconds[1] <= 605


@pytest.mark.parametrize(
    "wrong",
    [
        {"endpoint": ""},
        {"endpoint": 1},
        {"endpoint": "a b"},
        {"endpoint": "x" * 65},
        {"id": "x"},
        {"id": f"{MATCH_ID}.x"},
        {"sid": "x"},
        {"operator": "ada"},
        {"operator": ["ada"]},
        {"group_ids": ["x"]},
        {"group_ids": {"a": 1}},
        {"regions": "eu"},
        {"regions": [""]},
        {"regions": [["eu"]]},
        {"regions": ["eu"] * 33},
        {"features": ["x" * 65]},
        {"features": ["vo\nice"]},
        {"version_lock": -1},
        {"version_lock": 2**64},
        {"version_lock": "0xf1"},
        {"server_id": 1.5},
        {"server_id": True},
        {"limit": 65},
        {"limit": -1},
        {"limit": 10**30},
        {"app_id": "a b"},
        {"ttl_sec": 14},
        {"ttl_sec": 601},
    ],
)
def test_wrong_registrations(matches: Matchmaking, store: Store, wrong: dict[str, object]) -> None:
    """A field of another type, form or size is the server's mistake, and registers nothing."""
    refused = matches.register(**wrong)

    assert (refused.status, refused.body["code"]) == (400, 3)
    assert store.rows("MatchesTable") == []


@pytest.mark.parametrize("rpc_id", ["match/register", "match/open", "match/unregister"])
def test_players_are_no_servers(matches: Matchmaking, ada: Answer, rpc_id: str) -> None:
    """What servers do needs the http key."""
    assert matches.by(ada, rpc_id, id=MATCH_ID, endpoint=ENDPOINT).error[:2] == (403, 7)


@pytest.mark.parametrize("rpc_id", ["match/list", "match/join", "match/prepare"])
def test_servers_are_no_players(matches: Matchmaking, rpc_id: str) -> None:
    """What players do needs a session."""
    assert matches.by_server(rpc_id, id=MATCH_ID, mode="arena").error[:2] == (403, 7)


@pytest.mark.parametrize("rpc_id", ["match/label", "match/leave", "match/open", "match/unregister"])
def test_unknown_match(matches: Matchmaking, ada: Answer, rpc_id: str) -> None:
    """A match that nobody registered is not found."""
    assert matches.by_server(rpc_id, id=MATCH_ID, user_id=ada.user_id).error == GONE


@pytest.mark.parametrize("rpc_id", ["match/label", "match/leave", "match/join"])
@pytest.mark.parametrize("match_id", [None, "", 1, [], "x", "../..", MATCH_ID + "x" * 64, MATCH_ID.replace("7", "g")])
def test_wrong_ids(matches: Matchmaking, ada: Answer, rpc_id: str, match_id: object) -> None:
    """An id of another form is the caller's mistake."""
    refused = matches.by(ada, rpc_id, id=match_id)

    assert (refused.status, refused.body["code"]) == (400, 3)


def test_ids_in_capitals(matches: Matchmaking) -> None:
    """The case of an id's first part, a UUID, says nothing."""
    matches.register(id=MATCH_ID.replace("f13d6", "F13D6"))

    assert matches.label(MATCH_ID)["id"] == MATCH_ID


def test_first_player_starts_the_match(matches: Matchmaking, operator: Answer, ada: Answer) -> None:
    """The first player starts a prepared match then and there, those who follow change nothing about it."""
    match_id = matches.prepared(operator, {"start_time": FUTURE})
    assert (matches.label(match_id)["started"], matches.label(match_id)["start_time"]) == (False, FUTURE)

    first = matches.join(ada, match_id).body["label"]
    later = matches.join(operator, match_id).body["label"]

    assert first["started"] is later["started"] is True
    assert abs(datetime.fromisoformat(first["start_time"]) - datetime.now(UTC)) < timedelta(seconds=5)
    assert later["start_time"] == first["start_time"]
    assert (first["size"], later["size"]) == (1, 2)


def test_a_match_that_was_started_stays_started(matches: Matchmaking, operator: Answer, ada: Answer) -> None:
    """When the last player leaves, the match has still begun."""
    match_id = matches.prepared(operator)
    matches.join(ada, match_id)

    matches.by(ada, "match/leave", id=match_id)

    label = matches.label(match_id)
    assert label["started"] is True
    assert not {"size", "players"} & set(label)


def test_required_features(matches: Matchmaking, operator: Answer, ada: Answer) -> None:
    """A client that lacks a required feature is refused, whatever else it has."""
    match_id = matches.prepared(operator, {"required_features": ["voice", "replay"]}, features=["voice", "replay", "x"])
    incompatible = (400, 9, "IncompatibleServer")

    assert matches.join(ada, match_id).error == incompatible
    assert matches.join(ada, match_id, features=["voice", "x"]).error == incompatible
    assert matches.label(match_id)["started"] is False
    assert matches.join(ada, match_id, features=["replay", "y", "voice"]).status == 200


def test_parked_matches_cannot_be_joined(matches: Matchmaking, operator: Answer, ada: Answer) -> None:
    """Nobody gets into a match that nobody has prepared, and its server cannot open it."""
    match_id = matches.parked(operator)

    assert matches.join(ada, match_id).error == (400, 9, "Match is not prepared.")
    assert matches.by_server("match/open", id=match_id).error == (400, 9, "Match is not prepared.")


def test_closed_match(matches: Matchmaking, operator: Answer, ada: Answer) -> None:
    """A server closes its match to further players, and opens it again."""
    match_id = matches.prepared(operator)
    matches.join(ada, match_id)

    assert matches.by_server("match/open", id=match_id, open=False).body["label"]["open"] is False
    assert matches.join(operator, match_id).error == (400, 9, "Match is closed.")
    assert matches.by_server("match/open", id=match_id, open=True).body["label"]["open"] is True
    assert matches.join(operator, match_id).status == 200


def test_teams(matches: Matchmaking, operator: Answer, ada: Answer, store: Store) -> None:
    """A player has the team that the match was prepared with, or else the role of choice."""
    store.put_identity("discord#1", ada.user_id)
    match_id = matches.prepared(operator, {"role_alignments": {"1": "orange"}})

    assert matches.join(ada, match_id, role="blue").body["team"] == 1
    assert matches.join(operator, match_id, role="spectator").body["team"] == 2
    assert matches.join(matches.client.sign_in("third"), match_id).body["team"] == -1


@pytest.mark.parametrize("wrong", [{"role": "green"}, {"role": 1}, {"features": "voice"}, {"features": [None]}])
def test_wrong_joins(matches: Matchmaking, operator: Answer, ada: Answer, wrong: dict[str, object]) -> None:
    """A field of another type or form is the client's mistake, and gives no place."""
    match_id = matches.prepared(operator)

    refused = matches.join(ada, match_id, **wrong)

    assert (refused.status, refused.body["code"]) == (400, 3)
    assert matches.label(match_id)["started"] is False


def test_banned_player(matches: Matchmaking, operator: Answer, ada: Answer, store: Store) -> None:
    """A player who is banned joins nothing, with a token from before."""
    match_id = matches.prepared(operator)
    store.ban(ada.user_id)

    assert matches.join(ada, match_id).status == 401


def test_leaving(matches: Matchmaking, operator: Answer, ada: Answer) -> None:
    """Who leaves can come back; who was not there leaves without harm."""
    match_id = matches.prepared(operator)
    matches.join(ada, match_id)

    assert matches.by(operator, "match/leave", id=match_id).body == {}
    assert matches.label(match_id)["size"] == 1
    assert matches.by(ada, "match/leave", id=match_id).body == {}
    assert matches.join(ada, match_id).status == 200


def test_servers_send_players_away(matches: Matchmaking, operator: Answer, ada: Answer) -> None:
    """A server frees the place of a player who is gone, and says whose; a player cannot."""
    match_id = matches.prepared(operator)
    matches.join(ada, match_id)

    assert matches.by(operator, "match/leave", id=match_id, user_id=ada.user_id).status == 200
    assert matches.label(match_id)["size"] == 1
    assert matches.by_server("match/leave", id=match_id).error == (400, 3, "User ID is required.")
    assert matches.by_server("match/leave", id=match_id, user_id=ada.user_id).status == 200
    assert "size" not in matches.label(match_id)


def test_all_matches_are_listed(matches: Matchmaking, operator: Answer, ada: Answer) -> None:
    """An empty request lists all matches, parked or not."""
    expected = {matches.parked(operator), matches.prepared(operator), matches.register().body["id"]}

    assert set(matches.listed(ada)) == expected


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ({"mode": "arena"}, {"prepared", "started"}),
        ({"mode": "combat"}, {"closed"}),
        ({"region": "eu"}, {"parked", "prepared"}),
        ({"group_id": GROUP}, {"parked", "started"}),
        ({"open": True}, {"prepared", "started"}),
        ({"open": False}, {"parked", "closed"}),
        ({"started": True}, {"started"}),
        ({"started": False}, {"parked", "prepared", "closed"}),
        ({"features": ["voice"]}, {"prepared", "closed"}),
        ({"features": ["voice", "replay"]}, {"closed"}),
        ({"mode": "arena", "region": "eu", "open": True, "features": []}, {"prepared"}),
        ({"mode": "social"}, set()),
    ],
)
def test_filters(matches: Matchmaking, operator: Answer, wanted: dict[str, object], expected: set[str]) -> None:
    """A list has the matches that are all that is wanted."""
    ids = {
        "parked": matches.parked(operator, regions=["eu", "us"], group_ids=[GROUP]),
        "prepared": matches.prepared(operator, regions=["eu"], group_ids=[GROUP], features=["voice"]),
        "started": matches.prepared(operator, {"group_id": GROUP}, group_ids=[GROUP]),
        "closed": matches.prepared(operator, {"mode": "combat"}, features=["voice", "replay"]),
    }
    matches.join(operator, ids["started"])
    matches.by_server("match/open", id=ids["closed"], open=False)

    assert set(matches.listed(operator, **wanted)) == {ids[name] for name in expected}


@ENGINES
def test_pages(matches: Matchmaking, operator: Answer) -> None:
    """A list goes on where the page before ended, and has each match once."""
    expected = {matches.register(ttl_sec=60 + number % 3).body["id"] for number in range(7)}

    answers = [matches.by(operator, "match/list", limit=3)]
    while cursor := answers[-1].body.get("cursor"):
        answers.append(matches.by(operator, "match/list", limit=3, cursor=cursor))

    pages = [[label["id"] for label in answer.body["matches"]] for answer in answers]
    assert [len(page) for page in pages] == [3, 3, 1]
    assert {match_id for page in pages for match_id in page} == expected


def test_cursor_whose_time_has_passed(matches: Matchmaking, operator: Answer, clock: Clock) -> None:
    """A page that was asked for late goes on among the matches that are left."""
    for _ in range(2):
        matches.register(ttl_sec=60)
    late = {matches.register(ttl_sec=600).body["id"], matches.register(ttl_sec=600).body["id"]}
    cursor = matches.by(operator, "match/list", limit=1).body["cursor"]
    clock.advance(100)

    assert set(matches.listed(operator, cursor=cursor)) == late


def test_long_lists(matches: Matchmaking, operator: Answer, monkeypatch: pytest.MonkeyPatch) -> None:
    """A list longer than what the index gives at once is read to its end, by short pages and by long ones."""
    monkeypatch.setattr("symbolon.matches.matches._PAGE", 3)
    expected = {matches.register().body["id"] for _ in range(9)}

    assert set(matches.listed(operator)) == expected
    assert len(matches.listed(operator, limit=4)) == 4


@pytest.mark.parametrize(
    "wrong",
    [
        {"limit": 1001},
        {"limit": -1},
        {"limit": "many"},
        {"cursor": "x"},
        {"cursor": 1},
        {"cursor": "12.x"},
        {"cursor": f"{'9' * 12}.{MATCH_ID}"},
        {"cursor": f"².{MATCH_ID}"},
        {"mode": ["arena"]},
        {"region": "e u"},
        {"group_id": "x"},
        {"features": {}},
        {"open": "yes"},
        {"started": 1},
    ],
)
def test_wrong_lists(matches: Matchmaking, ada: Answer, wrong: dict[str, object]) -> None:
    """A filter of another type or form is the client's mistake."""
    refused = matches.by(ada, "match/list", **wrong)

    assert (refused.status, refused.body["code"]) == (400, 3)


def test_addresses_are_for_those_concerned(
    matches: Matchmaking, operator: Answer, ada: Answer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A server's address is in the label for servers, its operator, allocators and who has joined, and in no list."""
    match_id, allocator = matches.prepared(operator), matches.client.sign_in("allocator")
    use_settings(monkeypatch, match={"allocators": [allocator.user_id]})

    def is_shown_to(session: Answer) -> bool:
        return "endpoint" in matches.by(session, "match/label", id=match_id).body["label"]["broadcaster"]

    assert matches.label(match_id)["broadcaster"]["endpoint"] == ENDPOINT
    assert [is_shown_to(session) for session in (operator, allocator, ada)] == [True, True, False]
    assert matches.join(ada, match_id).body["label"]["broadcaster"]["endpoint"] == ENDPOINT
    assert is_shown_to(ada)
    [listed] = matches.by(ada, "match/list").body["matches"]
    assert "endpoint" not in listed["broadcaster"]


@pytest.mark.usefixtures("matches")
def test_sample_events(operator: Answer) -> None:
    """The events in events/ are what API Gateway sends for a match from its beginning to its end."""
    statuses = {}
    for name in ("register", "prepare", "label", "list", "join", "leave", "open", "unregister"):
        event = json.loads((ROOT / f"events/rpc_match_{name}.json").read_text())
        event["rawQueryString"] = event["rawQueryString"].replace("an-http-key", HTTP_KEY)
        event["headers"] |= bearer(operator) if "authorization" in event["headers"] else {}
        event["body"] = event["body"].replace("08152ad4-f2be-4f93-83b9-ee5501eb94d7", operator.user_id)
        answer = lambdas.run(event)
        statuses[name] = (answer.status, answer.body.get("id", MATCH_ID), len(answer.body.get("matches", [1])))

    assert set(statuses.values()) == {(200, MATCH_ID, 1)}
