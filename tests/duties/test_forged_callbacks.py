"""Callbacks that nobody must believe: forged, changed, for others, too old, from the future, or no callbacks at all."""

import json
import time
from collections.abc import Callable

import pytest

from tests.conftest import Log
from tests.helpers.players.client import Answer, Client
from tests.helpers.providers import notices
from tests.helpers.providers.credentials import settle, signed
from tests.helpers.providers.id_tokens import APPLE_ID, GOOGLE_ID, LIMITED_LOGIN
from tests.helpers.providers.internet import GOOGLE, Internet
from tests.helpers.providers.notices import DEAUTHORIZE, DELETION, Notifier, post, signed_request
from tests.helpers.providers.refusals import FORGERIES, MISUSES, claim
from tests.helpers.providers.replies import as_json
from tests.helpers.service.clock import Clock
from tests.helpers.service.store import Store

DAY = 24 * 3600
APPLE_REFUSED = (401, 16, "Could not believe Apple's notification.")
FACEBOOK_REFUSED = (401, 16, "Could not believe Facebook's request.")

OF_SUBJECTS = {name for name in MISUSES if "subject" in name or name == "no sub"}
"""A notice has its subject elsewhere."""
NOT_FOR_GOOGLE = {"issuer with a slash", "no exp"}
"""Google's notices have no expiry, and its issuer has a slash."""
SHAPES = {
    "no jti": claim("jti", None),
    "empty jti": claim("jti", ""),
    "jti that is no text": claim("jti", 7),
    "no events": claim("events", None),
    "events that are none": claim("events", 7),
    "events that are a list": claim("events", []),
}
APPLE_SHAPES = SHAPES | {
    "events that are no JSON": claim("events", "{"),
    "events that nest": claim("events", "[" * 9000),
    "an event without a type": claim("events", json.dumps({"sub": "anna"})),
    "an event without a subject": claim("events", json.dumps({"type": "consent-revoked"})),
    "a subject that is no text": claim("events", json.dumps({"type": "consent-revoked", "sub": 7})),
    "a type that is no text": claim("events", json.dumps({"type": ["consent-revoked"], "sub": "anna"})),
}
REFUSED_BY_APPLE = FORGERIES | {name: made for name, made in MISUSES.items() if name not in OF_SUBJECTS} | APPLE_SHAPES
REFUSED_BY_GOOGLE = (
    {name: made for name, made in FORGERIES.items() if name != "space"}
    | {name: made for name, made in MISUSES.items() if name not in OF_SUBJECTS | NOT_FOR_GOOGLE}
    | SHAPES
    | {"no events in it": claim("events", {})}
)


def err(answer: Answer) -> tuple[int, str]:
    """Give status and error of a refusal as RFC 8935 has it."""
    assert answer.body.keys() == {"err", "description"}
    return answer.status, answer.body["err"]


@pytest.mark.parametrize("refusal", REFUSED_BY_APPLE)
def test_notification_of_apple_is_refused(client: Client, internet: Internet, refusal: str) -> None:
    """A forged notification, or one for others or another time, is refused."""
    notices.publish(internet)
    apple = notices.apple()

    assert apple.bring(client, REFUSED_BY_APPLE[refusal](apple)).error == APPLE_REFUSED


@pytest.mark.parametrize("refusal", REFUSED_BY_GOOGLE)
def test_event_of_google_is_refused(client: Client, internet: Internet, refusal: str) -> None:
    """A forged event, or one for others or another time, is refused in RFC 8935's words."""
    notices.publish(internet)
    google = notices.google()

    status, code = err(google.bring(client, REFUSED_BY_GOOGLE[refusal](google)))

    assert status == 400
    assert code in {"invalid_request", "invalid_key", "invalid_issuer", "invalid_audience"}


@pytest.mark.parametrize(
    ("changed", "code"),
    [({"iss": "https://id.example.com"}, "invalid_issuer"), ({"aud": "another"}, "invalid_audience")],
)
def test_google_hears_what_is_wrong(client: Client, internet: Internet, changed: dict[str, object], code: str) -> None:
    """The error says whether it was the issuer, the audience or the key."""
    notices.publish(internet)
    google = notices.google()

    assert err(google.tell(client, **changed)) == (400, code)
    assert err(google.bring(client, google.token(kid="9"))) == (400, "invalid_key")


def test_tokens_that_sign_in_are_no_callbacks(client: Client, internet: Internet) -> None:
    """Whoever has a player's ID token cannot end the player's sessions with it."""
    notices.publish(internet)

    assert notices.apple().bring(client, APPLE_ID.token({"jti": "1"})).error == APPLE_REFUSED
    assert err(notices.google().bring(client, GOOGLE_ID.token({"jti": "1"}))) == (400, "invalid_request")


def test_callbacks_sign_nobody_in(client: Client, internet: Internet) -> None:
    """A notice is no ID token, though the same keys have signed it."""
    notices.publish(internet)

    assert client.authenticate("apple", token=notices.apple().token()).error == APPLE_ID.refused
    assert client.authenticate("google", token=notices.google().token()).error == GOOGLE_ID.refused


def test_notices_go_to_their_own_route(client: Client, internet: Internet) -> None:
    """What Google has signed tells nothing about Apple's users, nor the other way round."""
    notices.publish(internet)

    assert notices.apple().bring(client, notices.google().token()).error == APPLE_REFUSED
    assert err(notices.google().bring(client, notices.apple().token()))[0] == 400


_REQUESTS: dict[str, Callable[[], str]] = {
    "another secret": lambda: signed_request("another-secret"),
    "no secret": lambda: signed_request(""),
    "another algorithm": lambda: signed_request(algorithm="HMAC-SHA1"),
    "no algorithm": lambda: signed_request(algorithm=None),
    "a changed payload": lambda: signed_request().split(".")[0] + "." + signed_request(user_id="78").split(".")[1],
    "no signature": lambda: "." + signed_request().split(".")[1],
    "no payload": lambda: signed_request().split(".")[0] + ".",
    "one part": lambda: "abc",
    "three parts": lambda: signed_request() + ".abc",
    "beyond ASCII": lambda: "ä.ö",
    "no user": lambda: signed_request(user_id=None),
    "an empty user": lambda: signed_request(user_id=""),
    "users": lambda: signed_request(user_id=["77"]),
    "a user that is true": lambda: signed_request(user_id=True),
    "a user with NUL": lambda: signed_request(user_id="77\0"),
    "a user too long": lambda: signed_request(user_id="7" * 256),
    "no time": lambda: signed_request(issued_at=None),
    "a time that is a text": lambda: signed_request(issued_at=str(int(time.time()))),
    "stale": lambda: signed_request(issued_at=int(time.time()) - 601),
    "from the future": lambda: signed_request(issued_at=int(time.time()) + 120),
    "a sign-in's, with a code": lambda: signed_request(code="AQB-a-code"),
    "a sign-in's, with a token": lambda: signed_request(oauth_token="EAAB-a-token"),
    "a list": lambda: signed(["77"], notices.APP_SECRET),
    "no JSON": lambda: signed(b"{", notices.APP_SECRET),
    "deep JSON": lambda: signed(b"[" * 9000, notices.APP_SECRET),
}


@pytest.mark.usefixtures("internet")
@pytest.mark.parametrize("route", [DEAUTHORIZE, DELETION])
@pytest.mark.parametrize("request_of", _REQUESTS)
def test_request_of_facebook_is_refused(client: Client, route: str, request_of: str) -> None:
    """What Facebook has not signed with our secret, just now, about a user, and as a callback, is refused."""
    assert post(client, route, _REQUESTS[request_of]()).error == FACEBOOK_REFUSED


@pytest.mark.usefixtures("internet")
@pytest.mark.parametrize("body", ["", "signed_request=", "payload=x", "%ff=%ff", "a&" * 20, '{"signed_request": "x"}'])
def test_forms_of_facebook_that_are_none(client: Client, body: str) -> None:
    """A form without a signed request is a bad request."""
    answer = client.form(DELETION, body)

    assert (answer.status, answer.body["code"]) == (400, 3)


@pytest.mark.parametrize("body", [{}, {"payload": ""}, {"payload": 7}, {"payload": ["x"]}])
def test_bodies_of_apple_that_are_none(client: Client, body: dict[str, object]) -> None:
    """A body without a payload is a bad request."""
    answer = client.call(notices.APPLE, body)

    assert (answer.status, answer.body["code"]) == (400, 3)


def test_body_of_google_that_is_none(client: Client) -> None:
    """No token at all is a bad request."""
    assert err(client.form(notices.GOOGLE_ROUTE, " ")) == (400, "invalid_request")


def test_nothing_is_believed_that_is_not_set_up(
    client: Client, internet: Internet, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without settings of a provider there is nobody to believe."""
    settle(monkeypatch, apple={"audiences": None}, google={"audiences": None, "play_games": None})
    monkeypatch.setenv("PROVIDER_SETTINGS", "{}")

    assert notices.apple().tell(client).status == 400
    assert err(notices.google().tell(client)) == (400, "access_denied")
    assert post(client, DELETION, signed_request()).error[:2] == (400, 9)
    assert internet.seen == []


def test_secret_that_is_missing(client: Client, monkeypatch: pytest.MonkeyPatch, internet: Internet, log: Log) -> None:
    """A secret that the studio has not put in believes nobody, and is named in the log."""
    settle(monkeypatch, facebook={"app_secret": ""})

    assert post(client, DELETION, signed_request("")).status == 500
    assert log()[0]["detail"] == "settings: facebook.app_secret is missing"
    assert internet.seen == []


EACH = pytest.mark.parametrize("notifier", [notices.apple(), notices.google()], ids=["apple", "google"])


@EACH
def test_keys_that_cannot_be_had(client: Client, internet: Internet, notifier: Notifier) -> None:
    """While the provider does not answer it is asked to come again, whoever calls."""
    notices.publish(internet)
    internet.fail(notifier.host, as_json({}, 503))
    internet.fail("accounts.google.com", as_json({}, 503))

    answer = notifier.tell(client)

    assert answer.error == notifier.down
    assert int(answer.headers["retry-after"]) > 0
    for host in (notifier.host, "accounts.google.com"):
        internet.mend(host)
    assert notifier.tell(client).status in {200, 202}


@EACH
def test_forgery_that_can_never_be_right_costs_no_request(
    client: Client, internet: Internet, notifier: Notifier
) -> None:
    """What no key could verify is refused without asking anybody."""
    notifier.bring(client, FORGERIES["algorithm none"](notifier))

    assert internet.seen == []


@pytest.mark.parametrize("url", ["https://keys.example.com/", "http://www.googleapis.com/oauth2/v3/certs", "", 7, None])
def test_keys_elsewhere(client: Client, internet: Internet, url: object) -> None:
    """A configuration that leads away from Google's hosts is none."""
    notices.publish(internet)
    internet.announce(notices.CONFIGURATION, as_json({"jwks_uri": url}))

    assert notices.google().tell(client).status == 503
    assert internet.asked(GOOGLE) == 0


def test_networks_that_forge(client: Client, internet: Internet, clock: Clock) -> None:
    """A network whose callbacks were refused again and again is not looked at for a while, and sign-in goes on."""
    notices.publish(internet)
    apple = notices.apple()
    for _ in range(31):
        assert apple.tell(client, aud="another").error == APPLE_REFUSED

    answer = apple.tell(client)

    assert answer.status == 429
    assert answer.body["message"].startswith("Too many refused Apple callbacks from this network.")
    assert int(answer.headers["retry-after"]) > 0
    assert client.authenticate("apple", token=APPLE_ID.token()).status == 200
    clock.advance(301)
    assert apple.tell(client, iat=int(time.time()) - 301).status == 200


def test_stale_notice_is_refused(client: Client, internet: Internet, clock: Clock) -> None:
    """A notice that was good works no more after a day, by when it is no longer known that it was used."""
    notices.publish(internet)
    apple, google = notices.apple(), notices.google()
    tokens = apple.token({"exp": int(time.time()) + 10 * DAY}), google.token({"exp": None})

    clock.advance(DAY + 1)

    assert apple.bring(client, tokens[0]).error == APPLE_REFUSED
    assert err(google.bring(client, tokens[1])) == (400, "invalid_request")


def test_limited_login_is_no_callback(client: Client, internet: Internet) -> None:
    """Facebook's ID tokens are none of its signed requests."""
    assert post(client, DELETION, LIMITED_LOGIN.token()).error == FACEBOOK_REFUSED
    assert internet.seen == []


def test_refused_callback_leaves_nothing_behind(client: Client, store: Store, internet: Internet) -> None:
    """Nothing changes in any account."""
    notices.publish(internet)
    client.authenticate("apple", token=APPLE_ID.token())
    before = store.rows("UsersTable"), store.rows("IdentitiesTable"), store.rows("RecordsTable")

    notices.apple().tell(client, aud="another")

    assert (store.rows("UsersTable"), store.rows("IdentitiesTable"), store.rows("RecordsTable")) == before
