"""A studio that has asked to be told."""

from collections.abc import Iterator

import pytest

from tests.helpers.events.bus import Bus, telling
from tests.helpers.service.aws import Aws
from tests.helpers.service.store import Store


@pytest.fixture
def bus(aws: Aws, store: Store, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bus]:
    """Give the bus, which has heard of nothing yet."""
    assert store.rows("UsersTable") == []
    with telling(aws, monkeypatch) as bus:
        yield bus
