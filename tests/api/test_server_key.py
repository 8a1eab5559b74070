"""The server key: sign-in and refresh are for applications that show it, as HTTP Basic user name."""

import base64

import pytest

from tests.helpers.players.client import Client, basic

ROUTES = [
    "POST /v2/account/authenticate/device",
    "POST /v2/account/authenticate/custom",
    "POST /v2/account/authenticate/email",
    "POST /v2/account/session/refresh",
]


@pytest.mark.parametrize("route", ROUTES)
def test_server_key_is_required(client: Client, route: str) -> None:
    """Without an authorization header the key is asked for, whatever the body."""
    assert client.call(route, {}).error == (401, 16, "Server key required")


@pytest.mark.parametrize("route", ROUTES)
@pytest.mark.parametrize(
    "header",
    [
        pytest.param(basic("wrong"), id="another key"),
        pytest.param(basic("defaultke"), id="a prefix of the key"),
        pytest.param(basic(""), id="no user"),
        pytest.param("Basic " + base64.b64encode(b":defaultkey").decode(), id="the key as password"),
        pytest.param("Basic", id="nothing"),
        pytest.param("Basic !!!!", id="no base64"),
        pytest.param("Basic " + base64.b64encode(b"defaultkey").decode(), id="no colon"),
        pytest.param("Basic defaultkey:", id="not encoded"),
        pytest.param("Basic ZGVmYXVsdGtleTo", id="base64 without its padding"),
        pytest.param("Basic éé==", id="beyond ASCII"),
        pytest.param("Basic " + base64.b64encode(b"\xff\xfe").decode(), id="no UTF-8"),
        pytest.param("Bearer defaultkey", id="another scheme"),
        pytest.param("defaultkey", id="no scheme"),
    ],
)
def test_wrong_server_key(client: Client, route: str, header: str) -> None:
    """Anything that does not show the key is refused in the same words."""
    assert client.call(route, {}, headers={"authorization": header}).error == (401, 16, "Server key invalid")


@pytest.mark.parametrize("header", [basic("defaultkey"), basic("defaultkey").replace("Basic", "bAsIc")])
def test_scheme_is_of_any_case(client: Client, header: str) -> None:
    """The scheme is compared as HTTP has it: without regard to case."""
    answer = client.call(ROUTES[0], {"id": "1234567890"}, headers={"Authorization": header})

    assert answer.status == 200


def test_password_does_not_matter(client: Client) -> None:
    """The key is the user name; a client may send any password, or none."""
    header = "Basic " + base64.b64encode(b"defaultkey:any:thing").decode()

    assert client.call(ROUTES[0], {"id": "1234567890"}, headers={"authorization": header}).status == 200
