"""The two accounts of a player."""

import pytest

from tests.helpers.players.client import Client
from tests.helpers.players.merging import Twins


@pytest.fixture
def twins(client: Client) -> Twins:
    """Give both accounts of a player, who has tried to link to the new one what the old one has."""
    return Twins.new_of(client)
