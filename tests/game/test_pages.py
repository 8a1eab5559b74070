"""The example game's files are served with what this server needs, and nothing else is."""

import hashlib

import pytest
from werkzeug.test import Client

from local import ROOT
from local.game.game import FOLDER, Game, running_game

PACKAGE = ROOT / "tests/nakama_js/node_modules/@heroiclabs/nakama-js/dist/nakama-js.esm.mjs"


@pytest.fixture
def visitor() -> Client:
    """Give somebody who looks at the game of a server on another port."""
    return Client(Game("http://127.0.0.1:8080", "a-key-of-ours"))


def test_first_page(visitor: Client) -> None:
    """The address alone shows the game, which may speak to this server and to no other."""
    answer = visitor.get("/")

    assert "Nine Lamps" in answer.text
    assert "connect-src http://127.0.0.1:8080;" in answer.headers["content-security-policy"]


def test_config_is_of_this_server(visitor: Client) -> None:
    """The game finds the server that was started, with its key."""
    text = visitor.get("/config.js").text

    assert '"host": "127.0.0.1", "port": "8080", "ssl": false, "serverKey": "a-key-of-ours"' in text


def test_files_have_their_types(visitor: Client) -> None:
    """A browser runs no module that is not called JavaScript."""
    types = {path.name: visitor.get(f"/{path.name}").content_type for path in FOLDER.iterdir() if path.suffix != ".md"}

    assert types["nakama-js.mjs"] == types["main.js"] == "text/javascript; charset=utf-8"
    assert None not in types.values()


@pytest.mark.parametrize("path", ["/nothing.js", "/README.md", "/../studio-api/README.md", "/%2e%2e/README.md"])
def test_nothing_else_is_served(visitor: Client, path: str) -> None:
    """Neither what there is not, nor what is not the game's."""
    assert visitor.get(path).status_code == 404


def test_nothing_is_taken(visitor: Client) -> None:
    """A form that is sent here is refused."""
    answer = visitor.post("/", data={"a": "b"})

    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, HEAD")


def test_no_game() -> None:
    """Who wants no game has none."""
    with running_game("0", "http://127.0.0.1:7350", "defaultkey") as where:
        assert where == "none (GAME_PORT=0)"


def test_client_is_the_one_that_is_said() -> None:
    """The client in the repository is the one whose licence and sum stand beside it."""
    digest = hashlib.sha256((FOLDER / "nakama-js.mjs").read_bytes()).hexdigest()

    assert f"SHA-256 {digest}" in (FOLDER / "nakama-js.LICENSE.txt").read_text(encoding="utf-8")


@pytest.mark.skipif(not PACKAGE.exists(), reason="nakama-js is not installed here")
def test_client_is_the_package() -> None:
    """It is the locked package's file, to the byte."""
    assert (FOLDER / "nakama-js.mjs").read_bytes() == PACKAGE.read_bytes()
