"""What we sign, mail, show or hand out ourselves, to be brought back: with anything in it, it is refused in order."""

import base64
import json
import os
import time
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from symbolon.sessions import jws, tickets
from symbolon.sessions.signatures import encoded, signature
from symbolon.settings.keyring import KeyRing
from symbolon.settings.settings import load_settings
from tests.helpers.answers.anything import JSONS, altered
from tests.helpers.players.client import Answer, Call, Client, basic
from tests.helpers.players.operator import Operator
from tests.helpers.service import lambdas
from tests.helpers.service.process import restart

USUAL = settings(max_examples=25, suppress_health_check=list(HealthCheck))
NOBODY = "00000000-0000-4000-8000-000000000000"
NAKAMAS = {"alg": "HS256", "typ": "JWT"}
CODES = st.text(max_size=30) | st.from_regex(r"[A-Z0-9]{4}-?[A-Z0-9]{4}", fullmatch=True) | JSONS
FORM = {"content-type": "application/x-www-form-urlencoded"}

TOKENS = ("GET /v2/account", "POST /v2/account/session/refresh", "POST /v2/session/logout", "POST /v2/account/merge")
CURSORS = ("GET /v2/friend", "GET /v2/friend/friends", "POST /v2/rpc/match/list")
ADMIN_CURSORS = ("GET /admin/v1/users", "GET /admin/v1/audit", f"GET /admin/v1/users/{NOBODY}/sessions")
CODED = (
    ("POST /v2/account/password/reset", {"email": "anna@example.com", "code": "", "password": "3bc8f72e95a9"}),
    ("POST /v2/account/email/verify", {"email": "anna@example.com", "code": ""}),
    ("POST /v2/account/device/approve", {"user_code": ""}),
)
CODED_FORMS = (
    ("POST /oauth2/token", {"grant_type": "urn:ietf:params:oauth:grant-type:device_code", "device_code": ""}),
    ("POST /reset", {"email": "anna@example.com", "code": "", "password": "3bc8f72e95a9"}),
    ("POST /verify", {"email": "anna@example.com", "code": ""}),
    ("POST /undo", {"email": "anna@example.com", "code": ""}),
)


@pytest.fixture
def anna(client: Client) -> Answer:
    """Give a session."""
    return client.sign_in("anna")


@pytest.mark.parametrize("route", TOKENS)
def test_tokens(anna: Answer, route: str) -> None:
    """A token with our own signature and any claims lets somebody in or is refused, also with Nakama's header."""
    usual = {**anna.claims, "exp": int(time.time()) + 600}

    @USUAL
    @given(altered(usual), st.booleans())
    @example({**usual, "tid": ""}, False)  # noqa: FBT003 (drawn)
    @example({**usual, "uid": ""}, False)  # noqa: FBT003 (drawn)
    @example({**usual, "uid": "x" * 3000}, False)  # noqa: FBT003 (drawn)
    @example({**usual, "iat": 10**400}, True)  # noqa: FBT003 (drawn)
    def is_answered(claims: Any, is_nakamas: bool) -> None:  # noqa: ANN401, FBT001 (JSON; drawn)
        restart()
        assert _shown(route, _token(route, claims, is_nakamas=is_nakamas), anna).status < 500

    is_answered()


def _token(route: str, claims: object, *, is_nakamas: bool) -> str:
    current = load_settings(os.environ)
    ring = current.session_keys if route in (TOKENS[0], TOKENS[2]) else current.refresh_keys
    text = json.dumps(claims)
    if route == TOKENS[3]:
        return jws.write(text, ring, f"{tickets.MERGE}-ticket+jwt")
    return _as_nakama(text, ring) if is_nakamas else jws.write(text, ring)


def _as_nakama(text: str, ring: KeyRing) -> str:
    signed = f"{encoded(json.dumps(NAKAMAS, separators=(',', ':')).encode())}.{encoded(text.encode())}"
    return f"{signed}.{signature(signed, ring.signing)}"


def _shown(route: str, token: str, session: Answer) -> Answer:
    bearer = {"authorization": f"Bearer {token if route in (TOKENS[0], TOKENS[2]) else session.token}"}
    headers = {"authorization": basic("defaultkey")} if "refresh" in route else bearer
    body = {"token": token, "ticket": token, "keep": "this"} if not route.startswith("GET") else None
    return lambdas.invoke(Call(route, "", headers, json.dumps(body) if body else ""))


@pytest.mark.parametrize("route", [*CURSORS, *ADMIN_CURSORS])
def test_cursors(anna: Answer, route: str) -> None:
    """A cursor that says anything is refused, or begins elsewhere in the client's own list."""

    @USUAL
    @given(st.lists(JSONS | st.sampled_from([anna.user_id, "friends", "users"]), max_size=5) | JSONS | st.binary())
    def is_answered(said: Any) -> None:  # noqa: ANN401 (JSON)
        content = said if isinstance(said, bytes) else json.dumps(said).encode()
        cursor = base64.urlsafe_b64encode(content).decode()
        if route in ADMIN_CURSORS:
            answer = Operator().call(route, query={"cursor": cursor, "query": "anna"})
        else:
            body = json.dumps({"cursor": cursor}) if "rpc" in route else ""
            query = "unwrap" if body else urlencode({"cursor": cursor})
            answer = lambdas.invoke(Call(route, query, {"authorization": f"Bearer {anna.token}"}, body))
        assert answer.status in (200, 400, 404)

    is_answered()


@pytest.mark.parametrize(("route", "usual"), [*CODED, *CODED_FORMS], ids=lambda value: value if "/" in value else "")
def test_codes(anna: Answer, route: str, usual: dict[str, str]) -> None:
    """What stands in the place of a code, or beside it, is refused."""
    is_form = (route, usual) in CODED_FORMS
    key = f"Bearer {anna.token}" if "approve" in route else basic("defaultkey")

    @USUAL
    @given(st.sampled_from(sorted(usual)), CODES)
    def is_answered(name: str, code: Any) -> None:  # noqa: ANN401 (JSON)
        restart()
        sent = {**usual, name: code}
        text = urlencode({one: str(value).encode(errors="replace") for one, value in sent.items()})
        call = Call(route, "", FORM, text) if is_form else Call(route, "", {"authorization": key}, json.dumps(sent))
        assert lambdas.invoke(call).status < 500

    is_answered()
