"""The ways to sign in: what a credential consists of, and which settings it needs. docs/providers has the rest.

A provider that is not described here has its fields by the names that its function gives them, the settings that the
template gives to it, and its page's title.
"""

import importlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from local import ROOT
from local.template.cloudformation import load_document
from local.template.parameters import parameters_by_place, secrets_by_place
from local.template.template import TEMPLATE
from symbolon import providers


@dataclass(frozen=True)
class Field:
    """A field of a credential, and what goes into it; a number goes out as one, and a secret is not shown."""

    name: str
    title: str
    hint: str = ""
    kind: str = "text"


@dataclass(frozen=True)
class Way:
    """One kind of credential of a provider, and the places of the settings without which it does not count."""

    title: str
    needs: tuple[str, ...] = ()
    signs_in: bool = True
    """Whether it is a way to sign in, or else what a provider's terms ask for besides."""


@dataclass(frozen=True)
class Provider:
    """A provider: its fields, its ways, and its page in docs/. Places of which the value is a secret are in SECRETS."""

    name: str
    title: str
    fields: tuple[Field, ...]
    ways: tuple[Way, ...] = (Way("always on"),)
    page: str = ""


_GAME_CENTER = (
    Field("player_id", "Player id", "teamPlayerID, or gamePlayerID"),
    Field("bundle_id", "Bundle id"),
    Field("timestamp_seconds", "Timestamp", "as Apple gives it", "number"),
    Field("salt", "Salt", "base64"),
    Field("signature", "Signature", "base64"),
    Field("public_key_url", "Address of the public key"),
)
_APPLE_KEY = ("apple.team_id", "apple.key_id", "apple.private_key")
_FROM_SDK = "What the provider's SDK gives the game."

_DESCRIBED = {
    provider.name: provider
    for provider in (
        Provider("device", "Device", (Field("id", "Device id", "10 to 128 bytes"),)),
        Provider(
            "email",
            "E-mail and password",
            (Field("email", "Address"), Field("password", "Password", "8 characters or more", "password")),
        ),
        Provider("custom", "Custom id", (Field("id", "Custom id", "6 to 128 bytes"),)),
        Provider(
            "apple",
            "Sign in with Apple",
            (Field("token", "Identity token", _FROM_SDK, "area"),),
            (
                Way("identity tokens", ("apple.audiences",)),
                Way("revoking tokens with an account", _APPLE_KEY, signs_in=False),
            ),
            "apple.md",
        ),
        Provider(
            "google",
            "Google",
            (Field("token", "ID token, or Play Games' server auth code", _FROM_SDK, "area"),),
            (
                Way("ID tokens", ("google.audiences",)),
                Way("Play Games' codes", ("google.play_games.client_id", "google.play_games.client_secret")),
            ),
            "google.md",
        ),
        Provider(
            "facebook",
            "Facebook",
            (Field("token", "Access token, or Limited Login's token", _FROM_SDK, "area"),),
            (Way("tokens", ("facebook.app_id", "facebook.app_secret")),),
            "facebook.md",
        ),
        Provider(
            "facebookinstantgame",
            "Facebook Instant Games",
            (Field("signed_player_info", "Signed player info", "What getSignature() gives.", "area"),),
            (Way("signed player info", ("facebookinstantgame.app_secret",)),),
            "facebookinstantgame.md",
        ),
        Provider(
            "gamecenter",
            "Game Center",
            _GAME_CENTER,
            (Way("signed identities", ("gamecenter.bundle_ids",)),),
            "gamecenter.md",
        ),
        Provider(
            "steam",
            "Steam",
            (Field("token", "Ticket", "Of GetAuthTicketForWebApi, in hexadecimal.", "area"),),
            (Way("tickets", ("steam.app_id", "steam.publisher_key")),),
            "steam.md",
        ),
        Provider(
            "discord",
            "Discord",
            (
                Field("token", "Access token", "Or the three below in its place."),
                Field("code", "Authorization code"),
                Field("code_verifier", "PKCE's verifier"),
                Field("redirect_uri", "Redirect URI"),
            ),
            (
                Way("access tokens", ("discord.application_id",)),
                Way("codes", ("discord.application_id", "discord.redirect_uris")),
            ),
            "discord.md",
        ),
        Provider(
            "oidc",
            "OpenID Connect",
            (Field("issuer", "Issuer's name in the settings"), Field("token", "ID token", _FROM_SDK, "area")),
            (Way("ID tokens of issuers", ("oidc",)),),
            "oidc.md",
        ),
    )
}

_LIMIT = "calls_per_minute"


def _others(document: Mapping[str, Any]) -> dict[str, Provider]:
    """Give the providers that are in the template, and not described here."""
    places = [*parameters_by_place(document), *secrets_by_place(document)]
    names = {place.partition(".")[0] for place in places} & {
        path.parent.name for path in ROOT.glob("functions/*/app.py")
    }
    apps = {name: importlib.import_module(f"functions.{name}.app") for name in sorted(names - _DESCRIBED.keys())}
    found = {name: getattr(app, "PROVIDER", None) for name, app in apps.items()}
    return {name: _other(one, places) for name, one in found.items() if isinstance(one, providers.Provider)}


def _other(provider: providers.Provider, places: Iterable[str]) -> Provider:
    needs = (place for place in places if place.startswith(f"{provider.name}.") and not place.endswith(_LIMIT))
    fields = tuple(Field(name, name.replace("_", " ").capitalize()) for name in provider.credential)
    page = ROOT / "docs/providers" / f"{provider.name}.md"
    title = page.read_text(encoding="utf-8").splitlines()[0].removeprefix("# ")
    return Provider(provider.name, title, fields, (Way("credentials", tuple(needs)),), page.name)


_TEMPLATE = load_document(TEMPLATE)
PROVIDERS = {**_DESCRIBED, **_others(_TEMPLATE)}

SECRETS = {place: name for place, name in secrets_by_place(_TEMPLATE).items() if place.split(".")[0] in PROVIDERS}
"""The secrets of a deployed stack, by what they are in the settings."""


@dataclass(frozen=True)
class Readiness:
    """Whether a way to sign in is set up, what it lacks, and what nobody here can see."""

    way: Way
    missing: tuple[str, ...] = ()
    unknown: tuple[str, ...] = field(default=())

    @property
    def is_on(self) -> bool:
        """Tell whether nothing is missing as far as can be seen."""
        return not self.missing
