"""Facebook: an access token that Facebook tells us the owner of. For ID tokens see `test_limited_login`."""

import hashlib
import hmac
import time
from typing import Any

import pytest

from tests.helpers.players.client import Client
from tests.helpers.providers.credentials import ACCESS_TOKEN, DEBUG_TOKEN, ME, announce_facebook, settle
from tests.helpers.providers.internet import GRAPH, Internet
from tests.helpers.providers.replies import as_json
from tests.helpers.service import lambdas
from tests.helpers.service.store import Store

REFUSED = (401, 16, "Could not authenticate Facebook profile.")
DOWN = (503, 14, "Facebook is not available at the moment.")
MISCONFIGURED = (500, 13, "The service is not configured correctly.")
pytestmark = pytest.mark.usefixtures("store")
ANYBODY = Client(lambdas.invoke)


def refusal(token: str = ACCESS_TOKEN) -> tuple[int, int, str]:
    """Give the refusal of a token."""
    return ANYBODY.authenticate("facebook", token=token).error


def test_access_token_signs_in(client: Client, store: Store, internet: Internet) -> None:
    """The first token makes an account for the user id, the next one finds it, each with two requests."""
    announce_facebook(internet)

    first = client.authenticate("facebook", token=ACCESS_TOKEN)
    second = client.authenticate("facebook", token=ACCESS_TOKEN)

    assert (first.body["created"], "created" in second.body) == (True, False)
    assert store.owners() == {"facebook#77": second.user_id}
    assert internet.asked(GRAPH) == 4


def test_requests_to_facebook(client: Client, internet: Internet) -> None:
    """Facebook inspects the token for our application, and gives the profile for a proof that we have the secret."""
    announce_facebook(internet)

    client.authenticate("facebook", token=ACCESS_TOKEN)

    inspection, profile = internet.seen
    proof = hmac.new(b"the-app-secret", ACCESS_TOKEN.encode(), hashlib.sha256).hexdigest()
    assert (inspection.place, profile.place) == (DEBUG_TOKEN, ME)
    assert inspection.query == {"input_token": ACCESS_TOKEN, "access_token": "1234567890|the-app-secret"}
    assert (profile.query["access_token"], profile.query["appsecret_proof"]) == (ACCESS_TOKEN, proof)


def test_version_of_the_api(client: Client, internet: Internet, monkeypatch: pytest.MonkeyPatch) -> None:
    """The settings may name another version, since Facebook ends old ones."""
    announce_facebook(internet)
    settle(monkeypatch, facebook={"graph_version": "v30.1"})
    for place in (DEBUG_TOKEN, ME):
        internet.announce(place.replace("v25.0", "v30.1"), internet.answers[place])

    assert client.authenticate("facebook", token=ACCESS_TOKEN).status == 200


def test_profile(client: Client, internet: Internet) -> None:
    """Name, picture and address fill an empty profile; the address signs nobody in."""
    announce_facebook(internet)
    picture = {"data": {"url": "https://platform.example.com/77.jpg"}}
    internet.announce(ME, as_json({"id": "77", "name": "Anna", "email": "anna@example.com", "picture": picture}))

    account = client.get_account(client.authenticate("facebook", token=ACCESS_TOKEN)).body

    assert (account["user"]["display_name"], account["email"]) == ("Anna", "anna@example.com")
    assert account["user"]["avatar_url"] == "https://platform.example.com/77.jpg"
    assert (
        client.authenticate("email", {"create": "false"}, email="anna@example.com", password="password").status == 404
    )


@pytest.mark.parametrize("picture", [None, "url", {}, {"data": []}, {"data": {"url": 7}}])
@pytest.mark.parametrize("name", [7, "\ud800", "x" * 10_000])
def test_odd_profile(client: Client, internet: Internet, picture: object, name: object) -> None:
    """What is odd in a profile is left out, and keeps nobody outside."""
    announce_facebook(internet)
    internet.announce(ME, as_json({"id": "77", "name": name, "picture": picture, "email": ["anna@example.com"]}))

    assert client.authenticate("facebook", token=ACCESS_TOKEN).status == 200


TOKENS: dict[str, dict[str, Any]] = {
    "not valid": {"is_valid": False},
    "valid as text": {"is_valid": "true"},
    "of nobody knows what": {"is_valid": None},
    "of another app": {"app_id": "999"},
    "of an app whose id has ours in it": {"app_id": "12345678901"},
    "of an app whose id is in ours": {"app_id": "123456789"},
    "of an app with a number": {"app_id": 1234567890},
    "of several apps": {"app_id": ["1234567890"]},
    "of a page": {"type": "PAGE"},
    "of an app itself": {"type": "APP"},
    "of no type": {"type": None},
    "expired": {"expires_at": int(time.time()) - 1},
    "expired before time began": {"expires_at": -1},
    "expiring at no time": {"expires_at": "never"},
    "expiring nowhere": {"expires_at": None},
    "of another user than the profile": {"user_id": "78"},
}


@pytest.mark.parametrize("token", TOKENS)
def test_token_that_is_not_ours(internet: Internet, token: str) -> None:
    """A token is good when Facebook says, in so many words, that it is a valid one of a user of our application."""
    announce_facebook(internet, **TOKENS[token])

    assert refusal() == REFUSED


@pytest.mark.parametrize("user_id", [None, "", 77, "7" * 256, "7\0"])
def test_user_that_is_none(internet: Internet, user_id: object) -> None:
    """A user without an id that can be kept is nobody, even if the profile has the same."""
    announce_facebook(internet, user_id=user_id)
    internet.announce(ME, as_json({"id": user_id}))

    assert refusal() == REFUSED


@pytest.mark.parametrize("me", [{}, {"id": None}, {"id": 77}, {"id": ["77"]}])
def test_profile_without_an_owner(internet: Internet, me: dict[str, object]) -> None:
    """A profile that does not say whose it is proves nothing."""
    announce_facebook(internet)
    internet.announce(ME, as_json(me))

    assert refusal() == REFUSED


@pytest.mark.parametrize(
    "answer", [{}, {"data": []}, {"data": None}, {"error": None}, {"error": "x"}, {"error": {"code": {}}}]
)
def test_nonsense(internet: Internet, answer: dict[str, Any]) -> None:
    """An answer that says nothing of the token says nothing against the player."""
    internet.announce(DEBUG_TOKEN, as_json(answer))

    assert refusal() == DOWN


@pytest.mark.parametrize("token", ["x" * 4097, "ä" * 2049])
def test_too_long(internet: Internet, token: str) -> None:
    """No access token is that long."""
    assert refusal(token) == REFUSED
    assert internet.seen == []


@pytest.mark.parametrize(
    "changed",
    [
        {"app_id": None},
        {"app_id": 1234567890},
        {"app_secret": None},
        {"graph_version": "25"},
        {"graph_version": "v25.0/../me"},
    ],
)
def test_settings_that_are_wrong(
    internet: Internet, monkeypatch: pytest.MonkeyPatch, changed: dict[str, object]
) -> None:
    """A setting that is missing or malformed stops everything, and nobody is asked."""
    settle(monkeypatch, facebook=changed)

    assert refusal() == MISCONFIGURED
    assert internet.seen == []
