"""What is asked for where there is no route, and by HEAD."""

import pytest

from tests.helpers.players.client import Answer, Call, Client, bearer
from tests.helpers.service import lambdas

NOT_FOUND = (404, 5, "Not Found")
GETS = sorted(route for route in lambdas.handlers() if route.startswith("GET ") and "/admin/" not in route)
"""Operators' routes are for signed requests alone, and a signature holds for one method."""


@pytest.mark.parametrize(
    "route",
    [
        *(
            "GET /v2",
            "GET /v2/nothing",
            "POST /v2/account/authenticate/nosuch",
            "POST /v2/account/authenticate/",
            "GET //",
        ),
        *("GET /v2/account/authenticate/device", "PUT /v2/account/authenticate/device", "PATCH /v2/account", "TRACE /"),
        *("POST /", "POST /healthcheck", "DELETE /v2/rpc/account/lookup", "GET /v2/rpc/", "HEAD /v2/nothing"),
        *("GET /s2s/session", "POST /s2s/", "POST /s2s", "GET /favicon.ico", "GET /.env"),
    ],
)
def test_no_such_route(client: Client, route: str) -> None:
    """A path that has no route, and a method that a path has none for, is a 404 with a code."""
    answer = client.send(Call(route))

    assert answer.error == NOT_FOUND
    assert answer.headers["content-type"] == "application/json"


@pytest.mark.parametrize("rest", ["session/", "session"])
def test_the_slash_of_partner_sessions(client: Client, rest: str) -> None:
    """POST /s2s/session may end in a slash, as its documentation writes it."""
    assert client.send(Call(f"POST /s2s/{rest}")).status == 401


@pytest.mark.parametrize("rest", ["sessions/", "session/more", "x"])
def test_what_else_partners_may_ask_for(client: Client, rest: str) -> None:
    """There is nothing else below /s2s."""
    assert client.send(Call(f"POST /s2s/{rest}")).error == NOT_FOUND


@pytest.mark.parametrize("path", ["/", "/healthcheck"])
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_monitors_are_answered(client: Client, method: str, path: str) -> None:
    """Load balancers and uptime monitors ask for the root or the health check, some by HEAD."""
    answer = client.send(Call(f"{method} {path}"))

    assert (answer.status, answer.body) == (200, {})


@pytest.mark.parametrize("route", GETS)
def test_head_is_answered_as_get(client: Client, route: str) -> None:
    """HEAD is answered wherever GET is, and with the same status."""
    session = client.sign_in("anna")

    def status_of(method: str) -> Answer:
        path = route.partition(" ")[2].replace("{id+}", "account/lookup")
        return client.send(Call(f"{method} {path}", headers=bearer(session)))

    get, head = status_of("GET"), status_of("HEAD")

    assert (get.status, get.headers) == (head.status, head.headers)
    assert lambdas.ROUTER.match("HEAD", route.partition(" ")[2].replace("{id+}", "x"))
