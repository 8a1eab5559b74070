"""The official JavaScript client of Nakama uses a running server without noticing the difference."""

import shutil
from collections.abc import Iterator

import pytest

from local.errors import TrialError
from local.gateway.settings import DEVELOPMENT
from local.trial.clients.nakama_client import FOLDER, drive
from tests.helpers.service.local_gateway import running_gateway

pytestmark = pytest.mark.long

SERVER_KEY = str(DEVELOPMENT["server_key"])

needs_node = pytest.mark.skipif(not shutil.which("node"), reason="node is not installed")
needs_client = pytest.mark.skipif(
    not (FOLDER / "node_modules/@heroiclabs").is_dir(),
    reason="@heroiclabs/nakama-js is not installed: make test does it where npm is",
)


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    """Give the URL of a running server."""
    with running_gateway() as found:
        yield found


@needs_node
@needs_client
def test_official_client_works(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Sign-in, linking, unlinking, refresh, logout and account pass through the client, refusals included."""
    drive(url, SERVER_KEY)

    assert capsys.readouterr().out.startswith("ok      nakama-js")


@needs_node
@needs_client
def test_a_client_that_is_refused_is_a_failure(url: str) -> None:
    """With another server key nothing works, and what Node says of it is in the error."""
    with pytest.raises(TrialError, match="a device signs in twice"):
        drive(url, "another")


def test_without_node_the_client_is_skipped(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A machine without Node gets one line, and no failure."""
    monkeypatch.setenv("PATH", "")

    drive("http://127.0.0.1:1", SERVER_KEY)

    assert capsys.readouterr().out == "skipped nakama-js: there is no node here\n"
