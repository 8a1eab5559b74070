"""The player's story that the trial tells is tried out in full at a running server, with its mailbox."""

from collections.abc import Iterator

import pytest
from botocore.credentials import Credentials

from local.admin_api import SignedApi
from local.errors import SmokeError
from local.gateway.iam.operators import CREDENTIALS_FILE, read_key_pairs
from local.gateway.settings import DEVELOPMENT
from local.ports import free_port
from local.trial.clients.letters import Letter, Letters, at_console
from local.trial.clients.stories import STEPS, Story, walk_story
from local.trial.service import Service, basic
from tests.helpers.service.local_gateway import start

pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    """Give a player of a development server."""
    folder = tmp_path_factory.mktemp("story")
    port = free_port()
    started = start(folder, CONSOLE_PORT=str(port))
    url, console = started.wait_for_url(), f"http://127.0.0.1:{port}"
    pairs = {pair.profile: pair for pair in read_key_pairs(folder / "state" / CREDENTIALS_FILE)}
    admin, *_ = (SignedApi(url, Credentials(pairs[name].access_key, pairs[name].secret)) for name in pairs)
    letters = Letters("player@example.com", at_console(console))
    yield Story(Service(url, basic(str(DEVELOPMENT["server_key"]))), letters, admin)
    started.end()


def test_every_step_is_taken(story: Story, capsys: pytest.CaptureFixture[str]) -> None:
    """Each step is reported in a line of its own."""
    walk_story(story)

    lines = capsys.readouterr().out.splitlines()
    assert [line.partition(" (")[0] for line in lines] == [f"ok      {name}" for name in STEPS]


def test_wrong_letters_are_noticed() -> None:
    """A letter about something else, and one without a code, end the story."""
    letters = Letters("a@example.com", lambda: iter([Letter("a@example.com", "Your password", "Hello")]))

    with pytest.raises(SmokeError, match="not one about"):
        letters.next("code")
    with pytest.raises(SmokeError, match="has no code"):
        _ = Letter("a@example.com", "Your code", "Hello").code
