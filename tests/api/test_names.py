"""Names that are not resolved: a resolver that is down, says that there is no such host, or never says anything."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from tests.helpers.players.client import Client
from tests.helpers.providers.credentials import settle
from tests.helpers.providers.internet import Internet, hang_up
from tests.helpers.providers.ways import ASKING
from tests.helpers.service.aws import Aws
from tests.helpers.service.process import disconnect, restart


@contextmanager
def resolver(act: Callable[[str], None]) -> Iterator[None]:
    """Do that whenever a name is looked up, before it is."""
    resolve = socket.getaddrinfo

    def look_up(host: str, *rest: Any, **more: Any) -> object:  # noqa: ANN401 (getaddrinfo's)
        act(host)
        return resolve(host, *rest, **more)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(socket, "getaddrinfo", look_up)
        hang_up()
        yield


def failing(error: int, name: str = "") -> Callable[[str], None]:
    """Give what fails for a name, or for all."""

    def act(host: str) -> None:
        if name in ("", host):
            raise socket.gaierror(error, "Name or service not known")

    return act


@pytest.mark.usefixtures("clock")
@pytest.mark.parametrize("error", [socket.EAI_AGAIN, socket.EAI_NONAME])
def test_tables(client: Client, aws: Aws, error: int) -> None:
    """Where DynamoDB's name leads nowhere a client hears when to come back, and the next request is served."""
    with resolver(failing(error)):
        disconnect(aws.url)
        during = client.authenticate("device", id="a-device-of-mine")

    assert during.error[:2] == (503, 14)
    assert during.headers["retry-after"].isdecimal()
    assert client.authenticate("device", id="a-device-of-mine").status == 200


@pytest.mark.parametrize("name", ["steam", "facebook", "google", "gamecenter", "play games", "discord"])
def test_providers(client: Client, internet: Internet, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """Where a provider's name leads nowhere its players hear when to come back, and are served when it leads there."""
    way = ASKING[name]
    settle(monkeypatch)
    way.announce(internet)

    with resolver(failing(socket.EAI_AGAIN, way.host)):
        during = client.authenticate(way.provider, **way.credential())
    restart()

    assert during.error == way.down
    assert during.headers["retry-after"].isdecimal()
    assert client.authenticate(way.provider, **way.credential()).status == 200


@pytest.mark.long
@pytest.mark.usefixtures("internet")
def test_resolver_that_never_answers(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """A name that is looked up for ever is given up within 5 seconds."""
    way, over = ASKING["steam"], threading.Event()
    settle(monkeypatch)

    def wait(host: str) -> None:
        if host == way.host:
            over.wait(30)

    with resolver(wait):
        start = time.monotonic()
        answer = client.authenticate(way.provider, **way.credential())
        seconds = time.monotonic() - start
        over.set()

    assert answer.error == way.down
    assert seconds < 5
