"""Connections to providers that were kept and are dead: nobody is refused for it, and nobody waits for long."""

import time
from collections.abc import Callable
from dataclasses import replace

import pytest

from symbolon.internet.answers import Answer, Call
from symbolon.internet.connections import CONNECTIONS, MAX_IDLE_SECONDS, MAX_KEPT
from symbolon.internet.outbound import KEPT_SECONDS, Outbound
from tests.helpers.players.client import Client
from tests.helpers.providers.deaths import DEATHS, dying
from tests.helpers.providers.internet import APPLE, Internet
from tests.helpers.providers.replies import Reply, as_json
from tests.helpers.providers.ways import ASKING
from tests.helpers.service.clock import Clock

PLACE = f"{APPLE}/auth/keys"


def ask(**more: object) -> Answer:
    """Ask Apple for its keys, with more of the request."""
    return Outbound("Apple", [APPLE]).ask(Call(f"https://{PLACE}", **more))  # type: ignore[arg-type]


def timed(work: Callable[[], Answer]) -> float:
    """Give the seconds that a request takes which is served."""
    start = time.monotonic()
    assert work().status == 200
    return time.monotonic() - start


@pytest.mark.parametrize("death", DEATHS)
def test_dead_connection(internet: Internet, death: str) -> None:
    """A request over a dead connection is sent again over a new one, after a second at most."""
    internet.announce(PLACE, dying(lambda _: as_json({}), DEATHS[death]))
    ask()

    assert timed(ask) < KEPT_SECONDS + 1
    assert len({seen.connection for seen in internet.seen}) == 2


def test_connection_that_was_closed_meanwhile(internet: Internet) -> None:
    """A connection that the host has closed is not tried at all."""
    internet.announce(PLACE, Reply(raw=as_json({}).bytes()))
    ask()
    time.sleep(0.05)

    ask()

    assert len(internet.seen) == 2


@pytest.mark.parametrize("death", DEATHS)
def test_form_goes_over_a_new_connection(internet: Internet, death: str) -> None:
    """A form is never sent over a connection that was kept: it would be spent, or not, and nobody could tell."""
    internet.announce(PLACE, dying(lambda _: as_json({}), DEATHS[death]))
    ask()

    assert timed(lambda: ask(form={"code": "works-once"})) < 1
    assert len(internet.seen) == 2


@pytest.mark.parametrize("name", ASKING)
@pytest.mark.parametrize("death", DEATHS)
def test_sign_in_after_a_pause(client: Client, internet: Internet, name: str, death: str) -> None:
    """With every provider a player signs in though the instance's connections have died since the last one."""
    way = ASKING[name]
    way.announce(internet)
    for place, answer in internet.answers.items():
        internet.announce(place, dying(answer, DEATHS[death]))
    assert client.authenticate(way.provider, **way.credential()).status == 200

    assert client.authenticate(way.provider, **way.credential()).status == 200


def test_slow_host_is_given_the_rest_of_the_time(internet: Internet) -> None:
    """A host that answers late, and not only over a kept connection, is waited for over the new one."""
    internet.announce(PLACE, as_json({}))
    ask()
    internet.announce(PLACE, replace(as_json({}), delay=KEPT_SECONDS + 0.3))

    assert timed(ask) < 2 * KEPT_SECONDS + 1


def test_connection_that_idled_for_long(internet: Internet, clock: Clock) -> None:
    """A connection that nobody used for a minute is not used again."""
    internet.announce(PLACE, as_json({}))
    ask()
    clock.advance(MAX_IDLE_SECONDS + 1)

    ask()

    assert internet.seen[0].connection != internet.seen[1].connection


def test_connection_that_is_not_to_be_kept(internet: Internet) -> None:
    """A host that announces to close the connection gets a new one for the next request."""
    internet.announce(PLACE, Reply(raw=b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n{}"))

    assert ask().json() == ask().json() == {}
    assert len({seen.connection for seen in internet.seen}) == 2


def test_leftovers_are_nobody_s_answer(internet: Internet) -> None:
    """What a host sends beyond its answer is not taken for the answer to the next request."""
    replies = iter([Reply(raw=as_json({}).bytes() + as_json({"of": "nobody"}).bytes()), as_json({"my": "own"})])
    internet.announce(PLACE, lambda _: next(replies))
    ask()
    time.sleep(0.05)

    assert ask().json() == {"my": "own"}


def test_kept_connections_are_few(internet: Internet) -> None:
    """However many requests there were at once, no more than a handful of connections stay open."""
    internet.announce(PLACE, as_json({}))
    ask()
    connection = CONNECTIONS.take(APPLE)
    assert connection

    for _ in range(MAX_KEPT + 3):
        CONNECTIONS.give_back(APPLE, connection)

    assert len(CONNECTIONS._idle[APPLE]) == MAX_KEPT  # noqa: SLF001 (nobody else can tell)
