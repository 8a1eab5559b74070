"""Who believes players: what `make trial` tries on a deployed stack, tried on a development server."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from local.errors import SmokeError
from local.trial.clients.believers import ANOTHER, AUDIENCE, Believer, walk_beliefs, walk_studio
from local.trial.service import Service, basic
from tests.helpers.service.local_gateway import running_gateway

pytestmark = pytest.mark.long

HTTP_KEY = "a-key-of-game-servers-0123456789"
AUDIENCES: dict[str, dict[str, Any]] = {AUDIENCE: {}, ANOTHER: {}}


@pytest.fixture(scope="module", params=["HS256", "ES256", "RS256"])
def believer(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Believer]:
    """Give a server that signs with one algorithm and knows two audiences."""
    session = {"algorithm": request.param, "audience": "symbolon"}
    document = {"server_key": "a-server-key", "http_key": HTTP_KEY, "session": session, "audiences": AUDIENCES}
    settings = tmp_path_factory.mktemp("settings") / "settings.json"
    settings.write_text(json.dumps(document))
    with running_gateway(SETTINGS_FILE=str(settings)) as url:
        yield Believer(Service(url, basic("a-server-key")), HTTP_KEY)


def test_every_step_is_taken(believer: Believer, capsys: pytest.CaptureFixture[str]) -> None:
    """Discovery, tokens for others and their ends work with each algorithm, and each step prints a line."""
    walk_beliefs(believer, AUDIENCES)

    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()] == ["ok", "ok", "ok"]


def test_server_that_believes_nobody(believer: Believer) -> None:
    """With a wrong key for servers the step that asks fails, by name."""
    with pytest.raises(SmokeError, match="FAILED  tokens for others, useless here"):
        walk_beliefs(Believer(believer.service, "another-key-of-game-servers-0123"), AUDIENCES)


def test_without_audiences_it_is_skipped(capsys: pytest.CaptureFixture[str]) -> None:
    """Where the settings name nobody who should believe players, one line says so."""
    walk_beliefs(Believer(Service("http://127.0.0.1:1", ""), HTTP_KEY), {AUDIENCE: {}})

    assert (
        capsys.readouterr().out
        == f"skipped tokens for others: the settings have no audiences {AUDIENCE} and {ANOTHER}\n"
    )


def test_studio_that_lets_everybody_in(believer: Believer) -> None:
    """An API that greets whoever comes, as the account of the player, fails: it believes tokens for somebody else."""

    class Open(Service):
        def call(self, route: str, expected: Any, body: Any = None, shown: Any = "") -> Any:  # noqa: ANN401
            if expected == 200:
                return {"user_id": believer.ask(str(shown).removeprefix("Bearer "))["sub"]}
            raise SmokeError(f"{route} was answered 200, not {expected}: {body}")

    with pytest.raises(SmokeError, match="by-player was answered 200"):
        walk_studio(believer, Open("http://127.0.0.1:1", ""), by_token=False)
