"""What must not be written anywhere: keys, tokens, passwords, addresses, ids that sign in, variables.

Each test says what it uses, and looks for it in all that was printed, whether through the log or beside it.
"""

from collections.abc import Callable

import pytest

from tests.conftest import SETTINGS, Configure
from tests.helpers.players.client import Answer, Call, Client, basic, device_of
from tests.helpers.service.aws import Aws
from tests.helpers.service.clock import Clock

ADDRESS, PASSWORD, WRONG = "Anna.Secret@example.com", "a-password-of-anna", "a-password-that-is-wrong"
KEYS = [SETTINGS["server_key"], *SETTINGS["session"]["keys"], *SETTINGS["session"]["refresh_keys"]]
Written = Callable[..., list[str]]


@pytest.fixture
def written(capfd: pytest.CaptureFixture[str]) -> Written:
    """Give a function that tells which of some texts were written, by whatever way, in whatever case."""

    def find(lines: int, *texts: str) -> list[str]:
        output = "".join(capfd.readouterr()).lower()
        assert output.count('"duration_ms":') == lines, "a line for each request"
        return [text for text in (*KEYS, *texts) if text.lower() in output]

    return find


def tokens(*sessions: Answer) -> list[str]:
    """Give the tokens of sessions, and their parts that could be put together again."""
    whole = [token for session in sessions for token in (session.token, session.refresh_token)]
    return whole + [part for token in whole for part in token.split(".")[1:]]


def test_passwords_and_addresses(client: Client, written: Written) -> None:
    """Signing in by e-mail, rightly, wrongly and with what is no address, tells nothing of it."""
    session = client.authenticate("email", {"username": "anna"}, email=ADDRESS, password=PASSWORD)
    client.authenticate("email", email=ADDRESS, password=WRONG)
    client.authenticate("email", {"username": "anna"}, password=WRONG)
    client.authenticate("email", email=ADDRESS + "@", password=PASSWORD)
    client.authenticate("email", email=ADDRESS, password="short-7")
    client.link(session, "device", id="second-device-of-anna")
    client.unlink(session, "email", email=ADDRESS, password=PASSWORD)
    client.link(session, "email", email=ADDRESS, password=WRONG)

    assert written(8, ADDRESS, PASSWORD, WRONG, "short-7", "second-device-of-anna") == []


def test_tokens_and_variables(client: Client, written: Written, clock: Clock) -> None:
    """Sessions come, go on, are stolen and end without a token or a variable in the log."""
    session = client.authenticate("device", id=device_of("anna"), vars={"a": "secret-variable"})
    refreshed = client.refresh(session.refresh_token, vars={"b": "second-variable"})
    client.get_account(refreshed)
    clock.advance(40)
    client.refresh(session.refresh_token)
    other = client.sign_in("anna")
    client.logout(other, token=other.token, refresh_token=other.refresh_token)
    client.get_account(other)

    texts = [device_of("anna"), "secret-variable", "second-variable", *tokens(session, refreshed, other)]
    assert written(7, *texts) == []


def test_what_is_refused(client: Client, written: Written) -> None:
    """A refusal quotes nothing that was sent."""
    route = "POST /v2/account/authenticate/custom"
    client.call(route, {"id": "secret-custom-id"}, None, {"authorization": basic("wrong-server-key")})
    client.send(Call(route, "", client.application, '{"id": "secret-custom-id"'))
    client.authenticate("custom", {"username": "secret-name\t"}, id="secret-custom-id")
    client.authenticate("custom", {"create": "secret-flag"}, id="secret-custom-id")
    client.authenticate("custom", id=["secret-custom-id"])
    client.refresh("secret.refresh.token")
    client.call("GET /v2/account", headers={"authorization": "Bearer secret.session.token"})

    sent = ["secret-custom-id", "wrong-server-key", basic("wrong-server-key"), "secret-name", "secret-flag"]
    assert written(7, *sent, "secret.refresh.token", "secret.session.token") == []


def test_what_fails(client: Client, aws: Aws, written: Written, configure: Configure) -> None:
    """An outage, a refusal by AWS and a wrong setting are told without what was being done, or what AWS says of it."""
    credential = {"email": ADDRESS, "password": PASSWORD}
    aws.refuse("GetItem", "ValidationException", message=f"bad value {ADDRESS}")
    client.authenticate("email", **credential)
    with aws.outage():
        client.authenticate("email", **credential)
    configure(keys="too-short-a-key", refresh_keys="too-short-a-key")
    client.authenticate("email", **credential)

    assert written(3, ADDRESS, PASSWORD, "too-short-a-key") == []


def test_ids_that_are_none(client: Client, written: Written) -> None:
    """An answer may repeat an id that is none; the log does not."""
    session = client.sign_in("anna")
    for route in ("GET /v2/user", "POST /v2/friend", "DELETE /v2/friend", "POST /v2/friend/block"):
        answer = client.call(
            route, query={"ids": "secret-of-anna"}, headers={"authorization": f"Bearer {session.token}"}
        )
        assert "'secret-of-anna'" in answer.body["message"]

    assert written(5, "secret-of-anna") == []
