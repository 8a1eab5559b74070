"""What is secret shows in no repr, which ends up in logs, crash reports and debuggers."""

import dataclasses
import importlib
import json
import pkgutil
import re
from collections.abc import Iterator

import pytest

import symbolon
from symbolon.api.request import Request
from symbolon.identities.passwords import Password
from symbolon.internet.answers import Call
from symbolon.settings.keyring import KeyRing
from symbolon.settings.settings import Settings
from symbolon.verification.graph import Graph
from symbolon.verification.steamworks import Steamworks

SECRET = "a-secret-that-must-not-show-0123456789"
DOCUMENT = {
    "server_key": f"{SECRET}-0",
    "http_key": f"{SECRET}-1",
    "session": {"keys": [f"{SECRET}-2"], "refresh_keys": [f"{SECRET}-3"]},
    "google": {"play_games": {"client_secret": SECRET}},
    "facebook": {"app_id": "1", "app_secret": SECRET},
    "steam": {"app_id": 480, "publisher_key": SECRET},
    "partner": {"wallet_seed": SECRET},
}
SENSITIVE = {
    *("app_secret", "body", "chain_code", "document", "form", "hashes", "headers", "jwk", "params", "password_hash"),
    *("payload", "raw_body", "raw_query", "salt", "section", "signature", "text", "typed"),
}
"""Names of fields that hold keys, tokens, passwords, or what may have them in it."""


def value_classes_of_the_layer() -> Iterator[type]:
    """Give all dataclasses and named tuples of the layer."""
    for module in pkgutil.walk_packages(symbolon.__path__, "symbolon."):
        for thing in vars(importlib.import_module(module.name)).values():
            if isinstance(thing, type) and thing.__module__ == module.name and _fields(thing):
                yield thing


def _fields(kind: type) -> list[str]:
    if dataclasses.is_dataclass(kind):
        return [field.name for field in dataclasses.fields(kind)]
    return list(getattr(kind, "_fields", ())) if issubclass(kind, tuple) else []


def test_settings_show_no_key() -> None:
    """The settings, and the rings of keys that they give, show none, before they were read and after."""
    settings = Settings(DOCUMENT)
    before = repr(settings)
    rings = [settings.session_keys, settings.refresh_keys]

    assert SECRET not in f"{before} {settings!r} {rings!r} {settings} {[str(ring) for ring in rings]}"
    assert SECRET not in repr(KeyRing.parse("keys", [SECRET], allow_weak=True))


def test_what_is_made_of_settings_shows_no_key() -> None:
    """Nor do the providers' doors, which hold our secrets."""
    doors = [Graph.of(DOCUMENT["facebook"]), Steamworks.of(DOCUMENT["steam"])]  # type: ignore[arg-type]
    call = Call("https://example.com", {"key": SECRET}, {"Authorization": SECRET}, {"client_secret": SECRET})

    assert SECRET not in repr([doors, call])


def test_what_clients_send_does_not_show() -> None:
    """A request shows no token, password or credential."""
    event = {
        "routeKey": "POST /x",
        "headers": {"authorization": f"Bearer {SECRET}"},
        "rawQueryString": f"http_key={SECRET}",
        "body": json.dumps({"password": SECRET}),
    }

    assert SECRET not in repr([Request(event), Password(SECRET)])


@pytest.mark.parametrize(
    "kind", list(value_classes_of_the_layer()), ids=lambda kind: f"{kind.__module__}.{kind.__qualname__}"
)
def test_no_sensitive_field_shows(kind: type) -> None:
    """No value class of the layer shows a field in its repr whose name says that it may hold a secret."""
    value = object.__new__(kind) if dataclasses.is_dataclass(kind) else tuple.__new__(kind, _fields(kind))
    for name in _fields(kind) if dataclasses.is_dataclass(kind) else ():
        object.__setattr__(value, name, name)

    assert not set(re.findall(r"(\w+)=", repr(value))) & SENSITIVE
