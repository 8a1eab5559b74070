"""Token exchange (https://www.rfc-editor.org/rfc/rfc8693) for access tokens (https://www.rfc-editor.org/rfc/rfc9068)."""

import json
from typing import Any

import jwt
import pytest

from symbolon.errors import Misconfigured
from symbolon.oauth.audiences import audiences
from symbolon.oauth.grant_types import GRANT_TYPES
from symbolon.oauth.grants import GRANTS
from symbolon.settings.settings import Settings
from tests.helpers.players.client import Answer, Call, Client, basic, bearer, claims_of
from tests.helpers.players.keys import ASYMMETRIC, pem, public_pem
from tests.helpers.players.oauth import (
    ACCESS_TOKEN,
    FORM,
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
from tests.helpers.players.tokens import SESSION_KEY, resign

ALGORITHMS = ["HS256", *ASYMMETRIC]


@pytest.fixture(autouse=True)
def _settings(monkeypatch: pytest.MonkeyPatch) -> None:
    settle(monkeypatch, {})


def with_algorithm(monkeypatch: pytest.MonkeyPatch, algorithm: str) -> Any:  # noqa: ANN401 (what PyJWT takes)
    """Sign with this algorithm, and give the key that verifies."""
    if algorithm == "HS256":
        return SESSION_KEY
    settle(monkeypatch, {"algorithm": algorithm, "keys": [pem(algorithm)]})
    return public_pem(algorithm)


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_answer_and_token(client: Client, monkeypatch: pytest.MonkeyPatch, algorithm: str) -> None:
    """8693, 2.2.1 and 9068, 2: the audience verifies by itself who the player is, and for whom and how long it is."""
    key = with_algorithm(monkeypatch, algorithm)
    session = client.authenticate("device", {"username": "anna"}, id="1234567890", vars={"clan": "red", "cash": "7"})

    answer = player(client).exchange(session.token)

    token = answer.body.pop("access_token")
    claims = jwt.decode(token, key, algorithms=[algorithm], audience="match-server", issuer=ISSUER)
    assert answer.body == {"issued_token_type": ACCESS_TOKEN, "token_type": "Bearer", "expires_in": 120}
    assert answer.headers["cache-control"] == "no-store"
    assert jwt.get_unverified_header(token)["typ"] == "at+jwt"
    assert (claims["sub"], claims["usn"], claims["vrs"]) == (session.user_id, "anna", {"clan": "red"})
    assert claims["exp"] - claims["iat"] == 120
    assert claims.keys() == {*("iss", "sub", "aud", "exp", "iat", "jti", "client_id"), *("tid", "gen", "usn", "vrs")}
    assert claims["client_id"] == "player"


def test_claims_are_the_audiences_choice(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """An audience learns what its settings say, under the standard's names, and of what is empty nothing."""
    session = client.sign_in("anna")
    client.update_account(session, display_name="Anna A.", lang_tag="")
    settle(monkeypatch, {}, audiences={"shop": {"claims": ["name", "locale", "uid"]}})

    claims = claims_of(player(client).exchange(session.token, "shop").body["access_token"])

    assert (claims["name"], claims["uid"]) == ("Anna A.", session.user_id)
    assert not {"usn", "vrs", "locale", "picture"} & claims.keys()


def test_each_token_is_another(client: Client) -> None:
    """9068, 2.2: a token has an id of its own."""
    session = client.sign_in("anna")

    ids = {claims_of(player(client).exchange(session.token).body["access_token"])["jti"] for _ in range(3)}

    assert len(ids) == 3


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_token_is_useless_here(client: Client, monkeypatch: pytest.MonkeyPatch, algorithm: str) -> None:
    """A token for others opens no account, refreshes nothing, ends nothing, and is no subject of another exchange."""
    with_algorithm(monkeypatch, algorithm)
    session = client.sign_in("anna")
    token = player(client).exchange(session.token).body["access_token"]
    as_session = Answer(200, {}, {"token": token, "refresh_token": token})

    assert client.get_account(as_session).error == (401, 16, "Auth token invalid")
    assert client.delete_account(as_session).status == 401
    assert client.logout(as_session).status == 401
    assert client.link(as_session, "custom", id="a-custom-id").status == 401
    assert client.call("GET /v2/friend", headers=bearer(as_session)).status == 401
    assert client.call("POST /v2/rpc/account/lookup", {}, headers=bearer(as_session)).status == 401
    assert client.refresh(token).status == 401
    assert client.logout(session, token=token).status == 400
    assert refused(player(client).exchange(token)) == (400, "invalid_request")


def test_token_of_one_audience_is_none_of_another(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who checks its own name refuses what is for somebody else."""
    with_algorithm(monkeypatch, "ES256")
    token = player(client).exchange(client.sign_in("anna").token).body["access_token"]

    with pytest.raises(jwt.InvalidAudienceError):
        jwt.decode(token, public_pem("ES256"), algorithms=["ES256"], audience="shop")


@pytest.mark.parametrize(
    ("form", "error"),
    [
        ({"grant_type": ""}, "invalid_request"),
        ({"grant_type": "password"}, "unsupported_grant_type"),
        ({"grant_type": "client_credentials"}, "unsupported_grant_type"),
        ({"audience": ""}, "invalid_request"),
        ({"audience": "nobody"}, "invalid_target"),
        ({"audience": "symbolon"}, "invalid_target"),
        ({"audience": ["match-server", "shop"]}, "invalid_target"),
        ({"resource": "https://shop.example.com/"}, "invalid_target"),
        ({"scope": "everything"}, "invalid_scope"),
        ({"subject_token": ""}, "invalid_request"),
        ({"subject_token": "a.b.c"}, "invalid_request"),
        ({"subject_token_type": ""}, "invalid_request"),
        ({"subject_token_type": "urn:ietf:params:oauth:token-type:refresh_token"}, "invalid_request"),
        ({"subject_token_type": "urn:ietf:params:oauth:token-type:saml2"}, "invalid_request"),
        ({"requested_token_type": "urn:ietf:params:oauth:token-type:refresh_token"}, "invalid_request"),
        ({"actor_token": "a.b.c"}, "invalid_request"),
        ({"grant_type": ["a", "b"]}, "invalid_request"),
        ({"subject_token": ["a", "b"]}, "invalid_request"),
        ({"audience": "servers-alone"}, "unauthorized_client"),
        ({"audience": "shop"}, "unauthorized_client"),
    ],
    ids=str,
)
def test_refusals(client: Client, form: dict[str, Any], error: str) -> None:
    """6749, 5.2 and 8693, 2.2.2: what is wrong has the standard's code, with 400."""
    assert refused(player(client).exchange(client.sign_in("anna").token, **form)) == (400, error)


@pytest.mark.parametrize("kind", ["urn:ietf:params:oauth:token-type:jwt", ACCESS_TOKEN])
def test_names_of_a_session_token(client: Client, kind: str) -> None:
    """8693, 3: a session token is an access token, and a JWT."""
    session = client.sign_in("anna")

    answer = player(client).exchange(session.token, subject_token_type=kind, requested_token_type=kind)

    assert answer.status == 200


@pytest.mark.parametrize("content_type", ["application/json", "text/plain", "multipart/form-data; boundary=x"])
def test_other_bodies(client: Client, content_type: str) -> None:
    """6749, 4 and appendix B: parameters come as a form."""
    answer = player(client).post("token", {"grant_type": "x"}, **{"content-type": content_type})

    assert refused(answer) == (400, "invalid_request")


@pytest.mark.parametrize("body", ["", "&&&", "=", "%FF", "a=%00", "a=%ED%A0%80", "{}", "&".join(["a=b"] * 101)])
@pytest.mark.parametrize("path", ["token", "introspect", "revoke"])
def test_bodies_that_are_no_form(client: Client, body: str, path: str) -> None:
    """Whatever is sent, the answer is the standard's refusal."""
    headers = {"authorization": basic(HTTP_KEY), "content-type": FORM}

    answer = client.send(Call(f"POST /oauth2/{path}", "", headers, body))

    assert refused(answer) == (400, "invalid_request")


def test_sessions_that_are_over(client: Client) -> None:
    """A session that was ended, or whose account is gone, leads to nothing."""
    ended, gone = client.sign_in("anna"), client.sign_in("bert")
    client.logout(ended)
    client.delete_account(gone)

    for session in (ended, gone):
        assert refused(player(client).exchange(session.token)) == (400, "invalid_request")


def test_subjects_that_are_none(client: Client) -> None:
    """A refresh token, and a token for another issuer, are no subjects."""
    session = client.sign_in("anna")
    foreign = resign(session.token, {"iss": "https://other.example"})

    for token in (session.refresh_token, foreign, session.token[:-2]):
        assert refused(player(client).exchange(token)) == (400, "invalid_request")


@pytest.mark.parametrize(
    "authorization", [basic("wrong"), basic(""), "Bearer a.b.c", "Basic é", "Basic !", basic("0123456789")]
)
def test_wrong_client(client: Client, authorization: str) -> None:
    """6749, 5.2: who shows something wrong is told how to show itself, and gets nothing."""
    answer = OAuth(client, authorization).exchange(client.sign_in("anna").token)

    assert refused(answer) == (401, "invalid_client")
    assert answer.headers["www-authenticate"].startswith("Basic ")


def test_servers_and_games_may_ask(client: Client) -> None:
    """A game server asks with the http key, a game with the server key or nothing: the token says which."""
    token = client.sign_in("anna").token

    for asker, name in ((server(client), "server"), (OAuth(client, basic("defaultkey")), "player")):
        assert claims_of(asker.exchange(token).body["access_token"])["client_id"] == name
    assert server(client).exchange(token, "servers-alone").status == 200
    assert refused(server(client).exchange(token, "shop")) == (400, "unauthorized_client")


def test_partners_ask_where_they_may(client: Client, engine: str) -> None:
    """A partner asks with its client id and secret, for audiences that name partners, and the token says which."""
    issued = register_at(engine).add("A partner")
    token = client.sign_in("anna").token
    partner = by_password(client, issued.client_id, issued.secret)

    assert claims_of(partner.exchange(token, "shop").body["access_token"])["client_id"] == issued.client_id
    assert refused(partner.exchange(token)) == (400, "unauthorized_client")
    assert refused(by_password(client, issued.client_id, "wrong").exchange(token, "shop")) == (401, "invalid_client")


def test_procedure_is_the_same(client: Client) -> None:
    """`session/exchange` gives a client without OAuth the same token."""
    session = client.sign_in("anna")

    wrapped = client.send(_rpc(session, json.dumps(json.dumps({"audience": "match-server"})), ""))
    plain = client.send(_rpc(session, json.dumps({"audience": "match-server"}), "unwrap"))

    assert claims_of(json.loads(wrapped.body["payload"])["access_token"])["aud"] == "match-server"
    assert plain.body.keys() == {"access_token", "issued_token_type", "token_type", "expires_in"}
    for audience in ("servers-alone", "nobody", ""):
        refusal = client.send(_rpc(session, json.dumps({"audience": audience}), "unwrap"))
        assert refusal.error[:2] == (400, 3)


def _rpc(session: Answer, body: str, query: str) -> Call:
    return Call("POST /v2/rpc/session/exchange", query, bearer(session), body)


def test_no_audiences(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the settings name no audience, nobody gets a token."""
    settle(monkeypatch, {}, audiences={})

    assert refused(player(client).exchange(client.sign_in("anna").token)) == (400, "invalid_target")


def test_grants_are_published() -> None:
    """What discovery says of grants is what there is."""
    assert tuple(GRANTS) == GRANT_TYPES


@pytest.mark.parametrize(
    ("section", "detail"),
    [
        ([], "audiences must be an object"),
        ({"a": 7}, "audiences.a must be an object"),
        ({"": {}}, "audiences. has a name of no use"),
        ({"symbolon": {}}, "audiences.symbolon has a name of no use"),
        ({"x" * 256: {}}, "has a name of no use"),
        ({"a": {"tokens": 1}}, "audiences.a.tokens is unknown"),
        ({"a": {"token_expiry_sec": 29}}, "token_expiry_sec must be 30 to 3600 seconds"),
        ({"a": {"token_expiry_sec": 3601}}, "token_expiry_sec must be 30 to 3600 seconds"),
        ({"a": {"token_expiry_sec": True}}, "token_expiry_sec must be 30 to 3600 seconds"),
        ({"a": {"token_expiry_sec": "300"}}, "token_expiry_sec must be 30 to 3600 seconds"),
        ({"a": {"claims": ["email"]}}, "audiences.a.claims has 'email', which is none of uid, usn"),
        ({"a": {"vars": "all"}}, "audiences.a.vars must be a list of texts"),
        ({"a": {"callers": ["everybody"]}}, "audiences.a.callers has 'everybody', which is none of player, server"),
    ],
)
def test_settings_of_no_use(section: object, detail: str) -> None:
    """What is wrong with an audience is named: a misspelt field must not grant more, or less, than was meant."""
    with pytest.raises(Misconfigured) as caught:
        audiences(Settings({"session": {"keys": ["k" * 32]}, "audiences": section}))

    assert detail in caught.value.detail
