"""Key sets: fetched when they are needed, kept as long as the provider allows, and searched for new keys."""

from typing import Any

import pytest

from symbolon.errors import Unavailable
from symbolon.internet.outbound import Outbound
from symbolon.verification.keysets import KeySet, UnknownKeyId
from tests.helpers.providers.id_tokens import APPLE_ID
from tests.helpers.providers.internet import APPLE, Internet
from tests.helpers.providers.replies import as_json
from tests.helpers.service.clock import Clock

MINUTE, HOUR, DAY = 60, 3600, 24 * 3600


@pytest.fixture
def keys() -> KeySet:
    """Give Apple's key set, of which nothing is known yet."""
    return KeySet(f"https://{APPLE_ID.keys_at}")


def find(keys: KeySet, kid: str = "1") -> Any:  # noqa: ANN401 (only compared)
    """Give the numbers of the key with this id."""
    return keys.key(kid, "RS256", Outbound("Apple", [APPLE])).key.public_numbers()


def works(keys: KeySet, kid: str = "1") -> bool:
    """Tell whether a key with this id is found."""
    try:
        return find(keys, kid) is not None
    except UnknownKeyId:
        return False


def test_keys_are_fetched_once(internet: Internet, keys: KeySet) -> None:
    """The first use fetches the set, the next ones do not, for any key in it."""
    APPLE_ID.publish(internet, "1", "2")

    assert find(keys, "1") != find(keys, "2")
    assert internet.asked(APPLE) == 1


@pytest.mark.parametrize(
    "rule",
    [
        ("max-age=3600", HOUR),
        ("public, max-age=3600, must-revalidate", HOUR),
        ("max-age=1", 5 * MINUTE),
        ("no-store", 5 * MINUTE),
        ("max-age=soon", 5 * MINUTE),
        ("max-age=99999999999999999999", DAY),
        ("max-age=604800", DAY),
    ],
)
def test_keys_are_kept_as_long_as_is_allowed(
    internet: Internet, keys: KeySet, clock: Clock, rule: tuple[str, int]
) -> None:
    """Cache-Control says how long, between five minutes and a day."""
    allowed, kept_for = rule
    APPLE_ID.publish(internet, Cache_Control=allowed)
    find(keys)

    clock.advance(kept_for - 2)
    find(keys)
    in_time = internet.asked(APPLE)
    clock.advance(4)
    find(keys)

    assert (in_time, internet.asked(APPLE)) == (1, 2)


def test_new_key_is_found_at_once(internet: Internet, keys: KeySet) -> None:
    """A key id that the set has not makes it be fetched, however fresh it is, also for two rotations in a row."""
    APPLE_ID.publish(internet)
    find(keys)

    for kid in ("2", "3"):
        APPLE_ID.publish(internet, kid)
        assert works(keys, kid)

    assert not works(keys, "1")


def test_forged_key_ids_cost_one_fetch(internet: Internet, keys: KeySet, clock: Clock) -> None:
    """Unknown key ids drive one fetch in ten seconds, and known ones go on working meanwhile."""
    APPLE_ID.publish(internet)
    find(keys)

    forged = [works(keys, f"forged {number}") for number in range(20)]
    asked = internet.asked(APPLE)
    clock.advance(11)
    forged.append(works(keys, "forged again"))

    assert not any(forged)
    assert works(keys)
    assert (asked, internet.asked(APPLE)) == (2, 3)


def test_set_is_not_fetched_twice_for_one_request(internet: Internet, keys: KeySet) -> None:
    """A new instance that gets a forged key id has just fetched what there is."""
    APPLE_ID.publish(internet)

    assert not works(keys, "forged")
    assert internet.asked(APPLE) == 1


RSA = {"kty": "RSA", "kid": "odd", "use": "sig", "alg": "RS256"}


@pytest.mark.parametrize(
    "entry",
    [
        {"kty": "oct", "kid": "odd", "k": "c2VjcmV0"},
        APPLE_ID.jwk("odd") | {"use": "enc"},
        APPLE_ID.jwk("odd") | {"kid": 7},
        APPLE_ID.jwk("odd") | {"kty": "XYZ"},
        {name: value for name, value in APPLE_ID.jwk("odd").items() if name != "kid"},
        RSA,
        RSA | {"n": "!", "e": 5},
        "odd",
        None,
    ],
)
def test_keys_of_other_kinds_are_left_out(internet: Internet, keys: KeySet, entry: object) -> None:
    """A key that is secret, for encryption, without an id or without sense is none, and spoils no other."""
    internet.announce(APPLE_ID.keys_at, as_json({"keys": [entry, APPLE_ID.jwk("1")]}))

    assert works(keys)
    assert not works(keys, "odd")


@pytest.mark.parametrize("published", [{}, {"keys": []}, {"keys": {}}, {"keys": [RSA]}, {"error": "x"}])
def test_set_without_keys_is_nonsense(internet: Internet, keys: KeySet, published: object) -> None:
    """A provider that publishes no key at all is out of order, and the keys that are there go on."""
    internet.announce(APPLE_ID.keys_at, as_json(published))

    with pytest.raises(Unavailable):
        find(keys)
