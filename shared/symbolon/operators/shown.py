"""An account as operators see it, in one document; each of its fields is always there."""

from dataclasses import asdict
from typing import Any

from symbolon.identities.users import PROFILE_FIELDS, User
from symbolon.operators.editing import version_of
from symbolon.operators.identities import Identity, identities_of
from symbolon.operators.notes import notes_about
from symbolon.operators.search import Found
from symbolon.operators.sessions import sessions_of
from symbolon.operators.uses import last_uses

_SESSIONS = 20
_NOTES = 50


def user_document(user: User, *, is_tracked: bool) -> dict[str, Any]:
    """Return all that there is to see of an account, with its first stored sessions and latest notes.

    `is_tracked` says that sessions are kept from their beginning, and so tell which identity was used when.
    """
    identities = identities_of(user)
    uses = last_uses(user.user_id, identities) if is_tracked else {}
    return {
        **account_fields(user),
        "version": version_of(user),
        "ban": ban_body(user),
        "identities": [identity_body(identity, uses.get(identity)) for identity in identities],
        "sessions": [asdict(session) for session in sessions_of(user.user_id, "", _SESSIONS).sessions],
        "notes": [asdict(note) for note in notes_about(user.user_id, _NOTES)],
    }


def account_fields(user: User) -> dict[str, Any]:
    """Return what an account's own item says, but for its identities and its ban."""
    profile = {name: user.profile.get(name, "") for name in PROFILE_FIELDS}
    return {
        "id": user.user_id,
        "username": user.username,
        **profile,
        "metadata": user.metadata,
        "email": user.email,
        "has_password": bool(user.password_hash),
        "friends": user.edge_count,
        "create_time": user.create_time,
        "update_time": user.update_time,
        "verify_time": user.verify_time,
        "merged_into": user.merged_into,
        "partner_profile": dict(user.partner_profile),
    }


def found_body(found: Found) -> dict[str, Any]:
    """Return a player as a list of players has it."""
    user = found.user
    return {
        "id": user.user_id,
        "username": user.username,
        "display_name": user.profile.get("display_name", ""),
        "create_time": user.create_time,
        "ban": ban_body(user),
        "found_by": found.by,
    }


def ban_body(user: User) -> dict[str, str] | None:
    """Return the ban that holds, None without one: since and until when ("" for good), why, and by whom."""
    return user.ban._asdict() if user.ban and user.is_banned else None


def identity_body(identity: Identity, last_used: str | None) -> dict[str, str | None]:
    """Return an identity; `link_time` is "" where it was linked before link times were kept.

    `last_used` is None where sessions are not tracked, and "" where none tells of it.
    """
    return {**asdict(identity), "last_used": last_used}
