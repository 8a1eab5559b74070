"""Refresh tokens work once: parallel clients get the same successor, and a thief ends the session."""

import pytest

from tests.conftest import Configure, Log
from tests.helpers.players.client import Answer, Client
from tests.helpers.service.aws import Aws
from tests.helpers.service.clock import Clock
from tests.helpers.service.real_engines import ENGINES
from tests.helpers.service.store import Store

pytestmark = ENGINES
INVALID = (401, 16, "Refresh token invalid or expired.")
GRACE = 30


def refreshed(client: Client, times: int) -> list[Answer]:
    """Sign in and refresh that often, each time with the latest token; give the answers in order."""
    answers = [client.sign_in("anna")]
    for _ in range(times):
        answers.append(client.refresh(answers[-1].refresh_token))
    return answers


def reused(log: Log) -> int:
    """Count the security events that were logged."""
    return sum("RefreshTokensReused" in line for line in log())


def test_parallel_clients_get_the_same_successor(client: Client, clock: Clock) -> None:
    """Within the grace window a used token gets the very tokens that its first use got."""
    session = client.sign_in("anna")
    first = client.refresh(session.refresh_token)
    clock.advance(GRACE - 1)

    assert client.refresh(session.refresh_token).body == first.body
    assert client.refresh(first.refresh_token).status == 200


def test_each_token_in_the_window_has_its_successor(client: Client) -> None:
    """When a session is refreshed several times within the window, each of its tokens still gets its own successor."""
    first = client.sign_in("anna")
    second = client.refresh(first.refresh_token)
    third = client.refresh(second.refresh_token)

    assert client.refresh(first.refresh_token).body == second.body
    assert client.refresh(second.refresh_token).body == third.body


def test_reuse_ends_the_session(client: Client, clock: Clock, log: Log) -> None:
    """After the window the use of an old token is a theft: all tokens of the session are refused from then on."""
    session, after, latest = refreshed(client, 2)
    clock.advance(GRACE + 1)
    log()

    assert client.refresh(session.refresh_token).error == INVALID

    assert reused(log) == 1
    assert client.refresh(after.refresh_token).error == client.refresh(latest.refresh_token).error == INVALID
    assert client.get_account(session).status == client.get_account(latest).status == 401


def test_reuse_is_a_security_event_once(client: Client, clock: Clock, log: Log) -> None:
    """The event is a warning with the user's id, counted as a metric; later attempts on the dead session are not."""
    session = refreshed(client, 2)[0]
    clock.advance(GRACE + 1)
    log()

    client.refresh(session.refresh_token)
    [line] = log()
    client.refresh(session.refresh_token)

    assert (line["level"], line["events"], line["user_id"]) == ("WARNING", ["RefreshTokensReused"], session.user_id)
    assert line["RefreshTokensReused"] == [1.0]
    assert reused(log) == 0


def test_reuse_leaves_other_sessions_alone(client: Client, clock: Clock) -> None:
    """Only the session whose token was used twice ends."""
    stolen, other = refreshed(client, 2)[0], client.sign_in("anna")
    clock.advance(GRACE + 1)
    client.refresh(stolen.refresh_token)

    assert client.get_account(other).status == 200
    assert client.refresh(other.refresh_token).status == 200


def test_no_window(client: Client, configure: Configure, log: Log) -> None:
    """With a grace of 0 seconds the second use of a token whose successor was used is a theft at once."""
    configure(refresh_grace_sec=0)
    session, after, latest = refreshed(client, 2)

    assert client.refresh(after.refresh_token).body == latest.body
    assert client.refresh(session.refresh_token).error == INVALID
    assert client.refresh(latest.refresh_token).error == INVALID
    assert reused(log) == 1


@pytest.mark.parametrize("again", [{}, {"b": "3"}])
def test_same_successor_has_the_vars_of_the_first_use(client: Client, again: dict[str, str]) -> None:
    """Who comes second within the window gets the first one's variables, so that the tokens are the same."""
    session = client.authenticate("device", id="1234567890", vars={"a": "1"})
    first = client.refresh(session.refresh_token, vars={"b": "2"})

    assert client.refresh(session.refresh_token, vars=again).body == first.body


def test_exchanges_are_remembered_for_the_window(client: Client, store: Store, clock: Clock) -> None:
    """A session is one item, which forgets exchanges that are past the window."""
    session = refreshed(client, 3)[-1]
    clock.advance(GRACE + 1)
    client.refresh(session.refresh_token)

    [item] = store.rows("SessionsTable")
    assert item["rotation"] == 4
    assert [entry["rotation"] for entry in item["history"]] == [3]


def test_two_that_read_before_either_wrote(client: Client, aws: Aws, log: Log) -> None:
    """Of two refreshes that race, the one that comes second to the write gets the successor of the first."""
    session = client.sign_in("anna")
    answers = []
    aws.overtake("UpdateItem", lambda: answers.append(client.refresh(session.refresh_token, vars={"b": "2"})))

    answers.append(client.refresh(session.refresh_token, vars={"c": "3"}))

    assert [answer.status for answer in answers] == [200, 200]
    assert answers[0].body == answers[1].body
    assert reused(log) == 0


@pytest.mark.parametrize("both", [True, False])
def test_logout_between_read_and_write(client: Client, aws: Aws, log: Log, *, both: bool) -> None:
    """A refresh that a logout overtakes gives no tokens, and is no theft."""
    session = client.sign_in("anna")
    tokens = {"refresh_token": session.refresh_token} | ({"token": session.token} if both else {})
    aws.overtake("UpdateItem", lambda: client.logout(session, **tokens))

    assert client.refresh(session.refresh_token).error == INVALID

    assert reused(log) == 0
    assert client.refresh(session.refresh_token).error == INVALID
