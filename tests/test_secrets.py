"""Secrets: keys that Secrets Manager holds, read at the first request, again from time to time, and through outages."""

import json
from collections.abc import Iterator

import boto3
import botocore.client
import pytest
from botocore.stub import Stubber

from symbolon import secrets
from symbolon.errors import Misconfigured, Unavailable
from symbolon.keyring import KeyRing
from symbolon.settings import MAX_AGE_SECONDS, RELOAD_COOLDOWN_SECONDS, load_settings
from tests.client import Answer, Client
from tests.clock import Clock
from tests.conftest import Log
from tests.process import restart
from tests.test_sessions import with_token
from tests.tokens import resign

KEY = "a-session-key-that-secrets-manager-keeps-01"
NEW_KEY = "a-session-key-that-comes-in-a-rotation-0123"
REFRESH_KEY = "a-refresh-key-that-secrets-manager-keeps-01"


class Vault:
    """The secrets of a deployment; counts what the function asks for, and can be made to fail."""

    def __init__(self, function_client: botocore.client.BaseClient) -> None:
        """Store a key of each kind; `function_client` is what the function asks through."""
        self._manager = boto3.client("secretsmanager", region_name="us-east-1")
        self.arns = {
            "session.keys": self._manager.create_secret(Name="session", SecretString=KEY)["ARN"],
            "session.refresh_keys": self._manager.create_secret(Name="refresh", SecretString=REFRESH_KEY)["ARN"],
        }
        self.reads = 0
        self._failing = Stubber(function_client)
        function_client.meta.events.register("before-parameter-build.secrets-manager", self._count)

    def put(self, *keys: str) -> None:
        """Make these the keys of session tokens, as a rotation does."""
        self._manager.put_secret_value(SecretId="session", SecretString=json.dumps(keys))

    def fail(self, code: str, status: int = 400) -> None:
        """Answer the next request with an error."""
        self._failing.add_client_error("get_secret_value", code, http_status_code=status)
        self._failing.activate()

    def recover(self) -> None:
        """Answer as before."""
        self._failing.deactivate()

    def _count(self, **_request: object) -> None:
        self.reads += 1


@pytest.fixture
def vault(monkeypatch: pytest.MonkeyPatch) -> Iterator[Vault]:
    """Give secrets that the settings name, in place of keys."""
    secrets._client.cache_clear()  # noqa: SLF001 (a client of our own, to watch)
    vault = Vault(secrets._client())  # noqa: SLF001 (as above)
    monkeypatch.setenv("SETTINGS", '{"server_key": "defaultkey", "session": {}}')
    monkeypatch.setenv("SETTINGS_SECRETS", json.dumps(vault.arns))
    monkeypatch.delenv("SYMBOLON_LOCAL")
    yield vault
    secrets._client.cache_clear()  # noqa: SLF001 (as above)


def signed_with(session: Answer, key: str) -> Answer:
    """Give the session with a token that another instance signed with this key."""
    key_id, _ = KeyRing.parse("", key, allow_weak=False).signing
    return with_token(session, resign(session.token, {}, key, {"kid": key_id}))


def test_keys_come_from_secrets(client: Client, vault: Vault) -> None:
    """A bare string is a key; each secret is read once and kept."""
    session = client.sign_in("anna")

    assert client.get_account(signed_with(session, KEY)).status == 200
    assert client.get_account(session).status == 200
    assert vault.reads == 2


def test_secret_may_be_json(client: Client, vault: Vault) -> None:
    """A JSON list in a secret is a ring: the first signs."""
    vault.put(NEW_KEY, KEY)

    session = client.sign_in("anna")

    assert client.get_account(signed_with(session, KEY)).status == 200
    assert session.token == signed_with(session, NEW_KEY).token


def test_secret_goes_where_its_path_says(vault: Vault) -> None:
    """A dotted path reaches into sections of the document, and makes those that are missing."""
    arn = vault.arns["session.keys"]
    environment = {
        "SETTINGS": '{"google": {"a": 1}}',
        "SETTINGS_SECRETS": json.dumps({"google.play_games.secret": arn}),
    }

    settings = load_settings(environment)

    assert settings.document == {"google": {"a": 1, "play_games": {"secret": KEY}}}


def test_new_key_is_used_after_a_while(client: Client, vault: Vault, clock: Clock) -> None:
    """A warm instance signs with a key that was put first within 15 minutes, without a deployment."""
    client.sign_in("anna")
    vault.put(NEW_KEY, KEY)
    before = client.sign_in("anna")
    clock.advance(MAX_AGE_SECONDS + 1)

    after = client.sign_in("anna")

    assert before.token == signed_with(before, KEY).token
    assert after.token == signed_with(after, NEW_KEY).token


def test_unknown_key_is_looked_for(client: Client, vault: Vault, clock: Clock) -> None:
    """A token of a key that was put first elsewhere is accepted by a warm instance at once."""
    session = client.sign_in("anna")
    vault.put(NEW_KEY, KEY)
    clock.advance(RELOAD_COOLDOWN_SECONDS + 1)

    assert client.get_account(signed_with(session, NEW_KEY)).status == 200


def test_unknown_keys_are_looked_for_once_a_minute(client: Client, vault: Vault, clock: Clock) -> None:
    """Forged key ids make an instance read its secrets no more than once in the cooldown, however new it is."""
    session = client.sign_in("anna")
    forged = signed_with(session, "a-key-that-was-never-in-any-ring-0123456789")

    at_once = [client.get_account(forged).status for _ in range(5)]
    reads_at_once = vault.reads
    clock.advance(RELOAD_COOLDOWN_SECONDS + 1)
    later = [client.get_account(forged).status for _ in range(5)]

    assert at_once == later == [401] * 5
    assert (reads_at_once, vault.reads) == (4, 6)


@pytest.mark.parametrize("code", ["AccessDeniedException", "ResourceNotFoundException", "DecryptionFailure"])
def test_secret_that_cannot_be_read(client: Client, vault: Vault, log: Log, code: str) -> None:
    """A secret that is missing or denied is the deployment's mistake: the log names it, and the answer does not."""
    vault.fail(code)

    answer = client.authenticate("device", id="1234567890")

    [line] = log()
    assert answer.error == (500, 13, "The service is not configured correctly.")
    assert line["detail"] == f"secret {vault.arns['session.keys']}: {code}"


def test_missing_secret() -> None:
    """A secret that does not exist is named."""
    with pytest.raises(Misconfigured) as caught:
        load_settings({"SETTINGS_SECRETS": '{"session.keys": "arn:aws:secretsmanager:us-east-1:1:secret:none"}'})

    assert caught.value.detail == "secret arn:aws:secretsmanager:us-east-1:1:secret:none: ResourceNotFoundException"


def test_outage_at_the_first_request(client: Client, vault: Vault) -> None:
    """An instance without keys answers 503, and tries again at the next request."""
    vault.fail("InternalServiceError", 500)

    assert client.authenticate("device", id="1234567890").error == (503, 14, "The secret store is not available.")
    vault.recover()

    assert client.authenticate("device", id="1234567890").status == 200


def test_outage_keeps_the_keys_of_a_warm_instance(client: Client, vault: Vault, clock: Clock) -> None:
    """An instance that has keys goes on with them, and does not ask again at every request."""
    session = client.sign_in("anna")
    vault.fail("InternalServiceError", 500)
    clock.advance(MAX_AGE_SECONDS + 1)

    assert [client.get_account(session).status for _ in range(3)] == [200, 200, 200]
    assert vault.reads == 2 + 1


@pytest.mark.usefixtures("clock")
def test_secret_store_that_does_not_answer(vault: Vault, monkeypatch: pytest.MonkeyPatch) -> None:
    """A secret store that cannot be reached is an outage too."""
    monkeypatch.setenv("AWS_ENDPOINT_URL_SECRETS_MANAGER", "http://127.0.0.1:1")
    restart()

    with pytest.raises(Unavailable):
        load_settings({"SETTINGS_SECRETS": json.dumps(vault.arns)})
