"""How accounts are shown: the messages Account and User of nakama-common's api.proto, as proto3 writes them in JSON.

A field with its zero value is left out: https://protobuf.dev/programming-guides/json/
"""

from collections.abc import Mapping
from typing import Any

from symbolon.identities.users import User

_USER_FIELDS = {
    "apple": "apple_id",
    "facebook": "facebook_id",
    "facebookinstantgame": "facebook_instant_game_id",
    "gamecenter": "gamecenter_id",
    "google": "google_id",
    "steam": "steam_id",
}
"""The identities for which Nakama's message User has a field; it is closed, so another provider's are not shown."""


def account_body(user: User) -> dict[str, Any]:
    """Return the account as its owner sees it."""
    devices = [{"id": subject} for place, subject in user.links.items() if place.startswith("device#")]
    return _without_zeros(
        {
            "user": user_body(user),
            "wallet": "{}",
            "email": user.email,
            "devices": devices,
            "custom_id": user.links.get("custom", ""),
            "verify_time": user.verify_time,
            "disable_time": user.disable_time,
        }
    )


def user_body(user: User, *, with_provider_ids: bool = True) -> dict[str, Any]:
    """Return the user as everyone sees it: no e-mail, device or custom id, ids at providers where those are shown."""
    fields = _USER_FIELDS if with_provider_ids else {}
    identities = {field: user.links.get(provider, "") for provider, field in fields.items()}
    return _without_zeros(
        {
            "id": user.user_id,
            "username": user.username,
            "metadata": user.metadata,
            "create_time": user.create_time,
            "update_time": user.update_time,
            "edge_count": user.edge_count,
            **user.profile,
            **identities,
        }
    )


def _without_zeros(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value}
