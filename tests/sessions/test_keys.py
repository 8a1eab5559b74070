"""Signing keys: rings, their rotation, and keys that are refused."""

import json
import re

import jwt
import pytest

from local.gateway.settings import DEVELOPMENT
from symbolon.settings.keys import MIN_KEY_BYTES
from tests.conftest import SETTINGS, Configure
from tests.helpers.players.client import Answer, Client
from tests.helpers.players.tokens import REFRESH_KEY, SESSION_KEY
from tests.helpers.service.process import restart

NEW_SESSION_KEY = "another-session-key-of-the-tests-0123456789"
NEW_REFRESH_KEY = "another-refresh-key-of-the-tests-0123456789"
OURS = sorted(
    {
        *("local-development-session-key-0123456789", "local-development-refresh-key-0123456789", "defaulthttpkey"),
        *re.findall(r"[\w-]*key[\w-]*", json.dumps(DEVELOPMENT)),
    }
    - {"keys", "refresh_keys", "server_key", "http_key"}
)
"""The keys that the development server has or had, built in."""

MISCONFIGURED = (500, 13, "The service is not configured correctly.")


def key_ids(session: Answer) -> tuple[str, str]:
    """Give the ids of the keys that signed the session's tokens."""
    header, refresh = jwt.get_unverified_header(session.token), jwt.get_unverified_header(session.refresh_token)
    return header["kid"], refresh["kid"]


def test_rotation_logs_nobody_out(client: Client, configure: Configure) -> None:
    """A key put first signs from then on, and tokens of the former first key are still accepted."""
    before = client.sign_in("anna")
    configure(keys=[NEW_SESSION_KEY, SESSION_KEY], refresh_keys=[NEW_REFRESH_KEY, REFRESH_KEY])

    after = client.sign_in("anna")

    assert not set(key_ids(before)) & set(key_ids(after))
    assert client.get_account(before).status == client.get_account(after).status == 200
    assert key_ids(client.refresh(before.refresh_token)) == key_ids(after)


def test_key_that_is_ready_but_does_not_sign(client: Client, configure: Configure) -> None:
    """A key in second place verifies before it signs, so that all instances know it when it becomes the first."""
    configure(keys=[NEW_SESSION_KEY])
    ahead = client.sign_in("anna")
    configure(keys=[SESSION_KEY, NEW_SESSION_KEY])

    assert client.get_account(ahead).status == 200


def test_removed_key_is_not_accepted(client: Client, configure: Configure) -> None:
    """Tokens of a key that left its ring are refused."""
    session = client.sign_in("anna")
    configure(keys=[NEW_SESSION_KEY], refresh_keys=[NEW_REFRESH_KEY])

    assert client.get_account(session).status == 401
    assert client.refresh(session.refresh_token).status == 401


def test_key_id_is_the_same_everywhere(client: Client) -> None:
    """Two processes give a key the same id, which does not show the key."""
    first = client.sign_in("anna")
    restart()

    second = client.sign_in("anna")

    assert key_ids(first) == key_ids(second)
    assert not [key_id for key_id in key_ids(first) if key_id in SESSION_KEY + REFRESH_KEY]


def test_ring_of_one_key_may_be_a_string(client: Client, configure: Configure) -> None:
    """A secret that holds one bare key is a ring of one."""
    configure(keys=SESSION_KEY, refresh_keys=REFRESH_KEY)

    assert client.get_account(client.sign_in("anna")).status == 200


@pytest.mark.usefixtures("deployed")
@pytest.mark.parametrize("ring", ["keys", "refresh_keys"])
@pytest.mark.parametrize(
    "value",
    [
        pytest.param("x" * 31, id="under 32 bytes"),
        pytest.param([NEW_SESSION_KEY, "x" * 31], id="under 32 bytes in second place"),
        pytest.param("defaultencryptionkey", id="Nakama's session key"),
        pytest.param("defaultrefreshencryptionkey", id="Nakama's refresh key"),
        *(pytest.param([NEW_SESSION_KEY, key], id=key) for key in OURS if len(key) >= MIN_KEY_BYTES),
    ],
)
def test_weak_keys_are_refused(client: Client, configure: Configure, ring: str, value: object) -> None:
    """Deployed, a key that is short, or that Nakama's documentation or our repository prints, stops every request."""
    configure(**{ring: value})

    assert client.authenticate("device", id="1234567890").error == MISCONFIGURED


@pytest.mark.usefixtures("deployed")
@pytest.mark.parametrize("key", OURS)
def test_our_own_keys_let_no_server_in(client: Client, monkeypatch: pytest.MonkeyPatch, key: str) -> None:
    """Deployed, none of them is a key of servers either."""
    monkeypatch.setenv("SETTINGS", json.dumps(SETTINGS | {"http_key": key}))
    restart()

    answer = client.call("POST /v2/rpc/account/lookup", {}, {"unwrap": "", "http_key": key})

    assert answer.error == MISCONFIGURED


@pytest.mark.parametrize("ring", ["keys", "refresh_keys"])
@pytest.mark.parametrize("value", [None, "", [], [""], {}, 7, [7], ["x" * 40, None]], ids=str)
def test_missing_keys(client: Client, configure: Configure, ring: str, value: object) -> None:
    """A ring that is absent, empty or of another type stops every request that needs it."""
    configure(**{ring: value})

    assert client.authenticate("device", id="1234567890").error == MISCONFIGURED


@pytest.mark.parametrize("place", [0, 1])
def test_shared_key_is_refused(client: Client, configure: Configure, place: int) -> None:
    """A key in both rings would make a session token a refresh token: it is refused, on a developer's machine too."""
    keys = [NEW_SESSION_KEY]
    keys.insert(place, REFRESH_KEY)
    configure(keys=keys)

    assert client.authenticate("device", id="1234567890").error == MISCONFIGURED


@pytest.mark.filterwarnings("ignore::jwt.InsecureKeyLengthWarning")
def test_weak_keys_are_allowed_on_a_developers_machine(client: Client, configure: Configure) -> None:
    """Locally Nakama's defaults work, so that a developer can use one configuration for both."""
    configure(keys=["defaultencryptionkey"], refresh_keys=["defaultrefreshencryptionkey"])

    assert client.get_account(client.sign_in("anna")).status == 200
