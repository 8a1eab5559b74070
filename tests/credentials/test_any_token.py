"""Whatever stands where a token, a ticket, a code or a certificate belongs is refused in good order, never a 5xx."""

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from symbolon.settings.settings import SETTINGS as CURRENT
from symbolon.verification.certificates import PublishedCertificate
from tests.conftest import SETTINGS
from tests.helpers.players.client import Answer, Call, Client, basic
from tests.helpers.service import lambdas

PLACES = (
    ("POST /v2/account/session/refresh", "token"),
    ("POST /v2/session/logout", "token"),
    ("POST /v2/session/logout", "refresh_token"),
    ("POST /v2/account/merge", "ticket"),
    ("POST /v2/account/device/approve", "user_code"),
    ("POST /v2/account/authenticate/facebookinstantgame", "signed_player_info"),
    ("POST /v2/callback/facebook/deletion", "signed_request"),
    ("POST /oauth2/introspect", "token"),
)
FORMS = ("/oauth2/", "/v2/callback/facebook")
B64 = st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_=", max_size=80)
TOKENS = st.one_of(
    st.text(max_size=200),
    st.lists(B64, min_size=1, max_size=5).map(".".join),
    st.sampled_from(["..", ".", "a.b.c", "eyJhbGciOiJub25lIn0..", "\ud800", "\0", "é.é.é"]),
)
USUAL = settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture
def session(client: Client, monkeypatch: pytest.MonkeyPatch) -> Answer:
    """Give a session, with the providers set up whose credentials are signed texts."""
    secret = {"app_id": "4711", "app_secret": "a-secret-of-an-app-of-ours"}
    document = SETTINGS | {"http_key": "an-http-key", "facebook": secret, "facebookinstantgame": secret}
    monkeypatch.setenv("SETTINGS", json.dumps(document))
    CURRENT.forget()
    return client.sign_in("anna")


@pytest.mark.parametrize(("route", "field"), PLACES, ids=[f"{route} {field}" for route, field in PLACES])
def test_any_text_in_a_token_s_place(session: Answer, route: str, field: str) -> None:
    """A text that is no token is a client's error, with a code."""
    headers = {"authorization": _shown(route, session)}

    @USUAL
    @given(TOKENS)
    def is_refused(text: str) -> None:
        is_form = any(form in route for form in FORMS)
        body = f"{field}={text}" if is_form else json.dumps({field: text, "keep": "this"})
        kind = {"content-type": "application/x-www-form-urlencoded"} if is_form else {}
        answer = lambdas.invoke(Call(route, "", headers | kind, body.encode(errors="replace").decode()))

        assert answer.status < 500

    is_refused()


def _shown(route: str, session: Answer) -> str:
    if "/oauth2/" in route:
        return basic("an-http-key")
    if "refresh" in route or "authenticate" in route:
        return basic("defaultkey")
    return f"Bearer {session.token}"


def test_any_session_token(session: Answer) -> None:
    """A session's token with a part changed is none."""

    @USUAL
    @given(st.integers(0, len(session.token) - 1), st.sampled_from("Aa0_-.=é"))
    def is_refused(place: int, letter: str) -> None:
        changed = session.token[:place] + letter + session.token[place + 1 :]
        answer = lambdas.invoke(Call("GET /v2/account", "", {"authorization": f"Bearer {changed}"}))

        assert answer.status == (200 if changed == session.token else 401) or _is_same_signature(changed, session)

    is_refused()


def _is_same_signature(changed: str, session: Answer) -> bool:
    """Tell whether only bits differ that base64 does not use: those of the last letter."""
    return changed[:-1] == session.token[:-1]


@USUAL
@given(st.binary(max_size=400))
@example(b"-----BEGIN CERTIFICATE-----\n")
def test_any_certificate(content: bytes) -> None:
    """Bytes that are no certificate are refused in the one way that sign-in knows, whatever they are."""
    published = PublishedCertificate("https://static.gc.apple.com/public-key/any.cer", "Game Center")

    try:
        found = published.read(content)
    except ValueError:
        found = None
    assert found is None


JSONS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=12,
)


@USUAL
@given(JSONS, st.text(max_size=60), st.text(max_size=60))
def test_any_body_and_query(session: Answer, body: Any, query: str, header: str) -> None:  # noqa: ANN401 (JSON)
    """Any JSON, query and header at all make no 5xx at routes that read most of them."""
    headers = {"authorization": f"Bearer {session.token}", "x-forwarded-for": header, "user-agent": header}
    for route in ("PUT /v2/account", "POST /v2/friend", "GET /v2/user", "POST /v2/rpc/match/list"):
        assert lambdas.invoke(Call(route, query, headers, json.dumps(body))).status < 500
