"""A credential that is missing is the client's fault, whether or not the provider is configured."""

import pytest

from tests.conftest import SETTINGS
from tests.helpers.players.client import Client, bearer
from tests.helpers.providers.ways import WAYS

REQUIRED = {
    "apple": "Apple ID token is required.",
    "discord": "Discord access token is required.",
    "facebook": "Facebook access token is required.",
    "facebookinstantgame": "Signed Player Info for a Facebook Instant Game is required.",
    "gamecenter": "GameCenter bundle ID is required.",
    "google": "Google access token is required.",
    "steam": "Steam access token is required.",
    **{name: way.required for name, way in WAYS.items() if way.required},
}
IMPORTS = {"facebook": "Facebook token is required.", "steam": "Steam token is required."}


@pytest.mark.parametrize("provider", REQUIRED)
@pytest.mark.parametrize("body", [{}, {"token": ""}, {"token": None}], ids=str)
def test_empty_before_not_configured(client: Client, provider: str, body: dict[str, object]) -> None:
    """Where nothing but the session is configured, an empty credential is code 3 and not code 9."""
    assert provider not in SETTINGS
    anna = client.sign_in("anna")

    assert client.authenticate(provider, **body).error == (400, 3, REQUIRED[provider])
    assert client.link(anna, provider, **body).error == (400, 3, REQUIRED[provider])


@pytest.mark.parametrize("provider", IMPORTS)
def test_empty_before_not_configured_in_an_import(client: Client, provider: str) -> None:
    """So it is for an import of friends."""
    headers = bearer(client.sign_in("anna"))

    assert client.call(f"POST /v2/friend/{provider}", {}, headers=headers).error == (400, 3, IMPORTS[provider])
    there = client.call(f"POST /v2/friend/{provider}", {"token": "x"}, headers=headers)
    assert there.error == (400, 9, f"{provider.capitalize()} authentication is not configured.")
