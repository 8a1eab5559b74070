"""Secrets: keys that Secrets Manager holds, read at the first request, again from time to time, and through outages."""

import json
import uuid

import boto3
import pytest

from symbolon.errors import Misconfigured
from symbolon.settings.keyring import KeyRing
from symbolon.settings.settings import MAX_AGE_SECONDS, RELOAD_COOLDOWN_SECONDS, load_settings
from tests.conftest import Log
from tests.helpers.players.client import Answer, Client
from tests.helpers.players.tokens import resign
from tests.helpers.service.aws import Aws
from tests.helpers.service.clock import Clock
from tests.sessions.test_sessions import with_token

KEY = "a-session-key-that-secrets-manager-keeps-01"
NEW_KEY = "a-session-key-that-comes-in-a-rotation-0123"
REFRESH_KEY = "a-refresh-key-that-secrets-manager-keeps-01"


class Vault:
    """The secrets of a deployment."""

    def __init__(self) -> None:
        """Store a key of each kind."""
        endpoint = "https://secretsmanager.us-east-1.amazonaws.com"
        self._manager = boto3.client("secretsmanager", region_name="us-east-1", endpoint_url=endpoint)
        self.arns = {
            path: self._manager.create_secret(Name=str(uuid.uuid4()), SecretString=key)["ARN"]
            for path, key in (("session.keys", KEY), ("session.refresh_keys", REFRESH_KEY))
        }

    def put(self, *keys: str) -> None:
        """Make these the keys of session tokens, as a rotation does."""
        self._manager.put_secret_value(SecretId=self.arns["session.keys"], SecretString=json.dumps(keys))


@pytest.fixture
def vault(aws: Aws, monkeypatch: pytest.MonkeyPatch) -> Vault:
    """Give secrets that the settings name, in place of keys."""
    vault = Vault()
    monkeypatch.setenv("SETTINGS", '{"server_key": "defaultkey", "session": {}}')
    monkeypatch.setenv("SETTINGS_SECRETS", json.dumps(vault.arns))
    monkeypatch.delenv("SYMBOLON_LOCAL")
    assert reads(aws) == 0
    return vault


def reads(aws: Aws) -> int:
    """Count how often a secret was asked for."""
    return sum(asked.operation == "GetSecretValue" for asked in aws.asked)


def signed_with(session: Answer, key: str) -> Answer:
    """Give the session with a token that another instance signed with this key."""
    key_id = KeyRing.parse("", key, allow_weak=False).signing.key_id
    return with_token(session, resign(session.token, {}, key, {"kid": key_id}))


@pytest.mark.usefixtures("vault")
def test_keys_come_from_secrets(client: Client, aws: Aws) -> None:
    """A bare string is a key; each secret is read once and kept."""
    session = client.sign_in("anna")

    assert client.get_account(signed_with(session, KEY)).status == 200
    assert client.get_account(session).status == 200
    assert reads(aws) == 2


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


@pytest.mark.usefixtures("vault")
def test_unknown_keys_are_looked_for_once_a_minute(client: Client, aws: Aws, clock: Clock) -> None:
    """Forged key ids make an instance read its secrets no more than once in the cooldown, however new it is."""
    session = client.sign_in("anna")
    forged = signed_with(session, "a-key-that-was-never-in-any-ring-0123456789")

    at_once = [client.get_account(forged).status for _ in range(5)]
    reads_at_once = reads(aws)
    clock.advance(RELOAD_COOLDOWN_SECONDS + 1)
    later = [client.get_account(forged).status for _ in range(5)]

    assert at_once == later == [401] * 5
    assert (reads_at_once, reads(aws)) == (4, 6)


def test_secret_that_cannot_be_read(client: Client, vault: Vault, aws: Aws, log: Log) -> None:
    """A secret that is denied is the deployment's mistake: the log names it, and the answer does not."""
    aws.refuse("GetSecretValue", "AccessDeniedException")

    answer = client.authenticate("device", id="a-device-of-mine")

    [line] = log()
    assert answer.error == (500, 13, "The service is not configured correctly.")
    assert line["detail"] == f"secret {vault.arns['session.keys']}: AccessDeniedException"


@pytest.mark.usefixtures("aws")
def test_missing_secret() -> None:
    """A secret that does not exist is named."""
    with pytest.raises(Misconfigured) as caught:
        load_settings({"SETTINGS_SECRETS": '{"session.keys": "arn:aws:secretsmanager:us-east-1:1:secret:none"}'})

    assert caught.value.detail == "secret arn:aws:secretsmanager:us-east-1:1:secret:none: ResourceNotFoundException"


@pytest.mark.usefixtures("clock", "vault")
@pytest.mark.parametrize("status", [500, 0], ids=["error", "silence"])
def test_outage_at_the_first_request(client: Client, aws: Aws, status: int) -> None:
    """An instance without keys answers 503, and tries again at the next request."""
    with aws.outage(status):
        assert client.authenticate("device", id="1234567890").error[:2] == (503, 14)

    assert client.authenticate("device", id="1234567890").status == 200


@pytest.mark.usefixtures("vault")
def test_outage_keeps_the_keys_of_a_warm_instance(client: Client, aws: Aws, clock: Clock) -> None:
    """An instance that has keys goes on with them, and does not ask again at every request."""
    session = client.sign_in("anna")
    clock.advance(MAX_AGE_SECONDS + 1)
    with aws.outage():
        assert client.call("GET /healthcheck").status == 200
        attempts = reads(aws)
        assert client.call("GET /healthcheck").status == 200

    assert client.get_account(session).status == 200
    assert reads(aws) == attempts
