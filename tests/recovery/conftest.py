"""What the tests of recovery run in: settings with mail, and a mailbox."""

import json
from collections.abc import Iterator

import pytest

from tests.conftest import SETTINGS
from tests.helpers.players import mail
from tests.helpers.players.client import Client
from tests.helpers.players.mail import Post
from tests.helpers.service.process import restart


@pytest.fixture
def post(client: Client, monkeypatch: pytest.MonkeyPatch) -> Iterator[Post]:  # noqa: ARG001 (it empties the tables)
    """Give the players' mailbox."""

    def settle() -> None:
        monkeypatch.setenv("SETTINGS", json.dumps(SETTINGS | {"mail": mail.SETTINGS}))
        restart()

    with mail.running_post(monkeypatch, settle) as post:
        yield post
