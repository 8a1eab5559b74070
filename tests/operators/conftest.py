"""Who takes part in the tests of what operators do."""

import pytest

from tests.helpers.players.client import Answer, Client
from tests.helpers.players.operator import Operator
from tests.helpers.service.store import Store

EMAIL = {"email": "anna@example.com", "password": "3bc8f72e95a9"}


@pytest.fixture
def operator(store: Store) -> Operator:
    """Give an operator of a studio that has no players yet."""
    assert store.rows("UsersTable") == []
    return Operator()


@pytest.fixture
def anna(client: Client) -> Answer:
    """Give a session of a player with a device, a custom id, and an address with a password."""
    session = client.sign_in("anna")
    client.link(session, "custom", id="custom-id-of-anna")
    client.link(session, "email", **EMAIL)
    return session
