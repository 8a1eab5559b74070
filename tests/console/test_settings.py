"""What is set up, what is missing, and that no secret is shown."""

import json
from typing import Any

import pytest

from local.console.providers import PROVIDERS
from local.gateway.settings import settings_environment
from local.gateway.shown.setup import LocalSetup
from local.template.cloudformation import load_document
from local.template.parameters import parameters_by_place, secrets_by_place
from local.template.template import TEMPLATE
from symbolon.errors import Misconfigured
from symbolon.settings.settings import Settings, load_settings
from tests.helpers.console.visitor import Visitor
from tests.helpers.providers.ways import SECTIONS
from tests.helpers.service import lambdas

FULL: dict[str, Any] = {
    "apple": {
        "audiences": ["com.example.game"],
        "team_id": "ABCDE12345",
        "key_id": "FGHIJ67890",
        "private_key": "secret-",
    },
    "discord": {"application_id": "123", "client_secret": "secret-of-discord", "redirect_uris": ["https://a.example"]},
    "facebook": {"app_id": "1", "app_secret": "secret-of-facebook"},
    "facebookinstantgame": {"app_secret": "secret-of-instant-games"},
    "gamecenter": {"bundle_ids": ["com.example.game"]},
    "google": {"audiences": ["g"], "play_games": {"client_id": "g", "client_secret": "secret-of-play-games"}},
    "http_key": "secret-http-key",
    "oidc": {"studio": {"issuer": "https://id.example", "audiences": ["game"]}},
    "partner": {"wallet_seed": "secret seed of wallets"},
    "server_key": "the-server-key",
    "session": {"keys": ["secret-session-key"], "refresh_keys": [{"kid": "1", "key": "secret-refresh-key"}]},
    "steam": {"app_id": 480, "publisher_key": "secret-of-steam"},
    **SECTIONS,
}


def looking_at(document: dict[str, Any]) -> Visitor:
    """Give somebody who looks at a server with these settings."""
    return Visitor(setup=LocalSetup(lambda: Settings(document, is_local=True)))


def test_all_is_set_up() -> None:
    """A complete document lacks nothing, and none of its secrets is on the page."""
    text = looking_at(FULL).text("/settings")

    assert "missing" not in text
    assert "not set up" not in text
    assert "secret-" not in text
    assert "secret seed" not in text
    assert "the-server-key" in text
    assert "limits.free_guesses 10 The default." in text


def test_nothing_is_set_up() -> None:
    """What a provider lacks is named as it stands in the settings; devices, addresses and custom ids lack nothing."""
    text = looking_at({}).text("/settings")

    assert text.count("not set up") == len([one for one in PROVIDERS.values() if one.page])
    assert "missing steam.app_id and steam.publisher_key" in text
    assert "For Play Games' codes: missing google.play_games.client_id and google.play_games.client_secret" in text


@pytest.mark.parametrize("provider", [one for one in PROVIDERS.values() if one.page], ids=lambda one: one.name)
def test_half_of_a_provider(provider: Any) -> None:  # noqa: ANN401 (a provider)
    """A provider without its settings is not set up, whichever of them is missing."""
    needs = sorted({place for way in provider.ways for place in way.needs})
    for place in needs:
        document = json.loads(json.dumps(FULL))
        *sections, name = place.split(".")
        section = document
        for one in sections:
            section = section[one]
        del section[name]
        assert f"<code>{place}</code>" in looking_at(document).get("/settings").text.partition("document</h2>")[0]


def test_providers_are_those_of_the_template() -> None:
    """The page knows every provider that there is a function for, and each one's fields and page."""
    paths = {route.path for function in lambdas.TEMPLATE.functions for route in function.routes}
    folders = {path.rpartition("/")[2] for path in paths if path.startswith("/v2/account/authenticate/")}
    document = load_document(TEMPLATE)
    places, secrets = parameters_by_place(document), secrets_by_place(document)

    assert folders == set(PROVIDERS) - {"oidc"}
    for provider in PROVIDERS.values():
        for way in provider.ways:
            assert all(place in places or place in secrets for place in way.needs), provider.name
    assert all(document["Resources"][name]["Type"] == "AWS::SecretsManager::Secret" for name in secrets.values())


def test_keys_that_the_server_has_made(tmp_path: Any) -> None:  # noqa: ANN401 (a path)
    """Keys that are kept in the state's folder are not shown either."""
    environment = settings_environment("", tmp_path)
    text = Visitor(setup=LocalSetup(lambda: load_settings(environment))).text("/settings")
    kept = [path.read_text() for path in tmp_path.rglob("*") if path.is_file()]

    assert kept
    for key in kept:
        assert not [part for part in key.replace('"', " ").split() if len(part) > 20 and part in text]


@pytest.mark.parametrize("path", ["/settings", "/try"])
def test_settings_that_were_broken_meanwhile(path: str) -> None:
    """A document that cannot be read any more is said to be so, and not shown half."""

    def read() -> Settings:
        raise Misconfigured("settings: settings.json: not valid JSON")

    answer = Visitor(setup=LocalSetup(read)).get(path)

    assert (answer.status_code == 502) == (path == "/settings")
    assert path == "/try" or "The settings cannot be read: settings.json: not valid JSON" in answer.text


def test_key_for_revocations_is_missing() -> None:
    """Who signs in with Apple without the key that its terms ask for is told what to set up."""
    text = looking_at({"apple": {"audiences": ["com.example.game"]}}).text("/settings")

    assert "For revoking tokens with an account: missing apple.team_id and apple.key_id and apple.private_key" in text
