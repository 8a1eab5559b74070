"""Google: ID tokens, for which see also `test_idtokens`, and server auth codes of Play Games."""

import pytest

from tests.conftest import Log
from tests.helpers.players.client import Client
from tests.helpers.providers.credentials import CODE, EXCHANGE, PLAYER, announce_play_games, settle
from tests.helpers.providers.id_tokens import GOOGLE_ID
from tests.helpers.providers.internet import GAMES, GOOGLE, TOKENS, Internet
from tests.helpers.providers.replies import Reply, as_json
from tests.helpers.service import lambdas
from tests.helpers.service.store import Store

REFUSED = (401, 16, "Could not authenticate Google profile.")
DOWN = (503, 14, "Google is not available at the moment.")
MISCONFIGURED = (500, 13, "The service is not configured correctly.")
NOT_CONFIGURED = (400, 9, "Google authentication is not configured.")
pytestmark = pytest.mark.usefixtures("store")
ANYBODY = Client(lambdas.invoke)


def refusal(token: str = CODE, client: Client = ANYBODY) -> tuple[int, int, str]:
    """Give the refusal of a token or code."""
    return client.authenticate("google", token=token).error


@pytest.mark.parametrize("issuer", ["https://accounts.google.com", "accounts.google.com"])
def test_profile_of_an_id_token(client: Client, internet: Internet, issuer: str) -> None:
    """Name, picture and verified address fill an empty profile, by either name of the issuer."""
    GOOGLE_ID.publish(internet)
    claims = {"name": "Anna", "picture": "https://lh3.example.com/a", "email": "anna@gmail.com", "email_verified": True}

    account = client.get_account(client.authenticate("google", token=GOOGLE_ID.token(claims | {"iss": issuer}))).body

    assert (account["user"]["display_name"], account["user"]["google_id"]) == ("Anna", "anna")
    assert (account["user"]["avatar_url"], account["email"]) == ("https://lh3.example.com/a", "anna@gmail.com")


def test_code_signs_in(client: Client, store: Store, internet: Internet) -> None:
    """The first code makes an account for the player id, another one finds it, each with two requests."""
    announce_play_games(internet)

    first = client.authenticate("google", token=CODE)
    second = client.authenticate("google", token="4/0Another-code")

    assert (first.body["created"], "created" in second.body) == (True, False)
    assert store.owners() == {"google#a_4711": second.user_id}
    assert (internet.asked(TOKENS), internet.asked(GAMES), internet.asked(GOOGLE)) == (2, 2, 0)


def test_requests_to_google(client: Client, internet: Internet) -> None:
    """The code goes with our secret into a form, and the access token into a header, where no log of URLs has them."""
    announce_play_games(internet)

    client.authenticate("google", token=CODE)

    exchange, player = internet.seen
    assert (exchange.method, exchange.query, player.query) == ("POST", {}, {})
    assert exchange.form == {
        "grant_type": "authorization_code",
        "code": CODE,
        "client_id": GOOGLE_ID.audience,
        "client_secret": "the-client-secret",
        "redirect_uri": "",
    }
    assert player.headers["authorization"] == "Bearer ya29.play-games"


def test_code_works_once(client: Client, internet: Internet, log: Log) -> None:
    """A code that Google has seen before, or never gave, is refused."""
    internet.announce(EXCHANGE, as_json({"error": "invalid_grant"}, 400))

    assert refusal(client=client) == REFUSED
    assert log()[0]["detail"] == "Play Games: the exchange of the code got status 400"


def test_code_of_another_sign_in(client: Client, internet: Internet, log: Log) -> None:
    """A code without the scope of Play Games is a mistake in the game, which the log explains."""
    announce_play_games(internet)
    internet.announce(PLAYER, as_json({"error": {"code": 403, "status": "ACCESS_TOKEN_SCOPE_INSUFFICIENT"}}, 403))

    assert refusal(client=client) == REFUSED
    assert "games_lite" in log()[0]["detail"]


def test_player_who_is_unknown(client: Client, internet: Internet) -> None:
    """An error about the access token is a refusal."""
    announce_play_games(internet)
    internet.announce(PLAYER, as_json({"error": {"code": 401}}, 401))

    assert refusal(client=client) == REFUSED


@pytest.mark.parametrize("player_id", [None, "", 4711, ["a_4711"], "x" * 256, "a\0", "\ud800"])
def test_player_that_is_none(client: Client, internet: Internet, player_id: object) -> None:
    """A player without an id that can be kept is nobody."""
    announce_play_games(internet, playerId=player_id)

    assert refusal(client=client) == REFUSED


def test_former_player_id(client: Client, store: Store, internet: Internet) -> None:
    """A player whose id Google has changed keeps the account, which moves to the new id."""
    announce_play_games(internet, playerId="g_0815")
    before = client.authenticate("google", token=CODE)

    announce_play_games(internet, playerId="a_4711", originalPlayerId="g_0815")
    after = client.authenticate("google", token="4/0Another-code")

    assert after.user_id == before.user_id
    assert [row["identity"] for row in store.rows("IdentitiesTable")] == ["google#a_4711"]


@pytest.mark.parametrize("former", [None, "", "a_4711", "never-seen", ["x"], "x" * 3000, "\ud800"])
def test_former_player_id_of_nobody(client: Client, internet: Internet, former: object) -> None:
    """A former id that is none, or has no account, changes nothing."""
    announce_play_games(internet, originalPlayerId=former)

    assert client.authenticate("google", token=CODE).body["created"] is True


@pytest.mark.parametrize("code", ["x" * 1025, "ä" * 513])
def test_too_long(internet: Internet, code: str) -> None:
    """No code is that long."""
    assert refusal(code) == REFUSED
    assert internet.seen == []


@pytest.mark.parametrize("token", [None, "", [], "é", "\ud800", "a\r\nX: 1"])
def test_nonsense(client: Client, internet: Internet, token: object) -> None:
    """An exchange without an access token that can be shown says nothing against the player."""
    internet.announce(EXCHANGE, as_json({"access_token": token}))

    assert refusal(client=client) == DOWN


def test_code_is_not_sent_again(client: Client, internet: Internet) -> None:
    """When the connection breaks the code may be spent, so that it is for the client to get another."""
    internet.fail(TOKENS, Reply(raw=b""))

    assert refusal(client=client) == DOWN
    assert internet.asked(TOKENS) == 1


@pytest.mark.parametrize("kind", ["audiences", "play_games"])
def test_each_kind_has_its_settings(internet: Internet, monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    """Without its own setting a kind of credential is off, whatever the other has."""
    settle(monkeypatch, google={kind: None})

    assert refusal(GOOGLE_ID.token() if kind == "audiences" else CODE) == NOT_CONFIGURED
    assert internet.seen == []


@pytest.mark.parametrize(
    "application", [{"client_id": "x"}, {"client_secret": "x"}, {"client_id": "", "client_secret": ""}]
)
def test_half_a_setting(internet: Internet, monkeypatch: pytest.MonkeyPatch, application: dict[str, str]) -> None:
    """Play Games takes an id and a secret."""
    settle(monkeypatch, google={"play_games": application})

    assert refusal() == MISCONFIGURED
    assert internet.seen == []
