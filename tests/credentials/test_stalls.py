"""Providers that keep everybody waiting: after a few waits in vain an instance asks them no more for a while."""

import time

import pytest

from symbolon.errors import Unavailable
from symbolon.internet.answers import Call
from symbolon.internet.outbound import Outbound
from symbolon.internet.stalls import IN_VAIN, STALLS
from tests.helpers.providers.internet import APPLE, GRAPH, Internet
from tests.helpers.providers.replies import OUTAGES, SLOW, as_json
from tests.helpers.service.clock import Clock

PLACE = f"{APPLE}/auth/keys"


def ask(host: str = APPLE, seconds: float = 1.05) -> int:
    """Ask for something, and give the status, or 0 when the host is not available."""
    try:
        return Outbound("Apple", [host], seconds).ask(Call(f"https://{host}/auth/keys")).status
    except Unavailable:
        return 0


def stall(internet: Internet) -> None:
    """Have Apple keep everybody waiting until it is left alone."""
    internet.fail(APPLE, SLOW["late"])
    for _ in range(IN_VAIN):
        assert ask() == 0


def test_stalled_host_is_left_alone(internet: Internet, clock: Clock) -> None:
    """Who asks for it then hears at once that it is not available, and when to come back; soon somebody tries again."""
    stall(internet)
    start = time.monotonic()
    with pytest.raises(Unavailable) as caught:
        Outbound("Apple", [APPLE]).ask(Call(f"https://{PLACE}"))

    assert time.monotonic() - start < 0.5
    assert caught.value.retry_after == 5
    assert internet.asked(APPLE) == IN_VAIN
    internet.mend(APPLE)
    internet.announce(PLACE, as_json({}))
    clock.advance(6)
    assert ask() == 200
    assert ask() == 200


@pytest.mark.long
def test_other_hosts_are_asked(internet: Internet) -> None:
    """A host that stalls is no reason to leave another one alone."""
    stall(internet)
    internet.announce(f"{GRAPH}/auth/keys", as_json({}))

    assert ask(GRAPH) == 200


@pytest.mark.long
def test_pause_grows(internet: Internet, clock: Clock) -> None:
    """As long as it stalls the pauses double, up to half a minute."""
    stall(internet)

    pauses = []
    for _ in range(5):
        pauses.append(STALLS.pause(APPLE))
        clock.advance(pauses[-1] + 1)
        assert ask() == 0
    assert pauses == [5, 10, 20, 30, 30]


@pytest.mark.parametrize("outage", ["down", "silent", "busy", "a page"])
def test_host_that_fails_at_once_is_asked_again(internet: Internet, outage: str) -> None:
    """A host that is down costs nobody's time, and is asked as before."""
    internet.fail(APPLE, OUTAGES[outage])
    for _ in range(2 * IN_VAIN):
        ask()
    internet.mend(APPLE)
    internet.announce(PLACE, as_json({}))

    assert ask() == 200


@pytest.mark.long
def test_answer_in_between_counts(internet: Internet) -> None:
    """Waits in vain are counted in a row: a host that answers now and then is asked."""
    internet.announce(PLACE, as_json({}))
    for _ in range(IN_VAIN):
        internet.fail(APPLE, SLOW["late"])
        ask()
        internet.mend(APPLE)
        assert ask() == 200


def test_short_wait_says_nothing(internet: Internet) -> None:
    """A request that had hardly any time left does not speak against the host."""
    internet.fail(APPLE, SLOW["late"])
    for _ in range(2 * IN_VAIN):
        ask(seconds=0.05)
    internet.mend(APPLE)
    internet.announce(PLACE, as_json({}))

    assert ask() == 200
