"""The settings document: where it comes from, what may be wrong with it, and who is told."""

from pathlib import Path

import pytest

from symbolon.errors import FailedPrecondition, Misconfigured
from symbolon.settings.settings import Settings, load_settings
from tests.conftest import Configure, Log
from tests.helpers.players.client import Client

MISCONFIGURED = (500, 13, "The service is not configured correctly.")


def test_document_comes_from_the_environment() -> None:
    """SETTINGS is the document itself."""
    assert load_settings({"SETTINGS": '{"server_key": "abc"}'}).server_key == "abc"


def test_document_comes_from_a_file(tmp_path: Path) -> None:
    """SETTINGS_FILE is the path of the document, and wins over SETTINGS."""
    path = tmp_path / "settings.json"
    path.write_text('{"server_key": "of the file"}')

    assert load_settings({"SETTINGS_FILE": str(path), "SETTINGS": '{"server_key": "abc"}'}).server_key == "of the file"


@pytest.mark.parametrize(
    ("environment", "detail"),
    [
        ({"SETTINGS": "{"}, "SETTINGS: not valid JSON"),
        ({"SETTINGS": "[]"}, "SETTINGS: must be a JSON object"),
        ({"SETTINGS_FILE": "/nonexistent.json"}, "SETTINGS_FILE: cannot read /nonexistent.json: No such file"),
        ({"SETTINGS_SECRETS": "nonsense"}, "SETTINGS_SECRETS: not valid JSON"),
    ],
)
def test_document_that_cannot_be_read(environment: dict[str, str], detail: str) -> None:
    """What is wrong is said with the variable's name."""
    with pytest.raises(Misconfigured) as caught:
        load_settings(environment)

    assert caught.value.detail.startswith(detail)


@pytest.mark.parametrize(
    ("document", "detail"),
    [
        ({}, "settings: server_key is missing"),
        ({"server_key": ""}, "settings: server_key is missing"),
        ({"server_key": 7}, "settings: server_key is missing"),
        ({"server_key": "defaultkey"}, "settings: session is missing"),
        ({"server_key": "defaultkey", "session": []}, "settings: session is missing"),
        (
            {"server_key": "defaultkey", "session": {"keys": ["x" * 32]}},
            "settings: session.refresh_keys must be a list of keys, the signing one first",
        ),
    ],
)
def test_missing_setting_is_named(document: dict[str, object], detail: str) -> None:
    """What the document lacks is said with the setting's name."""
    settings = Settings(document)

    with pytest.raises(Misconfigured) as caught:
        _ = (settings.server_key, settings.refresh_keys)

    assert caught.value.detail == detail


def test_missing_setting_is_named_in_the_log_alone(client: Client, monkeypatch: pytest.MonkeyPatch, log: Log) -> None:
    """A request that needs the setting is answered 500 without a hint; the operator finds its name in the log."""
    monkeypatch.setenv("SETTINGS", '{"session": {}}')

    answer = client.authenticate("device", id="1234567890")

    [line] = log()
    assert answer.error == MISCONFIGURED
    assert (line["level"], line["detail"]) == ("ERROR", "settings: server_key is missing")


@pytest.mark.parametrize("name", ["token_expiry_sec", "refresh_token_expiry_sec"])
@pytest.mark.parametrize("value", [-1, 1.5, "60", True, None, []], ids=str)
def test_lifetime_that_is_no_number(client: Client, configure: Configure, name: str, value: object) -> None:
    """A lifetime must be a whole number of seconds: "0" or true could mean anything."""
    configure(**{name: value})

    assert client.authenticate("device", id="1234567890").error == MISCONFIGURED


def test_section_of_a_provider() -> None:
    """A provider's section is what the document has for it."""
    assert Settings({"steam": {"app_id": 480}}).section("steam", "Steam") == {"app_id": 480}


@pytest.mark.parametrize("document", [{}, {"steam": {}}, {"steam": None}])
def test_missing_section_is_a_provider_that_is_not_configured(document: dict[str, object]) -> None:
    """Without a section the provider is not configured; nothing is ever left unchecked for that."""
    with pytest.raises(FailedPrecondition, match=r"^Steam authentication is not configured\.$"):
        Settings(document).section("steam", "Steam")


def test_section_of_another_type() -> None:
    """A section that is no object is a mistake."""
    with pytest.raises(Misconfigured) as caught:
        Settings({"steam": "480"}).section("steam", "Steam")

    assert caught.value.detail == "settings: steam must be an object"


def test_healthcheck_needs_no_keys(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """The health check tells that the API is there, with nothing but an empty document."""
    monkeypatch.setenv("SETTINGS", "{}")

    assert client.call("GET /healthcheck").body == {}
