"""The sample events of the providers: their credentials are made up, and the development settings have no provider."""

import pytest

from tests.helpers.players.client import Client
from tests.helpers.service import lambdas
from tests.house.test_events import event_of

PROVIDERS = pytest.mark.parametrize(
    ("provider", "title"),
    [
        ("apple", "Apple"),
        ("facebook", "Facebook"),
        ("facebookinstantgame", "Facebook Instant Game"),
        ("gamecenter", "GameCenter"),
        ("google", "Google"),
        ("steam", "Steam"),
    ],
)


@PROVIDERS
def test_authenticate_event(provider: str, title: str) -> None:
    """With the development settings no such provider is there to verify the credential."""
    answer = lambdas.run(event_of(f"{provider}_authenticate"))

    assert answer.error == (400, 9, f"{title} authentication is not configured.")


@PROVIDERS
def test_link_event(client: Client, provider: str, title: str) -> None:
    """The same goes for linking, once there is a session."""
    answer = lambdas.run(event_of(f"{provider}_link", client.sign_in("anna")))

    assert answer.error == (400, 9, f"{title} authentication is not configured.")


@PROVIDERS
def test_unlink_event(client: Client, provider: str, title: str) -> None:
    """To unlink takes no credential, but something that is linked."""
    assert title
    answer = lambdas.run(event_of(f"{provider}_unlink", client.sign_in("anna")))

    assert answer.error[:2] == (403, 7)
