"""Discord as the tests' players and functions see it: our application there, and what it says of a token."""

import json
import os
import time
from datetime import UTC, datetime
from typing import Any

import pytest

from symbolon.settings import settings
from tests.helpers.providers import replies

ME, EXCHANGE = "https://discord.com/api/oauth2/@me", "https://discord.com/api/oauth2/token"
APPLICATION, USER = "159799960412356608", "268473310986240001"
AVATARS = f"https://cdn.discordapp.com/avatars/{USER}"
SECTION: dict[str, Any] = {
    "application_id": APPLICATION,
    "client_secret": "the-secret-of-our-application",
    "redirect_uris": ["https://game.example.com/signed-in", "game-of-ours:/signed-in"],
}
TOKEN = "an-access.token_of~discord+1/2="
CODE = {"code": "a-code", "code_verifier": "v" * 43, "redirect_uri": "https://game.example.com/signed-in"}

REFUSED = (401, 16, "Could not authenticate Discord profile.")
DOWN = (503, 14, "Discord is not available at the moment.")
MISCONFIGURED = (500, 13, "The service is not configured correctly.")

OUTAGES = {**replies.OUTAGES, "missing": replies.Reply(404, b"<html>")}


def configure(monkeypatch: pytest.MonkeyPatch, **changed: object) -> None:
    """Set Discord up in the settings of a new instance, with changes; None drops a setting."""
    section = {name: value for name, value in (SECTION | changed).items() if value is not None}
    others = json.loads(os.environ.get("PROVIDER_SETTINGS", "{}"))
    monkeypatch.setenv("PROVIDER_SETTINGS", json.dumps(others | {"discord": section}))
    settings.SETTINGS.forget()


def said(**changed: object) -> dict[str, Any]:
    """Give what Discord says of a token, with changes; None drops a part."""
    usual: dict[str, Any] = {
        "application": {"id": APPLICATION, "name": "The game"},
        "scopes": ["identify"],
        "expires": "2126-11-28T02:33:17.017000+00:00",
        "user": user(),
    }
    return {name: value for name, value in (usual | changed).items() if value is not None}


def user(**changed: object) -> dict[str, object]:
    """Give a user as Discord describes one."""
    usual = {"id": USER, "username": "anna.7", "global_name": "Anna", "avatar": "f749bb0cbeeb26ef"}
    return usual | changed


def seconds_from_now(seconds: float) -> str:
    """Give a time as Discord writes it."""
    return datetime.fromtimestamp(time.time() + seconds, UTC).isoformat()
