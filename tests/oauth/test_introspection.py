"""Questions about tokens (https://www.rfc-editor.org/rfc/rfc7662) and their end (https://www.rfc-editor.org/rfc/rfc7009)."""

import json
from dataclasses import dataclass

import pytest

from tests.helpers.players.client import Answer, Client, basic, claims_of
from tests.helpers.players.oauth import (
    HTTP_KEY,
    ISSUER,
    OAuth,
    by_password,
    player,
    refused,
    server,
    settle,
)
from tests.helpers.players.partner_server import register_at
from tests.helpers.players.tokens import resign
from tests.helpers.service.clock import Clock
from tests.helpers.service.store import Store

INACTIVE = {"active": False}


@pytest.fixture(autouse=True)
def _settings(monkeypatch: pytest.MonkeyPatch) -> None:
    settle(monkeypatch, {})


@dataclass(frozen=True)
class Tokens:
    """All that a player has: a session, and a token for a game server."""

    session: Answer
    access: str

    @property
    def all(self) -> list[str]:
        """The session token, the refresh token, and the token for others."""
        return [self.session.token, self.session.refresh_token, self.access]


def tokens_of(client: Client, name: str = "anna") -> Tokens:
    """Sign in and exchange the session."""
    session = client.sign_in(name)
    return Tokens(session, player(client).exchange(session.token).body["access_token"])


def active(client: Client, tokens: Tokens) -> list[bool]:
    """Tell which of the tokens are in force."""
    return [server(client).introspect(token)["active"] for token in tokens.all]


def test_session_token(client: Client) -> None:
    """7662, 2.2: what a session token says, under the standard's names and Nakama's."""
    session = client.sign_in("anna")

    said = server(client).introspect(session.token)

    claims = session.claims
    assert said == {
        "active": True,
        "username": "anna",
        "token_type": "Bearer",
        **{name: claims[name] for name in ("iss", "sub", "exp", "iat", "tid", "uid", "usn")},
    }
    assert said["iss"] == ISSUER


def test_token_for_others(client: Client) -> None:
    """An audience that cannot verify by itself, as with HS256, hears what the token says."""
    tokens = tokens_of(client)

    said = server(client).introspect(tokens.access)

    assert (said["active"], said["aud"], said["client_id"]) == (True, "match-server", "player")
    assert (said["sub"], said["usn"]) == (tokens.session.user_id, "anna")
    assert "gen" not in said


def test_refresh_token(client: Client) -> None:
    """A refresh token is in force until it was used, and is no bearer token."""
    session = client.sign_in("anna")

    before = server(client).introspect(session.refresh_token)
    successor = client.refresh(session.refresh_token)

    assert before["active"]
    assert "token_type" not in before
    assert server(client).introspect(session.refresh_token) == INACTIVE
    assert server(client).introspect(successor.refresh_token)["active"]


def test_logout_of_everything(client: Client) -> None:
    """After a logout nothing of the player is in force."""
    tokens = tokens_of(client)
    client.logout(tokens.session)

    assert active(client, tokens) == [False, False, False]


def test_logout_of_the_session(client: Client) -> None:
    """A session token that was ended takes what was exchanged for it along; another session goes on."""
    tokens, other = tokens_of(client), tokens_of(client)
    client.logout(tokens.session, token=tokens.session.token)

    assert active(client, tokens) == [False, True, False]
    assert active(client, other) == [True, True, True]


def test_ban(client: Client, store: Store) -> None:
    """A banned player's tokens are not in force, whoever holds them; after the ban they are again."""
    tokens = tokens_of(client)
    store.ban(tokens.session.user_id)

    assert active(client, tokens) == [False, False, False]


def test_deletion(client: Client) -> None:
    """Nor are those of an account that is gone."""
    tokens = tokens_of(client)
    client.delete_account(tokens.session)

    assert active(client, tokens) == [False, False, False]


def test_expiry(client: Client, clock: Clock) -> None:
    """Each token ends at its own time."""
    clock.advance(-3601)
    tokens = tokens_of(client)
    clock.advance(121)
    assert active(client, tokens) == [True, True, False]
    clock.advance(3480)

    assert active(client, tokens) == [False, True, False]


@pytest.mark.parametrize(
    "token", ["x", "a.b.c", "é", "..", "\ud800".encode("utf-8", "replace").decode(), "x" * 100_000]
)
def test_what_is_no_token(client: Client, token: str) -> None:
    """7662, 2.2: what is no token is not in force, and no error."""
    assert server(client).introspect(token) == INACTIVE


@pytest.mark.parametrize("change", [{"iss": "https://other.example"}, {"aud": "shop"}, {"gen": 7}, {"sub": "x"}])
def test_tokens_of_others(client: Client, change: dict[str, object]) -> None:
    """A token for another issuer or audience, or of another generation or subject, is not in force."""
    session = client.sign_in("anna")

    assert server(client).introspect(resign(session.token, change)) == INACTIVE


def test_audience_that_is_no_more(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """When an audience leaves the settings, its tokens end."""
    tokens = tokens_of(client)
    settle(monkeypatch, {}, audiences={})

    assert active(client, tokens) == [True, True, False]


@pytest.mark.parametrize("path", ["introspect", "revoke"])
@pytest.mark.parametrize("authorization", ["", basic("wrong"), "Bearer a.b.c"])
def test_strangers_are_told_nothing(client: Client, path: str, authorization: str) -> None:
    """7662, 4 and 7009, 2.1: who is not known learns nothing and ends nothing."""
    session = client.sign_in("anna")

    assert refused(OAuth(client, authorization).post(path, {"token": session.token})) == (401, "invalid_client")
    assert client.get_account(session).status == 200


def test_games_may_not_ask(client: Client) -> None:
    """The server key is in every copy of the game: it is no reason to be told about tokens."""
    answer = OAuth(client, basic("defaultkey")).post("introspect", {"token": client.sign_in("anna").token})

    assert refused(answer) == (401, "invalid_client")


@pytest.mark.parametrize("path", ["introspect", "revoke"])
@pytest.mark.parametrize("form", [{}, {"token": ""}, {"token": ["a", "b"]}, {"token_type_hint": "access_token"}])
def test_token_is_required(client: Client, path: str, form: dict[str, str]) -> None:
    """7662, 2.1 and 7009, 2.1: without a token, or with two, there is nothing to answer."""
    assert refused(server(client).post(path, form)) == (400, "invalid_request")


@pytest.mark.parametrize("hint", ["access_token", "refresh_token", "anything"])
def test_hints_are_hints(client: Client, hint: str) -> None:
    """7009, 2.1: a hint that is wrong does no harm."""
    tokens = tokens_of(client)

    assert server(client).revoke(tokens.session.token, token_type_hint=hint).status == 200
    assert active(client, tokens)[0] is False


def test_revoked_session_token(client: Client) -> None:
    """The session token ends, with what was exchanged for it; the refresh token goes on, as by a logout with it."""
    tokens = tokens_of(client)

    assert server(client).revoke(tokens.session.token).body == {}

    assert client.get_account(tokens.session).status == 401
    assert active(client, tokens) == [False, True, False]
    assert client.refresh(tokens.session.refresh_token).status == 200


def test_revoked_refresh_token(client: Client) -> None:
    """7009, 2.1: with a refresh token all tokens of its session end."""
    tokens, other = tokens_of(client), tokens_of(client)

    server(client).revoke(tokens.session.refresh_token)

    assert client.get_account(tokens.session).status == 401
    assert client.refresh(tokens.session.refresh_token).status == 401
    assert active(client, tokens) == [False, False, False]
    assert active(client, other) == [True, True, True]


def test_revoked_token_for_others(client: Client) -> None:
    """A token for others ends alone: the session, and its sister, go on."""
    tokens = tokens_of(client)
    sister = player(client).exchange(tokens.session.token).body["access_token"]

    server(client).revoke(tokens.access)

    assert active(client, tokens) == [True, True, False]
    assert server(client).introspect(sister)["active"]


def test_what_is_revoked_is_forgotten_when_it_would_have_ended(client: Client, store: Store) -> None:
    """The note of a revocation outlives the token, and goes by itself."""
    tokens = tokens_of(client)
    server(client).revoke(tokens.access)
    server(client).revoke(tokens.session.token)

    rows = {row["session_id"]: row["expires_at"] for row in store.rows("SessionsTable")}
    access, session = claims_of(tokens.access), tokens.session.claims
    assert rows[f"token#{access['jti']}"] == access["exp"]
    assert rows[session["tid"]] >= claims_of(tokens.session.refresh_token)["exp"]


@pytest.mark.parametrize("token", ["x", "a.b.c"])
def test_nothing_to_revoke(client: Client, token: str) -> None:
    """7009, 2.2: a token that is none is as good as ended; and so is one that was ended before."""
    session = client.sign_in("anna")

    assert server(client).revoke(token).status == 200
    assert [server(client).revoke(session.refresh_token).status for _ in range(2)] == [200, 200]


def test_games_end_their_own_sessions(client: Client) -> None:
    """Who holds the token may end it: the server key says that it is the game."""
    tokens = tokens_of(client)

    OAuth(client, basic("defaultkey")).revoke(tokens.session.refresh_token)

    assert active(client, tokens) == [False, False, False]


def test_partners_hear_of_their_own_players(client: Client, engine: str) -> None:
    """A partner knows, and ends, sessions of its own users and tokens for audiences of partners, and no others."""
    issued, other = register_at(engine).add("One"), register_at(engine).add("Two")
    one = by_password(client, issued.client_id, issued.secret)
    two = by_password(client, other.client_id, other.secret)
    own = _partner_session(client, issued.client_id, issued.secret)
    players = tokens_of(client)
    shop = one.exchange(players.session.token, "shop").body["access_token"]

    assert one.introspect(own)["active"]
    assert one.introspect(shop)["aud"] == "shop"
    assert "username" not in one.introspect(shop)
    assert [two.introspect(own), one.introspect(players.session.token), one.introspect(players.access)] == [
        INACTIVE
    ] * 3
    assert refused(two.revoke(own)) == (400, "unauthorized_client")
    assert one.introspect(own)["active"]
    assert one.revoke(own).status == 200
    assert one.introspect(own) == INACTIVE


def _partner_session(client: Client, client_id: str, secret: str) -> str:
    headers = {"x-client-id": client_id, "x-client-secret": secret}
    answer = client.call("POST /s2s/session", {"user_id": "u-1"}, headers=headers)
    return str(answer.body["access_token"])


def test_disabled_partners(client: Client, engine: str) -> None:
    """A partner that was disabled is unknown."""
    register = register_at(engine)
    issued = register.add("One")
    register.set_enabled(issued.client_id, enabled=False)

    answer = by_password(client, issued.client_id, issued.secret).post("introspect", {"token": "x"})

    assert refused(answer) == (401, "invalid_client")


def test_guesses_at_the_key_are_limited(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """A network that shows wrong keys is told to come back later; who has the right one passes."""
    settle(monkeypatch, {}, limits={"network_guesses_per_hour": 3})
    stranger = OAuth(client, basic("wrong"))

    statuses = [stranger.post("introspect", {"token": "x"}) for _ in range(5)]

    assert [answer.status for answer in statuses] == [401, 401, 401, 429, 429]
    assert refused(statuses[-1]) == (429, "temporarily_unavailable")
    assert int(statuses[-1].headers["retry-after"]) > 0
    assert server(client).introspect("x") == INACTIVE


def test_former_http_key(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """After a rotation servers with the former key go on, here and at procedures, until it leaves the list."""
    settle(monkeypatch, {}, http_key=["a-new-http-key-of-the-tests", HTTP_KEY])
    both = [server(client).introspect("x"), OAuth(client, basic("a-new-http-key-of-the-tests")).introspect("x")]
    settle(monkeypatch, {}, http_key=["a-new-http-key-of-the-tests"])

    assert both == [INACTIVE, INACTIVE]
    assert refused(server(client).post("introspect", {"token": "x"})) == (401, "invalid_client")


def test_no_http_key(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without an http key nobody is a server, whatever is shown."""
    settle(monkeypatch, {}, http_key="")

    for shown in ("", HTTP_KEY):
        assert refused(OAuth(client, basic(shown)).post("introspect", {"token": "x"})) == (401, "invalid_client")


def test_nothing_secret_is_logged(client: Client, capsys: pytest.CaptureFixture[str]) -> None:
    """A log line says who and how it went, and has no token."""
    tokens = tokens_of(client)
    server(client).introspect(tokens.access)
    server(client).revoke(tokens.session.token)

    lines = capsys.readouterr().out
    assert not [token for token in tokens.all if token[-20:] in lines]
    assert HTTP_KEY not in lines
    assert {json.loads(line)["verb"] for line in lines.splitlines()} == {
        "authenticate",
        "token",
        "introspect",
        "revoke",
    }
