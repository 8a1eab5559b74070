"""Two versions at once, as during a rollout: servers of a former version and of today's over the same tables.

The former versions are their own code, out of the history; requests go to both as they come.
"""

import json
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass

import pytest

from local import ROOT
from symbolon.rotation.rings import refresh_keys, session_keys
from symbolon.settings.settings import Settings
from tests.helpers.players.client import Client
from tests.helpers.players.matchmaking import over_http
from tests.helpers.service.real_engines import running
from tests.helpers.versions.releases import COMMITS, serving, unpack

RINGS = {"keys": "a-session-key-of-both-0123456789abc", "refresh_keys": "a-refresh-key-of-both-0123456789abc"}
"""Secrets as a deployment of the first version had them."""


@dataclass(frozen=True)
class Rollout:
    """Servers of a former version and of today's over the same tables, whose engine is at a URL."""

    version: str
    former: Client
    today: Client
    engine: str


def settings_of_both() -> dict[str, object]:
    """Give the settings that both have, with the rings as the update to today's version leaves them."""
    today = Settings({"session": {"algorithm": "HS256"}})
    rings = {"keys": session_keys(today), "refresh_keys": refresh_keys(today)}
    kept = {name: _parsed(ring.ensured(RINGS[name])) for name, ring in rings.items()}
    return {"server_key": "defaultkey", "http_key": "a-key-of-game-servers-0123456789", "session": kept}


@pytest.fixture(scope="module", params=COMMITS)
def rollout(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rollout]:
    """Give both, today's having made the tables."""
    folder = tmp_path_factory.mktemp("rollout")
    code = unpack(request.param, folder / "code")
    settings = folder / "settings.json"
    settings.write_text(json.dumps(settings_of_both()))
    with ExitStack() as stack:
        engine = stack.enter_context(running("embedded"))
        today = stack.enter_context(serving(ROOT, folder / "today", engine, settings))
        former = stack.enter_context(serving(code, folder / "former", engine, settings))
        yield Rollout(request.param, Client(over_http(former)), Client(over_http(today)), engine)


@pytest.fixture(params=["former writes", "today writes"])
def pair(request: pytest.FixtureRequest, rollout: Rollout) -> tuple[Client, Client]:
    """Give who writes and who reads."""
    both = (rollout.former, rollout.today)
    return both if request.param == "former writes" else both[::-1]


@pytest.fixture
def name(request: pytest.FixtureRequest) -> str:
    """Give a name of the test's own, since the tables are all tests'."""
    return "".join(letter if letter.isalnum() else "-" for letter in request.node.name).lower()[-40:]


def _parsed(text: str) -> object:
    return json.loads(text) if text[:1] in "{[" else text
