"""Clients at the same moment find a service that keeps its promises good, and one that does not, out."""

from collections.abc import Iterator
from typing import Any

import pytest

from local.errors import SmokeError
from local.gateway.settings import DEVELOPMENT
from local.trial.clients.races import RACES, Racetrack, race
from local.trial.service import Service, basic
from tests.helpers.service.local_gateway import running_gateway

pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def service() -> Iterator[Service]:
    """Give a development server."""
    with running_gateway() as url:
        yield Service(url, basic(str(DEVELOPMENT["server_key"])))


def test_every_race_is_run(service: Service, capsys: pytest.CaptureFixture[str]) -> None:
    """Each race is reported in a line of its own."""
    race(Racetrack(service))

    lines = capsys.readouterr().out.splitlines()
    assert [line.partition(" (")[0] for line in lines] == [f"ok      at once, {name}" for name in RACES]


class Forgetful(Service):
    """A service that says yes to everything, and does none of it."""

    def call(self, route: str, *_arguments: Any) -> Any:  # noqa: ANN401 (as there)
        """Give an answer that a client may take for a good one."""
        assert " " in route
        return {"token": "t", "refresh_token": route, "created": True, "user": {"username": "nobody"}, "friends": [{}]}


@pytest.mark.parametrize("name", sorted(set(RACES) - {"refreshes of one token"}))
def test_promises_that_are_not_kept_are_found(name: str) -> None:
    """Answers that look good do not hide what became of the accounts."""
    with pytest.raises(SmokeError):
        RACES[name](Racetrack(Forgetful("http://127.0.0.1:1", "Basic x")))


def test_a_fault_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """The race is in the error, with what went wrong in it."""
    monkeypatch.setattr("local.trial.clients.races.RACES", {"nothing": RACES["renames to one name"]})
    track = Racetrack(Service("http://127.0.0.1:1", "Basic x"))

    with pytest.raises(SmokeError, match=r"^FAILED  at once, nothing: POST .* got no answer"):
        race(track)
