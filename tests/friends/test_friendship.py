"""What becomes of two users' edges: for every pair of states, possible or not, and every wish."""

import itertools

import pytest

from symbolon.friends.friendship import (
    FRIENDS,
    NOTHING,
    Pair,
    Rule,
    State,
    befriend,
    block,
    forget,
    invite,
    remove,
    start_over,
)

STATES = [None, *State]
ALL = [Pair(own, other) for own, other in itertools.product(STATES, STATES)]
INVITED, ASKED = Pair(State.INVITE_SENT, State.INVITE_RECEIVED), Pair(State.INVITE_RECEIVED, State.INVITE_SENT)
BLOCKING, BLOCKED = Pair(State.BLOCKED, None), Pair(None, State.BLOCKED)
BOTH_BLOCK = Pair(State.BLOCKED, State.BLOCKED)
POSSIBLE = [NOTHING, INVITED, ASKED, FRIENDS, BLOCKING, BLOCKED, BOTH_BLOCK]


@pytest.mark.parametrize(
    ("rule", "outcomes"),
    [
        (invite, [INVITED, INVITED, FRIENDS, FRIENDS, BLOCKING, BLOCKED, BOTH_BLOCK]),
        (befriend, [FRIENDS, FRIENDS, FRIENDS, FRIENDS, BLOCKING, BLOCKED, BOTH_BLOCK]),
        (block, [BLOCKING, BLOCKING, BLOCKING, BLOCKING, BLOCKING, BOTH_BLOCK, BOTH_BLOCK]),
        (remove, [NOTHING, NOTHING, NOTHING, NOTHING, NOTHING, BLOCKED, BLOCKED]),
        (start_over, [NOTHING, NOTHING, NOTHING, NOTHING, BLOCKING, BLOCKED, BOTH_BLOCK]),
        (forget, [NOTHING] * 7),
    ],
)
def test_outcome_of_a_wish(rule: Rule, outcomes: list[Pair]) -> None:
    """Each wish has one outcome for each of the seven pairs that there can be."""
    assert [rule(pair) for pair in POSSIBLE] == outcomes


@pytest.mark.parametrize("rule", [invite, befriend, block, remove, start_over, forget])
def test_wish_twice(rule: Rule) -> None:
    """Wishing the same again changes nothing."""
    assert all(rule(rule(pair)) == rule(pair) for pair in ALL)


@pytest.mark.parametrize("rule", [block, remove, forget])
def test_broken_pair_is_mended(rule: Rule) -> None:
    """Edges that do not fit together, as after a restore of one table, fit again after a block or a removal."""
    assert {rule(pair) for pair in ALL} <= set(POSSIBLE)


@pytest.mark.parametrize("rule", [invite, befriend])
def test_half_a_friendship_is_mended(rule: Rule) -> None:
    """An edge without its counterpart becomes an invite or a friendship when one of the two asks again."""
    assert {rule(pair) for pair in ALL if State.BLOCKED not in pair} <= {INVITED, FRIENDS}
