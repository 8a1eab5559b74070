"""Facebook Instant Games: player info that Facebook signs with our app secret, good for ten minutes and one sign-in."""

import time

import pytest

from tests.conftest import Log
from tests.helpers.players.client import Client
from tests.helpers.providers.credentials import INSTANT_SECRET, settle, signed, signed_player_info
from tests.helpers.providers.id_tokens import encoded
from tests.helpers.providers.internet import Internet
from tests.helpers.service import lambdas
from tests.helpers.service.clock import Clock
from tests.helpers.service.store import Store

PROVIDER = "facebookinstantgame"
REFUSED = (401, 16, "Could not authenticate Facebook Instant Game profile.")
WITHOUT_TABLES = Client(lambdas.invoke)

pytestmark = pytest.mark.usefixtures("internet")


def refusal(info: object) -> tuple[int, int, str]:
    """Give the refusal of player info, for which no table is looked into."""
    return WITHOUT_TABLES.authenticate(PROVIDER, signed_player_info=info).error


def test_player_info_signs_in(client: Client, store: Store, internet: Internet) -> None:
    """The first info makes an account for the player id, the next one finds it, and nobody is asked."""
    first = client.authenticate(PROVIDER, signed_player_info=signed_player_info())
    second = client.authenticate(PROVIDER, signed_player_info=signed_player_info(request_payload="another"))

    assert (first.body["created"], "created" in second.body) == (True, False)
    assert store.owners() == {f"{PROVIDER}#4322": second.user_id}
    assert internet.seen == []


def test_padding_is_tolerated(client: Client) -> None:
    """Base64 may be padded or not."""
    signature, payload = signed_player_info().split(".")

    assert client.authenticate(PROVIDER, signed_player_info=f"{signature}=.{payload}").status == 200


def test_link_and_unlink(client: Client) -> None:
    """The player id can be linked to an account, shows there, and is taken away only by its own info or without any."""
    anna = client.sign_in("anna")

    assert client.link(anna, PROVIDER, signed_player_info=signed_player_info()).body == {}
    assert client.get_account(anna).body["user"]["facebook_instant_game_id"] == "4322"
    assert client.unlink(anna, PROVIDER, signed_player_info=signed_player_info(player_id="77")).status == 403
    assert client.unlink(anna, PROVIDER).body == {}


@pytest.mark.parametrize("info", [None, ""])
def test_missing_info(info: str | None) -> None:
    """Player info is required."""
    assert refusal(info) == (400, 3, "Signed Player Info for a Facebook Instant Game is required.")


@pytest.mark.parametrize("secret", ["", "another", INSTANT_SECRET.upper(), "the-app-secret"])
def test_signature_with_another_secret(secret: str) -> None:
    """Only our app secret makes a signature, not an empty one that anybody has."""
    assert refusal(signed_player_info(secret)) == REFUSED


@pytest.mark.parametrize(
    "algorithm", [None, "", "none", "HMAC-SHA1", "hmac-sha256", "HMAC-SHA512", 256, ["HMAC-SHA256"]]
)
def test_other_algorithms(algorithm: object) -> None:
    """The payload must name the one algorithm that there is."""
    assert refusal(signed_player_info(algorithm=algorithm)) == REFUSED


@pytest.mark.parametrize("seconds", [-601, -86_400, 61, 86_400])
def test_info_of_another_time(seconds: int) -> None:
    """Info is good for ten minutes, and a minute ahead of our clock."""
    assert refusal(signed_player_info(issued_at=int(time.time()) + seconds)) == REFUSED


@pytest.mark.parametrize(
    "issued_at", [None, "", "now", str(int(time.time())), [], {}, True, 0, -1, 10**400, 1e300, 1.5], ids=range(12)
)
def test_impossible_time(issued_at: object) -> None:
    """A time that is missing, or no whole number of seconds, is refused."""
    assert refusal(signed_player_info(issued_at=issued_at)) == REFUSED


@pytest.mark.parametrize("player_id", [None, "", 4322, ["4322"], {}, True, "x" * 256, "43\0", "\ud800"])
def test_impossible_player(player_id: object) -> None:
    """A player id that is missing, no text, too long or cannot be stored is refused."""
    assert refusal(signed_player_info(player_id=player_id)) == REFUSED


@pytest.mark.parametrize(
    "payload", [[], ["x"], "null", 7, encoded(b"{"), encoded(b"\xff"), encoded(b"[" * 60_000), "!", ""]
)
def test_payload_that_is_none(payload: object) -> None:
    """What is signed must be a JSON object, whoever signed it."""
    assert refusal(signed(payload)) == REFUSED


def test_shapes() -> None:
    """It has two parts, in base64, in this order, and the signature fits."""
    signature, payload = (good := signed_player_info()).split(".")
    other = signed_player_info(player_id="77").split(".")[1]

    for info in (
        signature,
        f"{signature}.",
        f".{payload}",
        ".",
        f"{good}.",
        f"{good}.{payload}",
        f"{payload}.{signature}",
        f"{signature}.{other}",
        f"{signature[:-2]}.{payload}",
        f"{signature} .{payload}",
        f"{good}=",
        "ä.ö",
    ):
        assert refusal(info) == REFUSED


def test_repetition_and_replay(client: Client, clock: Clock) -> None:
    """The same request again within a minute gets the same account; later the info is spent."""
    info = signed_player_info()

    first, second = (client.authenticate(PROVIDER, signed_player_info=info) for _ in range(2))
    clock.advance(61)

    assert first.user_id == second.user_id
    assert client.authenticate(PROVIDER, signed_player_info=info).error == REFUSED


def test_section_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without settings the provider is off."""
    settle(monkeypatch, facebookinstantgame={"app_secret": None})

    assert refusal(signed_player_info("")) == (400, 9, "Facebook Instant Game authentication is not configured.")


@pytest.mark.parametrize("secret", ["", 7, ["x"]])
def test_secret_that_is_none(monkeypatch: pytest.MonkeyPatch, log: Log, secret: object) -> None:
    """A secret that is empty or no text signs nothing; the log names it, and the client does not learn of it."""
    settle(monkeypatch, facebookinstantgame={"app_secret": secret})

    assert refusal(signed_player_info("")) == (500, 13, "The service is not configured correctly.")
    assert log()[0]["detail"] == "settings: facebookinstantgame.app_secret is missing"
