"""The keys of OpenID Connect issuers: where they come from, and what happens when they do not come."""

import time
from typing import Any

import pytest
import requests
import responses

from symbolon.errors import Misconfigured, Unavailable
from symbolon.identities.identity import ExternalIdentity
from symbolon.verification import oidc
from tests.helpers.providers import issuer
from tests.helpers.providers.issuer import DISCOVERY_URL, KEYS_URL, URL, verify
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


def test_keys_are_fetched_once(web: responses.RequestsMock) -> None:
    """The instance keeps the keys: the second sign-in asks nobody."""
    issuer.publish(web)

    verify(issuer.token())
    verify(issuer.token())

    assert len(web.calls) == 1


def test_discovered_keys(web: responses.RequestsMock) -> None:
    """Discovery tells where the keys are, on whatever host; both answers are kept."""
    issuer.describe(web)
    issuer.publish(web)

    assert discover(issuer.token()) == ANNA
    assert discover(issuer.token()) == ANNA
    assert [call.request.url for call in web.calls] == [DISCOVERY_URL, KEYS_URL]


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
def test_discovery_of_something_else(web: responses.RequestsMock, changed: dict[str, object], detail: str) -> None:
    """An issuer that calls itself something else, or whose keys anybody could exchange, is a mistaken setting."""
    issuer.describe(web, **changed)

    with pytest.raises(Misconfigured) as caught:
        discover(issuer.token())

    assert caught.value.detail == f"settings: oidc.studio.issuer: {detail}"


def test_discovery_that_is_not_there(web: responses.RequestsMock) -> None:
    """An issuer without discovery is a mistake in the settings too, and the log has its answer's status."""
    web.get(DISCOVERY_URL, status=404, json={"error": "Realm does not exist"})

    with pytest.raises(Misconfigured) as caught:
        discover(issuer.token())

    assert caught.value.detail == "settings: oidc.studio.issuer: its discovery answers HTTP status 404"


OUTAGES: list[dict[str, Any]] = [
    {"status": 503},
    {"status": 429},
    {"status": 302, "headers": {"Location": "https://elsewhere.example.com/"}},
    {"body": "<html>"},
    {"body": "[]"},
    {"body": b"x" * 65 * 1024},
    {"body": requests.Timeout()},
]


@pytest.mark.parametrize("outage", OUTAGES, ids=str)
def test_keys_that_cannot_be_had(web: responses.RequestsMock, outage: dict[str, Any]) -> None:
    """While nobody can say whether a token is good it is not refused: the client may try again."""
    web.get(KEYS_URL, **outage)

    with pytest.raises(Unavailable, match=DOWN):
        verify(issuer.token())


@pytest.mark.parametrize("outage", OUTAGES, ids=str)
def test_discovery_that_cannot_be_had(web: responses.RequestsMock, outage: dict[str, Any]) -> None:
    """The same holds for discovery."""
    web.get(DISCOVERY_URL, **outage)

    with pytest.raises(Unavailable, match=DOWN):
        discover(issuer.token())


@pytest.mark.parametrize("status", [503, 404])
def test_discovery_is_outlived_by_a_day(web: responses.RequestsMock, clock: Clock, status: int) -> None:
    """What discovery said goes on serving for a day when it can no longer be had; it is asked every half minute."""
    token = issuer.token({"exp": int(time.time()) + 2 * HOUR})
    issuer.describe(web)
    issuer.publish(web)
    discover(token)
    web.replace("GET", DISCOVERY_URL, status=status)
    clock.advance(HOUR)

    assert discover(token) == ANNA
    assert discover(token) == ANNA

    assert [call.request.url for call in web.calls].count(DISCOVERY_URL) == 2
    clock.advance(DAY)
    with pytest.raises((Misconfigured, Unavailable)):
        discover(token)


def test_discovery_and_keys_share_the_time(web: responses.RequestsMock, clock: Clock) -> None:
    """An issuer that takes too long for the first answer is not asked for the second."""

    def answer_late(_request: requests.PreparedRequest) -> tuple[int, dict[str, str], str]:
        clock.advance(3.9)
        return 200, {}, f'{{"issuer": "{URL}", "jwks_uri": "{KEYS_URL}"}}'

    def answer_later(_request: requests.PreparedRequest) -> tuple[int, dict[str, str], str]:
        clock.advance(0.2)
        return 200, {}, "{}"

    web.add_callback("GET", DISCOVERY_URL, answer_late)
    web.add_callback("GET", KEYS_URL, answer_later)

    with pytest.raises(Unavailable, match=DOWN):
        discover(issuer.token())

    timeouts = [call.request.req_kwargs["timeout"] for call in web.calls]  # type: ignore[attr-defined]
    assert timeouts[0] > 3.9
    assert timeouts[1] < 0.2
