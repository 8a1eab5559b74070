"""Providers that live elsewhere."""

from collections.abc import Mapping

from local.contract.fields import number, text
from local.contract.operation import forbidden, invalid, problems, refused, unavailable, unmet
from local.contract.ways.kinds import TOKEN, Kind, asked, outside

VOID = refused("The credential is void since: sign in with its provider again.")
"""A provider has told that it was stolen."""

KINDS: Mapping[str, Kind] = {
    "apple": Kind(
        "Sign in with Apple",
        {"token": TOKEN},
        ("token",),
        "Apple ID is already in use.",
        (
            *invalid("Apple ID token is required."),
            *VOID,
            *outside("Apple", "Could not authenticate Apple profile."),
        ),
    ),
    "google": Kind(
        "Google Sign-In or Play Games",
        {"token": TOKEN},
        ("token",),
        "Google ID is already in use.",
        (
            *invalid("Google access token is required."),
            *VOID,
            *outside("Google", "Could not authenticate Google profile.", *asked("Google")),
        ),
    ),
    "facebook": Kind(
        "Facebook Login or Limited Login",
        {"token": TOKEN},
        ("token",),
        "Facebook ID is already in use.",
        (
            *invalid("Facebook access token is required."),
            *VOID,
            *outside("Facebook", "Could not authenticate Facebook profile.", *asked("Facebook")),
        ),
    ),
    "facebookinstantgame": Kind(
        "Facebook Instant Games",
        {"signed_player_info": TOKEN},
        ("signed_player_info",),
        "Facebook Instant Game ID is already in use.",
        (
            *invalid("Signed Player Info for a Facebook Instant Game is required."),
            *unmet("Facebook Instant Game authentication is not configured."),
            *refused("Could not authenticate Facebook Instant Game profile."),
        ),
    ),
    "gamecenter": Kind(
        "Apple Game Center",
        {
            "player_id": text(least=1),
            "bundle_id": text(least=1),
            "timestamp_seconds": number("Milliseconds, whatever its name."),
            "salt": text("base64", least=1),
            "signature": text("base64", least=1),
            "public_key_url": text(least=1),
        },
        ("player_id", "bundle_id", "timestamp_seconds", "salt", "signature", "public_key_url"),
        "GameCenter ID is already in use.",
        (
            *invalid(
                "GameCenter bundle ID is required.",
                "GameCenter player ID is required.",
                "GameCenter public key URL is required.",
                "GameCenter salt is required.",
                "GameCenter signature is required.",
                "GameCenter timestamp is required.",
            ),
            *unmet("GameCenter authentication is not configured."),
            *refused("Could not authenticate GameCenter profile."),
            *unavailable("Game Center is not available at the moment."),
            *asked("Game Center"),
            *problems(429, 8, "Too many sign-ins with unknown keys, try again later."),
        ),
    ),
    "steam": Kind(
        "a Steam session ticket",
        {"token": TOKEN},
        ("token",),
        "Steam ID is already in use.",
        (
            *invalid("Steam access token is required."),
            *outside("Steam", "Could not authenticate Steam profile.", *asked("Steam")),
            *forbidden(
                "Steam account is banned by the publisher.",
                "Steam account is banned by VAC.",
                "Steam account does not own the game.",
            ),
        ),
        is_nested=True,
    ),
    "discord": Kind(
        "a Discord access token, or an authorization code with its verifier",
        {"token": text(), "code": text(), "code_verifier": text(), "redirect_uri": text()},
        (),
        "Discord ID is already in use.",
        (
            *invalid(
                "Discord access token is required.",
                "Discord redirect URI is not allowed.",
                "Discord code verifier is required, 43-128 letters, digits, dots, dashes, tildes.",
            ),
            *outside("Discord", "Could not authenticate Discord profile.", *asked("Discord")),
        ),
    ),
}
