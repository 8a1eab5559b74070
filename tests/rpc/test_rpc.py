"""RPC functions: who may call them, how their payloads travel, and the two that come with the product."""

import json

import pytest

from symbolon.errors import Misconfigured
from symbolon.rpc import Caller, procedure
from tests.conftest import SETTINGS
from tests.helpers.players.client import Answer, Call, Client, basic, bearer
from tests.helpers.service.process import restart
from tests.helpers.service.store import Store

HTTP_KEY = "the-http-key-of-the-tests-0123456789"
PASSWORD = "correct horse battery staple"
LOOKUP = "account/lookup"
SIGN_IN = "account/authenticate/password"


@pytest.fixture(autouse=True)
def _http_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SETTINGS", json.dumps(SETTINGS | {"http_key": HTTP_KEY}))
    restart()


@pytest.fixture
def ada(client: Client) -> Answer:
    """Give the session of a player with a password."""
    session = client.sign_in("ada")
    assert client.link(session, "email", email="ada@example.com", password=PASSWORD).status == 200
    return session


def unwrapped(client: Client, rpc_id: str, payload: object, shown: dict[str, str]) -> Answer:
    """Call a procedure with the payload as the body; `shown` are headers, or `http_key` in the query."""
    key = f"&http_key={shown['http_key']}" if "http_key" in shown else ""
    headers = {name: value for name, value in shown.items() if name != "http_key"}
    return client.send(Call(f"POST /v2/rpc/{rpc_id}", f"unwrap=null{key}", headers, json.dumps(payload)))


def by_server(client: Client, payload: object) -> Answer:
    """Sign in by password, as a game server does."""
    return unwrapped(client, SIGN_IN, payload, {"http_key": HTTP_KEY})


@pytest.mark.parametrize("name", ["user_id", "username"])
def test_password_sign_in(client: Client, ada: Answer, name: str) -> None:
    """A server that shows the http key signs a player in by id or username, with the password."""
    who = {"user_id": ada.user_id, "username": "ada"}[name]

    answer = by_server(client, {name: who, "password": PASSWORD})

    assert (answer.status, set(answer.body)) == (200, {"token", "refresh_token"})
    assert client.get_account(answer).body["user"]["id"] == ada.user_id


def test_password_sign_in_by_discord_id(client: Client, ada: Answer, store: Store) -> None:
    """A player who linked a Discord account is known by its id."""
    store.put_identity("discord#695081603180789771", ada.user_id)

    answer = by_server(client, {"discord_id": "695081603180789771", "password": PASSWORD})

    assert answer.user_id == ada.user_id


@pytest.mark.parametrize(
    "payload",
    [
        {"username": "ada", "password": "not the password"},
        {"username": "nobody", "password": PASSWORD},
        {"username": "u" * 3000, "password": PASSWORD},
        {"user_id": "00000000-0000-4000-8000-000000000000", "password": PASSWORD},
        {"user_id": "no id at all", "password": PASSWORD},
        {"discord_id": "1", "password": PASSWORD},
    ],
)
def test_password_sign_in_tells_nothing(client: Client, ada: Answer, payload: dict[str, str]) -> None:
    """An unknown account and a wrong password are refused in the same words."""
    assert ada.status == 200

    assert by_server(client, payload).error == (401, 16, "Invalid credentials.")


def test_account_without_password(client: Client) -> None:
    """An account that never had a password has none that fits."""
    client.sign_in("grace")

    assert by_server(client, {"username": "grace", "password": PASSWORD}).error == (401, 16, "Invalid credentials.")


def test_banned_account(client: Client, ada: Answer, store: Store) -> None:
    """A banned player does not get in through the back door."""
    store.ban(ada.user_id)

    assert by_server(client, {"username": "ada", "password": PASSWORD}).error == (403, 7, "User account banned.")


def test_refresh_by_procedure(client: Client, ada: Answer) -> None:
    """A refresh token alone is exchanged for the session's next tokens."""
    answer = by_server(client, {"refresh_token": ada.refresh_token})

    assert answer.claims["tid"] == ada.claims["tid"]
    assert answer.claims["rot"] == 1


def test_password_sign_in_needs_the_http_key(client: Client, ada: Answer) -> None:
    """A player's session is no http key: a client could try passwords with it."""
    answer = unwrapped(client, SIGN_IN, {"username": "ada", "password": PASSWORD}, bearer(ada))

    assert (answer.status, answer.body["code"]) == (403, 7)


@pytest.mark.parametrize("name", ["user_id", "username"])
def test_lookup(client: Client, ada: Answer, name: str) -> None:
    """A player is found by the exact id or username, and shows what everyone may see."""
    who = {"user_id": ada.user_id.upper(), "username": "ada"}[name]
    client.update_account(ada, display_name="Ada", avatar_url="https://cdn.example.com/a.png")

    answer = unwrapped(client, LOOKUP, {name: who}, bearer(client.sign_in("grace")))

    assert answer.body == {
        "id": ada.user_id,
        "discord_id": "",
        "username": "ada",
        "display_name": "Ada",
        "avatar_url": "https://cdn.example.com/a.png",
    }


def test_lookup_of_nobody(client: Client) -> None:
    """Nobody found is a 404, with Nakama's two texts of an RPC error."""
    answer = unwrapped(client, LOOKUP, {"username": "nobody"}, bearer(client.sign_in("ada")))

    assert answer.error == (404, 5, "User not found.")
    assert answer.body["error"] == answer.body["message"]


@pytest.mark.parametrize("payload", [{}, {"username": 1}, {"username": ["ada"]}, [], "ada", 1])
def test_lookup_with_a_bad_payload(client: Client, payload: object) -> None:
    """A payload that names nobody, or is no object, is the caller's mistake."""
    answer = unwrapped(client, LOOKUP, payload, bearer(client.sign_in("ada")))

    assert (answer.status, answer.body["code"]) == (400, 3)


def test_wrapped_call(client: Client, ada: Answer) -> None:
    """Without unwrap both payloads travel as JSON strings, as Nakama's clients send them."""
    body = json.dumps(json.dumps({"username": "ada"}))

    answer = client.send(Call(f"POST /v2/rpc/{LOOKUP}", "", bearer(ada), body))

    assert set(answer.body) == {"payload"}
    assert json.loads(answer.body["payload"])["id"] == ada.user_id


def test_get_call(client: Client, ada: Answer) -> None:
    """A GET carries its payload in the query."""
    answer = client.call(f"GET /v2/rpc/{LOOKUP}", None, {"payload": '{"username":"ada"}'}, bearer(ada))

    assert json.loads(answer.body["payload"])["id"] == ada.user_id


def test_wrapped_call_with_an_object(client: Client, ada: Answer) -> None:
    """Without unwrap a body that is no JSON string is refused, and the answer says what to do."""
    answer = client.send(Call(f"POST /v2/rpc/{LOOKUP}", "", bearer(ada), '{"username":"ada"}'))

    assert answer.error == (400, 3, "Request body must be a JSON string, or the query must have unwrap.")


def test_ids_are_known_in_any_case(client: Client, ada: Answer) -> None:
    """The case of an id does not matter."""
    assert unwrapped(client, "Account/LOOKUP", {"username": "ada"}, bearer(ada)).status == 200


def test_unknown_procedure(client: Client, ada: Answer) -> None:
    """An id that nothing is registered under is a 404."""
    assert unwrapped(client, "no/such", {}, bearer(ada)).error == (404, 5, "RPC function not found")


def test_calls_without_any_key(client: Client) -> None:
    """A call without a session or key is refused before its id is looked up."""
    assert unwrapped(client, "no/such", {}, {}).error == (401, 16, "Auth token or HTTP key required")


@pytest.mark.parametrize("headers", [{}, {"authorization": basic("")}, {"authorization": "Bearer abc"}])
def test_wrong_http_key(client: Client, headers: dict[str, str]) -> None:
    """A wrong key is refused, whatever else the call shows."""
    assert unwrapped(client, SIGN_IN, {}, headers | {"http_key": "wrong"}).error == (401, 16, "HTTP key invalid")


def test_http_key_as_basic_user(client: Client, ada: Answer) -> None:
    """The http key may be the Basic user name."""
    payload = {"user_id": ada.user_id, "password": PASSWORD}

    assert unwrapped(client, SIGN_IN, payload, {"authorization": basic(HTTP_KEY)}).status == 200


def test_no_http_key_is_configured(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a key in the settings no key is right, the empty one included."""
    monkeypatch.setenv("SETTINGS", json.dumps(SETTINGS))
    restart()

    assert unwrapped(client, SIGN_IN, {}, {"authorization": basic("")}).status == 401
    assert unwrapped(client, SIGN_IN, {}, {"http_key": "x"}).error == (401, 16, "HTTP key invalid")


def test_published_http_key_is_refused(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """Deployed, the key that Nakama's documentation prints opens nothing, even to who knows it."""
    monkeypatch.setenv("SETTINGS", json.dumps(SETTINGS | {"http_key": "defaulthttpkey"}))
    monkeypatch.delenv("SYMBOLON_LOCAL")
    restart()

    assert unwrapped(client, SIGN_IN, {}, {"http_key": "defaulthttpkey"}).status == 500


def test_ended_session(client: Client, ada: Answer) -> None:
    """A session that was logged out calls nothing."""
    client.logout(ada)

    assert unwrapped(client, LOOKUP, {"username": "ada"}, bearer(ada)).error == (401, 16, "Auth token invalid")


def test_an_id_is_registered_once() -> None:
    """Two functions under one id are a mistake that shows when they are loaded."""
    with pytest.raises(Misconfigured) as caught:
        procedure("Account/Lookup", caller=Caller.ANY)(lambda _call: None)

    assert "account/lookup" in caught.value.detail.lower()
