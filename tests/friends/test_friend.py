"""Wishes about friends: invite, accept, remove and block, and what is no wish."""

import uuid

import pytest

from symbolon.friends import friends
from symbolon.friends.edges import Wish
from symbolon.friends.friendship import befriend
from tests.helpers.players.client import Answer, Client, bearer
from tests.helpers.players.friends import check, do, listing, make_friends, states, wish
from tests.helpers.service.aws import Aws
from tests.helpers.service.real_engines import REAL_ENGINES
from tests.helpers.service.store import Store

FRIEND, SENT, RECEIVED, BLOCKED = range(4)
NO_ID = "00000000-0000-0000-0000-000000000000"
NOBODY = "No valid ID or username was provided."


@pytest.fixture
def anna(client: Client) -> Answer:
    """Give the session of a player."""
    return client.sign_in("anna")


@pytest.fixture
def bert(client: Client) -> Answer:
    """Give the session of another player."""
    return client.sign_in("bert")


def test_invite(client: Client, anna: Answer, bert: Answer, store: Store) -> None:
    """An invite is in both lists, each seeing it from its side, and makes nobody a friend."""
    do(client, "add", anna, bert)

    assert states(client, anna) == {"bert": SENT}
    assert states(client, bert) == {"anna": RECEIVED}
    assert not [row for row in store.rows("UsersTable") if row.get("edge_count")]


def test_invite_by_username(client: Client, anna: Answer, bert: Answer) -> None:
    """Usernames do as well as ids, and both may be mixed."""
    client.sign_in("carl")

    assert wish(client, "add", anna, usernames="carl", ids=bert.user_id).body == {}

    assert states(client, anna) == {"bert": SENT, "carl": SENT}


def test_invite_in_return_makes_friends(client: Client, anna: Answer, bert: Answer, store: Store) -> None:
    """Inviting somebody who has invited is accepting, and both have a friend more."""
    do(client, "add", anna, bert)

    do(client, "add", bert, anna)

    assert states(client, anna) == {"bert": FRIEND}
    assert states(client, bert) == {"anna": FRIEND}
    assert client.get_account(anna).body["user"]["edge_count"] == 1
    check(store)


def test_invite_again(client: Client, anna: Answer, bert: Answer, store: Store) -> None:
    """Repeating an invite, or inviting a friend, changes nothing."""
    do(client, "add", anna, bert)
    invited = store.rows("FriendsTable")

    do(client, "add", anna, bert, bert)

    assert store.rows("FriendsTable") == invited
    do(client, "add", bert, anna)
    do(client, "add", anna, bert)
    assert states(client, anna) == {"bert": FRIEND}
    check(store)


def test_delete_an_invite(client: Client, anna: Answer, bert: Answer, store: Store) -> None:
    """An invite is withdrawn by the one, or declined by the other."""
    for one, other in ((anna, bert), (bert, anna)):
        do(client, "add", anna, bert)

        do(client, "delete", one, other)

        assert store.rows("FriendsTable") == []


def test_delete_a_friend(client: Client, anna: Answer, bert: Answer, store: Store) -> None:
    """Either of two friends ends the friendship for both; whoever is no friend can be deleted, too."""
    make_friends(client, anna, bert)

    do(client, "delete", bert, anna)
    do(client, "delete", bert, anna)

    assert store.rows("FriendsTable") == []
    assert "edge_count" not in client.get_account(anna).body["user"]
    check(store)


def test_block_a_friend(client: Client, anna: Answer, bert: Answer, store: Store) -> None:
    """A block ends a friendship: the blocker sees the block, the other nothing."""
    make_friends(client, anna, bert)

    do(client, "block", anna, bert)

    assert states(client, anna) == {"bert": BLOCKED}
    assert listing(client, bert).body == {}
    check(store)


def test_block_by_username(client: Client, anna: Answer, bert: Answer) -> None:
    """A stranger can be blocked, and by username."""
    assert wish(client, "block", anna, usernames="bert").body == {}

    assert states(client, anna) == {"bert": BLOCKED}
    assert listing(client, bert).body == {}


def test_invite_over_a_block(client: Client, anna: Answer, bert: Answer, store: Store) -> None:
    """An invite between two of whom one has blocked the other is ignored without a word, whoever sends it."""
    do(client, "block", anna, bert)
    before = store.rows("FriendsTable")

    do(client, "add", anna, bert)
    do(client, "add", bert, anna)

    assert store.rows("FriendsTable") == before


def test_delete_lifts_ones_own_block_only(client: Client, anna: Answer, bert: Answer, store: Store) -> None:
    """Deleting lifts a block for who made it, and leaves the other's in place."""
    do(client, "block", anna, bert)
    do(client, "block", bert, anna)

    do(client, "delete", bert, anna)
    do(client, "add", bert, anna)

    assert (states(client, anna), states(client, bert)) == ({"bert": BLOCKED}, {})
    do(client, "delete", anna, bert)
    do(client, "add", bert, anna)
    assert states(client, anna) == {"bert": RECEIVED}
    check(store)


@pytest.mark.parametrize(
    ("verb", "message"),
    [("add", "Cannot add self as friend."), ("delete", "Cannot delete self."), ("block", "Cannot block self.")],
)
def test_oneself(client: Client, anna: Answer, verb: str, message: str) -> None:
    """Nobody can name oneself, by id in whatever case, or by username, and then nothing is done for the others."""
    bert = client.sign_in("bert")

    for query in ({"ids": anna.user_id}, {"ids": anna.user_id.upper()}, {"usernames": "anna", "ids": bert.user_id}):
        assert wish(client, verb, anna, **query).error == (400, 3, message)
    assert listing(client, anna).body == {}


@pytest.mark.parametrize(
    ("query", "message"),
    [
        pytest.param({"ids": "nobody"}, "Invalid user ID 'nobody'.", id="no id"),
        pytest.param({"ids": ""}, "Invalid user ID ''.", id="empty id"),
        pytest.param({"ids": "é{}"}, "Invalid user ID 'é{}'.", id="braces"),
        pytest.param({"ids": f"{{{NO_ID}}}"}, f"Invalid user ID '{{{NO_ID}}}'.", id="id in another form"),
        pytest.param({"ids": [str(uuid.uuid4()), NO_ID]}, f"Invalid user ID '{NO_ID}'.", id="the id of nobody"),
        pytest.param({"usernames": ""}, "Username must not be empty.", id="empty username"),
        pytest.param({"usernames": ["bert", ""]}, "Username must not be empty.", id="one empty username"),
        pytest.param({"usernames": ["bert"] * 50}, "At most 20 users can be named at once.", id="too many"),
    ],
)
def test_bad_names(client: Client, anna: Answer, query: dict[str, str | list[str]], message: str) -> None:
    """Ids must have the form of ids, usernames some text, and one request names a limited number of users."""
    for verb in ("add", "delete", "block"):
        assert wish(client, verb, anna, **query).error == (400, 3, message)


@pytest.mark.parametrize("verb", ["add", "delete", "block"])
def test_nobody_is_named(client: Client, anna: Answer, verb: str) -> None:
    """Who names nobody has nothing done, successfully."""
    assert (wish(client, verb, anna).status, wish(client, verb, anna).body) == (200, {})


@pytest.mark.parametrize("username", ["nobody", "x" * 3000])
def test_unknown_username(client: Client, anna: Answer, username: str) -> None:
    """Naming only users that there are not is refused, except for a deletion, which has come true already."""
    assert wish(client, "add", anna, usernames=username).error == (400, 3, NOBODY)
    assert wish(client, "block", anna, usernames=username).error == (400, 3, NOBODY)
    assert wish(client, "delete", anna, usernames=username).body == {}


@pytest.mark.parametrize("verb", ["add", "delete", "block"])
def test_unknown_id(client: Client, anna: Answer, store: Store, verb: str) -> None:
    """An id that nobody has is passed over, and the others are served."""
    bert = client.sign_in("bert")

    answer = wish(client, verb, anna, ids=[str(uuid.uuid4()), bert.user_id, str(uuid.uuid4())])

    assert answer.body == {}
    assert {row["friend_id"] for row in store.rows("FriendsTable")} <= {anna.user_id, bert.user_id}
    assert states(client, anna) == {"add": {"bert": SENT}, "delete": {}, "block": {"bert": BLOCKED}}[verb]


@REAL_ENGINES
def test_many_at_once(client: Client, anna: Answer, store: Store) -> None:
    """All users that fit one request are invited, accepted and removed in one go."""
    others = [client.sign_in(f"player-{number:02}") for number in range(20)]

    do(client, "add", anna, *others)
    for other in others:
        do(client, "add", other, anna)

    assert client.get_account(anna).body["user"]["edge_count"] == 20
    check(store)
    do(client, "delete", anna, *others)
    assert store.rows("FriendsTable") == []
    check(store)


@pytest.mark.parametrize("route", ["GET /v2/friend", "POST /v2/friend", "DELETE /v2/friend", "POST /v2/friend/block"])
def test_session_is_required(client: Client, anna: Answer, route: str) -> None:
    """Every route wants a session that is in force, even where nobody is named or a name is wrong."""
    assert client.call(route, query={"ids": "nobody"}).error == (401, 16, "Auth token required")
    client.logout(anna)
    assert client.call(route, headers=bearer(anna)).error == (401, 16, "Auth token invalid")


@REAL_ENGINES
def test_many_friends_in_few_requests(client: Client, anna: Answer, aws: Aws, store: Store) -> None:
    """Friendships change 33 at a time, and those that are as they should be are only read."""
    others = [client.sign_in(f"player-{number}").user_id for number in range(40)]
    friends_now = Wish(anna.user_id, befriend)
    aws.asked.clear()

    friends.change(friends_now, others)
    first = [asked.operation for asked in aws.asked]
    aws.asked.clear()
    friends.change(friends_now, others)

    assert first == ["BatchGetItem", "TransactWriteItems"] * 2
    assert [asked.operation for asked in aws.asked] == ["BatchGetItem"] * 2
    assert client.get_account(anna).body["user"]["edge_count"] == 40
    check(store)
