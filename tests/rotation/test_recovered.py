"""A stack that is brought back with its keys, at another host: what holds of what players have."""

from dataclasses import dataclass

import pytest

from symbolon.settings.settings import SETTINGS
from symbolon.settings.succession import LEAD_SECONDS
from tests.helpers.players.client import Client
from tests.helpers.service.aws import Aws
from tests.helpers.service.clock import Clock
from tests.helpers.service.keeper import URL, Keeper

ELSEWHERE = "https://klmnopqrst.execute-api.us-east-1.amazonaws.com"
DOMAIN = "https://id.example.com"


@dataclass(frozen=True)
class Stack:
    """A stack whose keys outlive it."""

    keeper: Keeper
    clock: Clock
    patch: pytest.MonkeyPatch

    def sign_with(self, **session: str) -> None:
        """Let these settings be in force, and a key that they ask for sign."""
        self.keeper.configure(**session)
        self.keeper.invoke({"action": "ensure"})
        self.clock.advance(LEAD_SECONDS + 1)

    def come_back(self) -> None:
        """Let the next deployment with the same secrets be at another host."""
        self.patch.setenv("SYMBOLON_URL", ELSEWHERE)
        self.keeper.invoke({"action": "ensure"})
        SETTINGS.forget()


@pytest.fixture
def stack(aws: Aws, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> Stack:
    """Give a stack at its first host."""
    assert aws.url
    return Stack(Keeper(monkeypatch), clock, monkeypatch)


@pytest.mark.parametrize("algorithm", ["ES256", "RS256"])
def test_without_a_name_of_ones_own(stack: Stack, client: Client, algorithm: str) -> None:
    """The issuer is the host: session tokens of the old one are refused, and refresh tokens get others from the new."""
    stack.sign_with(algorithm=algorithm)
    session = client.sign_in("anna")

    stack.come_back()
    refreshed = client.refresh(session.refresh_token)

    assert session.claims["iss"] == URL
    assert client.get_account(session).error[:2] == (401, 16)
    assert (refreshed.status, refreshed.user_id, refreshed.claims["iss"]) == (200, session.user_id, ELSEWHERE)
    assert client.get_account(refreshed).status == 200
    assert stack.keeper.published()["issuer"] == ELSEWHERE


@pytest.mark.parametrize("setting", [{"algorithm": "ES256", "issuer": DOMAIN}, {"algorithm": "HS256"}])
def test_where_no_token_names_the_host(stack: Stack, client: Client, setting: dict[str, str]) -> None:
    """With a name of one's own, or with tokens that name nobody, every session goes on."""
    stack.sign_with(**setting)
    session = client.sign_in("anna")

    stack.come_back()

    assert session.claims.get("iss") == setting.get("issuer")
    assert client.get_account(session).status == 200
    assert client.refresh(session.refresh_token).status == 200
