"""Tokens of OpenID Connect issuers that the settings name: what they must be, and where the keys come from."""

import time
from collections.abc import Callable
from typing import Any

import pytest
import requests
import responses

from symbolon import oidc
from symbolon.errors import Misconfigured, Unauthenticated, Unavailable
from symbolon.identity import ExternalIdentity, Profile
from tests import issuer
from tests.clock import Clock
from tests.issuer import AUDIENCE, DISCOVERY_URL, KEYS_URL, URL

SECTION: dict[str, Any] = {"issuer": URL, "audiences": [AUDIENCE], "jwks_uri": KEYS_URL}
ANNA = ExternalIdentity("oidc:studio", "anna")
REFUSED = "Could not authenticate studio profile."
DOWN = "studio is not available at the moment."
HOUR, DAY = 3600, 24 * 3600


@pytest.fixture(autouse=True)
def _new_instance() -> None:
    oidc.key_set.cache_clear()
    oidc.discovery.cache_clear()


def verify(token: str, **section: object) -> ExternalIdentity:
    """Verify a token of the issuer `studio`, with these settings besides the usual ones; None drops one."""
    merged = {name: value for name, value in (SECTION | section).items() if value is not None}
    return oidc.verify("studio", token, merged)


def discover(token: str) -> ExternalIdentity:
    """Verify a token of the issuer `studio`, whose keys are found by discovery."""
    return verify(token, jwks_uri=None, discovery=True)


def test_token_states_an_identity(web: responses.RequestsMock) -> None:
    """The identity is the issuer's name and the token's subject; name, picture and verified address are its profile."""
    issuer.publish(web)
    said = {"name": "Anna", "picture": "https://a/b.png", "email": "anna@example.com", "email_verified": True}

    identity = verify(issuer.token(said))

    assert identity == ExternalIdentity("oidc:studio", "anna", Profile("Anna", "https://a/b.png", "anna@example.com"))


def test_address_that_is_not_verified_is_not_taken(web: responses.RequestsMock) -> None:
    """An e-mail address counts only when the issuer says that it has verified it."""
    issuer.publish(web)

    assert verify(issuer.token({"email": "anna@example.com", "email_verified": False})) == ANNA


def test_profile_that_cannot_be_stored_is_not_taken(web: responses.RequestsMock) -> None:
    """A name with half a character, which JSON can write and nothing can keep, is left out."""
    issuer.publish(web)

    assert verify(issuer.token({"name": "Anna \ud83d"})) == ANNA


@pytest.mark.parametrize(
    "forge",
    [
        pytest.param(lambda: issuer.token(kid="rsa of a stranger", header={"kid": "rsa"}), id="key of a stranger"),
        pytest.param(lambda: issuer.token(kid="rsa of a stranger"), id="unknown key id"),
        pytest.param(lambda: issuer.token(header={"kid": "ec"}), id="key id of another algorithm"),
        pytest.param(lambda: issuer.token(kid="ec"), id="algorithm that the settings do not have"),
        pytest.param(issuer.tampered, id="claims changed"),
        pytest.param(issuer.unsigned, id="alg none"),
        pytest.param(issuer.signed_with_the_public_key, id="public key as HMAC secret, CVE-2016-5431"),
        pytest.param(issuer.with_its_own_key, id="key in the header, CVE-2018-0114"),
        pytest.param(lambda: issuer.token({"pad": "x" * 16 * 1024}), id="too long"),
        pytest.param(lambda: "", id="nothing"),
        pytest.param(lambda: "a.b.c", id="no token"),
        pytest.param(lambda: "é.é.é", id="no ASCII"),
        pytest.param(lambda: "W1tb" * 3000 + ".W10.W10", id="deeply nested"),
    ],
)
def test_forged_token(web: responses.RequestsMock, forge: Callable[[], str]) -> None:
    """A token that none of the issuer's keys has signed, by an algorithm that we allow, is nobody's."""
    web.assert_all_requests_are_fired = False
    issuer.publish(web, "rsa", "ec")

    with pytest.raises(Unauthenticated, match=REFUSED):
        verify(forge())


@pytest.mark.parametrize(
    "changed",
    [
        {"iss": "https://id.example.com/others"},
        {"iss": f"{URL}/"},
        {"iss": None},
        {"aud": "another-game"},
        {"aud": [AUDIENCE, "another-game"]},
        {"aud": []},
        {"aud": None},
        {"azp": "another-game"},
        {"azp": ["the-game"]},
        {"exp": int(time.time()) - HOUR},
        {"exp": None},
        {"exp": "soon"},
        {"iat": int(time.time()) + HOUR},
        {"iat": int(time.time()) - 2 * DAY},
        {"iat": str(int(time.time()) - 2 * DAY)},
        {"iat": None},
        {"nbf": int(time.time()) + HOUR},
        {"sub": None},
        {"sub": ""},
        {"sub": 7},
        {"sub": "x" * 256},
        {"sub": "an\0na"},
    ],
    ids=str,
)
def test_claims_that_are_not_in_order(web: responses.RequestsMock, changed: dict[str, object]) -> None:
    """Issuer, audience, authorized party, times and subject must all be there and right."""
    issuer.publish(web)

    with pytest.raises(Unauthenticated, match=REFUSED):
        verify(issuer.token(changed))


@pytest.mark.parametrize("changed", [{"aud": [AUDIENCE]}, {"aud": [AUDIENCE, "web"], "azp": "web"}, {"azp": AUDIENCE}])
def test_audiences_that_are_all_ours(web: responses.RequestsMock, changed: dict[str, object]) -> None:
    """A token may be for several of our applications."""
    issuer.publish(web)

    assert verify(issuer.token(changed), audiences=[AUDIENCE, "web"]) == ANNA


@pytest.mark.parametrize(("kid", "algorithm"), [("ec", "ES256"), ("ed", "EdDSA")])
def test_other_algorithms(web: responses.RequestsMock, kid: str, algorithm: str) -> None:
    """Other algorithms with a public key are good when the settings have them."""
    issuer.publish(web, kid)

    assert verify(issuer.token(kid=kid), algorithms=["RS256", algorithm]) == ANNA


@pytest.mark.parametrize(
    ("required", "said"),
    [
        ({"game.id": "g1"}, {"game": {"id": "g1"}}),
        ({"https://id.example.com/game": "g1"}, {"https://id.example.com/game": "g1"}),
        ({"game": ["g1", "g2"]}, {"game": "g2"}),
        ({"adult": True}, {"adult": True}),
        ({"level": 1}, {"level": 1}),
    ],
)
def test_required_claim(web: responses.RequestsMock, required: dict[str, object], said: dict[str, object]) -> None:
    """A required claim, by its name or its path, must have the value, or one of them."""
    issuer.publish(web)

    assert verify(issuer.token(said), required_claims=required) == ANNA


@pytest.mark.parametrize(
    ("required", "said"),
    [
        ({"game.id": "g1"}, {}),
        ({"game.id": "g1"}, {"game": "g1"}),
        ({"game.id": "g1"}, {"game": {"id": "g2"}}),
        ({"game.id": "g1"}, {"game.id": "g2", "game": {"id": "g1"}}),
        ({"game": ["g1", "g2"]}, {"game": ["g1", "g2"]}),
        ({"adult": True}, {"adult": 1}),
        ({"adult": True}, {"adult": "true"}),
        ({"level": 1}, {"level": True}),
        ({"one": "a", "two": "b"}, {"one": "a"}),
    ],
)
def test_required_claim_that_is_not_right(
    web: responses.RequestsMock, required: dict[str, object], said: dict[str, object]
) -> None:
    """A required claim that is missing, or another, or of another type refuses the token; the log says which."""
    issuer.publish(web)

    with pytest.raises(Unauthenticated, match=REFUSED) as caught:
        verify(issuer.token(said), required_claims=required)

    assert caught.value.detail.rpartition(" ")[2] in required


def test_subject_claim(web: responses.RequestsMock) -> None:
    """The settings may name another claim as the subject, for issuers that have a better one."""
    issuer.publish(web)

    assert verify(issuer.token({"ids": {"game": "anna"}, "sub": "7"}), subject_claim="ids.game") == ANNA


@pytest.mark.parametrize("subject", [None, "", 7, "x" * 256, "an\0na", "\ud800"])
def test_subject_claim_that_is_no_subject(web: responses.RequestsMock, subject: object) -> None:
    """Another claim as subject must be what a subject is: a text of 1 to 255 bytes."""
    issuer.publish(web)

    with pytest.raises(Unauthenticated, match=REFUSED):
        verify(issuer.token({"player": subject}), subject_claim="player")


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
    token = issuer.token()
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


@pytest.mark.parametrize(
    ("section", "detail"),
    [
        ({"issuer": None}, "oidc.studio.issuer must be an https URL"),
        ({"issuer": "http://id.example.com"}, "oidc.studio.issuer must be an https URL"),
        ({"issuer": ["https://id.example.com"]}, "oidc.studio.issuer must be an https URL"),
        ({"audiences": None}, "oidc.studio.audiences must be a list of audiences"),
        ({"audiences": []}, "oidc.studio.audiences must be a list of audiences"),
        ({"audiences": AUDIENCE}, "oidc.studio.audiences must be a list of audiences"),
        ({"jwks_uri": None}, "oidc.studio must have either jwks_uri or discovery, which is true"),
        ({"discovery": True}, "oidc.studio must have either jwks_uri or discovery, which is true"),
        ({"jwks_uri": None, "discovery": "yes"}, "oidc.studio must have either jwks_uri or discovery, which is true"),
        ({"jwks_uri": "http://keys.example.com"}, "oidc.studio.jwks_uri must be an https URL"),
        ({"jwks_uri": "https://anna@keys.example.com"}, "oidc.studio.jwks_uri must be an https URL"),
        ({"algorithms": []}, "oidc.studio.algorithms must be a list of RS256, RS384"),
        ({"algorithms": ["HS256"]}, "oidc.studio.algorithms must be a list of RS256, RS384"),
        ({"algorithms": ["RS256", "none"]}, "oidc.studio.algorithms must be a list of RS256, RS384"),
        ({"algorithms": "RS256"}, "oidc.studio.algorithms must be a list of RS256, RS384"),
        ({"algorithms": [["RS256"]]}, "oidc.studio.algorithms must be a list of RS256, RS384"),
        ({"subject_claim": ""}, "oidc.studio.subject_claim must be the name of a claim"),
        ({"required_claims": ["typ"]}, "oidc.studio.required_claims must be an object"),
        ({"required_claims": {"typ": ""}}, "oidc.studio.required_claims.typ must be a value or a list of them"),
        ({"required_claims": {"typ": []}}, "oidc.studio.required_claims.typ must be a value or a list of them"),
        ({"required_claims": {"typ": {}}}, "oidc.studio.required_claims.typ must be a value or a list of them"),
        ({"preset": "okta"}, "oidc.studio.preset must be one of epic, epic-connect, nintendo, keycloak"),
        ({"preset": ["epic"]}, "oidc.studio.preset must be one of epic, epic-connect, nintendo, keycloak"),
        ({"required_claim": {"typ": "ID"}}, "oidc.studio has an unknown setting, required_claim"),
    ],
)
def test_mistake_in_the_settings(section: dict[str, object], detail: str) -> None:
    """A setting that is missing or wrong refuses everybody, and the log has its name: no check is ever skipped."""
    with pytest.raises(Misconfigured) as caught:
        verify(issuer.token(), **section)

    assert caught.value.detail.startswith(f"settings: {detail}")
