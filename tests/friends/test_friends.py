"""Friendships in the tables: what overtakes a change, who is gone, and edges that were left behind."""

import uuid
from functools import partial

import pytest

from tests.helpers.players.client import Client
from tests.helpers.players.friends import Player, check, listing, wish
from tests.helpers.service.aws import Aws
from tests.helpers.service.real_engines import ENGINES
from tests.helpers.service.store import Store

pytestmark = ENGINES
FRIEND, SENT, _RECEIVED, BLOCKED = range(4)


@pytest.fixture
def anna(client: Client) -> Player:
    """Give a player."""
    return Player.new(client, "anna")


@pytest.fixture
def bert(client: Client) -> Player:
    """Give another player."""
    return Player.new(client, "bert")


def test_invites_that_cross(anna: Player, bert: Player, aws: Aws, store: Store) -> None:
    """Who invites somebody that has just done the same is a friend, once."""
    aws.overtake("TransactWriteItems", lambda: bert.add(anna))

    anna.add(bert)

    assert (anna.states, bert.states) == ({"bert": FRIEND}, {"anna": FRIEND})
    assert anna.edge_count == 1
    check(store)


def test_accept_that_a_block_overtakes(anna: Player, bert: Player, aws: Aws, store: Store) -> None:
    """An invite cannot be accepted any more when its sender has blocked."""
    anna.add(bert)
    aws.overtake("TransactWriteItems", lambda: anna.block(bert))

    bert.add(anna)

    assert (anna.states, bert.states) == ({"bert": BLOCKED}, {})
    check(store)


def test_block_that_an_accept_overtakes(anna: Player, bert: Player, aws: Aws, store: Store) -> None:
    """A block ends a friendship of a moment ago, and nobody counts it."""
    anna.add(bert)
    aws.overtake("TransactWriteItems", lambda: bert.add(anna))

    anna.block(bert)

    assert (anna.states, bert.states) == ({"bert": BLOCKED}, {})
    check(store)


def test_removal_that_a_block_overtakes(anna: Player, bert: Player, aws: Aws, store: Store) -> None:
    """Removing a friend does not lift the block that the friend has just made."""
    anna.befriend(bert)
    aws.overtake("TransactWriteItems", lambda: bert.block(anna))

    anna.delete(bert)

    assert (anna.states, bert.states) == ({}, {"anna": BLOCKED})
    check(store)


def test_invite_that_a_deletion_overtakes(anna: Player, bert: Player, aws: Aws, store: Store) -> None:
    """An invite to somebody who is gone by then is like one to nobody."""
    aws.overtake("TransactWriteItems", bert.delete_account)

    anna.add(bert)

    assert store.rows("FriendsTable") == []


def test_invite_by_somebody_who_is_gone(anna: Player, bert: Player, aws: Aws, store: Store) -> None:
    """An account that is deleted while it invites leaves no invite, and is told that it is gone."""
    aws.overtake("TransactWriteItems", anna.delete_account)

    answer = wish(anna.client, "add", anna.session, ids=bert.user_id)

    assert answer.error == (404, 5, "Account not found.")
    assert store.rows("FriendsTable") == []


def test_deletion_that_new_friends_overtake(anna: Player, bert: Player, aws: Aws, store: Store) -> None:
    """Friends and invites that come while an account is deleted go with it, and nobody counts them."""
    carl = Player.new(anna.client, "carl")

    def make_ties() -> None:
        anna.befriend(bert)
        carl.add(anna)

    aws.overtake("TransactWriteItems", make_ties)

    anna.delete_account()

    assert store.rows("FriendsTable") == []
    check(store)


def test_deleted_account_is_nobodys_friend(anna: Player, bert: Player, store: Store) -> None:
    """A deletion takes friendships and invites along for both sides, and what the account has blocked."""
    carl, dora, emil = (Player.new(anna.client, name) for name in ("carl", "dora", "emil"))
    anna.befriend(bert, carl)
    bert.befriend(carl)
    anna.add(dora)
    anna.block(emil)

    anna.delete_account()

    assert (bert.states, bert.edge_count) == ({"carl": FRIEND}, 1)
    assert len(store.rows("FriendsTable")) == 2
    check(store)


def test_account_that_was_blocked_is_deleted(anna: Player, bert: Player, store: Store) -> None:
    """Whom one has blocked disappears from the list once the account is gone, and then from the table."""
    bert.block(anna)

    anna.delete_account()

    assert bert.states == {}
    assert store.rows("FriendsTable") == []


def test_edges_that_were_left_behind(anna: Player, bert: Player, store: Store) -> None:
    """A friend whose account is gone, as after a crash, is not shown, and then neither stored nor counted."""
    gone = [str(uuid.uuid4()) for _ in range(3)]
    anna.befriend(bert)
    store.put_edge(anna.user_id, gone[0], FRIEND)
    store.put_edge(gone[0], anna.user_id, FRIEND)
    store.put_edge(anna.user_id, gone[1], SENT)
    store.put_edge(anna.user_id, gone[2], BLOCKED)
    store.set_user(anna.user_id, edge_count=2, entries=4, invites_sent=1)

    page = listing(anna.client, anna.session, limit="1").body

    assert [entry["user"]["username"] for entry in page["friends"]] == ["bert"]
    assert "cursor" not in page
    check(store)


def test_list_while_nothing_can_be_written(anna: Player, bert: Player, aws: Aws, store: Store) -> None:
    """What was left behind does not keep anybody from seeing the rest, though it cannot be removed."""
    anna.befriend(bert)
    store.put_edge(anna.user_id, str(uuid.uuid4()), BLOCKED)
    for _ in range(3):
        aws.refuse("TransactWriteItems", "InternalServerError", 500)

    assert anna.states == {"bert": FRIEND}


def test_edge_without_its_counterpart(anna: Player, bert: Player, store: Store) -> None:
    """Edges that do not fit together, as after a restore of one table, are removed and made anew like others."""
    store.put_edge(anna.user_id, bert.user_id, FRIEND)
    store.set_user(anna.user_id, edge_count=1, entries=1)

    anna.delete(bert)
    assert store.rows("FriendsTable") == []
    check(store)

    store.put_edge(bert.user_id, anna.user_id, SENT)
    store.set_user(bert.user_id, entries=1, invites_sent=1)
    anna.add(bert)
    assert (anna.states, bert.states) == ({"bert": FRIEND}, {"anna": FRIEND})
    check(store)


def test_one_that_others_change_does_not_hold_up_the_rest(anna: Player, aws: Aws, store: Store) -> None:
    """Of several friends at once, those that nobody else changes are made though one keeps changing."""
    others = [Player.new(anna.client, f"player-{number}") for number in range(3)]
    aws.overtake("TransactWriteItems", lambda: others[1].add(anna))
    aws.overtake("TransactWriteItems", lambda: None)  # the one of the line above
    aws.overtake("TransactWriteItems", lambda: others[1].delete(anna))

    anna.add(*others)

    assert anna.states == {"player-0": SENT, "player-1": SENT, "player-2": SENT}
    check(store)


def test_friendship_that_changes_all_the_time(anna: Player, bert: Player, aws: Aws) -> None:
    """A change that is overtaken again and again gives up, with an error that says to try again."""
    for change in [bert.add, bert.delete] * 4:
        aws.overtake("TransactWriteItems", partial(change, anna))
        aws.overtake("TransactWriteItems", lambda: None)  # the one of the line above

    answer = wish(anna.client, "add", anna.session, ids=bert.user_id)

    assert answer.error == (503, 14, "The friendship is being changed by others.")
