"""`make smoke` goes through a service that works, and stops at the first thing that does not, in words."""

import json
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, make_server
from wsgiref.types import StartResponse

import pytest

from local import ROOT
from local.errors import SmokeError
from local.gateway.settings import DEVELOPMENT
from local.trial.service import Service
from local.trial.smoke import DEVELOPMENT_KEY, STEPS, Visit
from tests.helpers.service.local_gateway import running_gateway

pytestmark = pytest.mark.long

Done = subprocess.CompletedProcess[str]
Answers = Callable[[str], tuple[int, str]]


def smoke(url: str, **variables: str) -> Done:
    """Run the command as make does."""
    return subprocess.run(
        [sys.executable, "-m", "local.trial.smoke"],
        cwd=ROOT,
        env=os.environ | {"URL": url, "SERVER_KEY": ""} | variables,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.fixture(scope="module")
def gateway() -> Iterator[str]:
    """Give the URL of a service that works."""
    with running_gateway() as url:
        yield url


class Broken:
    """A service whose answers to requests the test chooses; `asked` has the requests so far."""

    def __init__(self, answers: Answers) -> None:
        self.asked: list[str] = []
        self._answers = answers
        self._server = make_server("127.0.0.1", 0, self._serve, handler_class=Quiet)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()

    def _serve(self, environ: dict[str, Any], start_response: StartResponse) -> list[bytes]:
        route = f"{environ['REQUEST_METHOD']} {environ['PATH_INFO']}"
        self.asked.append(route)
        status, body = self._answers(route)
        start_response(f"{status} as chosen", [("content-type", "application/json")])
        return [body.encode()]

    def close(self) -> None:
        """Stop it."""
        self._server.shutdown()
        self._server.server_close()


class Quiet(WSGIRequestHandler):
    """A handler that logs nothing."""

    def log_message(self, *_arguments: object) -> None:
        """Say nothing."""


@pytest.fixture
def broken() -> Iterator[Callable[[Answers], Broken]]:
    """Give a function that starts a service with such answers."""
    started: list[Broken] = []

    def start(answers: Answers) -> Broken:
        started.append(Broken(answers))
        return started[-1]

    yield start
    for service in started:
        service.close()


def test_a_service_that_works_passes(gateway: str) -> None:
    """Every step is reported in a line of its own, and the command succeeds."""
    done = smoke(gateway + "/")

    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert [line.partition(" (")[0].split(maxsplit=1) for line in lines] == [["ok", name] for name in STEPS]


def test_the_development_server_needs_no_key() -> None:
    """The key that is shown when none is given is the one that `make serve` knows."""
    assert DEVELOPMENT["server_key"] == DEVELOPMENT_KEY


def test_a_wrong_server_key_fails(gateway: str) -> None:
    """The refused step, the route, the status and the service's own words are in one line."""
    done = smoke(gateway, SERVER_KEY="another-key")

    [line] = done.stderr.splitlines()
    assert done.returncode == 1
    assert line.startswith(
        "FAILED  sign in with a new device: POST /v2/account/authenticate/device?create=true was answered 401"
    )
    assert len(done.stdout.splitlines()) == 1


def test_nobody_there_fails() -> None:
    """A service that does not listen is named."""
    with socket.create_server(("127.0.0.1", 0)) as unused:
        url = f"http://127.0.0.1:{unused.getsockname()[1]}"
    done = smoke(url)

    [line] = done.stderr.splitlines()
    assert done.returncode == 1
    assert line.startswith(f"FAILED  the service answers: GET {url}/healthcheck got no answer")


@pytest.mark.parametrize("url", ["", "ftp://127.0.0.1", "game.example.com", "http://"])
def test_no_url_fails(url: str) -> None:
    """What cannot be a URL is refused with an example."""
    done = smoke(url)

    assert done.returncode == 1
    assert "make smoke URL=https://" in done.stderr


@pytest.mark.parametrize(("body", "complaint"), [("<html>", "without JSON"), ("[]", "not as expected")])
def test_an_answer_of_something_else_fails(broken: Callable[[Answers], Broken], body: str, complaint: str) -> None:
    """A page where JSON should be, as a captive portal gives, is a failure and no traceback."""
    service = broken(lambda path: (200, "{}" if path == "GET /healthcheck" else body))

    done = smoke(service.url)

    assert done.returncode == 1
    assert "FAILED  sign in with a new device" in done.stderr
    assert complaint in done.stderr
    assert "Traceback" not in done.stderr


def test_a_session_that_outlives_its_logout_fails(broken: Callable[[Answers], Broken]) -> None:
    """A service that goes on taking the tokens after a logout is found, and the account is deleted all the same."""
    session = {"token": "t", "refresh_token": "r", "created": True}

    def answers(path: str) -> tuple[int, str]:
        if path == "POST /v2/account/authenticate/email" and service.asked.count(path) > 1:
            return 401, "{}"
        return 200, json.dumps({"user": {"id": "one"}} if path == "GET /v2/account" else session)

    service = broken(answers)
    done = smoke(service.url)

    assert done.returncode == 1
    assert done.stderr.startswith(
        "FAILED  both tokens are refused afterwards: GET /v2/account was answered 200, not 401"
    )
    assert service.asked[-1] == "DELETE /v2/account"


def test_an_account_that_stays_is_named(broken: Callable[[Answers], Broken]) -> None:
    """When neither a step nor the deletion at the end works, both are said, with the account's id."""
    session = {"token": "t", "refresh_token": "r", "created": True}

    def answers(path: str) -> tuple[int, str]:
        if path in ("POST /v2/account/link/custom", "DELETE /v2/account"):
            return 503, "{}"
        return 200, json.dumps({"user": {"id": "one"}} if path == "GET /v2/account" else session)

    done = smoke(broken(answers).url)

    assert done.returncode == 1
    assert "FAILED  link a custom id" in done.stderr
    assert "The account one was left behind." in done.stderr


@pytest.mark.parametrize(
    ("status", "body", "complaint"),
    [
        (500, '{"code": 13}', "POST /v2/account/authenticate/apple was answered 500, not 400 or 401"),
        (401, '{"code": 16}', "apple is not set up, and does not say so"),
    ],
)
def test_a_provider_that_hides_its_state_fails(
    broken: Callable[[Answers], Broken], status: int, body: str, complaint: str
) -> None:
    """A provider without settings must say so: to fail, or to look at credentials all the same, is a fault."""
    visit = Visit(Service(broken(lambda _: (status, body)).url, "Basic x"), not_set_up=["apple"])

    with pytest.raises(SmokeError, match=complaint):
        STEPS["providers refuse nonsense, or say that they are not set up"](visit)


def test_unknown_providers_may_be_set_up(broken: Callable[[Answers], Broken]) -> None:
    """Where nobody says which providers have settings, those are asked that need nobody else to refuse nonsense."""
    service = broken(lambda _: (401, '{"code": 16}'))

    STEPS["providers refuse nonsense, or say that they are not set up"](Visit(Service(service.url, "Basic x")))

    assert service.asked == [f"POST /v2/account/authenticate/{provider}" for provider in ("apple", "google")]
