"""The function that keeps a deployment's keys, its secrets in moto, and functions that read them."""

import json
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import boto3
import pytest

from symbolon.settings.settings import SETTINGS
from tests.helpers.service import lambdas

GENERATED = {
    "session": "GeneratedSessionKeyOfSecretsManager0123456789",
    "refresh": "GeneratedRefreshKeyOfSecretsManager0123456789",
    "http": "GeneratedHttpKeyOfSecretsManager0123456789",
}
URL = "https://abcdefghij.execute-api.us-east-1.amazonaws.com"
STEPS = ("createSecret", "setSecret", "testSecret", "finishSecret")


class Keeper:
    """A stack's keys: its secrets as Secrets Manager makes them, and what the function does with them."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, **session: object) -> None:
        """Make the secrets and the parameter of a new stack, and give the functions their settings."""
        self._secrets = boto3.client(
            "secretsmanager", region_name="us-east-1", endpoint_url="https://secretsmanager.us-east-1.amazonaws.com"
        )
        self._parameters = boto3.client(
            "ssm", region_name="us-east-1", endpoint_url="https://ssm.us-east-1.amazonaws.com"
        )
        self._monkeypatch, self._session = monkeypatch, dict(session)
        self.arns = {
            name: self._secrets.create_secret(Name=str(uuid.uuid4()), SecretString=text)["ARN"]
            for name, text in GENERATED.items()
        }
        self.public = str(uuid.uuid4())
        self._parameters.put_parameter(Name=self.public, Value='{"keys": []}', Type="String")
        monkeypatch.delenv("SYMBOLON_LOCAL")
        self.configure()

    def configure(self, **session: object) -> None:
        """Give the functions settings with these changes to those of sessions."""
        self._session |= session
        # Which algorithm it is, the ring says to all but the function that keeps it.
        section = {name: value for name, value in self._session.items() if name != "algorithm"}
        self._monkeypatch.setenv("SETTINGS", json.dumps({"server_key": "defaultkey", "session": section}))
        places = {"session.keys": "session", "session.refresh_keys": "refresh", "http_key": "http"}
        secrets = {place: self.arns[name] for place, name in places.items()}
        self._monkeypatch.setenv("SETTINGS_SECRETS", json.dumps(secrets))
        self._monkeypatch.setenv("RINGS", json.dumps(self.arns))
        self._monkeypatch.setenv("PUBLIC_KEYS", self.public)
        self._monkeypatch.setenv("SYMBOLON_URL", URL)
        SETTINGS.forget()

    def invoke(self, event: Mapping[str, object]) -> Any:  # noqa: ANN401 (JSON)
        """Call the function, in an instance of its own."""
        with instance({}), self._monkeypatch.context() as patch:
            patch.setenv("SETTINGS_SECRETS", "{}")
            patch.setenv("SETTINGS", json.dumps({"session": self._session}))
            return lambdas.handler_of("KeysFunction")(json.loads(json.dumps(event)), None)

    def rotate(self, ring: str = "session", steps: tuple[str, ...] = STEPS) -> str:
        """Rotate a ring as Secrets Manager does, and give the new version's id."""
        version = str(uuid.uuid4())
        for step in steps:
            self.step(step, ring, version)
        return version

    def step(self, step: str, ring: str, version: str) -> None:
        """Take one step of a rotation."""
        self.invoke({"Step": step, "SecretId": self.arns[ring], "ClientRequestToken": version})

    def text(self, ring: str = "session") -> str:
        """Give a secret's text."""
        return str(self._secrets.get_secret_value(SecretId=self.arns[ring], VersionStage="AWSCURRENT")["SecretString"])

    def put(self, ring: str, text: str) -> None:
        """Put a text into a secret by hand."""
        self._secrets.put_secret_value(SecretId=self.arns[ring], SecretString=text)

    def labels(self, ring: str = "session") -> list[str]:
        """Give the labels that versions of a secret have."""
        versions = self._secrets.describe_secret(SecretId=self.arns[ring])["VersionIdsToStages"]
        return sorted(label for labels in versions.values() for label in labels)

    def published(self) -> dict[str, Any]:
        """Give what is in the parameter."""
        value: dict[str, Any] = json.loads(self._parameters.get_parameter(Name=self.public)["Parameter"]["Value"])
        return value


@contextmanager
def instance(state: dict[str, Any]) -> Iterator[None]:
    """Be an instance that knows of the settings what `state` has, {} for a new one, and note what it knows then."""
    others = dict(vars(SETTINGS))
    vars(SETTINGS).update(state or {"_settings": None, "_fresh_until": 0.0, "_next_renewal": 0.0})
    try:
        yield
    finally:
        state.update(vars(SETTINGS))
        vars(SETTINGS).update(others)
