"""Refreshes whose answers were lost or came late: nobody is signed out by them, and a thief still is."""

from itertools import pairwise

import pytest

from symbolon.sessions.history import MOST_RUNS
from tests.conftest import Configure, Log
from tests.helpers.players.client import Answer, Client, claims_of
from tests.helpers.service.aws import Aws
from tests.helpers.service.clock import Clock
from tests.helpers.service.store import Store

INVALID = (401, 16, "Refresh token invalid or expired.")
GRACE = 30
DAY = 24 * 3600


def exchange(client: Client, session: Answer, times: int, **body: object) -> list[Answer]:
    """Refresh that often, each time with the latest token; give the session and the answers, in order."""
    answers = [session]
    for _ in range(times):
        answers.append(client.refresh(answers[-1].refresh_token, **body))
        assert answers[-1].status == 200
    return answers


@pytest.mark.parametrize("later", [GRACE + 1, 1700, DAY, 29 * DAY])
def test_answer_that_was_lost(client: Client, clock: Clock, log: Log, later: float) -> None:
    """A token whose successor nobody has refreshed with gets it again, however much later, and it goes on working."""
    session = client.authenticate("device", id="1234567890", vars={"a": "1"})
    lost = client.refresh(session.refresh_token, vars={"b": "2"})
    clock.advance(later)

    again = client.refresh(session.refresh_token)

    assert again.refresh_token == lost.refresh_token
    assert again.claims["vrs"] == {"b": "2"}
    assert client.get_account(again).status == client.refresh(again.refresh_token).status == 200
    assert not any(line["events"] for line in log() if line["verb"] == "refresh")


def test_lost_answer_comes_letter_for_letter(client: Client, clock: Clock) -> None:
    """While the session token of the lost answer is good for long, it is the same one too."""
    session = client.sign_in("anna")
    lost = client.refresh(session.refresh_token)
    clock.advance(GRACE + 1)

    assert client.refresh(session.refresh_token).body == lost.body


def test_session_token_of_a_late_answer_is_good(client: Client, clock: Clock) -> None:
    """Once half of its time is over, a new session token comes with the same refresh token."""
    session = client.sign_in("anna")
    client.refresh(session.refresh_token)
    clock.advance(DAY)

    again = client.refresh(session.refresh_token)

    assert again.claims["exp"] == pytest.approx(clock.now() + 3600, abs=2)


def test_game_that_keeps_the_token_of_its_sign_in(client: Client, clock: Clock) -> None:
    """A game that stores the refresh token at sign-in alone stays signed in as long as that token lives."""
    session = client.sign_in("anna")

    for _ in range(29):
        clock.advance(DAY)
        assert client.get_account(client.refresh(session.refresh_token)).status == 200


def test_thief_of_a_token_is_noticed_all_the_same(client: Client, clock: Clock, log: Log) -> None:
    """Who stole a token gets the successor that its owner has; when both have gone on from it, the session ends."""
    session = client.sign_in("anna")
    owners = client.refresh(session.refresh_token)
    clock.advance(DAY)
    thiefs = client.refresh(session.refresh_token)
    client.refresh(client.refresh(owners.refresh_token).refresh_token)
    clock.advance(GRACE + 1)
    log()

    assert client.refresh(thiefs.refresh_token).error == INVALID
    assert [line["events"] for line in log()] == [["RefreshTokensReused"]]


@pytest.mark.parametrize("times", [11, 14, 100])
def test_each_of_many_in_the_window_has_its_successor(client: Client, times: int) -> None:
    """However often a session is refreshed within the window, each of its tokens gets its own successor again."""
    answers = exchange(client, client.sign_in("anna"), times)

    for before, after in pairwise(answers):
        assert client.refresh(before.refresh_token).body == after.body


def test_many_in_the_window_that_change_the_vars(client: Client, clock: Clock, log: Log) -> None:
    """Where each refresh brings other vars, one that was overtaken gets its successor or the latest."""
    answers = [client.sign_in("anna")]
    for number in range(MOST_RUNS + 4):
        clock.advance(1)
        answers.append(client.refresh(answers[-1].refresh_token, vars={"n": str(number)}))

    for before, after in pairwise(answers):
        assert client.refresh(before.refresh_token).body in (after.body, answers[-1].body)
    assert not any(line["events"] for line in log() if line["verb"] == "refresh")


@pytest.mark.parametrize("rhythm", [(0, 1), (0, 60), (0.3, 1), (0.3, 60), (2, 1)])
def test_memory_is_bounded(client: Client, store: Store, clock: Clock, rhythm: tuple[float, int]) -> None:
    """However often a session is refreshed within the window, with however many vars, its item stays small."""
    answer, (pause, variants) = client.sign_in("anna"), rhythm
    for number in range(60):
        clock.advance(pause)
        answer = client.refresh(answer.refresh_token, vars={"n": str(number % variants)})

    assert len(store.rows("SessionsTable")[0]["history"]) <= MOST_RUNS


def test_blurred_exchanges_grow_old(client: Client, clock: Clock, log: Log) -> None:
    """What has no room of its own is forgotten after the window too, while refreshes go on: its reuse is a theft."""
    answers = [client.sign_in("anna")]
    for number in range(60):
        clock.advance(1)
        answers.append(client.refresh(answers[-1].refresh_token, vars={"n": str(number)}))
    log()

    assert client.refresh(answers[-GRACE // 2].refresh_token).status == 200
    assert client.refresh(answers[0].refresh_token).error == INVALID
    assert [line["events"] for line in log()] == [[], ["RefreshTokensReused"]]


def test_client_that_a_late_answer_threw_back(client: Client, clock: Clock) -> None:
    """A client that keeps the answer that came last, not the latest, is led back to the latest tokens, hours later."""
    answers = exchange(client, client.sign_in("anna"), 14)
    held_up = client.refresh(answers[1].refresh_token)
    clock.advance(4 * 3600)

    again = client.refresh(held_up.refresh_token)

    assert again.refresh_token == answers[-1].refresh_token
    assert client.get_account(again).status == client.refresh(again.refresh_token).status == 200


def test_way_back_ends_where_others_go_on(client: Client, clock: Clock) -> None:
    """Once the session has gone on, the token that a late answer brought is a used one like any other."""
    answers = exchange(client, client.sign_in("anna"), 5)
    held_up = client.refresh(answers[1].refresh_token)
    clock.advance(GRACE + 1)
    exchange(client, answers[-1], 1)

    assert client.refresh(held_up.refresh_token).error == INVALID


def test_way_back_is_for_the_late_answer_alone(client: Client, clock: Clock) -> None:
    """The token that got a late answer is no more than a used one after the window."""
    answers = exchange(client, client.sign_in("anna"), 5)
    client.refresh(answers[1].refresh_token)
    clock.advance(GRACE + 1)

    assert client.refresh(answers[1].refresh_token).error == INVALID


def test_database_s_answer_was_lost(client: Client, aws: Aws) -> None:
    """When the exchange was written and DynamoDB's answer lost, the repeated write recognises its own."""
    session = client.authenticate("device", id="1234567890", vars={"a": "1"})
    aws.overtake("UpdateItem", lambda: client.refresh(session.refresh_token, vars={"b": "2"}))

    after = client.refresh(session.refresh_token, vars={"b": "2"})

    assert after.claims["vrs"] == claims_of(after.refresh_token)["vrs"] == {"b": "2"}


def test_item_of_the_version_before(client: Client, store: Store, clock: Clock) -> None:
    """An item as the version before wrote it is read: its last exchange gives the successor, with its vars."""
    session = client.authenticate("device", id="1234567890", vars={"a": "1"})
    lost = client.refresh(session.refresh_token, vars={"b": "2"})
    [item] = store.rows("SessionsTable")
    store.put("SessionsTable", {name: value for name, value in item.items() if name != "latest_vars"})
    clock.advance(GRACE + 1)

    assert client.refresh(session.refresh_token).body == lost.body


@pytest.mark.parametrize("later", [0, GRACE + 1, DAY])
def test_single_use_switched_off(client: Client, configure: Configure, clock: Clock, later: float) -> None:
    """Without rotation, as in Nakama, a refresh token works until it expires, and so does each that it gave."""
    configure(refresh_rotation=False)
    session = client.sign_in("anna")
    first = client.refresh(session.refresh_token)
    clock.advance(later)

    second = client.refresh(session.refresh_token, vars={"a": "1"})

    assert second.claims["vrs"] == {"a": "1"}
    assert client.get_account(second).status == 200
    for answer in (session, first, second):
        assert client.refresh(answer.refresh_token).status == 200


def test_logout_without_rotation(client: Client, configure: Configure) -> None:
    """Where refresh tokens work many times, a logout still ends them all."""
    configure(refresh_rotation=False)
    session = client.sign_in("anna")
    after = client.refresh(session.refresh_token)
    client.logout(session, token=session.token, refresh_token=session.refresh_token)

    assert client.refresh(session.refresh_token).error == client.refresh(after.refresh_token).error == INVALID


def test_what_was_revoked_stays_so_without_rotation(client: Client, configure: Configure, store: Store) -> None:
    """Tokens of a session whose session token was revoked never outlive the item that says so."""
    configure(refresh_rotation=False)
    session = client.sign_in("anna")
    client.logout(session, token=session.token)
    [item] = store.rows("SessionsTable")
    store.put("SessionsTable", item | {"expires_at": item["expires_at"] - DAY})

    after = client.refresh(session.refresh_token)

    assert client.get_account(after).status == 401
    assert store.rows("SessionsTable")[0]["expires_at"] >= claims_of(after.refresh_token)["exp"]


def test_rotation_is_switched_on_again(client: Client, configure: Configure, clock: Clock) -> None:
    """Sessions go on when the setting changes, either way."""
    configure(refresh_rotation=True)
    rotated = client.refresh(client.sign_in("anna").refresh_token)
    configure(refresh_rotation=False)
    renewed = client.refresh(rotated.refresh_token)
    configure(refresh_rotation=True)
    clock.advance(DAY)

    assert client.refresh(renewed.refresh_token).status == 200
    assert client.refresh(rotated.refresh_token).status == 200


@pytest.mark.parametrize("wrong", ["true", 1, None, []])
def test_setting_is_true_or_false(client: Client, configure: Configure, log: Log, wrong: object) -> None:
    """Any other value is a mistake of the deployment, which the log names."""
    session = client.sign_in("anna")
    configure(refresh_rotation=wrong)
    log()

    assert client.refresh(session.refresh_token).status == 500
    assert log()[0]["detail"] == "settings: session.refresh_rotation must be true or false"
