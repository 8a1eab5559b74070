"""How much of friends one account may have and ask for, and what that costs at most."""

import json
from typing import Any

import pytest

from symbolon.accounts import lifecycle
from symbolon.friends import importing
from symbolon.settings.limits import Limits
from tests.conftest import SETTINGS
from tests.helpers.players.client import Answer, Client
from tests.helpers.players.friends import check, do, states, wish
from tests.helpers.service.clock import Clock
from tests.helpers.service.process import restart
from tests.helpers.service.real_engines import REAL_ENGINES
from tests.helpers.service.store import Store

SENT, FRIEND, BLOCKED = 1, 0, 3


@pytest.fixture
def limit(monkeypatch: pytest.MonkeyPatch) -> Any:  # noqa: ANN401 (a function of keywords)
    """Give a function that sets limits."""

    def change(**limits: int) -> None:
        monkeypatch.setenv("SETTINGS", json.dumps(SETTINGS | {"limits": limits}))
        restart()

    return change


@pytest.fixture
def anna(client: Client) -> Answer:
    """Give Anna's session."""
    return client.sign_in("anna")


def players(client: Client, number: int) -> list[Answer]:
    """Sign in so many others."""
    return [client.sign_in(f"player-{at}") for at in range(number)]


def test_open_invites_are_limited(client: Client, anna: Answer, limit: Any, clock: Clock) -> None:  # noqa: ANN401
    """So many invites wait for an answer, others are refused until one was answered or taken back; no time helps."""
    limit(account_open_invites=3)
    first, *others = players(client, 4)
    do(client, "add", anna, first, *others[:2])

    refused = wish(client, "add", anna, ids=others[2].user_id)
    clock.advance(3000)

    assert refused.error[:2] == (429, 8)
    assert refused.error[2].startswith("You have too many invites that nobody has answered")
    assert "retry-after" not in refused.headers
    assert wish(client, "add", anna, ids=others[2].user_id).status == 429
    do(client, "add", first, anna)
    do(client, "add", anna, others[2])
    assert states(client, anna) == {"player-0": FRIEND, "player-1": SENT, "player-2": SENT, "player-3": SENT}


def test_a_request_fills_what_room_there_is(client: Client, anna: Answer, limit: Any) -> None:  # noqa: ANN401
    """Of several invites at once those are made for which there is room, and no more."""
    limit(account_open_invites=2)

    refused = wish(client, "add", anna, ids=[other.user_id for other in players(client, 4)])

    assert refused.status == 429
    assert len(states(client, anna)) == 2


def test_entries_are_limited(client: Client, anna: Answer, limit: Any) -> None:  # noqa: ANN401
    """Friends, invites and blocks together are limited; what others send is not counted, and cannot fill the list."""
    limit(account_entries=2)
    one, two, three, four = players(client, 4)
    for other in (three, four):
        do(client, "add", other, anna)
    do(client, "block", anna, one)
    do(client, "add", anna, two)

    refused = wish(client, "add", anna, ids=three.user_id)

    assert refused.error == (429, 8, "You have too many friends, invites and blocks; remove some first.")
    do(client, "delete", anna, one)
    do(client, "add", anna, three)
    assert states(client, anna)["player-2"] == FRIEND


def test_invites_to_one_account_are_limited(client: Client, anna: Answer, limit: Any) -> None:  # noqa: ANN401
    """Nobody is buried in invites: beyond so many, the one who invites is told."""
    limit(account_received_invites=2)
    one, two, three = players(client, 3)
    do(client, "add", one, anna)
    do(client, "add", two, anna)

    refused = wish(client, "add", three, ids=anna.user_id)

    assert refused.error == (429, 8, "A user whom you name has too many invites to answer.")
    do(client, "add", anna, one)
    do(client, "add", three, anna)


def test_changes_of_an_hour_are_limited(client: Client, anna: Answer, limit: Any, clock: Clock) -> None:  # noqa: ANN401
    """Inviting and taking back, again and again, ends for an hour; others go on."""
    limit(account_changes_per_hour=20)
    others = [other.user_id for other in players(client, 8)]
    answers = [wish(client, verb, anna, ids=others) for verb in ("add", "delete", "add")]

    assert [answer.status for answer in answers] == [200, 200, 429]
    assert answers[-1].error[2].startswith("Too many changes of friends. Try again in")
    assert 0 < int(answers[-1].headers["retry-after"]) <= 3600
    assert wish(client, "delete", client.sign_in("player-0"), ids=anna.user_id).status == 200
    clock.advance(3601)
    assert wish(client, "add", client.sign_in("anna"), ids=others[0]).status == 200


@REAL_ENGINES
def test_dearest_request(client: Client, anna: Answer, store: Store, log: Any) -> None:  # noqa: ANN401
    """As many invites as a request may name write a little over a hundred units, and one more name writes nothing."""
    others = [other.user_id for other in players(client, 21)]
    restart()
    log()

    assert wish(client, "add", anna, ids=others).error == (400, 3, "At most 20 users can be named at once.")
    assert store.rows("FriendsTable") == []
    assert wish(client, "add", anna, ids=others[:20]).status == 200

    assert 100 <= log()[-1]["write_units"] <= 125
    check(store)


def test_import_stops_when_the_list_is_full(client: Client, anna: Answer, store: Store) -> None:
    """An import makes as many friends as there is room for, and does not fail."""
    for at, other in enumerate(players(client, 4)):
        store.put_identity(f"steam#{at}", other.user_id)
    wanted = importing.wish(anna.user_id, "steam", Limits(account_entries=2))

    importing.make_friends(wanted, "steam", [str(at) for at in range(4)])

    assert list(states(client, anna).values()) == [FRIEND, FRIEND]
    check(store)


def test_friends_whose_lists_are_full_are_passed_over(client: Client, anna: Answer, store: Store) -> None:
    """One full list among many keeps nobody else from an import."""
    first, *others = players(client, 4)
    do(client, "block", first, *others)
    for at, other in enumerate([first, *others]):
        store.put_identity(f"steam#{at}", other.user_id)
    wanted = importing.wish(anna.user_id, "steam", Limits(account_entries=3))

    importing.make_friends(wanted, "steam", [str(at) for at in range(4)])

    assert states(client, anna) == {"player-1": FRIEND, "player-2": FRIEND, "player-3": FRIEND}


def test_import_that_takes_long_ends(
    client: Client, anna: Answer, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An import that full lists make slow ends in time, and the next one goes on."""
    monkeypatch.setattr(importing, "PATIENCE_SECONDS", -1.0)
    monkeypatch.setattr("symbolon.friends.friends.MOST_AT_ONCE", 2)
    for at, other in enumerate(players(client, 5)):
        store.put_identity(f"steam#{at}", other.user_id)
    wanted = importing.wish(anna.user_id, "steam", Limits())

    importing.make_friends(wanted, "steam", [str(at) for at in range(5)])
    assert len(states(client, anna)) == 2

    monkeypatch.setattr(importing, "PATIENCE_SECONDS", 10.0)
    importing.make_friends(wanted, "steam", [str(at) for at in range(5)])
    assert len(states(client, anna)) == 5


def test_a_full_list_keeps_no_other_invite(client: Client, anna: Answer, limit: Any) -> None:  # noqa: ANN401
    """Of several users at once one who takes no more invites is told of, when all others are invited."""
    limit(account_received_invites=1)
    full, *others = players(client, 4)
    do(client, "add", others[0], full)

    refused = wish(client, "add", anna, ids=[other.user_id for other in (full, *others)])

    assert refused.error == (429, 8, "A user whom you name has too many invites to answer.")
    assert states(client, anna) == {"player-1": SENT, "player-2": SENT, "player-3": SENT}


def test_deletion_that_takes_long_goes_on(
    client: Client, anna: Answer, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each request forgets a part where there is much to be forgotten, so that it ends, and none takes too long."""
    monkeypatch.setattr(lifecycle, "PATIENCE_SECONDS", -1.0)
    monkeypatch.setattr("symbolon.friends.friends.MOST_AT_ONCE", 2)
    do(client, "add", anna, *players(client, 5))

    answers: list[Answer] = []
    while not answers or (answers[-1].status == 429 and len(answers) < 20):
        answers.append(client.delete_account(anna))

    assert answers[-1].status == 200
    assert len(answers) > 1
    assert answers[0].error == (429, 8, lifecycle.UNDER_WAY)
    assert answers[0].headers["retry-after"] == "1"
    assert store.rows("FriendsTable") == []
