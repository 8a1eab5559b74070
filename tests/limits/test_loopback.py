"""Lock-out and a shared address, replayed against the development server from many addresses of loopback."""

import http.client
import json
import sys
from base64 import b64encode
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest

from tests.helpers.service.local_gateway import running_gateway

pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(sys.platform != "linux", reason="only Linux answers at all of 127.0.0.0/8"),
]
LIMITS = {"free_guesses": 2, "account_guesses_per_hour": 20, "network_accounts_per_hour": 1000}
EMAIL, PASSWORD = "anna@example.com", "the password of anna"
OWNER, SCHOOL = "127.0.0.2", "127.0.0.3"


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Give the URL of a server with few free guesses, so that fewer passwords are hashed."""
    settings = tmp_path_factory.mktemp("settings") / "settings.json"
    settings.write_text(json.dumps({"server_key": "a-server-key", "limits": LIMITS}))
    with running_gateway(SETTINGS_FILE=str(settings)) as started:
        yield started


def ask(url: str, address: str, way: str, credential: dict[str, str]) -> tuple[int, dict[str, str]]:
    """Sign in from this address and give status and headers."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(str(parts.hostname), parts.port, timeout=30, source_address=(address, 0))
    headers = {"authorization": "Basic " + b64encode(b"a-server-key:").decode(), "x-forwarded-for": OWNER}
    connection.request("POST", f"/v2/account/authenticate/{way}", json.dumps(credential), headers)
    response = connection.getresponse()
    response.read()
    connection.close()
    return response.status, dict(response.getheaders())


def test_owner_is_not_locked_out(url: str) -> None:
    """While strangers at many addresses use up all that they have, the owner signs in at once, and they do not."""
    owned = {"email": EMAIL, "password": PASSWORD}
    assert ask(url, OWNER, "email", owned)[0] == 200

    statuses = [
        ask(url, f"127.0.1.{network}", "email", {"email": EMAIL, "password": f"a wrong one {network}"})[0]
        for network in range(1, 5)
        for _ in range(3)
    ]

    assert statuses.count(401) <= 12
    assert statuses.count(429) >= 4
    assert ask(url, OWNER, "email", owned)[0] == 200
    status, headers = ask(url, "127.0.1.1", "email", owned)
    assert status == 429
    assert int({name.lower(): value for name, value in headers.items()}["retry-after"]) > 0


def test_a_school_plays(url: str) -> None:
    """Hundreds of players behind one address sign up and in by device, though some there guess at passwords."""
    for _ in range(4):
        ask(url, SCHOOL, "email", {"email": EMAIL, "password": "a wrong one of a school"})

    statuses = [ask(url, SCHOOL, "device", {"id": f"device-of-pupil-{at:03}"})[0] for at in [*range(100), *range(100)]]

    assert statuses == [200] * 200
