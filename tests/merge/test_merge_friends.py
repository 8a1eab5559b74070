"""Friendships when two accounts become one: all of them follow, and nobody sees a part."""

import itertools
from collections.abc import Callable

import pytest

from local.audit.audit import Pace, audit
from symbolon.friends import moving
from symbolon.friends.friendship import FRIENDS, NOTHING, Pair, State
from symbolon.friends.moves import combined
from tests.helpers.players.client import Answer, Client
from tests.helpers.players.friends import POSSIBLE, check, do, listing, make_friends, states
from tests.helpers.players.merging import Twins, merged
from tests.helpers.players.operator import Operator
from tests.helpers.service.store import Store

PAIRS = [Pair(*(None if side is None else State(side) for side in pair)) for pair in POSSIBLE]
Name = Callable[[str], Answer]


@pytest.fixture
def name(client: Client) -> Name:
    """Give a function that gives a session of the player with that name."""
    return client.sign_in


def test_friends_follow(client: Client, twins: Twins, store: Store, name: Name) -> None:
    """Friends, invites and blocks of the merged account are the kept one's, and each of them sees that one."""
    bert, cleo, dora, emil = map(name, ("bert", "cleo", "dora", "emil"))
    make_friends(client, twins.old, bert)
    do(client, "add", twins.old, cleo)
    do(client, "add", dora, twins.old)
    do(client, "block", twins.old, emil)
    make_friends(client, twins.new, dora)

    answer = merged(client, twins.new, twins.ticket)

    assert states(client, answer) == {"bert": 0, "cleo": 1, "dora": 0, "emil": 3}
    assert states(client, bert) == states(client, dora) == {"anna_new": 0}
    assert states(client, cleo) == {"anna_new": 2}
    check(store)


def test_block_by_a_stranger(client: Client, twins: Twins, name: Name) -> None:
    """Somebody's block of an account that had nothing to do with that one stays with the old id, and is no damage."""
    emil = name("emil")
    do(client, "block", emil, twins.old)

    merged(client, twins.new, twins.ticket)

    assert states(client, emil) == {"anna_old": 3}
    assert list(audit(Pace(pause_seconds=0))) == []


@pytest.mark.parametrize("wishes", ["old add", "new add", "old add, new add", "old block", "new block"])
def test_own_accounts_as_friends(client: Client, twins: Twins, store: Store, wishes: str) -> None:
    """Nobody is in the own list who was a friend of the own other account, had asked it, or had blocked it."""
    both = {"old": (twins.old, twins.new), "new": (twins.new, twins.old)}
    for who, verb in map(str.split, wishes.split(", ")):
        do(client, verb, *both[who])

    assert states(client, merged(client, twins.new, twins.ticket)) == {}
    assert store.rows("FriendsTable") == []
    check(store)


def test_what_two_are_to_each_other_afterwards() -> None:
    """Whatever both accounts are to a third, what is left is possible; no block is lost and no friend."""
    for there, moved in itertools.product([NOTHING, *PAIRS], repeat=2):
        after = combined(there, moved)

        assert after in [NOTHING, *PAIRS]
        if State.BLOCKED in (*there, *moved):
            assert (after.own is State.BLOCKED) == (State.BLOCKED in (there.own, moved.own))
            assert (after.other is State.BLOCKED) == (State.BLOCKED in (there.other, moved.other))
        elif FRIENDS in (there, moved):
            assert after == FRIENDS


def test_many_friends(client: Client, twins: Twins, store: Store) -> None:
    """More friends than one transaction takes follow as well."""
    others = [client.sign_in(f"player{number}") for number in range(20)]
    for other in others:
        make_friends(client, twins.old, other)

    answer = merged(client, twins.new, twins.ticket)

    assert set(states(client, answer).values()) == {0}
    assert len(states(client, answer)) == 20
    check(store)


def test_going_on(client: Client, twins: Twins, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the friends could not follow at once, whoever asks for them gets all of them, and counts all of them."""
    bert = client.sign_in("bert")
    make_friends(client, twins.old, bert)
    with monkeypatch.context() as patched:
        patched.setattr(moving, "complete", lambda _user: None)
        answer = merged(client, twins.new, twins.ticket)
    assert states(client, bert) == {"anna_old": 0}

    assert states(client, answer) == {"bert": 0}
    assert states(client, bert) == {"anna_new": 0}
    assert client.get_account(answer).body["user"]["edge_count"] == 1
    check(store)


def test_undo(client: Client, twins: Twins, store: Store, name: Name) -> None:
    """An operator's undo gives each account its own friends back, but for what was changed since."""
    bert, cleo, dora = map(name, ("bert", "cleo", "dora"))
    for friend in (bert, cleo):
        make_friends(client, twins.old, friend)
    make_friends(client, twins.new, dora)
    do(client, "add", twins.new, bert)
    answer = merged(client, twins.new, twins.ticket)
    do(client, "delete", answer, cleo)
    operator = Operator()
    [entry] = [one for one in operator.log(user=twins.new.user_id) if one["action"] == "merge"]

    assert operator.undo(entry["entry"]).status == 200

    assert states(client, client.sign_in("anna_old")) == {"bert": 0}
    assert states(client, client.sign_in("anna_new")) == {"dora": 0, "bert": 1}
    assert listing(client, cleo).body == {}
    check(store)
