"""How keys follow one another: months of rotations, in which no valid token is refused and no retired key counts."""

from collections.abc import Callable

import pytest

from symbolon.settings.keyring import KeyRing
from symbolon.settings.keys import Key
from symbolon.settings.succession import CLOCKS_SECONDS, LEAD_SECONDS, Ring, Succession, made_key, published
from tests.helpers.players.keys import pem
from tests.helpers.service.clock import Clock

SECRET = "a-secret-of-a-ring-that-is-long-enough-01"
HOUR = 3600
DAY = 24 * HOUR
ALGORITHMS = ["HS256", "ES256", "RS256"]


def keys_of(ring: Ring) -> tuple[Key, ...]:
    """Give the ring's keys as a function reads them."""
    return KeyRing.parse("ring", ring, allow_weak=False).keys


def signing(ring: Ring) -> str:
    """Give the id of the key that signs now."""
    return KeyRing.parse("ring", ring, allow_weak=False).signing.key_id


def accepted(ring: Ring) -> list[str]:
    """Give the ids of the keys whose tokens count now."""
    return [key.key_id for key in KeyRing.parse("ring", ring, allow_weak=False).accepted]


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_first_key(algorithm: str) -> None:
    """Where there is no key, one is made that signs at once."""
    [key] = keys_of(Succession(algorithm, HOUR).ensured(None))

    assert (key.algorithm, key.can_sign, key.accepted_until) == (algorithm, True, 0)


@pytest.mark.parametrize("before", [SECRET, [SECRET], pem("ES256"), {"keys": [pem("ES256")]}])
@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_change_of_algorithm(clock: Clock, before: object, algorithm: str) -> None:
    """The key of a new algorithm takes over after the lead; a ring that has the algorithm stays as it is."""
    ring = Succession(algorithm, HOUR).ensured(before)
    [*_, old] = keys_of(ring)

    assert signing(ring) == old.key_id
    clock.advance(LEAD_SECONDS)
    assert keys_of(ring)[0].algorithm == algorithm
    assert signing(ring) == keys_of(ring)[0].key_id
    assert len(keys_of(ring)) == (1 if old.algorithm == algorithm else 2)
    assert Succession(algorithm, HOUR).ensured(ring) == ring


def test_rotation(clock: Clock) -> None:
    """A new key is known before it signs; its predecessor signs until then and counts until its last token expires."""
    plan = Succession("HS256", DAY)
    ring = plan.rotated(SECRET)
    new, old = (key.key_id for key in keys_of(ring))

    assert (signing(ring), accepted(ring)) == (old, [new, old])
    clock.advance(LEAD_SECONDS + 1)
    assert (signing(ring), accepted(ring)) == (new, [new, old])
    clock.advance(DAY)
    assert accepted(ring) == [new, old]
    clock.advance(CLOCKS_SECONDS)
    assert accepted(ring) == [new]
    assert len(keys_of(plan.rotated(ring))) == 2


def test_longer_lifetime(clock: Clock) -> None:
    """When tokens are to live longer, keys that go are kept longer; when shorter, as was said."""
    ring = Succession("HS256", HOUR).rotated(SECRET)
    longer = Succession("HS256", DAY).ensured(ring)
    shorter = Succession("HS256", HOUR).ensured(longer)

    assert keys_of(longer)[1].accepted_until == keys_of(ring)[1].accepted_until + DAY - HOUR
    assert shorter == longer
    clock.advance(LEAD_SECONDS + HOUR + CLOCKS_SECONDS + 2)
    assert (len(accepted(ring)), len(accepted(longer))) == (1, 2)


def test_lists_from_before_there_were_times(clock: Clock) -> None:
    """A list of bare keys, of which the first has signed for nobody knows how long, gets times that do not slide."""
    plan = Succession("HS256", HOUR)
    ring = plan.ensured([SECRET, SECRET[::-1]])
    clock.advance(10)

    assert plan.ensured(ring) == ring
    assert keys_of(ring)[0].accepted_until == 0
    assert keys_of(ring)[1].accepted_until > clock.now()


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_retired_key_that_signs(algorithm: str) -> None:
    """A leaked key that signs is replaced at once, and counts no more."""
    plan = Succession(algorithm, HOUR)
    before = plan.rotated(plan.ensured(None))
    _, leaked = keys_of(before)

    ring = plan.retired(before, leaked.key_id)

    assert leaked.key_id not in accepted(ring)
    assert signing(ring) == keys_of(before)[0].key_id


def test_retired_keys_leave_no_old_one_to_sign(clock: Clock) -> None:
    """A key that is going does not come back when its successor leaks: a new one signs."""
    plan = Succession("HS256", DAY)
    before = plan.rotated(SECRET)
    clock.advance(LEAD_SECONDS + 1)
    new, old = (key.key_id for key in keys_of(before))

    ring = plan.retired(before, new)

    assert signing(ring) not in (new, old)
    assert accepted(ring) == [signing(ring), old]
    assert keys_of(ring)[1].accepted_until == keys_of(before)[1].accepted_until


def test_only_key_is_retired() -> None:
    """A ring is never left without a key that signs."""
    plan = Succession("ES256", HOUR)
    ring = plan.ensured(None)

    assert signing(plan.retired(ring, signing(ring))) != signing(ring)


def test_key_that_is_not_there() -> None:
    """Retiring a key that the ring does not have is an error, and not a silent success."""
    with pytest.raises(LookupError):
        Succession("HS256", HOUR).retired(SECRET, "unknown")


def test_published() -> None:
    """The public part names the issuer and the public keys alone, each with the time at which it goes."""
    plan = Succession("ES256", HOUR)
    ring = plan.rotated(plan.ensured([SECRET, pem("RS256")]) | {"issuer": "https://id.example.com"})

    public = published(ring)

    assert public["issuer"] == "https://id.example.com"
    assert [key["alg"] for key in public["keys"]] == ["ES256", "ES256", "RS256"]
    assert not [name for key in public["keys"] for name in ("d", "p", "q", "k") if name in key]
    assert [key.accepted_until for key in keys_of(ring) if key.algorithm != "HS256"] == [
        key.get("accepted_until", 0) for key in public["keys"]
    ]


class Keeper:
    """A ring that is rotated, as those see it who read it late."""

    def __init__(self, clock: Clock, plan: Succession) -> None:
        """Make the first ring."""
        self._clock, self._plan = clock, plan
        self.history = [(clock.now(), plan.ensured(None))]

    def rotate(self) -> None:
        """Put a new key in front."""
        self.history.append((self._clock.now(), self._plan.rotated(self.history[-1][1])))

    def ring(self, late: float = 0) -> Ring:
        """Give the ring as it was so many seconds ago."""
        past = [ring for at, ring in self.history if at <= self._clock.now() - late]
        return past[-1] if past else self.history[0][1]


@pytest.mark.long
@pytest.mark.parametrize("lifetime", [60, HOUR, DAY])
def test_months_of_rotations(clock: Clock, lifetime: int) -> None:
    """Over half a year each token is accepted by all until it expires, however late they read their keys.

    Instances read the ring up to a quarter of an hour late, verifiers keep the public keys for up to two hours.
    """
    keeper = Keeper(clock, Succession("ES256", lifetime))
    tokens: list[tuple[str, float]] = []
    for day in range(26 * 7):
        if day % 30 == 29:
            keeper.rotate()
        for _ in range(24 * 2):
            clock.advance(HOUR / 2)
            signers = {signing(keeper.ring(late)) for late in (0, 900)}
            tokens = [(key, end) for key, end in tokens if end > clock.now()]
            tokens += [(key, clock.now() + lifetime) for key in signers]
            for late in (0, 900, 2 * HOUR):
                assert {key for key, _ in tokens} <= set(accepted(keeper.ring(late)))

    assert signing(keeper.ring()) == keys_of(keeper.ring())[0].key_id
    assert len(keeper.history) == 7


def made(algorithm: str) -> Callable[[], Key]:
    """Give a maker of keys."""
    return lambda: made_key(algorithm)


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_keys_are_made_at_random(algorithm: str) -> None:
    """No two keys that are made are the same."""
    make = made(algorithm)

    assert make().key_id != make().key_id
