"""Providers that are down or slow: whoever signs in with them hears of it in time, and everybody else of nothing."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.helpers.players.client import Answer, Client
from tests.helpers.providers.credentials import Way
from tests.helpers.providers.internet import Internet
from tests.helpers.providers.replies import OUTAGES, SLOW
from tests.helpers.providers.ways import ASKING, WAYS
from tests.helpers.service import lambdas
from tests.helpers.service.aws import Aws
from tests.helpers.service.process import disconnect

WITHOUT_TABLES = Client(lambdas.invoke)
CALLS = {
    "apple": 0,
    "google": 0,
    "limited login": 0,
    "gamecenter": 0,
    "facebookinstantgame": 0,
    "steam": 1,
    "facebook": 2,
    "play games": 2,
    "discord": 1,
    "discord, a code": 2,
    **{name: way.calls for name, way in WAYS.items() if way.section},
}


def sign_in(way: Way, client: Client = WITHOUT_TABLES) -> Answer:
    """Sign in that way, with a credential of this moment."""
    return client.authenticate(way.provider, **way.credential())


@pytest.mark.parametrize("name", [name for name in ASKING if CALLS.get(name, 2)])
@pytest.mark.parametrize("outage", OUTAGES)
def test_provider_is_down(client: Client, internet: Internet, name: str, outage: str) -> None:
    """Whatever is wrong with a provider that is asked at each sign-in is 503, and never held against the player."""
    way = ASKING[name]
    way.announce(internet)
    internet.fail(way.host, OUTAGES[outage])

    assert sign_in(way, client).error == way.down


@pytest.mark.parametrize("name", ASKING)
def test_recovery_at_once(client: Client, internet: Internet, name: str) -> None:
    """The first sign-in after an outage is served, with the credential that was turned away before."""
    way = ASKING[name]
    way.announce(internet)
    credential = way.credential()
    internet.fail(way.host, OUTAGES["down"])
    during = client.authenticate(way.provider, **credential)

    internet.mend(way.host)

    assert during.error == way.down
    assert client.authenticate(way.provider, **credential).status == 200


def test_other_providers_are_not_affected(client: Client, internet: Internet) -> None:
    """While one provider is down, sign-ins with all others go on."""
    for way in WAYS.values():
        way.announce(internet)
    for name, way in ASKING.items():
        internet.fail(way.host, OUTAGES["down"])

        others = [other for other in WAYS.values() if other.provider != way.provider]
        assert [sign_in(other, client).status for other in others] == [200] * len(others), name

        internet.mend(way.host)


@pytest.mark.long
def test_slow_providers_hold_up_nobody(client: Client, internet: Internet, aws: Aws) -> None:
    """With all of them slow at the same moment each is given up within 5 seconds, and a device signs in meanwhile."""
    for way in ASKING.values():
        internet.fail(way.host, SLOW["late"])

    def timed(way: Way) -> tuple[tuple[int, int, str], float]:
        start = time.monotonic()
        error, seconds = sign_in(way, client).error, time.monotonic() - start
        disconnect(aws.url)  # this thread will end
        return error, seconds

    with ThreadPoolExecutor(len(ASKING)) as pool:
        waiting = {way: pool.submit(timed, way) for way in ASKING.values()}
        start = time.monotonic()
        client.sign_in("anna")
        device = time.monotonic() - start
        pending = sum(not future.done() for future in waiting.values())
        outcomes = {way: future.result() for way, future in waiting.items()}

    assert (device < 2, pending) == (True, len(ASKING))
    assert [error for error, _ in outcomes.values()] == [way.down for way in ASKING.values()]
    assert max(seconds for _, seconds in outcomes.values()) < 5


@pytest.mark.parametrize("name", CALLS)
def test_requests_of_a_sign_in(client: Client, internet: Internet, name: str) -> None:
    """What an instance has learnt it does not ask again: keys and certificates cost nothing from the second sign-in."""
    way = WAYS[name]
    way.announce(internet)
    sign_in(way, client)
    internet.seen.clear()

    assert sign_in(way, client).status == 200
    assert len(internet.seen) == CALLS[name]
