"""A settings document means the same to a deployment as to the local server."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from local.errors import TrialError
from local.template.parameters import parameters_by_place
from local.trial.deployed_settings import overrides, parameters, put_files, read_settings
from tests.helpers.service.deployment import (
    DOCUMENT as TEMPLATE,
)
from tests.helpers.service.deployment import (
    FUNCTIONS,
    PARAMETERS,
    RESOURCES,
    deployed,
    environment,
    nested,
    secrets_named,
)

DOCUMENT: dict[str, Any] = {
    "server_key": "a-server-key",
    "http_key": "an-http-key",
    "session": {
        "keys": ["a-session-key", "an-older-session-key"],
        "refresh_keys": ["a-refresh-key"],
        "token_expiry_sec": 61,
        "refresh_token_expiry_sec": 3601,
        "refresh_grace_sec": 0,
        "refresh_rotation": False,
        "track": True,
        "device_grant": False,
        "algorithm": "ES256",
        "issuer": "https://id.example.com",
        "audience": "studio",
    },
    "audiences": {"match-server": {"token_expiry_sec": 60}},
    "apple": {"audiences": ["com.example.one", "com.example.two"]},
    "google": {
        "audiences": ["one.example"],
        "play_games": {"client_id": "two.example", "client_secret": "google's", "calls_per_minute": 1},
    },
    "facebook": {"app_id": "1234", "app_secret": "facebook's", "graph_version": "v24.0", "calls_per_minute": 2},
    "facebookinstantgame": {"app_secret": "instant"},
    "gamecenter": {"bundle_ids": ["com.example.game"], "trusted_certificates": "two certificates"},
    "steam": {"app_id": 480, "publisher_key": "steam's", "identity": "our-game", "calls_per_minute": 3},
    "discord": {
        "application_id": "99",
        "client_secret": "discord's",
        "redirect_uris": ["https://game.example/in"],
        "calls_per_minute": 4,
    },
    "oidc": {"epic": {"audiences": ["ours"], "required_claims": {"a": '"b" \\c'}}},
    "partner": {"wallet_seed": "0f"},
    "id_tokens": {"nonce_required": ["apple", "oidc:epic"], "once": ["google"]},
    "match": {"allocators": ["00000000-0000-4000-8000-000000000001"], "known_servers_only": True},
    "legacy": {"url": "https://nakama.example.com", "server_key": "the-old-server-key", "friends": True},
    "mail": {
        "sender": "game@example.com",
        "base_url": "https://api.example.com",
        "link_url": "game://{page}?email={email}&code={code}",
        "game": "Agora",
        "require_verified": True,
    },
    "users": {"show_provider_ids": False},
    "procedures": {"tables": {"Scores": "studio-Scores-1AB"}},
    "hook": {
        "function": "arn:aws:lambda:us-east-1:123456789012:function:before",
        "before": ["link"],
        "timeout_ms": 500,
        "on_failure": "open",
        "keep_vars": True,
    },
    "edge": {"only": False},
    "records": {"term_days": 30, "players": False},
    "limits": {
        "free_guesses": 3,
        "first_delay_sec": 4,
        "longest_delay_sec": 5,
        "account_guesses_per_hour": 60,
        "network_guesses_per_hour": 7,
        "network_accounts_per_hour": 8,
        "network_forgeries_per_hour": 9,
        "import_pause_sec": 14,
        "imports_per_minute": 15,
        "account_entries": 9,
        "account_open_invites": 10,
        "account_changes_per_hour": 50,
    },
}


def merged(one: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
    """Give a document with all that two have."""
    both = {name for name in one if isinstance(one[name], dict) and isinstance(other.get(name), dict)}
    return {**one, **other} | {name: merged(one[name], other[name]) for name in both}


def completed(document: Mapping[str, Any]) -> dict[str, Any]:
    """Give the document with a value in each place that the template has a parameter for and that it leaves out."""
    complete = dict(document)
    for place, parameter in parameters_by_place(TEMPLATE).items():
        *sections, name = place.split(".")
        missing: dict[str, Any] = {name: 7 if PARAMETERS[parameter]["Type"] == "Number" else f"the {name}"}
        for section in reversed(sections):
            missing = {section: missing}
        complete = merged(missing, complete)
    return complete


def without(document: Mapping[str, Any], places: set[str], before: str = "") -> dict[str, Any]:
    """Give the document without the values at dotted places."""
    kept = {name: value for name, value in document.items() if before + name not in places}
    inside = {
        name: without(value, places, f"{before}{name}.") for name, value in kept.items() if isinstance(value, dict)
    }
    return {name: value for name, value in (kept | inside).items() if value != {}}


def test_a_deployment_reads_what_the_document_says(monkeypatch: pytest.MonkeyPatch) -> None:
    """With the parameters of a document, the functions get that document, but for secrets and what is a file."""
    document = completed(DOCUMENT)
    for name, text in parameters(document).items():
        monkeypatch.setitem(PARAMETERS[name], "Default", text)
    found: dict[str, Any] = {}
    for variables in map(environment, FUNCTIONS):
        for name in ("SETTINGS", "PROVIDER_SETTINGS", "EDGE_SETTINGS", "HOOK_SETTINGS"):
            found = merged(found, json.loads(deployed(variables.get(name, "{}"))))

    secrets = {place for function in FUNCTIONS for place in secrets_named(function)}
    assert found["mail"].pop("configuration_set")  # which the stack makes
    found["steam"]["app_id"] = int(found["steam"]["app_id"])  # Steam gets it in a query either way
    assert found == without(document, {*secrets, "gamecenter.trusted_certificates"})


def test_each_parameter_that_functions_know_has_a_place() -> None:
    """A document can set every parameter on which the functions' settings depend."""
    text = json.dumps(RESOURCES["ParametersText"])
    known = {name for name in PARAMETERS if f"${{{name}}}" in text} | {
        str(found["Ref"]) for found in nested(RESOURCES["ParametersText"]) if found.get("Ref") in PARAMETERS
    }

    assert set(parameters(completed(DOCUMENT))) == known - {
        *("LogLevel", "DetailedMetrics", "MailIdentity", "EventBus", "SnapStart", "FunctionRuntime"),
        *("DomainName", "DomainCertificate", "EdgeCertificate"),
    }


def test_what_a_document_does_not_say_keeps_its_default() -> None:
    """A document without a provider sets nothing of it; Nakama's published server key is none."""
    assert parameters({}) == {}
    assert parameters({"server_key": "defaultkey", "session": {"keys": ["k"]}, "steam": {"identity": ""}}) == {}


def test_overrides_are_quoted() -> None:
    """Values keep their spaces and quotes."""
    written = overrides({"OidcIssuers": '{"a": {}}', "AppleAudiences": "one,two"})

    assert written == r'OidcIssuers="{\"a\": {}}" AppleAudiences="one,two"'


def test_anchors_are_a_file_of_the_function(tmp_path: Path) -> None:
    """Game Center's certificates take the place of those in the function's artifact, and only when there are any."""
    anchors = tmp_path / "GameCenterFunction/anchors.pem"
    anchors.parent.mkdir()
    anchors.write_text("Apple's")

    put_files({"gamecenter": {"bundle_ids": ["a"]}}, tmp_path)
    untouched = anchors.read_text()
    put_files(DOCUMENT, tmp_path)

    assert (untouched, anchors.read_text()) == ("Apple's", "two certificates")


@pytest.mark.parametrize("content", [b"{", b"[]", b"\xff"])
def test_a_file_that_is_no_document_is_named(tmp_path: Path, content: bytes) -> None:
    """What cannot be read stops the trial before anything is built."""
    path = tmp_path / "settings.json"
    path.write_bytes(content)

    with pytest.raises(TrialError, match=str(path)):
        read_settings(str(path))


def test_no_file_is_an_empty_document() -> None:
    """Without a file the stack is deployed with its defaults."""
    assert read_settings("") == {}


def test_hook_of_this_machine_is_not_deployed() -> None:
    """A Python function that `make serve` asks is none that a stack could ask: the parameter keeps its default."""
    document = DOCUMENT | {"hook": {"function": "hook.py:before", "timeout_ms": 500}}

    said = parameters(document)

    assert (said.get("HookFunction"), said["HookTimeoutMs"]) == (None, "500")
