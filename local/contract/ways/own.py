"""Identities that no provider vouches for: devices, custom ids, addresses and names with passwords."""

from collections.abc import Mapping

from functions.custom.app import ID_BYTES as CUSTOM_ID
from local.contract import common
from local.contract.fields import text
from local.contract.operation import forbidden, full, invalid, refused, unavailable, unmet
from local.contract.ways.kinds import Kind
from symbolon.api.device_ids import ID_BYTES as DEVICE_ID
from symbolon.identities.link_writes import MAX_LINKS
from symbolon.identities.passwords import MAX_BYTES, MIN_CHARACTERS

LINKS = full(f"An account can have at most {MAX_LINKS} identities.")

KINDS: Mapping[str, Kind] = {
    "device": Kind(
        "a device id",
        {"id": text("Made at random, and kept on the device.", max(DEVICE_ID), min(DEVICE_ID))},
        ("id",),
        "Device ID already in use.",
        invalid(
            "Device ID is required.",
            "Device ID invalid, no spaces or control characters allowed.",
            "Device ID invalid, must be 10-128 bytes.",
            "Device ID invalid, many devices report this one: make a random one and keep it.",
        ),
        LINKS,
        invalid("A device ID must be supplied."),
    ),
    "custom": Kind(
        "an id of the studio's own, or a token of an OpenID Connect issuer",
        {"id": text(f"{min(CUSTOM_ID)} to {max(CUSTOM_ID)} bytes; or `<issuer>|<token>`.", least=min(CUSTOM_ID))},
        ("id",),
        "Custom ID is already in use.",
        (
            *invalid(
                "Custom ID is required.",
                "Custom ID invalid, no spaces or control characters allowed.",
                "Custom ID invalid, must be 6-128 bytes.",
                "Invalid custom ID, no spaces or control characters allowed.",
                "Invalid custom ID, must be 6-128 bytes.",
            ),
            *unmet("{} authentication is not configured."),
            *refused("Could not authenticate {} profile."),
            *unavailable("{} is not available at the moment."),
        ),
    ),
    "email": Kind(
        "an e-mail address with a password, or a username with one",
        {
            "email": text("Lower and upper case are the same.", 255),
            "password": text(f"At least {MIN_CHARACTERS} characters.", MAX_BYTES, MIN_CHARACTERS),
            "current": text("The account's password so far, to link another address.", MAX_BYTES),
        },
        ("password",),
        "Email is already in use.",
        (
            *common.ADDRESS,
            *common.PASSWORD,
            *invalid(
                "Email address and password is required.",
                "Password is required.",
                "Username is required when email address is not supplied.",
            ),
            *refused("Invalid credentials."),
            *forbidden("Email address is not verified."),
            *common.GUESSES,
        ),
    ),
}
