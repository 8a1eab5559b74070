"""Key sets while the provider is down: old keys go on, nobody is refused for it, and all is well at once afterwards."""

import pytest

from symbolon.errors import Unavailable
from symbolon.internet.outbound import Outbound
from symbolon.internet.publications import COOLDOWN_SECONDS
from symbolon.verification.keysets import KeySet
from tests.helpers.providers.id_tokens import APPLE_ID
from tests.helpers.providers.internet import APPLE, Internet
from tests.helpers.providers.replies import OUTAGES, Reply
from tests.helpers.service.clock import Clock

MINUTE, DAY = 60, 24 * 3600
DOWN = Reply(503)


@pytest.fixture
def keys() -> KeySet:
    """Give Apple's key set, of which nothing is known yet."""
    return KeySet(f"https://{APPLE_ID.keys_at}")


def find(keys: KeySet, kid: str = "1") -> bool:
    """Tell whether a key with this id is found; one that nobody has is not asked for here."""
    return keys.key(kid, "RS256", Outbound("Apple", [APPLE])) is not None


@pytest.mark.parametrize("outage", OUTAGES)
def test_first_fetch_that_fails(internet: Internet, keys: KeySet, outage: str) -> None:
    """Without any keys an outage of the provider is ours; the next request after it is served."""
    APPLE_ID.publish(internet)
    internet.fail(APPLE, OUTAGES[outage])

    with pytest.raises(Unavailable):
        find(keys)

    internet.mend(APPLE)
    assert find(keys)


@pytest.mark.parametrize("outage", OUTAGES)
def test_old_keys_serve_while_the_provider_is_down(internet: Internet, keys: KeySet, clock: Clock, outage: str) -> None:
    """Keys that have had their time are used on for a day when there are no newer ones, whatever the outage is like."""
    APPLE_ID.publish(internet)
    find(keys)
    internet.fail(APPLE, OUTAGES[outage])

    clock.advance(5 * MINUTE + DAY - 5)

    assert find(keys)


def test_old_keys_do_not_serve_for_ever(internet: Internet, keys: KeySet, clock: Clock) -> None:
    """After that day a key may have been withdrawn long ago, and nobody is let in with it."""
    APPLE_ID.publish(internet)
    find(keys)
    internet.fail(APPLE, DOWN)

    clock.advance(5 * MINUTE + DAY + 1)

    with pytest.raises(Unavailable):
        find(keys)


def test_renewal_that_fails_is_not_tried_by_everybody(internet: Internet, keys: KeySet, clock: Clock) -> None:
    """While old keys serve, one request in half a minute waits for the provider, and the first after it renews them."""
    APPLE_ID.publish(internet)
    find(keys)
    internet.fail(APPLE, DOWN)
    clock.advance(6 * MINUTE)

    for _ in range(5):
        find(keys)
    asked = internet.asked(APPLE)
    internet.mend(APPLE)
    clock.advance(31)
    find(keys)
    find(keys)

    assert (asked, internet.asked(APPLE)) == (2, 3)


def test_unknown_key_during_an_outage(internet: Internet, keys: KeySet, clock: Clock) -> None:
    """Nobody can tell then whether the key is forged or new: that is no refusal, and right soon afterwards."""
    APPLE_ID.publish(internet)
    find(keys)
    internet.fail(APPLE, DOWN)

    for _ in range(2):
        with pytest.raises(Unavailable):
            find(keys, "2")
    clock.advance(6 * MINUTE)
    with pytest.raises(Unavailable):
        find(keys, "2")

    APPLE_ID.publish(internet, "1", "2")
    internet.mend(APPLE)
    clock.advance(COOLDOWN_SECONDS + 1)
    assert find(keys, "2")


def test_search_that_failed_is_not_tried_by_everybody(internet: Internet, keys: KeySet, clock: Clock) -> None:
    """While a provider is down, tokens of unknown keys make it be asked once in ten seconds, and wait for nothing."""
    APPLE_ID.publish(internet)
    find(keys)
    internet.fail(APPLE, DOWN)

    pauses = []
    for number in range(5):
        with pytest.raises(Unavailable) as caught:
            find(keys, f"unknown {number}")
        pauses.append(caught.value.retry_after)

    assert internet.asked(APPLE) == 2
    assert pauses[1:] == [COOLDOWN_SECONDS] * 4
    assert find(keys)
    clock.advance(COOLDOWN_SECONDS + 1)
    with pytest.raises(Unavailable):
        find(keys, "2")
    assert internet.asked(APPLE) == 3
