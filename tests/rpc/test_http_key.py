"""What passes for the http key of servers as Basic credentials, and what does not."""

import base64
import json

import pytest

from tests.conftest import SETTINGS
from tests.helpers.players.client import Answer, Call, Client, basic
from tests.helpers.service.process import restart

HTTP_KEY = "the-http-key-of-the-tests-0123456789"
INVALID = (401, 16, "HTTP key invalid")


@pytest.fixture(autouse=True)
def _http_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SETTINGS", json.dumps(SETTINGS | {"http_key": HTTP_KEY}))
    restart()


def call(client: Client, authorization: str, query: str = "unwrap") -> Answer:
    """Call a procedure that is for servers, and that nothing but the key is missing for."""
    payload = json.dumps({"user_id": "nobody", "password": "a-password"})
    headers = {"authorization": authorization} if authorization else {}
    return client.send(Call("POST /v2/rpc/account/authenticate/password", query, headers, payload))


@pytest.mark.parametrize(
    "authorization",
    [
        pytest.param("Basic " + base64.b64encode(HTTP_KEY.encode()).decode(), id="no colon"),
        pytest.param(f"Basic {HTTP_KEY}:", id="not encoded"),
        pytest.param(
            "Basic " + base64.b64encode(f"{HTTP_KEY}:".encode()).decode()[:-1], id="base64 without its padding"
        ),
        pytest.param("Basic " + base64.b64encode(b"\xff:").decode(), id="no UTF-8"),
        pytest.param("Basic ", id="nothing"),
        pytest.param("Basic", id="the scheme alone"),
        pytest.param(basic(""), id="no user"),
        pytest.param(basic("wrong"), id="another key"),
        pytest.param("bAsIc" + basic("wrong")[5:], id="another key, in another case"),
    ],
)
def test_what_is_no_key(client: Client, authorization: str) -> None:
    """Basic credentials that are malformed, or whose user is another, are a wrong key."""
    assert call(client, authorization).error == INVALID


@pytest.mark.parametrize("authorization", ["", "Basic Og==", "Basic nonsense"])
def test_a_key_in_the_query_is_enough(client: Client, authorization: str) -> None:
    """With the key in the query, as its documentation has it, an empty Basic user beside it does no harm."""
    assert call(client, authorization, f"unwrap&http_key={HTTP_KEY}").error == (401, 16, "Invalid credentials.")


def test_another_scheme_is_no_key(client: Client) -> None:
    """What is neither Basic nor Bearer shows nothing."""
    assert call(client, "Digest x").error == (401, 16, "Auth token or HTTP key required")
