"""A player's list of friends: by state, page by page, and with cursors that belong to it."""

import base64
import json

import pytest

from tests.helpers.players.client import Answer, Client
from tests.helpers.players.friends import do, listing, make_friends, states
from tests.helpers.service.aws import Aws
from tests.helpers.service.store import Store

FRIEND, SENT, RECEIVED, BLOCKED = range(4)


@pytest.fixture
def anna(client: Client) -> Answer:
    """Give the session of a player."""
    return client.sign_in("anna")


@pytest.fixture
def bert(client: Client) -> Answer:
    """Give the session of another player."""
    return client.sign_in("bert")


def test_nobody_has_friends_at_first(client: Client, anna: Answer) -> None:
    """An empty list has no field at all."""
    assert listing(client, anna).body == {}


def test_entry_of_a_list(client: Client, anna: Answer, bert: Answer) -> None:
    """An entry has the user as others see them, the state even where it is 0, a time, and metadata as JSON text."""
    make_friends(client, anna, bert)

    [entry] = listing(client, anna).body["friends"]

    [user] = client.get_users(anna, ids=bert.user_id).body["users"]
    assert user.pop("edge_count") == 1
    assert entry == {"user": user, "state": 0, "update_time": entry["update_time"], "metadata": "{}"}
    assert entry["update_time"].endswith("Z")


def test_list_by_state(client: Client, anna: Answer, bert: Answer) -> None:
    """A list can be of one state alone."""
    carl, dora, emil = (client.sign_in(name) for name in ("carl", "dora", "emil"))
    make_friends(client, anna, bert)
    do(client, "add", anna, carl)
    do(client, "add", dora, anna)
    do(client, "block", anna, emil)

    by_state = [states(client, anna, state=str(state)) for state in range(4)]

    assert by_state == [{"bert": FRIEND}, {"carl": SENT}, {"dora": RECEIVED}, {"emil": BLOCKED}]
    assert len(states(client, anna)) == 4


@pytest.mark.parametrize("limit", [1, 2, 3, 4, 5, 1000])
def test_pages(client: Client, anna: Answer, limit: int) -> None:
    """Pages are full but for the last, have everybody once, and only what is followed by another has a cursor."""
    others = [client.sign_in(f"player-{number}") for number in range(4)]
    do(client, "add", anna, *others)

    found, cursor = [], ""
    while True:
        body = listing(client, anna, limit=str(limit), **({"cursor": cursor} if cursor else {})).body
        found += [friend["user"]["username"] for friend in body["friends"]]
        assert len(body["friends"]) == limit or "cursor" not in body
        if "cursor" not in body:
            break
        cursor = body["cursor"]

    assert sorted(found) == [f"player-{number}" for number in range(4)]


def test_pages_of_one_state_are_full(client: Client, anna: Answer, aws: Aws) -> None:
    """A page of one state has as many as were asked for, however many of other states lie between."""
    others = [client.sign_in(f"player-{number:02}") for number in range(12)]
    do(client, "add", anna, *others)
    make_friends(client, anna, *sorted(others, key=lambda other: other.user_id)[::6])

    aws.asked.clear()
    first = listing(client, anna, state="0", limit="1").body
    second = listing(client, anna, state="0", limit="1", cursor=first["cursor"]).body

    assert [len(first["friends"]), len(second["friends"])] == [1, 1]
    assert "cursor" not in second
    assert [asked.operation for asked in aws.asked].count("Query") == 2


def test_one_of_a_state_behind_many_of_another(client: Client, anna: Answer, bert: Answer, store: Store) -> None:
    """A list of one state looks on behind a whole page of others."""
    for number in range(101):
        store.put_edge(anna.user_id, f"00000000-0000-4000-8000-{number:012}", BLOCKED)
    do(client, "add", anna, bert)

    assert states(client, anna, state="1", limit="1") == {"bert": SENT}


@pytest.mark.parametrize("limit", ["0", "-1", "1001", "9999999999"])
def test_limit_out_of_range(client: Client, anna: Answer, limit: str) -> None:
    """A page has 1 to 1000 entries."""
    message = "Invalid limit - limit must be between 1 and 1000."

    assert listing(client, anna, limit=limit).error == (400, 3, message)


@pytest.mark.parametrize("state", ["-1", "4", "9"])
def test_state_out_of_range(client: Client, anna: Answer, state: str) -> None:
    """There are four states."""
    assert listing(client, anna, state=state).error == (400, 3, "Invalid state - state must be between 0 and 3.")


@pytest.mark.parametrize("value", ["", "many", "1.0", "1e3", " 1", "+1", "٣", "99999999999"])
def test_no_number(client: Client, anna: Answer, value: str) -> None:
    """What is no integer is refused."""
    assert listing(client, anna, limit=value).error == (400, 3, "invalid value for int32 field limit")
    assert listing(client, anna, state=value).error == (400, 3, "invalid value for int32 field state")


def encoded(content: object) -> str:
    """Give a cursor with that content."""
    return base64.urlsafe_b64encode(json.dumps(content, separators=(",", ":")).encode()).decode()


def test_cursor_belongs_to_its_list(client: Client, anna: Answer, bert: Answer) -> None:
    """A cursor is good for the list that it came from: not for another user's, nor for another state."""
    for session in (anna, bert):
        do(client, "add", session, *(client.sign_in(f"player-{number}") for number in range(2)))

    cursor = listing(client, anna, limit="1", state="1").body["cursor"]

    assert len(states(client, anna, limit="1", state="1", cursor=cursor)) == 1
    for session, query in ((anna, {}), (anna, {"state": "2"}), (bert, {"state": "1"})):
        assert listing(client, session, cursor=cursor, **query).error == (400, 3, "Cursor is invalid.")


@pytest.mark.parametrize(
    "cursor",
    [
        "x",
        "é",
        "[]",
        "W10=",
        encoded({}),
        encoded(7),
        encoded("text"),
        encoded([]),
        encoded(["", None, ""]),
        base64.urlsafe_b64encode(b"[" * 5000).decode(),
        base64.urlsafe_b64encode(b"\xff\xfe").decode(),
    ],
    ids=range(11),
)
def test_forged_cursor(client: Client, anna: Answer, cursor: str) -> None:
    """Anything but a cursor of ours is refused."""
    assert listing(client, anna, cursor=cursor).error == (400, 3, "Cursor is invalid.")


@pytest.mark.parametrize("last", ["", "nobody", "x" * 2000, None, 7, "\ud800"])
def test_forged_place(client: Client, anna: Answer, last: object) -> None:
    """A cursor of the right list with something else than a user id in it is refused."""
    assert listing(client, anna, cursor=encoded([anna.user_id, None, last])).error == (400, 3, "Cursor is invalid.")
