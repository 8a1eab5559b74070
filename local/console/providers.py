"""The ways to sign in: what a credential consists of, and which settings it needs. docs/providers has the rest."""

from collections.abc import Mapping
from dataclasses import dataclass, field


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


@dataclass(frozen=True)
class Provider:
    """A provider: its fields, its ways, and its page in docs/. Places of which the value is a secret are in SECRETS."""

    name: str
    title: str
    fields: tuple[Field, ...]
    ways: tuple[Way, ...] = (Way("always on"),)
    page: str = ""


SECRETS: Mapping[str, str] = {
    "discord.client_secret": "DiscordSecret",
    "facebook.app_secret": "FacebookSecret",
    "facebookinstantgame.app_secret": "InstantGameSecret",
    "google.play_games.client_secret": "PlayGamesSecret",
    "metaquest.app_secret": "MetaQuestSecret",
    "steam.publisher_key": "SteamPublisherKey",
}
"""The secrets of a deployed stack, by what they are in the settings."""

_GAME_CENTER = (
    Field("player_id", "Player id", "teamPlayerID, or gamePlayerID"),
    Field("bundle_id", "Bundle id"),
    Field("timestamp_seconds", "Timestamp", "as Apple gives it", "number"),
    Field("salt", "Salt", "base64"),
    Field("signature", "Signature", "base64"),
    Field("public_key_url", "Address of the public key"),
)
_FROM_SDK = "What the provider's SDK gives the game."

PROVIDERS = {
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
            (Way("identity tokens", ("apple.audiences",)),),
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
            "metaquest",
            "Meta Quest",
            (Field("user_id", "User id"), Field("nonce", "Nonce")),
            (Way("user proofs", ("metaquest.app_id", "metaquest.app_secret")),),
            "metaquest.md",
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
