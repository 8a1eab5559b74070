"""The keys of OpenID Connect issuers: where they come from, and what happens when they do not come."""

import time

import pytest

from symbolon.errors import Misconfigured, Unavailable
from symbolon.identities.identity import ExternalIdentity
from symbolon.verification import oidc
from tests.helpers.providers import issuer
from tests.helpers.providers.internet import Internet, Seen
from tests.helpers.providers.issuer import DISCOVERY_URL, KEYS_URL, URL, verify
from tests.helpers.providers.replies import OUTAGES, Reply, as_json
from tests.helpers.service.clock import Clock

ANNA = ExternalIdentity("oidc:studio", "anna")
DOWN = "studio is not available at the moment."
HOUR, DAY = 3600, 24 * 3600


@pytest.fixture(autouse=True)
def _new_instance() -> None:
    oidc.key_set.cache_clear()
    oidc.discovery.cache_clear()


def discover(token: str) -> ExternalIdentity:
    """Verify a token of the issuer `studio`, whose keys are found by discovery."""
    return verify(token, jwks_uri=None, discovery=True)


def test_keys_are_fetched_once(internet: Internet) -> None:
    """The instance keeps the keys: the second sign-in asks nobody."""
    issuer.publish(internet)

    verify(issuer.token())
    verify(issuer.token())

    assert len(internet.seen) == 1


def test_discovered_keys(internet: Internet) -> None:
    """Discovery tells where the keys are, on whatever host; both answers are kept."""
    issuer.describe(internet)
    issuer.publish(internet)

    assert discover(issuer.token()) == ANNA
    assert discover(issuer.token()) == ANNA
    assert [f"https://{seen.place}" for seen in internet.seen] == [DISCOVERY_URL, KEYS_URL]


@pytest.mark.parametrize(
    ("changed", "detail"),
    [
        ({"issuer": f"{URL}/"}, "the issuer gives itself another name, letter for letter"),
        ({"issuer": "https://id.example.com/others"}, "the issuer gives itself another name, letter for letter"),
        ({"issuer": None}, "the issuer gives itself another name, letter for letter"),
        ({"jwks_uri": "http://keys.example.com/jwks"}, "it names no https URL for its keys"),
        ({"jwks_uri": "https://anna@keys.example.com/jwks"}, "it names no https URL for its keys"),
        ({"jwks_uri": "https://[/"}, "it names no https URL for its keys"),
        ({"jwks_uri": None}, "it names no https URL for its keys"),
    ],
)
def test_discovery_of_something_else(internet: Internet, changed: dict[str, object], detail: str) -> None:
    """An issuer that calls itself something else, or whose keys anybody could exchange, is a mistaken setting."""
    issuer.describe(internet, **changed)

    with pytest.raises(Misconfigured) as caught:
        discover(issuer.token())

    assert caught.value.detail == f"settings: oidc.studio.issuer: {detail}"


def test_discovery_that_is_not_there(internet: Internet) -> None:
    """An issuer without discovery is a mistake in the settings too, and the log has its answer's status."""
    internet.announce(DISCOVERY_URL, as_json({"error": "Realm does not exist"}, 404))

    with pytest.raises(Misconfigured) as caught:
        discover(issuer.token())

    assert caught.value.detail == "settings: oidc.studio.issuer: its discovery answers HTTP status 404"


@pytest.mark.parametrize("outage", OUTAGES)
def test_keys_that_cannot_be_had(internet: Internet, outage: str) -> None:
    """While nobody can say whether a token is good it is not refused: the client may try again."""
    internet.announce(KEYS_URL, OUTAGES[outage])

    with pytest.raises(Unavailable, match=DOWN):
        verify(issuer.token())


@pytest.mark.parametrize("outage", OUTAGES)
def test_discovery_that_cannot_be_had(internet: Internet, outage: str) -> None:
    """The same holds for discovery."""
    internet.announce(DISCOVERY_URL, OUTAGES[outage])

    with pytest.raises(Unavailable, match=DOWN):
        discover(issuer.token())


@pytest.mark.parametrize("status", [503, 404])
def test_discovery_is_outlived_by_a_day(internet: Internet, clock: Clock, status: int) -> None:
    """What discovery said goes on serving for a day when it can no longer be had; it is asked every half minute."""
    token = issuer.token({"exp": int(time.time()) + 2 * HOUR})
    issuer.describe(internet)
    issuer.publish(internet)
    discover(token)
    internet.announce(DISCOVERY_URL, Reply(status))
    clock.advance(HOUR)

    assert discover(token) == ANNA
    assert discover(token) == ANNA

    assert [f"https://{seen.place}" for seen in internet.seen].count(DISCOVERY_URL) == 2
    clock.advance(DAY)
    with pytest.raises((Misconfigured, Unavailable)):
        discover(token)


def test_discovery_and_keys_share_the_time(internet: Internet, clock: Clock) -> None:
    """An issuer that takes too long for the first answer is not asked for the second."""

    def answer_late(_seen: Seen) -> Reply:
        clock.advance(3.9)
        return as_json({"issuer": URL, "jwks_uri": KEYS_URL})

    def answer_too_late(_seen: Seen) -> Reply:
        clock.advance(0.2)
        return as_json(issuer.key_set("rsa"))

    internet.announce(DISCOVERY_URL, answer_late)
    internet.announce(KEYS_URL, answer_too_late)

    with pytest.raises(Unavailable, match=DOWN):
        discover(issuer.token())
