"""Who takes part in the tests of the console."""

import pytest

from tests.helpers.console.visitor import Visitor
from tests.helpers.players.client import Answer, Client
from tests.helpers.service.store import Store


@pytest.fixture
def visitor(store: Store) -> Visitor:
    """Give somebody who looks at the console of a studio that has no players yet."""
    assert store.rows("UsersTable") == []
    return Visitor()


@pytest.fixture
def anna(client: Client) -> Answer:
    """Give a session of a player with a device and a custom id."""
    session = client.sign_in("anna")
    client.link(session, "custom", id="custom-id-of-anna")
    return session
